/* indicator_table.c - the table of main indicators (指标 单位 2024年 2026年目标 属性): each row whose goal is a figure is one target. What its head
 * says: which column names the indicator, which holds the goal (the one headed 目标, else that of the latest year), which the unit; the year of
 * the goal's head is the date. A row whose goal is no figure (达标, 完成省下达任务) is read as a row of any other table. */
#include "plan/internal.h"

#include <stdio.h>
#include <string.h>

#include "base/scoped.h"

static bool blank(uint32_t c)
{
    return c == ' ' || c == 0x2028;
}

/* Does the cell hold these characters, and with `whole` nothing else? */
static bool holds(const struct reader *r, size_t a, size_t b, const uint32_t *s, size_t n, bool whole)
{
    while (a < b && blank(r->cp[a]))
        a++;
    while (b > a && blank(r->cp[b - 1]))
        b--;
    for (size_t i = a; i + n <= b; i++)
        if (!memcmp(r->cp + i, s, n * sizeof *s))
            return !whole || b - a == n;
    return false;
}

/* The last four-digit year of the cell, 0: none. */
static unsigned year_in(const struct reader *r, size_t a, size_t b)
{
    unsigned year = 0, digits = 0, value = 0;
    for (size_t i = a; i <= b; i++) {
        bool digit = i < b && r->cp[i] >= '0' && r->cp[i] <= '9';
        if (!digit && digits == 4 && value > 1990 && value < 2100)
            year = value;
        value = digit ? value * 10 + (r->cp[i] - '0') : 0;
        digits = digit && digits < 9 ? digits + 1 : 0;
        value = digits < 9 ? value : 0;
    }
    return year;
}

bool indicator_head(const struct reader *r, const struct row *row, struct table *t)
{
    static const uint32_t name[] = { 0x6307, 0x6807 }, goal[] = { 0x76ee, 0x6807 },
                          unit[] = { 0x5355, 0x4f4d }, measure[] = { 0x8ba1, 0x91cf, 0x5355, 0x4f4d },
                          sort[] = { 0x5c5e, 0x6027 },
                          kind[] = { 0x7c7b }; /* 指标 目标 单位 计量单位 属性 类 */
    size_t none = TABLE_CELLS_MAX, named = none, aim = none, measured = none, latest = none;
    unsigned best = 0;
    for (size_t i = 0; i < row->n; i++) {
        size_t a = row->cell[i].at, b = row->cell[i].end;
        unsigned year = year_in(r, a, b);
        if (b - a > 16) /* no head */
            return false;
        if (holds(r, a, b, unit, 2, true) || holds(r, a, b, measure, 4, true))
            measured = i;
        else if (holds(r, a, b, goal, 2, false))
            aim = i;
        else if (holds(r, a, b, name, 2, false) && !holds(r, a, b, sort, 2, false) &&
                 !holds(r, a, b, kind, 1, false))
            named = i;
        if (year > best) {
            best = year;
            latest = i;
        }
    }
    aim = aim == none ? latest : aim;
    if (named == none || aim == none || (measured == none && !best))
        return false;
    unsigned year = year_in(r, row->cell[aim].at, row->cell[aim].end);
    t->indicators = true;
    t->name = named;
    t->goal = aim;
    t->unit = measured;
    t->by[0] = '\0';
    if (year)
        snprintf(t->by, sizeof t->by, "%u年", year);
    return true;
}

/* PM2.5年均浓度(微克/立方米): the unit in brackets behind the name. Where it begins, b when there is none. */
static size_t unit_behind(const struct reader *r, size_t a, size_t b)
{
    size_t open = b;
    for (size_t i = a; i < b && r->cp[b - 1] == ')'; i++)
        if (r->cp[i] == '(')
            open = i;
    const struct word *w =
        open + 1 < b ? words_longest_of(r->w, C_UNIT, r->cp + open + 1, b - open - 2) : NULL;
    return w && (open + 1 + w->len == b - 1 || r->cp[open + 1 + w->len] == '/' || w->len > 3) ? open : b;
}

