/* watch.c - the watch over closed cases, goal by goal.
 *
 * Cases with the same goal are one question: when its last break is not after a case's closing, the case holds. So a round asks each goal
 * once, and only what a break may concern is asked by itself (lookback.c). A goal has its turn as soon as data of its site came, and every
 * LOOK_MS; the store keeps whose turn it is, and a round that takes too long goes on with the next tick.
 *
 * A goal without one valid value over its span cannot be judged: its cases get an event watch_blind, once and then once a month while it
 * lasts, that names who is to look into it, and are no longer taken for kept until watch_seen. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/cntime.h"
#include "base/scoped.h"
#include "ledger/timing.h"

enum { GOALS = 64, PIECE = 200, LOOK_MS = 5 * 60 * 1000 };
/* How long one tick may ask the data. */
static const int64_t WATCH_NS = INT64_C(3000000000);

static const struct actor the_system = { .name = "system", .role = ROLE_ADMIN };

struct round {
    struct ledgers *l;
    int64_t now, end;
    void (*changed)(int64_t id, void *arg);
    void *arg;
    int first;
    struct err *e;
};

/* One goal. */
struct asked {
    const char *key;
    const json_t *goal;
    int64_t closed; /* the earliest */
    int64_t span;   /* ms without a valid value from which on it cannot be judged */
    bool blind;
    struct said why;
};

static struct round round_begin(struct ledgers *l, int64_t now, void (*changed)(int64_t id, void *arg),
                                void *arg, struct err *e)
{
    return (struct round){
        .l = l, .now = now, .end = clock_monotonic_ns() + WATCH_NS, .changed = changed, .arg = arg, .e = e
    };
}

static bool is_late(const struct round *w)
{
    return clock_monotonic_ns() > w->end;
}

static void note_failure(struct round *w, int r, const struct err *why)
{
    if (r >= 0 || w->first)
        return;
    w->first = r;
    if (w->e)
        *w->e = *why;
}

/* ---- what the data broke ---- */

/* 0: all were asked; 1: the time is over. */
static int reopen_broken(struct round *w, const struct asked *a)
{
    int64_t id[PIECE], after = 0;
    struct err why = { .name = "" };
    scoped(json_decrefp) json_t *answer = NULL;
    if (w->l->judge(w->l->judge_arg, a->goal, a->closed, w->now, &answer, &why) < 0)
        return 0; /* that it cannot be asked is told below */
    int64_t broken = watch_broken(answer);
    int n = broken > a->closed ? PIECE : 0;
    while (n == PIECE) {
        n = case_watch_ids(w->l->store, a->key, w->now, WATCHED_ALL, broken, 0, after, id, PIECE, &why);
        note_failure(w, n, &why);
        for (int i = 0; i < n; i++) {
            int r = look_back(w->l, after = id[i], w->now, &why);
            note_failure(w, r, &why);
            if (r == 1 && w->changed)
                w->changed(id[i], w->arg);
            if (is_late(w))
                return 1;
        }
    }
    return 0;
}

/* ---- what cannot be judged ---- */

/* No break of a day or so is told; samples of rivers come once a month. */
static int64_t span_of(const json_t *goal)
{
    int64_t window = json_int(goal, "window", 1);
    int64_t span = strcmp(json_str(goal, "period", ""), "day") == 0 ? ((window > 3 ? window : 3) + 1) * MS_DAY
                   : window > 24                                    ? window * MS_HOUR
                                                                    : MS_DAY;
    bool river = strncmp(json_str(goal, "indicator", ""), "river.", 6) == 0;
    return river && span < 45 * MS_DAY ? 45 * MS_DAY : span;
}

static void ask_blind(struct round *w, struct asked *a)
{
    struct err why = { .name = "" };
    scoped(json_decrefp) json_t *answer = NULL;
    int r = w->l->judge(w->l->judge_arg, a->goal, w->now - a->span, w->now, &answer, &why);
    const json_t *last = json_object_get(answer, "last_value");
    a->blind = r < 0 || (!json_int(answer, "have", 0) && (!last || json_is_null(last)));
    if (r < 0) {
        said_split(why.text, &a->why);
    } else if (a->blind) {
        int64_t days = a->span / MS_DAY;
        snprintf(a->why.zh, sizeof a->why.zh, "近%" PRId64 "天没有有效数据", days);
        snprintf(a->why.en, sizeof a->why.en, "no valid data for %" PRId64 " day%s", days,
                 days == 1 ? "" : "s");
    }
}

static json_t *blind_body(const struct loaded *c, const struct asked *a)
{
    if (!a->blind)
        return json_pack("{s:b, s:s, s:s}", "blind", 0, "text", "回头看又有有效数据可判", "text_en",
                         "there are valid data to judge by again");
    const json_t *by = c->def->time.recheck.by;
    json_t *zh = json_sprintf("回头看无法判断：%s。不作为保持达标，须派人核实", a->why.zh),
           *en = json_sprintf("the watch cannot judge: %s. It is not taken for kept; somebody has to look",
                              a->why.en);
    return json_pack("{s:{s:s, s:s}, s:o, s:o, s:o}", "blind", "why", a->why.zh, "why_en", a->why.en, "text",
                     zh, "text_en", en, "by", by ? json_deep_copy(by) : json_string("supervisor"));
}

