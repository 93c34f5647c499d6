#include "measure/figures.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "measure/rank.h"

void month_days(int year, int month, int64_t *ret_first, int64_t *ret_last)
{
    *ret_first = cn_days(year, month ? month : 1, 1);
    *ret_last = month ? *ret_first + cn_days_in_month(year, month) - 1 : cn_days(year, 12, 31);
}

void write_used_set(struct jw *w, const char *key, const char *kind, const struct ruleset *set)
{
    jw_key(w, key);
    if (!set) {
        jw_null(w);
        return;
    }
    jw_object(w);
    jw_kstr(w, "id", set->id);
    jw_kstr(w, "kind", kind);
    jw_kstr(w, "title", set->title);
    jw_kstr(w, "title_en", set->title_en);
    jw_kstr(w, "source", set->source);
    jw_kstr(w, "clause", set->clause);
    jw_kstr(w, "certainty", set->certainty);
    jw_end_object(w);
}

const char *region_name(const struct board *b, int32_t region, bool english)
{
    const struct region *r = place_region(b->place, region);
    return r ? english ? r->name_en : r->name : NULL;
}

micro figure_item(const struct river_figure *f, const char *word)
{
    int i = f->table ? grade_item_of(f->table, word, strlen(word)) : -1;
    return i < 0 ? MICRO_MISSING : f->v[i];
}

/* ---- air ---- */

static void write_levels(struct jw *w, struct board *b, int64_t first, int64_t last, int64_t now)
{
    int aqi[AIR_YEAR_DAYS], n = 0;
    struct air_counts c;
    for (int64_t day = first; day <= last && day < cn_day_of(now) && n < AIR_YEAR_DAYS; day++, n++) {
        struct day_state d;
        aqi[n] = air_day_of(b, (struct air_of){ 0 }, day, 24, &d) ? d.index.aqi : -1;
    }
    air_count_days(aqi, n, &c);
    jw_key(w, "levels");
    jw_array(w);
    for (int i = 1; i <= 6; i++) {
        const struct air_level *l = air_level(i);
        jw_object(w);
        jw_kint(w, "level", i);
        jw_kstr(w, "name", l->name);
        jw_kstr(w, "name_en", l->name_en);
        jw_kint(w, "days", c.level[i]);
        jw_kmicro(
            w, "percent",
            c.valid ? micro_round(micro_muldiv(c.level[i] * MICRO_ONE, 100, c.valid), 1) : MICRO_MISSING, 1);
        jw_end_object(w);
    }
    jw_end_array(w);
}

static void write_heavy(struct jw *w, struct board *b, int64_t first, int64_t last, int64_t now)
{
    jw_key(w, "heavy");
    jw_array(w);
    for (int64_t day = first; day <= last && day < cn_day_of(now); day++) {
        struct day_state d;
        char date[CN_TEXT];
        if (!air_day_of(b, (struct air_of){ 0 }, day, 24, &d) || d.index.aqi <= 200)
            continue;
        jw_object(w);
        jw_kstr(w, "date", cn_format_date(cn_day_start(day), date));
        jw_kint(w, "aqi", d.index.aqi);
        jw_kstr(w, "level", air_level(d.index.level)->name);
        jw_kstr(w, "level_en", air_level(d.index.level)->name_en);
        jw_key(w, "primary");
        write_primary(w, d.index.primary);
        jw_end_object(w);
    }
    jw_end_array(w);
}

int figures_air(struct board *b, const struct figures_ask *ask, int64_t now, struct jw *w, struct err *e)
{
    struct ranking_ask period = { .other = NULL };
    struct buf text = BUF_INIT;
    int64_t last;
    month_days(ask->year, ask->month, &period.from, &last);
    period.to = last + 1;
    if (!air_stations(b, 0)) {
        jw_null(w);
        return 0;
    }
    int r = rank_write(b, &period, now, &text, e);
    if (r < 0) {
        buf_release(&text);
        return r;
    }
    jw_object(w);
    jw_key(w, "ranking");
    jw_raw(w, text.data);
    write_levels(w, b, period.from, last, now);
    write_heavy(w, b, period.from, last, now);
    buf_clear(&text);
    jw_key(w, "year");
    if (ask->month == 0) {
        write_air_year(b, 0, ask->year, now, &text);
        jw_raw(w, text.data);
    } else {
        jw_null(w);
    }
    jw_end_object(w);
    buf_release(&text);
    return 0;
}

