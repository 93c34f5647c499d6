/* describe.c - a page of Markdown on a ledger, written from its file, for those who use it and do not read Lua. */
#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "ledger/engine.h"
#include "ledger/folder.h"

static const char *const kind_words[FIELD_TYPES] = {
    [FIELD_TEXT] = "文字",      [FIELD_CHOICE] = "选项",   [FIELD_UNIT] = "单位",     [FIELD_USER] = "人员",
    [FIELD_DATE] = "日期",      [FIELD_GOAL] = "目标",     [FIELD_LIST] = "多行",     [FIELD_NUMBER] = "数字",
    [FIELD_SITE] = "点位",      [FIELD_FLAG] = "是或否",   [FIELD_TIME] = "时间",     [FIELD_POINT] = "位置",
    [FIELD_AREA] = "范围",      [FIELD_TRACK] = "轨迹",    [FIELD_ROWS] = "表格",     [FIELD_FILE] = "附件",
    [FIELD_SIGNATURE] = "签名", [FIELD_CASE] = "其他事项", [FIELD_EVIDENCE] = "佐证",
};

static void add_names(struct buf *b, const json_t *list)
{
    for (size_t i = 0; i < json_array_size(list); i++)
        buf_addf(b, "%s%s", i ? "、" : "", json_string_value(json_array_get(list, i)));
}

/* A bar would end the cell. */
static void add_cell(struct buf *b, const char *s)
{
    for (; *s; s++) {
        if (*s == '|')
            buf_addc(b, '\\');
        buf_addc(b, *s == '\n' ? ' ' : *s);
    }
}

static void add_is(struct buf *b, const struct definition *d, const struct field *f)
{
    const struct field *on = definition_field(d, f->when_field);
    buf_addf(b, "“%s”为", on ? on->label : f->when_field);
    for (size_t i = 0; i < json_array_size(f->when_is); i++) {
        const json_t *v = json_array_get(f->when_is, i);
        char number[MICRO_TEXT];
        buf_addf(b, "%s%s", i ? "或" : "",
                 json_is_string(v)    ? json_string_value(v)
                 : json_is_boolean(v) ? (json_is_true(v) ? "是" : "否")
                                      : micro_format(json_to_micro(v, 0), -1, number));
    }
    buf_adds(b, "时必填");
}

static void add_bounds(struct buf *b, const struct field *f)
{
    char edge[MICRO_TEXT];
    if (f->unit)
        buf_addf(b, "，单位 %s", f->unit);
    if (f->min != MICRO_MISSING)
        buf_addf(b, "，不小于 %s", micro_format(f->min, -1, edge));
    if (f->max != MICRO_MISSING)
        buf_addf(b, "，不大于 %s", micro_format(f->max, -1, edge));
    if (f->decimals == 0)
        buf_adds(b, "，整数");
    else if (f->decimals > 0)
        buf_addf(b, "，至多%d位小数", f->decimals);
    if (f->kinds)
        buf_adds(b, "，只收照片");
    if (f->ledger)
        buf_addf(b, "，属台账 `%s`", f->ledger);
    if (f->choices) {
        buf_adds(b, "：");
        add_names(b, f->choices);
    }
    const char *kind;
    json_t *of;
    json_object_foreach((json_t *)f->records, kind, of)
        buf_addf(b, "；%s须引用%s", kind, json_is_string(of) ? "点位和日期" : "系统中的事项编号");
    for (size_t i = 0; i < f->n_columns; i++)
        buf_addf(b, "%s%s%s", i ? "、" : "：", f->column[i].label, f->column[i].required ? "*" : "");
}

