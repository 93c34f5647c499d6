#include "app/forwarding.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"

struct forwarding {
    struct forward_config config;
    struct forward *forward;
};

/* A target whose first waiting frame is older than this is behind, also when its line is up. */
#define BEHIND_MS (5 * 60 * INT64_C(1000))

int forwarding_start(const char *path, const char *data, const struct place *place, struct clock *clock,
                     struct forwarding **ret, struct err *e)
{
    scoped(json_decrefp) json_t *tree = NULL;
    *ret = NULL;
    if (!*path)
        return 0;
    int r = json_read_file(path, &tree, e);
    if (r < 0)
        return r;
    struct forwarding *f = calloc(1, sizeof *f);
    if (!f)
        return err_set(e, -ENOMEM, "out of memory");
    if ((r = forward_config_read(tree, place, &f->config, e)) < 0)
        err_under(e, "%s", path);
    else
        r = forward_start(&f->config, data, place, clock, &f->forward, e);
    if (r < 0) {
        forwarding_stop(f);
        return r;
    }
    *ret = f;
    return 0;
}

struct forwarding *forwarding_stop(struct forwarding *f)
{
    if (f) {
        forward_stop(f->forward);
        forward_config_release(&f->config);
        free(f);
    }
    return NULL;
}

/* ---- the store's hook ---- */

struct putting {
    struct forward *forward;
    const struct record *record;
    const struct gateway_raw *raw;
};

static int put(void *arg, const bool *new_flags, size_t n, struct err *e)
{
    struct putting *p = arg;
    int r = forward_queue(p->forward, p->record, p->raw, new_flags, n, e);
    return r < 0 ? err_under(e, "forward queue") : 0;
}

int forwarding_append(struct forwarding *f, struct obs_writer *w, const struct record *r,
                      const struct gateway_raw *raw, size_t n, bool *new_flags, struct err *e)
{
    struct putting p = { f->forward, r, raw };
    int result = obs_append_also(w, r, n, new_flags, put, &p, e);
    if (result == 0)
        forward_settled(f->forward);
    /* -EINVAL would mean that a record is bad; the queue knows no such thing. */
    return result;
}

/* ---- what is told ---- */

static void write_one(struct jw *w, const struct forward_state *s)
{
    jw_object(w);
    jw_kstr(w, "name", s->name);
    jw_kstr(w, "address", s->peer);
    jw_kstr(w, "line", forward_line_name(s->line));
    jw_kint(w, "waiting", s->count.frames);
    jw_kint(w, "waiting_bytes", s->count.bytes);
    jw_ktime(w, "oldest", s->count.oldest);
    jw_kint(w, "in_flight", (int64_t)s->in_flight);
    jw_kint(w, "queued", s->count.put);
    jw_kint(w, "delivered", s->count.done);
    jw_kint(w, "dropped", s->count.dropped);
    jw_kint(w, "sent", (int64_t)s->sent);
    jw_kint(w, "resent", (int64_t)s->resent);
    jw_kint(w, "acknowledged", (int64_t)s->acknowledged);
    jw_ktime(w, "last_acknowledged", s->last_acknowledged);
    jw_kint(w, "held_devices", (int64_t)s->held_devices);
    jw_kint(w, "refused_requests", (int64_t)s->refused_requests);
    jw_kstr(w, "when_full", s->hold ? "hold" : "drop_oldest");
    jw_kbool(w, "full", s->full);
    jw_kstr(w, "trouble", forward_trouble_name(s->trouble));
    jw_kstr(w, "error", s->error);
    jw_ktime(w, "error_at", s->error_at);
    jw_end_object(w);
}

void forwarding_write(struct forwarding *f, struct buf *out)
{
    struct forward_state s[FORWARD_TARGETS_MAX];
    size_t n = f ? forward_states(f->forward, s, FORWARD_TARGETS_MAX) : 0;
    struct jw w = JW(out);
    jw_object(&w);
    jw_key(&w, "targets");
    jw_array(&w);
    for (size_t i = 0; i < n; i++)
        write_one(&w, &s[i]);
    jw_end_array(&w);
    jw_end_object(&w);
}

/* A label's value in Prometheus' text form. */
static void add_label(struct buf *out, const char *s)
{
    for (; *s; s++) {
        if (*s == '"' || *s == '\\')
            buf_addc(out, '\\');
        buf_addc(out, *s == '\n' ? ' ' : *s);
    }
}

void forwarding_metrics(struct forwarding *f, struct buf *out)
{
    struct forward_state s[FORWARD_TARGETS_MAX];
    size_t n = f ? forward_states(f->forward, s, FORWARD_TARGETS_MAX) : 0;
    static const char *const name[][3] = {
        { "connected", "gauge", "1 while the line to a target is up" },
        { "waiting_frames", "gauge", "Frames that a target has not acknowledged" },
        { "waiting_bytes", "gauge", "Their bytes" },
        { "delivered_total", "counter", "Frames that a target has" },
        { "dropped_total", "counter", "Frames dropped because a target's queue was full" },
        { "resent_total", "counter", "Frames sent again" },
    };
    for (size_t k = 0; n && k < COUNT_OF(name); k++) {
        buf_addf(out, "# HELP bihuan_forward_%s %s\n# TYPE bihuan_forward_%s %s\n", name[k][0], name[k][2],
                 name[k][0], name[k][1]);
        for (size_t i = 0; i < n; i++) {
            const int64_t value[] = { s[i].line == FORWARD_CONNECTED,
                                      s[i].count.frames,
                                      s[i].count.bytes,
                                      s[i].count.done,
                                      s[i].count.dropped,
                                      (int64_t)s[i].resent };
            buf_addf(out, "bihuan_forward_%s{target=\"", name[k][0]);
            add_label(out, s[i].name);
            buf_addf(out, "\"} %" PRId64 "\n", value[k]);
        }
    }
}

void forwarding_health(struct forwarding *f, struct clock *clock, struct api_health *ret)
{
    struct forward_state s[FORWARD_TARGETS_MAX];
    size_t n = f ? forward_states(f->forward, s, FORWARD_TARGETS_MAX) : 0;
    ret->forward = n ? "ok" : "off";
    for (size_t i = 0; i < n; i++) {
        bool behind = s[i].line != FORWARD_CONNECTED ||
                      (s[i].count.oldest && clock_now(clock) - s[i].count.oldest > BEHIND_MS);
        if (s[i].full) {
            ret->forward = "full";
            snprintf(ret->forward_message, sizeof ret->forward_message, "%.63s: its queue is full, %s",
                     s[i].name, s[i].hold ? "devices wait" : "its oldest frames are dropped");
            return;
        }
        if (!behind)
            continue;
        ret->forward = "behind";
        snprintf(ret->forward_message, sizeof ret->forward_message, "%.63s: %s, %" PRId64 " frames wait",
                 s[i].name, forward_line_name(s[i].line), s[i].count.frames);
    }
}

static void print_one(void *arg, const char *name, const struct forward_count *c)
{
    char when[CN_TEXT] = "";
    printf("%s: forward to %s: %" PRId64 " frames (%" PRId64 " bytes) wait%s%s; %" PRId64
           " delivered, %" PRId64 " dropped\n",
           (const char *)arg, name, c->frames, c->bytes, c->oldest ? ", the first since " : "",
           c->oldest ? cn_format_iso(c->oldest, when) : "", c->done, c->dropped);
}

int forwarding_check(const char *dir, struct err *e)
{
    int r = forward_store_each(dir, print_one, (void *)(uintptr_t)dir, e);
    if (r == -ENOENT)
        err_clear(e);
    return r == -ENOENT ? 0 : r;
}
