/* What is noted of one finding: whether its rule says yes, its key, its sentences and the hash that tells when it has moved. */
#include "measure/finding.h"

#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"

static void noted_release(struct noted *n)
{
    free(n->key);
    free(n->title);
    free(n->title_en);
    json_decref(n->facts);
}

void noted_list_release(struct noted_list *l)
{
    for (size_t i = 0; i < l->len; i++)
        noted_release(&l->n[i]);
    free(l->n);
    *l = (struct noted_list){ 0 };
}

bool noted_add(struct noted_list *l, struct noted *n)
{
    if (l->len == l->cap) {
        size_t cap = l->cap ? l->cap * 2 : 8;
        struct noted *grown = realloc(l->n, cap * sizeof *grown);
        if (!grown) {
            noted_release(n);
            return false;
        }
        l->n = grown;
        l->cap = cap;
    }
    l->n[l->len++] = *n;
    return true;
}

bool noted_copy(const struct noted *n, struct noted *ret)
{
    struct noted c = *n;
    c.key = strdup(n->key);
    c.title = strdup(n->title);
    c.title_en = strdup(n->title_en);
    c.facts = json_deep_copy(n->facts);
    if (c.key && c.title && c.title_en && c.facts) {
        *ret = c;
        return true;
    }
    noted_release(&c);
    *ret = (struct noted){ 0 };
    return false;
}

static void add_word(const struct subject *s, const char *key, size_t len, bool english, struct buf *out)
{
    char name[48], name_en[52];
    if (len >= sizeof name)
        return;
    memcpy(name, key, len);
    name[len] = '\0';
    snprintf(name_en, sizeof name_en, "%s_en", name);
    if (strcmp(name, "site") == 0) {
        const struct place *p = s->b->place;
        buf_adds(out, s->site   ? (english ? s->site->site->name_en : s->site->site->name)
                      : english ? p->name_en
                                : p->name);
        return;
    }
    if (strcmp(name, "factor") == 0 && s->stream) {
        const struct factor *f = s->stream->factor;
        buf_adds(out, !f ? s->stream->code : english ? f->name_en : f->name);
        return;
    }
    if (strcmp(name, "from") == 0) {
        struct cn_civil c = cn_from_ms(s->from);
        buf_addf(out, "%02d-%02d %02d:%02d", c.month, c.day, c.hour, c.minute);
        return;
    }
    const json_t *v = english ? json_object_get(s->facts, name_en) : NULL;
    v = v ? v : json_object_get(s->facts, name);
    char number[MICRO_TEXT];
    if (json_is_string(v))
        buf_adds(out, json_string_value(v));
    else if (json_is_number(v))
        buf_adds(out, micro_format(json_to_micro(v, 0), -1, number));
}

/* "{site} {factor} ...": a name in braces becomes the fact of that name. */
static char *fill(const struct subject *s, const char *template, bool english)
{
    struct buf out = BUF_INIT;
    for (const char *p = template; *p;) {
        const char *open = strchr(p, '{'), *close = open ? strchr(open, '}') : NULL;
        if (!close) {
            buf_adds(&out, p);
            break;
        }
        buf_add(&out, p, (size_t)(open - p));
        add_word(s, open + 1, (size_t)(close - open - 1), english, &out);
        p = close + 1;
    }
    return buf_take(&out);
}

static uint64_t hash_of(const struct noted *n)
{
    uint64_t h = record_hash(n->title ? n->title : "", n->title ? strlen(n->title) : 0);
    char *facts = json_dumps(n->facts, JSON_COMPACT | JSON_SORT_KEYS);
    h = h * 31 + (facts ? record_hash(facts, strlen(facts)) : 0);
    free(facts);
    return ((h * 31 + (uint64_t)n->to) * 31 + n->over) * 31 + record_hash(n->severity, strlen(n->severity));
}

/* Whether the rule finds it; its severity. A rule that fails finds nothing: definitions_check shows why. */
static bool asked(const struct subject *s, const json_t *question, char severity[12])
{
    json_t *answer = NULL;
    struct err e;
    bool yes =
        sandbox_call(s->b->def.sandbox, s->rule->when, question, &answer, &e) == 0 && json_is_true(answer);
    json_decref(answer);
    answer = NULL;
    snprintf(severity, 12, "%s", s->rule->severity);
    if (yes && s->rule->severity_fn &&
        sandbox_call(s->b->def.sandbox, s->rule->severity_fn, question, &answer, &e) == 0 &&
        json_is_string(answer) && json_string_length(answer) < 12)
        snprintf(severity, 12, "%s", json_string_value(answer));
    json_decref(answer);
    if (!*severity)
        snprintf(severity, 12, "medium");
    return yes;
}

void note(struct subject *s, json_t *more, struct noted_list *l)
{
    struct noted n = { .rule = s->rule,
                       .site = s->site ? s->site->site->id : 0,
                       .from = s->from,
                       .to = s->to,
                       .over = s->over };
    json_t *question = json_copy(s->facts);
    json_object_update(question, more);
    json_decref(more);
    if (question && asked(s, question, n.severity)) {
        struct buf key = BUF_INIT;
        buf_addf(&key, "%s:%s:%s:%s", s->rule->id, s->site ? s->site->site->code : "city",
                 s->stream ? s->stream->code : "", s->id);
        snprintf(n.factor, sizeof n.factor, "%s", s->stream ? s->stream->code : "");
        n.key = buf_take(&key);
        n.title = fill(s, s->rule->title, false);
        n.title_en = fill(s, s->rule->title_en, true);
        n.facts = json_incref(s->facts);
        n.hash = hash_of(&n);
        if (n.key && n.title && n.title_en)
            noted_add(l, &n);
        else
            noted_release(&n);
    }
    json_decref(question);
    json_decref(s->facts);
    s->facts = NULL;
}
