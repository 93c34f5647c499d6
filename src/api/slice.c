/* slice.c - the data that a case was opened on: the hours of the finding's factor, frozen into the case. The finding itself is written
 * anew as the data go on; what somebody was charged with is not. */
#include "api/slice.h"

#include <errno.h>
#include <string.h>

#include "base/cntime.h"
#include "domain/factor.h"

/* A day before the trouble shows what was usual; of a long trouble the newest hours. The field holds at most 500 rows. */
enum { HOURS_MAX = 120 };

struct slice {
    const char *code;
    bool converted;
    json_t *rows;
};

static int take_hour(const struct record *r, void *arg)
{
    struct slice *s = arg;
    struct record_value v;
    char at[CN_TEXT], flag[2] = "";
    if (!record_find(r->body, r->body_len, s->code, s->converted, &v))
        return 0;
    cn_format_iso(r->time, at);
    at[sizeof "2026-01-01T00:00" - 1] = '\0';
    flag[0] = v.flag;
    json_t *row = json_pack("{s:s, s:s%, s:s}", "at", at, "digits", v.digits, (size_t)v.digits_len, "flag",
                            *flag ? flag : "N");
    size_t n = json_array_size(s->rows);
    /* Sent again with another value: the last that came stands. */
    const json_t *last = n ? json_array_get(s->rows, n - 1) : NULL;
    if (last && strcmp(json_str(last, "at", ""), at) == 0)
        json_array_remove(s->rows, n - 1);
    return row && json_array_append_new(s->rows, row) == 0 ? 0 : -ENOMEM;
}

int slice_of(struct api *api, const struct site *site, const char *factor, int64_t from, int64_t to,
             int64_t now, json_t **ret, struct err *e)
{
    const struct factor *f = factor_find(factor, strlen(factor));
    struct slice s = { .code = f ? f->code : factor,
                       .converted = site->kind == SITE_GAS_OUTLET,
                       .rows = json_array() };
    struct obs_reader *reader;
    int r = s.rows ? reader_take(api, &reader, e) : err_set(e, -ENOMEM, "no memory for a slice");
    if (r < 0)
        return r;
    int64_t until = to < now ? to : now, since = from - MS_DAY;
    if (until - since > HOURS_MAX * MS_HOUR)
        since = until - HOURS_MAX * MS_HOUR;
    struct obs_query q = { .site = site->id, .period = PERIOD_HOUR, .from = since, .to = until };
    r = obs_scan(reader, &q, take_hour, &s, e);
    reader_give_back(api, reader);
    if (r < 0)
        json_decref(s.rows);
    else
        *ret = s.rows;
    return r;
}
