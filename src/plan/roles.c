/* roles.c - who is named as responsible, beside the clauses of work: "责任单位:甲局、乙局", "(甲局牵头,乙局配合)", and the limit
 * written as a label ("整改时限:2025年12月底"). These are results of their own; what they are responsible for, a person says. */
#include "plan/internal.h"

#include <string.h>

#include "base/scoped.h"

enum { UNITS_MAX = 48, NAME_MAX_CP = 40 };

static bool ends_name(uint32_t c)
{
    return c == 0x3001 || c == ',' || c == ';' || c == 0x3002 || c == ':' || c == '(' || c == ')' ||
           c == '[' || c == ']' || c == 0x3010 /* 【 */ || c == 0x3011 || c == '\t' || c == '\n';
}

static size_t blanks(const struct reader *r, size_t i, size_t end)
{
    while (i < end && r->cp[i] == ' ')
        i++;
    return i;
}

/* 各县(市、区)人民政府: brackets that belong to the name. Their length at i, else 0. */
static size_t place_bracket(const struct reader *r, size_t i, size_t end)
{
    static const uint32_t inside[] = { 0x5e02, 0x53bf, 0x533a, 0x65d7, 0x9547,
                                       0x4e61, 0x56ed, 0x3001, 0x8857, 0x9053 };
    if (r->cp[i] != '(')
        return 0;
    for (size_t k = i + 1; k < end; k++) { /* 市 县 区 旗 镇 乡 园 、 街 道 */
        bool place = false;
        if (r->cp[k] == ')')
            return k > i + 1 ? k + 1 - i : 0;
        for (size_t n = 0; n < COUNT_OF(inside); n++)
            place |= r->cp[k] == inside[n];
        if (!place)
            return 0;
    }
    return 0;
}

static json_t *span_json(const struct reader *r, size_t at, size_t end)
{
    scoped(buf_release) struct buf b = BUF_INIT;
    text_add(r, &b, at, end, false);
    return json_stringn_nocheck(b.data ? b.data : "", b.len);
}

/* The names of at..end, parted by 、 and commas. */
static json_t *names(struct reader *r, size_t at, size_t end)
{
    json_t *list = json_array();
    for (size_t i = at, begin = at; list && i <= end; i++) {
        size_t bracket = i < end ? place_bracket(r, i, end) : 0;
        if (bracket) {
            i += bracket - 1;
            continue;
        }
        if (i < end && !ends_name(r->cp[i]))
            continue;
        size_t a = blanks(r, begin, i), b = i;
        while (b > a && r->cp[b - 1] == ' ')
            b--;
        if (b > a && b - a <= NAME_MAX_CP && json_array_size(list) < UNITS_MAX)
            json_array_append_new(list, span_json(r, a, b));
        begin = i + 1;
    }
    if (!list)
        r->failed = -12;
    return list;
}

static void role_emit(struct reader *r, const char *role, size_t quote, size_t at, size_t end,
                      size_t quote_to)
{
    json_t *list = names(r, at, end);
    if (!list || !json_array_size(list)) {
        json_decref(list);
        return;
    }
    json_t *o = result_new(r, "unit", "unit.role", quote, quote_to);
    result_str(r, o, "role", role);
    if (!o || json_object_set_new(o, "units", list) < 0)
        r->failed = r->failed ? r->failed : -12;
}

/* 责任单位:甲局、乙局 up to the end of the sentence, the bracket, or the next label. */
static size_t label_read(struct reader *r, size_t i, const struct word *w)
{
    size_t at = blanks(r, i + w->len, r->n), end, open = 0;
    if (r->cp[at] != ':' || !w->canon)
        return 0;
    at = blanks(r, at + 1, r->n);
    for (end = at; end < r->n && r->cp[end] != 0x3002 && r->cp[end] != ';' && (r->cp[end] != ')' || open) &&
                   r->cp[end] != ']' && r->cp[end] != 0x3011 && r->cp[end] != '\t';
         end++) {
        open += r->cp[end] == '('; /* 甲局(牵头)、乙局 */
        open -= r->cp[end] == ')';
        size_t bracket = place_bracket(r, end, r->n);
        if (bracket) {
            open--;
            end += bracket - 1;
            continue;
        }
        const struct word *next = words_longest_of(r->w, C_ROLE | C_LIMIT, r->cp + end, r->n - end);
        if (next && end > at && r->cp[blanks(r, end + next->len, r->n)] == ':')
            break;
    }
    role_emit(r, w->canon, i, at, end, end);
    return end;
}

/* (甲局牵头,乙局、丙局配合): inside brackets a list of names ends in its role. */
static void bracket_read(struct reader *r, size_t open, size_t close)
{
    size_t begin = open + 1;
    for (size_t i = begin; i < close;) {
        const struct word *w = words_longest_of(r->w, C_ROLE, r->cp + i, close - i);
        size_t end = w ? i + w->len : 0;
        if (!w || !w->canon || (end < close && !ends_name(r->cp[end]) && r->cp[end] != ' ')) {
            i++;
            continue;
        }
        if (end < close && r->cp[end] == ':') /* a label, which is read by itself */
            return;
        if (i > begin)
            role_emit(r, w->canon, begin, begin, i, end);
        begin = i = end + (end < close);
    }
}

void roles_read(struct reader *r)
{
    size_t open = r->n;
    for (size_t i = 0; i < r->n && !r->failed;) {
        uint32_t c = r->cp[i];
        size_t bracket = place_bracket(r, i, r->n);
        if (bracket) {
            i += bracket;
            continue;
        }
        if (c == '(' || c == '[' || c == 0x3010)
            open = i;
        else if ((c == ')' || c == ']' || c == 0x3011) && open < i) {
            bracket_read(r, open, i);
            open = r->n;
        }
        const struct word *w =
            words_begin(r->w, c) ? words_longest_of(r->w, C_ROLE, r->cp + i, r->n - i) : NULL;
        size_t end = w ? label_read(r, i, w) : 0;
        i = end > i ? end : i + 1;
    }
}
