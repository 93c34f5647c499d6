/* Points sampled by season: the sea, groundwater, soil, sources of drinking water. Each season's mean is judged, and the year's of all its samples.
 *
 * A share of points and a share of area are two figures with two names (sea.h); nothing here adds or averages one with the other. */
#include "measure/figures.h"
#include "measure/sample.h"

#include <errno.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"

enum { SPRING, SUMMER, AUTUMN, WINTER, WHOLE_YEAR, PARTS_OF_YEAR };
static const struct {
    const char *zh, *en;
    int first, last; /* months; winter is January, February and December of the same year */
} seasons[PARTS_OF_YEAR] = { { "春季", "spring", 3, 5 },
                             { "夏季", "summer", 6, 8 },
                             { "秋季", "autumn", 9, 11 },
                             { "冬季", "winter", 12, 2 },
                             { "全年", "year", 1, 12 } };

struct point {
    const struct grade_table *t;
    struct grade_ask ask;
    struct graded g;
    micro v[GRADE_ITEMS];
    size_t samples;
    int attains; /* 1, 0, -1 */
    const char *why, *why_en;
};

static const char *table_kind(const struct site *s)
{
    switch (s->kind) {
    case SITE_SEA:
        return SEA_CLASSES;
    case SITE_GROUNDWATER:
        return "ground.classes";
    case SITE_SOIL:
        return strncmp(s->use, "class", 5) == 0 ? SOIL_BUILD : SOIL_FARM;
    case SITE_DRINKING:
        return WATER_CLASSES;
    default:
        return NULL;
    }
}

static bool in_season(int64_t time, int year, int season)
{
    struct cn_civil c = cn_from_ms(time);
    if (c.year != year)
        return false;
    if (season == WINTER)
        return c.month == 12 || c.month <= 2;
    return c.month >= seasons[season].first && c.month <= seasons[season].last;
}

static micro mean_of(const struct board_site *s, const struct grade_item *item, const char *code, int year,
                     int season, size_t *ret_n)
{
    micro v[366];
    size_t n = 0;
    for (size_t i = 0; i < s->n_samples && n < COUNT_OF(v); i++) {
        const struct sample *m = &s->sample[i];
        if (in_season(m->time, year, season) &&
            (item ? sample_is(item, m->code) : code && strcmp(m->code, code) == 0))
            v[n++] = m->v;
    }
    *ret_n = n > *ret_n ? n : *ret_n;
    return n ? water_mean(item, v, n, 1) : MICRO_MISSING;
}

static int farm_variant(const struct board_site *s, const struct grade_table *t, int year, int season)
{
    size_t n = 0;
    micro ph = mean_of(s, NULL, "ph", year, season, &n);
    enum soil_use use = strcmp(s->site->use, "paddy") == 0     ? SOIL_PADDY
                        : strcmp(s->site->use, "orchard") == 0 ? SOIL_ORCHARD
                                                               : SOIL_OTHER;
    return soil_farm_variant(t, use, ph);
}

static void judge(struct board *b, const struct board_site *s, int year, int season, struct point *p)
{
    const char *kind = table_kind(s->site);
    *p = (struct point){ .t = grade_on(&b->def.standards.grades, kind, ruled(b, cn_days(year, 12, 31))),
                         .attains = -1 };
    if (!p->t)
        return;
    for (int i = 0; i < GRADE_ITEMS; i++)
        p->v[i] =
            i < p->t->n_items ? mean_of(s, &p->t->item[i], NULL, year, season, &p->samples) : MICRO_MISSING;
    int variant = strcmp(kind, SOIL_FARM) == 0                      ? farm_variant(s, p->t, year, season)
                  : strcmp(kind, SOIL_BUILD) == 0                   ? grade_variant_of(p->t, s->site->use)
                  : s->site->kind == SITE_DRINKING && s->site->lake ? WATER_LAKE
                                                                    : 0;
    if (variant < 0) {
        p->why = "缺 pH，不能选定筛选值";
        p->why_en = "no pH: the screening value cannot be chosen";
        return;
    }
    p->ask = (struct grade_ask){ .variant = variant,
                                 .target = s->site->kind == SITE_DRINKING ? 3 : p->t->reference };
    grade_judge(p->t, &p->ask, p->v, &p->g);
    p->attains = grade_attains(p->t, &p->ask, &p->g);
    if (!p->g.grade) {
        p->why = p->samples ? "项目不全" : "未采样";
        p->why_en = p->samples ? "items are missing" : "not sampled";
    }
}

