#include "standard/money.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"

static const struct money_value *value_of(const struct money_value *v, size_t n, const char *key)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(v[i].key, key) == 0)
            return &v[i];
    return NULL;
}

/* Nonsense in the data (10^5 µg/m³) ends at nine billion yuan, not in an overflow. */
static micro clamp(__int128 v)
{
    const __int128 most = (__int128)9000000000 * MICRO_ONE;
    return (micro)(v > most ? most : v < -most ? -most : v);
}

/* delta × per × weight % × factor, rounded once: differences, prices and factors are all micro, their product fits 128 bits for any
 * concentration below 10^4 and any price below 10^8 yuan, which money_read sees to. */
static micro product(micro delta, micro per, int weight, micro factor)
{
    __int128 n = (__int128)delta * per * weight * (factor / 1000), d = (__int128)100 * 1000 * MICRO_ONE;
    __int128 q = n / d, r = n % d;
    r = r < 0 ? -r : r;
    return clamp(r * 2 > d || (r * 2 == d && q % 2 != 0) ? q + (n < 0 ? -1 : 1) : q);
}

/* A figure without trailing zeros. */
struct said {
    char s[MICRO_TEXT];
};
static const char *say(struct said *b, micro v)
{
    return v == MICRO_MISSING ? "—" : micro_format(v, -1, b->s);
}

static void refuse(struct money_line *l)
{
    l->state = MONEY_REFUSED;
    snprintf(l->text, sizeof l->text, "%s", l->term->said);
    snprintf(l->text_en, sizeof l->text_en, "%s", l->term->said_en);
}

static void lacks(struct money_line *l, const char *what, const char *what_en)
{
    l->state = MONEY_NO_DATA;
    snprintf(l->text, sizeof l->text, "缺少%s", what);
    snprintf(l->text_en, sizeof l->text_en, "no %s", what_en);
}

static void count(struct money_line *l, micro amount)
{
    l->state = MONEY_COUNTED;
    l->amount = micro_round(amount, 0);
}

static void change(struct money_line *l, const struct money *m)
{
    struct said a, b, c, d, f;
    const struct money_term *t = l->term;
    if (l->last == MICRO_MISSING)
        return lacks(l, "上年同期值", "value of the same period last year");
    micro first = t->higher ? l->now : l->last, then = t->higher ? l->last : l->now;
    micro factor = t->factored ? m->factor : MICRO_ONE;
    if (t->per == MICRO_MISSING)
        return refuse(l);
    count(l, product(first - then, t->per, t->weight, factor));
    char weight[24] = "", times[48] = "";
    if (t->weight != 100)
        snprintf(weight, sizeof weight, " × %d%%", t->weight);
    if (factor != MICRO_ONE)
        snprintf(times, sizeof times, " × %s", say(&f, factor));
    say(&d, l->amount);
    snprintf(l->text, sizeof l->text, "(%s − %s)%s%s × %s 元%s = %s 元", say(&a, first), say(&b, then),
             t->unit, weight, say(&c, t->per), times, d.s);
    snprintf(l->text_en, sizeof l->text_en, "(%s − %s) %s%s × %s yuan%s = %s yuan", a.s, b.s, t->unit, weight,
             c.s, times, d.s);
}

static void linear(struct money_line *l, const struct money *m)
{
    struct said a, b, c, d;
    const struct money_term *t = l->term;
    (void)m;
    count(l, product(t->base - l->now, t->per, 100, MICRO_ONE));
    snprintf(l->text, sizeof l->text, "(%s − %s)%s × %s 元 = %s 元", say(&a, t->base), say(&b, l->now),
             t->unit, say(&c, t->per), say(&d, l->amount));
    snprintf(l->text_en, sizeof l->text_en, "(%s − %s) %s × %s yuan = %s yuan", a.s, b.s, t->unit, c.s, d.s);
}

static micro percent_down(micro last, micro now)
{
    return clamp((__int128)(last - now) * 100 * MICRO_ONE / last);
}

static void percent(struct money_line *l, const struct money *m)
{
    struct said a, b, c, d, f;
    const struct money_term *t = l->term;
    (void)m;
    if (l->last == MICRO_MISSING || l->last <= 0)
        return lacks(l, "上年同期值", "value of the same period last year");
    micro down = percent_down(l->last, l->now), price = down >= 0 ? t->better : t->worse;
    if (price == MICRO_MISSING)
        return refuse(l);
    __int128 exact = (__int128)(l->last - l->now) * 100 * price / l->last;
    micro amount = clamp(exact);
    if (t->cap != MICRO_MISSING && amount < -t->cap) {
        amount = -t->cap;
        l->capped = true;
    }
    count(l, amount);
    snprintf(l->text, sizeof l->text, "(%s − %s)/%s = %s%% × %s 元/百分点%s = %s 元", say(&a, l->last),
             say(&b, l->now), a.s, say(&c, micro_round(down, 2)), say(&d, price),
             l->capped ? "，达到上限" : "", say(&f, l->amount));
    snprintf(l->text_en, sizeof l->text_en, "(%s − %s)/%s = %s%% × %s yuan a point%s = %s yuan", a.s, b.s,
             a.s, c.s, d.s, l->capped ? ", capped" : "", f.s);
}

