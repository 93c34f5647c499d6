#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "net/loop.h"
#include "net/worker.h"

static const struct conn_bounds roomy = { .in_max = LOOP_READ_MAX, .out_max = 1 << 20 };

static struct loop *new_loop(void)
{
    struct loop *l = NULL;
    assert_int_equal(loop_new(&l, NULL), 0);
    return l;
}

/* ---- timers ---- */

struct mark {
    struct loop *loop;
    struct timer t;
    int id;
    struct marks *all;
};

struct marks {
    struct mark mark[40];
    int order[64];
    int n, stop_at;
};

static void mark_fired(void *arg)
{
    struct mark *m = arg;
    m->all->order[m->all->n++] = m->id;
    if (m->all->n == m->all->stop_at)
        loop_stop(m->loop);
}

static void test_timers_fire_in_order(void **state)
{
    (void)state;
    struct loop *l = new_loop();
    struct marks all = { .stop_at = 30 };
    for (int i = 0; i < 40; i++) {
        all.mark[i] = (struct mark){ .loop = l, .id = i, .all = &all };
        all.mark[i].t = (struct timer){ .fire = mark_fired, .arg = &all.mark[i] };
        assert_int_equal(timer_set(l, &all.mark[i].t, 10 + (i * 17) % 40), 0);
    }
    for (int i = 0; i < 40; i += 4)
        timer_clear(l, &all.mark[i].t);
    timer_clear(l, &all.mark[0].t); /* not set: nothing */
    assert_int_equal(loop_run(l), 0);
    assert_int_equal(all.n, 30);
    for (int i = 1; i < all.n; i++)
        assert_true(all.mark[all.order[i - 1]].t.at <= all.mark[all.order[i]].t.at);
    loop_free(l);
}

struct again {
    struct loop *loop;
    struct timer t, end;
    int n;
};

static void again_fired(void *arg)
{
    struct again *a = arg;
    a->n++;
    timer_set(a->loop, &a->t, 0);
}

static void again_end(void *arg)
{
    loop_stop(((struct again *)arg)->loop);
}

static void test_a_timer_that_sets_itself_starves_nobody(void **state)
{
    (void)state;
    struct again a = { .loop = new_loop() };
    a.t = (struct timer){ .fire = again_fired, .arg = &a };
    a.end = (struct timer){ .fire = again_end, .arg = &a };
    timer_set(a.loop, &a.t, 0);
    timer_set(a.loop, &a.end, 20);
    assert_int_equal(loop_run(a.loop), 0);
    assert_true(a.n > 1);
    loop_free(a.loop);
}

/* ---- wake-ups and workers ---- */

struct waker {
    struct loop *loop;
    int woken;
};

static void woken(void *arg)
{
    struct waker *w = arg;
    if (++w->woken == 1)
        loop_wake(w->loop);
    else
        loop_stop(w->loop);
}

static void wake_it(void *arg)
{
    loop_wake(((struct waker *)arg)->loop);
}

static void test_wake_from_another_thread(void **state)
{
    (void)state;
    struct waker w = { .loop = new_loop() };
    struct worker worker;
    loop_on_wake(w.loop, woken, &w);
    assert_int_equal(worker_start(&worker, "waker", wake_it, &w, NULL), 0);
    assert_int_equal(loop_run(w.loop), 0);
    worker_join(&worker);
    worker_join(&worker);
    assert_int_equal(w.woken, 2);
    loop_free(w.loop);
}

/* ---- connections ---- */

/* A server that echoes, and a client that sends `want` bytes and counts what comes back. */
struct talk {
    struct loop *loop;
    struct conn *client, *server;
    size_t want, sent, got;
    size_t at_once; /* what the server takes of each offer; 0: all */
    bool pausing, mute;
    int opened, closed, server_why, client_why;
    struct timer t;
};

static void talk_opened(struct conn *c)
{
    struct talk *t = conn_owner(c);
    t->opened++;
    if (c != t->client)
        t->server = c;
}

static void resume_server(void *arg)
{
    struct talk *t = arg;
    conn_resume(t->server);
}

static size_t server_data(struct conn *c, const char *bytes, size_t len)
{
    struct talk *t = conn_owner(c);
    size_t n = t->at_once && len > t->at_once ? t->at_once : len;
    if (!t->mute && conn_send(c, bytes, n) < 0)
        return len;
    if (t->pausing) {
        conn_pause(c);
        timer_set(t->loop, &t->t, 1);
    }
    return n;
}

static void server_closed(struct conn *c, int why)
{
    struct talk *t = conn_owner(c);
    t->closed++;
    t->server_why = why;
}

static void client_go(struct conn *c)
{
    struct talk *t = conn_owner(c);
    char b[1000];
    talk_opened(c);
    for (; t->sent < t->want; t->sent += sizeof b) {
        for (size_t i = 0; i < sizeof b; i++)
            b[i] = (char)((t->sent + i) % 251);
        assert_int_equal(conn_send(c, b, sizeof b), 0);
    }
}

static size_t client_data(struct conn *c, const char *bytes, size_t len)
{
    struct talk *t = conn_owner(c);
    for (size_t i = 0; i < len; i++)
        assert_int_equal((unsigned char)bytes[i], (t->got + i) % 251);
    t->got += len;
    if (t->got == t->want)
        conn_close(c);
    return len;
}

