/* hj212_crc.c - the check sum of HJ 212-2017 appendix A.
 *
 * The text calls it ANSI CRC16, but its step shifts the register right by eight before the byte goes in, so the low byte is lost
 * and a library's CRC-16/MODBUS gives other values. The prose after the sample prints 1C08 where the sample packet has 1C80; the
 * standard's own routine gives 1C80, so the prose is a misprint.
 *
 * What is left between two bytes is eight bits, h, and the step h' = S(h ^ byte) is linear over GF(2). S has order 8: eight
 * steps give back what went in. So the byte k places before the end goes through S (k mod 8) times, whatever lies between, and a
 * long text may first be folded to eight bytes by XOR. That is also why the sum proves little: it does not see two bytes eight
 * places apart exchanged. */
#include "codec/hj212_parts.h"

#include <string.h>

enum { START = 0xFFFF };

uint16_t hj212_crc16_plain(const void *data, size_t len)
{
    unsigned crc = START;
    const uint8_t *p = data;
    for (size_t i = 0; i < len; i++) {
        crc = (crc >> 8) ^ p[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc & 1 ? (crc >> 1) ^ 0xA001 : crc >> 1;
    }
    return (uint16_t)crc;
}

/* Eight bit steps on x at once. 0xA001 is so sparse that they come to x twice, shifted, and its parity at both ends. */
static unsigned step(unsigned x)
{
    return ((x << 6) ^ (x << 7) ^ ((unsigned)__builtin_parity(x) * 0xC001u)) & 0xFFFF;
}

/* Eight bytes as a number whose lowest byte is the first. */
static uint64_t load(const uint8_t *p)
{
    uint64_t v;
    memcpy(&v, p, sizeof v);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    v = __builtin_bswap64(v);
#endif
    return v;
}

static uint64_t fold(const uint8_t *p, size_t words)
{
    uint64_t a = 0, b = 0, c = 0, d = 0;
    for (; words >= 4; words -= 4, p += 32) {
        a ^= load(p);
        b ^= load(p + 8);
        c ^= load(p + 16);
        d ^= load(p + 24);
    }
    for (; words > 0; words--, p += 8)
        a ^= load(p);
    return a ^ b ^ c ^ d;
}

uint16_t hj212_crc16(const void *data, size_t len)
{
    if (len < 8)
        return hj212_crc16_plain(data, len);
    const uint8_t *p = data;
    /* Words are counted from the end; what is over at the beginning is the end of a word whose first bytes are zero, which
     * change nothing. The register starts as FF, which is the same as that byte going in with the first one. */
    unsigned odd = (unsigned)len % 8;
    uint64_t w = fold(p + odd, len / 8) ^ (odd ? load(p) << (64 - 8 * odd) : 0);
    w ^= UINT64_C(0xFF) << (odd ? 64 - 8 * odd : 0);
    unsigned crc = 0;
    for (int i = 0; i < 8; i++, w >>= 8)
        crc = step((crc >> 8) ^ (unsigned)(w & 0xFF));
    return (uint16_t)crc;
}

uint16_t hj212_crc16_modbus(const void *data, size_t len)
{
    unsigned crc = START;
    const uint8_t *p = data;
    for (size_t i = 0; i < len; i++)
        crc = (crc >> 8) ^ step((crc ^ p[i]) & 0xFF);
    return (uint16_t)crc;
}
