/* words.c - compiles the lexicon's tree into a trie over normalised code points, and the grammar into token patterns. */
#include "plan/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/scoped.h"
#include "base/utf8.h"

enum { WORD_MAX = 64, WORDS_MAX = 100000, RULES_MAX = 128 };

struct edge {
    uint32_t node, cp, to; /* to 0: empty slot */
};

struct words {
    struct arena arena;
    json_t *tree;
    struct edge *edge; /* open addressing, a power of two */
    size_t edges, edge_cap;
    struct word **at; /* the word that ends in a node */
    size_t nodes, node_cap;
    uint32_t first[65536];   /* node of each first character */
    uint64_t classes[65536]; /* of all words that begin with it: most questions end here */
    struct rule rule[RULES_MAX];
    size_t rules;
    uint64_t rule_starts; /* of all rules */
    struct binding *binding;
    size_t bindings;
};

static const char *const class_name[] = {
#define X(id, name) name,
    TOKEN_CLASSES(X)
#undef X
};
static const char *const flag_name[] = {
#define X(id, name) name,
    WORD_FLAGS(X)
#undef X
};

uint32_t normal_cp(uint32_t cp)
{
    static const struct {
        uint32_t from, to;
    } same[] = {
        { 0x3000, ' ' },    { 0x00a0, ' ' },    { 0xfeff, ' ' },
        { 0x03bc, 0xb5 },   { 0x2082, '2' },    { 0x2083, '3' },
        { 0x2085, '5' },    { 0x00b3, '3' },    { 0x00b2, '2' },
        { 0x2212, '-' },    { 0x2013, '-' },    { 0x2014, '-' },
        { 0x2266, 0x2264 }, { 0x2267, 0x2265 }, { 0x301c, '~' },
        { 0xfe5d, '(' },    { 0x3008, '(' },    { 0x3009, ')' },
        { 0x3014, '(' },    { 0x3015, ')' },    { 0x5e10, 0x8d26 } /* 帐: 对帐销号 is 对账销号 */,
        { 0x201e, 0x201c }, { 0xff61, 0x3002 }, { 0x2236, ':' },
    };
    if (cp >= 'A' && cp <= 'Z')
        return cp + 32;
    if (cp < 0xa0 || (cp >= 0x4e00 && cp <= 0x5e0f) || (cp > 0x5e10 && cp <= 0x9fff))
        return cp;
    if (cp >= 0xff01 && cp <= 0xff5e) {
        cp -= 0xfee0;
        return cp >= 'A' && cp <= 'Z' ? cp + 32 : cp;
    }
    if (cp == 0x3001 || cp == 0x3002 || cp == 0x201c || cp == 0x201d) /* the frequent ones stay themselves */
        return cp;
    if (cp >= 0x2160 && cp <= 0x216f) /* Ⅴ is ⅴ */
        return cp + 0x10;
    for (size_t i = 0; i < COUNT_OF(same); i++)
        if (cp == same[i].from)
            return same[i].to;
    return cp;
}

static size_t edge_slot(const struct words *w, uint32_t node, uint32_t cp)
{
    uint64_t h = ((uint64_t)node << 21 | cp) * UINT64_C(0x9e3779b97f4a7c15);
    size_t mask = w->edge_cap - 1, i = (size_t)(h >> 32) & mask;
    while (w->edge[i].to && (w->edge[i].node != node || w->edge[i].cp != cp))
        i = (i + 1) & mask;
    return i;
}

static uint32_t step(const struct words *w, uint32_t node, uint32_t cp)
{
    if (!node)
        return cp < 65536 ? w->first[cp] : 0;
    return w->edge[edge_slot(w, node, cp)].to;
}

static int edges_grow(struct words *w)
{
    size_t cap = w->edge_cap ? w->edge_cap * 2 : 4096, old_cap = w->edge_cap;
    struct edge *grown = calloc(cap, sizeof *grown), *old = w->edge;
    if (!grown)
        return -ENOMEM;
    w->edge = grown;
    w->edge_cap = cap;
    for (size_t i = 0; i < old_cap; i++)
        if (old[i].to)
            w->edge[edge_slot(w, old[i].node, old[i].cp)] = old[i];
    free(old);
    return 0;
}

static int node_new(struct words *w, uint32_t *ret)
{
    if (w->nodes == w->node_cap) {
        size_t cap = w->node_cap ? w->node_cap * 2 : 4096;
        struct word **grown = realloc(w->at, cap * sizeof *grown);
        if (!grown)
            return -ENOMEM;
        memset(grown + w->node_cap, 0, (cap - w->node_cap) * sizeof *grown);
        w->at = grown;
        w->node_cap = cap;
    }
    *ret = (uint32_t)w->nodes++;
    return 0;
}

