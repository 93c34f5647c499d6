/* hj212_fast.c - reads a segment written as the standard writes it, two to three times as fast as hj212_segment.c.
 *
 * First pass: AVX2 compares 64 bytes at once and leaves one bit where a '=', ',' or ';' stands; the places are listed. In a
 * regular segment they alternate: '=', then a mark. Second pass: walks that list in pairs, name and value, without looking for
 * anything byte by byte; numbers of up to eight characters are converted in one register.
 *
 * Whatever is not quite regular (blanks, texts with '/', empty items, a Flag without its code, fields missing or in odd places,
 * more items than fit) makes it give up, and the plain version decides. So this file never refuses and has no dialects. */
#include "codec/hj212_parts.h"

#if defined(__x86_64__) && defined(__GNUC__)

#include <immintrin.h>
#include <string.h>

#include "base/cntime.h"

#define FAST __attribute__((target("avx2,bmi,bmi2,popcnt")))

enum {
    BLOCK = 64,
    AT_ONCE = 12, /* places written per block without asking whether there are so many */
    PLACES_MAX = 2 * (HJ212_ITEMS_MAX + 8), /* two an item, and the head's */
    SEGMENT_MIN = BLOCK,                    /* so that the last block may reach back */
    NUMBER_MAX = 8,
};

bool hj212_fast_usable(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
}

FAST static uint64_t load(const char *p)
{
    uint64_t v;
    memcpy(&v, p, sizeof v);
    return v;
}

/* Every byte the same. */
#define ALL(byte) (UINT64_C(0x0101010101010101) * (byte))

/* The high bit of each byte of v that is zero; exact up to the lowest such byte, and above it wrong only for a 1. */
FAST static uint64_t zero_bytes(uint64_t v)
{
    return (v - ALL(1)) & ~v & ALL(0x80);
}

/* --- first pass --- */

struct marks {
    uint64_t place; /* '=', ',' or ';' */
    uint64_t amp;   /* '&' */
    uint64_t odd;   /* controls, blanks, '/', bytes above 7F */
};

FAST static struct marks look(const char *p)
{
    uint32_t place[2], amp[2], odd[2];
    for (int i = 0; i < 2; i++) {
        __m256i v = _mm256_loadu_si256((const __m256i *)(const void *)(p + 32 * i));
        __m256i eq = _mm256_cmpeq_epi8(v, _mm256_set1_epi8('='));
        __m256i mark = _mm256_or_si256(_mm256_cmpeq_epi8(v, _mm256_set1_epi8(',')),
                                       _mm256_cmpeq_epi8(v, _mm256_set1_epi8(';')));
        /* Signed: bytes above 7F are below '!' too. */
        __m256i strange = _mm256_or_si256(_mm256_cmpgt_epi8(_mm256_set1_epi8('!'), v),
                                          _mm256_cmpeq_epi8(v, _mm256_set1_epi8('/')));
        place[i] = (uint32_t)_mm256_movemask_epi8(_mm256_or_si256(eq, mark));
        amp[i] = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(v, _mm256_set1_epi8('&')));
        odd[i] = (uint32_t)_mm256_movemask_epi8(strange);
    }
    return (struct marks){
        .place = place[0] | (uint64_t)place[1] << 32,
        .amp = amp[0] | (uint64_t)amp[1] << 32,
        .odd = odd[0] | (uint64_t)odd[1] << 32,
    };
}

/* Lists the places of '=', ',' and ';'. 0 when the segment is not regular: odd bytes, too many places, or not just the four '&'
 * of CP=&&...&&. *ret_empty: two marks stand side by side, so that something between them is empty. len >= SEGMENT_MIN. */
FAST static size_t list_places(const char *s, size_t len, uint32_t place[PLACES_MAX + BLOCK], bool *ret_empty)
{
    size_t n = 0;
    unsigned amps = 0;
    uint64_t odd = 0, beside = 0, before = 0; /* before: the mark at the end of the block before */
    for (size_t at = 0; at < len; at += BLOCK) {
        /* The last block is read so that it ends with the segment; what the one before saw is shifted out. */
        size_t from = at + BLOCK <= len ? at : len - BLOCK;
        struct marks m = look(s + from);
        uint64_t bits = m.place >> (at - from);
        amps += (unsigned)_mm_popcnt_u64(m.amp >> (at - from));
        odd |= m.odd;
        beside |= bits & (bits << 1 | before);
        before = bits >> 63;
        size_t count = (size_t)_mm_popcnt_u64(bits);
        uint32_t *to = place + n;
        for (int i = 0; i < AT_ONCE; i++, bits = _blsr_u64(bits))
            to[i] = (uint32_t)at + (uint32_t)_tzcnt_u64(bits);
        for (size_t i = AT_ONCE; i < count; i++, bits = _blsr_u64(bits))
            to[i] = (uint32_t)at + (uint32_t)_tzcnt_u64(bits);
        n += count;
        if (n > PLACES_MAX)
            return 0;
    }
    *ret_empty = beside != 0;
    return odd || amps != 4 ? 0 : n;
}