static void client_closed(struct conn *c, int why)
{
    struct talk *t = conn_owner(c);
    t->closed++;
    t->client_why = why;
    loop_stop(t->loop);
}

static const struct conn_ops server_ops = { talk_opened, server_data, server_closed, NULL };
static const struct conn_ops client_ops = { client_go, client_data, client_closed, NULL };

static void talk_run(struct talk *t, const struct conn_bounds *at_server)
{
    int port = 0;
    t->loop = new_loop();
    t->t = (struct timer){ .fire = resume_server, .arg = t };
    assert_int_equal(loop_listen(t->loop, "127.0.0.1", 0, &server_ops, at_server, t, &port, NULL), 0);
    assert_true(port > 0);
    assert_int_equal(loop_connect(t->loop, "127.0.0.1", port, &client_ops, &roomy, t, &t->client, NULL), 0);
    assert_int_equal(loop_run(t->loop), 0);
}

static const struct {
    const char *name;
    size_t want, at_once, in_max, out_max;
    bool pausing;
} echo_case[] = {
    { "all at once", 100000, 0, LOOP_READ_MAX, 1 << 20, false },
    { "in bites of 7 bytes", 20000, 7, 5000, 1 << 20, false },
    { "with a pause after each bite", 20000, 999, 4096, 1 << 20, true },
    { "more than the server may keep for the client", 900000, 0, 4096, 16384, false },
};

static void test_echo(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof echo_case / sizeof *echo_case; i++) {
        struct talk t = { .want = echo_case[i].want,
                          .at_once = echo_case[i].at_once,
                          .pausing = echo_case[i].pausing };
        struct conn_bounds b = { .in_max = echo_case[i].in_max, .out_max = echo_case[i].out_max };
        talk_run(&t, &b);
        if (t.got != t.want || t.client_why)
            fail_msg("%s: %zu of %zu bytes came back, %d", echo_case[i].name, t.got, t.want, t.client_why);
        loop_free(t.loop);
        assert_int_equal(t.opened, 2);
        assert_int_equal(t.closed, 2);
    }
}

static void test_idle_connections_are_closed(void **state)
{
    (void)state;
    struct talk t = { .want = 1000, .mute = true };
    struct conn_bounds b = { .in_max = 4096, .out_max = 4096, .idle_ms = 60 };
    int64_t started = clock_monotonic_ns();
    talk_run(&t, &b);
    assert_int_equal(t.server_why, -ETIMEDOUT);
    assert_int_equal(t.client_why, 0);
    assert_true(clock_monotonic_ns() - started >= 55000000);
    loop_free(t.loop);
}

static void test_refused_connect(void **state)
{
    (void)state;
    struct talk t = { .loop = new_loop() };
    struct loop *other = new_loop();
    int port = 0;
    assert_int_equal(loop_listen(other, "127.0.0.1", 0, &server_ops, &roomy, &t, &port, NULL), 0);
    loop_free(other); /* a port that surely nobody listens on */
    assert_int_equal(loop_connect(t.loop, "127.0.0.1", port, &client_ops, &roomy, &t, &t.client, NULL), 0);
    assert_int_equal(loop_run(t.loop), 0);
    assert_int_equal(t.client_why, -ECONNREFUSED);
    assert_int_equal(t.opened, 0);
    loop_free(t.loop);
}

static void test_listen_says_what_is_wrong(void **state)
{
    (void)state;
    struct loop *l = new_loop();
    struct err e = { 0 };
    int port = 0;
    assert_int_equal(loop_listen(l, "not-an-address", 0, &server_ops, &roomy, NULL, NULL, &e), -EINVAL);
    assert_non_null(strstr(e.text, "not-an-address"));
    assert_int_equal(loop_listen(l, "127.0.0.1", 0, &server_ops, &roomy, NULL, &port, &e), 0);
    assert_int_equal(loop_listen(l, "127.0.0.1", port, &server_ops, &roomy, NULL, NULL, &e), -EADDRINUSE);
    loop_free(l);
}

static size_t never_enough(struct conn *c, const char *bytes, size_t len)
{
    (void)c;
    (void)bytes;
    (void)len;
    return 0;
}

/* What `data` never uses fills the buffer and ends the connection, not the memory. */
static void test_input_is_bounded(void **state)
{
    (void)state;
    static const struct conn_ops greedy = { talk_opened, never_enough, server_closed, NULL };
    struct talk t = { .want = 50000, .loop = new_loop() };
    struct conn_bounds b = { .in_max = 4096, .out_max = 4096 };
    int port = 0;
    assert_int_equal(loop_listen(t.loop, "127.0.0.1", 0, &greedy, &b, &t, &port, NULL), 0);
    assert_int_equal(loop_connect(t.loop, "127.0.0.1", port, &client_ops, &roomy, &t, &t.client, NULL), 0);
    assert_int_equal(loop_run(t.loop), 0);
    assert_int_equal(t.server_why, -ENOBUFS);
    loop_free(t.loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_timers_fire_in_order),
        cmocka_unit_test(test_a_timer_that_sets_itself_starves_nobody),
        cmocka_unit_test(test_wake_from_another_thread),
        cmocka_unit_test(test_echo),
        cmocka_unit_test(test_idle_connections_are_closed),
        cmocka_unit_test(test_refused_connect),
        cmocka_unit_test(test_listen_says_what_is_wrong),
        cmocka_unit_test(test_input_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
