/* Frames in a byte stream: lengths, tails, torn and glued packets, rubbish. */
#include "support.h"

#include "base/scoped.h"

#define SEGMENT "QN=20160801085857223;ST=91;CN=9014;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&"
#define FRAME   "##0087" SEGMENT "3240\r\n"
#define DATA                                                                                      \
    "##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&" \
    "RtdInterval=30&&1c80\n"

/* What a stream gives when it is there as a whole: "F" a frame, else the reason's first letter and the bytes dropped. */
static const struct {
    const char *name, *stream, *want;
} cases[] = {
    { "CR LF", FRAME FRAME, "F F" },
    { "LF alone and lower-case CRC", DATA FRAME, "F F" },
    { "nothing behind the CRC", "##0087" SEGMENT "3240" FRAME, "F F" },
    { "CR alone", "##0087" SEGMENT "3240\r" FRAME, "F F" },
    { "line ends to spare", "\r\n\r\n" FRAME "\r\n\n" FRAME "\r\n", "F F more" },
    { "rubbish before", "hello" FRAME, "rubbish:5 F" },
    { "rubbish between", FRAME "hello" FRAME, "F rubbish:5 F" },
    { "rubbish only", "hello", "rubbish:5" },
    { "one # more", "#" FRAME, "length:1 F" },
    { "rubbish ends in what may begin a frame", "hello#", "rubbish:5 more" },
    { "## without digits", "##QN=1;" FRAME, "length:7 F" },
    { "a letter among the digits", "##00x7" SEGMENT "3240\r\n" FRAME, "length:99 F" },
    { "length one short", "##0086" SEGMENT "3240\r\n" FRAME, "length:99 F" },
    { "length one long, and it leads to hex digits", "##0088" SEGMENT "3240A\r\n" FRAME, "crc:100 F" },
    { "length leads into the next frame", "##0103" SEGMENT "3240\r\n" FRAME, "crc:99 F" },
    { "length leads nowhere", "##0124" SEGMENT "3240\r\n" FRAME, "length:99 F" },
    { "a ## in the rubbish whose length leads to hex digits", "x##0004abcdefab" FRAME, "rubbish:1 crc:14 F" },
    { "the same, but to none", "x##0004abcdxfgh" FRAME, "rubbish:15 F" },
    { "CRC wrong", "##0087" SEGMENT "3241\r\n" FRAME, "crc:99 F" },
    { "CRC is no number", "##0087" SEGMENT "32x0\r\n" FRAME, "length:99 F" },
    { "a byte lost",
      "##0087QN=0160801085857223;ST=91;CN=9014;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&"
      "3240\r\n" FRAME,
      "length:98 F" },
    { "the Modbus dialect is another sum",
      "##0077QN=20170516010101001;ST=22;CN=2011;PW=123456;MN=ABCDEFG1234567;Flag=3;CP=&&&&30A5\r\n",
      "crc:89" },
    { "a wrong length whose CRC is right by chance hides no frame", "##0106half=1;" FRAME "B681" FRAME,
      "fields:13 F rubbish:4 F" },
    { "empty segment", "##0000FFFF\r\n" FRAME, "fields:12 F" },
    { "a frame begun", "##00", "more" },
    { "a frame without its CRC", "##0087" SEGMENT "32", "more" },
    { "nothing", "", "" },
};

static void run(const char *bytes, size_t len, size_t max, struct buf *log)
{
    static struct hj212_item items[HJ212_ITEMS_MAX];
    struct hj212_frame f;
    enum hj212_reason why;
    size_t used;
    buf_clear(log);
    buf_adds(log, "");
    for (size_t at = 0; at < len; at += used) {
        const char *gap = log->len ? " " : "";
        enum hj212_found found = hj212_next(bytes + at, len - at, max, items, &f, &used, &why);
        if (found == HJ212_NEED_MORE) {
            buf_addf(log, "%smore", gap);
            return;
        }
        if (used == 0 || used > len - at)
            fail_msg("%zu of %zu bytes used", used, len - at);
        if (found == HJ212_FRAME)
            buf_addf(log, "%sF", gap);
        else
            buf_addf(log, "%s%s:%zu", gap, hj212_reason_name(why), used);
    }
}

