/* Rows beside cases: what SQL answers is what a plain scan of the cases answers, today and on any past day; a folder of before gets its
 * rows; whatever was acknowledged outlives a power cut. Random histories with fixed seeds. */
#include "support.h"

#include <errno.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cntime.h"
#include "base/file.h"
#include "base/scoped.h"
#include "ledger/engine.h"
#include "ledger/folder.h"
#include "store/sqlite/ledger_db.h"

static uint64_t seed;

static uint64_t rnd(uint64_t n) /* splitmix64 */
{
    uint64_t z = seed += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return (z ^ (z >> 31)) % n;
}

/* ---- definitions: the shipped ledger with groups, and another whose light counts working days ---- */

static char defs[64];

static void replace(struct buf *b, const char *from, const char *to)
{
    struct buf out = BUF_INIT;
    char *p = strstr(b->data, from);
    assert_non_null(p);
    buf_add(&out, b->data, (size_t)(p - b->data));
    buf_adds(&out, to);
    buf_adds(&out, p + strlen(from));
    buf_release(b);
    *b = out;
}

static void put_file(const char *dir, const char *name, const struct buf *text)
{
    char path[160];
    struct err e;
    snprintf(path, sizeof path, "%s/%s", dir, name);
    assert_int_equal(file_replace(path, text->data, text->len, 0600, &e), 0);
}

static int copy_year(const char *path, const char *name, void *arg, struct err *e)
{
    struct buf text = BUF_INIT;
    assert_int_equal(file_read(path, 1 << 20, &text, e), 0);
    put_file(arg, name, &text);
    buf_release(&text);
    return 0;
}

static json_t *some_states;

static int make_definitions(void **state)
{
    (void)state;
    some_states = json_pack("[s, s]", "立案", "申请验收");
    struct err e;
    struct buf text = BUF_INIT;
    char dir[96];
    snprintf(defs, sizeof defs, "/tmp/bihuan-defs-XXXXXX");
    assert_non_null(mkdtemp(defs));
    snprintf(dir, sizeof dir, "%s/calendar", defs);
    mkdir(dir, 0700);
    assert_int_equal(folder_each(DEFINITIONS, "calendar", ".csv", copy_year, dir, &e), 0);
    snprintf(dir, sizeof dir, "%s/ledgers", defs);
    mkdir(dir, 0700);
    assert_int_equal(file_read(DEFINITIONS "/ledgers/rectification.lua", 1 << 20, &text, &e), 0);
    replace(&text, "fields = {", "group = \"source\", fields = {");
    put_file(dir, "rectification.lua", &text);
    replace(&text, "id = \"rectification\"", "id = \"second\"");
    replace(&text, "ZG-", "EJ-");
    replace(&text, "counts = \"calendar\", yellow = 7", "counts = \"workdays\", yellow = 9");
    put_file(dir, "second.lua", &text);
    buf_release(&text);
    return 0;
}

static int drop(const char *path, const char *name, void *arg, struct err *e)
{
    (void)name, (void)arg, (void)e;
    return remove(path);
}

static int drop_definitions(void **state)
{
    static const char *const inner[] = { "ledgers", "calendar" };
    (void)state;
    json_decref(some_states);
    for (size_t i = 0; i < COUNT_OF(inner); i++) {
        char dir[96];
        folder_each(defs, inner[i], "", drop, NULL, NULL);
        snprintf(dir, sizeof dir, "%s/%s", defs, inner[i]);
        rmdir(dir);
    }
    return rmdir(defs);
}

/* ---- random histories ---- */

static const char *const sources[] = { "中央督察", "群众信访", "自查" };
static const char *const words[] = { "总排口", "氨氮", "超标",   "ABC",  "abc", "é", "Ａ",
                                     "100%",   "a_b",  "\"引\"", "雨水", "𠀀",  " " };

