/* write_time.c - clocks, ladder and report duty as docs/api describes them. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "ledger/timing.h"

/* Accounts as people's names. The public is not told who approved. */
static void show_approvers(const struct ledgers *l, struct clock_state *s, const struct actor *who)
{
    char names[sizeof s->approvers], *next = names;
    snprintf(names, sizeof names, "%s", s->approvers);
    s->approvers[0] = '\0';
    while (who && next && *next) {
        struct user u;
        char *name = next, *bar = strstr(next, "、");
        next = bar ? bar + strlen("、") : NULL;
        if (bar)
            *bar = '\0';
        bool known = ledger_get_user(l->store, name, &u, NULL) == 0 && *u.display;
        size_t n = strlen(s->approvers);
        snprintf(s->approvers + n, sizeof s->approvers - n, "%s%s", n ? "、" : "", known ? u.display : name);
    }
}

static void write_day(struct jw *w, const char *key, int64_t day)
{
    char text[CN_TEXT];
    jw_kstr(w, key, day == NEVER ? NULL : cn_format_date(cn_day_start(day), text));
}

static void write_clock(const struct ledgers *l, struct jw *w, const struct loaded *c, struct clock_state *s,
                        const struct actor *who)
{
    const struct clock_rule *r = s->rule;
    const struct field *due = r ? NULL : definition_field(c->def, "due");
    struct said why;
    show_approvers(l, s, who);
    clock_why(c->def, s, &why);
    why = said_whole(&why);
    jw_object(w);
    jw_kstr(w, "id", r ? r->id : "due");
    jw_kstr(w, "label", r ? r->label : due ? due->label : "时限");
    jw_kstr(w, "label_en", r ? r->label_en : due ? due->label_en : "Time limit");
    jw_ktime(w, "from", s->from);
    write_day(w, "deadline", s->deadline);
    jw_key(w, "days_left");
    if (s->has_left)
        jw_int(w, s->left);
    else
        jw_null(w);
    jw_kstr(w, "counts", (r ? r->workdays : c->def->count_workdays) ? "workdays" : "calendar");
    jw_kstr(w, "light", light_name(s->light));
    jw_kint(w, "paused_days", s->paused);
    jw_kint(w, "extended_days", s->extended);
    jw_kbool(w, "paused", s->paused_now);
    jw_ktime(w, "stopped", s->stopped);
    jw_kstr(w, "why", why.zh);
    jw_kstr(w, "why_en", why.en);
    jw_kstr(w, "source", r ? r->source : NULL);
    jw_kstr(w, "certainty", r ? r->certainty : NULL);
    jw_end_object(w);
}

void clocks_write(const struct ledgers *l, struct jw *w, const struct loaded *c, const struct actor *who,
                  int64_t now)
{
    struct clock_state s[CLOCKS_MAX + 1];
    size_t n = clock_states(&l->calendar, c->def, c->doc, now, s);
    jw_array(w);
    for (size_t i = 0; i < n; i++)
        if (s[i].rule || s[i].deadline != NEVER)
            write_clock(l, w, c, &s[i], who);
    jw_end_array(w);
}

int case_write_clocks_at(struct ledgers *l, int64_t id, const struct actor *who, int64_t at, struct buf *out,
                         struct err *e)
{
    struct loaded c = { 0 };
    int r = case_load_past(l, id, at, &c, e);
    if (r < 0)
        return r;
    r = reader_check(l, &c, who, e);
    if (r == 0)
        clocks_write(l, &JW(out), &c, who, at);
    case_release(&c);
    return r < 0 ? r : out->failed ? err_set(e, -ENOMEM, "out of memory") : 0;
}

/* ---- of a definition ---- */

static void write_names(struct jw *w, const char *key, const json_t *names)
{
    jw_key(w, key);
    jw_array(w);
    if (json_is_string(names))
        jw_str(w, json_string_value(names));
    for (size_t i = 0; i < json_array_size(names); i++)
        jw_str(w, json_string_value(json_array_get(names, i)));
    jw_end_array(w);
}

static void write_rule(struct jw *w, const struct clock_rule *r)
{
    jw_object(w);
    jw_kstr(w, "id", r->id);
    jw_kstr(w, "label", r->label);
    jw_kstr(w, "label_en", r->label_en);
    jw_kstr(w, "from", r->from);
    jw_kstr(w, "from_label", r->verb);
    jw_kstr(w, "from_label_en", r->verb_en);
    jw_kint(w, "days", r->days);
    jw_kstr(w, "counts", r->workdays ? "workdays" : "calendar");
    write_names(w, "stops", r->stops);
    jw_kstr(w, "source", r->source);
    jw_kstr(w, "certainty", r->certainty);
    jw_end_object(w);
}

static void write_rung(struct jw *w, const struct rung *g)
{
    jw_object(w);
    jw_kint(w, "days", g->days);
    jw_kstr(w, "counts", g->workdays ? "workdays" : "calendar");
    jw_kstr(w, "name", g->name);
    jw_kstr(w, "name_en", g->name_en);
    write_names(w, "to", g->to);
    jw_kstr(w, "rule", g->rule);
    jw_kstr(w, "rule_en", g->rule_en);
    jw_end_object(w);
}

void timing_write(struct jw *w, const struct definition *d)
{
    const struct timing *t = &d->time;
    jw_key(w, "clocks");
    jw_array(w);
    for (size_t i = 0; i < t->n_clocks; i++)
        write_rule(w, &t->clock[i]);
    jw_end_array(w);
    jw_key(w, "ladder");
    jw_array(w);
    for (size_t i = 0; i < t->n_rungs; i++)
        write_rung(w, &t->rung[i]);
    jw_end_array(w);
    jw_key(w, "report");
    if (!t->duty.every) {
        jw_null(w);
        return;
    }
    jw_object(w);
    jw_kstr(w, "every", every_names[t->duty.every]);
    jw_kint(w, "on_day", t->duty.on_day);
    write_names(w, "by", t->duty.by);
    jw_kstr(w, "action", t->duty.action);
    jw_end_object(w);
}

/* ---- of an event ---- */

void timing_label(const char *action, const json_t *body, struct said *ret)
{
    static const struct {
        const char *action;
        struct said said;
    } labels[] = {
        { "missed", { "未按期报告", "Report missed" } },
        { "recheck_due", { "应复查", "Re-check due" } },
        { "merge", { "并案", "Merged with another" } },
        { "merged", { "并入他案", "Merged into another" } },
        { "unmerge", { "撤销并案", "Merge undone" } },
        { "unmerged", { "恢复独立办理", "A case of its own again" } },
        { "watch_blind", { "回头看无法判断", "The watch cannot judge" } },
        { "watch_seen", { "回头看恢复判断", "The watch can judge again" } },
        { "reopened", { "下属事项重开，随之重新打开", "Reopened with a case under it" } },
        { "child_reopened", { "下属事项重新打开", "A case under it was reopened" } },
        { "opened_secrets", { "查看封存内容", "Sealed texts looked at" } },
        { "moved", { "转入现行定义", "Moved to the current definition" } },
    };
    if (strcmp(action, "rung") == 0) {
        snprintf(ret->zh, sizeof ret->zh, "%s", json_str(body, "name", "调度"));
        snprintf(ret->en, sizeof ret->en, "%s", json_str(body, "name_en", "Escalation"));
    }
    for (size_t i = 0; i < COUNT_OF(labels); i++)
        if (strcmp(action, labels[i].action) == 0)
            *ret = labels[i].said;
}