static void test_cases(void **state)
{
    (void)state;
    struct buf log = BUF_INIT;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        run(cases[i].stream, strlen(cases[i].stream), HJ212_SEGMENT_MAX, &log);
        if (strcmp(log.data, cases[i].want) != 0)
            fail_msg("%s: %s, not %s", cases[i].name, log.data, cases[i].want);
    }
    buf_release(&log);
}

/* The field's long senders: 1025 and 1623 bytes. */
static void test_limit(void **state)
{
    (void)state;
    struct buf cp = BUF_INIT, wire = BUF_INIT, log = BUF_INIT;
    struct hj212_head h = {
        .qn = "1", .st = "32", .pw = "123456", .mn = "888", .cn = 3020, .edition = HJ212_2017
    };
    while (cp.len < 1600)
        buf_addf(&cp, "%si11001-Info=//log//", cp.len ? ";" : "");
    assert_int_equal(hj212_build(&wire, &h, cp.data, cp.len), 0);
    size_t one = wire.len;
    buf_adds(&wire, FRAME);
    run(wire.data, wire.len, 2000, &log);
    assert_string_equal(log.data, "F F");
    run(wire.data, wire.len, HJ212_SEGMENT_MAX, &log);
    char want[64];
    snprintf(want, sizeof want, "too_long:%zu F", one);
    assert_string_equal(log.data, want);
    /* Not wholly there: refused at once, what is left of it later is rubbish. */
    run(wire.data, 500, HJ212_SEGMENT_MAX, &log);
    assert_string_equal(log.data, "too_long:500");
    buf_release(&cp);
    buf_release(&wire);
    buf_release(&log);
}

/* What the head says is given with a wrong CRC, for QnRtn=9. */
static void test_refused_keeps_head(void **state)
{
    (void)state;
    static const char bytes[] = "##0087" SEGMENT "0000\r\n";
    struct hj212_item items[HJ212_ITEMS_MAX];
    struct hj212_frame f;
    enum hj212_reason why;
    size_t used;
    assert_int_equal(hj212_next(bytes, sizeof bytes - 1, HJ212_SEGMENT_MAX, items, &f, &used, &why),
                     HJ212_REFUSED);
    assert_int_equal(why, HJ212_CRC);
    assert_view("segment", f.segment, SEGMENT);
    assert_view("MN", f.mn, "010000A8900016F000169DC0");
    assert_int_equal(f.n_items, 0);
}

/* Frames come out the same however the stream is cut: one byte at a time, and in random pieces. */
struct feeder {
    char hold[8192];
    size_t len, frames;
    uint64_t hash; /* of the segments found */
};

static void feed(struct feeder *fd, const char *bytes, size_t len)
{
    static struct hj212_item items[HJ212_ITEMS_MAX];
    struct hj212_frame f;
    enum hj212_reason why;
    size_t used, at = 0;
    assert_true(fd->len + len <= sizeof fd->hold);
    memcpy(fd->hold + fd->len, bytes, len);
    fd->len += len;
    for (;; at += used) {
        enum hj212_found found =
            hj212_next(fd->hold + at, fd->len - at, HJ212_SEGMENT_MAX, items, &f, &used, &why);
        if (found == HJ212_NEED_MORE)
            break;
        assert_true(used >= 1 && used <= fd->len - at);
        if (found != HJ212_FRAME)
            continue;
        fd->frames++;
        for (size_t i = 0; i < f.segment.len; i++)
            fd->hash = (fd->hash ^ (unsigned char)f.segment.s[i]) * UINT64_C(1099511628211);
    }
    memmove(fd->hold, fd->hold + at, fd->len - at);
    fd->len -= at;
    assert_true(fd->len < HJ212_SEGMENT_MAX + HJ212_FRAME_OVERHEAD);
}

