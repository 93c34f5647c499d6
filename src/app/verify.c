#include "app/verify.h"

#include <errno.h>
#include <string.h>

#include "app/stored.h"
#include "base/cntime.h"
#include "base/scoped.h"

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

int verify_measure(const struct shelf *shelf, const json_t *receipt, const char *data,
                   const char *definitions, struct verification *ret, struct err *e)
{
    const char *made = json_str(receipt, "made", "");
    scoped(json_decrefp) json_t *now = NULL;
    int64_t exact = json_int(receipt, "made_ms", 0), at;
    if (!cn_parse_iso(made, strlen(made), &at) || exact < at || exact >= at + MS_SECOND)
        return err_set(e, -EINVAL, "the receipt's time '%.40s' is no time", made);
    const json_t *measure = json_object_get(receipt, "measure");
    struct stored_ask ask = stored_for(data, definitions, measure, exact);
    struct stored s;
    int r = stored_open(&ask, &s, e);
    if (r < 0)
        return r;
    struct err why = { .name = "" };
    r = measure_receipt(s.board, shelf, measure, exact, &now, &why);
    if (r == 0) {
        verify_compare(receipt, now, ret);
    } else if (r == -ENOENT && why.code) { /* the data no longer have what the figure was of */
        *ret = (struct verification){ .answer = VERIFY_INPUTS_DIFFER };
        buf_addf(&ret->text, "inputs: %s\n", why.text);
        r = 0;
    } else if (why.code) {
        err_set(e, r, "%s", why.text);
    }
    stored_close(&s);
    return r;
}
