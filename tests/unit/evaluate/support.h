/* support.h - runs one evaluation in memory with the shipped rule sets. */
#pragma once

#include "evaluate/evaluate.h"

struct shelf *shipped_shelf(void);
struct outcome {
    int code;
    struct err e;
    struct evaluate_sum sum;
    struct buf text; /* what came out */
    struct buf told; /* "line: sentence\n" of each complaint */
};
/* chunk: how many bytes each read gives, so that rows are torn anywhere; 0: all at once. */
void evaluate_text(struct evaluate_job *job, const char *in, size_t len, size_t chunk, struct outcome *ret);
void outcome_release(struct outcome *o);
/* NULL when there is none. */
const char *shared_folder(void);