static size_t make_stream(struct buf *b, uint64_t *seed)
{
    static const char *const between[] = { "",
                                           "",
                                           "",
                                           "\r\n",
                                           "hello",
                                           "#",
                                           "##",
                                           "##00",
                                           "##0005xx",
                                           "##0900half a frame;",
                                           "##0087" SEGMENT "3241\r\n",
                                           "#0087QN=",
                                           "##9" };
    static const char *const frames[] = { FRAME, DATA, "##0087" SEGMENT "3240" };
    size_t n = 0;
    while (b->len < 6000) {
        buf_adds(b, between[test_below(seed, COUNT_OF(between))]);
        buf_adds(b, frames[test_below(seed, COUNT_OF(frames))]);
        n++;
    }
    for (int i = 0; i < 12; i++) /* so that a wrong length at the end does not hide a frame */
        buf_adds(b, FRAME);
    return n + 12;
}

static void test_torn(void **state)
{
    (void)state;
    uint64_t seed = test_seed();
    for (int round = 0; round < 60; round++) {
        static struct feeder whole, bytes, pieces;
        struct buf b = BUF_INIT;
        size_t sent = make_stream(&b, &seed);
        whole = bytes = pieces = (struct feeder){ 0 };
        feed(&whole, b.data, b.len);
        for (size_t i = 0; i < b.len; i++)
            feed(&bytes, b.data + i, 1);
        for (size_t i = 0; i < b.len;) {
            size_t n = 1 + test_below(&seed, 400);
            n = n < b.len - i ? n : b.len - i;
            feed(&pieces, b.data + i, n);
            i += n;
        }
        assert_int_equal(whole.frames, sent);
        assert_int_equal(bytes.frames, sent);
        assert_int_equal(pieces.frames, sent);
        assert_true(whole.hash == bytes.hash && whole.hash == pieces.hash);
        buf_release(&b);
    }
}

/* Bytes made of what frames are made of: no stall with enough of them, no step of nothing. */
static void test_never_stalls(void **state)
{
    (void)state;
    static const char alphabet[] = "####0000011259AF;=&CPQN\r\n";
    uint64_t seed = test_seed();
    enum { MAX = 40, LEN = 4 * (MAX + HJ212_FRAME_OVERHEAD) };
    static struct hj212_item items[HJ212_ITEMS_MAX];
    for (int round = 0; round < 20000; round++) {
        char bytes[LEN];
        struct hj212_frame f;
        enum hj212_reason why;
        size_t used;
        for (size_t i = 0; i < LEN; i++)
            bytes[i] = alphabet[test_below(&seed, round % 3 ? sizeof alphabet - 1 : 9)];
        for (size_t at = 0; at < LEN; at += used) {
            enum hj212_found found = hj212_next(bytes + at, LEN - at, MAX, items, &f, &used, &why);
            if (found == HJ212_NEED_MORE) {
                assert_true(LEN - at < MAX + HJ212_FRAME_OVERHEAD);
                break;
            }
            assert_true(used >= 1 && used <= LEN - at);
        }
    }
}

#define MODBUS77 "QN=20170516010101001;ST=22;CN=2011;PW=123456;MN=ABCDEFG1234567;Flag=3;CP=&&&&"
#define TWENTY5  "QN=20240601085857223;ST=32;CN=1011;PW=123456;MN=010000A8900016F000169DC0;Flag=9;CP=&&&&"

