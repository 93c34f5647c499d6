/* cell.c - a field's value read from a cell, by the field's kind, and the table of kinds. */
#include "ledger/cell_own.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "base/utf8.h"

struct reading {
    const struct names *names;
    const struct cell_field *f;
    const char *text;
    json_t **ret;
    const char **code;
    struct said *why;
};

struct cell_kind {
    const char *type;                     /* field_type_name */
    int (*read)(const struct reading *r); /* NULL: nobody writes it in a cell */
    void (*write)(const struct names *n, const struct cell_field *f, const json_t *v, struct buf *out);
};

__attribute__((format(printf, 3, 5), format(printf, 4, 5))) static int refuse(const struct reading *r,
                                                                              const char *code,
                                                                              const char *zh, const char *en,
                                                                              ...)
{
    va_list ap;
    va_start(ap, en);
    vsnprintf(r->why->zh, sizeof r->why->zh, zh, ap);
    va_end(ap);
    va_start(ap, en);
    vsnprintf(r->why->en, sizeof r->why->en, en, ap);
    va_end(ap);
    *r->why = said_whole(r->why);
    *r->code = code;
    return -EINVAL;
}

/* ---- reading ---- */

static int read_text(const struct reading *r)
{
    *r->ret = json_string(r->text);
    return *r->ret ? 0
                   : refuse(r, "import.text", "“%.20s”不是可用的文字", "'%.20s' is not text that can be kept",
                            r->text);
}

/* Choices are compared as headings are, so that 中央 督察 is 中央督察. */
static int read_choice(const struct reading *r)
{
    struct buf given = BUF_INIT, choice = BUF_INIT;
    cell_plain(r->text, &given);
    for (size_t i = 0; !*r->ret && i < json_array_size(r->f->field->choices); i++) {
        json_t *c = json_array_get(r->f->field->choices, i);
        buf_clear(&choice);
        cell_plain(json_string_value(c), &choice);
        if (given.data && choice.data && strcmp(given.data, choice.data) == 0)
            *r->ret = json_incref(c);
    }
    buf_release(&given);
    buf_release(&choice);
    return *r->ret ? 0
                   : refuse(r, "import.choice", "“%.80s”不在可选项之内", "'%.80s' is not one of the choices",
                            r->text);
}

static int by_name(const struct reading *r, const struct map *map)
{
    struct buf plain = BUF_INIT;
    cell_plain(r->text, &plain);
    const char *code = map_get(map, plain.data ? plain.data : "", plain.len);
    buf_release(&plain);
    if (code && *code) {
        *r->ret = json_string(code);
        return 0;
    }
    return code ? refuse(r, "import.ambiguous", "“%.80s”有多个同名，请写编码",
                         "'%.80s' is the name of several: write the code", r->text)
                : refuse(r, "import.unknown", "“%.80s”：没有这个名称或编码",
                         "'%.80s' is not known by name or code", r->text);
}

static int read_unit(const struct reading *r)
{
    return by_name(r, &r->names->units);
}

static int read_site(const struct reading *r)
{
    return by_name(r, &r->names->sites);
}

static int read_user(const struct reading *r)
{
    return by_name(r, &r->names->users);
}

static int read_date(const struct reading *r)
{
    char date[11];
    bool no_day;
    if (cell_date(r->text, date, &no_day)) {
        *r->ret = json_string(date);
        return 0;
    }
    return no_day ? refuse(r, "import.date", "“%.60s”没有写到日；月底请写“6月底”或“6月30日”",
                           "'%.60s' names no day; for the end of a month write its last day", r->text)
                  : refuse(r, "import.date", "“%.60s”不是日期，如 2026-06-30、2026年6月30日、2026年6月底",
                           "'%.60s' is no date such as 2026-06-30", r->text);
}

