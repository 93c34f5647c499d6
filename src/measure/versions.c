/* One year of the air by the rules of two days, side by side: every station's hours are judged anew under each, from days to the year, and where
 * the two results part stands the clause of each. */
#include "measure/figures.h"

#include <errno.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "measure/rank.h"

enum { VERSIONS = 2 };
struct version {
    int64_t day;
    const struct air_index_rules *index;
    const struct air_evaluation *ev;
    const struct air_limits *lim;
    const struct composite_rules *rank;
    struct air_year item[AIR_ITEMS];
    struct air_counts days;
    micro composite;
};

static bool read_days(const char *text, int64_t ret[VERSIONS])
{
    for (int i = 0; i < VERSIONS; i++, text += 11) {
        int64_t ms;
        size_t len = strcspn(text, ",");
        if (len != 10 || !cn_parse_iso(text, len, &ms) || (i == 0 && text[10] != ',') ||
            (i == 1 && text[10] != '\0'))
            return false;
        ret[i] = cn_day_of(ms);
    }
    return true;
}

/* Every day of the board is judged by the rules of `day`; 0: by its own again. */
static void judge_by(struct board *b, int64_t day)
{
    b->rules_day = day;
    memset(b->city_dirty, 1, b->n_days);
    for (size_t i = 0; i < b->place->n_sites; i++)
        if (b->site[i].dirty)
            memset(b->site[i].dirty, 1, b->n_days);
    air_settle(b);
}

static void read_year(struct board *b, int year, int64_t now, struct version *v)
{
    micro day[AIR_ITEMS][AIR_YEAR_DAYS];
    int aqi[AIR_YEAR_DAYS], n = 0;
    int64_t first = cn_days(year, 1, 1), last = cn_days(year, 12, 31);
    struct place_row city = { .code = "", .name = "", .name_en = "" };
    struct rules_used u;
    for (int64_t d = first; d <= last && d < cn_day_of(now); d++, n++) {
        struct day_state st;
        bool have = air_day_of(b, (struct air_of){ 0 }, d, 24, &st);
        aqi[n] = have ? st.index.aqi : -1;
        for (int i = 0; i < AIR_ITEMS; i++)
            day[i][n] = have ? st.v.v[AIR_DAY][i] : MICRO_MISSING;
    }
    air_count_days(aqi, n, &v->days);
    for (int i = 0; i < AIR_ITEMS; i++)
        air_year(v->ev, v->lim, ZONE_CLASS, (enum air_item)i, year, day[i], n, &v->item[i]);
    v->composite = MICRO_MISSING;
    if (n && rank_rules_on(b, first + n - 1, NULL, &u)) {
        rank_read_row(b, (struct air_of){ 0 }, rank_over_so_far(first, last + 1, now), &u, &city);
        v->composite = city.index.index;
    }
}

/* ---- writing ---- */
struct side {
    const char *figure, *figure_en;
    micro a, b;
    int decimals, decimals_b;
    const struct ruleset *rule_a, *rule_b;
};

static void write_clause(struct jw *w, const char *key, const struct ruleset *set)
{
    char text[300];
    snprintf(text, sizeof text, "%s %s", set->source, set->clause);
    jw_kstr(w, key, text);
}

static void write_side(struct jw *w, const struct side *s)
{
    jw_object(w);
    jw_kstr(w, "figure", s->figure);
    jw_kstr(w, "figure_en", s->figure_en);
    jw_kmicro(w, "a", s->a, s->decimals);
    jw_kmicro(w, "b", s->b, s->decimals_b);
    jw_kbool(w, "differs", s->a != s->b);
    jw_kstr(w, "rule_a", s->rule_a->id);
    jw_kstr(w, "rule_b", s->rule_b->id);
    if (s->a != s->b) {
        write_clause(w, "clause_a", s->rule_a);
        write_clause(w, "clause_b", s->rule_b);
    } else {
        jw_kstr(w, "clause_a", NULL);
        jw_kstr(w, "clause_b", NULL);
    }
    jw_end_object(w);
}

