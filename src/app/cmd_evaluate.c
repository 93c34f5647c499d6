/* cmd_evaluate.c - `bihuan evaluate`: CSV in, the same CSV with judgements out; files, gzip and the shelf of rule sets. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "app/commands.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/scoped.h"
#include "evaluate/evaluate.h"

enum { DONE, ANSWER_IS_NO, MISUSE };
enum { MAP_MAX = 1 << 20, TOLD_MAX = 100 };

static int usage(FILE *to)
{
    fprintf(
        to,
        "usage: bihuan evaluate KIND [--rules ID|ID,ID|both] [--map FILE] [--receipt FILE] [--definitions "
        "FOLDER]\n"
        "                       [IN.csv] > OUT.csv\n"
        "Judges each row of a CSV (plain or gzipped; standard input without a file) and writes every row and "
        "column as it came, with the\n"
        "results added (calc_aqi, calc_class ...). Without --rules the date of each row chooses the edition "
        "in force; `both` sets the two\n"
        "newest side by side with what makes the difference. A column of another name or unit: co(ug/m3), or "
        "--map with lines\n"
        "name,column,unit. Missing is empty, -, --, *, NA, NaN. A row that cannot be read is told on "
        "standard "
        "error and goes out without\n"
        "results. Exit 0: all rows were read, 1: some were not, 2: misuse or no file.\n"
        "按标准评价 CSV：原样输出每行每列并附加评价结果；不指定规则时按每行日期选用现行版本。\n\nkinds:\n");
    struct shelf *shelf = NULL;
    if (shelf_load(definitions_dir(), false, &shelf, NULL) < 0)
        shelf = NULL;
    evaluate_list(shelf, to);
    shelf_free(shelf);
    return to == stdout ? DONE : MISUSE;
}

struct files {
    gzFile in;
    const char *name;
    size_t told;
};

static int read_in(void *arg, char *to, size_t room, struct err *e)
{
    struct files *f = arg;
    int n = gzread(f->in, to, room > 1 << 20 ? 1 << 20 : (unsigned)room);
    int code = 0;
    if (n < 0) {
        const char *why = gzerror(f->in, &code);
        return err_set(e, -EIO, "%s: %s", f->name, code == Z_ERRNO ? strerror(errno) : why);
    }
    /* gzread gives what it has of a file cut short and tells only afterwards. */
    if (n == 0 && (gzerror(f->in, &code), code < 0))
        return err_set(e, -EIO, "%s: the gzip stream is cut short", f->name);
    return n;
}

static int write_out(void *arg, const char *bytes, size_t len, struct err *e)
{
    (void)arg;
    return fwrite(bytes, 1, len, stdout) == len ? 0
                                                : err_set(e, -EIO, "standard output: %s", strerror(errno));
}

static void tell(void *arg, size_t line, const char *sentence)
{
    struct files *f = arg;
    if (f->told++ == TOLD_MAX)
        fprintf(stderr, "%s: more rows that cannot be read; the last line of this report counts them\n",
                f->name);
    if (f->told <= TOLD_MAX)
        fprintf(stderr, "%s:%zu: %s\n", f->name, line, sentence);
}

struct request {
    struct evaluate_job job;
    struct buf map;
    const char *definitions, *receipt, *in;
};

static int set_option(struct request *q, const char *name, const char *value)
{
    struct err e = { .name = "" };
    if (strcmp(name, "rules") == 0) {
        q->job.rules = value;
    } else if (strcmp(name, "definitions") == 0) {
        q->definitions = value;
    } else if (strcmp(name, "receipt") == 0) {
        q->receipt = value;
    } else if (strcmp(name, "map") == 0) {
        if (file_read(value, MAP_MAX, &q->map, &e) < 0) {
            fprintf(stderr, "bihuan evaluate: %s\n", e.text);
            return -1;
        }
        q->job.map = q->map.data ? q->map.data : "";
        q->job.map_len = q->map.len;
    } else if (q->job.n_options < EVALUATE_OPTIONS) {
        q->job.option[q->job.n_options++] = (struct evaluate_option){ name, value };
    } else {
        fprintf(stderr, "bihuan evaluate: too many options\n");
        return -1;
    }
    return 0;
}

