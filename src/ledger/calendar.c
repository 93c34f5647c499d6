#include "ledger/calendar.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/csv.h"
#include "base/file.h"
#include "ledger/folder.h"

static int year_of(int64_t day)
{
    return cn_from_ms(cn_day_start(day)).year;
}

static bool field_is(const struct csv_field *f, const char *word)
{
    return f->len == strlen(word) && memcmp(f->s, word, f->len) == 0;
}

static int add_row(struct calendar *c, const struct csv *csv, const char *path, int year, struct err *e)
{
    int64_t ms;
    if (csv->n < 2 || csv->field[0].len != 10 || !cn_parse_iso(csv->field[0].s, 10, &ms))
        return err_named(e, -EINVAL, "definition.calendar", "%s:%zu: wants date,kind,name", path, csv->line);
    int64_t day = cn_day_of(ms);
    if (year_of(day) != year)
        return err_named(e, -EINVAL, "definition.calendar", "%s:%zu: %.10s is not in %d", path, csv->line,
                         csv->field[0].s, year);
    bool off = field_is(&csv->field[1], "off");
    if (!off && !field_is(&csv->field[1], "work"))
        return err_named(e, -EINVAL, "definition.calendar", "%s:%zu: kind is off or work", path, csv->line);
    if (c->n && c->day[c->n - 1].day >= day)
        return err_named(e, -EINVAL, "definition.calendar", "%s:%zu: %.10s is repeated or out of order", path,
                         csv->line, csv->field[0].s);
    size_t name = csv->n > 2 ? csv->field[2].len : 0;
    if (name >= sizeof c->day->name)
        return err_named(e, -EINVAL, "definition.calendar", "%s:%zu: the name has more than %zu bytes", path,
                         csv->line, sizeof c->day->name - 1);
    struct calendar_day *grown = realloc(c->day, (c->n + 1) * sizeof *grown);
    if (!grown)
        return err_set(e, -ENOMEM, "%s: out of memory", path);
    c->day = grown;
    c->day[c->n] = (struct calendar_day){ .day = day, .off = off };
    if (name)
        memcpy(c->day[c->n].name, csv->field[2].s, name);
    c->n++;
    c->covers[year - CALENDAR_FIRST] = true;
    return 0;
}

static int load_year(const char *path, const char *name, void *arg, struct err *e)
{
    struct calendar *c = arg;
    char *end;
    long year = strtol(name, &end, 10);
    if (end != name + 4 || strcmp(end, ".csv") != 0 || year < CALENDAR_FIRST ||
        year >= CALENDAR_FIRST + CALENDAR_YEARS)
        return err_named(e, -EINVAL, "definition.calendar",
                         "%s: a calendar's file is named by its year, as 2026.csv", path);
    struct buf text = BUF_INIT;
    struct csv csv;
    int r = file_read(path, 1024 * 1024, &text, e);
    if (r == 0) {
        if (!text.len)
            r = err_named(e, -EINVAL, "definition.calendar", "%s:1: is empty", path);
        else
            csv_init(&csv, text.data, text.len);
    }
    if (r == 0) {
        r = csv_next(&csv, e); /* the heading */
    }
    while (r >= 0 && (r = csv_next(&csv, e)) == 1)
        if ((r = add_row(c, &csv, path, (int)year, e)) < 0)
            break;
    buf_release(&text);
    return r;
}

int calendar_load(const char *definitions, struct calendar *ret, struct err *e)
{
    struct calendar c = { 0 };
    int r = folder_each(definitions, "calendar", ".csv", load_year, &c, e);
    if (r < 0 && r != -ENOENT) {
        calendar_release(&c);
        return r;
    }
    *ret = c;
    return 0;
}

void calendar_release(struct calendar *c)
{
    free(c->day);
    *c = (struct calendar){ 0 };
}

static int compare_day(const void *key, const void *entry)
{
    int64_t a = *(const int64_t *)key, b = ((const struct calendar_day *)entry)->day;
    return a < b ? -1 : a > b;
}

int calendar_is_workday(const struct calendar *c, int64_t day, int *ret_year)
{
    int year = year_of(day);
    if (year < CALENDAR_FIRST || year >= CALENDAR_FIRST + CALENDAR_YEARS ||
        !c->covers[year - CALENDAR_FIRST]) {
        if (ret_year)
            *ret_year = year;
        return -ENODATA;
    }
    const struct calendar_day *d = bsearch(&day, c->day, c->n, sizeof *c->day, compare_day);
    if (d)
        return !d->off;
    int weekday = (int)(((day + 4) % 7 + 7) % 7); /* 1970-01-01 was a Thursday; 0 is Sunday */
    return weekday != 0 && weekday != 6;
}

int calendar_span_end(const struct calendar *c, int64_t from, int n, int64_t *ret_day, int *ret_year)
{
    for (int64_t day = from;; day++) {
        int r = calendar_is_workday(c, day, ret_year);
        if (r < 0)
            return r;
        n -= r;
        if (n <= 0) {
            *ret_day = day;
            return 0;
        }
    }
}

int calendar_count(const struct calendar *c, int64_t from, int64_t to, int *ret_count, int *ret_year)
{
    int n = 0;
    for (int64_t day = from + 1; day <= to; day++) {
        int r = calendar_is_workday(c, day, ret_year);
        if (r < 0)
            return r;
        n += r;
    }
    *ret_count = n;
    return 0;
}
