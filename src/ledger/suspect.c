/* suspect.c - a look at a case, what is kept of it, and what people decide about it. */
#include "ledger/suspect.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/scoped.h"
#include "ledger/chain.h"

/* ---- keeping ---- */

static int32_t owner_of(const struct ledgers *l, const json_t *doc)
{
    const struct unit *u = fields_unit(l, json_object_get(doc, "fields"), "owner");
    return u ? u->id : 0;
}

static json_t *describe(const struct look *k, const struct suspicion *s)
{
    struct said text = said_whole(&s->text);
    json_t *cases = json_array(), *files = json_array();
    json_array_append_new(cases, json_integer(k->c.id));
    if (s->other_case)
        json_array_append_new(cases, json_integer(s->other_case));
    for (int i = 0; i < 2; i++)
        if (s->file[i])
            json_array_append_new(files, json_integer(s->file[i]));
    return json_pack("{s:s, s:o, s:o, s:s, s:s, s:i, s:s}", "kind", s->kind, "cases", cases, "files", files,
                     "text", text.zh, "text_en", text.en, "weight", s->weight, "ledger", k->c.def->id);
}

int suspicion_keep(struct look *k, const struct suspicion *s)
{
    scoped(json_decrefp) json_t *body = describe(k, s);
    scoped(freep) char *text = body ? chain_dump(body) : NULL;
    struct doc d = { .parent = k->c.id,
                     .key = s->key,
                     .state = "open",
                     .unit = owner_of(k->l, k->c.doc),
                     .created = k->now,
                     .updated = k->now,
                     .body = text };
    if (!text)
        return err_set(k->e, -ENOMEM, "out of memory");
    int r = ledger_put_doc(k->l->store, DOC_SUSPICION, &d, NULL, NULL);
    if (r == -EEXIST)
        return 0; /* seen before, perhaps decided */
    if (r < 0)
        return err_set(k->e, r, "a suspicion cannot be stored");
    if (k->l->on_suspicion) {
        const struct unit *over = fields_unit(k->l, json_object_get(k->c.doc, "fields"), "supervisor");
        struct suspicion_news news = { .case_id = k->c.id,
                                       .key = s->key,
                                       .number = number_of(&k->c),
                                       .kind = s->kind,
                                       .text = json_str(body, "text", ""),
                                       .text_en = json_str(body, "text_en", ""),
                                       .supervisor = over ? over->id : 0 };
        k->l->on_suspicion(k->l->on_suspicion_arg, &news);
    }
    return 0;
}

void ledgers_on_suspicion(struct ledgers *l, ledger_suspicion_fn fn, void *arg)
{
    l->on_suspicion = fn;
    l->on_suspicion_arg = arg;
}

/* ---- looking ---- */

static int take_file(const struct doc *d, void *arg)
{
    json_t *files = arg, *body = NULL;
    if (json_read(d->body, strlen(d->body), &body, NULL) < 0 || !json_flag(body, "picture", false)) {
        json_decref(body);
        return 0;
    }
    json_object_set_new(body, "id", json_integer(d->id));
    json_object_set_new(body, "created", json_integer(d->created));
    return json_array_append_new(files, body) < 0 ? -ENOMEM : 0;
}

int suspect_case(struct ledgers *l, int64_t id, int64_t now, struct err *e)
{
    static int (*const finders[])(struct look *) = { find_same_photos, find_photo_facts, find_among_cases,
                                                     find_burst };
    struct look k = { .l = l, .now = now, .files = json_array(), .e = e };
    int r = k.files ? case_load(l, id, &k.c, e) : err_set(e, -ENOMEM, "out of memory");
    if (r == 0)
        r = ledger_each_doc(l->store, DOC_FILE, &(struct doc_query){ .parent = id }, take_file, k.files, e);
    for (size_t i = 0; r == 0 && i < COUNT_OF(finders); i++)
        r = finders[i](&k);
    json_decref(k.files);
    case_release(&k.c);
    return r;
}

/* ---- listing ---- */

struct listing {
    struct ledgers *l;
    const struct suspicion_filter *f;
    struct jw w;
    size_t total;
};

static bool about(const json_t *body, int64_t id)
{
    const json_t *cases = json_object_get(body, "cases");
    for (size_t i = 0; i < json_array_size(cases); i++)
        if (json_integer_value(json_array_get(cases, i)) == id)
            return true;
    return false;
}

static void write_cases(struct listing *x, const json_t *cases)
{
    jw_key(&x->w, "cases");
    jw_array(&x->w);
    for (size_t i = 0; i < json_array_size(cases); i++) {
        struct doc d = { 0 };
        int64_t id = json_integer_value(json_array_get(cases, i));
        if (ledger_get_doc(x->l->store, DOC_CASE, id, &d, NULL) < 0)
            continue;
        jw_object(&x->w);
        jw_kint(&x->w, "id", id);
        jw_kstr(&x->w, "number", d.key);
        jw_end_object(&x->w);
        doc_release(&d);
    }
    jw_end_array(&x->w);
}

