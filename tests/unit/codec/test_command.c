/* `bihuan hj212`: lines out, exit status, and lines back to the same bytes. argv[1] is the program. */
#include "support.h"

#include <sys/wait.h>
#include <unistd.h>

#include "base/scoped.h"

static const char *program;

/* Runs `program args` with input on its standard input; the exit status, output appended to out. */
static int run(const char *args, const char *input, size_t len, struct buf *out)
{
    char path[] = "/tmp/hj212-test-XXXXXX", command[1024];
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, input, len), len);
    close(fd);
    snprintf(command, sizeof command, "'%s' %s <%s 2>/dev/null", program, args, path);
    FILE *p = popen(command, "r");
    assert_non_null(p);
    char chunk[4096];
    buf_clear(out);
    for (size_t n; (n = fread(chunk, 1, sizeof chunk, p)) > 0;)
        buf_add(out, chunk, n);
    int status = pclose(p);
    unlink(path);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#define ACK \
    "##0087QN=20160801085857223;ST=91;CN=9014;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&3240\r\n"
#define LINE                                                                                                 \
    "{\"ok\":true,\"crc\":\"hj212\",\"edition\":\"2017\",\"qn\":\"20160801085857223\",\"st\":\"91\",\"cn\":" \
    "\"9014\",\"pw\":"                                                                                       \
    "\"123456\","                                                                                            \
    "\"mn\":\"010000A8900016F000169DC0\",\"flag\":4,\"pnum\":0,\"pno\":0,\"faults\":[],\"items\":[],"        \
    "\"fields\":{}}\n"

/* The same frame with another dialect, Flag and packets, faults. */
#define FAULTY(crc, flag, faults)                                                                          \
    "{\"ok\":true,\"crc\":\"" crc                                                                          \
    "\",\"edition\":\"2017\",\"qn\":\"20160801085857223\",\"st\":\"91\",\"cn\":"                           \
    "\"9014\",\"pw\":\"123456\",\"mn\":\"010000A8900016F000169DC0\",\"flag\":" flag ",\"faults\":[" faults \
    "],\"items\":[],\"fields\":{}}\n"
#define PRINTED                                                                                        \
    "##0145QN=20240525120000000;ST=31;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=8;RF=1;CP=&&" \
    "{0xE4,0x3E,0x15,0x9A,0xCF,0xAB,0x24,0x2C,0xB5,0x31,0x55,0xFB,0x8B,0x92,0x81,0xA1,0x85,0xD4"       \
    ",0x0F,0xBD,0x1F,0x05,0xD6,0x94,0x30,0x6E,0xF3,0x5B,0x0F,0x82,0x2A,0xE7,0x8B,0x98,0xF4,0xF1"       \
    ",0xFC,0x23,0x05,0xD5,0x33,0xF4,0x88,0x27,0x5E,0xF2,0xC9,0xB3}lag=N&&C5C1"                         \
    "\r\n"
#define PRINTED_LINE                                                                                      \
    "{\"ok\":true,\"crc\":\"hj212\",\"edition\":\"2025\",\"qn\":\"20240525120000000\",\"st\":\"31\",\"cn" \
    "\":\"2011\",\"pw\":\"123456\",\"mn\":\"010000A8900016F000169DC0\",\"flag\":8,\"pnum\":0,\"pno\":0"   \
    ",\"rf\":1,\"cipher\":\"printed\",\"faults\":[\"printed_cipher\"],\"items\":[{\"name\":\"a21026\""    \
    ",\"Rtd\":\"1.50\",\"Flag\":\"N\"}],\"fields\":{\"DataTime\":\"20240525120000\"}}"                    \
    "\n"

