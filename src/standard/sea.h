/* sea.h - the sea: shares of classes, words for an area, eutrophication. Pure. Classes are a table of grade.h ("sea.classes").
 *
 * A share of points and a share of area are different figures: until 2017 the country published by points, since then by area. Each
 * struct says which it is, and nothing here adds, compares or words one as the other. */
#pragma once

#include "standard/grade.h"

#define SEA_CLASSES  "sea.classes"
#define SEA_EUTROPHY "sea.eutrophy"

enum { SEA_CLASS_COUNT = 5 }; /* 1 to 4 and beyond */
enum sea_basis { SEA_BY_POINTS, SEA_BY_AREA };
struct sea_shares {
    enum sea_basis basis;
    micro percent[SEA_CLASS_COUNT];
    micro good; /* classes 1 and 2 */
    bool known; /* false: nothing was judged */
};
/* From how many points, or how many square kilometres (micro), are in each class. */
void sea_shares_of_points(const int count[SEA_CLASS_COUNT], struct sea_shares *ret);
void sea_shares_of_area(const micro area[SEA_CLASS_COUNT], struct sea_shares *ret);
/* now - before of the good share, in percentage points. -EINVAL with the reason when one is of points and the other of area. */
int sea_shares_change(const struct sea_shares *before, const struct sea_shares *now, micro *ret,
                      struct err *e);

/* COD x DIN x DIP x 10^6 / 4500, all mg/L. Its level is a grade of SEA_EUTROPHY. */
micro sea_eutrophy(micro cod, micro din, micro dip);

/* ---- words by shares of points (kind "sea.evaluation") ---- */
enum { SEA_WORDS = 6, SEA_LINES = 4 };
struct sea_evaluation {
    struct ruleset set;
    struct {
        char name[24], name_en[40];
        struct {
            micro upto[SEA_CLASS_COUNT - 1]; /* at least so many percent in classes 1 to i + 1; 0: any */
            micro worse;                     /* at most so many percent beyond class 4 */
        } line[SEA_LINES];
        int n_lines;
    } word[SEA_WORDS];
    int n_words;
};
/* 0-based index of ev->word; -EINVAL with the reason for shares of area, -ENODATA when nothing was judged. */
int sea_quality(const struct sea_evaluation *ev, const struct sea_shares *s, struct err *e);

enum { SEA_SETS = 4 };
struct sea_rulebook {
    struct sea_evaluation evaluation[SEA_SETS];
    size_t n;
};
int sea_rulebook_add(struct sea_rulebook *book, const char *name, const json_t *tree, struct err *e);
int sea_rulebook_test(const struct sea_rulebook *book, const char *name, const json_t *tree, int *ret_run,
                      struct err *e);
const struct sea_evaluation *sea_evaluation_on(const struct sea_rulebook *book, int64_t day);
