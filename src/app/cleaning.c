/* cleaning.c - once a day: what serves only for a while is forgotten, and the journal says how much it was. */
#include <errno.h>
#include <string.h>

#include "app/server_own.h"
#include "base/cntime.h"
#include "base/log.h"
#include "base/scoped.h"
#include "ledger/ledger.h"

enum { FORGET_MAX = 100000 /* a day */, UPLOAD_HOURS = 24 };

/* Unread notices and deliveries that are still tried stay, however old. */
static const struct {
    enum doc_kind kind;
    const char *state, *name;
} passing[] = { { DOC_NOTICE, "read", "notices" },
                { DOC_DELIVERY, "sent", "deliveries" },
                { DOC_DELIVERY, "given_up", "deliveries" } };

static int note(struct server *s, int64_t now, const char *action, json_t *body, struct err *e)
{
    int r = body ? ledgers_note(s->core.store, now, "system", action, body, e)
                 : err_set(e, -ENOMEM, "out of memory");
    json_decref(body);
    return r;
}

/* The event and what it tells of are one transaction. */
static int forget(struct server *s, int64_t now, int64_t before, struct err *e)
{
    int64_t n[COUNT_OF(passing)] = { 0 }, all = 0;
    int r = ledger_begin(s->core.store, e);
    if (r < 0)
        return r;
    for (size_t i = 0; r == 0 && i < COUNT_OF(passing); i++) {
        r = ledger_drop_docs(s->core.store, passing[i].kind, passing[i].state, before, FORGET_MAX, &n[i], e);
        all += n[i];
    }
    int64_t gone = n[1] + n[2];
    if (r == 0 && all)
        r = note(s, now, "notices_forgotten",
                 json_pack("{s:I, s:I, s:I}", "notices", (json_int_t)n[0], "deliveries", (json_int_t)gone,
                           "days", (json_int_t)s->config->notice_keep),
                 e);
    if (r < 0) {
        ledger_rollback(s->core.store);
        return r;
    }
    return ledger_commit(s->core.store, e);
}

static int clean_uploads(struct server *s, int64_t now, struct err *e)
{
    size_t n = 0;
    int r = api_clean_uploads(s->api, now - UPLOAD_HOURS * MS_HOUR, &n, e);
    return r == 0 && n ? note(s, now, "uploads_forgotten", json_pack("{s:I}", "files", (json_int_t)n), e) : r;
}

void cleaning_daily(struct server *s, int64_t *last_day)
{
    int64_t now = clock_now(&s->clock), today = cn_day_of(now);
    struct err e = { 0 };
    if (today == *last_day)
        return;
    *last_day = today;
    if (forget(s, now, now - s->config->notice_keep * MS_DAY, &e) < 0)
        log_warn("engine", "old notices could not be forgotten: %s", e.text);
    if (clean_uploads(s, now, &e) < 0)
        log_warn("engine", "uploads that nobody reported could not be taken away: %s", e.text);
}
