/* tree.c - cases under cases: how far they are, and what a lower plan lacks of its own. */
#include "ledger/engine.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "base/utf8.h"

enum { DEPTH_MAX = 12, NODES_MAX = 5000, TEXT_CHARACTERS_MAX = 20000 };

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

static int count_child(const struct loaded *child, void *arg)
{
    struct child_count *n = arg;
    n->n++;
    n->closed += json_int(child->doc, "closed", 0) != 0;
    return 0;
}

int children_count(struct ledgers *l, const json_t *doc, struct child_count *ret, struct err *e)
{
    *ret = (struct child_count){ 0 };
    return children_each(l, doc, count_child, ret, e);
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
        *ret = r.weights ? micro_round(micro_muldiv(r.sum, 100 * MICRO_ONE, r.weights), 2) : 0;
    }
    return 0;
}

int case_progress(struct ledgers *l, const struct loaded *c, micro *ret, struct err *e)
{
    size_t nodes = 0;
    struct roll top = { .l = l, .above = c->def, .nodes = &nodes, .e = e };
    return progress_of(&top, c, ret);
}

/* ---- what is copied ---- */

struct signs {
    uint32_t *at;
    size_t n;
};

/* Letters and digits of any script; what stands between them may be changed without writing anything new. */
static bool is_word(uint32_t c)
{
    if (c < 0x80)
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return !(c >= 0x80 && c <= 0xBF) && !(c >= 0x2000 && c <= 0x206F) && !(c >= 0x3000 && c <= 0x303F) &&
           !(c >= 0xFE30 && c <= 0xFE4F) && !(c >= 0xFF00 && c <= 0xFF0F) && !(c >= 0xFF1A && c <= 0xFF20) &&
           !(c >= 0xFF3B && c <= 0xFF40) && !(c >= 0xFF5B && c <= 0xFF65);
}

static uint32_t decode(const char *s, size_t len)
{
    const unsigned char *u = (const unsigned char *)s;
    switch (len) {
    case 1:
        return u[0];
    case 2:
        return (u[0] & 0x1Fu) << 6 | (u[1] & 0x3Fu);
    case 3:
        return (u[0] & 0x0Fu) << 12 | (u[1] & 0x3Fu) << 6 | (u[2] & 0x3Fu);
    default:
        return (u[0] & 7u) << 18 | (u[1] & 0x3Fu) << 12 | (u[2] & 0x3Fu) << 6 | (u[3] & 0x3Fu);
    }
}

static void add_text(struct signs *s, const char *text)
{
    size_t n = text ? strlen(text) : 0;
    for (size_t i = 0, len; i < n && s->n < TEXT_CHARACTERS_MAX; i += len) {
        if ((len = utf8_len(text + i, n - i)) == 0)
            return;
        uint32_t c = decode(text + i, len);
        if (is_word(c))
            s->at[s->n++] = c;
    }
}

