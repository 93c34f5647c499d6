/* lookback.c - the watch over closed cases: what the data broke is reopened under the same number. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/cntime.h"
#include "base/scoped.h"
#include "ledger/timing.h"

int64_t watch_broken(const json_t *answer)
{
    const json_t *v = json_object_get(answer, "last_broken");
    int64_t ms = 0;
    if (json_is_integer(v))
        return json_integer_value(v);
    const char *s = json_string_value(v);
    return s && cn_parse_iso(s, strlen(s), &ms) ? ms : 0;
}

void reopen_limits(const struct loaded *c, int to, int64_t now, json_t *body)
{
    const struct definition *def = c->def;
    char due[CN_TEXT];
    struct clock_state s[CLOCKS_MAX + 1];
    static const struct calendar no_calendar = { 0 };
    bool met = def->met & 1u << to;
    if (!met && json_int(c->doc, "stopped", 0))
        json_object_set_new(body, "clock", json_string("run"));
    if (!def->time.main || !clock_states(&no_calendar, def, c->doc, now, s))
        return;
    /* The pauses of the round that is over are forgotten with it, but what they gave is kept. */
    int64_t least = cn_day_of(now + def->reopen_due_days * MS_DAY),
            was = s[0].deadline == NEVER ? INT64_MIN : s[0].deadline;
    int64_t day = def->reopen_due_days && was < least ? least : was;
    if (day == INT64_MIN)
        return;
    cn_format_date(cn_day_start(day), due);
    if (strcmp(json_str(json_object_get(c->doc, "fields"), "due", ""), due) != 0 && day != INT64_MIN)
        json_object_set_new(body, "set", json_pack("{s:s}", "due", due));
}

int reopen_by_hand(const struct loaded *c, const struct action *a, const json_t *given, int64_t now,
                   json_t *body)
{
    char when[CN_TEXT];
    if (!a->reopens)
        return 0;
    json_t *rebound =
        json_pack("{s:s, s:n, s:s}", "broken", cn_format_iso(now, when), "value", "how", "check");
    json_object_set_new(body, "rebound", rebound);
    json_object_set_new(body, "to", json_string(c->def->state[c->def->reopen_to]));
    json_object_set_new(body, "since", json_true());
    if (json_object_get(given, "reason"))
        json_object_set(rebound, "reason", json_object_get(given, "reason"));
    reopen_limits(c, c->def->reopen_to, now, body);
    return 0;
}

static json_t *reopen_body(const struct loaded *c, const json_t *answer, int64_t broken, int64_t now)
{
    const struct definition *def = c->def;
    const json_t *fields = json_object_get(c->doc, "fields"), *value = json_object_get(answer, "last_value");
    char when[CN_TEXT], shown_when[CN_TEXT];
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
    reopen_limits(c, c->def->reopen_to, now, body);
    return body;
}

/* The last moment of the watch is judged even when the program slept through it. */
int look_back(struct ledgers *l, int64_t id, int64_t now, struct err *e)
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
            int64_t broken = watch_broken(answer);
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
