/* Targets of a plan against the year so far: value, gap, what the remaining days may be, and when it is lost. Those of the air are
 * answered here; rivers (target_river.c) and what ledgers count (target_cases.c) answer for themselves. */
#include "measure/target.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/sm3.h"
#include "measure/river.h"

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
    const char *sign = target_higher_is_better(i) ? "≥" : "≤";
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
    const struct indicator *ind = target_indicator(b, target);
    if (ind && case_indicator(ind))
        return false;
    if (ind && river_indicator(ind))
        return river_inputs(b, ind, target, target_year(target, now), now, ret);
    if (target_read(b, target, now, &ask, &why) != 1) {
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
    const struct indicator *river = target_indicator(b, target);
    if (river && river_indicator(river))
        return river_progress(b, river, target, target_year(target, now), now, ret) < 0
                   ? err_set(e, -ENOMEM, "out of memory")
                   : 0;
    if (river && case_indicator(river)) /* nothing that the board itself finds rests on cases */
        return target_unbound(ret, "由台账统计", "counted in the ledgers") < 0
                   ? err_set(e, -ENOMEM, "out of memory")
                   : 0;
    struct ask ask;
    struct tally *t = calloc(1, sizeof *t);
    struct outcome o;
    char date[CN_TEXT];
    int r = t ? target_read(b, target, now, &ask, ret) : -ENOMEM;
    if (r == 1 && !target_tally(b, &ask, now, t)) {
        snprintf(date, sizeof date, "%d", ask.year);
        r = target_unbound(ret, "没有保存该年度的数据", "no data of that year is kept");
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

/* What the instruments say; outside the board's lock nothing of the board is touched. */
static int measured(struct board *b, const json_t *target, int64_t now, json_t **ret, struct err *e)
{
    pthread_mutex_lock(&b->lock);
    int r = target_progress(b, target, now, ret, e);
    pthread_mutex_unlock(&b->lock);
    return r;
}

int board_target(struct board *b, const json_t *target, int64_t now, json_t **ret, struct err *e)
{
    const struct indicator *i = target_indicator(b, target); /* definitions and the place do not change */
    bool outside = i && i->kind == OF_OUTSIDE;
    int r = 0;
    *ret = NULL;
    if (i && i->kind == OF_EMISSION)
        r = target_emission(b, i, target, now, ret, e);
    else if (i && case_indicator(i) && !outside)
        r = target_case_progress(b, i, target, target_year(target, now), now, ret, e);
    else if (!outside)
        r = measured(b, target, now, ret, e);
    if (r == 0 && (!*ret || !json_flag(*ret, "bound", false))) {
        json_t *told = NULL; /* what nobody measures may have been reported */
        r = target_reported(b, i, target, now, &told, e);
        if (r == 1) {
            json_decref(*ret);
            *ret = told;
            r = 0;
        } else if (r == 0 && outside)
            r = target_case_progress(b, i, target, target_year(target, now), now, ret, e);
    }
    if (r < 0) {
        json_decref(*ret);
        *ret = NULL;
    }
    return r == -ENOMEM ? err_set(e, r, "out of memory") : r;
}

int board_target_year(const json_t *target, int64_t now)
{
    return target_year(target, now);
}

bool board_target_lower(const struct board *b, const json_t *target)
{
    const char *op = json_str(target, "op", "");
    const struct indicator *i = target_indicator(b, target);
    if (op[0] == '<')
        return true;
    if (op[0] == '>' || strcmp(op, "decrease") == 0 || strcmp(op, "increase") == 0)
        return false;
    return i && (i->kind <= OF_PERCENTILE || i->kind == OF_HEAVY_COUNT || i->kind == OF_RIVER_BAD ||
                 i->kind == OF_RIVER_CLASS);
}
