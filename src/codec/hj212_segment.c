/* hj212_segment.c - head and data area of one segment, as the standard writes them and as devices in the field do: fields in any
 * order and also behind CP, no ';' before CP, blanks, empty items, a ';' before the closing &&, texts between // and //. */
#include "codec/hj212_parts.h"

#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "base/utf8.h"

#define BIT HJ212_FAULT_BIT

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct hj212_view trimmed(const char *from, const char *to)
{
    while (from < to && blank(*from))
        from++;
    while (to > from && blank(to[-1]))
        to--;
    return (struct hj212_view){ from, (uint32_t)(to - from) };
}

/* The same, and notes blanks that were there. */
static struct hj212_view tight(struct hj212_frame *f, const char *from, const char *to)
{
    struct hj212_view v = trimmed(from, to);
    if (v.len != (size_t)(to - from))
        f->faults |= BIT(BLANK);
    return v;
}

static bool is(struct hj212_view v, const char *word)
{
    return v.len == strlen(word) && memcmp(v.s, word, v.len) == 0;
}

int hj212_small_number(const char *s, size_t len)
{
    int v = 0;
    if (len == 0 || len > 4)
        return -1;
    for (size_t i = 0; i < len; i++) {
        if (s[i] < '0' || s[i] > '9')
            return -1;
        v = v * 10 + (s[i] - '0');
    }
    return v;
}

/* Flag >> 2 is the version (HJ 212-2017 6.3.3). Surface-water stations (ST=21) have sent version 2 since 2017, so there it does
 * not tell the 2025 edition. Without a Flag the QN decides: uploads of 2005 have none. */
enum hj212_edition hj212_edition_of(const struct hj212_frame *f)
{
    if (f->flag < 0)
        return f->qn.len ? HJ212_2017 : HJ212_2005;
    if (f->flag >> 2 == 0)
        return HJ212_2005;
    return f->flag >> 2 == 1 || is(f->st, "21") ? HJ212_2017 : HJ212_2025;
}

/* Numbers of the head: absent and empty are the same. */
static bool set_number(struct hj212_view value, int limit, int *ret)
{
    if (value.len == 0)
        return true;
    int v = hj212_small_number(value.s, value.len);
    if (v < 0 || v > limit)
        return false;
    *ret = v;
    return true;
}

/* Where a field stands in the standard's order (HJ 212-2017 table 3; RF: 2025). */
enum place { QN, ST, CN, PW, MN, FLAG, PNUM, PNO, RF, PLACES };

struct order {
    unsigned seen; /* bits 1 << place */
    int last;      /* place of the field before */
    bool behind;   /* behind the data area */
};

static enum place place_of(struct hj212_view name)
{
    static const char *const names[PLACES] = { "QN", "ST", "CN", "PW", "MN", "Flag", "PNUM", "PNO", "RF" };
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (is(name, names[i]))
            return (enum place)i;
    return PLACES;
}

static uint64_t place_faults(struct order *o, enum place at)
{
    uint64_t x = 0;
    if (o->behind)
        x |= at == FLAG ? BIT(FLAG_AFTER_CP) : BIT(FIELD_AFTER_CP);
    if (at >= PLACES)
        return x | BIT(UNKNOWN_FIELD);
    if (o->seen >> at & 1)
        x |= BIT(REPEATED_FIELD);
    else if (!o->behind && (int)at < o->last)
        x |= at == PNUM && o->last == PNO ? BIT(PNO_BEFORE_PNUM) : BIT(FIELD_ORDER);
    o->seen |= 1u << at;
    o->last = (int)at > o->last ? (int)at : o->last;
    return x;
}