/* All that a plan says in words: texts, lists and the goal. Between two texts no bigram is formed: 0 stands there. */
static bool gather(const struct loaded *c, struct signs *ret)
{
    const json_t *fields = json_object_get(c->doc, "fields");
    *ret = (struct signs){ .at = malloc((TEXT_CHARACTERS_MAX + FIELDS_MAX * 101) * sizeof *ret->at) };
    for (size_t i = 0; ret->at && i < c->def->n_fields; i++) {
        const struct field *f = &c->def->field[i];
        const json_t *v = json_object_get(fields, f->id);
        if (f->value)
            continue;
        if (f->type == FIELD_TEXT)
            add_text(ret, json_string_value(v));
        else if (f->type == FIELD_GOAL)
            add_text(ret, json_str(v, "text", NULL));
        for (size_t k = 0; f->type == FIELD_LIST && k < json_array_size(v); k++) {
            add_text(ret, json_string_value(json_array_get(v, k)));
            ret->at[ret->n++] = 0;
        }
        if (f->type == FIELD_TEXT || f->type == FIELD_GOAL)
            ret->at[ret->n++] = 0;
    }
    return ret->at != NULL;
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static size_t bigrams(const struct signs *s, uint64_t *out)
{
    size_t n = 0;
    for (size_t i = 1; i < s->n; i++)
        if (s->at[i - 1] && s->at[i])
            out[n++] = (uint64_t)s->at[i - 1] << 32 | s->at[i];
    qsort(out, n, sizeof *out, by_value);
    return n;
}

/* How much of the lower text stands in the upper: bigrams found there, each as often as it stands in both, over all of the lower. */
static int copied_share(const struct loaded *upper, const struct loaded *lower, micro *ret, struct err *e)
{
    struct signs a, b;
    bool have = gather(upper, &a) & gather(lower, &b);
    uint64_t *up = have ? malloc((a.n + 1) * sizeof *up) : NULL,
             *low = have ? malloc((b.n + 1) * sizeof *low) : NULL;
    *ret = 0;
    if (up && low) {
        size_t n_up = bigrams(&a, up), n_low = bigrams(&b, low), same = 0;
        for (size_t i = 0, k = 0; i < n_up && k < n_low;) {
            if (up[i] == low[k]) {
                same++;
                i++;
                k++;
            } else if (up[i] < low[k]) {
                i++;
            } else {
                k++;
            }
        }
        *ret = n_low ? micro_div((micro)same * MICRO_ONE, (int64_t)n_low) : 0;
    }
    free(a.at);
    free(b.at);
    free(up);
    free(low);
    return up && low ? 0 : err_set(e, -ENOMEM, "out of memory");
}

/* ---- what a lower plan lacks of its own ---- */

struct flags {
    bool owner, date, figure, copied;
    micro share;
};

static bool own(const struct loaded *upper, const struct loaded *lower, const char *field)
{
    const json_t *a = json_object_get(json_object_get(upper->doc, "fields"), field),
                 *b = json_object_get(json_object_get(lower->doc, "fields"), field);
    return b && !json_is_null(b) && !(a && json_equal(a, b));
}

static bool same_text(const json_t *a, const json_t *b)
{
    return json_is_string(a) && json_is_string(b) && json_equal(a, b);
}

static bool is_called(const struct field *f, const char *name)
{
    return name && strcmp(f->id, name) == 0;
}

/* A figure: a number in a field of numbers, in a measured goal or written in the words, and not the parent's words again. */
static bool has_figure(const struct loaded *upper, const struct loaded *lower)
{
    const json_t *up = json_object_get(upper->doc, "fields"), *low = json_object_get(lower->doc, "fields");
    for (size_t i = 0; i < lower->def->n_fields; i++) {
        const struct field *f = &lower->def->field[i];
        const json_t *v = json_object_get(low, f->id), *above = json_object_get(up, f->id);
        const char *words = f->type == FIELD_GOAL ? json_str(v, "text", "") : json_string_value(v);
        if (f->value || !v || (above && json_equal(v, above)) || same_text(v, above))
            continue;
        if (f->type == FIELD_NUMBER && !is_called(f, upper->def->weight) &&
            !is_called(f, upper->def->progress))
            return true;
        if ((f->type == FIELD_TEXT || f->type == FIELD_GOAL) && words && strpbrk(words, "0123456789"))
            return true;
        for (size_t k = 0; f->type == FIELD_LIST && k < json_array_size(v); k++)
            if (strpbrk(json_string_value(json_array_get(v, k)), "0123456789"))
                return true;
    }
    return false;
}

static int find_flags(const struct loaded *upper, const struct loaded *lower, struct flags *ret,
                      struct err *e)
{
    int r = copied_share(upper, lower, &ret->share, e);
    ret->owner = !own(upper, lower, "owner");
    ret->date = !own(upper, lower, "due");
    ret->figure = !has_figure(upper, lower);
    ret->copied = ret->share >= upper->def->copied;
    return r;
}

static void write_flag(struct jw *w, bool is, const char *word, const char *zh, const char *en)
{
    if (!is)
        return;
    jw_object(w);
    jw_kstr(w, "flag", word);
    jw_kstr(w, "text", zh);
    jw_kstr(w, "text_en", en);
    jw_end_object(w);
}

static void write_flags(struct jw *w, const struct flags *f)
{
    char zh[120], en[120], share[MICRO_TEXT];
    micro_format(f->share * 100, 0, share);
    snprintf(zh, sizeof zh, "文字有%s%%与上级方案相同", share);
    snprintf(en, sizeof en, "%s%% of its text is the upper plan's", share);
    jw_kmicro(w, "copied", f->share, 4);
    jw_key(w, "flags");
    jw_array(w);
    write_flag(w, f->owner, "owner", "没有自己的责任单位", "no responsible unit of its own");
    write_flag(w, f->date, "due", "没有自己的时限", "no time limit of its own");
    write_flag(w, f->figure, "figure", "没有自己的量化指标", "no figure of its own");
    write_flag(w, f->copied, "copied", zh, en);
    jw_end_array(w);
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
    struct flags flags = { 0 };
    micro progress = 0;
    if (b->depth > DEPTH_MAX || ++*b->nodes > NODES_MAX)
        return err_named(b->e, -E2BIG, "case.tree", "事项树过大 | the tree of cases is too large");
    int r = case_progress(b->l, c, &progress, b->e);
    if (r == 0 && b->upper)
        r = find_flags(b->upper, c, &flags, b->e);
    if (r < 0)
        return r;
    jw_object(b->w);
    case_write_summary(b->l, b->w, c, b->who, b->now);
    jw_kmicro(b->w, "progress", progress, 2);
    /* What a plan lacks is for those who work on it. */
    if (b->upper && b->who)
        write_flags(b->w, &flags);
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
