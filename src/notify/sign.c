/* sign.c - HMAC (RFC 2104) over "TIMESTAMP.BODY", by SHA-256 or SM3 (GB/T 32905-2016, HMAC as GB/T 15852.2). */
#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdio.h>
#include <string.h>

#include "notify/own.h"

int sign_hex(bool sm3, const void *key, size_t key_len, const char *timestamp, const char *body, size_t len,
             char ret[65], struct err *e)
{
    char digest[] = "SHA256", other[] = "SM3";
    const OSSL_PARAM params[] = { OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST,
                                                                   sm3 ? other : digest, 0),
                                  OSSL_PARAM_construct_end() };
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *c = mac ? EVP_MAC_CTX_new(mac) : NULL;
    unsigned char out[32];
    size_t n = 0;
    bool ok = c && EVP_MAC_init(c, key, key_len, params) == 1 &&
              EVP_MAC_update(c, (const unsigned char *)timestamp, strlen(timestamp)) == 1 &&
              EVP_MAC_update(c, (const unsigned char *)".", 1) == 1 &&
              EVP_MAC_update(c, (const unsigned char *)body, len) == 1 &&
              EVP_MAC_final(c, out, &n, sizeof out) == 1 && n == sizeof out;
    EVP_MAC_CTX_free(c);
    EVP_MAC_free(mac);
    for (size_t i = 0; ok && i < n; i++)
        snprintf(ret + 2 * i, 3, "%02x", out[i]);
    return ok ? 0 : err_set(e, -EIO, "this OpenSSL cannot compute the signature");
}