/* A drinking-water source must meet table 2 besides. */
static void write_extra(struct jw *w, struct board *b, const struct board_site *s, int year, int season,
                        int attains)
{
    const struct grade_table *t =
        grade_on(&b->def.standards.grades, WATER_SOURCE, ruled(b, cn_days(year, 12, 31)));
    struct grade_ask ask = { .target = 1 };
    struct graded g;
    micro v[GRADE_ITEMS];
    size_t n = 0;
    char text[256] = "";
    for (int i = 0; t && i < GRADE_ITEMS; i++)
        v[i] = i < t->n_items ? mean_of(s, &t->item[i], NULL, year, season, &n) : MICRO_MISSING;
    int extra = -1;
    if (t) {
        grade_judge(t, &ask, v, &g);
        extra = grade_attains(t, &ask, &g);
        grade_text_over(t, &g, -1, GRADE_TEXT_ZH, text, sizeof text);
    }
    jw_kstr(w, "over_extra", *text ? text : NULL);
    int both = attains == 0 || extra == 0 ? 0 : attains == 1 && extra == 1 ? 1 : -1;
    jw_key(w, "attains");
    both < 0 ? jw_null(w) : jw_bool(w, both == 1);
}

static void write_point(struct jw *w, struct board *b, const struct board_site *s, int year, int season)
{
    struct point p;
    char text[256];
    judge(b, s, year, season, &p);
    if (!p.samples && season != WHOLE_YEAR)
        return;
    jw_object(w);
    jw_kint(w, "site", s->site->id);
    jw_kstr(w, "code", s->site->code);
    jw_kstr(w, "point", s->site->name);
    jw_kstr(w, "point_en", s->site->name_en);
    jw_kstr(w, "region", region_name(b, s->site->region, false));
    jw_kstr(w, "season", seasons[season].zh);
    jw_kstr(w, "season_en", seasons[season].en);
    jw_kint(w, "samples", (int64_t)p.samples);
    jw_kmicro(w, "area", s->site->area, -1);
    jw_key(w, "grade");
    p.g.grade ? jw_int(w, p.g.grade) : jw_null(w);
    jw_kstr(w, "grade_name", p.g.grade ? grade_name(p.t, p.g.grade, false) : NULL);
    jw_kstr(w, "grade_name_en", p.g.grade ? grade_name(p.t, p.g.grade, true) : NULL);
    jw_kstr(w, "over",
            p.t && p.g.n_over ? grade_text_over(p.t, &p.g, -1, GRADE_TEXT_ZH, text, sizeof text) : NULL);
    if (s->site->kind == SITE_DRINKING) {
        write_extra(w, b, s, year, season, p.attains);
    } else {
        jw_key(w, "attains");
        p.attains < 0 ? jw_null(w) : jw_bool(w, p.attains == 1);
    }
    jw_kstr(w, "certainty", p.g.grade ? certainty_word(p.g.certainty) : NULL);
    jw_kstr(w, "reason", p.why);
    jw_kstr(w, "reason_en", p.why_en);
    jw_end_object(w);
}

int point_rows(struct board *b, const struct board_site *s, int year, int64_t now, struct jw *w)
{
    (void)now;
    if (!table_kind(s->site))
        return -ENOENT;
    jw_array(w);
    for (int season = 0; season < PARTS_OF_YEAR; season++)
        write_point(w, b, s, year, season);
    jw_end_array(w);
    return 0;
}

