#include <errno.h>
#include <string.h>

#include "api/handlers.h"
#include "api/situation.h"
#include "base/scoped.h"

/* What a reading says, in the order the API shows it. A person may correct those with a type other than '-'. */
static const struct {
    const char *key;
    char type; /* '-': as read; 't': text; 'n': number; 'o': comparison; 'm': modality; 'k': kind */
} members[] = {
    { "kind", 'k' },         { "quote", '-' },        { "indicator", 't' },    { "region", 't' },
    { "op", 'o' },           { "value", 'n' },        { "value2", 'n' },       { "unit", 't' },
    { "baseline", 't' },     { "modality", 'm' },     { "by", 't' },           { "start", '-' },
    { "end", '-' },          { "bound", 't' },        { "owner", 't' },        { "reason", 't' },
    { "rule", '-' },         { "confirmed_by", '-' }, { "confirmed_at", '-' }, { "verb", 't' },
    { "object", 't' },       { "units", '-' },        { "problem", '-' },      { "goal", '-' },
    { "measures", '-' },     { "supervisor", 't' },   { "number", '-' },       { "role", '-' },
    { "parts", '-' },        { "case", '-' },         { "added_by", '-' },     { "path", '-' },
    { "divided_from", '-' }, { "warning", '-' },      { "pace", '-' },         { "reasons", '-' },
    { "supervised", '-' },
};

/* The members; the object stays open for more when `open`. */
void write_target(struct jw *w, const struct doc *d, const json_t *body, bool open)
{
    jw_object(w);
    jw_kint(w, "id", d->id);
    jw_kint(w, "plan", d->parent);
    jw_kstr(w, "state", d->state);
    for (size_t i = 0; i < COUNT_OF(members); i++) {
        jw_key(w, members[i].key);
        jw_tree(w, json_object_get(body, members[i].key));
    }
    if (!open)
        jw_end_object(w);
}

/* ---- progress ---- */

static int write_one_progress(struct request *rq, struct jw *w, const struct doc *d, struct err *e)
{
    json_t *body = NULL, *answer = NULL, *ask = NULL;
    int r = json_read(d->body, strlen(d->body), &body, e);
    bool target = r == 0 && target_has_value(body);
    if (target && !(ask = target_ask(body, d->id)))
        r = err_set(e, -ENOMEM, "no memory for a target");
    if (target && r == 0)
        r = board_target(rq->api->config.board, ask, rq->now, &answer, e);
    json_decref(ask);
    if (r == 0 && target) {
        write_target(w, d, body, true);
        jw_key(w, "progress");
        jw_tree(w, answer);
        jw_end_object(w);
    }
    json_decref(answer);
    json_decref(body);
    return r;
}

int write_progress(struct request *rq, struct buf *out, struct err *e)
{
    struct docs docs;
    struct doc_query q = { .state = "confirmed", .limit = 2000 };
    int r = docs_read(rq, DOC_TARGET, &q, &docs, e);
    if (r < 0)
        return r;
    struct jw w = JW(out);
    jw_array(&w);
    for (size_t i = 0; i < docs.n && r == 0; i++)
        r = write_one_progress(rq, &w, &docs.doc[i], e);
    jw_end_array(&w);
    docs_release(&docs);
    return r;
}

int targets_list(struct request *rq, struct err *e)
{
    buf_adds(&rq->out, "{\"targets\":");
    int r = write_progress(rq, &rq->out, e);
    buf_addc(&rq->out, '}');
    return r;
}

/* ---- confirming ---- */

static bool one_of(const char *word, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(word, *list) == 0)
            return true;
    return false;
}

