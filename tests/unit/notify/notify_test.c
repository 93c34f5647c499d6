/* notify_test.c - who is told in which words, when it is tried again, what leaves the house; tables first, then a real store. */
#include "unit/scratch.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "notify/own.h"

/* ---- rules ---- */

static const char definition_text[] =
    "{\"id\":\"x\",\"actions\":[{\"id\":\"visit\",\"label\":\"走访\",\"label_en\":\"Visit\",\"by\":\"owner\"}"
    ","
    "{\"id\":\"urge\",\"label\":\"催办\",\"label_en\":\"Urge\",\"by\":\"supervisor\"},"
    "{\"id\":\"both\",\"label\":\"会商\",\"label_en\":\"Meet\",\"by\":[\"owner\",\"office\"]}],"
    "\"ladder\":[{\"name\":\"约谈\",\"to\":[\"owner\",\"leader\"]},{\"name\":\"静默\",\"to\":[]}]}";

static const struct {
    const char *name, *action, *body, *kind, *to, *title, *text;
} rule_rows[] = {
    { "opened", "open", "{}", "assigned", "owner", "新事项待接收：ZG-1", "氨氮超标" },
    { "submitted", "submit", "{}", "submitted", "supervisor", "申请验收：ZG-1", "" },
    { "returned with the reason", "return", "{\"fields\":{\"reason\":\"佐证不足\"}}", "returned", "owner",
      "已退回：ZG-1", "理由：佐证不足" },
    { "refused by the gate", "refused", "{\"text\":\"尚未达标\",\"text_en\":\"not met\"}", "gate", "actor",
      "办理未通过：ZG-1", "尚未达标" },
    { "reopened", "reopen", "{\"text\":\"数据反弹\"}", "rebound", "owner supervisor leader",
      "数据反弹，重新打开：ZG-1", "数据反弹" },
    { "missed report", "missed", "{}", "missed", "owner supervisor", "未按期报告：ZG-1", "2026-12-30" },
    { "a rung that says who", "rung", "{\"name\":\"通报\",\"to\":[\"owner\",\"leader\",\"lab\"]}", "rung",
      "owner leader lab", "通报：ZG-1", "" },
    { "a rung of the ladder", "rung", "{\"name\":\"约谈\"}", "rung", "owner leader", "约谈：ZG-1", "" },
    { "a rung that tells nobody", "rung", "{\"name\":\"静默\"}", NULL, "", "", "" },
    { "a rung without either", "rung", "{\"name\":\"调度\"}", "rung", "owner supervisor", "调度：ZG-1", "" },
    { "an own action of the owner", "visit", "{}", "acted", "supervisor", "走访：ZG-1", "" },
    { "an own action of others", "urge", "{}", "acted", "owner", "催办：ZG-1", "" },
    { "an own action of several", "both", "{}", "acted", "owner", "会商：ZG-1", "" },
    { "progress is no news", "report", "{}", NULL, "", "", "" },
    { "an unknown word", "zzz", "{}", NULL, "", "", "" },
    { "closed", "close", "{}", "closed", "owner supervisor author", "已销号：ZG-1", "" },
    { "a body of the wrong shape", "rung", "{\"name\":3,\"to\":{\"a\":1},\"text\":[]}", "rung",
      "owner supervisor", "到期提醒：ZG-1", "" },
};

static json_t *tree(const char *text)
{
    json_t *t = NULL;
    assert_int_equal(json_read(text, strlen(text), &t, NULL), 0);
    return t;
}

