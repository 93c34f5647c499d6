/* What people asked of devices, and what devices told. */
#include "app/roster_own.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/report.h"
#include "base/cntime.h"
#include "base/log.h"
#include "base/scoped.h"

static int put_command(struct roster *v, int32_t site, const struct gateway_command *c, const char *state,
                       const struct err *why, struct err *e)
{
    scoped(buf_release) struct buf body = BUF_INIT;
    struct jw w = JW(&body);
    char key[24];
    snprintf(key, sizeof key, "%llu", (unsigned long long)c->id);
    report_command(&w, c, state, why);
    if (body.failed)
        return err_set(e, -ENOMEM, "out of memory");
    return roster_put(v, DOC_COMMAND, key, state, site, body.data, e);
}

void roster_ended(struct roster *v, int32_t site, const struct gateway_command *c)
{
    struct err e = { 0 };
    if (put_command(v, site, c, gateway_command_state_name(c->state), NULL, &e) < 0)
        log_error("device", "how %s ended could not be kept: %s", c->spec->word, e.text);
}

static int lose(const struct doc *d, void *arg)
{
    struct roster *v = arg;
    scoped(json_decrefp) json_t *tree = NULL;
    char at[CN_TEXT];
    int r = json_read(d->body, strlen(d->body), &tree, NULL);
    if (r < 0)
        return 0;
    json_object_set_new(tree, "state", json_string("lost"));
    json_object_set_new(tree, "ended", json_string(cn_format_iso(clock_now(v->core->clock), at)));
    scoped(freep) char *text = json_dumps(tree, JSON_COMPACT);
    struct doc now = *d;
    now.state = "lost";
    now.body = text ? text : d->body;
    return ledger_put_doc(v->core->store, DOC_COMMAND, &now, NULL, NULL);
}

int roster_begin(struct roster *v, struct err *e)
{
    int r = roster_begin_ignored(v, e);
    return r < 0 ? r
                 : ledger_each_doc(v->core->store, DOC_COMMAND, &(struct doc_query){ .state = "waiting" },
                                   lose, v, e);
}

enum { ARGS_MAX = 8, ARG_TEXT_MAX = 128 };

/* {"OverTime": 5, "PolId": "w01018"} into names and texts. */
static int read_args(const json_t *args, struct command_value *v, char text[][ARG_TEXT_MAX], size_t *ret_n,
                     struct err *e)
{
    const char *key;
    json_t *value;
    size_t n = 0;
    json_object_foreach((json_t *)args, key, value)
    {
        if (n == ARGS_MAX)
            return err_named(e, -EINVAL, "bad_input", "args: more than %d", ARGS_MAX);
        if (json_is_integer(value))
            snprintf(text[n], ARG_TEXT_MAX, "%lld", (long long)json_integer_value(value));
        else if (json_is_string(value) && json_string_length(value) < ARG_TEXT_MAX)
            snprintf(text[n], ARG_TEXT_MAX, "%s", json_string_value(value));
        else
            return err_named(e, -EINVAL, "bad_input", "%.40s: neither a short text nor a whole number", key);
        v[n].name = key;
        v[n].value = text[n];
        n++;
    }
    *ret_n = n;
    return 0;
}

static bool secret(const struct command_spec *c, const char *name)
{
    for (const struct command_arg *a = c->arg; a < c->arg + COMMAND_ARGS && a->name; a++)
        if (strcmp(a->name, name) == 0)
            return a->secret;
    return true; /* whatever it is, it is no argument of this command */
}

static void shown_args(const struct command_spec *c, const struct command_value *v, size_t n, char *out,
                       size_t cap)
{
    size_t at = 0;
    out[0] = 0;
    for (size_t i = 0; i < n && at < cap; i++)
        at += (size_t)snprintf(out + at, cap - at, "%s%s=%s", at ? ";" : "", v[i].name,
                               secret(c, v[i].name) ? "******" : v[i].value);
}

/* Who asked what of which device is on disk before it is sent. */
static int write_down(struct roster *v, int32_t site, const struct gateway_command *c, struct err *e)
{
    int r = ledger_begin(v->core->store, e);
    if (r < 0)
        return r;
    r = put_command(v, site, c, "waiting", NULL, e);
    int noted = r < 0 ? r
                      : roster_note(v, c->by, "device.command",
                                    json_pack("{s:s, s:s, s:I, s:i}", "command", c->spec->word, "args",
                                              c->args, "id", (json_int_t)c->id, "site", site),
                                    e);
    if (noted < 0) {
        ledger_rollback(v->core->store);
        return noted;
    }
    return ledger_commit(v->core->store, e);
}

