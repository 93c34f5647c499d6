/* What a target asks: the indicator, the place, the year and the figure its words mean. */
#include "measure/target.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "base/utf8.h"
#include "measure/river.h"

/* Without spaces, brackets and dots of separation, subscripts as digits, Latin letters upper: plans write PM₂.₅, PM2.5 and（PM2.5）. */
static void normalise(const char *s, char *to, size_t size)
{
    size_t left = strlen(s), len = 0;
    while (left && len + 5 < size) {
        size_t k;
        uint32_t c = utf8_decode(s, left, &k);
        s += k;
        left -= k;
        if (c == ' ' || c == '\t' || c == '(' || c == ')' || c == 0xFF08 || c == 0xFF09 || c == 0x3000 ||
            c == 0xB7)
            continue;
        if (c >= 0x2080 && c <= 0x2089)
            c = '0' + (c - 0x2080);
        if (c >= 0xFF01 && c <= 0xFF5E)
            c -= 0xFEE0;
        if (c >= 'a' && c <= 'z')
            c -= 'a' - 'A';
        len += utf8_encode(c, to + len);
    }
    to[len] = '\0';
}

bool target_same_words(const char *a, const char *b)
{
    char x[256], y[256];
    normalise(a, x, sizeof x);
    normalise(b, y, sizeof y);
    return strcmp(x, y) == 0;
}

static bool in_words(const json_t *list, const char *word)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *s = json_string_value(json_array_get(list, i));
        if (s && target_same_words(s, word))
            return true;
    }
    return false;
}

const struct indicator *target_indicator(const struct board *b, const json_t *target)
{
    const struct definitions *d = &b->def;
    const char *bound = json_str(target, "bound", ""), *words = json_str(target, "indicator", "");
    for (size_t i = 0; i < d->n_indicators; i++)
        if (strcmp(d->indicator[i].id, bound) == 0)
            return &d->indicator[i];
    for (size_t i = 0; i < d->n_indicators && !*bound && *words; i++)
        if (target_same_words(d->indicator[i].title, words) || in_words(d->indicator[i].aliases, words))
            return &d->indicator[i];
    for (size_t i = 0; i < d->n_indicators && !*bound && river_named(b, words); i++)
        if (d->indicator[i].kind == OF_RIVER_CLASS)
            return &d->indicator[i];
    return NULL;
}

int32_t region_of(const struct board *b, const char *name)
{
    static const char *const all[] = { "", "全市", "市域", "全域", "本市", "我市" };
    for (size_t i = 0; i < COUNT_OF(all); i++)
        if (strcmp(name, all[i]) == 0)
            return 0;
    if (target_same_words(name, b->place->name) || target_same_words(name, b->place->name_en))
        return 0;
    for (size_t i = 0; i < b->place->n_regions; i++) {
        const struct region *r = &b->place->regions[i];
        if (target_same_words(name, r->name) || target_same_words(name, r->name_en) ||
            strcmp(name, r->code) == 0)
            return r->parent ? r->id : 0;
    }
    return -1;
}

/* The first four digits that can be a year: "2026年底", "2026-12-31", 2026. */
int target_year_of(const json_t *by, int otherwise)
{
    if (json_is_integer(by) && json_integer_value(by) >= 0 && json_integer_value(by) <= 9999)
        return (int)json_integer_value(by);
    if (json_is_number(by))
        return 0; /* of a year before any data, as no calendar has it */
    const char *s = json_is_string(by) ? json_string_value(by) : "";
    for (; *s; s++) {
        if (strspn(s, "0123456789") == 4 || (strspn(s, "0123456789") == 8 && *s == '2'))
            return (s[0] - '0') * 1000 + (s[1] - '0') * 100 + (s[2] - '0') * 10 + (s[3] - '0');
        s += strspn(s, "0123456789");
        if (!*s)
            break;
    }
    return otherwise;
}

int target_year(const json_t *target, int64_t now)
{
    return target_year_of(json_object_get(target, "by"), cn_from_ms(now).year);
}

bool target_unit_same(const char *a, const char *b)
{
    static const char *const percent[] = { "%", "％", "百分点" };
    bool x = false, y = false;
    for (size_t i = 0; i < COUNT_OF(percent); i++) {
        x = x || strcmp(a, percent[i]) == 0;
        y = y || strcmp(b, percent[i]) == 0;
    }
    return (x && y) || target_same_words(a, b);
}

bool target_unit_fits(const struct indicator *i, const char *unit)
{
    return !*unit || in_words(i->units, unit);
}

bool target_higher_is_better(const struct indicator *i)
{
    return i->kind == OF_GOOD_RATIO || i->kind == OF_GOOD_COUNT;
}

int target_unbound(json_t **ret, const char *zh, const char *en)
{
    *ret = json_pack("{s:b,s:s,s:s,s:s,s:s}", "bound", 0, "reason", zh, "reason_en", en, "light", "grey",
                     "verdict", "cannot_judge");
    return *ret ? 0 : -ENOMEM;
}

int target_read(struct board *b, const json_t *target, int64_t now, struct ask *ask, json_t **ret)
{
    char zh[256], en[256];
    const char *op = json_str(target, "op", ""), *unit = json_str(target, "unit", ""),
               *region = json_str(target, "region", "");
    const struct indicator *ind = target_indicator(b, target);
    *ask = (struct ask){ .ind = ind, .value = json_micro(target, "value", MICRO_MISSING) };
    ask->stretch = strcmp(json_str(target, "modality", "must"), "stretch") == 0;
    if (!ind) {
        snprintf(zh, sizeof zh, "没有与“%.120s”对应的指标", json_str(target, "indicator", "（空）"));
        snprintf(en, sizeof en, "no indicator is known for '%.120s'", json_str(target, "indicator", ""));
        return target_unbound(ret, zh, en);
    }
    if (ask->value == MICRO_MISSING || ask->value < 0)
        return target_unbound(ret, "目标没有数值", "the target has no figure");
    if (ask->value > TARGET_MOST)
        return target_unbound(ret, "目标数值超出指标的范围",
                              "the target's figure is beyond any that the indicator may have");
    if (!target_unit_fits(ind, unit)) {
        snprintf(zh, sizeof zh, "目标单位“%.40s”与指标单位 %s 不同", unit, ind->unit);
        snprintf(en, sizeof en, "the target's unit '%.40s' is not the indicator's %s", unit, ind->unit);
        return target_unbound(ret, zh, en);
    }
    const char *wanted = target_higher_is_better(ind) ? ">" : "<";
    if (*op && strcmp(op, "=") != 0 && (op[0] != *wanted || (op[1] && strcmp(op + 1, "=") != 0))) {
        snprintf(zh, sizeof zh, "“%.20s”不能用于指标“%s”", op, ind->title);
        snprintf(en, sizeof en, "'%.20s' cannot be judged for '%s'", op, ind->title_en);
        return target_unbound(ret, zh, en);
    }
    ask->strict = op[0] == *wanted && !op[1];
    ask->of.region = region_of(b, region);
    if (ask->of.region < 0 || air_stations(b, ask->of.region) == 0) {
        snprintf(zh, sizeof zh, "“%.60s”没有空气监测点位", region);
        snprintf(en, sizeof en, "'%.60s' has no air station", region);
        return target_unbound(ret, zh, en);
    }
    ask->year = target_year(target, now);
    return 1;
}
