/* ledger_bench.c - the ledgers at size: bench_ledger DIR [CASES] [EVENTS] | DIR read | DIR watch.
 *
 * bench_ledger DIR read measures only what changes nothing; DIR clocks SECONDS how long lists wait while clocks come due.
 *
 * Makes CASES cases with EVENTS events in DIR (nothing is made when it holds some), then measures and prints one JSON line; times in
 * milliseconds, the best and the median of several runs; cpu: the least processor time of one, which is what counts on a shared machine.
 *
 * Simulated: cases are not driven through the engine's checks, since ten million judgements would measure those. Events of the shapes the
 * engine writes (open, accept, reports, submit, approve, publish, close, some reopened) are chained, hashed and folded as chain_append
 * does, and documents, rows, text index and months are what it makes of them, but document and row are written once a case, 100,000
 * events a transaction; the check at the end proves that all fits. Texts are put
 * together from thirty places and twelve problems. 85 in 100 cases are closed, as after years of use; 300 units, 200 sites. The judge of
 * the look-back answers at once. */
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/cntime.h"
#include "base/scoped.h"
#include "ledger/chain.h"
#include "ledger/ledger.h"
#include "store/case_rows.h"

enum { UNITS = 300, SITES = 200, BATCH = 100000, YEARS = 6 };

static uint64_t seed = 20260601;

static uint64_t rnd(uint64_t n) /* splitmix64 */
{
    uint64_t z = seed += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return (z ^ (z >> 31)) % n;
}

static void die(const char *what, const struct err *e)
{
    fprintf(stderr, "%s: %s\n", what, e->text);
    exit(1);
}

static int judge(void *arg, const json_t *goal, int64_t since, int64_t now, json_t **ret, struct err *e)
{
    (void)arg, (void)goal, (void)since, (void)now, (void)e;
    *ret = json_pack("{s:s, s:i, s:f, s:n, s:s, s:s}", "verdict", "met", "have", 24, "last_value", 5.0,
                     "last_broken", "text", "达标", "text_en", "met");
    return 0;
}

static struct place *make_place(void)
{
    struct err e;
    json_t *units = json_array(), *sites = json_array();
    struct place *p = NULL;
    for (int i = 1; i <= UNITS; i++)
        json_array_append_new(units, json_pack("{s:o, s:o}", "code", json_sprintf("u%d", i), "name",
                                               json_sprintf("第%d单位", i)));
    for (int i = 1; i <= SITES; i++)
        json_array_append_new(sites, json_pack("{s:o, s:s, s:s, s:o, s:i, s:i}", "code",
                                               json_sprintf("s%d", i), "kind", "water_outlet", "region", "r",
                                               "unit", json_sprintf("u%d", i), "lng", 120, "lat", 36));
    json_t *city = json_pack("{s:[{s:s}], s:o, s:o}", "regions", "code", "r", "units", units, "sites", sites);
    if (place_build(city, &p, &e) < 0)
        die("place", &e);
    json_decref(city);
    return p;
}

/* ---- making ---- */

struct maker {
    struct ledger_store *s;
    int64_t cases, events, per_case, now;
    char hash[65], last[65];
    int64_t made, in_batch;
};

/* An event as chain_append writes it; the document is kept in memory until the case is done. */
static void step(struct maker *m, int64_t id, int64_t at, const char *actor, const char *action, json_t *body,
                 json_t *doc)
{
    struct err e;
    scoped(freep) char *text = chain_dump(body);
    char hash[65];
    struct event ev = { .case_id = id,
                        .at = at,
                        .actor = actor,
                        .action = action,
                        .body = text,
                        .before_hash = m->last,
                        .hash = hash };
    bool was = json_object_size(doc) && !json_int(doc, "closed", 0);
    if (chain_hash(&ev, hash, &e) < 0 || ledger_append_event(m->s, &ev, &ev.seq, &e) < 0)
        die(action, &e);
    if (chain_fold(doc, &ev, body) < 0)
        abort();
    bool is = !json_int(doc, "closed", 0);
    if (was != is && case_month_add(m->s, "rectification", "", at, is, was, &e) < 0)
        die("month", &e);
    memcpy(m->last, hash, sizeof hash);
    json_decref(body);
    m->made++;
    m->in_batch++;
}

