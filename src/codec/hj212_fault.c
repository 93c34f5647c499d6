/* hj212_fault.c - what a frame that could be read has that the standard does not allow. What only the marks between the fields
 * show is noted where they are read (hj212_segment.c, hj212_frame.c); here is what the fields themselves show, for both ways of
 * reading. */
#include "codec/hj212_parts.h"

#include <string.h>

#include "base/scoped.h"

#define BIT HJ212_FAULT_BIT

_Static_assert((int)HJ212_FAULTS <= 64, "a set of faults is 64 bits");

const struct hj212_fault_text *hj212_fault_text(enum hj212_fault f)
{
    static const struct hj212_fault_text texts[HJ212_FAULTS] = {
#define X(name, code, zh, en, clause) { code, zh, en, clause },
        HJ212_FAULT_TABLE(X)
#undef X
    };
    static const struct hj212_fault_text none = { "unknown", "未知", "unknown", "" };
    return (size_t)f < COUNT_OF(texts) ? &texts[f] : &none;
}

int hj212_fault_next(uint64_t faults, int after)
{
    for (int i = after + 1; i < (int)HJ212_FAULTS; i++)
        if (faults >> i & 1)
            return i;
    return -1;
}

enum class { DIGITS, HEXADECIMALS }; /* 0-9; 0-9A-F */

#define ALL(byte) (UINT64_C(0x0101010101010101) * (byte))

/* The high bit of each of eight bytes that is of the class. */
static inline uint64_t of_class(const char *s, enum class class)
{
    uint64_t x;
    memcpy(&x, s, sizeof x);
    uint64_t low = x & ALL(0x7F), digit = low ^ ALL('0'), letter = low ^ ALL('@');
    uint64_t good = ~(digit + ALL(0x80 - 10));
    if (class == HEXADECIMALS)
        good |= (letter + ALL(0x80 - 1)) & ~(letter + ALL(0x80 - 7));
    return good & ~x & ALL(0x80);
}

/* True when every byte is of the class. */
static inline bool all_are(struct hj212_view v, enum class class)
{
    char few[8] = { '0', '0', '0', '0', '0', '0', '0', '0' };
    if (v.len < 8) {
        memcpy(few, v.s, v.len);
        return of_class(few, class) == ALL(0x80);
    }
    uint64_t good = of_class(v.s + v.len - 8, class);
    for (uint32_t i = 0; i + 8 <= v.len; i += 8)
        good &= of_class(v.s + i, class);
    return good == ALL(0x80);
}

static uint64_t names_faults(const struct hj212_frame *f)
{
    uint64_t x = 0;
    bool old = f->edition == HJ212_2005;
    /* Uploads of 2005 have no QN, and requests of 2005 cannot be told from them. */
    if (f->qn.len == 0)
        x |= old ? 0 : BIT(MISSING_QN);
    else
        x |= (f->qn.len != 17 ? BIT(QN_LENGTH) : 0) | (all_are(f->qn, DIGITS) ? 0 : BIT(QN_DIGITS));
    if (f->st.len == 0)
        x |= BIT(MISSING_ST);
    else if (f->st.len != 2)
        x |= BIT(ST_LENGTH);
    else if (!hj212_system(f->st.s, 2) && !(f->st.s[0] >= 'A' && f->st.s[0] <= 'Z'))
        x |= BIT(ST_UNKNOWN);
    x |= f->pw.len == 0 ? BIT(MISSING_PW) : f->pw.len != 6 ? BIT(PW_LENGTH) : 0;
    if (f->mn.len != (old ? 14 : 24))
        x |= BIT(MN_LENGTH);
    if (!old && !all_are(f->mn, HEXADECIMALS))
        x |= BIT(MN_CHARSET);
    return x;
}

