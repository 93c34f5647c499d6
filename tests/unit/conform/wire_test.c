/* The strict reader: what is wrong with a frame is named, what is right is not; and the report's three forms. */
#include "support.h"

#include <stdio.h>
#include <string.h>

#include "conform/wire.h"

#define SEGMENT \
    "QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&"

static const struct {
    const char *name, *bytes;
    enum wire_found found;
    unsigned faults;
    size_t used; /* 0: all of it */
} cases[] = {
    { "the standard's vector", "##0101" SEGMENT "1C80\r\n", WIRE_FRAME, 0, 0 },
    { "lower case", "##0101" SEGMENT "1c80\r\n", WIRE_FRAME, WIRE_CRC_CASE, 0 },
    { "the standard's misprint", "##0101" SEGMENT "1C08\r\n", WIRE_FRAME, WIRE_CRC, 0 },
    { "LF only", "##0101" SEGMENT "1C80\n", WIRE_FRAME, WIRE_TAIL, 0 },
    { "no tail", "##0101" SEGMENT "1C80##", WIRE_FRAME, WIRE_TAIL, 111 },
    { "one too long", "##0102" SEGMENT "1C80\r\n", WIRE_FRAME, WIRE_LENGTH, 0 },
    { "one too short", "##0100" SEGMENT "1C80\r\n", WIRE_FRAME, WIRE_LENGTH, 0 },
    { "no digits", "##01x1" SEGMENT "1C80\r\n", WIRE_FRAME, WIRE_LENGTH, 0 },
    { "torn", "##0101QN=2016", WIRE_MORE, 0, 0 },
    { "rubbish", "abc##0101", WIRE_RUBBISH, 0, 3 },
    { "half a head", "#", WIRE_MORE, 0, 0 },
};

static void test_frames(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct wire_frame f;
        size_t used = 0, len = strlen(cases[i].bytes);
        enum wire_found found = wire_next(cases[i].bytes, len, false, &f, &used);
        size_t want = found == WIRE_MORE ? 0 : cases[i].used ? cases[i].used : len;
        if (found != cases[i].found || f.faults != cases[i].faults || used != want)
            fail_msg("%s: found %d, faults %x, used %zu", cases[i].name, (int)found, f.faults, used);
        if (found == WIRE_FRAME)
            assert_true(wire_is(f.mn, "010000A8900016F000169DC0") && f.command == 1062);
    }
}

static const struct {
    const char *name, *segment;
    unsigned faults;
} heads[] = {
    { "split", "QN=1;ST=32;CN=2011;PW=1;MN=1;Flag=7;PNUM=2;PNO=1;CP=&&a=1&&", 0 },
    { "packet bit without PNUM", "QN=1;ST=32;CN=2011;PW=1;MN=1;Flag=7;CP=&&a=1&&", WIRE_PACKET },
    { "PNUM without the bit", "QN=1;ST=32;CN=2011;PW=1;MN=1;Flag=5;PNUM=2;PNO=1;CP=&&a=1&&", WIRE_PACKET },
    { "PNO above PNUM", "QN=1;ST=32;CN=2011;PW=1;MN=1;Flag=7;PNUM=2;PNO=3;CP=&&a=1&&", WIRE_PACKET },
    { "order", "ST=32;QN=1;CN=2011;PW=1;MN=1;Flag=5;CP=&&a=1&&", WIRE_ORDER },
    { "Flag behind CP", "QN=1;ST=32;CN=2011;PW=1;MN=1;CP=&&a=1&&Flag=5", WIRE_ORDER | WIRE_NO_CP },
    { "no Flag", "QN=1;ST=32;CN=2011;PW=1;MN=1;CP=&&a=1&&", WIRE_FLAG },
    { "no ';' before CP", "QN=1;ST=32;CN=2011;PW=1;MN=1;Flag=5CP=&&a=1&&", WIRE_NO_CP },
    { "no CP", "QN=1;ST=32;CN=2011;PW=1;MN=1;Flag=5", WIRE_NO_CP },
};

static void test_heads(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(heads); i++) {
        struct wire_frame f = { .segment = { heads[i].segment, (uint32_t)strlen(heads[i].segment) } };
        wire_fields(&f);
        if (f.faults != heads[i].faults)
            fail_msg("%s: faults %x, not %x", heads[i].name, f.faults, heads[i].faults);
    }
}

static void test_items(void **state)
{
    (void)state;
    static const char cp[] = "DataTime=1;i11001-Info=//a;b,c=d//;x-Flag=N";
    struct hj212_view v = { cp, sizeof cp - 1 };
    assert_true(wire_is(wire_item(v, "i11001-Info"), "//a;b,c=d//"));
    assert_true(wire_is(wire_item(v, "x-Flag"), "N"));
    assert_null(wire_item(v, "y").s);
}

static void nothing(struct trial *t)
{
    (void)t;
}

/* Bytes of a peer go into every form of the report without breaking it. */
static void test_report(void **state)
{
    (void)state;
    struct conform_check c = {
        "ack.qn", "9014", "标题", "title", { [HJ212_2017] = { "clause <7>", CONFORM_STANDARD } }, nothing, 0
    };
    struct conform_result x = { .check = &c, .edition = HJ212_2017, .outcome = CONFORM_FAIL, .n_proofs = 1 };
    struct conform_report r = { .subject = CONFORM_PLATFORM, .result = &x, .n = 1 };
    scoped(buf_release) struct buf text = BUF_INIT, json = BUF_INIT, html = BUF_INIT;
    char bytes[] = "##<script>\x00\xff\"&";
    snprintf(x.zh, sizeof x.zh, "原因");
    snprintf(x.en, sizeof x.en, "reason");
    x.proof[0] = (struct conform_proof){ false, bytes, sizeof bytes - 1, sizeof bytes - 1 };
    r.mandatory[CONFORM_FAIL] = 1;
    conform_text(&r, &text);
    conform_json(&r, &json);
    conform_html(&r, &html);
    assert_non_null(strstr(text.data, "FAIL  ack.qn"));
    assert_non_null(strstr(text.data, "\\x00\\xFF"));
    assert_null(strstr(html.data, "<script"));
    assert_non_null(strstr(html.data, "&lt;script&gt;\\x00\\xFF&quot;&amp;"));
    json_t *tree = NULL;
    struct err e = { 0 };
    assert_int_equal(json_read(json.data, json.len, &tree, &e), 0);
    const json_t *one = json_array_get(json_object_get(tree, "results"), 0);
    assert_string_equal(json_str(one, "result", ""), "fail");
    assert_string_equal(json_str(one, "certainty", ""), "standard");
    assert_string_equal(json_str(json_array_get(json_object_get(one, "evidence"), 0), "hex", ""),
                        "23233C7363726970743E00FF2226");
    json_decref(tree);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_frames), cmocka_unit_test(test_heads),
                                        cmocka_unit_test(test_items), cmocka_unit_test(test_report) };
    return cmocka_run_group_tests_name("conform wire", tests, NULL, NULL);
}
