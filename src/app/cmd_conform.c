/* bihuan conform: tests a platform or a data logger of any make by HJ 212. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/options.h"
#include "app/sm4_key.h"
#include "base/file.h"
#include "base/scoped.h"
#include "conform/conform.h"

static const char usage[] =
    "usage: bihuan conform platform --to HOST:PORT --mn MN --pw PW [--st 32] [--edition "
    "2017|2005|2025|both|all]\n"
    "       bihuan conform device --listen HOST:PORT [--mn MN] [--pw PW] [--st ST] [--edition "
    "2017|2005|2025]\n"
    "                      [--watch SECONDS] [--wait SECONDS] [--recount 3] [--act]\n"
    "       both: [--key HEX|FILE] [--json] [--html FILE] [--over-time SECONDS] [--quiet SECONDS]\n"
    "Plays a device against a platform, or a platform against a data logger, and reports clause by clause "
    "what holds. platform: the\n"
    "device MN must be registered there, and is sent made-up values: use one kept for tests. device: point "
    "the logger at HOST:PORT;\n"
    "its clock, intervals and password are set to what they are; --act also calibrates and samples. Only "
    "checks by the standard's text are\n"
    "mandatory; what the field does, or what we infer, is advice. Exit 0: no mandatory check failed, 1: some "
    "did, 2: misuse.\n"
    "以设备身份检测平台，或以平台身份检测数采仪，逐条给出 HJ 212 符合性结论；平台检测请使用专供测试的 MN。\n";

struct options {
    struct conform_config c;
    char host[256];
    const char *html;
    bool json;
    int64_t re_count;
};

static int read_to(void *into, const char *s, struct err *e)
{
    struct options *o = into;
    if (o->c.subject != CONFORM_PLATFORM)
        return err_set(e, -EINVAL, "an option of `conform platform`");
    o->c.host = o->host;
    return read_host_port(s, 1, o->host, sizeof o->host, &o->c.port, e);
}

static int read_listen(void *into, const char *s, struct err *e)
{
    struct options *o = into;
    if (o->c.subject != CONFORM_DEVICE)
        return err_set(e, -EINVAL, "an option of `conform device`");
    o->c.host = o->host;
    return read_host_port(s, 0, o->host, sizeof o->host, &o->c.port, e);
}

static int read_seconds(const char *s, double most, int *ret_ms, struct err *e)
{
    char *end;
    double v = strtod(s, &end);
    if (end == s || *end || !(v >= 0.01) || v > most)
        return err_set(e, -EINVAL, "'%s' is not a number of seconds from 0.01 to %.0f", s, most);
    *ret_ms = (int)(v * 1000);
    return 0;
}

static int read_quiet(void *into, const char *s, struct err *e)
{
    return read_seconds(s, 600, &((struct options *)into)->c.quiet_ms, e);
}

static int read_over_time(void *into, const char *s, struct err *e)
{
    return read_seconds(s, 600, &((struct options *)into)->c.over_time_ms, e);
}

static int read_watch(void *into, const char *s, struct err *e)
{
    return read_seconds(s, 100000, &((struct options *)into)->c.watch_ms, e);
}

static int read_wait(void *into, const char *s, struct err *e)
{
    return read_seconds(s, 100000, &((struct options *)into)->c.wait_ms, e);
}

static int read_edition(void *into, const char *s, struct err *e)
{
    static const struct {
        const char *name;
        unsigned bits;
    } names[] = { { "2005", 1u << HJ212_2005 },
                  { "2017", 1u << HJ212_2017 },
                  { "2025", 1u << HJ212_2025 },
                  { "both", 1u << HJ212_2005 | 1u << HJ212_2017 },
                  { "all", 1u << HJ212_2005 | 1u << HJ212_2017 | 1u << HJ212_2025 } };
    struct options *o = into;
    bool device = o->c.subject == CONFORM_DEVICE; /* a logger speaks one edition */
    for (size_t i = 0; i < COUNT_OF(names) - (device ? 2 : 0); i++)
        if (strcmp(names[i].name, s) == 0) {
            o->c.editions = names[i].bits;
            return 0;
        }
    return err_set(e, -EINVAL, "'%s' is not %s", s,
                   device ? "2005, 2017 or 2025" : "2005, 2017, 2025, both or all");
}

static int read_key(void *into, const char *s, struct err *e)
{
    struct options *o = into;
    hj212_key_free(o->c.sm4);
    o->c.sm4 = NULL;
    return sm4_key_read(s, &o->c.sm4, e);
}

