/* demo_samples.c - what people sampled in the demo city before its first day: demo/samples.json says the mean of each item and where samples are
 * missing; each value lies around it by a seed of site, day and item, so that the same day gives the same city. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/demo.h"
#include "base/cntime.h"
#include "base/scoped.h"

enum { BODY = 512, BATCH = 500 };

struct writing {
    struct demo *d;
    struct obs_writer *writer;
    struct record record[BATCH];
    char body[BATCH][BODY];
    size_t n, total;
};

static int flush(struct writing *w, struct err *e)
{
    int r = w->n ? obs_append(w->writer, w->record, w->n, NULL, e) : 0;
    w->total += w->n;
    w->n = 0;
    return r;
}

/* -1 to 1 in steps of a hundredth. */
static double sway(const char *site, const char *item, int64_t day)
{
    char key[128];
    int n = snprintf(key, sizeof key, "%s %s %lld", site, item, (long long)day);
    return (double)((int)(record_hash(key, (size_t)n) % 201) - 100) / 100;
}

static int add_sample(struct writing *w, const struct site *site, const json_t *items, int64_t day,
                      struct err *e)
{
    const char *item;
    json_t *v;
    char *body = w->body[w->n];
    size_t len = 0;
    int month = cn_from_ms(cn_day_start(day)).month;
    double season = month >= 6 && month <= 9 ? 0.12 : -0.05;
    json_object_foreach((json_t *)(uintptr_t)items, item, v)
    {
        double mean = json_number_value(json_array_get(v, 0));
        int places = (int)json_integer_value(json_array_get(v, 1));
        bool ph = strcmp(item, "ph") == 0 || strcmp(item, "w01001") == 0;
        double x = ph ? mean + 0.2 * sway(site->code, item, day)
                      : mean * (1 + season + 0.15 * sway(site->code, item, day));
        int n = snprintf(body + len, BODY - len, "%s-Avg=%.*f,%s-Flag=N;", item,
                         places < 0 || places > 6 ? 2 : places, x, item);
        if (n < 0 || (size_t)n >= BODY - len)
            return err_set(e, -EINVAL, "demo/samples.json: %s: too many items", site->code);
        len += (size_t)n;
    }
    int64_t time = cn_day_start(day) + 10 * MS_HOUR;
    w->record[w->n++] = (struct record){ .time = time,
                                         .site = site->id,
                                         .period = PERIOD_SAMPLE,
                                         .source = SOURCE_FILE,
                                         .tag = record_hash(body, len),
                                         .arrival = time + MS_HOUR,
                                         .body = body,
                                         .body_len = len };
    return w->n == BATCH ? flush(w, e) : 0;
}

static bool listed(const json_t *list, int64_t n)
{
    for (size_t i = 0; i < json_array_size(list); i++)
        if (json_integer_value(json_array_get(list, i)) == n)
            return true;
    return false;
}

static bool day_skipped(const json_t *list, int back, int day)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *s = json_array_get(list, i);
        if (json_integer_value(json_array_get(s, 0)) == back &&
            day >= json_integer_value(json_array_get(s, 1)) &&
            day <= json_integer_value(json_array_get(s, 2)))
            return true;
    }
    return false;
}

/* One month of one entry; back: how many months before the demo's first day, 0 is the running one. */
static int add_month(struct writing *w, const struct site *site, const json_t *entry, int year, int month,
                     int back, struct err *e)
{
    const json_t *items = json_object_get(entry, "items"), *skip = json_object_get(entry, "skip_days");
    int first = (int)json_int(entry, "day", 1), last = first, r = 0;
    if (!listed(json_object_get(entry, "months"), month) || listed(json_object_get(entry, "skip"), back))
        return 0;
    if (json_flag(entry, "daily", false)) {
        first = 1;
        last = cn_days_in_month(year, month);
    }
    for (int d = first; r == 0 && d <= last; d++) {
        int64_t day = cn_days(year, month, d);
        if (day < cn_day_of(w->d->today) && !day_skipped(skip, back, d))
            r = add_sample(w, site, items, day, e);
    }
    return r;
}

static int add_entry(struct writing *w, const json_t *entry, struct err *e)
{
    const struct site *site = place_site_by_code(w->d->core.place, json_str(entry, "site", ""));
    struct cn_civil today = cn_from_ms(w->d->today);
    int months = 12 * (int)json_int(entry, "years", 1), r = 0;
    if (!site || months < 12 || months > 120)
        return err_set(e, -EINVAL, "demo/samples.json: no site '%s', or not 1 to 10 years",
                       json_str(entry, "site", ""));
    for (int back = months; r == 0 && back >= 0; back--) {
        int at = today.year * 12 + today.month - 1 - back;
        r = add_month(w, site, entry, at / 12, at % 12 + 1, back, e);
    }
    return r < 0 ? r : flush(w, e);
}

int demo_write_samples(struct demo *d, size_t *ret_records, struct err *e)
{
    char path[4200];
    scoped(json_decrefp) json_t *all = NULL;
    struct writing *w = calloc(1, sizeof *w);
    snprintf(path, sizeof path, "%s/samples.json", d->from);
    int r = w ? json_read_file(path, &all, e) : err_set(e, -ENOMEM, "out of memory");
    if (r == 0)
        w->d = d;
    if (r == 0)
        r = obs_writer_open(d->dir, false, &w->writer, e);
    const json_t *list = json_object_get(all, "samples");
    for (size_t i = 0; r == 0 && i < json_array_size(list); i++)
        r = add_entry(w, json_array_get(list, i), e);
    if (w) {
        *ret_records += w->total;
        obs_writer_close(w->writer);
    }
    free(w);
    return r;
}