static void write_item(struct jw *w, const struct version v[VERSIONS], int i)
{
    char zh[64], en[64];
    const struct air_year *a = &v[0].item[i], *b = &v[1].item[i];
    const struct ruleset *ea = &v[0].ev->set, *eb = &v[1].ev->set, *la = &v[0].lim->set, *lb = &v[1].lim->set;
    const struct {
        const char *zh, *en;
        micro a, b;
        int decimals, decimals_b;
        const struct ruleset *ra, *rb;
    } line[] = {
        { "年均值", "annual mean", a->mean, b->mean, v[0].ev->decimals[i], v[1].ev->decimals[i], ea, eb },
        { "年均值限值", "limit of the mean", a->limit_mean, b->limit_mean, -1, -1, la, lb },
        { "百分位数", "percentile", a->percentile, b->percentile, v[0].ev->decimals[i], v[1].ev->decimals[i],
          ea, eb },
        { "百分位数限值", "limit of the percentile", a->limit_percentile, b->limit_percentile, -1, -1, la,
          lb },
        { "是否达标（1 达标，0 不达标）", "attains (1 or 0)",
          a->attains < 0 ? MICRO_MISSING : a->attains * MICRO_ONE,
          b->attains < 0 ? MICRO_MISSING : b->attains * MICRO_ONE, 0, 0, la, lb },
    };
    for (size_t k = 0; k < COUNT_OF(line); k++) {
        if (line[k].a == MICRO_MISSING && line[k].b == MICRO_MISSING)
            continue;
        snprintf(zh, sizeof zh, "%s %s", item_name(i), line[k].zh);
        snprintf(en, sizeof en, "%s %s", item_name(i), line[k].en);
        write_side(w, &(struct side){ zh, en, line[k].a, line[k].b, line[k].decimals, line[k].decimals_b,
                                      line[k].ra, line[k].rb });
    }
}

static void write_rows(struct jw *w, const struct version v[VERSIONS])
{
    const struct ruleset *ia = &v[0].index->set, *ib = &v[1].index->set;
    jw_key(w, "rows");
    jw_array(w);
    write_side(w, &(struct side){ "优良天数比例（%）", "share of good days (%)", v[0].days.good_ratio,
                                  v[1].days.good_ratio, 1, 1, ia, ib });
    write_side(w, &(struct side){ "优良天数", "good days", v[0].days.good * MICRO_ONE,
                                  v[1].days.good * MICRO_ONE, 0, 0, ia, ib });
    write_side(w, &(struct side){ "重度及以上污染天数", "heavily polluted days", v[0].days.heavy * MICRO_ONE,
                                  v[1].days.heavy * MICRO_ONE, 0, 0, ia, ib });
    for (int i = 0; i < AIR_ITEMS; i++)
        write_item(w, v, i);
    if (v[0].rank && v[1].rank)
        write_side(w, &(struct side){ "综合指数", "composite index", v[0].composite, v[1].composite, 2, 2,
                                      &v[0].rank->set, &v[1].rank->set });
    jw_end_array(w);
}

static void write_version(struct jw *w, const char *key, const struct version *v)
{
    char date[CN_TEXT];
    jw_key(w, key);
    jw_object(w);
    jw_kstr(w, "day", cn_format_date(cn_day_start(v->day), date));
    write_used_set(w, "index", "air.index", &v->index->set);
    write_used_set(w, "evaluation", "air.evaluation", &v->ev->set);
    write_used_set(w, "limits", "air.limits", &v->lim->set);
    write_used_set(w, "ranking", "air.ranking", v->rank ? &v->rank->set : NULL);
    jw_end_object(w);
}

/* rules: two dates; "": the last days of the two editions that met in 2026 (HJ 633-2012 and HJ 633-2026). */
int figures_versions(struct board *b, const struct figures_ask *ask, int64_t now, struct jw *w, struct err *e)
{
    int64_t day[VERSIONS] = { cn_days(2025, 12, 31), cn_days(2026, 12, 31) };
    struct version v[VERSIONS];
    if (!air_stations(b, 0) || !b->n_days) {
        jw_null(w);
        return 0;
    }
    if (ask->rules && *ask->rules && !read_days(ask->rules, day))
        return err_named(e, -EINVAL, "bulletin.rules", "rules: wants two dates, 2025-12-31,2026-12-31");
    for (int i = 0; i < VERSIONS; i++) {
        v[i] = (struct version){ .day = day[i],
                                 .index = air_index_on(&b->def.book, day[i]),
                                 .ev = air_evaluation_on(&b->def.book, day[i]),
                                 .lim = air_limits_on(&b->def.book, day[i]),
                                 .rank = composite_on(&b->def.ordinances, day[i]) };
        if (!v[i].index || !v[i].ev || !v[i].lim)
            return err_named(e, -EINVAL, "bulletin.rules", "no rules of the air are in force on that day");
    }
    for (int i = 0; i < VERSIONS; i++) {
        judge_by(b, day[i]);
        read_year(b, ask->year, now, &v[i]);
    }
    judge_by(b, 0);
    jw_object(w);
    jw_kint(w, "year", ask->year);
    write_version(w, "first", &v[0]);
    write_version(w, "second", &v[1]);
    write_rows(w, v);
    jw_end_object(w);
    return 0;
}
