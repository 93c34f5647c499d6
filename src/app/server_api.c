/* What the API asks of the rest, as the functions of its struct api_config. */
#include "app/server_own.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/bulletin.h"
#include "app/commands.h"
#include "app/grid.h"
#include "app/options.h"
#include "app/overlay.h"
#include "app/pdf.h"
#include "app/forecasts.h"
#include "app/published.h"
#include "app/report.h"
#include "app/samples.h"
#include "app/verify.h"
#include "base/cntime.h"
#include "base/log.h"
#include "base/scoped.h"

static int coverage(void *arg, struct buf *out, struct err *e)
{
    struct server *s = arg;
    char path[4300];
    snprintf(path, sizeof path, "%s/geo/regions.geojson", s->config->data);
    return grid_coverage(s->core.store, access(path, R_OK) == 0 ? path : NULL, GRID_LEAST_M2, out, NULL, e);
}

static int overlay(void *arg, const json_t *spots, bool dry, const struct actor *who, int64_t now,
                   struct buf *out, struct err *e)
{
    struct server *s = arg;
    char path[4300];
    snprintf(path, sizeof path, "%s/geo/zones.geojson", s->config->data);
    return overlay_zones(&(struct overlay){ s->core.store, s->core.ledgers, path, spots, dry }, who, now, out,
                         e);
}

static int64_t permit_of(void *arg, int32_t site)
{
    const struct server *s = arg;
    return __atomic_load_n(&s->core.permit[site - 1], __ATOMIC_RELAXED);
}

static int test_clock(void *arg, int64_t by_ms, struct err *e)
{
    struct server *s = arg;
    if (by_ms && clock_advance(&s->clock, by_ms) < 0)
        return err_named(e, -EINVAL, "clock.backwards", "the test clock only moves forward");
    int r = engine_pass(s, e);
    notify_wake(notices_notify(s->notices));
    if (r == 0)
        api_publish(s->api, "clock", "{}");
    return r;
}

static void write_devices(void *arg, bool whole, bool decides, struct buf *out)
{
    struct server *s = arg;
    report_devices(s->gateway, &s->roster, whole, decides, out);
}

static int write_device(void *arg, int32_t site, bool whole, struct buf *out, struct err *e)
{
    struct server *s = arg;
    return report_device(s->gateway, &s->roster, site, whole, out, e);
}

static int device_command(void *arg, int32_t site, const char *command, const json_t *args, const char *by,
                          struct buf *out, struct err *e)
{
    return roster_command(&((struct server *)arg)->roster, site, command, args, by, out, e);
}

static int device_register(void *arg, int32_t site, const json_t *body, const char *by, struct buf *out,
                           struct err *e)
{
    return roster_register(&((struct server *)arg)->roster, site, body, by, out, e);
}

static int device_remove(void *arg, int32_t site, const char *mn, const char *by, struct buf *out,
                         struct err *e)
{
    return roster_remove(&((struct server *)arg)->roster, site, mn, by, out, e);
}

static int device_ignore(void *arg, const char *mn, bool on, const char *by, struct buf *out, struct err *e)
{
    return roster_ignore(&((struct server *)arg)->roster, mn, on, by, out, e);
}

static int device_encryption(void *arg, int32_t site, const json_t *set, const char *by, struct buf *out,
                             struct err *e)
{
    struct server *s = arg;
    const json_t *must = json_object_get(set, "must_encrypt"), *test = json_object_get(set, "test_device");
    const char *text = json_str(set, "key", NULL);
    uint8_t key[HJ212_KEY_BYTES] = { 0 };
    struct gateway_key_setting g = { .key = text ? key : NULL,
                                     .must_encrypt = must ? json_is_true(must) : -1,
                                     .test_device = test ? json_is_true(test) : -1 };
    int r = text ? gateway_key_read(text, key, e) : 0;
    if (r == 0)
        r = gateway_set_keys(s->gateway, site, &g, e);
    explicit_bzero(key, sizeof key);
    log_info("device", "%s sets the encryption of site %d%s%s%s: %s", by, site, text ? ", a key" : "",
             must ? json_is_true(must) ? ", must encrypt" : ", may send clear text" : "",
             test ? json_is_true(test) ? ", a test device" : ", no test device" : "",
             r < 0 && e ? e->text : "done");
    if (r < 0)
        return r;
    struct jw w = JW(out);
    return report_one_encryption(&w, s->gateway, site, e);
}

static int accept_join(void *arg, int64_t join, int32_t site, const char *by, struct err *e)
{
    struct server *s = arg;
    int r = gateway_join_accept(s->gateway, (uint64_t)join, site, by, e);
    log_info("device", "%s accepts logger %lld for site %d: %s", by, (long long)join, site,
             r < 0 && e ? e->text : "taken");
    return r;
}

