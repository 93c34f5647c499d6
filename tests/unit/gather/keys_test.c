/* Keys of HJ 212-2025 at the gateway, over real sockets: what is read with which key, what is refused by which name, and a change of the
 * key with frames of both in flight. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/scoped.h"
#include "fleet_thread.h"
#include "support.h"

static const uint8_t key_a[] = "qT7zLm2Xw9Kc4RbN", key_b[] = "Zp3vGh8Dy5Jf6WsM";
static const char hour[] =
    "DataTime=20260301070000;w01018-Avg=40.10,w01018-Flag=N;w00000-Cou=12,w00000-Flag=N";
static const char body[] = "w01018-Avg=40.10,w01018-Flag=N;w00000-Cou=12,w00000-Flag=N";

/* ---- keys as such ---- */

static const struct {
    const char *text;
    bool weak;
} key_case[] = {
    { "0000000000000000", true },
    { "00000000000000000000000000000000", true },
    { "30303030303030303030303030303030", true }, /* the annex's */
    { "0123456789abcdeffedcba9876543210", true }, /* SM4's own vector */
    { "msbE74gsiSHSEh5e", true },                 /* annex H */
    { "0123456789ABCDEF", true },
    { "1234567890123456", true },
    { "abcdefghijklmnop", true },
    { "ponmlkjihgfedcba", true },
    { "acegikmoqsuwyACE", true },
    { "abcabcabcabcabca", true },
    { "12345678abcdabcd", true },
    { "Xy7QXy7QXy7QXy7Q", true },
    { "aB3dE6gHHg6Ed3Ba", true },
    { "1a1a1b1b1a1a1b1c", true },
    { "ffeeddccbbaa99887766554433221100", true },
    { "qT7zLm2Xw9Kc4RbN", false },
    { "Zp3vGh8Dy5Jf6WsM", false },
    { "8f1e62b7c09d4a53e7164fbb20d895ac", false },
};

static void test_weak_keys(void **state)
{
    (void)state;
    uint8_t k[HJ212_KEY_BYTES];
    for (size_t i = 0; i < COUNT_OF(key_case); i++) {
        assert_int_equal(gateway_key_read(key_case[i].text, k, NULL), 0);
        if (gateway_key_weak(k) != key_case[i].weak)
            fail_msg("%s", key_case[i].text);
    }
    static const char *const none[] = {
        "",           "short", "qT7zLm2Xw9Kc4RbN5", "qT7zLm2Xw9Kc4Rb ", "8f1e62b7c09d4a53e7164fbb20d895ag",
        "密钥密钥密1"
    };
    for (size_t i = 0; i < COUNT_OF(none); i++)
        assert_int_equal(gateway_key_read(none[i], k, NULL), -EINVAL);
    /* What the platform makes is never weak, and has no sign that a data area gives a meaning. */
    uint8_t before[HJ212_KEY_BYTES] = { 0 };
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(gateway_key_make(k, NULL), 0);
        assert_false(gateway_key_weak(k));
        assert_memory_not_equal(k, before, sizeof k);
        memcpy(before, k, sizeof k);
        for (size_t n = 0; n < sizeof k; n++)
            assert_non_null(strchr("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", k[n]));
    }
}

/* ---- a gateway that keeps keys in memory ---- */

struct vault {
    struct gateway_keys keys;
    bool there;
    int kept, fail;
};

static int vault_keep(void *arg, int32_t site, const char *mn, const struct gateway_keys *k, struct err *e)
{
    struct vault *v = arg;
    if (v->fail)
        return err_set(e, v->fail, "the vault is shut");
    if (site == 1 && strcmp(mn, MN_NEW) == 0) {
        v->keys = *k;
        v->there = true;
        v->kept++;
    }
    return 0;
}

static int vault_kept(void *arg, int32_t site, const char *mn, struct gateway_keys *ret, struct err *e)
{
    const struct vault *v = arg;
    if (site != 1 || strcmp(mn, MN_NEW) != 0 || !v->there)
        return err_set(e, -ENOENT, "none");
    *ret = v->keys;
    return 0;
}

struct bench {
    struct rig rig;
    struct vault vault;
    struct hj212_key *a, *b;
    int fd;
    uint64_t qn;
};

