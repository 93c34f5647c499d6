#include "store/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/scoped.h"

enum {
    SECRET = crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
    NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    SEALED_MAX = NONCE + SEAL_SECRET_MAX + TAG
};

struct seal {
    unsigned char key[SECRET];
};

static int read_secret(int fd, const char *path, struct seal *s, struct err *e)
{
    struct stat st;
    unsigned char more;
    if (fstat(fd, &st) < 0)
        return err_set(e, -errno, "%s: %s", path, strerror(errno));
    if (st.st_mode & 077)
        return err_set(e, -EPERM, "%s: others may read it; `chmod 600` it, and change the devices' keys",
                       path);
    if (read(fd, s->key, sizeof s->key) != (ssize_t)sizeof s->key || read(fd, &more, 1) != 0)
        return err_set(e, -EINVAL, "%s: not %d bytes long", path, SECRET);
    return 0;
}

/* What is sealed soon after must not outlive it: the file, and its name in the folder, are on disk before it is used. */
static int make_secret(const char *dir, const char *path, struct seal *s, struct err *e)
{
    randombytes_buf(s->key, sizeof s->key);
    int r = file_replace(path, s->key, sizeof s->key, 0600, e);
    scoped(closep) int folder = r == 0 ? open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (r == 0 && (folder < 0 || fsync(folder) < 0))
        r = err_set(e, -errno, "%s: %s", dir, strerror(errno));
    return r;
}

int seal_open(const char *dir, bool create, struct seal **ret, struct err *e)
{
    char path[4200];
    if (sodium_init() < 0)
        return err_set(e, -EIO, "libsodium does not start");
    snprintf(path, sizeof path, "%s/secret.key", dir);
    struct seal *s = calloc(1, sizeof *s);
    if (!s)
        return err_set(e, -ENOMEM, "out of memory");
    int r = 0, fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 && errno == ENOENT && create) {
        r = make_secret(dir, path, s, e);
    } else if (fd < 0) {
        r = err_set(e, -errno, "%s: %s", path, strerror(errno));
    } else {
        r = read_secret(fd, path, s, e);
    }
    if (fd >= 0)
        close(fd);
    if (r < 0) {
        seal_close(s);
        return r;
    }
    *ret = s;
    return 0;
}

struct seal *seal_close(struct seal *s)
{
    if (s)
        sodium_memzero(s->key, sizeof s->key);
    free(s);
    return NULL;
}

int seal_close_up(const struct seal *s, const char *about, const void *secret, size_t len, struct buf *out,
                  struct err *e)
{
    unsigned char sealed[SEALED_MAX];
    char text[sodium_base64_ENCODED_LEN(SEALED_MAX, sodium_base64_VARIANT_ORIGINAL)];
    unsigned long long n = 0;
    if (len > SEAL_SECRET_MAX)
        return err_set(e, -EMSGSIZE, "a secret of %zu bytes is too long to be sealed", len);
    randombytes_buf(sealed, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + NONCE, &n, secret, len, (const unsigned char *)about,
                                               strlen(about), NULL, sealed, s->key);
    sodium_bin2base64(text, sizeof text, sealed, NONCE + (size_t)n, sodium_base64_VARIANT_ORIGINAL);
    buf_adds(out, text);
    return out->failed ? err_set(e, -ENOMEM, "out of memory") : 0;
}

int seal_open_up(const struct seal *s, const char *about, const char *text, void *secret, size_t len,
                 struct err *e)
{
    unsigned char sealed[SEALED_MAX];
    unsigned long long got = 0;
    size_t n = 0;
    if (len > SEAL_SECRET_MAX ||
        sodium_base642bin(sealed, sizeof sealed, text, strlen(text), NULL, &n, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0 ||
        n != NONCE + len + TAG)
        return err_set(e, -EBADMSG, "no sealed secret of %zu bytes", len);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(secret, &got, NULL, sealed + NONCE, n - NONCE,
                                                   (const unsigned char *)about, strlen(about), sealed,
                                                   s->key) != 0)
        return err_set(e, -EBADMSG, "sealed with another secret.key, or changed since");
    return 0;
}
