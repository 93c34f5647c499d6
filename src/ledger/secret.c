/* secret.c - texts that a definition calls secret (`text "phone" { secret = true }`): who signs up for a visit gives a name and a telephone to the
 * organiser and to nobody else. They are sealed before anything is written (store/seal.h), so that neither the case's document nor its
 * event, which can never be taken back, tells them; lists, history, exports and definitions' functions see that there is one. Whoever is
 * to call the person asks for it by name, and that stays in the history. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "ledger/engine.h"
#include "store/seal.h"

/* "sealed:LENGTH:BASE64" */
static const char mark[] = "sealed:";
const char secret_shown[] = "●●●●";

bool secret_is(const char *text)
{
    return strncmp(text, mark, sizeof mark - 1) == 0;
}

int ledgers_keep_secrets(struct ledgers *l, const char *dir, struct err *e)
{
    free(l->secrets);
    l->secrets = strdup(dir);
    return l->secrets ? 0 : err_set(e, -ENOMEM, "out of memory");
}

/* Opened once and then only read. */
static int the_seal(struct ledgers *l, const struct seal **ret, struct err *e)
{
    if (!l->secrets)
        return err_set(e, -EPERM, "nothing can be sealed here: there is no folder for the secret");
    pthread_mutex_lock(&l->lock);
    int r = l->seal ? 0 : seal_open(l->secrets, true, &l->seal, e);
    *ret = l->seal;
    pthread_mutex_unlock(&l->lock);
    return r;
}

int secret_seal(struct ledgers *l, const struct field *f, json_t *plain, json_t **ret, struct err *e)
{
    const struct seal *s;
    scoped(json_decrefp) json_t *text = plain;
    scoped(buf_release) struct buf sealed = BUF_INIT;
    int r = the_seal(l, &s, e);
    buf_addf(&sealed, "%s%zu:", mark, json_string_length(text));
    if (r == 0)
        r = seal_close_up(s, f->id, json_string_value(text), json_string_length(text), &sealed, e);
    if (r == 0 && !(*ret = json_string(sealed.data)))
        r = err_set(e, -ENOMEM, "out of memory");
    return r;
}

/* *ret_len bytes in plain, which holds SEAL_SECRET_MAX + 1. */
static int open_up(struct ledgers *l, const struct field *f, const char *text, char *plain, struct err *e)
{
    const struct seal *s;
    char *end;
    unsigned long len = strtoul(text + sizeof mark - 1, &end, 10);
    if (*end != ':' || len == 0 || len > SEAL_SECRET_MAX)
        return err_named(e, -EINVAL, "case.field_invalid",
                         "%s（%s）：不是本系统封存的内容 | %s (%s): not sealed here", f->label, f->id,
                         f->label_en, f->id);
    int r = the_seal(l, &s, e);
    if (r == 0)
        r = seal_open_up(s, f->id, end + 1, plain, len, e);
    plain[r == 0 ? len : 0] = '\0';
    return r;
}

int secret_check(struct ledgers *l, const struct field *f, const json_t *sealed, struct err *e)
{
    char plain[SEAL_SECRET_MAX + 1];
    if (open_up(l, f, json_string_value(sealed), plain, NULL) == 0)
        return 0;
    return err_named(e, -EINVAL, "case.field_invalid",
                     "%s（%s）：不是本系统封存的内容 | %s (%s): not sealed here", f->label, f->id,
                     f->label_en, f->id);
}

void secret_hide(json_t *fields)
{
    const char *key;
    void *next;
    json_t *v;
    json_object_foreach_safe(fields, next, key, v)
    {
        if (json_is_string(v) && secret_is(json_string_value(v)))
            json_object_set_new(fields, key, json_string(secret_shown));
    }
}

static bool may_look(const struct ledgers *l, const struct loaded *c, const struct actor *who)
{
    bool named = false;
    for (size_t i = 0; who && i < c->def->n_fields; i++) {
        const struct field *f = &c->def->field[i];
        const struct unit *u = f->type == FIELD_UNIT && strcmp(f->id, "supervisor") != 0
                                   ? fields_unit(l, json_object_get(c->doc, "fields"), f->id)
                                   : NULL;
        named |= u && who->unit == u->id && who->role == ROLE_RESPONSIBLE;
    }
    return who && (named || is_office(who));
}

static int write_opened(struct ledgers *l, const struct loaded *c, json_t *seen, struct buf *out,
                        struct err *e)
{
    const json_t *fields = json_object_get(c->doc, "fields");
    struct jw w = JW(out);
    jw_object(&w);
    jw_key(&w, "fields");
    jw_object(&w);
    int r = 0;
    for (size_t i = 0; r == 0 && i < c->def->n_fields; i++) {
        const struct field *f = &c->def->field[i];
        const char *text = f->secret ? json_str(fields, f->id, "") : "";
        char plain[SEAL_SECRET_MAX + 1];
        if (!secret_is(text))
            continue;
        if ((r = open_up(l, f, text, plain, e)) < 0)
            break;
        jw_kstr(&w, f->id, plain);
        json_array_append_new(seen, json_string(f->id));
    }
    jw_end_object(&w);
    jw_end_object(&w);
    return r;
}

int case_open_secrets(struct ledgers *l, int64_t id, const struct actor *who, int64_t now, struct buf *out,
                      struct err *e)
{
    struct loaded c = { 0 };
    scoped(json_decrefp) json_t *seen = json_array();
    int r = case_load(l, id, &c, e);
    if (r == 0 && !may_look(l, &c, who))
        r = err_named(
            e, -EPERM, "case.forbidden",
            "封存的内容由值班、领导、管理员或责任单位查看 | sealed texts are for the office and the "
            "responsible unit");
    if (r == 0)
        r = write_opened(l, &c, seen, out, e);
    if (r == 0 && json_array_size(seen)) {
        scoped(json_decrefp) json_t *body =
            json_pack("{s:O, s:s, s:s}", "seen", seen, "text", "查看了封存的内容", "text_en",
                      "looked at what is sealed");
        r = body ? case_write_event(l, &c, "opened_secrets", body, who, now, e)
                 : err_set(e, -ENOMEM, "out of memory");
    }
    case_release(&c);
    if (r < 0 && out->data)
        out->data[out->len = 0] = '\0';
    return r;
}
