/* Targets of a plan against the year so far: value, gap, what the remaining days may be, and when it is lost. */
#include "measure/target.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "base/sm3.h"
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

static bool same_words(const char *a, const char *b)
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
        if (s && same_words(s, word))
            return true;
    }
    return false;
}

static const struct indicator *indicator_of(const struct board *b, const json_t *target)
{
    const struct definitions *d = &b->def;
    const char *bound = json_str(target, "bound", ""), *words = json_str(target, "indicator", "");
    for (size_t i = 0; i < d->n_indicators; i++)
        if (strcmp(d->indicator[i].id, bound) == 0)
            return &d->indicator[i];
    for (size_t i = 0; i < d->n_indicators && !*bound && *words; i++)
        if (same_words(d->indicator[i].title, words) || in_words(d->indicator[i].aliases, words))
            return &d->indicator[i];
    for (size_t i = 0; i < d->n_indicators && !*bound && river_named(b, words); i++)
        if (d->indicator[i].kind == OF_RIVER_CLASS)
            return &d->indicator[i];
    return NULL;
}

/* -1: no such region. 0: the city. */
int32_t region_of(const struct board *b, const char *name)
{
    static const char *const all[] = { "", "全市", "市域", "全域", "本市", "我市" };
    for (size_t i = 0; i < COUNT_OF(all); i++)
        if (strcmp(name, all[i]) == 0)
            return 0;
    if (same_words(name, b->place->name) || same_words(name, b->place->name_en))
        return 0;
    for (size_t i = 0; i < b->place->n_regions; i++) {
        const struct region *r = &b->place->regions[i];
        if (same_words(name, r->name) || same_words(name, r->name_en) || strcmp(name, r->code) == 0)
            return r->parent ? r->id : 0;
    }
    return -1;
}

