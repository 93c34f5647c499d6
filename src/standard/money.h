/* money.h - ecological compensation: who pays or gets how much for air and water, by the rule of the year, explained line by line.
 *
 * Pure. A rule is a file of definitions/standards/compensation: a list of terms, each a small formula over named values of this period,
 * of the period compared with, and of the target. Amounts are yuan as micro; each line is rounded to the yuan and the total is the sum of
 * the lines. Above zero is received, below zero is paid. An amount that no source gives is refused with the file's sentence, and then
 * there is no total: the lines that can be computed stand alone. */
#pragma once

#include "standard/ruleset.h"

enum { MONEY_TERMS = 12, MONEY_KEY = 20, MONEY_SAID = 240, MONEY_FACTORS = 16 };

enum money_kind {
    MONEY_CHANGE,  /* (last - this) × weight × per × factor; higher = true: (this - last) */
    MONEY_LINEAR,  /* (base - this) × per: Heze's form */
    MONEY_PERCENT, /* (last - this) / last in percent × better or worse, at most cap */
    MONEY_TARGET,  /* target met: amount, and per for each unit better; not met: worse */
    MONEY_ONCE,    /* this <= base (higher: >=): amount, once */
    MONEY_BEYOND,  /* this >= base: amount (a grade of 劣Ⅴ is 6) */
    MONEY_MET,     /* this is not 0: amount, else worse */
    MONEY_RANK, /* this is a rank of `last` places: the amount of that rank, from the front or from the end */
    MONEY_UNKNOWN, /* the source does not give it */
    MONEY_KINDS
};
struct money_term {
    enum money_kind kind;
    char key[MONEY_KEY]; /* the value it reads: "pm25", "good_days", "nh3n", "grade" ... */
    char name[48], name_en[64], unit[16];
    int weight;                                  /* percent; 100 when none is said */
    bool higher;                                 /* more is better */
    bool factored;                               /* multiplied with the place's factor */
    micro per, base, cap, amount, worse, better; /* yuan; base in the value's unit; MICRO_MISSING: not said */
    bool worse_unknown;
    struct {
        int rank; /* from 1; below 0: from the end */
        micro amount;
    } prize[8];
    int n_prizes;
    char said[MONEY_SAID], said_en[MONEY_SAID]; /* why it is refused */
    char certainty[24];                         /* of this term, when it is less sure than the file */
};
struct money_rules {
    struct ruleset set;
    char scheme[24];               /* "shandong", "qingdao": rules of one scheme and kind do not overlap */
    char of[8];                    /* "air" or "water" */
    char period[12];               /* "month", "quarter", "half", "year" */
    char payer[96], payer_en[128]; /* between whom: 省与设区市 */
    /* Who stands on the other side: a budget, or the district downstream. What is paid for a better section is then shared: the budget bears its
     * percent, the district downstream the rest. */
    bool across;
    char budget[64], budget_en[96]; /* its name: 省级财政; "" when none takes part */
    int budget_percent;             /* across only */
    struct money_term term[MONEY_TERMS];
    int n_terms;
    struct {
        char place[32];
        micro factor;
    } factor[MONEY_FACTORS]; /* dilution factors; others 1 */
    int n_factors;
};
int money_kind_from_word(const char *word); /* -1: none */
int money_read(const json_t *tree, struct money_rules *ret, struct err *e);
int money_test(const struct money_rules *r, const json_t *test, struct err *e);

struct money_value {
    char key[MONEY_KEY];
    micro now, last, target; /* MICRO_MISSING: none */
};
enum money_state { MONEY_COUNTED, MONEY_NO_DATA, MONEY_REFUSED };
struct money_line {
    const struct money_term *term;
    enum money_state state;
    micro now, last, target, amount; /* amount: whole yuan; MICRO_MISSING unless counted */
    bool capped;
    char text[MONEY_SAID], text_en[MONEY_SAID]; /* the working, or why there is none */
};
struct money {
    struct money_line line[MONEY_TERMS];
    int n;
    micro
        score; /* Σ weight × change of the MONEY_CHANGE terms with a weight, × factor; MICRO_MISSING when one has no data */
    micro factor;
    micro total;   /* MICRO_MISSING when a line is refused or has no data */
    micro counted; /* the sum of the lines counted */
    int refused, no_data;
};
/* What `place` (a name in `factor`, others 1) receives or pays for one period. */
void money_compute(const struct money_rules *r, const char *place, const struct money_value *value, size_t n,
                   struct money *ret);
/* Who pays whom for one section, to the yuan. Parties are the caller's numbers; MONEY_BUDGET is the rule's budget. What everybody receives less
 * what everybody pays is zero whatever the amounts, since each entry has both sides. */
enum { MONEY_BUDGET = 0, MONEY_ENTRIES = 2 };
struct money_entry {
    int32_t payer, payee;
    micro amount; /* above zero */
};
int money_settle(const struct money_rules *r, micro total, int32_t upstream, int32_t downstream,
                 struct money_entry ret[MONEY_ENTRIES]);
/* -EDOM with a sentence when the rule was not in force through the whole period (day numbers): a rule of one year is not applied to
 * another by mistake. A replay says so by not asking. */
int money_in_force(const struct money_rules *r, int64_t from, int64_t to, struct err *e);