/* Is less of it better? By the last word of an indicator in its name. */
static bool less_is_better(const struct reader *r, size_t a, size_t b)
{
    bool low = false;
    for (size_t i = a; i < b;) {
        const struct word *w = words_longest_of(r->w, C_INDICATOR | C_TAIL, r->cp + i, b - i);
        low = w ? w->flags & F_LOW : low;
        i += w ? w->len : 1u;
    }
    return low;
}

/* 单位GDP能耗下降, …降低比例 is a ratio: a name that ends in its change. */
static size_t change_behind(const struct reader *r, size_t a, size_t b, uint64_t classes)
{
    for (size_t i = b > a + 4 ? b - 4 : a; i + 1 < b; i++) {
        const struct word *w = words_longest_of(r->w, classes, r->cp + i, b - i);
        if (w && i + w->len == b)
            return i;
    }
    return b;
}

bool indicator_row(struct reader *r, const struct row *row, const struct table *t)
{
    if (t->name >= row->n || t->goal >= row->n)
        return false;
    size_t a = row->cell[t->name].at, b = row->cell[t->name].end, i = row->cell[t->goal].at,
           end = row->cell[t->goal].end;
    while (a < b && blank(r->cp[a]))
        a++;
    while (b > a && blank(r->cp[b - 1]))
        b--;
    while (i < end && (blank(r->cp[i]) || r->cp[i] == '(' || r->cp[i] == '['))
        i++;
    const struct word *sign =
        words_longest_of(r->w, C_ATMOST | C_ATLEAST | C_BELOW | C_ABOVE | C_DOWN | C_UP, r->cp + i, end - i);
    i += sign ? sign->len : 0u;
    while (i < end && blank(r->cp[i]))
        i++;
    struct token token = { 0 };
    r->figures = 0;
    size_t len = a < b && i < end ? figure_at(r, i, &token) : 0;
    if (!len || !(token.classes & C_FIGURE) || i + len > end)
        return false;
    size_t from = a < row->cell[t->goal].at ? a : i, to = b > i + len ? b : i + len;
    const struct word *behind =
        words_longest_of(r->w, C_MORE | C_WITHIN | C_ABOUT, r->cp + i + len, end - i - len);
    size_t name_to = unit_behind(r, a, b), unit = name_to;
    size_t fell = change_behind(r, a, name_to, C_DOWN), rose = change_behind(r, a, name_to, C_UP);
    const char *op = less_is_better(r, a, name_to) ? "<=" : ">=";
    uint64_t says = sign ? sign->classes : 0;
    if (behind)
        op = behind->classes & C_MORE ? ">=" : behind->classes & C_WITHIN ? "<=" : "=";
    if (says & (C_ATMOST | C_ATLEAST | C_BELOW | C_ABOVE))
        op = says & C_ATMOST ? "<=" : says & C_ATLEAST ? ">=" : says & C_BELOW ? "<" : ">";
    if (says & (C_DOWN | C_UP) || fell < name_to || rose < name_to) {
        op = says & C_DOWN || fell < name_to ? "decrease" : "increase";
        name_to = fell < name_to ? fell : rose < name_to ? rose : name_to;
    }
    json_t *o = result_new(r, "target", "table.indicator", from, to);
    if (!o || name_to <= a)
        return true;
    result_text(r, o, "indicator", a, name_to);
    result_constant(r, o, "op", op);
    result_figure(r, o, &r->figure[token.figure]);
    if (!json_object_get(o, "unit") && unit < b)
        result_text(r, o, "unit", unit + 1, b - 1);
    else if (!json_object_get(o, "unit") && t->unit < row->n &&
             row->cell[t->unit].at < row->cell[t->unit].end)
        result_text(r, o, "unit", row->cell[t->unit].at, row->cell[t->unit].end);
    result_constant(r, o, "modality", "must");
    if (t->by[0])
        result_str(r, o, "by", t->by);
    else if (r->year)
        result_constant(r, o, "by", r->year_text);
    bind_result(r, o, false);
    return true;
}
