/* res_ledger_stats.c - figures over the cases of a ledger. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "api/handlers.h"
#include "base/cntime.h"

int ledgers_statistics(struct request *rq, struct err *e)
{
    struct case_filter f = { 0 };
    int r = read_case_filter(rq, &f, e);
    if (r < 0)
        return r;
    f.add = query_str(rq, "add", NULL);
    const char *ledger = strcmp(rq->word, "all") == 0 ? NULL : rq->word;
    return ledgers_write_statistics(rq->api->config.ledgers, ledger, query_str(rq, "by", "state"), &f,
                                    rq->now, &rq->out, e);
}

/* year= is its twelve months; without anything, this year's. */
int ledgers_flow(struct request *rq, struct err *e)
{
    char first[16], last[16];
    int64_t year;
    int r = query_int(rq, "year", 1900, 9999, cn_from_ms(rq->now).year, &year, e);
    if (r < 0)
        return r;
    snprintf(first, sizeof first, "%04d-01", (int)year);
    snprintf(last, sizeof last, "%04d-12", (int)year);
    return ledgers_write_flow(rq->api->config.ledgers, rq->word, query_str(rq, "from", first),
                              query_str(rq, "to", last), &rq->out, e);
}

/* Without from= and to= this year. */
int ledgers_score(struct request *rq, struct err *e)
{
    char first[16], last[16];
    int year = cn_from_ms(rq->now).year;
    snprintf(first, sizeof first, "%04d-01-01", year);
    snprintf(last, sizeof last, "%04d-12-31", year);
    const struct score_ask a = { .ledger = rq->word,
                                 .from = query_str(rq, "from", first),
                                 .to = query_str(rq, "to", last),
                                 .unit = query_str(rq, "unit", NULL) };
    return ledgers_write_score(rq->api->config.ledgers, &a, rq->now, &rq->out, e);
}

int ledgers_tables(struct request *rq, struct err *e)
{
    struct actor who = request_actor(rq);
    int64_t year;
    int r = query_int(rq, "year", 1900, 9999, cn_from_ms(rq->now).year, &year, e);
    return r < 0 ? r
                 : ledgers_write_crosses(rq->api->config.ledgers, rq->word, (int)year,
                                         signed_in(rq) ? &who : NULL, rq->now, &rq->out, e);
}

int workdays_get(struct request *rq, struct err *e)
{
    return ledgers_write_workdays(rq->api->config.ledgers, query_str(rq, "from", NULL),
                                  query_str(rq, "to", NULL), &rq->out, e);
}

int leader_get(struct request *rq, struct err *e)
{
    struct actor who = request_actor(rq);
    int64_t quiet;
    int r = query_int(rq, "quiet", 1, 3650, 30, &quiet, e);
    return r < 0 ? r : ledgers_write_leader(rq->api->config.ledgers, &who, (int)quiet, rq->now, &rq->out, e);
}
