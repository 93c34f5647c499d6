/* receipt.h - what a receipt of a file's evaluation keeps while the rows go by: hashes of input and output, and of each day's rows.
 * Internal to the layer; every call takes NULL and then does nothing. docs/evaluate.md tells the JSON. */
#pragma once

#include "evaluate/kind.h"

struct filing;
int filing_new(struct filing **ret, struct err *e);
void filing_input(struct filing *f, const char *bytes, size_t len);
void filing_output(struct filing *f, const char *bytes, size_t len);
/* A row as it stands; day NO_DAY: the row belongs to no day and is kept by blocks of a thousand lines. */
void filing_row(struct filing *f, int64_t day, const char *raw, size_t len);
void filing_used(struct filing *f, const struct shelf_set *set);
/* Writes the receipt into sum->receipt. */
int filing_write(struct filing *f, const struct evaluate_job *job, struct evaluate_sum *sum, struct err *e);
void filing_free(struct filing *f);
