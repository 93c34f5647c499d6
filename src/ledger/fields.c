/* fields.c - what people and programs give for a case, made into the one form that is stored. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "base/utf8.h"
#include "ledger/engine.h"

enum { TEXT_MAX = 4000, LIST_MAX = 100, WINDOW_MAX = 10000 };

struct taker {
    struct ledgers *l;
    const struct field *f;
    struct err *e;
};

static int wrong(const struct taker *t, const char *zh, const char *en)
{
    return err_named(t->e, -EINVAL, "case.field_invalid", "%s（%s）：%s | %s (%s): %s", t->f->label, t->f->id,
                     zh, t->f->label_en, t->f->id, en);
}

/* Without white space at both ends; the ideographic space counts. NULL when it is not text that can be kept. */
static json_t *trimmed(const char *s, size_t n)
{
    static const char wide[] = "\xE3\x80\x80"; /* U+3000 */
    for (;;) {
        if (n && strchr(" \t\r\n", *s)) {
            s++;
            n--;
        } else if (n >= 3 && memcmp(s, wide, 3) == 0) {
            s += 3;
            n -= 3;
        } else if (n && strchr(" \t\r\n", s[n - 1])) {
            n--;
        } else if (n >= 3 && memcmp(s + n - 3, wide, 3) == 0) {
            n -= 3;
        } else {
            break;
        }
    }
    return json_stringn(s, n);
}

static json_t *trimmed_text(const char *s)
{
    return trimmed(s, strlen(s));
}

static bool in_list(const json_t *list, const char *word)
{
    for (size_t i = 0; i < json_array_size(list); i++)
        if (strcmp(json_string_value(json_array_get(list, i)), word) == 0)
            return true;
    return false;
}

static int take_text(const struct taker *t, const json_t *v, json_t **ret)
{
    json_t *s = json_is_string(v) ? trimmed(json_string_value(v), json_string_length(v)) : NULL;
    if (!s || utf8_count(json_string_value(s), json_string_length(s)) > TEXT_MAX) {
        json_decref(s);
        return wrong(t, "须为不超过4000字的文字", "must be text of at most 4000 characters");
    }
    *ret = s;
    return 0;
}

static int take_choice(const struct taker *t, const json_t *v, json_t **ret)
{
    int r = take_text(t, v, ret);
    if (r < 0 || !json_string_length(*ret) || in_list(t->f->choices, json_string_value(*ret)))
        return r;
    json_decref(*ret);
    return wrong(t, "不在可选项之内", "is not one of the choices");
}

/* By code, by id, or as the API shows it: an object with a code. */
static int take_unit(const struct taker *t, const json_t *v, json_t **ret)
{
    const char *code = json_is_object(v) ? json_str(v, "code", "") : json_string_value(v);
    const struct unit *u =
        json_is_integer(v) ? place_unit(t->l->place, (int32_t)json_integer_value(v)) : NULL;
    if (!u && code)
        u = place_unit_by_code(t->l->place, code);
    if (!u && code && !*code) {
        *ret = json_string("");
        return 0;
    }
    if (!u)
        return wrong(t, "没有这个单位", "there is no such unit");
    *ret = json_string(u->code);
    return 0;
}

static int take_site(const struct taker *t, const json_t *v, json_t **ret)
{
    const char *code = json_is_object(v) ? json_str(v, "code", "") : json_string_value(v);
    int64_t id = json_is_object(v) ? json_int(v, "id", 0) : json_integer_value(v);
    const struct site *s = id > 0 && id <= INT32_MAX ? place_site(t->l->place, (int32_t)id) : NULL;
    if (!s && code)
        s = place_site_by_code(t->l->place, code);
    if (!s && ((code && !*code && !id) || (json_is_integer(v) && id == 0))) {
        *ret = json_string("");
        return 0;
    }
    if (!s)
        return wrong(t, "没有这个点位", "there is no such site");
    *ret = json_string(s->code);
    return 0;
}

static int take_user(const struct taker *t, const json_t *v, json_t **ret)
{
    int r = take_text(t, v, ret);
    if (r < 0 || !json_string_length(*ret))
        return r;
    struct user u;
    if (ledger_get_user(t->l->store, json_string_value(*ret), &u, NULL) == 0)
        return 0;
    json_decref(*ret);
    return wrong(t, "没有这个账号", "there is no such account");
}

static int take_date(const struct taker *t, const json_t *v, json_t **ret)
{
    const char *s = json_string_value(v);
    char text[CN_TEXT];
    int64_t ms;
    if (s && !*s) {
        *ret = json_string("");
        return 0;
    }
    if (!s || !cn_parse_iso(s, strlen(s), &ms))
        return wrong(t, "须为日期，如 2026-12-31", "must be a date such as 2026-12-31");
    *ret = json_string(cn_format_date(ms, text));
    return 0;
}