static void add_fields(struct buf *b, const struct definition *d)
{
    buf_adds(b, "## 填什么\n\n| 字段 | 名称 | 种类 | 要求 |\n|---|---|---|---|\n");
    for (size_t i = 0; i < d->n_fields; i++) {
        const struct field *f = &d->field[i];
        buf_addf(b, "| `%s` | %s | %s", f->id, f->label, kind_words[f->type]);
        add_bounds(b, f);
        buf_adds(b, " | ");
        const struct field *other = f->differs_from ? definition_field(d, f->differs_from) : NULL;
        const char *between = "；";
        if (f->value)
            buf_adds(b, "自动计算");
        else if (f->required)
            buf_adds(b, "必填");
        else if (f->when_field)
            add_is(b, d, f);
        else
            between = "";
        if (other) {
            buf_addf(b, "%s不同于%s", between, other->label);
            between = "；";
        }
        other = f->independent_of ? definition_field(d, f->independent_of) : NULL;
        if (other) {
            buf_addf(b, "%s独立于%s", between, other->label);
            between = "；";
        }
        if (f->secret) {
            buf_addf(b, "%s加密封存", between);
            between = "；";
        }
        if (f->hint) {
            buf_adds(b, between);
            add_cell(b, f->hint);
        }
        buf_adds(b, " |\n");
    }
    buf_adds(b, "\n");
}

static void add_states(struct buf *b, const struct definition *d, uint32_t bits)
{
    const char *between = "";
    for (size_t s = 0; s < d->n_states; s++)
        if (bits & 1u << s) {
            buf_addf(b, "%s%s", between, d->state[s]);
            between = "、";
        }
}

static void add_conditions(struct buf *b, const struct definition *d, const struct action *a)
{
    const struct action *block = a->unless ? definition_action(d, a->unless) : NULL;
    for (size_t i = 0; i < a->n_never; i++) {
        const struct field *f = definition_field(d, a->never[i]);
        buf_addf(b, "%s不得由%s及其下属单位、经办人办理", i ? "；" : "", f ? f->label : a->never[i]);
    }
    const char *between = a->n_never ? "；" : "";
    for (size_t i = 0; i < a->n_needs; i++) {
        const struct field *f = &a->need[i];
        buf_addf(b, "%s%s%s", i ? "、" : between, i ? "" : "须给出", f->label);
        if (!f->required && !f->when_field)
            buf_adds(b, "（可不填）");
        between = "；";
    }
    static const struct {
        unsigned gate;
        const char *text;
    } gates[] = { { GATE_GOAL_MET, "目标须已达到" }, { GATE_CHILDREN_CLOSED, "下属事项须全部办结" } };
    for (size_t i = 0; i < sizeof gates / sizeof *gates; i++)
        if (a->gate & gates[i].gate) {
            buf_addf(b, "%s%s", between, gates[i].text);
            between = "；";
        }
    const struct field *days = a->after_field ? definition_field(d, a->after_field) : NULL;
    if (a->after || days) {
        if (days)
            buf_addf(b, "%s须满“%s”所定的工作日", between, days->label);
        else
            buf_addf(b, "%s须满%d个工作日", between, a->after);
        between = "；";
    }
    if (block) {
        buf_addf(b, "%s“%s”未了结时不得办理", between, block->label);
        between = "；";
    }
    if (a->max) {
        buf_addf(b, "%s至多%d次", between, a->max);
        between = "；";
    }
    static const char *const does[] = {
        "另有条件（见定义文件）", "自动填写字段", "自动立下属事项", "时限暂停", "时限恢复", "重新打开"
    };
    const bool is[] = { a->guard != 0, a->set != 0, a->open != 0, a->pauses, a->resumes, a->reopens };
    for (size_t i = 0; i < sizeof is / sizeof *is; i++)
        if (is[i]) {
            buf_addf(b, "%s%s", between, does[i]);
            between = "；";
        }
    if (a->extends)
        buf_addf(b, "%s时限 `%s` 延长%d天", between, a->extends, a->extends_days);
}

static void add_actions(struct buf *b, const struct ledgers *l, const struct definition *d)
{
    buf_adds(b, "## 怎么走\n\n状态：");
    for (size_t s = 0; s < d->n_states; s++)
        buf_addf(b, "%s%s", s ? " → " : "", d->state[s]);
    buf_addf(b, "（“%s”即办结）。\n\n| 操作 | 从 | 到 | 谁办理 | 条件与作用 |\n|---|---|---|---|---|\n",
             d->state[d->closed]);
    for (size_t i = 0; i < d->n_actions; i++) {
        const struct action *a = &d->action[i];
        struct said who;
        parts_say(l, d, &a->by, NULL, &who);
        buf_addf(b, "| %s | ", a->label);
        add_states(b, d, a->from);
        buf_addf(b, " | %s | %s | ", a->to >= 0 ? d->state[a->to] : "不变", who.zh);
        add_conditions(b, d, a);
        buf_adds(b, " |\n");
    }
    buf_adds(b, "\n");
}

