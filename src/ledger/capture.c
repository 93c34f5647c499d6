#include "ledger/capture.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "base/sm3.h"
#include "ledger/chain.h"

#define FILE_MARK "sm3:"

static int bad(struct err *e, const char *what)
{
    return err_named(e, -EINVAL, "bad_input", "capture: %s", what);
}

static int changed(struct err *e)
{
    return err_named(
        e, -EINVAL, "capture.changed",
        "现场记录与封存时的校验值不符，未收下 | the record is not what was sealed in the field: not taken");
}

/* A file of the record is the hash of its bytes; what is sent in its place is the id under which those bytes arrived. */
static int same_file(struct ledgers *l, const char *sm3, int64_t id, struct err *e)
{
    struct doc d = { 0 };
    scoped(json_decrefp) json_t *body = NULL;
    int r = ledger_get_doc(l->store, DOC_FILE, id, &d, NULL);
    if (r == 0)
        r = json_read(d.body, strlen(d.body), &body, NULL);
    doc_release(&d);
    if (r == 0 && strcmp(json_str(body, "hash", ""), sm3) == 0)
        return 0;
    return err_named(e, -EINVAL, "file.changed",
                     "附件%" PRId64 "不是现场记录的那一个（校验值不符） | file %" PRId64
                     " is not the one that was recorded (its hash differs)",
                     id, id);
}

static int same(struct ledgers *l, const json_t *sealed, const json_t *sent, struct err *e)
{
    const char *text = json_string_value(sealed), *key;
    json_t *v;
    if (text && json_is_integer(sent) && strncmp(text, FILE_MARK, strlen(FILE_MARK)) == 0)
        return same_file(l, text + strlen(FILE_MARK), json_integer_value(sent), e);
    if (json_is_array(sealed) && json_is_array(sent)) {
        if (json_array_size(sealed) != json_array_size(sent))
            return changed(e);
        for (size_t i = 0; i < json_array_size(sealed); i++) {
            int r = same(l, json_array_get(sealed, i), json_array_get(sent, i), e);
            if (r < 0)
                return r;
        }
        return 0;
    }
    if (json_is_object(sealed) && json_is_object(sent)) {
        if (json_object_size(sealed) != json_object_size(sent))
            return changed(e);
        json_object_foreach((json_t *)sealed, key, v)
        {
            int r = same(l, v, json_object_get(sent, key), e);
            if (r < 0)
                return r;
        }
        return 0;
    }
    return sent && json_equal(sealed, sent) ? 0 : changed(e);
}

static int check_place(const json_t *place, struct err *e)
{
    micro lon = json_micro(place, "lon", MICRO_MISSING), lat = json_micro(place, "lat", MICRO_MISSING);
    if (!place || json_is_null(place))
        return 0;
    return json_is_object(place) && lon != MICRO_MISSING && lat != MICRO_MISSING && lon >= -180 * MICRO_ONE &&
                   lon <= 180 * MICRO_ONE && lat >= -90 * MICRO_ONE && lat <= 90 * MICRO_ONE
               ? 0
               : bad(e, "place: not lon and lat");
}

/* Its words against its hash, and what they speak of. */
static int open_record(const char *text, const char *hash, json_t **ret, struct err *e)
{
    char is[SM3_HEX];
    size_t len = strlen(text);
    if (!len || len > CAPTURE_BYTES_MAX)
        return bad(e, "record: empty, or longer than 512 KiB");
    int r = sm3_hex(text, len, is, e);
    if (r == 0 && strcmp(is, hash) != 0)
        r = changed(e);
    if (r == 0)
        r = json_read(text, len, ret, e);
    return r == 0 && !json_is_object(*ret) ? bad(e, "record: not an object") : r;
}

int case_capture(struct ledgers *l, const json_t *given, const char *ledger, const char *action, int64_t id,
                 const json_t *fields, json_t **ret, struct err *e)
{
    scoped(json_decrefp) json_t *record = NULL;
    scoped(json_decrefp) json_t *none = json_object();
    const char *text = json_str(given, "record", ""), *at;
    int64_t ms;
    *ret = NULL;
    if (!given || json_is_null(given))
        return 0;
    int r = open_record(text, json_str(given, "hash", ""), &record, e);
    if (r < 0)
        return r;
    at = json_str(record, "at", "");
    if (!cn_parse_iso(at, strlen(at), &ms))
        return bad(e, "at: not a time");
    if (strcmp(json_str(record, "ledger", ""), ledger ? ledger : "") != 0 ||
        strcmp(json_str(record, "action", ""), action ? action : "") != 0 ||
        json_int(record, "case", 0) != id)
        return changed(e);
    const json_t *sealed = json_object_get(record, "fields");
    if ((r = check_place(json_object_get(record, "place"), e)) < 0 ||
        (r = same(l, sealed ? sealed : none, fields ? fields : none, e)) < 0)
        return r;
    *ret = json_pack("{s:I, s:s, s:s}", "at", (json_int_t)ms, "hash", json_str(given, "hash", ""), "record",
                     text);
    return *ret ? 0 : err_set(e, -ENOMEM, "out of memory");
}

/* A record is kept word for word, so it may hold nothing that is sealed beside it. */
static bool holds_secret(const json_t *fields)
{
    const char *key;
    json_t *v;
    json_object_foreach((json_t *)(uintptr_t)fields, key, v)
    {
        if (json_is_string(v) && secret_is(json_string_value(v)))
            return true;
    }
    return false;
}

