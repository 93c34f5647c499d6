/* fuzz_case.c - what people send to ledgers: bodies of openings, actions and merges with fair and hostile values in the fields of the
 * shipped definitions, then everything that is written of the cases, with any filter and at any time. One store and engine for all inputs;
 * each input is one transaction that is undone, so none depends on those before. Whatever is written is JSON. */
#include <assert.h>
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../tree.h"
#include "base/cntime.h"
#include "base/scoped.h"
#include "ledger/definition.h"
#include "ledger/engine.h"
#include "ledger/ledger.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CASES = 6 };
struct play {
    const uint8_t *at, *end;
    int64_t now;
    int64_t id[CASES]; /* opened by this input */
    size_t n;
    struct buf out;
};

static struct ledger_store *store;
static struct place *place;
static struct ledgers *ledgers;
static char dir[64];

static const char city[] = "{\"regions\":[{\"code\":\"r\"}],\"units\":[{\"code\":\"plant\",\"name\":"
                           "\"净水厂\",\"kind\":\"enterprise\"},"
                           "{\"code\":\"district\",\"name\":\"区分局\",\"kind\":\"bureau\"}],\"sites\":[{"
                           "\"code\":\"a\",\"region\":\"r\","
                           "\"unit\":\"plant\",\"kind\":\"water_outlet\",\"factors\":[\"w01018\"]}]}";

static void drop_folder(void)
{
    char path[400];
    DIR *d = opendir(dir);
    ledgers_close(ledgers);
    ledger_store_close(store);
    place_free(place);
    for (struct dirent *x; d && (x = readdir(d));) {
        snprintf(path, sizeof path, "%s/%s", dir, x->d_name);
        (void)remove(path);
    }
    if (d)
        closedir(d);
    (void)remove(dir);
}

static int judge(void *arg, const json_t *goal, int64_t since, int64_t now, json_t **ret, struct err *e)
{
    (void)arg, (void)goal, (void)since, (void)e;
    *ret = json_pack("{s:s,s:i,s:i,s:s,s:s,s:n,s:f,s:i,s:i}", "verdict", now / MS_DAY % 2 ? "met" : "not_met",
                     "have", 1, "need", 1, "text", "试验", "text_en", "test", "last_broken", "last_value",
                     1.0, "missing", 0, "invalid", 0);
    return 0;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    struct err e = { 0 };
    json_t *tree = NULL;
    (void)argc, (void)argv;
    snprintf(dir, sizeof dir, "%s/bihuan-fuzz-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    if (!mkdtemp(dir) || json_read(city, strlen(city), &tree, &e) < 0 || place_build(tree, &place, &e) < 0 ||
        ledger_store_open(dir, true, &store, &e) < 0 ||
        ledgers_open(store, place, DEFINITIONS, judge, NULL, &ledgers, &e) < 0) {
        fprintf(stderr, "%s\n", e.text);
        abort();
    }
    json_decref(tree);
    for (int i = 0; i < 2; i++) {
        struct user u = { .role = i ? ROLE_SUPERVISOR : ROLE_RESPONSIBLE, .unit = 1 + i };
        int64_t id;
        snprintf(u.name, sizeof u.name, i ? "second" : "first");
        snprintf(u.hash, sizeof u.hash, "none");
        if (ledger_put_user(store, &u, &id, &e) < 0)
            abort();
    }
    atexit(drop_folder);
    return 0;
}

static uint8_t byte(struct play *p)
{
    return p->at < p->end ? *p->at++ : 0;
}

/* Days and times: ordinary ones, the ends of the calendar, and what is none. */
static const char *a_day(struct play *p)
{
    static const char *const days[] = { "2026-03-05", "2026-12-31", "2028-02-29", "1900-01-01",
                                        "9999-12-31", "2026-02-30", "0000-00-00", "" };
    return days[byte(p) % COUNT_OF(days)];
}

static json_t *rows_of(struct play *p, const struct field *f);

static json_t *a_point(void)
{
    return json_pack("{s:f,s:f}", "lon", 120.5, "lat", 36.5);
}

