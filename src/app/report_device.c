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
    const struct site *site = place_site(place, d->site);
    jw_kstr(w, "mn", report_mn(d->mn, whole));
    jw_key(w, "site");
    jw_object(w);
    jw_kint(w, "id", d->site);
    jw_kstr(w, "name", site ? site->name : "");
    jw_kstr(w, "name_en", site ? site->name_en : "");
    jw_end_object(w);
    jw_kstr(w, "edition", hj212_edition_name(d->edition));
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

void report_command(struct jw *w, const struct gateway_command *c, const char *state, const struct err *why)
{
    jw_object(w);
    jw_kint(w, "id", (int64_t)c->id);
    jw_kstr(w, "command", c->spec->word);
    jw_kint(w, "cn", c->spec->cn);
    jw_kstr(w, "args", c->args);
    jw_kstr(w, "by", c->by);
    jw_kstr(w, "state", state);
    jw_kstr(w, "qn", c->qn);
    jw_kint(w, "qn_rtn", c->qn_rtn);
    jw_kint(w, "exe_rtn", c->exe_rtn);
    jw_kint(w, "tries", c->tries);
    jw_kint(w, "uploads", c->uploads);
    jw_kstr(w, "data", c->data);
    jw_ktime(w, "asked", c->asked);
    jw_ktime(w, "sent", c->sent);
    jw_ktime(w, "ended", c->ended);
    if (why) {
        jw_kstr(w, "why", why->text);
        jw_kstr(w, "why_code", why->name);
    }
    jw_end_object(w);
}

/* What was decided of it; never its password. */
static void registration(struct jw *w, const struct gateway_registration *reg, struct roster *v, int32_t site)
{
    jw_object(w);
    jw_kstr(w, "edition", hj212_edition_name(reg->edition));
    jw_key(w, "st");
    jw_array(w);
    for (size_t i = 0; i < GATEWAY_SYSTEMS && *reg->st[i]; i++)
        jw_str(w, reg->st[i]);
    jw_end_array(w);
    jw_kbool(w, "greet", reg->greet);
    jw_kint(w, "over_time", reg->over_time);
    jw_kint(w, "re_count", reg->re_count);
    jw_kint(w, "rtd_interval", reg->rtd_interval);
    jw_kint(w, "min_interval", reg->min_interval);
    jw_key(w, "decided");
    roster_write_decision(v, site, w);
    jw_end_object(w);
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

int report_device(struct gateway *g, struct roster *v, int32_t site, bool whole, struct buf *out,
                  struct err *e)
{
    const struct place *place = v->core->place;
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
    roster_write_commands(v, site, &w);
    jw_key(&w, "gap_list");
    gap_list(&w, g, site);
    jw_key(&w, "registration");
    registration(&w, &all[i].reg, v, site);
    jw_key(&w, "logger");
    roster_write_logger(v, all[i].mn, &w);
    jw_key(&w, "resent_list");
    roster_write_resent(v, site, &w);
    jw_key(&w, "notes");
    roster_write_notes(v, site, &w);
    jw_key(&w, "incomplete");
    parts_list(&w, g, site);
    jw_end_object(&w);
    return 0;
}
