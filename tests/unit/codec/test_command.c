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
#define LINE                                                                                               \
    "{\"ok\":true,\"edition\":\"2017\",\"qn\":\"20160801085857223\",\"st\":\"91\",\"cn\":\"9014\",\"pw\":" \
    "\"123456\","                                                                                          \
    "\"mn\":\"010000A8900016F000169DC0\",\"flag\":4,\"pnum\":0,\"pno\":0,\"items\":[],\"fields\":{}}\n"

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
      "{\"ok\":false,\"reason\":\"strict\",\"offset\":0,\"note\":\"no CR LF behind the CRC, or more than "
      "one\"}\n" },
    { "which is taken otherwise", "hj212 read",
      "##0087QN=20160801085857223;ST=91;CN=9014;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&3240\n",
      0, LINE },
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
    };
    return cmocka_run_group_tests_name("codec/command", tests, NULL, NULL);
}