static void who_is_told(void **state)
{
    (void)state;
    scoped(json_decrefp) json_t *def = tree(definition_text);
    scoped(json_decrefp) json_t *doc =
        tree("{\"number\":\"ZG-1\",\"fields\":{\"problem\":\"氨氮超标\",\"due\":\"2026-12-30\"}}");
    for (size_t i = 0; i < COUNT_OF(rule_rows); i++) {
        scoped(json_decrefp) json_t *body = tree(rule_rows[i].body);
        const struct notify_event ev = { "duty", rule_rows[i].action, body };
        struct notify_verdict v;
        char to[200] = "";
        bool told = notify_for_event(&ev, doc, def, NULL, &v);
        CHECK_CASE(rule_rows[i].name, told == (rule_rows[i].kind != NULL));
        if (!told)
            continue;
        for (size_t k = 0; k < v.n_to; k++)
            snprintf(to + strlen(to), sizeof to - strlen(to), "%s%s", k ? " " : "", v.to[k]);
        CHECK_CASE(rule_rows[i].name, strcmp(v.kind, rule_rows[i].kind) == 0);
        CHECK_CASE(rule_rows[i].name, strcmp(to, rule_rows[i].to) == 0);
        CHECK_CASE(rule_rows[i].name, strcmp(v.words.title, rule_rows[i].title) == 0);
        CHECK_CASE(rule_rows[i].name, strstr(v.words.text, rule_rows[i].text) != NULL);
        CHECK_CASE(rule_rows[i].name, *v.words.title_en && *v.words.text_en);
    }
}

/* A long Chinese text is cut between characters. */
static void long_texts_stay_whole(void **state)
{
    (void)state;
    struct buf long_text = BUF_INIT;
    buf_adds(&long_text, "{\"fields\":{\"reason\":\"x");
    for (int i = 0; i < 2000; i++)
        buf_adds(&long_text, "长");
    buf_adds(&long_text, "\"}}");
    scoped(json_decrefp) json_t *body = tree(long_text.data);
    scoped(json_decrefp) json_t *doc = tree("{\"number\":\"ZG-1\",\"fields\":{}}");
    const struct notify_event ev = { "duty", "return", body };
    struct notify_verdict v;
    assert_true(notify_for_event(&ev, doc, NULL, NULL, &v));
    scoped(json_decrefp) json_t *text = json_string(v.words.text);
    assert_non_null(text);
    assert_non_null(strstr(v.words.text, "长长"));
    buf_release(&long_text);
}

/* ---- waiting ---- */

static void the_wait_grows(void **state)
{
    (void)state;
    int64_t base = 30 * MS_SECOND;
    for (int tries = 1; tries <= 30; tries++) {
        int64_t wait = outbox_backoff(7, 3, tries);
        assert_true(wait >= base && wait < base + base / 5);
        assert_true(wait == outbox_backoff(7, 3, tries));
        base = base * 2 < 6 * MS_HOUR ? base * 2 : 6 * MS_HOUR;
    }
    assert_true(outbox_backoff(7, 3, 1) != outbox_backoff(7, 4, 1));
    char early[64], late[64];
    outbox_key(999999999999, 7, CHANNEL_EMAIL, early);
    outbox_key(1000000000000, 1, CHANNEL_EMAIL, late);
    assert_true(strcmp(early, late) < 0);
}

static const struct {
    const char *name, *from, *to, *at, *then;
} quiet_rows[] = {
    { "none", "", "", "2026-03-01T23:00:00", "2026-03-01T23:00:00" },
    { "over midnight, evening", "22:00", "07:00", "2026-03-01T23:00:00", "2026-03-02T07:00:00" },
    { "over midnight, morning", "22:00", "07:00", "2026-03-02T06:59:00", "2026-03-02T07:00:00" },
    { "over midnight, day", "22:00", "07:00", "2026-03-02T07:00:00", "2026-03-02T07:00:00" },
    { "noon", "12:00", "14:00", "2026-03-02T13:00:00", "2026-03-02T14:00:00" },
    { "before noon", "12:00", "14:00", "2026-03-02T11:59:59", "2026-03-02T11:59:59" },
    { "end of the year", "22:00", "07:00", "2026-12-31T22:00:00", "2027-01-01T07:00:00" },
};

static void quiet_hours(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(quiet_rows); i++) {
        struct preferences p = { 0 };
        int64_t at, then;
        if (*quiet_rows[i].from) {
            p.quiet_from = atoi(quiet_rows[i].from) * 60;
            p.quiet_to = atoi(quiet_rows[i].to) * 60;
        }
        assert_true(cn_parse_iso(quiet_rows[i].at, strlen(quiet_rows[i].at), &at));
        assert_true(cn_parse_iso(quiet_rows[i].then, strlen(quiet_rows[i].then), &then));
        CHECK_CASE(quiet_rows[i].name, preferences_awake(&p, at) == then);
    }
}

