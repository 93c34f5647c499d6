/* plan.h - reads a plan's text into targets and tasks, each pointing at its characters.
 * Pure: the lexicon is given (definitions/words, as one JSON tree), the text is given; no clock, no I/O. One words object may be
 * used by any number of threads. */
#pragma once

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"

struct words;
/* tree: an object with the tables of definitions/words/ *.lua merged. */
int words_compile(const json_t *tree, struct words **ret, struct err *e);
struct words *words_free(struct words *w);

/* *ret: an array of objects in document order: {"kind":"target","quote":..,"indicator":..,"region":..,"op":"<=","value":35,"value2":..,
 * "unit":"微克/立方米","baseline":..,"modality":"must|stretch","by":..,"start":..,"end":..,"bound":"air.pm25.mean"|absent, "rule":..};
 * "kind":"task" and "note" have "verb","object","value","unit","by","owner","modality"; a task also "closable": its verb's end can be
 * seen (完成, not 推进). "canon_value","canon_unit" stand beside a unit that converts (万亩 to 公顷).
 * "kind":"unit" is who is named as responsible: "role" lead, responsible, support, supervise or person, and "units", a list; targets and tasks
 * before it in its paragraph carry the list too. A row of a table under a head that is understood is one task ("rule":"table.row") with
 * "problem", "goal", "measures", "owner", "supervisor", "by" … as its columns say.
 * "path" are the titles of the headings above it, outermost first (["一、…","（一）…"]), each with its mark and cut at its first 。 and at 40
 * characters; absent before the first heading.
 * start and end are code points of the text. Absent means the text does not say. "kind":"doubt" has "reason". Text that is not UTF-8:
 * -EILSEQ with the offset; more than 64 MB of text or 200,000 results: -E2BIG. */
int plan_read(const struct words *w, const char *text, size_t len, json_t **ret, struct err *e);
/* How much of our text stands word for word in theirs: {"characters","copied","spans":[{"start","end","there"}]}, blanks aside, runs of 20
 * characters and more; places are code points. */
int plan_compare(const char *ours, size_t ours_len, const char *theirs, size_t theirs_len, json_t **ret,
                 struct err *e);
/* The token pattern of a rule of definitions/words/grammar.lua, for --explain; NULL when the rule is not one of the grammar's. */
const char *words_rule_match(const struct words *w, const char *rule);
