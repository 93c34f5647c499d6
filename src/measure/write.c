/* What the screen shows: JSON as docs/api/openapi.yaml describes it. */
#include "measure/figures.h"

#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"

json_t *micro_json(micro v, int decimals)
{
    if (v == MICRO_MISSING)
        return json_null();
    micro r = decimals < 0 ? v : micro_round(v, decimals);
    return r % MICRO_ONE == 0 ? json_integer(r / MICRO_ONE) : json_real(micro_to_double(r));
}

void write_primary(struct jw *w, unsigned primary)
{
    jw_array(w);
    for (int i = 0; i < AIR_ITEMS; i++)
        if (primary & 1u << i)
            jw_str(w, air_item_word((enum air_item)i));
    jw_end_array(w);
}

static void list_items(char *to, size_t size, unsigned items, const char *between)
{
    size_t len = 0;
    to[0] = '\0';
    for (int i = 0; i < AIR_ITEMS; i++)
        if (items & 1u << i && len < size) {
            int k = snprintf(to + len, size - len, "%s%s", len ? between : "", item_name(i));
            len += k > 0 ? (size_t)k : 0;
        }
}

static void write_reason(struct jw *w, const struct day_state *d, int through)
{
    char zh[160] = "", en[160] = "", missing[64];
    list_items(missing, sizeof missing, d->index.missing, "、");
    if (!d->rules) {
        snprintf(zh, sizeof zh, "该日期没有生效的规则集");
        snprintf(en, sizeof en, "no rule set is in force on this date");
    } else if (d->index.na == AIR_NA_NO_DATA) {
        snprintf(zh, sizeof zh, "没有有效数据");
        snprintf(en, sizeof en, "no valid data");
    } else if (d->index.na == AIR_NA_MISSING_ITEM) {
        snprintf(zh, sizeof zh, "缺少 %s，其余分指数不超过100，不发布AQI（%s 5.3.1）", missing,
                 d->rules->set.source);
        snprintf(en, sizeof en, "%s missing and the rest not above 100: no AQI (%s 5.3.1)", missing,
                 d->rules->set.source);
    } else if (through < 24) {
        snprintf(zh, sizeof zh, "当日未结束，按已过 %d 小时计算", through);
        snprintf(en, sizeof en, "the day is not over: from its first %d hours", through);
    } else if (d->index.missing) {
        snprintf(zh, sizeof zh, "缺少 %s，按其余项目计算", missing);
        snprintf(en, sizeof en, "%s missing: from the other items", missing);
    }
    jw_kstr(w, "reason", *zh ? zh : NULL);
    jw_kstr(w, "reason_en", *en ? en : NULL);
}

/* AqiPoint. through: 24 for an hour or a whole day. */
static void write_point(struct jw *w, int64_t time, enum air_column column, const struct day_state *d,
                        int through)
{
    const struct air_level *level = air_level(d->index.level);
    jw_object(w);
    jw_ktime(w, "time", time);
    jw_key(w, "aqi");
    d->index.aqi < 0 ? jw_null(w) : jw_int(w, d->index.aqi);
    jw_key(w, "level");
    level ? jw_int(w, d->index.level) : jw_null(w);
    jw_kstr(w, "level_name", level ? level->name : NULL);
    jw_kstr(w, "level_name_en", level ? level->name_en : NULL);
    jw_kstr(w, "colour", level ? level->colour : NULL);
    jw_key(w, "primary");
    write_primary(w, d->index.primary);
    jw_key(w, "items");
    jw_object(w);
    for (int i = 0; i < AIR_ITEMS; i++) {
        jw_key(w, air_item_word((enum air_item)i));
        jw_object(w);
        jw_kmicro(w, "value", d->v.v[column][i], d->rules ? d->rules->decimals[i] : -1);
        jw_key(w, "iaqi");
        d->rules && d->index.iaqi[i] >= 0 ? jw_int(w, d->index.iaqi[i]) : jw_null(w);
        jw_end_object(w);
    }
    jw_end_object(w);
    jw_kstr(w, "rule", d->rules ? d->rules->set.id : NULL);
    jw_kstr(w, "certainty", d->rules ? d->rules->set.certainty : NULL);
    jw_kbool(w, "valid", d->index.aqi >= 0 && through == 24);
    if (through < 24)
        jw_kbool(w, "provisional", true);
    write_reason(w, d, through);
    jw_end_object(w);
}