/* The first four digits that can be a year: "2026年底", "2026-12-31", 2026. */
static int year_of(const json_t *by, int otherwise)
{
    if (json_is_integer(by))
        return (int)json_integer_value(by);
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

static bool higher_is_better(const struct indicator *i)
{
    return i->kind == OF_GOOD_RATIO || i->kind == OF_GOOD_COUNT;
}

static int unbound(json_t **ret, const char *zh, const char *en)
{
    *ret = json_pack("{s:b,s:s,s:s,s:s,s:s}", "bound", 0, "reason", zh, "reason_en", en, "light", "grey",
                     "verdict", "cannot_judge");
    return *ret ? 0 : -ENOMEM;
}

/* 1: *ret_ask is filled; 0: *ret says why not. */
static int read_ask(struct board *b, const json_t *target, int64_t now, struct ask *ask, json_t **ret)
{
    char zh[256], en[256];
    const char *op = json_str(target, "op", ""), *unit = json_str(target, "unit", ""),
               *region = json_str(target, "region", "");
    const struct indicator *ind = indicator_of(b, target);
    *ask = (struct ask){ .ind = ind, .value = json_micro(target, "value", MICRO_MISSING) };
    ask->stretch = strcmp(json_str(target, "modality", "must"), "stretch") == 0;
    if (!ind) {
        snprintf(zh, sizeof zh, "没有与“%.120s”对应的指标", json_str(target, "indicator", "（空）"));
        snprintf(en, sizeof en, "no indicator is known for '%.120s'", json_str(target, "indicator", ""));
        return unbound(ret, zh, en);
    }
    if (ask->value == MICRO_MISSING || ask->value < 0)
        return unbound(ret, "目标没有数值", "the target has no figure");
    if (*unit && !in_words(ind->units, unit)) {
        snprintf(zh, sizeof zh, "目标单位“%.40s”与指标单位 %s 不同", unit, ind->unit);
        snprintf(en, sizeof en, "the target's unit '%.40s' is not the indicator's %s", unit, ind->unit);
        return unbound(ret, zh, en);
    }
    const char *wanted = higher_is_better(ind) ? ">" : "<";
    if (*op && strcmp(op, "=") != 0 && (op[0] != *wanted || (op[1] && strcmp(op + 1, "=") != 0))) {
        snprintf(zh, sizeof zh, "“%.20s”不能用于指标“%s”", op, ind->title);
        snprintf(en, sizeof en, "'%.20s' cannot be judged for '%s'", op, ind->title_en);
        return unbound(ret, zh, en);
    }
    ask->strict = op[0] == *wanted && !op[1];
    ask->of.region = region_of(b, region);
    if (ask->of.region < 0 || air_stations(b, ask->of.region) == 0) {
        snprintf(zh, sizeof zh, "“%.60s”没有空气监测点位", region);
        snprintf(en, sizeof en, "'%.60s' has no air station", region);
        return unbound(ret, zh, en);
    }
    ask->year = year_of(json_object_get(target, "by"), cn_from_ms(now).year);
    return 1;
}

static void count_inputs(struct board *b, const struct ask *ask, int64_t day, struct tally *t)
{
    int item = *ask->ind->item ? air_item_from_word(ask->ind->item, strlen(ask->ind->item)) : -1;
    for (size_t i = 0; i < b->place->n_sites; i++) {
        const struct board_site *s = &b->site[i];
        if (!s->day || (ask->of.region && !air_site_in(b, s, ask->of.region)))
            continue;
        const struct day_state *d = &s->day[day - b->first_day];
        for (int k = 0; k < AIR_ITEMS; k++)
            if (item < 0 || k == item) {
                t->hours += d->hours[k];
                t->invalid += d->invalid[k];
                t->lost += d->lost[k];
                t->excepted += d->excepted[k];
                t->not_sent += 24 - d->hours[k] - d->invalid[k] - d->lost[k] - d->excepted[k];
            }
    }
}

bool target_day_is_bad(const struct ask *ask, micro v)
{
    switch (ask->ind->kind) {
    case OF_GOOD_RATIO:
    case OF_GOOD_COUNT:
        return v > 100 * MICRO_ONE;
    case OF_HEAVY_COUNT:
        return v > ask->ind->above * MICRO_ONE;
    default:
        return v > ask->value;
    }
}

static bool tally_year(struct board *b, const struct ask *ask, int64_t now, struct tally *t)
{
    const struct indicator *ind = ask->ind;
    int item = *ind->item ? air_item_from_word(ind->item, strlen(ind->item)) : -1;
    int64_t first = cn_days(ask->year, 1, 1), over = cn_day_of(now) - first;
    *t = (struct tally){ .year = cn_days_in_year(ask->year), .stations = air_stations(b, ask->of.region) };
    t->elapsed = over < 0 ? 0 : over > t->year ? t->year : (int)over;
    t->left = t->year - t->elapsed;
    for (int i = 0; i < t->elapsed; i++) {
        struct day_state d;
        if (!air_day_of(b, ask->of, first + i, 24, &d))
            return false;
        count_inputs(b, ask, first + i, t);
        micro v = item >= 0         ? d.v.v[AIR_DAY][item]
                  : d.index.aqi < 0 ? MICRO_MISSING
                                    : d.index.aqi * MICRO_ONE;
        if (v == MICRO_MISSING)
            continue;
        t->v[t->valid++] = v;
        t->sum += v;
        t->bad += target_day_is_bad(ask, v);
    }
    return true;
}

static bool meets(const struct ask *ask, micro v)
{
    if (v == MICRO_MISSING)
        return false;
    v = micro_round(v, ask->ind->decimals);
    if (higher_is_better(ask->ind))
        return ask->strict ? v > ask->value : v >= ask->value;
    return ask->strict ? v < ask->value : v <= ask->value;
}

/* What the days still to come may average so that the year just meets the target. Every one of them is taken to be valid. */
static void judge_mean(const struct ask *ask, const struct tally *t, struct outcome *o)
{
    o->value = t->valid ? micro_div(t->sum, t->valid) : MICRO_MISSING;
    o->ok = meets(ask, o->value);
    o->allowed = -1;
    if (t->left == 0) {
        o->met = o->ok;
        o->impossible = !o->ok;
        return;
    }
    micro rest = micro_div(ask->value * (t->valid + t->left) - t->sum, t->left);
    o->remaining_mean = rest;
    o->impossible = rest <= 0;
    o->red = !o->ok && rest < micro_muldiv(o->value, 100 - ask->ind->red_percent, 100);
}

/* The annual percentile stays within the target when the day above its rank does: so many days of the year may be above. */
static void judge_percentile(const struct ask *ask, const struct tally *t, struct outcome *o)
{
    micro v[AIR_YEAR_DAYS];
    memcpy(v, t->v, (size_t)t->valid * sizeof *v);
    o->value = air_percentile(v, (size_t)t->valid, ask->ind->percentile);
    o->ok = meets(ask, o->value);
    int n = t->valid + t->left, hundredths = (n - 1) * ask->ind->percentile;
    int reach = hundredths / 100 + 1 + (hundredths % 100 != 0);
    o->allowed = n - reach - t->bad;
    memcpy(v, t->v, (size_t)t->valid * sizeof *v);
    memset(v + t->valid, 0, (size_t)t->left * sizeof *v); /* the best that may come */
    o->impossible = t->valid && !meets(ask, air_percentile(v, (size_t)n, ask->ind->percentile));
    if (o->allowed < 0)
        o->allowed = 0;
    o->met = t->left == 0 && o->ok;
    o->red = !o->ok && o->allowed == 0;
}

static micro ratio(int good, int n)
{
    return n ? micro_muldiv(good * MICRO_ONE, 100, n) : MICRO_MISSING;
}

static void judge_ratio(const struct ask *ask, const struct tally *t, struct outcome *o)
{
    int n = t->valid + t->left, most = n;
    o->value = ratio(t->valid - t->bad, t->valid);
    o->ok = meets(ask, o->value);
    while (most >= 0 && !meets(ask, ratio(n - most, n)))
        most--;
    o->allowed = most - t->bad;
    o->impossible = o->allowed < 0;
    o->met = !o->impossible && o->allowed >= t->left;
    o->red = !o->ok && o->allowed == 0;
}

static void judge_count(const struct ask *ask, const struct tally *t, struct outcome *o)
{
    int most;
    if (ask->ind->kind == OF_GOOD_COUNT) {
        int good = t->valid - t->bad;
        int64_t wanted =
            (ask->value + MICRO_ONE - 1) / MICRO_ONE + (ask->strict && ask->value % MICRO_ONE == 0);
        o->value = good * MICRO_ONE;
        o->ok = good >= wanted || good * (int64_t)t->year >= wanted * t->elapsed; /* at the year's pace */
        o->met = good >= wanted;
        most = (int)(good + t->left - wanted);
        o->allowed = most;
    } else {
        int64_t wanted = ask->value / MICRO_ONE - (ask->strict && ask->value % MICRO_ONE == 0);
        o->value = t->bad * MICRO_ONE;
        o->ok = t->bad <= wanted;
        o->met = o->ok && t->left == 0;
        most = (int)(wanted - t->bad);
        o->allowed = most;
    }
    o->impossible = most < 0;
    o->red = !o->ok && o->allowed == 0;
}

static void judge(const struct ask *ask, const struct air_evaluation *ev, const struct tally *t,
                  struct outcome *o)
{
    *o = (struct outcome){
        .value = MICRO_MISSING, .gap = MICRO_MISSING, .remaining_mean = MICRO_MISSING, .allowed = -1
    };
    switch (ask->ind->kind) {
    case OF_MEAN:
        judge_mean(ask, t, o);
        break;
    case OF_PERCENTILE:
        judge_percentile(ask, t, o);
        break;
    case OF_GOOD_RATIO:
        judge_ratio(ask, t, o);
        break;
    default:
        judge_count(ask, t, o);
        break;
    }
    if (o->value != MICRO_MISSING)
        o->gap = micro_round(o->value, ask->ind->decimals) - ask->value;
    /* GB 3095 table 4: a year that can no longer come to 324 valid days cannot be judged; nor a share of too few days. */
    o->unjudgeable =
        t->valid == 0 || (ask->ind->kind <= OF_PERCENTILE ? !ev || t->valid + t->left < ev->year_days
                                                          : t->valid * 100 < t->elapsed * 75);
    if (o->unjudgeable)
        o->met = o->impossible = false;
}

void target_judge(struct board *b, const struct ask *ask, int64_t last, const struct tally *t,
                  struct outcome *o)
{
    judge(ask, air_evaluation_on(&b->def.book, last), t, o);
}

static const char *verdict_word(const struct outcome *o)
{
    return o->unjudgeable  ? "cannot_judge"
           : o->impossible ? "impossible"
           : o->met        ? "met"
           : o->ok         ? "on_track"
                           : "behind";
}

/* A stretch goal (力争) binds nobody: it never shows red. */
static const char *light_word(const struct ask *ask, const struct outcome *o)
{
    if (o->unjudgeable)
        return "grey";
    if (o->impossible || o->red)
        return ask->stretch ? "yellow" : "red";
    return o->ok || o->met ? "green" : "yellow";
}

static void write_text(const struct ask *ask, const struct tally *t, const struct outcome *o,
                       int64_t last_day, bool english, struct buf *out)
{
    char value[MICRO_TEXT], target[MICRO_TEXT], gap[MICRO_TEXT], rest[MICRO_TEXT], date[CN_TEXT];
    const struct indicator *i = ask->ind;
    const char *unit = strcmp(i->unit, "天") == 0 && english ? "d" : i->unit;
    const char *sign = higher_is_better(i) ? "≥" : "≤";
    micro apart = o->gap == MICRO_MISSING ? 0 : o->gap < 0 ? -o->gap : o->gap;
    micro_format(o->value, i->decimals, value);
    micro_format(ask->value, -1, target);
    micro_format(apart, i->decimals, gap);
    micro_format(o->remaining_mean, 1, rest);
    cn_format_date(cn_day_start(last_day), date);
    if (t->valid == 0) {
        buf_addf(out, english ? "%s %d: no valid day yet" : "%s：%d 年尚无有效天数",
                 english ? i->title_en : i->title, ask->year);
        return;
    }
    buf_addf(out, english ? "%s%s up to %s: %s %s, target %s%s" : "%s%s截至 %s 为 %s %s，目标 %s%s",
             ask->stretch ? (english ? "(stretch) " : "（力争）") : "", english ? i->title_en : i->title,
             date, value, unit, sign, target);
    if (o->gap > 0)
        buf_addf(out, english ? ", %s above" : "，高 %s", gap);
    else if (o->gap < 0)
        buf_addf(out, english ? ", %s below" : "，低 %s", gap);
    if (o->unjudgeable)
        buf_addf(out, english ? "; cannot be judged: %d valid days of %d" : "；有效天数 %d／%d，不足以评判",
                 t->valid, t->elapsed);
    else if (t->left == 0)
        buf_adds(out, o->met ? (english ? "; met" : "；全年已完成")
                             : (english ? "; the year is over, not met" : "；全年已结束，未完成"));
    else if (o->impossible)
        buf_addf(out,
                 english ? "; can no longer be met in the %d days left" : "；余下 %d 天无论如何都无法完成",
                 t->left);
    else if (i->kind == OF_MEAN)
        buf_addf(out, english ? "; the %d days left may average %s" : "；余下 %d 天平均须不高于 %s", t->left,
                 rest);
    else
        buf_addf(out, english ? "; of the %d days left %d may be bad" : "；余下 %d 天中还可有 %d 天超标",
                 t->left, o->allowed < t->left ? o->allowed : t->left);
}

/* What anybody needs to compute the figure again: rule sets with clauses, inputs, and what was missing of which kind. */
static json_t *receipt(struct board *b, const struct ask *ask, const struct tally *t, int64_t now)
{
    char from[CN_TEXT], to[CN_TEXT], at[CN_TEXT], hash[SM3_HEX] = "";
    struct buf digits =
        BUF_INIT; /* of the day values in their order: the same data give the same hash anywhere */
    for (int i = 0; i < t->valid; i++)
        buf_addf(&digits, "%lld;", (long long)t->v[i]);
    if (digits.failed || sm3_hex(digits.data ? digits.data : "", digits.len, hash, NULL) < 0)
        *hash = '\0'; /* no hash rather than a wrong one */
    buf_release(&digits);
    int64_t first = cn_days(ask->year, 1, 1), last = first + (t->elapsed ? t->elapsed - 1 : 0);
    json_t *rules = json_array();
    const struct air_evaluation *ev = air_evaluation_on(&b->def.book, last);
    if (ev)
        json_array_append_new(rules, json_pack("{s:s,s:s}", "id", ev->set.id, "clause", ev->set.clause));
    for (size_t i = 0; i < b->def.book.n_index && !*ask->ind->item; i++) {
        const struct ruleset *set = &b->def.book.index[i].set;
        if (!set->practice && set->from <= last && set->to >= first)
            json_array_append_new(rules, json_pack("{s:s,s:s}", "id", set->id, "clause", set->clause));
    }
    return json_pack("{s:s,s:o,s:{s:s,s:s},s:{s:I,s:i,s:I,s:s},s:{s:I,s:I,s:I,s:I},s:s}", "indicator",
                     ask->ind->id, "rules", rules, "span", "from", cn_format_date(cn_day_start(first), from),
                     "to", cn_format_date(cn_day_start(last), to), "inputs", "stations",
                     (json_int_t)t->stations, "days", t->valid, "hours", (json_int_t)t->hours, "sm3", hash,
                     "missing", "not_sent", (json_int_t)t->not_sent, "invalid", (json_int_t)t->invalid,
                     "lost", (json_int_t)t->lost, "excepted", (json_int_t)t->excepted, "computed",
                     cn_format_iso(now, at));
}

bool target_inputs(struct board *b, const json_t *target, int64_t now, struct inputs_ask *ret)
{
    struct ask ask;
    json_t *why = NULL;
    const struct indicator *ind = indicator_of(b, target);
    if (ind && case_indicator(ind))
        return false;
    if (ind && river_indicator(ind))
        return river_inputs(b, ind, target, year_of(json_object_get(target, "by"), cn_from_ms(now).year), now,
                            ret);
    if (read_ask(b, target, now, &ask, &why) != 1) {
        json_decref(why);
        return false;
    }
    int64_t first = cn_days(ask.year, 1, 1), over = cn_day_of(now);
    int64_t last = cn_days(ask.year, 12, 31);
    *ret =
        (struct inputs_ask){ .of = ask.of,
                             .item = *ask.ind->item ? air_item_from_word(ask.ind->item, strlen(ask.ind->item))
                                                    : -1,
                             .first = first,
                             .last = over - 1 < last ? over - 1 : last };
    return true;
}

/* The word of the less certain of the rule sets that the figure rests on. */
static const char *certainty_of(const struct board *b, const struct ask *ask, int64_t day)
{
    const struct air_evaluation *ev = air_evaluation_on(&b->def.book, day);
    const struct air_index_rules *index = *ask->ind->item ? NULL : air_index_on(&b->def.book, day);
    return ev ? ev->set.certainty : index ? index->set.certainty : "";
}

int target_progress(struct board *b, const json_t *target, int64_t now, json_t **ret, struct err *e)
{
    const struct indicator *river = indicator_of(b, target);
    if (river && river_indicator(river))
        return river_progress(b, river, target, year_of(json_object_get(target, "by"), cn_from_ms(now).year),
                              now, ret) < 0
                   ? err_set(e, -ENOMEM, "out of memory")
                   : 0;
    if (river && case_indicator(river)) /* nothing that the board itself finds rests on cases */
        return unbound(ret, "由台账统计", "counted in the ledgers") < 0 ? err_set(e, -ENOMEM, "out of memory")
                                                                        : 0;
    struct ask ask;
    struct tally *t = malloc(sizeof *t);
    struct outcome o;
    char date[CN_TEXT];
    int r = t ? read_ask(b, target, now, &ask, ret) : -ENOMEM;
    if (r == 1 && !tally_year(b, &ask, now, t)) {
        snprintf(date, sizeof date, "%d", ask.year);
        r = unbound(ret, "没有保存该年度的数据", "no data of that year is kept");
    }
    if (r <= 0) {
        free(t);
        return r < 0 ? err_set(e, r, "out of memory") : 0;
    }
    int64_t last = cn_days(ask.year, 1, 1) + (t->elapsed ? t->elapsed - 1 : 0);
    struct buf zh = BUF_INIT, en = BUF_INIT;
    target_judge(b, &ask, last, t, &o);
    bool open = !o.unjudgeable && !o.impossible && !o.met && t->left > 0;
    json_t *odds = open ? odds_json(b, &ask, t->elapsed) : json_null();
    write_text(&ask, t, &o, last, false, &zh);
    write_text(&ask, t, &o, last, true, &en);
    bool bad_days = o.allowed >= 0 || ask.ind->kind != OF_MEAN;
    *ret = json_pack(
        "{s:b,s:s,s:s,s:s,s:o,s:s,s:s,s:{s:i,s:i,s:i,s:i},s:o,s:o,s:o,s:o,s:s,s:s,s:s,s:s,s:o,s:s,s:o}",
        "bound", 1, "indicator", ask.ind->id, "title", ask.ind->title, "title_en", ask.ind->title_en, "value",
        micro_json(o.value, ask.ind->decimals), "unit", ask.ind->unit, "as_of",
        cn_format_iso(t->elapsed ? cn_day_start(last + 1) : now, date), "days", "valid", t->valid, "elapsed",
        t->elapsed, "year", t->year, "left", t->left, "gap", micro_json(o.gap, ask.ind->decimals),
        "remaining_mean", micro_json(o.remaining_mean, 1), "bad_days",
        bad_days ? json_integer(t->bad) : json_null(), "allowed_bad_days",
        bad_days ? json_integer(o.allowed < 0 ? 0 : o.allowed) : json_null(), "light", light_word(&ask, &o),
        "verdict", verdict_word(&o), "text", zh.data ? zh.data : "", "text_en", en.data ? en.data : "",
        "odds", odds, "certainty", certainty_of(b, &ask, last), "receipt", receipt(b, &ask, t, now));
    buf_release(&zh);
    buf_release(&en);
    free(t);
    return *ret ? 0 : err_set(e, -ENOMEM, "out of memory");
}

int board_target(struct board *b, const json_t *target, int64_t now, json_t **ret, struct err *e)
{
    const struct indicator *i = indicator_of(b, target); /* definitions and the place do not change */
    if (i && case_indicator(i)) {
        int r = target_case_progress(
            b, i, target, year_of(json_object_get(target, "by"), cn_from_ms(now).year), now, ret, e);
        return r == -ENOMEM ? err_set(e, r, "out of memory") : r;
    }
    pthread_mutex_lock(&b->lock);
    int r = target_progress(b, target, now, ret, e);
    pthread_mutex_unlock(&b->lock);
    return r;
}