/* 1: told. */
static int tell_one(struct round *w, const struct asked *a, int64_t id, struct err *e)
{
    struct loaded c = { 0 };
    int r = case_load(w->l, id, &c, e);
    if (r == 0 && w->now <= watch_end(&c)) {
        scoped(json_decrefp) json_t *body = blind_body(&c, a);
        r = body ? case_write_event(w->l, &c, a->blind ? "watch_blind" : "watch_seen", body, &the_system,
                                    w->now, e)
                 : err_set(e, -ENOMEM, "out of memory");
        r = r == 0 ? 1 : r == -ESTALE ? 0 : r;
    }
    case_release(&c);
    return r;
}

/* A piece is one transaction. Returns how many cases were looked at, the last in *after, 0 when there are no more; <0 when the store fails. */
static int tell_piece(struct round *w, const struct asked *a, int64_t *after)
{
    struct cn_civil day = cn_from_ms(w->now);
    int64_t id[PIECE], month = cn_day_start(cn_days(day.year, (int)day.month, 1));
    bool told[PIECE] = { false };
    struct err why = { .name = "" };
    int n = case_watch_ids(w->l->store, a->key, w->now, a->blind ? WATCHED_TO_TELL : WATCHED_BLIND,
                           w->now - a->span + 1, month, *after, id, PIECE, &why);
    int r = n > 0 ? ledger_begin(w->l->store, &why) : n;
    if (r < 0 || n == 0) {
        note_failure(w, r, &why);
        return r;
    }
    int64_t end = piece_end();
    int done = 0;
    for (; done < n && (done == 0 || clock_monotonic_ns() < end); done++) {
        r = tell_one(w, a, *after = id[done], &why);
        note_failure(w, r, &why);
        told[done] = r == 1;
    }
    bool wanted = ledger_wanted(w->l->store);
    if ((r = ledger_commit(w->l->store, &why)) < 0) {
        note_failure(w, r, &why);
        return r;
    }
    for (int i = 0; i < done && w->changed; i++)
        if (told[i])
            w->changed(id[i], w->arg);
    piece_pause(wanted);
    return done;
}

static int tell_blind(struct round *w, const struct asked *a)
{
    int64_t after = 0;
    while (tell_piece(w, a, &after) > 0)
        if (is_late(w))
            return 1;
    return 0;
}

/* ---- the goals ---- */

enum turn { TURN_LATER, TURN_OVER, TURN_GONE };

static enum turn look_at(struct round *w, const char *key)
{
    struct err why = { .name = "" };
    struct asked a = { .key = key };
    struct loaded c = { 0 };
    int64_t id;
    int r = case_watch_of(w->l->store, key, w->now, &id, &a.closed, &why);
    if (r == 0)
        return TURN_GONE;
    if (r == 1)
        r = case_load(w->l, id, &c, &why);
    if (r < 0) {
        note_failure(w, r, &why);
        return TURN_OVER;
    }
    a.goal = json_object_get(json_object_get(c.doc, "fields"), "goal");
    a.span = span_of(a.goal);
    ask_blind(w, &a);
    bool late = reopen_broken(w, &a) || tell_blind(w, &a);
    case_release(&c);
    return late ? TURN_LATER : TURN_OVER;
}

/* The next turns of those that had theirs, in one transaction. */
static int put_turns(struct round *w, char (*goal)[CASE_GOAL], const enum turn *turn, int n, struct err *e)
{
    int r = ledger_begin(w->l->store, e);
    if (r < 0)
        return r;
    for (int i = 0; r == 0 && i < n; i++)
        if (turn[i] != TURN_LATER)
            r = case_watch_next(w->l->store, goal[i], turn[i] == TURN_GONE ? 0 : w->now + LOOK_MS, e);
    if (r < 0) {
        ledger_rollback(w->l->store);
        return r;
    }
    return ledger_commit(w->l->store, e);
}

int ledgers_watch_site(struct ledgers *l, int32_t site, int64_t now, void (*changed)(int64_t id, void *arg),
                       void *arg, struct err *e)
{
    struct round w = round_begin(l, now, changed, arg, e);
    char goal[GOALS][CASE_GOAL] = { "" };
    struct err why = { .name = "" };
    int n = l->judge ? GOALS : 0;
    while (n == GOALS && !is_late(&w)) {
        char after[CASE_GOAL];
        memcpy(after, goal[GOALS - 1], sizeof after);
        n = case_watch_of_site(l->store, site, after, goal, GOALS, &why);
        note_failure(&w, n, &why);
        for (int i = 0; i < n && !is_late(&w); i++)
            look_at(&w, goal[i]);
    }
    return w.first;
}

int watch_round(struct ledgers *l, int64_t now, void (*changed)(int64_t id, void *arg), void *arg,
                struct err *e)
{
    struct round w = round_begin(l, now, changed, arg, e);
    char goal[GOALS][CASE_GOAL];
    enum turn turn[GOALS];
    struct err why = { .name = "" };
    int n = l->judge ? GOALS : 0;
    while (n == GOALS && !is_late(&w)) {
        int r = n = case_watch_due(l->store, now, goal, GOALS, &why);
        for (int i = 0; i < n; i++)
            turn[i] = is_late(&w) ? TURN_LATER : look_at(&w, goal[i]);
        if (n > 0)
            r = put_turns(&w, goal, turn, n, &why);
        note_failure(&w, r, &why);
        if (r < 0)
            break;
    }
    return w.first;
}
