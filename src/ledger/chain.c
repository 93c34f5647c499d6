#include "ledger/chain.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "ledger/ledger.h"
#include "ledger/timing.h"
#include "base/sm3.h"

char *chain_dump(const json_t *tree)
{
    return json_dumps(tree, JSON_COMPACT | JSON_SORT_KEYS | JSON_REAL_PRECISION(15));
}

int chain_hash(const struct event *ev, char ret[65], struct err *e)
{
    struct buf b = BUF_INIT;
    struct jw w = JW(&b);
    buf_adds(&b, ev->before_hash);
    jw_object(&w);
    jw_kstr(&w, "action", ev->action);
    jw_kstr(&w, "actor", ev->actor);
    jw_kint(&w, "at", ev->at);
    jw_key(&w, "body");
    jw_raw(&w, ev->body);
    jw_kint(&w, "case", ev->case_id);
    jw_end_object(&w);
    int r = b.failed ? err_set(e, -ENOMEM, "out of memory") : sm3_hex(b.data, b.len, ret, e);
    buf_release(&b);
    return r;
}

/* ---- the fold ---- */

static json_t *child(json_t *o, const char *key)
{
    json_t *c = json_object_get(o, key);
    if (!json_is_object(c)) {
        json_object_set_new(o, key, json_object());
        c = json_object_get(o, key);
    }
    return c;
}

static void count_up(json_t *counts, const char *key)
{
    json_object_set_new(counts, key, json_integer(json_int(counts, key, 0) + 1));
}

/* Evidence is gathered over a round of work; everything else given replaces what was given before. */
static void take_given(json_t *given, const char *key, json_t *value, const struct event *ev)
{
    if (strcmp(key, "evidence") != 0 || !json_is_array(value)) {
        json_object_set(given, key, value);
        return;
    }
    if (!json_is_array(json_object_get(given, key)))
        json_object_set_new(given, key, json_array());
    json_t *all = json_object_get(given, key);
    for (size_t i = 0; i < json_array_size(value); i++) {
        json_t *item = json_copy(json_array_get(value, i));
        json_object_set_new(item, "at", json_integer(ev->at));
        json_object_set_new(item, "by", json_string(ev->actor));
        json_array_append_new(all, item);
    }
}

static void add_name(json_t *o, const char *key, const char *actor)
{
    json_t *names = json_object_get(o, key);
    for (size_t i = 0; i < json_array_size(names); i++)
        if (strcmp(json_string_value(json_array_get(names, i)), actor) == 0)
            return;
    if (!names) {
        json_object_set_new(o, key, json_array());
        names = json_object_get(o, key);
    }
    json_array_append_new(names, json_string(actor));
}

/* true: the owner's work; else the unit fields that the actor acted for. */
static void take_work(json_t *doc, const json_t *work, const char *actor)
{
    if (json_is_true(work))
        add_name(doc, "doers", actor);
    for (size_t i = 0; i < json_array_size(work); i++) {
        const char *field = json_string_value(json_array_get(work, i));
        bool owner = field && strcmp(field, "owner") == 0;
        if (field)
            add_name(owner ? doc : child(doc, "workers"), owner ? "doers" : field, actor);
    }
}

static void take_children(json_t *doc, const json_t *ids)
{
    if (!json_is_array(json_object_get(doc, "children")))
        json_object_set_new(doc, "children", json_array());
    for (size_t i = 0; i < json_array_size(ids); i++)
        json_array_append(json_object_get(doc, "children"), json_array_get(ids, i));
}

static void fold_open(json_t *doc, const struct event *ev, const json_t *body)
{
    static const char *const copied[] = { "definition", "fields", "finding", "ledger", "number" };
    static const char *const some[] = { "author", "parent" }; /* not in every case */
    static const char *const zero[] = { "closed", "events", "rebounds", "since", "stopped" };
    for (size_t i = 0; i < COUNT_OF(copied); i++)
        json_object_set_new(doc, copied[i], json_deep_copy(json_object_get(body, copied[i])));
    for (size_t i = 0; i < COUNT_OF(some); i++)
        if (json_object_get(body, some[i]))
            json_object_set(doc, some[i], json_object_get(body, some[i]));
    for (size_t i = 0; i < COUNT_OF(zero); i++)
        json_object_set_new(doc, zero[i], json_integer(0));
    json_object_set_new(doc, "closed_how", json_null());
    json_object_set_new(doc, "opened", json_integer(ev->at));
    json_object_set_new(doc, "given", json_object());
}

