#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/scoped.h"
#include "store/sqlite/ledger_db.h"

static const char *const role_names[ROLE_COUNT] = { "public", "responsible", "supervisor", "reviewer",
                                                    "duty",   "leader",      "admin" };

const char *role_name(enum role r)
{
    return role_names[r];
}

int role_from_name(const char *name)
{
    for (int i = 0; i < ROLE_COUNT; i++)
        if (strcmp(role_names[i], name) == 0)
            return i;
    return -1;
}

/* ---- settings ---- */

static int put_setting(struct ledger_store *s, const char *name, const char *value, struct err *e)
{
    sqlite3_stmt *st;
    int r = ledger_sql(s, SQL_PUT_SETTING, &st, e);
    if (r < 0)
        return r;
    ledger_bind_text(st, 1, name);
    ledger_bind_text(st, 2, value);
    return ledger_run(s, st, "store a setting", e);
}

int ledger_put_setting(struct ledger_store *s, const char *name, const char *value, struct err *e)
{
    ledger_lock(s);
    int r = put_setting(s, name, value, e);
    ledger_unlock(s);
    return r;
}

static int get_setting(struct ledger_store *s, const char *name, char **ret, struct err *e)
{
    sqlite3_stmt *st;
    int r = ledger_sql(s, SQL_GET_SETTING, &st, e);
    if (r < 0)
        return r;
    ledger_bind_text(st, 1, name);
    r = ledger_step(s, st, "read a setting", e);
    if (r == 0)
        r = err_set(e, -ENOENT, "there is no setting '%s'", name);
    if (r == 1)
        r = (*ret = strdup(ledger_text(st, 0))) ? 0 : err_set(e, -ENOMEM, "out of memory");
    sqlite3_reset(st);
    return r;
}

int ledger_get_setting(struct ledger_store *s, const char *name, char **ret, struct err *e)
{
    ledger_lock(s);
    int r = get_setting(s, name, ret, e);
    ledger_unlock(s);
    return r;
}

/* ---- users ---- */

static void read_user(sqlite3_stmt *st, struct user *u)
{
    *u = (struct user){ .id = sqlite3_column_int64(st, 0),
                        .unit = sqlite3_column_int(st, 5),
                        .disabled = sqlite3_column_int(st, 6) != 0 };
    snprintf(u->name, sizeof u->name, "%s", ledger_text(st, 1));
    snprintf(u->display, sizeof u->display, "%s", ledger_text(st, 2));
    snprintf(u->hash, sizeof u->hash, "%s", ledger_text(st, 3));
    int role = role_from_name(ledger_text(st, 4));
    u->role =
        role < 0 ? ROLE_PUBLIC : (enum role)role; /* a role this program does not know may do the least */
}

static int put_user(struct ledger_store *s, const struct user *u, int64_t *ret_id, struct err *e)
{
    sqlite3_stmt *st;
    int r = ledger_sql(s, SQL_PUT_USER, &st, e);
    if (r < 0)
        return r;
    ledger_bind_text(st, 1, u->name);
    ledger_bind_text(st, 2, u->display);
    ledger_bind_text(st, 3, u->hash);
    ledger_bind_text(st, 4, role_name(u->role));
    sqlite3_bind_int(st, 5, u->unit);
    sqlite3_bind_int(st, 6, u->disabled);
    int64_t id = 0;
    if ((r = ledger_step(s, st, "store a user", e)) == 1) {
        id = sqlite3_column_int64(st, 0);
        r = ledger_step(s, st, "store a user",
                        e); /* the row is stored when the statement has run to its end */
    }
    sqlite3_reset(st);
    if (r == 0 && ret_id)
        *ret_id = id;
    return r < 0 ? r : 0;
}

int ledger_put_user(struct ledger_store *s, const struct user *u, int64_t *ret_id, struct err *e)
{
    if (!u->name[0] || (unsigned)u->role >= ROLE_COUNT)
        return err_set(e, -EINVAL, "a user needs a name and a role");
    ledger_lock(s);
    int r = put_user(s, u, ret_id, e);
    ledger_unlock(s);
    return r;
}

/* Reads the one user a bound statement finds. */
static int fetch_user(struct ledger_store *s, sqlite3_stmt *st, struct user *ret, struct err *e)
{
    int r = ledger_step(s, st, "read a user", e);
    if (r == 1)
        read_user(st, ret);
    sqlite3_reset(st);
    return r == 1 ? 0 : r == 0 ? err_set(e, -ENOENT, "there is no such user") : r;
}

