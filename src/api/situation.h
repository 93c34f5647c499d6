/* situation.h - the sheet of a month or a year: every confirmed target and paced task with its figure of the month, its figure to date, last
 * year's of the same days, what is due by its pace, what it lacks, and the reasons people gave. The same rows are the gap table of a creation
 * plan (对标) and the annual evaluation of a plan. */
#pragma once

#include "codec/paper.h"
#include "measure/measure.h"

/* "2026-06" or "2026". */
struct situation_period {
    int year, month;  /* 0: the whole year */
    int64_t from, to; /* ms; to is exclusive, and never after now */
};
/* -EINVAL "bad_input" when it is none or begins after now. */
int situation_period(const char *text, int64_t now, struct situation_period *ret, struct err *e);

/* A task has a value when it counts cases that a ledger keeps, or when it is to keep a pace. */
bool target_has_value(const json_t *body);
/* What board_target is asked for a reading of this id: a task's object is its indicator. The caller decrefs; NULL: out of memory. */
json_t *target_ask(const json_t *body, int64_t id);

/* One row of the sheet; NULL in *ret: the target is of another year. The caller decrefs. */
int situation_row(struct board *b, const json_t *body, int64_t id, const struct situation_period *p,
                  json_t **ret, struct err *e);
/* The row's verdict: by the pace where there is one, else the target's own. What is late never reads as on_track. */
const char *situation_verdict(const json_t *row);
/* {"targets","met","on_track","behind","impossible","cannot_judge","measured","reported","ledger","none"}: how many of the rows. */
json_t *situation_summary(const json_t *rows);

/* The sheet as a paper; a workbook has one table, and all in it. The caller releases. */
void situation_paper(const char *title, const struct situation_period *p, const json_t *rows,
                     const json_t *summary, bool workbook, int64_t now, struct paper *ret);
