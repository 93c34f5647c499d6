/* device_upload.c - what is looked at in everything that a logger sent, its answers and its history among it. */
#include <stdio.h>
#include <string.h>

#include "base/scoped.h"
#include "conform/device.h"

/* ---- which frames a check looks at ---- */

static bool any(const struct trial *t, const struct seen *s)
{
    (void)t;
    return !s->rubbish;
}

static bool sound(const struct trial *t, const struct seen *s)
{
    (void)t;
    return !s->rubbish && !(s->f.faults & (WIRE_LENGTH | WIRE_CRC));
}

static bool data(const struct trial *t, const struct seen *s)
{
    return sound(t, s) && is_upload(s) && s->f.command != 2013;
}

static bool reply(const struct trial *t, const struct seen *s)
{
    return sound(t, s) && s->f.command >= 9011 && s->f.command <= 9014;
}

static bool not_reply(const struct trial *t, const struct seen *s)
{
    return sound(t, s) && !reply(t, s);
}

static bool timed(const struct trial *t, const struct seen *s)
{
    int cn = s->f.command;
    return sound(t, s) && (cn == 2011 || cn == 2051 || cn == 2061 || cn == 2031);
}

static bool period_of(const struct trial *t, const struct seen *s, int cn)
{
    struct hj212_view time = wire_item(s->f.cp, "DataTime");
    int64_t at;
    return sound(t, s) && s->f.command == cn && wire_digits(time, 14) &&
           cn_parse_compact(time.s, time.len, &at);
}

static bool is_2051(const struct trial *t, const struct seen *s)
{
    return period_of(t, s, 2051);
}

static bool is_2061(const struct trial *t, const struct seen *s)
{
    return period_of(t, s, 2061);
}

static bool is_2031(const struct trial *t, const struct seen *s)
{
    return period_of(t, s, 2031);
}

static bool is_2011(const struct trial *t, const struct seen *s)
{
    return period_of(t, s, 2011);
}

static bool with_qn(const struct trial *t, const struct seen *s)
{
    return sound(t, s) && (t->edition != HJ212_2005 || s->f.qn.len);
}

/* ---- what must hold ---- */

static bool no_fault(const struct seen *s, unsigned fault)
{
    return !(s->f.faults & fault);
}

#define NO_FAULT(name, fault)                                     \
    static bool name(const struct trial *t, const struct seen *s) \
    {                                                             \
        (void)t;                                                  \
        return no_fault(s, fault);                                \
    }
NO_FAULT(length_right, WIRE_LENGTH)
NO_FAULT(crc_right, WIRE_CRC)
NO_FAULT(crc_upper, WIRE_CRC_CASE)
NO_FAULT(tail_right, WIRE_TAIL)
NO_FAULT(in_order, WIRE_ORDER)
NO_FAULT(packet_right, WIRE_PACKET)
NO_FAULT(cp_right, WIRE_NO_CP)

static bool size_right(const struct trial *t, const struct seen *s)
{
    (void)t;
    return s->f.segment.len <= HJ212_SEGMENT_MAX;
}

static bool qn_right(const struct trial *t, const struct seen *s)
{
    int64_t at;
    (void)t;
    return wire_digits(s->f.qn, 17) && cn_parse_compact(s->f.qn.s, s->f.qn.len, &at);
}

static bool no_qn(const struct trial *t, const struct seen *s)
{
    (void)t;
    return !s->f.qn.len;
}

static bool flag_right(const struct trial *t, const struct seen *s)
{
    int version = s->f.flag >> 2;
    if (s->f.flag < 0)
        return false;
    /* The surface-water stations' variant has said 2 since 2017. */
    return version == (int)t->edition || (version == 2 && wire_is(s->f.st, "21"));
}

static bool st_right(const struct trial *t, const struct seen *s)
{
    static const char known[] = "21 22 23 24 25 26 27 31 32 33 34 35 36 37 38 39 41 51 52";
    char st[4] = "";
    (void)t;
    if (s->f.st.len != 2)
        return false;
    memcpy(st, s->f.st.s, 2);
    return strstr(known, st) || (st[0] >= 'A' && st[0] <= 'Z');
}

