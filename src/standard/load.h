/* load.h - what a river carries to the sea in a month: flow × concentration. Pure.
 *
 * A rule is a file of definitions/standards/load. A month whose flow is known of every day is whole; with some days missing, but the rule's share
 * of them there, the mean of the days there are stands for all and the figure says so; with fewer there is no figure: a load with missing flow
 * is never made up silently. */
#pragma once

#include "standard/ruleset.h"

enum { LOAD_ITEMS = 6, LOAD_WORD = 24 };
struct load_rules {
    struct ruleset set;
    struct {
        char word[LOAD_WORD], name[48], name_en[64];
    } item[LOAD_ITEMS];
    int n_items;
    char flow[LOAD_WORD]; /* the word of the daily mean flow, m³/s */
    int flow_share;       /* percent of a month's days whose flow must be known */
    int decimals;         /* of tonnes */
};
enum load_state { LOAD_WHOLE, LOAD_SCALED, LOAD_NO_FLOW, LOAD_NO_CONCENTRATION };
struct load_month {
    enum load_state state;
    int days, flow_days; /* of the month, and those with a flow */
    micro flow;          /* mean of the days there are, m³/s; MICRO_MISSING: none */
    micro concentration; /* mg/L */
    micro tonnes;        /* rounded; MICRO_MISSING unless whole or scaled */
};
const char *load_state_word(enum load_state s); /* "whole", "scaled", "no_flow", "no_concentration" */
/* flow: of each day of the month, MICRO_MISSING where it is not known; days is 1 to 31. */
void load_of_month(const struct load_rules *r, const micro *flow, int days, micro concentration,
                   struct load_month *ret);

int load_read(const json_t *tree, struct load_rules *ret, struct err *e);
/* { flow = 10, known = 30, days = 30, concentration = 2.5, tonnes = 64.8, state = "whole" } */
int load_test(const struct load_rules *r, const json_t *test, struct err *e);
