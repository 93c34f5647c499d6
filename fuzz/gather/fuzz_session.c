/* fuzz_session.c - a device's line played from the input against a real gateway over a real socket: raw bytes, sound frames with any
 * content, requests of ours and whatever answers come to them, the clock moving, the line breaking. Invariants: what is handed to the
 * store belongs to a site and can be walked through; a 9014 is never sent for more frames than the store was given; the gateway always
 * ends. The first byte of each step says what it is; see steps[]. */
#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cntime.h"
#include "gather/gateway.h"

static const char city[] =
    "{\"name\":\"c\",\"name_en\":\"c\",\"bounds\":[119,36,121,38],\"centre\":[120,37],"
    "\"regions\":[{\"code\":\"c\",\"name\":\"c\",\"name_en\":\"c\"}],"
    "\"units\":[{\"code\":\"u\",\"name\":\"u\",\"name_en\":\"u\",\"kind\":\"enterprise\"}],\"sites\":["
    "{\"code\":\"a\",\"name\":\"a\",\"name_en\":\"a\",\"kind\":\"water_outlet\",\"region\":\"c\",\"unit\":"
    "\"u\",\"lng\":120,"
    "\"lat\":37,\"mn\":\"010000A8900016F000169DC0\",\"pw\":\"123456\",\"edition\":\"2017\",\"interval\":60,"
    "\"origin\":\"simulated\",\"origin_note\":\"\",\"origin_note_en\":\"\",\"factors\":[\"w01018\"],"
    "\"limits\":[]},"
    "{\"code\":\"b\",\"name\":\"b\",\"name_en\":\"b\",\"kind\":\"water_outlet\",\"region\":\"c\",\"unit\":"
    "\"u\",\"lng\":120,"
    "\"lat\":37,\"mn\":\"88888880000001\",\"pw\":\"123456\",\"edition\":\"2005\",\"interval\":60,"
    "\"origin\":\"simulated\",\"origin_note\":\"\",\"origin_note_en\":\"\",\"factors\":[\"w01018\"],"
    "\"limits\":[]}]}";
static const char *const devices[] = { "010000A8900016F000169DC0", "88888880000001", "UNKNOWN" };

struct line {
    struct clock clock;
    struct gateway *g;
    int fd;
    const uint8_t *at, *end;
    _Atomic uint64_t given; /* records handed to the store */
    uint64_t data_answers;  /* 9014 that came back */
    char request_qn[18];    /* of the last request of ours that the device saw */
    struct buf in;
    bool keys_change; /* a change of keys may have been asked for */
};

static int append(void *arg, const struct record *r, size_t n, bool *fresh, struct err *e)
{
    struct line *l = arg;
    (void)e;
    for (size_t i = 0; i < n; i++) {
        assert(r[i].site >= 1 && r[i].site <= 2 && r[i].body_len > 0 && r[i].time != 0);
        struct record_iter it;
        struct record_value v;
        record_iter_init(&it, r[i].body, r[i].body_len);
        while (record_next(&it, &v))
            assert(v.code >= r[i].body && v.digits + v.digits_len <= r[i].body + r[i].body_len);
        fresh[i] = true;
    }
    l->given += n;
    return 0;
}

static void have(void *arg, int32_t site, enum period period, int64_t from, int64_t step, size_t n,
                 unsigned char *bits)
{
    (void)arg, (void)site, (void)period, (void)step;
    memset(bits, 0, (n + 7) / 8);
    if (n && from % 7 == 0)
        bits[0] = 1;
}

static int64_t first(void *arg, int32_t site, enum period period)
{
    struct line *l = arg;
    (void)site, (void)period;
    return clock_now(&l->clock) - 3 * MS_DAY;
}

static uint8_t byte(struct line *l)
{
    return l->at < l->end ? *l->at++ : 0;
}

static size_t piece(struct line *l, const char **ret)
{
    size_t n = byte(l), left = (size_t)(l->end - l->at);
    n = n < left ? n : left;
    *ret = (const char *)l->at;
    l->at += n;
    return n;
}