int roster_command(struct roster *v, int32_t site, const char *command, const json_t *args, const char *by,
                   struct buf *out, struct err *e)
{
    struct command_value value[ARGS_MAX];
    char text[ARGS_MAX][ARG_TEXT_MAX];
    size_t n = 0;
    struct gateway_command c = { .spec = command_find(command), .asked = clock_now(v->core->clock) };
    if (!c.spec)
        return err_named(e, -EINVAL, "bad_input", "command: there is no '%.40s'", command);
    if (!place_site(v->core->place, site))
        return err_named(e, -ENOENT, "not_found", "no device at this site");
    int r = read_args(args, value, text, &n, e);
    if (r < 0)
        return r;
    c.id = gateway_command_id(v->gateway);
    snprintf(c.by, sizeof c.by, "%s", by);
    shown_args(c.spec, value, n, c.args, sizeof c.args);
    if ((r = write_down(v, site, &c, e)) < 0)
        return r;
    struct err why = { 0 };
    r = gateway_command(v->gateway, site, command, value, n, by, c.id, &why);
    log_info("device", "%s asks site %d: %s: %s", by, site, command, r < 0 ? why.text : "taken");
    if (r < 0) {
        struct err second = { 0 };
        c.ended = clock_now(v->core->clock);
        if (put_command(v, site, &c, "not_sent", &why, &second) < 0)
            log_error("device", "why %s was not sent could not be kept: %s", command, second.text);
        if (e)
            *e = why;
        return r;
    }
    struct jw w = JW(out);
    jw_object(&w);
    jw_kint(&w, "id", (int64_t)c.id);
    jw_kstr(&w, "state", gateway_command_state_name(GATEWAY_COMMAND_WAITING));
    jw_end_object(&w);
    return 0;
}

enum { SHOWN = 60 };

/* Commands of the gateway and of the documents, each once, the gateway's own word first as it is the newest. */
struct listing {
    struct row {
        uint64_t id;
        char *json;
    } row[SHOWN + GATEWAY_COMMANDS];
    size_t n;
};

static void add_row(struct listing *l, uint64_t id, const char *json)
{
    for (size_t i = 0; i < l->n; i++)
        if (l->row[i].id == id)
            return;
    char *copy = l->n < COUNT_OF(l->row) ? strdup(json) : NULL;
    if (copy)
        l->row[l->n++] = (struct row){ id, copy };
}

static int add_kept(const struct doc *d, void *arg)
{
    add_row(arg, strtoull(d->key, NULL, 10), d->body);
    return 0;
}

static void add_live(struct roster *v, int32_t site, struct listing *l)
{
    scoped(freep) struct gateway_command *live = calloc(GATEWAY_COMMANDS, sizeof *live);
    size_t n = live ? gateway_commands(v->gateway, site, live) : 0;
    for (size_t i = 0; i < n; i++) {
        scoped(buf_release) struct buf text = BUF_INIT;
        struct jw w = JW(&text);
        report_command(&w, &live[i], gateway_command_state_name(live[i].state), NULL);
        if (!text.failed)
            add_row(l, live[i].id, text.data);
    }
}

static int later_first(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    return (x->id < y->id) - (x->id > y->id);
}

void roster_write_commands(struct roster *v, int32_t site, struct jw *w)
{
    scoped(freep) struct listing *l = calloc(1, sizeof *l);
    struct doc_query q = { .site = site, .limit = SHOWN, .newest_first = true };
    jw_array(w);
    if (l) {
        add_live(v, site, l);
        ledger_each_doc(v->core->store, DOC_COMMAND, &q, add_kept, l, NULL);
        qsort(l->row, l->n, sizeof *l->row, later_first);
    }
    for (size_t i = 0; l && i < l->n; i++) {
        if (i < SHOWN)
            jw_raw(w, l->row[i].json);
        free(l->row[i].json);
    }
    jw_end_array(w);
}

/* ---- what devices told once ---- */

enum { NOTES = 40, NOTE_DAYS = 30, NOTE_TEXT = 1024 };

