/* ordinance.h - the rule sets that make something of judged figures, in one book: the other items of air, rankings, warnings,
 * compensation, sections handed over, loads to the sea. What a folder of definitions/standards/{ranking,warning,compensation,handover,load,air-other}
 * is read into. */
#pragma once

#include "standard/air_period.h"
#include "standard/handover.h"
#include "standard/load.h"
#include "standard/money.h"
#include "standard/rank.h"
#include "standard/warning.h"

enum { ORDINANCES = 32 };
struct ordinances {
    struct air_other_rules other[ORDINANCES];
    struct composite_rules composite[ORDINANCES];
    struct warning_rules warning[ORDINANCES];
    struct money_rules money[ORDINANCES];
    struct handover_rules handover[ORDINANCES];
    struct load_rules load[ORDINANCES];
    size_t n_other, n_composite, n_warning, n_money, n_handover, n_load;
};
/* The folders under definitions/standards, NULL at the end. */
extern const char *const ordinance_folders[];
/* Takes one file's tree by its kind: "air.other", "air.ranking", "air.warning", "compensation.air", "compensation.water", "handover.sections",
 * "load.sea". Refuses an
 * id twice, and dates that overlap another's of the kind (and scheme). */
int ordinances_add(struct ordinances *o, const char *name, const json_t *tree, struct err *e);
/* Runs the `tests` of a tree already added; *ret_run, when not NULL, grows by how many ran. */
int ordinances_test(const struct ordinances *o, const char *name, const json_t *tree, int *ret_run,
                    struct err *e);
/* The rule set of a kind with that id, as its own struct; NULL when there is none. */
const void *ordinances_find(const struct ordinances *o, const char *kind, const char *id);
/* In force on a day; NULL when none is. */
const struct air_other_rules *air_other_on(const struct ordinances *o, int64_t day);
const struct composite_rules *composite_on(const struct ordinances *o, int64_t day);
const struct warning_rules *warning_on(const struct ordinances *o, const char *scheme, int64_t day);
const struct money_rules *money_on(const struct ordinances *o, const char *of, const char *scheme,
                                   int64_t day);
const struct handover_rules *handover_on(const struct ordinances *o, int64_t day);
const struct load_rules *load_on(const struct ordinances *o, int64_t day);
const struct composite_rules *composite_by_id(const struct ordinances *o, const char *id);
const struct warning_rules *warning_by_id(const struct ordinances *o, const char *id);
const struct money_rules *money_by_id(const struct ordinances *o, const char *id);