static bool fits(char type, const json_t *v)
{
    static const char *const ops[] = { "<=", "<",      ">=",       ">",        "=", "in",
                                       "~",  "attain", "decrease", "increase", NULL };
    static const char *const modalities[] = { "must", "stretch", NULL };
    static const char *const kinds[] = { "target", "task", "note", "doubt", NULL };
    if (json_is_null(v))
        return type != 'k';
    const char *text = json_string_value(v);
    switch (type) {
    case 'n':
        return json_is_number(v);
    case 't':
        return text && strlen(text) <= 500;
    case 'o':
        return text && one_of(text, ops);
    case 'm':
        return text && one_of(text, modalities);
    case 'k':
        return text && one_of(text, kinds);
    default:
        return false;
    }
}

static bool same(const json_t *a, const json_t *b, const char *key)
{
    const json_t *x = json_object_get(a, key), *y = json_object_get(b, key);
    return x == y || (x && y && json_equal(x, y));
}

int target_set_fields(json_t *body, const json_t *fields, struct err *e)
{
    const char *key;
    json_t *v;
    json_object_foreach((json_t *)(uintptr_t)fields, key, v)
    {
        char type = '-';
        for (size_t i = 0; i < COUNT_OF(members); i++)
            if (strcmp(members[i].key, key) == 0)
                type = members[i].type;
        if (type == '-')
            return err_named(e, -EINVAL, "bad_input", "fields.%.40s: cannot be corrected", key);
        if (!fits(type, v))
            return err_named(e, -EINVAL, "bad_input", "fields.%.40s: not a value this field takes", key);
        if (json_is_null(v))
            json_object_del(body, key);
        else
            json_object_set(body, key, v);
    }
    return 0;
}

static int correct(json_t *body, const json_t *fields, struct err *e)
{
    if (!json_is_object(fields) || !json_object_size(fields))
        return err_named(e, -EINVAL, "bad_input", "fields: nothing to correct");
    scoped(json_decrefp) json_t *read = json_copy(body);
    json_object_del(body, "warning"); /* it was about what stood there before */
    int r = target_set_fields(body, fields, e);
    if (r < 0)
        return r;
    /* A binding was made for what was read; for another indicator or region it would measure the wrong thing. */
    if (!json_object_get(fields, "bound") && (!same(read, body, "indicator") || !same(read, body, "region")))
        json_object_del(body, "bound");
    /* Whoever gives a doubtful passage its indicator, comparison and value has read it as a target. */
    if (!json_object_get(fields, "kind") && json_object_get(body, "indicator") &&
        json_object_get(body, "op") && json_object_get(body, "value"))
        json_object_set_new(body, "kind", json_string("target"));
    return 0;
}

int target_remember(struct request *rq, json_t *body, const char *action, const json_t *fields)
{
    char at[CN_TEXT];
    json_t *history = json_object_get(body, "history");
    if (!history && (json_object_set_new(body, "history", json_array()) < 0 ||
                     !(history = json_object_get(body, "history"))))
        return -ENOMEM;
    json_t *entry = json_pack("{s:s,s:s,s:s,s:O?}", "at", cn_format_iso(rq->now, at), "by", rq->user.name,
                              "action", action, "fields", fields);
    return json_array_append_new(history, entry) < 0 ? -ENOMEM : 0;
}

/* "达到100%以上", but not "县级以上…达到100%". */
static bool says_above(const char *quote)
{
    for (const char *at = quote; (at = strstr(at, "以上")); at += strlen("以上")) {
        const char *before = at;
        while (before > quote && before[-1] == ' ')
            before--;
        if ((before - quote >= 1 && before[-1] == '%') ||
            (before - quote >= (long)strlen("％") && strncmp(before - strlen("％"), "％", strlen("％")) == 0))
            return true;
    }
    return false;
}