/* Read with everything allowed: for each frame its dialect and the faults that the frame around the segment shows. */
static const struct {
    const char *name, *stream;
    bool strict, ended;
    const char *want;
} readings[] = {
    { "as the standard", FRAME FRAME, false, true, "hj212 hj212" },
    { "2025 annex A.1", "##0087" TWENTY5 "2200\r\n", false, true, "hj212" },
    { "2025 annex A.1, strictly", "##0087" TWENTY5 "2200\r\n", true, true, "hj212" },
    { "the field's Modbus frame", "##0077" MODBUS77 "30A5\r\n", false, true, "modbus:modbus_crc" },
    { "its other order", "##0077" MODBUS77 "A530\r\n", false, true, "modbus-swapped:modbus_swapped_crc" },
    { "the standard's sum of the same", "##0077" MODBUS77 "0140\r\n", false, true, "hj212" },
    { "LF alone", "##0087" SEGMENT "3240\n" FRAME, false, true, "hj212:lf_tail hj212" },
    { "CR alone", "##0087" SEGMENT "3240\r" FRAME, false, true, "hj212:cr_tail hj212" },
    { "no tail, glued", "##0087" SEGMENT "3240" FRAME, false, true, "hj212:no_tail hj212" },
    { "no tail at the end", "##0087" SEGMENT "3240", false, true, "hj212:no_tail" },
    { "a tail that is late is no fault", "##0087" SEGMENT "3240", false, false, "hj212" },
    { "strictly it is waited for", "##0087" SEGMENT "3240", true, false, "more" },
    { "and half of it too", "##0087" SEGMENT "3240\r", true, false, "more" },
    { "until there is no more", "##0087" SEGMENT "3240", true, true, "strict:no_tail" },
    { "lower case",
      "##0107QN=20160801085857223;ST=32;CN=1000;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&OverTime=5;"
      "ReCount=3&&cac1\r\n",
      false, true, "hj212:lowercase_crc" },
    { "lower case, strictly",
      "##0107QN=20160801085857223;ST=32;CN=1000;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&OverTime=5;"
      "ReCount=3&&cac1\r\n" FRAME,
      true, true, "strict:lowercase_crc hj212" },
    { "a serial head", "##00010087" SEGMENT "3240\r\n" FRAME, false, true, "hj212@0001:serial_head hj212" },
    { "a serial head whose address is a length", "##01010087" SEGMENT "3240\r\n" FRAME, false, true,
      "hj212@0101:serial_head hj212" },
    { "a serial head, strictly", "##00010087" SEGMENT "3240\r\n" FRAME, true, true,
      "strict:serial_head hj212" },
    { "a serial head and no more yet", "##00010087QN=", false, false, "more" },
    { "half a serial head", "##000100", false, false, "more" },
    { "a serial head whose CRC is wrong", "##00010087" SEGMENT "3241\r\n" FRAME, false, true, "crc hj212" },
    { "line ends to spare are rubbish to strict reading", FRAME "\r\n" FRAME, true, true,
      "hj212 rubbish hj212" },
    { "two faults, both told", "##0087" SEGMENT "3240\n##00010087" SEGMENT "3240\n", true, true,
      "strict:lf_tail strict:serial_head,lf_tail" },
    { "a wrong CRC in all dialects", "##0087" SEGMENT "3241\r\n", false, true, "crc" },
};

static void read_log(const struct hj212_reading *r, const char *bytes, size_t len, struct buf *log)
{
    static struct hj212_item items[HJ212_ITEMS_MAX];
    struct buf codes = BUF_INIT;
    size_t used = 0;
    const uint64_t around = HJ212_FAULT_BIT(SERIAL_HEAD) | HJ212_FAULT_BIT(TOO_LONG) |
                            HJ212_FAULT_BIT(LOWERCASE_CRC) | HJ212_FAULT_BIT(MODBUS_CRC) |
                            HJ212_FAULT_BIT(MODBUS_SWAPPED_CRC) | HJ212_FAULT_BIT(LF_TAIL) |
                            HJ212_FAULT_BIT(CR_TAIL) | HJ212_FAULT_BIT(NO_TAIL);
    buf_clear(log);
    buf_adds(log, "");
    for (size_t at = 0; at < len; at += used) {
        struct hj212_frame f;
        enum hj212_reason why;
        const char *gap = log->len ? " " : "";
        enum hj212_found found = hj212_read(r, bytes + at, len - at, items, &f, &used, &why);
        if (found == HJ212_NEED_MORE) {
            assert_true(len - at < hj212_hold(r));
            buf_addf(log, "%smore", gap);
            break;
        }
        assert_true(used >= 1 && used <= len - at);
        buf_addf(log, "%s%s", gap, found == HJ212_FRAME ? hj212_sum_name(f.sum) : hj212_reason_name(why));
        if (found != HJ212_FRAME && why != HJ212_STRICT)
            continue;
        if (f.address.s && found == HJ212_FRAME)
            buf_addf(log, "@%.*s", (int)f.address.len, f.address.s);
        if (f.faults & around)
            buf_addf(log, ":%s", fault_codes(f.faults & around, &codes));
    }
    buf_release(&codes);
}

