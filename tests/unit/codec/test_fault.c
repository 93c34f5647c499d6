/* Every fault by its code: frames of the field that are taken with their faults named, and that strict reading refuses. */
#include "support.h"

#include "base/file.h"
#include "base/scoped.h"

#define QN17 "QN=20160801085857223;"
#define REST "PW=123456;MN=010000A8900016F000169DC0;"
#define HEAD QN17 "ST=32;CN=2011;" REST "Flag=5;"
#define DATA "CP=&&DataTime=20160801084000;w01018-Rtd=40.1,w01018-Flag=N&&"
#define H25  QN17 "ST=32;CN=2051;" REST "Flag=9;"

static const struct {
    const char *name, *segment, *want;
} cases[] = {
    { "2017, as the standard writes it", HEAD DATA, "" },
    { "2025, sent again", H25 "RF=1;" DATA, "" },
    { "2025, packets", QN17 "ST=32;CN=2051;" REST "Flag=11;PNUM=9;PNO=1;RF=1;" DATA, "" },
    { "2005 upload, no QN",
      "ST=32;CN=2011;PW=123456;MN=88888880000001;Flag=0;CP=&&DataTime=20110101000000;011-Rtd=5&&", "" },
    { "an answer", QN17 "ST=91;CN=9014;" REST "Flag=4;CP=&&&&", "" },
    { "surface water with version 2",
      QN17 "ST=21;CN=2061;" REST "Flag=9;CP=&&DataTime=20160801080000;w01001-Avg=7&&", "" },
    { "a system free for use", QN17 "ST=A0;CN=2061;" REST "Flag=5;" DATA, "" },
    { "times parted by ';'",
      QN17 "ST=32;CN=2051;" REST "Flag=5;CP=&&BeginTime=20160801000000;EndTime=20160801010000&&", "" },
    { "a UTF-8 log",
      QN17 "ST=32;CN=3020;" REST
           "Flag=5;CP=&&DataTime=20160801084000;PolId=w01018,i11001-Info=//清洗;管路//&&",
      "" },
    { "names outside every table are kept",
      HEAD "CP=&&DataTime=20160801084000;O3-Rtd=1;CONC-Rtd=2;ele01-Rtd=5;100000-Ia=3;"
           "w01018-ValidNum=1,w01018-TotalNum=2,w01018-RealOrigin=3,w01018-ID=4;Leq-Rtd=5;SB1-RS=1&&",
      "" },

    { "no QN", "ST=32;CN=2011;" REST "Flag=5;" DATA, "missing_qn" },
    { "no Flag", QN17 "ST=32;CN=2011;" REST DATA, "missing_flag" },
    { "no PW", QN17 "ST=32;CN=2011;MN=010000A8900016F000169DC0;Flag=5;" DATA, "missing_pw" },
    { "no ST", QN17 "CN=2011;" REST "Flag=5;" DATA, "missing_st" },
    { "Flag behind CP", QN17 "ST=32;CN=2011;" REST DATA ";Flag=5", "flag_after_cp" },
    { "Flag behind CP, without ';'", QN17 "ST=32;CN=2011;" REST DATA "Flag=5", "flag_after_cp" },
    { "something behind CP", HEAD DATA "X=1", "unknown_field,field_after_cp" },
    { "2005 request: Flag=3, no packets", QN17 "ST=32;CN=2011;PW=123456;MN=88888880000001;Flag=3;CP=&&&&",
      "bit_without_pnum" },
    { "packets without the bit", HEAD "PNUM=2;PNO=1;" DATA, "pnum_without_bit" },
    { "PNO before PNUM", QN17 "ST=32;CN=2011;" REST "Flag=7;PNO=1;PNUM=2;" DATA, "pno_before_pnum" },
    { "PNO above PNUM", QN17 "ST=32;CN=2011;" REST "Flag=7;PNUM=2;PNO=3;" DATA, "pno_range" },
    { "2025: two digits", QN17 "ST=32;CN=2051;" REST "Flag=11;PNUM=12;PNO=1;" DATA, "pnum_digits" },
    { "ST of three digits", QN17 "ST=101;CN=2011;" REST "Flag=5;" DATA, "st_length" },
    { "ST=80", QN17 "ST=80;CN=2011;" REST "Flag=5;" DATA, "st_unknown" },
    { "ST=99", QN17 "ST=99;CN=2011;" REST "Flag=5;" DATA, "st_unknown" },
    { "PW of 24", QN17 "ST=32;CN=2011;PW=010000A8900016F000169DC0;MN=010000A8900016F000169DC0;Flag=5;" DATA,
      "pw_length" },
    { "MN of 7", QN17 "ST=32;CN=2011;PW=123456;MN=0100001;Flag=5;" DATA, "mn_length" },
    { "MN of 30 with letters and '_'",
      QN17 "ST=32;CN=2011;PW=123456;MN=HB_0100001_0100001_0100001_zzz;Flag=5;" DATA, "mn_length,mn_charset" },
    { "MN in lower case", QN17 "ST=32;CN=2011;PW=123456;MN=010000a8900016f000169dc0;Flag=5;" DATA,
      "mn_charset" },
    { "2005 with an MN of 24", "ST=32;CN=2011;" REST "Flag=0;" DATA, "mn_length" },
    { "QN of 13 digits (epoch)", "QN=1470013137223;ST=32;CN=2011;" REST "Flag=5;" DATA, "qn_length" },
    { "QN with a letter", "QN=2016080108585722x;ST=32;CN=2011;" REST "Flag=5;" DATA, "qn_digits" },
    { "a command of nobody", QN17 "ST=32;CN=2999;" REST "Flag=5;" DATA, "unknown_cn" },
    { "CN of 5 digits", QN17 "ST=32;CN=20111;" REST "Flag=5;" DATA, "cn_length" },
    { "a private command", QN17 "ST=32;CN=9021;" REST "Flag=4;CP=&&&&", "cn_edition" },
    { "heartbeat before 2025", QN17 "ST=32;CN=9015;" REST "Flag=5;CP=&&&&", "cn_edition" },
    { "3014 in 2025", QN17 "ST=32;CN=3014;" REST "Flag=9;CP=&&&&", "cn_edition" },
    { "version 3", QN17 "ST=32;CN=2011;" REST "Flag=13;" DATA, "flag_version" },
    { "RF before 2025", HEAD "RF=1;" DATA, "rf_edition" },
    { "RF=0", H25 "RF=0;" DATA, "rf_value" },
    { "any order", "MN=010000A8900016F000169DC0;" QN17 "ST=32;CN=2011;PW=123456;Flag=5;" DATA,
      "field_order" },
    { "a field twice", QN17 QN17 "ST=32;CN=2011;" REST "Flag=5;" DATA, "repeated_field" },
    { "a field of nobody", HEAD "Ver=1;" DATA, "unknown_field" },
    { "an empty field", QN17 "ST=32;CN=2011;PW=;MN=010000A8900016F000169DC0;Flag=5;" DATA,
      "missing_pw,empty_value" },
    { "no ';' before CP", QN17 "ST=32;CN=2011;" REST "Flag=5" DATA, "missing_separator_before_cp" },
    { "';;' in the head", QN17 ";ST=32;CN=2011;" REST "Flag=5;" DATA, "empty_item" },

    { "a blank behind ';'", HEAD "CP=&&DataTime=20160801084000; w01018-Rtd=40.1&&", "blank" },
    { "CP=&& &&", QN17 "ST=91;CN=9014;" REST "Flag=4;CP=&& &&", "blank" },
    { "blanks in the head", QN17 " ST=32;CN=2011;" REST "Flag=5; " DATA, "blank" },
    { "';' before the closing &&", HEAD "CP=&&DataTime=20160801084000;w01018-Rtd=40.1;&&",
      "trailing_separator" },
    { "an empty item", HEAD "CP=&&DataTime=20160801084000;;w01018-Rtd=40.1&&", "empty_item" },
    { "an empty item in front", HEAD "CP=&&;DataTime=20160801084000;w01018-Rtd=40.1&&", "empty_item" },
    { "an empty value", HEAD "CP=&&DataTime=20160801084000;w01018-Rtd=,w01018-Flag=D&&", "empty_value" },
    { "a bare Flag", HEAD "CP=&&DataTime=20160801084000;w01018-Rtd=40.1,Flag=N&&", "bare_flag" },
    { "W01001", HEAD "CP=&&DataTime=20160801084000;W01001-Rtd=7&&", "upper_case_code" },
    { "DataTime of 17", HEAD "CP=&&DataTime=20160801084000123;w01018-Rtd=40.1&&", "datatime_length" },
    { "DataTime that is none", HEAD "CP=&&DataTime=20161301084000;w01018-Rtd=40.1&&", "datatime_value" },
    { "DataTime last", HEAD "CP=&&w01018-Rtd=40.1;DataTime=20160801084000&&", "datatime_not_first" },
    { "DataTime absent", HEAD "CP=&&w01018-Rtd=40.1&&", "datatime_missing" },
    { "times parted by ','",
      QN17 "ST=32;CN=2051;" REST "Flag=5;CP=&&BeginTime=20160801000000,EndTime=20160801010000&&",
      "comma_between_times" },
    { "CTime", QN17 "ST=32;CN=3016;" REST "Flag=5;CP=&&PolId=w01018;CstartTime=000000;CTime=2&&",
      "ctime_spelling" },
    { "GBK",
      QN17 "ST=32;CN=3020;" REST "Flag=5;CP=&&DataTime=20160801084000;i11001-Info=//\xC7\xE5\xCF\xB4//&&",
      "not_utf8" },
    { "a text that is not closed",
      QN17 "ST=32;CN=3020;" REST "Flag=5;CP=&&DataTime=20160801084000;i11001-Info=//abc&&", "text_open" },
    { "many at once", "ST=101;CN=2011;MN=888;CP=&&W01001-Rtd=7,Flag=N;&&;Flag=4",
      "flag_after_cp,missing_qn,st_length,missing_pw,mn_length,trailing_separator,bare_flag,upper_case_code,"
      "datatime_missing" },
};