static void target(struct money_line *l, const struct money *m)
{
    struct said a, b, c, d, f;
    const struct money_term *t = l->term;
    (void)m;
    if (l->target == MICRO_MISSING)
        return lacks(l, "目标值", "target");
    micro ahead = t->higher ? l->now - l->target : l->target - l->now;
    if (ahead < 0 && t->worse_unknown)
        return refuse(l);
    if (ahead < 0) {
        count(l, t->worse == MICRO_MISSING ? 0 : t->worse);
        snprintf(l->text, sizeof l->text, "%s 未达到目标 %s%s：%s 元", say(&a, l->now), say(&b, l->target),
                 t->unit, say(&c, l->amount));
        snprintf(l->text_en, sizeof l->text_en, "%s misses the target %s %s: %s yuan", a.s, b.s, t->unit,
                 c.s);
        return;
    }
    micro per = t->per == MICRO_MISSING ? 0 : t->per;
    count(l, t->amount + product(ahead, per, 100, MICRO_ONE));
    say(&a, l->now);
    say(&b, l->target);
    say(&c, t->amount);
    say(&d, l->amount);
    snprintf(l->text, sizeof l->text, "%s 达到目标 %s%s：%s 元 + 优于目标 %s × %s 元 = %s 元", a.s, b.s,
             t->unit, c.s, say(&f, ahead), say(&(struct said){ 0 }, per), d.s);
    snprintf(l->text_en, sizeof l->text_en,
             "%s meets the target %s %s: %s yuan + %s better × %s yuan = %s yuan", a.s, b.s, t->unit, c.s,
             f.s, say(&(struct said){ 0 }, per), d.s);
}

static void once(struct money_line *l, const struct money *m)
{
    struct said a, b, c;
    const struct money_term *t = l->term;
    (void)m;
    bool met = t->higher ? l->now >= t->base : l->now <= t->base;
    count(l, met ? t->amount : 0);
    snprintf(l->text, sizeof l->text, "%s %s标准 %s%s：%s 元", say(&a, l->now), met ? "达到" : "未达到",
             say(&b, t->base), t->unit, say(&c, l->amount));
    snprintf(l->text_en, sizeof l->text_en, "%s %s the standard %s %s: %s yuan", a.s,
             met ? "meets" : "does not meet", b.s, t->unit, c.s);
}

static void beyond(struct money_line *l, const struct money *m)
{
    struct said a;
    const struct money_term *t = l->term;
    (void)m;
    count(l, l->now >= t->base ? t->amount : 0);
    snprintf(l->text, sizeof l->text, "%s%s：%s 元", t->name, l->now >= t->base ? "，计" : "不成立",
             say(&a, l->amount));
    snprintf(l->text_en, sizeof l->text_en, "%s%s: %s yuan", t->name_en,
             l->now >= t->base ? "" : " does not apply", a.s);
}

static void met(struct money_line *l, const struct money *m)
{
    struct said a;
    const struct money_term *t = l->term;
    (void)m;
    micro amount = l->now ? t->amount : t->worse;
    if (amount == MICRO_MISSING)
        return refuse(l);
    count(l, amount);
    snprintf(l->text, sizeof l->text, "%s：%s，%s 元", t->name, l->now ? "达到" : "未达到",
             say(&a, l->amount));
    snprintf(l->text_en, sizeof l->text_en, "%s: %s, %s yuan", t->name_en, l->now ? "met" : "not met", a.s);
}

/* now: the rank, last: of how many. */
static void rank(struct money_line *l, const struct money *m)
{
    struct said a, b, c;
    const struct money_term *t = l->term;
    micro amount = 0;
    (void)m;
    if (l->last == MICRO_MISSING)
        return lacks(l, "参加排名的个数", "number of those ranked");
    int64_t place = l->now / MICRO_ONE, all = l->last / MICRO_ONE;
    for (int i = 0; i < t->n_prizes; i++)
        if (t->prize[i].rank == place || t->prize[i].rank == place - all - 1)
            amount = t->prize[i].amount;
    count(l, amount);
    snprintf(l->text, sizeof l->text, "第 %s 名（共 %s）：%s 元", say(&a, l->now), say(&b, l->last),
             say(&c, l->amount));
    snprintf(l->text_en, sizeof l->text_en, "rank %s of %s: %s yuan", a.s, b.s, c.s);
}

static void unknown(struct money_line *l, const struct money *m)
{
    (void)m;
    refuse(l);
}

