#include "app/verify.h"

#include <errno.h>
#include <string.h>

#include "app/core.h"
#include "base/cntime.h"
#include "base/scoped.h"
#include "domain/place.h"
#include "store/store.h"

int measure_receipt(struct board *board, const struct shelf *shelf, const json_t *ask, int64_t now,
                    json_t **ret, struct err *e)
{
    char at[CN_TEXT];
    json_t *r = NULL;
    int k = board_receipt(board, ask, now, &r, e);
    if (k < 0)
        return k;
    const json_t *rules = json_object_get(r, "rules");
    for (size_t i = 0; i < json_array_size(rules); i++) {
        json_t *rule = json_array_get(rules, i);
        const struct shelf_set *set =
            shelf_by_id(shelf, json_str(rule, "kind", ""), json_str(rule, "id", ""));
        json_object_set_new(rule, "file", json_string(set ? set->file : ""));
        json_object_set_new(rule, "sm3", json_string(set ? set->sm3 : ""));
    }
    json_object_set_new(r, "receipt", json_integer(1));
    json_object_set_new(r, "of", json_string("measure"));
    json_object_set_new(r, "program", json_string("bihuan " BIHUAN_VERSION));
    json_object_set_new(r, "made", json_string(cn_format_iso(now, at)));
    json_object_set_new(r, "made_ms",
                        json_integer(now)); /* to the millisecond: what arrived later did not count */
    *ret = r;
    return 0;
}

struct filling {
    struct board *board;
    int64_t made;
};

/* What came later did not count then. */
static int take_arrived(const struct record *r, void *arg)
{
    struct filling *f = arg;
    if (r->arrival <= f->made)
        board_take(f->board, r, 1);
    return 0;
}

static int fill(const struct place *place, const char *data, struct filling *f, struct err *e)
{
    static const uint8_t periods[] = { PERIOD_HOUR, PERIOD_DAY };
    int64_t from = cn_day_start(cn_days(cn_from_ms(f->made).year - 1, 1, 1));
    struct obs_reader *reader = NULL;
    int r = obs_reader_open(data, &reader, e);
    for (size_t i = 0; r == 0 && i < COUNT_OF(periods); i++) {
        struct obs_query q = { .period = periods[i], .from = from, .to = INT64_MAX };
        r = obs_scan(reader, &q, take_arrived, f, e);
    }
    if (r == 0)
        r = core_take_evidence(place, f->board, reader, f->made, f->made, e);
    obs_reader_close(reader);
    return r;
}

/* The opinions and the losses that were known when the receipt was made; later ones are another figure's. */
static int take_ledger(const char *data, struct filling *f, struct err *e)
{
    struct ledger_store *store = NULL;
    int r = ledger_store_open(data, false, &store, e);
    if (r == 0)
        r = core_take_known(store, f->board, f->made, e);
    ledger_store_close(store);
    if (r == 0)
        board_settle(f->board, f->made);
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

int verify_measure(const struct shelf *shelf, const json_t *receipt, const char *data,
                   const char *definitions, struct verification *ret, struct err *e)
{
    const char *made = json_str(receipt, "made", "");
    struct place *place = NULL;
    struct filling f = { 0 };
    scoped(json_decrefp) json_t *now = NULL;
    int64_t exact = json_int(receipt, "made_ms", 0);
    if (!cn_parse_iso(made, strlen(made), &f.made) || exact < f.made || exact >= f.made + MS_SECOND)
        return err_set(e, -EINVAL, "the receipt's time '%.40s' is no time", made);
    f.made = exact;
    int r = read_place(data, &place, e);
    if (r == 0)
        r = board_new(place, definitions, &f.board, e);
    if (r == 0)
        r = fill(place, data, &f, e);
    if (r == 0)
        r = take_ledger(data, &f, e);
    struct err why = { .name = "" };
    if (r == 0)
        r = measure_receipt(f.board, shelf, json_object_get(receipt, "measure"), f.made, &now, &why);
    if (r == 0) {
        verify_compare(receipt, now, ret);
    } else if (r == -ENOENT && why.code) { /* the data no longer have what the figure was of */
        *ret = (struct verification){ .answer = VERIFY_INPUTS_DIFFER };
        buf_addf(&ret->text, "inputs: %s\n", why.text);
        r = 0;
    } else if (why.code) {
        err_set(e, r, "%s", why.text);
    }
    board_free(f.board);
    place_free(place);
    return r;
}
