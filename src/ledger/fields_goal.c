/* fields_goal.c - goals, in words or measured, and the evidence for them. */
#include <inttypes.h>
#include <string.h>

#include "base/scoped.h"
#include "base/utf8.h"
#include "ledger/fields.h"

enum { TEXT_MAX = 4000, LIST_MAX = 100, WINDOW_MAX = 10000, REF_MAX = 100 };

static json_t *trimmed(const char *s)
{
    return take_trimmed(s, strlen(s));
}

/* "照片：排口现场" a line, as a plain form sends it; a line that begins with no known kind is of the last kind (其他). */
static json_t *evidence_line(const json_t *kinds, const char *line, size_t n)
{
    const char *kind = "其他";
    for (size_t i = 0; i < json_array_size(kinds); i++) {
        kind = json_string_value(json_array_get(kinds, i));
        size_t len = strlen(kind);
        size_t mark = n > len && line[len] == ':'                        ? 1
                      : n >= len + 3 && memcmp(line + len, "：", 3) == 0 ? 3
                                                                         : 0;
        if (mark && memcmp(line, kind, len) == 0) {
            line += len + mark;
            n -= len + mark;
            break;
        }
    }
    return json_pack("{s:s, s:o}", "kind", kind, "text", take_trimmed(line, n));
}

static json_t *evidence_lines(const struct taker *t, const char *s)
{
    json_t *all = json_array();
    while (*s) {
        size_t n = strcspn(s, "\n");
        json_t *item = evidence_line(t->f->choices, s, n);
        if (*json_str(item, "text", ""))
            json_array_append(all, item);
        json_decref(item);
        s += n + (s[n] == '\n');
    }
    return all;
}

int take_evidence(const struct taker *t, const json_t *v, json_t **ret)
{
    scoped(json_decrefp) json_t *lines = json_is_string(v) ? evidence_lines(t, json_string_value(v)) : NULL;
    if (lines)
        v = lines;
    if (!json_is_array(v) || json_array_size(v) > LIST_MAX)
        return take_wrong(t, "须为不超过100项的列表，每项含 kind 与 text",
                          "must be a list of at most 100 items with kind and text");
    scoped(json_decrefp) json_t *all = json_array();
    for (size_t i = 0; i < json_array_size(v); i++) {
        const json_t *item = json_array_get(v, i);
        json_t *kind = trimmed(json_str(item, "kind", "")), *text = trimmed(json_str(item, "text", ""));
        json_t *kept = json_pack("{s:o, s:o}", "kind", kind, "text", text);
        if (!kept || !json_string_length(kind) || !json_string_length(text) ||
            utf8_count(json_string_value(text), json_string_length(text)) > TEXT_MAX ||
            (t->f->choices && !take_in_list(t->f->choices, json_string_value(kind)))) {
            json_decref(kept);
            return take_wrong(t, "每项须有类别（在可选项之内）和文字说明",
                              "each item needs a kind (one of the choices) and a text");
        }
        const json_t *files = json_object_get(item, "files");
        if (json_is_array(files) &&
            json_array_size(files)) /* checked where they are attached (case_files.h) */
            json_object_set_new(kept, "files", json_deep_copy(files));
        /* What it says is looked at by the gate (gate_paper.c). */
        const char *ref = json_str(item, "ref", "");
        if (*ref && utf8_count(ref, strlen(ref)) <= REF_MAX)
            json_object_set_new(kept, "ref", trimmed(ref));
        json_array_append_new(all, kept);
    }
    *ret = TAKE(all);
    return 0;
}

/* ---- goals ---- */

static bool known_op(const char *op)
{
    static const char *const ops[] = { "<=", "<", ">=", ">", "in" };
    for (size_t i = 0; i < COUNT_OF(ops); i++)
        if (strcmp(ops[i], op) == 0)
            return true;
    return false;
}

