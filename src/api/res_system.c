#include <errno.h>
#include <string.h>

#include "api/handlers.h"
#include "base/cntime.h"
#include "gather/command.h"

/* docs/api/openapi.yaml, put into the program when it is built (embed.py). */
extern const char openapi_yaml[];
extern const size_t openapi_yaml_len;

int devices_list(struct request *rq, struct err *e)
{
    (void)e;
    const struct api_config *c = &rq->api->config;
    bool whole = rq->user.role == ROLE_ADMIN || rq->user.role == ROLE_DUTY;
    if (c->write_devices)
        c->write_devices(c->arg, whole, rq->user.role >= ROLE_DUTY, &rq->out);
    else
        buf_adds(&rq->out, "{\"devices\":[],\"refused\":[],\"unknown\":[]}");
    return 0;
}

int forward_get(struct request *rq, struct err *e)
{
    (void)e;
    const struct api_config *c = &rq->api->config;
    if (c->write_forward)
        c->write_forward(c->arg, &rq->out);
    else
        buf_adds(&rq->out, "{\"targets\":[]}");
    return 0;
}

static int no_device(struct err *e)
{
    return err_named(e, -ENOENT, "not_found", "no device at this site");
}

int devices_get(struct request *rq, struct err *e)
{
    const struct api_config *c = &rq->api->config;
    bool whole = rq->user.role == ROLE_ADMIN || rq->user.role == ROLE_DUTY;
    if (!c->write_device || rq->id > INT32_MAX)
        return no_device(e);
    return c->write_device(c->arg, (int32_t)rq->id, whole, &rq->out, e);
}

int devices_command(struct request *rq, struct err *e)
{
    const struct api_config *c = &rq->api->config;
    const char *command;
    const json_t *args = json_object_get(rq->json, "args");
    int r = body_text(rq, "command", 40, true, &command, e);
    if (r < 0)
        return r;
    if (args && !json_is_object(args))
        return err_named(e, -EINVAL, "bad_input", "args: not an object");
    if (!c->device_command || rq->id > INT32_MAX)
        return no_device(e);
    const struct command_spec *spec = command_find(command);
    if (spec && rq->user.role < spec->least)
        return err_named(e, -EACCES, "auth.forbidden", "%s: only the role %s and above may", command,
                         role_name(spec->least));
    return c->device_command(c->arg, (int32_t)rq->id, command, args, rq->user.name, &rq->out, e);
}

int devices_encryption(struct request *rq, struct err *e)
{
    const struct api_config *c = &rq->api->config;
    static const char *const flags[] = { "must_encrypt", "test_device" };
    const json_t *key = json_object_get(rq->json, "key");
    if (key && !json_is_string(key))
        return err_named(e, -EINVAL, "bad_input", "key: not a text");
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        const json_t *flag = json_object_get(rq->json, flags[i]);
        if (flag && !json_is_boolean(flag))
            return err_named(e, -EINVAL, "bad_input", "%s: neither true nor false", flags[i]);
    }
    if (!c->device_encryption || rq->id > INT32_MAX)
        return no_device(e);
    return c->device_encryption(c->arg, (int32_t)rq->id, rq->json, rq->user.name, &rq->out, e);
}

int joins_accept(struct request *rq, struct err *e)
{
    const struct api_config *c = &rq->api->config;
    int64_t site = json_int(rq->json, "site", 0);
    if (site < 1 || site > INT32_MAX)
        return err_named(e, -EINVAL, "bad_input", "site: not the id of a site");
    if (!c->accept_join)
        return err_named(e, -ENOENT, "not_found", "there is no such request to join");
    int r = c->accept_join(c->arg, rq->id, (int32_t)site, rq->user.name, e);
    if (r == 0)
        buf_adds(&rq->out, "{\"state\":\"sent\"}");
    return r;
}

int devices_register(struct request *rq, struct err *e)
{
    const struct api_config *c = &rq->api->config;
    const char *text;
    int r = body_text(rq, "mn", 31, false, &text, e);
    if (r == 0)
        r = body_text(rq, "pw", 63, false, &text, e);
    if (r < 0)
        return r;
    if (!c->device_register || rq->id > INT32_MAX)
        return no_device(e);
    return c->device_register(c->arg, (int32_t)rq->id, rq->json, rq->user.name, &rq->out, e);
}

int devices_remove(struct request *rq, struct err *e)
{
    const struct api_config *c = &rq->api->config;
    const char *mn;
    int r = body_text(rq, "mn", 31, true, &mn, e);
    if (r < 0)
        return r;
    if (!c->device_remove || rq->id > INT32_MAX)
        return no_device(e);
    return c->device_remove(c->arg, (int32_t)rq->id, mn, rq->user.name, &rq->out, e);
}

