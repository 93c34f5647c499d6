/* Heads and data areas as the standard prints them and as devices send them. */
#include "support.h"

#include "base/cntime.h"

#define HEAD17 "QN=20160801085857223;ST=32;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=5;"

/* Every item as code[-suffix]=value, joined by '|'. */
static void items_text(const struct hj212_frame *f, struct buf *b)
{
    buf_clear(b);
    for (size_t i = 0; i < f->n_items; i++) {
        const struct hj212_item *it = &f->item[i];
        buf_addf(b, "%s%.*s", i ? "|" : "", (int)it->code.len, it->code.s);
        if (it->suffix.len)
            buf_addf(b, "-%.*s", (int)it->suffix.len, it->suffix.s);
        buf_addf(b, "=%.*s", (int)it->value.len, it->value.s);
    }
}

static const struct {
    const char *name, *segment;
    enum hj212_reason want;
    const char *items; /* of a frame that is taken */
    enum hj212_edition edition;
    int flag, pnum, pno;
} cases[] = {
    { "2017, the standard's example",
      HEAD17 "CP=&&DataTime=20160801084000;w01018-Cou=10.5,w01018-Min=40.1,w01018-Avg=40.1,w01018-Max=40.1,"
             "w01018-Flag=N;"
             "w01001-Avg=7.5&&",
      HJ212_OK,
      "DataTime=20160801084000|w01018-Cou=10.5|w01018-Min=40.1|w01018-Avg=40.1|w01018-Max=40.1|w01018-Flag=N|"
      "w01001-Avg=7.5",
      HJ212_2017, 5, 0, 0 },
    { "empty area", HEAD17 "CP=&&&&", HJ212_OK, "", HJ212_2017, 5, 0, 0 },
    { "a blank in the area", HEAD17 "CP=&& &&", HJ212_OK, "", HJ212_2017, 5, 0, 0 },
    { "2005 upload: no QN",
      "ST=32;CN=2011;PW=123456;MN=88888880000001;Flag=0;CP=&&DataTime=20110101000000;011-Rtd=5,011-Flag=N&&",
      HJ212_OK, "DataTime=20110101000000|011-Rtd=5|011-Flag=N", HJ212_2005, 0, 0, 0 },
    { "2005 without Flag", "ST=32;CN=2011;PW=123456;MN=88888880000001;CP=&&011-Rtd=5&&", HJ212_OK,
      "011-Rtd=5", HJ212_2005, -1, 0, 0 },
    { "QN but no Flag", "QN=20160801085857223;ST=32;CN=2011;PW=1;MN=88888880000001;CP=&&&&", HJ212_OK, "",
      HJ212_2017, -1, 0, 0 },
    { "2005 request: Flag=3 without packets", "QN=20160801085857223;ST=32;CN=2011;PW=1;MN=888;Flag=3;CP=&&&&",
      HJ212_OK, "", HJ212_2005, 3, 0, 0 },
    { "packets", "QN=1;ST=32;CN=2051;PW=1;MN=888;Flag=7;PNUM=3;PNO=2;CP=&&a-Avg=1&&", HJ212_OK, "a-Avg=1",
      HJ212_2017, 7, 3, 2 },
    { "PNO first and no packet bit", "QN=1;ST=32;CN=2051;PW=1;MN=888;Flag=5;PNO=2;PNUM=3;CP=&&a-Avg=1&&",
      HJ212_OK, "a-Avg=1", HJ212_2017, 5, 3, 2 },
    { "2025", "QN=1;ST=32;CN=2051;PW=1;MN=888;Flag=9;RF=1;CP=&&a-Avg=1&&", HJ212_OK, "a-Avg=1", HJ212_2025, 9,
      0, 0 },
    { "surface water says version 2 and is not 2025",
      "QN=1;ST=21;CN=2061;PW=1;MN=888;Flag=9;CP=&&w01001-Avg=7&&", HJ212_OK, "w01001-Avg=7", HJ212_2017, 9, 0,
      0 },
    { "no PW", "QN=1;ST=32;CN=2051;MN=888;Flag=5;CP=&&&&", HJ212_OK, "", HJ212_2017, 5, 0, 0 },
    { "Flag behind CP", "QN=1;ST=32;CN=2051;PW=1;MN=888;CP=&&a-Avg=1&&;Flag=5", HJ212_OK, "a-Avg=1",
      HJ212_2017, 5, 0, 0 },
    { "any order", "MN=888;Flag=5;CN=2051;PW=1;QN=1;ST=101;CP=&&a-Avg=1&&", HJ212_OK, "a-Avg=1", HJ212_2017,
      5, 0, 0 },
    { "no ';' before CP", "QN=1;ST=32;CN=2051;PW=1;MN=888;Flag=5CP=&&a-Avg=1&&", HJ212_OK, "a-Avg=1",
      HJ212_2017, 5, 0, 0 },
    { "blanks",
      " QN=1; ST = 32;CN=2051;PW=1;MN=888 ;Flag= 5; CP= &&DataTime=20160801084000; a-Avg = 1 , a-Flag=N&&",
      HJ212_OK, "DataTime=20160801084000|a-Avg=1|a-Flag=N", HJ212_2017, 5, 0, 0 },
    { "';' before the closing && and empty items", HEAD17 "CP=&&;a-Rtd=1,,a-Flag=N;;b-Rtd=2;&&", HJ212_OK,
      "a-Rtd=1|a-Flag=N|b-Rtd=2", HJ212_2017, 5, 0, 0 },
    { "a Flag without its code", HEAD17 "CP=&&a-Rtd=1,Flag=N;b-Rtd=2, Flag=D&&", HJ212_OK,
      "a-Rtd=1|a-Flag=N|b-Rtd=2|b-Flag=D", HJ212_2017, 5, 0, 0 },
    { "a Flag of nobody", HEAD17 "CP=&&Flag=N;a-Rtd=1;Flag=N&&", HJ212_OK, "Flag=N|a-Rtd=1|Flag=N",
      HJ212_2017, 5, 0, 0 },
    { "times parted by ','", HEAD17 "CP=&&BeginTime=20160801000000,EndTime=20160801010000&&", HJ212_OK,
      "BeginTime=20160801000000|EndTime=20160801010000", HJ212_2017, 5, 0, 0 },
    { "a text with marks inside",
      HEAD17 "CP=&&DataTime=20160801084000;PolId=w01018,i11001-Info=//清洗;a=1,b//;InfoId=i11001&&", HJ212_OK,
      "DataTime=20160801084000|PolId=w01018|i11001-Info=//清洗;a=1,b//|InfoId=i11001", HJ212_2017, 5, 0, 0 },
    { "a text that is not closed", HEAD17 "CP=&&i11001-Info=//a,b-Rtd=1&&", HJ212_OK,
      "i11001-Info=//a|b-Rtd=1", HJ212_2017, 5, 0, 0 },
    { "names outside every table",
      HEAD17 "CP=&&O3-Rtd=1;W01001-Rtd=7;100000-Ia=3;SB1-RS=1;i-x-Avg=2;ele01=5;-a=4&&", HJ212_OK,
      "O3-Rtd=1|W01001-Rtd=7|100000-Ia=3|SB1-RS=1|i-x-Avg=2|ele01=5|-a=4", HJ212_2017, 5, 0, 0 },
    { "empty value", HEAD17 "CP=&&a-Rtd=,a-Flag=N&&", HJ212_OK, "a-Rtd=|a-Flag=N", HJ212_2017, 5, 0, 0 },
    { "a second '='", HEAD17 "CP=&&a-Rtd=1=2&&", HJ212_OK, "a-Rtd=1=2", HJ212_2017, 5, 0, 0 },
    { "&& in a text", HEAD17 "CP=&&i-Info=//a&&b//&&", HJ212_OK, "i-Info=//a&&b//", HJ212_2017, 5, 0, 0 },
    { "GBK text", HEAD17 "CP=&&i-Info=//\xC7\xE5\xCF\xB4//&&", HJ212_OK, "i-Info=//\xC7\xE5\xCF\xB4//",
      HJ212_2017, 5, 0, 0 },
    { "no CP", "QN=1;ST=91;CN=9014;PW=1;MN=888;Flag=4", HJ212_FIELDS, "", 0, 0, 0, 0 },
    { "no CN", "QN=1;ST=91;PW=1;MN=888;Flag=4;CP=&&&&", HJ212_FIELDS, "", 0, 0, 0, 0 },
    { "no MN", "QN=1;ST=91;CN=9014;PW=1;Flag=4;CP=&&&&", HJ212_FIELDS, "", 0, 0, 0, 0 },
    { "a word in the head", "QN=1;ST;CN=9014;PW=1;MN=888;Flag=4;CP=&&&&", HJ212_FIELDS, "", 0, 0, 0, 0 },
    { "Flag is no number", "QN=1;CN=9014;PW=1;MN=888;Flag=x;CP=&&&&", HJ212_FIELDS, "", 0, 0, 0, 0 },
    { "Flag above 255", "QN=1;CN=9014;PW=1;MN=888;Flag=256;CP=&&&&", HJ212_FIELDS, "", 0, 0, 0, 0 },
    { "PNUM is no number", "QN=1;CN=9014;PW=1;MN=888;Flag=6;PNUM=a;CP=&&&&", HJ212_FIELDS, "", 0, 0, 0, 0 },
    { "area not closed", "QN=1;CN=9014;PW=1;MN=888;Flag=5;CP=&&a-Rtd=1", HJ212_ITEMS, "", 0, 0, 0, 0 },
    { "area of two &", "QN=1;CN=9014;PW=1;MN=888;Flag=5;CP=&&", HJ212_ITEMS, "", 0, 0, 0, 0 },
    { "a word without a value", HEAD17 "CP=&&a-Rtd=1,N&&", HJ212_ITEMS, "", 0, 0, 0, 0 },
    { "a value without a name", HEAD17 "CP=&&=1&&", HJ212_ITEMS, "", 0, 0, 0, 0 },
    { "enciphered, printed form", HEAD17 "CP=&&{0xE4,0x3E,0x15}&&", HJ212_ITEMS, "", 0, 0, 0, 0 },
};