static void write_hour(struct jw *w, struct board *b, struct air_of of, int64_t hour)
{
    struct day_state d;
    air_hour_of(b, of, hour, &d);
    write_point(w, cn_hour_start(hour), AIR_HOUR, &d, 24);
}

static void write_day(struct jw *w, struct board *b, struct air_of of, int64_t day, int64_t now)
{
    struct day_state d;
    int through = hours_over(day, now);
    if (air_day_of(b, of, day, through, &d))
        write_point(w, cn_day_start(day), AIR_DAY, &d, through);
    else
        jw_null(w);
}

/* The newest hour that is over and has data; devices are given two hours to send it. */
static int64_t shown_hour(struct board *b, struct air_of of, int64_t now)
{
    int64_t last = cn_hour_of(now) - 1;
    for (int64_t h = last; h > last - 3; h--) {
        struct day_state d;
        air_hour_of(b, of, h, &d);
        if (d.index.na != AIR_NA_NO_DATA)
            return h;
    }
    return last;
}

static void write_regions(struct jw *w, struct board *b, int64_t now)
{
    jw_key(w, "regions");
    jw_array(w);
    for (size_t i = 0; i < b->place->n_regions; i++) {
        const struct region *r = &b->place->regions[i];
        if (!r->parent || air_stations(b, r->id) == 0)
            continue;
        struct air_of of = { .region = r->id };
        jw_object(w);
        jw_kint(w, "id", r->id);
        jw_kstr(w, "name", r->name);
        jw_kstr(w, "name_en", r->name_en);
        jw_key(w, "hour");
        write_hour(w, b, of, shown_hour(b, of, now));
        jw_end_object(w);
    }
    jw_end_array(w);
}

void board_write_city(struct board *b, int64_t now, struct buf *out)
{
    struct jw w = JW(out);
    struct air_of city = { 0 };
    pthread_mutex_lock(&b->lock);
    int64_t hour = shown_hour(b, city, now), last = cn_hour_of(now) - 1;
    int all = 0, silent = 0;
    jw_object(&w);
    jw_kstr(&w, "name", b->place->name);
    jw_kstr(&w, "name_en", b->place->name_en);
    jw_key(&w, "hour");
    write_hour(&w, b, city, hour);
    jw_key(&w, "day");
    write_day(&w, b, city, cn_day_of(now), now);
    jw_key(&w, "yesterday");
    write_day(&w, b, city, cn_day_of(now) - 1, now);
    jw_key(&w, "hours");
    jw_array(&w);
    for (int64_t h = last - 23; h <= last; h++)
        write_hour(&w, b, city, h);
    jw_end_array(&w);
    write_regions(&w, b, now);
    for (size_t i = 0; i < b->place->n_sites; i++) {
        const struct board_site *s = &b->site[i];
        if (s->site->kind != SITE_AIR)
            continue;
        all++;
        silent += !s->last_data || board_silent_from(s, &b->def, now) != 0;
    }
    jw_key(&w, "stations");
    jw_object(&w);
    jw_kint(&w, "all", all);
    jw_kint(&w, "reporting", all - silent);
    jw_kint(&w, "silent", silent);
    jw_end_object(&w);
    jw_key(&w, "water");
    river_write_city(&w, b, now);
    jw_end_object(&w);
    pthread_mutex_unlock(&b->lock);
}