int devices_ignore(struct request *rq, struct err *e)
{
    const struct api_config *c = &rq->api->config;
    const json_t *on = json_object_get(rq->json, "ignored");
    const char *mn;
    int r = body_text(rq, "mn", 31, true, &mn, e);
    if (r < 0)
        return r;
    if (!json_is_boolean(on))
        return err_named(e, -EINVAL, "bad_input", "ignored: true or false");
    if (!c->device_ignore)
        return no_device(e);
    return c->device_ignore(c->arg, mn, json_is_true(on), rq->user.name, &rq->out, e);
}

static void write_arg(struct jw *w, const struct command_arg *a)
{
    static const char *const types[] = { "number", "minutes", "time", "text" };
    jw_object(w);
    jw_kstr(w, "name", a->name);
    jw_kstr(w, "type", a->secret ? "secret" : a->factor ? "factor" : types[a->type]);
    if (a->type == ARG_NUMBER || a->type == ARG_TEXT) {
        jw_kint(w, "least", a->least);
        jw_kint(w, "most", a->most);
    }
    jw_kbool(w, "required", a->required);
    jw_kstr(w, "text", a->zh);
    jw_kstr(w, "text_en", a->en);
    jw_end_object(w);
}

static void write_editions(struct jw *w, unsigned editions)
{
    jw_array(w);
    for (enum hj212_edition e = HJ212_2005; e <= HJ212_2025; e++)
        if (editions & 1U << e)
            jw_str(w, hj212_edition_name(e));
    jw_end_array(w);
}

static void write_command(struct jw *w, const struct command_spec *c, enum role role)
{
    const struct hj212_command *code = command_code(c);
    jw_object(w);
    jw_kstr(w, "word", c->word);
    jw_kint(w, "cn", c->cn);
    jw_kstr(w, "text", hj212_asked(code, true));
    jw_kstr(w, "text_en", hj212_asked(code, false));
    jw_kstr(w, "effect", c->effect_zh);
    jw_kstr(w, "effect_en", c->effect_en);
    jw_kstr(w, "group", c->group);
    jw_key(w, "editions");
    write_editions(w, code->editions);
    jw_kstr(w, "role", role_name(c->least));
    jw_kbool(w, "allowed", role >= c->least);
    jw_kbool(w, "harmless", c->harmless);
    jw_kbool(w, "notice", command_is_notice(c));
    jw_kbool(w, "data", c->data);
    jw_kbool(w, "history", c->history);
    jw_key(w, "args");
    jw_array(w);
    for (const struct command_arg *a = c->arg; a < c->arg + COMMAND_ARGS && a->name; a++)
        write_arg(w, a);
    jw_end_array(w);
    jw_end_object(w);
}

void api_write_device_commands(enum role role, struct buf *out)
{
    struct jw w = JW(out);
    jw_object(&w);
    jw_key(&w, "commands");
    jw_array(&w);
    for (size_t i = 0; i < command_count(); i++)
        write_command(&w, command_at(i), role);
    jw_end_array(&w);
    jw_end_object(&w);
}

int device_commands_list(struct request *rq, struct err *e)
{
    (void)e;
    api_write_device_commands(rq->user.role, &rq->out);
    return 0;
}

int about_get(struct request *rq, struct err *e)
{
    (void)e;
    const struct api_config *c = &rq->api->config;
    struct buf *out = &rq->out;
    struct jw w = JW(out);
    jw_object(&w);
    jw_kstr(&w, "version", BIHUAN_VERSION);
    buf_adds(out, ",\"data\":");
    if (c->write_data)
        c->write_data(c->arg, out);
    else
        buf_adds(out, "[]");
    buf_adds(out, ",\"rules\":");
    if (c->write_rules)
        c->write_rules(c->arg, out);
    else
        buf_adds(out, "[]");
    jw_key(&w, "clock");
    jw_object(&w);
    jw_ktime(&w, "now", rq->now);
    jw_kbool(&w, "test", c->clock->test);
    jw_end_object(&w);
    jw_end_object(&w);
    return 0;
}

static int64_t uptime_s(const struct api *a)
{
    return (clock_monotonic_ns() - a->started_ns) / 1000000000;
}

static struct api_health ask_health(struct request *rq)
{
    struct api_health h = { .store = "ok" };
    const struct api_config *c = &rq->api->config;
    if (c->health)
        c->health(c->arg, &h);
    return h;
}