static int64_t open_random(struct world *w)
{
    struct err e = { .text = "" };
    int64_t id = 0;
    char due[CN_TEXT], problem[128] = "";
    cn_format_date(w->now + (int64_t)rnd(200) * MS_DAY, due);
    for (uint64_t n = 1 + rnd(4); n; n--)
        strcat(problem, words[rnd(COUNT_OF(words) - 1)]);
    json_t *f = parse(rnd(2) ? measured_case : worded_case);
    json_object_set_new(f, "due", json_string(due));
    json_object_set_new(f, "problem", json_string(problem));
    json_object_set_new(f, "source", json_string(sources[rnd(3)]));
    if (rnd(3) == 0)
        json_object_set_new(f, "title", json_string(words[rnd(COUNT_OF(words) - 1)]));
    if (rnd(4) == 0)
        json_object_set_new(f, "owner", json_string("other"));
    if (case_open(w->l, rnd(3) ? "rectification" : "second", f, 0, ON_DUTY, w->now, &id, &e) < 0)
        fail_msg("%s", e.text);
    json_decref(f);
    return id;
}

/* Files have numbers among the cases'. */
static bool is_file(struct world *w, int64_t id)
{
    struct err e = { .text = "" };
    struct doc d = { 0 };
    bool is = ledger_get_doc(w->store, DOC_FILE, id, &d, &e) == 0;
    doc_release(&d);
    return is;
}

static void act_random(struct world *w, int64_t id)
{
    static const struct {
        const char *action, *fields;
        int who;
    } steps[] = {
        { "accept", NULL, 0 },
        { "report", "{'report':'进展'}", 0 },
        { "extend", "{'due':'2027-05-01','reason':'雨季'}", 1 },
        { "submit",
          "{'report':'完成','evidence':[{'kind':'照片','text':'现场','files':'new'},{'kind':'文件','text':'"
          "台账','files':'new'}]}",
          0 },
        { "return", "{'reason':'不符'}", 1 },
        { "approve", NULL, 1 },
        { "approve", NULL, 1 },
        { "publish", NULL, 2 },
        { "close", NULL, 2 },
        { "close", NULL, 2 },
    };
    size_t i = rnd(COUNT_OF(steps));
    while (is_file(w, id))
        id--;
    struct err e;
    const struct actor *who[] = { DOER, OVERSEER, ON_DUTY };
    struct actor other = { .name = "doer", .role = ROLE_RESPONSIBLE, .unit = OTHER };
    if (act(w, id, steps[i].action, steps[i].fields, who[steps[i].who], &e) == -EPERM && steps[i].who == 0)
        act(w, id, steps[i].action, steps[i].fields, &other, &e);
}

/* ---- the plain scan ---- */

struct all {
    struct case_row *row;
    size_t n;
};

static void read_all(struct world *w, int64_t last, struct all *ret)
{
    struct err e = { .text = "" };
    *ret = (struct all){ .row = calloc((size_t)last, sizeof *ret->row) };
    for (int64_t id = 1; id <= last; id++)
        if (case_row_get(w->store, id, &ret->row[ret->n], &e) == 0)
            ret->n++;
        else if (!is_file(w, id))
            fail_msg("%s", e.text);
}

static void release_all(struct all *a)
{
    for (size_t i = 0; i < a->n; i++)
        case_row_release(&a->row[i]);
    free(a->row);
}

static const struct case_query *sorting;

static int in_order(const void *a, const void *b)
{
    return case_row_order(*(const struct case_row *const *)a, *(const struct case_row *const *)b, sorting);
}

