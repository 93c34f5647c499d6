/* lookback.c - the watch over closed cases, and the lights that changed since the last tick. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/cntime.h"
#include "base/scoped.h"
#include "ledger/chain.h"
#include "ledger/engine.h"

static int64_t broken_at(const json_t *answer)
{
    const json_t *v = json_object_get(answer, "last_broken");
    int64_t ms = 0;
    if (json_is_integer(v))
        return json_integer_value(v);
    const char *s = json_string_value(v);
    return s && cn_parse_iso(s, strlen(s), &ms) ? ms : 0;
}

static json_t *reopen_body(const struct loaded *c, const json_t *answer, int64_t broken, int64_t now)
{
    const struct definition *def = c->def;
    const json_t *fields = json_object_get(c->doc, "fields"), *value = json_object_get(answer, "last_value");
    char when[CN_TEXT], shown_when[CN_TEXT], due[CN_TEXT];
    cn_format_iso(broken, when);
    memcpy(shown_when, when, sizeof when);
    shown_when[10] = ' '; /* in a sentence a blank stands between day and hour */
    json_t *zh =
        json_sprintf("数据反弹：%.16s 不再符合整改目标“%s”，%s", shown_when,
                     json_str(json_object_get(fields, "goal"), "text", ""), json_str(answer, "text", ""));
    json_t *en = json_sprintf("the data broke the goal again at %.16s: %s", shown_when,
                              json_str(answer, "text_en", ""));
    json_t *body = json_pack("{s:s, s:s, s:o, s:o, s:b, s:{s:s, s:O?}, s:O}", "from", def->state[def->closed],
                             "to", def->state[def->reopen_to], "text", zh, "text_en", en, "since", 1,
                             "rebound", "broken", when, "value", value, "gate", answer);
    if (!body)
        return NULL;
    bool met = def->met & 1u << def->reopen_to;
    if (!met && json_int(c->doc, "stopped", 0))
        json_object_set_new(body, "clock", json_string("run"));
    cn_format_date(now + def->reopen_due_days * MS_DAY, due);
    if (def->reopen_due_days && strcmp(json_str(fields, "due", ""), due) < 0)
        json_object_set_new(body, "set", json_pack("{s:s}", "due", due));
    return body;
}

/* 1: reopened. The last moment of the watch is judged even when the program slept through it. */
static int look_back(struct ledgers *l, int64_t id, int64_t now, struct err *e)
{
    static const struct actor system = { .name = "system", .role = ROLE_ADMIN };
    struct loaded c = { 0 };
    int r = case_load(l, id, &c, e);
    if (r < 0)
        return r;
    int64_t closed = json_int(c.doc, "closed", 0), until = watch_end(&c);
    if (until && l->judge && now <= until + WATCH_GRACE_DAYS * MS_DAY) {
        json_t *answer = NULL;
        struct err why = { 0 };
        const json_t *goal = json_object_get(json_object_get(c.doc, "fields"), "goal");
        if (l->judge(l->judge_arg, goal, closed, now < until ? now : until, &answer, &why) == 0) {
            int64_t broken = broken_at(answer);
            if (broken > closed && broken <= until) {
                scoped(json_decrefp) json_t *body = reopen_body(&c, answer, broken, now);
                r = body ? case_write_event(l, &c, "reopen", body, &system, now, e)
                         : err_set(e, -ENOMEM, "out of memory");
                r = r == 0 ? 1 : r == -ESTALE ? 0 : r; /* what changed meanwhile is looked at next time */
            }
        }
        json_decref(answer);
    }
    case_release(&c);
    return r;
}

/* ---- the tick ---- */

/* PIECE: cases between two looks at the clock. WATCH_NS: how long one tick may ask the data about closed cases. */
enum { PIECE = 200 };
static const int64_t WATCH_NS = INT64_C(3000000000);

struct tick {
    struct ledgers *l;
    int64_t now;
    void (*changed)(int64_t id, void *arg);
    void *arg;
    int first; /* the first failure: a case that cannot be looked at does not stop the others */
    struct err *e;
};

static void note_failure(struct tick *t, int r, const struct err *why)
{
    if (r >= 0 || t->first)
        return;
    t->first = r;
    if (t->e)
        *t->e = *why;
}

