/* reopen.c - a case is open again after its closing: what was closed on the strength of it opens too.
 *
 * A case closes on the strength of another when its ledger asks "children_closed" and the other stands under it, or was merged into one that
 * stands under it. Each such case opens in the transaction of the event that began it, with an event "reopened" that names the child, and
 * the same is asked of the cases above. A closed case whose ledger does not ask for its children stays closed and gets an event
 * "child_reopened". No rebound is counted here: that of the child counts, for the child's unit. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "ledger/chain.h"
#include "ledger/timing.h"

enum { DEPTH_MAX = 12 }; /* merges in a row */

static const struct actor the_system = { .name = "system", .role = ROLE_ADMIN };

struct climb {
    struct ledgers *l;
    const char *root; /* number of the case that began it */
    const struct said *why;
    json_t *seen; /* ids above that were looked at */
    int64_t now;
    struct news *news;
    struct err *e;
};

bool closes_by_children(const struct definition *def)
{
    bool gated = false;
    for (size_t i = 0; i < def->n_actions; i++)
        gated |= (def->action[i].gate & GATE_CHILDREN_CLOSED) != 0;
    return gated;
}

/* ---- where it goes back to ---- */

static int take_closing(const struct event *ev, void *arg)
{
    char **from = arg;
    scoped(json_decrefp) json_t *body = NULL;
    if (json_read(ev->body, strlen(ev->body), &body, NULL) < 0)
        return -EBADMSG;
    if (json_object_get(body, "closed")) {
        free(*from);
        *from = strdup(json_str(body, "from", ""));
    }
    return 0;
}

/* The state of the look-back; without one the state in which it was closed. *ret_anew: the work begins anew. */
static int state_to(struct climb *k, const struct loaded *c, int *ret, bool *ret_anew)
{
    scoped(freep) char *from = NULL;
    *ret_anew = c->def->reopen_to >= 0;
    *ret = c->def->reopen_to;
    if (*ret_anew)
        return 0;
    int r = ledger_each_event(k->l->store, c->id, take_closing, &from, k->e);
    if (r < 0)
        return r;
    *ret = from ? definition_state(c->def, from) : -1;
    if (*ret < 0 || *ret == c->def->closed)
        *ret = c->def->working >= 0 ? c->def->working : 0;
    return 0;
}

/* ---- the events ---- */

static json_t *body_of(const struct climb *k, const struct loaded *child, bool opens)
{
    const char *n = number_of(child);
    bool first = strcmp(n, k->root) == 0;
    json_t *who = first ? json_string(n) : json_sprintf("%s（因 %s）", n, k->root);
    json_t *who_en = first ? json_string(n) : json_sprintf("%s (because of %s)", n, k->root);
    json_t *zh = json_sprintf(
        "下属事项 %s 重新打开，%s：%s", json_string_value(who),
        opens ? "本事项随之重新打开" : "本台账办结不以下属事项办结为条件，本事项不重新打开", k->why->zh);
    json_t *en = json_sprintf("%s under it is open again, %s: %s", json_string_value(who_en),
                              opens ? "and so is this case"
                                    : "this ledger does not close by the cases under it and stays closed",
                              k->why->en);
    json_decref(who);
    json_decref(who_en);
    return json_pack("{s:o, s:o, s:{s:I, s:s, s:s}}", "text", zh, "text_en", en, opens ? "reopened" : "child",
                     "case", (json_int_t)child->id, "number", n, "root", k->root);
}

static int write_to(struct climb *k, struct loaded *c, const char *action, const json_t *body)
{
    scoped(json_decrefp) json_t *timed = timed_body(c->def, c->doc, action, body, k->now);
    if (!timed)
        return err_set(k->e, -ENOMEM, "out of memory");
    int r = chain_append(k->l->store, c->id, k->now, the_system.name, action, timed, c->doc, k->e);
    return r == 0 ? news_add(k->news, c->id, action, c->doc, timed, k->e) : r;
}

