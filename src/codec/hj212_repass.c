/* hj212_repass.c - another password in a frame that stays as it is otherwise, for passing it on. The data area may be enciphered by a
 * key that is not here: the check sum of the clear text is then not known, but its step is linear over GF(2), so what the new
 * password changes in the register goes through the (clear) length of what follows and is added to the sum that came. */
#include "codec/hj212.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { HEAD = 6 };

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 32;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The register after a zero byte. */
static unsigned step(unsigned d, bool modbus)
{
    unsigned low = modbus ? 0 : 8; /* HJ 212's own drops the low byte first */
    d >>= low;
    for (int bit = 0; bit < 8; bit++)
        d = d & 1 ? (d >> 1) ^ 0xA001 : d >> 1;
    return d;
}

static unsigned swapped(unsigned v)
{
    return (v >> 8 | v << 8) & 0xFFFF;
}

static const char *find_password(const char *segment, size_t len, size_t *ret_len)
{
    const char *cp = memmem(segment, len, "CP=&&", 5);
    size_t head = cp ? (size_t)(cp - segment) : 0;
    for (const char *p = segment, *end = segment + head; p < end;) {
        const char *semi = memchr(p, ';', (size_t)(end - p));
        size_t n = (size_t)((semi ? semi : end) - p);
        if (n >= 3 && memcmp(p, "PW=", 3) == 0) {
            *ret_len = n - 3;
            return p + 3;
        }
        p += n + 1;
    }
    return NULL;
}

int hj212_repass(struct buf *out, const char *frame, size_t len, enum hj212_sum sum, const char *pw)
{
    size_t tail = 0, pw_len = 0, declared = 0, new_len = strlen(pw);
    while (tail < len && (frame[len - tail - 1] == '\r' || frame[len - tail - 1] == '\n'))
        tail++;
    if (len < HEAD + 4 + tail || memcmp(frame, "##", 2) != 0)
        return -EINVAL;
    for (int i = 2; i < HEAD; i++) {
        if (frame[i] < '0' || frame[i] > '9')
            return -EINVAL;
        declared = declared * 10 + (size_t)(frame[i] - '0');
    }
    const char *segment = frame + HEAD, *crc_at = frame + len - tail - 4;
    const char *old = find_password(segment, (size_t)(crc_at - segment), &pw_len);
    unsigned crc = 0;
    for (int i = 0; i < 4; i++) {
        if (hex(crc_at[i]) < 0)
            return -EINVAL;
        crc = crc << 4 | (unsigned)hex(crc_at[i]);
    }
    if (!old)
        return -ENOENT;
    size_t before = (size_t)(old - segment), behind = declared - before - pw_len;
    size_t now = declared - pw_len + new_len;
    if (before + pw_len > declared || now > 9999 || before + new_len > 512)
        return -EMSGSIZE;
    char head[512];
    memcpy(head, segment, before);
    memcpy(head + before, pw, new_len);
    bool modbus = sum != HJ212_SUM_HJ212;
    uint16_t (*of)(const void *, size_t) = modbus ? hj212_crc16_modbus : hj212_crc16;
    unsigned change = (unsigned)(of(segment, before + pw_len) ^ of(head, before + new_len));
    for (size_t i = 0; i < behind; i++)
        change = step(change, modbus);
    crc ^= sum == HJ212_SUM_SWAPPED ? swapped(change) : change;
    bool lower = false; /* the device's own way of writing it */
    for (int i = 0; i < 4; i++)
        lower |= crc_at[i] >= 'a' && crc_at[i] <= 'f';
    buf_addf(out, "##%04u", (unsigned)now);
    buf_add(out, head, before + new_len);
    buf_add(out, old + pw_len, (size_t)(crc_at - (old + pw_len)));
    buf_addf(out, lower ? "%04x" : "%04X", crc);
    buf_add(out, crc_at + 4, tail);
    return out->failed ? -ENOMEM : 0;
}