static void test_cases(void **state)
{
    (void)state;
    static struct hj212_item items[HJ212_ITEMS_MAX];
    struct buf wire = BUF_INIT, text = BUF_INIT;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hj212_frame f;
        enum hj212_reason why;
        size_t used;
        buf_clear(&wire);
        assert_int_equal(hj212_wrap(&wire, cases[i].segment, strlen(cases[i].segment)), 0);
        enum hj212_found found = hj212_next(wire.data, wire.len, HJ212_SEGMENT_MAX, items, &f, &used, &why);
        if (found != (cases[i].want == HJ212_OK ? HJ212_FRAME : HJ212_REFUSED) || why != cases[i].want)
            fail_msg("%s: found %d, reason %s", cases[i].name, (int)found, hj212_reason_name(why));
        assert_int_equal(used, wire.len);
        assert_int_equal(f.segment.len, strlen(cases[i].segment));
        if (found != HJ212_FRAME)
            continue;
        items_text(&f, &text);
        if (strcmp(text.data ? text.data : "", cases[i].items) != 0)
            fail_msg("%s: %s", cases[i].name, text.data);
        if (f.edition != cases[i].edition || f.flag != cases[i].flag || f.pnum != cases[i].pnum ||
            f.pno != cases[i].pno)
            fail_msg("%s: edition %d flag %d pnum %d pno %d", cases[i].name, (int)f.edition, f.flag, f.pnum,
                     f.pno);
        assert_int_equal(f.answer_wanted, f.flag > 0 && f.flag % 2 == 1);
    }
    buf_release(&wire);
    buf_release(&text);
}