/* A share cannot be above all of it: it is kept as all of it, and says so. */
static int settle_whole(json_t *body)
{
    const char *op = json_str(body, "op", ""), *unit = json_str(body, "unit", "");
    bool share = strcmp(unit, "%") == 0 || strcmp(unit, "％") == 0;
    if (op[0] != '>' || !share || json_micro(body, "value", 0) != 100 * MICRO_ONE ||
        !says_above(json_str(body, "quote", "")))
        return 0;
    return json_object_set_new(body, "op", json_string("=")) < 0 ||
                   json_object_set_new(body, "warning",
                                       json_string("“100%以上”不可能，按等于100%保存 | above 100 % is "
                                                   "impossible: kept as equal to 100 %")) < 0
               ? -ENOMEM
               : 0;
}

static int apply(struct request *rq, json_t *body, const char *action, const char **state, struct err *e)
{
    const json_t *fields = json_object_get(rq->json, "fields");
    bool rejected = strcmp(action, "reject") == 0;
    int r = strcmp(action, "correct") == 0 ? correct(body, fields, e) : 0;
    if (r < 0)
        return r;
    const char *kind = json_str(body, "kind", "target");
    if (!rejected && strcmp(kind, "target") != 0 && strcmp(kind, "task") != 0)
        return err_named(e, -EEXIST, "conflict",
                         "this is a %s, not a target or task: correct its kind to confirm it", kind);
    *state = rejected ? "rejected" : "confirmed";
    char at[CN_TEXT];
    if (rejected) {
        json_t *reason = json_object_get(fields, "reason");
        if (reason && !fits('t', reason))
            return err_named(e, -EINVAL, "bad_input", "fields.reason: not a text of at most 500 bytes");
        if (reason)
            json_object_set(body, "reason", reason);
        json_object_del(body, "confirmed_by");
        json_object_del(body, "confirmed_at");
    } else {
        json_object_set_new(body, "confirmed_by", json_string(rq->user.name));
        json_object_set_new(body, "confirmed_at", json_string(cn_format_iso(rq->now, at)));
        if (settle_whole(body) < 0)
            return err_set(e, -ENOMEM, "no memory for a target");
    }
    return target_remember(rq, body, action, fields) < 0 ? err_set(e, -ENOMEM, "no memory for a target") : 0;
}

/* Within a transaction. */
static int change(struct request *rq, const char *action, struct err *e)
{
    struct ledger_store *store = rq->api->config.store;
    struct doc d;
    int r = ledger_get_doc(store, DOC_TARGET, rq->id, &d, e);
    if (r < 0)
        return r;
    json_t *body = NULL;
    const char *state = "";
    struct buf text = BUF_INIT;
    r = json_read(d.body, strlen(d.body), &body, e);
    if (r == 0)
        r = apply(rq, body, action, &state, e);
    if (r == 0) {
        struct jw w = JW(&text);
        jw_tree(&w, body);
        struct doc next = d;
        next.state = state;
        next.updated = rq->now;
        next.body = text.data;
        int64_t id;
        r = text.failed ? err_set(e, -ENOMEM, "no memory for a target")
                        : ledger_put_doc(store, DOC_TARGET, &next, &id, e);
        struct jw out = JW(&rq->out);
        write_target(&out, &next, body, false);
    }
    buf_release(&text);
    json_decref(body);
    doc_release(&d);
    return r;
}

int targets_act(struct request *rq, struct err *e)
{
    static const char *const actions[] = { "confirm", "reject", "correct", NULL };
    const char *action;
    int r = body_text(rq, "action", 20, true, &action, e);
    if (r < 0)
        return r;
    if (!one_of(action, actions))
        return err_named(e, -EINVAL, "bad_input", "action: '%s' is none of confirm, reject, correct", action);
    struct ledger_store *store = rq->api->config.store;
    if ((r = ledger_begin(store, e)) < 0)
        return r;
    r = change(rq, action, e);
    if (r == 0)
        r = ledger_commit(store, e);
    else
        ledger_rollback(store);
    if (r == 0 && rq->api->config.targets_changed)
        rq->api->config.targets_changed(rq->api->config.arg);
    if (r == 0)
        api_publish(rq->api, "target", "{}");
    return r;
}