static void finish(struct maker *m, int64_t id, json_t *doc)
{
    struct err e;
    struct case_row row;
    scoped(freep) char *text = chain_dump(doc);
    struct doc d = chain_columns(doc, id, text);
    int64_t same;
    bool open = !json_int(doc, "closed", 0);
    if (ledger_put_doc(m->s, DOC_CASE, &d, &same, &e) < 0 || chain_row(m->s, doc, id, m->now, &row, &e) < 0 ||
        case_row_put(m->s, &row, row.updated, &e) < 0 ||
        (open && case_month_add(m->s, row.ledger, row.group, row.updated, -1, 0, &e) < 0))
        die("case", &e);
    if (m->in_batch < BATCH)
        return;
    m->in_batch = 0;
    if (ledger_commit(m->s, &e) < 0 || ledger_begin(m->s, &e) < 0)
        die("commit", &e);
}

static json_t *fields_of(int64_t i, int64_t opened, int owner, int supervisor, int site)
{
    static const char *const places[] = { "总排口",   "雨水口", "河道断面", "工业园区", "垃圾中转站",
                                          "污水泵站", "养殖场", "搅拌站",   "码头",     "加油站" };
    static const char *const problems[] = {
        "氨氮超标", "化学需氧量超标", "扬尘未覆盖",   "废水直排",     "台账缺失",     "在线监测停运",
        "噪声扰民", "异味",           "固废露天堆放", "危废标识不全", "应急池被占用", "生态流量不足"
    };
    char due[CN_TEXT];
    cn_format_date(opened + (int64_t)(30 + rnd(150)) * MS_DAY, due);
    const char *place = places[rnd(10)], *problem = problems[rnd(12)];
    return json_pack("{s:s, s:o, s:o, s:o, s:o, s:s, s:o, s:s, s:{s:s, s:s, s:i, s:s, s:s, s:f, s:i, s:s}}",
                     "source", i % 3 ? "群众信访" : "中央督察", "title",
                     json_sprintf("第%d单位%s%s", owner, place, problem), "problem",
                     json_sprintf("现场检查发现%s%s，编号%" PRIx64
                                  "，责任单位未按要求整改，周边群众多次反映，夜间尤为明显。",
                                  place, problem, rnd(UINT64_MAX)),
                     "owner", json_sprintf("u%d", owner), "supervisor", json_sprintf("u%d", supervisor),
                     "due", due, "site", json_sprintf("s%d", site), "measures", "检修", "goal", "text",
                     "氨氮达标", "indicator", "source.hour", "site", site, "factor", "w21003", "op",
                     "<=", "value", 8.0, "window", 24, "period", "hour");
}