static void dial(struct line *l)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)gateway_port(l->g)) };
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    l->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert(l->fd >= 0);
    /* Thousands of lines a second leave the system without a free port now and then. */
    int r = -1;
    for (int i = 0;
         i < 600 && (r = connect(l->fd, (struct sockaddr *)&a, sizeof a)) < 0 && errno == EADDRNOTAVAIL; i++)
        usleep(100000);
    if (r < 0) {
        perror("connect");
        abort();
    }
    /* Closing resets the line, so that its port is free at once. */
    setsockopt(l->fd, SOL_SOCKET, SO_LINGER, &(struct linger){ 1, 0 }, sizeof(struct linger));
}

static void put(struct line *l, const char *bytes, size_t len)
{
    while (len) {
        ssize_t n = send(l->fd, bytes, len, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n <= 0)
            return; /* closed on us, or not read from: both are allowed */
        bytes += n;
        len -= (size_t)n;
    }
}

static const uint8_t key_bytes[] = "qT7zLm2Xw9Kc4RbN";

static struct hj212_key *own_key(void)
{
    static struct hj212_key *key;
    return key ? key : (key = hj212_key_new(key_bytes));
}

/* What the gateway sent, looked at as a device would. */
static void listen_to(struct line *l, int wait_ms)
{
    static struct hj212_item items[HJ212_ITEMS_MAX];
    struct pollfd p = { .fd = l->fd, .events = POLLIN };
    char b[4096];
    while (poll(&p, 1, wait_ms) > 0) {
        ssize_t n = recv(l->fd, b, sizeof b, MSG_DONTWAIT);
        if (n <= 0)
            break;
        buf_add(&l->in, b, (size_t)n);
        wait_ms = 0;
    }
    size_t used = 0, step = 0;
    struct hj212_frame f;
    enum hj212_reason why;
    while (used < l->in.len) {
        static char clear[HJ212_CLEAR_MAX];
        struct hj212_reading how = {
            .segment_max = 9999, .sums = 7, .serial = true, .key = own_key(), .clear = clear
        };
        enum hj212_found found =
            hj212_read(&how, l->in.data + used, l->in.len - used, items, &f, &step, &why);
        if (found == HJ212_NEED_MORE)
            break;
        /* The gateway sends nothing that cannot be read, but with a key that it has handed out since: read with the old one, that
         * is no frame, or once in 256 times the padding looks right and the nonsense inside is no frame. */
        assert(found == HJ212_FRAME || why == HJ212_CIPHER || l->keys_change);
        if (found == HJ212_FRAME && f.cn.len == 4 && memcmp(f.cn.s, "9014", 4) == 0)
            l->data_answers++;
        else if (found == HJ212_FRAME && f.cn.len == 4 && f.cn.s[0] != '9' && f.qn.len == 17)
            memcpy(l->request_qn, f.qn.s, 17);
        used += step;
    }
    if (used)
        memmove(l->in.data, l->in.data + used, l->in.len - used);
    l->in.len -= used;
}

static void send_raw(struct line *l)
{
    const char *s;
    size_t n = piece(l, &s);
    put(l, s, n);
}

/* A frame whose head, check sum and length are right, whatever its data area says. */
static void send_frame(struct line *l)
{
    static const int codes[] = { 2011, 2051, 2061, 2031, 9011, 9012, 9013, 9014, 1011, 1061, 1063,
                                 1013, 9015, 2021, 2041, 2081, 3015, 3018, 3019, 3020, 1014, 1001 };
    uint8_t how = byte(l), which = byte(l);
    const char *cp;
    size_t n = piece(l, &cp);
    char qn[CN_TEXT];
    struct hj212_head h = { .qn = how & 1 && *l->request_qn ? l->request_qn
                                                            : cn_format_qn(clock_now(&l->clock) + how, qn),
                            .st = how & 2 ? "32" : "91",
                            .pw = how & 4 ? "123456" : "654321",
                            .mn = devices[(how >> 3) % 3],
                            .cn = codes[which % (sizeof codes / sizeof *codes)],
                            .edition = (enum hj212_edition)((how >> 5) % 3),
                            .answer_wanted = true,
                            .key = which & 64 ? own_key() : NULL,
                            .printed = which & 32,
                            .rf = which & 128,
                            .pnum = how & 128 ? 3 : 0,
                            .pno = how & 128 ? 1 + which % 3 : 0 };
    struct buf out = BUF_INIT;
    if (hj212_build(&out, &h, cp, n) == 0)
        put(l, out.data, out.len);
    buf_release(&out);
}

