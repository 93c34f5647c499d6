/* write_definition.c - definitions as docs/api describes them. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "ledger/timing.h"

static void write_definition(struct jw *w, const struct definition *d)
{
    static const char *const by[BY_COUNT] = { "owner", "supervisor", "office" };
    jw_object(w);
    jw_kstr(w, "id", d->id);
    jw_kstr(w, "title", d->title);
    jw_kstr(w, "title_en", d->title_en);
    jw_key(w, "fields");
    jw_array(w);
    for (size_t i = 0; i < d->n_fields; i++)
        field_write(w, &d->field[i]);
    jw_end_array(w);
    jw_key(w, "states");
    jw_array(w);
    for (size_t i = 0; i < d->n_states; i++)
        jw_str(w, d->state[i]);
    jw_end_array(w);
    jw_key(w, "states_en");
    jw_tree(w, d->states_en);
    jw_kstr(w, "closed", d->state[d->closed]);
    jw_key(w, "actions");
    jw_array(w);
    for (size_t i = 0; i < d->n_actions; i++) {
        const struct action *a = &d->action[i];
        jw_object(w);
        jw_kstr(w, "id", a->id);
        jw_kstr(w, "label", a->label);
        jw_kstr(w, "label_en", a->label_en);
        jw_key(w, "from");
        jw_array(w);
        for (size_t s = 0; s < d->n_states; s++)
            if (a->from & 1u << s)
                jw_str(w, d->state[s]);
        jw_end_array(w);
        jw_kstr(w, "to", a->to >= 0 ? d->state[a->to] : NULL);
        jw_kstr(w, "by", by[a->by]);
        needs_write(w, a);
        jw_end_object(w);
    }
    jw_end_array(w);
    timing_write(w, d);
    jw_kstr(w, "hash", d->hash);
    jw_end_object(w);
}

int ledgers_write_definitions(struct ledgers *l, struct buf *out, struct err *e)
{
    struct jw w = JW(out);
    jw_object(&w);
    jw_key(&w, "ledgers");
    jw_array(&w);
    for (size_t i = 0; i < l->n_current; i++)
        write_definition(&w, l->current[i]);
    jw_end_array(&w);
    jw_end_object(&w);
    return out->failed ? err_set(e, -ENOMEM, "out of memory") : 0;
}
