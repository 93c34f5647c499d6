/* Loggers that asked to join, and which hardware stands behind a device's MN since one was accepted (DOC_JOIN: the list under one key, a
 * logger under the MN it was given). An MN holds no blank, so the list's key is never one. */
#include <errno.h>
#include <string.h>

#include "app/roster_own.h"
#include "base/log.h"
#include "base/scoped.h"

static const char list_key[] = "the list";

void roster_keep_joins(struct roster *v, const char *json)
{
    struct err e = { 0 };
    if (roster_put(v, DOC_JOIN, list_key, "list", 0, json, &e) < 0)
        log_error("device", "the loggers that ask to join could not be kept: %s", e.text);
}

void roster_kept_joins(struct roster *v, struct buf *json)
{
    struct doc d = { 0 };
    if (ledger_get_doc_by_key(v->core->store, DOC_JOIN, list_key, &d, NULL) == 0)
        buf_adds(json, d.body);
    doc_release(&d);
}

static json_t *hardware_json(const struct gateway_join *j)
{
    return json_pack("{s:s, s:s, s:[s, s]}", "logger", j->logger, "cpu", j->cpu, "mac", j->mac[0], j->mac[1]);
}

static int write_down(struct roster *v, int32_t site, const char *mn, const struct gateway_join *j,
                      struct err *e)
{
    scoped(json_decrefp) json_t *body = hardware_json(j);
    json_t *event = hardware_json(j);
    json_object_set_new(body, "by", json_string(j->by));
    json_object_set_new(event, "site", json_integer(site));
    json_object_set_new(event, "mn", json_string(mn));
    scoped(freep) char *text = body ? json_dumps(body, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    int r = text ? ledger_begin(v->core->store, e) : err_set(e, -ENOMEM, "out of memory");
    if (r < 0) {
        json_decref(event);
        return r;
    }
    r = roster_put(v, DOC_JOIN, mn, "joined", site, text, e);
    int noted = roster_note(v, j->by, "device.joined", event, e);
    if (r < 0 || noted < 0) {
        ledger_rollback(v->core->store);
        return r < 0 ? r : noted;
    }
    return ledger_commit(v->core->store, e);
}

void roster_joined(struct roster *v, int32_t site, const char *mn, const struct gateway_join *j)
{
    struct err e = { 0 };
    if (write_down(v, site, mn, j, &e) < 0)
        log_error("device", "which logger has the MN %s now could not be kept: %s", mn, e.text);
}

void roster_write_logger(struct roster *v, const char *mn, struct jw *w)
{
    scoped(json_decrefp) json_t *tree = NULL;
    struct doc d = { 0 };
    int r = ledger_get_doc_by_key(v->core->store, DOC_JOIN, mn, &d, NULL);
    if (r == 0)
        r = json_read(d.body, strlen(d.body), &tree, NULL);
    if (r < 0) {
        jw_null(w);
        doc_release(&d);
        return;
    }
    size_t i;
    json_t *mac;
    jw_object(w);
    jw_kstr(w, "logger", json_str(tree, "logger", ""));
    jw_kstr(w, "cpu", json_str(tree, "cpu", ""));
    jw_key(w, "mac");
    jw_array(w);
    json_array_foreach(json_object_get(tree, "mac"), i, mac)
    {
        if (json_string_length(mac))
            jw_str(w, json_string_value(mac));
    }
    jw_end_array(w);
    jw_kstr(w, "by", json_str(tree, "by", ""));
    jw_ktime(w, "at", d.updated);
    jw_end_object(w);
    doc_release(&d);
}