static struct case_query random_query(struct world *w, char text[64])
{
    struct case_query q = { .light = -1,
                            .today = cn_day_of(w->now) + (int64_t)rnd(3),
                            .order = (enum case_order)rnd(ORDER_COUNT),
                            .limit = rnd(3) ? 1 + rnd(20) : 0 };
    q.offset = rnd(2) ? rnd(40) : 0;
    if (rnd(3) == 0)
        q.ledger = rnd(2) ? "rectification" : "second";
    if (rnd(4) == 0)
        q.state = rnd(2) ? "整改中" : "销号";
    if (rnd(6) == 0)
        q.states = some_states;
    if (rnd(4) == 0)
        q.group = sources[rnd(3)];
    if (rnd(3) == 0)
        q.light = (int)rnd(4);
    if (rnd(5) == 0)
        q.unit = 1 + (int32_t)rnd(4);
    if (rnd(8) == 0)
        q.supervisor = 2;
    if (rnd(8) == 0)
        q.owner = 1 + (int32_t)rnd(4);
    if (rnd(8) == 0)
        q.site = 1;
    if (rnd(6) == 0)
        q.due_from = q.today - (int64_t)rnd(30);
    if (rnd(6) == 0)
        q.due_to = q.today + (int64_t)rnd(60);
    if (rnd(8) == 0)
        q.opened_from = w->now - (int64_t)rnd(100) * MS_DAY;
    if (rnd(8) == 0)
        q.opened_to = w->now - (int64_t)rnd(100) * MS_DAY;
    if (rnd(10) == 0)
        q.closed_from = w->now - (int64_t)rnd(100) * MS_DAY;
    if (rnd(10) == 0)
        q.closed_to = w->now - (int64_t)rnd(100) * MS_DAY;
    if (rnd(10) == 0)
        q.closed_how = 1 + (int)rnd(2);
    q.overdue = rnd(10) == 0;
    q.rebounded = rnd(10) == 0;
    q.missed = rnd(10) == 0;
    q.open = rnd(6) == 0;
    if (rnd(2) == 0) {
        const char *a = words[rnd(COUNT_OF(words))], *b = words[rnd(COUNT_OF(words))];
        snprintf(text, 64, "%s%s", rnd(3) ? "" : a, rnd(5) ? b : "ZG-2026-000");
        q.text = text;
    }
    return q;
}

static void same_page(struct world *w, const struct all *a, const struct case_query *q)
{
    struct err e = { .text = "" };
    struct case_page p;
    const struct case_row **want = calloc(a->n + 1, sizeof *want);
    size_t n = 0;
    for (size_t i = 0; i < a->n; i++)
        if (case_row_matches(&a->row[i], q))
            want[n++] = &a->row[i];
    sorting = q;
    qsort(want, n, sizeof *want, in_order);
    if (case_rows_page(w->store, q, &p, &e) < 0)
        fail_msg("%s", e.text);
    size_t rest = q->offset < n ? n - q->offset : 0, shown = q->limit && q->limit < rest ? q->limit : rest;
    if (p.total != (int64_t)n || p.n != shown)
        fail_msg("text '%s' order %d: %lld of %zu, %zu of %zu shown", q->text ? q->text : "", (int)q->order,
                 (long long)p.total, n, p.n, shown);
    for (size_t i = 0; i < p.n; i++)
        if (p.id[i] != want[q->offset + i]->id)
            fail_msg("text '%s' order %d row %zu: case %lld, wanted %lld", q->text ? q->text : "",
                     (int)q->order, i, (long long)p.id[i], (long long)want[q->offset + i]->id);
    free(p.id);
    free(want);
}

static void lights_agree(struct world *w, const struct all *a)
{
    for (size_t i = 0; i < a->n; i++) {
        struct loaded c = { 0 };
        struct said why;
        struct err e = { .text = "" };
        bool has_days;
        int64_t days;
        assert_int_equal(case_load(w->l, a->row[i].id, &c, &e), 0);
        for (int64_t d = 0; d < 400; d += 1 + (int64_t)rnd(9)) {
            int64_t now = w->now + d * MS_DAY;
            int want = (int)clock_light(w->l, &c, now, &why, &has_days, &days),
                is = case_row_light(&a->row[i], cn_day_of(now));
            if (want != is)
                fail_msg("case %lld in %lld days (due %lld): light %d, row says %d", (long long)c.id,
                         (long long)d, (long long)a->row[i].due, want, is);
        }
        case_release(&c);
    }
}

/* ---- sums and flow ---- */

static json_t *written(struct buf *out)
{
    struct err e = { .text = "" };
    json_t *t = NULL;
    if (json_read(out->data, out->len, &t, &e) < 0)
        fail_msg("%s: %s", e.text, out->data);
    buf_release(out);
    return t;
}

static json_t *statistics(struct world *w, const char *ledger, const char *by, int64_t at_)
{
    struct buf out = BUF_INIT;
    struct err e = { .text = "" };
    struct case_filter f = { .at = at_ };
    if (ledgers_write_statistics(w->l, ledger, by, &f, w->now, &out, &e) < 0)
        fail_msg("%s", e.text);
    return written(&out);
}

