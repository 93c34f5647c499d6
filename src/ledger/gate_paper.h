/* gate_paper.h - the gate of a goal in words (gate_paper.c). */
#pragma once

#include "ledger/engine.h"

/* The gate's answer, with "lacking": [{kind, text, why, why_en}], the evidence that does not count. May ask the data: hold no lock. */
int gate_ask_paper(struct ledgers *l, const struct loaded *c, int64_t now, json_t **ret, struct err *e);
