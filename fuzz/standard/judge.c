#include "judge.h"

#include <assert.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"

/* ---- tables of grades, and what is made of many of them ---- */
static void spread(micro value, micro v[GRADE_ITEMS])
{
    for (int i = 0; i < GRADE_ITEMS; i++)
        v[i] = i % 5 == 4 ? MICRO_MISSING : i % 3 == 2 ? value / (i + 1) : value;
}

static void by_table(const struct grade_table *t, micro value)
{
    micro v[GRADE_ITEMS];
    char text[200];
    spread(value, v);
    for (int variant = -1; variant <= t->n_variants; variant++)
        for (int s = -1; s < t->n_selections; s++) { /* what is not in the table can be asked for too */
            struct grade_ask ask = { .variant = variant,
                                     .selection = s,
                                     .target = (variant + s + 2) % (t->n_grades + 1),
                                     .round = s % 2 };
            struct graded g;
            grade_judge(t, &ask, v, &g);
            assert(g.grade >= 0 && g.grade <= t->n_grades + 1 && g.n_over <= t->n_items);
            assert(strlen(grade_text_over(t, &g, -1, GRADE_TEXT_ZH, text, sizeof text)) < sizeof text);
            assert(strlen(grade_text_items(t, g.deciding | g.missing, GRADE_TEXT_EN, text, sizeof text)) <
                   sizeof text);
            grade_attains(t, &ask, &g);
        }
}

static void by_water(const struct standards *all, const struct grade_table *t, micro value)
{
    struct water_section s[6] = { { .ask = { .target = 3 } } };
    for (size_t i = 0; i < COUNT_OF(s); i++) {
        s[i].ask.variant = (int)i % 2;
        s[i].ask.selection = grade_selection_of(t, i % 2 ? "gb3838-21" : "auto-5");
        spread(i % 3 ? value : value / 1000, s[i].v);
    }
    for (size_t i = 0; i < all->water.n_evaluation; i++) {
        struct water_group a, b;
        water_group(&all->water.evaluation[i], t, s, 2, &a);
        water_group(&all->water.evaluation[i], t, s, COUNT_OF(s), &b);
        assert(a.judged <= 2 && a.quality >= 0 && a.quality <= WATER_QUALITIES);
        (void)water_change_group(&all->water.evaluation[i], &a, &b);
    }
    for (size_t i = 0; i < all->water.n_ranking; i++) {
        micro mean[GRADE_ITEMS];
        water_points_mean(t, s, COUNT_OF(s), mean);
        micro river = water_cwqi(&all->water.ranking[i], t, 0, mean, NULL),
              lake = water_cwqi(&all->water.ranking[i], t, 1, mean, NULL);
        (void)water_cwqi_change(river, water_cwqi_city(river, 300, lake, 20));
    }
}

static void by_standards(const struct standards *all, micro value)
{
    micro c[TROPHIC_ITEMS];
    for (size_t i = 0; i < all->grades.n; i++) {
        by_table(all->grades.table[i], value);
        if (strcmp(all->grades.table[i]->kind, WATER_CLASSES) == 0)
            by_water(all, all->grades.table[i], value);
    }
    for (int i = 0; i < TROPHIC_ITEMS; i++)
        c[i] = value;
    for (size_t i = 0; i < all->water.n_trophic; i++) {
        struct trophic t;
        water_trophic(&all->water.trophic[i], c, &t);
        assert(t.level >= 0 && t.level <= TROPHIC_LEVELS);
    }
    for (size_t i = 0; i < all->sea.n; i++) {
        struct sea_shares s;
        struct err e;
        sea_shares_of_area((const micro[SEA_CLASS_COUNT]){ value, value, 0, 1, value }, &s);
        s.basis = SEA_BY_POINTS;
        int w = sea_quality(&all->sea.evaluation[i], &s, &e);
        assert(w < all->sea.evaluation[i].n_words);
    }
    for (size_t i = 0; i < all->source.n_oxygen; i++)
        (void)source_reference_oxygen(value, value / 100,
                                      source_oxygen_of(&all->source.oxygen[i], "coal_boiler"));
}

static void by_substitute(const struct substitute_rules *r, micro value)
{
    enum { SLOTS = 300 };
    struct gap_slot s[SLOTS];
    struct gap_filled f[SLOTS];
    for (int i = 0; i < SLOTS; i++)
        s[i] = (struct gap_slot){ .kg = value,
                                  .quarter = i / 100,
                                  .state = (uint8_t)(i % 37 < 30 ? GAP_VALID
                                                     : i % 2     ? GAP_MISSING
                                                                 : GAP_CONTROL),
                                  .checked = i % 41 == 0 };
    substitute_fill(r, s, SLOTS, f);
    for (int i = 0; i < SLOTS; i++)
        assert(f[i].answer < GAP_ANSWERS && (f[i].kg == MICRO_MISSING) == (f[i].answer != GAP_FILLED));
    (void)substitute_day_valid(r, 200000, 200000);
}

