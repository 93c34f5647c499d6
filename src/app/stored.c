#include "app/stored.h"

#include <errno.h>
#include <string.h>

#include "app/core.h"
#include "base/cntime.h"
#include "base/scoped.h"
#include "standard/handover.h"
#include "store/store.h"

struct filling {
    struct stored *s;
    int64_t known, air_from;
};

static bool long_kept(const struct site *s)
{
    return s && (s->kind == SITE_RIVER || s->kind >= SITE_SEA);
}

/* What came later did not count then. */
static int take_arrived(const struct record *r, void *arg)
{
    struct filling *f = arg;
    if (r->arrival <= f->known && (r->time >= f->air_from || long_kept(place_site(f->s->place, r->site))))
        board_take(f->s->board, r, 1);
    return 0;
}

static int fill(const struct stored_ask *ask, struct stored *s, struct err *e)
{
    static const uint8_t periods[] = { PERIOD_HOUR, PERIOD_DAY, PERIOD_SAMPLE };
    struct filling f = { s, ask->known, cn_day_start(cn_days(ask->air_year, 1, 1)) };
    int64_t from = cn_day_start(cn_days(ask->first_year, 1, 1));
    struct obs_reader *reader = NULL;
    int r = obs_reader_open(ask->data, &reader, e);
    for (size_t i = 0; r == 0 && i < COUNT_OF(periods); i++) {
        struct obs_query q = { .period = periods[i], .from = from, .to = INT64_MAX };
        r = obs_scan(reader, &q, take_arrived, &f, e);
    }
    if (r == 0)
        r = core_take_evidence(s->place, s->board, reader, ask->known, ask->known, e);
    obs_reader_close(reader);
    return r;
}

/* The opinions and the losses that were known then; later ones are another figure's. */
static int take_ledger(const struct stored_ask *ask, struct stored *s, struct err *e)
{
    struct ledger_store *store = NULL;
    int r = ledger_store_open(ask->data, false, &store, e);
    if (r == 0)
        r = core_take_known(store, s->board, ask->known, e);
    ledger_store_close(store);
    if (r == 0)
        board_settle(s->board, ask->known);
    return r;
}

static int read_place(const char *data, struct place **ret, struct err *e)
{
    struct ledger_store *store = NULL;
    scoped(freep) char *text = NULL;
    scoped(json_decrefp) json_t *city = NULL;
    int r = ledger_store_open(data, false, &store, e);
    if (r == 0)
        r = ledger_get_setting(store, "city", &text, e);
    ledger_store_close(store);
    if (r == 0)
        r = json_read(text, strlen(text), &city, e);
    return r < 0 ? r : place_build(city, ret, e);
}

int stored_open(const struct stored_ask *ask, struct stored *ret, struct err *e)
{
    *ret = (struct stored){ 0 };
    int r = read_place(ask->data, &ret->place, e);
    if (r == 0)
        r = board_new(ret->place, ask->definitions, &ret->board, e);
    if (r == 0) {
        board_keep_years(ret->board, cn_from_ms(ask->known).year - ask->first_year);
        r = fill(ask, ret, e);
    }
    if (r == 0)
        r = take_ledger(ask, ret, e);
    if (r < 0)
        stored_close(ret);
    return r;
}

void stored_close(struct stored *s)
{
    board_free(s->board);
    place_free(s->place);
    *s = (struct stored){ 0 };
}

struct stored_ask stored_for(const char *data, const char *definitions, const json_t *measure, int64_t known)
{
    static const char *const dated[] = { "day", "month", "from" };
    int now = cn_from_ms(known).year, year = now;
    int64_t named = json_int(measure, "year", 0);
    for (size_t i = 0; i < COUNT_OF(dated); i++) {
        const char *text = json_str(measure, dated[i], "");
        if (strlen(text) >= 7 && strspn(text, "0123456789") == 4)
            named = (text[0] - '0') * 1000 + (text[1] - '0') * 100 + (text[2] - '0') * 10 + text[3] - '0';
    }
    if (named > now - 20 && named < now)
        year = (int)named;
    bool base = strcmp(json_str(measure, "what", ""), "handover.month") == 0;
    return (struct stored_ask){
        .data = data,
        .definitions = definitions,
        .known = known,
        .first_year = year - (base ? HANDOVER_YEARS : 1),
        .air_year = year - 1,
    };
}