static void fold_reopen(json_t *doc, const struct event *ev, const json_t *rebound)
{
    json_t *kept = json_deep_copy(rebound);
    json_object_set_new(kept, "at", json_integer(ev->at));
    json_object_set_new(doc, "rebound", kept);
    json_object_set_new(doc, "rebounds", json_integer(json_int(doc, "rebounds", 0) + 1));
    json_object_set_new(doc, "closed", json_integer(0));
    json_object_set_new(doc, "closed_how", json_null());
    json_object_set_new(doc, "given",
                        json_object()); /* evidence of the work that did not last proves nothing now */
}

/* Open again because a case under it is: no rebound of its own. */
static void fold_reopened(json_t *doc, const struct event *ev, const json_t *reopened)
{
    json_t *kept = json_deep_copy(reopened);
    json_object_set_new(kept, "at", json_integer(ev->at));
    json_object_set_new(doc, "reopened", kept);
    json_object_set_new(doc, "closed", json_integer(0));
    json_object_set_new(doc, "closed_how", json_null());
    if (json_flag(reopened, "anew", false))
        json_object_set_new(doc, "given", json_object());
}

/* The watch could not be answered, or can be again. */
static void fold_blind(json_t *doc, const struct event *ev, const json_t *blind)
{
    if (!json_is_object(blind)) {
        json_object_del(doc, "blind");
        return;
    }
    json_t *kept = json_deep_copy(blind);
    int64_t since = json_int(json_object_get(doc, "blind"), "since", ev->at);
    json_object_set_new(kept, "since", json_integer(since));
    json_object_set_new(kept, "at", json_integer(ev->at));
    json_object_set_new(doc, "blind", kept);
}

static void fold_members(json_t *doc, const struct event *ev, const json_t *body)
{
    const char *key;
    json_t *v;
    json_object_foreach(json_object_get(body, "set"), key, v) json_object_set(child(doc, "fields"), key, v);
    json_object_foreach(json_object_get(body, "index"), key, v) json_object_set(child(doc, "index"), key, v);
    take_work(doc, json_object_get(body, "work"), ev->actor);
    if (json_object_get(body, "children"))
        take_children(doc, json_object_get(body, "children"));
    if (json_flag(body, "since", false))
        json_object_set_new(doc, "since", json_integer(ev->at));
    const char *closed = json_str(body, "closed", NULL), *clock = json_str(body, "clock", NULL);
    if (closed) {
        json_object_set_new(doc, "closed", json_integer(ev->at));
        json_object_set_new(doc, "closed_how", json_string(closed));
        json_object_del(doc, "reopened");
        json_object_del(doc, "blind");
    }
    if (clock)
        json_object_set_new(doc, "stopped", json_integer(strcmp(clock, "stop") == 0 ? ev->at : 0));
}

int chain_fold(json_t *doc, const struct event *ev, const json_t *body)
{
    bool opens = strcmp(ev->action, "open") == 0, refused = strcmp(ev->action, "refused") == 0;
    if (opens == (json_object_size(doc) > 0))
        return -EINVAL;
    const char *key, *to = json_str(body, "to", NULL);
    json_t *v;
    if (opens)
        fold_open(doc, ev, body);
    if (json_object_get(body, "rebound"))
        fold_reopen(doc, ev, json_object_get(body, "rebound"));
    if (json_object_get(body, "reopened"))
        fold_reopened(doc, ev, json_object_get(body, "reopened"));
    if (json_object_get(body, "rebound") || json_object_get(body, "reopened") ||
        json_object_get(body, "blind"))
        fold_blind(doc, ev, json_object_get(body, "blind"));
    if (!opens && !refused) {
        json_object_foreach(json_object_get(body, "fields"), key, v)
            take_given(child(doc, "given"), key, v, ev);
        count_up(child(doc, "taken"), ev->action);
        count_up(child(doc, "here"), ev->action);
    }
    fold_members(doc, ev, body);
    timing_fold(doc, ev, body);
    if (to) {
        json_object_set_new(doc, "state", json_string(to));
        json_object_set_new(doc, "entered", json_integer(ev->at));
        json_object_set_new(doc, "here", json_object());
    }
    json_object_set_new(doc, "updated", json_integer(ev->at));
    json_object_set_new(doc, "events", json_integer(json_int(doc, "events", 0) + 1));
    json_object_set_new(doc, "last", json_string(ev->hash));
    return 0;
}

/* ---- writing ---- */

struct doc chain_columns(const json_t *doc, int64_t id, const char *body)
{
    const json_t *index = json_object_get(doc, "index");
    return (struct doc){ .id = id,
                         .parent = json_int(doc, "finding", 0),
                         .key = json_str(doc, "number", ""),
                         .state = json_str(doc, "state", ""),
                         .unit = (int32_t)json_int(index, "unit", 0),
                         .unit2 = (int32_t)json_int(index, "unit2", 0),
                         .site = (int32_t)json_int(index, "site", 0),
                         .created = json_int(doc, "opened", 0),
                         .updated = json_int(doc, "updated", 0),
                         .body = body };
}

