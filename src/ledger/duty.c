/* duty.c - the duty to report each period; a miss is written down the next day. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cntime.h"
#include "ledger/timing.h"

struct term {
    int64_t first, last; /* days */
    int64_t due;         /* the day the report is to be there */
    char label[16];
};

static struct term period_of(const struct duty *u, int64_t day)
{
    static const int months[EVERY_COUNT] = { 0, 0, 1, 3, 6, 12 };
    struct term p = { 0 };
    struct cn_civil c = cn_from_ms(cn_day_start(day));
    int n = months[u->every];
    if (u->every == EVERY_WEEK) {
        p.first = day - ((day + 3) % 7 + 7) % 7; /* Monday; 1970-01-01 was a Thursday */
        p.last = p.first + 6;
        char monday[CN_TEXT];
        snprintf(p.label, sizeof p.label, "%.10s", cn_format_date(cn_day_start(p.first), monday));
    } else {
        int k = (c.month - 1) / n, month = k * n + 1, end = month + n;
        p.first = cn_days(c.year, month, 1);
        p.last = (end > 12 ? cn_days(c.year + 1, 1, 1) : cn_days(c.year, end, 1)) - 1;
        unsigned year = (unsigned)c.year % 10000u, part = (unsigned)k % 12u + 1u;
        if (u->every == EVERY_MONTH)
            snprintf(p.label, sizeof p.label, "%04u-%02u", year, part);
        else if (u->every == EVERY_YEAR)
            snprintf(p.label, sizeof p.label, "%04u", year);
        else
            snprintf(p.label, sizeof p.label, "%04u-%c%u", year, u->every == EVERY_QUARTER ? 'Q' : 'H', part);
    }
    p.due = p.first + u->on_day - 1 < p.last ? p.first + u->on_day - 1 : p.last;
    return p;
}

/* A report counts for the first due day that is not before it. */
static struct term period_for(const struct duty *u, int64_t day)
{
    struct term p = period_of(u, day);
    return day <= p.due ? p : period_of(u, p.last + 1);
}

int64_t duty_period(const struct duty *u, int64_t day, char ret[16])
{
    struct term p = period_for(u, day);
    memcpy(ret, p.label, sizeof p.label);
    return p.due;
}

static bool was_missed(const json_t *doc, const char *label)
{
    const json_t *list = json_object_get(doc, "missed");
    for (size_t i = 0; i < json_array_size(list); i++)
        if (strcmp(json_str(json_array_get(list, i), "period", ""), label) == 0)
            return true;
    return false;
}

static json_t *missed_body(const struct duty *u, const struct term *p)
{
    char due[CN_TEXT];
    cn_format_date(cn_day_start(p->due), due);
    json_t *zh = json_sprintf("未按期报告：%s（应于 %s 前报告）", p->label, due);
    json_t *en = json_sprintf("no report for %s, which was due on %s", p->label, due);
    return json_pack("{s:{s:s, s:s}, s:s, s:s, s:o*, s:o, s:o}", "missed", "period", p->label, "due", due,
                     "period", p->label, "due", due, "by", json_deep_copy(u->by), "text", zh, "text_en", en);
}

int duty_due(const struct ledgers *l, const struct loaded *c, int64_t now, json_t **ret_body,
             int64_t *ret_next, struct err *e)
{
    const struct duty *u = &c->def->time.duty;
    int64_t since = json_int(c->doc, "duty", 0), today = cn_day_of(now);
    (void)l;
    *ret_body = NULL;
    *ret_next = NEVER;
    if (!u->every || !since || json_object_get(c->doc, "merged_into"))
        return 0;
    static const int longest[EVERY_COUNT] = { 1, 7, 31, 92, 184, 366 };
    int64_t day = cn_day_of(since) + 1, oldest = today - (KEPT_MAX - 2) * longest[u->every];
    /* Before the oldest period that the document remembers nothing can be said to be missing. */
    struct term p = period_for(u, day > oldest ? day : oldest);
    while (p.due < today &&
           (names_hold(json_object_get(c->doc, "reported"), p.label) || was_missed(c->doc, p.label)))
        p = period_of(u, p.last + 1);
    *ret_next = cn_day_start(p.due + 1);
    if (p.due >= today)
        return 0;
    *ret_body = missed_body(u, &p);
    return *ret_body ? 0 : err_set(e, -ENOMEM, "out of memory");
}