/* One field; an unknown name is somebody's extension and passed over, a repeated one keeps its first value. */
static bool set_field(struct hj212_frame *f, struct order *o, struct hj212_view name, struct hj212_view value)
{
    struct hj212_view *const texts[] = { &f->qn, &f->st, &f->cn, &f->pw, &f->mn };
    enum place at = place_of(name);
    bool again = at < PLACES && (o->seen >> at & 1);
    f->faults |= place_faults(o, at) | (value.len == 0 ? BIT(EMPTY_VALUE) : 0);
    switch (at) {
    case QN:
    case ST:
    case CN:
    case PW:
    case MN:
        if (!texts[at]->s)
            *texts[at] = value;
        return true;
    case FLAG:
        return again || set_number(value, 255, &f->flag);
    case PNUM:
        return again || set_number(value, 9999, &f->pnum);
    case PNO:
        return again || set_number(value, 9999, &f->pno);
    case RF:
        f->rf = f->rf || is(value, "1");
        f->faults |= is(value, "1") ? 0 : BIT(RF_VALUE);
        return true;
    default:
        return true;
    }
}

static bool read_fields(struct hj212_frame *f, struct order *o, const char *p, const char *end)
{
    bool first = true;
    while (p < end) {
        const char *semi = memchr(p, ';', (size_t)(end - p));
        const char *stop = semi ? semi : end;
        struct hj212_view piece = tight(f, p, stop);
        p = semi ? semi + 1 : end;
        if (piece.len == 0) {
            /* The ';' between the data area and what stands behind it is in its place. */
            f->faults |= o->behind && first ? 0 : semi ? BIT(EMPTY_ITEM) : 0;
            first = false;
            continue;
        }
        first = false;
        const char *eq = memchr(piece.s, '=', piece.len);
        if (!eq || !set_field(f, o, tight(f, piece.s, eq), tight(f, eq + 1, piece.s + piece.len)))
            return false;
    }
    return true;
}

/* The first "CP=" that opens a data area; *ret_area is behind its &&. */
static const char *find_cp(const char *p, const char *end, const char **ret_area)
{
    while (p < end && (p = memmem(p, (size_t)(end - p), "CP", 2))) {
        const char *q = p + 2;
        while (q < end && blank(*q))
            q++;
        if (q < end && *q == '=') {
            q++;
            while (q < end && blank(*q))
                q++;
            if (end - q >= 2 && q[0] == '&' && q[1] == '&') {
                *ret_area = q + 2;
                return p;
            }
        }
        p += 2;
    }
    return NULL;
}

/* The area ends at the last &&: a text inside may hold one. NULL when there is none. */
static const char *find_close(const char *area, const char *end)
{
    for (const char *p = end - 2; p >= area; p--)
        if (p[0] == '&' && p[1] == '&')
            return p;
    return NULL;
}

bool hj212_area_of(const char *segment, size_t len, struct hj212_view *ret)
{
    const char *end = segment + len, *area = NULL;
    if (!find_cp(segment, end, &area) || end - area < 2 || end[-1] != '&' || end[-2] != '&')
        return false;
    *ret = (struct hj212_view){ area, (uint32_t)(end - 2 - area) };
    return true;
}

/* Where the value at p ends: at the next ',' or ';', but texts between // and // may hold those (HJ 212-2017 table 9). */
static const char *value_end(struct hj212_frame *f, const char *p, const char *end)
{
    const char *text = p;
    while (text < end && blank(*text))
        text++;
    if (end - text >= 2 && text[0] == '/' && text[1] == '/') {
        const char *close = memmem(text + 2, (size_t)(end - text - 2), "//", 2);
        if (close)
            p = close + 2;
        else
            f->faults |= BIT(TEXT_OPEN);
    }
    while (p < end && *p != ',' && *p != ';')
        p++;
    return p;
}

