#include "api/responsibility.h"

#include <stdio.h>
#include <string.h>

#include "base/scoped.h"

static const struct paper_column table_columns[] = {
    { "序号", PAPER_NUMBER, 6 },    { "类别", PAPER_WORDS, 7 },    { "目标/任务", PAPER_WORDS, 30 },
    { "指标", PAPER_WORDS, 20 },    { "目标值", PAPER_WORDS, 16 }, { "责任单位", PAPER_WORDS, 18 },
    { "完成时限", PAPER_DATE, 15 }, { "性质", PAPER_WORDS, 7 },    { "依据(原文)", PAPER_WORDS, 34 },
    { "所在章节", PAPER_WORDS, 17 }
};
static const struct paper_column letter_columns[] = {
    { "序号", PAPER_NUMBER, 6 },    { "目标", PAPER_WORDS, 34 }, { "目标值", PAPER_WORDS, 18 },
    { "完成时限", PAPER_DATE, 15 }, { "性质", PAPER_WORDS, 8 },  { "责任单位", PAPER_WORDS, 20 }
};

static const char *sign(const char *op)
{
    static const char *const word[][2] = { { "<=", "≤" },          { ">=", "≥" },
                                           { "<", "<" },           { ">", ">" },
                                           { "=", "=" },           { "attain", "达标" },
                                           { "decrease", "下降" }, { "increase", "提高" } };
    for (size_t i = 0; i < COUNT_OF(word); i++)
        if (strcmp(op, word[i][0]) == 0)
            return word[i][1];
    return "";
}

static void number(struct buf *b, const json_t *v)
{
    if (json_is_integer(v))
        buf_addf(b, "%lld", (long long)json_integer_value(v));
    else if (json_is_real(v))
        buf_addf(b, "%.12g", json_real_value(v));
}

void level_write(struct buf *b, const json_t *o)
{
    buf_adds(b, sign(json_str(o, "op", "")));
    number(b, json_object_get(o, "value"));
    if (json_object_get(o, "value2")) {
        buf_adds(b, "–");
        number(b, json_object_get(o, "value2"));
    }
    buf_adds(b, json_str(o, "unit", ""));
    if (json_str(o, "baseline", NULL))
        buf_addf(b, "(对照%s)", json_str(o, "baseline", ""));
}

/* The owner that the clause names; else the units that the paragraph names. */
static void owner(struct buf *b, const json_t *o)
{
    size_t i;
    json_t *unit;
    if (json_str(o, "owner", NULL)) {
        buf_adds(b, json_str(o, "owner", ""));
        return;
    }
    json_array_foreach(json_object_get(o, "units"), i, unit)
        buf_addf(b, "%s%s", i ? "、" : "", json_is_string(unit) ? json_string_value(unit) : "");
}

/* The headings that the item stands under, outermost first. */
static void headings(struct buf *b, const json_t *o)
{
    size_t i;
    json_t *title;
    json_array_foreach(json_object_get(o, "path"), i, title)
        buf_addf(b, "%s%s", i ? " / " : "", json_is_string(title) ? json_string_value(title) : "");
}

static const char *modality(const json_t *o)
{
    return strcmp(json_str(o, "modality", "must"), "stretch") == 0 ? "力争" : "确保";
}

static const char *text_of(const struct buf *b)
{
    return b->data ? b->data : "";
}

static void table_row(struct paper *p, struct paper_part *t, const json_t *o, unsigned n)
{
    bool target = strcmp(json_str(o, "kind", ""), "target") == 0;
    scoped(buf_release) struct buf what = BUF_INIT, value = BUF_INIT, who = BUF_INIT, where = BUF_INIT;
    char place[24];
    snprintf(place, sizeof place, "%u", n);
    if (target)
        buf_addf(&what, "%s%s", json_str(o, "region", ""), json_str(o, "indicator", ""));
    else
        buf_addf(&what, "%s%s", json_str(o, "verb", ""), json_str(o, "object", ""));
    level_write(&value, o);
    owner(&who, o);
    headings(&where, o);
    const char *const cell[] = { place,
                                 target ? "目标" : "任务",
                                 text_of(&what),
                                 target ? json_str(o, "indicator", "") : "",
                                 text_of(&value),
                                 text_of(&who),
                                 json_str(o, "by", ""),
                                 modality(o),
                                 json_str(o, "quote", ""),
                                 text_of(&where) };
    for (size_t i = 0; i < COUNT_OF(cell); i++)
        paper_cell(p, t, cell[i]);
    p->failed |= what.failed || value.failed || who.failed || where.failed;
}

