/* One device as the API shows it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "app/report.h"
#include "base/scoped.h"

/* What was learned of how it behaves: which periods it sends how often, whether it wants answers and gives them. */
static void habits(struct jw *w, const struct gateway_device *d)
{
    jw_key(w, "habits");
    jw_object(w);
    jw_kstr(w, "st", d->st);
    jw_kbool(w, "answers_wanted", d->answers_wanted);
    jw_key(w, "answers_requests");
    if (d->answers_requests)
        jw_bool(w, d->answers_requests > 0);
    else
        jw_null(w);
    jw_key(w, "interval_s");
    jw_object(w);
    for (enum period p = 0; p < PERIOD_COUNT; p++)
        if (d->interval_s[p])
            jw_kint(w, period_name(p), d->interval_s[p]);
    jw_end_object(w);
    jw_end_object(w);
}

static void refused_object(struct jw *w, const uint64_t *refused)
{
    jw_object(w);
    for (int i = 1; i < GATEWAY_REFUSALS; i++)
        if (refused[i])
            jw_kint(w, gateway_refusal_name(i), (int64_t)refused[i]);
    jw_end_object(w);
}

void report_device_members(struct jw *w, const struct gateway_device *d, const struct place *place,
                           bool whole)
{
    static const char *const editions[] = { "2005", "2017", "2025" };
    const struct site *site = place_site(place, d->site);
    jw_kstr(w, "mn", report_mn(d->mn, whole));
    jw_key(w, "site");
    jw_object(w);
    jw_kint(w, "id", d->site);
    jw_kstr(w, "name", site ? site->name : "");
    jw_kstr(w, "name_en", site ? site->name_en : "");
    jw_end_object(w);
    jw_kstr(w, "edition", editions[d->edition]);
    jw_kstr(w, "crc", hj212_sum_name(d->sum));
    jw_kbool(w, "connected", d->connected);
    jw_ktime(w, "last_arrival", d->last_arrival);
    jw_kint(w, "frames", (int64_t)d->frames);
    jw_kint(w, "repeats", (int64_t)d->repeats);
    jw_key(w, "refused");
    refused_object(w, d->refused);
    jw_key(w, "clock_skew_ms");
    if (d->skew_known)
        jw_int(w, d->clock_skew_ms);
    else
        jw_null(w);
    habits(w, d);
    jw_kint(w, "throttled", (int64_t)d->throttled);
    jw_key(w, "parts");
    jw_object(w);
    jw_kint(w, "open", (int64_t)d->parts_open);
    jw_kint(w, "complete", (int64_t)d->parts_complete);
    jw_kint(w, "incomplete", (int64_t)d->parts_incomplete);
    jw_end_object(w);
    jw_key(w, "gaps");
    jw_object(w);
    for (int i = 0; i <= GATEWAY_GAP_GIVEN_UP; i++)
        jw_kint(w, gateway_gap_state_name((enum gateway_gap_state)i), d->gaps[i]);
    jw_end_object(w);
    jw_kint(w, "commands", (int64_t)d->commands);
    jw_kint(w, "resent", (int64_t)d->resent);
    jw_key(w, "encryption");
    report_encryption(w, d);
}

static void command_list(struct jw *w, struct gateway *g, int32_t site)
{
    scoped(freep) struct gateway_command *c = calloc(GATEWAY_COMMANDS, sizeof *c);
    size_t n = c ? gateway_commands(g, site, c) : 0;
    jw_array(w);
    for (size_t i = 0; i < n; i++) {
        jw_object(w);
        jw_kint(w, "id", (int64_t)c[i].id);
        jw_kstr(w, "command", c[i].spec->word);
        jw_kint(w, "cn", c[i].spec->cn);
        jw_kstr(w, "args", c[i].args);
        jw_kstr(w, "by", c[i].by);
        jw_kstr(w, "state", gateway_command_state_name(c[i].state));
        jw_kstr(w, "qn", c[i].qn);
        jw_kint(w, "qn_rtn", c[i].qn_rtn);
        jw_kint(w, "exe_rtn", c[i].exe_rtn);
        jw_kint(w, "tries", c[i].tries);
        jw_kint(w, "uploads", c[i].uploads);
        jw_kstr(w, "data", c[i].data);
        jw_ktime(w, "asked", c[i].asked);
        jw_ktime(w, "sent", c[i].sent);
        jw_ktime(w, "ended", c[i].ended);
        jw_end_object(w);
    }
    jw_end_array(w);
}

static void gap_list(struct jw *w, struct gateway *g, int32_t site)
{
    scoped(freep) struct gateway_gap *gap = calloc(GATEWAY_GAPS, sizeof *gap);
    size_t n = gap ? gateway_gaps(g, site, gap) : 0;
    jw_array(w);
    for (size_t i = 0; i < n; i++) {
        jw_object(w);
        jw_kstr(w, "state", gateway_gap_state_name(gap[i].state));
        jw_kstr(w, "period", period_name(gap[i].period));
        jw_ktime(w, "from", gap[i].from);
        jw_ktime(w, "to", gap[i].to);
        jw_kint(w, "slots", gap[i].slots);
        jw_kint(w, "came", gap[i].came);
        jw_kint(w, "asked", gap[i].asked);
        jw_kint(w, "failures", gap[i].failures);
        jw_kint(w, "last_code", gap[i].last_code);
        jw_ktime(w, "opened", gap[i].opened);
        jw_ktime(w, "last_asked", gap[i].last_asked);
        jw_ktime(w, "ended", gap[i].ended);
        jw_end_object(w);
    }
    jw_end_array(w);
}

static void parts_list(struct jw *w, struct gateway *g, int32_t site)
{
    struct gateway_parts p[32];
    size_t n = gateway_parts(g, site, p, COUNT_OF(p));
    jw_array(w);
    for (size_t i = 0; i < n; i++) {
        jw_object(w);
        jw_kint(w, "cn", p[i].cn);
        jw_ktime(w, "time", p[i].time);
        jw_kint(w, "pnum", p[i].pnum);
        jw_key(w, "have");
        jw_array(w);
        for (int k = 0; k < p[i].pnum; k++)
            if (p[i].have >> k & 1)
                jw_int(w, k + 1);
        jw_end_array(w);
        jw_kbool(w, "late", p[i].late);
        jw_end_object(w);
    }
    jw_end_array(w);
}

int report_device(struct gateway *g, const struct place *place, int32_t site, bool whole, struct buf *out,
                  struct err *e)
{
    scoped(freep) struct gateway_device *all = NULL;
    size_t n = 0, i = 0;
    int r = gateway_devices(g, &all, &n, e);
    if (r < 0)
        return r;
    while (i < n && all[i].site != site)
        i++;
    if (i == n)
        return err_named(e, -ENOENT, "not_found", "no device at this site");
    struct jw w = JW(out);
    jw_object(&w);
    report_device_members(&w, &all[i], place, whole);
    jw_key(&w, "last_commands");
    command_list(&w, g, site);
    jw_key(&w, "gap_list");
    gap_list(&w, g, site);
    jw_key(&w, "incomplete");
    parts_list(&w, g, site);
    jw_end_object(&w);
    return 0;
}
