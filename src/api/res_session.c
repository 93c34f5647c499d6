#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "api/handlers.h"
#include "api/auth.h"
#include "api/password.h"
#include "base/cntime.h"
#include "base/scoped.h"
#include "base/sm3.h"

static void write_me(struct request *rq, struct jw *w, const struct user *u)
{
    const struct unit *unit = u->unit ? place_unit(rq->api->config.place, u->unit) : NULL;
    jw_object(w);
    jw_kstr(w, "name", u->name[0] ? u->name : NULL);
    if (u->name[0])
        jw_kstr(w, "display", u->display[0] ? u->display : u->name);
    jw_kstr(w, "role", role_name(u->role));
    if (u->name[0]) {
        jw_key(w, "unit");
        unit_write(w, unit);
        jw_kint(w, "review_level",
                board_tier_of(rq->api->config.board, cn_day_of(rq->now), role_name(u->role),
                              unit ? unit->kind : ""));
    }
    jw_end_object(w);
}

int session_login(struct request *rq, struct err *e)
{
    const char *name = "", *password = "";
    int r = body_text(rq, "user", sizeof rq->user.name - 1, true, &name, e);
    if (r == 0)
        r = body_text(rq, "password", PASSWORD_MAX, true, &password, e);
    if (r < 0)
        return r;

    char address[64];
    request_address(rq, address, sizeof address);
    int wait;
    if (!limiter_take(rq->api->limiter, name, address, &wait)) {
        rq->retry_after = wait;
        return err_named(e, -EACCES, "auth.too_many",
                         "登录失败次数过多，请 %d 秒后再试 | too many failed logins, try again in %d s", wait,
                         wait);
    }
    struct user u = { 0 };
    r = ledger_get_user(rq->api->config.store, name, &u, e);
    if (r < 0 && r != -ENOENT)
        return r;
    err_clear(e);
    /* The same work whether the name is known or not, so that time tells nothing. */
    bool known = r == 0 && !u.disabled;
    bool fits = password_fits(known ? u.hash : rq->api->absent_hash, password);
    if (!known || !fits)
        return err_named(e, -EACCES, "auth.wrong", "%s", "");
    limiter_give_back(rq->api->limiter, name, address);

    char token[TOKEN_TEXT];
    if ((r = auth_open(rq, &u, token, e)) < 0)
        return r;
    struct jw w = JW(&rq->out);
    jw_object(&w);
    jw_kstr(&w, "token", token);
    jw_key(&w, "user");
    write_me(rq, &w, &u);
    jw_end_object(&w);
    return 0;
}

int session_logout(struct request *rq, struct err *e)
{
    int r = auth_close(rq, e);
    if (r < 0)
        return r;
    buf_adds(&rq->out, "{}");
    return 0;
}

int session_me(struct request *rq, struct err *e)
{
    (void)e;
    struct jw w = JW(&rq->out);
    write_me(rq, &w, &rq->user);
    return 0;
}

/* ---- what a phone keeps for work without a line ---- */

static int field_secret(struct request *rq, char **ret, struct err *e)
{
    unsigned char random[32];
    char hex[2 * sizeof random + 1];
    struct ledger_store *store = rq->api->config.store;
    int r = ledger_begin(store, e); /* two who ask first get the same */
    if (r < 0)
        return r;
    r = ledger_get_setting(store, "field_secret", ret, e);
    if (r == -ENOENT) {
        err_clear(e);
        randombytes_buf(random, sizeof random);
        sodium_bin2hex(hex, sizeof hex, random, sizeof random);
        r = ledger_put_setting(store, "field_secret", hex, e);
        if (r == 0)
            r = ledger_get_setting(store, "field_secret", ret, e);
    }
    if (r < 0)
        ledger_rollback(store);
    else
        r = ledger_commit(store, e);
    return r;
}

/* The key under which this person's phone keeps its records: always the same one, so that a record made before a log-out is readable again
 * to its author after the next log-in, and to nobody else who holds the phone. */
int session_field(struct request *rq, struct err *e)
{
    scoped(freep) char *secret = NULL;
    char key[SM3_HEX];
    int r = field_secret(rq, &secret, e);
    if (r < 0)
        return r;
    struct buf text = BUF_INIT;
    buf_addf(&text, "%s field %s %s", secret, rq->user.name, secret);
    r = text.failed ? err_set(e, -ENOMEM, "no memory for a key") : sm3_hex(text.data, text.len, key, e);
    buf_release(&text);
    if (r < 0)
        return r;
    struct jw w = JW(&rq->out);
    jw_object(&w);
    jw_kstr(&w, "key", key);
    jw_end_object(&w);
    return 0;
}

/* ---- people, to be named in fields of kind user ---- */

static int write_person(const struct user *u, void *arg)
{
    struct request *rq = arg;
    const struct unit *unit = place_unit(rq->api->config.place, u->unit);
    struct jw w = { .out = &rq->out, .comma = rq->out.data[rq->out.len - 1] == '}' };
    if (u->disabled)
        return 0;
    jw_object(&w);
    jw_kstr(&w, "name", u->name);
    jw_kstr(&w, "display", u->display);
    jw_kstr(&w, "role", role_name(u->role));
    jw_kstr(&w, "unit", unit ? unit->name : NULL);
    jw_end_object(&w);
    return 0;
}

int people_list(struct request *rq, struct err *e)
{
    buf_adds(&rq->out, "{\"people\":[");
    int r = ledger_each_user(rq->api->config.store, write_person, rq, e);
    buf_adds(&rq->out, "]}");
    return r;
}
