/* grade.h - judging by a table: items down, grades across, and the worst item decides (the single-factor method).
 *
 * One engine for every standard that is such a table: surface water (GB 3838), sea water (GB 3097), groundwater (GB/T 14848), soil
 * (GB 36600, GB 15618), noise (GB 3096), sewage works (GB 18918), the trophic levels, black and odorous water. The tables are files
 * of definitions/standards; a new limit is a new file. Pure: no I/O, no clock; only grade_book allocates.
 *
 * Grades count from 1, the best; count + 1 is "beyond the last" (劣Ⅴ); 0 is "cannot be judged". A table may have several columns
 * of limits, its variants: river and lake, paddy and other land, the function zones of noise. */
#pragma once

#include "base/micro.h"
#include "standard/ruleset.h"

enum {
    GRADE_ITEMS = 64, /* so that a set of items is the bits of a uint64_t */
    GRADE_STEPS = 6,
    GRADE_VARIANTS = 12,
    GRADE_SELECTIONS = 6,
    GRADE_WORD = 24,
};

enum grade_sense {
    GRADE_AT_MOST,  /* value <= limit */
    GRADE_AT_LEAST, /* value >= limit: dissolved oxygen, transparency */
    GRADE_WITHIN,   /* low <= value <= limit: pH */
};

struct grade_item {
    char word[GRADE_WORD]; /* "nh3n": in definitions, in columns, in the API */
    char code[8];          /* HJ 525: "w21003"; "" when it has none */
    char name[64], name_en[64], unit[16];
    enum grade_sense sense;
    /* MICRO_MISSING: the table asks nothing of this item at that grade, so any value satisfies it. */
    micro limit[GRADE_VARIANTS][GRADE_STEPS], low[GRADE_VARIANTS][GRADE_STEPS];
    uint16_t
        variants; /* bits of the variants that have limits for it; 0: it has limits that nobody here knows */
    uint8_t strict;       /* bits of the grades (from 0) where the limit itself is already outside */
    int8_t decimals;      /* places for evaluation; -1: not rounded */
    int8_t decimals_hour; /* places of an hourly value; -1: not rounded */
    bool first;           /* named before others when over: cyanide and heavy metals */
    bool plain;           /* no multiple is formed: pH, dissolved oxygen, temperature */
    uint8_t certainty[GRADE_STEPS]; /* enum certainty of each grade's limit */
    uint8_t certainty_decimals;
};

/* Which items make the grade: "gb3838-21", "auto-5". */
struct grade_selection {
    char id[GRADE_WORD], title[96], title_en[96];
    uint64_t items;
    uint64_t needs; /* without one of these there is no grade */
    enum certainty certainty;
};

struct grade_table {
    struct ruleset set;
    char kind[32];                                                  /* "water.classes" */
    char grade[GRADE_STEPS + 1][64], grade_en[GRADE_STEPS + 1][64]; /* names, the last one: beyond */
    char variant[GRADE_VARIANTS][GRADE_WORD];                       /* "river", "lake" */
    int n_grades, n_variants, n_selections;
    int reference; /* the grade whose limits multiples are formed with unless a target is given */
    struct grade_item *item;
    int n_items;
    struct grade_selection selection[GRADE_SELECTIONS]; /* the first is taken when none is named */
};

/* ---- looking things up; -1 (or NULL) when there is none ---- */
int grade_item_of(const struct grade_table *t, const char *word, size_t len); /* by word or by code */
int grade_variant_of(const struct grade_table *t, const char *word);
int grade_selection_of(const struct grade_table *t, const char *id);
/* "Ⅲ", "Ⅲ类", "III", "3", "劣Ⅴ", "V+": the grade's number; 0 when it is none. For tables with roman grades. */
int grade_from_roman(const char *text);
const char *grade_name(const struct grade_table *t, int grade, bool english); /* "" for 0 */

/* ---- one value ---- */
/* To the method's decimals, half to even (GB/T 8170); what would become zero keeps one significant digit. */
micro grade_round(const struct grade_item *item, micro v, bool hourly);
/* 0 when missing or when the variant has no limits for the item. */
int grade_value(const struct grade_table *t, int item, int variant, micro v);
/* (C - S) / S with S the limit of `grade`; 0 when not over; MICRO_MISSING when over but none is formed. */
micro grade_multiple(const struct grade_table *t, int item, int variant, int grade, micro v);

/* The value at the limit of a grade, for a range its middle: examples and tests. MICRO_MISSING when there is no limit. */
micro grade_edge(const struct grade_item *item, int variant, int grade);

/* ---- all values of one place and period ---- */
struct grade_ask {
    int variant;   /* index; see grade_variant_of */
    int selection; /* index; see grade_selection_of */
    int target;    /* the grade that must be reached; 0: the table's reference */
    bool
        round; /* values are first rounded to the method's decimals. The national automatic network does not */
};
enum grade_why { GRADE_JUDGED, GRADE_NO_DATA, GRADE_ITEM_MISSING };
struct graded {
    int grade; /* 0: cannot be judged, see why */
    enum grade_why why;
    uint64_t missing;            /* items of the selection that have no value */
    uint64_t deciding;           /* items whose grade is the result's (定类因子) */
    uint64_t over;               /* items beyond the target (超标因子) */
    uint8_t item[GRADE_ITEMS];   /* each item's own grade, of the selection or not; 0: none */
    micro multiple[GRADE_ITEMS]; /* against the target's limit; see grade_multiple */
    uint8_t order
        [GRADE_ITEMS]; /* the items over: metals and cyanide, then worst grade, then largest multiple, then the table's order */
    int n_over;
    enum certainty certainty; /* of the weakest figure that the result rests on */
};
/* v[i] belongs to t->item[i], MICRO_MISSING where there is no value; a negative value counts as missing. */
void grade_judge(const struct grade_table *t, const struct grade_ask *ask, const micro *v,
                 struct graded *ret);
/* Does the place reach the target? 1, 0; -1 cannot be judged: an item is missing and none is over. */
int grade_attains(const struct grade_table *t, const struct grade_ask *ask, const struct graded *g);
/* "化学需氧量(0.3)、总磷(0.25)" of the first `most` items of g->order (-1: all); multiples to 2 places, none where none is formed.
 * English: "COD (0.3), TP (0.25)"; words: "cod(0.3) tp(0.25)", for files. Returns to. */
enum grade_text { GRADE_TEXT_ZH, GRADE_TEXT_EN, GRADE_TEXT_WORDS };
char *grade_text_over(const struct grade_table *t, const struct graded *g, int most, enum grade_text how,
                      char *to, size_t size);
/* The same for a set of items without multiples, in the table's order: g->deciding, g->missing. */
char *grade_text_items(const struct grade_table *t, uint64_t items, enum grade_text how, char *to,
                       size_t size);

/* ---- rule sets ---- */
enum { GRADE_TABLES = 64 };
struct grade_book {
    struct grade_table *table[GRADE_TABLES];
    size_t n;
};
bool grade_kind_known(const char *kind);
/* On an error the book is as it was. */
int grade_book_add(struct grade_book *book, const char *name, const json_t *tree, struct err *e);
/* Runs the `tests` of a tree already added; the first that fails is in e. *ret_run, when not NULL, grows by how many ran. */
int grade_book_test(const struct grade_book *book, const char *name, const json_t *tree, int *ret_run,
                    struct err *e);
void grade_book_release(struct grade_book *book);
/* NULL when none of the kind is in force on that day (a day number). */
const struct grade_table *grade_on(const struct grade_book *book, const char *kind, int64_t day);
const struct grade_table *grade_by_id(const struct grade_book *book, const char *id);
