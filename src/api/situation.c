#include "api/situation.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "measure/pace.h"

int situation_period(const char *text, int64_t now, struct situation_period *ret, struct err *e)
{
    size_t len = strlen(text);
    *ret = (struct situation_period){ 0 };
    if ((len == 4 || (len == 7 && text[4] == '-' && strspn(text + 5, "0123456789") == 2)) &&
        strspn(text, "0123456789") == 4) {
        ret->year = (int)strtol(text, NULL, 10);
        ret->month = len == 7 ? (int)strtol(text + 5, NULL, 10) : 0;
    }
    if (ret->year < 2000 || ret->year > 2100 || ret->month > 12 || (len == 7 && ret->month < 1))
        return err_named(e, -EINVAL, "bad_input", "period: a month such as 2026-06 or a year such as 2026");
    ret->from = cn_day_start(cn_days(ret->year, ret->month ? ret->month : 1, 1));
    int64_t to = ret->month ? ret->from + cn_days_in_month(ret->year, ret->month) * MS_DAY
                            : cn_day_start(cn_days(ret->year + 1, 1, 1));
    if (ret->from > now)
        return err_named(e, -EINVAL, "bad_input", "period: it has not begun");
    ret->to = to < now ? to : now;
    return 0;
}

bool target_has_value(const json_t *body)
{
    return strcmp(json_str(body, "kind", "target"), "target") == 0 || *json_str(body, "bound", "") ||
           json_is_object(json_object_get(body, "pace"));
}

json_t *target_ask(const json_t *body, int64_t id)
{
    json_t *ask = json_copy((json_t *)(uintptr_t)body);
    bool task = strcmp(json_str(body, "kind", "target"), "task") == 0;
    bool ok = ask && json_object_set_new(ask, "id", json_integer(id)) == 0;
    if (ok && task && !*json_str(body, "bound", "")) {
        ok = json_object_set_new(ask, "indicator", json_string(json_str(body, "object", ""))) == 0;
        if (ok && !*json_str(body, "op", ""))
            ok = json_object_set_new(ask, "op", json_string(">=")) == 0;
    }
    if (ok)
        return ask;
    json_decref(ask);
    return NULL;
}

/* ---- a row ---- */

struct row {
    struct board *b;
    const json_t *body;
    const struct situation_period *p;
    json_t *ask; /* of the sheet's year */
    json_t *o;   /* the answer */
    struct err *e;
};

static int put(struct row *r, const char *key, json_t *v)
{
    return json_object_set_new(r->o, key, v) < 0 ? err_set(r->e, -ENOMEM, "no memory for a sheet") : 0;
}

static json_t *number(micro v)
{
    return v == MICRO_MISSING   ? json_null()
           : v % MICRO_ONE == 0 ? json_integer(v / MICRO_ONE)
                                : json_real(micro_to_double(v));
}

/* The last moment that the sheet knows; what is over by then is over. */
static int64_t known(const struct situation_period *p)
{
    return p->to - 1;
}

/* Whether the target is of the sheet's year; a yearly programme gives the year its own figure. */
static bool of_year(struct row *r)
{
    int year = board_target_year(r->body, r->p->to), first, last;
    const json_t *pace = json_object_get(r->body, "pace");
    micro v;
    if (pace_years(pace, &first, &last) && r->p->year >= first && r->p->year <= (last > year ? last : year)) {
        if (r->p->year != year && pace_of_year(pace, r->p->year, &v) &&
            json_object_set_new(r->ask, "value", number(v)) < 0)
            return false;
        return json_object_set_new(r->ask, "by", json_integer(r->p->year)) == 0;
    }
    return year == r->p->year;
}

static const char *how_of(const json_t *progress)
{
    if (json_object_get(progress, "reported"))
        return "reported";
    if (json_object_get(progress, "emission"))
        return "ledger";
    if (!json_flag(progress, "bound", false) || !json_is_number(json_object_get(progress, "value")))
        return "none";
    return strncmp(json_str(progress, "indicator", ""), "cases.", 6) == 0 ? "ledger" : "measured";
}

/* The rule or method that the figure rests on: of a measured one the first of its receipt, of a reported one what was written with it. */
static const char *rule_of(const json_t *progress)
{
    const json_t *receipt = json_object_get(progress, "receipt");
    const char *rule = json_str(json_array_get(json_object_get(receipt, "rules"), 0), "id", "");
    return *rule ? rule : json_str(json_object_get(progress, "reported"), "method", "");
}