/* MN, PW and ST travel as they are: what would break the frame is refused here. */
static int read_word(const char *s, size_t most, const char **ret, struct err *e)
{
    if (!*s || strlen(s) > most || strpbrk(s, ";,&=\r\n #"))
        return err_set(e, -EINVAL, "'%s' is not a word of the protocol", s);
    *ret = s;
    return 0;
}

static int read_mn(void *into, const char *s, struct err *e)
{
    return read_word(s, 32, &((struct options *)into)->c.mn, e);
}

static int read_pw(void *into, const char *s, struct err *e)
{
    return read_word(s, 32, &((struct options *)into)->c.pw, e);
}

static int read_st(void *into, const char *s, struct err *e)
{
    return read_word(s, 4, &((struct options *)into)->c.st, e);
}

static const struct option_row rows[] = {
    OPT_READ("to", read_to),
    OPT_READ("listen", read_listen),
    OPT_READ("mn", read_mn),
    OPT_READ("pw", read_pw),
    OPT_READ("st", read_st),
    OPT_READ("edition", read_edition),
    OPT_READ("key", read_key),
    OPT_FLAG(struct options, "json", json),
    OPT_TEXT(struct options, "html", html),
    OPT_READ("quiet", read_quiet),
    OPT_READ("over-time", read_over_time),
    OPT_READ("watch", read_watch),
    OPT_READ("wait", read_wait),
    OPT_FLAG(struct options, "act", c.act),
    OPT_NUMBER(struct options, "recount", re_count, 1, 99),
};

/* 0, 1 when help was shown, or -EINVAL with the reason said. */
static int read_options(struct options *o, int argc, char **argv)
{
    const char *subject = argc > 1 ? argv[1] : "";
    bool help = strcmp(subject, "--help") == 0 || strcmp(subject, "-h") == 0;
    if (!help && strcmp(subject, "platform") != 0 && strcmp(subject, "device") != 0) {
        fprintf(stderr, "bihuan conform: `platform` or `device`? `bihuan conform --help` tells more\n");
        return -EINVAL;
    }
    conform_config_init(&o->c, strcmp(subject, "device") == 0 ? CONFORM_DEVICE : CONFORM_PLATFORM);
    struct options_found found;
    o->re_count = o->c.re_count;
    int r = options_read("conform", rows, COUNT_OF(rows), argc, argv, help ? 1 : 2, false, o, &found);
    if (r > 0)
        fputs(usage, stdout);
    if (r)
        return r;
    o->c.re_count = (int)o->re_count;
    bool platform = o->c.subject == CONFORM_PLATFORM;
    if (found.first < argc)
        fprintf(stderr, "bihuan conform: '%s' is one word too many\n", argv[found.first]);
    else if (!*o->host)
        fprintf(stderr, "bihuan conform: --%s HOST:PORT is missing\n", platform ? "to" : "listen");
    else if (platform && (!o->c.mn || !o->c.pw))
        fprintf(stderr, "bihuan conform: --mn and --pw are missing\n");
    else
        return 0;
    return -EINVAL;
}

static void listening(void *arg, int port)
{
    const struct options *o = arg;
    fprintf(stderr, "listening on %s:%d\n", o->host, port);
}

static void judged(void *arg, const struct conform_result *r)
{
    (void)arg;
    fprintf(stderr, "%-14s %-14s %s\n", conform_outcome_name(r->outcome), conform_edition_name(r->edition),
            r->check->id);
}

static int show(const struct options *o, const struct conform_report *r)
{
    scoped(buf_release) struct buf out = BUF_INIT, page = BUF_INIT;
    struct err e = { 0 };
    if (o->json)
        conform_json(r, &out);
    else
        conform_text(r, &out);
    if (o->html)
        conform_html(r, &page);
    if (out.failed || page.failed || fwrite(out.data, 1, out.len, stdout) != out.len || fflush(stdout) != 0) {
        fprintf(stderr, "bihuan conform: the report could not be written\n");
        return -EIO;
    }
    if (o->html && file_replace(o->html, page.data, page.len, 0644, &e) < 0) {
        fprintf(stderr, "bihuan conform: %s\n", e.text);
        return e.code;
    }
    return 0;
}

int cmd_conform(int argc, char **argv)
{
    struct options o = { 0 };
    struct conform_report *r = NULL;
    struct err e = { 0 };
    int code = read_options(&o, argc, argv);
    if (code)
        return code < 0 ? 2 : 0;
    o.c.listening = listening;
    o.c.judged = judged;
    o.c.arg = &o;
    bool ran = conform_run(&o.c, &r, &e) == 0;
    if (!ran)
        fprintf(stderr, "bihuan conform: %s\n", e.text);
    bool good = ran && show(&o, r) == 0 && conform_passed(r);
    conform_report_free(r);
    hj212_key_free(o.c.sm4);
    return good ? 0 : 1;
}