static bool st_is_91(const struct trial *t, const struct seen *s)
{
    (void)t;
    return wire_is(s->f.st, "91");
}

static bool cn_right(const struct trial *t, const struct seen *s)
{
    return command_known(s->f.command, t->edition, true);
}

static bool pw_right(const struct trial *t, const struct seen *s)
{
    return s->f.pw.len == 6 && wire_is(s->f.pw, t->pw);
}

static bool mn_right(const struct trial *t, const struct seen *s)
{
    if (!wire_is(s->f.mn, t->mn) || s->f.mn.len != (t->edition == HJ212_2005 ? 14u : 24u))
        return false;
    for (uint32_t i = 0; i < s->f.mn.len && t->edition != HJ212_2005; i++)
        if (!strchr("0123456789ABCDEF", s->f.mn.s[i]))
            return false;
    return true;
}

/* Every item has a name and a value; none is empty. */
static bool syntax_right(const struct trial *t, const struct seen *s)
{
    struct hj212_view name, value;
    (void)t;
    if (s->f.cp.len && strchr(";,", s->f.cp.s[s->f.cp.len - 1]))
        return false;
    for (size_t at = 0; wire_each(s->f.cp, &at, &name, &value);)
        if (!name.len || !value.s || memchr(name.s, ' ', name.len))
            return false;
    return true;
}

static int64_t data_time(const struct seen *s)
{
    struct hj212_view v = wire_item(s->f.cp, "DataTime");
    int64_t at = 0;
    return wire_digits(v, 14) && cn_parse_compact(v.s, v.len, &at) ? at : 0;
}

static bool time_right(const struct trial *t, const struct seen *s)
{
    (void)t;
    return data_time(s) != 0;
}

/* When it was sent: QN is the sending time; an upload of 2005 has none, so its arrival stands for it. */
static int64_t sent_at(const struct seen *s)
{
    int64_t at;
    return wire_digits(s->f.qn, 17) && cn_parse_compact(s->f.qn.s, s->f.qn.len, &at) ? at : s->wall_ms;
}

/* A time that is the period's start lies at least one period before the sending, and on the period's grid (China time). */
static bool starts(const struct seen *s, int64_t step)
{
    int64_t at = data_time(s);
    return (at + CN_OFFSET_MS) % step == 0 && sent_at(s) >= at + step;
}

static bool start_2051(const struct trial *t, const struct seen *s)
{
    return starts(s, (t->min_interval ? t->min_interval : 1) * MS_MINUTE);
}

static bool start_2061(const struct trial *t, const struct seen *s)
{
    (void)t;
    return starts(s, MS_HOUR);
}

static bool start_2031(const struct trial *t, const struct seen *s)
{
    (void)t;
    return starts(s, MS_DAY);
}

/* The moment of the reading: not after the sending, and no older than the longest interval (RtdInterval, 3600 s). */
static bool now_2011(const struct trial *t, const struct seen *s)
{
    int64_t at = data_time(s), sent = sent_at(s);
    (void)t;
    return at <= sent + MS_SECOND && sent - at <= MS_HOUR;
}

/* ---- items ---- */

static bool suffix_of(struct hj212_view name, struct hj212_view *ret)
{
    const char *dash = name.len ? memrchr(name.s, '-', name.len) : NULL;
    if (!dash)
        return false;
    *ret = (struct hj212_view){ dash + 1, (uint32_t)(name.s + name.len - dash - 1) };
    return true;
}

static bool in(const char *const *list, size_t n, struct hj212_view v)
{
    for (size_t i = 0; i < n; i++)
        if (wire_is(v, list[i]))
            return true;
    return false;
}

static const char *const numbers[] = { "Rtd",   "Min", "Avg",  "Max",     "ZsRtd",     "ZsMin", "ZsAvg",
                                       "ZsMax", "Cou", "Data", "DayData", "NightData", "RS",    "RT" };
static const char *const words[] = { "Flag", "EFlag", "SampleTime", "Info", "SN" };
static const char *const words_2005[] = { "Ala", "UpValue", "LowValue", "DayStdValue", "NightStdValue" };

