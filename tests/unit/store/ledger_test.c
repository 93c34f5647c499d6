#include "support.h"

#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>
#include <time.h>

#include "base/scoped.h"
#include "store/store.h"

struct fixture {
    char dir[64];
    struct ledger_store *s;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct err e;
    folder_new(f->dir);
    assert_ok(ledger_store_open(f->dir, true, &f->s, &e), e);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    ledger_store_close(f->s);
    folder_drop(f->dir);
    free(f);
    return 0;
}

static void test_settings(void **state)
{
    struct fixture *f = *state;
    struct err e;
    char *v = NULL;
    assert_int_equal(ledger_get_setting(f->s, "city", &v, &e), -ENOENT);
    assert_ok(ledger_put_setting(f->s, "city", "{\"name\":\"临江市\"}", &e), e);
    assert_ok(ledger_put_setting(f->s, "city", "{}", &e), e);
    assert_ok(ledger_get_setting(f->s, "city", &v, &e), e);
    assert_string_equal(v, "{}");
    free(v);
}

static int count_user(const struct user *u, void *arg)
{
    (void)u;
    return ++*(int *)arg == 100;
}

static void test_users_and_sessions(void **state)
{
    struct fixture *f = *state;
    struct err e;
    struct user u = { .name = "li", .display = "李", .hash = "$argon2id$", .role = ROLE_DUTY, .unit = 3 },
                got;
    int64_t id = 0, again = 0;
    assert_ok(ledger_put_user(f->s, &u, &id, &e), e);
    u.role = ROLE_LEADER;
    assert_ok(ledger_put_user(f->s, &u, &again, &e), e);
    assert_int_equal(id, again);
    assert_ok(ledger_get_user(f->s, "li", &got, &e), e);
    assert_int_equal(got.role, ROLE_LEADER);
    assert_string_equal(got.display, "李");
    assert_int_equal(got.unit, 3);
    assert_ok(ledger_get_user_by_id(f->s, id, &got, &e), e);
    assert_int_equal(ledger_get_user(f->s, "wang", &got, &e), -ENOENT);
    int n = 0;
    assert_ok(ledger_each_user(f->s, count_user, &n, &e), e);
    assert_int_equal(n, 1);

    assert_ok(ledger_put_session(f->s, "t1", id, 1000, &e), e);
    assert_ok(ledger_get_session(f->s, "t1", 999, &got, &e), e);
    assert_string_equal(got.name, "li");
    assert_int_equal(ledger_get_session(f->s, "t1", 1000, &got, &e), -ENOENT);
    assert_int_equal(ledger_get_session(f->s, "t1", 5, &got, &e), -ENOENT); /* swept out */
    assert_ok(ledger_put_session(f->s, "t2", id, 1000, &e), e);
    assert_ok(ledger_drop_session(f->s, "t2", &e), e);
    assert_int_equal(ledger_get_session(f->s, "t2", 1, &got, &e), -ENOENT);
    assert_true(ledger_put_session(f->s, "t3", 999, 1000, &e) < 0); /* no such user */
    assert_ok(ledger_put_session(f->s, "t4", id, 1000, &e), e);
    u.disabled = true;
    assert_ok(ledger_put_user(f->s, &u, NULL, &e), e);
    assert_int_equal(ledger_get_session(f->s, "t4", 1, &got, &e), -ENOENT);
    for (int i = 0; i < ROLE_COUNT; i++)
        assert_int_equal(role_from_name(role_name((enum role)i)), i);
    assert_int_equal(role_from_name("king"), -1);
}

struct ids {
    int64_t id[64];
    size_t n;
};

static int take_id(const struct doc *d, void *arg)
{
    struct ids *x = arg;
    x->id[x->n++] = d->id;
    return 0;
}

static const struct {
    const char *name;
    struct doc_query q;
    const char *want; /* numbers of the cases below */
} query_case[] = {
    { "all", { 0 }, "1 2 3 4" },
    { "newest first", { .newest_first = true }, "4 3 2 1" },
    { "limited", { .newest_first = true, .limit = 2 }, "4 3" },
    { "by state", { .state = "open" }, "1 3" },
    { "by owner or supervisor", { .unit = 7 }, "1 2" },
    { "by unit, newest", { .unit = 7, .newest_first = true, .limit = 1 }, "2" },
    { "by site and state", { .site = 5, .state = "open" }, "3" },
    { "by parent", { .parent = 11 }, "4" },
    { "none", { .state = "no" }, "" },
};