/* The same days of the year before; what is reckoned from a base year has none. */
static int add_last_year(struct row *r, const json_t *progress)
{
    scoped(json_decrefp) json_t *ask = json_copy(r->ask);
    scoped(json_decrefp) json_t *before = NULL;
    int year = r->p->year - 1, n;
    struct cn_civil c = cn_from_ms(known(r->p));
    micro v = MICRO_MISSING;
    if (json_object_get(progress, "emission"))
        return put(r, "month_last_year", json_null()) < 0 ? -ENOMEM : put(r, "last_year", json_null());
    c.year--;
    if (c.month == 2 && c.day == 29)
        c.day = 28;
    int64_t at = cn_to_ms(&c);
    if (!ask || json_object_set_new(ask, "by", json_integer(year)) < 0)
        return err_set(r->e, -ENOMEM, "no memory for a sheet");
    if (r->p->month)
        n = board_target_month(r->b, ask, year, r->p->month, at + 1, &v, &(int){ 0 }, r->e);
    else
        n = 0;
    if (n < 0 || (n = put(r, "month_last_year", number(v))) < 0 ||
        (n = board_target(r->b, ask, at + 1, &before, r->e)) < 0)
        return n;
    json_t *value = json_object_get(before, "value");
    return put(r, "last_year", json_is_number(value) ? json_incref(value) : json_null());
}

static int add_month(struct row *r)
{
    micro v = MICRO_MISSING;
    int decimals, n = r->p->month ? board_target_month(r->b, r->ask, r->p->year, r->p->month, r->p->to, &v,
                                                       &decimals, r->e)
                                  : 0;
    return n < 0 ? n : put(r, "month", number(v));
}

static void shortfall_text(char *zh, char *en, size_t size, micro wanted, micro value, micro apart,
                           const char *unit, bool lower)
{
    char want[MICRO_TEXT], have[MICRO_TEXT], gap[MICRO_TEXT];
    micro_format(wanted, micro_round(wanted, 2) == wanted ? -1 : 2, want);
    micro_format(value, micro_round(value, 2) == value ? -1 : 2, have);
    micro_format(apart, micro_round(apart, 2) == apart ? -1 : 2, gap);
    snprintf(zh, size, "按进度应%s %s %.30s，实际 %s %.30s，%s %s %.30s", lower ? "不高于" : "达到", want,
             unit, have, unit, lower ? "高出" : "落后", gap, unit);
    snprintf(en, size, "due by the pace: %s %s %.30s; is %s %.30s, %s by %s %.30s",
             lower ? "at most" : "at least", want, unit, have, unit, lower ? "over" : "short", gap, unit);
}

/* Held against the pace, or, without one, against what the target itself says. */
static int add_pace(struct row *r, const json_t *progress)
{
    const json_t *pace = json_object_get(r->body, "pace");
    const char *unit = json_str(progress, "unit", json_str(r->body, "unit", ""));
    micro value = json_micro(progress, "value", MICRO_MISSING);
    bool lower = board_target_lower(r->b, r->ask);
    struct pace_at at;
    char day[CN_TEXT], zh[256] = "", en[256] = "";
    if (!pace_at(pace, cn_day_of(known(r->p)), &at))
        return put(r, "pace", json_null());
    micro apart = at.begun && value != MICRO_MISSING && value < 9000000000 * MICRO_ONE &&
                          value > -9000000000 * MICRO_ONE
                      ? (lower ? value - at.wanted : at.wanted - value)
                      : MICRO_MISSING;
    if (apart != MICRO_MISSING && apart > 0)
        shortfall_text(zh, en, sizeof zh, at.wanted, value, apart, unit, lower);
    json_t *o = json_pack("{s:s,s:o,s:o,s:o,s:s,s:s,s:O}", "kind", json_str(pace, "kind", ""), "wanted",
                          at.begun ? number(at.wanted) : json_null(), "short",
                          apart == MICRO_MISSING ? json_null() : number(apart > 0 ? apart : 0), "behind",
                          apart == MICRO_MISSING ? json_null() : json_boolean(apart > 0), "text", zh,
                          "text_en", en, "points", json_object_get(pace, "points"));
    if (o && at.more)
        json_object_set_new(o, "next",
                            json_pack("{s:s,s:o,s:s}", "by", cn_format_date(cn_day_start(at.next), day),
                                      "value", number(at.next_value), "what", at.next_what));
    return o ? put(r, "pace", o) : err_set(r->e, -ENOMEM, "no memory for a sheet");
}

/* The years of the creation plan, each with what it asked and what it came to; years to come have only what they ask. */
static int add_years(struct row *r)
{
    const json_t *pace = json_object_get(r->body, "pace");
    int first, last;
    scoped(json_decrefp) json_t *list = json_array();
    if (!pace_years(pace, &first, &last) || first == last || last - first > 50)
        return 0;
    for (int year = first; list && year <= last; year++) {
        scoped(json_decrefp) json_t *ask = json_copy(r->ask);
        scoped(json_decrefp) json_t *got = NULL;
        micro want;
        int64_t end = cn_day_start(cn_days(year + 1, 1, 1));
        if (!pace_of_year(pace, year, &want))
            continue;
        if (!ask || json_object_set_new(ask, "by", json_integer(year)) < 0 ||
            json_object_set_new(ask, "value", number(want)) < 0)
            return err_set(r->e, -ENOMEM, "no memory for a sheet");
        if (year <= r->p->year) {
            int n = board_target(r->b, ask, end < r->p->to ? end : known(r->p), &got, r->e);
            if (n < 0)
                return n;
        }
        json_t *value = json_object_get(got, "value");
        json_array_append_new(
            list, json_pack("{s:i,s:o,s:o,s:s}", "year", year, "wanted", number(want), "value",
                            json_is_number(value) ? json_incref(value) : json_null(), "verdict",
                            year > r->p->year ? "to_come" : json_str(got, "verdict", "cannot_judge")));
    }
    return list ? put(r, "years", json_incref(list)) : err_set(r->e, -ENOMEM, "no memory for a sheet");
}

