/* capture.h - a record made in the field (docs/field.md): what was seen, written down and sealed on the spot, often without a line, and sent
 * later. The phone hashes the record's own words, in which each photo and signature stands by the hash of its bytes; both are checked on
 * arrival, and words and hash stay with the event, so that a photo changed at any time afterwards breaks the record's hash. */
#pragma once

#include "ledger/engine.h"

/* case_capture (ledger.h) reads {"record": text, "hash": SM3 of text} as it was sent with an opening (`ledger`) or an action on a case (`action`,
 * id; ledger NULL). The record is JSON: {"at": time, "ledger" or "action" and "case", "fields": {..}, "place": {lon, lat, accuracy} or none, ..};
 * its fields are those sent, but for files, which are "sm3:HASH" there and ids in what is sent. -EINVAL "capture.changed" when words and hash
 * differ, "file.changed" when a file is another than the one recorded, "bad_input". */
enum { CAPTURE_BYTES_MAX = 512 * 1024 };

/* Puts it into the body of the event it belongs to; does nothing without one. */
int capture_put(json_t *body, const struct actor *who, struct err *e);
/* Whether the case was moved on by somebody else after the event that this person saw last (who->seen; 0: not asked): -EBUSY
 * "case.moved_on" with who did what. What the same person sent meanwhile, and what the program wrote without a change of state, is no conflict. */
int capture_meets(struct ledgers *l, const struct loaded *c, const struct actor *who, struct err *e);
/* "at", "hash" and the place of an event's capture, as members of the event (docs/api: CaseEvent.capture). */
void capture_write(struct jw *w, const json_t *body);
