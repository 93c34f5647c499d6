/* write_calendar.c - what the official arrangements say of the days of a span, for a calendar on a screen. */
#include <errno.h>
#include <string.h>

#include "base/cntime.h"
#include "ledger/engine.h"

enum { SPAN_MAX = 400 };

static int asked(const char *text, const char *what, int64_t *ret, struct err *e)
{
    int64_t ms;
    if (!text || !cn_parse_iso(text, strlen(text), &ms))
        return err_named(e, -EINVAL, "bad_input", "%s：要一个日期 | %s: is a date", what, what);
    *ret = cn_day_of(ms);
    return 0;
}

static void write_days(struct jw *w, const struct calendar *c, int64_t from, int64_t to)
{
    char date[CN_TEXT];
    jw_key(w, "days");
    jw_array(w);
    for (size_t i = 0; i < c->n; i++) {
        const struct calendar_day *d = &c->day[i];
        if (d->day < from || d->day > to)
            continue;
        jw_object(w);
        jw_kstr(w, "date", cn_format_date(cn_day_start(d->day), date));
        jw_kstr(w, "kind", d->off ? "off" : "work");
        jw_kstr(w, "name", d->name);
        jw_end_object(w);
    }
    jw_end_array(w);
}

int ledgers_write_workdays(struct ledgers *l, const char *from, const char *to, struct buf *out,
                           struct err *e)
{
    struct jw w = JW(out);
    char date[CN_TEXT];
    int64_t first = 0, last = 0;
    int r = asked(from, "from", &first, e);
    if (r == 0)
        r = asked(to, "to", &last, e);
    if (r == 0 && (last < first || last - first >= SPAN_MAX))
        r = err_named(e, -EINVAL, "bad_input", "from 至 to：1至%d天 | from, to: 1 to %d days", SPAN_MAX,
                      SPAN_MAX);
    if (r < 0)
        return r;
    jw_object(&w);
    jw_kstr(&w, "from", cn_format_date(cn_day_start(first), date));
    jw_kstr(&w, "to", cn_format_date(cn_day_start(last), date));
    write_days(&w, &l->calendar, first, last);
    jw_key(&w, "missing");
    jw_array(&w);
    for (int64_t year = cn_from_ms(cn_day_start(first)).year; year <= cn_from_ms(cn_day_start(last)).year;
         year++)
        if (year < CALENDAR_FIRST || year >= CALENDAR_FIRST + CALENDAR_YEARS ||
            !l->calendar.covers[year - CALENDAR_FIRST])
            jw_int(&w, year);
    jw_end_array(&w);
    jw_end_object(&w);
    return out->failed ? err_set(e, -ENOMEM, "out of memory") : 0;
}