static void write_latest(struct jw *w, const struct board_site *s, const struct stream *st)
{
    char mark[2] = { st->latest.flag, '\0' };
    const struct latest *l = &st->latest;
    int decimals = stream_decimals(s, st);
    bool valid = flag_valid(l->flag) && l->value != MICRO_MISSING;
    const struct site_limit *limit = stream_limit(s, st, cn_day_of(l->time));
    jw_object(w);
    jw_kstr(w, "factor", st->code);
    jw_kstr(w, "name", st->factor ? st->factor->name : st->code);
    jw_kstr(w, "name_en", st->factor ? st->factor->name_en : st->code);
    jw_kmicro(w, "value", l->value, -1);
    jw_key(w, "digits");
    jw_strn(w, l->digits, l->digits_len);
    jw_kstr(w, "unit", stream_unit(s, st));
    jw_kint(w, "decimals", decimals);
    jw_ktime(w, "time", l->time);
    jw_kstr(w, "period", period_name((enum period)l->period));
    jw_kstr(w, "flag", mark);
    jw_kstr(w, "flag_text", flag_text(l->flag, false));
    jw_kstr(w, "flag_text_en", flag_text(l->flag, true));
    jw_kbool(w, "valid", valid);
    jw_kmicro(w, "limit", limit ? limit->upper : MICRO_MISSING, -1);
    jw_kmicro(w, "lower", limit ? limit->lower : MICRO_MISSING, -1);
    jw_kbool(w, "exceeds", valid && limit_exceeded(limit, l->value));
    jw_end_object(w);
}

static void write_site_head(struct jw *w, struct board *b, const struct site *site)
{
    jw_kint(w, "id", site->id);
    jw_kstr(w, "code", site->code);
    jw_kstr(w, "name", site->name);
    jw_kstr(w, "name_en", site->name_en);
    jw_kstr(w, "kind", site_kind_word(site->kind));
    jw_key(w, "region");
    region_write(w, place_region(b->place, site->region));
    jw_key(w, "unit");
    unit_write(w, place_unit(b->place, site->unit));
    jw_key(w, "lng");
    jw_double(w, site->lng);
    jw_key(w, "lat");
    jw_double(w, site->lat);
    jw_kstr(w, "origin", site->origin);
    jw_kstr(w, "origin_note", site->origin_note);
    jw_kstr(w, "origin_note_en", site->origin_note_en);
    jw_kstr(w, "target_class", *site->target_class ? site->target_class : NULL);
}

/* What became of the values due in the last 24 hours, and how many of the last week's records are marked. */
static void write_last_day(struct jw *w, const struct board_site *s, int64_t now)
{
    struct counts c = { 0 };
    int marks = 0;
    for (size_t i = 0; i < s->n_streams; i++)
        count_slots(s, &s->stream[i], now - MS_DAY, now, INT64_MAX, now, &c);
    for (size_t i = s->n_marks; i > 0 && s->mark[i - 1].time > now - 7 * MS_DAY; i--)
        marks++;
    jw_key(w, "last_day");
    write_counts(w, &c);
    jw_kint(w, "marks", marks);
}

void board_write_site(struct board *b, int32_t id, int64_t now, struct buf *out)
{
    struct jw w = JW(out);
    pthread_mutex_lock(&b->lock);
    const struct board_site *s = board_site(b, id);
    if (!s) {
        jw_null(&w);
        pthread_mutex_unlock(&b->lock);
        return;
    }
    struct air_of of = { .site = id };
    jw_object(&w);
    write_site_head(&w, b, s->site);
    jw_ktime(&w, "last_arrival", s->last_arrival);
    jw_ktime(&w, "last_data", s->last_data);
    jw_kbool(&w, "silent",
             s->site->kind < SITE_SEA && (!s->last_data || board_silent_from(s, &b->def, now) != 0));
    write_last_day(&w, s, now);
    jw_key(&w, "latest");
    jw_array(&w);
    for (size_t i = 0; i < s->n_streams; i++)
        if (s->stream[i].latest.digits_len)
            write_latest(&w, s, &s->stream[i]);
    jw_end_array(&w);
    jw_key(&w, "air");
    if (s->site->kind == SITE_AIR)
        write_hour(&w, b, of, shown_hour(b, of, now));
    else
        jw_null(&w);
    jw_key(&w, "water");
    if (s->site->kind == SITE_RIVER)
        river_write_site(&w, b, s, now);
    else
        jw_null(&w);
    jw_key(&w, "points"); /* of the year of the newest sample */
    int64_t newest = s->n_samples ? s->sample[s->n_samples - 1].time : now;
    if (s->site->kind < SITE_SEA || point_rows(b, s, cn_from_ms(newest).year, now, &w) < 0)
        jw_null(&w);
    jw_key(&w, "sampled");
    write_sampled(&w, b, s, now);
    jw_end_object(&w);
    pthread_mutex_unlock(&b->lock);
}

