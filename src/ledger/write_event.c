/* write_event.c - a case's history as docs/api describes it. */
#include <errno.h>
#include <string.h>

#include "base/scoped.h"
#include "ledger/capture.h"
#include "ledger/timing.h"

struct history {
    const struct ledgers *l;
    const struct loaded *c;
    struct jw *w;
    int64_t at; /* events up to then; 0: all */
    bool full;  /* false: the public's view, without names and papers */
};

static void event_labels(const struct definition *d, const struct event *ev, const json_t *body,
                         struct said *ret)
{
    const struct action *a = definition_action(d, ev->action),
                        *tried = definition_action(d, json_str(body, "action", ""));
    *ret = strcmp(ev->action, "open") == 0 ? (struct said){ "立案", "Opened" }
           : strcmp(ev->action, "reopen") == 0 ? (struct said){ "数据反弹，重新打开", "Reopened by the data" }
           : strcmp(ev->action, "edit") == 0  ? (struct said){ "修改内容", "Fields changed" }
           : strcmp(ev->action, "child") == 0 ? (struct said){ "立下属事项", "Cases opened under it" }
                                              : (struct said){ "", "" };
    timing_label(ev->action, body, ret);
    if (strcmp(ev->action, "refused") == 0) {
        snprintf(ret->zh, sizeof ret->zh, "%s未获通过", tried ? tried->label : "");
        snprintf(ret->en, sizeof ret->en, "Refused: %s", tried ? tried->label_en : "");
    } else if (a) {
        snprintf(ret->zh, sizeof ret->zh, "%s", a->label);
        snprintf(ret->en, sizeof ret->en, "%s", a->label_en);
    }
}

static void event_actor(const struct history *h, const struct event *ev)
{
    struct user u;
    bool system = strcmp(ev->actor, "system") == 0;
    jw_kstr(h->w, "actor", h->full ? ev->actor : NULL);
    bool known = h->full && !system && ledger_get_user(h->l->store, ev->actor, &u, NULL) == 0;
    jw_kstr(h->w, "actor_display", system ? "系统" : !h->full ? NULL : known ? u.display : ev->actor);
}

/* What the event made of the case's fields; an opening made all of them, so that later values can be told from the first. */
static void write_set(struct jw *w, const struct event *ev, const json_t *body)
{
    bool open = strcmp(ev->action, "open") == 0;
    scoped(json_decrefp) json_t *all = json_object();
    if (open)
        json_object_update(all, json_object_get(body, "fields"));
    json_object_update(all, json_object_get(body, "set"));
    if (!json_object_size(all))
        return;
    secret_hide(all);
    jw_key(w, "set");
    jw_tree(w, all);
}

static int write_event(const struct event *ev, void *arg)
{
    struct history *h = arg;
    scoped(json_decrefp) json_t *body = NULL;
    if (h->at && ev->at > h->at)
        return 0;
    if (json_read(ev->body, strlen(ev->body), &body, NULL) < 0)
        return -EBADMSG;
    struct said label;
    event_labels(h->c->def, ev, body, &label);
    json_t *fields = json_object_get(body, "fields");
    const char *text = json_str(body, "text", NULL);
    if (!text)
        text = json_str(fields, "reason", json_str(fields, "report", json_str(fields, "opinion", "")));
    jw_object(h->w);
    jw_kint(h->w, "seq", ev->seq);
    jw_ktime(h->w, "at", ev->at);
    event_actor(h, ev);
    jw_kstr(h->w, "action", ev->action);
    jw_kstr(h->w, "label", label.zh);
    jw_kstr(h->w, "label_en", label.en);
    jw_kstr(h->w, "from", json_str(body, "from", NULL));
    jw_kstr(h->w, "to", json_str(body, "to", NULL));
    if (h->full) {
        jw_key(h->w, "fields");
        if (fields && strcmp(ev->action, "open") != 0) {
            secret_hide(fields);
            jw_tree(h->w, fields);
        } else {
            jw_raw(h->w, "{}");
        }
        write_set(h->w, ev, body);
        if (json_object_get(body, "children")) {
            jw_key(h->w, "children");
            jw_tree(h->w, json_object_get(body, "children"));
        }
        capture_write(h->w, body);
        jw_kstr(h->w, "text", text);
        jw_kstr(h->w, "text_en", json_str(body, "text_en", text));
    }
    jw_kstr(h->w, "hash", ev->hash);
    jw_end_object(h->w);
    return 0;
}

int case_write_history(struct ledgers *l, struct jw *w, const struct loaded *c, const struct actor *who,
                       bool shown, int64_t at, struct err *e)
{
    struct history h = { .l = l, .c = c, .w = w, .at = at, .full = who != NULL };
    jw_key(w, "events");
    jw_array(w);
    int r = shown ? ledger_each_event(l->store, c->id, write_event, &h, e) : 0;
    jw_end_array(w);
    return r;
}