int health_get(struct request *rq, struct err *e)
{
    (void)e;
    struct api_health h = ask_health(rq);
    bool ok = strcmp(h.store, "ok") == 0;
    struct jw w = JW(&rq->out);
    jw_object(&w);
    jw_kbool(&w, "ok", ok);
    jw_kstr(&w, "store", h.store);
    jw_kstr(&w, "message", h.message);
    jw_kint(&w, "records", h.records);
    jw_kstr(&w, "forward", h.forward ? h.forward : "off");
    jw_kstr(&w, "forward_message", h.forward_message);
    jw_kint(&w, "uptime_s", uptime_s(rq->api));
    jw_end_object(&w);
    rq->status = ok ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE;
    return 0;
}

/* Prometheus' text form 0.0.4. */
int metrics_get(struct request *rq, struct err *e)
{
    (void)e;
    struct api *a = rq->api;
    struct buf *out = &rq->out;
    struct api_health h = ask_health(rq);
    int64_t answers = 0;
    rq->type = "text/plain; version=0.0.4; charset=utf-8";
    buf_addf(
        out,
        "# HELP bihuan_up Whether the store takes writes.\n# TYPE bihuan_up gauge\nbihuan_up %d\n"
        "# HELP bihuan_uptime_seconds Seconds since the server started.\n# TYPE bihuan_uptime_seconds gauge\n"
        "bihuan_uptime_seconds %lld\n"
        "# HELP bihuan_records Observation records stored.\n# TYPE bihuan_records gauge\nbihuan_records "
        "%lld\n",
        strcmp(h.store, "ok") == 0, (long long)uptime_s(a), (long long)h.records);
    buf_adds(out, "# HELP bihuan_http_requests_total HTTP answers by kind of status.\n"
                  "# TYPE bihuan_http_requests_total counter\n");
    for (int kind = 2; kind <= 5; kind++) {
        int64_t n = atomic_load(&a->answers[kind]);
        answers += n;
        buf_addf(out, "bihuan_http_requests_total{status=\"%dxx\"} %lld\n", kind, (long long)n);
    }
    buf_addf(out,
             "# HELP bihuan_http_request_seconds Time from request line to answer.\n"
             "# TYPE bihuan_http_request_seconds summary\n"
             "bihuan_http_request_seconds_sum %.6f\nbihuan_http_request_seconds_count %lld\n"
             "# HELP bihuan_http_streams Open event streams.\n# TYPE bihuan_http_streams "
             "gauge\nbihuan_http_streams %u\n",
             (double)atomic_load(&a->answer_ns) / 1e9, (long long)answers, hub_count(a->hub));
    if (a->config.write_metrics)
        a->config.write_metrics(a->config.arg, out);
    return 0;
}

int events_get(struct request *rq, struct err *e)
{
    rq->response = hub_join(rq->api->hub, signed_in(rq) ? rq->user.id : 0, rq->con);
    if (!rq->response)
        return err_named(e, -EUSERS, "busy", "too many open streams");
    MHD_add_response_header(rq->response, "Content-Type", "text/event-stream; charset=utf-8");
    MHD_add_response_header(rq->response, "X-Accel-Buffering", "no");
    return 0;
}

int clock_post(struct request *rq, struct err *e)
{
    const struct api_config *c = &rq->api->config;
    if (!c->test_clock || !c->clock->test)
        return err_named(e, -ENOENT, "not_found", "this server runs on the real clock");
    int64_t by = 0;
    const json_t *advance = json_object_get(rq->json, "advance_s");
    if (advance) {
        json_int_t s = json_integer_value(advance);
        if (!json_is_integer(advance) || s < 0 || s > 400 * (MS_DAY / 1000))
            return err_named(e, -EINVAL, "bad_input",
                             "advance_s: not a number of seconds from 0 to 400 days");
        by = s * 1000;
    } else if (!json_is_true(json_object_get(rq->json, "settle"))) {
        return err_named(e, -EINVAL, "bad_input", "advance_s or settle: missing");
    }
    int r = c->test_clock(c->arg, by, e);
    if (r < 0)
        return r;
    struct jw w = JW(&rq->out);
    jw_object(&w);
    jw_ktime(&w, "now", clock_now(c->clock));
    jw_end_object(&w);
    return 0;
}

int openapi_get(struct request *rq, struct err *e)
{
    (void)e;
    rq->type = "application/yaml; charset=utf-8";
    buf_add(&rq->out, openapi_yaml, openapi_yaml_len);
    return 0;
}