static int take_number(const struct taker *t, const json_t *v, json_t **ret)
{
    if (!json_is_number(v))
        return wrong(t, "须为数字", "must be a number");
    *ret = json_copy((json_t *)v);
    return 0;
}

/* A list of texts, or one text with an item a line. Blank items fall away. */
static int take_list(const struct taker *t, const json_t *v, json_t **ret)
{
    json_t *all = json_array();
    if (json_is_string(v)) {
        const char *s = json_string_value(v);
        while (*s) {
            size_t n = strcspn(s, "\n");
            json_array_append_new(all, trimmed(s, n));
            s += n + (s[n] == '\n');
        }
    } else if (json_is_array(v)) {
        for (size_t i = 0; i < json_array_size(v); i++) {
            json_t *item = NULL;
            if (take_text(t, json_array_get(v, i), &item) < 0) {
                json_decref(all);
                return -EINVAL;
            }
            json_array_append_new(all, item);
        }
    } else {
        json_decref(all);
        return wrong(t, "须为文字列表", "must be a list of texts");
    }
    for (size_t i = json_array_size(all); i-- > 0;)
        if (!json_string_length(json_array_get(all, i)))
            json_array_remove(all, i);
    if (json_array_size(all) > LIST_MAX) {
        json_decref(all);
        return wrong(t, "不超过100项", "has more than 100 items");
    }
    *ret = all;
    return 0;
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
    return json_pack("{s:s, s:o}", "kind", kind, "text", trimmed(line, n));
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

static int take_evidence(const struct taker *t, const json_t *v, json_t **ret)
{
    scoped(json_decrefp) json_t *lines = json_is_string(v) ? evidence_lines(t, json_string_value(v)) : NULL;
    if (lines)
        v = lines;
    if (!json_is_array(v) || json_array_size(v) > LIST_MAX)
        return wrong(t, "须为不超过100项的列表，每项含 kind 与 text",
                     "must be a list of at most 100 items with kind and text");
    scoped(json_decrefp) json_t *all = json_array();
    for (size_t i = 0; i < json_array_size(v); i++) {
        const json_t *item = json_array_get(v, i);
        json_t *kind = trimmed_text(json_str(item, "kind", "")),
               *text = trimmed_text(json_str(item, "text", ""));
        json_t *kept = json_pack("{s:o, s:o}", "kind", kind, "text", text);
        if (!kept || !json_string_length(kind) || !json_string_length(text) ||
            utf8_count(json_string_value(text), json_string_length(text)) > TEXT_MAX ||
            (t->f->choices && !in_list(t->f->choices, json_string_value(kind)))) {
            json_decref(kept);
            return wrong(t, "每项须有类别（在可选项之内）和文字说明",
                         "each item needs a kind (one of the choices) and a text");
        }
        const json_t *files = json_object_get(item, "files");
        if (json_is_array(files) &&
            json_array_size(files)) /* checked where they are attached (case_files.h) */
            json_object_set_new(kept, "files", json_deep_copy(files));
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
        return wrong(t, "op 须为 <=、<、>=、> 或 in", "op must be <=, <, >=, > or in");
    if (json_micro(g, "value", MICRO_MISSING) == MICRO_MISSING ||
        (span && json_micro(g, "lower", MICRO_MISSING) == MICRO_MISSING))
        return wrong(t, "缺少限值 value（in 还须 lower）", "has no value (and lower for in)");
    if (window < 1 || window > WINDOW_MAX)
        return wrong(t, "window 须为1到10000的整数", "window must be a whole number from 1 to 10000");
    if (strcmp(period, "hour") != 0 && strcmp(period, "day") != 0)
        return wrong(t, "period 须为 hour 或 day", "period must be hour or day");
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

static int take_goal(const struct taker *t, const json_t *v, json_t **ret)
{
    static const char *const texts[] = { "indicator", "factor", "op", "unit", "period" };
    static const char *const numbers[] = { "value", "lower", "window" };
    scoped(json_decrefp) json_t *g = json_object();
    const char *words = json_is_string(v) ? json_string_value(v) : json_str(v, "text", "");
    if (!json_is_string(v) && !json_is_object(v))
        return wrong(t, "须为文字或含指标的目标", "must be words, or an object with an indicator");
    if (utf8_count(words, strlen(words)) > TEXT_MAX)
        return wrong(t, "须为不超过4000字的文字", "must be text of at most 4000 characters");
    json_object_set_new(g, "text", trimmed_text(words));
    if (*json_str(v, "indicator", "")) {
        for (size_t i = 0; i < COUNT_OF(texts); i++)
            json_object_set_new(g, texts[i], json_string(json_str(v, texts[i], "")));
        for (size_t i = 0; i < COUNT_OF(numbers); i++)
            if (json_is_number(json_object_get(v, numbers[i])))
                json_object_set(g, numbers[i], json_object_get(v, numbers[i]));
        int64_t site = goal_site(t, json_object_get(v, "site"));
        if (site < 0)
            return wrong(t, "没有这个点位", "there is no such site");
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

/* ---- all of them ---- */

static int (*const take[FIELD_TYPES])(const struct taker *t, const json_t *v, json_t **ret) = {
    [FIELD_TEXT] = take_text,         [FIELD_CHOICE] = take_choice, [FIELD_UNIT] = take_unit,
    [FIELD_USER] = take_user,         [FIELD_DATE] = take_date,     [FIELD_GOAL] = take_goal,
    [FIELD_LIST] = take_list,         [FIELD_NUMBER] = take_number, [FIELD_SITE] = take_site,
    [FIELD_EVIDENCE] = take_evidence,
};

static bool is_blank(const json_t *v)
{
    return !v || json_is_null(v) || (json_is_string(v) && !json_string_length(v)) ||
           (json_is_array(v) && !json_array_size(v)) || (json_is_object(v) && !*json_str(v, "text", ""));
}

static int check_known(const struct field *f, size_t n, const json_t *given, struct err *e)
{
    const char *key;
    json_t *v;
    json_object_foreach((json_t *)given, key, v)
    {
        size_t i = 0;
        while (i < n && strcmp(f[i].id, key) != 0)
            i++;
        if (i == n)
            return err_named(e, -EINVAL, "case.field_unknown",
                             "没有“%.64s”这一项 | there is no field '%.64s'", key, key);
    }
    return 0;
}

static void name_missing(struct said *s, const struct field *f)
{
    size_t zh = strlen(s->zh), en = strlen(s->en);
    snprintf(s->zh + zh, sizeof s->zh - zh, "%s%s（%s）", zh ? "、" : "", f->label, f->id);
    snprintf(s->en + en, sizeof s->en - en, "%s%s (%s)", en ? ", " : "", f->label_en, f->id);
}

static int check_differs(const struct field *f, size_t n, const json_t *values, struct err *e)
{
    for (size_t i = 0; i < n; i++) {
        const json_t *a = json_object_get(values, f[i].id);
        const json_t *b = f[i].differs_from ? json_object_get(values, f[i].differs_from) : NULL;
        if (a && b && json_equal(a, b))
            return err_named(e, -EINVAL, "case.field_invalid",
                             "%s（%s）不能与 %s 相同 | %s (%s) must differ from %s", f[i].label, f[i].id,
                             f[i].differs_from, f[i].label_en, f[i].id, f[i].differs_from);
    }
    return 0;
}

int fields_take(struct ledgers *l, const struct field *f, size_t n, const json_t *given, bool finding,
                json_t **ret, struct err *e)
{
    struct said missing = { 0 };
    if (given && !json_is_object(given))
        return err_named(e, -EINVAL, "case.field_invalid", "fields 须为对象 | fields must be an object");
    int r = check_known(f, n, given, e);
    if (r < 0)
        return r;
    scoped(json_decrefp) json_t *values = json_object();
    for (size_t i = 0; i < n; i++) {
        const json_t *v = json_object_get(given, f[i].id);
        if ((!v || json_is_null(v)) && finding)
            v = f[i].from_finding;
        json_t *taken = NULL;
        if (v && !json_is_null(v) &&
            (r = take[f[i].type](&(struct taker){ .l = l, .f = &f[i], .e = e }, v, &taken)) < 0)
            return r;
        if (!is_blank(taken))
            json_object_set(values, f[i].id, taken);
        else if (f[i].required)
            name_missing(&missing, &f[i]);
        json_decref(taken);
    }
    if (*missing.zh)
        return err_named(e, -EINVAL, "case.field_missing", "缺少必填项：%s | missing: %s", missing.zh,
                         missing.en);
    if ((r = check_differs(f, n, values, e)) < 0)
        return r;
    *ret = TAKE(values);
    return 0;
}

const struct unit *fields_unit(const struct ledgers *l, const json_t *fields, const char *key)
{
    const char *code = json_str(fields, key, "");
    return *code ? place_unit_by_code(l->place, code) : NULL;
}

json_t *fields_index(const struct ledgers *l, const json_t *fields)
{
    const struct unit *owner = fields_unit(l, fields, "owner"),
                      *supervisor = fields_unit(l, fields, "supervisor");
    const char *code = json_str(fields, "site", "");
    const struct site *s = *code ? place_site_by_code(l->place, code) : NULL;
    return json_pack("{s:i, s:i, s:i}", "unit", owner ? owner->id : 0, "unit2",
                     supervisor ? supervisor->id : 0, "site", s ? s->id : 0);
}