/* ---- what leaves the house ---- */

static void addresses(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_private;
    } rows[] = {
        { "127.0.0.1", true },
        { "10.1.2.3", true },
        { "172.16.0.1", true },
        { "172.32.0.1", false },
        { "192.168.1.1", true },
        { "169.254.169.254", true },
        { "100.64.0.1", true },
        { "100.128.0.1", false },
        { "0.0.0.0", true },
        { "8.8.8.8", false },
        { "224.0.0.1", true },
        { "255.255.255.255", true },
        { "::1", true },
        { "::", true },
        { "fe80::1", true },
        { "fd00::1", true },
        { "::ffff:10.0.0.1", true },
        { "::ffff:8.8.8.8", false },
        { "2400:3200::1", false },
        { "2002:7f00:1::", true },
        { "64:ff9b::a00:1", true },
        { "2001:db8::1", true },
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct sockaddr_in six_not = { .sin_family = AF_INET };
        struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
        bool four = inet_pton(AF_INET, rows[i].text, &six_not.sin_addr) == 1;
        if (!four)
            assert_int_equal(inet_pton(AF_INET6, rows[i].text, &six.sin6_addr), 1);
        const struct sockaddr *a = four ? (const void *)&six_not : (const void *)&six;
        CHECK_CASE(rows[i].text, address_is_private(a) == rows[i].is_private);
    }
}

static void masks(void **state)
{
    (void)state;
    static const struct {
        enum channel c;
        const char *address, *masked;
    } rows[] = {
        { CHANNEL_EMAIL, "zhang.san@example.com.cn", "z***@e***.cn" },
        { CHANNEL_EMAIL, "a@b", "a***@b***" },
        { CHANNEL_WEBHOOK, "https://h.example.cn:8443/hook/secret?key=1", "https://h.example.cn:8443/***" },
        { CHANNEL_COMMAND, "13800001234", "***34" },
        { CHANNEL_COMMAND, "ab", "***" },
        { CHANNEL_COMMAND, "张三李四", "***" },
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char out[128];
        address_mask(rows[i].c, rows[i].address, out, sizeof out);
        CHECK_CASE(rows[i].address, strcmp(out, rows[i].masked) == 0);
    }
}

static void what_may_be_an_address(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool mail, url;
    } rows[] = {
        { "a@b.cn", true, false },
        { "a@b@c", false, false },
        { "a b@c.cn", false, false },
        { "a@b.cn\r\nBcc: x@y", false, false },
        { "<a@b>", false, false },
        { "@b", false, false },
        { "a@", false, false },
        { "https://h/x", false, true },
        { "http://h:80/", false, true },
        { "ftp://h/", false, false },
        { "file:///etc", false, false },
        { "https://u:p@h/", false, false },
        { "gopher://h", false, false },
        { "http://h/\r\nX: y", false, false },
        { "", false, false },
        { "http://", false, false },
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        CHECK_CASE(rows[i].text, mail_address_ok(rows[i].text) == rows[i].mail);
        CHECK_CASE(rows[i].text, webhook_url_ok(rows[i].text) == rows[i].url);
    }
}

/* Computed by `openssl dgst -hmac key1` over the same bytes. */
static void signatures(void **state)
{
    (void)state;
    static const char body[] = "{\"a\":\"碧\"}";
    char hex[65];
    assert_int_equal(sign_hex(false, "key1", 4, "1763600000", body, strlen(body), hex, NULL), 0);
    assert_string_equal(hex, "d1c151847479c99d37fef0e03f10ff7044e79ca765e5c45892e4d37dda40fd48");
    assert_int_equal(sign_hex(true, "key1", 4, "1763600000", body, strlen(body), hex, NULL), 0);
    assert_string_equal(hex, "45a1e1714325c294ecc4189b405b7e6d9ffeeb90c36f0a0b881a41a4595ba4d9");
}

