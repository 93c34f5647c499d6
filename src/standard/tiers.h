/* tiers.h - tiered review (分级审核): which level a person's opinion on a value is of, and from which level on opinions decide. Pure.
 *
 * A rule set of kind "review.tiers" (definitions/standards/review) names the levels from the lowest. A level belongs to roles, and where it
 * names kinds of units, to people of such units only. Which rule set holds is a matter of the day of the value. */
#pragma once

#include "standard/ruleset.h"

enum { TIERS_MAX = 3, TIER_WORDS = 8, TIER_SETS = 8 };

struct tier {
    char title[64], title_en[64];
    char role[TIER_WORDS][24],
        unit[TIER_WORDS][24]; /* unit: kinds; none: of any unit that no other level names */
    int n_roles, n_units;
};
struct tier_rules {
    struct ruleset set;
    struct tier tier[TIERS_MAX]; /* of level 1 ... */
    int n;
    int decides;  /* the lowest level whose opinions move what is published; those below it are advice */
    int untiered; /* the level of an opinion given before there were levels */
};
struct tier_book {
    struct tier_rules rules[TIER_SETS];
    size_t n;
};
int tier_book_add(struct tier_book *b, const char *name, const json_t *tree, struct err *e);
int tier_book_test(const struct tier_book *b, const char *name, const json_t *tree, int *ret_run,
                   struct err *e);
const struct tier_rules *tiers_on(const struct tier_book *b, int64_t day); /* NULL: none in force */
/* The level of a person with that role and kind of unit ("": of none); 0: none. */
int tier_of(const struct tier_rules *r, const char *role, const char *unit_kind);
/* Whether an opinion of `level` holds over an earlier one of level `held` (0: none), which it does unless it is of a lower level, or of one
 * that does not decide. r NULL: there are no levels. */
bool tier_over(const struct tier_rules *r, int level, int held);