/* ---- time ---- */

static void add_rung(struct buf *b, const json_t *rung)
{
    const json_t *when = json_array_size(rung) ? json_array_get(rung, 0) : json_object_get(rung, "1");
    const char *name =
        json_array_size(rung) ? json_string_value(json_array_get(rung, 1)) : json_str(rung, "2", "");
    int64_t days = json_is_integer(when) ? json_integer_value(when) : json_int(when, "workdays", 0);
    bool work = !json_is_integer(when);
    buf_addf(b, "- %s：时限%s%lld%s\n", name, days < 0 ? "前" : "后", (long long)(days < 0 ? -days : days),
             work ? "个工作日" : "天");
}

static void add_time(struct buf *b, const struct definition *d)
{
    const json_t *clocks = json_object_get(d->tree, "clocks"), *ladder = json_object_get(d->tree, "ladder"),
                 *report = json_object_get(d->tree, "report");
    bool due = definition_field(d, "due") != NULL;
    if (!due && !clocks && !ladder && !d->watch_days && !report)
        return;
    buf_adds(b, "## 时限\n\n");
    if (due)
        buf_addf(b, "- 主时限：%s；到期前%d个%s起为黄灯，过期为红灯\n", definition_field(d, "due")->label,
                 d->yellow_days, d->count_workdays ? "工作日" : "自然日");
    for (size_t i = 0; i < json_array_size(clocks); i++) {
        const json_t *c = json_array_get(clocks, i);
        bool work = strcmp(json_str(c, "counts", "calendar"), "workdays") == 0;
        const char *from = json_str(c, "from", "");
        const struct action *began = definition_action(d, from);
        from = began ? began->label : strcmp(from, "open") == 0 ? "立案" : from;
        buf_addf(b, "- %s：自“%s”起%lld%s", json_str(c, "1", ""), from, (long long)json_int(c, "days", 0),
                 work ? "个工作日" : "天");
        if (*json_str(c, "source", ""))
            buf_addf(b, "（%s）", json_str(c, "source", ""));
        buf_adds(b, "\n");
    }
    for (size_t i = 0; i < json_array_size(ladder); i++)
        add_rung(b, json_array_get(ladder, i));
    static const char *const every[][2] = { { "week", "每周" },
                                            { "month", "每月" },
                                            { "quarter", "每季度" },
                                            { "half", "每半年" },
                                            { "year", "每年" } };
    for (size_t i = 0; i < sizeof every / sizeof *every; i++)
        if (strcmp(json_str(report, "every", ""), every[i][0]) == 0)
            buf_addf(b, "- %s须报告一次，漏报次日记入\n", every[i][1]);
    if (d->watch_days)
        buf_addf(b, "- 回头看：办结后%d天内数据反弹，原号重新打开，回到“%s”\n", d->watch_days,
                 d->state[d->reopen_to]);
    buf_adds(b, "\n");
}

/* ---- figures ---- */

static void add_figures(struct buf *b, const struct definition *d)
{
    if (!d->score.by && !d->n_crosses)
        return;
    buf_adds(b, "## 统计\n\n");
    for (size_t i = 0; i < d->n_crosses; i++)
        buf_addf(b, "- 表：%s（%s × %s%s%s）%s\n", d->cross[i].label, d->cross[i].rows->label,
                 d->cross[i].columns->label, d->cross[i].add ? "，合计" : "",
                 d->cross[i].add ? d->cross[i].add->label : "", d->cross[i].is_public ? "，公开" : "");
    for (size_t i = 0; i < d->score.n_items; i++)
        buf_addf(b, "- 按%s评分：%s，%d分\n", definition_field(d, d->score.by)->label, d->score.item[i].label,
                 d->score.item[i].points);
    buf_adds(b, "\n");
}

/* ---- all of it ---- */