static void write_metrics(void *arg, struct buf *out)
{
    struct server *s = arg;
    report_metrics(s->gateway, s->core.place, (double)(clock_monotonic_ns() - s->started_ns) / 1e9, out);
    forwarding_metrics(s->forwarding, out);
}

static void write_forward(void *arg, struct buf *out)
{
    forwarding_write(((struct server *)arg)->forwarding, out);
}

static void write_data(void *arg, struct buf *out)
{
    (void)arg;
    report_data_sources(out);
}

static void write_rules(void *arg, struct buf *out)
{
    struct server *s = arg;
    board_write_rules(s->core.board, out);
}

static int receipt(void *arg, const json_t *ask, int64_t now, json_t **ret, struct err *e)
{
    struct server *s = arg;
    return measure_receipt(s->core.board, s->shelf, ask, now, ret, e);
}

static int published(void *arg, int32_t site, int64_t day, int64_t known, int64_t now, struct buf *out,
                     struct err *e)
{
    return published_day(&((struct server *)arg)->core, site, day, known, now, out, e);
}

static int forecast_scores(void *arg, int64_t from, int64_t to, struct buf *out, struct err *e)
{
    return forecasts_write_scores(&((struct server *)arg)->core, from, to, out, e);
}

static int bulletins(void *arg, struct buf *out, struct err *e)
{
    (void)arg;
    return bulletin_list(definitions_dir(), out, e);
}

static int bulletin(void *arg, const struct api_bulletin *ask, struct buf *out, struct err *e)
{
    struct server *s = arg;
    struct bulletin_order o = { .data = s->core.dir,
                                .definitions = definitions_dir(),
                                .shelf = s->shelf,
                                .word = ask->word,
                                .period = ask->period,
                                .rules = ask->rules,
                                .known = ask->known,
                                .format = ask->format };
    bulletin_wait(&s->clock, o.known);
    return bulletin_make(&o, out, e);
}

static int take_samples(void *arg, const json_t *body, const char *by, struct buf *out, struct err *e)
{
    struct server *s = arg;
    struct samples_ask ask = { .dir = s->core.dir,
                               .place = s->core.place,
                               .now = clock_now(&s->clock),
                               .stored = engine_stored,
                               .arg = s };
    int r = samples_take(&ask, body, out, e);
    if (r == 0)
        log_info("samples", "entered by %s", by);
    return r;
}

static void health(void *arg, struct api_health *ret)
{
    struct server *s = arg;
    struct gateway_stats g;
    gateway_stats(s->gateway, &g);
    ret->store = gateway_store_name(g.store);
    snprintf(ret->message, sizeof ret->message, "%.*s", (int)sizeof ret->message - 1, g.store_text);
    struct obs_reader *reader = NULL;
    int64_t bytes = 0;
    if (obs_reader_open(s->core.dir, &reader, NULL) == 0)
        obs_count(reader, &ret->records, &bytes, NULL);
    obs_reader_close(reader);
    forwarding_health(s->forwarding, &s->clock, ret);
}

int server_start_api(struct server *s, struct err *e)
{
    static char geo[4200];
    snprintf(geo, sizeof geo, "%s/geo", s->core.dir);
    struct api_config a = {
        .behind_tls = s->config->secure_cookie,
        .https = s->config->https,
        .certificate = s->config->tls_certificate,
        .key = s->config->tls_key,
        .data_dir = s->core.dir,
        .files_max = s->config->files_max << 20,
        .store = s->core.store,
        .board = s->core.board,
        .ledgers = s->core.ledgers,
        .notify = notices_notify(s->notices),
        .words = s->core.words,
        .place = s->core.place,
        .web_dir = web_dir(),
        .geo_dir = geo,
        .clock = &s->clock,
        .shelf = s->shelf,
        .arg = s,
        .write_devices = write_devices,
        .write_device = write_device,
        .device_command = device_command,
        .device_encryption = device_encryption,
        .accept_join = accept_join,
        .device_register = device_register,
        .device_remove = device_remove,
        .device_ignore = device_ignore,
        .permit_of = permit_of,
        .grid_coverage = coverage,
        .overlay = overlay,
        .write_forward = write_forward,
        .write_data = write_data,
        .write_rules = write_rules,
        .receipt = receipt,
        .published = published,
        .forecast_scores = forecast_scores,
        .forecasts_changed = engine_forecasts_changed,
        .bulletins = bulletins,
        .bulletin = bulletin,
        .samples_add = take_samples,
        .write_metrics = write_metrics,
        .health = health,
        .test_clock = s->clock.test ? test_clock : NULL,
        .targets_changed = engine_targets_changed,
        .reviews_changed = engine_reviews_changed,
        .pdf_text = pdf_by_child,
    };
    char address[256];
    int port, r = read_host_port(s->config->listen, 0, address, sizeof address, &port, e);
    if (r < 0)
        return err_under(e, "listen");
    a.address = address;
    a.port = (uint16_t)port;
    return api_start(&a, &s->api, e);
}
