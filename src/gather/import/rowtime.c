#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cntime.h"
#include "gather/import/import_own.h"

static bool whole(const struct csv_field *f, int *ret)
{
    int v = 0;
    if (f->len == 0 || f->len > 6)
        return false;
    for (size_t i = 0; i < f->len; i++) {
        if (f->s[i] < '0' || f->s[i] > '9')
            return false;
        v = v * 10 + (f->s[i] - '0');
    }
    *ret = v;
    return true;
}

/* Spreadsheets write 2020/3/6 8:00; an hour of 24 is the end of the day. */
static bool loose_time(const char *s, size_t len, struct cn_civil *c)
{
    char text[32];
    int used = 0;
    if (len >= sizeof text || memchr(s, '\0', len))
        return false;
    memcpy(text, s, len);
    text[len] = '\0';
    for (char *p = text; *p; p++)
        *p = *p == '/' ? '-' : *p == 'T' ? ' ' : *p;
    *c = (struct cn_civil){ 0 };
    int got = sscanf(text, "%4d-%2d-%2d%n %2d:%2d%n:%2d%n", &c->year, &c->month, &c->day, &used, &c->hour,
                     &c->minute, &used, &c->second, &used);
    return (got == 3 || got >= 5) && used == (int)len;
}

static int civil_time(const struct cn_civil *civil, int64_t *ret, struct err *e)
{
    struct cn_civil c = *civil;
    bool midnight = c.hour == 24 && c.minute == 0 && c.second == 0;
    c.hour = midnight ? 0 : c.hour;
    if (!cn_valid(&c))
        return err_set(e, -EINVAL, "%04d-%02d-%02d %02d:%02d is no time", c.year, c.month, c.day, c.hour,
                       c.minute);
    *ret = cn_to_ms(&c) + (midnight ? MS_DAY : 0);
    return 0;
}

static int text_time(const struct csv_field *f, int64_t *ret, struct err *e)
{
    struct cn_civil c;
    if (cn_parse_iso(f->s, f->len, ret) || cn_parse_compact(f->s, f->len, ret))
        return 0;
    if (loose_time(f->s, f->len, &c))
        return civil_time(&c, ret, e);
    return err_set(e, -EINVAL, "'%.*s' is no time", (int)(f->len < 40 ? f->len : 40), f->s);
}

/* A file of days read as hours would put every day's mean at midnight: an hour has to be written. */
static int check_hour(const struct csv_field *f, const struct import_options *o, struct err *e)
{
    bool digits = true;
    for (size_t i = 0; i < f->len; i++)
        digits = digits && f->s[i] >= '0' && f->s[i] <= '9';
    if (o->period != PERIOD_HOUR || memchr(f->s, ':', f->len) || (digits && f->len > 8))
        return 0;
    return err_set(e, -EINVAL, "'%.*s' has no hour (--period day reads days)",
                   (int)(f->len < 40 ? f->len : 40), f->s);
}

static int parts_time(const struct csv *c, const struct import_heading *h, int64_t *ret, struct err *e)
{
    struct cn_civil civil = { 0 };
    if (!whole(&c->field[h->year], &civil.year) || !whole(&c->field[h->month], &civil.month) ||
        !whole(&c->field[h->day], &civil.day))
        return err_set(e, -EINVAL, "year, month and day are not whole numbers");
    return civil_time(&civil, ret, e);
}

static int named_time(const struct csv *c, const struct import_heading *h, const struct import_options *o,
                      int64_t *ret, struct err *e)
{
    int whole_time = h->time >= 0 ? h->time : h->hour < 0 ? h->date : -1;
    if (whole_time >= 0) {
        int r = text_time(&c->field[whole_time], ret, e);
        return r < 0 ? r : check_hour(&c->field[whole_time], o, e);
    }
    int hour = 0, r = h->date >= 0 ? text_time(&c->field[h->date], ret, e) : parts_time(c, h, ret, e);
    if (r < 0 || h->hour < 0)
        return r;
    if (*ret != cn_day_start(cn_day_of(*ret)))
        return err_set(e, -EINVAL, "the date has an hour, and there is a column 'hour' besides");
    const struct csv_field *f = &c->field[h->hour];
    if (!whole(f, &hour) || hour > 24)
        return err_set(e, -EINVAL, "'%.*s' is no hour", (int)(f->len < 40 ? f->len : 40), f->s);
    *ret += hour * MS_HOUR;
    return 0;
}

int import_time_read(const struct csv *c, const struct import_heading *h, const struct import_options *o,
                     int64_t *ret, struct err *e)
{
    char text[CN_TEXT];
    int64_t t = 0;
    int r = named_time(c, h, o, &t, e);
    if (r < 0)
        return r;
    if (o->period == PERIOD_HOUR && t != cn_hour_start(cn_hour_of(t)))
        return err_set(e, -EINVAL, "%s is not on the hour", cn_format_iso(t, text));
    if (o->period == PERIOD_DAY && t != cn_day_start(cn_day_of(t)))
        return err_set(e, -EINVAL, "%s is not the start of a day", cn_format_iso(t, text));
    if (o->label == IMPORT_LABEL_END && o->period == PERIOD_HOUR)
        t -= MS_HOUR;
    if (t > o->now)
        return err_set(e, -EINVAL, "%s has not come yet", cn_format_iso(t, text));
    *ret = t;
    return 0;
}
