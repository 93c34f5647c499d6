#include "yardstick.h"

#include <stdint.h>
#include <string.h>

struct value {
    const char *code, *suffix;
    size_t code_len, suffix_len;
    double number;
};

static uint16_t table[256];

static void make_table(void)
{
    for (unsigned i = 0; i < 256; i++) {
        unsigned c = i;
        for (int bit = 0; bit < 8; bit++)
            c = c & 1 ? c >> 1 ^ 0xA001 : c >> 1;
        table[i] = (uint16_t)c;
    }
}

static unsigned check_sum(const char *p, const char *end)
{
    unsigned crc = 0xFFFF;
    for (; p < end; p++)
        crc = table[(crc >> 8 ^ (uint8_t)*p) & 0xFF];
    return crc;
}

static unsigned hex4(const char *p)
{
    unsigned v = 0;
    for (int i = 0; i < 4; i++)
        v = v << 4 | (unsigned)(p[i] <= '9' ? p[i] - '0' : (p[i] | 32) - 'a' + 10);
    return v;
}

/* Digits, a dot and a sign; anything else comes to some number, nobody looks. */
static double number(const char *p, const char *end)
{
    static const double power[] = { 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9 };
    int64_t n = 0;
    size_t decimals = 0, step = 0;
    int negative = p < end && *p == '-';
    for (p += negative; p < end; p++) {
        if (*p == '.') {
            step = 1;
            continue;
        }
        n = n * 10 + (*p - '0');
        decimals += step;
    }
    return (double)(negative ? -n : n) / power[decimals < 10 ? decimals : 9];
}

static size_t items(const char *p, const char *end, struct value *v, size_t max)
{
    size_t n = 0;
    for (; p < end && n < max; n++, v++) {
        v->code = p;
        while (p < end && *p != '-' && *p != '=')
            p++;
        v->code_len = (size_t)(p - v->code);
        v->suffix_len = 0;
        if (p < end && *p == '-') {
            v->suffix = ++p;
            while (p < end && *p != '=')
                p++;
            v->suffix_len = (size_t)(p - v->suffix);
        }
        const char *from = ++p;
        while (p < end && *p != ',' && *p != ';')
            p++;
        v->number = number(from, p);
        p++;
    }
    return n;
}

struct yardstick_count yardstick_run(const char *bytes, size_t len)
{
    static struct value v[128];
    struct yardstick_count c = { 0 };
    make_table();
    for (size_t at = 0; at + 12 <= len; c.frames++) {
        const char *p = bytes + at + 6;
        size_t n = 0;
        for (int i = 2; i < 6; i++)
            n = n * 10 + (size_t)(bytes[at + (size_t)i] - '0');
        const char *end = p + n, *field[8];
        size_t field_len[8], k = 0;
        at += n + 12;
        c.bad += check_sum(p, end) != hex4(end);
        while (p < end && !(p[0] == 'C' && p[1] == 'P') && k < 8) {
            const char *eq = memchr(p, '=', (size_t)(end - p)), *semi = memchr(p, ';', (size_t)(end - p));
            if (!eq || !semi)
                break;
            field[k] = eq + 1;
            field_len[k++] = (size_t)(semi - eq - 1);
            p = semi + 1;
        }
        c.bad += k == 0 || field[0] > end || field_len[0] == 0;
        size_t found = items(p + 5, end - 2, v, 128);
        c.items += found;
        for (size_t i = 0; i < found; i++)
            c.sum += v[i].number;
    }
    return c;
}