static void test_cases(void **state)
{
    (void)state;
    static struct hj212_item items[HJ212_ITEMS_MAX];
    struct buf wire = BUF_INIT, codes = BUF_INIT;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        for (int strict = 0; strict < 2; strict++) {
            const struct hj212_reading r = { .strict = strict };
            struct hj212_frame f;
            enum hj212_reason why;
            size_t used;
            buf_clear(&wire);
            assert_int_equal(hj212_wrap(&wire, cases[i].segment, strlen(cases[i].segment)), 0);
            enum hj212_found found = hj212_read(&r, wire.data, wire.len, items, &f, &used, &why);
            bool refused = strict && *cases[i].want;
            if (found != (refused ? HJ212_REFUSED : HJ212_FRAME) ||
                why != (refused ? HJ212_STRICT : HJ212_OK))
                fail_msg("%s: %s", cases[i].name, hj212_reason_name(why));
            assert_int_equal(used, wire.len);
            if (strcmp(fault_codes(f.faults, &codes), cases[i].want) != 0)
                fail_msg("%s: %s, not %s", cases[i].name, codes.data, cases[i].want);
        }
    buf_release(&wire);
    buf_release(&codes);
}

/* Above 950 bytes of data area in a segment that is short enough. */
static void test_area_length(void **state)
{
    (void)state;
    static struct hj212_item items[HJ212_ITEMS_MAX];
    for (size_t n = 950; n <= 951; n++) {
        struct buf cp = BUF_INIT, wire = BUF_INIT;
        struct hj212_frame f;
        enum hj212_reason why;
        size_t used;
        buf_adds(&cp, "DataTime=20160801084000;i11001-Info=//");
        while (cp.len < n - 2)
            buf_addc(&cp, 'x');
        buf_adds(&cp, "//");
        struct hj212_head h = { .st = "32",
                                .pw = "123456",
                                .mn = "010000A8900016F000169DC0",
                                .cn = 3020,
                                .edition = HJ212_2017,
                                .flag_set = true,
                                .flag = -1 };
        assert_int_equal(hj212_build(&wire, &h, cp.data, cp.len), 0);
        assert_int_equal(hj212_next(wire.data, wire.len, 1024, items, &f, &used, &why), HJ212_FRAME);
        /* Without QN and Flag it counts as 2005, which allows 960. */
        assert_false(f.faults & HJ212_FAULT_BIT(CP_TOO_LONG));
        h.flag = 4;
        buf_clear(&wire);
        assert_int_equal(hj212_build(&wire, &h, cp.data, cp.len), 0);
        assert_int_equal(hj212_next(wire.data, wire.len, 1024, items, &f, &used, &why), HJ212_FRAME);
        assert_int_equal((f.faults & HJ212_FAULT_BIT(CP_TOO_LONG)) != 0, n > 950);
        buf_release(&cp);
        buf_release(&wire);
    }
}