/* ---- air ---- */
static void by_air(const struct air_rulebook *b, micro value)
{
    static micro hour[AIR_ITEMS][24], day[AIR_PERIOD_DAYS];
    struct air_values v;
    struct air_index index;
    for (int c = 0; c < AIR_COLUMNS; c++)
        for (int i = 0; i < AIR_ITEMS; i++)
            v.v[c][i] = i == 3 ? MICRO_MISSING : value;
    v.exempt = 0;
    for (int i = 0; i < AIR_ITEMS; i++)
        for (int h = 0; h < 24; h++)
            hour[i][h] = h == i ? MICRO_MISSING : value;
    for (int i = 0; i < AIR_PERIOD_DAYS; i++)
        day[i] = i % 50 == 49 ? MICRO_MISSING : i % 2 ? value : -value;
    for (size_t i = 0; i < b->n_index; i++)
        for (int report = 0; report < AIR_REPORTS; report++) {
            air_index(&b->index[i], (enum air_report)report, &v, &index);
            assert(index.aqi >= -1 && index.level >= 0 && index.level <= 6);
        }
    for (size_t i = 0; i < b->n_evaluation; i++) {
        struct air_day d;
        struct air_year y;
        struct air_period p;
        air_day(&b->evaluation[i], (const micro(*)[24])hour, 24, value, &d);
        air_day(&b->evaluation[i], (const micro(*)[24])hour, 5, MICRO_MISSING, &d);
        for (int item = 0; item < AIR_ITEMS; item++) {
            air_year(&b->evaluation[i], b->n_limits ? &b->limits[0] : NULL, 2, (enum air_item)item, 2024, day,
                     366, &y);
            air_period(&b->evaluation[i], (enum air_item)item, cn_days(2023, 1, 1), day, AIR_PERIOD_DAYS, &p);
        }
        (void)air_city_mean(&b->evaluation[i], day, 40);
    }
}

/* ---- rankings, warnings, money ---- */
static void by_ordinances(const struct ordinances *o, micro value)
{
    enum { DAYS = 40 };
    micro c[AIR_ITEMS], day[DAYS];
    int aqi[DAYS];
    for (int i = 0; i < AIR_ITEMS; i++)
        c[i] = value;
    for (int i = 0; i < DAYS; i++) {
        day[i] = value;
        aqi[i] = i % 11 == 10 ? -1 : (int)((value < 0 ? -value : value) / 100000 % 501) + i;
    }
    for (size_t i = 0; i < o->n_composite; i++) {
        struct composite is;
        composite_index(&o->composite[i], c, &is);
    }
    for (size_t i = 0; i < o->n_other; i++)
        for (int k = 0; k < AIR_OTHERS * AIR_MEANS; k++) {
            struct air_other is;
            air_other(&o->other[i], (enum air_other_item)(k / AIR_MEANS), (enum air_mean)(k % AIR_MEANS), 1,
                      k % 2, cn_days(2026, 1, 1), day, DAYS, &is);
        }
    for (size_t i = 0; i < o->n_warning; i++)
        for (int step = 1; step <= 24; step += 23) {
            struct warning_episode e[4];
            char text[200];
            int n = warning_episodes(&o->warning[i], &(struct warning_series){ aqi, aqi, DAYS, step }, e, 4);
            for (int k = 0; k < n && k < 4; k++)
                (void)warning_text(&o->warning[i], e[k].colour, e[k].alternative, k % 2, text, sizeof text);
        }
    for (size_t i = 0; i < o->n_money; i++) {
        static const micro far[] = { 0, MICRO_ONE, -1 };
        for (size_t k = 0; k < COUNT_OF(far); k++) {
            struct money_value v[MONEY_TERMS];
            struct money is;
            for (int t = 0; t < o->money[i].n_terms; t++) {
                v[t] = (struct money_value){ .now = value, .last = far[k], .target = -value };
                memcpy(v[t].key, o->money[i].term[t].key, sizeof v[t].key);
            }
            money_compute(&o->money[i], "青岛", v, (size_t)o->money[i].n_terms, &is);
            assert(is.n == o->money[i].n_terms);
        }
    }
}

static void by_rates(const struct rate_rules *r, micro value)
{
    struct counts c;
    for (int k = 0; k < COUNT_KINDS; k++)
        c.n[k] = (value < 0 ? -value : value) / MICRO_ONE + k;
    for (int i = 0; i < r->n; i++)
        (void)rate_of(r, i, &c);
}

void judge_by(const struct rule_books *b, micro value)
{
    by_standards(&b->standards, value);
    for (int m = 0; m < SUBSTITUTE_MEDIA; m++)
        for (size_t i = 0; i < b->standards.substitute.n[m]; i++)
            by_substitute(&b->standards.substitute.rules[m][i], value);
    by_air(&b->air, value);
    by_ordinances(&b->ordinances, value);
    if (b->has_rates)
        by_rates(&b->rates, value);
}
