#include "support.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char city[] =
    "{\"name\":\"碧湾市\",\"name_en\":\"Biwan\",\"bounds\":[119,36,121,38],\"centre\":[120,37],"
    "\"regions\":[{\"code\":\"city\",\"name\":\"碧湾市\",\"name_en\":\"Biwan\"}],"
    "\"units\":[{\"code\":\"u\",\"name\":\"厂\",\"name_en\":\"works\",\"kind\":\"enterprise\"}],"
    "\"sites\":["
#define SITE(code, kind, mn, edition, factors)                                                      \
    "{\"code\":\"" code "\",\"name\":\"" code "\",\"name_en\":\"" code "\",\"kind\":\"" kind        \
    "\",\"region\":\"city\",\"unit\":\"u\",\"lng\":120,\"lat\":37,\"mn\":\"" mn "\",\"pw\":\"" PW   \
    "\",\"edition\":\"" edition "\",\"interval\":60,\"origin\":\"simulated\",\"origin_note\":\"\"," \
    "\"origin_note_en\":\"\",\"factors\":[" factors "],\"limits\":[]}"
    SITE("outlet-1", "water_outlet", MN_NEW, "2017", "\"w01018\",\"w00000\"") "," SITE(
        "outlet-2", "water_outlet", MN_OLD, "2005",
        "\"w01018\"") "," SITE("air-1", "air", MN_AIR, "2005",
                               "\"a34004\",\"a21026\"") "," SITE("stack-1", "gas_outlet",
                                                                 "010000A8900016F000169DC4", "2017",
                                                                 "\"a21026\",\"a19001\"") "]}";

struct place *test_place(void)
{
    json_t *tree = NULL;
    struct place *p = NULL;
    struct err e = { 0 };
    if (json_read(city, strlen(city), &tree, &e) < 0 || place_build(tree, &p, &e) < 0)
        fail_msg("%s", e.text);
    json_decref(tree);
    return p;
}

static bool same(const struct record *a, const struct record *b)
{
    return a->time == b->time && a->site == b->site && a->period == b->period && a->tag == b->tag &&
           a->part == b->part;
}

static bool keep(struct fake_store *s, const struct record *r)
{
    size_t oldest = s->n > 1000 ? s->n - 1000 : 0; /* repeats follow soon */
    for (size_t i = s->n; i-- > oldest;)
        if (same(&s->kept[i].r, r))
            return false;
    struct kept *k = &s->kept[s->n++];
    k->r = *r;
    snprintf(k->body, sizeof k->body, "%.*s", (int)r->body_len, r->body);
    return true;
}

static int fake_append(void *arg, const struct record *r, size_t n, bool *new_flags, struct err *e)
{
    struct fake_store *s = arg;
    int code = 0;
    pthread_mutex_lock(&s->lock);
    s->calls++;
    pthread_cond_broadcast(&s->moved);
    while (s->shut)
        pthread_cond_wait(&s->moved, &s->lock);
    for (size_t i = 0; i < n && s->refuse; i++)
        if ((int32_t)(r[i].tag % 100000) == s->refuse)
            code = err_set(e, -EINVAL, "record %zu cannot be stored", i);
    if (s->fail)
        code = err_set(e, s->fail, "observations.db: %s", strerror(-s->fail));
    for (size_t i = 0; i < n && code == 0; i++)
        new_flags[i] = keep(s, &r[i]);
    pthread_mutex_unlock(&s->lock);
    return code;
}

static void fake_stored(void *arg, const struct record *r, size_t n)
{
    struct fake_store *s = arg;
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < n; i++)
        if (r[i].body_len && r[i].site)
            s->told++;
    pthread_mutex_unlock(&s->lock);
}

void store_shut(struct fake_store *s, bool shut)
{
    pthread_mutex_lock(&s->lock);
    s->shut = shut;
    pthread_cond_broadcast(&s->moved);
    pthread_mutex_unlock(&s->lock);
}

void store_fail(struct fake_store *s, int code)
{
    pthread_mutex_lock(&s->lock);
    s->fail = code;
    pthread_mutex_unlock(&s->lock);
}