static void bench_start(struct bench *t)
{
    memset(t, 0, sizeof *t);
    rig_init(&t->rig);
    t->rig.cfg.keep_keys = vault_keep;
    t->rig.cfg.kept_keys = vault_kept;
    t->rig.cfg.keys_arg = &t->vault;
    t->rig.cfg.over_time_ms = 300;
    t->rig.cfg.re_count = 1;
    rig_start(&t->rig);
    t->a = hj212_key_new(key_a);
    t->b = hj212_key_new(key_b);
    t->qn = 20260301080000000;
    t->fd = dial(t->rig.g);
}

static void bench_end(struct bench *t)
{
    close(t->fd);
    hj212_key_free(t->a);
    hj212_key_free(t->b);
    rig_release(&t->rig);
}

static struct gateway_device device(const struct bench *t)
{
    scoped(freep) struct gateway_device *all = NULL;
    size_t n;
    assert_int_equal(gateway_devices(t->rig.g, &all, &n, NULL), 0);
    return all[0];
}

static void give(const struct bench *t, const uint8_t *key, int must)
{
    struct err e = { 0 };
    if (gateway_set_keys(t->rig.g, 1, &(struct gateway_key_setting){ key, must, -1 }, &e) < 0)
        fail_msg("%s", e.text);
}

static void put(struct bench *t, struct buf *out, int cn, const char *cp, struct hj212_key *key, bool printed)
{
    char qn[24];
    snprintf(qn, sizeof qn, "%llu", (unsigned long long)++t->qn);
    struct hj212_head h = { .qn = qn,
                            .st = "32",
                            .pw = PW,
                            .mn = MN_NEW,
                            .cn = cn,
                            .edition = HJ212_2025,
                            .answer_wanted = true,
                            .key = key,
                            .printed = printed };
    assert_int_equal(hj212_build(out, &h, cp, strlen(cp)), 0);
}

/* Sends one upload; whether it was acknowledged. */
static bool upload(struct bench *t, struct hj212_key *key, bool printed)
{
    scoped(buf_release) struct buf b = BUF_INIT, got = BUF_INIT;
    uint64_t refused = 0;
    for (int i = 0; i < GATEWAY_REFUSALS; i++)
        refused += stats_of(t->rig.g).refused[i];
    put(t, &b, 2061, hour, key, printed);
    send_all(t->fd, b.data, b.len);
    for (int tries = 0; tries < 3000; tries++) {
        if (read_answers(t->fd, 1, 10, &got))
            return strstr(got.data, "CN=9014") != NULL;
        uint64_t now = 0;
        for (int i = 0; i < GATEWAY_REFUSALS; i++)
            now += stats_of(t->rig.g).refused[i];
        if (now > refused)
            return false;
    }
    fail_msg("neither acknowledged nor refused");
    return false;
}

static void test_forms(void **state)
{
    (void)state;
    struct bench t;
    bench_start(&t);
    assert_false(device(&t).encrypted_known);
    assert_true(upload(&t, NULL, false));
    assert_true(device(&t).encrypted_known);
    assert_int_equal(device(&t).encrypted, HJ212_CLEAR);
    assert_false(upload(&t, t.a, false));
    assert_int_equal(device(&t).refused[GATEWAY_NO_KEY], 1);
    assert_false(upload(&t, t.a, true));
    assert_int_equal(device(&t).refused[GATEWAY_NO_KEY], 2);
    give(&t, key_a, -1);
    assert_true(upload(&t, t.a, false));
    assert_int_equal(device(&t).encrypted, HJ212_CIPHER_RAW);
    assert_true(upload(&t, t.a, true));
    assert_int_equal(device(&t).encrypted, HJ212_CIPHER_PRINTED);
    assert_false(upload(&t, t.b, false));
    assert_false(upload(&t, t.b, true));
    assert_int_equal(device(&t).refused[GATEWAY_WRONG_KEY], 2);
    assert_true(upload(&t, NULL, false)); /* taken, and shown */
    assert_int_equal(device(&t).encrypted, HJ212_CLEAR);
    assert_int_equal(device(&t).clear_uploads, 2);
    give(&t, NULL, 1);
    assert_false(upload(&t, NULL, false));
    assert_int_equal(device(&t).refused[GATEWAY_NOT_ENCRYPTED], 1);
    assert_true(upload(&t, t.a, false));
    /* What is stored is clear, whichever way it came. */
    assert_int_equal(t.rig.store.n, 5);
    for (size_t i = 0; i < t.rig.store.n; i++)
        assert_string_equal(t.rig.store.kept[i].body, body);
    /* Less than one block is never enciphered, so it is no clear text either. */
    scoped(buf_release) struct buf b = BUF_INIT, got = BUF_INIT;
    put(&t, &b, 2011, "w01018-Rtd=3", NULL, false);
    send_all(t.fd, b.data, b.len);
    assert_int_equal(read_answers(t.fd, 1, 3000, &got), 1);
    bench_end(&t);
}