size_t point_sets(struct board *b, const struct board_site *s, int year, const char *kind[2],
                  const struct ruleset *set[2])
{
    const char *kinds[2] = { table_kind(s->site), s->site->kind == SITE_DRINKING ? WATER_SOURCE : NULL };
    size_t n = 0;
    for (size_t i = 0; i < 2; i++) {
        const struct grade_table *t =
            kinds[i] ? grade_on(&b->def.standards.grades, kinds[i], ruled(b, cn_days(year, 12, 31))) : NULL;
        if (t) {
            kind[n] = kinds[i];
            set[n++] = &t->set;
        }
    }
    return n;
}

static const struct grade_item *item_of(struct board *b, const char *kind, const char *code, int64_t day)
{
    const struct grade_table *t = kind ? grade_on(&b->def.standards.grades, kind, day) : NULL;
    int i = t ? grade_item_of(t, code, strlen(code)) : -1;
    return i < 0 ? NULL : &t->item[i];
}

void write_sampled(struct jw *w, struct board *b, const struct board_site *s, int64_t now)
{
    int64_t day = cn_day_of(now);
    const char *kind = s->site->kind == SITE_RIVER ? WATER_CLASSES : table_kind(s->site);
    const struct load_rules *load = load_on(&b->def.ordinances, day);
    jw_array(w);
    for (const char *const *c = s->site->sampled; c && *c; c++) {
        const struct grade_item *it = item_of(b, kind, *c, day);
        if (!it && s->site->kind == SITE_DRINKING)
            it = item_of(b, WATER_SOURCE, *c, day);
        bool flow = !it && load && strcmp(load->flow, *c) == 0, ph = strcmp(*c, "ph") == 0;
        jw_object(w);
        jw_kstr(w, "code", *c);
        jw_kstr(w, "name", it ? it->name : flow ? "日均流量" : ph ? "pH" : *c);
        jw_kstr(w, "name_en", it ? it->name_en : flow ? "daily mean flow" : ph ? "pH" : *c);
        jw_kstr(w, "unit", it ? it->unit : flow ? "m³/s" : "");
        jw_end_object(w);
    }
    jw_end_array(w);
}

/* ---- shares ---- */
struct tally {
    int points, judged, count[GRADE_STEPS + 1];
    micro area[GRADE_STEPS + 1]; /* of the judged points */
    bool area_known;             /* every judged point says what area it stands for */
    const struct grade_table *t;
};

static void count_points(struct board *b, enum site_kind kind, const char *table, int year, struct tally *ret)
{
    *ret = (struct tally){ .area_known = true };
    for (size_t i = 0; i < b->place->n_sites; i++) {
        const struct board_site *s = &b->site[i];
        struct point p;
        if (s->site->kind != kind || strcmp(table_kind(s->site), table) != 0)
            continue;
        ret->points++;
        judge(b, s, year, WHOLE_YEAR, &p);
        ret->t = p.t ? p.t : ret->t;
        if (!p.g.grade)
            continue;
        ret->judged++;
        ret->count[p.g.grade - 1]++;
        ret->area_known = ret->area_known && s->site->area != MICRO_MISSING;
        if (s->site->area != MICRO_MISSING)
            ret->area[p.g.grade - 1] += s->site->area;
    }
}

static void write_counts_of(struct jw *w, const struct tally *n)
{
    jw_key(w, "counts");
    jw_array(w);
    for (int i = 0; n->t && i <= n->t->n_grades; i++) {
        jw_object(w);
        jw_kstr(w, "grade_name", grade_name(n->t, i + 1, false));
        jw_kstr(w, "grade_name_en", grade_name(n->t, i + 1, true));
        jw_kint(w, "points", n->count[i]);
        jw_end_object(w);
    }
    jw_end_array(w);
}

static micro change_of(const struct sea_shares *before, const struct sea_shares *now)
{
    micro change = MICRO_MISSING;
    struct err e;
    if (before->known && now->known && sea_shares_change(before, now, &change, &e) < 0)
        change = MICRO_MISSING;
    return change;
}