static bool suffix_right(const struct trial *t, const struct seen *s)
{
    struct hj212_view name, value, suffix;
    for (size_t at = 0; wire_each(s->f.cp, &at, &name, &value);)
        if (suffix_of(name, &suffix) && !in(numbers, COUNT_OF(numbers), suffix) &&
            !in(words, COUNT_OF(words), suffix) &&
            !(t->edition == HJ212_2005 && in(words_2005, COUNT_OF(words_2005), suffix)))
            return false;
    return true;
}

struct hj212_view seen_factor(const struct trial *t)
{
    struct hj212_view name, value, suffix;
    for (size_t i = 0; i < t->n_log; i++)
        for (size_t at = 0; is_upload(t->log[i]) && wire_each(t->log[i]->f.cp, &at, &name, &value);)
            if (suffix_of(name, &suffix) && (wire_is(suffix, "Rtd") || wire_is(suffix, "Avg")))
                return (struct hj212_view){ name.s, name.len - suffix.len - 1 };
    return (struct hj212_view){ 0 };
}

static bool mark_right(const struct trial *t, const struct seen *s)
{
    struct hj212_view name, value, suffix;
    const char *marks = t->edition == HJ212_2005 ? "PFCMTDSN0123" : "NFMSDCTB";
    for (size_t at = 0; wire_each(s->f.cp, &at, &name, &value);)
        if (suffix_of(name, &suffix) && wire_is(suffix, "Flag") &&
            !(value.len == 1 && strchr(marks, *value.s)))
            return false;
    return true;
}

/* HJ 524, HJ 525, annex B: a letter and five digits; plants (SB1) and noise (Leq, L10) have names of their own. */
static bool code_right(const struct trial *t, const struct seen *s)
{
    struct hj212_view name, value, suffix;
    (void)t;
    for (size_t at = 0; wire_each(s->f.cp, &at, &name, &value);) {
        if (!suffix_of(name, &suffix))
            continue;
        size_t len = name.len - suffix.len - 1;
        bool own = len >= 2 && (name.s[0] == 'L' || (name.s[0] == 'S' && name.s[1] == 'B'));
        struct hj212_view digits = { name.s + 1, 5 };
        if (!own && !(len == 6 && name.s[0] >= 'a' && name.s[0] <= 'z' && wire_digits(digits, 5)))
            return false;
    }
    return true;
}

static bool number_right(const struct trial *t, const struct seen *s)
{
    struct hj212_view name, value, suffix;
    micro v;
    (void)t;
    for (size_t at = 0; wire_each(s->f.cp, &at, &name, &value);)
        if (suffix_of(name, &suffix) && in(numbers, COUNT_OF(numbers), suffix) &&
            (!value.len || !micro_parse(value.s, value.len, &v, NULL)))
            return false;
    return true;
}

/* Min ≤ Avg ≤ Max of each factor; items of one factor stand together. */
static bool spread_right(const struct trial *t, const struct seen *s)
{
    struct hj212_view name, value, suffix, code = { 0 };
    micro min = MICRO_MISSING, avg = MICRO_MISSING, v;
    (void)t;
    for (size_t at = 0; wire_each(s->f.cp, &at, &name, &value);) {
        if (!suffix_of(name, &suffix) || !micro_parse(value.s, value.len, &v, NULL))
            continue;
        struct hj212_view now = { name.s, name.len - suffix.len - 1 };
        if (!wire_same(now, code))
            min = avg = MICRO_MISSING;
        code = now;
        if (wire_is(suffix, "Min"))
            min = v;
        if (wire_is(suffix, "Avg")) {
            avg = v;
            if (min != MICRO_MISSING && avg < min)
                return false;
        }
        if (wire_is(suffix, "Max") &&
            ((avg != MICRO_MISSING && v < avg) || (min != MICRO_MISSING && v < min)))
            return false;
    }
    return true;
}

static bool rf_right(const struct trial *t, const struct seen *s)
{
    (void)t;
    return !s->f.rf.s || (wire_is(s->f.rf, "1") && is_upload(s));
}

