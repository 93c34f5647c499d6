/* lookback.c - the watch over closed cases, and the lights that changed since the last tick. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "ledger/engine.h"

static int64_t broken_at(const json_t *answer)
{
    const json_t *v = json_object_get(answer, "last_broken");
    int64_t ms = 0;
    if (json_is_integer(v))
        return json_integer_value(v);
    const char *s = json_string_value(v);
    return s && cn_parse_iso(s, strlen(s), &ms) ? ms : 0;
}

static json_t *reopen_body(const struct loaded *c, const json_t *answer, int64_t broken, int64_t now)
{
    const struct definition *def = c->def;
    const json_t *fields = json_object_get(c->doc, "fields"), *value = json_object_get(answer, "last_value");
    char when[CN_TEXT], due[CN_TEXT];
    cn_format_iso(broken, when);
    json_t *zh =
        json_sprintf("数据反弹：%.16s 不再符合整改目标“%s”，%s", when,
                     json_str(json_object_get(fields, "goal"), "text", ""), json_str(answer, "text", ""));
    json_t *en =
        json_sprintf("the data broke the goal again at %.16s: %s", when, json_str(answer, "text_en", ""));
    json_t *body = json_pack("{s:s, s:s, s:o, s:o, s:b, s:{s:s, s:O?}, s:O}", "from", def->state[def->closed],
                             "to", def->state[def->reopen_to], "text", zh, "text_en", en, "since", 1,
                             "rebound", "broken", when, "value", value, "gate", answer);
    if (!body)
        return NULL;
    bool met = def->met & 1u << def->reopen_to;
    if (!met && json_int(c->doc, "stopped", 0))
        json_object_set_new(body, "clock", json_string("run"));
    cn_format_date(now + def->reopen_due_days * MS_DAY, due);
    if (def->reopen_due_days && strcmp(json_str(fields, "due", ""), due) < 0)
        json_object_set_new(body, "set", json_pack("{s:s}", "due", due));
    return body;
}

/* 1: reopened. The last moment of the watch is judged even when the program slept through it. */
static int look_back(struct ledgers *l, int64_t id, int64_t now, struct err *e)
{
    static const struct actor system = { .name = "system", .role = ROLE_ADMIN };
    enum { GRACE_DAYS = 7 }; /* data that come late */
    struct loaded c = { 0 };
    int r = case_load(l, id, &c, e);
    if (r < 0)
        return r;
    int64_t closed = json_int(c.doc, "closed", 0), until = watch_end(&c);
    if (until && l->judge && now <= until + GRACE_DAYS * MS_DAY) {
        json_t *answer = NULL;
        struct err why = { 0 };
        const json_t *goal = json_object_get(json_object_get(c.doc, "fields"), "goal");
        if (l->judge(l->judge_arg, goal, closed, now < until ? now : until, &answer, &why) == 0) {
            int64_t broken = broken_at(answer);
            if (broken > closed && broken <= until) {
                scoped(json_decrefp) json_t *body = reopen_body(&c, answer, broken, now);
                r = body ? case_write_event(l, &c, "reopen", body, &system, now, e)
                         : err_set(e, -ENOMEM, "out of memory");
                r = r == 0 ? 1 : r == -ESTALE ? 0 : r; /* what changed meanwhile is looked at next time */
            }
        }
        json_decref(answer);
    }
    case_release(&c);
    return r;
}

struct ids {
    int64_t *id;
    size_t n, cap;
};

static int note_id(const struct doc *d, void *arg)
{
    struct ids *ids = arg;
    if (ids->n == ids->cap) {
        size_t cap = ids->cap ? ids->cap * 2 : 256;
        int64_t *grown = realloc(ids->id, cap * sizeof *grown);
        if (!grown)
            return -ENOMEM;
        ids->id = grown;
        ids->cap = cap;
    }
    ids->id[ids->n++] = d->id;
    return 0;
}

/* Whether the light differs from the last tick's; the first look only takes note. */
static bool light_changed(struct ledgers *l, int64_t id, enum light now)
{
    const char *word = light_name(now);
    char key[24];
    size_t len = (size_t)snprintf(key, sizeof key, "%" PRId64, id);
    pthread_mutex_lock(&l->lock);
    const char *was = map_get(&l->lights, key, len);
    bool changed = was && was != word;
    if (was != word)
        (void)map_put(&l->lights, key, len, (void *)(uintptr_t)word);
    pthread_mutex_unlock(&l->lock);
    return changed;
}

static int tick_one(struct ledgers *l, int64_t id, int64_t now, bool *ret_changed, struct err *e)
{
    int r = look_back(l, id, now, e);
    if (r < 0)
        return r;
    struct loaded c = { 0 };
    struct said why;
    bool has_days, reopened = r == 1;
    int64_t days;
    if ((r = case_load(l, id, &c, e)) < 0)
        return r;
    bool light = light_changed(l, id, clock_light(l, &c, now, &why, &has_days, &days));
    case_release(&c);
    *ret_changed = reopened || light;
    return 0;
}

int ledgers_tick(struct ledgers *l, int64_t now, void (*changed)(int64_t id, void *arg), void *arg,
                 struct err *e)
{
    struct ids ids = { 0 };
    int r = ledger_each_doc(l->store, DOC_CASE, &(struct doc_query){ 0 }, note_id, &ids, e), first = 0;
    if (r == -ENOMEM)
        err_set(e, r, "out of memory");
    for (size_t i = 0; r == 0 && i < ids.n; i++) {
        bool differs = false;
        struct err why = { 0 };
        int one = tick_one(l, ids.id[i], now, &differs,
                           &why); /* a case that cannot be looked at does not stop the others */
        if (one < 0 && !first) {
            first = one;
            if (e)
                *e = why;
        }
        if (differs && changed)
            changed(ids.id[i], arg);
    }
    free(ids.id);
    return r < 0 ? r : first;
}
