/* water.h - surface water: from samples to the class of a section, from sections to rivers, basins and cities, lakes, city ranking.
 *
 * Pure: no I/O, no clock. The classes themselves are a table of grade.h, GB 3838 (kind "water.classes", variants "river" and
 * "lake", selections "gb3838-21" and "auto-5"); this header is what 环办〔2011〕22号 and its companions do with them. One section
 * is judged so:
 *
 *     const struct grade_table *t = grade_on(&std->grades, WATER_CLASSES, day);
 *     micro v[GRADE_ITEMS];                       // all MICRO_MISSING, then
 *     v[grade_item_of(t, "nh3n", 4)] = ...;       // by word ("nh3n") or by code ("w21003")
 *     struct grade_ask ask = { .variant = WATER_RIVER, .selection = grade_selection_of(t, "auto-5"), .target = 3 };
 *     struct graded g;
 *     grade_judge(t, &ask, v, &g);                // g.grade 1..6: Ⅰ..劣Ⅴ; 0: cannot be judged, g.why and g.missing say why
 *     grade_name(t, g.grade, false);              // "劣Ⅴ"
 *     water_quality(ev, g.grade)->name;           // "重度污染", with its colour
 *     grade_text_over(t, &g, -1, GRADE_TEXT_ZH, text, sizeof text);   // 超标因子: "化学需氧量(0.3)、总磷(0.25)"
 *     grade_text_items(t, g.deciding, GRADE_TEXT_ZH, ...);            // 定类因子
 *
 * ask.round applies the method's decimals before judging (总站水字〔2018〕87号); the national automatic network publishes classes of
 * unrounded values. Mean first, then round, then judge: nothing is rounded twice. */
#pragma once

#include "standard/grade.h"

#define WATER_CLASSES "water.classes" /* GB 3838 table 1 */
#define WATER_SOURCE  "water.source"  /* GB 3838 table 2: what a drinking-water source must meet besides */
#define WATER_BLACK   "water.black"   /* black and odorous water: not, light, heavy */

enum water_body {
    WATER_RIVER,
    WATER_LAKE,
    WATER_BODIES
}; /* variants of WATER_CLASSES, in this order in the file */
enum { WATER_CLASS_COUNT = 6, WATER_QUALITIES = 5 }; /* classes with 劣Ⅴ; 优 ... 重度污染 */

/* ---- how classes are used (kind "water.evaluation") ---- */
struct water_word {
    char name[24], name_en[40], colour_name[16], colour[8]; /* "优", "Excellent", "蓝", "#..." */
};
struct water_evaluation {
    struct ruleset set;
    struct water_word quality[WATER_QUALITIES];
    int quality_of_class[WATER_CLASS_COUNT]; /* index of class - 1; gives an index of quality */
    enum certainty colours;
    int few;                       /* fewer sections than this are judged by their mean */
    int good_class;                /* 优良 is up to this class */
    int good_first, good_second;   /* percent: G >= first 优, >= second 良好 ... */
    int bad_second, bad_third;     /* ... else D < second 轻度, < third 中度, else 重度 */
    int main_items;                /* how many main pollutants are named */
    int change_some, change_clear; /* percentage points of a group's change */
    enum certainty change;
    int month_samples, quarter_samples, year_months, year_months_ice; /* the fewest that make a mean */
    int valid_share; /* percent of an automatic station's values due that a day's or month's mean needs */
    enum certainty samples;
};
const struct water_word *water_quality(const struct water_evaluation *ev,
                                       int cls); /* of a section; NULL for 0 */

/* ---- means ---- */
/* Arithmetic mean of the values there are, MICRO_MISSING when there are fewer than `needs`. pH is averaged as hydrogen ions:
 * -log10(mean(10^-pH)); `item` NULL is never pH. */
micro water_mean(const struct grade_item *item, const micro *v, size_t n, size_t needs);

/* ---- a river, a basin, a city; a lake of several points ---- */
struct water_section {
    micro v[GRADE_ITEMS]; /* means of the period, in the table's order */
    struct grade_ask ask;
};
struct water_main {
    uint8_t item;
    micro multiple; /* of the mean when judged by it ... */
    micro share;    /* ... else the percent of sections over class III */
};
struct water_group {
    int sections, judged;
    int count[WATER_CLASS_COUNT + 1]; /* by class; [0]: cannot be judged */
    micro good, bad; /* 优良比例 and 劣Ⅴ ratio in percent of the judged, not rounded; MICRO_MISSING: none */
    int quality;  /* 1 .. WATER_QUALITIES; 0: cannot be judged */
    bool by_mean; /* fewer than ev->few sections: the mean's class is in mean.grade */
    struct graded mean;
    struct water_main main[GRADE_ITEMS];
    int n_main;
};
/* Of the counts alone: n judged sections, of them good (up to class III) and bad (beyond V); n > 0. */
int water_quality_of_shares(const struct water_evaluation *ev, int good, int bad, int n);
/* The order of the sections changes nothing. */
void water_group(const struct water_evaluation *ev, const struct grade_table *t,
                 const struct water_section *s, size_t n, struct water_group *ret);
