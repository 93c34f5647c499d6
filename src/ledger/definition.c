#include "ledger/definition.h"

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

struct reader {
    struct definition *d;
    const char *name;
    struct err *e;
};

static const char *const type_names[FIELD_TYPES] = { "text", "choice", "unit",   "user", "date",
                                                     "goal", "list",   "number", "site", "evidence" };
static const char *const by_names[BY_COUNT] = { "owner", "supervisor", "office" };

const char *field_type_name(enum field_type t)
{
    return type_names[t];
}

static int index_of(const char *const *names, size_t n, const char *word)
{
    for (size_t i = 0; word && i < n; i++)
        if (strcmp(names[i], word) == 0)
            return (int)i;
    return -1;
}

/* ---- where a fault stands ---- */

static bool word_char(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* The line on which `word` stands, followed (blanks apart) by `next` or by "next" in quotes; 0 when it stands nowhere. */
static int line_of(const char *text, const char *word, const char *next, bool quoted)
{
    size_t len = strlen(word), next_len = strlen(next);
    int line = 1;
    for (const char *p = text; *p; p++) {
        line += *p == '\n';
        if ((p > text && word_char(p[-1])) || strncmp(p, word, len) != 0 || word_char(p[len]))
            continue;
        const char *q = p + len;
        while (*q == ' ' || *q == '\t' || *q == '(')
            q++;
        if (quoted && *q != '"' && *q != '\'')
            continue;
        q += quoted;
        if (strncmp(q, next, next_len) == 0 && (!quoted || q[next_len] == q[-1]))
            return line;
    }
    return 0;
}

__attribute__((format(printf, 4, 5))) static int fault(struct reader *r, const char *kind, const char *id,
                                                       const char *fmt, ...)
{
    char why[300];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(why, sizeof why, fmt, ap);
    va_end(ap);
    int line = id ? line_of(r->d->text, kind, id, true) : line_of(r->d->text, kind, "=", false);
    if (!line)
        line = line_of(r->d->text, "ledger", "", false);
    return err_named(r->e, -EINVAL, "definition.ledger", id ? "%s:%d: %s \"%s\": %s" : "%s:%d: %s%s: %s",
                     r->name, line ? line : 1, kind, id ? id : "", why);
}

/* A misspelt setting would be passed over in silence, so every key must be known. */
static int only_keys(struct reader *r, const json_t *o, const char *kind, const char *id,
                     const char *const *known, size_t n)
{
    const char *key;
    json_t *v;
    json_object_foreach((json_t *)o, key, v)
    {
        if (index_of(known, n, key) < 0)
            return fault(r, kind, id, "has no setting '%s'", key);
    }
    return 0;
}

static bool is_id(const char *s)
{
    size_t n = strlen(s);
    if (n == 0 || n > 32 || !islower((unsigned char)s[0]))
        return false;
    for (const char *p = s; *p; p++)
        if (!islower((unsigned char)*p) && !isdigit((unsigned char)*p) && *p != '_')
            return false;
    return true;
}

/* ---- fields ---- */

static bool all_text(const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++)
        if (!json_is_string(json_array_get(list, i)))
            return false;
    return json_array_size(list) > 0;
}

static int read_field(struct reader *r, const json_t *o, bool need, struct field *f)
{
    static const char *const known[] = { "1",  "id",           "type",         "en",   "required",
                                         "of", "differs_from", "from_finding", "hint", "hint_en" };
    const char *type = json_str(o, "type", NULL);
    int t = index_of(type_names, FIELD_TYPES, type);
    if (t < 0 || (t == FIELD_EVIDENCE && !need))
        return fault(r, need ? "needs" : "fields", NULL,
                     "holds something that is no field: write text \"name\" { ... }");
    *f = (struct field){ .id = json_str(o, "id", ""),
                         .label = json_str(o, "1", NULL),
                         .type = (enum field_type)t,
                         .required = json_flag(o, "required", false),
                         .choices = json_object_get(o, "of"),
                         .differs_from = json_str(o, "differs_from", NULL),
                         .from_finding = json_object_get(o, "from_finding") };
    f->label_en = json_str(o, "en", f->id);
    if (!is_id(f->id))
        return fault(r, type, f->id, "a name is lower-case letters, digits and _, at most 32");
    if (!f->label || !*f->label)
        return fault(r, type, f->id, "has no label");
    if (f->choices && !all_text(f->choices))
        return fault(r, type, f->id, "of is a list of texts");
    if (t == FIELD_CHOICE && !f->choices)
        return fault(r, type, f->id, "has nothing to choose: of = { ... }");
    return only_keys(r, o, type, f->id, known, COUNT_OF(known));
}