/* Every fault has a code of its own, two sentences and a clause. */
static void test_texts(void **state)
{
    (void)state;
    for (int i = 0; i < HJ212_FAULTS; i++) {
        const struct hj212_fault_text *t = hj212_fault_text((enum hj212_fault)i);
        assert_true(*t->code && *t->zh && *t->en && *t->clause);
        assert_int_equal(strspn(t->code, "abcdefghijklmnopqrstuvwxyz0123456789_"), strlen(t->code));
        for (int k = 0; k < i; k++)
            assert_string_not_equal(t->code, hj212_fault_text((enum hj212_fault)k)->code);
    }
    assert_string_equal(hj212_fault_text(HJ212_FAULTS)->code, "unknown");
    assert_int_equal(hj212_fault_next(0, -1), -1);
    assert_int_equal(hj212_fault_next(5, 0), 2);
}

static const char *document; /* docs/hj212.md, or NULL */

/* The document's table is the code's, line by line. */
static void test_document(void **state)
{
    (void)state;
    struct buf text = BUF_INIT, line = BUF_INIT;
    struct err e = { 0 };
    if (!document)
        return; /* cmocka writes a skipped test as "not ok" */
    assert_int_equal(file_read(document, 1 << 20, &text, &e), 0);
    for (int i = 0; i < HJ212_FAULTS; i++) {
        const struct hj212_fault_text *t = hj212_fault_text((enum hj212_fault)i);
        buf_clear(&line);
        buf_addf(&line, "| `%s` | %s | %s | %s |\n", t->code, t->en, t->zh, t->clause);
        if (!strstr(text.data, line.data))
            fail_msg("docs/hj212.md has no line %s", line.data);
    }
    buf_release(&text);
    buf_release(&line);
}