/* What a person who means well sends. */
static json_t *fair(struct play *p, const struct field *f)
{
    switch (f->type) {
    case FIELD_CHOICE:
        return json_array_size(f->choices)
                   ? json_incref(json_array_get(f->choices, byte(p) % json_array_size(f->choices)))
                   : json_string("其他");
    case FIELD_UNIT:
        return json_string((byte(p) & 0xF0) == 0xF0 ? "" : f->differs_from ? "district" : "plant");
    case FIELD_USER:
        return json_string(byte(p) % 2 ? "second" : "first");
    case FIELD_DATE:
        return json_string(a_day(p));
    case FIELD_TIME:
        return json_sprintf("%s 08:30", a_day(p));
    case FIELD_GOAL:
        return byte(p) % 2
                   ? json_string("恢复正常")
                   : json_pack("{s:s,s:s,s:s,s:s,s:i,s:s,s:i}", "indicator", "concentration", "site", "a",
                               "factor", "w01018", "op", "<=", "value", 50, "period", "day", "window", 3);
    case FIELD_NUMBER:
        return json_integer((f->min == MICRO_MISSING ? 0 : (f->min + MICRO_ONE - 1) / MICRO_ONE) +
                            byte(p) % 16);
    case FIELD_SITE:
        return json_string("a");
    case FIELD_FLAG:
        return json_boolean(byte(p) % 2);
    case FIELD_POINT:
        return a_point();
    case FIELD_AREA:
        return json_pack("[[f,f],[f,f],[f,f],[f,f]]", 120.0, 36.0, 120.1, 36.0, 120.1, 36.1, 120.0, 36.0);
    case FIELD_TRACK:
        return json_pack("[{s:s,s:f,s:f}]", "at", "2026-03-05 08:00", "lon", 120.0, "lat", 36.0);
    case FIELD_LIST:
        return json_pack("[s,s]", "一", "二");
    case FIELD_ROWS:
        return rows_of(p, f);
    case FIELD_FILE:
    case FIELD_SIGNATURE:
        return json_pack("[i]", byte(p));
    case FIELD_CASE:
        return p->n ? json_integer(p->id[0]) : json_integer(1);
    case FIELD_EVIDENCE:
        return json_pack("[{s:s,s:s}]", "kind", json_string_value(json_array_get(f->choices, 0)) ?: "其他",
                         "text", "已完成");
    default:
        return json_string("文字");
    }
}

static json_t *a_value(struct play *p, const struct field *f)
{
    uint8_t how = byte(p);
    if (how < 0xF0)
        return fair(p, f);
    return tree_value(how, JSON_WHOLE_MOST);
}

static json_t *rows_of(struct play *p, const struct field *f)
{
    json_t *rows = json_array();
    for (int i = 1 + byte(p) % 3; i > 0; i--) {
        json_t *row = json_object();
        for (size_t k = 0; k < f->n_columns; k++)
            json_object_set_new(row, f->column[k].id, a_value(p, &f->column[k]));
        json_array_append_new(rows, row);
    }
    return rows;
}

static struct definition *a_ledger(struct play *p)
{
    return ledgers->current[byte(p) % ledgers->n_current];
}

static struct actor an_actor(struct play *p)
{
    uint8_t who = byte(p);
    return (struct actor){ .name = who & 128 ? "second" : "first",
                           .role = (enum role)(ROLE_COUNT - 1 - who % (ROLE_COUNT - ROLE_RESPONSIBLE)),
                           .unit = who & 64 ? 1 : 2 };
}

static void written(struct play *p, int r)
{
    json_t *tree = NULL;
    if (r == 0)
        assert(!p->out.failed && json_read(p->out.data ? p->out.data : "null", p->out.len, &tree, NULL) == 0);
    json_decref(tree);
    buf_clear(&p->out);
}

/* ---- steps ---- */

static void open_one(struct play *p)
{
    const struct definition *d = a_ledger(p);
    struct actor who = an_actor(p);
    struct err e = { .text = "" };
    json_t *fields = json_object();
    int64_t id = 0;
    uint8_t without = byte(p);
    for (size_t i = 0; i < d->n_fields; i++)
        if (d->field[i].required || without % (i + 2))
            json_object_set_new(fields, d->field[i].id, a_value(p, &d->field[i]));
    int64_t parent = without & 128 && p->n ? p->id[0] : 0;
    if (case_open_under(ledgers, parent, d->id, fields, 0, &who, p->now, &id, &e) == 0)
        p->id[p->n < CASES ? p->n++ : CASES - 1] = id;
    else
        assert(*e.text);
    (void)case_repeats(ledgers, 0, d->id, fields, p->now, &p->out, &e);
    buf_clear(&p->out);
    json_decref(fields);
}

static int64_t a_case(struct play *p)
{
    return p->n ? p->id[byte(p) % p->n] : byte(p);
}

static void act(struct play *p)
{
    struct loaded c = { 0 };
    struct err e = { .text = "" };
    int64_t id = a_case(p);
    if (case_load(ledgers, id, &c, &e) < 0)
        return;
    const struct action *a = &c.def->action[byte(p) % (c.def->n_actions ? c.def->n_actions : 1)];
    struct actor who = an_actor(p);
    json_t *fields = json_object();
    for (size_t i = 0; c.def->n_actions && i < a->n_needs; i++)
        json_object_set_new(fields, a->need[i].id, a_value(p, &a->need[i]));
    if (c.def->n_actions)
        (void)case_act(ledgers, id, a->id, fields, &who, p->now, &e);
    json_decref(fields);
    case_release(&c);
}

static void merge(struct play *p)
{
    struct err e = { .text = "" };
    struct actor who = an_actor(p);
    int64_t one = a_case(p), other = a_case(p);
    if (byte(p) % 3)
        (void)case_merge(ledgers, one, other, &who, p->now, &e);
    else
        (void)case_unmerge(ledgers, one, other, &who, p->now, &e);
}

