/* report.h - what the three forms of the report share. Not for others. */
#pragma once

#include "conform/conform.h"

/* Bytes for the eye: what cannot be printed as \r, \n or \xNN. */
void report_excerpt(const char *bytes, size_t len, struct buf *out);
const char *report_sure(enum conform_sure s, bool english);
const char *report_outcome_zh(enum conform_outcome o);
/* Whether result i opens another group or edition. */
bool report_next_group(const struct conform_report *r, size_t i);
