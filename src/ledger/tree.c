/* tree.c - cases under cases, and how far they are. */
#include "ledger/engine.h"

#include <errno.h>

enum { DEPTH_MAX = 12, NODES_MAX = 5000 };

int children_each(struct ledgers *l, const json_t *doc, int (*each)(const struct loaded *child, void *arg),
                  void *arg, struct err *e)
{
    const json_t *ids = json_object_get(doc, "children");
    for (size_t i = 0; i < json_array_size(ids); i++) {
        struct loaded child = { 0 };
        int r = case_load(l, json_integer_value(json_array_get(ids, i)), &child, e);
        if (r == 0)
            r = each(&child, arg);
        case_release(&child);
        if (r != 0)
            return r;
    }
    return 0;
}

struct counting {
    struct ledgers *l;
    int64_t of; /* whose children are counted */
    int depth;
    struct child_count *n;
    struct err *e;
};

/* A merged case is done when the one that it went into is. */
static int child_is_closed(struct ledgers *l, int64_t of, const struct loaded *child, bool *ret_itself,
                           bool *ret, struct err *e)
{
    int64_t into = json_int(json_object_get(child->doc, "merged_into"), "id", 0);
    *ret = json_int(child->doc, "closed", 0) != 0;
    *ret_itself = into == of;
    for (int depth = 0; into && depth < DEPTH_MAX; depth++) {
        struct loaded c = { 0 };
        int r = case_load(l, into, &c, e);
        if (r < 0)
            return r;
        *ret = json_int(c.doc, "closed", 0) != 0;
        into = json_int(json_object_get(c.doc, "merged_into"), "id", 0);
        *ret_itself |= into == of;
        case_release(&c);
    }
    return 0;
}

static int count_child(const struct loaded *child, void *arg)
{
    struct counting *k = arg;
    bool closed = false, itself = false;
    int r = child_is_closed(k->l, k->of, child, &itself, &closed, k->e);
    if (itself) /* it does not wait for itself */
        return r;
    k->n->n++;
    k->n->closed += closed;
    return r;
}

static int count_under(struct counting *k, const struct loaded *c)
{
    const json_t *sources = json_object_get(c->doc, "sources");
    int r = children_each(k->l, c->doc, count_child, k, k->e);
    for (size_t i = 0; r == 0 && k->depth < DEPTH_MAX && i < json_array_size(sources); i++) {
        struct loaded other = { 0 };
        int64_t id = json_int(json_array_get(sources, i), "case", 0);
        if (!id) /* only the number that it had in a list that was read in */
            continue;
        r = case_load(k->l, id, &other, k->e);
        k->depth++;
        if (r == 0)
            r = count_under(k, &other);
        k->depth--;
        case_release(&other);
    }
    return r;
}

int children_count(struct ledgers *l, const struct loaded *c, struct child_count *ret, struct err *e)
{
    struct counting k = { .l = l, .of = c->id, .n = ret, .e = e };
    *ret = (struct child_count){ 0 };
    return count_under(&k, c);
}

/* ---- how far ---- */

struct roll {
    struct ledgers *l;
    const struct definition *above; /* its settings name the fields of the children */
    int depth;
    size_t *nodes;
    micro weights, sum; /* of weight, of weight * progress / 100 */
    struct err *e;
};

static int progress_of(struct roll *above, const struct loaded *c, micro *ret);

static int roll_child(const struct loaded *child, void *arg)
{
    struct roll *r = arg;
    micro progress = 0, weight = MICRO_ONE;
    const json_t *fields = json_object_get(child->doc, "fields");
    if (r->above->weight)
        weight = json_micro(fields, r->above->weight, MICRO_ONE);
    if (weight < 0 || weight > 1000000 * MICRO_ONE)
        weight = 0; /* a weight is a share or a count, never below nothing */
    int bad = progress_of(r, child, &progress);
    r->weights += weight;
    r->sum += micro_muldiv(weight, progress, 100 * MICRO_ONE);
    return bad;
}

static int progress_of(struct roll *above, const struct loaded *c, micro *ret)
{
    const char *field = c->def->progress ? c->def->progress : above->above->progress;
    struct roll r = {
        .l = above->l, .above = c->def, .depth = above->depth + 1, .nodes = above->nodes, .e = above->e
    };
    micro own = field ? json_micro(json_object_get(c->doc, "fields"), field, 0) : 0;
    *ret = own < 0 ? 0 : own > 100 * MICRO_ONE ? 100 * MICRO_ONE : own;
    if (json_int(c->doc, "closed", 0))
        *ret = 100 * MICRO_ONE;
    else if (json_array_size(json_object_get(c->doc, "children"))) {
        if (r.depth > DEPTH_MAX || ++*r.nodes > NODES_MAX)
            return err_named(r.e, -E2BIG, "case.tree", "事项树过大 | the tree of cases is too large");
        int bad = children_each(r.l, c->doc, roll_child, &r, r.e);
        if (bad < 0)
            return bad;
        if (r.weights) /* a child of no weight (a sample, a re-check) says nothing of how far the work is */
            *ret = micro_round(micro_muldiv(r.sum, 100 * MICRO_ONE, r.weights), 2);
    }
    return 0;
}

int case_progress(struct ledgers *l, const struct loaded *c, micro *ret, struct err *e)
{
    size_t nodes = 0;
    struct roll top = { .l = l, .above = c->def, .nodes = &nodes, .e = e };
    return progress_of(&top, c, ret);
}

/* ---- the tree for the screen ---- */

struct branch {
    struct ledgers *l;
    struct jw *w;
    const struct loaded *upper; /* NULL at the root */
    const struct actor *who;
    int64_t now;
    int depth;
    size_t *nodes;
    struct err *e;
};

static int write_node(const struct loaded *c, void *arg)
{
    struct branch *b = arg, below = *b;
    micro progress = 0;
    if (b->depth > DEPTH_MAX || ++*b->nodes > NODES_MAX)
        return err_named(b->e, -E2BIG, "case.tree", "事项树过大 | the tree of cases is too large");
    int r = case_progress(b->l, c, &progress, b->e);
    if (r < 0)
        return r;
    jw_object(b->w);
    case_write_summary(b->l, b->w, c, b->who, b->now);
    jw_kmicro(b->w, "progress", progress, 2);
    /* What a plan lacks is for those who work on it. */
    if (b->upper && b->who && (r = tree_write_flags(b->w, b->upper, c, b->e)) < 0)
        return r;
    jw_key(b->w, "children");
    jw_array(b->w);
    below.upper = c;
    below.depth++;
    r = children_each(b->l, c->doc, write_node, &below, b->e);
    jw_end_array(b->w);
    jw_end_object(b->w);
    return r;
}

int case_write_tree(struct ledgers *l, int64_t id, const struct actor *who, int64_t now, struct buf *out,
                    struct err *e)
{
    struct loaded c = { 0 };
    size_t start = out->len, nodes = 0;
    int r = case_load(l, id, &c, e);
    if (r == 0) {
        struct jw w = JW(out);
        struct branch root = { .l = l, .w = &w, .who = who, .now = now, .nodes = &nodes, .e = e };
        r = write_node(&c, &root);
    }
    case_release(&c);
    if (r == 0 && out->failed)
        r = err_set(e, -ENOMEM, "out of memory");
    if (r < 0 && out->data)
        out->data[out->len = start] = '\0';
    return r;
}
