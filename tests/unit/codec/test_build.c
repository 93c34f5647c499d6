/* Frames and answers that are built; what is built reads back the same. */
#include "support.h"

#include <errno.h>

#include "base/scoped.h"

static struct hj212_item items[HJ212_ITEMS_MAX];

static void read_one(const struct buf *wire, struct hj212_frame *f)
{
    enum hj212_reason why = HJ212_OK;
    size_t used = 0;
    enum hj212_found found = hj212_next(wire->data, wire->len, 9999, items, f, &used, &why);
    if (found != HJ212_FRAME || used != wire->len)
        fail_msg("%s: %.*s", hj212_reason_name(why), (int)wire->len, wire->data);
}

/* HJ 212-2017 annex examples. */
static void test_build(void **state)
{
    (void)state;
    struct buf out = BUF_INIT;
    struct hj212_head h = { .qn = "20160801085857223",
                            .st = "32",
                            .pw = "100000",
                            .mn = "010000A8900016F000169DC0",
                            .cn = 1062,
                            .edition = HJ212_2017,
                            .answer_wanted = true };
    assert_int_equal(hj212_build(&out, &h, "RtdInterval=30", 14), 0);
    assert_string_equal(
        out.data, "##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;"
                  "CP=&&RtdInterval=30&&1C80\r\n");
    buf_clear(&out);
    struct hj212_head old = { .qn = "",
                              .st = "32",
                              .pw = "123456",
                              .mn = "88888880000001",
                              .cn = 2051,
                              .edition = HJ212_2005,
                              .pnum = 2,
                              .pno = 1 };
    assert_int_equal(hj212_build(&out, &old, "011-Avg=5", 9), 0);
    assert_non_null(
        strstr(out.data, "ST=32;CN=2051;PW=123456;MN=88888880000001;Flag=2;PNUM=2;PNO=1;CP=&&011-Avg=5&&"));
    buf_release(&out);
}

static const struct {
    const char *name, *segment;
    int cn, code;
    const char *want;
} answers[] = {
    { "9011 of 2017",
      "QN=20160801085857223;ST=32;CN=1062;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&",
      9011, 1,
      "##0094QN=20160801085857223;ST=91;CN=9011;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&QnRtn=1&&"
      "1B00\r\n" },
    { "9012 of 2017",
      "QN=20160801085857223;ST=32;CN=1062;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&",
      9012, 1,
      "##0095QN=20160801085857223;ST=91;CN=9012;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&ExeRtn=1&&"
      "6240\r\n" },
    { "9014 of 2017",
      "QN=20160801085857223;ST=32;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&a-Rtd=1&&", 9014,
      0,
      "##0087QN=20160801085857223;ST=91;CN=9014;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&"
      "3240\r\n" },
    { "9013 of 2025",
      "QN=20260801085857223;ST=32;CN=9015;PW=123456;MN=010000A8900016F000169DC0;Flag=9;CP=&&&&", 9013, 0,
      "QN=20260801085857223;ST=91;CN=9013;PW=123456;MN=010000A8900016F000169DC0;Flag=8;CP=&&&&" },
    { "surface water keeps its version 2", "QN=1;ST=21;CN=2061;PW=1;MN=888;Flag=11;PNUM=2;PNO=1;CP=&&&&",
      9014, 0, "QN=1;ST=91;CN=9014;PW=1;MN=888;Flag=8;CP=&&&&" },
    { "no PW, none given back", "QN=1;ST=32;CN=2061;MN=888;Flag=5;CP=&&&&", 9014, 0,
      "QN=1;ST=91;CN=9014;MN=888;Flag=4;CP=&&&&" },
    { "no Flag, a QN", "QN=1;ST=32;CN=2061;PW=1;MN=888;CP=&&&&", 9014, 0,
      "QN=1;ST=91;CN=9014;PW=1;MN=888;Flag=4;CP=&&&&" },
    { "9011 of 2005", "QN=20110101000000000;ST=32;CN=2011;PW=123456;MN=88888880000001;Flag=3;CP=&&&&", 9011,
      1, "ST=91;CN=9011;PW=123456;MN=88888880000001;Flag=0;CP=&&QN=20110101000000000;QnRtn=1&&" },
    { "9012 of 2005", "QN=20110101000000000;ST=32;CN=2011;PW=123456;MN=88888880000001;Flag=3;CP=&&&&", 9012,
      100, "ST=91;CN=9012;PW=123456;MN=88888880000001;Flag=0;CP=&&QN=20110101000000000;ExeRtn=100&&" },
    { "9013 of 2005", "QN=20110101000000000;ST=32;CN=2012;PW=123456;MN=88888880000001;Flag=1;CP=&&&&", 9013,
      0, "ST=91;CN=9013;PW=123456;MN=88888880000001;Flag=0;CP=&&QN=20110101000000000&&" },
    { "9014 of 2005 with a QN",
      "QN=20110101000000000;ST=32;CN=2051;PW=123456;MN=88888880000001;Flag=1;CP=&&&&", 9014, 0,
      "ST=91;CN=9014;PW=123456;MN=88888880000001;Flag=0;CP=&&QN=20110101000000000;CN=2051&&" },
    { "9014 of 2005, packets, no QN", "ST=32;CN=2051;PW=123456;MN=88888880000001;Flag=3;PNUM=4;PNO=2;CP=&&&&",
      9014, 0, "ST=91;CN=9014;PW=123456;MN=88888880000001;Flag=0;CP=&&CN=2051;PNUM=4;PNO=2&&" },
};

