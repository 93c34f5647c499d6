/* Rankings and compensation: /air/ranking, /air/compensation, and their receipts. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/handlers.h"
#include "base/cntime.h"
#include "base/scoped.h"

/* "2026", "2026-10", "2026-Q3", "2026-H1": first day and the day after the last. */
static bool period_parse(const char *s, int64_t *ret_from, int64_t *ret_to)
{
    static const struct {
        char letter;
        int most, months;
    } part[] = { { 'Q', 4, 3 }, { 'H', 2, 6 } };
    if (strspn(s, "0123456789") < 4)
        return false;
    int year = (s[0] - '0') * 1000 + (s[1] - '0') * 100 + (s[2] - '0') * 10 + s[3] - '0', month = 1,
        months = 12;
    size_t len = strlen(s);
    if (year < 1990 || year > 2200)
        return false;
    if (len == 7 && s[4] == '-' && s[5] >= '0' && s[5] <= '9' && s[6] >= '0' && s[6] <= '9') {
        month = (s[5] - '0') * 10 + s[6] - '0';
        months = 1;
        if (month < 1 || month > 12)
            return false;
    } else if (len == 7 && s[4] == '-') {
        size_t i = 0;
        while (i < COUNT_OF(part) && part[i].letter != s[5])
            i++;
        if (i == COUNT_OF(part) || s[6] < '1' || s[6] > '0' + part[i].most)
            return false;
        months = part[i].months;
        month = (s[6] - '1') * months + 1;
    } else if (len != 4) {
        return false;
    }
    int end = month + months;
    *ret_from = cn_days(year, month, 1);
    *ret_to = end > 12 ? cn_days(year + 1, end - 12, 1) : cn_days(year, end, 1);
    return true;
}

static int read_ask(struct request *rq, struct ranking_ask *ask, struct err *e)
{
    char last[32];
    struct cn_civil c = cn_from_ms(rq->now);
    int month = c.month == 1 ? 12 : c.month - 1;
    snprintf(last, sizeof last, "%04d-%02d", c.month == 1 ? c.year - 1 : c.year,
             month); /* the last month that is over */
    const char *period = query_str(rq, "period", last), *level = query_str(rq, "level", "county");
    *ask = (struct ranking_ask){ .other = query_str(rq, "other", "") };
    if (!period_parse(period, &ask->from, &ask->to))
        return err_named(e, -EINVAL, "query.period",
                         "period: '%.20s' is not like 2026, 2026-10, 2026-Q3 or 2026-H1", period);
    ask->stations = strcmp(level, "station") == 0;
    if (!ask->stations && strcmp(level, "county") != 0)
        return err_named(e, -EINVAL, "query.level", "level: '%.20s' is neither county nor station", level);
    return 0;
}

int rank_air(struct request *rq, struct err *e)
{
    struct ranking_ask ask;
    int r = read_ask(rq, &ask, e);
    return r < 0 ? r : board_write_ranking(rq->api->config.board, &ask, rq->now, &rq->out, e);
}

int rank_compensation(struct request *rq, struct err *e)
{
    struct ranking_ask ask;
    int r = read_ask(rq, &ask, e);
    return r < 0 ? r
                 : board_write_compensation(rq->api->config.board, &ask, query_str(rq, "rules", ""), rq->now,
                                            &rq->out, e);
}

/* The days are written out: a receipt says what it is of without the words of the screen. */
static int receipt(struct request *rq, const char *what, const char *key, const char *value, struct err *e)
{
    struct ranking_ask ask;
    char from[CN_TEXT], to[CN_TEXT];
    int r = read_ask(rq, &ask, e);
    if (r < 0)
        return r;
    scoped(json_decrefp) json_t *tree =
        json_pack("{s:s,s:s,s:s,s:s,s:s}", "what", what, "from", cn_format_date(cn_day_start(ask.from), from),
                  "to", cn_format_date(cn_day_start(ask.to - 1), to), "level",
                  ask.stations ? "station" : "county", key, value);
    return answer_receipt(rq, tree, e);
}

int rank_air_receipt(struct request *rq, struct err *e)
{
    return receipt(rq, "air.ranking", "other", query_str(rq, "other", ""), e);
}

int rank_compensation_receipt(struct request *rq, struct err *e)
{
    return receipt(rq, "air.compensation", "rules", query_str(rq, "rules", ""), e);
}
