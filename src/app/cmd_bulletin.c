/* cmd_bulletin.c - `bihuan bulletin`: a bulletin from a data folder, without the server. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "app/bulletin.h"
#include "app/commands.h"
#include "app/options.h"
#include "base/clock.h"
#include "base/cntime.h"
#include "base/file.h"
#include "base/scoped.h"

enum { DONE, NO, MISUSE };

static const char usage[] =
    "usage: bihuan bulletin WORD --data FOLDER --period 2025|2025-06 [OPTIONS]\n"
    "Makes a bulletin of what is stored: annual, monthly, handover, compensation, loads, points ... (--list "
    "names them).\n"
    "  --format docx|pdf|json  docx\n"
    "  --out FILE              where it goes (WORD-PERIOD.FORMAT); - is standard output\n"
    "  --known TIME            as it was known then, 2026-01-20T10:00:00+08:00 (now): the same time gives "
    "the "
    "same bytes\n"
    "  --rules A,B             rules for the part that takes some: ids of compensation rules, or two dates "
    "whose "
    "rules judge a year\n"
    "  --definitions FOLDER\n"
    "  --list                  the bulletins there are\n"
    "由存储的监测结果生成公报：年报、月报、交接断面通报、断面补偿、入海通量、采样点位；同一“已知时刻”逐字节相"
    "同。\n";

struct options {
    const char *data, *period, *format, *out, *known, *rules, *definitions;
    bool list;
};

static int said(int code, const struct err *e)
{
    fprintf(stderr, "bihuan bulletin: %s\n", e->text);
    return code;
}

static int list(const char *definitions)
{
    scoped(buf_release) struct buf out = BUF_INIT;
    scoped(json_decrefp) json_t *all = NULL;
    struct err e;
    if (bulletin_list(definitions, &out, &e) < 0 || json_read(out.data, out.len, &all, &e) < 0)
        return said(NO, &e);
    for (size_t i = 0; i < json_array_size(all); i++) {
        const json_t *b = json_array_get(all, i);
        printf("%-14s %-6s %s %s\n", json_str(b, "id", ""), json_str(b, "period", ""),
               json_str(b, "name", ""), json_str(b, "name_en", ""));
    }
    return DONE;
}

static int put(const struct options *o, const struct bulletin_order *order, const struct buf *out)
{
    char name[300];
    struct err e;
    snprintf(name, sizeof name, "%.80s-%.20s.%s", order->word, order->period, order->format);
    const char *path = o->out ? o->out : name;
    if (strcmp(path, "-") == 0)
        return fwrite(out->data, 1, out->len, stdout) == out->len && fflush(stdout) == 0 ? DONE : NO;
    if (file_replace(path, out->data, out->len, 0644, &e) < 0)
        return said(NO, &e);
    fprintf(stderr, "%s\n", path);
    return DONE;
}

int cmd_bulletin(int argc, char **argv)
{
    static const struct option_row rows[] = {
        OPT_TEXT(struct options, "data", data),
        OPT_TEXT(struct options, "period", period),
        OPT_TEXT(struct options, "format", format),
        OPT_TEXT(struct options, "out", out),
        OPT_TEXT(struct options, "known", known),
        OPT_TEXT(struct options, "rules", rules),
        OPT_TEXT(struct options, "definitions", definitions),
        OPT_FLAG(struct options, "list", list),
    };
    struct options o = { .format = "docx", .rules = "", .definitions = definitions_dir() };
    struct options_found found;
    struct clock clock = CLOCK_REAL_INIT;
    int r = options_read("bulletin", rows, COUNT_OF(rows), argc, argv, 1, false, &o, &found);
    if (r == 1)
        fputs(usage, stdout);
    if (r)
        return r == 1 ? DONE : MISUSE;
    if (o.list)
        return list(o.definitions);
    struct bulletin_order order = { .data = o.data,
                                    .definitions = o.definitions,
                                    .word = argc == found.first + 1 ? argv[found.first] : "",
                                    .period = o.period,
                                    .rules = o.rules,
                                    .known = (clock_now(&clock) + MS_SECOND - 1) / MS_SECOND * MS_SECOND,
                                    .format = o.format };
    if (!*order.word || !o.data || !o.period ||
        (o.known && !cn_parse_iso(o.known, strlen(o.known), &order.known))) {
        fprintf(stderr, "bihuan bulletin: wants a WORD, --data and --period; --known is a time\n%s", usage);
        return MISUSE;
    }
    struct shelf *shelf = NULL;
    scoped(buf_release) struct buf out = BUF_INIT;
    struct err e;
    bulletin_wait(&clock, order.known);
    r = shelf_load(o.definitions, false, &shelf, &e);
    if (r == 0) {
        order.shelf = shelf;
        r = bulletin_make(&order, &out, &e);
    }
    shelf_free(shelf);
    if (r < 0)
        return said(r == -EINVAL ? MISUSE : NO, &e);
    return put(&o, &order, &out);
}