static const struct {
    const char *name, *args, *input;
    int status;
    const char *want; /* NULL: not looked at */
} cases[] = {
    { "a frame", "hj212 read", ACK, 0, LINE },
    { "nothing", "hj212 read", "", 0, "" },
    { "rubbish first", "hj212 read -", "hello" ACK, 1,
      "{\"ok\":false,\"reason\":\"rubbish\",\"offset\":0}\n" LINE },
    { "CRC", "hj212 read", "##0000FFFE\r\n", 1, "{\"ok\":false,\"reason\":\"crc\",\"offset\":0}\n" },
    { "cut", "hj212 read", "##0087QN=2016", 1,
      "{\"ok\":false,\"reason\":\"cut\",\"offset\":0,\"note\":\"the stream ends within this frame\"}\n" },
    { "a wrong length hides a frame", "hj212 read", "##0900QN=2016" ACK, 1,
      "{\"ok\":false,\"reason\":\"cut\",\"offset\":0,\"note\":\"the stream ends within this "
      "frame\"}\n" LINE },
    { "strict takes the standard's form", "hj212 read --strict", ACK ACK, 0, LINE LINE },
    { "strict refuses LF alone", "hj212 read --strict",
      "##0087QN=20160801085857223;ST=91;CN=9014;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&3240\n",
      1,
      "{\"ok\":false,\"reason\":\"lf_tail\",\"offset\":0,\"faults\":[\"lf_tail\"],\"note\":\"LF alone ends "
      "the "
      "frame\"}\n" },
    { "which is taken otherwise", "hj212 read",
      "##0087QN=20160801085857223;ST=91;CN=9014;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&3240\n",
      0, FAULTY("hj212", "4,\"pnum\":0,\"pno\":0", "\"lf_tail\"") },
    { "the field's Modbus frame", "hj212 read",
      "##0077QN=20170516010101001;ST=22;CN=2011;PW=123456;MN=ABCDEFG1234567;Flag=3;CP=&&&&30A5\r\n", 0,
      "{\"ok\":true,\"crc\":\"modbus\",\"edition\":\"2005\",\"qn\":\"20170516010101001\",\"st\":\"22\","
      "\"cn\":\"2011\",\"pw\":"
      "\"123456\",\"mn\":\"ABCDEFG1234567\",\"flag\":3,\"pnum\":0,\"pno\":0,\"faults\":[\"modbus_crc\",\"bit_"
      "without_pnum\"],"
      "\"items\":[],\"fields\":{}}\n" },
    { "the same, strictly", "hj212 read --strict",
      "##0077QN=20170516010101001;ST=22;CN=2011;PW=123456;MN=ABCDEFG1234567;Flag=3;CP=&&&&30A5\r\n", 1,
      "{\"ok\":false,\"reason\":\"modbus_crc\",\"offset\":0,\"faults\":[\"modbus_crc\",\"bit_without_pnum\"],"
      "\"note\":\"the "
      "check sum is CRC-16/Modbus\"}\n" },
    { "enciphered, no key", "hj212 read", PRINTED, 1, "{\"ok\":false,\"reason\":\"cipher\",\"offset\":0}\n" },
    { "enciphered, the key", "hj212 read --key 30303030303030303030303030303030", PRINTED, 0, PRINTED_LINE },
    { "enciphered, another key", "hj212 read --key 30303030303030303030303030303031", PRINTED, 1,
      "{\"ok\":false,\"reason\":\"cipher\",\"offset\":0}\n" },
    { "a key with a digit too few", "hj212 read --key 3030303030303030303030303030303", "", 2, "" },
    { "enciphered, back from its line", "hj212 build --key 30303030303030303030303030303030", PRINTED_LINE, 0,
      PRINTED },
    { "which needs the key", "hj212 build", PRINTED_LINE, 2, "" },
    { "enciphered, from flags",
      "hj212 build --key 30303030303030303030303030303030 --printed --edition 2025 --rf --qn "
      "20240525120000000 --st 31 --cn 2011 "
      "--pw 123456 --mn 010000A8900016F000169DC0 'DataTime=20240525120000;a21026-Rtd=1.50,a21026-Flag=N'",
      "", 0, PRINTED },
    { "--printed without a key", "hj212 build --cn 2011 --printed", "", 2, "" },
    { "every flag",
      "hj212 build --cn 2011 --st 32 --mn 1 --flag 7 --pnum 2 --pno 1 --crc modbus-swapped --address 0012 "
      "--edition 2005 'a=1'",
      "", 0, NULL },
    { "no Flag at all", "hj212 build", "{\"cn\":\"2011\",\"mn\":\"1\",\"flag\":null}\n", 0,
      "##0020CN=2011;MN=1;CP=&&&&EC81\r\n" },
    { "Flag made from the rest", "hj212 build", "{\"cn\":\"2011\",\"mn\":\"1\",\"edition\":\"2025\"}\n", 0,
      NULL },
    { "2025 has no tenth packet", "hj212 build",
      "{\"cn\":\"2011\",\"mn\":\"1\",\"edition\":\"2025\",\"pnum\":10,\"pno\":1}\n", 2, "" },
    { "built from flags",
      "hj212 build --cn 9014 --qn 20160801085857223 --st 91 --pw 123456 --mn 010000A8900016F000169DC0", "", 0,
      ACK },
    { "built from a line", "hj212 build", LINE, 0, ACK },
    { "no such flag", "hj212 read --nonsense", "", 2, "" },
    { "no verb", "hj212", "", 2, "" },
    { "no such file", "hj212 read /nonexistent/file", "", 2, "" },
    { "build without --cn", "hj212 build --mn 1", "", 2, "" },
    { "build with a mark in a field", "hj212 build --cn 2011 --mn 'a;b'", "", 2, "" },
    { "build from no JSON", "hj212 build", "{\n", 2, "" },
};

