#include "standard/grade.h"

#include <stdio.h>
#include <string.h>

#include "base/scoped.h"

/* ---- looking things up ---- */
int grade_item_of(const struct grade_table *t, const char *word, size_t len)
{
    for (int i = 0; i < t->n_items; i++) {
        const struct grade_item *it = &t->item[i];
        if ((strlen(it->word) == len && memcmp(it->word, word, len) == 0) ||
            (*it->code && strlen(it->code) == len && memcmp(it->code, word, len) == 0))
            return i;
    }
    return -1;
}

int grade_variant_of(const struct grade_table *t, const char *word)
{
    for (int i = 0; i < t->n_variants; i++)
        if (strcmp(t->variant[i], word) == 0)
            return i;
    return -1;
}

int grade_selection_of(const struct grade_table *t, const char *id)
{
    for (int i = 0; i < t->n_selections; i++)
        if (strcmp(t->selection[i].id, id) == 0)
            return i;
    return -1;
}

int grade_from_roman(const char *text)
{
    static const struct {
        const char *text;
        int grade;
    } forms[] = { /* longer forms before those they begin with */
                  { "劣Ⅴ", 6 }, { "劣V", 6 }, { "V+", 6 }, { "Ⅴ+", 6 }, { "III", 3 },
                  { "II", 2 },  { "IV", 4 },  { "I", 1 },  { "V", 5 },  { "Ⅰ", 1 },
                  { "Ⅱ", 2 },   { "Ⅲ", 3 },   { "Ⅳ", 4 },  { "Ⅴ", 5 },  { "1", 1 },
                  { "2", 2 },   { "3", 3 },   { "4", 4 },  { "5", 5 },  { "6", 6 }
    };
    for (size_t i = 0; i < COUNT_OF(forms); i++) {
        size_t len = strlen(forms[i].text);
        const char *rest = text + len;
        if (strncmp(text, forms[i].text, len) == 0 && (*rest == '\0' || strcmp(rest, "类") == 0))
            return forms[i].grade;
    }
    return 0;
}

const char *grade_name(const struct grade_table *t, int grade, bool english)
{
    if (grade < 1 || grade > t->n_grades + 1)
        return "";
    return english ? t->grade_en[grade - 1] : t->grade[grade - 1];
}

/* ---- one value ---- */
micro grade_round(const struct grade_item *item, micro v, bool hourly)
{
    int places = hourly ? item->decimals_hour : item->decimals;
    if (v == MICRO_MISSING || places < 0)
        return v;
    micro r = micro_round(v, places);
    while (r == 0 && v != 0) /* 总站水字〔2018〕87号: what is not zero is not rounded to zero */
        r = micro_round(v, ++places);
    return r;
}

static bool inside(const struct grade_item *it, int variant, int step, micro v)
{
    micro limit = it->limit[variant][step];
    bool strict = it->strict >> step & 1;
    if (limit == MICRO_MISSING)
        return true;
    switch (it->sense) {
    case GRADE_AT_MOST:
        return strict ? v < limit : v <= limit;
    case GRADE_AT_LEAST:
        return strict ? v > limit : v >= limit;
    default:
        return strict ? v > it->low[variant][step] && v < limit : v >= it->low[variant][step] && v <= limit;
    }
}

static bool has_variant(const struct grade_table *t, int item, int variant)
{
    return item >= 0 && item < t->n_items && variant >= 0 && variant < t->n_variants &&
           (t->item[item].variants >> variant & 1);
}

int grade_value(const struct grade_table *t, int item, int variant, micro v)
{
    if (v == MICRO_MISSING || v < 0 || !has_variant(t, item, variant))
        return 0;
    int step = 0;
    while (step < t->n_grades && !inside(&t->item[item], variant, step, v))
        step++;
    return step + 1;
}

micro grade_multiple(const struct grade_table *t, int item, int variant, int grade, micro v)
{
    if (v == MICRO_MISSING || !has_variant(t, item, variant) || grade < 1 || grade > t->n_grades)
        return 0;
    const struct grade_item *it = &t->item[item];
    micro limit = it->limit[variant][grade - 1];
    if (inside(it, variant, grade - 1, v))
        return 0;
    if (it->plain || limit <= 0)
        return MICRO_MISSING;
    const micro most = 1000000; /* times over: beyond it the product below would not fit */
    return (v - limit) / limit >= most ? most * MICRO_ONE : micro_muldiv(v - limit, MICRO_ONE, limit);
}

micro grade_edge(const struct grade_item *it, int variant, int grade)
{
    micro limit = it->limit[variant][grade - 1];
    if (!(it->variants >> variant & 1) || limit == MICRO_MISSING)
        return MICRO_MISSING;
    return it->sense == GRADE_WITHIN ? it->low[variant][grade - 1] + (limit - it->low[variant][grade - 1]) / 2
                                     : limit;
}

/* ---- all values of one place and period ---- */

/* 环办〔2011〕22号: cyanide and heavy metals, then the worst class, then the largest multiple. MICRO_MISSING, the smallest number,
 * puts what has no multiple behind. */
static bool before(const struct grade_table *t, const struct graded *g, int a, int b)
{
    if (t->item[a].first != t->item[b].first)
        return t->item[a].first;
    if (g->item[a] != g->item[b])
        return g->item[a] > g->item[b];
    return g->multiple[a] > g->multiple[b];
}

