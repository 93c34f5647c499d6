/* cmd_plan.c - bihuan plan read FILE: what a plan demands, as JSON lines or as a list for people. */
#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <string.h>

#include "app/commands.h"
#include "app/lexicon.h"
#include "base/file.h"
#include "base/scoped.h"
#include "base/utf8.h"

enum { PLAN_FILE_MAX = 64 * 1024 * 1024 };

static const char usage[] = "usage: bihuan plan read FILE [--jsonl] [--explain] [--words DIR]\n"
                            "  FILE      a plan's text, UTF-8 or GBK; - is standard input\n"
                            "  --jsonl   one JSON object a line; start and end are code points of the text\n"
                            "  --explain also which rule made each result, and its pattern\n"
                            "  --words   the lexicon's folder instead of the shipped one\n";

struct options {
    const char *file, *words;
    bool jsonl, explain;
};

static int misuse(const char *what, const char *which)
{
    fprintf(stderr, "bihuan plan: %s%s\n%s", what, which, usage);
    return 2;
}

static int options_read(int argc, char **argv, struct options *o)
{
    if (argc == 2 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))) {
        fputs(usage, stdout);
        return 0;
    }
    if (argc < 2 || strcmp(argv[1], "read") != 0)
        return misuse("expected 'read', got ", argc < 2 ? "nothing" : argv[1]);
    for (int i = 2; i < argc; i++) {
        if (!strcmp(argv[i], "--jsonl"))
            o->jsonl = true;
        else if (!strcmp(argv[i], "--explain"))
            o->explain = true;
        else if (!strcmp(argv[i], "--words") && i + 1 < argc)
            o->words = argv[++i];
        else if (argv[i][0] == '-' && argv[i][1])
            return misuse("unknown option ", argv[i]);
        else if (o->file)
            return misuse("more than one file: ", argv[i]);
        else
            o->file = argv[i];
    }
    return o->file ? -1 : misuse("which file?", "");
}

/* GB 18030 is a superset of GBK and GB 2312. */
static int from_gbk(struct buf *text, const char *file, struct err *e)
{
    scoped(buf_release) struct buf out = BUF_INIT;
    iconv_t cd = iconv_open("UTF-8", "GB18030");
    if (cd == (iconv_t)-1)
        return err_set(e, -errno, "%s: not UTF-8, and this system cannot convert GBK", file);
    char *in = text->data;
    size_t left = text->len, room = text->len * 2 + 16;
    char *at = buf_room(&out, room), *start = at;
    size_t rc = at ? iconv(cd, &in, &left, &at, &room) : (size_t)-1;
    int failed = at ? errno : ENOMEM;
    iconv_close(cd);
    if (rc == (size_t)-1)
        return failed == ENOMEM
                   ? err_set(e, -ENOMEM, "%s: no memory", file)
                   : err_set(e, -EILSEQ, "%s: neither UTF-8 nor GBK: byte %zu", file, text->len - left);
    buf_grown(&out, (size_t)(at - start));
    struct buf swap = *text;
    *text = out;
    out = swap;
    return 0;
}

static int text_read(const char *file, struct buf *text, struct err *e)
{
    int rc = file_read(file, PLAN_FILE_MAX, text, e);
    if (rc < 0)
        return rc;
    if (memchr(text->data ? text->data : "", 0, text->len))
        return err_set(e, -EINVAL, "%s: not a text: it has NUL bytes", file);
    return utf8_valid(text->data ? text->data : "", text->len, NULL) ? 0 : from_gbk(text, file, e);
}

static void field_show(const json_t *o, const char *key, const char *label)
{
    const json_t *v = json_object_get(o, key);
    if (json_is_string(v))
        printf("  %s %s", label, json_string_value(v));
    else if (json_is_integer(v))
        printf("  %s %lld", label, (long long)json_integer_value(v));
    else if (json_is_real(v))
        printf("  %s %.15g", label, json_real_value(v));
}

static void show(const json_t *o, const struct words *w, bool explain)
{
    static const char *const field[][2] = {
        { "indicator", "指标" }, { "region", "区域" }, { "op", "" },        { "verb", "动词" },
        { "object", "对象" },    { "value", "" },      { "value2", "至" },  { "unit", "" },
        { "baseline", "对照" },  { "by", "期限" },     { "owner", "责任" }, { "modality", "" },
        { "bound", "绑定" },     { "reason", "原因" }
    };
    printf("%-6s [%lld,%lld) %s\n       ", json_str(o, "kind", ""), (long long)json_int(o, "start", 0),
           (long long)json_int(o, "end", 0), json_str(o, "quote", ""));
    for (size_t i = 0; i < COUNT_OF(field); i++)
        field_show(o, field[i][0], field[i][1]);
    if (explain)
        printf("\n         rule %s  %s", json_str(o, "rule", ""), json_str(o, "pattern", ""));
    (void)w;
    putchar('\n');
}

static int print_all(json_t *list, const struct words *w, const struct options *o)
{
    size_t i;
    json_t *item;
    json_array_foreach(list, i, item)
    {
        const char *pattern = words_rule_match(w, json_str(item, "rule", ""));
        if (!o->explain && o->jsonl)
            json_object_del(item, "rule");
        if (o->explain && pattern && json_object_set_new(item, "pattern", json_string(pattern)) < 0)
            return -ENOMEM;
        if (!o->jsonl) {
            show(item, w, o->explain);
            continue;
        }
        if (json_dumpf(item, stdout, JSON_COMPACT | JSON_REAL_PRECISION(15)) < 0)
            return -EIO;
        putchar('\n');
    }
    return fflush(stdout) ? -errno : 0;
}

static void words_freep(struct words **w)
{
    words_free(*w);
}

static int run(const struct options *o)
{
    scoped(buf_release) struct buf text = BUF_INIT;
    scoped(words_freep) struct words *w = NULL;
    scoped(json_decrefp) json_t *list = NULL;
    struct err e = { 0 };
    scoped(buf_release) struct buf dir = BUF_INIT;
    if (!o->words)
        buf_addf(&dir, "%s/words", definitions_dir());
    int rc = text_read(o->file, &text, &e);
    if (rc >= 0)
        rc = lexicon_load(o->words ? o->words : dir.data ? dir.data : "", &w, &e);
    if (rc >= 0)
        rc = plan_read(w, text.data ? text.data : "", text.len, &list, &e);
    if (rc < 0) {
        fprintf(stderr, "bihuan plan: %s\n", e.text);
        return 1;
    }
    rc = print_all(list, w, o);
    if (rc < 0)
        fprintf(stderr, "bihuan plan: output: %s\n", strerror(-rc));
    return rc < 0 ? 1 : 0;
}

int cmd_plan(int argc, char **argv)
{
    struct options o = { 0 };
    int rc = options_read(argc, argv, &o);
    return rc < 0 ? run(&o) : rc;
}