static void make_case(struct maker *m, int64_t i)
{
    struct err e;
    int64_t id = 0, at = m->now - (int64_t)rnd(YEARS * 365) * MS_DAY - (int64_t)rnd(MS_DAY);
    bool closes = rnd(100) < 85 && at < m->now - 60 * MS_DAY;
    int owner = 1 + (int)rnd(UNITS), supervisor = 1 + (int)rnd(UNITS), site = 1 + (int)rnd(SITES);
    int64_t reports = m->per_case - (closes ? 6 : 2);
    char number[32];
    snprintf(number, sizeof number, "ZG-%d-%07" PRId64, cn_from_ms(at).year, i + 1);
    struct doc d = { .key = number, .state = "立案", .created = at, .updated = at, .body = "{}" };
    if (ledger_put_doc(m->s, DOC_CASE, &d, &id, &e) < 0)
        die("case", &e);
    json_t *doc = json_object();
    step(m, id, at, "duty", "open",
         json_pack("{s:s, s:s, s:s, s:o, s:i, s:{s:i, s:i, s:i}, s:s}", "number", number, "ledger",
                   "rectification", "definition", m->hash, "fields",
                   fields_of(i, at, owner, supervisor, site), "finding", 0, "index", "unit", owner, "unit2",
                   supervisor, "site", site, "to", "立案"),
         doc);
    int64_t gap = (m->now - at) / (m->per_case + 2), most = 5 * MS_DAY;
    gap = gap < most ? gap : most;
    step(m, id, at += gap, "doer", "accept",
         json_pack("{s:{}, s:s, s:b, s:b}", "fields", "to", "整改中", "work", 1, "since", 1), doc);
    for (int64_t n = 0; n < reports; n++)
        step(m, id, at += gap, "doer", "report",
             json_pack("{s:{s:s}, s:b}", "fields", "report", "按计划推进，曝气系统检修中", "work", 1), doc);
    if (closes) {
        bool data = rnd(3) > 0;
        step(m, id, at += gap, "doer", "submit",
             json_pack("{s:{s:s}, s:s, s:b}", "fields", "report", "完成", "to", "申请验收", "work", 1), doc);
        step(m, id, at += gap, "overseer", "approve",
             json_pack("{s:{}, s:s, s:s}", "fields", "to", "验收", "clock", "stop"), doc);
        step(m, id, at += gap, "duty", "publish", json_pack("{s:{}, s:s}", "fields", "to", "公示"), doc);
        step(m, id, at += gap, "duty", "close",
             json_pack("{s:{}, s:s, s:s}", "fields", "to", "销号", "closed", data ? "data" : "paper"), doc);
        if (rnd(50) == 0)
            step(m, id, at + MS_DAY, "system", "reopen",
                 json_pack("{s:s, s:s, s:{s:s}, s:b}", "to", "整改中", "clock", "run", "rebound", "broken",
                           "2026-01-01", "since", 1),
                 doc);
    }
    finish(m, id, doc);
    json_decref(doc);
}

static double make_all(struct maker *m)
{
    struct err e;
    int64_t t = clock_monotonic_ns();
    if (ledger_begin(m->s, &e) < 0 || ledger_last_hash(m->s, m->last, &e) < 0)
        die("begin", &e);
    for (int64_t i = 0; i < m->cases; i++) {
        make_case(m, i);
        if (i % 50000 == 49999)
            fprintf(stderr, "%" PRId64 " cases, %" PRId64 " events, %.0f s\n", i + 1, m->made,
                    (double)(clock_monotonic_ns() - t) / 1e9);
    }
    if (ledger_commit(m->s, &e) < 0)
        die("commit", &e);
    return (double)(clock_monotonic_ns() - t) / 1e9;
}

/* ---- measuring ---- */