/* With a wrong key nothing is ever taken: neither as values nor under another name. The check sum alone passes one in 256. */
static void test_wrong_key_many(void **state)
{
    (void)state;
    struct bench t;
    bench_start(&t);
    give(&t, key_a, -1);
    enum { FRAMES = 4000, AT_ONCE = 100 };
    for (int n = 0; n < FRAMES; n += AT_ONCE) {
        scoped(buf_release) struct buf b = BUF_INIT;
        for (int i = 0; i < AT_ONCE; i++) {
            char cp[160];
            snprintf(cp, sizeof cp,
                     "DataTime=20260301%06d;w01018-Rtd=%d.5,w01018-Flag=N;w21003-Rtd=%d.25,w21003-Flag=N",
                     (n + i) % 240000 / 10000 * 10000 + (n + i) % 60, n + i, i);
            put(&t, &b, i % 2 ? 2011 : 2061, cp, t.b, false);
        }
        send_all(t.fd, b.data, b.len);
    }
    WAIT_FOR(device(&t).refused[GATEWAY_WRONG_KEY] == FRAMES);
    assert_int_equal(t.rig.store.n, 0);
    bench_end(&t);
}

/* Raw cipher, printed cipher and clear text back to back, cut at each byte. */
static void test_torn(void **state)
{
    (void)state;
    struct bench t;
    bench_start(&t);
    give(&t, key_a, -1);
    enum { FRAMES = 4 };
    scoped(buf_release) struct buf first = BUF_INIT;
    put(&t, &first, 2061, hour, t.a, false);
    put(&t, &first, 2061, hour, t.a, true);
    put(&t, &first, 2061, hour, NULL, false);
    put(&t, &first, 2061, hour, t.a, false);
    for (size_t cut = 1; cut < first.len; cut++) {
        scoped(buf_release) struct buf got = BUF_INIT;
        send_all(t.fd, first.data, cut);
        usleep(300);
        send_all(t.fd, first.data + cut, first.len - cut);
        if (read_answers(t.fd, FRAMES, 3000, &got) != FRAMES)
            fail_msg("cut at %zu", cut);
    }
    assert_int_equal(t.rig.store.n, FRAMES); /* the others were repeats */
    for (int i = 0; i < GATEWAY_REFUSALS; i++)
        assert_int_equal(stats_of(t.rig.g).refused[i], 0);
    bench_end(&t);
}

/* ---- what a person sets ---- */

static void test_settings(void **state)
{
    (void)state;
    struct bench t;
    struct err e = { 0 };
    bench_start(&t);
    static const uint8_t zeros[] = "0000000000000000";
    assert_int_equal(gateway_set_keys(t.rig.g, 1, &(struct gateway_key_setting){ zeros, -1, -1 }, &e),
                     -EINVAL);
    assert_string_equal(e.name, "device.weak_key");
    assert_null(strstr(e.text, "0000"));
    assert_false(t.vault.there);
    assert_int_equal(gateway_set_keys(t.rig.g, 1, &(struct gateway_key_setting){ zeros, -1, 1 }, &e), 0);
    assert_true(device(&t).test_device);
    assert_int_equal(gateway_set_keys(t.rig.g, 99, &(struct gateway_key_setting){ key_a, -1, -1 }, &e),
                     -ENOENT);
    /* What is not on disk does not hold. */
    t.vault.fail = -ENOSPC;
    assert_int_equal(gateway_set_keys(t.rig.g, 1, &(struct gateway_key_setting){ key_a, 1, 0 }, &e), -ENOSPC);
    assert_true(device(&t).test_device && !device(&t).must_encrypt);
    t.vault.fail = 0;
    assert_int_equal(gateway_set_keys(t.rig.g, 1, &(struct gateway_key_setting){ key_a, 1, 0 }, &e), 0);
    assert_memory_equal(t.vault.keys.key[GATEWAY_KEY_NOW].bytes, key_a, sizeof t.vault.keys.key[0].bytes);
    assert_memory_equal(t.vault.keys.key[GATEWAY_KEY_PREVIOUS].bytes, zeros,
                        sizeof t.vault.keys.key[0].bytes);
    /* 90 days later it is due. */
    assert_int_equal(device(&t).key_days, 0);
    clock_advance(&t.rig.clock, 91 * MS_DAY);
    assert_int_equal(device(&t).key_days, 91);
    /* A restart forgets nothing. */
    t.rig.g = gateway_stop(t.rig.g);
    rig_start(&t.rig);
    close(t.fd);
    t.fd = dial(t.rig.g);
    assert_true(device(&t).must_encrypt && !device(&t).test_device && device(&t).key_previous);
    assert_true(upload(&t, t.a, false));
    bench_end(&t);
}

