/* Bulletins made of stored results, and samples entered by hand or as a list: /bulletins, /samples. */
#include <errno.h>
#include <string.h>

#include "api/handlers.h"
#include "base/cntime.h"

int bulletins_list(struct request *rq, struct err *e)
{
    if (!rq->api->config.bulletins)
        return err_named(e, -ENOENT, "not_found", "no bulletins are made here");
    return rq->api->config.bulletins(rq->api->config.arg, &rq->out, e);
}

int bulletins_get(struct request *rq, struct err *e)
{
    static const struct {
        const char *word, *type;
    } formats[] = {
        { "json", NULL },
        { "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
        { "pdf", "application/pdf" },
    };
    struct api_bulletin ask = { .word = rq->word,
                                .period = query_str(rq, "period", ""),
                                .rules = query_str(rq, "rules", ""),
                                .format = query_str(rq, "format", "json") };
    size_t i = 0;
    int r = query_time(rq, "known", rq->now, &ask.known, e);
    if (r < 0)
        return r;
    /* Up, so that what was entered a moment ago is in it. */
    ask.known = ((ask.known < rq->now ? ask.known : rq->now) + MS_SECOND - 1) / MS_SECOND * MS_SECOND;
    while (i < sizeof formats / sizeof *formats && strcmp(formats[i].word, ask.format) != 0)
        i++;
    if (i == sizeof formats / sizeof *formats)
        return err_named(e, -EINVAL, "bad_input", "format: '%.20s' is none of json, docx, pdf", ask.format);
    /* They stand in the command that makes the paper again, which somebody will paste. */
    if (strspn(ask.rules, "abcdefghijklmnopqrstuvwxyz0123456789.,_-") != strlen(ask.rules))
        return err_named(e, -EINVAL, "bad_input", "rules: ids or dates, apart by commas");
    if (strlen(ask.rules) > 400 || strlen(ask.period) > 10)
        return err_named(e, -EINVAL, "bad_input", "period or rules: too long");
    if (!rq->api->config.bulletin)
        return err_named(e, -ENOENT, "not_found", "no bulletins are made here");
    r = rq->api->config.bulletin(rq->api->config.arg, &ask, &rq->out, e);
    if (r == 0 && formats[i].type)
        rq->type = formats[i].type;
    return r;
}

int samples_add(struct request *rq, struct err *e)
{
    if (!rq->api->config.samples_add)
        return err_named(e, -ENOENT, "not_found", "no samples are taken here");
    return rq->api->config.samples_add(rq->api->config.arg, rq->json, rq->user.name, &rq->out, e);
}