static int read_fields(struct reader *r, const json_t *list)
{
    /* Names that mean something to the engine, and the type that meaning takes. */
    static const struct {
        const char *id;
        enum field_type type;
    } meant[] = { { "owner", FIELD_UNIT }, { "supervisor", FIELD_UNIT }, { "due", FIELD_DATE },
                  { "goal", FIELD_GOAL },  { "site", FIELD_SITE },       { "problem", FIELD_TEXT },
                  { "title", FIELD_TEXT } };
    struct definition *d = r->d;
    if (!json_is_array(list) || json_array_size(list) > FIELDS_MAX)
        return fault(r, "fields", NULL, "must be a list of 1 to %d fields", FIELDS_MAX);
    for (size_t i = 0; i < json_array_size(list); i++) {
        struct field *f = &d->field[i];
        int bad = read_field(r, json_array_get(list, i), false, f);
        if (bad < 0)
            return bad;
        if (definition_field(d, f->id))
            return fault(r, field_type_name(f->type), f->id, "is declared twice");
        for (size_t m = 0; m < COUNT_OF(meant); m++)
            if (strcmp(meant[m].id, f->id) == 0 && meant[m].type != f->type)
                return fault(r, field_type_name(f->type), f->id, "must be a %s",
                             field_type_name(meant[m].type));
        d->n_fields++;
    }
    for (size_t i = 0; i < d->n_fields; i++) {
        const struct field *f = &d->field[i],
                           *other = f->differs_from ? definition_field(d, f->differs_from) : f;
        if (!other || other->type != f->type)
            return fault(r, field_type_name(f->type), f->id, "differs_from: no %s '%s'",
                         field_type_name(f->type), f->differs_from);
    }
    return 0;
}

/* ---- states ---- */

static int state_in(struct reader *r, const json_t *states, const char *key, int *ret)
{
    const char *name = json_str(states, key, NULL);
    *ret = name ? definition_state(r->d, name) : -1;
    return *ret >= 0 ? 0 : fault(r, "states", NULL, "%s = must name one of them", key);
}

static int state_set(struct reader *r, const json_t *names, const char *kind, const char *id, uint32_t *ret)
{
    size_t n = json_is_array(names) ? json_array_size(names) : names ? 1 : 0;
    for (size_t i = 0; i < n; i++) {
        const char *name = json_string_value(json_is_array(names) ? json_array_get(names, i) : names);
        int s = name ? definition_state(r->d, name) : -1;
        if (s < 0)
            return fault(r, kind, id, "no state '%s'", name ? name : "?");
        *ret |= 1u << s;
    }
    return 0;
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
            return fault(r, "states", NULL, "are more than %d", STATES_MAX);
        if (!*name || definition_state(d, name) >= 0)
            return fault(r, "states", NULL, "'%s' is empty or stands twice", name);
        d->state[d->n_states++] = name;
    }
    size_t named = 0;
    const char *k;
    json_t *v;
    static const char *const known[] = { "working", "closed", "met", "en" };
    json_object_foreach((json_t *)states, k, v)
    {
        if (index_of(known, COUNT_OF(known), k) >= 0)
            named++;
    }
    if (d->n_states < 2 || json_object_size(states) != d->n_states + named)
        return fault(r, "states", NULL, "must be two or more names, with working, closed, met and en");
    d->states_en = json_object_get(states, "en");
    if (d->states_en && (!all_text(d->states_en) || json_array_size(d->states_en) != d->n_states))
        return fault(r, "states", NULL, "en must hold %zu names", d->n_states);
    int bad = state_in(r, states, "closed", &d->closed);
    if (bad == 0)
        bad = state_in(r, states, "working", &d->working);
    return bad < 0 ? bad : state_set(r, json_object_get(states, "met"), "states", NULL, &d->met);
}

