#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/scoped.h"
#include "domain/factor.h"
#include "gather/import/import_own.h"

static const struct {
    const char *name;
    enum column_kind kind;
} fixed[] = {
    { "time", COLUMN_TIME },   { "datetime", COLUMN_TIME }, { "date", COLUMN_DATE }, { "year", COLUMN_YEAR },
    { "month", COLUMN_MONTH }, { "day", COLUMN_DAY },       { "hour", COLUMN_HOUR }, { "site", COLUMN_SITE },
};

/* HJ 212 statistics a row of a file can carry (table 5). */
static const char *const stats[] = { "Avg", "Rtd", "Min", "Max", "Cou", "ZsAvg", "ZsRtd" };

/* An air word (pm25), a code or old code that this program knows, or any code of the shape of HJ 524 and HJ 525 (letter and five
 * digits, the last may be a letter), which is stored although it has no name here. */
static bool factor_code(const char *s, size_t len, char ret[24])
{
    char lower[24];
    if (len == 0 || len >= sizeof lower)
        return false;
    for (size_t i = 0; i < len; i++)
        lower[i] = s[i] >= 'A' && s[i] <= 'Z' ? (char)(s[i] + 32) : s[i];
    int item = air_item_from_word(lower, len);
    const struct factor *f = item >= 0 ? factor_air((enum air_item)item) : factor_find(lower, len);
    if (f && (item >= 0 || len == 6)) {
        snprintf(ret, 24, "%s", f->code);
        return true;
    }
    bool shape = len == 6 && lower[0] >= 'a' && lower[0] <= 'z' && strspn(lower + 1, "0123456789") >= 4;
    if (shape)
        snprintf(ret, 24, "%.*s", (int)len, lower);
    return shape;
}

/* A column of samples may be the word of an item that some site of the place samples ("din"). */
static bool sampled_code(const char *s, size_t len, const struct import_options *o, char ret[24])
{
    for (size_t i = 0; o->period == PERIOD_SAMPLE && len && len < 24 && i < o->place->n_sites; i++)
        for (const char *const *code = o->place->sites[i].sampled; code && *code; code++)
            if (strlen(*code) == len && strncasecmp(*code, s, len) == 0) {
                snprintf(ret, 24, "%s", *code);
                return true;
            }
    return false;
}

static enum column_kind meaning_of(const char *name, const struct import_options *o, struct import_column *c)
{
    for (size_t i = 0; i < COUNT_OF(fixed); i++)
        if (strcasecmp(fixed[i].name, name) == 0)
            return fixed[i].kind;
    const char *dash = strrchr(name, '-');
    size_t len = dash ? (size_t)(dash - name) : strlen(name);
    if (!sampled_code(name, len, o, c->code) && !factor_code(name, len, c->code))
        return COLUMN_IGNORED;
    if (!dash) {
        snprintf(c->stat, sizeof c->stat, "Avg");
        return COLUMN_VALUE;
    }
    if (strcasecmp(dash + 1, "Flag") == 0)
        return COLUMN_FLAG;
    for (size_t i = 0; i < COUNT_OF(stats); i++)
        if (strcasecmp(stats[i], dash + 1) == 0) {
            snprintf(c->stat, sizeof c->stat, "%s", stats[i]);
            return COLUMN_VALUE;
        }
    return COLUMN_IGNORED;
}

/* The scale of a column: by its name in the file or by the word it is mapped to. A number or a string with one. */
static int read_scale(const json_t *scales, const char *name, const char *mapped, struct import_column *c,
                      struct err *e)
{
    const json_t *v = json_object_get(scales, name);
    v = v ? v : json_object_get(scales, mapped);
    if (!v)
        return 0;
    micro m = json_to_micro(v, MICRO_MISSING);
    const char *text = json_string_value(v);
    if (text && !micro_parse(text, strlen(text), &m, NULL))
        m = MICRO_MISSING;
    if (!decimal_from_micro(m, &c->by))
        return err_set(e, -EINVAL,
                       "mapping: the scale of '%s' is not a number of at most six decimals other than 0",
                       name);
    c->scaled = c->by.mantissa != 1 || c->by.exponent != 0;
    return 0;
}

