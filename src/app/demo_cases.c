/* demo_cases.c - the demo's rectification list (demo/cases.json), lived through in order of time: each step is taken by a demo account
 * through the ledger's own rules, so that its history is a real one. When the official holidays of a year are not among the definitions
 * yet, closing is refused, and the case stays open. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/demo.h"
#include "base/cntime.h"
#include "base/scoped.h"

enum { STEPS_MAX = 256 };

struct step {
    int64_t at;
    size_t case_index, order; /* order keeps steps of one moment as written */
    json_t *json;             /* of the step; the case itself for its opening */
    bool opening;
};

static int64_t moment(const struct demo *d, const json_t *pair)
{
    return cn_day_start(cn_day_of(d->today) + json_integer_value(json_array_get(pair, 0))) +
           json_integer_value(json_array_get(pair, 1)) * MS_HOUR;
}

static int by_time(const void *a, const void *b)
{
    const struct step *x = a, *y = b;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

static int actor_of(struct demo *d, const char *name, struct user *u, struct actor *ret, struct err *e)
{
    int r = ledger_get_user(d->core.store, name, u, e);
    if (r < 0)
        return err_set(e, r, "cases.json: no account '%s'", name);
    *ret = (struct actor){ .name = u->name, .role = u->role, .unit = u->unit };
    return 0;
}

/* Dates are days relative to the demo's first; a goal's site is given by code and kept by id. */
static void settle_fields(const struct demo *d, json_t *fields)
{
    const json_t *due = json_object_get(fields, "due");
    if (json_is_integer(due)) {
        char when[CN_TEXT];
        cn_format_date(cn_day_start(cn_day_of(d->today) + json_integer_value(due)), when);
        json_object_set_new(fields, "due", json_string(when));
    }
    json_t *goal = json_object_get(fields, "goal");
    const char *code = json_str(goal, "site", NULL);
    const struct site *site = code ? place_site_by_code(d->core.place, code) : NULL;
    if (site)
        json_object_set_new(goal, "site", json_integer(site->id));
}

static int take(struct demo *d, const struct step *s, const char *ledger, int64_t *ids, struct err *e)
{
    const char *action = json_str(s->json, "do", ""),
               *name = s->opening ? "duty" : json_str(s->json, "who", "");
    struct user u;
    struct actor who;
    if (!s->opening && strcmp(action, "tick") == 0)
        return ledgers_tick(d->core.ledgers, s->at, NULL, NULL, e);
    int r = actor_of(d, name, &u, &who, e);
    if (r < 0)
        return r;
    json_t *fields = json_object_get(s->json, "fields");
    if (fields)
        settle_fields(d, fields);
    r = s->opening ? case_open(d->core.ledgers, ledger, fields, 0, &who, s->at, &ids[s->case_index], e)
                   : case_act(d->core.ledgers, ids[s->case_index], action, fields, &who, s->at, e);
    return r < 0 ? err_under(e, "cases.json: case %zu: %s by %s", s->case_index + 1,
                             s->opening ? "open" : action, name)
                 : 0;
}

int demo_write_cases(struct demo *d, struct err *e)
{
    char path[4200];
    scoped(json_decrefp) json_t *tree = NULL;
    snprintf(path, sizeof path, "%s/cases.json", d->from);
    int r = json_read_file(path, &tree, e);
    if (r < 0)
        return r;
    scoped(freep) struct step *step = calloc(STEPS_MAX, sizeof *step);
    scoped(freep) int64_t *ids = calloc(STEPS_MAX, sizeof *ids);
    scoped(freep) bool *stuck = calloc(STEPS_MAX, sizeof *stuck);
    if (!step || !ids || !stuck)
        return err_set(e, -ENOMEM, "out of memory");
    size_t n = 0, i, j;
    json_t *c, *s;
    json_array_foreach(json_object_get(tree, "cases"), i, c)
    {
        if (n + json_array_size(json_object_get(c, "steps")) + 1 > STEPS_MAX)
            return err_set(e, -E2BIG, "cases.json: more than %d steps", STEPS_MAX);
        step[n] = (struct step){
            .at = moment(d, json_object_get(c, "at")), .case_index = i, .order = n, .json = c, .opening = true
        };
        n++;
        json_array_foreach(json_object_get(c, "steps"), j, s)
        {
            step[n] = (struct step){
                .at = moment(d, json_object_get(s, "at")), .case_index = i, .order = n, .json = s
            };
            n++;
        }
    }
    qsort(step, n, sizeof *step, by_time);
    for (i = 0; r == 0 && i < n; i++) {
        if (stuck[step[i].case_index])
            continue;
        r = take(d, &step[i], json_str(tree, "ledger", ""), ids, e);
        if (r ==
            -EAGAIN) { /* a gate said no, as gates may: the case stays where it is, with the refusal in its history */
            fprintf(stderr, "%s\n", e->text);
            stuck[step[i].case_index] = true;
            r = 0;
        }
    }
    /* The demo's people find notices of what happened before the server was first started. */
    if (r == 0)
        r = ledger_put_setting(d->core.store, "notices-seq", "0", e);
    return r;
}