struct notes {
    struct note {
        int64_t time, arrival;
        int cn;
        char data[NOTE_TEXT];
    } ring[NOTES];
    size_t n;
};

static int take_note(const struct record *r, void *arg)
{
    struct notes *all = arg;
    struct note *x = &all->ring[all->n++ % NOTES];
    const char *semi = memchr(r->body, ';', r->body_len);
    size_t skip = semi ? (size_t)(semi + 1 - r->body) : r->body_len;
    *x = (struct note){ .time = r->time, .arrival = r->arrival };
    if (r->body_len > 3 && memcmp(r->body, "CN=", 3) == 0)
        x->cn = (int)strtol(r->body + 3, NULL, 10);
    snprintf(x->data, sizeof x->data, "%.*s", (int)(r->body_len - skip), r->body + skip);
    return 0;
}

void roster_write_notes(struct roster *v, int32_t site, struct jw *w)
{
    scoped(freep) struct notes *all = calloc(1, sizeof *all);
    struct obs_reader *reader = NULL;
    int64_t now = clock_now(v->core->clock);
    struct obs_query q = {
        .site = site, .period = PERIOD_NOTE, .from = now - NOTE_DAYS * MS_DAY, .to = INT64_MAX
    };
    if (all && obs_reader_open(v->core->dir, &reader, NULL) == 0)
        obs_scan(reader, &q, take_note, all, NULL);
    obs_reader_close(reader);
    jw_array(w);
    for (size_t i = 0; all && i < all->n && i < NOTES; i++) {
        const struct note *x = &all->ring[(all->n - 1 - i) % NOTES];
        const struct hj212_command *c = hj212_command(x->cn, HJ212_2017);
        jw_object(w);
        jw_kint(w, "cn", x->cn);
        jw_kstr(w, "text", c ? c->zh : "");
        jw_kstr(w, "text_en", c ? c->en : "");
        jw_ktime(w, "time", x->time);
        jw_ktime(w, "arrival", x->arrival);
        jw_kstr(w, "data", x->data);
        jw_end_object(w);
    }
    jw_end_array(w);
}

/* ---- what it marked as sent again ---- */

enum { RESENT = 40 };

struct resent {
    struct again {
        int64_t time, arrival;
        enum period period;
    } row[RESENT]; /* the newest by arrival */
    size_t n;
};

static int take_again(const struct record *r, void *arg)
{
    struct resent *all = arg;
    if (r->source != SOURCE_RESENT)
        return 0;
    struct again *x = &all->row[0];
    if (all->n < RESENT)
        x = &all->row[all->n++];
    else
        for (size_t i = 1; i < RESENT; i++)
            x = all->row[i].arrival < x->arrival ? &all->row[i] : x;
    if (x->arrival <= r->arrival)
        *x = (struct again){ r->time, r->arrival, (enum period)r->period };
    return 0;
}

static int later_arrival_first(const void *a, const void *b)
{
    const struct again *x = a, *y = b;
    int64_t d = y->arrival != x->arrival ? y->arrival - x->arrival : y->time - x->time;
    return (d > 0) - (d < 0);
}

void roster_write_resent(struct roster *v, int32_t site, struct jw *w)
{
    static const struct {
        enum period period;
        int days;
    } looked[] = { { PERIOD_DAY, 60 }, { PERIOD_HOUR, 31 }, { PERIOD_MINUTE, 2 } };
    struct resent all = { .n = 0 };
    struct obs_reader *reader = NULL;
    int64_t now = clock_now(v->core->clock);
    bool open = obs_reader_open(v->core->dir, &reader, NULL) == 0;
    for (size_t i = 0; open && i < COUNT_OF(looked); i++) {
        struct obs_query q = { site, (int)looked[i].period, now - looked[i].days * MS_DAY, INT64_MAX };
        obs_scan(reader, &q, take_again, &all, NULL);
    }
    obs_reader_close(reader);
    qsort(all.row, all.n, sizeof *all.row, later_arrival_first);
    jw_array(w);
    for (size_t i = 0; i < all.n; i++) {
        jw_object(w);
        jw_kstr(w, "period", period_name(all.row[i].period));
        jw_ktime(w, "time", all.row[i].time);
        jw_ktime(w, "arrival", all.row[i].arrival);
        jw_end_object(w);
    }
    jw_end_array(w);
}
