/* situation_paper.c - the sheet as people hand it round: 形势分析表 of a month, 规划年度评估 of a year. */
#include <stdio.h>
#include <string.h>

#include "api/responsibility.h"
#include "api/situation.h"
#include "base/cntime.h"
#include "base/scoped.h"

static const struct paper_column month_columns[] = {
    { "序号", PAPER_NUMBER, 5 },          { "目标或任务", PAPER_WORDS, 22 },
    { "目标值", PAPER_WORDS, 14 },        { "当月", PAPER_NUMBER, 8 },
    { "上年当月", PAPER_NUMBER, 8 },      { "年初至今", PAPER_NUMBER, 9 },
    { "上年同期", PAPER_NUMBER, 9 },      { "进度应达", PAPER_NUMBER, 9 },
    { "结论", PAPER_WORDS, 9 },           { "数据", PAPER_WORDS, 7 },
    { "责任单位", PAPER_WORDS, 14 },      { "下一节点", PAPER_WORDS, 14 },
    { "原因与措施", PAPER_WORDS, 26 },    { "落后情况", PAPER_WORDS, 36 },
    { "年度计划与实际", PAPER_WORDS, 36 }
};
static const struct paper_column year_columns[] = {
    { "序号", PAPER_NUMBER, 5 },     { "目标或任务", PAPER_WORDS, 26 },
    { "目标值", PAPER_WORDS, 16 },   { "完成值", PAPER_NUMBER, 10 },
    { "上年", PAPER_NUMBER, 10 },    { "结论", PAPER_WORDS, 10 },
    { "数据", PAPER_WORDS, 8 },      { "评价规则", PAPER_WORDS, 22 },
    { "责任单位", PAPER_WORDS, 16 }, { "原因与措施", PAPER_WORDS, 28 },
    { "落后情况", PAPER_WORDS, 36 }, { "年度计划与实际", PAPER_WORDS, 36 }
};
/* A workbook has one table: what pages show in tables of their own stands in its last columns. */
enum { WORKBOOK_COLUMNS = 2 };
static const struct paper_column late_columns[] = { { "目标或任务", PAPER_WORDS, 26 },
                                                    { "落后多少", PAPER_WORDS, 46 },
                                                    { "责任单位", PAPER_WORDS, 18 },
                                                    { "下一节点", PAPER_WORDS, 16 } };
static const struct paper_column programme_columns[] = { { "指标", PAPER_WORDS, 28 },
                                                         { "年度", PAPER_NUMBER, 8 },
                                                         { "计划", PAPER_NUMBER, 12 },
                                                         { "实际", PAPER_NUMBER, 12 },
                                                         { "结论", PAPER_WORDS, 12 } };

static const char *word(const char *const (*list)[2], size_t n, const char *key, const char *otherwise)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i][0], key) == 0)
            return list[i][1];
    return otherwise;
}

static const char *verdict_word(const char *verdict)
{
    static const char *const words[][2] = { { "met", "已完成" },
                                            { "on_track", "达到进度" },
                                            { "behind", "落后" },
                                            { "impossible", "未完成" },
                                            { "to_come", "未到年度" } };
    return word(words, COUNT_OF(words), verdict, "不能判定");
}

static const char *how_word(const char *how)
{
    static const char *const words[][2] = { { "measured", "实测" },
                                            { "reported", "上报" },
                                            { "ledger", "台账" } };
    return word(words, COUNT_OF(words), how, "无来源");
}

static const char *number(const json_t *v, char text[MICRO_TEXT])
{
    micro m = json_to_micro(v, MICRO_MISSING);
    *text = '\0';
    return m == MICRO_MISSING ? text : micro_format(m, micro_round(m, 2) == m ? -1 : 2, text);
}

static void cell_number(struct paper *p, struct paper_part *t, const json_t *v)
{
    char text[MICRO_TEXT];
    paper_cell(p, t, number(v, text));
}

