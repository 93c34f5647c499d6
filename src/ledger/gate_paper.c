/* gate_paper.c - a goal in words: how many kinds of evidence there are, each with something behind it.
 *
 * What stands behind an item is a file of the case, or for a kind that is a record in this system (`records` of the definition) the record's
 * reference: the number of a case of one of those ledgers, or a site's code and a day on which it sent data. It must be of this work: a file that
 * the case had before the work began, or before it was opened again, and a visit of before prove nothing now. Contents are told apart by their
 * hash, so one paper sent up twice is one proof. */
#include "ledger/gate_paper.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/cntime.h"
#include "base/scoped.h"
#include "ledger/timing.h"

enum { NAMED_MAX = 3 /* items named in the sentence */ };

struct proving {
    struct ledgers *l;
    const struct loaded *c;
    int64_t now;
    json_t *before;  /* hashes of the files that the case had before this work */
    json_t *counted; /* [{kind, keys}] */
    json_t *lacking; /* [{kind, text, why, why_en}] */
    int kinds;
    struct err *e;
};

static int64_t work_began(const struct loaded *c)
{
    return json_int(c->doc, "since", 0);
}

static const json_t *records_of(const struct definition *def, const char *kind)
{
    for (size_t i = 0; i < def->n_actions; i++)
        for (size_t k = 0; k < def->action[i].n_needs; k++) {
            const json_t *of = json_object_get(def->action[i].need[k].records, kind);
            if (of)
                return of;
        }
    return NULL;
}

/* ---- files ---- */

static bool has_word(const json_t *list, const char *word)
{
    for (size_t i = 0; i < json_array_size(list); i++)
        if (strcmp(json_string_value(json_array_get(list, i)), word) == 0)
            return true;
    return false;
}

static int take_before(const struct doc *d, void *arg)
{
    struct proving *p = arg;
    scoped(json_decrefp) json_t *body = NULL;
    if (json_read(d->body, strlen(d->body), &body, NULL) < 0)
        return 0;
    const char *hash = json_str(body, "hash", "");
    if (*hash && json_int(body, "attached", 0) < work_began(p->c))
        json_array_append_new(p->before, json_string(hash));
    return 0;
}

/* The contents behind an item, into keys. *ret_old: some were the case's before this work. */
static int take_files(struct proving *p, const json_t *files, json_t *keys, bool *ret_old)
{
    for (size_t i = 0; i < json_array_size(files); i++) {
        struct doc d = { 0 };
        scoped(json_decrefp) json_t *body = NULL;
        if (p->l->no_files) {
            json_array_append_new(keys, json_sprintf("%lld", json_integer_value(json_array_get(files, i))));
            continue;
        }
        int r = ledger_get_doc(p->l->store, DOC_FILE, json_integer_value(json_array_get(files, i)), &d, p->e);
        if (r == 0 && d.parent == p->c->id)
            r = json_read(d.body, strlen(d.body), &body, p->e);
        doc_release(&d);
        if (r < 0 && r != -ENOENT)
            return r;
        const char *hash = json_str(body, "hash", "");
        bool old = has_word(p->before, hash);
        *ret_old |= old;
        if (*hash && !old && !has_word(keys, hash))
            json_array_append_new(keys, json_string(hash));
    }
    return 0;
}

/* ---- records ---- */

static bool visited(struct proving *p, const json_t *ledgers, const char *number)
{
    struct doc d = { 0 };
    struct loaded c = { 0 };
    bool is = false;
    if (ledger_get_doc_by_key(p->l->store, DOC_CASE, number, &d, NULL) == 0 &&
        case_load_doc(p->l, &d, &c, NULL) == 0)
        is = names_hold(ledgers, c.def->id) && c.id != p->c->id &&
             json_int(c.doc, "updated", 0) >= work_began(p->c);
    case_release(&c);
    doc_release(&d);
    return is;
}

/* "CODE 2026-03-02": the data are asked whether the site sent any that day. */
static bool measured(struct proving *p, const char *ref)
{
    char code[64], day[16];
    int64_t at = 0;
    int end = 0;
    if (sscanf(ref, "%63s %15s%n", code, day, &end) != 2 || ref[end] || !cn_parse_iso(day, strlen(day), &at))
        return false;
    const struct site *s = place_site_by_code(p->l->place, code);
    int64_t from = cn_day_start(cn_day_of(at));
    if (!s || !p->l->judge || from > p->now || from + MS_DAY <= work_began(p->c))
        return false;
    struct err why = { 0 };
    scoped(json_decrefp) json_t *answer = NULL;
    scoped(json_decrefp) json_t *goal =
        json_pack("{s:s, s:i, s:s, s:i, s:i, s:s}", "indicator", "site.online", "site", (int)s->id, "op",
                  ">=", "value", 1, "window", 1, "period", "hour");
    return goal && p->l->judge(p->l->judge_arg, goal, from, from + MS_DAY, &answer, &why) == 0 &&
           gate_met(answer);
}

static bool recorded(struct proving *p, const json_t *of, const char *ref)
{
    return *ref && (names_hold(of, "site") ? measured(p, ref) : visited(p, of, ref));
}

