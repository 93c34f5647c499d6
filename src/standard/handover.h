/* handover.h - sections where a river is handed from one district to the next: a month's value against the mean of the years before.
 *
 * Pure. A rule is a file of definitions/standards/handover: its items, how many years and months the base takes, what is rounded, and what a
 * value equal to the base is. The base is the mean of the months that are stored; which of them are missing is for the caller to list, and with
 * fewer than the rule asks for there is no base and no verdict. */
#pragma once

#include "standard/ruleset.h"

enum { HANDOVER_ITEMS = 8, HANDOVER_YEARS = 5, HANDOVER_MONTHS = 12 * HANDOVER_YEARS, HANDOVER_WORD = 24 };
struct handover_rules {
    struct ruleset set;
    struct {
        char word[HANDOVER_WORD], name[48], name_en[64], unit[16];
        int decimals; /* of the base and of the value that is held against it */
    } item[HANDOVER_ITEMS];
    int n_items;
    int years;           /* before the one that is judged */
    int least_months;    /* of them that must be stored */
    bool equal_is_below; /* a value equal to the base is as good as one below it */
    int class_least;     /* the class the section must reach in any case; 0: none is asked */
};
enum handover_verdict { HANDOVER_BELOW, HANDOVER_EQUAL, HANDOVER_ABOVE, HANDOVER_NO_MONTH, HANDOVER_NO_BASE };
struct handover {
    enum handover_verdict verdict;
    micro now, base; /* rounded as they were compared; MICRO_MISSING: none */
    micro percent;   /* change against the base, one decimal; MICRO_MISSING: none, or the base is zero */
    int have, due;   /* months of the base */
};
const char *handover_verdict_word(
    enum handover_verdict v); /* "below", "equal", "above", "no_month", "no_base" */
/* month: the base's months, MICRO_MISSING where none is stored; at most HANDOVER_MONTHS. */
void handover_judge(const struct handover_rules *r, int item, const micro *month, size_t n, micro now,
                    struct handover *ret);
/* Met (1), not met (0), cannot be judged (-1). */
int handover_met(const struct handover_rules *r, const struct handover *h);

int handover_read(const json_t *tree, struct handover_rules *ret, struct err *e);
/* { item = "cod", base = { 20, 20, ..., false }, value = 19, is = "below", base_is = 20, have = 36 } */
int handover_test(const struct handover_rules *r, const json_t *test, struct err *e);