static int by_time(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static double cpu_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* cpu: below 0, not measured. */
static void report(const char *name, double *ms, int n, double cpu)
{
    qsort(ms, (size_t)n, sizeof *ms, by_time);
    printf(",\"%s\":{\"best\":%.2f,\"median\":%.2f", name, ms[0], ms[n / 2]);
    if (cpu >= 0)
        printf(",\"cpu\":%.2f", cpu);
    putchar('}');
    fflush(stdout);
}

struct ask {
    struct ledgers *l;
    int64_t now;
};

static const struct actor duty = { .name = "duty", .role = ROLE_DUTY, .unit = 3 };

#define MEASURE(name, runs, call)                                \
    do {                                                         \
        double ms_[runs], cpu_ = 1e9;                            \
        for (int i_ = 0; i_ < (runs); i_++) {                    \
            struct buf out = BUF_INIT;                           \
            struct err e = { .text = "" };                       \
            double c_ = cpu_ms();                                \
            int64_t t_ = clock_monotonic_ns();                   \
            if ((call) < 0)                                      \
                die(name, &e);                                   \
            ms_[i_] = (double)(clock_monotonic_ns() - t_) / 1e6; \
            c_ = cpu_ms() - c_;                                  \
            cpu_ = c_ < cpu_ ? c_ : cpu_;                        \
            buf_release(&out);                                   \
        }                                                        \
        report(name, ms_, runs, cpu_);                           \
    } while (0)

static void measure_lists(struct ledgers *l, int64_t now)
{
    static const struct {
        const char *name;
        struct case_filter f;
    } lists[] = {
        { "list", { .limit = 50 } },
        { "list_page_200", { .limit = 50, .offset = 10000 } },
        { "list_red", { .limit = 50, .light = "red" } },
        { "list_yellow", { .limit = 50, .light = "yellow" } },
        { "list_green", { .limit = 50, .light = "green" } },
        { "list_grey", { .limit = 50, .light = "grey" } },
        { "list_unit", { .limit = 50, .unit = 7 } },
        { "list_unit_red", { .limit = 50, .unit = 7, .light = "red" } },
        { "list_site", { .limit = 50, .site = 9 } },
        { "list_state", { .limit = 50, .state = "整改中" } },
        { "list_state_closed_by_updated", { .limit = 50, .state = "销号", .order = "updated" } },
        { "list_ledger_by_due", { .limit = 50, .ledger = "rectification", .order = "due" } },
        { "list_overdue_by_due", { .limit = 50, .overdue = true, .order = "due" } },
        { "list_rebounded", { .limit = 50, .rebounded = true } },
        { "list_by_number", { .limit = 50, .order = "number" } },
        { "list_opened_month", { .limit = 50, .opened_from = "2025-03-01", .opened_to = "2025-03-31" } },
        { "list_due_week", { .limit = 50, .due_from = "2026-06-01", .due_to = "2026-06-07" } },
        { "text_number", { .limit = 50, .text = "0123456" } },
        { "text_common", { .limit = 50, .text = "氨氮超标" } },
        { "text_two_common", { .limit = 50, .text = "氨氮" } },
        { "text_rare", { .limit = 50, .text = "第123单位雨水口" } },
        { "text_two_rare", { .limit = 50, .text = "池塘" } },
        { "text_none", { .limit = 50, .text = "没有这句话" } },
        { "text_and_unit", { .limit = 50, .text = "危废", .unit = 12 } },
    };
    for (size_t i = 0; i < COUNT_OF(lists); i++)
        MEASURE(lists[i].name, 7, case_write_list(l, &lists[i].f, &duty, now, &out, &e));
}

static void measure_reading(struct ledgers *l, int64_t now)
{
    measure_lists(l, now);
    MEASURE("counts", 5, ledgers_write_counts(l, now, &out, &e));
    MEASURE("statistics_state", 5, ledgers_write_statistics(l, NULL, "state", NULL, now, &out, &e));
    MEASURE("statistics_unit", 5, ledgers_write_statistics(l, NULL, "unit", NULL, now, &out, &e));
    MEASURE("statistics_month", 5, ledgers_write_statistics(l, NULL, "month", NULL, now, &out, &e));
    MEASURE("flow", 5, ledgers_write_flow(l, "rectification", "2026-01", "2026-12", &out, &e));
    MEASURE("leader", 5, ledgers_write_leader(l, &duty, 30, now, &out, &e));
    json_t *ids = json_pack("[s]", "rectification"),
           *told = json_pack("{s:s, s:s}", "title", "第7单位雨水口异味", "problem",
                             "现场检查发现雨水口异味，夜间尤为明显");
    int64_t all, closed;
    MEASURE("closed_in_a_year", 3, ledgers_count_closed(l, ids, now - 365 * MS_DAY, now, &all, &closed, &e));
    MEASURE("repeats", 3, case_repeats(l, 0, "rectification", told, now, &out, &e));
    MEASURE("case_page", 7, case_write(l, 500000, &duty, now, &out, &e));
    json_decref(ids);
    json_decref(told);
}

/* What sees other cases: an opening whose guard asks for related ones, and the tiers of a draw. */
static void measure_others(struct ledgers *l, int64_t now)
{
    int64_t id;
    json_t *f =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "body", "河长", "level", "县级",
                  "segment", "中段", "title", "封堵", "problem", "封堵", "decision", "限期完成", "met",
                  "2026-05-30", "owner", "u1", "supervisor", "u2", "goal", "核查", "due", "2026-09-01");
    json_t *listed =
        json_pack("{s:s, s:s, s:s, s:[s], s:s, s:s, s:[{s:s, s:s, s:s, s:s}]}", "segment", "中段", "body",
                  "河长", "problem", "名录", "levels", "县级", "owner", "u1", "supervisor", "u2", "chiefs",
                  "level", "县级", "name", "甲", "post", "副县长", "from", "2026-01-01");
    struct err known; /* a folder that was measured before has it */
    case_open(l, "chief", listed, 0, &duty, now, &id, &known);
    json_decref(listed);
    json_t *objects = json_array(), *officers = json_pack("[{s:s, s:s}, {s:s, s:s}]", "name", "a", "unit",
                                                          "u1", "name", "b", "unit", "u2");
    for (int i = 1; i <= UNITS; i++)
        json_array_append_new(objects, json_sprintf("u%d", i));
    struct draw_ask ask = {
        .ledger = "inspection", .seed = "2026", .objects = objects, .officers = officers, .dry = true
    };
    MEASURE("open_with_related", 3, case_open(l, "committee", f, 0, &duty, now, &id, &e));
    MEASURE("draw_dry", 3, ledgers_draw(l, &ask, &duty, now, &out, &e));
    json_decref(f);
    json_decref(objects);
    json_decref(officers);
}