/* 2025: 2000–2999, 1014 and 3020, when the data area has a whole block. */
static bool to_encipher(const struct trial *t, const struct seen *s)
{
    (void)t;
    return !s->rubbish && s->f.command > 0 && hj212_to_encipher(s->f.command) && s->f.cp.len >= 16 &&
           !(s->f.faults & WIRE_LENGTH);
}

static bool is_enciphered(const struct trial *t, const struct seen *s)
{
    (void)t;
    return s->f.ciphered;
}

static const struct {
    bool (*applies)(const struct trial *t, const struct seen *s);
    bool (*good)(const struct trial *t, const struct seen *s);
    const char *zh, *en; /* what it should be */
} each[] = {
    [EACH_LENGTH] = { any, length_right, "四位长度等于数据段字节数",
                      "four length digits that count the segment's bytes" },
    [EACH_CRC] = { any, crc_right, "附录 A 的 CRC", "the CRC of annex A" },
    [EACH_CASE] = { any, crc_upper, "大写十六进制 CRC", "an upper-case CRC" },
    [EACH_TAIL] = { any, tail_right, "以 CR LF 结尾", "CR LF at the end" },
    [EACH_SIZE] = { any, size_right, "数据段不超过 1024 字节", "a segment of at most 1024 bytes" },
    [EACH_ORDER] = { sound, in_order, "字段次序 QN ST CN PW MN Flag PNUM PNO CP",
                     "fields in the order QN ST CN PW MN Flag PNUM PNO CP" },
    [EACH_QN] = { with_qn, qn_right, "17 位时间的 QN", "a QN of 17 digits that is a time" },
    [EACH_NO_QN] = { data, no_qn, "2005 版上传不带 QN", "no QN in uploads of 2005" },
    [EACH_FLAG] = { sound, flag_right, "Flag 的版本位与版本相符", "a Flag with the edition's version bits" },
    [EACH_PACKET] = { sound, packet_right, "分包位与 PNUM、PNO 一致",
                      "the packet bit together with PNUM and PNO" },
    [EACH_ST] = { not_reply, st_right, "编码表中的 ST（非 91）", "an ST of the table, not 91" },
    [EACH_ANSWER_ST] = { reply, st_is_91, "应答的 ST=91", "ST=91 in answers" },
    [EACH_CN] = { sound, cn_right, "本版本中设备可发的 CN", "a CN that a device of the edition sends" },
    [EACH_PW] = { not_reply, pw_right, "6 位且正确的 PW", "the right PW of 6 characters" },
    [EACH_MN] = { not_reply, mn_right, "正确的 MN（2017：24 位 0-9A-F；2005：14 位）",
                  "the right MN (2017: 24 of 0-9A-F; 2005: 14)" },
    [EACH_CP] = { sound, cp_right, "CP=&&…&& 位于段尾", "CP=&&…&& at the end" },
    [EACH_SYNTAX] = { data, syntax_right, "项为 名称=值，以 , 和 ; 分隔",
                      "items name=value parted by , and ;" },
    [EACH_TIME] = { timed, time_right, "14 位的 DataTime", "a DataTime of 14 digits" },
    [EACH_START_2051] = { is_2051, start_2051, "DataTime 为分钟时段的开始",
                          "DataTime at the start of the minutes' period" },
    [EACH_START_2061] = { is_2061, start_2061, "DataTime 为小时的开始", "DataTime at the start of the hour" },
    [EACH_START_2031] = { is_2031, start_2031, "DataTime 为当日零时", "DataTime at the start of the day" },
    [EACH_NOW_2011] = { is_2011, now_2011, "DataTime 为读数时刻", "DataTime at the moment of the reading" },
    [EACH_MARK] = { data, mark_right, "表 8 中的数据标记", "data flags of table 8" },
    [EACH_SUFFIX] = { data, suffix_right, "规定的后缀", "suffixes of the table" },
    [EACH_CODE] = { data, code_right, "HJ 524/525 的因子编码", "factor codes of HJ 524/525" },
    [EACH_NUMBER] = { data, number_right, "值为数字", "values that are numbers" },
    [EACH_SPREAD] = { data, spread_right, "最小 ≤ 平均 ≤ 最大", "Min ≤ Avg ≤ Max" },
    [EACH_RF] = { sound, rf_right, "RF=1 或不出现", "RF=1 or no RF" },
    [EACH_CIPHER] = { to_encipher, is_enciphered, "SM4 加密的数据区", "a data area enciphered with SM4" },
};

