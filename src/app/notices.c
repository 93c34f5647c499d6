#include "app/notices.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "ledger/ledger.h"

struct notices {
    struct core *core;
    struct notify *notify;
    json_t *definitions;  /* of GET /ledgers; a definition does not change while the server runs */
    pthread_mutex_t lock; /* guards api: the worker begins before it and ends after it */
    struct api *api;
};

static const json_t *definition(void *arg, const char *ledger)
{
    const json_t *all = json_object_get(((struct notices *)arg)->definitions, "ledgers");
    for (size_t i = 0; i < json_array_size(all); i++)
        if (strcmp(json_str(json_array_get(all, i), "id", ""), ledger) == 0)
            return json_array_get(all, i);
    return NULL;
}

static void told(void *arg, int64_t user, int64_t unread)
{
    struct notices *n = arg;
    char json[48];
    snprintf(json, sizeof json, "{\"unread\":%lld}", (long long)unread);
    pthread_mutex_lock(&n->lock);
    if (n->api)
        api_publish_to(n->api, user, "notice", json);
    pthread_mutex_unlock(&n->lock);
}

static int read_definitions(struct notices *n, struct ledgers *l, struct err *e)
{
    struct buf text = BUF_INIT;
    const struct actor system = { .name = "system", .role = ROLE_ADMIN };
    int r = ledgers_write_definitions(l, &system, &text, e);
    if (r == 0)
        r = json_read(text.data, text.len, &n->definitions, e);
    buf_release(&text);
    return r;
}

/* The supervisor's people look into it, and the leaders know of it; the unit that it is about is not warned. */
static void suspicion(void *arg, const struct suspicion_news *s)
{
    struct notices *n = arg;
    struct notify_words w = { 0 };
    struct err e = { 0 };
    char once[60];
    /* The key may be longer than a notice's word; what is alike in so much of it is the same oddity of the same case. */
    snprintf(once, sizeof once, "suspicion:%.48s", s->key);
    snprintf(w.title, sizeof w.title, "发现疑点：%.80s", s->number);
    snprintf(w.title_en, sizeof w.title_en, "Suspicion: %.80s", s->number);
    snprintf(w.text, sizeof w.text, "%.600s", s->text);
    snprintf(w.text_en, sizeof w.text_en, "%.600s", s->text_en);
    const struct notice what = { "suspicion", once, s->case_id, s->number, &w };
    int r = s->supervisor
                ? notify_tell(n->notify, &(struct notify_target){ .to = "unit", .unit = s->supervisor },
                              &what, &e)
                : notify_tell(n->notify, &(struct notify_target){ .to = "duty" }, &what, &e);
    if (r == 0)
        r = notify_tell(n->notify, &(struct notify_target){ .to = "leader" }, &what, &e);
    if (r < 0)
        log_warn("notices", "%s", e.text);
}

int notices_start(const struct config *config, struct core *core, struct notices **ret, struct err *e)
{
    struct notices *n = calloc(1, sizeof *n);
    if (!n)
        return err_set(e, -ENOMEM, "out of memory");
    n->core = core;
    pthread_mutex_init(&n->lock, NULL);
    bool sm3 = strcmp(config->webhook_hash, "sm3") == 0;
    int r = sm3 || strcmp(config->webhook_hash, "sha256") == 0
                ? read_definitions(n, core->ledgers, e)
                : err_set(e, -EINVAL, "webhook-hash: '%s' is neither sha256 nor sm3", config->webhook_hash);
    const struct notify_config c = {
        .store = core->store,
        .place = core->place,
        .clock = core->clock,
        .public_url = config->public_url,
        .mail_server = config->mail_server,
        .mail_user = config->mail_user,
        .mail_password_file = config->mail_password_file,
        .mail_from = config->mail_from,
        .mail_plain = config->mail_plain,
        .ca = config->notice_ca,
        .webhook_key_file = config->webhook_key_file,
        .webhook_sm3 = sm3,
        .webhook_private = config->webhook_private,
        .command = config->notice_command,
        .tries = config->notice_tries,
        .timeout_s = config->notice_timeout,
        .arg = n,
        .definition = definition,
        .told = told,
    };
    if (r == 0)
        r = notify_start(&c, &n->notify, e);
    if (r == 0)
        ledgers_on_suspicion(core->ledgers, suspicion, n);
    if (r < 0) {
        notices_stop(n);
        return r;
    }
    *ret = n;
    return 0;
}

struct notices *notices_stop(struct notices *n)
{
    if (n) {
        if (n->core && n->core->ledgers)
            ledgers_on_suspicion(n->core->ledgers, NULL, NULL);
        notify_stop(n->notify);
        json_decref(n->definitions);
        pthread_mutex_destroy(&n->lock);
        free(n);
    }
    return NULL;
}

struct notify *notices_notify(struct notices *n)
{
    return n ? n->notify : NULL;
}

void notices_publish_to(struct notices *n, struct api *api)
{
    if (!n)
        return;
    pthread_mutex_lock(&n->lock);
    n->api = api;
    pthread_mutex_unlock(&n->lock);
}

static int tell_silent(struct notices *n, const struct doc *d, const json_t *body, struct err *e)
{
    const struct site *site = place_site(n->core->place, d->site);
    struct notify_words w = { 0 };
    char once[40];
    snprintf(once, sizeof once, "finding:%lld", (long long)d->id);
    snprintf(w.title, sizeof w.title, "设备失联：%.120s", site ? site->name : "");
    snprintf(w.title_en, sizeof w.title_en, "Device silent: %.120s", site ? site->name_en : "");
    snprintf(w.text, sizeof w.text, "%.300s", json_str(body, "title", ""));
    snprintf(w.text_en, sizeof w.text_en, "%.300s", json_str(body, "title_en", ""));
    const struct notice what = { "silent", once, 0, "", &w };
    int r = notify_tell(n->notify, &(struct notify_target){ .to = "duty" }, &what, e);
    if (r == 0 && site && site->unit)
        r = notify_tell(n->notify, &(struct notify_target){ .to = "unit", .unit = site->unit }, &what, e);
    return r;
}

void notices_finding(struct notices *n, int64_t id)
{
    struct doc d = { 0 };
    struct err e = { 0 };
    json_t *body = NULL;
    if (!n || ledger_get_doc(n->core->store, DOC_FINDING, id, &d, NULL) < 0)
        return;
    if (strcmp(d.state, "open") == 0 && json_read(d.body, strlen(d.body), &body, NULL) == 0 &&
        strcmp(json_str(body, "rule", ""), "device.silent") == 0 && !json_flag(body, "over", false) &&
        tell_silent(n, &d, body, &e) < 0)
        log_warn("notices", "%s", e.text);
    json_decref(body);
    doc_release(&d);
}
