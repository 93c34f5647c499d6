/* cmd_demo.c - `bihuan demo DIR`: a fictional city with a year behind it, ready to be served. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/commands.h"
#include "app/demo.h"
#include "base/cntime.h"
#include "base/file.h"
#include "base/scoped.h"

static int usage(FILE *to)
{
    fprintf(
        to,
        "usage: bihuan demo DIR [--today TIME] [--history-days N] [--no-cases]\n\n"
        "Makes the demo city (碧湾市) in the fresh folder DIR: places, accounts, a plan, cases of every "
        "ledger "
        "and the observations of\n"
        "the last N days (absent: since 1 January of last year). TIME (like 2026-11-20T08:00) is the moment "
        "it begins; now when not given.\n"
        "Serve it with `bihuan serve --data DIR`, and let its devices send with `bihuan sim --demo DIR --to "
        "HOST:PORT --follow`.\n");
    return to == stdout ? 0 : 2;
}

static int read_args(int argc, char **argv, struct demo *d, bool *cases)
{
    for (int i = 1; i < argc; i++) {
        char *end;
        if (strcmp(argv[i], "--no-cases") == 0) {
            *cases = false;
        } else if (strcmp(argv[i], "--today") == 0 && i + 1 < argc) {
            if (!cn_parse_iso(argv[i + 1], strlen(argv[i + 1]), &d->today)) {
                fprintf(stderr, "bihuan demo: --today: '%s' is no time like 2026-11-20T08:00\n", argv[i + 1]);
                return 2;
            }
            i++;
        } else if (strcmp(argv[i], "--history-days") == 0 && i + 1 < argc) {
            long n = strtol(argv[++i], &end, 10);
            if (*end || n < 1 || n > 800) {
                fprintf(stderr, "bihuan demo: --history-days: '%s' is not 1 to 800\n", argv[i]);
                return 2;
            }
            d->history_days = (int)n;
        } else if (argv[i][0] == '-' || d->dir) {
            return usage(stderr);
        } else {
            d->dir = argv[i];
        }
    }
    return d->dir ? 0 : usage(stderr);
}

static int refuse_used_folder(const char *dir, struct err *e)
{
    static const char *const names[] = { "ledger.db", "observations.db" };
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        char path[4200];
        snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        if (access(path, F_OK) == 0)
            return err_set(e, -EEXIST, "%s: holds data already; give a fresh folder", dir);
    }
    return 0;
}

static int make(struct demo *d, struct clock *clock, bool cases, struct err *e)
{
    char path[4200];
    size_t records = 0;
    int r;
    if ((r = refuse_used_folder(d->dir, e)) < 0 || (r = file_make_dirs(d->dir, e)) < 0)
        return r;
    snprintf(path, sizeof path, "%s/city.json", d->from);
    if ((r = json_read_file(path, &d->city, e)) < 0 || (r = demo_write_files(d, e)) < 0 ||
        (r = core_create(d->dir, d->city, clock, &d->core, e)) < 0)
        return r;
    if ((r = demo_write_people(d, e)) < 0 || (r = demo_write_keys(d, e)) < 0 ||
        (r = demo_write_history(d, &records, e)) < 0 || (r = demo_write_samples(d, &records, e)) < 0 ||
        (r = demo_write_goals(d, true, e)) < 0 || (r = demo_write_plan(d, e)) < 0 ||
        (r = demo_write_goals(d, false, e)) < 0 || (r = core_load(&d->core, e)) < 0)
        return r;
    if (cases && ((r = file_store_open(d->dir, 0, &d->files, e)) < 0 || (r = demo_write_cases(d, e)) < 0))
        return r;
    if ((r = core_pass(&d->core, NULL, NULL, e)) < 0)
        return r;
    printf("%s: %s, %zu records; password of all demo accounts: %s\n", d->dir, d->core.place->name, records,
           d->password);
    return 0;
}

int cmd_demo(int argc, char **argv)
{
    struct demo d = { .from = demo_dir() };
    struct clock clock;
    struct err e = { 0 };
    bool cases = true;
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0)
            return usage(stdout);
    int misuse = read_args(argc, argv, &d, &cases);
    if (misuse)
        return misuse;
    clock_init_real(&clock);
    if (d.today)
        clock_init_test(&clock, d.today);
    else
        d.today = clock_now(&clock);
    if (!d.history_days) /* so that a month stands beside the same month of last year */
        d.history_days = (int)(cn_day_of(d.today) - cn_days(cn_from_ms(d.today).year - 1, 1, 1));
    int r = make(&d, &clock, cases, &e);
    file_store_close(d.files);
    core_close(&d.core);
    json_decref(d.city);
    json_decref(d.scenario);
    if (r < 0)
        fprintf(stderr, "bihuan demo: %s\n", e.text);
    return r < 0 ? 1 : 0;
}