static void measure_all(struct ledgers *l, struct ledgers *quiet, struct ledger_store *s, int64_t now)
{
    struct case_filter past = { .limit = 50, .at = now - 7 * MS_DAY };
    measure_reading(l, now);
    json_t *report_fields = json_pack("{s:s}", "report", "进展");
    struct case_page open = { 0 };
    struct case_query q = {
        .light = -1, .state = "整改中", .open = true, .today = cn_day_of(now), .limit = 200
    };
    struct err why;
    if (case_rows_page(s, &q, &open, &why) < 0)
        die("open", &why);
    double append[200];
    int n = 0;
    for (size_t i = 0; i < open.n; i++) {
        struct case_row row = { 0 };
        if (case_row_get(s, open.id[i], &row, &why) < 0)
            die("row", &why);
        struct actor doer = { .name = "doer", .role = ROLE_RESPONSIBLE, .unit = row.owner };
        case_row_release(&row);
        int64_t t = clock_monotonic_ns();
        if (case_act(l, open.id[i], "report", report_fields, &doer, now, &why) < 0)
            die("report", &why);
        append[n++] = (double)(clock_monotonic_ns() - t) / 1e6;
    }
    if (n)
        report("act_durable", append, n, -1);
    free(open.id);
    json_decref(report_fields);
    /* The clocks alone: an engine that cannot ask the data watches nothing. */
    MEASURE("tick_next_day", 1, ledgers_tick(quiet, now + MS_DAY, NULL, NULL, &e));
    MEASURE("tick_nothing_due", 5, ledgers_tick(quiet, now + MS_DAY + MS_MINUTE, NULL, NULL, &e));
    MEASURE("tick_with_watch", 1, ledgers_tick(l, now + MS_MINUTE, NULL, NULL, &e));
    MEASURE("tick_with_watch_again", 1, ledgers_tick(l, now + 2 * MS_MINUTE, NULL, NULL, &e));
    measure_others(l, now);
    MEASURE("list_a_week_ago", 1, case_write_list(l, &past, &duty, now, &out, &e));
}