static void test_documents(void **state)
{
    struct fixture *f = *state;
    struct err e;
    const struct doc docs[] = {
        { .key = "A-1",
          .state = "open",
          .unit = 7,
          .unit2 = 7,
          .created = 10,
          .updated = 10,
          .body = "{\"a\":1}" },
        { .key = "A-2", .state = "closed", .unit = 2, .unit2 = 7, .body = "{}" },
        { .key = "", .state = "open", .unit = 3, .site = 5, .body = "{}" },
        { .key = NULL, .state = "closed", .parent = 11, .site = 5, .body = "{}" },
    };
    int64_t id[COUNT_OF(docs)];
    for (size_t i = 0; i < COUNT_OF(docs); i++)
        assert_ok(ledger_put_doc(f->s, DOC_CASE, &docs[i], &id[i], &e), e);
    for (size_t c = 0; c < COUNT_OF(query_case); c++) {
        struct ids got = { .n = 0 };
        char text[256] = "";
        assert_ok(ledger_each_doc(f->s, DOC_CASE, &query_case[c].q, take_id, &got, &e), e);
        for (size_t i = 0; i < got.n; i++)
            for (size_t k = 0; k < COUNT_OF(docs); k++)
                if (id[k] == got.id[i])
                    snprintf(text + strlen(text), sizeof text - strlen(text), "%s%zu", *text ? " " : "",
                             k + 1);
        if (strcmp(text, query_case[c].want) != 0)
            fail_msg("%s: got %s", query_case[c].name, text);
    }
    struct doc d;
    assert_ok(ledger_get_doc_by_key(f->s, DOC_CASE, "A-1", &d, &e), e);
    assert_int_equal(d.id, id[0]);
    assert_string_equal(d.body, "{\"a\":1}");
    d.created = 0;
    doc_release(&d);
    assert_int_equal(ledger_get_doc_by_key(f->s, DOC_FINDING, "A-1", &d, &e), -ENOENT);
    assert_int_equal(ledger_get_doc_by_key(f->s, DOC_CASE, "", &d, &e), -ENOENT);
    assert_int_equal(ledger_put_doc(f->s, DOC_CASE, &docs[0], NULL, &e), -EEXIST);
    assert_ok(ledger_put_doc(f->s, DOC_FINDING, &docs[0], NULL, &e), e); /* unique within a kind */
    struct doc change = { .id = id[0], .key = "A-1", .state = "closed", .updated = 20, .body = "{}" };
    assert_ok(ledger_put_doc(f->s, DOC_CASE, &change, NULL, &e), e);
    assert_ok(ledger_get_doc(f->s, DOC_CASE, id[0], &d, &e), e);
    assert_int_equal(d.created, 10);
    assert_int_equal(d.updated, 20);
    assert_string_equal(d.state, "closed");
    doc_release(&d);
    change.id = 9999;
    assert_int_equal(ledger_put_doc(f->s, DOC_CASE, &change, NULL, &e), -ENOENT);
}

static int close_one(const struct doc *d, void *arg)
{
    struct fixture *f = arg;
    struct err e;
    struct doc c = *d;
    c.state = "closed";
    assert_ok(ledger_put_doc(f->s, DOC_CASE, &c, NULL, &e), e);
    return 0;
}

/* A callback may change what is being listed: each row is met once. */
static void test_callbacks_may_write(void **state)
{
    struct fixture *f = *state;
    struct err e;
    for (int i = 0; i < 30; i++)
        assert_ok(ledger_put_doc(f->s, DOC_CASE, &(struct doc){ .state = "open" }, NULL, &e), e);
    assert_ok(ledger_each_doc(f->s, DOC_CASE, &(struct doc_query){ .state = "open" }, close_one, f, &e), e);
    struct ids got = { .n = 0 };
    assert_ok(ledger_each_doc(f->s, DOC_CASE, &(struct doc_query){ .state = "closed" }, take_id, &got, &e),
              e);
    assert_int_equal(got.n, 30);
}