/* ---- one item ---- */

static void lacks(struct proving *p, const json_t *item, const char *zh, const char *en)
{
    json_array_append_new(p->lacking, json_pack("{s:s, s:s, s:s, s:s}", "kind", json_str(item, "kind", ""),
                                                "text", json_str(item, "text", ""), "why", zh, "why_en", en));
}

/* Nothing that a kind counted before does not rest on, too. */
static bool adds_nothing(const json_t *keys, const json_t *other)
{
    for (size_t i = 0; i < json_array_size(keys); i++)
        if (!has_word(other, json_string_value(json_array_get(keys, i))))
            return false;
    return true;
}

static void count(struct proving *p, const json_t *item, const json_t *keys)
{
    const char *kind = json_str(item, "kind", "");
    for (size_t i = 0; i < json_array_size(p->counted); i++) {
        const json_t *one = json_array_get(p->counted, i);
        if (strcmp(json_str(one, "kind", ""), kind) == 0)
            return;
        if (adds_nothing(keys, json_object_get(one, "keys"))) {
            lacks(p, item, "与另一类是同一份材料", "is the same paper as another kind");
            return;
        }
    }
    json_array_append_new(p->counted, json_pack("{s:s, s:O}", "kind", kind, "keys", keys));
    p->kinds++;
}

static int take_item(struct proving *p, const json_t *item)
{
    const json_t *of = records_of(p->c->def, json_str(item, "kind", ""));
    const char *ref = json_str(item, "ref", "");
    scoped(json_decrefp) json_t *keys = json_array();
    bool old = false;
    int r = of ? 0 : take_files(p, json_object_get(item, "files"), keys, &old);
    if (r < 0)
        return r;
    if (of && recorded(p, of, ref))
        json_array_append_new(keys, json_string(ref));
    if (json_array_size(keys))
        count(p, item, keys);
    else if (of && *ref)
        lacks(p, item, "引用的记录不存在，或在本次整改之前",
              "its record is not there, or from before this work");
    else if (of)
        lacks(p, item, "须引用系统中的记录", "must refer to a record of this system");
    else if (old)
        lacks(p, item, "附件是本次整改之前的", "its files are from before this work");
    else
        lacks(p, item, "没有附文件", "has no file");
    return 0;
}

/* ---- the answer ---- */

static void add_lacking(const struct proving *p, struct said *s)
{
    size_t n = json_array_size(p->lacking);
    for (size_t i = 0; i < n && i < NAMED_MAX; i++) {
        const json_t *one = json_array_get(p->lacking, i);
        struct said text;
        snprintf(text.zh, sizeof text.zh, "%.60s", json_str(one, "text", ""));
        snprintf(text.en, sizeof text.en, "%.60s", json_str(one, "text", ""));
        text = said_whole(&text);
        said_zh(s, "%s%s“%s”%s", i ? "，" : "；不计：", json_str(one, "kind", ""), text.zh,
                json_str(one, "why", ""));
        said_en(s, "%s%s '%s' %s", i ? ", " : "; not counted: ", json_str(one, "kind", ""), text.en,
                json_str(one, "why_en", ""));
    }
    if (n > NAMED_MAX) {
        said_zh(s, "等%zu项", n);
        said_en(s, " and %zu more", n - NAMED_MAX);
    }
}

static json_t *answer_of(const struct proving *p)
{
    int need = p->c->def->evidence_kinds;
    struct said s;
    snprintf(s.zh, sizeof s.zh, "文字目标须有%d类以上佐证材料，现有%d类", need, p->kinds);
    snprintf(s.en, sizeof s.en, "a goal in words wants evidence of %d kinds or more, there are %d", need,
             p->kinds);
    add_lacking(p, &s);
    s = said_whole(&s);
    return json_pack("{s:s, s:i, s:i, s:s, s:s, s:O, s:n, s:n, s:i, s:i}", "verdict",
                     p->kinds >= need ? "met" : "not_met", "have", p->kinds, "need", need, "text", s.zh,
                     "text_en", s.en, "lacking", p->lacking, "last_broken", "last_value", "missing", 0,
                     "invalid", 0);
}

int gate_ask_paper(struct ledgers *l, const struct loaded *c, int64_t now, json_t **ret, struct err *e)
{
    const json_t *list = json_object_get(json_object_get(c->doc, "given"), "evidence");
    scoped(json_decrefp) json_t *before = json_array(), *counted = json_array(), *lacking = json_array();
    struct proving p = {
        .l = l, .c = c, .now = now, .before = before, .counted = counted, .lacking = lacking, .e = e
    };
    int r = l->no_files ? 0
                        : ledger_each_doc(l->store, DOC_FILE, &(struct doc_query){ .parent = c->id },
                                          take_before, &p, e);
    for (size_t i = 0; r == 0 && i < json_array_size(list); i++)
        r = take_item(&p, json_array_get(list, i));
    if (r < 0)
        return r;
    *ret = answer_of(&p);
    return *ret ? 0 : err_set(e, -ENOMEM, "out of memory");
}