/* ---- changing a key ---- */

static struct gateway_command last(const struct bench *t)
{
    struct gateway_command all[GATEWAY_COMMANDS] = { 0 };
    gateway_commands(t->rig.g, 1, all);
    return all[0];
}

/* The platform's next frame, read with a key. */
static struct hj212_frame next_frame(const struct bench *t, struct hj212_key *key, struct buf *got)
{
    static struct hj212_item items[HJ212_ITEMS_MAX];
    static char clear[HJ212_CLEAR_MAX];
    struct hj212_reading how = { .key = key, .clear = clear };
    struct hj212_frame f = { 0 };
    for (int tries = 0; tries < 3000; tries++) {
        size_t used = 0;
        enum hj212_reason why;
        f.item = items;
        if (got->len && hj212_read(&how, got->data, got->len, items, &f, &used, &why) == HJ212_FRAME)
            return f;
        char b[4096];
        ssize_t n = read(t->fd, b, sizeof b);
        assert_true(n > 0);
        buf_add(got, b, (size_t)n);
    }
    fail_msg("no frame came");
    return f;
}

static void answer(const struct bench *t, const struct hj212_frame *f, int cn, int code)
{
    scoped(buf_release) struct buf b = BUF_INIT;
    assert_int_equal(hj212_answer(&b, f, cn, code), 0);
    send_all(t->fd, b.data, b.len);
}

/* Asks for a new key and takes the 1014 that comes, which is enciphered with the old one. */
static struct hj212_frame take_1014(const struct bench *t, struct hj212_key *old, struct buf *got,
                                    uint8_t ret[16])
{
    struct err e = { 0 };
    if (gateway_command(t->rig.g, 1, "new_key", NULL, 0, "duty", gateway_command_id(t->rig.g), &e) < 0)
        fail_msg("%s", e.text);
    struct hj212_frame f = next_frame(t, old, got);
    assert_memory_equal(f.cn.s, "1014", 4);
    assert_int_equal(f.cipher, HJ212_CIPHER_RAW);
    assert_int_equal(f.n_items, 2);
    assert_memory_equal(f.item[1].code.s, "NewSK", 5);
    assert_int_equal(f.item[1].value.len, 16);
    memcpy(ret, f.item[1].value.s, 16);
    /* It was on disk before it left. */
    assert_memory_equal(t->vault.keys.key[GATEWAY_KEY_NEXT].bytes, ret, 16);
    return f;
}

