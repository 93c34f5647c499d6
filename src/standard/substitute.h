/* substitute.h - what stands in an account of amounts (排放量) for periods whose value is missing. Pure.
 *
 * HJ 75-2017 tables 5 and 6 for waste gas (hours), HJ 356-2019 for waste water (days): rule sets "source.substitute.gas" and
 * "source.substitute.water". Only amounts are substituted, never concentrations, and a substituted amount is never added to a measured
 * one unseen: the caller keeps and shows both. Where the rule has no row for the case, or fewer valid periods came before it than the row
 * asks for, nothing is substituted and the answer says why. */
#pragma once

#include "base/micro.h"
#include "standard/grade.h"

enum gap_state {
    GAP_NOT_DUE, /* the calendar does not expect it */
    GAP_STOPPED, /* the plant stood still: no part of the account */
    GAP_VALID,
    GAP_MISSING, /* repair, calibration, failure, nothing came */
    GAP_CONTROL  /* out of control, or its calibration overdue */
};
struct gap_slot {
    micro kg;    /* of a valid period; MICRO_MISSING: its amount is not known */
    int quarter; /* any number that is the same for the slots of a quarter and for no others */
    uint8_t state;
    bool checked; /* a calibration or check was passed in it */
};

enum gap_answer {
    GAP_MEASURED, /* nothing to substitute */
    GAP_FILLED,
    GAP_NO_ROW,     /* no row of the table is for it: its quarter's capture is too low */
    GAP_NO_HISTORY, /* fewer valid periods before it than the row wants, or no check that was passed */
    GAP_ANSWERS
};
struct gap_filled {
    micro kg; /* MICRO_MISSING unless GAP_FILLED */
    enum gap_answer answer;
};

enum { SUBSTITUTE_ROWS = 8, SUBSTITUTE_FACTORS = 16, SUBSTITUTE_SETS = 4 };
struct substitute_row {
    micro least, below; /* capture of the quarter in percent, least <= it < below; MICRO_MISSING: open */
    int gap_most;       /* the gap is at most this long; 0: any length */
    int values; /* how many valid periods before it are looked at; 0: all since the last check that was passed */
};
struct substitute_rules {
    struct ruleset set;
    bool days;         /* a slot is a day, else an hour */
    micro valid_share; /* percent of a day's due hours that make the day valid; only with days */
    char factor[SUBSTITUTE_FACTORS][GRADE_WORD];
    int n_factors;
    struct substitute_row row[SUBSTITUTE_ROWS];
    int n;
};
enum substitute_medium { SUBSTITUTE_GAS, SUBSTITUTE_WATER, SUBSTITUTE_MEDIA };
const char *substitute_kind(enum substitute_medium m); /* "source.substitute.gas" */
bool substitute_of_factor(const struct substitute_rules *r, const char *code);

/* Whether a day with so many valid hours of those due makes a value (HJ 356-2019 clause 7); false where nothing was due. */
bool substitute_day_valid(const struct substitute_rules *r, int64_t valid, int64_t due);
/* The first row that is for a gap of so many slots in a quarter of so many valid ones; NULL: none. */
const struct substitute_row *substitute_row(const struct substitute_rules *r, int64_t valid, int64_t missing,
                                            int64_t gap);
/* n slots in a row of time, the oldest first; ret[n]. A gap is a run of slots of the same cause; its quarter's capture is valid / (valid
 * + missing). The amount is the largest of the valid ones before the gap (of GAP_CONTROL: before the last check before it). */
void substitute_fill(const struct substitute_rules *r, const struct gap_slot *s, size_t n,
                     struct gap_filled *ret);

struct substitute_rulebook {
    struct substitute_rules rules[SUBSTITUTE_MEDIA][SUBSTITUTE_SETS];
    size_t n[SUBSTITUTE_MEDIA];
};
int substitute_medium_of(const char *kind); /* enum substitute_medium; -1: not of these */
int substitute_rulebook_add(struct substitute_rulebook *book, const char *name, const json_t *tree,
                            struct err *e);
int substitute_rulebook_test(const struct substitute_rulebook *book, const char *name, const json_t *tree,
                             int *ret_run, struct err *e);
