/* workbook.h - the responsibility table that a bureau hands round, as a workbook: 序号 类别 目标/任务 指标 目标值 责任单位 完成时限 性质 依据.
 * The library writes files, so a nameless one in the folder for temporary files stands between. */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"

/* The figure that a target asks: "≤35微克/立方米", "下降3%(对照2020年)". */
void level_write(struct buf *b, const json_t *o);
/* items: what plan_read gave, or what a server keeps of it (state "rejected" is left out). Appends the workbook's bytes to out. */
int responsibility_xlsx(const char *title, const json_t *items, struct buf *out, struct err *e);
