/* chain.h - the events of cases and the document they add up to.
 *
 * Event hash (docs/ledger.md): SM3, as 64 lower-case hex digits, over the bytes
 *
 *     BEFORE {"action":A,"actor":W,"at":T,"body":B,"case":C}
 *
 * without the space: BEFORE is the 64 hex digits of the event before it over all cases (nothing for the first). A and W are JSON
 * strings with only '"', '\' and control characters escaped (\n, otherwise \u00xx in lower case); T is milliseconds since 1970 UTC and C
 * the case's number as decimal integers; B is the body exactly as stored: JSON with keys in byte order, no white space, reals with at most
 * 15 significant digits.
 *
 * Case 0 is no case: its events are decisions about the system itself (ledgers_note) and have no document.
 *
 * The document is the fold of the events' bodies and is written in the transaction of the event, so it can be proved from them. Body
 * members with an effect:
 *   to: enters this state · set: {field: value} · fields: what was given with an action (evidence is gathered) · index: unit,
 *   unit2, site ids · work: the actor did the work (true), or acted for these unit fields (a list) · author, parent: of a new case ·
 *   children: cases opened under this one · since: the goal is asked from here · closed: "data" or "paper" · clock: "stop" or
 *   "run" · rebound: {broken, value}: open again under the same number · reopened: {case, number, root, anew}: open again because that case
 *   under it is, anew: what was given before no longer counts · blind: {why, why_en}: the watch has no data to judge by, or false: it has ·
 *   and what timing.h lists. */
#pragma once

#include "base/err.h"
#include "base/json.h"
#include "store/case_rows.h"

/* Adds one event and brings doc (changed in place; an empty object for a new case) up to it; writes both. Call between
 * ledger_begin and ledger_commit. */
int chain_append(struct ledger_store *s, int64_t id, int64_t at, const char *actor, const char *action,
                 const json_t *body, json_t *doc, struct err *e);
/* The pure sum: doc + event. body is the event's body as a tree. */
int chain_fold(json_t *doc, const struct event *ev, const json_t *body);
/* The stored form of a body or document; malloc'ed, NULL when out of memory. */
char *chain_dump(const json_t *tree);
/* The hash as above. */
int chain_hash(const struct event *ev, char ret[65], struct err *e);
/* What stands beside a document: its columns (body: its text), and the row of store/case_rows.h, first as the document alone tells it,
 * then with what the engine adds as of now. All texts are borrowed from doc. */
struct doc chain_columns(const json_t *doc, int64_t id, const char *body);
struct case_row chain_doc_row(const json_t *doc, int64_t id);
int chain_row(struct ledger_store *s, const json_t *doc, int64_t id, int64_t now, struct case_row *ret,
              struct err *e);
