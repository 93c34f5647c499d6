/* run_ask.c - what was asked for: the kind's options, and the rule sets to judge by. */
#include <errno.h>
#include <string.h>

#include "evaluate/run_own.h"

static bool in_values(const char *values, const char *v)
{
    size_t n = strlen(v);
    for (const char *p = values; *p;) {
        size_t len = strcspn(p, "|");
        if (len == n && memcmp(p, v, n) == 0)
            return true;
        p += len + (p[len] == '|');
    }
    return false;
}

int run_take_options(struct run *r, struct err *e)
{
    const struct kind_choice *c = r->kind->choice;
    size_t n = 0;
    while (n < KIND_CHOICES && c[n].name)
        n++;
    for (size_t i = 0; i < n; i++)
        r->choice[i] = c[i].otherwise;
    for (size_t k = 0; k < r->job->n_options; k++) {
        const struct evaluate_option *o = &r->job->option[k];
        size_t i = 0;
        while (i < n && strcmp(c[i].name, o->name) != 0)
            i++;
        if (i == n)
            return err_set(e, -EINVAL, "%s has no option --%s", r->kind->name, o->name);
        if (c[i].values && !in_values(c[i].values, o->value))
            return err_set(e, -EINVAL, "--%s: '%s' is none of %s", o->name, o->value, c[i].values);
        r->choice[i] = o->value;
    }
    return 0;
}

static const struct shelf_set *set_named(struct run *r, const char *id, size_t len, struct err *e)
{
    for (size_t i = 0; i < shelf_count(r->shelf); i++) {
        const struct shelf_set *s = shelf_at(r->shelf, i);
        if (strcmp(s->kind, r->kind->rules) == 0 && strlen(s->id) == len && memcmp(s->id, id, len) == 0)
            return s;
    }
    struct buf list = BUF_INIT;
    for (size_t i = 0; i < shelf_count(r->shelf); i++)
        if (strcmp(shelf_at(r->shelf, i)->kind, r->kind->rules) == 0)
            buf_addf(&list, "%s%s", list.len ? ", " : "", shelf_at(r->shelf, i)->id);
    err_set(e, -EINVAL, "%s has no rule set '%.*s'; there are: %s", r->kind->name, (int)(len > 60 ? 60 : len),
            id, list.data ? list.data : "none");
    buf_release(&list);
    return NULL;
}

/* The two newest editions; the shelf is in the order of dates. */
static int two_newest(struct run *r, struct err *e)
{
    for (size_t i = 0; i < shelf_count(r->shelf); i++) {
        const struct shelf_set *s = shelf_at(r->shelf, i);
        if (strcmp(s->kind, r->kind->rules) != 0 || s->practice)
            continue;
        if (r->n_sets == SETS)
            r->set[0] = r->set[1];
        else
            r->n_sets++;
        r->set[r->n_sets - 1] = s;
    }
    return r->n_sets == SETS
               ? 0
               : err_set(e, -EINVAL, "%s has only one edition: nothing to set beside it", r->kind->name);
}

int run_take_rules(struct run *r, struct err *e)
{
    const char *p = r->job->rules;
    if (!p)
        return 0;
    if (!r->kind->rules)
        return err_set(e, -EINVAL, "%s is judged by no rule set: --rules has nothing to choose",
                       r->kind->name);
    if (strcmp(p, "both") == 0)
        return two_newest(r, e);
    while (*p) {
        size_t len = strcspn(p, ",");
        if (r->n_sets == SETS)
            return err_set(e, -EINVAL, "--rules: two rule sets at most");
        if (!(r->set[r->n_sets++] = set_named(r, p, len, e)))
            return -EINVAL;
        p += len + (p[len] == ',');
    }
    return r->n_sets ? 0 : err_set(e, -EINVAL, "--rules: names none");
}

int run_by_date(struct run *r, struct err *e)
{
    const struct shelf_set *only = NULL;
    size_t n = 0;
    if (!r->kind->rules)
        return 0;
    for (size_t i = 0; i < shelf_count(r->shelf); i++) {
        const struct shelf_set *s = shelf_at(r->shelf, i);
        if (strcmp(s->kind, r->kind->rules) == 0 && !s->practice) {
            only = s;
            n++;
        }
    }
    if (n == 0)
        return err_set(e, -EINVAL, "no rule set of the kind %s", r->kind->rules);
    if (n == 1)
        r->only = only;
    else if (r->columns.date < 0 && r->columns.year < 0 && !r->kind->undated)
        return err_set(e, -EINVAL, "no date column to choose the rules by: name them with --rules");
    return 0;
}