/* --name value or --name=value; one word that is no option is the file. */
static int read_arguments(struct request *q, int argc, char **argv)
{
    for (int i = 2; i < argc; i++) {
        char *a = argv[i];
        if (strncmp(a, "--", 2) != 0 || !a[2]) {
            if (q->in) {
                fprintf(stderr, "bihuan evaluate: one file at a time, not also '%s'\n", a);
                return -1;
            }
            q->in = a;
            continue;
        }
        char *equals = strchr(a, '=');
        if (equals)
            *equals = '\0';
        else if (i + 1 == argc) {
            fprintf(stderr, "bihuan evaluate: %s wants a value\n", a);
            return -1;
        }
        if (set_option(q, a + 2, equals ? equals + 1 : argv[++i]) < 0)
            return -1;
    }
    return 0;
}

static gzFile open_in(const char *path)
{
    return strcmp(path, "-") == 0 ? gzdopen(dup(STDIN_FILENO), "rb") : gzopen(path, "rbe");
}

static int report(const struct files *f, const struct evaluate_sum *sum)
{
    if (sum->bad)
        fprintf(stderr, "%s: %zu rows, %zu judged, %zu that cannot be read\n", f->name, sum->rows,
                sum->judged, sum->bad);
    return sum->bad ? ANSWER_IS_NO : DONE;
}

static int run(struct request *q)
{
    struct err e = { .name = "" };
    struct shelf *shelf = NULL;
    struct evaluate_sum sum = { 0 };
    struct files f = { .name = q->in };
    struct clock clock;
    if (shelf_load(q->definitions, false, &shelf, &e) < 0) {
        fprintf(stderr, "bihuan evaluate: %s\n", e.text);
        return MISUSE;
    }
    errno = 0;
    if (!(f.in = open_in(q->in))) {
        fprintf(stderr, "%s: %s\n", q->in, strerror(errno ? errno : ENOMEM));
        shelf_free(shelf);
        return MISUSE;
    }
    gzbuffer(f.in, 256 * 1024);
    q->job.read = read_in;
    q->job.read_arg = q->job.complain_arg = &f;
    q->job.write = write_out;
    q->job.complain = tell;
    q->job.receipt = q->receipt != NULL;
    q->job.file = strcmp(q->in, "-") == 0 ? NULL : q->in;
    clock_init_real(&clock);
    q->job.now = clock_now(&clock);
    int r = evaluate_run(shelf, &q->job, &sum, &e);
    if (r == 0 && fflush(stdout) != 0)
        r = err_set(&e, -EIO, "standard output: %s", strerror(errno));
    if (r == 0 && q->receipt) {
        buf_addc(&sum.receipt, '\n');
        r = file_replace(q->receipt, sum.receipt.data, sum.receipt.len, 0644, &e);
    }
    gzclose(f.in);
    shelf_free(shelf);
    buf_release(&sum.receipt);
    if (r < 0)
        fprintf(stderr, "bihuan evaluate: %s\n", e.text);
    return r < 0 ? MISUSE : report(&f, &sum);
}

int cmd_evaluate(int argc, char **argv)
{
    struct request q = { .definitions = definitions_dir() };
    if (argc >= 2 && strcmp(argv[1], "--help") == 0)
        return usage(stdout);
    if (argc < 2 || argv[1][0] == '-')
        return usage(stderr);
    q.job.kind = argv[1];
    int code = MISUSE;
    if (read_arguments(&q, argc, argv) == 0) {
        if (!q.in)
            q.in = "-";
        code = run(&q);
    }
    buf_release(&q.map);
    return code;
}
