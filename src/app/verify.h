/* verify.h - receipts of measures: the board's with the hashes of the rule files, and one computed again from a data folder. Only app
 * knows the store, the board and the shelf. */
#pragma once

#include "evaluate/verify.h"
#include "measure/measure.h"

/* The whole receipt of a figure as of now (board_receipt's ask). The caller decrefs. */
int measure_receipt(struct board *board, const struct shelf *shelf, const json_t *ask, int64_t now,
                    json_t **ret, struct err *e);
/* Reads the folder's records that had arrived, and the reviews that had been given, when the receipt was made, and computes its figure
 * again. */
int verify_measure(const struct shelf *shelf, const json_t *receipt, const char *data,
                   const char *definitions, struct verification *ret, struct err *e);
