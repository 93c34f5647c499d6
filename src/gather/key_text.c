/* SM4 keys as such: read, made, and told when they are weak. */
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "base/scoped.h"
#include "gather/gateway.h"

/* Keys that stand in the standards: the annex's thirty-twos of '0', SM4's own vector, annex H. */
static const uint8_t printed_key[][HJ212_KEY_BYTES] = {
    "\x01\x23\x45\x67\x89\xAB\xCD\xEF\xFE\xDC\xBA\x98\x76\x54\x32\x10",
    "msbE74gsiSHSEh5e",
};

bool gateway_key_weak(const uint8_t k[HJ212_KEY_BYTES])
{
    enum { DISTINCT_LEAST = 6, SAME_STEPS_MOST = 6 };
    unsigned char seen[256] = { 0 }, step[256] = { 0 };
    int distinct = 0, steps = 0;
    bool mirror = true;
    for (int i = 0; i < HJ212_KEY_BYTES; i++) {
        distinct += !seen[k[i]]++;
        mirror &= k[i] == k[HJ212_KEY_BYTES - 1 - i];
        /* From one to the next by the same step again and again: 0123456789ABCDEF, and downwards. */
        if (i && ++step[(uint8_t)(k[i] - k[i - 1])] > steps)
            steps = step[(uint8_t)(k[i] - k[i - 1])];
    }
    bool repeated = memcmp(k, k + HJ212_KEY_BYTES / 2, HJ212_KEY_BYTES / 2) == 0;
    for (int n = 1; n < HJ212_KEY_BYTES / 2;
         n++) /* also a block that does not come out even: 12345 12345 12345 1 */
        repeated |= memcmp(k, k + n, (size_t)(HJ212_KEY_BYTES - n)) == 0;
    for (size_t i = 0; i < COUNT_OF(printed_key); i++)
        if (memcmp(k, printed_key[i], HJ212_KEY_BYTES) == 0)
            return true;
    return distinct < DISTINCT_LEAST || mirror || repeated || steps > SAME_STEPS_MOST;
}

int gateway_key_make(uint8_t ret[HJ212_KEY_BYTES], struct err *e)
{
    static const char sign[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    enum { SIGNS = sizeof sign - 1 };
    do {
        for (int n = 0; n < HJ212_KEY_BYTES;) {
            uint8_t b;
            if (getrandom(&b, 1, 0) != 1)
                return err_set(e, -EIO, "the system gives no random bytes");
            if (b < 256 / SIGNS * SIGNS) /* each sign is as likely as the others */
                ret[n++] = (uint8_t)sign[b % SIGNS];
        }
    } while (gateway_key_weak(ret));
    return 0;
}

static int nibble(char c)
{
    char low = (char)(c | 32);
    return c >= '0' && c <= '9' ? c - '0' : low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

int gateway_key_read(const char *text, uint8_t ret[HJ212_KEY_BYTES], struct err *e)
{
    size_t len = strlen(text);
    bool good = len == HJ212_KEY_BYTES || len == 2 * HJ212_KEY_BYTES;
    for (size_t i = 0; good && i < len; i++)
        good = len == HJ212_KEY_BYTES ? text[i] >= '!' && text[i] <= '~' : nibble(text[i]) >= 0;
    if (!good)
        return err_named(e, -EINVAL, "bad_input",
                         "key: neither 16 printable characters nor 32 hexadecimal digits");
    for (size_t i = 0; i < HJ212_KEY_BYTES; i++)
        if (len == HJ212_KEY_BYTES)
            ret[i] = (uint8_t)text[i];
        else
            ret[i] = (uint8_t)(nibble(text[2 * i]) << 4 | nibble(text[2 * i + 1]));
    return 0;
}
