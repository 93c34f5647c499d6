#include "support.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"

const uint8_t peer_key[HJ212_KEY_BYTES] = { 0x5a, 0x11, 0xc3, 0x07, 0x9e, 0x42, 0xd8, 0x60,
                                            0x2f, 0xb5, 0x74, 0xea, 0x13, 0x86, 0x4d, 0xf1 };

int64_t peer_now(void)
{
    struct clock c;
    clock_init_real(&c);
    return clock_now(&c);
}

static struct sockaddr_in local(int port)
{
    return (struct sockaddr_in){ .sin_family = AF_INET,
                                 .sin_port = htons((uint16_t)port),
                                 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

int peer_dial(int port)
{
    struct sockaddr_in at = local(port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof at) == 0);
    return fd;
}

static void open_listener(struct match *m)
{
    struct sockaddr_in at = local(0);
    socklen_t len = sizeof at;
    m->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(m->listener >= 0 && bind(m->listener, (struct sockaddr *)&at, sizeof at) == 0 &&
                listen(m->listener, 8) == 0 && getsockname(m->listener, (struct sockaddr *)&at, &len) == 0);
    m->port = ntohs(at.sin_port);
}

bool peer_send(int fd, const void *bytes, size_t len)
{
    return send(fd, bytes, len, MSG_NOSIGNAL) == (ssize_t)len;
}

bool peer_read(int fd, struct buf *in, int ms)
{
    struct pollfd p = { .fd = fd, .events = POLLIN };
    char bytes[65536];
    if (poll(&p, 1, ms) <= 0)
        return true;
    ssize_t n = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
    if (n > 0)
        buf_add(in, bytes, (size_t)n);
    return n > 0 || (n < 0 && errno == EAGAIN);
}

void peer_seal(struct buf *frame)
{
    scoped(buf_release) struct buf segment = BUF_INIT;
    buf_add(&segment, frame->data + 6, frame->len - HJ212_FRAME_OVERHEAD);
    buf_clear(frame);
    hj212_wrap(frame, segment.data, segment.len);
}

void peer_swap(struct buf *frame, const char *what, const char *with)
{
    char *at = strstr(frame->data, what);
    if (!at)
        return;
    scoped(freep) char *behind = strdup(at + strlen(what));
    frame->len = (size_t)(at - frame->data);
    buf_adds(frame, with);
    buf_adds(frame, behind);
}

static void run_kit(void *arg)
{
    struct match *m = arg;
    m->result = conform_run(&m->cfg, &m->report, &m->e);
    m->stop = true;
}

/* The logger dials when the kit says where. */
static void listening(void *arg, int port)
{
    struct match *m = arg;
    m->port = port;
}

static void begin(struct match *m, enum conform_subject subject, void (*peer)(void *match))
{
    bool old = m->editions == 1u << HJ212_2005;
    conform_config_init(&m->cfg, subject);
    m->cfg.over_time_ms = m->over_ms ? m->over_ms : OVER_MS;
    m->cfg.quiet_ms = QUIET_MS;
    m->cfg.watch_ms = 500;
    m->cfg.wait_ms = 10000;
    m->cfg.re_count = 2;
    m->cfg.editions = m->editions;
    m->cfg.mn = old ? MN_OLD : MN_NEW;
    m->cfg.pw = PW;
    m->cfg.listening = listening;
    m->cfg.arg = m;
    if (m->editions & 1u << HJ212_2025)
        m->cfg.sm4 = hj212_key_new(peer_key);
    m->listener = -1;
    if (subject == CONFORM_PLATFORM)
        open_listener(m);
    m->cfg.port = m->port;
    assert_int_equal(worker_start(&m->peer, "peer", peer, m, NULL), 0);
    assert_int_equal(worker_start(&m->kit, "kit", run_kit, m, NULL), 0);
}

static void finish(struct match *m)
{
    worker_join(&m->kit);
    worker_join(&m->peer);
    hj212_key_free(m->cfg.sm4);
    if (m->listener >= 0)
        close(m->listener);
}

void play(struct match *m, size_t n, size_t at_once, enum conform_subject subject, void (*peer)(void *match))
{
    for (size_t i = 0; i < n; i += at_once) {
        size_t end = i + at_once < n ? i + at_once : n;
        for (size_t k = i; k < end; k++)
            begin(&m[k], subject, peer);
        for (size_t k = i; k < end; k++)
            finish(&m[k]);
    }
}

void expect_marks(const struct match *m)
{
    char want[40];
    size_t failed = 0, named = 0;
    scoped(buf_release) struct buf all = BUF_INIT;
    if (m->result < 0)
        fail_msg("%s: %s", m->name, m->e.text);
    conform_text(m->report, &all);
    for (const char *p = m->fails; *p; p++)
        named += *p == ' ' && p[1];
    for (size_t i = 0; i < m->report->n; i++) {
        const struct conform_result *r = &m->report->result[i];
        if (r->outcome != CONFORM_FAIL || !conform_mandatory(conform_rule_of(r)->sure))
            continue;
        snprintf(want, sizeof want, " %s ", r->check->id);
        if (!strstr(m->fails, want))
            fail_msg("%s: %s should not fail: %s\n%s", m->name, r->check->id, r->en, all.data);
        failed++;
    }
    if (failed != named)
        fail_msg("%s: %zu marks failed, not%s\n%s", m->name, failed, m->fails, all.data);
    assert_int_equal(conform_passed(m->report), failed == 0);
}
