#include "fixture.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int open_stream(struct fixture *f, int receive_buffer)
{
    static const char line[] = "GET /api/v1/events HTTP/1.1\r\nHost: x\r\n\r\n";
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(api_port(f->api)) };
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (receive_buffer)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    struct timeval wait = { .tv_sec = 10 };
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) < 0 || write(fd, line, sizeof line - 1) < 0) {
        close(fd);
        return -1;
    }
    return fd;
}

/* Reads until the text has come; false when the stream ends before. */
static bool read_until(int fd, struct buf *got, const char *text)
{
    while (!got->data || !strstr(got->data, text)) {
        char *room = buf_room(got, 4096);
        ssize_t n = read(fd, room, 4096);
        if (n <= 0)
            return false;
        buf_grown(got, (size_t)n);
    }
    return true;
}

static int streams(struct fixture *f)
{
    struct reply r;
    ask(f, "GET", "/metrics", NULL, NULL, NULL, &r);
    const char *at = strstr(r.body.data, "\nbihuan_http_streams ");
    assert_non_null(at);
    int n = atoi(at + strlen("\nbihuan_http_streams "));
    reply_release(&r);
    return n;
}

static bool streams_become(struct fixture *f, int n)
{
    for (int i = 0; i < 3000; i++) {
        if (streams(f) == n)
            return true;
        usleep(10000);
        api_publish(
            f->api, "city",
            "{}"); /* again and again: what is written at once may be one write, which tells nothing */
    }
    return false;
}

static void delivery(void **state)
{
    struct fixture *f = *state;
    struct buf a = BUF_INIT, b = BUF_INIT;
    int one = open_stream(f, 0), two = open_stream(f, 0);
    assert_true(read_until(one, &a, "retry: 3000"));
    assert_true(read_until(two, &b, "retry: 3000"));
    assert_non_null(strstr(a.data, "Content-Type: text/event-stream"));
    api_publish(f->api, "observation", "{\"site\":2}");
    api_publish(f->api, "case", "{\"id\":7}");
    assert_true(read_until(one, &a, "event: observation\ndata: {\"site\":2}\n\n"));
    assert_true(read_until(two, &b, "event: case\ndata: {\"id\":7}\n\n"));
    assert_int_equal(streams(f), 2);
    /* A client that went away is noticed when there is something to say to it. */
    close(one);
    assert_true(streams_become(f, 1));
    close(two);
    buf_release(&a);
    buf_release(&b);
}

static void many_streams_take_no_thread(void **state)
{
    struct fixture *f = *state;
    enum { MANY = 100 };
    int fd[MANY];
    struct buf got[MANY] = { 0 };
    for (int i = 0; i < MANY; i++) {
        fd[i] = open_stream(f, 0);
        assert_true(read_until(fd[i], &got[i], "retry:"));
    }
    assert_int_equal(status_of(f, "GET", "/api/v1/me", NULL, NULL), 200);
    api_publish(f->api, "city", "{\"last\":1}");
    for (int i = 0; i < MANY; i++) {
        assert_true(read_until(fd[i], &got[i], "{\"last\":1}"));
        close(fd[i]);
        buf_release(&got[i]);
    }
}

static void slow_clients_are_dropped(void **state)
{
    struct fixture *f = *state;
    struct buf got = BUF_INIT, late = BUF_INIT;
    int slow = open_stream(f, 4096), good = open_stream(f, 0);
    assert_true(read_until(good, &got, "retry:"));
    assert_true(streams_become(f, 2));
    char json[4000];
    memset(json, 'x', sizeof json);
    memcpy(json, "{\"x\":\"", 6);
    memcpy(json + sizeof json - 3, "\"}", 3);
    /* More than the sockets' own buffers take: the good one reads along. */
    bool dropped = false;
    for (int i = 0; i < 4000 && !dropped; i++) {
        char mark[32];
        snprintf(mark, sizeof mark, "\"n\":%d}", i);
        api_publish(f->api, "x", json);
        char numbered[40];
        snprintf(numbered, sizeof numbered, "{%s", mark);
        api_publish(f->api, "y", numbered);
        buf_clear(&got);
        assert_true(read_until(good, &got, mark));
        dropped = i % 50 == 49 && streams(f) == 1;
    }
    assert_true(dropped);
    /* Its stream has an end; the good one goes on. */
    assert_false(read_until(slow, &late, "never said"));
    buf_clear(&got);
    api_publish(f->api, "z", "{}");
    assert_true(read_until(good, &got, "event: z"));
    close(slow);
    close(good);
    buf_release(&got);
    buf_release(&late);
}

/* ---- all at once, for the thread sanitizer ---- */

struct worker {
    struct fixture *f;
    pthread_t thread;
};

static void *ask_much(void *arg)
{
    struct worker *w = arg;
    static const char *const paths[] = { "/api/v1/overview", "/api/v1/sites/2/series?factor=w01018",
                                         "/api/v1/me", "/metrics", "/" };
    for (size_t i = 0; i < 40; i++) {
        struct reply r;
        ask(w->f, "GET", paths[i % 5], w->f->token[ROLE_DUTY], NULL, NULL, &r);
        assert_int_equal(r.status, 200);
        reply_release(&r);
    }
    return NULL;
}

static void *publish_much(void *arg)
{
    struct worker *w = arg;
    for (int i = 0; i < 300; i++) {
        api_publish(w->f->api, "city", "{}");
        api_beat(w->f->api);
        usleep(500);
    }
    return NULL;
}

static void *stream_much(void *arg)
{
    struct worker *w = arg;
    for (int i = 0; i < 30; i++) {
        struct buf got = BUF_INIT;
        int fd = open_stream(w->f, 0);
        read_until(fd, &got, "event: city");
        close(fd);
        buf_release(&got);
    }
    return NULL;
}

static void all_at_once(void **state)
{
    struct fixture *f = *state;
    fixture_login_all(f);
    void *(*const jobs[])(
        void *) = { ask_much, ask_much, publish_much, publish_much, stream_much, stream_much };
    struct worker w[6];
    for (int i = 0; i < 6; i++) {
        w[i].f = f;
        assert_int_equal(pthread_create(&w[i].thread, NULL, jobs[i], &w[i]), 0);
    }
    for (int i = 0; i < 6; i++)
        pthread_join(w[i].thread, NULL);
}

/* Streams that are open and asleep do not hold the server up when it stops. */
static void stopping(void **state)
{
    struct fixture *f = *state;
    struct buf got = BUF_INIT;
    int fd = open_stream(f, 0);
    assert_true(read_until(fd, &got, "retry:"));
    f->api = api_stop(f->api);
    assert_false(read_until(fd, &got, "never said"));
    close(fd);
    buf_release(&got);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(delivery, fixture_setup_alone, fixture_teardown),
        cmocka_unit_test_setup_teardown(many_streams_take_no_thread, fixture_setup_alone, fixture_teardown),
        cmocka_unit_test_setup_teardown(slow_clients_are_dropped, fixture_setup_alone, fixture_teardown),
        cmocka_unit_test_setup_teardown(all_at_once, fixture_setup_alone, fixture_teardown),
        cmocka_unit_test_setup_teardown(stopping, fixture_setup_alone, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