void d_each(struct trial *t)
{
    size_t what = (size_t)t->now->check->arg, n = 0, bad = 0;
    for (size_t i = 0; i < t->n_log; i++) {
        const struct seen *s = t->log[i];
        if (s->rubbish || !each[what].applies(t, s))
            continue;
        n++;
        if (!each[what].good(t, s)) {
            bad++;
            if (bad <= 2)
                proof(t, false, s->bytes, s->len);
        }
    }
    if (!n && what == EACH_QN && t->edition == HJ212_2005)
        verdict(t, CONFORM_NOT_APPLICABLE, "设备的报文不带 QN", "its frames carry no QN");
    else if (!n)
        verdict(t, CONFORM_NOT_RUN, "期间没有这类报文", "no such frame came meanwhile");
    else if (bad)
        verdict(t, CONFORM_FAIL, "%zu 个报文中 %zu 个不符合；应为：%s%.0s",
                "of %zu frames %zu are not right; should be: %.0s%s", n, bad, each[what].zh, each[what].en);
    else
        verdict(t, CONFORM_PASS, "%zu 个报文均符合", "all of %zu frames", n);
}

/* ---- over several frames ---- */

/* A QN names one exchange: two different uploads never share one. The parts of one upload may (seen in the field). */
void d_qn_once(struct trial *t)
{
    size_t n = 0;
    for (size_t i = 0; i < t->n_log; i++) {
        const struct seen *a = t->log[i];
        if (!data(t, a) || !a->f.qn.len)
            continue;
        n++;
        for (size_t k = i > 500 ? i - 500 : 0; k < i; k++) {
            const struct seen *b = t->log[k];
            if (!data(t, b) || !wire_same(a->f.qn, b->f.qn) || wire_same(a->f.segment, b->f.segment) ||
                (a->f.pnum > 0 && a->f.pnum == b->f.pnum && a->f.command == b->f.command))
                continue;
            proof(t, false, b->bytes, b->len);
            proof(t, false, a->bytes, a->len);
            verdict(t, CONFORM_FAIL, "两个不同的上传使用同一 QN", "two different uploads share a QN");
            return;
        }
    }
    verdict(t, n ? CONFORM_PASS : CONFORM_NOT_RUN, n ? "%zu 个上传的 QN 各不相同" : "没有上传（%zu）",
            n ? "%zu uploads, each with a QN of its own" : "no uploads (%zu)", n);
}

/* Every part of a split upload came, each with DataTime. */
void d_split(struct trial *t)
{
    size_t n = 0;
    for (size_t i = 0; i < t->n_log; i++) {
        const struct seen *s = t->log[i];
        if (!data(t, s) || s->f.pnum < 1)
            continue;
        n++;
        bool whole = s->f.pno >= 1 && s->f.pno <= s->f.pnum && data_time(s);
        for (int part = 1; whole && part <= s->f.pnum; part++) {
            bool found = false;
            for (size_t k = 0; k < t->n_log && !found; k++)
                found = data(t, t->log[k]) && t->log[k]->f.command == s->f.command &&
                        t->log[k]->f.pnum == s->f.pnum && t->log[k]->f.pno == part &&
                        data_time(t->log[k]) == data_time(s);
            whole = found;
        }
        if (!whole) {
            proof(t, false, s->bytes, s->len);
            verdict(t, CONFORM_FAIL, "分包不全，或缺 DataTime", "a part is missing, or has no DataTime");
            return;
        }
    }
    verdict(t, n ? CONFORM_PASS : CONFORM_NOT_APPLICABLE, n ? "%zu 个分包齐全" : "没有分包（%zu）",
            n ? "%zu parts, complete" : "nothing was split (%zu)", n);
}
