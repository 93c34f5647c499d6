/* A year of the air: items against their annual limits, and its days. JSON as docs/api/openapi.yaml describes it. */
#include "measure/internal.h"

#include <stdio.h>
#include <string.h>

#include "base/cntime.h"

static void write_why(struct jw *w, const struct air_evaluation *ev, const struct air_year *y)
{
    char zh[128] = "", en[128] = "";
    switch (y->why) {
    case AIR_JUDGED:
        break;
    case AIR_YEAR_RUNNING:
        snprintf(zh, sizeof zh, "年度未结束，暂不判定达标");
        snprintf(en, sizeof en, "the year is not over");
        break;
    case AIR_FEW_DAYS:
        snprintf(zh, sizeof zh, "有效天数 %d，少于 %d（GB 3095 表4）", y->valid_days, ev->year_days);
        snprintf(en, sizeof en, "%d valid days, %d wanted (GB 3095 table 4)", y->valid_days, ev->year_days);
        break;
    case AIR_FEW_IN_MONTH:
        snprintf(zh, sizeof zh, "%d 月有效天数不足（GB 3095 表4）", y->month);
        snprintf(en, sizeof en, "too few valid days in month %d (GB 3095 table 4)", y->month);
        break;
    case AIR_NO_LIMIT:
        snprintf(zh, sizeof zh, "没有生效的限值");
        snprintf(en, sizeof en, "no limit is in force");
        break;
    case AIR_NOT_DESIGNATED: /* of the other items only, which have no year here */
        break;
    }
    jw_kstr(w, "reason", *zh ? zh : NULL);
    jw_kstr(w, "reason_en", *en ? en : NULL);
}

/* The hours of an item at a station, or of all stations of the city, by the calendar of the days that are over. */
static void write_year_hours(struct jw *w, const struct board *b, const struct board_site *of, int item,
                             int64_t first, int through)
{
    struct counts c = { 0 };
    for (size_t i = 0; i < b->place->n_sites; i++) {
        const struct board_site *s = &b->site[i];
        if (!s->day || (of && s != of))
            continue;
        for (int d = 0; d < through; d++) {
            const struct day_state *day = &s->day[first - b->first_day + d];
            c.n[SLOT_VALID] += day->hours[item];
            c.n[SLOT_INVALID] += day->invalid[item];
            c.n[SLOT_LOST] += day->lost[item];
            c.n[SLOT_EXCEPTED] += day->excepted[item];
            c.n[SLOT_NOT_SENT] +=
                24 - day->hours[item] - day->invalid[item] - day->lost[item] - day->excepted[item];
        }
    }
    jw_key(w, "hours");
    write_counts(w, &c);
}

static void write_year_item(struct jw *w, const struct board *b, const struct board_site *of, int64_t first,
                            const struct air_evaluation *ev, const struct air_limits *lim, int zone, int item,
                            int year, const micro *day, int through)
{
    struct air_year y;
    air_year(ev, lim, zone, (enum air_item)item, year, day, through, &y);
    jw_object(w);
    jw_kstr(w, "item", air_item_word((enum air_item)item));
    jw_kmicro(w, "mean", y.mean, ev->decimals[item]);
    jw_key(w, "percentile");
    jw_object(w);
    jw_kint(w, "p", y.p);
    jw_kmicro(w, "value", y.percentile, ev->decimals[item]);
    jw_end_object(w);
    jw_kint(w, "valid_days", y.valid_days);
    write_year_hours(w, b, of, item, first, through);
    jw_kmicro(w, "limit_mean", y.limit_mean, -1);
    jw_kmicro(w, "limit_percentile", y.limit_percentile, -1);
    jw_key(w, "attains");
    y.attains < 0 ? jw_null(w) : jw_bool(w, y.attains == 1);
    write_why(w, ev, &y);
    jw_end_object(w);
}

static void write_year_days(struct jw *w, const struct day_state *d, int64_t first, int through)
{
    int good = 0, valid = 0, heavy = 0;
    jw_key(w, "days");
    jw_array(w);
    for (int i = 0; i < through; i++) {
        char date[CN_TEXT];
        const struct air_index *x = &d[i].index;
        jw_object(w);
        jw_kstr(w, "date", cn_format_date(cn_day_start(first + i), date));
        jw_key(w, "aqi");
        x->aqi < 0 ? jw_null(w) : jw_int(w, x->aqi);
        jw_key(w, "level");
        x->aqi < 0 ? jw_null(w) : jw_int(w, x->level);
        jw_key(w, "primary");
        write_primary(w, x->primary);
        jw_end_object(w);
        valid += x->aqi >= 0;
        good += x->aqi >= 0 && x->aqi <= 100;
        heavy += x->aqi > 200;
    }
    jw_end_array(w);
    jw_key(w, "good_days");
    jw_object(w);
    jw_kint(w, "good", good);
    jw_kint(w, "valid", valid);
    jw_kmicro(w, "ratio", valid ? micro_round(micro_muldiv(good * MICRO_ONE, 100, valid), 1) : MICRO_MISSING,
              1);
    jw_end_object(w);
    jw_kint(w, "heavy_days", heavy);
}

void board_write_year(struct board *b, int32_t site, int year, int64_t now, struct buf *out)
{
    pthread_mutex_lock(&b->lock);
    write_air_year(b, site, year, now, out);
    pthread_mutex_unlock(&b->lock);
}

void write_air_year(struct board *b, int32_t site, int year, int64_t now, struct buf *out)
{
    struct jw w = JW(out);
    const struct board_site *s = site ? board_site(b, site) : NULL;
    const struct day_state *all = site ? (s ? s->day : NULL) : b->city;
    bool kept = year >= 1900 && year <= 9998 && all && b->n_days && cn_days(year, 1, 1) >= b->first_day &&
                cn_days(year, 12, 31) < b->first_day + (int64_t)b->n_days;
    int64_t first = kept ? cn_days(year, 1, 1) : 0, over = kept ? cn_day_of(now) - first : 0;
    int length = kept ? cn_days_in_year(year) : 0, through = over < 0        ? 0
                                                             : over > length ? length
                                                                             : (int)over;
    const struct day_state *d = kept ? all + (first - b->first_day) : NULL;
    /* The rule sets of the last day judged: how a year that spans two editions is assessed stands in no text we could read. */
    int64_t last = first + (through ? through - 1 : 0);
    const struct air_evaluation *ev = kept ? air_evaluation_on(&b->def.book, ruled(b, last)) : NULL;
    const struct air_limits *lim = kept ? air_limits_on(&b->def.book, ruled(b, last)) : NULL;
    jw_object(&w);
    jw_kint(&w, "site", site);
    jw_kint(&w, "year", year);
    jw_kstr(&w, "rule", ev ? ev->set.id : NULL);
    jw_kstr(&w, "limits", lim ? lim->set.id : NULL);
    jw_kstr(&w, "certainty", ev ? ev->set.certainty : NULL);
    jw_key(&w, "items");
    jw_array(&w);
    for (int i = 0; i < AIR_ITEMS && ev; i++) {
        micro day[AIR_YEAR_DAYS];
        for (int k = 0; k < through; k++)
            day[k] = d[k].v.v[AIR_DAY][i];
        write_year_item(&w, b, s, first, ev, lim, s ? s->site->zone_class : ZONE_CLASS, i, year, day,
                        through);
    }
    jw_end_array(&w);
    write_year_days(&w, d, first, through);
    jw_end_object(&w);
}
