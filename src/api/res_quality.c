/* Data quality: rates with their four kinds of missing, consistency marks. */
#include <errno.h>
#include <string.h>

#include "api/handlers.h"
#include "base/cntime.h"

static int kind_param(struct request *rq, int *ret, struct err *e)
{
    const char *word = query_str(rq, "kind", NULL);
    *ret = -1;
    for (int k = 0; word && k < SITE_KINDS; k++)
        if (strcmp(word, site_kind_word((enum site_kind)k)) == 0)
            *ret = k;
    return word && *ret < 0
               ? err_named(e, -EINVAL, "bad_input",
                           "kind: '%.40s' is none of air, river, water_outlet, gas_outlet, radiation", word)
               : 0;
}

/* The calendar month, quarter or year that holds `at`. */
static int calendar(const char *period, int64_t at, int64_t *from, int64_t *to, struct err *e)
{
    struct cn_civil c = cn_from_ms(at);
    int months = strcmp(period, "month") == 0     ? 1
                 : strcmp(period, "quarter") == 0 ? 3
                 : strcmp(period, "year") == 0    ? 12
                                                  : 0;
    if (!months)
        return err_named(e, -EINVAL, "bad_input", "period: '%.40s' is none of month, quarter, year", period);
    int first = (c.month - 1) / months * months + 1, end = first + months;
    *from = cn_day_start(cn_days(c.year, first, 1));
    *to = cn_day_start(end > 12 ? cn_days(c.year + 1, 1, 1) : cn_days(c.year, end, 1));
    return 0;
}

int query_calendar(struct request *rq, int64_t *from, int64_t *to, struct err *e)
{
    enum { MOST_DAYS = 366 };
    int64_t at;
    int r = query_time(rq, "of", rq->now, &at, e);
    if (r == 0)
        r = calendar(query_str(rq, "period", "month"), at, from, to, e);
    if (r == 0)
        r = query_time(rq, "from", *from, from, e);
    if (r == 0)
        r = query_time(rq, "to", *to, to, e);
    if (r < 0)
        return r;
    if (*from >= *to)
        return err_named(e, -EINVAL, "bad_input", "from: not before to");
    if (*to - *from > MOST_DAYS * MS_DAY)
        return err_named(e, -EINVAL, "bad_input", "from: more than %d days before to", MOST_DAYS);
    return 0;
}

int quality_get(struct request *rq, struct err *e)
{
    int kind, r;
    int64_t from = 0, to = 0, known, site;
    if ((r = kind_param(rq, &kind, e)) < 0 || (r = query_calendar(rq, &from, &to, e)) < 0 ||
        (r = query_time(rq, "known", rq->now, &known, e)) < 0 ||
        (r = query_int(rq, "site", 0, INT32_MAX, 0, &site, e)) < 0)
        return r;
    if (site && !place_site(rq->api->config.place, (int32_t)site))
        return err_named(e, -ENOENT, "not_found", "no site %lld", (long long)site);
    board_write_quality(rq->api->config.board, kind, (int32_t)site, from, to, known, rq->now,
                        site || strcmp(query_str(rq, "factors", ""), "1") == 0, &rq->out);
    return 0;
}

int sites_marks(struct request *rq, struct err *e)
{
    const struct site *s;
    int r = find_site(rq, &s, e);
    if (r == 0)
        board_write_marks(rq->api->config.board, s->id, &rq->out);
    return r;
}