static json_t *flow(struct world *w, const char *ledger)
{
    struct buf out = BUF_INIT;
    struct err e = { .text = "" };
    if (ledgers_write_flow(w->l, ledger, "2026-02", "2028-12", &out, &e) < 0)
        fail_msg("%s", e.text);
    return written(&out);
}

/* In each month end = begin + in - out = the next one's begin; the last end is what is open now. */
static void flow_adds_up(const json_t *months, int64_t open)
{
    size_t i;
    const json_t *m;
    int64_t stock = json_int(json_array_get(months, 0), "begin", -1);
    assert_int_equal(stock, 0); /* nothing was there before the first */
    json_array_foreach(months, i, m)
    {
        assert_int_equal(json_int(m, "begin", -1), stock);
        stock += json_int(m, "in", 0) - json_int(m, "out", 0);
        assert_int_equal(json_int(m, "end", -1), stock);
        assert_true(json_int(m, "in", -1) >= 0 && json_int(m, "out", -1) >= 0 && stock >= 0);
    }
    assert_int_equal(stock, open);
}

static int64_t open_of(const json_t *table, const char *key)
{
    size_t i;
    const json_t *row;
    json_array_foreach(json_object_get(table, "rows"), i,
                       row) if (strcmp(json_str(row, "key", ""), key) == 0) return json_int(row, "open", 0);
    return 0;
}

static void check_flow(struct world *w)
{
    static const char *const ledgers[] = { "rectification", "second" };
    for (size_t k = 0; k < COUNT_OF(ledgers); k++) {
        scoped(json_decrefp) json_t *f = flow(w, ledgers[k]), *s = statistics(w, ledgers[k], "group", 0);
        flow_adds_up(json_object_get(f, "months"), json_int(json_object_get(s, "sum"), "open", -1));
        size_t i;
        const json_t *g;
        json_array_foreach(json_object_get(f, "groups"), i, g)
            flow_adds_up(json_object_get(g, "months"), open_of(s, json_str(g, "group", "")));
    }
}

static void check_sums(struct world *w, const struct all *a)
{
    static const char *const by[] = { "state", "light",  "unit", "supervisor", "group",
                                      "month", "closed", "due",  "due_day",    "ledger" };
    int64_t open = 0, red = 0, data = 0;
    for (size_t i = 0; i < a->n; i++) {
        open += !a->row[i].closed;
        red += case_row_light(&a->row[i], cn_day_of(w->now)) == CASE_RED;
        data += a->row[i].closed && a->row[i].closed_how == CASE_DATA;
    }
    for (size_t k = 0; k < COUNT_OF(by); k++) {
        scoped(json_decrefp) json_t *t = statistics(w, NULL, by[k], 0);
        const json_t *sum = json_object_get(t, "sum"), *row;
        int64_t rows = 0;
        size_t i;
        json_array_foreach(json_object_get(t, "rows"), i, row) rows += json_int(row, "all", 0);
        assert_int_equal(json_int(sum, "all", -1), (int64_t)a->n);
        assert_int_equal(rows, (int64_t)a->n);
        assert_int_equal(json_int(sum, "open", -1), open);
        assert_int_equal(json_int(sum, "overdue", -1), red);
        assert_int_equal(json_int(sum, "closed_by_data", -1), data);
    }
}

/* Open at some time of a span, and closed in it: of years that are over, of one that runs, of days. */
static void check_closed_in(struct world *w, const struct all *a)
{
    static const char *const ids[] = { "rectification", "second" };
    for (int i = 0; i < 40; i++) {
        struct err e = { .text = "" };
        int64_t from = i ? w->now - (int64_t)rnd(900) * MS_DAY - (int64_t)rnd(MS_DAY) : 0,
                to = from + (int64_t)rnd(i % 2 ? 30 : 700) * MS_DAY, all = 0, closed = 0, want[2] = { 0 };
        scoped(json_decrefp) json_t *asked =
            i % 3 ? json_pack("[s]", ids[i % 2]) : json_pack("[s, s]", ids[0], ids[1]);
        for (size_t k = 0; k < a->n; k++) {
            const struct case_row *r = &a->row[k];
            bool in = !r->merged_into && r->opened < to && (!r->closed || r->closed >= from) &&
                      (i % 3 == 0 || strcmp(r->ledger, ids[i % 2]) == 0);
            want[0] += in;
            want[1] += in && r->closed && r->closed < to;
        }
        assert_int_equal(ledgers_count_closed(w->l, asked, from, to, &all, &closed, &e), 0);
        assert_int_equal(all, want[0]);
        assert_int_equal(closed, want[1]);
    }
}