static void test_change(void **state)
{
    (void)state;
    struct bench t;
    struct err e = { 0 };
    bench_start(&t);
    assert_true(upload(&t, NULL, false));
    assert_int_equal(gateway_command(t.rig.g, 1, "new_key", NULL, 0, "duty", gateway_command_id(t.rig.g), &e),
                     -ENOKEY);
    assert_string_equal(e.name, "device.no_key");
    give(&t, key_a, -1);
    assert_true(upload(&t, t.a, false));
    scoped(buf_release) struct buf got = BUF_INIT;
    uint8_t bytes[16];
    struct hj212_frame f = take_1014(&t, t.a, &got, bytes);
    assert_null(strstr(last(&t).args, "=A"));
    assert_non_null(strstr(last(&t).args, "NewSK=******"));
    /* In flight: both are taken. */
    assert_true(upload(&t, t.a, false));
    assert_int_equal(gateway_set_keys(t.rig.g, 1, &(struct gateway_key_setting){ key_b, -1, -1 }, &e),
                     -EBUSY);
    answer(&t, &f, 9011, 1);
    answer(&t, &f, 9012, 1);
    WAIT_FOR(last(&t).state == GATEWAY_COMMAND_DONE);
    assert_true(upload(&t, t.a, false)); /* it has not used the new one yet */
    gateway_tend_keys(t.rig.g);
    assert_true(device(&t).key_previous);
    struct hj212_key *k = hj212_key_new(bytes);
    assert_true(upload(&t, k, false));
    assert_true(upload(&t, t.a, false)); /* sent again from before the change */
    for (int i = 0; i < 6000 && device(&t).key_previous; i++) {
        usleep(10000);
        gateway_tend_keys(t.rig.g);
    }
    assert_false(device(&t).key_previous);
    assert_int_equal(t.vault.keys.key[GATEWAY_KEY_PREVIOUS].created, 0);
    assert_false(upload(&t, t.a, false));
    assert_int_equal(device(&t).refused[GATEWAY_WRONG_KEY], 1);
    assert_true(upload(&t, k, true));
    hj212_key_free(k);
    bench_end(&t);
}

/* The line breaks when the device has the key and the platform does not know: nothing it sends is lost, also after a restart. */
static void test_change_in_doubt(void **state)
{
    (void)state;
    struct bench t;
    uint8_t bytes[16], again[16];
    bench_start(&t);
    give(&t, key_a, 1);
    assert_true(upload(&t, t.a, false));
    scoped(buf_release) struct buf got = BUF_INIT, more = BUF_INIT;
    take_1014(&t, t.a, &got, bytes);
    close(t.fd);
    WAIT_FOR(last(&t).state == GATEWAY_COMMAND_LOST);
    t.rig.g = gateway_stop(t.rig.g);
    rig_start(&t.rig);
    t.fd = dial(t.rig.g);
    assert_true(device(&t).key_next != 0);
    assert_true(upload(&t, t.a, false));
    /* Taken up again, it is the same key: there is never a second one in doubt. */
    struct hj212_frame f = take_1014(&t, t.a, &more, again);
    assert_memory_equal(bytes, again, sizeof bytes);
    answer(&t, &f, 9011, 2); /* refused, though it has it */
    WAIT_FOR(last(&t).state == GATEWAY_COMMAND_REFUSED);
    struct hj212_key *k = hj212_key_new(bytes);
    assert_true(upload(&t, t.a, false));
    assert_true(upload(&t, k, false));
    assert_int_equal(device(&t).key_next, 0);
    assert_memory_equal(t.vault.keys.key[GATEWAY_KEY_NEXT].bytes, bytes, sizeof bytes);
    gateway_tend_keys(t.rig.g);
    assert_memory_equal(t.vault.keys.key[GATEWAY_KEY_NOW].bytes, bytes, sizeof bytes);
    hj212_key_free(k);
    bench_end(&t);
}

/* A device asks: 9013, then the platform's 1014. Asking again and again brings no second one. */
static void test_device_asks(void **state)
{
    (void)state;
    struct bench t;
    bench_start(&t);
    give(&t, key_a, -1);
    scoped(buf_release) struct buf b = BUF_INIT, got = BUF_INIT;
    for (int i = 0; i < 3; i++)
        put(&t, &b, 1014, "SKCreateTime=20251201000000", t.a, false);
    send_all(t.fd, b.data, b.len);
    assert_int_equal(read_answers(t.fd, 3, 3000, &got), 3);
    assert_non_null(strstr(got.data, "CN=9013"));
    assert_true(device(&t).key_said == cn_to_ms(&(struct cn_civil){ .year = 2025, .month = 12, .day = 1 }));
    for (int i = 0; i < 3; i++)
        gateway_tend_keys(t.rig.g);
    WAIT_FOR(last(&t).state == GATEWAY_COMMAND_SENT);
    assert_string_equal(last(&t).by, "device");
    assert_int_equal(device(&t).commands, 1);
    bench_end(&t);
}