static int note(struct climb *k, struct loaded *c, const struct loaded *child)
{
    scoped(json_decrefp) json_t *body = body_of(k, child, false);
    return body ? write_to(k, c, "child_reopened", body) : err_set(k->e, -ENOMEM, "out of memory");
}

static int open_again(struct climb *k, struct loaded *c, const struct loaded *child)
{
    int to;
    bool anew;
    int r = state_to(k, c, &to, &anew);
    scoped(json_decrefp) json_t *body = r == 0 ? body_of(k, child, true) : NULL;
    if (!body)
        return r < 0 ? r : err_set(k->e, -ENOMEM, "out of memory");
    json_object_set_new(body, "from", json_string(json_str(c->doc, "state", "")));
    json_object_set_new(body, "to", json_string(c->def->state[to]));
    if (anew) {
        json_object_set_new(body, "since", json_true());
        json_object_set_new(json_object_get(body, "reopened"), "anew", json_true());
    }
    reopen_limits(c, to, k->now, body);
    return write_to(k, c, "reopened", body);
}

/* ---- upwards ---- */

static bool seen(struct climb *k, int64_t id)
{
    for (size_t i = 0; i < json_array_size(k->seen); i++)
        if (json_integer_value(json_array_get(k->seen, i)) == id)
            return true;
    json_array_append_new(k->seen, json_integer(id));
    return false;
}

static int climb_from(struct climb *k, const struct loaded *c, int depth);

/* A case above, or what it was merged into, which stands for it. */
static int look_at(struct climb *k, int64_t id, const struct loaded *child)
{
    for (int depth = 0; depth < DEPTH_MAX; depth++) {
        struct loaded c = { 0 };
        int r = case_load(k->l, id, &c, k->e);
        if (r < 0)
            return r;
        int64_t into = json_int(json_object_get(c.doc, "merged_into"), "id", 0);
        if (!into && json_int(c.doc, "closed", 0) && !seen(k, id)) {
            bool depends = closes_by_children(c.def);
            r = depends ? open_again(k, &c, child) : note(k, &c, child);
            if (r == 0 && depends)
                r = climb_from(k, &c, 0);
        }
        case_release(&c);
        if (r < 0 || !into)
            return r;
        id = into;
    }
    return 0;
}

/* What stands above a case that is open again, and above each that was merged into it and counted as closed with it. */
static int climb_from(struct climb *k, const struct loaded *c, int depth)
{
    int64_t parent = json_int(c->doc, "parent", 0);
    const json_t *sources = json_object_get(c->doc, "sources");
    int r = parent ? look_at(k, parent, c) : 0;
    for (size_t i = 0; r == 0 && depth < DEPTH_MAX && i < json_array_size(sources); i++) {
        struct loaded other = { 0 };
        int64_t id = json_int(json_array_get(sources, i), "case", 0);
        if (!id) /* only the number that it had in a list that was read in */
            continue;
        r = case_load(k->l, id, &other, k->e);
        if (r == 0)
            r = climb_from(k, &other, depth + 1);
        case_release(&other);
    }
    return r;
}

/* ---- what began it ---- */

/* In the words of the event that opened it: what the data said, or the person who found it. */
static void why_of(const json_t *body, struct said *ret)
{
    const char *reason = json_str(json_object_get(body, "rebound"), "reason", ""),
               *zh = json_str(body, "text", *reason ? reason : "复查发现问题没有解决"),
               *en =
                   json_str(body, "text_en", *reason ? reason : "a person found that the work did not last");
    snprintf(ret->zh, sizeof ret->zh, "%s", zh);
    snprintf(ret->en, sizeof ret->en, "%s", en);
    *ret = said_whole(ret);
}

int reopen_above(struct ledgers *l, const struct loaded *c, const json_t *body, int64_t now,
                 struct news *news, struct err *e)
{
    struct said why;
    scoped(json_decrefp) json_t *above = json_array();
    why_of(body, &why);
    struct climb k = {
        .l = l, .root = number_of(c), .why = &why, .seen = above, .now = now, .news = news, .e = e
    };
    return above ? climb_from(&k, c, 0) : err_set(e, -ENOMEM, "out of memory");
}