static const struct {
    const char *word;
    void (*compute)(struct money_line *, const struct money *);
} kinds[MONEY_KINDS] = {
    [MONEY_CHANGE] = { "change", change },
    [MONEY_LINEAR] = { "linear", linear },
    [MONEY_PERCENT] = { "percent", percent },
    [MONEY_TARGET] = { "target", target },
    [MONEY_ONCE] = { "once", once },
    [MONEY_BEYOND] = { "beyond", beyond },
    [MONEY_MET] = { "met", met },
    [MONEY_RANK] = { "rank", rank },
    [MONEY_UNKNOWN] = { "unknown", unknown },
};

int money_kind_from_word(const char *word)
{
    for (int i = 0; i < MONEY_KINDS; i++)
        if (strcmp(kinds[i].word, word) == 0)
            return i;
    return -1;
}

static micro factor_of(const struct money_rules *r, const char *place)
{
    for (int i = 0; i < r->n_factors; i++)
        if (place && strcmp(r->factor[i].place, place) == 0)
            return r->factor[i].factor;
    return MICRO_ONE;
}

/* Σ weight × change, the score that the province's tables print. */
static micro score_of(const struct money *m)
{
    micro sum = 0;
    bool any = false;
    for (int i = 0; i < m->n; i++) {
        const struct money_line *l = &m->line[i];
        if (l->term->kind != MONEY_CHANGE || l->term->weight == 100)
            continue;
        if (l->now == MICRO_MISSING || l->last == MICRO_MISSING)
            return MICRO_MISSING;
        sum += (l->term->higher ? l->now - l->last : l->last - l->now) * l->term->weight;
        any = true;
    }
    return any ? micro_muldiv(sum, m->factor, 100 * MICRO_ONE) : MICRO_MISSING;
}

/* Concentrations, percents, grades and ranks are far below a million; what is not is no value. */
static bool usable(struct money_line *l)
{
    const micro most = INT64_C(1000000) * MICRO_ONE;
    if (l->last != MICRO_MISSING && (l->last > most || l->last < -most))
        l->last = MICRO_MISSING;
    if (l->target != MICRO_MISSING && (l->target > most || l->target < -most))
        l->target = MICRO_MISSING;
    return l->now != MICRO_MISSING && l->now <= most && l->now >= -most;
}

void money_compute(const struct money_rules *r, const char *place, const struct money_value *value, size_t n,
                   struct money *ret)
{
    *ret = (struct money){ .n = r->n_terms, .factor = factor_of(r, place), .total = MICRO_MISSING };
    for (int i = 0; i < r->n_terms; i++) {
        struct money_line *l = &ret->line[i];
        const struct money_value *v = value_of(value, n, r->term[i].key);
        *l = (struct money_line){ .term = &r->term[i],
                                  .now = v ? v->now : MICRO_MISSING,
                                  .last = v ? v->last : MICRO_MISSING,
                                  .target = v ? v->target : MICRO_MISSING,
                                  .amount = MICRO_MISSING };
        if (r->term[i].kind != MONEY_UNKNOWN && !usable(l))
            lacks(l, "本期值", "value of this period");
        else
            kinds[r->term[i].kind].compute(l, ret);
        ret->refused += l->state == MONEY_REFUSED;
        ret->no_data += l->state == MONEY_NO_DATA;
        ret->counted += l->state == MONEY_COUNTED ? l->amount : 0;
    }
    ret->score = score_of(ret);
    if (!ret->refused && !ret->no_data)
        ret->total = ret->counted;
}

int money_in_force(const struct money_rules *r, int64_t from, int64_t to, struct err *e)
{
    char a[CN_TEXT], b[CN_TEXT];
    if (from >= r->set.from && to <= r->set.to)
        return 0;
    return err_named(e, -EDOM, "money.not_in_force",
                     "%s: in force from %s to %s, not through the whole period", r->set.id,
                     cn_format_date(cn_day_start(r->set.from), a),
                     r->set.to < INT64_C(1) << 30 ? cn_format_date(cn_day_start(r->set.to), b) : "now");
}

int money_settle(const struct money_rules *r, micro total, int32_t upstream, int32_t downstream,
                 struct money_entry ret[MONEY_ENTRIES])
{
    int n = 0;
    if (total == MICRO_MISSING || total == 0)
        return 0;
    if (total < 0) { /* who is upstream pays for what it hands over */
        ret[n++] = (struct money_entry){ upstream, r->across ? downstream : MONEY_BUDGET, -total };
        return n;
    }
    micro budget = r->across ? micro_round(micro_muldiv(total, r->budget_percent, 100), 0) : total;
    if (budget > 0)
        ret[n++] = (struct money_entry){ MONEY_BUDGET, upstream, budget };
    if (total > budget)
        ret[n++] = (struct money_entry){ downstream, upstream, total - budget };
    return n;
}