static int step_new(struct words *w, uint32_t node, uint32_t cp, uint32_t *ret)
{
    *ret = step(w, node, cp);
    if (*ret)
        return 0;
    if (w->edges * 2 >= w->edge_cap && edges_grow(w) < 0)
        return -ENOMEM;
    if (node_new(w, ret) < 0)
        return -ENOMEM;
    if (!node) {
        w->first[cp] = *ret;
        return 0;
    }
    w->edge[edge_slot(w, node, cp)] = (struct edge){ node, cp, *ret };
    w->edges++;
    return 0;
}

/* Adds classes and flags to the word, made when it is new. */
static int word_add(struct words *w, const char *table, const char *text, uint64_t classes, uint32_t flags,
                    struct word **ret, struct err *e)
{
    uint32_t node = 0;
    size_t len = strlen(text), count = 0;
    for (size_t i = 0; i < len; count++) {
        size_t used;
        uint32_t cp = normal_cp(utf8_decode(text + i, len - i, &used));
        if (count == WORD_MAX || (!node && cp > 65535))
            return err_set(e, -EINVAL,
                           "words: table '%s': '%.60s' is too long or begins with a rare character", table,
                           text);
        if (step_new(w, node, cp, &node) < 0)
            return err_set(e, -ENOMEM, "words: no memory");
        i += used;
    }
    if (!count)
        return err_set(e, -EINVAL, "words: table '%s' has an empty word", table);
    if (!w->at[node]) {
        w->at[node] = arena_alloc(&w->arena, sizeof **w->at);
        if (!w->at[node])
            return err_set(e, -ENOMEM, "words: no memory");
        w->at[node]->len = (uint16_t)count;
    }
    w->at[node]->classes |= classes;
    w->at[node]->flags |= flags;
    size_t used;
    w->classes[normal_cp(utf8_decode(text, len, &used)) & 0xffff] |= classes;
    if (ret)
        *ret = w->at[node];
    return 0;
}

static uint32_t flags_of(const json_t *object)
{
    uint32_t flags = 0;
    for (size_t i = 0; i < WORD_FLAG_COUNT; i++)
        if (json_flag(object, flag_name[i], false))
            flags |= UINT32_C(1) << i;
    return flags;
}

/* A table is a list of words or of {words = {...}, flag = true ...}. */
static int table_add(struct words *w, const char *name, uint64_t class, const json_t *table, struct err *e)
{
    size_t i, j;
    json_t *item, *text;
    json_array_foreach(table, i, item)
    {
        struct word *word;
        if (json_is_string(item)) {
            if (word_add(w, name, json_string_value(item), class, 0, NULL, e) < 0)
                return e ? e->code : -EINVAL;
            continue;
        }
        const json_t *list = json_object_get(item, "words");
        if (!json_is_array(list))
            return err_set(e, -EINVAL, "words: table '%s', entry %zu has no list 'words'", name, i + 1);
        json_array_foreach(list, j, text)
        {
            if (!json_is_string(text))
                return err_set(e, -EINVAL, "words: table '%s', entry %zu: word %zu is not a text", name,
                               i + 1, j + 1);
            if (word_add(w, name, json_string_value(text), class, flags_of(item), &word, e) < 0)
                return e ? e->code : -EINVAL;
            word->canon = json_str(item, "canon", word->canon);
            const json_t *factor = json_object_get(item, "factor");
            if (json_is_number(factor))
                word->factor = json_number_value(factor);
        }
    }
    return 0;
}

static int class_of(const char *name, size_t len)
{
    for (int i = 0; i < CLASSES; i++)
        if (strlen(class_name[i]) == len && !memcmp(class_name[i], name, len))
            return i;
    return -1;
}

/* "reach figure more?", "meet .. standard", "reach|hold figure" */
static int rule_compile(struct rule *rule, struct err *e)
{
    for (const char *p = rule->match; *p;) {
        size_t len = strcspn(p, " ");
        struct rule_part *part = &rule->part[rule->parts];
        if (len == 2 && !memcmp(p, "..", 2)) {
            part->any_gap = true;
        } else if (len) {
            if (rule->parts == RULE_PARTS - 1)
                return err_set(e, -EINVAL, "words: rule '%s' has too many parts", rule->name);
            size_t end = len;
            if (p[len - 1] == '?') {
                part->optional = true;
                end--;
            }
            for (size_t i = 0; i < end;) {
                size_t word = i;
                while (word < end && p[word] != '|')
                    word++;
                int class = class_of(p + i, word - i);
                if (class < 0)
                    return err_set(e, -EINVAL, "words: rule '%s': no table '%.*s'", rule->name,
                                   (int)(word - i), p + i);
                part->classes |= UINT64_C(1) << class;
                i = word + 1;
            }
            rule->parts++;
        }
        p += len;
        p += *p == ' ';
    }
    if (!rule->parts)
        return err_set(e, -EINVAL, "words: rule '%s' matches nothing", rule->name);
    for (int i = 0; i < rule->parts; i++) {
        rule->starts |= rule->part[i].classes;
        if (!rule->part[i].optional)
            break;
    }
    return 0;
}

