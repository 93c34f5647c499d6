#include "standard/water.h"

#include <math.h>
#include <string.h>

#include "base/scoped.h"

const struct water_word *water_quality(const struct water_evaluation *ev, int cls)
{
    return cls >= 1 && cls <= WATER_CLASS_COUNT ? &ev->quality[ev->quality_of_class[cls - 1]] : NULL;
}

/* ---- means ---- */
/* A running mean. pH is a logarithm, so its mean is of the hydrogen ions: -log10(mean(10^-pH)) (环办监测函〔2020〕82号 as code bases
 * cite it); they are summed as integers, in units of 10^-24, so that no order of the values matters. */
struct mean {
    bool ph;
    int64_t n;
    micro sum;
    __int128 ions;
};

static void mean_add(struct mean *m, micro v)
{
    if (v == MICRO_MISSING || (m->ph && v < 0))
        return;
    m->n++;
    m->sum += v;
    if (m->ph)
        m->ions += (__int128)(pow(10, -micro_to_double(v)) * 1e24);
}

static micro mean_of(const struct mean *m)
{
    if (m->n == 0)
        return MICRO_MISSING;
    if (!m->ph)
        return micro_div(m->sum, m->n);
    return m->ions > 0 ? (micro)llround(-log10((double)m->ions / (double)m->n / 1e24) * 1e6) : MICRO_MISSING;
}

static bool is_ph(const struct grade_item *item)
{
    return item && strcmp(item->word, "ph") == 0;
}

micro water_mean(const struct grade_item *item, const micro *v, size_t n, size_t needs)
{
    struct mean m = { .ph = is_ph(item) };
    for (size_t i = 0; i < n; i++)
        mean_add(&m, v[i]);
    return m.n < (int64_t)needs ? MICRO_MISSING : mean_of(&m);
}

/* ---- groups of sections ---- */
void water_points_mean(const struct grade_table *t, const struct water_section *s, size_t n,
                       micro ret[GRADE_ITEMS])
{
    for (int i = 0; i < GRADE_ITEMS; i++) {
        struct mean m = { .ph = i < t->n_items && is_ph(&t->item[i]) };
        for (size_t k = 0; k < n && i < t->n_items; k++)
            mean_add(&m, s[k].v[i]);
        ret[i] = mean_of(&m);
    }
}

/* 环办〔2011〕22号: by the share of good sections, then of those beyond class V. In integers: 90 % of 10 is nine. */
int water_quality_of_shares(const struct water_evaluation *ev, int good, int bad, int n)
{
    if (good * 100 >= ev->good_first * n)
        return 1;
    if (good * 100 >= ev->good_second * n)
        return 2;
    return bad * 100 < ev->bad_second * n ? 3 : bad * 100 < ev->bad_third * n ? 4 : 5;
}

static void insert_main(struct water_group *g, struct water_main m)
{
    int at = g->n_main++;
    for (; at > 0 && (m.share > g->main[at - 1].share ||
                      (m.share == g->main[at - 1].share && m.item < g->main[at - 1].item));
         at--)
        g->main[at] = g->main[at - 1];
    g->main[at] = m;
}

static micro percent(int part, int whole)
{
    return whole ? micro_muldiv(part * MICRO_ONE, 100, whole) : MICRO_MISSING;
}

static void main_by_share(const struct water_evaluation *ev, const struct grade_table *t, const int *over,
                          struct water_group *g)
{
    for (int i = 0; i < t->n_items; i++)
        if (over[i])
            insert_main(g, (struct water_main){ .item = (uint8_t)i,
                                                .multiple = MICRO_MISSING,
                                                .share = percent(over[i], g->judged) });
    if (g->n_main > ev->main_items)
        g->n_main = ev->main_items;
}

static void main_by_mean(const struct water_evaluation *ev, struct water_group *g)
{
    for (; g->n_main < g->mean.n_over && g->n_main < ev->main_items; g->n_main++) {
        uint8_t item = g->mean.order[g->n_main];
        g->main[g->n_main] =
            (struct water_main){ .item = item, .multiple = g->mean.multiple[item], .share = MICRO_MISSING };
    }
}

/* The mean of rivers is judged as a river; a group that is lakes only, as a lake. */
static struct grade_ask ask_of_mean(const struct water_section *s, size_t n)
{
    struct grade_ask ask = s[0].ask;
    ask.target = 0;
    for (size_t i = 1; i < n; i++) {
        if (s[i].ask.variant < ask.variant)
            ask.variant = s[i].ask.variant;
        if (s[i].ask.selection < ask.selection)
            ask.selection = s[i].ask.selection;
        ask.round |= s[i].ask.round;
    }
    return ask;
}