/* ---- the past ---- */

enum { SHOTS = 5 };

struct shot {
    int64_t at;
    json_t *list, *states, *groups;
};

static json_t *list_at(struct world *w, int64_t at_, int64_t now)
{
    struct buf out = BUF_INIT;
    struct err e = { .text = "" };
    struct case_filter f = { .limit = 60, .at = at_ };
    if (case_write_list(w->l, &f, ON_DUTY, now, &out, &e) < 0)
        fail_msg("%s", e.text);
    return written(&out);
}

static void take_shot(struct world *w, struct shot *s)
{
    *s = (struct shot){ w->now, list_at(w, 0, w->now), statistics(w, NULL, "state", 0),
                        statistics(w, NULL, "group", 0) };
    w->now += MS_SECOND; /* what follows is later */
}

static void same_shot(struct world *w, struct shot *s)
{
    scoped(json_decrefp) json_t *list = list_at(w, s->at, w->now),
                                *states = statistics(w, NULL, "state", s->at),
                                *groups = statistics(w, NULL, "group", s->at);
    assert_true(json_equal(list, s->list));
    assert_true(json_equal(states, s->states));
    assert_true(json_equal(groups, s->groups));
    json_decref(s->list);
    json_decref(s->states);
    json_decref(s->groups);
}

static void test_random(void **state)
{
    enum { CASES = 150, STEPS = 40 };
    struct world world, *w = &world;
    struct shot shot[SHOTS];
    struct err e = { .text = "" };
    int64_t last = 0;
    char text[64];
    (void)state;
    seed = 20261122;
    print_message("# seed %llu\n", (unsigned long long)seed);
    world_make(w, defs);
    for (int step = 0; step < STEPS; step++) {
        for (int i = 0; i < CASES / STEPS + 1; i++)
            last = open_random(w);
        for (int i = 0; i < 250; i++)
            act_random(w, 1 + (int64_t)rnd((uint64_t)last));
        w->now += (int64_t)rnd(16) * MS_DAY;
        w->last_broken = rnd(3) ? 0 : w->now - MS_HOUR;
        w->verdict = w->last_broken ? "not_met" : "met";
        if (ledgers_tick(w->l, w->now, NULL, NULL, &e) < 0)
            fail_msg("%s", e.text);
        w->verdict = "met";
        w->now += MS_MINUTE;
        if (step % 8 == 7) {
            struct all a;
            read_all(w, last, &a);
            lights_agree(w, &a);
            for (int i = 0; i < 300; i++) {
                struct case_query q = random_query(w, text);
                same_page(w, &a, &q);
            }
            check_sums(w, &a);
            check_closed_in(w, &a);
            check_flow(w);
            release_all(&a);
            take_shot(w, &shot[step / 8]);
        }
    }
    for (int i = 0; i < SHOTS; i++)
        same_shot(w, &shot[i]);
    chain_holds(w, -1);
    scoped(json_decrefp) json_t *done = statistics(w, NULL, "state", 0);
    assert_true(json_int(json_object_get(done, "sum"), "closed", 0) > 5); /* the histories do come to ends */
    assert_true(json_int(json_object_get(done, "sum"), "rebounded", 0) > 0);
    world_end(w);
}

/* ---- a folder of version 1 ---- */

