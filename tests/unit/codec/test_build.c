/* Frames and answers that are built; what is built reads back the same. */
#include "support.h"

#include <errno.h>

#include "base/scoped.h"

static struct hj212_item items[HJ212_ITEMS_MAX];

static void read_with(struct hj212_key *key, const struct buf *wire, struct hj212_frame *f)
{
    static char clear[HJ212_CLEAR_MAX];
    const struct hj212_reading r = take_all(key, clear);
    enum hj212_reason why = HJ212_OK;
    size_t used = 0;
    enum hj212_found found = hj212_read(&r, wire->data, wire->len, items, f, &used, &why);
    if (found != HJ212_FRAME || used != wire->len)
        fail_msg("%s: %.*s", hj212_reason_name(why), (int)wire->len, wire->data);
}

static void read_one(const struct buf *wire, struct hj212_frame *f)
{
    read_with(NULL, wire, f);
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

/* A head and an area of any kind, and what they were made of. */
struct made {
    struct hj212_head head;
    char qn[18], st[4], pw[8], mn[32], address[5], code[40][16], value[40][24];
    const char *suffix[40];
    size_t n;
    struct buf cp;
};

static void make_head(struct made *m, struct hj212_key *key, uint64_t *seed)
{
    random_text(seed, "0123456789", test_below(seed, 2) ? 17 : 0, 17, m->qn);
    random_text(seed, "0123456789ABCZ", 2, 3, m->st);
    random_text(seed, "0123456789abcXYZ", 6, 6, m->pw);
    random_text(seed, "0123456789ABCDEF_", 7, 30, m->mn);
    random_text(seed, "0123456789", 4, 4, m->address);
    struct hj212_head *h = &m->head;
    *h = (struct hj212_head){
        .qn = m->qn,
        .st = m->st,
        .pw = m->pw,
        .mn = m->mn,
        .cn = 1000 + (int)test_below(seed, 9000),
        .edition = (enum hj212_edition)test_below(seed, 3),
        .answer_wanted = test_below(seed, 2),
        .rf = test_below(seed, 4) == 0,
        .flag_set = test_below(seed, 4) == 0,
        .flag = (int)test_below(seed, 257) - 1,
        .address = test_below(seed, 4) ? NULL : m->address,
        .sum = (enum hj212_sum)test_below(seed, HJ212_SUMS),
        .key = test_below(seed, 2) ? key : NULL,
        .printed = test_below(seed, 2),
    };
    if (test_below(seed, 2)) {
        h->pnum = 1 + (int)test_below(seed, h->edition == HJ212_2025 ? 9 : 9999);
        h->pno = 1 + (int)test_below(seed, (size_t)h->pnum);
    }
}

static void make_area(struct made *m, uint64_t *seed)
{
    static const char *const suffixes[] = {
        "Rtd", "Avg", "Min", "Max", "Cou", "ZsAvg", "Flag", "SampleTime"
    };
    m->n = test_below(seed, 40);
    for (size_t i = 0; i < m->n; i++) {
        random_text(seed, "abwL0123456789", 2, 12, m->code[i]);
        random_text(seed, "-0123456789.NFD", 0, 14, m->value[i]);
        m->suffix[i] = suffixes[test_below(seed, COUNT_OF(suffixes))];
        buf_addf(&m->cp, "%s%s-%s=%s", i ? test_below(seed, 2) ? "," : ";" : "", m->code[i], m->suffix[i],
                 m->value[i]);
    }
}

static unsigned value_of(struct hj212_view segment, enum hj212_sum sum)
{
    unsigned modbus = hj212_crc16_modbus(segment.s, segment.len);
    return sum == HJ212_SUM_HJ212    ? hj212_crc16(segment.s, segment.len)
           : sum == HJ212_SUM_MODBUS ? modbus
                                     : (modbus >> 8 | modbus << 8) & 0xFFFF;
}

/* One frame in 256 has a Modbus sum of two like bytes, and a few have the standard's sum too: such a frame is told as of the first
 * dialect that fits. */
static enum hj212_sum told_as(struct hj212_view segment, enum hj212_sum sum)
{
    for (int i = 0; i < (int)sum; i++)
        if (value_of(segment, (enum hj212_sum)i) == value_of(segment, sum))
            return (enum hj212_sum)i;
    return sum;
}

static void same_head(const struct made *m, const struct hj212_frame *f)
{
    static const int version[] = { 0, 1, 2 };
    const struct hj212_head *h = &m->head;
    char cn[8];
    snprintf(cn, sizeof cn, "%d", h->cn);
    assert_view("QN", f->qn, m->qn);
    assert_view("ST", f->st, m->st);
    assert_view("CN", f->cn, cn);
    assert_view("PW", f->pw, m->pw);
    assert_view("MN", f->mn, m->mn);
    assert_view("address", f->address, h->address ? h->address : "");
    assert_int_equal(f->pnum, h->pnum);
    assert_int_equal(f->pno, h->pno);
    assert_int_equal(f->rf, h->rf);
    assert_int_equal(f->sum, told_as(f->segment, h->sum));
    int flag =
        h->flag_set ? h->flag : version[h->edition] * 4 + (h->pnum ? 2 : 0) + (h->answer_wanted ? 1 : 0);
    assert_int_equal(f->flag, flag);
    assert_int_equal(f->answer_wanted, flag > 0 && flag % 2);
    if (!h->flag_set)
        assert_int_equal(f->edition,
                         h->edition == HJ212_2025 && strcmp(m->st, "21") == 0 ? HJ212_2017 : h->edition);
    enum hj212_cipher cipher = !h->key || m->cp.len < 16 ? HJ212_CLEAR
                               : h->printed              ? HJ212_CIPHER_PRINTED
                                                         : HJ212_CIPHER_RAW;
    assert_int_equal(f->cipher, cipher);
}

static void same_area(const struct made *m, const struct hj212_frame *f)
{
    assert_view("CP", f->cp, m->cp.data ? m->cp.data : "");
    assert_int_equal(f->n_items, m->n);
    for (size_t i = 0; i < m->n; i++) {
        micro want;
        assert_view("code", f->item[i].code, m->code[i]);
        assert_view("suffix", f->item[i].suffix, m->suffix[i]);
        assert_view("value", f->item[i].value, m->value[i]);
        if (!micro_parse(m->value[i], strlen(m->value[i]), &want, NULL))
            want = MICRO_MISSING;
        assert_true(f->item[i].number == want);
    }
}

/* Any head, any area, every edition, dialect and cipher: built, read, and every part is what went in. */
static void test_round_trip(void **state)
{
    (void)state;
    static struct made m;
    uint64_t seed = test_seed();
    static const uint8_t bytes[16] = "0000000000000000";
    struct hj212_key *key = hj212_key_new(bytes);
    assert_non_null(key);
    for (int round = 0; round < 6000; round++) {
        struct buf wire = BUF_INIT, again = BUF_INIT;
        m = (struct made){ 0 };
        make_head(&m, key, &seed);
        make_area(&m, &seed);
        assert_int_equal(hj212_build(&wire, &m.head, m.cp.data ? m.cp.data : "", m.cp.len), 0);
        struct hj212_frame f;
        read_with(key, &wire, &f);
        same_head(&m, &f);
        same_area(&m, &f);
        /* The segment as it was read, wrapped again in clear, is the same frame. */
        assert_int_equal(hj212_wrap_as(&again, f.segment.s, f.segment.len, f.sum), 0);
        if (f.cipher == HJ212_CLEAR && !m.head.address) {
            assert_int_equal(again.len, wire.len);
            assert_memory_equal(again.data, wire.data, wire.len);
        }
        /* Its answer is in the same dialect and for the same address. */
        buf_clear(&again);
        assert_int_equal(hj212_answer(&again, &f, 9014, 0), 0);
        enum hj212_sum sum = f.sum;
        read_one(&again, &f);
        assert_int_equal(f.sum, told_as(f.segment, sum));
        assert_view("address", f.address, m.head.address ? m.head.address : "");
        buf_release(&m.cp);
        buf_release(&wire);
        buf_release(&again);
    }
    hj212_key_free(key);
}

/* What the standard allows is written without a fault. */
static void test_built_has_no_faults(void **state)
{
    (void)state;
    static const uint8_t bytes[16] = { 7 };
    struct hj212_key *key = hj212_key_new(bytes);
    struct buf codes = BUF_INIT;
    for (int i = 0; i < 12; i++) {
        enum hj212_edition edition = (enum hj212_edition)(i % 3);
        struct hj212_head h = { .qn = edition == HJ212_2005 ? NULL : "20260801085857223",
                                .st = "32",
                                .pw = "123456",
                                .mn = edition == HJ212_2005 ? "88888880000001" : "010000A8900016F000169DC0",
                                .cn = 2061,
                                .edition = edition,
                                .answer_wanted = i & 1,
                                .pnum = i > 5 ? 3 : 0,
                                .pno = i > 5 ? 2 : 0,
                                .rf = edition == HJ212_2025 && i > 8,
                                .key = edition == HJ212_2025 ? key : NULL };
        static const char cp[] = "DataTime=20260801080000;w01018-Avg=40.1,w01018-Flag=N";
        struct buf wire = BUF_INIT;
        struct hj212_frame f;
        assert_int_equal(hj212_build(&wire, &h, cp, sizeof cp - 1), 0);
        read_with(key, &wire, &f);
        if (f.faults)
            fail_msg("%s: %s", wire.data, fault_codes(f.faults, &codes));
        buf_release(&wire);
    }
    buf_release(&codes);
    hj212_key_free(key);
}

/* What no frame can say is not made. */
static void test_impossible_heads(void **state)
{
    (void)state;
    static const struct hj212_head heads[] = {
        { .cn = 2011, .edition = HJ212_2025, .pnum = 10, .pno = 1 },
        { .cn = 2011, .edition = HJ212_2017, .pnum = 10000, .pno = 1 },
        { .cn = 2011, .edition = HJ212_2017, .flag_set = true, .flag = 256 },
        { .cn = 2011, .edition = HJ212_2017, .flag_set = true, .flag = -2 },
        { .cn = 2011, .edition = HJ212_2017, .address = "12" },
        { .cn = 2011, .edition = HJ212_2017, .address = "12x4" },
        { .cn = 2011, .edition = HJ212_2017, .sum = HJ212_SUMS },
        { .cn = -1, .edition = HJ212_2017 },
    };
    struct buf out = BUF_INIT;
    for (size_t i = 0; i < COUNT_OF(heads); i++)
        assert_int_equal(hj212_build(&out, &heads[i], "", 0), -EINVAL);
    assert_int_equal(out.len, 0);
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_build),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_built_has_no_faults),
        cmocka_unit_test(test_impossible_heads),
    };
    return cmocka_run_group_tests_name("codec/build", tests, NULL, NULL);
}