static void test_transactions_nest(void **state)
{
    struct fixture *f = *state;
    struct err e;
    char *v = NULL;
    assert_int_equal(ledger_commit(f->s, &e), -EINVAL);
    ledger_rollback(f->s); /* nothing begun: nothing undone */
    assert_ok(ledger_begin(f->s, &e), e);
    assert_ok(ledger_put_setting(f->s, "a", "1", &e), e);
    assert_ok(ledger_begin(f->s, &e), e);
    assert_ok(ledger_put_setting(f->s, "b", "1", &e), e);
    ledger_rollback(f->s); /* the inner one only */
    assert_ok(ledger_begin(f->s, &e), e);
    assert_ok(ledger_put_setting(f->s, "c", "1", &e), e);
    assert_ok(ledger_commit(f->s, &e), e);
    assert_ok(ledger_commit(f->s, &e), e);
    assert_ok(ledger_get_setting(f->s, "a", &v, &e), e);
    free(v);
    assert_int_equal(ledger_get_setting(f->s, "b", &v, &e), -ENOENT);
    assert_ok(ledger_get_setting(f->s, "c", &v, &e), e);
    free(v);
    assert_ok(ledger_begin(f->s, &e), e);
    assert_ok(ledger_begin(f->s, &e), e);
    assert_ok(ledger_put_setting(f->s, "d", "1", &e), e);
    assert_ok(ledger_commit(f->s, &e), e);
    ledger_rollback(f->s); /* the outer one takes the inner one with it */
    assert_int_equal(ledger_get_setting(f->s, "d", &v, &e), -ENOENT);
}

static int count_event(const struct event *ev, void *arg)
{
    int64_t *seq = arg;
    assert_true(ev->seq > *seq);
    *seq = ev->seq;
    return 0;
}

static void test_events_are_only_added(void **state)
{
    struct fixture *f = *state;
    struct err e;
    char hash[65] = "x";
    int64_t seq = 0;
    assert_ok(ledger_last_hash(f->s, hash, &e), e);
    assert_string_equal(hash, "");
    for (int i = 0; i < 4; i++) {
        char h[65];
        snprintf(h, sizeof h, "%064d", i);
        struct event ev = { .case_id = 1 + i % 2,
                            .at = i,
                            .actor = "li",
                            .action = "open",
                            .body = "{}",
                            .before_hash = hash,
                            .hash = h };
        assert_ok(ledger_append_event(f->s, &ev, &seq, &e), e);
        assert_int_equal(seq, i + 1);
        assert_ok(ledger_last_hash(f->s, hash, &e), e);
        assert_string_equal(hash, h);
    }
    int64_t last = 0;
    assert_ok(ledger_each_event(f->s, 2, count_event, &last, &e), e);
    assert_int_equal(last, 4);

    /* Another program with the file open is refused as well. */
    char path[128];
    sqlite3 *h = NULL;
    snprintf(path, sizeof path, "%s/ledger.db", f->dir);
    assert_int_equal(sqlite3_open(path, &h), SQLITE_OK);
    static const char *const forbidden[] = {
        "UPDATE event SET action = 'x'",
        "DELETE FROM event WHERE seq = 1",
        "DELETE FROM event",
        "INSERT OR REPLACE INTO event VALUES(2, 1, 0, 'x', 'x', '{}', '', '')",
        "REPLACE INTO event VALUES(4, 1, 0, 'x', 'x', '{}', '', '')",
        "INSERT INTO event VALUES(2, 1, 0, 'x', 'x', '{}', '', '') ON CONFLICT DO UPDATE SET action = 'x'",
    };
    for (size_t i = 0; i < COUNT_OF(forbidden); i++)
        assert_int_equal(sqlite3_exec(h, forbidden[i], NULL, NULL, NULL), SQLITE_CONSTRAINT);
    sqlite3_close(h);
    last = 0;
    assert_ok(ledger_each_event(f->s, 0, count_event, &last, &e), e);
    assert_int_equal(last, 4);
}

enum { THREADS = 4, ADDS = 60 };

static void *add_events(void *arg)
{
    struct fixture *f = arg;
    struct err e;
    for (int i = 0; i < ADDS; i++) {
        char before[65], hash[65];
        struct doc d;
        int64_t id = 0;
        assert_ok(ledger_begin(f->s, &e), e);
        assert_ok(ledger_last_hash(f->s, before, &e), e);
        snprintf(hash, sizeof hash, "%064lld", strtoll(*before ? before : "0", NULL, 10) + 1);
        struct event ev = { .case_id = 1, .actor = "t", .action = "x", .before_hash = before, .hash = hash };
        assert_ok(ledger_append_event(f->s, &ev, NULL, &e), e);
        assert_ok(ledger_put_doc(f->s, DOC_CASE, &(struct doc){ .state = "open", .body = "{}" }, &id, &e), e);
        if (i % 5 == 4)
            ledger_rollback(f->s);
        else
            assert_ok(ledger_commit(f->s, &e), e);
        if (i % 5 != 4) {
            assert_ok(ledger_get_doc(f->s, DOC_CASE, id, &d, &e), e);
            doc_release(&d);
        }
    }
    return NULL;
}

