/* platform_2025.c - what HJ 212-2025 adds for a platform: re-sent reports, the enciphered data area, keys, joining. */
#include <stdio.h>
#include <string.h>

#include "base/scoped.h"
#include "conform/platform.h"

static void judge_ack(struct trial *t, struct up *u, const char *zh, const char *en)
{
    if (!fresh(t))
        return;
    struct seen *s = up_exchange(t, u);
    verdict(t, s ? CONFORM_PASS : CONFORM_FAIL, s ? "%s：得到 9014 应答%.0s" : "%s：没有得到 9014 应答%.0s",
            s ? "%.0s%s was acknowledged" : "%.0s%s was not acknowledged", zh, en);
}

/* RF=1 marks a report that is sent again later (补传); otherwise the field is absent. */
void p_resent(struct trial *t)
{
    struct up u = { .cn = 2061, .rf = true };
    judge_ack(t, &u, "带 RF=1 的补传数据", "a re-sent report with RF=1");
}

/* SM4 over the data area; length and CRC are those of the clear text. */
void p_cipher(struct trial *t)
{
    int how = t->now->check->arg;
    if (!t->cfg->sm4) {
        verdict(t, CONFORM_NOT_RUN, "未用 --key 给出设备密钥", "the device's key was not given (--key)");
        return;
    }
    struct up u = { .cn = 2011, .cipher = how == CIPHER_PRINTED ? UP_PRINTED : UP_CIPHER };
    if (how != CIPHER_DAMAGED) {
        judge_ack(t, &u, how == CIPHER_RAW ? "密文（原始字节）上传" : "密文（{0x..} 文本）上传",
                  how == CIPHER_RAW ? "an enciphered upload (raw bytes)"
                                    : "an enciphered upload ({0x..} text)");
        return;
    }
    if (!fresh(t))
        return;
    scoped(buf_release) struct buf b = BUF_INIT;
    up_put(t, &b, &u);
    char *area = memmem(b.data, b.len, "CP=&&", 5);
    if (area)
        area[5] ^= 0x55; /* the block it is in becomes other text, which the CRC does not fit */
    survive(t, &b, &u, true, 1);
}

struct request_query {
    int cn;
};

static bool asks(const struct seen *s, const void *arg)
{
    const struct request_query *q = arg;
    return s->f.command == q->cn && !(s->f.faults & (WIRE_CRC | WIRE_LENGTH));
}

static void judge_request(struct trial *t, struct up *u, int cn, const char *wanted)
{
    if (!fresh(t))
        return;
    scoped(buf_release) struct buf b = BUF_INIT;
    up_put(t, &b, u);
    size_t from = t->n_log;
    struct request_query q = { cn };
    line_send(t, b.data, b.len);
    struct seen *s = await(t, from, asks, &q, t->cfg->over_time_ms);
    if (!s)
        verdict(t, CONFORM_FAIL, "%d ms 内平台没有下发 %d", "no %2$d from the platform within %1$d ms",
                t->cfg->over_time_ms, cn);
    else if (!wire_item(s->f.cp, wanted).s)
        verdict(t, CONFORM_FAIL, "%d 中没有 %s", "%d without %s", cn, wanted);
    else
        verdict(t, CONFORM_PASS, "平台下发了 %d", "the platform sent %d", cn);
}

/* 1014: the device asks with the time its key was made, the platform sends a new one. The key that comes is not taken into use and not
 * shown: the check refuses it (QnRtn=2), so that the device keeps the one it has. */
void p_key(struct trial *t)
{
    char at[CN_TEXT], cp[64];
    snprintf(cp, sizeof cp, "SKCreateTime=%s", cn_format_compact(clock_now(&t->clock) - 91 * MS_DAY, at));
    struct up u = { .cn = 1014, .cp = cp, .cipher = t->cfg->sm4 ? UP_CIPHER : UP_CLEAR };
    if (!t->cfg->sm4)
        verdict(t, CONFORM_NOT_RUN, "未用 --key 给出设备密钥", "the device's key was not given (--key)");
    else
        judge_request(t, &u, 1014, "NewSK");
}

/* 1001: a logger that has no MN yet tells its hardware; 9013 answers. (1002 follows when a person has accepted it.) */
void p_join(struct trial *t)
{
    struct up u = { .cn = 1001,
                    .mn = "000000000000000000000000",
                    .cp = "i23005-Info=//BIHUANTEST0001//;i23006-Info=//CPU0001//;"
                          "i23007-Info=//020000000001//;i23008-Info=//020000000002//" };
    if (!fresh(t))
        return;
    scoped(buf_release) struct buf b = BUF_INIT;
    up_put(t, &b, &u);
    size_t from = t->n_log;
    struct request_query q = { 9013 };
    line_send(t, b.data, b.len);
    struct seen *s = await(t, from, asks, &q, t->cfg->over_time_ms);
    bool good = s && wire_is(s->f.qn, u.qn);
    verdict(t, good ? CONFORM_PASS : CONFORM_FAIL, good ? "得到 9013" : "%d ms 内没有同一 QN 的 9013",
            good ? "9013 came" : "no 9013 with the same QN within %d ms", t->cfg->over_time_ms);
}
