/* A device's encryption and the loggers that ask to join, as the API shows them. Of keys only times are told. */
#include <errno.h>
#include <stdlib.h>

#include "app/report.h"
#include "base/scoped.h"

void report_encryption(struct jw *w, const struct gateway_device *d)
{
    jw_object(w);
    jw_key(w, "seen");
    jw_str(w, !d->encrypted_known           ? NULL
              : d->encrypted == HJ212_CLEAR ? "none"
                                            : hj212_cipher_name(d->encrypted));
    jw_kint(w, "clear_uploads", (int64_t)d->clear_uploads);
    jw_kbool(w, "must", d->must_encrypt);
    jw_kbool(w, "test_device", d->test_device);
    jw_key(w, "key");
    if (d->key_created) {
        jw_object(w);
        jw_ktime(w, "created", d->key_created);
        jw_kint(w, "days", d->key_days);
        jw_kint(w, "due_after_days", GATEWAY_KEY_DAYS);
        jw_kbool(w, "due", d->key_days >= GATEWAY_KEY_DAYS);
        jw_ktime(w, "handed_out", d->key_next);
        jw_kbool(w, "previous_taken", d->key_previous);
        jw_end_object(w);
    } else {
        jw_null(w);
    }
    jw_ktime(w, "device_says", d->key_said);
    jw_end_object(w);
}

int report_one_encryption(struct jw *w, struct gateway *g, int32_t site, struct err *e)
{
    scoped(freep) struct gateway_device *all = NULL;
    size_t n = 0;
    int r = gateway_devices(g, &all, &n, e);
    for (size_t i = 0; r == 0 && i < n; i++)
        if (all[i].site == site) {
            report_encryption(w, &all[i]);
            return 0;
        }
    return r < 0 ? r : err_named(e, -ENOENT, "not_found", "no device at this site");
}

void report_joins(struct jw *w, struct gateway *g, const struct place *place, bool whole)
{
    scoped(freep) struct gateway_join *join = calloc(GATEWAY_JOINS, sizeof *join);
    size_t n = join ? gateway_joins(g, join, GATEWAY_JOINS) : 0;
    jw_array(w);
    for (size_t i = 0; i < n; i++) {
        jw_object(w);
        jw_kint(w, "id", (int64_t)join[i].id);
        jw_kstr(w, "state", gateway_join_state_name(join[i].state));
        jw_kstr(w, "mn", report_mn(join[i].mn, whole));
        jw_kstr(w, "logger", join[i].logger);
        jw_kstr(w, "cpu", join[i].cpu);
        jw_key(w, "mac");
        jw_array(w);
        for (size_t m = 0; m < COUNT_OF(join[i].mac); m++)
            if (*join[i].mac[m])
                jw_str(w, join[i].mac[m]);
        jw_end_array(w);
        jw_kbool(w, "connected", join[i].connected);
        jw_ktime(w, "first", join[i].first);
        jw_ktime(w, "seen", join[i].last);
        jw_kint(w, "frames", (int64_t)join[i].frames);
        jw_key(w, "site");
        site_write(w, place_site(place, join[i].site));
        jw_kstr(w, "by", join[i].by);
        jw_kint(w, "qn_rtn", join[i].qn_rtn);
        jw_kint(w, "exe_rtn", join[i].exe_rtn);
        jw_end_object(w);
    }
    jw_end_array(w);
}
