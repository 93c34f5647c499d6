/* recheck.c - closed cases that are to be visited again: all on fixed days, and a share of them drawn once a quarter.
 *
 * A case is drawn when the first 13 hex digits of SM3("SEED|NUMBER"), as a fraction of 16^13, are below the share. The seed of a quarter is
 * SM3("LAST|LEDGER|QUARTER") with the hash of the chain's last event when the quarter was first asked for: nobody can know it
 * before, and everybody can repeat the draw after. It stands in an event of case 0 (recheck_seed) and in each event recheck_due. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "base/sm3.h"
#include "ledger/chain.h"
#include "ledger/timing.h"

struct quarter {
    int64_t first, next; /* days */
    char label[16];
};

static struct quarter quarter_of(int64_t day)
{
    struct cn_civil c = cn_from_ms(cn_day_start(day));
    int k = (c.month - 1) / 3;
    struct quarter q = { .first = cn_days(c.year, k * 3 + 1, 1) };
    q.next = k == 3 ? cn_days(c.year + 1, 1, 1) : cn_days(c.year, k * 3 + 4, 1);
    snprintf(q.label, sizeof q.label, "%04u-Q%u", (unsigned)c.year % 10000u, (unsigned)k % 4u + 1u);
    return q;
}

static int sm3_of(const char *a, const char *b, const char *c, char ret[SM3_HEX], struct err *e)
{
    scoped(freep) char *text = NULL;
    if (asprintf(&text, "%s|%s%s%s", a, b, c ? "|" : "", c ? c : "") < 0)
        return err_set(e, -ENOMEM, "out of memory");
    return sm3_hex(text, strlen(text), ret, e);
}

static int make_seed(struct ledgers *l, const char *ledger, const char *quarter, const char *name,
                     int64_t now, char ret[SM3_HEX], struct err *e)
{
    char last[SM3_HEX];
    int r = ledger_last_hash(l->store, last, e);
    if (r == 0)
        r = sm3_of(last, ledger, quarter, ret, e);
    if (r < 0)
        return r;
    scoped(json_decrefp) json_t *body =
        json_pack("{s:s, s:s, s:s, s:s}", "after", last, "ledger", ledger, "quarter", quarter, "seed", ret);
    r = body ? ledgers_note(l->store, now, "system", "recheck_seed", body, e)
             : err_set(e, -ENOMEM, "out of memory");
    return r == 0 ? ledger_put_setting(l->store, name, ret, e) : r;
}

/* make: a quarter that was not asked for yet gets its seed; else -ENOENT. */
static int seed_of(struct ledgers *l, const char *ledger, const char *quarter, bool make, int64_t now,
                   char ret[SM3_HEX], struct err *e)
{
    char name[80];
    snprintf(name, sizeof name, "recheck-seed:%s:%s", ledger, quarter);
    int r = ledger_begin(l->store, e);
    if (r < 0)
        return r;
    char *was = NULL;
    r = ledger_get_setting(l->store, name, &was, e);
    if (r == 0)
        snprintf(ret, SM3_HEX, "%s", was);
    else if (r == -ENOENT && make)
        r = make_seed(l, ledger, quarter, name, now, ret, e);
    free(was);
    if (r < 0) {
        ledger_rollback(l->store);
        return r;
    }
    return ledger_commit(l->store, e);
}

static int is_drawn(const char *seed, const char *number, int64_t share, bool *ret, struct err *e)
{
    char hex[SM3_HEX];
    int r = sm3_of(seed, number, NULL, hex, e);
    if (r < 0)
        return r;
    hex[13] = '\0';
    /* 52 bits times a share in micro does not fit 64 bits: the share is taken to the same 52 bits instead. */
    uint64_t x = strtoull(hex, NULL, 16), whole = UINT64_C(1) << 52;
    *ret = x < whole / MICRO_ONE * (uint64_t)share + whole % MICRO_ONE * (uint64_t)share / MICRO_ONE;
    return 0;
}

