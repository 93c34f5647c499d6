#include "support.h"

/* HJ 212-2017 appendix A and the vectors recomputed from the standards' examples. */
static const struct {
    const char *name, *text;
    size_t len;
    uint16_t want;
} vectors[] = {
#define V(name, text, want)               \
    {                                     \
        name, text, sizeof text - 1, want \
    }
    V("empty", "", 0xFFFF),
    V("one byte 00", "\0", 0x4040),
    V("A", "A", 0x7080),
    V("123456789, which Modbus gives 4B37", "123456789", 0x2F80),
    V("2017's own sample packet",
      "QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&",
      0x1C80),
    V("2025 annex A.1",
      "QN=20240601085857223;ST=32;CN=1011;PW=123456;MN=010000A8900016F000169DC0;Flag=9;CP=&&&&", 0x2200),
    V("9011",
      "QN=20160801085857223;ST=91;CN=9011;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&QnRtn=1&&",
      0x1B00),
    V("9012",
      "QN=20160801085857223;ST=91;CN=9012;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&ExeRtn=1&&",
      0x6240),
    V("9014", "QN=20160801085857223;ST=91;CN=9014;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&",
      0x3240),
    V("1000",
      "QN=20160801085857223;ST=32;CN=1000;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&OverTime=5;"
      "ReCount=3&&",
      0xCAC1),
    V("not the Modbus value 30A5",
      "QN=20170516010101001;ST=22;CN=2011;PW=123456;MN=ABCDEFG1234567;Flag=3;CP=&&&&", 0x0140),
#undef V
};

static void test_vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        uint16_t plain = hj212_crc16_plain(vectors[i].text, vectors[i].len),
                 fast = hj212_crc16(vectors[i].text, vectors[i].len);
        if (plain != vectors[i].want || fast != vectors[i].want)
            fail_msg("%s: plain %04X, fast %04X, not %04X", vectors[i].name, plain, fast, vectors[i].want);
    }
}

/* Every length up to some words, at every alignment, each byte random. */
static void test_fast_is_plain(void **state)
{
    (void)state;
    uint64_t seed = test_seed();
    for (size_t round = 0; round < 40; round++)
        for (size_t len = 0; len < 300; len++) {
            uint8_t bytes[320];
            size_t from = test_below(&seed, 16);
            for (size_t i = 0; i < from + len; i++)
                bytes[i] = (uint8_t)test_next(&seed);
            assert_int_equal(hj212_crc16(bytes + from, len), hj212_crc16_plain(bytes + from, len));
        }
}

/* What the sum cannot see (and the frame's other checks must): two bytes eight places apart exchanged. */
static void test_blind_spot(void **state)
{
    (void)state;
    char a[] = "DataTime=20260801000000;", b[sizeof a];
    memcpy(b, a, sizeof a);
    b[3] = a[11];
    b[11] = a[3];
    assert_memory_not_equal(a, b, sizeof a);
    assert_int_equal(hj212_crc16(a, sizeof a - 1), hj212_crc16(b, sizeof a - 1));
}

/* Plain CRC-16/Modbus, as some devices send it. */
static void test_modbus(void **state)
{
    (void)state;
    static const char field[] =
        "QN=20170516010101001;ST=22;CN=2011;PW=123456;MN=ABCDEFG1234567;Flag=3;CP=&&&&";
    assert_int_equal(hj212_crc16_modbus("", 0), 0xFFFF);
    assert_int_equal(hj212_crc16_modbus("123456789", 9), 0x4B37);
    /* Bit by bit, for all values of a byte. */
    uint8_t bytes[256];
    unsigned plain = 0xFFFF;
    for (unsigned i = 0; i < 256; i++) {
        bytes[i] = (uint8_t)(i * 167);
        plain ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            plain = plain & 1 ? (plain >> 1) ^ 0xA001 : plain >> 1;
        assert_int_equal(hj212_crc16_modbus(bytes, i + 1), plain);
    }
    unsigned crc = hj212_crc16_modbus(field, sizeof field - 1);
    assert_int_equal(sizeof field - 1, 77);
    assert_int_equal(crc, 0x30A5); /* as it travels: high byte first */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_fast_is_plain),
        cmocka_unit_test(test_modbus),
        cmocka_unit_test(test_blind_spot),
    };
    return cmocka_run_group_tests_name("codec/crc", tests, NULL, NULL);
}