static void a_mail(void **state)
{
    (void)state;
    const struct parcel p = { .key = "k1",
                              .address = "a@b.cn",
                              .created = 1772337600000,
                              .case_id = 7,
                              .number = "ZG-1",
                              .title = "数据反弹，重新打开：ZG-2026-0001 长长长长长长长长长长长长长",
                              .text = "文",
                              .title_en = "t",
                              .text_en = "x" };
    struct buf out = BUF_INIT;
    assert_int_equal(mail_write(&p, "bihuan@example.cn", "https://h", &out, NULL), 0);
    assert_non_null(strstr(out.data, "Date: Sun, 1 Mar 2026 12:00:00 +0800\r\n"));
    assert_non_null(strstr(out.data, "Message-ID: <k1@example.cn>\r\n"));
    for (char *line = out.data, *end; (end = strstr(line, "\r\n")); line = end + 2) {
        assert_true(end - line <= 76);
        for (char *c = line; c < end; c++)
            assert_true((unsigned char)*c < 0x7f && *c != '\n');
    }
    buf_release(&out);
}

/* ---- the outbox on a real store ---- */

struct house {
    char dir[64];
    struct place *place;
    struct clock clock;
    struct notify n;
};

static void add_user(struct house *h, const char *name, enum role role, int32_t unit)
{
    struct user u = { .role = role, .unit = unit };
    snprintf(u.name, sizeof u.name, "%s", name);
    assert_int_equal(ledger_put_user(h->n.config.store, &u, NULL, NULL), 0);
}

static int64_t id_of(struct house *h, const char *name)
{
    struct user u;
    assert_int_equal(ledger_get_user(h->n.config.store, name, &u, NULL), 0);
    return u.id;
}

static int64_t unread_of(struct house *h, const char *name)
{
    int64_t unread = -1;
    assert_int_equal(notify_unread(&h->n, id_of(h, name), &unread, NULL), 0);
    return unread;
}

static int open_house(void **state)
{
    static struct house h;
    static struct unit units[] = { { .id = 1, .code = "bureau", .name = "局" },
                                   { .id = 2, .code = "plant", .name = "厂" },
                                   { .id = 3, .code = "empty", .name = "无人" } };
    static struct place place = { .units = units, .n_units = 3 };
    h = (struct house){ .place = &place };
    scratch_make(h.dir, sizeof h.dir, "notify");
    clock_init_test(&h.clock, 1772337600000);
    struct ledger_store *s;
    assert_int_equal(ledger_store_open(h.dir, true, &s, NULL), 0);
    h.n.config = (struct notify_config){ .store = s,
                                         .place = &place,
                                         .clock = &h.clock,
                                         .mail_server = "smtp://x",
                                         .webhook_key_file = "",
                                         .command = "",
                                         .tries = 3 };
    pthread_mutex_init(&h.n.lock, NULL);
    pthread_cond_init(&h.n.wake, NULL);
    add_user(&h, "owner", ROLE_RESPONSIBLE, 2);
    add_user(&h, "other", ROLE_RESPONSIBLE, 1);
    add_user(&h, "super", ROLE_SUPERVISOR, 1);
    add_user(&h, "duty", ROLE_DUTY, 1);
    *state = &h;
    return 0;
}

static int close_house(void **state)
{
    struct house *h = *state;
    char path[96];
    ledger_store_close(h->n.config.store);
    static const char *const files[] = { "ledger.db", "ledger.db-wal", "ledger.db-shm" };
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        snprintf(path, sizeof path, "%s/%s", h->dir, files[i]);
        unlink(path);
    }
    rmdir(h->dir);
    pthread_mutex_destroy(&h->n.lock);
    pthread_cond_destroy(&h->n.wake);
    return 0;
}

static int64_t add_case(struct house *h, const char *owner)
{
    char body[200];
    int64_t id;
    snprintf(body, sizeof body,
             "{\"number\":\"ZG-1\",\"ledger\":\"x\",\"fields\":{\"owner\":\"%s\",\"supervisor\":\"bureau\"}}",
             owner);
    struct doc d = { .key = "", .state = "s", .created = 1, .updated = 1, .body = body };
    assert_int_equal(ledger_put_doc(h->n.config.store, DOC_CASE, &d, &id, NULL), 0);
    return id;
}

