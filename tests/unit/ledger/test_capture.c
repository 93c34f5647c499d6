/* Records made in the field: a seal that any change breaks, files by their hashes, what somebody else did meanwhile, and the proof afterwards. */
#include "support.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "base/sm3.h"
#include "ledger/capture.h"

#define HASH_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define HASH_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static int64_t put_photo(struct world *w, const char *hash)
{
    char body[400];
    struct err e = { 0 };
    int64_t id = 0;
    snprintf(body, sizeof body, "{\"hash\":\"%s\",\"picture\":true,\"uploader\":\"doer\"}", hash);
    struct doc d = { .state = "waiting", .created = w->now, .updated = w->now, .body = body };
    assert_int_equal(ledger_put_doc(w->store, DOC_FILE, &d, &id, &e), 0);
    return id;
}

/* {"record", "hash"} over a text with ' for ". */
static json_t *sealed(const char *text)
{
    char copy[2000], hash[SM3_HEX];
    struct err e = { 0 };
    snprintf(copy, sizeof copy, "%s", text);
    for (char *p = copy; *p; p++)
        if (*p == '\'')
            *p = '"';
    assert_int_equal(sm3_hex(copy, strlen(copy), hash, &e), 0);
    return json_pack("{s:s, s:s}", "record", copy, "hash", hash);
}

static int reads(struct world *w, const char *text, const char *fields, struct err *e)
{
    scoped(json_decrefp) json_t *given = sealed(text);
    scoped(json_decrefp) json_t *sent = parse(fields);
    scoped(json_decrefp) json_t *ret = NULL;
    *e = (struct err){ .name = "" };
    return case_capture(w->l, given, NULL, "submit", 7, sent, &ret, e);
}

#define HEAD "{'at':'2026-03-01T09:00:00+08:00','action':'submit','case':7"