void rig_init(struct rig *r)
{
    memset(r, 0, sizeof *r);
    r->fd = -1;
    r->place = test_place();
    clock_init_test(&r->clock, cn_to_ms(&(struct cn_civil){ .year = 2026, .month = 3, .day = 1, .hour = 8 }));
    pthread_mutex_init(&r->store.lock, NULL);
    pthread_cond_init(&r->store.moved, NULL);
    r->store.kept = calloc(KEPT_MAX, sizeof *r->store.kept);
    assert_non_null(r->store.kept);
    gateway_config_init(&r->cfg);
    r->cfg.address = "127.0.0.1";
    r->cfg.port = 0;
    r->cfg.place = r->place;
    r->cfg.clock = &r->clock;
    r->cfg.append = fake_append;
    r->cfg.append_arg = &r->store;
    r->cfg.stored = fake_stored;
    r->cfg.stored_arg = &r->store;
    r->cfg.max_connections = 64;
    r->cfg.retry_ms = 10;
    r->cfg.retry_max_ms = 40;
}

void rig_start(struct rig *r)
{
    struct err e = { 0 };
    if (gateway_start(&r->cfg, &r->g, &e) < 0)
        fail_msg("%s", e.text);
}

int rig_dial(struct rig *r)
{
    rig_start(r);
    return r->fd = dial(r->g);
}

void rig_hang_up(struct rig *r)
{
    if (r->fd >= 0)
        close(r->fd);
    r->fd = -1;
}

void rig_release(struct rig *r)
{
    rig_hang_up(r);
    store_shut(&r->store, false);
    gateway_stop(r->g);
    free(r->store.kept);
    place_free(r->place);
    pthread_mutex_destroy(&r->store.lock);
    pthread_cond_destroy(&r->store.moved);
}

int rig_set_up(void **state)
{
    struct rig *r = malloc(sizeof *r);
    assert_non_null(r);
    rig_init(r);
    *state = r;
    return 0;
}

int rig_tear_down(void **state)
{
    rig_release(*state);
    free(*state);
    return 0;
}

void put_frame(struct buf *out, const struct upload *u)
{
    struct hj212_head h = { .qn = u->qn,
                            .st = u->st ? u->st : "32",
                            .pw = u->pw ? u->pw : PW,
                            .mn = u->mn,
                            .cn = u->cn,
                            .edition = u->edition,
                            .sum = u->sum,
                            .answer_wanted = true };
    assert_int_equal(hj212_build(out, &h, u->cp, strlen(u->cp)), 0);
}

void put_2017(struct buf *out, const char *qn, int cn, const char *cp)
{
    put_frame(out, &(struct upload){ .mn = MN_NEW, .qn = qn, .cn = cn, .edition = HJ212_2017, .cp = cp });
}

int dial(const struct gateway *g)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)gateway_port(g)) };
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof a), 0);
    int one = 1; /* what is sent in pieces shall come in pieces, and at once */
    assert_int_equal(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one), 0);
    return fd;
}

void send_all(int fd, const char *bytes, size_t len)
{
    while (len) {
        ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);
        assert_true(n > 0);
        bytes += n;
        len -= (size_t)n;
    }
}

void send_buf(int fd, const struct buf *b)
{
    send_all(fd, b->data, b->len);
}

/* Every answer ends with the only LF in it. */
static size_t count_frames(const char *bytes, size_t len)
{
    size_t n = 0;
    for (size_t i = 0; i < len; i++)
        n += bytes[i] == '\n';
    return n;
}

size_t read_answers(int fd, size_t frames, int wait_ms, struct buf *out)
{
    struct pollfd p = { .fd = fd, .events = POLLIN };
    size_t have = count_frames(out->data, out->len);
    while (have < frames && poll(&p, 1, wait_ms) > 0) {
        char b[4096];
        ssize_t n = recv(fd, b, sizeof b, 0);
        if (n <= 0)
            break;
        buf_add(out, b, (size_t)n);
        have += count_frames(b, (size_t)n);
    }
    return have;
}

void exchange(int fd, const struct buf *b, size_t frames, struct buf *out)
{
    send_buf(fd, b);
    size_t came = read_answers(fd, frames, 5000, out);
    if (came != frames)
        fail_msg("%zu answers came, not %zu: '%s'", came, frames, out->len ? out->data : "");
}

struct gateway_stats stats_of(struct gateway *g)
{
    struct gateway_stats s;
    gateway_stats(g, &s);
    return s;
}

struct gateway_device device_of(struct gateway *g, const char *mn)
{
    struct gateway_device *all, ret = { 0 };
    size_t n;
    assert_int_equal(gateway_devices(g, &all, &n, NULL), 0);
    for (size_t i = 0; i < n; i++)
        if (strcmp(all[i].mn, mn) == 0)
            ret = all[i];
    free(all);
    return ret;
}