static void look(struct play *p)
{
    struct err e = { .text = "" };
    struct actor who = an_actor(p);
    int64_t id = a_case(p), then = p->now + (byte(p) - 128) * 30 * MS_DAY;
    written(p, case_write(ledgers, id, &who, p->now, &p->out, &e));
    written(p, case_write(ledgers, id, NULL, p->now, &p->out, &e));
    written(p, case_write_tree(ledgers, id, &who, p->now, &p->out, &e));
    written(p, case_write_published(ledgers, id, p->now, &p->out, &e));
    written(p, case_write_at(ledgers, id, &who, then, &p->out, &e));
    written(p, case_write_clocks_at(ledgers, id, &who, then, &p->out, &e));
    written(p, case_repeats(ledgers, id, NULL, NULL, p->now, &p->out, &e));
    (void)suspect_case(ledgers, id, p->now, &e);
}

static void lists(struct play *p)
{
    static const char *const orders[] = { NULL, "light", "due", "number", "opened", "updated", "none" };
    static const char *const bys[] = { "state",  "light", "unit",    "supervisor", "group", "month",
                                       "closed", "due",   "due_day", "ledger",     "x" };
    struct err e = { .text = "" };
    struct actor who = an_actor(p);
    const struct definition *d = a_ledger(p);
    uint8_t how = byte(p);
    struct case_filter f = { .ledger = d->id,
                             .limit = 20,
                             .offset = how & 1 ? 1000000 : 0,
                             .order = orders[byte(p) % COUNT_OF(orders)],
                             .text = how & 2 ? "字" : NULL,
                             .due_from = how & 4 ? a_day(p) : NULL,
                             .due_to = how & 8 ? a_day(p) : NULL,
                             .opened_from = how & 16 ? a_day(p) : NULL,
                             .closed_to = how & 32 ? a_day(p) : NULL,
                             .overdue = how & 64,
                             .at = how & 128 ? p->now - byte(p) * MS_DAY : 0 };
    written(p, case_write_list(ledgers, &f, &who, p->now, &p->out, &e));
    if (d->n_fields)
        f.add = d->field[byte(p) % d->n_fields].id;
    written(p,
            ledgers_write_statistics(ledgers, d->id, bys[byte(p) % COUNT_OF(bys)], &f, p->now, &p->out, &e));
}

static void whole(struct play *p)
{
    static const char *const months[] = { "2026-01", "2026-12", "1900-01", "9999-12", "2026-13", "x" };
    struct err e = { .text = "" };
    struct actor who = an_actor(p);
    const struct definition *d = a_ledger(p);
    const char *from = months[byte(p) % COUNT_OF(months)], *to = months[byte(p) % COUNT_OF(months)];
    written(p, ledgers_write_flow(ledgers, d->id, from, to, &p->out, &e));
    written(p, ledgers_write_workdays(ledgers, a_day(p), a_day(p), &p->out, &e));
    written(p, ledgers_write_leader(ledgers, &who, byte(p) * 20, p->now, &p->out, &e));
    written(p, ledgers_write_counts(ledgers, p->now, &p->out, &e));
    json_t *objects = byte(p) % 2 ? json_pack("[s]", "plant") : NULL, *fields = json_object();
    for (size_t i = 0; i < d->n_fields; i++)
        json_object_set_new(fields, d->field[i].id, a_value(p, &d->field[i]));
    struct draw_ask draw = {
        .ledger = d->id, .seed = "seed", .fields = fields, .objects = objects, .dry = byte(p) % 2
    };
    written(p, ledgers_draw(ledgers, &draw, &who, p->now, &p->out, &e));
    struct deal_ask deal = { .ledger = d->id, .mode = (enum deal_mode)(byte(p) % 3) };
    written(p, ledgers_deal(ledgers, &deal, &who, p->now, &p->out, &e));
    json_decref(objects);
    json_decref(fields);
}

static void go_on(struct play *p)
{
    struct err e = { .text = "" };
    p->now += (1 + byte(p)) * (byte(p) % 4 ? MS_HOUR : 10 * MS_DAY);
    (void)ledgers_tick(ledgers, p->now, NULL, NULL, &e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const steps[])(struct play *) = { open_one, open_one, act,   act,   act,
                                                    merge,    look,     lists, whole, go_on };
    struct play p = { .at = data,
                      .end = data + size,
                      .now = cn_to_ms(&(struct cn_civil){ .year = 2026, .month = 3, .day = 2, .hour = 9 }),
                      .out = BUF_INIT };
    struct err e = { .text = "" };
    if (ledger_begin(store, &e) < 0)
        abort();
    open_one(&p); /* nothing much happens without a case */
    for (int n = 0; p.at < p.end && n < 24; n++)
        steps[byte(&p) % COUNT_OF(steps)](&p);
    ledger_rollback(store);
    buf_release(&p.out);
    return 0;
}