/* ---- actions ---- */

static int read_needs(struct reader *r, const json_t *list, struct action *a)
{
    if (list && (!json_is_array(list) || json_array_size(list) > NEEDS_MAX))
        return fault(r, "action", a->id, "needs is a list of at most %d fields", NEEDS_MAX);
    for (size_t i = 0; i < json_array_size(list); i++) {
        int bad = read_field(r, json_array_get(list, i), true, &a->need[i]);
        if (bad < 0)
            return bad;
        for (size_t k = 0; k < i; k++)
            if (strcmp(a->need[k].id, a->need[i].id) == 0)
                return fault(r, "action", a->id, "needs '%s' twice", a->need[i].id);
        a->n_needs++;
    }
    return 0;
}

static int read_sets(struct reader *r, const json_t *list, struct action *a)
{
    if (list && !all_text(list))
        return fault(r, "action", a->id, "sets is a list of names");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *id = json_string_value(json_array_get(list, i));
        const struct field *f = definition_field(r->d, id);
        size_t k = 0;
        while (k < a->n_needs && strcmp(a->need[k].id, id) != 0)
            k++;
        if (!f || k == a->n_needs || a->need[k].type != f->type)
            return fault(r, "action", a->id,
                         "sets '%s', which must be a field of the case and of the same kind in needs", id);
        a->sets |= 1u << k;
    }
    return 0;
}

static int action_rights(struct reader *r, const json_t *o, struct action *a)
{
    int by = index_of(by_names, BY_COUNT, json_str(o, "by", NULL));
    if (by < 0)
        return fault(r, "action", a->id, "by = must be owner, supervisor or office");
    a->by = (enum by)by;
    if (by != BY_OFFICE && !definition_field(r->d, by_names[by]))
        return fault(r, "action", a->id, "by = '%s', but the ledger has no field of that name", by_names[by]);
    const char *never = json_str(o, "never_by", NULL);
    if (json_object_get(o, "never_by") && (!never || strcmp(never, "owner") != 0))
        return fault(r, "action", a->id, "never_by can only be owner");
    a->never_by_owner = never != NULL;
    const char *gate = json_str(o, "gate", NULL);
    if (json_object_get(o, "gate") &&
        (!gate || strcmp(gate, "goal_met") != 0 || !definition_field(r->d, "goal")))
        return fault(r, "action", a->id, "gate can only be goal_met, in a ledger with a goal");
    a->gate = gate != NULL;
    /* The doer never accepts its own work, whatever a file says (docs/design.md §8). */
    if ((a->gate || a->to == r->d->closed) && definition_field(r->d, "owner") && (!never || by == BY_OWNER))
        return fault(r, "action", a->id, "judges the work, so it needs never_by = \"owner\" and another by");
    return 0;
}

static int action_clock(struct reader *r, const json_t *o, struct action *a)
{
    const json_t *after = json_object_get(o, "after"), *guard = json_object_get(o, "guard"),
                 *max = json_object_get(o, "max");
    a->after = (int)json_int(after, "workdays", 0);
    if (after && (a->after < 1 || a->after > 1000))
        return fault(r, "action", a->id, "after = workdays(1 to 1000)");
    a->guard = guard ? sandbox_fn(guard) : 0;
    if (guard && a->guard < 1)
        return fault(r, "action", a->id, "guard must be a function");
    a->max = (int)json_int(o, "max", 0);
    if (max && (a->max < 1 || a->max > 1000))
        return fault(r, "action", a->id, "max is a whole number from 1");
    a->unless = json_str(o, "unless", NULL);
    return 0;
}

