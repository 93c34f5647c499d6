#include "app/samples.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "domain/place.h"
#include "gather/import/import.h"
#include "store/store.h"

enum { DIGITS_MOST = 24 };

struct taking {
    const struct samples_ask *ask;
    struct obs_writer *writer;
    char bad[200]; /* the first row that cannot be used */
};

static void writerp(struct obs_writer **w)
{
    obs_writer_close(*w);
}

static int append(const struct record *r, size_t n, size_t *ret_new, void *arg, struct err *e)
{
    struct taking *t = arg;
    scoped(freep) bool *fresh = calloc(n + 1, sizeof *fresh);
    int k = fresh ? obs_append(t->writer, r, n, fresh, e) : err_set(e, -ENOMEM, "out of memory");
    for (size_t i = 0; k == 0 && i < n; i++)
        *ret_new += fresh[i];
    if (k == 0 && t->ask->stored)
        t->ask->stored(t->ask->arg, r, n);
    return k;
}

static void bad_row(size_t line, const char *reason, void *arg)
{
    struct taking *t = arg;
    if (!*t->bad)
        snprintf(t->bad, sizeof t->bad, "line %zu: %s", line, reason);
}

static int take_list(struct taking *t, const char *csv, size_t len, struct import_report *report,
                     struct err *e)
{
    scoped(buf_release) struct buf text = BUF_INIT;
    struct import_options o = { .place = t->ask->place, .period = PERIOD_SAMPLE, .now = t->ask->now };
    struct import_calls calls = { append, bad_row, t };
    buf_add(&text, csv, len);
    if (text.failed)
        return err_set(e, -ENOMEM, "out of memory");
    struct err why = { .text = "" };
    int r = import_csv(text.data, text.len, &o, &calls, report, &why);
    return r < 0 ? err_named(e, r, "samples.list", "%s", *t->bad ? t->bad : why.text) : 0;
}

static bool sampled(const struct site *s, const char *code)
{
    for (const char *const *c = s->sampled; c && *c; c++)
        if (strcmp(*c, code) == 0)
            return true;
    return false;
}

/* A value is a decimal number as text, so that its digits are kept, or a number. */
static int add_value(struct buf *body, const struct site *s, const char *code, const json_t *v, struct err *e)
{
    char text[MICRO_TEXT];
    const char *digits = json_string_value(v);
    micro m = json_to_micro(v, MICRO_MISSING);
    if (!sampled(s, code))
        return err_named(e, -EINVAL, "samples.item", "%.40s: is not sampled at %s", code, s->code);
    if (!digits && m != MICRO_MISSING)
        digits = micro_format(m, -1, text);
    if (!digits || !*digits || strlen(digits) > DIGITS_MOST ||
        strspn(digits, "0123456789.-") != strlen(digits) || !micro_parse(digits, strlen(digits), &m, NULL) ||
        value_beyond(m))
        return err_named(e, -EINVAL, "samples.value", "%.40s: '%.40s' is no number", code,
                         digits ? digits : "?");
    record_put(body, code, "Avg", digits, strlen(digits), 'N');
    return 0;
}

static int take_one(struct taking *t, const json_t *body, struct import_report *report, struct err *e)
{
    const json_t *values = json_object_get(body, "values");
    int64_t id = json_int(body, "site", 0), time;
    const char *date = json_str(body, "date", ""), *code;
    const struct site *s = id > 0 && id <= INT32_MAX ? place_site(t->ask->place, (int32_t)id) : NULL;
    scoped(buf_release) struct buf text = BUF_INIT;
    json_t *v;
    if (!s || !s->sampled || !*s->sampled)
        return err_named(e, -EINVAL, "samples.site", "site: no point of that number is sampled");
    if (!cn_parse_iso(date, strlen(date), &time) || time < 0 || time > t->ask->now)
        return err_named(e, -EINVAL, "samples.date", "date: '%.40s' is no date, or has not come yet", date);
    if (!json_is_object(values) || !json_object_size(values) || json_object_size(values) > SAMPLED_MOST)
        return err_named(e, -EINVAL, "samples.value", "values: 1 to %d items", SAMPLED_MOST);
    json_object_foreach((json_t *)(uintptr_t)values, code, v)
    {
        int r = add_value(&text, s, code, v, e);
        if (r < 0)
            return r;
    }
    if (text.failed)
        return err_set(e, -ENOMEM, "out of memory");
    struct record r = { .time = time,
                        .site = s->id,
                        .period = PERIOD_SAMPLE,
                        .source = SOURCE_HAND,
                        .tag = record_hash(text.data, text.len),
                        .arrival = t->ask->now,
                        .body = text.data,
                        .body_len = text.len };
    report->records = 1;
    return append(&r, 1, &report->fresh, t, e);
}

int samples_take(const struct samples_ask *ask, const json_t *body, struct buf *out, struct err *e)
{
    scoped(writerp) struct obs_writer *writer = NULL;
    struct taking t = { .ask = ask };
    struct import_report report = { 0 };
    const json_t *csv = json_object_get(body, "csv");
    int r = obs_writer_open(ask->dir, false, &writer, e);
    t.writer = writer;
    if (r == 0)
        r = json_is_string(csv) ? take_list(&t, json_string_value(csv), json_string_length(csv), &report, e)
                                : take_one(&t, body, &report, e);
    if (r < 0)
        return r;
    struct jw w = JW(out);
    jw_object(&w);
    jw_kint(&w, "records", (int64_t)report.records);
    jw_kint(&w, "new", (int64_t)report.fresh);
    jw_end_object(&w);
    return 0;
}
