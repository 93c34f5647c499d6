/* cmd_ledger.c - `bihuan ledger`: what a ledger asks for and how a case goes through it, for those who do not read its file. */
#include "app/commands.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "ledger/ledger.h"

enum { DONE, ANSWER_IS_NO, MISUSE };

static int print_page(const char *id, const struct buf *page, void *arg, struct err *e)
{
    size_t *n = arg;
    (void)id;
    if ((*n)++)
        putchar('\n');
    return fwrite(page->data, 1, page->len, stdout) == page->len ? 0 : err_set(e, -EIO, "cannot write");
}

static int write_page(const char *id, const struct buf *page, void *arg, struct err *e)
{
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/%s.md", (const char *)arg, id) >= (int)sizeof path)
        return err_set(e, -ENAMETOOLONG, "%s: path too long", id);
    return file_replace(path, page->data, page->len, 0644, e);
}

static int usage(FILE *to)
{
    fprintf(
        to,
        "usage: bihuan ledger describe [ID] [--definitions FOLDER] [--write FOLDER]\n"
        "  A page of Markdown on each ledger, or on one: what is filled in, the states, who may do "
        "what, time\n"
        "  limits, what is public. --write makes FOLDER/ID.md of each instead of printing it.\n"
        "       bihuan ledger draw --seed TEXT --objects FILE --officers FILE --rate TIER=SHARE...\n"
        "  A random inspection (双随机) computed again from its published seed; `draw --help` says more.\n"
        "       bihuan ledger grid --data FOLDER\n"
        "  Whether the grid's leaf cells cover the city exactly: gaps and overlaps, in m² and where.\n");
    return to == stdout ? DONE : MISUSE;
}

int cmd_ledger(int argc, char **argv)
{
    const char *folder = NULL, *out = NULL, *id = NULL;
    struct err e = { .name = "" };
    size_t n = 0;
    if (argc == 2 && strcmp(argv[1], "--help") == 0)
        return usage(stdout);
    if (argc >= 2 && strcmp(argv[1], "draw") == 0)
        return ledger_draw(argc - 1, argv + 1);
    if (argc >= 2 && strcmp(argv[1], "grid") == 0)
        return ledger_grid(argc - 1, argv + 1);
    if (argc < 2 || strcmp(argv[1], "describe") != 0)
        return usage(stderr);
    for (int i = 2; i < argc; i++) {
        bool more = i + 1 < argc;
        if (strcmp(argv[i], "--definitions") == 0 && more)
            folder = argv[++i];
        else if (strcmp(argv[i], "--write") == 0 && more)
            out = argv[++i];
        else if (argv[i][0] != '-' && !id)
            id = argv[i];
        else
            return usage(strcmp(argv[i], "--help") == 0 ? stdout : stderr);
    }
    if (!folder)
        folder = definitions_dir();
    int r = out ? file_make_dirs(out, &e) : 0;
    if (r == 0)
        r = out ? ledgers_describe(folder, id, write_page, (void *)out, &e)
                : ledgers_describe(folder, id, print_page, &n, &e);
    if (r < 0)
        fprintf(stderr, "%s\n", e.text);
    return r < 0 ? ANSWER_IS_NO : DONE;
}
