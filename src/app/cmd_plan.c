/* cmd_plan.c - bihuan plan read FILE: what a plan demands, as JSON lines or as a list for people. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "api/responsibility.h"
#include "app/commands.h"
#include "app/lexicon.h"
#include "app/pdf.h"
#include "base/file.h"
#include "base/scoped.h"
#include "codec/document.h"

enum { PLAN_FILE_MAX = 64 * 1024 * 1024 };

static const char usage[] =
    "usage: bihuan plan read FILE [--jsonl | --text] [--xlsx OUT] [--explain] [--words DIR]\n"
    "  FILE      a plan: .txt, .docx, .xlsx, .html or .pdf, told by its content; UTF-8 or GBK; - is standard "
    "input\n"
    "  --jsonl   one JSON object a line; start and end are code points of the text\n"
    "  --text    the text that start and end count in, and nothing else\n"
    "  --xlsx    also writes the responsibility table (targets and tasks, with unit, date and the words they "
    "rest on)\n"
    "  --explain also which rule made each result, and its pattern\n"
    "  --words   the lexicon's folder instead of the shipped one\n";

struct options {
    const char *file, *words, *xlsx;
    bool jsonl, text, explain;
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
        else if (!strcmp(argv[i], "--text"))
            o->text = true;
        else if (!strcmp(argv[i], "--xlsx") && i + 1 < argc)
            o->xlsx = argv[++i];
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

static int text_read(const char *file, struct buf *text, struct err *e)
{
    scoped(buf_release) struct buf bytes = BUF_INIT;
    int rc = file_read(file, PLAN_FILE_MAX, &bytes, e);
    if (rc < 0)
        return rc;
    rc = document_text(bytes.data ? bytes.data : "", bytes.len, pdf_by_child, text, e);
    return rc < 0 ? err_under(e, "%s", file) : 0;
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
        { "indicator", "指标" }, { "region", "区域" },   { "op", "" },        { "verb", "动词" },
        { "object", "对象" },    { "role", "" },         { "value", "" },     { "value2", "至" },
        { "unit", "" },          { "baseline", "对照" }, { "by", "期限" },    { "owner", "责任" },
        { "modality", "" },      { "bound", "绑定" },    { "reason", "原因" }
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

/* One line, also for readers that take U+2028 for the end of one. */
static int line_print(const json_t *item)
{
    scoped(freep) char *line = json_dumps(item, JSON_COMPACT | JSON_REAL_PRECISION(15));
    if (!line)
        return -ENOMEM;
    for (char *p = line, *at; (at = strstr(p, "\xe2\x80\xa8")) || *p; p = at + 3) {
        fwrite(p, 1, at ? (size_t)(at - p) : strlen(p), stdout);
        if (!at)
            break;
        fputs("\\u2028", stdout);
    }
    return putchar('\n') == EOF ? -EIO : 0;
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
        if (line_print(item) < 0)
            return -EIO;
    }
    return fflush(stdout) ? -errno : 0;
}

static void words_freep(struct words **w)
{
    words_free(*w);
}

/* The table's title is the document's first line. */
static int table_write(const struct options *o, const char *text, const json_t *list, struct err *e)
{
    scoped(buf_release) struct buf title = BUF_INIT, book = BUF_INIT;
    text += strspn(text, "\n ");
    size_t len = strcspn(text, "\n\t");
    buf_add(&title, text, len < 240 ? len : 0);
    buf_adds(&title, len && len < 240 ? " 责任分解表" : "责任分解表");
    int rc = responsibility_xlsx(title.data ? title.data : "", list, 0, &book, e);
    return rc < 0 ? rc : file_replace(o->xlsx, book.data, book.len, 0644, e);
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
    if (rc >= 0 && o->text)
        return fwrite(text.data ? text.data : "", 1, text.len, stdout) == text.len && fflush(stdout) == 0 ? 0
                                                                                                          : 1;
    if (rc >= 0)
        rc = lexicon_load(o->words ? o->words : dir.data ? dir.data : "", &w, &e);
    if (rc >= 0)
        rc = plan_read(w, text.data ? text.data : "", text.len, &list, &e);
    if (rc >= 0 && o->xlsx)
        rc = table_write(o, text.data ? text.data : "", list, &e);
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
