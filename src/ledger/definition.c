#include "ledger/definition_read.h"

#include <ctype.h>
#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "ledger/prelude.h"
#include "base/sm3.h"
#include "lua/sandbox.h"

/* What a definition owns; callers see only the first member. */
struct owned {
    struct definition d;
    struct sandbox *sandbox;
    pthread_mutex_t lock; /* guards sandbox */
    json_t *tree;
    struct arena arena;
    char *text;
};

/* ---- states ---- */

static int state_in(struct reader *r, const json_t *states, const char *key, int *ret)
{
    const char *name = json_str(states, key, NULL);
    *ret = name ? definition_state(r->d, name) : -1;
    return *ret >= 0 ? 0 : reader_fault(r, "states", NULL, "%s = must name one of them", key);
}

static int read_states(struct reader *r, const json_t *states)
{
    struct definition *d = r->d;
    char key[16];
    for (size_t i = 0;; i++) {
        snprintf(key, sizeof key, "%zu", i + 1);
        const char *name = json_str(states, key, NULL);
        if (!name)
            break;
        if (i == STATES_MAX)
            return reader_fault(r, "states", NULL, "are more than %d", STATES_MAX);
        if (!*name || definition_state(d, name) >= 0)
            return reader_fault(r, "states", NULL, "'%s' is empty or stands twice", name);
        d->state[d->n_states++] = name;
    }
    size_t named = 0;
    const char *k;
    json_t *v;
    static const char *const known[] = { "working", "closed", "met", "en" };
    json_object_foreach((json_t *)states, k, v)
    {
        if (reader_index_of(known, COUNT_OF(known), k) >= 0)
            named++;
    }
    if (d->n_states < 2 || json_object_size(states) != d->n_states + named)
        return reader_fault(r, "states", NULL, "must be two or more names, with working, closed, met and en");
    d->states_en = json_object_get(states, "en");
    if (d->states_en && (!reader_all_text(d->states_en) || json_array_size(d->states_en) != d->n_states))
        return reader_fault(r, "states", NULL, "en must hold %zu names", d->n_states);
    int bad = state_in(r, states, "closed", &d->closed);
    if (bad == 0)
        bad = state_in(r, states, "working", &d->working);
    return bad < 0 ? bad : reader_state_set(r, json_object_get(states, "met"), "states", NULL, &d->met);
}

/* ---- the rest ---- */

