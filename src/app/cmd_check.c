/* cmd_check.c - `bihuan check`: whether definitions hold, and whether a data folder's history is whole. */
#include "app/commands.h"
#include "app/forwarding.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "ledger/ledger.h"
#include "measure/measure.h"
#include "store/store.h"

enum { DONE, ANSWER_IS_NO, MISUSE };

static int check_definitions(const char *folder)
{
    struct err e = { .name = "" };
    if (ledgers_check(folder, &e) < 0 || definitions_check(folder, &e) < 0) {
        fprintf(stderr, "%s\n", e.text);
        return ANSWER_IS_NO;
    }
    printf("%s: definitions hold\n", folder);
    return DONE;
}

static int check_data(const char *dir)
{
    struct err e = { .name = "" };
    struct ledger_store *store = NULL;
    int64_t events = 0;
    int r = ledger_store_open(dir, false, &store, &e);
    if (r == 0)
        r = ledgers_check_chain(store, &events, &e);
    ledger_store_close(store);
    if (r < 0) {
        fprintf(stderr, "%s: %s\n", dir, e.text);
        return ANSWER_IS_NO;
    }
    printf("%s: %" PRId64 " events in one whole chain; every case is the sum of its events\n", dir, events);
    if (forwarding_check(dir, &e) < 0) {
        fprintf(stderr, "%s: %s\n", dir, e.text);
        return ANSWER_IS_NO;
    }
    return DONE;
}

static int usage(FILE *to)
{
    fprintf(to, "usage: bihuan check [DEFINITIONS_FOLDER]   the definitions, the shipped ones unless a "
                "folder is given\n"
                "       bihuan check --data DATA_FOLDER     the chain of events of a data folder, and what "
                "waits to be forwarded\n");
    return to == stdout ? DONE : MISUSE;
}

int cmd_check(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--help") == 0)
        return usage(stdout);
    if (argc == 1)
        return check_definitions(definitions_dir());
    if (argc == 3 && strcmp(argv[1], "--data") == 0)
        return check_data(argv[2]);
    if (argc == 2 && argv[1][0] != '-')
        return check_definitions(argv[1]);
    return usage(stderr);
}
