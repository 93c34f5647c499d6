/* platform_stream.c - the nasty streams: torn, glued, damaged, in the field's dialects. */
#include <stdio.h>
#include <string.h>

#include "base/scoped.h"
#include "conform/platform.h"

void p_torn(struct trial *t)
{
    if (!fresh(t))
        return;
    size_t len = 0;
    for (size_t at = 1; at == 1 || at < len; at++) {
        struct up u = { .cn = 2011 };
        scoped(buf_release) struct buf b = BUF_INIT;
        up_put(t, &b, &u);
        len = b.len;
        size_t from = t->n_log;
        line_send(t, b.data, at);
        t->sending++;
        line_sleep(t, 3);
        t->sending--;
        line_send(t, b.data + at, len - at);
        if (!up_acked(t, &u, from, t->cfg->over_time_ms)) {
            proof(t, true, b.data, b.len);
            verdict(t, CONFORM_FAIL, "在第 %zu 字节处断开发送时没有得到应答",
                    "not acknowledged when torn at byte %zu", at);
            return;
        }
    }
    verdict(t, CONFORM_PASS, "在 %zu 个位置断开，全部得到应答",
            "torn at each of %zu places, each acknowledged", len - 1);
}

void p_slow(struct trial *t)
{
    struct up u = { .cn = 2011 };
    scoped(buf_release) struct buf b = BUF_INIT;
    if (!fresh(t))
        return;
    up_put(t, &b, &u);
    size_t from = t->n_log;
    t->sending++;
    for (size_t i = 0; i < b.len; i++) {
        line_send(t, b.data + i, 1);
        line_sleep(t, 2);
    }
    t->sending--;
    struct seen *s = up_acked(t, &u, from, t->cfg->over_time_ms);
    verdict(t, s ? CONFORM_PASS : CONFORM_FAIL, s ? "逐字节发送得到应答" : "逐字节发送没有得到应答",
            s ? "acknowledged when sent byte by byte" : "not acknowledged when sent byte by byte");
}

void p_glued(struct trial *t)
{
    enum { MANY = 100 };
    struct up u[MANY];
    size_t n = (size_t)t->now->check->arg;
    scoped(buf_release) struct buf b = BUF_INIT;
    if (!fresh(t))
        return;
    memset(u, 0, sizeof u);
    for (size_t i = 0; i < n && i < MANY; i++) {
        u[i].cn = 2011;
        up_put(t, &b, &u[i]);
    }
    each_acked(t, &b, u, n);
}

/* CRC-16/Modbus, which some loggers send in place of the standard's: there the low byte of the register is kept. */
static unsigned modbus(const char *s, size_t len)
{
    unsigned crc = 0xFFFF;
    for (size_t i = 0; i < len; i++) {
        crc ^= (unsigned char)s[i];
        for (int k = 0; k < 8; k++)
            crc = crc & 1 ? crc >> 1 ^ 0xA001u : crc >> 1;
    }
    return crc;
}

void p_variant(struct trial *t)
{
    struct up u = { .cn = 2011 };
    scoped(buf_release) struct buf b = BUF_INIT, out = BUF_INIT;
    int how = t->now->check->arg;
    char text[8];
    if (!fresh(t))
        return;
    up_put(t, &b, &u);
    size_t crc = b.len - 6;
    unsigned m = modbus(b.data + 6, crc - 6);
    if (how == VARIANT_LF)
        b.data[b.len - 2] = '\n', b.len--;
    if (how == VARIANT_BARE)
        b.len -= 2;
    for (size_t i = crc; how == VARIANT_LOWER && i < crc + 4; i++)
        b.data[i] = (char)(b.data[i] >= 'A' ? b.data[i] | 32 : b.data[i]);
    if (how == VARIANT_MODBUS || how == VARIANT_MODBUS_SWAPPED) {
        snprintf(text, sizeof text, "%04X", how == VARIANT_MODBUS ? m : (m >> 8 | m << 8) & 0xFFFFu);
        memcpy(b.data + crc, text, 4);
    }
    if (how == VARIANT_SERIAL) {
        buf_adds(&out, "##0001");
        buf_add(&out, b.data + 2, b.len - 2);
    } else {
        buf_add(&out, b.data, b.len);
    }
    each_acked(t, &out, &u, 1);
}