static void add_rest(struct buf *b, const struct definition *d)
{
    if (d->children) {
        buf_adds(b, "## 下属事项\n\n可在其下立：");
        for (size_t i = 0; i < json_array_size(d->children); i++)
            buf_addf(b, "%s`%s`", i ? "、" : "", json_string_value(json_array_get(d->children, i)));
        buf_adds(b, "。\n\n");
    }
    for (size_t i = 0; i < json_array_size(d->forms); i++)
        buf_addf(b, "%s- %s\n%s", i ? "" : "## 可打印的表\n\n",
                 json_str(json_array_get(d->forms, i), "1", ""),
                 i + 1 == json_array_size(d->forms) ? "\n" : "");
    buf_adds(b, "## 公开\n\n");
    if (!json_array_size(d->public_fields)) {
        buf_adds(b, "不对公众公开。\n");
        return;
    }
    static const char *const also[][2] = { { "number", "编号" },     { "title", "名称" },
                                           { "state", "状态" },      { "light", "灯色" },
                                           { "closed", "办结日期" }, { "history", "经过" },
                                           { "opened", "立案日期" }, { "days_left", "剩余天数" },
                                           { "parent", "上级事项" }, { "progress", "进度" } };
    buf_adds(b, "公众可见：");
    for (size_t i = 0; i < json_array_size(d->public_fields); i++) {
        const char *id = json_string_value(json_array_get(d->public_fields, i)), *label = id;
        const struct field *f = definition_field(d, id);
        for (size_t k = 0; k < sizeof also / sizeof *also; k++)
            if (strcmp(also[k][0], id) == 0)
                label = also[k][1];
        buf_addf(b, "%s%s", i ? "、" : "", f ? f->label : label);
    }
    buf_adds(b, "。\n");
}

static void describe(struct buf *b, const struct ledgers *l, const struct definition *d)
{
    struct said who;
    parts_say(l, d, &d->open_by, NULL, &who);
    buf_addf(b, "# %s\n\n", d->title);
    if (d->about)
        buf_addf(b, "%s\n\n", d->about);
    buf_addf(b,
             "台账 `%s`（%s），编号 `%s`，由%s立案。本页由 `bihuan ledger describe %s` 从定义文件生成。\n\n",
             d->id, d->title_en, d->number, who.zh, d->id);
    if (d->read_by.n) {
        parts_say(l, d, &d->read_by, NULL, &who);
        buf_addf(b, "其中的事项只由%s查看；别人在列表里只看到有这一件。\n\n", who.zh);
    }
    add_fields(b, d);
    add_actions(b, l, d);
    add_time(b, d);
    add_figures(b, d);
    add_rest(b, d);
}

struct page {
    const char *id; /* wanted; NULL: all */
    bool found;
    int (*given)(const char *id, const struct buf *page, void *arg, struct err *e);
    void *arg;
};

static int describe_file(const char *path, const char *name, void *arg, struct err *e)
{
    enum { FILE_MAX = 1024 * 1024 };
    struct page *p = arg;
    struct buf text = BUF_INIT, page = BUF_INIT;
    struct definition *d = NULL;
    static const struct ledgers none = { 0 }; /* no units are named */
    (void)name;
    int r = file_read(path, FILE_MAX, &text, e);
    if (r == 0)
        r = definition_read(path, text.data ? text.data : "", text.len, &d, e);
    if (r == 0 && (!p->id || strcmp(p->id, d->id) == 0)) {
        p->found = true;
        describe(&page, &none, d);
        r = page.failed ? err_set(e, -ENOMEM, "out of memory") : p->given(d->id, &page, p->arg, e);
    }
    definition_free(d);
    buf_release(&text);
    buf_release(&page);
    return r;
}

int ledgers_describe(const char *definitions, const char *id,
                     int (*given)(const char *id, const struct buf *page, void *arg, struct err *e),
                     void *arg, struct err *e)
{
    struct page p = { .id = id, .given = given, .arg = arg };
    int r = folder_each(definitions, "ledgers", ".lua", describe_file, &p, e);
    if (r == 0 && id && !p.found)
        r = err_named(e, -ENOENT, "not_found", "%s/ledgers: no ledger '%s'", definitions, id);
    return r;
}
