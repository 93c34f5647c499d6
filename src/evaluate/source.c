/* source.c - one value of a pollution source against its limit: conversion to reference oxygen, verdict, multiple. */
#include <string.h>

#include "base/scoped.h"
#include "evaluate/kinds.h"
#include "standard/source.h"

enum { FURNACE, VALUE, LIMIT, LOWER, O2, REFERENCE };
/* The value and its limits are in the unit of the limit, whichever that is: only the two are compared. */
static const struct in_column in[] = {
    { "furnace", NULL, "炉型" },
    { "value", "1", "concentration median 实测浓度 浓度 监测值" },
    { "limit", "1", "upper limit_value 排放限值 限值 标准值" },
    { "lower", "1", "下限" },
    { "o2", "%", "oxygen 含氧量 氧含量" },
    { "reference_o2", "%", "基准氧 基准含氧量" },
};
static const char *const results[] = { "converted", "verdict", "multiple" };

static void judge(const struct kind *kind, const struct row *row, const struct shelf_set *set, struct out *o)
{
    static const char *const words[] = { "达标", "超标", "低于下限", "" };
    char furnace[GRADE_WORD] = "";
    micro v = row->value[VALUE], reference = row->value[REFERENCE], multiple = MICRO_MISSING;
    (void)kind;
    if (row->text[FURNACE].len && row->text[FURNACE].len < sizeof furnace)
        memcpy(furnace, row->text[FURNACE].s, row->text[FURNACE].len);
    bool from_rules = reference == MICRO_MISSING && *furnace;
    if (from_rules)
        reference = source_oxygen_of(set->rules, furnace);
    if (reference != MICRO_MISSING)
        v = source_reference_oxygen(v, row->value[O2], reference);
    else if (source_is_no_value(v))
        v = MICRO_MISSING;
    enum source_verdict verdict = source_judge(v, row->value[LOWER], row->value[LIMIT], &multiple);
    bool limited = row->value[LIMIT] != MICRO_MISSING || row->value[LOWER] != MICRO_MISSING;
    out_micro(o, reference == MICRO_MISSING ? MICRO_MISSING : micro_round(v, 4), -1);
    out_text(o, limited ? words[verdict] : NULL);
    out_micro(o, limited && verdict == SOURCE_OVER ? micro_round(multiple, 2) : MICRO_MISSING, -1);
    if (!limited || verdict == SOURCE_CANNOT) {
        out_note(o, !limited                                   ? "无限值"
                    : from_rules && reference == MICRO_MISSING ? "不认识的炉型"
                                                               : "无有效值");
        out_unjudged(o);
    } else if (!from_rules) {
        out_certainty(o, "confirmed"); /* a comparison; nothing of the rule set was used */
    }
}

const struct kind kind_source = {
    .name = "source",
    .what = "a source's value against its limit, converted to reference oxygen when o2 and the reference are "
            "given",
    .what_zh = "污染源监测值与限值比较（可按基准氧折算）",
    .rules = "source.oxygen",
    .in = in,
    .n_in = COUNT_OF(in),
    .results = results,
    .n_results = COUNT_OF(results),
    .judge = judge,
};
