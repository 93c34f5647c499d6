/* The fast reading of a segment against the plain one, on segments that are regular, nearly regular and not at all. */
#include "support.h"

static void add_value(struct buf *b, uint64_t *seed)
{
    static const char *const odd[] = { "N",
                                       "",
                                       "-",
                                       ".",
                                       "-.5",
                                       "5.",
                                       "+1",
                                       "1e3",
                                       "0x10",
                                       "1.2.3",
                                       "--1",
                                       "-0",
                                       "00012.50",
                                       "/",
                                       "20260801000000",
                                       "20260801000000123",
                                       "9200000000000",
                                       "9200000000001",
                                       "1234567.5",
                                       ".1234567",
                                       ".1234565",
                                       "0.1234565",
                                       "-1.23456",
                                       "12/45",
                                       "12,4",
                                       "12=4" };
    switch (test_below(seed, 4)) {
    case 0:
        buf_adds(b, odd[test_below(seed, sizeof odd / sizeof *odd)]);
        break;
    case 1:
        buf_addf(b, "%d", (int)test_below(seed, 2000000) - 1000000);
        break;
    default:
        buf_addf(b, "%.*f", (int)test_below(seed, 8), ((double)test_below(seed, 100000000) - 5e7) / 1000);
    }
}

static void add_regular(struct buf *b, uint64_t *seed)
{
    static const char *const heads[] = {
        "QN=20160801085857223;",        "ST=32;",  "CN=2051;",      "PW=123456;",
        "MN=010000A8900016F000169DC0;", "Flag=5;", "PNUM=2;PNO=1;", "RF=1;"
    };
    static const char *const names[] = {
        "a21026-Rtd",  "W01018-Rtd",       "BeginTime", "EndTime", "CTime",
        "a21026-Flag", "w01018-ZsAvg",     "DataTime",  "SB1-RS",  "Flag",
        "Leq",         "a-SampleTimeLong", "a-b-c",     "-x",      "longcodewithoutend-Rtd",
        "x-"
    };
    for (size_t i = 0; i < sizeof heads / sizeof *heads - (test_below(seed, 4) ? 1 : 0); i++)
        if (test_below(seed, 30) || i == 0)
            buf_adds(b, heads[test_below(seed, 60) ? i : test_below(seed, sizeof heads / sizeof *heads)]);
    buf_adds(b, test_below(seed, 30) ? "CP=&&" : " CP=&&");
    size_t n = test_below(seed, 40);
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_addc(b, test_below(seed, 3) ? ';' : ',');
        else if (test_below(seed, 2))
            buf_adds(b, "DataTime=20160801084000;");
        buf_addf(b, "%s=", names[test_below(seed, test_below(seed, 4) ? 9 : sizeof names / sizeof *names)]);
        add_value(b, seed);
    }
    buf_adds(b, test_below(seed, 40) ? "&&" : ";&&");
}

static void damage(struct buf *b, uint64_t *seed)
{
    static const char marks[] = "=,;-&/ .\r\n#0N\xE6";
    for (size_t n = test_below(seed, 4); n > 0 && b->len; n--) {
        size_t at = test_below(seed, b->len);
        if (test_below(seed, 2))
            b->data[at] = marks[test_below(seed, sizeof marks - 1)];
        else
            b->len = test_below(seed, 10) ? b->len : at;
    }
}

static void same_view(const char *what, struct hj212_view a, struct hj212_view b)
{
    if (a.len != b.len || (a.len && a.s != b.s) || !a.s != !b.s)
        fail_msg("%s: '%.*s' and '%.*s'", what, (int)a.len, a.s ? a.s : "", (int)b.len, b.s ? b.s : "");
}

static void same_frame(const struct hj212_frame *a, const struct hj212_frame *b)
{
    same_view("qn", a->qn, b->qn);
    same_view("st", a->st, b->st);
    same_view("cn", a->cn, b->cn);
    same_view("pw", a->pw, b->pw);
    same_view("mn", a->mn, b->mn);
    same_view("cp", a->cp, b->cp);
    if (a->faults != b->faults) {
        struct buf x = BUF_INIT, y = BUF_INIT;
        fail_msg("%.*s: faults %s, not %s", (int)a->segment.len, a->segment.s, fault_codes(a->faults, &x),
                 fault_codes(b->faults, &y));
    }
    assert_int_equal(a->rf, b->rf);
    assert_int_equal(a->flag, b->flag);
    assert_int_equal(a->edition, b->edition);
    assert_int_equal(a->answer_wanted, b->answer_wanted);
    assert_int_equal(a->pnum, b->pnum);
    assert_int_equal(a->pno, b->pno);
    assert_true(a->data_time == b->data_time);
    assert_int_equal(a->n_items, b->n_items);
    for (size_t i = 0; i < a->n_items; i++) {
        same_view("code", a->item[i].code, b->item[i].code);
        same_view("suffix", a->item[i].suffix, b->item[i].suffix);
        same_view("value", a->item[i].value, b->item[i].value);
        assert_true(a->item[i].number == b->item[i].number);
    }
}

static void test_same(void **state)
{
    (void)state;
    if (!hj212_fast_usable()) {
        print_message("skipped: this processor has no fast path\n");
        return;
    }
    uint64_t seed = test_seed();
    size_t taken = 0;
    static struct hj212_item fast_items[HJ212_ITEMS_MAX], plain_items[HJ212_ITEMS_MAX];
    struct buf b = BUF_INIT;
    enum { ROUNDS = 30000 };
    for (int round = 0; round < ROUNDS; round++) {
        buf_clear(&b);
        add_regular(&b, &seed);
        if (test_below(&seed, 2))
            damage(&b, &seed);
        /* Memory of just the frame's size, so that the sanitizer sees a read outside it. */
        char *wire = malloc(b.len + 6);
        assert_non_null(wire);
        memcpy(wire, "##0000", 6);
        memcpy(wire + 6, b.data, b.len);
        struct hj212_frame fast = hj212_frame_of(wire + 6, b.len, fast_items);
        struct hj212_frame plain = hj212_frame_of(wire + 6, b.len, plain_items);
        bool sure = hj212_segment_fast(&fast);
        enum hj212_reason r = hj212_segment_plain(&plain);
        if (sure && r != HJ212_OK)
            fail_msg("round %d: the fast version took what the plain one refuses: %.*s", round, (int)b.len,
                     b.data);
        if (sure)
            same_frame(&fast, &plain);
        taken += sure;
        free(wire);
    }
    print_message("# %zu of %d taken by the fast version\n", taken, ROUNDS);
    assert_true(taken > ROUNDS / 10);
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_same) };
    return cmocka_run_group_tests_name("codec/fast", tests, NULL, NULL);
}