static int read_action(struct reader *r, const json_t *o, struct action *a)
{
    static const char *const known[] = { "1",     "id",    "type",     "en",    "from",
                                         "to",    "by",    "never_by", "needs", "gate",
                                         "guard", "after", "unless",   "max",   "sets" };
    static const char *const reserved[] = { "open", "refused", "reopen" };
    *a = (struct action){ .id = json_str(o, "id", ""), .label = json_str(o, "1", NULL), .to = -1 };
    a->label_en = json_str(o, "en", a->id);
    if (strcmp(json_str(o, "type", ""), "action") != 0)
        return fault(r, "actions", NULL, "holds something that is no action: write action \"name\" { ... }");
    if (!is_id(a->id) || index_of(reserved, COUNT_OF(reserved), a->id) >= 0)
        return fault(r, "action", a->id,
                     "a name is lower-case letters, digits and _, and not open, refused or reopen");
    if (definition_action(r->d, a->id))
        return fault(r, "action", a->id, "is declared twice");
    if (!a->label || !*a->label)
        return fault(r, "action", a->id, "has no label");
    const char *to = json_str(o, "to", NULL);
    if (json_object_get(o, "to") && (a->to = to ? definition_state(r->d, to) : -1) < 0)
        return fault(r, "action", a->id, "to: no state '%s'", to ? to : "?");
    int bad;
    if ((bad = only_keys(r, o, "action", a->id, known, COUNT_OF(known))) < 0 ||
        (bad = state_set(r, json_object_get(o, "from"), "action", a->id, &a->from)) < 0 ||
        (bad = action_rights(r, o, a)) < 0 || (bad = action_clock(r, o, a)) < 0 ||
        (bad = read_needs(r, json_object_get(o, "needs"), a)) < 0)
        return bad;
    if (!a->from || a->from & 1u << r->d->closed)
        return fault(r, "action", a->id,
                     "from must name states, and not the closed one: only the look-back reopens");
    return read_sets(r, json_object_get(o, "sets"), a);
}

static int check_reach(struct reader *r)
{
    struct definition *d = r->d;
    uint32_t seen = 1;
    for (size_t round = 0; round < d->n_states; round++)
        for (size_t i = 0; i < d->n_actions; i++)
            if (d->action[i].to >= 0 && d->action[i].from & seen)
                seen |= 1u << d->action[i].to;
    for (size_t s = 0; s < d->n_states; s++)
        if (!(seen & 1u << s))
            return fault(r, "states", NULL, "no action leads from '%s' to '%s'", d->state[0], d->state[s]);
    return 0;
}

static int read_actions(struct reader *r, const json_t *list)
{
    struct definition *d = r->d;
    if (!json_is_array(list) || json_array_size(list) > ACTIONS_MAX)
        return fault(r, "actions", NULL, "must be a list of 1 to %d actions", ACTIONS_MAX);
    for (size_t i = 0; i < json_array_size(list); i++) {
        int bad = read_action(r, json_array_get(list, i), &d->action[i]);
        if (bad < 0)
            return bad;
        d->n_actions++;
    }
    for (size_t i = 0; i < d->n_actions; i++)
        if (d->action[i].unless && !definition_action(d, d->action[i].unless))
            return fault(r, "action", d->action[i].id, "unless: no action '%s'", d->action[i].unless);
    return check_reach(r);
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
            return fault(r, "number", NULL, "knows {year} and {seq:1} to {seq:9}");
    }
    if (seqs != 1 || strlen(r->d->number) > 60)
        return fault(r, "number", NULL, "must hold {seq:n} once, as \"ZG-{year}-{seq:4}\"");
    return 0;
}

static int read_clock(struct reader *r, const json_t *o)
{
    static const char *const known[] = { "due", "counts", "yellow" };
    struct definition *d = r->d;
    int64_t yellow = json_int(o, "yellow", 7);
    const char *counts = json_str(o, "counts", "calendar");
    if (o &&
        (!json_is_object(o) || strcmp(json_str(o, "due", "due"), "due") != 0 || !definition_field(d, "due")))
        return fault(r, "clock", NULL, "wants a date field \"due\"");
    if (yellow < 0 || yellow > 3650 || (strcmp(counts, "calendar") != 0 && strcmp(counts, "workdays") != 0))
        return fault(r, "clock", NULL, "counts is calendar or workdays, yellow is days from 0");
    d->yellow_days = (int)yellow;
    d->count_workdays = strcmp(counts, "workdays") == 0;
    return o ? only_keys(r, o, "clock", NULL, known, COUNT_OF(known)) : 0;
}