static void test_views_and_numbers(void **state)
{
    (void)state;
    static const char segment[] =
        "QN=20160801085857223;ST=32;CN=2061;PW=123456;MN=010000A8900016F000169DC0;Flag=5;"
        "CP=&&DataTime=20160801080000;w01018-Avg=40.10,w01018-Flag=N;a01013-Avg=-1.5;a-Rtd=.5;b-Rtd=5.;c-Rtd="
        "12345678.1234567;"
        "d-Rtd=1e3;e-Rtd=-;f-Rtd=99999999;g-Rtd=0.000001&&";
    static const micro want[] = { MICRO_MISSING,
                                  40100000,
                                  MICRO_MISSING,
                                  -1500000,
                                  500000,
                                  5000000,
                                  INT64_C(12345678123457),
                                  MICRO_MISSING,
                                  MICRO_MISSING,
                                  INT64_C(99999999000000),
                                  1 };
    static struct hj212_item items[HJ212_ITEMS_MAX];
    struct hj212_frame f;
    struct buf wire = BUF_INIT, body = BUF_INIT;
    enum hj212_reason why;
    size_t used;
    int64_t t;
    assert_int_equal(hj212_wrap(&wire, segment, sizeof segment - 1), 0);
    assert_int_equal(hj212_next(wire.data, wire.len, HJ212_SEGMENT_MAX, items, &f, &used, &why), HJ212_FRAME);
    assert_view("QN", f.qn, "20160801085857223");
    assert_view("ST", f.st, "32");
    assert_view("CN", f.cn, "2061");
    assert_view("PW", f.pw, "123456");
    assert_view("MN", f.mn, "010000A8900016F000169DC0");
    assert_true(cn_parse_compact("20160801080000", 14, &t) && t == f.data_time);
    assert_int_equal(f.n_items, sizeof want / sizeof *want);
    for (size_t i = 0; i < f.n_items; i++)
        if (items[i].number != want[i])
            fail_msg("item %zu: %lld, not %lld", i, (long long)items[i].number, (long long)want[i]);
    hj212_body(&f, &body);
    assert_string_equal(
        body.data, "w01018-Avg=40.10,w01018-Flag=N;a01013-Avg=-1.5;a-Rtd=.5;b-Rtd=5.;c-Rtd=12345678.1234567;"
                   "d-Rtd=1e3;e-Rtd=-;f-Rtd=99999999;g-Rtd=0.000001");
    buf_release(&wire);
    buf_release(&body);
}

