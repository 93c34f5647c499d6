#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "api/handlers.h"
#include "api/auth.h"
#include "api/password.h"

static void write_me(struct jw *w, const struct place *place, const struct user *u)
{
    jw_object(w);
    jw_kstr(w, "name", u->name[0] ? u->name : NULL);
    if (u->name[0])
        jw_kstr(w, "display", u->display[0] ? u->display : u->name);
    jw_kstr(w, "role", role_name(u->role));
    if (u->name[0]) {
        jw_key(w, "unit");
        unit_write(w, u->unit ? place_unit(place, u->unit) : NULL);
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
    write_me(&w, rq->api->config.place, &u);
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
    write_me(&w, rq->api->config.place, &rq->user);
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
