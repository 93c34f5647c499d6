/* cmd_check.c - `bihuan check`: whether definitions hold, and whether a data folder's history is whole. */
#include "app/bulletin.h"
#include "app/check_files.h"
#include "app/commands.h"
#include "app/forwarding.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "evaluate/shelf.h"
#include "ledger/ledger.h"
#include "measure/measure.h"
#include "store/store.h"

enum { DONE, ANSWER_IS_NO, MISUSE };

/* The clauses of every rule set with how many tests name each; what has none is counted, and is an answer of no. */
static int list_clauses(const char *folder)
{
    struct err e = { .name = "" };
    struct shelf *shelf = NULL;
    size_t all = 0, bare = 0;
    if (shelf_load(folder, false, &shelf, &e) < 0) {
        fprintf(stderr, "%s\n", e.text);
        return ANSWER_IS_NO;
    }
    for (size_t i = 0; i < shelf_count(shelf); i++) {
        struct clause_tests clause[CLAUSES_MOST];
        size_t n = shelf_clauses(shelf_at(shelf, i), clause, CLAUSES_MOST);
        for (size_t k = 0; k < n; k++) {
            printf("%-32s %-40.*s %3d%s\n", shelf_at(shelf, i)->id, (int)clause[k].len, clause[k].clause,
                   clause[k].tests, clause[k].tests ? "" : "  no vector");
            bare += clause[k].tests == 0;
        }
        all += n;
    }
    printf("%s: %zu clauses, %zu without a vector\n", folder, all, bare);
    shelf_free(shelf);
    return bare ? ANSWER_IS_NO : DONE;
}

/* Every rule set with the tests it carries; the catalogue page shows the same. */
static int check_shelf(const char *folder)
{
    struct err e = { .name = "" };
    struct shelf *shelf = NULL;
    int tests = 0, failed = 0;
    if (shelf_load(folder, true, &shelf, &e) < 0) {
        fprintf(stderr, "%s\n", e.text);
        return ANSWER_IS_NO;
    }
    for (size_t i = 0; i < shelf_count(shelf); i++) {
        const struct shelf_set *set = shelf_at(shelf, i);
        tests += set->tests;
        if (*set->failed) {
            failed++;
            fprintf(stderr, "%s: %s\n", set->file, set->failed);
        }
    }
    if (!failed)
        printf("%s: definitions hold: %zu rule sets with %d tests\n", folder, shelf_count(shelf), tests);
    shelf_free(shelf);
    return failed ? ANSWER_IS_NO : DONE;
}

static int check_definitions(const char *folder)
{
    struct err e = { .name = "" };
    size_t ledgers = 0, tests = 0, bulletins = 0;
    if (ledgers_check(folder, &ledgers, &tests, &e) < 0 || definitions_check(folder, &e) < 0 ||
        bulletin_check_all(folder, &bulletins, &e) < 0) {
        fprintf(stderr, "%s\n", e.text);
        return ANSWER_IS_NO;
    }
    printf("%s: definitions hold: %zu ledgers with %zu tests\n", folder, ledgers, tests);
    printf("%s: definitions hold: %zu bulletins\n", folder, bulletins);
    return check_shelf(folder);
}

static int count_sealed(const struct doc *d, void *arg)
{
    *(int *)arg += strstr(d->body, "\"sealed\"") != NULL;
    return 0;
}

/* The devices' keys are sealed under secret.key: without it they are lost, and open to others it guards nothing. */
static int check_secret(const char *dir, struct ledger_store *store, struct err *e)
{
    char path[4200];
    struct stat st;
    int sealed = 0, r = ledger_each_doc(store, DOC_KEY, &(struct doc_query){ 0 }, count_sealed, &sealed, e);
    snprintf(path, sizeof path, "%s/secret.key", dir);
    if (r < 0)
        return r;
    if (stat(path, &st) < 0)
        return sealed ? err_set(e, -ENOKEY, "secret.key is missing: the keys of %d devices cannot be read",
                                sealed)
                      : 0;
    if (!S_ISREG(st.st_mode) || st.st_mode & 077)
        return err_set(e, -EPERM, "secret.key: others may read or change it (mode %03o): chmod 600",
                       (unsigned)st.st_mode & 0777);
    printf("%s: secret.key is its owner's alone (mode %03o); %d devices with a key\n", dir,
           (unsigned)st.st_mode & 0777, sealed);
    return 0;
}

static int check_data(const char *dir)
{
    struct err e = { .name = "" };
    struct ledger_store *store = NULL;
    struct files_checked files = { 0 };
    int64_t events = 0;
    int r = ledger_store_open(dir, false, &store, &e);
    if (r == 0)
        r = ledgers_check_chain(store, &events, &e);
    if (r == 0)
        r = files_check(dir, store, &files, &e);
    int secret = r < 0 ? r : check_secret(dir, store, &e);
    ledger_store_close(store);
    if (secret < 0) {
        fprintf(stderr, "%s: %s\n", dir, e.text);
        return ANSWER_IS_NO;
    }
    printf("%s: %" PRId64 " attachments are what was uploaded and what the chain says of them\n", dir,
           files.attached);
    if (files.records)
        printf("%s: %" PRId64 " records made in the field are what was sealed, with their files\n", dir,
               files.records);
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
                "       bihuan check DEFINITIONS_FOLDER --clauses   how many of the tests that the rule sets "
                "carry name "
                "each of their clauses; exits 1 when one has none\n"
                "       bihuan check --data DATA_FOLDER     the chain of events and the attachments of a "
                "data folder, who may read "
                "secret.key, and what waits to be forwarded\n");
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
    if (argc == 3 && argv[1][0] != '-' && strcmp(argv[2], "--clauses") == 0)
        return list_clauses(argv[1]);
    if (argc == 2 && argv[1][0] != '-')
        return check_definitions(argv[1]);
    return usage(stderr);
}