/* Another device at the site has none of its keys; back again, it has its own. */
static void test_replaced(void **state)
{
    (void)state;
    struct bench t;
    struct err e = { 0 };
    bench_start(&t);
    give(&t, key_a, 1);
    struct gateway_registration reg = device(&t).reg;
    snprintf(reg.pw, sizeof reg.pw, PW);
    snprintf(reg.mn, sizeof reg.mn, "010000A8900016F000169DFF");
    if (gateway_register(t.rig.g, 1, &reg, &e) < 0)
        fail_msg("%s", e.text);
    assert_true(device(&t).key_created == 0 && !device(&t).must_encrypt);
    snprintf(reg.mn, sizeof reg.mn, MN_NEW);
    assert_int_equal(gateway_register(t.rig.g, 1, &reg, &e), 0);
    assert_true(device(&t).key_created != 0 && device(&t).must_encrypt);
    close(t.fd);
    t.fd = dial(t.rig.g);
    assert_true(upload(&t, t.a, false));
    assert_false(upload(&t, NULL, false));
    bench_end(&t);
}

static void test_resent(void **state)
{
    (void)state;
    struct bench t;
    bench_start(&t);
    scoped(buf_release) struct buf b = BUF_INIT, got = BUF_INIT;
    struct hj212_head h = { .qn = "20260301080000777",
                            .st = "32",
                            .pw = PW,
                            .mn = MN_NEW,
                            .cn = 2061,
                            .edition = HJ212_2025,
                            .answer_wanted = true,
                            .rf = true };
    assert_int_equal(hj212_build(&b, &h, hour, sizeof hour - 1), 0);
    send_all(t.fd, b.data, b.len);
    assert_int_equal(read_answers(t.fd, 1, 3000, &got), 1);
    WAIT_FOR(device(&t).resent == 1);
    assert_true(upload(&t, NULL, false));
    assert_int_equal(device(&t).resent, 1);
    bench_end(&t);
}

/* ---- a device of its own on a thread: what it enciphers, asks for and remembers ---- */

struct memory {
    uint8_t key[16];
    _Atomic int changes;
};

static void remember(void *arg, const uint8_t key[HJ212_KEY_BYTES], int64_t created)
{
    struct memory *m = ((struct fleet_thread *)arg)->memory;
    (void)created;
    memcpy(m->key, key, sizeof m->key);
    m->changes++;
}

static void with_device(bool printed, bool asks)
{
    struct bench t;
    struct memory m = { .changes = 0 };
    bench_start(&t);
    give(&t, key_a, 1);
    struct fleet_thread d = { .edition = HJ212_2025,
                              .mn = MN_NEW,
                              .uploads = 4,
                              .clock = &t.rig.clock,
                              .key = key_a,
                              .printed = printed,
                              .ask_key = asks,
                              .rekeyed = remember,
                              .memory = &m };
    fleet_thread_start(&d, gateway_port(t.rig.g));
    WAIT_FOR(stats_of(t.rig.g).stored == 4);
    if (!asks)
        assert_int_equal(
            gateway_command(t.rig.g, 1, "new_key", NULL, 0, "duty", gateway_command_id(t.rig.g), NULL), 0);
    WAIT_FOR((gateway_tend_keys(t.rig.g), m.changes == 1 && last(&t).state == GATEWAY_COMMAND_DONE));
    assert_memory_equal(m.key,
                        t.vault.keys.key[m.changes ? GATEWAY_KEY_NEXT : 0].created
                            ? t.vault.keys.key[GATEWAY_KEY_NEXT].bytes
                            : t.vault.keys.key[GATEWAY_KEY_NOW].bytes,
                        16);
    /* History comes enciphered with the new key, and marked as sent again. */
    struct command_value span[] = { { "BeginTime", "2026-03-01T00:00" }, { "EndTime", "2026-03-01T02:00" } };
    assert_int_equal(
        gateway_command(t.rig.g, 1, "get_hours", span, 2, "duty", gateway_command_id(t.rig.g), NULL), 0);
    WAIT_FOR(last(&t).state == GATEWAY_COMMAND_DONE);
    assert_int_equal(last(&t).uploads, 3);
    WAIT_FOR(device(&t).key_next == 0);
    assert_int_equal(device(&t).encrypted, printed ? HJ212_CIPHER_PRINTED : HJ212_CIPHER_RAW);
    assert_true(device(&t).resent >= 3);
    for (int i = 0; i < GATEWAY_REFUSALS; i++)
        assert_int_equal(stats_of(t.rig.g).refused[i], 0);
    fleet_thread_stop(&d);
    bench_end(&t);
}

static void test_device_raw(void **state)
{
    (void)state;
    with_device(false, false);
}

static void test_device_printed(void **state)
{
    (void)state;
    with_device(true, false);
}

