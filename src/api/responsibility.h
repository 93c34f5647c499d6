/* responsibility.h - what a bureau hands round of a plan: the responsibility table (序号 类别 目标/任务 指标 目标值 责任单位 完成时限 性质 依据), and
 * a district's letter of responsibility (目标责任书). What stands to be signed is left open: who signs for whom is the city's own matter. */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "codec/paper.h"

/* The figure that a target asks: "≤35微克/立方米", "下降3%(对照2020年)". */
void level_write(struct buf *b, const json_t *o);
/* items: what plan_read gave, or what a server keeps of it (state "rejected" is left out). The caller releases. */
void responsibility_table(const char *title, const json_t *items, int64_t now, struct paper *ret);
int responsibility_xlsx(const char *title, const json_t *items, int64_t now, struct buf *out, struct err *e);
/* targets: those that name the region. As a paper to sign, and as plain text. */
void responsibility_letter(const char *title, const char *plan, const char *region, const json_t *targets,
                           int64_t now, struct paper *ret);
void responsibility_text(const char *title, const char *plan, const char *region, const json_t *targets,
                         struct buf *out);