static int read_time(const struct reading *r)
{
    char date[11];
    bool no_day;
    int64_t ms;
    if (cn_parse_iso(r->text, strlen(r->text), &ms)) {
        *r->ret = json_string(r->text);
        return 0;
    }
    const char *colon = strchr(r->text, ':');
    if (!cell_date(r->text, date, &no_day))
        return refuse(r, "import.date", "“%.60s”不是日期和时间，如 2026-06-30 09:30",
                      "'%.60s' is no date and time such as 2026-06-30 09:30", r->text);
    const char *clock = colon && colon - r->text >= 2 ? colon - 2 : NULL;
    *r->ret = json_sprintf("%s %.5s", date, clock ? clock : "00:00");
    return 0;
}

static int read_number(const struct reading *r)
{
    bool unit;
    if (cell_number(r->text, r->f->unit, r->ret, &unit))
        return 0;
    return unit ? refuse(r, "import.unit", "“%.60s”：单位与本栏不同，只写数字",
                         "'%.60s': another unit than the column's; write the number alone", r->text)
                : refuse(r, "import.number", "“%.60s”不是数字", "'%.60s' is no number", r->text);
}

/* Where an item's text begins after its number: 1. 1、 1． （1） (1) ① 一、; the same place when there is none. */
static const char *after_number(const char *s)
{
    static const char *const marks[] = { "、", "．", ".", "）", ")" };
    const char *p = s;
    if (strncmp(p, "\xe2\x91", 2) == 0 && (unsigned char)p[2] >= 0xa0 &&
        (unsigned char)p[2] <= 0xb3) /* ① to ⑳ */
        return p + 3;
    bool bracket = *p == '(' || strncmp(p, "（", 3) == 0;
    p += !bracket ? 0 : *p == '(' ? 1 : 3;
    size_t digits = strspn(p, "0123456789");
    if (!digits || digits > 2)
        return s;
    p += digits;
    for (size_t i = bracket ? 3 : 0; i < COUNT_OF(marks); i++) {
        size_t n = strlen(marks[i]);
        if (strncmp(p, marks[i], n) == 0 &&
            !(i == 2 && p[1] >= '0' && p[1] <= '9')) /* 1.5 公里 is no item 1 */
            return p + n;
    }
    return s;
}

/* Items by line; a single line that is numbered (1．…；2．…) is parted at the numbers after ； or 。 */
static size_t item_length(const char *s, bool *ret_joined)
{
    size_t n = 0;
    *ret_joined = false;
    while (s[n] && s[n] != '\n') {
        size_t mark = strncmp(s + n, "；", 3) == 0 || strncmp(s + n, "。", 3) == 0 ? 3 : s[n] == ';' ? 1 : 0;
        if (mark) {
            const char *next = s + n + mark;
            while (*next == ' ')
                next++;
            if (after_number(next) != next) {
                *ret_joined = true;
                return n;
            }
        }
        n += mark ? mark : 1;
    }
    return n;
}

static int read_list(const struct reading *r)
{
    json_t *all = json_array();
    const char *s = r->text;
    while (*s) {
        bool joined;
        s += strspn(s, " \n\t");
        size_t n = item_length(s, &joined);
        const char *text = after_number(s);
        size_t len = text < s + n ? n - (size_t)(text - s) : 0;
        while (len && (*text == ' '))
            text++, len--;
        if (!joined && len > 3 && text != s && memcmp(text + len - 3, "；", 3) == 0)
            len -= 3;
        if (len)
            json_array_append_new(all, json_stringn(text, len));
        s += n;
        if (joined)
            s += *s == ';' ? 1 : 3;
    }
    *r->ret = all;
    return 0;
}