static const char version_1[] =
    "CREATE TABLE setting(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE user(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, display TEXT NOT "
    "NULL,"
    " hash TEXT NOT NULL, role TEXT NOT NULL, unit INTEGER NOT NULL, disabled INTEGER NOT NULL) STRICT;"
    "CREATE TABLE session(token TEXT PRIMARY KEY, user INTEGER NOT NULL REFERENCES user(id), expires INTEGER "
    "NOT NULL)"
    " STRICT, WITHOUT ROWID;"
    "CREATE INDEX session_expires ON session(expires);"
    "CREATE TABLE doc(id INTEGER PRIMARY KEY AUTOINCREMENT, kind INTEGER NOT NULL, parent INTEGER NOT NULL,"
    " key TEXT NOT NULL, state TEXT NOT NULL, unit INTEGER NOT NULL, unit2 INTEGER NOT NULL, site INTEGER "
    "NOT NULL,"
    " created INTEGER NOT NULL, updated INTEGER NOT NULL, body TEXT NOT NULL) STRICT;"
    "CREATE UNIQUE INDEX doc_key ON doc(kind, key) WHERE key <> '';"
    "CREATE INDEX doc_kind ON doc(kind, id);"
    "CREATE INDEX doc_parent ON doc(kind, parent, id) WHERE parent <> 0;"
    "CREATE INDEX doc_state ON doc(kind, state, id);"
    "CREATE INDEX doc_unit ON doc(kind, unit, id) WHERE unit <> 0;"
    "CREATE INDEX doc_unit2 ON doc(kind, unit2, id) WHERE unit2 <> 0;"
    "CREATE INDEX doc_site ON doc(kind, site, id) WHERE site <> 0;"
    "CREATE TABLE event(seq INTEGER PRIMARY KEY AUTOINCREMENT, case_id INTEGER NOT NULL, at INTEGER NOT NULL,"
    " actor TEXT NOT NULL, action TEXT NOT NULL, body TEXT NOT NULL, before_hash TEXT NOT NULL, hash TEXT "
    "NOT NULL) STRICT;"
    "CREATE INDEX event_case ON event(case_id, seq);"
    "CREATE TRIGGER event_no_update BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'events are never "
    "changed'); END;"
    "CREATE TRIGGER event_no_delete BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'events are never "
    "deleted'); END;"
    "CREATE TRIGGER event_no_replace BEFORE INSERT ON event WHEN EXISTS(SELECT 1 FROM event WHERE seq = "
    "NEW.seq)"
    " BEGIN SELECT RAISE(ABORT, 'events are never replaced'); END;"
    "PRAGMA user_version=1;";