/* ---- a request beside the clocks ---- */

enum { ASKED_MAX = 20000 };

struct asker {
    struct ledgers *l;
    int64_t now;
    bool ends;
    double ms[ASKED_MAX];
    int n;
};

static void *ask_lists(void *arg)
{
    struct asker *a = arg;
    struct case_filter f = { .limit = 20, .unit = 7 };
    while (!__atomic_load_n(&a->ends, __ATOMIC_RELAXED) && a->n < ASKED_MAX) {
        struct buf out = BUF_INIT;
        struct err e;
        int64_t t = clock_monotonic_ns();
        if (case_write_list(a->l, &f, &duty, a->now, &out, &e) < 0)
            die("list", &e);
        a->ms[a->n++] = (double)(clock_monotonic_ns() - t) / 1e6;
        buf_release(&out);
        nanosleep(&(struct timespec){ .tv_nsec = 5000000 }, NULL);
    }
    return NULL;
}

static int64_t last_event(struct ledger_store *s)
{
    struct err e;
    char hash[65];
    struct event ev = {
        .case_id = 1, .actor = "bench", .action = "mark", .body = "{}", .before_hash = hash, .hash = hash
    };
    if (ledger_begin(s, &e) < 0 || ledger_last_hash(s, hash, &e) < 0 ||
        ledger_append_event(s, &ev, &ev.seq, &e) < 0)
        die("mark", &e);
    ledger_rollback(s);
    return ev.seq;
}

/* Lists of twenty asked every 5 ms, first alone, then while all clocks of a folder come due: how long the asker waits. */
static void measure_clocks(struct ledgers *l, struct ledger_store *s, int64_t now, int64_t seconds)
{
    static struct asker alone, beside;
    pthread_t thread;
    struct err e;
    bool left;
    alone.l = beside.l = l;
    alone.now = beside.now = now;
    if (pthread_create(&thread, NULL, ask_lists, &alone) != 0)
        exit(1);
    sleep(2);
    __atomic_store_n(&alone.ends, true, __ATOMIC_RELAXED);
    pthread_join(thread, NULL);
    int64_t events = last_event(s), t = clock_monotonic_ns();
    if (pthread_create(&thread, NULL, ask_lists, &beside) != 0)
        exit(1);
    if (ledgers_tick_for(l, now, seconds * 1000000000, NULL, NULL, &left, &e) < 0)
        die("tick", &e);
    double took = (double)(clock_monotonic_ns() - t) / 1e9;
    __atomic_store_n(&beside.ends, true, __ATOMIC_RELAXED);
    pthread_join(thread, NULL);
    qsort(alone.ms, (size_t)alone.n, sizeof *alone.ms, by_time);
    qsort(beside.ms, (size_t)beside.n, sizeof *beside.ms, by_time);
    printf(",\"clocks_s\":%.1f,\"events\":%" PRId64 ",\"left\":%s", took, last_event(s) - events,
           left ? "true" : "false");
    printf(",\"list_alone_ms\":{\"n\":%d,\"median\":%.1f,\"p99\":%.1f,\"max\":%.1f}", alone.n,
           alone.ms[alone.n / 2], alone.ms[alone.n * 99 / 100], alone.ms[alone.n - 1]);
    printf(",\"list_beside_ms\":{\"n\":%d,\"median\":%.1f,\"p99\":%.1f,\"max\":%.1f}", beside.n,
           beside.ms[beside.n / 2], beside.ms[beside.n * 99 / 100], beside.ms[beside.n - 1]);
}