static void write_one(struct listing *x, const struct doc *d, const json_t *body)
{
    static const char *const texts[] = { "kind", "ledger", "text", "text_en", "by", "reason" };
    struct jw *w = &x->w;
    jw_object(w);
    jw_kint(w, "id", d->id);
    jw_kstr(w, "state", d->state);
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        jw_kstr(w, texts[i], json_str(body, texts[i], NULL));
    jw_kint(w, "weight", json_int(body, "weight", 1));
    jw_ktime(w, "found", d->created);
    jw_ktime(w, "decided", json_int(body, "decided", 0));
    write_cases(x, json_object_get(body, "cases"));
    jw_key(w, "files");
    jw_tree(w, json_object_get(body, "files"));
    jw_key(w, "unit");
    unit_write(w, place_unit(x->l->place, d->unit));
    jw_end_object(w);
}

static int list_one(const struct doc *d, void *arg)
{
    struct listing *x = arg;
    scoped(json_decrefp) json_t *body = NULL;
    if (json_read(d->body, strlen(d->body), &body, NULL) < 0 ||
        (x->f->case_id && !about(body, x->f->case_id)) ||
        (x->f->ledger && strcmp(json_str(body, "ledger", ""), x->f->ledger) != 0))
        return 0;
    size_t i = x->total++;
    if (i >= x->f->offset && i - x->f->offset < x->f->limit)
        write_one(x, d, body);
    return 0;
}

int suspicions_write(struct ledgers *l, const struct suspicion_filter *f, struct buf *out, struct err *e)
{
    struct listing x = { .l = l, .f = f, .w = JW(out) };
    struct doc_query q = { .state = f->state, .newest_first = true };
    jw_object(&x.w);
    jw_key(&x.w, "suspicions");
    jw_array(&x.w);
    int r = ledger_each_doc(l->store, DOC_SUSPICION, &q, list_one, &x, e);
    jw_end_array(&x.w);
    jw_kint(&x.w, "total", (int64_t)x.total);
    jw_end_object(&x.w);
    return r;
}

/* ---- deciding ---- */

/* The decision as an event of each case, and whether this person may decide about it. */
static int note_in_case(struct ledgers *l, int64_t id, const json_t *event, const struct actor *who,
                        int64_t now, struct err *e)
{
    struct loaded c = { 0 };
    int r = case_load(l, id, &c, e);
    if (r == 0 && who->unit && owner_of(l, c.doc) == who->unit)
        r = err_named(e, -EPERM, "case.forbidden",
                      "疑点由责任单位以外的人员处理 | a suspicion is not for the unit it is about");
    if (r == 0)
        r = chain_append(l->store, id, now, who->name, "suspicion", event, c.doc, e);
    case_release(&c);
    return r;
}

static int decide(struct ledgers *l, struct doc *d, const char *decision, const char *reason,
                  const struct actor *who, int64_t now, struct err *e)
{
    scoped(json_decrefp) json_t *body = NULL;
    int r = json_read(d->body, strlen(d->body), &body, e);
    if (r < 0)
        return r;
    if (strcmp(d->state, decision) == 0)
        return err_named(e, -EAGAIN, "conflict",
                         "该疑点已是这个结论 | the suspicion has this decision already");
    json_object_set_new(body, "by", json_string(who->name));
    json_object_set_new(body, "reason", json_string(reason));
    json_object_set_new(body, "decided", json_integer(now));
    scoped(freep) char *text = chain_dump(body);
    scoped(json_decrefp) json_t *event =
        json_pack("{s:I, s:s, s:s, s:s, s:s, s:s}", "suspicion", (json_int_t)d->id, "kind",
                  json_str(body, "kind", ""), "decision", decision, "reason", reason, "text",
                  json_str(body, "text", ""), "text_en", json_str(body, "text_en", ""));
    if (!text || !event)
        return err_set(e, -ENOMEM, "out of memory");
    const json_t *cases = json_object_get(body, "cases");
    for (size_t i = 0; r == 0 && i < json_array_size(cases); i++)
        r = note_in_case(l, json_integer_value(json_array_get(cases, i)), event, who, now, e);
    struct doc changed = *d;
    changed.state = decision;
    changed.updated = now;
    changed.body = text;
    return r == 0 ? ledger_put_doc(l->store, DOC_SUSPICION, &changed, NULL, e) : r;
}

int suspicion_decide(struct ledgers *l, int64_t id, const char *decision, const char *reason,
                     const struct actor *who, int64_t now, struct err *e)
{
    static const char *const words[] = { "open", "dismissed", "confirmed" };
    bool known = false;
    struct doc d = { 0 };
    for (size_t i = 0; i < COUNT_OF(words); i++)
        known = known || strcmp(words[i], decision) == 0;
    if (!known || !*reason)
        return err_named(e, -EINVAL, "bad_input",
                         "结论须为 open、dismissed 或 confirmed，并说明理由 | the decision is open, "
                         "dismissed or confirmed, "
                         "with a reason");
    if (!who || who->role < ROLE_SUPERVISOR)
        return err_named(e, -EPERM, "case.forbidden",
                         "疑点由督导及以上人员处理 | suspicions are for supervisors and above");
    int r = ledger_begin(l->store, e);
    if (r < 0)
        return r;
    r = ledger_get_doc(l->store, DOC_SUSPICION, id, &d, e);
    if (r == 0)
        r = decide(l, &d, decision, reason, who, now, e);
    doc_release(&d);
    if (r < 0) {
        ledger_rollback(l->store);
        return r;
    }
    return ledger_commit(l->store, e);
}
