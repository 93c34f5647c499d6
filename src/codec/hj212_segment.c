/* hj212_segment.c - head and data area of one segment, as the standard writes them and as devices in the field do: fields in any
 * order and also behind CP, no ';' before CP, blanks, empty items, a ';' before the closing &&, texts between // and //. */
#include "codec/hj212_parts.h"

#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"

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

/* One field; an unknown name is somebody's extension and passed over, a repeated one keeps its first value. */
static bool set_field(struct hj212_frame *f, struct hj212_view name, struct hj212_view value)
{
    const struct {
        const char *name;
        struct hj212_view *to;
    } texts[] = { { "QN", &f->qn }, { "ST", &f->st }, { "CN", &f->cn }, { "PW", &f->pw }, { "MN", &f->mn } };
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        if (is(name, texts[i].name)) {
            if (!texts[i].to->s)
                *texts[i].to = value;
            return true;
        }
    if (is(name, "Flag"))
        return set_number(value, 255, &f->flag);
    if (is(name, "PNUM"))
        return set_number(value, 9999, &f->pnum);
    if (is(name, "PNO"))
        return set_number(value, 9999, &f->pno);
    return true;
}

static bool read_fields(struct hj212_frame *f, const char *p, const char *end)
{
    while (p < end) {
        const char *semi = memchr(p, ';', (size_t)(end - p));
        const char *stop = semi ? semi : end;
        struct hj212_view piece = trimmed(p, stop);
        p = semi ? semi + 1 : end;
        if (piece.len == 0)
            continue;
        const char *eq = memchr(piece.s, '=', piece.len);
        if (!eq || !set_field(f, trimmed(piece.s, eq), trimmed(eq + 1, piece.s + piece.len)))
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

/* Where the value at p ends: at the next ',' or ';', but texts between // and // may hold those (HJ 212-2017 table 9). */
static const char *value_end(const char *p, const char *end)
{
    const char *text = p;
    while (text < end && blank(*text))
        text++;
    if (end - text >= 4 && text[0] == '/' && text[1] == '/') {
        const char *close = memmem(text + 2, (size_t)(end - text - 2), "//", 2);
        if (close)
            p = close + 2;
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
    while (p < end) {
        if (blank(*p) || *p == ';' || *p == ',') {
            same_group = same_group && *p != ';';
            p++;
            continue;
        }
        const char *eq = p;
        while (eq < end && *eq != '=' && *eq != ',' && *eq != ';')
            eq++;
        if (eq == end || *eq != '=')
            return false; /* a word without a value, or an area that was enciphered */
        const char *stop = value_end(eq + 1, end);
        if (!add_item(f, trimmed(p, eq), trimmed(eq + 1, stop), same_group))
            return false;
        same_group = f->item[f->n_items - 1].suffix.len > 0;
        p = stop;
    }
    return true;
}

enum hj212_reason hj212_segment_plain(struct hj212_frame *f)
{
    const char *s = f->segment.s, *end = s + f->segment.len, *area = NULL;
    const char *cp = find_cp(s, end, &area);
    const char *close = cp ? find_close(area, end) : NULL;
    bool head = read_fields(f, s, cp ? cp : end);
    if (close) {
        f->cp = (struct hj212_view){ area, (uint32_t)(close - area) };
        head = read_fields(f, close + 2, end) && head;
    }
    f->edition = hj212_edition_of(f);
    f->answer_wanted = f->flag > 0 && (f->flag & 1);
    if (!head || !cp || f->cn.len == 0 || f->mn.len == 0)
        return HJ212_FIELDS;
    return close && read_items(f) ? HJ212_OK : HJ212_ITEMS;
}
