/* value.h - what the files about targets share: a value as a rule of definitions/words/grammar.lua matched it (value.c), and the making of
 * the targets that it gives (target_list.c, target_make.c). */
#pragma once

#include "plan/internal.h"

struct match {
    const struct rule *rule;
    size_t from, to; /* tokens */
    size_t figure[LIST_MAX], figures;
    size_t past;               /* token of the past level, 0: none */
    size_t list_from, list_to; /* 完成省下达的A、B等任务指标: where the list stands */
    bool more, truncated;
};

/* The longest match of any rule at token i; false when none does. */
bool value_at(const struct reader *r, size_t i, size_t to, struct match *best);

struct target {
    const struct match *m;
    const struct subject *s;
    size_t clause, quote_end;
    const size_t *item;
    size_t tail, tail_to;        /* tokens of the shared tail; equal: none */
    size_t tail_at;              /* where in the sentence it begins, when not with token `tail` */
    const struct figure *figure; /* NULL: none */
    const char *op;
    bool listed; /* one of several items */
    bool more;   /* 以上 stands behind this figure */
    size_t rest,
        rest_to; /* tokens that every item but the last takes from behind the last place; equal: none */
    enum {
        LEVEL_NONE,
        LEVEL_SECOND = 2,
        LEVEL_FIRST
    } level;  /* 国、省控断面: so many characters are not its own */
    int twin; /* 供热供气率: 1 供热率, 2 供气率 */
    int by;   /* token of its own date among several, -1: the one that governs */
};

/* target_make.c */
void target_make(struct reader *r, const struct target *t);
/* The shared tail of a list's last item: 排放量下降比例 of 二氧化碳排放量下降比例; to when there is none. */
size_t tail_from(const struct reader *r, size_t from, size_t to);

/* target_list.c: indicators parted by list signs, and how figures are shared out over them. */
size_t items_split(const struct reader *r, size_t from, size_t to, size_t (*item)[2]);
/* Whether 、 and 和 part indicators here, and are not inside one indicator's name. */
bool list_is_real(const struct reader *r, size_t (*item)[2], size_t n);
/* 东区、西区污水处理率达到95%: a list of places before one indicator. */
bool places_listed(const struct reader *r, size_t (*item)[2], size_t n);
/* 光伏和风电装机占比达到30%: the share of both together. */
bool joint_share(const struct reader *r, size_t from, size_t value, size_t to);
/* Shares the figures out over the items: one for all, or in order; anything else is doubtful. */
void targets_share(struct reader *r, struct target *t, size_t (*item)[2], size_t items,
                   const struct match *m);
/* A target for each of several places before the indicator; false when there are none. */
bool places_share(struct reader *r, struct target *t, struct subject *s, const struct match *m);

/* 优良天数分别达到东县220天、西县210天, whose comparison is token i. */
bool levels_of_places(struct reader *r, size_t clause, size_t begin, size_t i);

/* subject_fits.c: may what stands before a value, and what follows it, make a target at all? */
bool subject_before(struct reader *r, size_t clause, struct subject *s);
bool subject_fits(const struct reader *r, const struct match *m, const struct subject *s);
bool work_goes_on(const struct reader *r, size_t clause, const struct match *m, const struct subject *s);
bool follows_well(const struct reader *r, const struct match *m, size_t to);
