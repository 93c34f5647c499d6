/* ladder.c - 调度、预警、通报、督办、约谈: each rung once a round, on its working day. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cntime.h"
#include "ledger/timing.h"

struct step {
    const struct rung *rung;
    int64_t planned; /* day; NEVER: cannot be counted yet */
    bool unsure;     /* the year is not announced, so it is not known to be a working day */
};

/* A rung that falls on a day off waits for the next working day. When the year is not announced nobody can say which that is: the rung
 * comes on its own day and says so, for an escalation must not wait for a table. */
static struct step plan(const struct calendar *cal, const struct rung *g, int64_t limit)
{
    struct step s = { .rung = g, .planned = limit + g->days };
    if (g->workdays) {
        if (calendar_span_end(cal, limit + 1, g->days, &s.planned, NULL) < 0)
            s.planned = NEVER;
        return s;
    }
    int works;
    int64_t day = s.planned;
    while ((works = calendar_is_workday(cal, day, NULL)) == 0)
        day++;
    s.unsure = works < 0;
    s.planned = works < 0 ? s.planned : day;
    return s;
}

/* The rung that comes next: of those whose day was over when the round began only the latest is made up for. */
static bool next_step(const struct ledgers *l, const struct loaded *c, int64_t limit, struct step *ret)
{
    const struct timing *t = &c->def->time;
    int64_t began = cn_day_of(clock_round(c->doc));
    struct step s[RUNGS_MAX];
    size_t latest = RUNGS_MAX;
    bool found = false;
    for (size_t i = 0; i < t->n_rungs; i++) {
        s[i] = plan(&l->calendar, &t->rung[i], limit);
        if (s[i].planned < began && (latest == RUNGS_MAX || s[i].planned >= s[latest].planned))
            latest = i;
    }
    for (size_t i = 0; i < t->n_rungs; i++) {
        bool passed = s[i].planned < began && i != latest;
        if (s[i].planned == NEVER || passed || names_hold(json_object_get(c->doc, "rungs"), s[i].rung->name))
            continue;
        if (!found || s[i].planned < ret->planned)
            *ret = s[i];
        found = true;
    }
    return found;
}

static json_t *rung_body(const struct loaded *c, const struct step *s, int64_t limit, int64_t now)
{
    char due[CN_TEXT], planned[CN_TEXT], late[128] = "", late_en[128] = "";
    const struct rung *g = s->rung;
    cn_format_date(cn_day_start(limit), due);
    cn_format_date(cn_day_start(s->planned), planned);
    if (cn_day_of(now) > s->planned) {
        snprintf(late, sizeof late, "；应于 %s 进行，迟于当日", planned);
        snprintf(late_en, sizeof late_en, "; it was planned for %s and comes late", planned);
    } else if (s->unsure) {
        snprintf(late, sizeof late, "；当年放假安排未公布，未能核对是否工作日");
        snprintf(late_en, sizeof late_en, "; the year's holidays are not announced, so it may be a day off");
    }
    json_t *zh = json_sprintf("%s：%s（时限 %s）%s", g->name, g->rule, due, late);
    json_t *en = json_sprintf("%s: %s (limit %s)%s", g->name_en, g->rule_en, due, late_en);
    return json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:o*, s:o, s:o}", "rung",
                     (int)(g - c->def->time.rung) + 1, "name", g->name, "name_en", g->name_en, "due", due,
                     "planned", planned, "rule", g->rule, "to", json_deep_copy(g->to), "text", zh, "text_en",
                     en);
}

int ladder_due(const struct ledgers *l, const struct loaded *c, int64_t now, json_t **ret_body,
               int64_t *ret_next, struct err *e)
{
    struct clock_state s[CLOCKS_MAX + 1];
    size_t n = c->def->time.n_rungs ? clock_states(&l->calendar, c->def, c->doc, now, s) : 0;
    const struct clock_state *limit = clock_main(s, n);
    struct step step = { 0 };
    *ret_body = NULL;
    *ret_next = NEVER;
    if (!limit || limit->paused_now || json_int(c->doc, "closed", 0) ||
        json_object_get(c->doc, "merged_into") || !next_step(l, c, limit->deadline, &step))
        return 0;
    *ret_next = cn_day_start(step.planned);
    if (*ret_next > now)
        return 0;
    *ret_body = rung_body(c, &step, limit->deadline, now);
    return *ret_body ? 0 : err_set(e, -ENOMEM, "out of memory");
}
