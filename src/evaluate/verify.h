/* verify.h - does a receipt hold? The same figures computed again from the same inputs and rules, and what is different when not. */
#pragma once

#include "base/json.h"
#include "evaluate/evaluate.h"

enum verify_answer { VERIFY_SAME, VERIFY_DIFFERS, VERIFY_INPUTS_DIFFER };
struct verification {
    enum verify_answer answer;
    struct buf text; /* one line for each thing that differs; the caller releases */
};

/* A receipt of `bihuan evaluate`, against the file that read() gives. -EINVAL: this is no such receipt. */
int verify_evaluation(const struct shelf *shelf, const json_t *receipt,
                      int (*read)(void *arg, char *to, size_t room, struct err *e), void *arg,
                      struct verification *ret, struct err *e);
/* Two receipts of the same figure, the one that is doubted and the one computed now: rule sets, inputs part by part, result. Serves any
 * receipt of the shape docs/evaluate.md tells. */
void verify_compare(const json_t *old, const json_t *now, struct verification *ret);
