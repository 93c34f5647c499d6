/* finding_case.h - a case made of a finding: by somebody of the office, or by the program when nobody did in time. */
#pragma once

#include "api/http.h"

/* Which ledger a case of it goes to. */
const char *finding_ledger(const json_t *finding);
/* When the program opens its case by itself; 0: never. */
int64_t finding_opens_at(const struct doc *d, const json_t *finding);
/* Reads a finding that nobody has settled yet; -EEXIST when somebody has. The caller releases both. */
int finding_unsettled(struct api *a, int64_t id, struct doc *d, json_t **body, struct err *e);
/* Within a transaction, as the next two. */
int finding_settle(struct api *a, const struct doc *d, const char *state, int64_t case_id, int64_t now,
                   struct err *e);
/* given: owner, supervisor, due, problem, goal, measures; the finding's own words and goal where they are left out, and its data. */
int finding_open_case(struct api *a, int64_t id, const json_t *given, const struct actor *who, int64_t now,
                      int64_t *ret_case, struct err *e);
/* Whether two are one trouble: the same site, factor and ledger, and times that touch. An hour above the limit and the day that it is part of
 * are one. */
bool finding_same_trouble(const struct doc *a, const json_t *a_body, const struct doc *b,
                          const json_t *b_body);