static void test_cases(void **state)
{
    (void)state;
    struct buf out = BUF_INIT;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        /* The program is the command itself; its first argument stands for bihuan's subcommand. */
        int status = run(cases[i].args + strlen("hj212"), cases[i].input, strlen(cases[i].input), &out);
        if (status != cases[i].status)
            fail_msg("%s: exit status %d, not %d", cases[i].name, status, cases[i].status);
        if (cases[i].want && strcmp(out.data ? out.data : "", cases[i].want) != 0)
            fail_msg("%s: %s", cases[i].name, out.data ? out.data : "");
    }
    buf_release(&out);
}

/* read | build is what went in. */
static void test_there_and_back(void **state)
{
    (void)state;
    struct buf wire = BUF_INIT, lines = BUF_INIT, back = BUF_INIT;
    struct hj212_head h = { .qn = "20260801000000123",
                            .st = "32",
                            .pw = "123456",
                            .mn = "010000A8900016F000169DC0",
                            .cn = 2061,
                            .edition = HJ212_2017,
                            .answer_wanted = true };
    static const char cp[] =
        "DataTime=20260801000000;w01018-Cou=1.50,w01018-Avg=40.10,w01018-Flag=N;w01001-Avg=7.5,w01001-Flag=D;"
        "w01018-Min=1";
    static const char text[] = "DataTime=20260801000000;i11001-Info=//清洗\"\\管路//";
    assert_int_equal(hj212_build(&wire, &h, cp, sizeof cp - 1), 0);
    h.edition = HJ212_2005;
    h.mn = "88888880000001";
    h.qn = NULL;
    h.pnum = 2;
    h.pno = 1;
    assert_int_equal(hj212_build(&wire, &h, text, sizeof text - 1), 0);
    assert_int_equal(run("read --strict", wire.data, wire.len, &lines), 0);
    assert_int_equal(run("build", lines.data, lines.len, &back), 0);
    assert_int_equal(back.len, wire.len);
    assert_memory_equal(back.data, wire.data, wire.len);
    buf_release(&wire);
    buf_release(&lines);
    buf_release(&back);
}

/* A stream of everything that --strict refuses: read, built from its lines and read again gives the same lines. */
static void test_lines_there_and_back(void **state)
{
    (void)state;
    struct buf wire = BUF_INIT, lines = BUF_INIT, back = BUF_INIT, again = BUF_INIT;
    for (int i = 0; i < 24; i++) {
        struct hj212_head h = { .qn = i % 4 ? "20260801000000123" : NULL,
                                .st = i % 5 ? "32" : NULL,
                                .pw = i % 3 ? "123456" : NULL,
                                .mn = "0100",
                                .cn = 2061,
                                .edition = (enum hj212_edition)(i % 3),
                                .sum = (enum hj212_sum)(i / 3 % 3),
                                .address = i % 2 ? "0012" : NULL,
                                .flag_set = i % 7 == 0,
                                .flag = i - 1,
                                .pnum = i % 6 ? 0 : 2,
                                .pno = i % 6 ? 0 : 1 };
        static const char cp[] = "DataTime=2026080100;W01018-Avg=,W01018-Flag=N;w01001-Avg=7.5";
        assert_int_equal(hj212_build(&wire, &h, cp, sizeof cp - 1), 0);
    }
    assert_int_equal(run("read", wire.data, wire.len, &lines), 0);
    assert_int_equal(run("build", lines.data, lines.len, &back), 0);
    assert_int_equal(run("read", back.data, back.len, &again), 0);
    assert_string_equal(again.data, lines.data);
    assert_int_equal(back.len, wire.len);
    assert_memory_equal(back.data, wire.data, wire.len);
    buf_release(&wire);
    buf_release(&lines);
    buf_release(&back);
    buf_release(&again);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: test-codec-command PROGRAM\n");
        return 2;
    }
    program = argv[1];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cases),
        cmocka_unit_test(test_there_and_back),
        cmocka_unit_test(test_lines_there_and_back),
    };
    return cmocka_run_group_tests_name("codec/command", tests, NULL, NULL);
}