static void add_event(struct house *h, int64_t id, const char *actor, const char *action)
{
    char hash[32];
    int64_t seq;
    assert_int_equal(ledger_last_seq(h->n.config.store, &seq, NULL), 0);
    snprintf(hash, sizeof hash, "h%d", (int)seq);
    struct event ev = { .case_id = id,
                        .at = 5,
                        .actor = actor,
                        .action = action,
                        .body = "{}",
                        .before_hash = "",
                        .hash = hash };
    assert_int_equal(ledger_append_event(h->n.config.store, &ev, NULL, NULL), 0);
}

static void follow(struct house *h)
{
    bool more;
    struct err e = { 0 };
    if (outbox_follow(&h->n, &more, &e) < 0)
        fail_msg("%s", e.text);
}

static void each_event_once(void **state)
{
    struct house *h = *state;
    int64_t id = add_case(h, "plant");
    add_event(h, id, "duty", "open"); /* before there were notices */
    assert_int_equal(outbox_begin(&h->n, NULL), 0);
    follow(h);
    assert_int_equal(unread_of(h, "owner"), 0);
    add_event(h, id, "duty", "open");
    add_event(h, id, "owner", "submit");
    follow(h);
    follow(h);
    assert_int_equal(unread_of(h, "owner"), 1);
    assert_int_equal(unread_of(h, "super"), 1);
    assert_int_equal(unread_of(h, "other") + unread_of(h, "duty"), 0);
    /* The number of the last event lost with a restored setting: the notices are known by their event. */
    assert_int_equal(ledger_put_setting(h->n.config.store, "notices-seq", "1", NULL), 0);
    follow(h);
    assert_int_equal(unread_of(h, "owner"), 1);
    /* A unit without anybody: the duty desk hears of it, unless it acted itself. */
    id = add_case(h, "empty");
    add_event(h, id, "super", "open");
    follow(h);
    assert_int_equal(unread_of(h, "duty"), 1);
}

static void only_ones_own(void **state)
{
    struct house *h = *state;
    struct notify_words w = { "题", "t", "文", "x" };
    const struct notice what = { "import", NULL, 0, "", &w };
    assert_int_equal(
        notify_tell(&h->n, &(struct notify_target){ .to = "user", .user = id_of(h, "owner") }, &what, NULL),
        0);
    struct buf out = BUF_INIT;
    assert_int_equal(notify_write(&h->n, id_of(h, "owner"), true, 10, 0, &out, NULL), 0);
    scoped(json_decrefp) json_t *list = tree(out.data);
    int64_t notice = json_int(json_array_get(json_object_get(list, "notices"), 0), "id", 0);
    assert_int_equal(json_int(list, "unread", 0), 1);
    assert_int_equal(notify_read(&h->n, id_of(h, "other"), notice, NULL), -ENOENT);
    assert_int_equal(unread_of(h, "owner"), 1);
    assert_int_equal(notify_read(&h->n, id_of(h, "owner"), notice, NULL), 0);
    assert_int_equal(notify_read(&h->n, id_of(h, "owner"), notice, NULL), 0);
    assert_int_equal(unread_of(h, "owner"), 0);
    buf_release(&out);
}

/* What a foreign server says may be no UTF-8: the notice is kept all the same. */
static void words_of_others(void **state)
{
    struct house *h = *state;
    struct notify_words w = { "\xe9\xa2", "t\xff", "451 \xb4\xed", "x" };
    const struct notice what = { "import", NULL, 0, "", &w };
    assert_int_equal(
        notify_tell(&h->n, &(struct notify_target){ .to = "user", .user = id_of(h, "owner") }, &what, NULL),
        0);
    assert_int_equal(unread_of(h, "owner"), 1);
}