static void tell(struct tick *t, int64_t id)
{
    if (t->changed)
        t->changed(id, t->arg);
}

/* Puts a case's clocks to their next moment. *ret_changed: its light is not what it was before the moment that came. */
static int move_on(struct tick *t, int64_t id, bool *ret_changed, struct err *e)
{
    struct case_row was = { 0 }, is;
    struct loaded c = { 0 };
    int r = case_row_get(t->l->store, id, &was, e);
    if (r == 0)
        r = case_load(t->l, id, &c, e);
    if (r == 0 && (r = chain_row(t->l->store, c.doc, id, t->now, &is, e)) == 0) {
        *ret_changed =
            case_row_light(&was, cn_day_of(was.next_at - 1)) != case_row_light(&is, cn_day_of(t->now));
        if (is.next_at && is.next_at <= t->now) /* a clock that stands still would be asked for ever */
            is.next_at = t->now + MS_DAY;
        r = case_row_put_times(t->l->store, &is, e);
    }
    case_release(&c);
    case_row_release(&was);
    return r;
}

/* What cannot be looked at is put off by a day, so that it does not keep others from their turn. */
static int put_off(struct tick *t, int64_t id, struct err *e)
{
    struct case_row row = { 0 };
    int r = case_row_get(t->l->store, id, &row, e);
    if (r == 0) {
        row.next_at = t->now + MS_DAY;
        r = case_row_put_times(t->l->store, &row, e);
    }
    case_row_release(&row);
    return r;
}

/* The number of cases whose moment had come: 0, no more. One transaction a piece. */
static int piece_of_clocks(struct tick *t)
{
    int64_t id[PIECE], told[PIECE];
    size_t n_told = 0;
    int n = case_rows_due(t->l->store, t->now, id, PIECE, t->e);
    if (n <= 0)
        return n;
    int r = ledger_begin(t->l->store, t->e);
    if (r < 0)
        return r;
    for (int i = 0; r == 0 && i < n; i++) {
        struct err why = { .name = "" };
        bool changed = false;
        int did = move_on(t, id[i], &changed, &why);
        note_failure(t, did, &why);
        if (did < 0)
            r = put_off(t, id[i], t->e);
        else if (changed)
            told[n_told++] = id[i];
    }
    if (r < 0)
        ledger_rollback(t->l->store);
    else
        r = ledger_commit(t->l->store, t->e);
    for (size_t i = 0; r == 0 && i < n_told; i++)
        tell(t, told[i]);
    return r < 0 ? r : n;
}

static int64_t watched_last(struct ledgers *l, const int64_t *set)
{
    pthread_mutex_lock(&l->lock);
    if (set)
        l->watched = *set;
    int64_t id = l->watched;
    pthread_mutex_unlock(&l->lock);
    return id;
}

/* One round over the cases under watch, or as far as the time goes; the next tick goes on behind the last. The data are asked without
 * the store held. */
static int watch_round(struct tick *t)
{
    int64_t id[PIECE], began = watched_last(t->l, NULL), at = began, end = clock_monotonic_ns() + WATCH_NS;
    bool wrapped = began == 0;
    if (!t->l->judge)
        return 0;
    for (;;) {
        int n = case_rows_watched(t->l->store, t->now, at, id, PIECE, t->e);
        if (n < 0)
            return n;
        for (int i = 0; i < n; i++) {
            struct err why = { .name = "" };
            if (wrapped && began && id[i] > began)
                return 0; /* once around */
            int r = look_back(t->l, id[i], t->now, &why);
            note_failure(t, r, &why);
            if (r == 1)
                tell(t, id[i]);
            at = id[i];
            watched_last(t->l, &at);
            if (clock_monotonic_ns() > end)
                return 0;
        }
        if (n == PIECE)
            continue;
        at = 0;
        watched_last(t->l, &at);
        if (wrapped)
            return 0;
        wrapped = true;
    }
}

int ledgers_tick(struct ledgers *l, int64_t now, void (*changed)(int64_t id, void *arg), void *arg,
                 struct err *e)
{
    struct tick t = { .l = l, .now = now, .changed = changed, .arg = arg, .e = e };
    int r;
    while ((r = piece_of_clocks(&t)) > 0)
        continue;
    if (r == 0)
        r = watch_round(&t);
    return r < 0 ? r : t.first;
}