/* The chain does not fork and nothing is lost or doubled with several threads at it. */
static void test_threads(void **state)
{
    struct fixture *f = *state;
    pthread_t t[THREADS];
    struct err e;
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&t[i], NULL, add_events, f), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(t[i], NULL);
    char hash[65];
    int64_t last = 0;
    assert_ok(ledger_last_hash(f->s, hash, &e), e);
    assert_int_equal(strtoll(hash, NULL, 10), THREADS * ADDS * 4 / 5);
    assert_ok(ledger_each_event(f->s, 0, count_event, &last, &e), e);
}

static void test_opens_again(void **state)
{
    struct fixture *f = *state;
    struct err e;
    struct ledger_store *s = NULL;
    char *v = NULL, empty[64];
    assert_ok(ledger_put_setting(f->s, "a", "1", &e), e);
    f->s = ledger_store_close(f->s);
    assert_ok(ledger_store_open(f->dir, false, &f->s, &e), e);
    assert_ok(ledger_get_setting(f->s, "a", &v, &e), e);
    free(v);
    folder_new(empty);
    assert_int_equal(ledger_store_open(empty, false, &s, &e), -ENOENT);
    folder_drop(empty);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

/* ---- who waits for the store has it in turn ---- */

struct turn {
    struct ledger_store *s;
    int held, ends; /* atomic: transactions so far; stop */
};

static void *hold_again_and_again(void *arg)
{
    struct turn *t = arg;
    struct err e;
    while (!__atomic_load_n(&t->ends, __ATOMIC_SEQ_CST)) {
        assert_ok(ledger_begin(t->s, &e), e);
        struct timespec work = { .tv_nsec = 2000000 };
        nanosleep(&work, NULL);
        __atomic_add_fetch(&t->held, 1, __ATOMIC_SEQ_CST);
        assert_ok(ledger_commit(t->s, &e), e);
    }
    return NULL;
}

static void test_turns(void **state)
{
    struct fixture *f = *state;
    struct turn t = { .s = f->s };
    struct err e;
    pthread_t other;
    int slow = 0;
    assert_int_equal(pthread_create(&other, NULL, hold_again_and_again, &t), 0);
    while (!__atomic_load_n(&t.held, __ATOMIC_SEQ_CST)) {
    }
    for (int i = 0; i < 50; i++) {
        char *v = NULL;
        int before = __atomic_load_n(&t.held, __ATOMIC_SEQ_CST);
        assert_ok(ledger_begin(f->s, &e), e); /* and again: the holder does not wait for itself */
        int waited = __atomic_load_n(&t.held, __ATOMIC_SEQ_CST) - before;
        assert_int_equal(ledger_get_setting(f->s, "none", &v, &e), -ENOENT);
        slow += waited > 2; /* the one that held it, and one begun before this thread had asked */
        ledger_rollback(f->s);
    }
    __atomic_store_n(&t.ends, 1, __ATOMIC_SEQ_CST);
    pthread_join(other, NULL);
    assert_true(slow <= 5); /* on a busy machine a thread may sleep between looking and asking */
}

static void test_wanted(void **state)
{
    struct fixture *f = *state;
    struct turn t = { .s = f->s };
    struct err e;
    pthread_t other;
    assert_ok(ledger_begin(f->s, &e), e);
    assert_false(ledger_wanted(f->s));
    assert_int_equal(pthread_create(&other, NULL, hold_again_and_again, &t), 0);
    while (!ledger_wanted(f->s)) {
    }
    assert_int_equal(__atomic_load_n(&t.held, __ATOMIC_SEQ_CST), 0);
    __atomic_store_n(&t.ends, 1, __ATOMIC_SEQ_CST);
    ledger_rollback(f->s);
    pthread_join(other, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_settings),
        T(test_turns),
        T(test_wanted),
        T(test_users_and_sessions),
        T(test_documents),
        T(test_callbacks_may_write),
        T(test_transactions_nest),
        T(test_events_are_only_added),
        T(test_threads),
        T(test_opens_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
