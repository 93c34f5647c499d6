/* hj212_cipher.c - SM4 as HJ 212-2025 uses it: ECB, no padding. Whole blocks of the data area are enciphered, what is left over
 * stays; an area below 16 bytes is not enciphered at all. CRC and length are made before, over the clear segment, and prove what
 * was deciphered. */
#include "codec/hj212_parts.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

#include "base/scoped.h"

enum { BLOCK = 16 };

struct hj212_key {
    EVP_CIPHER_CTX *way[2]; /* deciphering, enciphering */
};

void hj212_key_free(struct hj212_key *k)
{
    for (int i = 0; k && i < 2; i++)
        EVP_CIPHER_CTX_free(k->way[i]); /* wipes the round keys */
    free(k);
}

struct hj212_key *hj212_key_new(const uint8_t bytes[HJ212_KEY_BYTES])
{
    struct hj212_key *k = calloc(1, sizeof *k);
    for (int i = 0; k && i < 2; i++) {
        k->way[i] = EVP_CIPHER_CTX_new();
        if (!k->way[i] || EVP_CipherInit_ex(k->way[i], EVP_sm4_ecb(), NULL, bytes, NULL, i) != 1 ||
            EVP_CIPHER_CTX_set_padding(k->way[i], 0) != 1) {
            hj212_key_free(k);
            return NULL;
        }
    }
    return k;
}

static int blocks(EVP_CIPHER_CTX *way, void *area, size_t len)
{
    int whole = (int)(len / BLOCK * BLOCK), done = 0;
    if (whole == 0)
        return 0;
    return EVP_CipherUpdate(way, area, &done, area, whole) == 1 && done == whole ? 0 : -EIO;
}

int hj212_encipher(struct hj212_key *k, void *area, size_t len)
{
    return len > HJ212_LENGTH_MAX ? -EMSGSIZE : blocks(k->way[1], area, len);
}

int hj212_decipher(struct hj212_key *k, void *area, size_t len)
{
    return len > HJ212_LENGTH_MAX ? -EMSGSIZE : blocks(k->way[0], area, len);
}

bool hj212_looks_enciphered(struct hj212_view area)
{
    /* The text of an item's first 16 bytes is printable; of 16 cipher bytes one in ten million is. */
    for (uint32_t i = 0; area.len >= BLOCK && i < BLOCK; i++)
        if (area.s[i] < ' ' || area.s[i] > '~')
            return true;
    return false;
}

static int nibble(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int hj212_printed_bytes(const char *p, const char *end, size_t max, char *to, const char **ret_behind)
{
    size_t n = 0;
    if (p == end)
        return HJ212_PRINTED_MORE;
    if (*p != '{')
        return HJ212_PRINTED_NOT;
    for (p++; p < end; n++, p += 5) {
        static const char form[] = "0x";
        size_t have = (size_t)(end - p);
        int high = 0, low = 0;
        if (n == max || memcmp(p, form, have < 2 ? have : 2) != 0)
            return HJ212_PRINTED_NOT;
        if (have > 2 && (high = nibble(p[2])) < 0)
            return HJ212_PRINTED_NOT;
        if (have > 3 && (low = nibble(p[3])) < 0)
            return HJ212_PRINTED_NOT;
        if (have < 5)
            return HJ212_PRINTED_MORE;
        if (to)
            to[n] = (char)(high << 4 | low);
        if (p[4] == '}') {
            n++;
            *ret_behind = p + 5;
            return n % BLOCK == 0 ? (int)n : HJ212_PRINTED_NOT;
        }
        if (p[4] != ',')
            return HJ212_PRINTED_NOT;
    }
    return HJ212_PRINTED_MORE;
}

void hj212_print_bytes(struct buf *out, const char *cipher, size_t len)
{
    for (size_t i = 0; i < len; i++)
        buf_addf(out, "%c0x%02X", i ? ',' : '{', (unsigned)(unsigned char)cipher[i]);
    buf_addc(out, '}');
}

int hj212_media_token(const uint8_t key[HJ212_KEY_BYTES], const char *text, size_t len, struct buf *out)
{
    enum { TEXT_MAX = 1024 };
    unsigned char cipher[TEXT_MAX + BLOCK], base64[(TEXT_MAX + BLOCK + 2) / 3 * 4 + 1];
    int n = 0, last = 0;
    if (len > TEXT_MAX)
        return -EMSGSIZE;
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    bool ok = c && EVP_EncryptInit_ex(c, EVP_sm4_ecb(), NULL, key, NULL) == 1 &&
              EVP_EncryptUpdate(c, cipher, &n, (const unsigned char *)text, (int)len) == 1 &&
              EVP_EncryptFinal_ex(c, cipher + n, &last) == 1;
    EVP_CIPHER_CTX_free(c);
    if (!ok)
        return -EIO;
    buf_add(out, base64, (size_t)EVP_EncodeBlock(base64, cipher, n + last));
    return out->failed ? -ENOMEM : 0;
}
