/* standards.h - every rule set beside air's in one book: what a folder of definitions/standards is read into. */
#pragma once

#include "standard/grade.h"
#include "standard/models.h"
#include "standard/noise.h"
#include "standard/radiation.h"
#include "standard/sea.h"
#include "standard/soil.h"
#include "standard/source.h"
#include "standard/substitute.h"
#include "standard/tiers.h"
#include "standard/water.h"

struct standards {
    struct grade_book grades;
    struct water_rulebook water;
    struct sea_rulebook sea;
    struct source_rulebook source;
    struct substitute_rulebook substitute;
    struct tier_book tiers;
    struct blend_book blends;
};

/* The folders under definitions/standards that hold them, NULL at the end: "water", "sea" ... */
extern const char *const standards_folders[];
/* Takes one rule set file's tree by its kind; refuses an id twice and dates that overlap another's of the kind. */
int standards_add(struct standards *s, const char *name, const json_t *tree, struct err *e);
/* Runs the `tests` of a tree already added. */
int standards_test(const struct standards *s, const char *name, const json_t *tree, int *ret_run,
                   struct err *e);
/* Every rule set of the book, for a catalogue. */
void standards_each(const struct standards *s,
                    void (*one)(const char *kind, const struct ruleset *set, void *arg), void *arg);
void standards_release(struct standards *s);