/* In a folder whose clocks were put on by a day. */
static void measure_watch(struct ledgers *l, int64_t now)
{
    MEASURE("tick_with_watch", 1, ledgers_tick(l, now + MS_MINUTE, NULL, NULL, &e));
    MEASURE("tick_with_watch_again", 1, ledgers_tick(l, now + 2 * MS_MINUTE, NULL, NULL, &e));
    MEASURE("tick_with_watch_all", 1, ledgers_tick(l, now + 10 * MS_MINUTE, NULL, NULL, &e));
    measure_others(l, now);
}

int main(int argc, char **argv)
{
    struct err e = { .text = "" };
    bool only_read = argc == 3 && strcmp(argv[2], "read") == 0,
         only_watch = argc == 3 && strcmp(argv[2], "watch") == 0,
         only_clocks = argc == 4 && strcmp(argv[2], "clocks") == 0;
    struct maker m = { .cases = argc > 2 ? atoll(argv[2]) : 1000000 };
    if (argc < 2) {
        fprintf(stderr, "bench_ledger DIR [CASES] [EVENTS]\n");
        return 2;
    }
    int64_t events = argc > 3 ? atoll(argv[3]) : m.cases * 10;
    m.per_case = m.cases > 0 ? events / m.cases : 0;
    cn_parse_iso("2026-06-01 09:00", 16, &m.now);
    struct place *place = make_place();
    struct ledgers *l = NULL, *quiet = NULL;
    if (ledger_store_open(argv[1], true, &m.s, &e) < 0 ||
        ledgers_open(m.s, place, DEFINITIONS, NULL, NULL, &quiet, &e) < 0 ||
        ledgers_open(m.s, place, DEFINITIONS, judge, NULL, &l, &e) < 0)
        die("open", &e);
    int64_t there = 0;
    struct case_page p = { 0 };
    if (case_rows_page(m.s, &(struct case_query){ .light = -1, .limit = 1 }, &p, &e) < 0)
        die("page", &e);
    there = p.total;
    free(p.id);
    printf("{\"bench\":\"ledger\"");
    if (!there && !only_read && !only_watch && !only_clocks) {
        /* One real case: the engine keeps its definition, and the made ones run under it. */
        json_t *f = fields_of(0, m.now, 1, 2, 1);
        json_object_set_new(f, "measures", json_pack("[s]", "检修"));
        int64_t id;
        struct doc d;
        if (case_open(l, "rectification", f, 0, &duty, m.now - MS_DAY, &id, &e) < 0 ||
            ledger_get_doc(m.s, DOC_CASE, id, &d, &e) < 0)
            die("case", &e);
        json_t *doc = json_loads(d.body, 0, NULL);
        snprintf(m.hash, sizeof m.hash, "%s", json_str(doc, "definition", ""));
        json_decref(doc);
        json_decref(f);
        doc_release(&d);
        double s = make_all(&m);
        printf(",\"cases\":%" PRId64 ",\"events\":%" PRId64 ",\"making_s\":%.0f,\"events_per_s\":%.0f",
               m.cases, m.made, s, (double)m.made / s);
    }
    if (only_read) {
        measure_reading(l, m.now);
        puts("}");
        return 0;
    }
    if (only_watch) {
        measure_watch(l, m.now + MS_DAY);
        puts("}");
        return 0;
    }
    if (only_clocks) {
        measure_clocks(quiet, m.s, m.now + MS_DAY, atoll(argv[3]));
        puts("}");
        return 0;
    }
    measure_all(l, quiet, m.s, m.now);
    int64_t n = 0, t = clock_monotonic_ns();
    if (ledgers_check_chain(m.s, &n, &e) < 0)
        die("check", &e);
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    printf(",\"check_s\":%.1f,\"checked\":%" PRId64 ",\"max_rss_mb\":%ld}\n",
           (double)(clock_monotonic_ns() - t) / 1e9, n, use.ru_maxrss / 1024);
    ledgers_close(quiet);
    ledgers_close(l);
    ledger_store_close(m.s);
    place_free(place);
    return 0;
}