static bool add_item(struct hj212_frame *f, struct hj212_view name, struct hj212_view value, bool same_group)
{
    if (name.len == 0 || f->n_items == HJ212_ITEMS_MAX)
        return false;
    struct hj212_item *it = &f->item[f->n_items];
    const char *dash = memrchr(name.s, '-', name.len);
    *it = (struct hj212_item){ .code = name, .value = value, .number = MICRO_MISSING };
    if (dash && dash > name.s && dash + 1 < name.s + name.len) {
        it->code.len = (uint32_t)(dash - name.s);
        it->suffix = (struct hj212_view){ dash + 1, name.len - it->code.len - 1 };
    } else if (same_group && is(name, "Flag")) {
        /* "w01018-Rtd=40.1,Flag=N": the flag of the values it stands with. */
        it->suffix = name;
        it->code = it[-1].code;
    }
    if (is(name, "Flag"))
        f->faults |= BIT(BARE_FLAG);
    if (!micro_parse(value.s, value.len, &it->number, NULL))
        it->number = MICRO_MISSING;
    if (is(name, "DataTime") && f->data_time == 0 && !cn_parse_compact(value.s, value.len, &f->data_time))
        f->data_time = 0;
    f->n_items++;
    return true;
}

static bool read_items(struct hj212_frame *f)
{
    const char *p = f->cp.s, *end = p + f->cp.len;
    bool same_group = false; /* a ',' and a value with a suffix stand before */
    bool expect = true;      /* an item must come here: at the start and behind a mark */
    while (p < end) {
        if (blank(*p)) {
            f->faults |= BIT(BLANK);
            p++;
            continue;
        }
        if (*p == ';' || *p == ',') {
            same_group = same_group && *p != ';';
            f->faults |= expect ? BIT(EMPTY_ITEM) : 0;
            expect = true;
            p++;
            continue;
        }
        const char *eq = p;
        while (eq < end && *eq != '=' && *eq != ',' && *eq != ';')
            eq++;
        if (eq == end || *eq != '=')
            return false; /* a word without a value, or an area that was enciphered */
        const char *stop = value_end(f, eq + 1, end);
        if (!add_item(f, tight(f, p, eq), tight(f, eq + 1, stop), same_group))
            return false;
        same_group = f->item[f->n_items - 1].suffix.len > 0;
        expect = false;
        p = stop;
    }
    if (expect && f->n_items > 0)
        f->faults |= BIT(TRAILING_SEPARATOR);
    return true;
}

enum hj212_reason hj212_segment_plain(struct hj212_frame *f)
{
    const char *s = f->segment.s, *end = s + f->segment.len, *area = NULL;
    const char *cp = find_cp(s, end, &area);
    const char *close = cp ? find_close(area, end) : NULL;
    struct order o = { .last = -1 };
    bool head = read_fields(f, &o, s, cp ? cp : end);
    if (cp) {
        /* Between the last field and CP a ';', which the standard's own examples forget now and then. */
        const char *before = cp;
        while (before > s && blank(before[-1]))
            before--;
        f->faults |= before < cp || area - cp != 5 ? BIT(BLANK) : 0;
        f->faults |= before > s && before[-1] != ';' ? BIT(MISSING_SEPARATOR_BEFORE_CP) : 0;
    }
    if (close) {
        f->cp = (struct hj212_view){ area, (uint32_t)(close - area) };
        o.behind = true;
        f->faults |= close + 2 < end ? BIT(FIELD_AFTER_CP) : 0;
        head = read_fields(f, &o, close + 2, end) && head;
        if (o.seen >> FLAG & 1 && (f->faults & BIT(FLAG_AFTER_CP)))
            f->faults &= ~BIT(FIELD_AFTER_CP); /* the one that names it */
    }
    f->edition = hj212_edition_of(f);
    f->answer_wanted = f->flag > 0 && (f->flag & 1);
    if (!head || !cp || f->cn.len == 0 || f->mn.len == 0)
        return HJ212_FIELDS;
    if (!close || !read_items(f))
        return HJ212_ITEMS;
    if (!utf8_valid(s, f->segment.len, NULL))
        f->faults |= BIT(NOT_UTF8);
    hj212_judge(f, true);
    return HJ212_OK;
}