/* {field:ID} is a text or choice that every case has; what a choice can put into a number is known here. */
static int number_field(struct reader *r, const char *id, size_t n)
{
    static const char allowed[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-";
    for (size_t i = 0; i < r->d->n_fields; i++) {
        const struct field *f = &r->d->field[i];
        if (strlen(f->id) != n || strncmp(f->id, id, n) != 0 || !f->required)
            continue;
        bool fits = f->type == FIELD_TEXT || f->type == FIELD_CHOICE;
        for (size_t c = 0; f->type == FIELD_CHOICE && c < json_array_size(f->choices); c++) {
            const char *s = json_string_value(json_array_get(f->choices, c));
            fits &= *s && !s[strspn(s, allowed)];
        }
        if (fits)
            return 0;
    }
    return reader_fault(r, "number", NULL,
                        "{field:%.*s} wants a required text or choice of 0-9 A-Z a-z and -", (int)n, id);
}

static int read_number(struct reader *r)
{
    int seqs = 0;
    for (const char *p = r->d->number; p && *p; p++) {
        if (*p != '{')
            continue;
        const char *end = strchr(p, '}');
        size_t n = end ? (size_t)(end - p) : 0;
        bool digit = n == 6 && p[5] >= '1' && p[5] <= '9';
        int bad = 0;
        if (digit && strncmp(p, "{seq:", 5) == 0)
            seqs++;
        else if (n > 7 && strncmp(p, "{field:", 7) == 0)
            bad = number_field(r, p + 7, n - 7);
        else if (!(n == 7 && strncmp(p, "{area:", 6) == 0 && p[6] >= '1' && p[6] <= '9') &&
                 strncmp(p, "{year}", 6) != 0 && strncmp(p, "{month}", 7) != 0 && strncmp(p, "{day}", 5) != 0)
            bad = reader_fault(
                r, "number", NULL,
                "knows {year}, {month}, {day}, {area:1} to {area:9}, {field:ID} and {seq:1} to {seq:9}");
        if (bad < 0)
            return bad;
    }
    if (seqs != 1 || strlen(r->d->number) > 60)
        return reader_fault(r, "number", NULL, "must hold {seq:n} once, as \"ZG-{year}-{seq:4}\"");
    return 0;
}

/* An action that a person reopens with goes to a state that the look-back names when it names none itself. */
static int check_reopens(struct reader *r)
{
    struct definition *d = r->d;
    for (size_t i = 0; i < d->n_actions; i++) {
        struct action *a = &d->action[i];
        if (!a->reopens)
            continue;
        if (d->reopen_to < 0)
            return reader_fault(r, "action", a->id, "reopens, so the ledger needs lookback.reopen_to");
        if (a->to < 0)
            a->to = d->reopen_to;
    }
    return 0;
}

static int read_tree(struct reader *r, const json_t *tree)
{
    static const char *const known[] = {
        "$kind",          "id",      "title", "en",      "about",   "number", "fields",
        "states",         "actions", "clock", "clocks",  "ladder",  "report", "lookback",
        "tree",           "related", "guard", "open_by", "read_by", "group",  "draw",
        "family",         "list",    "views", "forms",   "excel",   "public", "intake",
        "evidence_kinds", "tests",   "wake",  "deal",    "score",   "tables", "follow"
    };
    struct definition *d = r->d;
    d->tree = tree;
    if (strcmp(json_str(tree, "$kind", ""), "ledger") != 0)
        return err_named(r->e, -EINVAL, "definition.ledger", "%s:1: does not return a ledger { ... }",
                         r->name);
    d->id = json_str(tree, "id", "");
    d->title = json_str(tree, "title", "");
    d->title_en = json_str(tree, "en", d->id);
    d->family = json_str(tree, "family", "");
    d->number = json_str(tree, "number", "");
    d->public_fields = json_object_get(tree, "public");
    d->tests = json_object_get(tree, "tests");
    d->group = json_str(tree, "group", NULL);
    d->views = json_object_get(tree, "views");
    int64_t kinds = json_int(tree, "evidence_kinds", 2);
    if (!reader_is_id(d->id) || !*d->title)
        return reader_fault(r, "id", NULL,
                            "a ledger has an id of lower-case letters, digits and _, and a title");
    if (kinds < 1 || kinds > 20)
        return reader_fault(r, "evidence_kinds", NULL, "is 1 to 20");
    d->about = json_str(tree, "about", NULL);
    d->reopen_to = -1;
    if (json_object_get(tree, "about") && !d->about)
        return reader_fault(r, "about", NULL, "is a sentence");
    d->evidence_kinds = (int)kinds;
    int bad;
    if ((bad = reader_only_keys(r, tree, "ledger", NULL, known, COUNT_OF(known))) < 0 ||
        (bad = read_fields(r, json_object_get(tree, "fields"))) < 0 || (bad = read_number(r)) < 0 ||
        (bad = read_opening(r, tree)) < 0 || (bad = read_states(r, json_object_get(tree, "states"))) < 0 ||
        (bad = read_actions(r, json_object_get(tree, "actions"))) < 0 ||
        (bad = read_clock(r, json_object_get(tree, "clock"))) < 0 ||
        (bad = read_clocks(r, json_object_get(tree, "clocks"))) < 0 ||
        (bad = read_report(r, json_object_get(tree, "report"))) < 0 ||
        (bad = read_lookback(r, json_object_get(tree, "lookback"))) < 0 ||
        (bad = read_ladder(r, json_object_get(tree, "ladder"))) < 0 ||
        (bad = read_related(r, json_object_get(tree, "related"))) < 0 ||
        (bad = read_wake(r, json_object_get(tree, "wake"))) < 0 ||
        (bad = read_follow(r, json_object_get(tree, "follow"))) < 0 ||
        (bad = read_deal(r, json_object_get(tree, "deal"))) < 0 ||
        (bad = read_score(r, json_object_get(tree, "score"))) < 0 ||
        (bad = read_crosses(r, json_object_get(tree, "tables"))) < 0 ||
        (bad = read_family(r, json_object_get(tree, "tree"))) < 0 || (bad = check_reopens(r)) < 0)
        return bad;
    return read_shown(r, tree);
}

int definition_read(const char *name, const char *text, size_t len, struct definition **ret, struct err *e)
{
    struct owned *o = calloc(1, sizeof *o);
    if (!o)
        return err_set(e, -ENOMEM, "%s: out of memory", name);
    pthread_mutex_init(&o->lock, NULL);
    int r = memchr(text, '\0', len)
                ? err_named(e, -EINVAL, "definition.ledger", "%s:1: holds a NUL byte", name)
                : 0;
    if (r == 0)
        r = (o->text = strndup(text, len)) ? 0 : err_set(e, -ENOMEM, "%s: out of memory", name);
    o->d.text = o->text;
    if (r == 0)
        r = sm3_hex(text, len, o->d.hash, e);
    if (r == 0)
        r = sandbox_new(ledger_prelude, &o->sandbox, e);
    if (r == 0)
        r = sandbox_load(o->sandbox, name, text, len, &o->tree, e);
    if (r == 0) {
        struct reader reader = { .d = &o->d, .arena = &o->arena, .name = name, .e = e };
        r = read_tree(&reader, o->tree);
    }
    if (r < 0) {
        definition_free(&o->d);
        return r;
    }
    *ret = &o->d;
    return 0;
}

struct definition *definition_free(struct definition *d)
{
    struct owned *o = (struct owned *)d;
    if (o) {
        pthread_mutex_destroy(&o->lock);
        sandbox_free(o->sandbox);
        json_decref(o->tree);
        arena_release(&o->arena);
        free(o->text);
        free(o);
    }
    return NULL;
}

const struct field *definition_field(const struct definition *d, const char *id)
{
    for (size_t i = 0; i < d->n_fields; i++)
        if (strcmp(d->field[i].id, id) == 0)
            return &d->field[i];
    return NULL;
}

const struct action *definition_action(const struct definition *d, const char *id)
{
    for (size_t i = 0; i < d->n_actions; i++)
        if (strcmp(d->action[i].id, id) == 0)
            return &d->action[i];
    return NULL;
}

int definition_state(const struct definition *d, const char *name)
{
    return reader_index_of(d->state, d->n_states, name);
}

int definition_call(struct definition *d, int fn, const char *what, const json_t *view, json_t **ret,
                    struct err *e)
{
    struct owned *o = (struct owned *)d;
    pthread_mutex_lock(&o->lock);
    int r = sandbox_call(o->sandbox, fn, view, ret, e);
    pthread_mutex_unlock(&o->lock);
    return r < 0 ? err_under(e, "ledger %s, %s", d->id, what) : 0;
}

int definition_guard(struct definition *d, int guard, const char *what, const json_t *view, char **ret,
                     struct err *e)
{
    json_t *answer = NULL;
    *ret = NULL;
    int r = definition_call(d, guard, what, view, &answer, e);
    if (r < 0)
        return r;
    if (json_is_string(answer))
        *ret = strdup(json_string_value(answer));
    else if (json_is_false(answer))
        *ret = strdup("条件未满足 | a condition is not met");
    json_decref(answer);
    return 0;
}