static void sql(sqlite3 *h, const char *text)
{
    if (sqlite3_exec(h, text, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s: %s", text, sqlite3_errmsg(h));
}

/* The same cases in a file that the program of before would have made. */
static void make_old(struct world *w)
{
    char path[96], was[96], attach[320];
    sqlite3 *h;
    w->l = ledgers_close(w->l);
    w->store = ledger_store_close(w->store);
    snprintf(path, sizeof path, "%s/ledger.db", w->dir);
    snprintf(was, sizeof was, "%s/new.db", w->dir);
    assert_int_equal(rename(path, was), 0);
    assert_int_equal(sqlite3_open(path, &h), SQLITE_OK);
    sql(h, version_1);
    snprintf(attach, sizeof attach, "ATTACH '%s' AS new", was);
    sql(h, attach);
    sql(h, "INSERT INTO setting SELECT * FROM new.setting WHERE name <> 'case-rows';"
           "INSERT INTO doc SELECT * FROM new.doc; INSERT INTO event SELECT * FROM new.event; DETACH new");
    sqlite3_close(h);
    assert_int_equal(remove(was), 0);
}

static void test_old_folder(void **state)
{
    struct world world, *w = &world;
    struct err e = { .text = "" };
    int64_t last = 0;
    char text[64];
    (void)state;
    seed = 7;
    world_make(w, defs);
    for (int i = 0; i < 40; i++)
        last = open_random(w);
    for (int i = 0; i < 900; i++) {
        act_random(w, 1 + (int64_t)rnd((uint64_t)last));
        w->now += (int64_t)rnd(3) * MS_HOUR * 8;
    }
    struct all before, after;
    assert_int_equal(ledgers_tick(w->l, w->now, NULL, NULL, &e),
                     0); /* what is due is written before, not after */
    read_all(w, last, &before);
    scoped(json_decrefp) json_t *flow_before = flow(w, "rectification");
    make_old(w);
    assert_int_equal(ledger_store_open(w->dir, false, &w->store, &e), 0);
    chain_holds(w, -1); /* tables but no rows yet: nothing is wrong with that */
    w->store = ledger_store_close(w->store);
    w->l = NULL;
    world_reopen(w);
    assert_int_equal(ledgers_tick(w->l, w->now, NULL, NULL, &e), 0);
    read_all(w, last, &after);
    for (size_t i = 0; i < before.n; i++) {
        const struct case_row *a = &before.row[i], *b = &after.row[i];
        if (a->due != b->due || a->yellow != b->yellow || a->red != b->red ||
            a->watch_until != b->watch_until || strcmp(a->group, b->group) != 0 || a->updated != b->updated ||
            strcmp(a->problem, b->problem) != 0)
            fail_msg("case %lld: its row is not what it was: due %lld %lld, yellow %lld %lld, red %lld %lld, "
                     "watch %lld %lld, updated %lld %lld, closed %lld",
                     (long long)a->id, (long long)a->due, (long long)b->due, (long long)a->yellow,
                     (long long)b->yellow, (long long)a->red, (long long)b->red, (long long)a->watch_until,
                     (long long)b->watch_until, (long long)a->updated, (long long)b->updated,
                     (long long)a->closed);
    }
    scoped(json_decrefp) json_t *flow_after = flow(w, "rectification");
    assert_true(json_equal(flow_before, flow_after));
    for (int i = 0; i < 100; i++) {
        struct case_query q = random_query(w, text);
        same_page(w, &after, &q);
    }
    release_all(&before);
    release_all(&after);
    chain_holds(w, -1);
    world_end(w);
}

/* Another calendar makes the clocks anew and nothing else. */
static void test_new_calendar(void **state)
{
    struct world world, *w = &world;
    struct buf year = BUF_INIT;
    struct err e = { .text = "" };
    struct case_row row = { 0 };
    char path[256];
    (void)state;
    world_make(w, defs);
    json_t *f = parse(worded_case);
    json_object_set_new(f, "due", json_string("2027-01-15"));
    int64_t id = 0;
    assert_int_equal(case_open(w->l, "second", f, 0, ON_DUTY, w->now, &id, &e), 0);
    json_decref(f);
    assert_int_equal(case_row_get(w->store, id, &row, &e), 0);
    assert_int_equal(row.yellow, row.due - 9); /* 2027 is not announced: calendar days */
    case_row_release(&row);
    buf_adds(&year, "date,kind,name\n2027-01-01,off,元旦\n");
    snprintf(path, sizeof path, "%s/calendar", defs);
    put_file(path, "2027.csv", &year);
    world_reopen(w);
    assert_int_equal(case_row_get(w->store, id, &row, &e), 0);
    assert_true(row.yellow < row.due - 9); /* nine working days are more than nine days */
    case_row_release(&row);
    chain_holds(w, 1);
    world_end(w);
    snprintf(path, sizeof path, "%s/calendar/2027.csv", defs);
    remove(path);
    buf_release(&year);
}

/* A row that was changed behind the program's back is found. */
static void test_changed_row(void **state)
{
    static const char *const changes[] = {
        "UPDATE case_row SET state = '销号'", "UPDATE case_row SET owner = 4",
        "UPDATE case_row SET closed = 5",     "UPDATE case_row SET number = 'X'",
        "UPDATE case_text SET text = 'x'",    "DELETE FROM case_row"
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(changes); i++) {
        struct world world, *w = &world;
        struct err e = { .text = "" };
        char path[320];
        sqlite3 *h;
        world_make(w, defs);
        open_case(w, measured_case);
        snprintf(path, sizeof path, "%s/ledger.db", w->dir);
        assert_int_equal(sqlite3_open(path, &h), SQLITE_OK);
        sql(h, changes[i]);
        sqlite3_close(h);
        assert_int_equal(ledgers_check_chain(w->store, NULL, &e), -EBADMSG);
        assert_string_equal(e.name, "ledger.row");
        world_end(w);
    }
}

/* ---- what a search costs ---- */

static int count_step(void *arg)
{
    ++*(int64_t *)arg;
    return 0;
}

/* Steps of SQLite's machine that a page of a text takes; its rows in *total. */
static int64_t steps_of(struct world *w, const char *text, int64_t *total)
{
    struct err e = { .text = "" };
    struct case_query q = { .text = text, .light = -1, .limit = 50, .today = cn_day_of(w->now) };
    struct case_page page = { 0 };
    int64_t steps = 0;
    sqlite3_progress_handler(w->store->db.h, 1, count_step, &steps);
    if (case_rows_page(w->store, &q, &page, &e) < 0)
        fail_msg("%s", e.text);
    sqlite3_progress_handler(w->store->db.h, 0, NULL, NULL);
    *total = page.total;
    free(page.id);
    return steps;
}

/* Two letters that no text has are known from the index's words: what they cost does not grow with the cases. */
static void test_absent_text_costs_nothing(void **state)
{
    struct world world, *w = &world;
    int64_t few, many, total;
    (void)state;
    world_make(w, defs);
    for (int i = 0; i < 10; i++)
        open_case(w, measured_case);
    few = steps_of(w, "池塘", &total);
    assert_int_equal(total, 0);
    for (int i = 0; i < 90; i++)
        open_case(w, measured_case);
    many = steps_of(w, "池塘", &total);
    assert_int_equal(total, 0);
    if (many > few + 20)
        fail_msg("10 cases: %lld steps, 100 cases: %lld", (long long)few, (long long)many);
    steps_of(w, "氨氮\x1f", &total); /* the mark between a text's parts */
    assert_int_equal(total, 0);
    assert_true(steps_of(w, "氨氮", &total) > many);
    assert_int_equal(total, 100);
    world_end(w);
}

/* ---- a power cut ---- */

static void work_on(struct world *w, volatile int64_t *acked)
{
    struct err e = { .text = "" };
    json_t *report = json_pack("{s:s}", "report", "进展");
    for (;;) {
        int64_t id = 0;
        json_t *f = parse(measured_case);
        if (case_open(w->l, "rectification", f, 0, ON_DUTY, w->now, &id, &e) < 0)
            _exit(9);
        ++*acked;
        json_decref(f);
        if (case_act(w->l, id, "accept", NULL, DOER, w->now, &e) < 0)
            _exit(8);
        ++*acked;
        for (int i = 0; i < 5; i++) {
            if (case_act(w->l, id, "report", report, DOER, w->now + i, &e) < 0)
                _exit(7);
            ++*acked;
        }
    }
}

static void test_power_cut(void **state)
{
    enum { ROUNDS = 50 };
    struct world world, *w = &world;
    struct err e = { .text = "" };
    volatile int64_t *acked = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int64_t there = 0;
    (void)state;
    seed = 50;
    print_message("# seed %llu\n", (unsigned long long)seed);
    world_make(w, defs);
    for (int round = 0; round < ROUNDS; round++) {
        w->l = ledgers_close(w->l);
        w->store = ledger_store_close(w->store);
        acked[0] = acked[1] = 0;
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0) {
            world_reopen(w);
            acked[1] = 1;
            work_on(w, acked);
        }
        while (!acked[1]) /* from here on it works */
            nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
        struct timespec wait = { .tv_nsec = (long)(2 + rnd(60)) * 1000000 };
        nanosleep(&wait, NULL);
        kill(pid, SIGKILL);
        int status = 0;
        waitpid(pid, &status, 0);
        assert_true(WIFSIGNALED(status));
        world_reopen(w);
        int64_t now = 0;
        if (ledgers_check_chain(w->store, &now, &e) < 0)
            fail_msg("round %d: %s", round, e.text);
        if (now < there + *acked || now > there + *acked + 1)
            fail_msg("round %d: %lld events, %lld before and %lld acknowledged", round, (long long)now,
                     (long long)there, (long long)*acked);
        there = now;
    }
    assert_true(there > ROUNDS);
    check_flow(w);
    world_end(w);
    munmap((void *)(uintptr_t)acked, 4096);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random),       cmocka_unit_test(test_old_folder),
        cmocka_unit_test(test_new_calendar), cmocka_unit_test(test_changed_row),
        cmocka_unit_test(test_power_cut),    cmocka_unit_test(test_absent_text_costs_nothing),
    };
    return cmocka_run_group_tests(tests, make_definitions, drop_definitions);
}