static int read_flag(const struct reading *r)
{
    static const char *const yes[] = { "是", "有", "√", "✓", "✔", "true", "1", "y", "yes", "对" },
                             *const no[] = { "否", "无", "×",  "✗",    "✘",   "false",
                                             "0",  "n",  "no", "没有", "不是" };
    struct buf plain = BUF_INIT;
    cell_plain(r->text, &plain);
    for (size_t i = 0; plain.data && !*r->ret && i < COUNT_OF(yes); i++)
        *r->ret = strcmp(plain.data, yes[i]) == 0 ? json_true() : NULL;
    for (size_t i = 0; plain.data && !*r->ret && i < COUNT_OF(no); i++)
        *r->ret = strcmp(plain.data, no[i]) == 0 ? json_false() : NULL;
    buf_release(&plain);
    return *r->ret ? 0
                   : refuse(r, "import.flag", "“%.60s”：请写“是”或“否”", "'%.60s' is neither yes nor no",
                            r->text);
}

/* 120.38, 36.07: longitude first, as the map writes it. */
static int read_point(const struct reading *r)
{
    struct buf plain = BUF_INIT;
    cell_plain(r->text, &plain);
    char *s = plain.data ? plain.data : (char[]){ "" }, *end;
    double lon = strtod(s, &end), lat = 0;
    bool good = end != s && (*end == ',' || strncmp(end, "、", 3) == 0);
    if (good) {
        s = end + (*end == ',' ? 1 : 3);
        lat = strtod(s, &end);
        good = end != s && !*end && lon >= 70 && lon <= 140 && lat >= 0 && lat <= 60;
    }
    buf_release(&plain);
    if (!good)
        return refuse(r, "import.point", "“%.60s”：请写“经度,纬度”，如 120.38,36.07",
                      "'%.60s' is no longitude and latitude such as 120.38,36.07", r->text);
    *r->ret = json_pack("{s:f, s:f}", "lon", lon, "lat", lat);
    return 0;
}

/* ---- the kinds ---- */

static const struct cell_kind kinds[] = {
    { "text", read_text, cell_write_words }, { "choice", read_choice, cell_write_words },
    { "unit", read_unit, cell_write_unit },  { "user", read_user, cell_write_user },
    { "date", read_date, cell_write_words }, { "goal", read_text, cell_write_goal },
    { "list", read_list, cell_write_list },  { "number", read_number, cell_write_number },
    { "site", read_site, cell_write_site },  { "flag", read_flag, cell_write_flag },
    { "time", read_time, cell_write_words }, { "point", read_point, cell_write_point },
    { "case", read_text, cell_write_words }, { "evidence", NULL, cell_write_evidence },
    { "rows", NULL, cell_write_rows },       { "file", NULL, cell_write_count },
    { "signature", NULL, cell_write_count }, { "area", NULL, cell_write_count },
    { "track", NULL, cell_write_count },
};

void cell_field_of(const struct definition *d, const struct field *f, struct cell_field *ret)
{
    *ret = (struct cell_field){ .field = f, .unit = "", .kind = &kinds[0] };
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (strcmp(kinds[i].type, field_type_name(f->type)) == 0)
            ret->kind = &kinds[i];
    const json_t *fields = json_object_get(d->tree, "fields");
    for (size_t i = 0; i < json_array_size(fields); i++) {
        const json_t *o = json_array_get(fields, i);
        if (strcmp(json_str(o, "id", ""), f->id) == 0) {
            ret->unit = json_str(o, "unit", "");
            ret->computed = json_object_get(o, "value") != NULL;
        }
    }
}

bool cell_readable(const struct cell_field *f)
{
    return f->kind->read && !f->computed;
}

int cell_read(const struct names *n, const struct cell_field *f, const char *text, json_t **ret,
              const char **code, struct said *why)
{
    *ret = NULL;
    size_t len = strlen(text);
    utf8_trim(&text, &len);
    scoped(freep) char *own = strndup(text, len);
    const struct reading r = { n, f, own ? own : "", ret, code, why };
    return cell_readable(f) && own ? f->kind->read(&r)
                                   : refuse(&r, "import.kind", "本栏不能从表格读入（%s）",
                                            "this column cannot be read from a table (%s)", f->field->label);
}

void cell_write(const struct names *n, const struct cell_field *f, const json_t *value, struct buf *out)
{
    if (value)
        f->kind->write(n, f, value, out);
}