int capture_put(json_t *body, const struct actor *who, struct err *e)
{
    if (who->capture && holds_secret(json_object_get(body, "fields")))
        return err_named(e, -EINVAL, "case.field_invalid",
                         "封存的内容不能随现场记录提交，请联网后填写 | what is sealed is not taken with a "
                         "record made in the field");
    if (!who->capture || json_object_set(body, "capture", (json_t *)who->capture) == 0)
        return 0;
    return err_set(e, -ENOMEM, "out of memory");
}

/* ---- meanwhile ---- */

struct meanwhile {
    const struct actor *who;
    const struct definition *def;
    char actor[64], action[64];
    bool moved;
};

static int look(const struct event *ev, void *arg)
{
    struct meanwhile *m = arg;
    if (m->moved || ev->seq <= m->who->seen || strcmp(ev->actor, m->who->name) == 0)
        return 0;
    scoped(json_decrefp) json_t *body = NULL;
    if (json_read(ev->body, strlen(ev->body), &body, NULL) < 0)
        return -EBADMSG;
    /* Reminders of the program change nothing; a state that it entered (a rebound reopened the case) does. */
    if (strcmp(ev->actor, "system") == 0 && definition_state(m->def, json_str(body, "to", "")) < 0)
        return 0;
    m->moved = true;
    snprintf(m->actor, sizeof m->actor, "%s", ev->actor);
    snprintf(m->action, sizeof m->action, "%s", ev->action);
    return 0;
}

int capture_meets(struct ledgers *l, const struct loaded *c, const struct actor *who, struct err *e)
{
    struct meanwhile m = { .who = who, .def = c->def };
    if (!who->seen)
        return 0;
    int r = ledger_each_event(l->store, c->id, look, &m, e);
    if (r < 0 || !m.moved)
        return r;
    const struct action *a = definition_action(c->def, m.action);
    const char *state = json_str(c->doc, "state", "");
    return err_named(e, -EBUSY, "case.moved_on",
                     "您看到之后，%s 已办理“%s”，现为“%s” | after you saw it %s did '%s'; it is now in '%s'",
                     m.actor, a ? a->label : m.action, state, m.actor, a ? a->label_en : m.action, state);
}

/* ---- afterwards ---- */

void capture_write(struct jw *w, const json_t *body)
{
    const json_t *c = json_object_get(body, "capture");
    scoped(json_decrefp) json_t *record = NULL;
    const char *text = json_str(c, "record", "");
    if (!c || json_read(text, strlen(text), &record, NULL) < 0)
        return;
    jw_key(w, "capture");
    jw_object(w);
    jw_ktime(w, "at", json_int(c, "at", 0));
    jw_kstr(w, "hash", json_str(c, "hash", ""));
    jw_key(w, "place");
    const json_t *place = json_object_get(record, "place");
    if (json_is_object(place))
        jw_tree(w, place);
    else
        jw_null(w);
    jw_kstr(w, "record", text);
    jw_end_object(w);
}

struct proving {
    int (*holds)(const char *, void *, struct err *);
    void *arg;
};

static int prove_files(const json_t *v, const struct proving *p, struct err *e)
{
    const char *text = json_string_value(v), *key;
    json_t *item;
    int r = 0;
    if (text && strncmp(text, FILE_MARK, strlen(FILE_MARK)) == 0 &&
        strlen(text) == strlen(FILE_MARK) + SM3_HEX - 1)
        return p->holds(text + strlen(FILE_MARK), p->arg, e);
    for (size_t i = 0; r == 0 && i < json_array_size(v); i++)
        r = prove_files(json_array_get(v, i), p, e);
    if (json_is_object(v))
        json_object_foreach((json_t *)v, key, item) if (r == 0) r = prove_files(item, p, e);
    return r;
}

/* What an event keeps: words against hash, and the bytes of each file it names against theirs. */
static int capture_prove(const json_t *body, int (*holds)(const char *sm3, void *arg, struct err *e),
                         void *arg, struct err *e)
{
    const json_t *c = json_object_get(body, "capture");
    scoped(json_decrefp) json_t *record = NULL;
    if (!c)
        return 0;
    int r = open_record(json_str(c, "record", ""), json_str(c, "hash", ""), &record, e);
    if (r == 0)
        r = prove_files(json_object_get(record, "fields"), &(struct proving){ holds, arg }, e);
    return r;
}

struct checking {
    struct proving prove;
    int64_t n;
    struct err *e;
};

static int check_one(const struct event *ev, void *arg)
{
    struct checking *c = arg;
    scoped(json_decrefp) json_t *body = NULL;
    if (!strstr(ev->body, "\"capture\""))
        return 0;
    int r = json_read(ev->body, strlen(ev->body), &body, c->e);
    if (r == 0)
        r = capture_prove(body, c->prove.holds, c->prove.arg, c->e);
    if (r < 0)
        return err_under(c->e, "event %" PRId64 " (case %" PRId64 ", %s)", ev->seq, ev->case_id, ev->action);
    c->n += json_object_get(body, "capture") != NULL;
    return 0;
}

int ledgers_check_captures(struct ledger_store *store,
                           int (*holds)(const char *sm3, void *arg, struct err *e), void *arg, int64_t *ret,
                           struct err *e)
{
    struct checking c = { { holds, arg }, 0, e };
    int r = ledger_each_event(store, 0, check_one, &c, e);
    *ret = c.n;
    return r;
}
