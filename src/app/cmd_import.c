/* bihuan import: measurements from CSV files into a data folder, with or without a server running on it. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/cntime.h"
#include "base/file.h"
#include "base/json.h"
#include "base/scoped.h"
#include "gather/import/import.h"
#include "store/store.h"

static const char usage[] =
    "usage: bihuan import --data DIR [OPTIONS] FILE...\n"
    "Reads CSV (plain or gzipped, - is standard input) with a heading row: time, datetime, date, date and "
    "hour, or year, month, day\n"
    "and hour; site; and a column a factor, named pm25 pm10 so2 no2 co o3 or by code (a34004, w01018, "
    "w01018-Max), with\n"
    "CODE-Flag beside it if there is one. Empty, -, --, *, NA and NaN are missing values.\n"
    "  --period hour|day|sample  what a row speaks for (hour); sample: what was taken by hand that day and "
    "analysed, its columns also\n"
    "                       the words of the tables (din, flow) that a site of the city samples\n"
    "  --label start|end    whether a time names the start or the end of its hour (start; the national "
    "platform names the end)\n"
    "  --site CODE          the site of rows without a column for it\n"
    "  --map FILE           JSON: "
    "{\"columns\":{\"PM2.5\":\"pm25\"},\"scale\":{\"CO\":0.001},\"sites\":{\"NAME\":\"CODE\"},\"site\":"
    "\"CODE\"}\n"
    "  --skip-bad           leave out rows that cannot be used; without it such a file is refused as a "
    "whole\n"
    "  --dry-run            read and check, store nothing\n"
    "  --json               one line of JSON\n";

enum { DONE = 0, NO = 1, MISUSE = 2, BAD_SHOWN = 50 };

struct import_run {
    struct import_options o;
    struct obs_writer *writer; /* NULL: dry run */
    const char *file;
    size_t bad_shown;
    bool json;
    struct buf out; /* of --json */
    struct import_report total;
};

static void placep(struct place **p)
{
    place_free(*p);
}

static void ledgerp(struct ledger_store **s)
{
    ledger_store_close(*s);
}

static void writerp(struct obs_writer **w)
{
    obs_writer_close(*w);
}

static int fault(const struct err *e)
{
    fprintf(stderr, "bihuan import: %s\n", e->text);
    return NO;
}

static int misuse(const char *why)
{
    fprintf(stderr, "bihuan import: %s\n%s", why, usage);
    return MISUSE;
}

static int load_place(const char *dir, struct place **ret, struct err *e)
{
    scoped(ledgerp) struct ledger_store *s = NULL;
    scoped(freep) char *text = NULL;
    scoped(json_decrefp) json_t *city = NULL;
    int r = ledger_store_open(dir, false, &s, e);
    if (r < 0)
        return r;
    if ((r = ledger_get_setting(s, "city", &text, e)) < 0 ||
        (r = json_read(text, strlen(text), &city, e)) < 0 || (r = place_build(city, ret, e)) < 0)
        return err_under(e, "%s: the city", dir);
    return 0;
}

/* ---- what the reading calls ---- */

static int append(const struct record *r, size_t n, size_t *ret_new, void *arg, struct err *e)
{
    struct import_run *run = arg;
    if (!run->writer)
        return 0;
    scoped(freep) bool *fresh = calloc(n, sizeof *fresh);
    if (!fresh)
        return err_set(e, -ENOMEM, "out of memory");
    int err = obs_append(run->writer, r, n, fresh, e);
    for (size_t i = 0; i < n && err == 0; i++)
        *ret_new += fresh[i];
    return err;
}

static void bad_row(size_t line, const char *reason, void *arg)
{
    struct import_run *run = arg;
    if (run->bad_shown++ < BAD_SHOWN)
        fprintf(stderr, "%s:%zu: %s\n", run->file, line, reason);
}

/* ---- report ---- */

static void json_report(struct jw *w, const struct import_report *r, bool dry)
{
    jw_kint(w, "rows", (int64_t)r->rows);
    jw_kint(w, "records", (int64_t)r->records);
    jw_kint(w, "values", (int64_t)r->values);
    jw_kint(w, "missing", (int64_t)r->missing);
    jw_kint(w, "empty", (int64_t)r->empty);
    jw_kint(w, "bad", (int64_t)r->bad);
    if (!dry) {
        jw_kint(w, "new", (int64_t)r->fresh);
        jw_kint(w, "repeats", (int64_t)(r->records - r->fresh));
    }
}

static void text_report(const struct import_run *run, const struct import_report *r)
{
    char from[CN_TEXT] = "", to[CN_TEXT] = "";
    printf("%s: %zu rows, %zu records, %zu values", run->file, r->rows, r->records, r->values);
    if (r->records)
        printf(", %s to %s", cn_format_iso(r->from, from), cn_format_iso(r->to, to));
    printf("; %zu missing values, %zu rows without any, %zu bad rows", r->missing, r->empty, r->bad);
    if (!run->writer)
        printf("; dry run, nothing stored\n");
    else if (r->records && r->fresh == 0)
        printf("; all of them are stored already, nothing added\n");
    else
        printf("; %zu added, %zu stored already\n", r->fresh, r->records - r->fresh);
    if (*r->ignored)
        printf("%s: columns not used: %s\n", run->file, r->ignored);
}

static void add_total(struct import_report *t, const struct import_report *r)
{
    t->rows += r->rows;
    t->records += r->records;
    t->values += r->values;
    t->missing += r->missing;
    t->empty += r->empty;
    t->bad += r->bad;
    t->fresh += r->fresh;
}