int ledger_get_user(struct ledger_store *s, const char *name, struct user *ret, struct err *e)
{
    sqlite3_stmt *st;
    ledger_lock(s);
    int r = ledger_sql(s, SQL_GET_USER, &st, e);
    if (r == 0) {
        ledger_bind_text(st, 1, name);
        r = fetch_user(s, st, ret, e);
    }
    ledger_unlock(s);
    return r;
}

int ledger_get_user_by_id(struct ledger_store *s, int64_t id, struct user *ret, struct err *e)
{
    sqlite3_stmt *st;
    ledger_lock(s);
    int r = ledger_sql(s, SQL_GET_USER_BY_ID, &st, e);
    if (r == 0) {
        sqlite3_bind_int64(st, 1, id);
        r = fetch_user(s, st, ret, e);
    }
    ledger_unlock(s);
    return r;
}

struct each_user {
    struct ledger_store *s;
    int (*each)(const struct user *, void *);
    void *arg;
    struct err *e;
};

static int call_user(int64_t id, void *arg)
{
    struct each_user *x = arg;
    struct user u;
    int r = ledger_get_user_by_id(x->s, id, &u, x->e);
    return r < 0 ? r : x->each(&u, x->arg);
}

int ledger_each_user(struct ledger_store *s, int (*each)(const struct user *, void *), void *arg,
                     struct err *e)
{
    struct each_user x = { s, each, arg, e };
    sqlite3_stmt *st = NULL;
    ledger_lock(s);
    int r = db_prepare(&s->db, "SELECT id FROM user ORDER BY id", &st, e);
    if (r == 0)
        r = ledger_each_id(s, st, call_user, &x, e);
    ledger_unlock(s);
    return r;
}

/* ---- sessions ---- */

int ledger_put_session(struct ledger_store *s, const char *token_hash, int64_t user, int64_t expires,
                       struct err *e)
{
    sqlite3_stmt *st;
    ledger_lock(s);
    int r = ledger_sql(s, SQL_PUT_SESSION, &st, e);
    if (r == 0) {
        ledger_bind_text(st, 1, token_hash);
        sqlite3_bind_int64(st, 2, user);
        sqlite3_bind_int64(st, 3, expires);
        r = ledger_run(s, st, "store a session", e);
    }
    ledger_unlock(s);
    return r;
}

static int get_session(struct ledger_store *s, const char *token_hash, int64_t now, struct user *ret,
                       struct err *e)
{
    sqlite3_stmt *st;
    int r = ledger_sql(s, SQL_GET_SESSION, &st, e);
    if (r < 0)
        return r;
    ledger_bind_text(st, 1, token_hash);
    int64_t expires = INT64_MAX;
    r = ledger_step(s, st, "read a session", e);
    if (r == 1) {
        read_user(st, ret);
        expires = sqlite3_column_int64(st, 7);
    }
    sqlite3_reset(st);
    if (r < 0)
        return r;
    /* One expired session met is the moment to sweep out all of them; that this fails on a full disk changes no answer. */
    if (expires <= now && ledger_sql(s, SQL_PURGE_SESSIONS, &st, NULL) == 0) {
        sqlite3_bind_int64(st, 1, now);
        ledger_run(s, st, "drop old sessions", NULL);
    }
    if (r == 0 || expires <= now ||
        ret->disabled) /* NOLINT(clang-analyzer-core.*): read_user filled it when r is 1 */
        return err_set(e, -ENOENT, "there is no such session");
    return 0;
}

int ledger_get_session(struct ledger_store *s, const char *token_hash, int64_t now, struct user *ret,
                       struct err *e)
{
    ledger_lock(s);
    struct user u;
    int r = get_session(s, token_hash, now, &u, e);
    if (r == 0)
        *ret = u;
    ledger_unlock(s);
    return r;
}

int ledger_drop_session(struct ledger_store *s, const char *token_hash, struct err *e)
{
    sqlite3_stmt *st;
    ledger_lock(s);
    int r = ledger_sql(s, SQL_DROP_SESSION, &st, e);
    if (r == 0) {
        ledger_bind_text(st, 1, token_hash);
        r = ledger_run(s, st, "drop a session", e);
    }
    ledger_unlock(s);
    return r;
}
