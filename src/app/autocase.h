/* autocase.h - cases that the program opens by itself: of a finding whose rule says so, with the fields that the finding carries. */
#pragma once

#include "app/core.h"

/* Findings that are new or changed (ids). One that is open gets a case of its ledger, or joins the open one of the same rule and place that
 * still stands; a case not decided yet is told the new figures (action "renew"), and when the trouble is over, that it is ("ended"), where its
 * ledger has such actions. changed: as of ledgers_tick. A failure is logged and stops nothing: the finding stays open for people. */
void autocase_findings(struct core *c, const int64_t *id, size_t n, int64_t now,
                       void (*changed)(int64_t id, void *arg), void *arg);
