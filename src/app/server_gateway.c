/* What the gateway asks of the rest: where records go, what of a device is kept, what of its values is there. */
#include "app/server_own.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "app/options.h"
#include "base/cntime.h"
#include "base/scoped.h"

static int append(void *arg, const struct record *r, size_t n, bool *new_flags, struct err *e)
{
    struct server *s = arg;
    return obs_append(s->writer, r, n, new_flags, e);
}

static int append_raw(void *arg, const struct record *r, const struct gateway_raw *raw, size_t n,
                      bool *new_flags, struct err *e)
{
    struct server *s = arg;
    return forwarding_append(s->forwarding, s->writer, r, raw, n, new_flags, e);
}

/* What a device's gaps have come to, kept beside the ledger (DOC_DEVICE, by MN). The engine's thread. */
static void keep_device(void *arg, int32_t site, const char *mn, const char *json)
{
    roster_keep(&((struct server *)arg)->roster, site, mn, json);
}

static void kept_device(void *arg, int32_t site, const char *mn, struct buf *json)
{
    (void)site;
    roster_kept(&((struct server *)arg)->roster, mn, json);
}

static void keep_joins(void *arg, const char *json)
{
    roster_keep_joins(&((struct server *)arg)->roster, json);
}

static void kept_joins(void *arg, struct buf *json)
{
    roster_kept_joins(&((struct server *)arg)->roster, json);
}

static void joined(void *arg, int32_t site, const char *mn, const struct gateway_join *j)
{
    roster_joined(&((struct server *)arg)->roster, site, mn, j);
}

static void registered(void *arg, int32_t site, struct gateway_registration *io)
{
    roster_registered(&((struct server *)arg)->roster, site, io);
}

static void command_ended(void *arg, int32_t site, const char *mn, const struct gateway_command *c)
{
    (void)mn;
    roster_ended(&((struct server *)arg)->roster, site, c);
}

static void have(void *arg, int32_t site, enum period period, int64_t from, int64_t step_ms, size_t n,
                 unsigned char *bits)
{
    presence_have(((struct server *)arg)->presence, site, period, from, step_ms, n, bits);
}

static int64_t first(void *arg, int32_t site, enum period period)
{
    return presence_first(((struct server *)arg)->presence, site, period);
}

int server_start_gateway(struct server *s, struct err *e)
{
    struct gateway_config g;
    gateway_config_init(&g);
    char address[256], tls_address[256];
    const char *tls = s->config->devices_tls;
    int r = read_host_port(s->config->devices, 0, address, sizeof address, &g.port, e);
    if (r < 0)
        return err_under(e, "devices");
    const struct tls_files files = { s->config->tls_certificate, s->config->tls_key,
                                     s->config->tls_client_ca };
    if (*tls && read_host_port(tls, 0, tls_address, sizeof tls_address, &g.tls_port, e) < 0)
        return err_under(e, "devices-tls");
    if (*tls && (r = tls_server_new(&files, &s->tls, e)) < 0)
        return r;
    g.address = address;
    g.tls_address = *tls ? tls_address : NULL;
    g.tls = s->tls;
    g.place = s->core.place;
    g.clock = &s->clock;
    g.append = append;
    g.append_raw = s->forwarding ? append_raw : NULL;
    g.append_arg = s;
    g.stored = engine_stored;
    g.stored_arg = s;
    g.have = have;
    g.first = first;
    g.keep = keep_device;
    g.kept = kept_device;
    g.keep_joins = keep_joins;
    g.kept_joins = kept_joins;
    g.joined = joined;
    g.registered = registered;
    g.ended = command_ended;
    g.greet = !s->config->no_first_contact;
    g.heal_arg = s;
    g.keep_keys = keyring_keep;
    g.kept_keys = keyring_kept;
    g.keys_arg = s->keyring;
    g.max_connections = (size_t)s->config->max_connections;
    g.segment_max = (size_t)s->config->segment_max;
    g.idle_s = (int)s->config->idle_timeout;
    g.max_ahead_ms =
        MS_DAY; /* a logger whose clock runs a little ahead is ordinary; a value of next week is not */
    r = gateway_start(&g, &s->gateway, e);
    s->roster.gateway = s->gateway;
    return r < 0 ? r : roster_begin(&s->roster, e);
}
