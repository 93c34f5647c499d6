/* source.h - pollution sources: conversion to reference oxygen, limits, load, transmission. Pure. The permit's limits valid on the day
 * are the caller's; a sewage works' grades are a table of grade.h ("source.sewage"). */
#pragma once

#include "standard/grade.h"

#define SOURCE_SEWAGE "source.sewage"

/* C x (21 - reference) / (21 - o2). MICRO_MISSING when o2 >= 21, or the value is missing, negative, or the 9999.99 by which HJ 212-2025
 * 8.1.1 d says that a figure could not be computed. */
micro source_reference_oxygen(micro c, micro o2, micro reference);
bool source_is_no_value(micro v); /* 9999.99 */

enum source_verdict { SOURCE_WITHIN, SOURCE_OVER, SOURCE_BELOW, SOURCE_CANNOT };
/* Against a limit from lower to upper, each MICRO_MISSING when there is none. On the limit is within. *ret_multiple, when not NULL:
 * (C - S) / S for what is over, else 0. */
enum source_verdict source_judge(micro v, micro lower, micro upper, micro *ret_multiple);

/* kg in an hour: mg/m3 x m3/h x 10^-6 (both in the same condition); kg of water: mg/L x m3 x 10^-3. */
micro source_gas_load(micro mg_per_m3, micro m3_per_hour);
micro source_water_load(micro mg_per_l, micro m3);

/* 传输有效率 = transmission rate x valid rate, percent. MICRO_MISSING when nothing was due. */
micro source_transmission(int received, int due, int valid, int judged);

/* GB 18918 table 1 note 1: at grade 3 removal stands in for the limit. 1 it holds, 0 it does not, -1 the note does not apply. */
int sewage_cod_removal(micro inflow, micro outflow);
int sewage_bod_removal(micro inflow, micro outflow);
/* The variant of SOURCE_SEWAGE: plants from 2006-01-01 are new; water up to 12 degrees is cold. */
const char *sewage_variant(bool before_2006, micro celsius);

/* ---- reference oxygen by kind of furnace (kind "source.oxygen") ---- */
enum { OXYGEN_KINDS = 24, OXYGEN_SETS = 4 };
struct oxygen_rules {
    struct ruleset set;
    struct {
        char word[GRADE_WORD], name[64], name_en[64];
        micro percent;
    } kind[OXYGEN_KINDS];
    int n;
};
struct source_rulebook {
    struct oxygen_rules oxygen[OXYGEN_SETS];
    size_t n_oxygen;
};
micro source_oxygen_of(const struct oxygen_rules *r, const char *word); /* MICRO_MISSING: not known */
int source_rulebook_add(struct source_rulebook *book, const char *name, const json_t *tree, struct err *e);
int source_rulebook_test(const struct source_rulebook *book, const char *name, const json_t *tree,
                         int *ret_run, struct err *e);