static int read_lookback(struct reader *r, const json_t *o)
{
    static const char *const known[] = { "for_days", "reopen_to", "on", "due_days" };
    struct definition *d = r->d;
    if (!o)
        return 0;
    int64_t days = json_int(o, "for_days", 0), due = json_int(o, "due_days", 0);
    const char *to = json_str(o, "reopen_to", NULL);
    d->reopen_to = to ? definition_state(d, to) : -1;
    if (days < 1 || days > 36500 || due < 0 || due > 3650)
        return fault(r, "lookback", NULL, "for_days is 1 to 36500, due_days 0 to 3650");
    if (d->reopen_to < 0 || d->reopen_to == d->closed)
        return fault(r, "lookback", NULL, "reopen_to must name a state that is not the closed one");
    if (strcmp(json_str(o, "on", ""), "goal_broken") != 0 || !definition_field(d, "goal"))
        return fault(r, "lookback", NULL, "on = \"goal_broken\", in a ledger with a goal");
    d->watch_days = (int)days;
    d->reopen_due_days = (int)due;
    return only_keys(r, o, "lookback", NULL, known, COUNT_OF(known));
}

static int read_public(struct reader *r)
{
    static const char *const also[] = { "number", "title", "state", "light", "closed", "history" };
    const json_t *list = r->d->public_fields;
    if (list && !all_text(list))
        return fault(r, "public", NULL, "must be a list of names");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *name = json_string_value(json_array_get(list, i));
        if (!definition_field(r->d, name) && index_of(also, COUNT_OF(also), name) < 0)
            return fault(r, "public", NULL, "no field '%s'", name);
    }
    return 0;
}

static int read_excel(struct reader *r, const json_t *o)
{
    const char *key;
    json_t *v;
    if (o && !json_is_object(o))
        return fault(r, "excel", NULL, "must say which headings mean which field");
    json_object_foreach((json_t *)o, key, v)
    {
        if (!definition_field(r->d, key) || !all_text(v))
            return fault(r, "excel", NULL, "'%s' must be a field with a list of headings", key);
    }
    return 0;
}

/* Rungs are kept for the escalation clock; here only their shape is held to. */
static int read_ladder(struct reader *r, const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *rung = json_array_get(list, i), *when = json_array_get(rung, 0);
        if (json_array_size(rung) < 2 || !json_is_string(json_array_get(rung, 1)) ||
            !(json_is_integer(when) || json_int(when, "workdays", 0) > 0))
            return fault(r, "ladder", NULL, "rung %zu must be { days or workdays(n), \"name\" }", i + 1);
    }
    return list && !json_is_array(list) ? fault(r, "ladder", NULL, "must be a list") : 0;
}

static int read_tree(struct reader *r, const json_t *tree)
{
    static const char *const known[] = {
        "$kind",   "id",    "title",    "en",     "number", "fields",         "states", "open_by",
        "actions", "clock", "lookback", "ladder", "excel",  "evidence_kinds", "public", "tests"
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
    int64_t kinds = json_int(tree, "evidence_kinds", 2);
    int by = index_of(by_names, BY_COUNT, json_str(tree, "open_by", "office"));
    if (!is_id(d->id) || !*d->title)
        return fault(r, "id", NULL, "a ledger has an id of lower-case letters, digits and _, and a title");
    if (by != BY_OFFICE)
        return fault(r, "open_by", NULL, "can only be office");
    if (kinds < 1 || kinds > 20)
        return fault(r, "evidence_kinds", NULL, "is 1 to 20");
    d->open_by = (enum by)by;
    d->evidence_kinds = (int)kinds;
    int bad;
    if ((bad = only_keys(r, tree, "ledger", NULL, known, COUNT_OF(known))) < 0 ||
        (bad = read_number(r)) < 0 || (bad = read_fields(r, json_object_get(tree, "fields"))) < 0 ||
        (bad = read_states(r, json_object_get(tree, "states"))) < 0 ||
        (bad = read_actions(r, json_object_get(tree, "actions"))) < 0 ||
        (bad = read_clock(r, json_object_get(tree, "clock"))) < 0 ||
        (bad = read_lookback(r, json_object_get(tree, "lookback"))) < 0 ||
        (bad = read_ladder(r, json_object_get(tree, "ladder"))) < 0 ||
        (bad = read_excel(r, json_object_get(tree, "excel"))) < 0)
        return bad;
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
    return index_of(d->state, d->n_states, name);
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