/* --- second pass --- */

/* The value s[0..len) as micro_parse gives it. */
FAST static inline micro number_of(const char *s, size_t len)
{
    static const int64_t power[8] = { 1000000, 100000, 10000, 1000, 100, 10, 1, 0 };
    micro v;
    bool negative = len > 0 && *s == '-';
    size_t n = len - negative;
    if (n == 1 && (s[negative] < '0' || s[negative] > '9'))
        return MICRO_MISSING; /* a flag's letter */
    if (n == 0 || n > NUMBER_MAX)
        return micro_parse(s, len, &v, NULL) ? v : MICRO_MISSING;
    /* The last eight bytes up to the value's end, those before it as leading zeros. */
    uint64_t keep = ~UINT64_C(0) << (64 - 8 * n);
    uint64_t x = (load(s + len - 8) & keep) | (ALL('0') & ~keep);
    uint64_t dot = zero_bytes(x ^ ALL('.'));
    unsigned decimals = 0;
    if (dot) {
        /* What stands before the dot moves up over it. */
        unsigned at = (unsigned)__builtin_ctzll(dot) & ~7u;
        uint64_t before = (UINT64_C(1) << at) - 1, behind = ~((before << 8) | 0xFF);
        decimals = 7 - at / 8;
        x = (x & behind) | (x & before) << 8 | '0';
    }
    bool digits = (x & ALL(0xF0)) == ALL('0') && ((x + ALL(6)) & ALL(0xF0)) == ALL('0');
    if (!digits || decimals > 6 || (dot && n == 1))
        return micro_parse(s, len, &v, NULL) ? v : MICRO_MISSING;
    /* Eight digits to one number by pairs, then fours. */
    x -= ALL('0');
    x = x * 10 + (x >> 8);
    x = ((x & UINT64_C(0x000000FF000000FF)) * (UINT64_C(100) + (UINT64_C(1000000) << 32)) +
         ((x >> 16) & UINT64_C(0x000000FF000000FF)) * (UINT64_C(1) + (UINT64_C(10000) << 32))) >>
        32;
    v = (int64_t)(uint32_t)x * power[decimals];
    return negative ? -v : v;
}

/* Where the last '-' of a name stands, or its end when there is none behind its first byte. */
FAST static inline const char *dash_of(const char *name, const char *end)
{
    uint64_t hit = zero_bytes(load(end - 8) ^ ALL('-'));
    if (hit) {
        const char *at = end - 1 - __builtin_clzll(hit) / 8;
        if (at > name)
            return at;
    }
    if (end - name > 8) {
        const char *at = memrchr(name, '-', (size_t)(end - name));
        if (at && at > name)
            return at;
    }
    return end;
}

/* A name without '-'. false when the plain version has to think about it. */
FAST static bool bare(struct hj212_frame *f, const char *name, size_t len, const char *value,
                      size_t value_len, bool *closely)
{
    /* DataTime first and with 14 digits is what the standard writes; every other name here is worth a second look. */
    *closely = *closely || len != 8 || value_len != 14 || name != f->cp.s;
    if (len == 8 && memcmp(name, "DataTime", 8) == 0) {
        if (f->data_time == 0 && !cn_parse_compact(value, value_len, &f->data_time))
            f->data_time = 0;
        return true;
    }
    return len > 0 && !(len == 4 && memcmp(name, "Flag", 4) == 0);
}

/* Pairs of places are the '=' and the mark of one item each; the last mark is the closing &&. *closely: the items may have
 * faults. */
