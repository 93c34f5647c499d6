#include "api/auth.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/password.h"

/* Failures allowed within the window: per name and address together, per address, per name. The last is wide, so that a stranger
 * cannot lock somebody out by failing on purpose from one place. */
enum { WINDOW_S = 300, FAIL_BOTH = 5, FAIL_ADDRESS = 30, FAIL_NAME = 60, SLOTS = 2048, PROBE = 8 };

struct slot {
    uint64_t key;
    int64_t began_s;
    int failed;
};

struct limiter {
    pthread_mutex_t lock;
    uint8_t hash_key[crypto_shorthash_KEYBYTES]; /* so that nobody can aim at another's slot */
    struct slot slot[SLOTS];
};

static int64_t seconds(void)
{
    return clock_monotonic_ns() / 1000000000;
}

static uint64_t key_of(struct limiter *l, char kind, const char *user, const char *address)
{
    char text[256];
    int n = snprintf(text, sizeof text, "%c\n%.80s\n%.80s", kind, user, address);
    uint64_t key;
    crypto_shorthash((unsigned char *)&key, (const unsigned char *)text, (unsigned long long)n, l->hash_key);
    return key;
}

/* The slot of a key: its own, an old one, or among eight the one nearest to its end. */
static struct slot *slot_of(struct limiter *l, uint64_t key, int64_t now)
{
    struct slot *oldest = NULL;
    for (size_t i = 0; i < PROBE; i++) {
        struct slot *s = &l->slot[(key + i) % SLOTS];
        if (s->failed && s->key == key && now - s->began_s < WINDOW_S)
            return s;
        if (!oldest || !s->failed || s->began_s < oldest->began_s)
            oldest = s;
    }
    *oldest = (struct slot){ .key = key, .began_s = now };
    return oldest;
}

static const struct {
    char kind;
    int most;
} limits[] = { { 'b', FAIL_BOTH }, { 'a', FAIL_ADDRESS }, { 'n', FAIL_NAME } };

static uint64_t limit_key(struct limiter *l, size_t i, const char *user, const char *address)
{
    return key_of(l, limits[i].kind, limits[i].kind == 'a' ? "" : user, limits[i].kind == 'n' ? "" : address);
}

bool limiter_take(struct limiter *l, const char *user, const char *address, int *ret_wait_s)
{
    int64_t now = seconds();
    int wait = 0;
    pthread_mutex_lock(&l->lock);
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        const struct slot *s = slot_of(l, limit_key(l, i, user, address), now);
        if (s->failed >= limits[i].most && s->began_s + WINDOW_S - now > wait)
            wait = (int)(s->began_s + WINDOW_S - now);
    }
    for (size_t i = 0; !wait && i < sizeof limits / sizeof *limits; i++)
        slot_of(l, limit_key(l, i, user, address), now)->failed++;
    pthread_mutex_unlock(&l->lock);
    *ret_wait_s = wait;
    return wait == 0;
}

void limiter_give_back(struct limiter *l, const char *user, const char *address)
{
    int64_t now = seconds();
    pthread_mutex_lock(&l->lock);
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        struct slot *s = slot_of(l, limit_key(l, i, user, address), now);
        if (s->failed)
            s->failed--;
    }
    pthread_mutex_unlock(&l->lock);
}

int auth_start(struct api *a, struct err *e)
{
    if (sodium_init() < 0)
        return err_set(e, -EIO, "no source of random numbers");
    a->limiter = calloc(1, sizeof *a->limiter);
    if (!a->limiter)
        return err_set(e, -ENOMEM, "no memory for the HTTP server");
    pthread_mutex_init(&a->limiter->lock, NULL);
    crypto_shorthash_keygen(a->limiter->hash_key);
    char nobody[PASSWORD_MADE];
    int r = password_make(nobody, e);
    return r < 0 ? r : password_hash(nobody, a->absent_hash, e);
}

void auth_stop(struct api *a)
{
    if (a->limiter)
        pthread_mutex_destroy(&a->limiter->lock);
    free(a->limiter);
}

static void hash_token(const char *token, const struct user *u, char out[HASH_TEXT])
{
    crypto_hash_sha256_state state;
    unsigned char sum[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, (const unsigned char *)token, strlen(token));
    crypto_hash_sha256_update(&state, (const unsigned char *)u->hash, strlen(u->hash));
    crypto_hash_sha256_final(&state, sum);
    sodium_bin2hex(out, HASH_TEXT, sum, sizeof sum);
}

/* Sessions end by the system's clock: moving the test clock must not end them. */
static int64_t wall_now(void)
{
    struct clock real;
    clock_init_real(&real);
    return clock_now(&real);
}

int auth_open(struct request *rq, const struct user *u, char token[TOKEN_TEXT], struct err *e)
{
    unsigned char random[32];
    char hex[2 * sizeof random + 1], hash[HASH_TEXT];
    randombytes_buf(random, sizeof random);
    sodium_bin2hex(hex, sizeof hex, random, sizeof random);
    snprintf(token, TOKEN_TEXT, "%lld-%s", (long long)u->id, hex);
    hash_token(token, u, hash);
    int64_t expires = wall_now() + SESSION_HOURS * INT64_C(3600000);
    int r = ledger_put_session(rq->api->config.store, hash, u->id, expires, e);
    if (r < 0)
        return r;
    snprintf(rq->cookie, sizeof rq->cookie,
             SESSION_COOKIE "=%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Strict%s", token,
             SESSION_HOURS * 3600, rq->api->config.behind_tls || rq->api->config.https ? "; Secure" : "");
    return 0;
}

int auth_close(struct request *rq, struct err *e)
{
    snprintf(rq->cookie, sizeof rq->cookie,
             SESSION_COOKIE "=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict%s",
             rq->api->config.behind_tls || rq->api->config.https ? "; Secure" : "");
    return ledger_drop_session(rq->api->config.store, rq->token_hash, e);
}

/* "12-<64 hex digits>": the user's number, 0 when it is not a token of ours. */
static int64_t token_user(const char *token)
{
    size_t digits = strspn(token, "0123456789");
    if (!digits || digits > 18 || token[digits] != '-')
        return 0;
    const char *random = token + digits + 1;
    return strlen(random) == 64 && strspn(random, "0123456789abcdef") == 64 ? strtoll(token, NULL, 10) : 0;
}

int auth_read(struct request *rq, struct err *e)
{
    char token[TOKEN_TEXT];
    rq->bearer = bearer_find(request_header(rq, "Authorization"), token, sizeof token);
    if (!rq->bearer && !cookie_find(request_header(rq, "Cookie"), SESSION_COOKIE, token, sizeof token))
        return 0;
    int64_t id = token_user(token);
    if (!id)
        return 0;
    struct user u;
    struct ledger_store *store = rq->api->config.store;
    int r = ledger_get_user_by_id(store, id, &u, e);
    if (r == 0 && !u.disabled) {
        hash_token(token, &u, rq->token_hash);
        r = ledger_get_session(store, rq->token_hash, wall_now(), &u, e);
        if (r == 0 && u.id == id && !u.disabled)
            rq->user = u;
    }
    if (r < 0 && r != -ENOENT)
        return r;
    err_clear(e);
    return 0;
}