static void test_answers(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(answers); i++) {
        struct buf wire = BUF_INIT, out = BUF_INIT;
        struct hj212_frame f, back;
        assert_int_equal(hj212_wrap(&wire, answers[i].segment, strlen(answers[i].segment)), 0);
        read_one(&wire, &f);
        assert_int_equal(hj212_answer(&out, &f, answers[i].cn, answers[i].code), 0);
        if (!strstr(out.data, answers[i].want))
            fail_msg("%s: %s", answers[i].name, out.data);
        read_one(&out, &back);
        assert_int_equal(back.mn.len, f.mn.len);
        assert_memory_equal(back.mn.s, f.mn.s, f.mn.len);
        assert_false(back.answer_wanted);
        buf_release(&wire);
        buf_release(&out);
    }
}

/* Nothing is added when a frame cannot be made. */
static void test_refusals(void **state)
{
    (void)state;
    static char large[10001];
    struct buf out = BUF_INIT;
    struct hj212_head h = { .st = "32", .mn = "888", .cn = 2011, .edition = HJ212_2017 };
    struct hj212_frame f = hj212_frame_of("", 0, items);
    memset(large, 'a', sizeof large - 1);
    buf_adds(&out, "before");
    assert_int_equal(hj212_wrap(&out, large, 10000), -EMSGSIZE);
    assert_int_equal(hj212_build(&out, &h, large, 9990), -EMSGSIZE);
    h.cn = 10000;
    assert_int_equal(hj212_build(&out, &h, "", 0), -EINVAL);
    assert_int_equal(hj212_answer(&out, &f, 2011, 0), -EINVAL);
    assert_string_equal(out.data, "before");
    assert_int_equal(out.len, 6);
    assert_int_equal(hj212_wrap(&out, large, 9999), 0);
    assert_int_equal(out.len, 6 + 9999 + HJ212_FRAME_OVERHEAD);
    buf_release(&out);
}

static void random_text(uint64_t *seed, const char *from, size_t min, size_t max, char *out)
{
    size_t n = min + test_below(seed, max - min + 1);
    for (size_t i = 0; i < n; i++)
        out[i] = from[test_below(seed, strlen(from))];
    out[n] = '\0';
}

/* Any head, any area: built, read, and every part is what went in. */
static void test_round_trip(void **state)
{
    (void)state;
    static const char *const suffixes[] = {
        "Rtd", "Avg", "Min", "Max", "Cou", "ZsAvg", "Flag", "SampleTime"
    };
    uint64_t seed = test_seed();
    for (int round = 0; round < 3000; round++) {
        char qn[18], st[4], pw[8], mn[32], code[40][16], value[40][24];
        const char *suffix[40];
        random_text(&seed, "0123456789", test_below(&seed, 2) ? 17 : 0, 17, qn);
        random_text(&seed, "0123456789ABCZ", 2, 3, st);
        random_text(&seed, "0123456789abcXYZ", 6, 6, pw);
        random_text(&seed, "0123456789ABCDEF_", 7, 30, mn);
        struct hj212_head h = {
            .qn = qn,
            .st = st,
            .pw = pw,
            .mn = mn,
            .cn = 1000 + (int)test_below(&seed, 9000),
            .edition = (enum hj212_edition)test_below(&seed, 3),
            .answer_wanted = test_below(&seed, 2),
            .pnum = (int)test_below(&seed, 2) * 9,
        };
        h.pno = h.pnum ? 1 + (int)test_below(&seed, 9) : 0;
        size_t n = test_below(&seed, 40);
        struct buf cp = BUF_INIT, wire = BUF_INIT, again = BUF_INIT;
        for (size_t i = 0; i < n; i++) {
            random_text(&seed, "abwL0123456789", 2, 12, code[i]);
            random_text(&seed, "-0123456789.NFD", 0, 14, value[i]);
            suffix[i] = suffixes[test_below(&seed, COUNT_OF(suffixes))];
            buf_addf(&cp, "%s%s-%s=%s", i ? test_below(&seed, 2) ? "," : ";" : "", code[i], suffix[i],
                     value[i]);
        }
        assert_int_equal(hj212_build(&wire, &h, cp.data ? cp.data : "", cp.len), 0);
        struct hj212_frame f;
        read_one(&wire, &f);
        char cn[8];
        snprintf(cn, sizeof cn, "%d", h.cn);
        assert_view("QN", f.qn, qn);
        assert_view("ST", f.st, st);
        assert_view("CN", f.cn, cn);
        assert_view("PW", f.pw, pw);
        assert_view("MN", f.mn, mn);
        assert_view("CP", f.cp, cp.data ? cp.data : "");
        assert_int_equal(f.edition,
                         h.edition == HJ212_2025 && strcmp(st, "21") == 0 ? HJ212_2017 : h.edition);
        assert_int_equal(f.answer_wanted, h.answer_wanted);
        assert_int_equal(f.pnum, h.pnum);
        assert_int_equal(f.pno, h.pno);
        assert_int_equal(f.n_items, n);
        for (size_t i = 0; i < n; i++) {
            micro want;
            assert_view("code", f.item[i].code, code[i]);
            assert_view("suffix", f.item[i].suffix, suffix[i]);
            assert_view("value", f.item[i].value, value[i]);
            if (!micro_parse(value[i], strlen(value[i]), &want, NULL))
                want = MICRO_MISSING;
            assert_true(f.item[i].number == want);
        }
        /* The segment as it was read, wrapped again, is the same frame. */
        assert_int_equal(hj212_wrap(&again, f.segment.s, f.segment.len), 0);
        assert_int_equal(again.len, wire.len);
        assert_memory_equal(again.data, wire.data, wire.len);
        buf_release(&cp);
        buf_release(&wire);
        buf_release(&again);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_build),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_round_trip),
    };
    return cmocka_run_group_tests_name("codec/build", tests, NULL, NULL);
}