static void name_of(struct buf *b, const json_t *row)
{
    const char *region = json_str(row, "region", ""), *name = json_str(row, "indicator", "");
    buf_addf(b, "%s%s%s", region, strcmp(json_str(row, "kind", ""), "task") == 0 ? "（任务）" : "", name);
    if (strcmp(json_str(row, "modality", ""), "stretch") == 0)
        buf_adds(b, "（力争）");
}

static const char *text_of(const struct buf *b)
{
    return b->data ? b->data : "";
}

static void next_of(struct buf *b, const json_t *row)
{
    char text[MICRO_TEXT];
    const json_t *next = json_object_get(json_object_get(row, "pace"), "next");
    if (next)
        buf_addf(b, "%s：%s%s%s", json_str(next, "by", ""), number(json_object_get(next, "value"), text),
                 json_str(row, "unit", ""), json_str(next, "what", ""));
    else
        buf_adds(b, json_str(row, "by", ""));
}

static void reason_of(struct buf *b, const json_t *row)
{
    const json_t *reason = json_object_get(row, "reason");
    const char *text = json_str(reason, "text", ""), *measures = json_str(reason, "measures", "");
    buf_addf(b, "%s%s%s", text, *text && *measures ? "；" : "", measures);
}

static const char *late_text(const json_t *row)
{
    const char *text = json_str(json_object_get(row, "pace"), "text", "");
    return !json_flag(row, "behind", false) ? ""
           : *text                          ? text
                                            : json_str(json_object_get(row, "progress"), "text", "");
}

static void years_text(struct buf *b, const json_t *row)
{
    size_t i;
    const json_t *year;
    char wanted[MICRO_TEXT], value[MICRO_TEXT];
    json_array_foreach(json_object_get(row, "years"), i, year)
    {
        number(json_object_get(year, "wanted"), wanted);
        number(json_object_get(year, "value"), value);
        buf_addf(b, "%s%lld年：计划 %s%s%s", i ? "\n" : "", (long long)json_int(year, "year", 0), wanted,
                 *value ? "，实际 " : "", value);
    }
}

static void workbook_cells(struct paper *p, struct paper_part *t, const json_t *row)
{
    scoped(buf_release) struct buf years = BUF_INIT;
    years_text(&years, row);
    paper_cell(p, t, late_text(row));
    paper_cell(p, t, text_of(&years));
    p->failed |= years.failed;
}

static void main_row(struct paper *p, struct paper_part *t, const json_t *row, unsigned n, bool month)
{
    scoped(buf_release) struct buf name = BUF_INIT, level = BUF_INIT, next = BUF_INIT, reason = BUF_INIT;
    const json_t *progress = json_object_get(row, "progress");
    char place[24];
    snprintf(place, sizeof place, "%u", n);
    name_of(&name, row);
    level_write(&level, row);
    next_of(&next, row);
    reason_of(&reason, row);
    paper_cell(p, t, place);
    paper_cell(p, t, text_of(&name));
    paper_cell(p, t, text_of(&level));
    if (month) {
        cell_number(p, t, json_object_get(row, "month"));
        cell_number(p, t, json_object_get(row, "month_last_year"));
    }
    cell_number(p, t, json_object_get(progress, "value"));
    cell_number(p, t, json_object_get(row, "last_year"));
    if (month)
        cell_number(p, t, json_object_get(json_object_get(row, "pace"), "wanted"));
    paper_cell(p, t, verdict_word(situation_verdict(row)));
    paper_cell(p, t, how_word(json_str(row, "how", "")));
    if (!month)
        paper_cell(p, t, json_str(row, "rule", ""));
    paper_cell(p, t, json_str(row, "owner", ""));
    if (month)
        paper_cell(p, t, text_of(&next));
    paper_cell(p, t, text_of(&reason));
    p->failed |= name.failed || level.failed || next.failed || reason.failed;
}

static void late_row(struct paper *p, struct paper_part *t, const json_t *row)
{
    scoped(buf_release) struct buf name = BUF_INIT, next = BUF_INIT;
    name_of(&name, row);
    next_of(&next, row);
    paper_cell(p, t, text_of(&name));
    paper_cell(p, t, late_text(row));
    paper_cell(p, t, json_str(row, "owner", ""));
    paper_cell(p, t, text_of(&next));
    p->failed |= name.failed || next.failed;
}

