/* check_own.h - what the files share that run the tests of ledger files: check.c tells the steps, check_expect.c compares, check_city.c has the
 * people and the city. */
#pragma once

#include "ledger/timing.h"

enum { BEFORE_MAX = 200 };

struct bench {
    struct ledgers *l;
    char before[BEFORE_MAX][80]; /* numbers of the cases opened first */
    size_t n_before;
    const char *data; /* what the judge answers: "met", "not_met", "cannot_judge", "broken" */
    int64_t now;
    const struct definition *def;
    bool taken[ACTIONS_MAX], refused[ACTIONS_MAX]; /* of def, by its own tests */
    struct buf *untested;                          /* NULL: nobody asks */
    const char *test;
    size_t step;
    struct err *e;
};

/* check_expect.c */
__attribute__((format(printf, 2, 3))) int check_wrong(struct bench *b, const char *fmt,
                                                      ...); /* names ledger, test and step */
/* How a step or an opening was to end. */
int check_end(struct bench *b, const json_t *want, const char *did, int r, const struct err *got);
int check_case(struct bench *b, const json_t *want, int64_t id);

/* check_city.c */
int check_meet(struct bench *b, const char *by, struct actor *ret);
int check_meet_all(struct bench *b);
int check_build_city(const struct ledgers *l, struct place **ret, struct err *e);