static int add_words(struct row *r)
{
    static const char *const same[] = { "kind",     "quote", "region",     "op",   "value2",  "baseline",
                                        "modality", "owner", "supervised", "case", "warning", "path" };
    char period[CN_TEXT];
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        json_t *v = json_object_get(r->body, same[i]);
        if (v && json_object_set(r->o, same[i], v) < 0)
            return -ENOMEM;
    }
    snprintf(period, sizeof period, r->p->month ? "%04d-%02d" : "%04d", r->p->year, r->p->month);
    json_t *reason = json_object_get(json_object_get(r->body, "reasons"), period);
    return (reason && json_object_set(r->o, "reason", reason) < 0) ||
                   json_object_set(r->o, "indicator", json_object_get(r->ask, "indicator")) < 0 ||
                   json_object_set_new(r->o, "by", json_string(json_str(r->body, "by", ""))) < 0 ||
                   json_object_set_new(r->o, "final", number(json_micro(r->body, "value", MICRO_MISSING))) <
                       0 ||
                   json_object_set_new(r->o, "value", number(json_micro(r->ask, "value", MICRO_MISSING))) <
                       0 ||
                   json_object_set_new(r->o, "unit", json_string(json_str(r->body, "unit", ""))) < 0
               ? -ENOMEM
               : 0;
}

/* Behind: by the pace where there is one, else by the verdict of the target itself. */
static bool behind_of(const json_t *o, const json_t *progress)
{
    const json_t *pace = json_object_get(o, "pace"), *said = json_object_get(pace, "behind");
    const char *verdict = json_str(progress, "verdict", "");
    if (json_is_boolean(said))
        return json_is_true(said) || strcmp(verdict, "impossible") == 0;
    return strcmp(verdict, "behind") == 0 || strcmp(verdict, "impossible") == 0;
}

int situation_row(struct board *b, const json_t *body, int64_t id, const struct situation_period *p,
                  json_t **ret, struct err *e)
{
    scoped(json_decrefp) json_t *ask = target_ask(body, id);
    scoped(json_decrefp) json_t *o = json_pack("{s:I}", "id", (json_int_t)id);
    scoped(json_decrefp) json_t *progress = NULL;
    struct row r = { .b = b, .body = body, .p = p, .ask = ask, .o = o, .e = e };
    *ret = NULL;
    if (!ask || !o)
        return err_set(e, -ENOMEM, "no memory for a sheet");
    if (!of_year(&r))
        return 0;
    int n = add_words(&r) < 0 ? err_set(e, -ENOMEM, "no memory for a sheet")
                              : board_target(b, ask, p->to, &progress, e);
    if (n == 0)
        n = put(&r, "progress", json_incref(progress));
    if (n == 0)
        n = put(&r, "how", json_string(how_of(progress)));
    if (n == 0)
        n = put(&r, "rule", json_string(rule_of(progress)));
    if (n == 0)
        n = add_month(&r);
    if (n == 0)
        n = add_last_year(&r, progress);
    if (n == 0)
        n = add_pace(&r, progress);
    if (n == 0)
        n = add_years(&r);
    if (n == 0)
        n = put(&r, "behind", json_boolean(behind_of(o, progress)));
    if (n == 0)
        *ret = json_incref(o);
    return n;
}

const char *situation_verdict(const json_t *row)
{
    const char *verdict = json_str(json_object_get(row, "progress"), "verdict", "cannot_judge");
    if (json_flag(row, "behind", false) && strcmp(verdict, "on_track") == 0)
        return "behind";
    if (json_is_false(json_object_get(json_object_get(row, "pace"), "behind")) &&
        strcmp(verdict, "behind") == 0)
        return "on_track";
    return verdict;
}

json_t *situation_summary(const json_t *rows)
{
    static const char *const words[] = { "met",      "on_track", "behind", "impossible", "cannot_judge",
                                         "measured", "reported", "ledger", "none" };
    enum { N = sizeof words / sizeof *words };
    int count[N] = { 0 };
    size_t i;
    const json_t *row;
    json_array_foreach(rows, i, row)
    {
        const char *verdict = situation_verdict(row), *how = json_str(row, "how", "none");
        for (int k = 0; k < N; k++)
            count[k] += strcmp(words[k], k < 5 ? verdict : how) == 0;
    }
    json_t *o = json_pack("{s:I}", "targets", (json_int_t)json_array_size(rows));
    for (int k = 0; o && k < N; k++)
        json_object_set_new(o, words[k], json_integer(count[k]));
    return o;
}