static void programme(struct paper *p, const json_t *rows)
{
    struct paper_part *t = NULL;
    size_t i, k;
    const json_t *row, *year;
    char text[MICRO_TEXT];
    json_array_foreach(rows, i, row)
    {
        scoped(buf_release) struct buf name = BUF_INIT;
        name_of(&name, row);
        json_array_foreach(json_object_get(row, "years"), k, year)
        {
            if (!t) {
                paper_add(p, PAPER_HEADING, "创建年度计划对照");
                t = paper_table(p, programme_columns, COUNT_OF(programme_columns));
            }
            paper_cell(p, t, text_of(&name));
            snprintf(text, sizeof text, "%lld", (long long)json_int(year, "year", 0));
            paper_cell(p, t, text);
            cell_number(p, t, json_object_get(year, "wanted"));
            cell_number(p, t, json_object_get(year, "value"));
            paper_cell(p, t, verdict_word(json_str(year, "verdict", "")));
        }
        p->failed |= name.failed;
    }
}

static void summary_text(struct buf *b, const json_t *s)
{
    buf_addf(
        b,
        "共 %lld 项：已完成 %lld 项，达到进度 %lld 项，落后 %lld 项，未完成 %lld 项，不能判定 %lld "
        "项。按数据分：实测 %lld "
        "项，上报 %lld 项，台账 %lld 项，没有来源 %lld 项。上报数由责任单位填报、监管单位审核，不是实测。",
        (long long)json_int(s, "targets", 0), (long long)json_int(s, "met", 0),
        (long long)json_int(s, "on_track", 0), (long long)json_int(s, "behind", 0),
        (long long)json_int(s, "impossible", 0), (long long)json_int(s, "cannot_judge", 0),
        (long long)json_int(s, "measured", 0), (long long)json_int(s, "reported", 0),
        (long long)json_int(s, "ledger", 0), (long long)json_int(s, "none", 0));
}

static void late_part(struct paper *p, const json_t *rows, bool month)
{
    struct paper_part *t = NULL;
    size_t i;
    const json_t *row;
    paper_add(p, PAPER_HEADING, month ? "落后于进度的项目" : "没有完成的项目");
    json_array_foreach(rows, i, row)
    {
        if (!json_flag(row, "behind", false))
            continue;
        if (!t)
            t = paper_table(p, late_columns, COUNT_OF(late_columns));
        late_row(p, t, row);
    }
    if (!t)
        paper_add(p, PAPER_TEXT, "无。");
}

void situation_paper(const char *title, const struct situation_period *period, const json_t *rows,
                     const json_t *summary, bool workbook, int64_t now, struct paper *ret)
{
    bool month = period->month > 0;
    char date[CN_TEXT], line[128];
    size_t i, spared = workbook ? 0 : WORKBOOK_COLUMNS;
    const json_t *row;
    scoped(buf_release) struct buf text = BUF_INIT;
    *ret = (struct paper){ .made = now, .landscape = true };
    struct paper *p = ret;
    p->title = paper_keep(p, title);
    summary_text(&text, summary);
    snprintf(line, sizeof line, "数据截至 %s", cn_format_date(period->to - 1, date));
    p->subtitle = paper_keep(p, line);
    paper_add(p, PAPER_TEXT, text_of(&text));
    struct paper_part *t = month ? paper_table(p, month_columns, COUNT_OF(month_columns) - spared)
                                 : paper_table(p, year_columns, COUNT_OF(year_columns) - spared);
    json_array_foreach(rows, i, row)
    {
        main_row(p, t, row, (unsigned)i + 1, month);
        if (workbook)
            workbook_cells(p, t, row);
    }
    if (!workbook) {
        late_part(p, rows, month);
        programme(p, rows);
        t = paper_add(p, PAPER_SIGN, NULL);
        paper_cell(p, t, "填表（签名）");
        paper_cell(p, t, "审核（签名）");
    }
    p->failed |= text.failed;
}
