#include "base/sm3.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>

static int cannot(struct err *e)
{
    return err_set(e, -EIO, "this OpenSSL cannot compute SM3");
}

int sm3_begin(struct sm3 *s, struct err *e)
{
    EVP_MD *md = EVP_MD_fetch(NULL, "SM3", NULL);
    EVP_MD_CTX *c = md ? EVP_MD_CTX_new() : NULL;
    if (c && EVP_DigestInit_ex2(c, md, NULL) != 1) {
        EVP_MD_CTX_free(c);
        c = NULL;
    }
    EVP_MD_free(md); /* the context holds its own */
    s->md = c;
    return c ? 0 : cannot(e);
}

void sm3_add(struct sm3 *s, const void *bytes, size_t len)
{
    if (s->md && EVP_DigestUpdate(s->md, bytes, len) != 1)
        sm3_drop(s);
}

int sm3_end(struct sm3 *s, char ret[SM3_HEX], struct err *e)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    int done = s->md && EVP_DigestFinal_ex(s->md, digest, &n) == 1 && n == 32;
    sm3_drop(s);
    if (!done)
        return cannot(e);
    for (unsigned i = 0; i < n; i++)
        snprintf(ret + (size_t)i * 2, 3, "%02x", digest[i]);
    return 0;
}

void sm3_drop(struct sm3 *s)
{
    EVP_MD_CTX_free(s->md);
    s->md = NULL;
}

int sm3_hex(const void *bytes, size_t len, char ret[SM3_HEX], struct err *e)
{
    struct sm3 s;
    int r = sm3_begin(&s, e);
    if (r < 0)
        return r;
    sm3_add(&s, bytes, len);
    return sm3_end(&s, ret, e);
}