static void test_readings(void **state)
{
    (void)state;
    static char clear[HJ212_CLEAR_MAX];
    struct buf log = BUF_INIT;
    for (size_t i = 0; i < COUNT_OF(readings); i++) {
        struct hj212_reading r = take_all(NULL, clear);
        r.strict = readings[i].strict;
        r.ended = readings[i].ended;
        read_log(&r, readings[i].stream, strlen(readings[i].stream), &log);
        if (strcmp(log.data, readings[i].want) != 0)
            fail_msg("%s: %s, not %s", readings[i].name, log.data, readings[i].want);
    }
    buf_release(&log);
}

/* Only the dialects that the caller takes are taken. */
static void test_mask(void **state)
{
    (void)state;
    static const char modbus[] = "##0077" MODBUS77 "30A5\r\n", swapped[] = "##0077" MODBUS77 "A530\r\n";
    for (unsigned mask = 1; mask <= HJ212_SUM_ALL; mask++) {
        static struct hj212_item items[HJ212_ITEMS_MAX];
        const struct hj212_reading r = { .sums = mask };
        struct hj212_frame f;
        enum hj212_reason why;
        size_t used;
        bool high = hj212_crc16_modbus(MODBUS77, 77) == 0x30A5;
        bool takes_30a5 = mask >> (high ? HJ212_SUM_MODBUS : HJ212_SUM_SWAPPED) & 1,
             takes_a530 = mask >> (high ? HJ212_SUM_SWAPPED : HJ212_SUM_MODBUS) & 1;
        assert_int_equal(hj212_read(&r, modbus, sizeof modbus - 1, items, &f, &used, &why) == HJ212_FRAME,
                         takes_30a5);
        assert_int_equal(hj212_read(&r, swapped, sizeof swapped - 1, items, &f, &used, &why) == HJ212_FRAME,
                         takes_a530);
    }
}

/* 1025 and 1623 bytes, as devices in the field send: taken and named. */
static void test_long(void **state)
{
    (void)state;
    static const struct {
        size_t len;
        const char *lenient, *strict;
    } lengths[] = { { 1024, "hj212", "hj212" },
                    { 1025, "hj212:too_long", "strict:too_long" },
                    { 1623, "hj212:too_long", "strict:too_long" },
                    { 9999, "hj212:too_long", "strict:too_long" } };
    static char clear[HJ212_CLEAR_MAX];
    struct buf log = BUF_INIT;
    for (size_t i = 0; i < COUNT_OF(lengths); i++) {
        struct buf segment = BUF_INIT, wire = BUF_INIT;
        buf_adds(&segment,
                 "QN=20160801085857223;ST=32;CN=3020;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&"
                 "DataTime=20160801085800;i11001-Info=//");
        while (segment.len < lengths[i].len - 4)
            buf_addc(&segment, 'x');
        buf_adds(&segment, "//&&");
        assert_int_equal(hj212_wrap(&wire, segment.data, segment.len), 0);
        struct hj212_reading r = take_all(NULL, clear);
        read_log(&r, wire.data, wire.len, &log);
        assert_string_equal(log.data, lengths[i].lenient);
        r.strict = true;
        read_log(&r, wire.data, wire.len, &log);
        /* A segment within 1024 may still have too long an area. */
        if (lengths[i].len > 1024)
            assert_string_equal(log.data, lengths[i].strict);
        buf_release(&segment);
        buf_release(&wire);
    }
    buf_release(&log);
}

static void test_reason_names(void **state)
{
    (void)state;
    static const char *const want[HJ212_REASONS] = { "ok",     "rubbish", "length", "too_long", "crc",
                                                     "fields", "items",   "cipher", "strict" };
    for (int r = 0; r < HJ212_REASONS; r++)
        assert_string_equal(hj212_reason_name((enum hj212_reason)r), want[r]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_limit),
        cmocka_unit_test(test_refused_keeps_head),
        cmocka_unit_test(test_readings),
        cmocka_unit_test(test_mask),
        cmocka_unit_test(test_long),
        cmocka_unit_test(test_torn),
        cmocka_unit_test(test_never_stalls),
        cmocka_unit_test(test_reason_names),
    };
    return cmocka_run_group_tests_name("codec/frame", tests, NULL, NULL);
}