/* What the document alone tells of the case's row (store/case_rows.h). */
struct case_row chain_doc_row(const json_t *doc, int64_t id)
{
    const json_t *index = json_object_get(doc, "index"), *fields = json_object_get(doc, "fields");
    const char *how = json_str(doc, "closed_how", "");
    return (struct case_row){ .id = id,
                              .ledger = json_str(doc, "ledger", ""),
                              .number = json_str(doc, "number", ""),
                              .state = json_str(doc, "state", ""),
                              .title = json_str(fields, "title", ""),
                              .problem = json_str(fields, "problem", ""),
                              .owner = (int32_t)json_int(index, "unit", 0),
                              .supervisor = (int32_t)json_int(index, "unit2", 0),
                              .site = (int32_t)json_int(index, "site", 0),
                              .parent = json_int(doc, "parent", 0),
                              .merged_into = json_int(json_object_get(doc, "merged_into"), "id", 0),
                              .opened = json_int(doc, "opened", 0),
                              .updated = json_int(doc, "updated", 0),
                              .closed = json_int(doc, "closed", 0),
                              .stopped = json_int(doc, "stopped", 0),
                              .closed_how = strcmp(how, "data") == 0 ? CASE_DATA
                                            : *how                   ? CASE_PAPER
                                                                     : 0,
                              .rebounds = json_int(doc, "rebounds", 0),
                              .misses = json_int(doc, "misses", 0),
                              .priority = json_int(doc, "priority", 0),
                              .blind = json_int(json_object_get(doc, "blind"), "at", 0),
                              .fields = fields };
}

int chain_row(struct ledger_store *s, const json_t *doc, int64_t id, int64_t now, struct case_row *ret,
              struct err *e)
{
    *ret = chain_doc_row(doc, id);
    return case_rows_times(s, doc, now, ret, e);
}

static int put_row(struct ledger_store *s, const json_t *doc, int64_t id, int64_t at, struct err *e)
{
    struct case_row row;
    int r = chain_row(s, doc, id, at, &row, e);
    if (r == 0)
        r = case_row_put(s, &row, at, e);
    case_row_done(&row);
    return r;
}

struct link {
    char before[65], hash[65];
};

static int append(struct ledger_store *s, int64_t id, int64_t at, const char *actor, const char *action,
                  const char *text, struct link *l, struct event *ret, struct err *e)
{
    int r = ledger_last_hash(s, l->before, e);
    if (r < 0)
        return r;
    *ret = (struct event){ .case_id = id, .at = at, .actor = actor, .action = action, .body = text };
    ret->before_hash = l->before;
    ret->hash = l->hash;
    if ((r = chain_hash(ret, l->hash, e)) == 0)
        r = ledger_append_event(s, ret, &ret->seq, e);
    return r;
}

int ledgers_note(struct ledger_store *store, int64_t at, const char *actor, const char *action,
                 const json_t *body, struct err *e)
{
    scoped(freep) char *text = chain_dump(body);
    struct event ev;
    struct link l;
    int r = text ? ledger_begin(store, e) : err_set(e, -ENOMEM, "out of memory");
    if (r < 0)
        return r;
    r = append(store, 0, at, actor, action, text, &l, &ev, e);
    if (r < 0) {
        ledger_rollback(store);
        return r;
    }
    return ledger_commit(store, e);
}

int chain_append(struct ledger_store *s, int64_t id, int64_t at, const char *actor, const char *action,
                 const json_t *body, json_t *doc, struct err *e)
{
    scoped(freep) char *text = chain_dump(body);
    if (!text)
        return err_set(e, -ENOMEM, "out of memory");
    struct event ev;
    struct link l;
    int r = append(s, id, at, actor, action, text, &l, &ev, e);
    if (r < 0)
        return r;
    /* Folded from the text as stored, so that document and replay agree to the last digit. */
    scoped(json_decrefp) json_t *stored = NULL;
    if ((r = json_read(text, strlen(text), &stored, e)) < 0)
        return r;
    if (chain_fold(doc, &ev, stored) < 0)
        return err_set(e, -EBADMSG, "case %" PRId64 ": event '%s' does not fit its history", id, action);
    scoped(freep) char *doc_text = chain_dump(doc);
    if (!doc_text)
        return err_set(e, -ENOMEM, "out of memory");
    struct doc d = chain_columns(doc, id, doc_text);
    int64_t same;
    r = ledger_put_doc(s, DOC_CASE, &d, &same, e);
    return r == 0 ? put_row(s, doc, id, at, e) : r;
}