static int import_file(struct import_run *run, struct jw *w, struct err *e)
{
    struct buf text = BUF_INIT;
    struct import_report r = { 0 };
    struct import_calls calls = { append, bad_row, run };
    run->bad_shown = 0;
    int err = file_read(run->file, FILE_READ_MAX, &text, e);
    if (err == 0 &&
        (err = import_csv(text.data ? text.data : (char[]){ "" }, text.len, &run->o, &calls, &r, e)) < 0)
        err_under(e, "%s", run->file);
    buf_release(&text);
    if (run->bad_shown > BAD_SHOWN)
        fprintf(stderr, "%s: and %zu more\n", run->file, run->bad_shown - BAD_SHOWN);
    if (err < 0) /* nothing of it was stored */
        r.records = r.values = r.fresh = 0;
    add_total(&run->total, &r);
    jw_object(w);
    jw_kstr(w, "file", run->file);
    json_report(w, &r, !run->writer);
    jw_ktime(w, "from", r.from);
    jw_ktime(w, "to", r.to);
    if (*r.ignored)
        jw_kstr(w, "ignored", r.ignored);
    if (err < 0)
        jw_kstr(w, "error", e->text);
    jw_end_object(w);
    if (err == 0 && !run->json)
        text_report(run, &r);
    return err;
}

static int import_files(struct import_run *run, char **file, int n)
{
    int status = DONE;
    struct err e;
    struct jw w = JW(&run->out);
    jw_object(&w);
    jw_key(&w, "files");
    jw_array(&w);
    for (int i = 0; i < n; i++) {
        run->file = file[i];
        if (import_file(run, &w, &e) < 0)
            status = fault(&e);
    }
    jw_end_array(&w);
    json_report(&w, &run->total, !run->writer);
    jw_kbool(&w, "dry_run", !run->writer);
    jw_end_object(&w);
    if (run->json)
        printf("%s\n", run->out.data ? run->out.data : "{}");
    buf_release(&run->out);
    return status;
}

/* ---- command line ---- */

struct words {
    const char *dir, *map;
    bool dry;
};

enum { OPT_DATA = 1000, OPT_MAP, OPT_PERIOD, OPT_LABEL, OPT_SITE, OPT_SKIP, OPT_DRY, OPT_JSON, OPT_HELP };

static const struct option options[] = {
    { "data", required_argument, NULL, OPT_DATA },     { "map", required_argument, NULL, OPT_MAP },
    { "period", required_argument, NULL, OPT_PERIOD }, { "label", required_argument, NULL, OPT_LABEL },
    { "site", required_argument, NULL, OPT_SITE },     { "skip-bad", no_argument, NULL, OPT_SKIP },
    { "dry-run", no_argument, NULL, OPT_DRY },         { "json", no_argument, NULL, OPT_JSON },
    { "help", no_argument, NULL, OPT_HELP },           { 0 },
};

static const char *take_option(int opt, struct import_run *run, struct words *w)
{
    int period;
    switch (opt) {
    case OPT_DATA:
        w->dir = optarg;
        return NULL;
    case OPT_MAP:
        w->map = optarg;
        return NULL;
    case OPT_SITE:
        run->o.site = optarg;
        return NULL;
    case OPT_SKIP:
        run->o.skip_bad = true;
        return NULL;
    case OPT_DRY:
        w->dry = true;
        return NULL;
    case OPT_JSON:
        run->json = true;
        return NULL;
    case OPT_LABEL:
        if (strcmp(optarg, "start") != 0 && strcmp(optarg, "end") != 0)
            return "--label is start or end";
        run->o.label = strcmp(optarg, "end") == 0 ? IMPORT_LABEL_END : IMPORT_LABEL_START;
        return NULL;
    case OPT_PERIOD:
        period = period_from_name(optarg, strlen(optarg));
        if (period != PERIOD_HOUR && period != PERIOD_DAY && period != PERIOD_SAMPLE)
            return "--period is hour, day or sample";
        run->o.period = (enum period)period;
        return NULL;
    default:
        return "an option it does not know, or one without its value";
    }
}

int cmd_import(int argc, char **argv)
{
    struct import_run run = { .o = { .period = PERIOD_HOUR } };
    struct words w = { 0 };
    optind = 1;
    opterr = 0;
    for (int opt; (opt = getopt_long(argc, argv, "h", options, NULL)) != -1;) {
        if (opt == OPT_HELP || opt == 'h') {
            fputs(usage, stdout);
            return DONE;
        }
        const char *why = take_option(opt, &run, &w);
        if (why)
            return misuse(why);
    }
    if (!w.dir || optind == argc)
        return misuse(w.dir ? "no file" : "no --data");

    scoped(placep) struct place *place = NULL;
    scoped(json_decrefp) json_t *map = NULL;
    scoped(writerp) struct obs_writer *writer = NULL;
    struct clock clock = CLOCK_REAL_INIT;
    struct err e;
    if (w.map && json_read_file(w.map, &map, &e) < 0)
        return fault(&e);
    if (map && !json_is_object(map))
        return misuse("the mapping file is not a JSON object");
    if (load_place(w.dir, &place, &e) < 0 || (!w.dry && obs_writer_open(w.dir, true, &writer, &e) < 0))
        return fault(&e);
    if (run.o.site && !place_site_by_code(place, run.o.site)) {
        fprintf(stderr, "bihuan import: there is no site '%s'\n", run.o.site);
        return NO;
    }
    run.o.place = place;
    run.o.map = map;
    run.o.now = clock_now(&clock);
    run.writer = writer;
    return import_files(&run, argv + optind, argc - optind);
}