static void test_device_asking(void **state)
{
    (void)state;
    with_device(false, true);
}

/* ---- joining ---- */

struct join_list {
    char list[8192];
    int writes, joined;
    char mn[GATEWAY_MN], logger[GATEWAY_JOIN_TEXT];
};

static void keep_joins(void *arg, const char *json)
{
    struct join_list *m = arg;
    assert_true(strlen(json) < sizeof m->list);
    memcpy(m->list, json, strlen(json) + 1);
    m->writes++;
}

static void kept_joins(void *arg, struct buf *json)
{
    buf_adds(json, ((struct join_list *)arg)->list);
}

static void joined(void *arg, int32_t site, const char *mn, const struct gateway_join *j)
{
    struct join_list *m = arg;
    assert_int_equal(site, 1);
    snprintf(m->mn, sizeof m->mn, "%s", mn);
    memcpy(m->logger, j->logger, sizeof m->logger);
    m->joined++;
}

static void restart(struct bench *t)
{
    gateway_stop(t->rig.g);
    rig_start(&t->rig);
}

static void keep_list(struct bench *t, struct join_list *m)
{
    t->rig.cfg.keep_joins = keep_joins;
    t->rig.cfg.kept_joins = kept_joins;
    t->rig.cfg.joined = joined;
    t->rig.cfg.heal_arg = m;
    restart(t);
}

/* What stands on disk is read as strictly as what comes over a line: nonsense is left out, and the gateway starts. */
static void test_join_list_damaged(void **state)
{
    static const char *const lists[] = { "",
                                         "{",
                                         "{}",
                                         "[1]",
                                         "[{\"id\":0,\"state\":\"done\"}]",
                                         "[{\"id\":7}]",
                                         "[{\"id\":7,\"state\":\"lost\"}]" };
    (void)state;
    struct bench t;
    struct gateway_join j[GATEWAY_JOINS];
    bench_start(&t);
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        struct join_list m = { .writes = 0 };
        snprintf(m.list, sizeof m.list, "%s", lists[i]);
        keep_list(&t, &m);
        assert_int_equal(gateway_joins(t.rig.g, j, GATEWAY_JOINS), 0);
    }
    struct join_list sent = { .list = "[{\"id\":9,\"state\":\"sent\",\"logger\":\"L\"}]" };
    keep_list(&t, &sent);
    assert_int_equal(gateway_joins(t.rig.g, j, GATEWAY_JOINS), 1);
    assert_int_equal(j[0].state, GATEWAY_JOIN_FAILED); /* nobody waits for its answer any more */
    bench_end(&t);
}