/* The canonical body gives a Flag its code, joins what is one code's and leaves DataTime out wherever it stands. */
static void test_body(void **state)
{
    (void)state;
    static const char segment[] =
        "ST=32;CN=2051;MN=888;CP=&&; a-Min=1;a-Max=2,Flag=N,b-Avg=3;DataTime=20160801084000123;&&";
    static struct hj212_item items[HJ212_ITEMS_MAX];
    struct hj212_frame f;
    struct buf wire = BUF_INIT, body = BUF_INIT;
    enum hj212_reason why;
    size_t used;
    int64_t t;
    assert_int_equal(hj212_wrap(&wire, segment, sizeof segment - 1), 0);
    assert_int_equal(hj212_next(wire.data, wire.len, HJ212_SEGMENT_MAX, items, &f, &used, &why), HJ212_FRAME);
    hj212_body(&f, &body);
    assert_string_equal(body.data, "a-Min=1,a-Max=2,a-Flag=N;b-Avg=3");
    assert_true(cn_parse_compact("20160801084000123", 17, &t) && t == f.data_time);
    buf_release(&wire);
    buf_release(&body);
}

/* 512 items are taken, 513 are not, whichever way they are read. */
static void test_item_bound(void **state)
{
    (void)state;
    static struct hj212_item items[HJ212_ITEMS_MAX];
    for (int n = HJ212_ITEMS_MAX - 1; n <= HJ212_ITEMS_MAX + 1; n++) {
        struct buf cp = BUF_INIT, wire = BUF_INIT;
        struct hj212_frame f;
        enum hj212_reason why;
        size_t used;
        for (int i = 0; i < n; i++)
            buf_addf(&cp, "%sa-b=%d", i ? ";" : "", i % 10);
        struct hj212_head h = {
            .qn = "1", .st = "32", .pw = "1", .mn = "888", .cn = 2051, .edition = HJ212_2017
        };
        assert_int_equal(hj212_build(&wire, &h, cp.data, cp.len), 0);
        enum hj212_found found = hj212_next(wire.data, wire.len, 9999, items, &f, &used, &why);
        assert_int_equal(found, n <= HJ212_ITEMS_MAX ? HJ212_FRAME : HJ212_REFUSED);
        assert_int_equal(why, n <= HJ212_ITEMS_MAX ? HJ212_OK : HJ212_ITEMS);
        if (found == HJ212_FRAME)
            assert_int_equal(f.n_items, n);
        buf_release(&cp);
        buf_release(&wire);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_views_and_numbers),
        cmocka_unit_test(test_body),
        cmocka_unit_test(test_item_bound),
    };
    return cmocka_run_group_tests_name("codec/segment", tests, NULL, NULL);
}
