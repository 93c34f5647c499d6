/* demo_goals.c - what the demo's people confirmed beside the measured targets: those that rest on reports and ledgers, the paces they are to
 * keep, and a second plan with a programme over several years. demo/goals.json names them; its dates are moved to the demo's year. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/plans.h"
#include "app/demo.h"
#include "base/cntime.h"
#include "base/file.h"
#include "base/scoped.h"
#include "measure/pace.h"

enum { WRITTEN_FOR = 2026, ITEMS_MAX = 64 };

/* "2026-06-30" in the demo's year. */
static int move_date(json_t *o, const char *key, int by)
{
    const char *s = json_str(o, key, "");
    char moved[16];
    if (strlen(s) != 10)
        return 0;
    snprintf(moved, sizeof moved, "%04d%.6s", (int)strtol(s, NULL, 10) + by, s + 4);
    return json_object_set_new(o, key, json_string(moved));
}

static int pace_of(json_t *declared, micro goal, int by, json_t **ret, struct err *e)
{
    size_t i;
    json_t *point;
    int r = move_date(declared, "from", by);
    if (r == 0)
        r = move_date(declared, "to", by);
    if (r == 0 && json_object_get(declared, "year"))
        r = json_object_set_new(declared, "year", json_integer(json_int(declared, "year", 0) + by));
    json_array_foreach(json_object_get(declared, "points"), i, point) if (r == 0) r =
        move_date(point, "by", by);
    return r < 0 ? err_set(e, -ENOMEM, "out of memory") : pace_read(declared, goal, ret, e);
}

struct choosing {
    const json_t *items;
    int64_t id[ITEMS_MAX];
    const json_t *item[ITEMS_MAX];
    size_t n;
};

static int choose(const struct doc *d, void *arg)
{
    struct choosing *c = arg;
    scoped(json_decrefp) json_t *body = NULL;
    size_t i;
    const json_t *item;
    if (strcmp(d->state, "confirmed") == 0 || json_read(d->body, strlen(d->body), &body, NULL) < 0)
        return 0;
    const char *kind = json_str(body, "kind", "");
    const char *name = json_str(body, strcmp(kind, "task") == 0 ? "object" : "indicator", "");
    json_array_foreach(c->items, i, item) if (c->n < ITEMS_MAX && *name &&
                                              strcmp(json_str(item, "name", ""), name) == 0 &&
                                              (strcmp(kind, "target") == 0 || strcmp(kind, "task") == 0))
    {
        c->id[c->n] = d->id;
        c->item[c->n++] = item;
    }
    return 0;
}

/* What the leader said of last month. */
static int add_reason(struct demo *d, json_t *body, const json_t *reason)
{
    struct cn_civil c = cn_from_ms(d->today);
    int month = c.year * 12 + c.month - 2;
    char period[16], at[CN_TEXT];
    snprintf(period, sizeof period, "%04u-%02u", (unsigned)(month / 12) % 10000u, (unsigned)(month % 12 + 1));
    json_t *one =
        json_pack("{s:s,s:s,s:s,s:s}", "text", json_str(reason, "text", ""), "measures",
                  json_str(reason, "measures", ""), "by", "duty", "at", cn_format_iso(d->today, at));
    json_t *all = json_object();
    int r = json_object_set_new(all, period, one);
    return json_object_set_new(body, "reasons", all) < 0 ? -1 : r;
}

static int settle(struct demo *d, json_t *body, const json_t *item, int by, struct err *e)
{
    scoped(json_decrefp) json_t *declared = json_deep_copy(json_object_get(item, "pace"));
    json_t *pace = NULL;
    char when[CN_TEXT];
    int r = declared ? pace_of(declared, json_micro(body, "value", MICRO_MISSING), by, &pace, e) : 0;
    if (r < 0)
        return r;
    if ((pace && json_object_set_new(body, "pace", pace) < 0) ||
        json_object_set_new(body, "owner", json_string(json_str(item, "owner", ""))) < 0 ||
        json_object_set_new(body, "confirmed_by", json_string("leader")) < 0 ||
        json_object_set_new(body, "confirmed_at", json_string(cn_format_iso(d->today, when))) < 0 ||
        (json_object_get(item, "reason") && add_reason(d, body, json_object_get(item, "reason")) < 0))
        return err_set(e, -ENOMEM, "out of memory");
    return 0;
}

static int confirm(struct demo *d, int64_t id, const json_t *item, int by, struct err *e)
{
    struct doc t = { 0 };
    scoped(json_decrefp) json_t *body = NULL;
    int r = ledger_get_doc(d->core.store, DOC_TARGET, id, &t, e);
    if (r < 0)
        return r;
    r = json_read(t.body, strlen(t.body), &body, e);
    if (r == 0)
        r = settle(d, body, item, by, e);
    if (r == 0) {
        scoped(freep) char *text = json_dumps(body, JSON_COMPACT | JSON_REAL_PRECISION(15));
        struct doc changed = t;
        changed.state = "confirmed";
        changed.updated = d->today;
        changed.body = text;
        r = text ? ledger_put_doc(d->core.store, DOC_TARGET, &changed, NULL, e)
                 : err_set(e, -ENOMEM, "out of memory");
    }
    doc_release(&t);
    return r;
}

struct finding_plan {
    const char *title;
    int64_t id;
};

static int by_title(const struct doc *d, void *arg)
{
    struct finding_plan *f = arg;
    scoped(json_decrefp) json_t *body = NULL;
    if (json_read(d->body, strlen(d->body), &body, NULL) == 0 &&
        strstr(json_str(body, "title", ""), f->title))
        f->id = d->id;
    return 0;
}

/* The plan that stands there already, or the one that the entry's file holds. */
static int plan_of(struct demo *d, const json_t *entry, int by, int64_t *ret, struct err *e)
{
    const char *file = json_str(entry, "file", NULL);
    char path[4300];
    scoped(buf_release) struct buf text = BUF_INIT;
    if (!file) {
        struct finding_plan f = { .title = json_str(entry, "title", "") };
        int r = ledger_each_doc(d->core.store, DOC_PLAN, &(struct doc_query){ 0 }, by_title, &f, e);
        *ret = f.id;
        return r;
    }
    snprintf(path, sizeof path, "%s/%.80s", d->from, file);
    int r = file_read(path, FILE_READ_MAX, &text, e);
    if (r == 0)
        demo_move_years(&text, by);
    return r < 0 ? r
                 : plan_store(d->core.store, d->core.words, json_str(entry, "title", ""), text.data, text.len,
                              "leader", d->today, ret, e);
}

int demo_write_goals(struct demo *d, bool older, struct err *e)
{
    char path[4300];
    scoped(json_decrefp) json_t *tree = NULL;
    size_t i;
    const json_t *entry;
    snprintf(path, sizeof path, "%s/goals.json", d->from);
    int by = cn_from_ms(d->today).year - WRITTEN_FOR, r = json_read_file(path, &tree, e);
    json_array_foreach(json_object_get(tree, "plans"), i, entry)
    {
        struct choosing c = { .items = json_object_get(entry, "items") };
        int64_t plan = 0;
        if (older != (json_object_get(entry, "file") != NULL))
            continue;
        if (r == 0)
            r = plan_of(d, entry, by, &plan, e);
        if (r == 0)
            r = ledger_each_doc(d->core.store, DOC_TARGET, &(struct doc_query){ .parent = plan }, choose, &c,
                                e);
        for (size_t k = 0; r == 0 && k < c.n; k++)
            r = confirm(d, c.id[k], c.item[k], by, e);
    }
    return r;
}