static void what_is_sent_is_what_was_sealed(void **state)
{
    (void)state;
    struct world w;
    struct err e;
    world_make(&w, NULL);
    char sent[200], other[200];
    snprintf(sent, sizeof sent, "{'n':1.5,'t':'x','p':[%lld],'q':[{'files':[%lld]}]}",
             (long long)put_photo(&w, HASH_A), (long long)put_photo(&w, HASH_B));
    snprintf(other, sizeof other, "{'n':1.5,'t':'x','p':[%lld],'q':[{'files':[%lld]}]}",
             (long long)put_photo(&w, HASH_B), (long long)put_photo(&w, HASH_A));
    static const char whole[] =
        HEAD ",'fields':{'n':1.5,'t':'x','p':['sm3:" HASH_A "'],'q':[{'files':['sm3:" HASH_B "']}]}";
    static const struct {
        const char *more, *name; /* after `whole`; NULL: taken */
    } cases[] = {
        { "}", NULL },
        { ",'place':null}", NULL },
        { ",'place':{'lon':120.5,'lat':36}}", NULL },
        { ",'place':{'lon':180.1,'lat':36}}", "bad_input" },
        { ",'place':{'lon':'x','lat':36}}", "bad_input" },
        { ",'place':[]}", "bad_input" },
        { ",'ledger':'patrol'}", "capture.changed" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[1000];
        snprintf(text, sizeof text, "%s%s", whole, cases[i].more);
        assert_int_equal(reads(&w, text, sent, &e), cases[i].name ? -EINVAL : 0);
        assert_string_equal(e.name, cases[i].name ? cases[i].name : "");
    }
    char text[1000];
    snprintf(text, sizeof text, "%s}", whole);
    assert_int_equal(reads(&w, text, other, &e), -EINVAL); /* the two photos in each other's place */
    assert_string_equal(e.name, "file.changed");
    static const char *const differing[] = { "{}", "{'n':1.5}", "{'n':1.6,'t':'x','p':[],'q':[]}", "[]" };
    for (size_t i = 0; i < sizeof differing / sizeof *differing; i++) {
        assert_int_equal(reads(&w, text, differing[i], &e), -EINVAL);
        assert_string_equal(e.name, "capture.changed");
    }
    assert_int_equal(reads(&w, "{'at':'2026-03-01T09:00:00+08:00','action':'approve','case':7}", "{}", &e),
                     -EINVAL);
    assert_int_equal(reads(&w, "{'at':'2026-03-01T09:00:00+08:00','action':'submit','case':8}", "{}", &e),
                     -EINVAL);
    assert_int_equal(reads(&w, HEAD "}", "{}", &e), 0); /* an action that asks for nothing */
    world_end(&w);
}

/* Any one byte of the words or of the hash. */
static void any_change_breaks_the_seal(void **state)
{
    (void)state;
    struct world w;
    unsigned seed = 20261122;
    world_make(&w, NULL);
    print_message("# seed %u\n", seed);
    for (int i = 0; i < 400; i++) {
        scoped(json_decrefp) json_t *given = sealed(HEAD ",'fields':{'t':'plain words'}}");
        scoped(json_decrefp) json_t *sent = parse("{'t':'plain words'}"), *ret = NULL;
        const char *key = i % 4 ? "record" : "hash";
        char text[1000];
        struct err e = { .name = "" };
        snprintf(text, sizeof text, "%s", json_str(given, key, ""));
        seed = seed * 1103515245 + 12345;
        size_t at_byte = (seed >> 8) % strlen(text);
        text[at_byte] = text[at_byte] == '7' ? '8' : '7';
        if (strcmp(text, json_str(given, key, "")) == 0)
            continue;
        json_object_set_new(given, key, json_string(text));
        assert_int_equal(case_capture(w.l, given, NULL, "submit", 7, sent, &ret, &e), -EINVAL);
        assert_string_equal(e.name, "capture.changed");
    }
    world_end(&w);
}

static int holds(const char *sm3, void *arg, struct err *e)
{
    int *n = arg;
    ++*n;
    return strcmp(sm3, HASH_B) == 0 ? err_set(e, -EBADMSG, "changed") : 0;
}

static void kept_with_the_event_and_proved(void **state)
{
    (void)state;
    struct world w;
    struct err e = { 0 };
    int64_t n = 0;
    int files = 0;
    world_make(&w, NULL);
    int64_t id = open_case(&w, worded_case);
    scoped(json_decrefp) json_t *capture = json_pack(
        "{s:I, s:s, s:s}", "at", (json_int_t)at("2026-03-01T09:00:00+08:00"), "hash", "", "record", "");
    scoped(json_decrefp) json_t *given =
        sealed("{'at':'x','fields':{'p':['sm3:" HASH_A "']},'place':{'lon':1,'lat':2}}");
    json_object_update(capture, given);
    struct actor doer = *DOER;
    doer.capture = capture;
    assert_int_equal(act(&w, id, "accept", NULL, &doer, &e), 0);
    json_t *v = view(&w, id, ON_DUTY);
    const json_t *c = json_object_get(event_at(v, 0), "capture");
    assert_string_equal(json_str(c, "at", ""), "2026-03-01T09:00:00+08:00");
    assert_string_equal(json_str(c, "hash", ""), json_str(given, "hash", "?"));
    assert_int_equal(json_int(json_object_get(c, "place"), "lat", 0), 2);
    json_decref(v);
    v = view(&w, id, NULL);
    assert_null(json_object_get(event_at(v, 0), "capture")); /* the public */
    json_decref(v);
    chain_holds(&w, -1);
    assert_int_equal(ledgers_check_captures(w.store, holds, &files, &n, &e), 0);
    assert_int_equal(n, 1);
    assert_int_equal(files, 1);
    /* a file that is not what it was is found, and words that do not fit their hash */
    json_object_set_new(capture, "record", json_string("{\"fields\":{\"p\":[\"sm3:" HASH_B "\"]}}"));
    assert_int_equal(
        act(&w, id, "submit",
            "{'report':'r','evidence':[{'kind':'照片','text':'a'},{'kind':'监测报告','text':'b'}]}", &doer,
            &e),
        0);
    assert_int_equal(ledgers_check_captures(w.store, holds, &files, &n, &e), -EINVAL);
    assert_non_null(strstr(e.text, "submit"));
    world_end(&w);
}

static void somebody_else_was_first(void **state)
{
    (void)state;
    static const char report[] =
        "{'report':'r','evidence':[{'kind':'照片','text':'a'},{'kind':'监测报告','text':'b'}]}";
    struct world w;
    struct err e = { 0 };
    world_make(&w, NULL);
    int64_t id = case_in(&w, worded_case, "整改中");
    json_t *v = view(&w, id, ON_DUTY);
    int64_t seen = json_int(event_at(v, 0), "seq", 0);
    size_t events = json_array_size(json_object_get(v, "events"));
    json_decref(v);
    struct actor doer = *DOER;
    doer.seen = seen - 1; /* one's own step since is no conflict */
    assert_int_equal(act(&w, id, "submit", report, &doer, &e), 0);
    must(&w, id, "return", "{'reason':'补充'}", OVERSEER);
    doer.seen = seen;
    assert_int_equal(act(&w, id, "submit", report, &doer, &e), -EBUSY);
    assert_string_equal(e.name, "case.moved_on");
    assert_non_null(strstr(e.text, "overseer"));
    chain_holds(&w, (int64_t)events + 2); /* nothing was written */
    doer.seen = seen + 2;
    e = (struct err){ 0 };
    assert_int_equal(act(&w, id, "submit", report, &doer, &e), 0);
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_sent_is_what_was_sealed),
        cmocka_unit_test(any_change_breaks_the_seal),
        cmocka_unit_test(kept_with_the_event_and_proved),
        cmocka_unit_test(somebody_else_was_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
