/* run_row.c - one row's cells: dates, numbers in the kind's units, texts. */
#include <errno.h>
#include <string.h>

#include "base/cntime.h"
#include "domain/record.h"
#include "evaluate/run_own.h"

static const char *trim(const char *s, size_t *len)
{
    while (*len && (*s == ' ' || *s == '\t')) {
        s++;
        --*len;
    }
    while (*len && (s[*len - 1] == ' ' || s[*len - 1] == '\t'))
        --*len;
    return s;
}

/* Also with an exponent, as spreadsheets and scripts write small figures: 4E-05. The point is moved in the text, so nothing is rounded
 * before all digits are in their place. */
static bool number(const char *s, size_t len, micro *ret)
{
    enum { DIGITS = 40, EXPONENT = 99 };
    char digit[DIGITS], plain[2 * EXPONENT + 2 * DIGITS];
    size_t n = 0, at = 0, point = 0, k = 0;
    bool negative = false, dot = false;
    int exponent = 0;
    if (micro_parse(s, len, ret, NULL))
        return true;
    if (at < len && (s[at] == '-' || s[at] == '+'))
        negative = s[at++] == '-';
    for (; at < len && ((s[at] >= '0' && s[at] <= '9') || (s[at] == '.' && !dot)); at++) {
        if (s[at] == '.')
            dot = true;
        else if (n == DIGITS)
            return false;
        else
            digit[n++] = s[at];
        point = dot ? point : n;
    }
    if (!n || at == len || (s[at] != 'e' && s[at] != 'E'))
        return false;
    bool down = ++at < len && s[at] == '-';
    at += at < len && (s[at] == '-' || s[at] == '+');
    if (at == len || len - at > 2)
        return false;
    for (; at < len; at++) {
        if (s[at] < '0' || s[at] > '9')
            return false;
        exponent = exponent * 10 + (s[at] - '0');
    }
    int left = (int)point + (down ? -exponent : exponent); /* digits before the point */
    if (negative)
        plain[k++] = '-';
    plain[k++] = '0';
    for (int i = left < 0 ? left : 0; i < (left > (int)n ? left : (int)n); i++) {
        if (i == left)
            plain[k++] = '.';
        plain[k++] = i >= 0 && i < (int)n ? digit[i] : '0';
    }
    return micro_parse(plain, k, ret, NULL);
}

static int read_value(struct run *r, size_t i, struct err *e)
{
    const struct in_column *in = &r->in[i];
    int at = r->columns.at[i];
    r->value[i] = MICRO_MISSING;
    r->text[i] = (struct cell_text){ "", 0 };
    if (at < 0)
        return 0;
    size_t len = r->table.cell[at].len;
    const char *s = trim(r->table.cell[at].s, &len);
    if (cell_missing(s, len)) {
        r->sum->missing.not_sent += in->unit != NULL;
        return 0;
    }
    if (!in->unit) {
        r->text[i] = (struct cell_text){ s, len };
        return 0;
    }
    micro v;
    if (!number(s, len, &v))
        return err_set(e, -EINVAL, "%s: '%.*s' is no number", in->name, (int)(len > 40 ? 40 : len), s);
    const struct scale *k = &r->columns.scale[i];
    micro scaled = value_beyond(v) || k->times == k->by ? v : micro_muldiv(v, k->times, k->by);
    if (value_beyond(scaled))
        return err_set(e, -EINVAL, "%s: '%.*s' is beyond what is judged", in->name,
                       (int)(len > 40 ? 40 : len), s);
    r->value[i] = scaled;
    r->sum->values++;
    return 0;
}

static int cell_int(const struct run *r, int at)
{
    micro v;
    const struct table_cell *c = &r->table.cell[at];
    return micro_parse(c->s, c->len, &v, NULL) && v % MICRO_ONE == 0 && v >= 0 && v < 10000 * MICRO_ONE
               ? (int)(v / MICRO_ONE)
               : -1;
}

static int read_day(struct run *r, struct err *e)
{
    const struct columns *c = &r->columns;
    r->row.day = NO_DAY;
    if (c->date >= 0) {
        const struct table_cell *cell = &r->table.cell[c->date];
        if (date_parse(cell->s, cell->len, &r->row.day) || cell_missing(cell->s, cell->len) || r->n_sets ||
            r->only || r->kind->undated)
            return 0;
        return err_set(e, -EINVAL, "date: '%.*s' is no date", (int)(cell->len > 40 ? 40 : cell->len),
                       cell->s);
    }
    if (c->year >= 0) {
        struct cn_civil d = { .year = cell_int(r, c->year),
                              .month = cell_int(r, c->month),
                              .day = cell_int(r, c->day) };
        if (cn_valid(&d))
            r->row.day = cn_days(d.year, d.month, d.day);
        else if (!r->n_sets && !r->only && !r->kind->undated)
            return err_set(e, -EINVAL, "year, month, day: no date");
    }
    return 0;
}

int run_read_row(struct run *r, struct err *e)
{
    if (r->table.n != r->headings)
        return err_set(e, -EINVAL, "%zu cells where the heading has %zu", r->table.n, r->headings);
    r->row.line = r->table.line;
    int k = read_day(r, e);
    for (size_t i = 0; i < r->n_in && k == 0; i++)
        k = read_value(r, i, e);
    return k;
}