void board_write_aqi(struct board *b, int32_t site, const char *period, int64_t from, int64_t to,
                     struct buf *out)
{
    enum { POINTS_MAX = 24 * 400 };
    struct jw w = JW(out);
    struct air_of of = { .site = site };
    bool days = strcmp(period, "day") == 0;
    pthread_mutex_lock(&b->lock);
    const struct board_site *s = site ? board_site(b, site) : NULL;
    int64_t first = days ? cn_day_of(from) : cn_hour_of(from);
    int64_t last = days ? cn_day_of(to > from ? to - 1 : to) : cn_hour_of(to > from ? to - 1 : to);
    int64_t kept = days ? b->first_day : b->first_day * 24;
    int64_t kept_end = kept + (int64_t)b->n_days * (days ? 1 : 24);
    /* Nothing is said of what is not over (hours) or has not begun (days). */
    int64_t newest = days ? cn_day_of(b->now) : cn_hour_of(b->now) - 1;
    first = first < kept ? kept : first;
    last = last >= kept_end ? kept_end - 1 : last;
    last = last > newest ? newest : last;
    if (last - first >= POINTS_MAX)
        first = last - POINTS_MAX + 1;
    jw_object(&w);
    jw_kint(&w, "site", site);
    jw_kstr(&w, "period", days ? "day" : "hour");
    jw_key(&w, "points");
    jw_array(&w);
    for (int64_t i = first; i <= last && (!site || (s && s->site->kind == SITE_AIR)); i++)
        days ? write_day(&w, b, of, i, b->now) : write_hour(&w, b, of, i);
    jw_end_array(&w);
    jw_end_object(&w);
    pthread_mutex_unlock(&b->lock);
}

void write_air_day(struct board *b, struct air_of of, int64_t day, int64_t now, struct buf *out)
{
    struct jw w = JW(out);
    write_day(&w, b, of, day, now);
}

static void write_set(struct jw *w, const char *kind, const struct ruleset *set)
{
    char date[CN_TEXT];
    jw_object(w);
    jw_kstr(w, "id", set->id);
    jw_kstr(w, "kind", kind);
    jw_kstr(w, "title", set->title);
    jw_kstr(w, "title_en", *set->title_en ? set->title_en : set->title);
    jw_kstr(w, "from", set->from ? cn_format_date(cn_day_start(set->from), date) : NULL);
    jw_kstr(w, "to", set->to < INT64_C(1) << 30 ? cn_format_date(cn_day_start(set->to), date) : NULL);
    jw_kstr(w, "source", set->source);
    jw_kstr(w, "clause", set->clause);
    jw_kstr(w, "certainty", set->certainty);
    jw_kbool(w, "practice", set->practice);
    jw_end_object(w);
}

static void write_other(const char *kind, const struct ruleset *set, void *arg)
{
    write_set(arg, kind, set);
}

void board_write_rules(struct board *b, struct buf *out)
{
    struct jw w = JW(out);
    const struct air_rulebook *k = &b->def.book; /* never changes after board_new */
    jw_array(&w);
    for (size_t i = 0; i < k->n_index; i++)
        write_set(&w, "air.index", &k->index[i].set);
    for (size_t i = 0; i < k->n_evaluation; i++)
        write_set(&w, "air.evaluation", &k->evaluation[i].set);
    for (size_t i = 0; i < k->n_limits; i++)
        write_set(&w, "air.limits", &k->limits[i].set);
    standards_each(&b->def.standards, write_other, &w);
    jw_end_array(&w);
}
