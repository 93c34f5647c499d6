/* query.c - a filter as people give it, as a question to the rows. */
#include <errno.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "ledger/engine.h"

static int word(const char *given, const char *const *names, size_t n, const char *what, int *ret,
                struct err *e)
{
    for (size_t i = 0; given && i < n; i++)
        if (strcmp(given, names[i]) == 0) {
            *ret = (int)i;
            return 0;
        }
    return given ? err_named(e, -EINVAL, "bad_input", "%s：没有“%.40s” | %s: there is no '%.40s'", what,
                             given, what, given)
                 : 0;
}

static int day(const char *given, const char *what, int64_t *ret, struct err *e)
{
    int64_t ms;
    if (!given || !*given)
        return 0;
    if (!cn_parse_iso(given, strlen(given), &ms))
        return err_named(e, -EINVAL, "bad_input", "%s：“%.40s”不是日期 | %s: '%.40s' is no date", what, given,
                         what, given);
    *ret = cn_day_of(ms);
    return 0;
}

static const char *either(const char *asked, const char *set)
{
    return asked ? asked : set;
}

/* A view's settings stand where the request says nothing itself. */
static int add_view(const struct ledgers *l, struct case_filter *f, const json_t **ret_states, struct err *e)
{
    const json_t *found = NULL, *v;
    size_t i;
    for (size_t d = 0; !found && d < l->n_current; d++) {
        if (f->ledger && strcmp(f->ledger, l->current[d]->id) != 0)
            continue;
        json_array_foreach(l->current[d]->views, i, v) if (strcmp(json_str(v, "id", ""), f->view) == 0)
            found = v;
    }
    if (!found)
        return err_named(e, -EINVAL, "bad_input", "没有视图“%.40s” | there is no view '%.40s'", f->view,
                         f->view);
    const json_t *set = json_object_get(found, "filter"), *states = json_object_get(set, "state");
    f->state = either(f->state, json_string_value(states));
    *ret_states = json_is_array(states) ? states : NULL;
    f->light = either(f->light, json_str(set, "light", NULL));
    f->text = either(f->text, json_str(set, "q", NULL));
    f->group = either(f->group, json_str(set, "group", NULL));
    f->closed_how = either(f->closed_how, json_str(set, "closed_how", NULL));
    f->due_from = either(f->due_from, json_str(set, "due_from", NULL));
    f->due_to = either(f->due_to, json_str(set, "due_to", NULL));
    f->order = either(f->order, json_str(found, "order", NULL));
    f->overdue = f->overdue || json_flag(set, "overdue", false);
    f->rebounded = f->rebounded || json_flag(set, "rebounded", false);
    f->missed = f->missed || json_flag(set, "missed", false);
    f->blind = f->blind || json_flag(set, "blind", false);
    f->open = f->open || json_flag(set, "open", false);
    return 0;
}

int filter_query(const struct ledgers *l, const struct case_filter *given, int64_t now,
                 struct case_query *ret, struct err *e)
{
    static const char *const lights[] = { "red", "yellow", "green", "grey" },
                             *const hows[] = { "", "paper", "data" },
                             *const orders[] = { "light", "due", "number", "opened", "updated" };
    struct case_filter f = given ? *given : (struct case_filter){ 0 };
    const json_t *states = NULL;
    int r = f.view ? add_view(l, &f, &states, e) : 0, order = 0;
    struct case_query q = { .ledger = f.ledger,
                            .state = f.state,
                            .states = states,
                            .group = f.group,
                            .text = f.text,
                            .light = -1,
                            .unit = f.unit,
                            .owner = f.owner,
                            .supervisor = f.supervisor,
                            .site = f.site,
                            .parent = f.parent,
                            .overdue = f.overdue,
                            .rebounded = f.rebounded,
                            .missed = f.missed,
                            .blind = f.blind,
                            .open = f.open,
                            .today = cn_day_of(f.at ? f.at : now),
                            .limit = f.limit,
                            .offset = f.offset };
    int64_t from = 0, to = -1, done_from = 0, done_to = -1;
    if (r == 0)
        r = word(f.light, lights, COUNT_OF(lights), "light", &q.light, e);
    if (r == 0)
        r = word(f.closed_how, hows, COUNT_OF(hows), "closed_how", &q.closed_how, e);
    if (r == 0)
        r = word(f.order, orders, COUNT_OF(orders), "order", &order, e);
    if (r == 0)
        r = day(f.due_from, "due_from", &q.due_from, e);
    if (r == 0)
        r = day(f.due_to, "due_to", &q.due_to, e);
    if (r == 0)
        r = day(f.opened_from, "opened_from", &from, e);
    if (r == 0)
        r = day(f.opened_to, "opened_to", &to, e);
    if (r == 0)
        r = day(f.closed_from, "closed_from", &done_from, e);
    if (r == 0)
        r = day(f.closed_to, "closed_to", &done_to, e);
    q.opened_from = from ? cn_day_start(from) : 0;
    q.opened_to = to >= 0 ? cn_day_start(to + 1) : 0;
    q.closed_from = done_from ? cn_day_start(done_from) : 0;
    q.closed_to = done_to >= 0 ? cn_day_start(done_to + 1) : 0;
    q.order = (enum case_order)order;
    *ret = q;
    return r;
}