static void ask(struct line *l)
{
    uint8_t which = byte(l);
    const struct command_spec *c = command_at(which % command_count());
    l->keys_change = true;
    const char *value;
    size_t n = piece(l, &value), given = 0;
    char text[256];
    memcpy(text, value, n);
    text[n] = 0;
    struct command_value v[COMMAND_ARGS];
    for (; given < COMMAND_ARGS && c->arg[given].name; given++)
        v[given] =
            (struct command_value){ c->arg[given].name, c->arg[given].type == ARG_NUMBER ? "5" : text };
    struct err e = { 0 };
    gateway_command(l->g, 1 + which % 2, c->word, v, given, "fuzz", gateway_command_id(l->g), &e);
}

static void hear(struct line *l)
{
    listen_to(l, 1);
}

static void wait_on(struct line *l)
{
    clock_advance(&l->clock, byte(l) * INT64_C(10000));
}

static void heal(struct line *l)
{
    l->keys_change = true;
    gateway_heal(l->g);
    gateway_tend_keys(l->g);
}

static void redial(struct line *l)
{
    close(l->fd);
    buf_clear(&l->in);
    dial(l);
}

static void (*const steps[])(struct line *) = { send_raw, send_frame, send_frame, ask,
                                                hear,     wait_on,    heal,       redial };

/* Until everything that was queued is committed and answered. */
static void settle(struct line *l)
{
    struct gateway_stats s;
    for (int i = 0; i < 200; i++) {
        gateway_stats(l->g, &s);
        if (!s.queue)
            break;
        usleep(100);
    }
    listen_to(l, 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct place *place;
    struct err e = { 0 };
    if (!place) {
        json_t *tree = NULL;
        assert(json_read(city, sizeof city - 1, &tree, &e) == 0 && place_build(tree, &place, &e) == 0);
        json_decref(tree);
    }
    struct line l = { .at = data, .end = data + size, .in = BUF_INIT };
    clock_init_test(&l.clock, cn_to_ms(&(struct cn_civil){ .year = 2026, .month = 3, .day = 1, .hour = 8 }));
    struct gateway_config c;
    gateway_config_init(&c);
    c.address = "127.0.0.1";
    c.port = 0;
    c.place = place;
    c.clock = &l.clock;
    c.append = append;
    c.append_arg = c.heal_arg = &l;
    c.have = have;
    c.first = first;
    c.max_connections = 4;
    c.queue_frames = 64;
    c.queue_bytes = 64 * 1024;
    c.over_time_ms = 3;
    c.heal_settle_ms = c.heal_pause_ms = 0;
    c.device_rate = 0;
    if (gateway_start(&c, &l.g, &e) < 0)
        return 0;
    /* The first device has a key, so that frames of both kinds are read with it and a change of it can be asked for. */
    int set = gateway_set_keys(l.g, 1, &(struct gateway_key_setting){ key_bytes, -1, -1 }, &e);
    assert(set == 0);
    (void)set;
    dial(&l);
    for (int n = 0; l.at < l.end && n < 64; n++)
        steps[byte(&l) % (sizeof steps / sizeof *steps)](&l);
    settle(&l);
    uint64_t answered = l.data_answers; /* 9014 is for uploads alone, and each was given to the store first */
    close(l.fd);
    gateway_stop(l.g);
    assert(answered <= l.given);
    buf_release(&l.in);
    return 0;
}