static int read_column(const struct csv_field *f, const struct import_options *o, struct import_column *c,
                       struct err *e)
{
    const char *s = f->s;
    size_t len = f->len;
    for (; len && (*s == ' ' || *s == '\t'); s++)
        len--;
    while (len && (s[len - 1] == ' ' || s[len - 1] == '\t'))
        len--;
    *c = (struct import_column){ .flag = -1 };
    snprintf(c->name, sizeof c->name, "%.*s", (int)(len < sizeof c->name ? len : sizeof c->name - 1), s);
    const char *mapped = json_str(json_object_get(o->map, "columns"), c->name, c->name);
    c->kind = meaning_of(mapped, o, c);
    if (c->kind == COLUMN_IGNORED && mapped != c->name && *mapped)
        return err_set(e, -EINVAL, "mapping: '%s' for column '%s' is no time, site or factor", mapped,
                       c->name);
    return c->kind == COLUMN_VALUE ? read_scale(json_object_get(o->map, "scale"), c->name, mapped, c, e) : 0;
}

/* Where the heading keeps the number of a column that may stand once; NULL for values and flags. */
static int *place_of(struct import_heading *h, enum column_kind k)
{
    switch (k) {
    case COLUMN_SITE:
        return &h->site;
    case COLUMN_TIME:
        return &h->time;
    case COLUMN_DATE:
        return &h->date;
    case COLUMN_YEAR:
        return &h->year;
    case COLUMN_MONTH:
        return &h->month;
    case COLUMN_DAY:
        return &h->day;
    case COLUMN_HOUR:
        return &h->hour;
    default:
        return NULL;
    }
}

static bool same_meaning(const struct import_column *a, const struct import_column *b)
{
    return a->kind == b->kind && strcmp(a->code, b->code) == 0 && strcmp(a->stat, b->stat) == 0;
}

static int add_column(struct import_heading *h, size_t i, struct import_report *report, struct err *e)
{
    struct import_column *c = &h->col[i];
    for (size_t k = 0; k < i && c->kind != COLUMN_IGNORED; k++)
        if (same_meaning(c, &h->col[k]))
            return err_set(e, -EINVAL, "columns '%s' and '%s' mean the same", h->col[k].name, c->name);
    int *at = place_of(h, c->kind);
    if (at)
        *at = (int)i;
    if (c->kind == COLUMN_IGNORED && *c->name) {
        size_t used = strlen(report->ignored);
        if (used + strlen(c->name) + 3 < sizeof report->ignored)
            snprintf(report->ignored + used, sizeof report->ignored - used, "%s%s", used ? ", " : "",
                     c->name);
    }
    return 0;
}

static int check_heading(struct import_heading *h, const struct import_options *o, struct err *e)
{
    size_t values = 0;
    for (size_t i = 0; i < h->n; i++) {
        values += h->col[i].kind == COLUMN_VALUE;
        for (size_t k = 0; k < h->n && h->col[i].kind == COLUMN_VALUE; k++)
            if (h->col[k].kind == COLUMN_FLAG && strcmp(h->col[k].code, h->col[i].code) == 0)
                h->col[i].flag = (int)k;
    }
    if (values == 0)
        return err_set(e, -EINVAL, "no column is a factor (pm25, co, w01018 ...); --map can name them");
    bool parts = h->year >= 0 && h->month >= 0 && h->day >= 0;
    if (h->time < 0 && h->date < 0 && !parts)
        return err_set(e, -EINVAL,
                       "there is no column 'time', 'datetime', 'date' or 'year', 'month' and 'day'");
    if (h->time < 0 && h->hour < 0 && o->period == PERIOD_HOUR && parts)
        return err_set(e, -EINVAL, "there is no column 'hour'");
    if (h->site < 0 && !o->site && !*json_str(o->map, "site", ""))
        return err_set(e, -EINVAL, "there is no column 'site', and no site was named");
    return 0;
}

int import_heading_read(const struct csv *c, const struct import_options *o, struct import_heading *h,
                        struct import_report *report, struct err *e)
{
    h->n = c->n;
    h->site = h->time = h->date = h->year = h->month = h->day = h->hour = -1;
    for (size_t i = 0; i < c->n; i++) {
        int r = read_column(&c->field[i], o, &h->col[i], e);
        if (r < 0 || (r = add_column(h, i, report, e)) < 0)
            return r;
    }
    return check_heading(h, o, e);
}