/* Told inside somebody's transaction: it goes with it. */
static void undone_with_its_cause(void **state)
{
    struct house *h = *state;
    struct notify_words w = { "题", "t", "文", "x" };
    const struct notice what = { "import", NULL, 0, "", &w };
    scoped(json_decrefp) json_t *mail = tree("{\"email\":\"a@b.cn\"}");
    assert_int_equal(notify_set_preferences(&h->n, id_of(h, "owner"), mail, NULL), 0);
    assert_int_equal(ledger_begin(h->n.config.store, NULL), 0);
    assert_int_equal(notify_tell(&h->n, &(struct notify_target){ .to = "unit", .unit = 2 }, &what, NULL), 0);
    ledger_rollback(h->n.config.store);
    assert_int_equal(unread_of(h, "owner"), 0);
    int64_t queued = -1;
    assert_int_equal(ledger_count_state(h->n.config.store, DOC_DELIVERY, "queued", &queued, NULL), 0);
    assert_int_equal(queued, 0);
    assert_int_equal(notify_tell(&h->n, &(struct notify_target){ .to = "unit", .unit = 2 }, &what, NULL), 0);
    assert_int_equal(ledger_count_state(h->n.config.store, DOC_DELIVERY, "queued", &queued, NULL), 0);
    assert_int_equal(queued, 1);
}

/* In the browser always; by a channel only the kinds that are not off. */
static void kinds_that_are_off(void **state)
{
    struct house *h = *state;
    struct notify_words w = { "题", "t", "文", "x" };
    const struct notice quiet = { "acted", NULL, 0, "", &w }, loud = { "rebound", NULL, 0, "", &w };
    struct err e = { 0 };
    static const char *const wrong[] = { "{\"off\":[]}", "{\"off\":{\"email\":[\"nothing\"]}}",
                                         "{\"off\":{\"pigeon\":[\"acted\"]}}", "{\"off\":{\"email\":[1]}}" };
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        scoped(json_decrefp) json_t *bad = tree(wrong[i]);
        CHECK_CASE(wrong[i], notify_set_preferences(&h->n, id_of(h, "owner"), bad, &e) == -EINVAL);
    }
    scoped(json_decrefp) json_t *set =
        tree("{\"email\":\"a@b.cn\",\"off\":{\"email\":[\"acted\",\"rung\",\"acted\"]}}");
    assert_int_equal(notify_set_preferences(&h->n, id_of(h, "owner"), set, &e), 0);
    int64_t queued = -1;
    assert_int_equal(notify_tell(&h->n, &(struct notify_target){ .to = "unit", .unit = 2 }, &quiet, NULL), 0);
    assert_int_equal(unread_of(h, "owner"), 1);
    assert_int_equal(ledger_count_state(h->n.config.store, DOC_DELIVERY, "queued", &queued, NULL), 0);
    assert_int_equal(queued, 0);
    assert_int_equal(notify_tell(&h->n, &(struct notify_target){ .to = "unit", .unit = 2 }, &loud, NULL), 0);
    assert_int_equal(unread_of(h, "owner"), 2);
    assert_int_equal(ledger_count_state(h->n.config.store, DOC_DELIVERY, "queued", &queued, NULL), 0);
    assert_int_equal(queued, 1);
    struct buf out = BUF_INIT;
    assert_int_equal(notify_write_preferences(&h->n, id_of(h, "owner"), &out, &e), 0);
    assert_non_null(strstr(out.data, "\"off\":{\"email\":[\"acted\",\"rung\"]}"));
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_told),
        cmocka_unit_test(long_texts_stay_whole),
        cmocka_unit_test(the_wait_grows),
        cmocka_unit_test(quiet_hours),
        cmocka_unit_test(addresses),
        cmocka_unit_test(masks),
        cmocka_unit_test(what_may_be_an_address),
        cmocka_unit_test(signatures),
        cmocka_unit_test(a_mail),
        cmocka_unit_test_setup_teardown(each_event_once, open_house, close_house),
        cmocka_unit_test_setup_teardown(words_of_others, open_house, close_house),
        cmocka_unit_test_setup_teardown(only_ones_own, open_house, close_house),
        cmocka_unit_test_setup_teardown(undone_with_its_cause, open_house, close_house),
        cmocka_unit_test_setup_teardown(kinds_that_are_off, open_house, close_house),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
