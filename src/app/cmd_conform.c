/* bihuan conform: tests a platform or a data logger of any make by HJ 212. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
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
    bool json, have_place;
};

static int bad(const char *option, const char *value, const char *want)
{
    fprintf(stderr, "bihuan conform: --%s: '%s' is not %s\n", option, value, want);
    return -EINVAL;
}

static int read_place(struct options *o, const char *option, const char *s, int least_port)
{
    const char *colon = strrchr(s, ':');
    size_t len = colon ? (size_t)(colon - s) : 0;
    char *end = NULL;
    long port = colon ? strtol(colon + 1, &end, 10) : -1;
    if (len > 2 && s[0] == '[' && s[len - 1] == ']') {
        s++;
        len -= 2;
    }
    if (!len || len >= sizeof o->host || !end || *end || end == colon + 1 || port < least_port ||
        port > 65535)
        return bad(option, s, "HOST:PORT");
    memcpy(o->host, s, len);
    o->c.host = o->host;
    o->c.port = (int)port;
    o->have_place = true;
    return 0;
}

static int read_seconds(const char *option, const char *s, double most, int *ret_ms)
{
    char *end;
    double v = strtod(s, &end);
    if (end == s || *end || !(v >= 0.01) || v > most)
        return bad(option, s, "a number of seconds in range");
    *ret_ms = (int)(v * 1000);
    return 0;
}

static int read_edition(struct options *o, const char *s)
{
    static const struct {
        const char *name;
        unsigned bits;
    } names[] = { { "2005", 1u << HJ212_2005 },
                  { "2017", 1u << HJ212_2017 },
                  { "2025", 1u << HJ212_2025 },
                  { "both", 1u << HJ212_2005 | 1u << HJ212_2017 },
                  { "all", 1u << HJ212_2005 | 1u << HJ212_2017 | 1u << HJ212_2025 } };
    for (size_t i = 0; i < COUNT_OF(names) - (o->c.subject == CONFORM_DEVICE ? 2 : 0); i++)
        if (strcmp(names[i].name, s) == 0) {
            o->c.editions = names[i].bits;
            return 0;
        }
    return bad("edition", s,
               o->c.subject == CONFORM_DEVICE ? "2005, 2017 or 2025" : "2005, 2017, 2025, both or all");
}

static int read_key(struct options *o, const char *s)
{
    struct err e = { 0 };
    hj212_key_free(o->c.sm4);
    o->c.sm4 = NULL;
    int r = sm4_key_read(s, &o->c.sm4, &e);
    if (r < 0)
        fprintf(stderr, "bihuan conform: %s\n", e.text);
    return r;
}

/* MN, PW and ST travel as they are: what would break the frame is refused here. */
static int read_word(const char *option, const char *s, size_t most, const char **ret)
{
    if (!*s || strlen(s) > most || strpbrk(s, ";,&=\r\n #"))
        return bad(option, s, "a word of the protocol");
    *ret = s;
    return 0;
}

static const struct option long_options[] = {
    { "to", 1, NULL, 't' },        { "listen", 1, NULL, 'l' },  { "mn", 1, NULL, 'm' },
    { "pw", 1, NULL, 'p' },        { "st", 1, NULL, 's' },      { "edition", 1, NULL, 'e' },
    { "json", 0, NULL, 'j' },      { "html", 1, NULL, 'H' },    { "quiet", 1, NULL, 'q' },
    { "over-time", 1, NULL, 'o' }, { "watch", 1, NULL, 'w' },   { "wait", 1, NULL, 'W' },
    { "act", 0, NULL, 'a' },       { "recount", 1, NULL, 'r' }, { "key", 1, NULL, 'k' },
    { "help", 0, NULL, 'h' },      { NULL, 0, NULL, 0 }
};

static int read_option(struct options *o, int c, const char *s)
{
    char *end;
    switch (c) {
    case 't':
        return o->c.subject == CONFORM_PLATFORM ? read_place(o, "to", s, 1)
                                                : bad("to", s, "an option of `conform device`");
    case 'l':
        return o->c.subject == CONFORM_DEVICE ? read_place(o, "listen", s, 0)
                                              : bad("listen", s, "an option of `conform platform`");
    case 'm':
        return read_word("mn", s, 32, &o->c.mn);
    case 'p':
        return read_word("pw", s, 32, &o->c.pw);
    case 's':
        return read_word("st", s, 4, &o->c.st);
    case 'e':
        return read_edition(o, s);
    case 'k':
        return read_key(o, s);
    case 'j':
        o->json = true;
        return 0;
    case 'H':
        o->html = s;
        return 0;
    case 'q':
        return read_seconds("quiet", s, 600, &o->c.quiet_ms);
    case 'o':
        return read_seconds("over-time", s, 600, &o->c.over_time_ms);
    case 'w':
        return read_seconds("watch", s, 100000, &o->c.watch_ms);
    case 'W':
        return read_seconds("wait", s, 100000, &o->c.wait_ms);
    case 'a':
        o->c.act = true;
        return 0;
    case 'r':
        o->c.re_count = (int)strtol(s, &end, 10);
        return end == s || *end || o->c.re_count < 1 || o->c.re_count > 99
                   ? bad("recount", s, "a number from 1 to 99")
                   : 0;
    default:
        return -EINVAL;
    }
}

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
    optind = help ? 1 : 2;
    for (int c; (c = getopt_long(argc, argv, "h", long_options, NULL)) != -1;) {
        if (c == 'h') {
            fputs(usage, stdout);
            return 1;
        }
        if (read_option(o, c, optarg) < 0)
            return -EINVAL;
    }
    bool platform = o->c.subject == CONFORM_PLATFORM;
    if (optind < argc)
        fprintf(stderr, "bihuan conform: '%s' is one word too many\n", argv[optind]);
    else if (!o->have_place)
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
    if (conform_run(&o.c, &r, &e) < 0) {
        fprintf(stderr, "bihuan conform: %s\n", e.text);
        return 1;
    }
    bool good = conform_passed(r);
    code = show(&o, r);
    conform_report_free(r);
    hj212_key_free(o.c.sm4);
    return code == 0 && good ? 0 : 1;
}
