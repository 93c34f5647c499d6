/* The chain of events: it proves itself, finds a flipped byte, does not fork under threads, and replays to the same documents. */
#include "support.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/file.h"
#include "ledger/chain.h"
#include "base/sm3.h"

#define N(a) (sizeof(a) / sizeof *(a))

static int setup(void **state)
{
    struct world *w = malloc(sizeof *w);
    world_make(w, NULL);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    world_end(*state);
    free(*state);
    return 0;
}

/* GB/T 32905-2016 appendix A, examples 1 and 2. */
static void test_sm3(void **state)
{
    char hash[65];
    (void)state;
    assert_int_equal(sm3_hex("abc", 3, hash, NULL), 0);
    assert_string_equal(hash, "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
    char sixteen[65] = "";
    for (int i = 0; i < 16; i++)
        memcpy(sixteen + (size_t)i * 4, "abcd", 5);
    assert_int_equal(sm3_hex(sixteen, 64, hash, NULL), 0);
    assert_string_equal(hash, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732");
}

/* The bytes that are hashed are a promise to whoever verifies without this program. */
static void test_bytes(void **state)
{
    char want[65], hash[65];
    (void)state;
    static const char bytes[] = "00{\"action\":\"open\",\"actor\":\"a\\\"b\\u0001\\n碧\",\"at\":"
                                "1772413200000,\"body\":{\"k\":1.5},\"case\":7}";
    struct event ev = { .case_id = 7,
                        .at = 1772413200000,
                        .actor = "a\"b\1\n碧",
                        .action = "open",
                        .body = "{\"k\":1.5}",
                        .before_hash = "00" };
    assert_int_equal(sm3_hex(bytes, strlen(bytes), want, NULL), 0);
    assert_int_equal(chain_hash(&ev, hash, NULL), 0);
    assert_string_equal(hash, want);
}

/* A long random walk; afterwards every document is the sum of its events and the chain is whole. */
static void test_replay(void **state)
{
    static const char *const actions[] = { "accept",  "report",    "submit", "return", "approve",
                                           "publish", "objection", "uphold", "close",  "extend" };
    static const char *const fields[] = { NULL,
                                          "{'report':'进展 1.10','evidence':[{'kind':'照片','text':'一'}]}",
                                          "{'report':'r','evidence':'文件：x'}",
                                          "{'reason':'r'}",
                                          "{'opinion':'o'}",
                                          NULL,
                                          "{'reason':'r'}",
                                          "{'reason':'r'}",
                                          NULL,
                                          "{'due':'2027-01-01','reason':'r'}" };
    static const char *const verdicts[] = { "met", "met", "not_met", "cannot_judge" };
    struct world *w = *state;
    int64_t id[4], done = 0;
    unsigned seed = 20260302;
    for (size_t i = 0; i < N(id); i++)
        id[i] = open_case(w, i % 2 ? worded_case : measured_case);
    for (int i = 0; i < 400; i++) {
        seed = seed * 1664525u + 1013904223u;
        size_t a = (seed >> 8) % N(actions);
        struct err e = { 0 };
        w->verdict = verdicts[(seed >> 16) % N(verdicts)];
        w->now += (seed >> 20) % 3 * MS_DAY / 2;
        const struct actor *who = a == 0 || a == 1 || a == 2   ? DOER
                                  : a == 3 || a == 4 || a == 9 ? OVERSEER
                                                               : ON_DUTY;
        done += act(w, id[(seed >> 12) % N(id)], actions[a], fields[a], who, &e) == 0;
        if (i % 40 == 39) {
            w->last_broken = w->now - MS_HOUR;
            assert_int_equal(ledgers_tick(w->l, w->now, NULL, NULL, &e), 0);
        }
    }
    assert_true(done > 60);
    chain_holds(w, -1);
    world_reopen(w);
    chain_holds(w, -1);
}

static size_t find_all(const struct buf *file, const char *mark, size_t *at_, size_t max)
{
    size_t n = 0;
    for (char *p = file->data;
         n < max && (p = memmem(p, file->len - (size_t)(p - file->data), mark, strlen(mark))); p++)
        at_[n++] = (size_t)(p - file->data);
    return n;
}

/* Whichever copy of a text is changed on disk, in the event or in the case's document, it is found. */
static void test_flipped_byte(void **state)
{
    struct world *w = *state;
    struct err e = { 0 };
    char path[96];
    struct buf file = BUF_INIT;
    size_t where[8];
    int64_t id = case_in(w, measured_case, "整改中");
    must(w, id, "submit", "{'report':'MARKED-REPORT'}", DOER);
    must(w, id, "approve", NULL, OVERSEER);
    chain_holds(w, 4);
    w->l = ledgers_close(w->l);
    w->store = ledger_store_close(w->store);
    snprintf(path, sizeof path, "%s/ledger.db", w->dir);
    assert_int_equal(file_read(path, 1 << 26, &file, &e), 0);
    size_t n = find_all(&file, "MARKED-REPORT", where, N(where));
    assert_true(n >= 2);
    for (size_t i = 0; i < n; i++) {
        file.data[where[i]] = 'm';
        assert_int_equal(file_replace(path, file.data, file.len, 0600, &e), 0);
        assert_int_equal(ledger_store_open(w->dir, false, &w->store, &e), 0);
        int r = ledgers_check_chain(w->store, NULL, &e);
        w->store = ledger_store_close(w->store);
        file.data[where[i]] = 'M';
        if (r != -EBADMSG) /* an old copy in a free part of a page may be the one that changed */
            n--;
        else
            assert_true(strstr(e.text, "event 3") || strstr(e.text, "case 1"));
    }
    assert_true(n >= 2);
    buf_release(&file);
}

/* Events written past the engine: a wrong hash, a wrong predecessor, a history that does not begin with opening. */
static void test_forged_events(void **state)
{
    struct world *w = *state;
    static const char *const bodies[] = { "{\"to\":\"销号\"}", "{}", "not json" };
    for (size_t i = 0; i < N(bodies); i++) {
        struct err e = { 0 };
        char before[65], hash[65];
        int64_t seq;
        world_end(w);
        world_make(w, NULL);
        int64_t id = case_in(w, measured_case, "整改中");
        assert_int_equal(ledger_last_hash(w->store, before, &e), 0);
        struct event ev = { .case_id = i == 1 ? id + 50 : id,
                            .at = w->now,
                            .actor = "x",
                            .action = "close",
                            .body = bodies[i],
                            .before_hash = before,
                            .hash = hash };
        assert_int_equal(chain_hash(&ev, hash, &e), 0);
        if (i == 2)
            memset(hash, 'a', 64);
        assert_int_equal(ledger_append_event(w->store, &ev, &seq, &e), 0);
        assert_int_equal(ledgers_check_chain(w->store, NULL, &e), -EBADMSG);
    }
}

/* ---- threads ---- */

struct racer {
    struct world *w;
    int64_t id;
    const char *action;
    struct actor who;
    int rounds;
    int won, lost;
};

static void *race(void *arg)
{
    struct racer *r = arg;
    json_t *f = json_pack("{s:s}", "report", "进展");
    for (int i = 0; i < r->rounds; i++) {
        struct err e = { 0 };
        bool accept = strcmp(r->action, "accept") == 0;
        int did = case_act(r->w->l, r->id, r->action, accept ? NULL : f, &r->who, r->w->now, &e);
        r->won += did == 0;
        r->lost += did == -EINVAL;
    }
    json_decref(f);
    return NULL;
}

static void run_race(struct world *w, int64_t id, const char *action, int rounds, int want_won)
{
    enum { THREADS = 6 };
    pthread_t thread[THREADS];
    struct racer r[THREADS];
    int won = 0, lost = 0;
    for (int i = 0; i < THREADS; i++) {
        r[i] =
            (struct racer){ w,      id, action, { .name = "doer", .role = ROLE_RESPONSIBLE, .unit = PLANT },
                            rounds, 0,  0 };
        assert_int_equal(pthread_create(&thread[i], NULL, race, &r[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(thread[i], NULL);
        won += r[i].won;
        lost += r[i].lost;
    }
    assert_int_equal(won, want_won);
    assert_int_equal(lost, THREADS * rounds - want_won);
}

static void test_threads(void **state)
{
    struct world *w = *state;
    int64_t id = open_case(w, measured_case);
    run_race(w, id, "accept", 1, 1); /* one of six takes the case on, the others are told that it is taken */
    run_race(w, id, "report", 5, 30);
    json_t *v = view(w, id, ON_DUTY);
    assert_int_equal(json_array_size(json_object_get(v, "events")), 32);
    json_decref(v);
    chain_holds(w, 32);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sm3), cmocka_unit_test(test_bytes), T(test_replay),
        T(test_flipped_byte),       T(test_forged_events),        T(test_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