static void put_in_order(const struct grade_table *t, struct graded *g, int item)
{
    int at = g->n_over++;
    for (; at > 0 && before(t, g, item, g->order[at - 1]); at--)
        g->order[at] = g->order[at - 1];
    g->order[at] = (uint8_t)item;
}

static uint8_t weaker(uint8_t a, uint8_t b)
{
    return a > b ? a : b;
}

/* A grade g rests on the limit of g that every item keeps, and on the limit of g - 1 that the deciding ones break. */
static enum certainty rests_on(const struct grade_table *t, const struct grade_ask *ask,
                               const struct graded *g, uint64_t judged)
{
    uint8_t c = (uint8_t)t->selection[ask->selection].certainty;
    for (int i = 0; i < t->n_items && g->grade; i++) {
        const struct grade_item *it = &t->item[i];
        if (!(judged >> i & 1))
            continue;
        if (g->grade <= t->n_grades)
            c = weaker(c, it->certainty[g->grade - 1]);
        if (g->grade > 1 && (g->deciding >> i & 1))
            c = weaker(c, it->certainty[g->grade - 2]);
        if (ask->round && it->decimals >= 0)
            c = weaker(c, it->certainty_decimals);
    }
    return (enum certainty)c;
}

void grade_judge(const struct grade_table *t, const struct grade_ask *ask, const micro *v, struct graded *ret)
{
    int target = ask->target ? ask->target : t->reference, worst = 0;
    uint64_t judged = 0;
    *ret = (struct graded){ .grade = 0, .why = GRADE_NO_DATA };
    if (ask->selection < 0 || ask->selection >= t->n_selections)
        return; /* a table of somebody's own need not have the selection that was asked for */
    const struct grade_selection *sel = &t->selection[ask->selection];
    for (int i = 0; i < t->n_items; i++) {
        micro c = ask->round ? grade_round(&t->item[i], v[i], false) : v[i];
        int grade = grade_value(t, i, ask->variant, c);
        ret->item[i] = (uint8_t)grade;
        bool asked = t->item[i].variants == 0 || has_variant(t, i, ask->variant);
        if (!(sel->items >> i & 1) || !asked)
            continue;
        if (!grade) {
            ret->missing |= UINT64_C(1) << i;
            continue;
        }
        judged |= UINT64_C(1) << i;
        worst = grade > worst ? grade : worst;
        if (grade > target) {
            ret->multiple[i] = grade_multiple(t, i, ask->variant, target, c);
            ret->over |= UINT64_C(1) << i;
            put_in_order(t, ret, i);
        }
    }
    ret->why = !judged ? GRADE_NO_DATA : ret->missing & sel->needs ? GRADE_ITEM_MISSING : GRADE_JUDGED;
    if (ret->why != GRADE_JUDGED)
        return;
    ret->grade = worst;
    for (int i = 0; i < t->n_items; i++)
        if ((judged >> i & 1) && ret->item[i] == worst)
            ret->deciding |= UINT64_C(1) << i;
    ret->certainty = rests_on(t, ask, ret, judged);
}

/* One item over the limit is enough to miss the target, whatever else is missing. */
int grade_attains(const struct grade_table *t, const struct grade_ask *ask, const struct graded *g)
{
    int target = ask->target ? ask->target : t->reference;
    if (g->n_over)
        return 0;
    return g->grade == 0 ? -1 : g->grade <= target;
}

/* ---- words ---- */
struct text {
    char *to;
    size_t size, len;
};

/* Whole pieces only: a text that is full ends before a character, never within one. */
static void piece(struct text *x, const char *s)
{
    size_t len = strlen(s);
    if (x->len + len >= x->size) {
        x->size = x->len + 1;
        return;
    }
    memcpy(x->to + x->len, s, len + 1);
    x->len += len;
}

static void name_item(struct text *x, const struct grade_item *it, enum grade_text how)
{
    static const char *const between[] = { "、", ", ", " " };
    if (x->len)
        piece(x, between[how]);
    piece(x, how == GRADE_TEXT_ZH ? it->name : how == GRADE_TEXT_EN ? it->name_en : it->word);
}

char *grade_text_over(const struct grade_table *t, const struct graded *g, int most, enum grade_text how,
                      char *to, size_t size)
{
    struct text x = { .to = to, .size = size };
    *to = '\0';
    for (int k = 0; k < g->n_over && (most < 0 || k < most); k++) {
        int i = g->order[k];
        name_item(&x, &t->item[i], how);
        if (g->multiple[i] == MICRO_MISSING)
            continue;
        char multiple[MICRO_TEXT], bracket[MICRO_TEXT + 4];
        micro_format(micro_round(g->multiple[i], 2), -1, multiple);
        snprintf(bracket, sizeof bracket, how == GRADE_TEXT_EN ? " (%s)" : "(%s)", multiple);
        piece(&x, bracket);
    }
    return to;
}

char *grade_text_items(const struct grade_table *t, uint64_t items, enum grade_text how, char *to,
                       size_t size)
{
    struct text x = { .to = to, .size = size };
    *to = '\0';
    for (int i = 0; i < t->n_items; i++)
        if (items >> i & 1)
            name_item(&x, &t->item[i], how);
    return to;
}
