#include "app/sm4_key.h"

#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "base/scoped.h"

/* A key from 32 hexadecimal digits; false when the text is something else. */
static bool key_from_hex(const char *text, size_t len, uint8_t key[HJ212_KEY_BYTES])
{
    unsigned both = 0;
    if (len != 2 * HJ212_KEY_BYTES)
        return false;
    for (size_t i = 0; i < len; i++) {
        static const char digits[] = "0123456789abcdef";
        int c = text[i] >= 'A' && text[i] <= 'F' ? text[i] | 32 : text[i];
        const char *at = c ? strchr(digits, c) : NULL;
        if (!at)
            return false;
        both = both << 4 | (unsigned)(at - digits);
        key[i / 2] = (uint8_t)both;
    }
    return true;
}

int sm4_key_read(const char *arg, struct hj212_key **ret, struct err *e)
{
    uint8_t key[HJ212_KEY_BYTES];
    struct buf file = BUF_INIT;
    int r = 0;
    if (!key_from_hex(arg, strlen(arg), key)) {
        r = file_read(arg, 4096, &file, e);
        size_t len = file.len;
        if (r == 0 && len == HJ212_KEY_BYTES) {
            memcpy(key, file.data, sizeof key);
        } else if (r == 0) {
            while (len > 0 && (file.data[len - 1] == '\n' || file.data[len - 1] == '\r'))
                len--;
            if (len == HJ212_KEY_BYTES)
                memcpy(key, file.data, sizeof key);
            else if (!key_from_hex(file.data ? file.data : "", len, key))
                r = err_set(e, -EINVAL, "--key: neither 32 hexadecimal digits nor 16 bytes");
        } else {
            /* Without what was given: it may be a key with a digit too few. */
            r = err_set(e, r, "--key: neither 32 hexadecimal digits nor a file that can be read (%s)",
                        strerror(-r));
        }
    }
    if (file.data)
        explicit_bzero(file.data, file.len);
    buf_release(&file);
    if (r == 0 && !(*ret = hj212_key_new(key)))
        r = err_set(e, -ENOTSUP, "--key: the crypto library cannot do SM4");
    explicit_bzero(key, sizeof key);
    return r;
}