/* --- commands and systems --- */

static const struct {
    int cn;
    enum hj212_edition edition;
    const char *en; /* NULL: no such command */
    int way, editions;
} commands[] = {
    { 1000, HJ212_2017, "set timeout and retries", HJ212_TO_DEVICE, HJ212_IN_ALL },
    { 1001, HJ212_2005, "set over-limit alarm time", HJ212_TO_DEVICE, HJ212_IN_2005 },
    { 1001, HJ212_2025, "upload the logger's hardware identity", HJ212_TO_PLATFORM, HJ212_IN_2025 },
    { 2011, HJ212_2005, "real-time data", HJ212_BOTH_WAYS, HJ212_IN_ALL },
    { 2111, HJ212_2025, "furnace temperature, 5-minute means", HJ212_TO_PLATFORM, HJ212_IN_2025 },
    { 3013, HJ212_2005, "operate device", HJ212_TO_DEVICE, HJ212_IN_2005 },
    { 3013, HJ212_2025, "clean / blow back", HJ212_TO_DEVICE, HJ212_IN_2017 | HJ212_IN_2025 },
    { 3014, HJ212_2017, "comparison sample", HJ212_TO_DEVICE, HJ212_IN_2017 },
    { 3023, HJ212_2025, NULL, 0, 0 },
    { 9015, HJ212_2025, "heartbeat", HJ212_TO_PLATFORM, HJ212_IN_2025 },
    { 9022, HJ212_2017, "login answer", HJ212_TO_DEVICE, 0 },
    { 0, HJ212_2017, NULL, 0, 0 },
    { 9999, HJ212_2017, NULL, 0, 0 },
    { -1, HJ212_2005, NULL, 0, 0 },
    { 10000, HJ212_2005, NULL, 0, 0 },
};

static void test_commands(void **state)
{
    (void)state;
    size_t n, older = 0;
    const struct hj212_command *all = hj212_commands(&n);
    for (size_t i = 0; i < COUNT_OF(commands); i++) {
        const struct hj212_command *c = hj212_command(commands[i].cn, commands[i].edition);
        if (!c != !commands[i].en || (c && (strcmp(c->en, commands[i].en) != 0 || c->way != commands[i].way ||
                                            c->editions != commands[i].editions)))
            fail_msg("%d: %s", commands[i].cn, c ? c->en : "none");
    }
    for (size_t i = 0; i < n; i++) {
        assert_true(*all[i].zh && *all[i].en && all[i].way >= 1 && all[i].way <= 3);
        older += i > 0 && all[i].cn <= all[i - 1].cn; /* where the older meanings begin */
        assert_true(older || hj212_command(all[i].cn, HJ212_2025) == &all[i]);
    }
    assert_int_equal(older, 1);
    assert_true(hj212_to_encipher(2051) && hj212_to_encipher(1014) && hj212_to_encipher(3020));
    assert_false(hj212_to_encipher(9014) || hj212_to_encipher(1012) || hj212_to_encipher(3000));
}

static void test_systems(void **state)
{
    (void)state;
    size_t n;
    const struct hj212_system *all = hj212_systems(&n);
    for (size_t i = 0; i < n; i++)
        assert_ptr_equal(hj212_system(all[i].st, 2), &all[i]);
    assert_int_equal(n, 22);
    assert_string_equal(hj212_system("44", 2)->en, "electricity use");
    assert_int_equal(hj212_system("45", 2)->editions, HJ212_IN_2025);
    assert_null(hj212_system("99", 2));
    assert_null(hj212_system("A0", 2));
    assert_null(hj212_system("321", 3));
    assert_null(hj212_system("3", 1));
}

int main(int argc, char **argv)
{
    document = argc > 1 ? argv[1] : NULL;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),    cmocka_unit_test(test_area_length), cmocka_unit_test(test_texts),
        cmocka_unit_test(test_document), cmocka_unit_test(test_commands),    cmocka_unit_test(test_systems),
    };
    return cmocka_run_group_tests_name("codec/fault", tests, NULL, NULL);
}