void responsibility_table(const char *title, const json_t *items, int64_t now, struct paper *ret)
{
    unsigned n = 0;
    size_t i;
    const json_t *o;
    *ret = (struct paper){ .landscape = true, .made = now };
    ret->title = paper_keep(ret, title);
    struct paper_part *t = paper_table(ret, table_columns, COUNT_OF(table_columns));
    json_array_foreach(items, i, o)
    {
        const char *kind = json_str(o, "kind", "");
        bool work = strcmp(kind, "target") == 0 || strcmp(kind, "task") == 0;
        if (work && strcmp(json_str(o, "state", ""), "rejected") != 0)
            table_row(ret, t, o, ++n);
    }
}

void responsibility_letter(const char *title, const char *plan, const char *region, const json_t *targets,
                           int64_t now, struct paper *ret)
{
    size_t i;
    const json_t *o;
    scoped(buf_release) struct buf words = BUF_INIT;
    *ret = (struct paper){ .made = now };
    ret->title = paper_keep(ret, title);
    buf_addf(&words, "　　根据《%s》，%s承担下列生态环境保护目标：", plan, region);
    paper_add(ret, PAPER_TEXT, text_of(&words));
    struct paper_part *t = paper_table(ret, letter_columns, COUNT_OF(letter_columns));
    json_array_foreach(targets, i, o)
    {
        scoped(buf_release) struct buf value = BUF_INIT;
        char place[24];
        snprintf(place, sizeof place, "%zu", i + 1);
        level_write(&value, o);
        const char *const cell[] = { place,           json_str(o, "indicator", ""),
                                     text_of(&value), json_str(o, "by", ""),
                                     modality(o),     json_str(o, "owner", "") };
        for (size_t k = 0; k < COUNT_OF(cell); k++)
            paper_cell(ret, t, cell[k]);
        ret->failed |= value.failed;
    }
    struct paper_part *sign = paper_add(ret, PAPER_SIGN, NULL);
    paper_cell(ret, sign, "下达方（签字、盖章）");
    paper_cell(ret, sign, "责任方（签字、盖章）");
    ret->failed |= words.failed;
}

void responsibility_text(const char *title, const char *plan, const char *region, const json_t *targets,
                         struct buf *out)
{
    size_t i;
    const json_t *o;
    buf_addf(out, "%s\n\n根据《%s》，%s承担下列生态环境保护目标：\n\n", title, plan, region);
    json_array_foreach(targets, i, o)
    {
        scoped(buf_release) struct buf value = BUF_INIT;
        level_write(&value, o);
        buf_addf(out, "%zu. %s %s", i + 1, json_str(o, "indicator", ""), text_of(&value));
        if (*json_str(o, "by", ""))
            buf_addf(out, "，期限 %s", json_str(o, "by", ""));
        buf_addf(out, "（%s）", modality(o));
        if (*json_str(o, "owner", ""))
            buf_addf(out, "，责任单位：%s", json_str(o, "owner", ""));
        buf_adds(out, "。\n");
    }
    buf_adds(out, "\n下达方（签字、盖章）：\n\n责任方（签字、盖章）：\n\n日期：    年    月    日\n");
}

int responsibility_xlsx(const char *title, const json_t *items, int64_t now, struct buf *out, struct err *e)
{
    struct paper p;
    responsibility_table(title, items, now, &p);
    int r = paper_xlsx(&p, out, e);
    paper_release(&p);
    return r;
}