void water_group(const struct water_evaluation *ev, const struct grade_table *t,
                 const struct water_section *s, size_t n, struct water_group *ret)
{
    int over[GRADE_ITEMS] = { 0 };
    *ret = (struct water_group){ .sections = (int)n };
    for (size_t k = 0; k < n; k++) {
        struct grade_ask ask = s[k].ask;
        struct graded g;
        ask.target = 0; /* main pollutants are against class III, whatever the section's own target */
        grade_judge(t, &ask, s[k].v, &g);
        ret->count[g.grade]++;
        ret->judged += g.grade > 0;
        for (int i = 0; i < t->n_items && g.grade; i++)
            over[i] += (int)(g.over >> i & 1);
    }
    int good = 0;
    for (int c = 1; c <= ev->good_class; c++)
        good += ret->count[c];
    ret->good = percent(good, ret->judged);
    ret->bad = percent(ret->count[WATER_CLASS_COUNT], ret->judged);
    ret->by_mean = (int)n < ev->few;
    if (ret->judged == 0)
        return;
    if (ret->by_mean) {
        micro mean[GRADE_ITEMS];
        struct grade_ask ask = ask_of_mean(s, n);
        water_points_mean(t, s, n, mean);
        grade_judge(t, &ask, mean, &ret->mean);
        ret->quality = ret->mean.grade ? ev->quality_of_class[ret->mean.grade - 1] + 1 : 0;
        main_by_mean(ev, ret);
    } else {
        ret->quality = water_quality_of_shares(ev, good, ret->count[WATER_CLASS_COUNT], ret->judged);
        main_by_share(ev, t, over, ret);
    }
}

/* ---- drinking-water sources ---- */
void water_source(const struct grade_table *t1, const struct grade_table *t2, const struct grade_ask *ask,
                  const micro *v, const micro *extra, struct water_source *ret)
{
    struct grade_ask second = { .round = ask->round };
    grade_judge(t1, ask, v, &ret->basic);
    grade_judge(t2, &second, extra, &ret->supplementary);
    int a = grade_attains(t1, ask, &ret->basic), b = grade_attains(t2, &second, &ret->supplementary);
    ret->attains = a == 0 || b == 0 ? 0 : a < 0 || b < 0 ? -1 : 1;
}

/* ---- trend ---- */
enum water_change water_change_section(const struct water_evaluation *ev, int class_before, int class_now)
{
    const struct water_word *a = water_quality(ev, class_before), *b = water_quality(ev, class_now);
    if (!a || !b)
        return WATER_CHANGE_UNKNOWN;
    int worse = ev->quality_of_class[class_now - 1] - ev->quality_of_class[class_before - 1];
    if (worse == 0)
        return WATER_SAME;
    if (worse < 0)
        return worse <= -2 ? WATER_MUCH_BETTER : WATER_BETTER;
    return worse >= 2 ? WATER_MUCH_WORSE : WATER_WORSE;
}

/* More good sections and fewer bad ones: (G2 - G1) - (D2 - D1) in percentage points. */
enum water_change water_change_group(const struct water_evaluation *ev, const struct water_group *before,
                                     const struct water_group *now)
{
    if (before->judged == 0 || now->judged == 0)
        return WATER_CHANGE_UNKNOWN;
    micro better = (now->good - before->good) - (now->bad - before->bad),
          size = better < 0 ? -better : better;
    if (size <= ev->change_some * MICRO_ONE)
        return WATER_SAME;
    bool clear = size > ev->change_clear * MICRO_ONE;
    return better > 0 ? (clear ? WATER_MUCH_BETTER : WATER_BETTER) : (clear ? WATER_MUCH_WORSE : WATER_WORSE);
}

const char *water_change_word(enum water_change c, bool english)
{
    static const char *const words[][2] = {
        [WATER_SAME] = { "无明显变化", "no clear change" },
        [WATER_BETTER] = { "有所好转", "somewhat better" },
        [WATER_MUCH_BETTER] = { "明显好转", "clearly better" },
        [WATER_WORSE] = { "有所变差", "somewhat worse" },
        [WATER_MUCH_WORSE] = { "明显变差", "clearly worse" },
        [WATER_CHANGE_UNKNOWN] = { "无法比较", "cannot be compared" },
    };
    return words[c][english];
}

/* ---- odds and ends of rules ---- */
micro water_oxygen_saturation(micro celsius)
{
    if (celsius == MICRO_MISSING || celsius <= MICRO(-31.6))
        return MICRO_MISSING;
    return micro_muldiv(468 * MICRO_ONE, MICRO_ONE, MICRO(31.6) + celsius);
}

/* The guide's note: shallower than 25 cm, transparency is measured against 40 % of the depth. What passes there is handed to the
 * table as the 25 cm it stands for, what does not as it is. */
micro water_black_transparency(micro transparency_cm, micro depth_cm)
{
    const micro shallow = 25 * MICRO_ONE;
    if (transparency_cm == MICRO_MISSING || depth_cm == MICRO_MISSING || depth_cm >= shallow)
        return transparency_cm;
    return transparency_cm >= micro_muldiv(depth_cm, 40, 100) ? shallow : transparency_cm;
}
