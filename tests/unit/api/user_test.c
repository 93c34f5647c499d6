/* `bihuan user` and the passwords behind it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/password.h"
#include "app/commands.h"
#include "store/store.h"

static char dir[] = "/tmp/bihuan-user-XXXXXX";

static int up(void **state)
{
    (void)state;
    struct ledger_store *s = NULL;
    struct err e;
    if (!mkdtemp(dir) || ledger_store_open(dir, true, &s, &e) < 0)
        return -1;
    ledger_put_setting(s, "city",
                       "{\"name\":\"碧湾市\",\"name_en\":\"Biwan\",\"regions\":[{\"code\":\"city\",\"name\":"
                       "\"碧湾市\",\"name_en\":\"Biwan\"}],"
                       "\"units\":[{\"code\":\"eeb\",\"name\":\"局\",\"name_en\":\"Bureau\",\"kind\":"
                       "\"bureau\"}],\"sites\":[]}",
                       NULL);
    ledger_store_close(s);
    return 0;
}

static int down(void **state)
{
    (void)state;
    char command[64];
    snprintf(command, sizeof command, "rm -rf '%s'", dir);
    return system(command);
}

/* Runs the command with a text as its standard input; what it prints goes to out. */
static int run(const char *input, char out[512], int argc, const char *const *args)
{
    char name[] = "user", *argv[16] = { name };
    for (int i = 0; i < argc; i++)
        argv[i + 1] = (char *)(uintptr_t)args[i];
    FILE *in = tmpfile(), *printed = tmpfile(), *complaints = tmpfile();
    fputs(input, in);
    rewind(in);
    fflush(stdout);
    int keep[3] = { dup(0), dup(1), dup(2) };
    dup2(fileno(in), 0);
    dup2(fileno(printed), 1);
    dup2(fileno(complaints), 2);
    clearerr(stdin);
    int r = cmd_user(argc + 1, argv);
    fflush(stdout);
    for (int i = 0; i < 3; i++) {
        dup2(keep[i], i);
        close(keep[i]);
    }
    setvbuf(stdin, NULL, _IONBF, 0);
    rewind(printed);
    size_t n = fread(out, 1, 511, printed);
    out[n] = '\0';
    fclose(in);
    fclose(printed);
    fclose(complaints);
    return r;
}

#define RUN(input, ...)                                                                   \
    run(input, out, (int)(sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *)), \
        (const char *const[]){ __VA_ARGS__ })

static void accounts(void **state)
{
    (void)state;
    char out[512];
    struct ledger_store *s = NULL;
    struct user u;
    struct err e;
    setvbuf(stdin, NULL, _IONBF, 0);
    assert_int_equal(RUN("long enough\n", "add", "--data", dir, "li", "--role", "duty", "--unit", "eeb",
                         "--display", "李"),
                     0);
    assert_string_equal(out, "");
    assert_int_equal(RUN("", "add", "wang", "--data", dir, "--role", "admin"), 0);
    assert_int_equal(strlen(out), 24); /* the password it made up, once */
    out[strcspn(out, "\n")] = '\0';
    assert_int_equal(ledger_store_open(dir, false, &s, &e), 0);
    assert_int_equal(ledger_get_user(s, "wang", &u, &e), 0);
    assert_true(password_fits(u.hash, out));
    assert_int_equal(ledger_get_user(s, "li", &u, &e), 0);
    assert_true(password_fits(u.hash, "long enough"));
    assert_false(password_fits(u.hash, "long enougH"));
    assert_int_equal(u.role, ROLE_DUTY);
    assert_int_equal(u.unit, 1);
    assert_string_equal(u.display, "李");
    ledger_store_close(s);

    assert_int_equal(RUN("another one\n", "passwd", "li", "--data", dir), 0);
    assert_int_equal(RUN("", "disable", "li", "--data", dir), 0);
    assert_int_equal(RUN("", "list", "--data", dir, "--json"), 0);
    assert_non_null(strstr(
        out, "\"name\":\"li\",\"display\":\"李\",\"role\":\"duty\",\"unit\":\"eeb\",\"disabled\":true"));
    assert_null(strstr(out, "argon2"));
    assert_int_equal(RUN("", "enable", "li", "--data", dir), 0);
    assert_int_equal(RUN("", "list", "--data", dir), 0);
    assert_non_null(strstr(out, "li "));
    assert_null(strstr(out, "disabled"));
}

static void refusals(void **state)
{
    (void)state;
    char out[512];
    assert_int_equal(RUN("long enough\n", "add", "zhao", "--data", dir, "--role", "duty"), 0);
    assert_int_equal(RUN("long enough\n", "add", "zhao", "--data", dir, "--role", "duty"), 1);
    assert_int_equal(RUN("short\n", "add", "qian", "--data", dir, "--role", "duty"), 1);
    assert_int_equal(RUN("long enough\n", "add", "qian", "--data", dir, "--role", "duty", "--unit", "none"),
                     1);
    assert_int_equal(RUN("long enough\n", "passwd", "nobody", "--data", dir), 1);
    assert_int_equal(RUN("", "list", "--data", "/nowhere"), 1);
    assert_int_equal(RUN("", "add", "qian", "--data", dir), 2);
    assert_int_equal(RUN("", "add", "qian", "--data", dir, "--role", "king"), 2);
    assert_int_equal(RUN("", "add", "qian", "--data", dir, "--role", "public"), 2);
    assert_int_equal(RUN("", "add", "qi an", "--data", dir, "--role", "duty"), 2);
    assert_int_equal(RUN("", "add", "system", "--data", dir, "--role", "duty"), 2);
    assert_int_equal(RUN("", "add", "--data", dir, "--role", "duty"), 2);
    assert_int_equal(RUN("", "add", "qian", "--role", "duty"), 2);
    assert_int_equal(RUN("", "marry", "qian", "--data", dir), 2);
    assert_int_equal(RUN("", "list", "--data", dir, "--what"), 2);
    assert_int_equal(RUN("", "--data", dir), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(accounts), cmocka_unit_test(refusals) };
    return cmocka_run_group_tests(tests, up, down);
}