static int rules_add(struct words *w, const json_t *list, struct err *e)
{
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item)
    {
        struct rule *rule = &w->rule[w->rules];
        if (w->rules == RULES_MAX)
            return err_set(e, -E2BIG, "words: more than %d rules", RULES_MAX);
        *rule = (struct rule){ .name = json_str(item, "name", NULL),
                               .match = json_str(item, "match", NULL),
                               .op = json_str(item, "op", NULL),
                               .low_op = json_str(item, "low_op", NULL) };
        if (!rule->name || !rule->match || !rule->op)
            return err_set(e, -EINVAL, "words: rule %zu lacks name, match or op", i + 1);
        if (rule_compile(rule, e) < 0)
            return e ? e->code : -EINVAL;
        w->rule_starts |= rule->starts;
        w->rules++;
    }
    return 0;
}

static int bindings_add(struct words *w, const json_t *list, struct err *e)
{
    size_t i;
    json_t *item;
    w->binding = arena_alloc(&w->arena, (json_array_size(list) + 1) * sizeof *w->binding);
    if (!w->binding)
        return err_set(e, -ENOMEM, "words: no memory");
    json_array_foreach(list, i, item)
    {
        struct binding b = { json_str(item, "bound", NULL), json_object_get(item, "any"),
                             json_object_get(item, "none"), json_object_get(item, "units"),
                             json_flag(item, "work", false) };
        if (!b.bound || !json_is_array(b.any))
            return err_set(e, -EINVAL, "words: binding %zu lacks bound or any", i + 1);
        w->binding[w->bindings++] = b;
    }
    return 0;
}

int words_compile(const json_t *tree, struct words **ret, struct err *e)
{
    const char *key;
    json_t *table;
    struct words *w = calloc(1, sizeof *w);
    uint32_t root;
    int rc = 0;
    if (!w || edges_grow(w) < 0 || node_new(w, &root) < 0) {
        words_free(w);
        return err_set(e, -ENOMEM, "words: no memory");
    }
    struct err here = { 0 };
    w->tree = json_deep_copy(tree);
    if (!json_is_object(w->tree))
        rc = err_set(&here, -EINVAL, "words: the lexicon is not a table");
    json_object_foreach(w->tree, key, table)
    {
        int class = class_of(key, strlen(key));
        if (rc < 0)
            break;
        if (key[0] == '$')
            continue;
        if (!json_is_array(table))
            rc = err_set(&here, -EINVAL, "words: '%.60s' is not a list", key);
        else if (!strcmp(key, "rules"))
            rc = rules_add(w, table, &here);
        else if (!strcmp(key, "bindings"))
            rc = bindings_add(w, table, &here);
        else if (class < NO_INDICATOR && class != NO_SEP)
            rc = err_set(&here, -EINVAL, "words: there is no table '%.60s'", key);
        else
            rc = table_add(w, key, UINT64_C(1) << class, table, &here);
    }
    if (rc < 0) {
        if (e)
            *e = here;
        words_free(w);
        return rc;
    }
    *ret = w;
    return 0;
}

struct words *words_free(struct words *w)
{
    if (w) {
        json_decref(w->tree);
        free(w->edge);
        free(w->at);
        arena_release(&w->arena);
        free(w);
    }
    return NULL;
}

const struct word *words_longest_of(const struct words *w, uint64_t classes, const uint32_t *cp, size_t n)
{
    const struct word *best = NULL;
    uint32_t node = 0;
    if (!n || !(w->classes[cp[0] & 0xffff] & classes))
        return NULL;
    for (size_t i = 0; i < n && i < WORD_MAX; i++) {
        PLAN_STEP();
        node = step(w, node, cp[i]);
        if (!node)
            break;
        if (w->at[node] && (w->at[node]->classes & classes))
            best = w->at[node];
    }
    return best;
}

bool words_begin(const struct words *w, uint32_t cp)
{
    return cp < 65536 && w->first[cp];
}

const struct word *words_longest(const struct words *w, const uint32_t *cp, size_t n)
{
    return words_longest_of(w, ~(C_UNIT | C_PER | C_ROLE | C_LIMIT | C_COLUMN), cp, n);
}

const struct rule *words_rules(const struct words *w, size_t *ret_n)
{
    *ret_n = w->rules;
    return w->rule;
}

uint64_t words_rule_starts(const struct words *w)
{
    return w->rule_starts;
}

const struct binding *words_bindings(const struct words *w, size_t *ret_n)
{
    *ret_n = w->bindings;
    return w->binding;
}

const char *words_rule_match(const struct words *w, const char *rule)
{
    for (size_t i = 0; rule && i < w->rules; i++)
        if (!strcmp(w->rule[i].name, rule))
            return w->rule[i].match;
    return NULL;
}
