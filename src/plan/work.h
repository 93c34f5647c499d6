/* work.h - what the files about tasks share: a piece of work within a clause (work.c), the things it counts (count.c) and the three ways in
 * which a clause gives tasks: a counted thing (counted.c), 对 or a share of the work done (towards.c), a date (tasks.c). */
#pragma once

#include "plan/internal.h"

struct work {
    size_t clause;
    size_t verb;            /* token */
    size_t quote, quote_to; /* tokens */
    size_t owner, owner_to; /* tokens; equal: none */
    size_t subject, subject_to;
    size_t verb_chars;      /* so many of the verb's token are the verb, 0: all (减排 of 减排量) */
    size_t until;           /* a date before this token may govern */
    size_t figure, figures; /* which of the clause's quantities this is */
    bool stretch;
};

/* work.c */
bool text_ends(const struct reader *r, size_t end, const uint32_t *s, size_t n);
bool is_verb(const struct reader *r, size_t i, uint32_t flags);
bool modal_in(const struct reader *r, size_t from, size_t to);
/* Fills owner, subject and quote of w, whose verb stands in from..to. */
void work_frame(const struct reader *r, struct work *w, size_t from, size_t to);
json_t *task_new(struct reader *r, const struct work *w, const char *rule, const char *kind);
/* A task, or one for each of several dates. */
void task_emit(struct reader *r, const struct work *w, const char *rule, const struct figure *f,
               const struct buf *object, bool year_too);
void span_add(const struct reader *r, struct buf *b, size_t from, size_t to);

/* count.c */
/* A figure that counts work: not a level (%), a time or a class, nor a size that selects (30吨以上的…). */
bool counts(const struct reader *r, size_t i);
/* 11个重点领域, 4个方面: what is counted is no thing. */
bool uncounted_noun(const struct reader *r, size_t from, size_t to);
/* Where the thing counted by figure k of the clause begins and ends: from the list sign before it to the one before the next. */
void item_bounds(const struct reader *r, size_t from, size_t to, size_t k, size_t *ret_from, size_t *ret_to);
/* What stands between verb and figure: names of a list before what they are (瓯江、鳌江3条河流) and examples before 等 are left off. */
void before_add(const struct reader *r, struct buf *b, size_t from, size_t to, bool more_follows);

/* towards.c */
bool towards_own(const struct reader *r, size_t i, size_t to);
bool towards_read(struct reader *r, size_t clause, size_t lead);
/* Things counted whose work the next clause tells. */
bool waiting_read(struct reader *r, size_t clause, size_t lead);
bool percent_read(struct reader *r, size_t clause, size_t lead);

/* counted.c: how many tasks the clause gave. */
size_t counted_read(struct reader *r, size_t clause);
bool shares_listed(const struct reader *r, size_t clause);
size_t inherited_read(struct reader *r, size_t clause, size_t verb_clause, size_t verb);