static uint64_t numbers_faults(const struct hj212_frame *f, const struct hj212_command *cmd, int cn)
{
    uint64_t x = cn < 0 || f->cn.len != 4 ? BIT(CN_LENGTH) : !cmd ? BIT(UNKNOWN_CN) : 0;
    if (cmd && !(cmd->editions >> f->edition & 1))
        x |= BIT(CN_EDITION);
    bool bit = f->flag >= 0 && (f->flag & 2), packets = f->pnum > 0 && f->pno > 0;
    if (f->flag < 0)
        x |= BIT(MISSING_FLAG);
    else if (f->flag >> 2 > 2)
        x |= BIT(FLAG_VERSION);
    if (!bit && (f->pnum > 0 || f->pno > 0))
        x |= BIT(PNUM_WITHOUT_BIT);
    if (bit && !packets)
        x |= BIT(BIT_WITHOUT_PNUM);
    if (packets && f->pno > f->pnum)
        x |= BIT(PNO_RANGE);
    if (f->edition == HJ212_2025 && (f->pnum > 9 || f->pno > 9))
        x |= BIT(PNUM_DIGITS);
    if (f->rf && f->edition != HJ212_2025)
        x |= BIT(RF_EDITION);
    return x;
}

static bool is(struct hj212_view v, const char *word, size_t len)
{
    return v.len == len && memcmp(v.s, word, len) == 0;
}

/* The mark that stands before an item, blanks passed over. */
static char mark_before(const struct hj212_item *it)
{
    const char *p = it->code.s - 1; /* CP=&& at least stands before the first */
    while (*p == ' ')
        p--;
    return *p;
}

static uint64_t item_faults(const struct hj212_frame *f, size_t i)
{
    const struct hj212_item *it = &f->item[i];
    uint64_t x = it->value.len == 0 ? BIT(EMPTY_VALUE) : 0;
    if (it->suffix.len == 0 && is(it->code, "DataTime", 8)) {
        x |= i > 0 ? BIT(DATATIME_NOT_FIRST) : 0;
        x |= it->value.len != 14 ? BIT(DATATIME_LENGTH) : 0;
        x |= f->data_time == 0 ? BIT(DATATIME_VALUE) : 0;
    } else if (it->suffix.len == 0 && is(it->code, "CTime", 5)) {
        x |= BIT(CTIME_SPELLING);
    } else if (i > 0 && is(it->code, "EndTime", 7) && is(it[-1].code, "BeginTime", 9)) {
        x |= mark_before(it) == ',' ? BIT(COMMA_BETWEEN_TIMES) : 0;
    } else if (it->code.len == 6 && it->code.s[0] >= 'A' && it->code.s[0] <= 'Z') {
        /* A01001, W01018: one letter and five digits, as no name of the standard is. */
        struct hj212_view rest = { it->code.s + 1, 5 };
        x |= all_are(rest, DIGITS) ? BIT(UPPER_CASE_CODE) : 0;
    }
    return x;
}

static uint64_t items_faults(const struct hj212_frame *f, const struct hj212_command *cmd)
{
    uint64_t x = 0;
    bool dated = false, values = false;
    for (size_t i = 0; i < f->n_items; i++) {
        const struct hj212_item *it = &f->item[i];
        x |= item_faults(f, i);
        dated = dated || (it->suffix.len == 0 && is(it->code, "DataTime", 8));
        values = values || it->suffix.len > 0;
    }
    return x | (cmd && cmd->data != HJ212_UNDATED && values && !dated ? BIT(DATATIME_MISSING) : 0);
}

void hj212_judge(struct hj212_frame *f, bool closely)
{
    int cn = hj212_small_number(f->cn.s, f->cn.len);
    const struct hj212_command *cmd = hj212_command(cn, f->edition);
    f->faults |= names_faults(f) | numbers_faults(f, cmd, cn);
    if (f->segment.len > HJ212_SEGMENT_MAX)
        f->faults |= BIT(TOO_LONG);
    if (f->cp.len > (f->edition == HJ212_2005 ? 960 : 950))
        f->faults |= BIT(CP_TOO_LONG);
    if (closely || (f->n_items > 0 && f->data_time == 0))
        f->faults |= items_faults(f, cmd);
}