/* ---- rivers and lakes ---- */

static int class_of(const struct river_figure *f)
{
    return f->g.grade;
}

static void write_section(struct jw *w, struct board *b, const struct board_site *s,
                          const struct figures_ask *ask, int64_t now)
{
    enum river_span span = ask->month ? RIVER_MONTH : RIVER_YEAR;
    int month = ask->month ? ask->month : 1;
    struct river_figure last;
    river_figure(b, s, span, cn_days(ask->year - 1, month, 1), now, &last);
    jw_object(w);
    jw_kint(w, "site", s->site->id);
    jw_kstr(w, "code", s->site->code);
    jw_kstr(w, "name", s->site->name);
    jw_kstr(w, "name_en", s->site->name_en);
    jw_kstr(w, "river", *s->site->river ? s->site->river : NULL);
    jw_kstr(w, "network", s->site->network);
    jw_kstr(w, "region", region_name(b, s->site->region, false));
    jw_kstr(w, "target", s->site->target_class);
    jw_kbool(w, "lake", s->site->lake);
    jw_kstr(w, "last_class", class_of(&last) ? grade_name(last.table, class_of(&last), false) : NULL);
    jw_key(w, "figure");
    river_write_figure(w, b, s, span, cn_days(ask->year, month, 1), now);
    jw_end_object(w);
}

int figures_rivers(struct board *b, const struct figures_ask *ask, int64_t now, struct jw *w, struct err *e)
{
    enum river_span span = ask->month ? RIVER_MONTH : RIVER_YEAR;
    int month = ask->month ? ask->month : 1;
    (void)e;
    jw_object(w);
    jw_key(w, "group");
    river_write_group(w, b, span, cn_days(ask->year, month, 1), now);
    jw_key(w, "last");
    river_write_group(w, b, span, cn_days(ask->year - 1, month, 1), now);
    jw_key(w, "sections");
    jw_array(w);
    for (size_t i = 0; i < b->place->n_sites; i++)
        if (b->site[i].site->kind == SITE_RIVER)
            write_section(w, b, &b->site[i], ask, now);
    jw_end_array(w);
    jw_end_object(w);
    return 0;
}

/* ---- the parts ---- */
static const struct {
    const char *word;
    int (*write)(struct board *b, const struct figures_ask *ask, int64_t now, struct jw *w, struct err *e);
    bool monthly, yearly;
} parts[] = {
    { "air", figures_air, true, true },
    { "rivers", figures_rivers, true, true },
    { "handover", figures_handover, true, false },
    { "money", figures_money, true, true },
    { "loads", figures_loads, false, true },
    { "points", figures_points, false, true },
    { "versions", figures_versions, false, true },
};

int board_figures(struct board *b, const struct figures_ask *ask, int64_t now, struct buf *out, struct err *e)
{
    size_t i = 0;
    while (i < COUNT_OF(parts) && strcmp(parts[i].word, ask->part) != 0)
        i++;
    if (i == COUNT_OF(parts))
        return err_named(e, -EINVAL, "bulletin.part", "'%.40s' is no part of a bulletin", ask->part);
    if (ask->year < 1900 || ask->year > 9998 || ask->month < 0 || ask->month > 12 ||
        !(ask->month ? parts[i].monthly : parts[i].yearly))
        return err_named(e, -EINVAL, "bulletin.period", "%s is not told of a %s", ask->part,
                         ask->month ? "month" : "year");
    struct jw w = JW(out);
    pthread_mutex_lock(&b->lock);
    int r = parts[i].write(b, ask, now, &w, e);
    pthread_mutex_unlock(&b->lock);
    return r == 0 && out->failed ? err_set(e, -ENOMEM, "out of memory") : r;
}