void p_damage(struct trial *t)
{
    static const char rubbish[] = "\x00\xff\x80 rubbish 12345 &&;;\r\n\x01\x02";
    struct up bad = { .cn = 2051 };
    scoped(buf_release) struct buf b = BUF_INIT, out = BUF_INIT;
    char digits[8];
    int how = t->now->check->arg, goods = 1, n = 0;
    bool no_bad = false;
    if (!fresh(t))
        return;
    up_put(t, &b, &bad);
    n = (int)b.len - HJ212_FRAME_OVERHEAD;
    switch (how) {
    case DAMAGE_RUBBISH:
        buf_add(&out, rubbish, sizeof rubbish - 1);
        no_bad = true;
        break;
    case DAMAGE_HASHES:
        buf_adds(&out, "####01##0012#\r\n##");
        no_bad = true;
        break;
    case DAMAGE_CRC:
        b.data[b.len - 6] = b.data[b.len - 6] == '1' ? '2' : '1';
        break;
    case DAMAGE_LONG: /* swallows what follows; a reader that finds its way again has lost nothing */
        n += 150;
        goods = 4;
        break;
    case DAMAGE_SHORT:
        n -= 7;
        break;
    default:
        break;
    }
    snprintf(digits, sizeof digits, how == DAMAGE_DIGITS ? "01A%d" : "%04d",
             how == DAMAGE_DIGITS ? n % 10 : n % 10000);
    memcpy(b.data + 2, digits, 4);
    if (!no_bad)
        buf_add(&out, b.data, b.len);
    survive(t, &out, no_bad ? NULL : &bad, how == DAMAGE_CRC, goods);
}

/* A quarter of a megabyte that no device would send, heads among it. */
void p_garbage(struct trial *t)
{
    enum { SIZE = 256 * 1024 };
    scoped(buf_release) struct buf b = BUF_INIT;
    uint32_t x = 212;
    if (!fresh(t))
        return;
    for (size_t i = 0; i < SIZE; i++) {
        x = x * 1664525u + 1013904223u;
        char c = (char)(x >> 24);
        buf_add(&b, i % 5000 == 4999 ? "##" : &c, i % 5000 == 4999 ? 2 : 1);
    }
    buf_adds(&b, "\r\n");
    survive(t, &b, NULL, false, 12);
}

/* A device whose line breaks inside a frame comes back and sends the frame again. */
void p_cut(struct trial *t)
{
    struct up u = { .cn = 2011 };
    scoped(buf_release) struct buf b = BUF_INIT;
    if (!fresh(t))
        return;
    up_put(t, &b, &u);
    line_send(t, b.data, b.len / 2);
    if (fresh(t))
        each_acked(t, &b, &u, 1);
}

/* A segment of exactly so many bytes. */
void p_size(struct trial *t)
{
    struct up u = { .cn = 2011 };
    scoped(buf_release) struct buf b = BUF_INIT, area = BUF_INIT;
    size_t want = (size_t)t->now->check->arg;
    if (!fresh(t))
        return;
    up_put(t, &b, &u);
    size_t have = b.len - HJ212_FRAME_OVERHEAD;
    up_area(t, &area, &u, want > have ? want - have : 0);
    u.cp = area.data;
    buf_clear(&b);
    up_put(t, &b, &u);
    each_acked(t, &b, &u, 1);
}

/* Puts `with` in place of the first `what`. */
static void swap(struct buf *b, const char *what, const char *with)
{
    char *at = b->data ? strstr(b->data, what) : NULL;
    if (!at)
        return;
    scoped(buf_release) struct buf behind = BUF_INIT;
    buf_adds(&behind, at + strlen(what));
    b->len = (size_t)(at - b->data);
    buf_adds(b, with);
    if (behind.data)
        buf_adds(b, behind.data);
}

void p_text(struct trial *t)
{
    struct up u = { .cn = 2011 };
    scoped(buf_release) struct buf b = BUF_INIT, out = BUF_INIT, segment = BUF_INIT;
    char flag[16], moved[40];
    int how = t->now->check->arg;
    if (!fresh(t))
        return;
    up_put(t, &b, &u);
    buf_add(&segment, b.data + 6, b.len - HJ212_FRAME_OVERHEAD);
    snprintf(flag, sizeof flag, "Flag=%d;CP=", t->edition == HJ212_2005 ? 1 : 5);
    snprintf(moved, sizeof moved, "&&Flag=%d", t->edition == HJ212_2005 ? 1 : 5);
    if (how == TEXT_BLANKS) {
        char *area = strstr(segment.data, "&&"), *semi = area ? strchr(area, ';') : NULL;
        if (semi) {
            scoped(freep) char *behind = strdup(semi + 1);
            segment.len = (size_t)(semi + 1 - segment.data);
            buf_addf(&segment, " %s", behind ? behind : "");
        }
    } else if (how == TEXT_SEMICOLON) {
        swap(&segment, ";CP=", "CP=");
    } else if (how == TEXT_EMPTY) {
        swap(&segment, "Flag=N&&", "Flag=N;;&&");
        swap(&segment, "-Rtd=12.3,", "-Rtd=12.3,,");
    } else if (how == TEXT_FLAG_LAST) {
        swap(&segment, flag, "CP=");
        buf_adds(&segment, moved + 2);
    } else {
        swap(&segment, "Flag=N&&", "Flag=N;zz9999-Rtd=1.0,zz9999-EFlag=A01;ele01=3&&");
    }
    hj212_wrap(&out, segment.data, segment.len);
    each_acked(t, &out, &u, 1);
}
