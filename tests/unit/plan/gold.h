/* gold.h - matches what was read against labels, by the rules at the end of the labelling guideline: quotes that overlap by half,
 * equal values, units, comparison and modality, indicators that share half of the shorter. */
#pragma once

#include <stddef.h>

#include "base/json.h"

struct gold_score {
    size_t hit, predicted, gold;
};

/* gold: JSON lines. 0, or a negative errno when a line is no JSON. */
int gold_match(const char *gold, const json_t *predicted, const char *kind, struct gold_score *ret);
double gold_f1(const struct gold_score *s);