static void test_join(void **state)
{
    (void)state;
    struct bench t;
    struct join_list m = { .writes = 0 };
    bench_start(&t);
    keep_list(&t, &m);
    static const struct device_hardware own = { "LOGGER0001", "CPU01", "02:00:00:00:00:01",
                                                "02:00:00:00:00:02" };
    struct fleet_thread d = {
        .edition = HJ212_2025, .mn = "", .uploads = 2, .clock = &t.rig.clock, .join = &own
    };
    fleet_thread_start(&d, gateway_port(t.rig.g));
    struct gateway_join j[GATEWAY_JOINS] = { 0 };
    WAIT_FOR(gateway_joins(t.rig.g, j, GATEWAY_JOINS) == 1);
    assert_string_equal(j[0].logger, "LOGGER0001");
    assert_string_equal(j[0].mac[1], "02:00:00:00:00:02");
    assert_int_equal(stats_of(t.rig.g).stored, 0);
    struct err e = { 0 };
    assert_int_equal(gateway_join_accept(t.rig.g, 77, 1, "admin", &e), -ENOENT);
    assert_int_equal(gateway_join_accept(t.rig.g, j[0].id, 99, "admin", &e), -ENOENT);
    assert_int_equal(gateway_join_accept(t.rig.g, j[0].id, 1, "admin", &e), 0);
    WAIT_FOR(gateway_joins(t.rig.g, j, GATEWAY_JOINS) && j[0].state == GATEWAY_JOIN_DONE);
    WAIT_FOR(stats_of(t.rig.g).stored == 2);
    assert_true(device(&t).connected);
    assert_int_equal(stats_of(t.rig.g).refused[GATEWAY_UNKNOWN_MN], 0);
    fleet_thread_stop(&d);
    WAIT_FOR(gateway_joins(t.rig.g, j, GATEWAY_JOINS) && !j[0].connected);
    assert_int_equal(gateway_join_accept(t.rig.g, j[0].id, 1, "admin", &e), -ENOTCONN);
    gateway_tell(t.rig.g);
    assert_int_equal(m.joined, 1);
    assert_string_equal(m.mn, MN_NEW);
    assert_string_equal(m.logger, "LOGGER0001");
    int writes = m.writes;
    gateway_tell(t.rig.g); /* nothing changed */
    assert_int_equal(m.joined, 1);
    assert_int_equal(m.writes, writes);
    struct gateway_join was = j[0];
    restart(&t);
    assert_int_equal(gateway_joins(t.rig.g, j, GATEWAY_JOINS), 1);
    assert_int_equal(j[0].id, was.id);
    assert_int_equal(j[0].state, GATEWAY_JOIN_DONE);
    assert_false(j[0].connected);
    assert_string_equal(j[0].logger, was.logger);
    assert_string_equal(j[0].mac[1], was.mac[1]);
    assert_string_equal(j[0].by, "admin");
    assert_int_equal(j[0].site, 1);
    assert_int_equal(j[0].first, was.first);
    assert_int_equal(j[0].frames, was.frames);
    /* The same logger is known again, and waits for a person. */
    fleet_thread_start(&d, gateway_port(t.rig.g));
    WAIT_FOR(gateway_joins(t.rig.g, j, GATEWAY_JOINS) == 1 && j[0].connected);
    assert_int_equal(j[0].id, was.id);
    assert_int_equal(j[0].state, GATEWAY_JOIN_ASKED);
    fleet_thread_stop(&d);
    bench_end(&t);
}

/* Many that ask, with rubbish for names, fill a bounded list; one that was accepted and says nothing ends as failed. */
static void test_join_bounds(void **state)
{
    (void)state;
    struct bench t;
    struct gateway_join j[GATEWAY_JOINS + 1] = { 0 };
    struct err e = { 0 };
    bench_start(&t);
    scoped(buf_release) struct buf got = BUF_INIT;
    for (int i = 0; i < 100; i++) {
        scoped(buf_release) struct buf b = BUF_INIT;
        char cp[256], qn[24];
        snprintf(cp, sizeof cp, "i23005-Info=<b>%d\x01 \"x\";i23006-Info=%0*d", i, 100, i);
        snprintf(qn, sizeof qn, "20260301080000%03d", i);
        struct hj212_head h = { .qn = qn,
                                .st = "32",
                                .pw = PW,
                                .mn = "0",
                                .cn = 1001,
                                .edition = HJ212_2025,
                                .answer_wanted = true };
        assert_int_equal(hj212_build(&b, &h, cp, strlen(cp)), 0);
        send_all(t.fd, b.data, b.len);
    }
    read_answers(t.fd, 100, 3000, &got);
    assert_int_equal(gateway_joins(t.rig.g, j, GATEWAY_JOINS + 1), GATEWAY_JOINS);
    for (size_t i = 0; i < GATEWAY_JOINS; i++)
        for (const char *c = j[i].logger; *c; c++)
            assert_null(strchr("<>\"\x01 ", *c));
    assert_int_equal(gateway_join_accept(t.rig.g, j[0].id, 1, "admin", &e), 0);
    assert_int_equal(gateway_join_accept(t.rig.g, j[0].id, 1, "admin", &e), -EBUSY);
    WAIT_FOR(gateway_joins(t.rig.g, j, GATEWAY_JOINS) && j[0].state == GATEWAY_JOIN_FAILED);
    bench_end(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_weak_keys),       cmocka_unit_test(test_forms),
        cmocka_unit_test(test_wrong_key_many),  cmocka_unit_test(test_torn),
        cmocka_unit_test(test_settings),        cmocka_unit_test(test_change),
        cmocka_unit_test(test_change_in_doubt), cmocka_unit_test(test_device_asks),
        cmocka_unit_test(test_resent),          cmocka_unit_test(test_replaced),
        cmocka_unit_test(test_device_raw),      cmocka_unit_test(test_device_printed),
        cmocka_unit_test(test_device_asking),   cmocka_unit_test(test_join),
        cmocka_unit_test(test_join_bounds),     cmocka_unit_test(test_join_list_damaged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