FAST static bool read_items(struct hj212_frame *f, const uint32_t *place, size_t n, bool *closely)
{
    unsigned small = 0x20; /* lost to a code that begins with a capital */
    const char *s = f->segment.s, *name = f->cp.s, *end = name + f->cp.len;
    struct hj212_item *it = f->item;
    if (n % 2 != 1 || n / 2 >= HJ212_ITEMS_MAX)
        return n == 0 && f->cp.len == 0;
    for (size_t i = 0; i < n; i += 2, it++) {
        const char *eq = s + place[i], *stop = i + 1 < n ? s + place[i + 1] : end;
        if (*eq != '=' || *stop == '=' || eq == name)
            return false;
        const char *dash = dash_of(name, eq);
        if (dash == eq - 1)
            return false;
        size_t value_len = (size_t)(stop - eq - 1);
        it->code = (struct hj212_view){ name, (uint32_t)(dash - name) };
        it->suffix =
            dash < eq ? (struct hj212_view){ dash + 1, (uint32_t)(eq - dash - 1) } : (struct hj212_view){ 0 };
        it->value = (struct hj212_view){ eq + 1, (uint32_t)value_len };
        it->number = number_of(eq + 1, value_len);
        if (dash == eq) {
            if (!bare(f, name, (size_t)(eq - name), eq + 1, value_len, closely))
                return false;
        } else {
            small &= (unsigned char)*name;
        }
        name = stop + 1;
    }
    f->n_items = (n + 1) / 2;
    *closely = *closely || !small;
    return true;
}

/* Two bytes as a number, for comparing names. */
#define PAIR(a, b) ((unsigned)(a) | (unsigned)(b) << 8)

/* One field of the head; in the standard's order, which *rank keeps. */
FAST static bool set_field(struct hj212_frame *f, int *rank, const char *name, size_t len, const char *value,
                           size_t value_len)
{
    struct hj212_view *to;
    int *number, at;
    if (value_len == 0)
        return false;
    if (len == 2) {
        switch (PAIR((unsigned char)name[0], (unsigned char)name[1])) {
        case PAIR('Q', 'N'):
            to = &f->qn, at = 1;
            break;
        case PAIR('S', 'T'):
            to = &f->st, at = 2;
            break;
        case PAIR('C', 'N'):
            to = &f->cn, at = 3;
            break;
        case PAIR('P', 'W'):
            to = &f->pw, at = 4;
            break;
        case PAIR('M', 'N'):
            to = &f->mn, at = 5;
            break;
        case PAIR('R', 'F'):
            f->rf = *value == '1' && value_len == 1;
            at = *rank < 9 && f->rf ? 9 : 0;
            *rank = 9;
            return at == 9;
        default:
            return false;
        }
        if (at <= *rank)
            return false;
        *rank = at;
        *to = (struct hj212_view){ value, (uint32_t)value_len };
        return true;
    }
    if (len == 4 && memcmp(name, "Flag", 4) == 0)
        number = &f->flag, at = 6;
    else if (len == 4 && memcmp(name, "PNUM", 4) == 0)
        number = &f->pnum, at = 7;
    else if (len == 3 && memcmp(name, "PNO", 3) == 0)
        number = &f->pno, at = 8;
    else
        return false;
    if (at <= *rank)
        return false;
    *rank = at;
    *number = hj212_small_number(value, value_len);
    return *number >= 0 && (number != &f->flag || *number <= 255);
}

FAST bool hj212_segment_fast(struct hj212_frame *f)
{
    const char *s = f->segment.s, *name = s;
    size_t len = f->segment.len, i = 0;
    int rank = 0;
    bool closely = false;
    uint32_t place[PLACES_MAX + BLOCK];
    size_t n = len >= SEGMENT_MIN ? list_places(s, len, place, &closely) : 0;
    if (n == 0 || s[len - 1] != '&' || s[len - 2] != '&')
        return false;
    for (; i + 1 < n; i += 2) {
        const char *eq = s + place[i], *stop = s + place[i + 1];
        if (eq - name == 2 && name[0] == 'C' && name[1] == 'P')
            break;
        if (*eq != '=' || *stop != ';' ||
            !set_field(f, &rank, name, (size_t)(eq - name), eq + 1, (size_t)(stop - eq - 1)))
            return false;
        name = stop + 1;
    }
    /* An empty area leaves CP's '=' as the last place. */
    if (i >= n || s + place[i] != name + 2 || name[0] != 'C' || name[1] != 'P' || name[2] != '=' ||
        s + len - name < 7 || name[3] != '&' || name[4] != '&' || f->cn.len == 0 || f->mn.len == 0)
        return false;
    f->cp = (struct hj212_view){ name + 5, (uint32_t)(s + len - 2 - (name + 5)) };
    f->edition = hj212_edition_of(f);
    f->answer_wanted = f->flag > 0 && (f->flag & 1);
    closely = closely || s[len - 3] == '='; /* the last value is empty */
    if (!read_items(f, place + i + 1, n - i - 1, &closely))
        return false;
    hj212_judge(f, closely);
    return true;
}

#else

bool hj212_fast_usable(void)
{
    return false;
}

bool hj212_segment_fast(struct hj212_frame *f)
{
    (void)f;
    return false;
}

#endif
