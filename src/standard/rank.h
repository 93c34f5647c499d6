/* rank.h - who is better: the composite index of air, change rates, and ranks with ties and reasons for the unranked.
 *
 * Pure. A ranking rule is a rule set of definitions/standards/ranking; docs/rules.md says what is certain of it. */
#pragma once

#include "standard/air.h"

struct composite_rules {
    struct ruleset set;
    micro standard[AIR_ITEMS];  /* S: the class 2 annual limit; CO its daily, O3 its daily 8 h limit */
    int weight[AIR_ITEMS];      /* 1 unless a variant says otherwise */
    bool percentile[AIR_ITEMS]; /* C is the percentile, else the mean */
    int round_items;            /* decimals of each single index before they are added; -1: not rounded */
    int decimals;               /* of the index */
    int change_decimals;        /* of a change rate in percent */
};

int composite_read(const json_t *tree, struct composite_rules *ret, struct err *e);
int composite_test(const struct composite_rules *r, const json_t *test, struct err *e);

struct composite {
    micro single[AIR_ITEMS]; /* I = C / S as it was added, weight included; MICRO_MISSING */
    micro index;             /* MICRO_MISSING when an item is missing */
    unsigned missing;        /* bits */
    enum air_item largest;   /* the item with the largest single index */
};
void composite_index(const struct composite_rules *r, const micro c[AIR_ITEMS], struct composite *ret);
/* (this - last) / last × 100; above 0 is worse for a concentration. MICRO_MISSING without a positive last. */
micro change_rate(micro now, micro last, int decimals);

enum rank_sense { RANK_SMALL_FIRST, RANK_LARGE_FIRST };
/* rank[i] is 1 for the best; equal values share a rank and the next one skips (4,4,4,7); 0: unranked (value missing).
 * from_end[i], when not NULL, counts from the worst the same way. ranked: how many have a rank. */
size_t rank_values(enum rank_sense sense, const micro *value, size_t n, int *rank, int *from_end);
/* Rank last time minus rank now: above 0 has risen. 0 when either is unranked. */
int rank_move(int last, int now);