/* Means over the points of a lake, or over sections: *ret is to be judged like one section. */
void water_points_mean(const struct grade_table *t, const struct water_section *s, size_t n,
                       micro ret[GRADE_ITEMS]);

/* ---- drinking-water sources: table 1 at its class and table 2 must all hold (GB 3838 clause 5) ---- */
struct water_source {
    int attains; /* 1, 0, -1 cannot be judged */
    struct graded basic, supplementary;
};
/* extra is in the order of t2's items; `target` is III, for a first-grade zone II. */
void water_source(const struct grade_table *t1, const struct grade_table *t2, const struct grade_ask *ask,
                  const micro *v, const micro *extra, struct water_source *ret);

/* ---- trend between two periods ---- */
enum water_change {
    WATER_SAME,
    WATER_BETTER,
    WATER_MUCH_BETTER,
    WATER_WORSE,
    WATER_MUCH_WORSE,
    WATER_CHANGE_UNKNOWN
};
enum water_change water_change_section(const struct water_evaluation *ev, int class_before, int class_now);
enum water_change water_change_group(const struct water_evaluation *ev, const struct water_group *before,
                                     const struct water_group *now);
const char *water_change_word(enum water_change c, bool english); /* "明显好转" ... */

/* ---- lakes: trophic state index (kind "water.trophic") ---- */
enum { TROPHIC_ITEMS = 8, TROPHIC_LEVELS = 5 };
struct trophic_rules {
    struct ruleset set;
    struct {
        char word[GRADE_WORD];  /* "chla" mg/m3, "tp", "tn", "sd" m, "codmn" */
        double base, slope, r2; /* TLI(j) = 10 (base + slope ln c); weight r2 / sum r2 */
    } item[TROPHIC_ITEMS];
    int n_items;
    char level[TROPHIC_LEVELS][32], level_en[TROPHIC_LEVELS][40];
    micro top[TROPHIC_LEVELS]; /* upper bounds; the first is not part of its level */
};
struct trophic {
    micro part[TROPHIC_ITEMS],
        index; /* unrounded to the sixth place; index MICRO_MISSING: an item is missing or not above 0 */
    int level; /* 1 贫营养 .. 5 重度富营养; 0: none */
};
void water_trophic(const struct trophic_rules *r, const micro *c,
                   struct trophic *ret); /* c in the order of r->item */

/* ---- ranking of cities (kind "water.ranking") ---- */
struct ranking_rules {
    struct ruleset set;
    char selection[GRADE_WORD];
    micro ph_neutral, ph_low, ph_high;
    int decimals; /* of a printed index */
};
/* Sum over the items of C / S(III); dissolved oxygen S / C; pH by its distance from 7. Not rounded inside. MICRO_MISSING when an
 * item of the selection is missing or dissolved oxygen is not above 0; then *ret_missing, when not NULL, has the items. */
micro water_cwqi(const struct ranking_rules *r, const struct grade_table *t, int variant, const micro *v,
                 uint64_t *ret_missing);
/* Weighted by the number of river sections and lake points. */
micro water_cwqi_city(micro river, int sections, micro lake, int points);
/* Percent; negative is better. MICRO_MISSING when before is not above 0. */
micro water_cwqi_change(micro before, micro now);
/* Places 1.. by index, smallest first; equal indices (as printed) share a place, the missing have 0. */
void water_rank(const struct ranking_rules *r, const micro *index, size_t n, int *ret_place);

/* ---- black and odorous water: the transparency its table is to be asked with; depth MICRO_MISSING: deep enough ---- */
micro water_black_transparency(micro transparency_cm, micro depth_cm);

/* ---- oxygen saturation, as an alternative for class I (GB 3838 table 1) ---- */
micro water_oxygen_saturation(micro celsius); /* mg/L of fresh water: 468 / (31.6 + T) */

/* ---- rule sets: water.evaluation, water.trophic, water.ranking ---- */
enum { WATER_SETS = 8 };
struct water_rulebook {
    struct water_evaluation evaluation[WATER_SETS];
    struct trophic_rules trophic[WATER_SETS];
    struct ranking_rules ranking[WATER_SETS];
    size_t n_evaluation, n_trophic, n_ranking;
};
bool water_kind_known(const char *kind);
int water_rulebook_add(struct water_rulebook *book, const char *name, const json_t *tree, struct err *e);
/* grades: the tables the tests are judged by. */
int water_rulebook_test(const struct water_rulebook *book, const struct grade_book *grades, const char *name,
                        const json_t *tree, int *ret_run, struct err *e);
/* NULL when none is in force on that day. */
const struct water_evaluation *water_evaluation_on(const struct water_rulebook *book, int64_t day);
const struct trophic_rules *water_trophic_on(const struct water_rulebook *book, int64_t day);
const struct ranking_rules *water_ranking_on(const struct water_rulebook *book, int64_t day);
