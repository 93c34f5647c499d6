#include "api/password.h"

#include <errno.h>
#include <pthread.h>
#include <sodium.h>
#include <string.h>

_Static_assert(crypto_pwhash_STRBYTES <= PASSWORD_HASH, "libsodium's string fits");

enum { AT_ONCE = 2 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t freed = PTHREAD_COND_INITIALIZER;
static int running;

static void enter(void)
{
    pthread_mutex_lock(&lock);
    while (running == AT_ONCE)
        pthread_cond_wait(&freed, &lock);
    running++;
    pthread_mutex_unlock(&lock);
}

static void leave(void)
{
    pthread_mutex_lock(&lock);
    running--;
    pthread_cond_signal(&freed);
    pthread_mutex_unlock(&lock);
}

int password_hash(const char *password, char out[PASSWORD_HASH], struct err *e)
{
    size_t len = strlen(password);
    if (len < PASSWORD_MIN || len > PASSWORD_MAX)
        return err_named(e, -EINVAL, "bad_input", "password: %zu bytes is outside %d to %d", len,
                         PASSWORD_MIN, PASSWORD_MAX);
    if (sodium_init() < 0)
        return err_set(e, -EIO, "password: no source of random numbers");
    enter();
    int r = crypto_pwhash_str(out, password, len, crypto_pwhash_OPSLIMIT_INTERACTIVE,
                              crypto_pwhash_MEMLIMIT_INTERACTIVE);
    leave();
    return r == 0 ? 0 : err_set(e, -ENOMEM, "password: no memory for argon2id");
}

bool password_fits(const char *hash, const char *password)
{
    if (sodium_init() < 0)
        return false;
    enter();
    int r = crypto_pwhash_str_verify(hash, password, strlen(password));
    leave();
    return r == 0;
}

int password_make(char out[PASSWORD_MADE], struct err *e)
{
    /* Without 0 O 1 l I, which are misread on paper. */
    static const char letters[] = "23456789abcdefghijkmnpqrstuvwxyz";
    if (sodium_init() < 0)
        return err_set(e, -EIO, "password: no source of random numbers");
    char *o = out;
    for (int i = 0; i < 20; i++) {
        if (i && i % 5 == 0)
            *o++ = '-';
        *o++ = letters[randombytes_uniform(sizeof letters - 1)];
    }
    *o = '\0';
    return 0;
}
