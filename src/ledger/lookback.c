/* lookback.c - the watch over closed cases, and the lights that changed since the last tick. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "ledger/engine.h"

enum { GRACE_DAYS = 7 }; /* data that come late */

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
    char when[CN_TEXT], shown_when[CN_TEXT], due[CN_TEXT];
    cn_format_iso(broken, when);
    memcpy(shown_when, when, sizeof when);
    shown_when[10] = ' '; /* in a sentence a blank stands between day and hour */
    json_t *zh =
        json_sprintf("数据反弹：%.16s 不再符合整改目标“%s”，%s", shown_when,
                     json_str(json_object_get(fields, "goal"), "text", ""), json_str(answer, "text", ""));
    json_t *en = json_sprintf("the data broke the goal again at %.16s: %s", shown_when,
                              json_str(answer, "text_en", ""));
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

static int add_id(struct ids *ids, int64_t id)
{
    if (ids->n == ids->cap) {
        size_t cap = ids->cap ? ids->cap * 2 : 64;
        int64_t *grown = realloc(ids->id, cap * sizeof *grown);
        if (!grown)
            return -ENOMEM;
        ids->id = grown;
        ids->cap = cap;
    }
    ids->id[ids->n++] = id;
    return 0;
}

/* What the last tick saw of a case. As long as neither the document nor the day changes, neither does its light, and the document need not
 * be read again. */
struct seen {
    int64_t updated, day;
    size_t len;
    enum light light;
    bool watched;
};

static bool seen_get(struct ledgers *l, int64_t id, struct seen *ret)
{
    char key[24];
    size_t len = (size_t)snprintf(key, sizeof key, "%" PRId64, id);
    pthread_mutex_lock(&l->lock);
    const struct seen *s = map_get(&l->lights, key, len);
    if (s)
        *ret = *s;
    pthread_mutex_unlock(&l->lock);
    return s != NULL;
}

static int seen_put(struct ledgers *l, int64_t id, const struct seen *now)
{
    char key[24];
    size_t len = (size_t)snprintf(key, sizeof key, "%" PRId64, id);
    pthread_mutex_lock(&l->lock);
    struct seen *s = map_get(&l->lights, key, len);
    if (!s && (s = malloc(sizeof *s)) && map_put(&l->lights, key, len, s) < 0) {
        free(s);
        s = NULL;
    }
    if (s)
        *s = *now;
    pthread_mutex_unlock(&l->lock);
    return s ? 0 : -ENOMEM;
}

/* Brings what is known of a case up to now. *ret_changed: its light differs from the last look; the first look only takes note. */
static int look(struct ledgers *l, const struct doc *d, int64_t now, bool *ret_watched, bool *ret_changed,
                struct err *e)
{
    struct seen was, is = { .updated = d->updated, .day = cn_day_of(now), .len = strlen(d->body) };
    bool known = seen_get(l, d->id, &was);
    *ret_changed = false;
    if (known && was.updated == is.updated && was.day == is.day && was.len == is.len) {
        *ret_watched = was.watched;
        return 0;
    }
    struct loaded c = { 0 };
    struct said why;
    bool has_days;
    int64_t days;
    int r = case_load_doc(l, d, &c, e);
    if (r < 0)
        return r;
    is.light = clock_light(l, &c, now, &why, &has_days, &days);
    is.watched = watch_end(&c) && now <= watch_end(&c) + (GRACE_DAYS + 1) * MS_DAY;
    case_release(&c);
    *ret_watched = is.watched;
    *ret_changed = known && was.light != is.light;
    return seen_put(l, d->id, &is) < 0 ? err_set(e, -ENOMEM, "out of memory") : 0;
}

struct tick {
    struct ledgers *l;
    int64_t now;
    struct ids watched, changed;
    int first; /* the first failure: a case that cannot be looked at does not stop the others */
    struct err *e;
};

static void note_failure(struct tick *t, int r, const struct err *why)
{
    if (r >= 0 || t->first)
        return;
    t->first = r;
    if (t->e)
        *t->e = *why;
}

static int look_at(const struct doc *d, void *arg)
{
    struct tick *t = arg;
    struct err why = { .name = "" };
    bool watched = false, changed = false;
    int r = look(t->l, d, t->now, &watched, &changed, &why);
    note_failure(t, r, &why);
    if (r == 0 && watched)
        r = add_id(&t->watched, d->id);
    if (r == 0 && changed)
        r = add_id(&t->changed, d->id);
    return r == -ENOMEM ? r : 0;
}

static int watch_one(struct tick *t, int64_t id)
{
    struct err why = { .name = "" };
    int r = look_back(t->l, id, t->now, &why);
    note_failure(t, r, &why);
    if (r != 1)
        return 0;
    struct doc d = { 0 };
    bool watched, changed;
    if (ledger_get_doc(t->l->store, DOC_CASE, id, &d, NULL) == 0)
        (void)look(t->l, &d, t->now, &watched, &changed, NULL);
    doc_release(&d);
    return add_id(&t->changed, id);
}

int ledgers_tick(struct ledgers *l, int64_t now, void (*changed)(int64_t id, void *arg), void *arg,
                 struct err *e)
{
    struct tick t = { .l = l, .now = now, .e = e };
    int r = ledger_each_doc(l->store, DOC_CASE, &(struct doc_query){ 0 }, look_at, &t, e);
    for (size_t i = 0; r == 0 && i < t.watched.n;
         i++) /* outside the scan: the data are asked without the store held */
        r = watch_one(&t, t.watched.id[i]);
    if (r == -ENOMEM)
        err_set(e, r, "out of memory");
    for (size_t i = 0; changed && i < t.changed.n; i++)
        changed(t.changed.id[i], arg);
    free(t.watched.id);
    free(t.changed.id);
    return r < 0 ? r : t.first;
}