static void shares_of(const struct tally *n, struct sea_shares *points, struct sea_shares *area)
{
    sea_shares_of_points(n->count, points);
    *area = (struct sea_shares){ .basis = SEA_BY_AREA };
    if (n->area_known && n->judged)
        sea_shares_of_area(n->area, area);
}

/* The sea alone is told both ways: "good_by_points" (点位优良比例) and "good_by_area" (面积优良比例), never one from the other. */
static void write_sea_shares(struct jw *w, struct board *b, const struct tally *n, const struct tally *before,
                             int year)
{
    struct sea_shares points, area, points_before, area_before;
    struct err why = { .text = "" };
    shares_of(n, &points, &area);
    shares_of(before, &points_before, &area_before);
    jw_kmicro(w, "good_by_points", points.known ? points.good : MICRO_MISSING, 1);
    jw_kmicro(w, "good_by_points_change", change_of(&points_before, &points), 1);
    jw_kmicro(w, "good_by_area", area.known ? area.good : MICRO_MISSING, 1);
    jw_kmicro(w, "good_by_area_change", change_of(&area_before, &area), 1);
    jw_kstr(w, "area_reason", area.known ? NULL : "有点位未给出代表面积，不计算面积比例");
    const struct sea_evaluation *ev =
        sea_evaluation_on(&b->def.standards.sea, ruled(b, cn_days(year, 12, 31)));
    int word = ev ? sea_quality(ev, &points, &why) : -1;
    jw_kstr(w, "quality", word >= 0 ? ev->word[word].name : NULL);
    jw_kstr(w, "quality_reason", word >= 0 ? NULL : "没有生效的海域水质状况分级规则，不给出等级词");
    write_used_set(w, "words_rule", "sea.evaluation", ev ? &ev->set : NULL);
}

static const struct {
    const char *key, *name, *name_en;
    enum site_kind kind;
    const char *table;
} media[] = {
    { "sea", "近岸海域", "sea", SITE_SEA, SEA_CLASSES },
    { "groundwater", "地下水", "groundwater", SITE_GROUNDWATER, "ground.classes" },
    { "soil_farm", "农用地土壤", "farm soil", SITE_SOIL, SOIL_FARM },
    { "soil_build", "建设用地土壤", "building land", SITE_SOIL, SOIL_BUILD },
    { "drinking", "饮用水水源", "drinking water", SITE_DRINKING, WATER_CLASSES },
};

static void write_medium(struct jw *w, struct board *b, size_t k, int year)
{
    struct tally n, before;
    count_points(b, media[k].kind, media[k].table, year, &n);
    count_points(b, media[k].kind, media[k].table, year - 1, &before);
    jw_key(w, media[k].key);
    if (!n.points) {
        jw_null(w);
        return;
    }
    jw_object(w);
    jw_kstr(w, "name", media[k].name);
    jw_kstr(w, "name_en", media[k].name_en);
    write_used_set(w, "rule", media[k].table, n.t ? &n.t->set : NULL);
    jw_kint(w, "points", n.points);
    jw_kint(w, "judged", n.judged);
    write_counts_of(w, &n);
    if (media[k].kind == SITE_SEA)
        write_sea_shares(w, b, &n, &before, year);
    jw_key(w, "rows");
    jw_array(w);
    for (size_t i = 0; i < b->place->n_sites; i++) {
        const struct board_site *s = &b->site[i];
        if (s->site->kind != media[k].kind || strcmp(table_kind(s->site), media[k].table) != 0)
            continue;
        for (int season = 0; season < PARTS_OF_YEAR; season++)
            write_point(w, b, s, year, season);
    }
    jw_end_array(w);
    jw_end_object(w);
}

int figures_points(struct board *b, const struct figures_ask *ask, int64_t now, struct jw *w, struct err *e)
{
    (void)now;
    (void)e;
    jw_object(w);
    for (size_t k = 0; k < COUNT_OF(media); k++)
        write_medium(w, b, k, ask->year);
    jw_end_object(w);
    return 0;
}
