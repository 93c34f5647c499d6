#include "ledger/sm3.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>

int sm3_hex(const void *bytes, size_t len, char ret[65], struct err *e)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    EVP_MD *md = EVP_MD_fetch(NULL, "SM3", NULL);
    int done = md && EVP_Digest(bytes, len, digest, &n, md, NULL) == 1 && n == 32;
    EVP_MD_free(md);
    if (!done)
        return err_set(e, -EIO, "this OpenSSL cannot compute SM3");
    for (unsigned i = 0; i < n; i++)
        snprintf(ret + (size_t)i * 2, 3, "%02x", digest[i]);
    return 0;
}
