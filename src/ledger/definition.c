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

static int read_number(struct reader *r)
{
    int seqs = 0;
    for (const char *p = r->d->number; p && *p; p++) {
        if (*p != '{')
            continue;
        if (strncmp(p, "{seq:", 5) == 0 && p[5] >= '1' && p[5] <= '9' && p[6] == '}')
            seqs++;
        else if (strncmp(p, "{year}", 6) != 0)
            return reader_fault(r, "number", NULL, "knows {year} and {seq:1} to {seq:9}");
    }
    if (seqs != 1 || strlen(r->d->number) > 60)
        return reader_fault(r, "number", NULL, "must hold {seq:n} once, as \"ZG-{year}-{seq:4}\"");
    return 0;
}

static int read_public(struct reader *r)
{
    static const char *const also[] = { "number", "title", "state", "light", "closed", "history" };
    const json_t *list = r->d->public_fields;
    if (list && !reader_all_text(list))
        return reader_fault(r, "public", NULL, "must be a list of names");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *name = json_string_value(json_array_get(list, i));
        if (!definition_field(r->d, name) && reader_index_of(also, COUNT_OF(also), name) < 0)
            return reader_fault(r, "public", NULL, "no field '%s'", name);
    }
    return 0;
}

static int read_excel(struct reader *r, const json_t *o)
{
    const char *key;
    json_t *v;
    if (o && !json_is_object(o))
        return reader_fault(r, "excel", NULL, "must say which headings mean which field");
    json_object_foreach((json_t *)o, key, v)
    {
        if (!definition_field(r->d, key) || !reader_all_text(v))
            return reader_fault(r, "excel", NULL, "'%s' must be a field with a list of headings", key);
    }
    return 0;
}

static int read_tree(struct reader *r, const json_t *tree)
{
    static const char *const known[] = {
        "$kind", "id",       "title",  "en",    "number",         "fields", "states", "open_by", "actions",
        "clock", "lookback", "ladder", "excel", "evidence_kinds", "public", "tests",  "group",   "views"
    };
    struct definition *d = r->d;
    if (strcmp(json_str(tree, "$kind", ""), "ledger") != 0)
        return err_named(r->e, -EINVAL, "definition.ledger", "%s:1: does not return a ledger { ... }",
                         r->name);
    d->id = json_str(tree, "id", "");
    d->title = json_str(tree, "title", "");
    d->title_en = json_str(tree, "en", d->id);
    d->number = json_str(tree, "number", "");
    d->public_fields = json_object_get(tree, "public");
    d->tests = json_object_get(tree, "tests");
    d->group = json_str(tree, "group", NULL);
    d->views = json_object_get(tree, "views");
    int64_t kinds = json_int(tree, "evidence_kinds", 2);
    int by = reader_index_of(by_names, BY_COUNT, json_str(tree, "open_by", "office"));
    if (!reader_is_id(d->id) || !*d->title)
        return reader_fault(r, "id", NULL,
                            "a ledger has an id of lower-case letters, digits and _, and a title");
    if (by != BY_OFFICE)
        return reader_fault(r, "open_by", NULL, "can only be office");
    if (kinds < 1 || kinds > 20)
        return reader_fault(r, "evidence_kinds", NULL, "is 1 to 20");
    d->open_by = (enum by)by;
    d->evidence_kinds = (int)kinds;
    int bad;
    if ((bad = reader_only_keys(r, tree, "ledger", NULL, known, COUNT_OF(known))) < 0 ||
        (bad = read_number(r)) < 0 || (bad = read_fields(r, json_object_get(tree, "fields"))) < 0 ||
        (bad = read_states(r, json_object_get(tree, "states"))) < 0 ||
        (bad = read_actions(r, json_object_get(tree, "actions"))) < 0 ||
        (bad = read_clock(r, json_object_get(tree, "clock"))) < 0 ||
        (bad = read_lookback(r, json_object_get(tree, "lookback"))) < 0 ||
        (bad = read_ladder(r, json_object_get(tree, "ladder"))) < 0 ||
        (bad = read_excel(r, json_object_get(tree, "excel"))) < 0)
        return bad;
    if (d->group && !definition_field(d, d->group))
        return reader_fault(r, "group", NULL, "no field '%s'", d->group);
    return read_public(r);
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
        struct reader reader = { .d = &o->d, .name = name, .e = e };
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

int definition_guard(struct definition *d, const struct action *a, const json_t *view, char **ret,
                     struct err *e)
{
    struct owned *o = (struct owned *)d;
    json_t *answer = NULL;
    pthread_mutex_lock(&o->lock);
    int r = sandbox_call(o->sandbox, a->guard, view, &answer, e);
    pthread_mutex_unlock(&o->lock);
    *ret = NULL;
    if (r < 0)
        return err_under(e, "ledger %s, guard of %s", d->id, a->id);
    if (json_is_string(answer))
        *ret = strdup(json_string_value(answer));
    else if (json_is_false(answer))
        *ret = strdup("条件未满足 | a condition is not met");
    json_decref(answer);
    return 0;
}