static json_t *fixed_body(const struct recheck *k, int n, int64_t due)
{
    char key[16], day[CN_TEXT];
    snprintf(key, sizeof key, "%d", n);
    cn_format_date(cn_day_start(due), day);
    json_t *zh = json_sprintf("销号满%d天，应复查（%s）", n, day);
    json_t *en = json_sprintf("closed for %d days: to be visited again (%s)", n, day);
    return json_pack("{s:s, s:s, s:s, s:o*, s:o, s:o}", "recheck", key, "kind", "fixed", "due", day, "by",
                     json_deep_copy(k->by), "text", zh, "text_en", en);
}

static json_t *drawn_body(const struct recheck *k, const struct quarter *q, const char *seed)
{
    char day[CN_TEXT];
    cn_format_date(cn_day_start(q->first), day);
    json_t *zh = json_sprintf("%s随机抽查：抽中本事项（种子 %.16s…）", q->label, seed);
    json_t *en = json_sprintf("drawn for the re-check of %s (seed %.16s...)", q->label, seed);
    return json_pack("{s:s, s:s, s:s, s:s, s:I, s:o*, s:o, s:o}", "recheck", q->label, "kind", "share", "due",
                     day, "seed", seed, "share_micro", (json_int_t)k->share, "by", json_deep_copy(k->by),
                     "text", zh, "text_en", en);
}

/* The fixed days: the earliest that is not done. */
static bool next_fixed(const struct loaded *c, int64_t closed, int *ret_n, int64_t *ret_day)
{
    const struct recheck *k = &c->def->time.recheck;
    for (size_t i = 0; i < k->n; i++) {
        char key[16];
        snprintf(key, sizeof key, "%d", k->after[i]);
        if (names_hold(json_object_get(c->doc, "rechecks"), key))
            continue;
        *ret_n = k->after[i];
        *ret_day = closed + k->after[i];
        return true;
    }
    return false;
}

static int recheck(struct ledgers *l, const struct loaded *c, bool make, int64_t now, json_t **ret_body,
                   int64_t *ret_next, struct err *e)
{
    const struct recheck *k = &c->def->time.recheck;
    int64_t closed_at = json_int(c->doc, "closed", 0), closed = cn_day_of(closed_at), today = cn_day_of(now),
            day;
    int n = 0;
    *ret_body = NULL;
    *ret_next = NEVER;
    if (!closed_at || json_object_get(c->doc, "merged_into"))
        return 0;
    if (next_fixed(c, closed, &n, &day)) {
        *ret_next = cn_day_start(day);
        if (day <= today) {
            *ret_body = fixed_body(k, n, day);
            return *ret_body ? 0 : err_set(e, -ENOMEM, "out of memory");
        }
    }
    int64_t over = closed + c->def->watch_days;
    struct quarter q = quarter_of(today);
    if (!k->share || today > over)
        return 0;
    if (q.next <= over && cn_day_start(q.next) < *ret_next)
        *ret_next = cn_day_start(q.next);
    /* What closes in a quarter is drawn from in the next one. */
    if (closed >= q.first || names_hold(json_object_get(c->doc, "rechecks"), q.label))
        return 0;
    char seed[SM3_HEX];
    bool drawn = false;
    int r = seed_of(l, c->def->id, q.label, make, now, seed, make ? e : NULL);
    if (r == -ENOENT && !make) {
        *ret_next = now; /* the tick draws the seed */
        return 0;
    }
    if (r == 0)
        r = is_drawn(seed, json_str(c->doc, "number", ""), k->share, &drawn, e);
    if (r < 0 || !drawn)
        return r;
    *ret_next = now;
    *ret_body = drawn_body(k, &q, seed);
    return *ret_body ? 0 : err_set(e, -ENOMEM, "out of memory");
}

int recheck_due(struct ledgers *l, const struct loaded *c, int64_t now, json_t **ret_body, int64_t *ret_next,
                struct err *e)
{
    return recheck(l, c, true, now, ret_body, ret_next, e);
}

int recheck_next(struct ledgers *l, const struct loaded *c, int64_t now, json_t **ret_body, int64_t *ret_next,
                 struct err *e)
{
    return recheck(l, c, false, now, ret_body, ret_next, e);
}