/* Words for a goal that came without them. */
static json_t *goal_words(const json_t *g)
{
    char value[MICRO_TEXT], lower[MICRO_TEXT];
    const char *op = json_str(g, "op", "");
    micro_format(json_micro(g, "value", MICRO_MISSING), -1, value);
    micro_format(json_micro(g, "lower", MICRO_MISSING), -1, lower);
    const char *days = strcmp(json_str(g, "period", ""), "day") == 0 ? "日" : "小时";
    bool span = strcmp(op, "in") == 0;
    return json_sprintf("%s %s %s%s%s %s，连续%" PRId64 "%s有效值达标", json_str(g, "indicator", ""),
                        json_str(g, "factor", ""), span ? lower : op, span ? "–" : "", value,
                        json_str(g, "unit", ""), json_int(g, "window", 0), days);
}

static int check_measured(const struct taker *t, const json_t *g)
{
    const char *op = json_str(g, "op", ""), *period = json_str(g, "period", "");
    int64_t window = json_int(g, "window", 0);
    bool span = strcmp(op, "in") == 0;
    if (!known_op(op))
        return take_wrong(t, "op 须为 <=、<、>=、> 或 in", "op must be <=, <, >=, > or in");
    if (json_micro(g, "value", MICRO_MISSING) == MICRO_MISSING ||
        (span && json_micro(g, "lower", MICRO_MISSING) == MICRO_MISSING))
        return take_wrong(t, "缺少限值 value（in 还须 lower）", "has no value (and lower for in)");
    if (window < 1 || window > WINDOW_MAX)
        return take_wrong(t, "window 须为1到10000的整数", "window must be a whole number from 1 to 10000");
    if (strcmp(period, "hour") != 0 && strcmp(period, "day") != 0)
        return take_wrong(t, "period 须为 hour 或 day", "period must be hour or day");
    return 0;
}

/* By id or by code; absent or 0 is the city. -1: there is none. */
static int64_t goal_site(const struct taker *t, const json_t *v)
{
    if (!v || json_is_null(v))
        return 0;
    int64_t id = json_is_integer(v) ? json_integer_value(v) : -1;
    const struct site *s = json_is_string(v)           ? place_site_by_code(t->l->place, json_string_value(v))
                           : id > 0 && id <= INT32_MAX ? place_site(t->l->place, (int32_t)id)
                                                       : NULL;
    return s ? s->id : id == 0 ? 0 : -1;
}

int take_goal(const struct taker *t, const json_t *v, json_t **ret)
{
    static const char *const texts[] = { "indicator", "factor", "op", "unit", "period" };
    static const char *const numbers[] = { "value", "lower", "window" };
    scoped(json_decrefp) json_t *g = json_object();
    const char *words = json_is_string(v) ? json_string_value(v) : json_str(v, "text", "");
    if (!json_is_string(v) && !json_is_object(v))
        return take_wrong(t, "须为文字或含指标的目标", "must be words, or an object with an indicator");
    if (utf8_count(words, strlen(words)) > TEXT_MAX)
        return take_wrong(t, "须为不超过4000字的文字", "must be text of at most 4000 characters");
    json_object_set_new(g, "text", trimmed(words));
    if (*json_str(v, "indicator", "")) {
        for (size_t i = 0; i < COUNT_OF(texts); i++)
            json_object_set_new(g, texts[i], json_string(json_str(v, texts[i], "")));
        for (size_t i = 0; i < COUNT_OF(numbers); i++)
            if (json_is_number(json_object_get(v, numbers[i])))
                json_object_set(g, numbers[i], json_object_get(v, numbers[i]));
        int64_t site = goal_site(t, json_object_get(v, "site"));
        if (site < 0)
            return take_wrong(t, "没有这个点位", "there is no such site");
        json_object_set_new(g, "site", json_integer(site));
        int r = check_measured(t, g);
        if (r < 0)
            return r;
        if (!*json_str(g, "text", ""))
            json_object_set_new(g, "text", goal_words(g));
    }
    *ret = TAKE(g);
    return 0;
}
