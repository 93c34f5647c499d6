#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/map.h"
#include "base/scoped.h"
#include "store/sqlite/block.h"
#include "store/sqlite/block_form.h"
#include "store/sqlite/pack.h"

struct value {
    const char *s; /* in the record's body */
    uint32_t len;
    uint8_t form; /* decimals, or FORM_TEXT */
    int64_t scaled;
};

struct column {
    char *name;
    size_t name_len;
    struct value *v;
    size_t n, cap;
};

struct encoder {
    struct column *col;
    size_t n_cols, cap_cols;
    struct map names;  /* to column number */
    struct map shapes; /* to shape number */
    struct buf shape_list;
    size_t n_shapes;
    struct buf shape; /* of the record at hand */
};

static void encoder_release(struct encoder *x)
{
    for (size_t i = 0; i < x->n_cols; i++) {
        free(x->col[i].name);
        free(x->col[i].v);
    }
    free(x->col);
    map_release(&x->names, NULL);
    map_release(&x->shapes, NULL);
    buf_release(&x->shape_list);
    buf_release(&x->shape);
}

/* Numbers kept in a map of pointers: one more than the number, as NULL means absent. */
static void *number_ptr(size_t i)
{
    return (void *)(uintptr_t)(i + 1);
}

static struct column *column_add(struct encoder *x, const char *name, size_t len)
{
    if (x->n_cols == x->cap_cols) {
        size_t cap = x->cap_cols ? x->cap_cols * 2 : 16;
        struct column *more = realloc(x->col, cap * sizeof *more);
        if (!more)
            return NULL;
        x->col = more;
        x->cap_cols = cap;
    }
    char *copy = malloc(len + 1);
    if (!copy || map_put(&x->names, name, len, number_ptr(x->n_cols)) < 0) {
        free(copy);
        return NULL;
    }
    if (len)
        memcpy(copy, name, len);
    copy[len] = '\0';
    struct column *c = &x->col[x->n_cols++];
    *c = (struct column){ .name = copy, .name_len = len };
    return c;
}

static struct column *column_of(struct encoder *x, const char *name, size_t len)
{
    void *found = map_get(&x->names, name, len);
    if (!found && x->n_cols >= BLOCK_COLUMNS_MAX)
        found = map_get(&x->names, name, len = 0);
    return found ? &x->col[(uintptr_t)found - 1] : column_add(x, name, len);
}

/* Reads a plain decimal: -?(0|[1-9][0-9]*)(.[0-9]+)? of at most 18 digits. What is written in another way ("+1", "007", "1.",
 * "-0.0") is text, so that it comes back as sent. */
static void value_read(struct value *v)
{
    const char *p = v->s, *end = v->s + v->len;
    bool negative = p < end && *p == '-';
    p += negative;
    const char *first = p;
    int64_t n = 0;
    int digits = 0, decimals = 0;
    v->form = FORM_TEXT;
    for (; p < end && *p >= '0' && *p <= '9' && digits < FORM_DIGITS; p++, digits++)
        n = n * 10 + (*p - '0');
    if (digits == 0 || (digits > 1 && *first == '0'))
        return;
    if (p < end && *p == '.') {
        for (p++; p < end && *p >= '0' && *p <= '9' && digits < FORM_DIGITS; p++, digits++, decimals++)
            n = n * 10 + (*p - '0');
        if (decimals == 0)
            return;
    }
    if (p != end || (negative && n == 0))
        return;
    v->form = (uint8_t)decimals;
    v->scaled = negative ? -n : n;
}

static int column_put(struct encoder *x, const char *name, size_t name_len, const char *s, size_t len)
{
    struct column *c = column_of(x, name, name_len);
    if (!c)
        return -ENOMEM;
    if (c->n == c->cap) {
        size_t cap = c->cap ? c->cap * 2 : 64;
        struct value *more = realloc(c->v, cap * sizeof *more);
        if (!more)
            return -ENOMEM;
        c->v = more;
        c->cap = cap;
    }
    struct value *v = &c->v[c->n++];
    *v = (struct value){ .s = s, .len = (uint32_t)len };
    value_read(v);
    return 0;
}

/* Cuts a body into its shape and its values; the shape's number goes to *ret. */
static int body_split(struct encoder *x, const char *body, size_t len, size_t *ret)
{
    buf_clear(&x->shape);
    const char *p = body, *end = body + len;
    while (p < end) {
        const char *stop = p, *eq = NULL;
        for (; stop < end && *stop != ',' && *stop != ';'; stop++)
            if (*stop == '=' && !eq)
                eq = stop;
        const char *kept = eq ? eq + 1 : stop;
        buf_add(&x->shape, p, (size_t)(kept - p));
        if (eq && column_put(x, p, (size_t)(eq - p), kept, (size_t)(stop - kept)) < 0)
            return -ENOMEM;
        if (stop < end)
            buf_addc(&x->shape, *stop);
        p = stop < end ? stop + 1 : end;
    }
    if (x->shape.failed)
        return -ENOMEM;
    const char *text = x->shape.data ? x->shape.data : "";
    void *found = map_get(&x->shapes, text, x->shape.len);
    if (!found) {
        found = number_ptr(x->n_shapes++);
        if (map_put(&x->shapes, text, x->shape.len, found) < 0)
            return -ENOMEM;
        pack_bytes(&x->shape_list, text, x->shape.len);
    }
    *ret = (uintptr_t)found - 1;
    return 0;
}

/* All numbers of a column are brought to its most decimals, so that "40.1" and "40" differ by little; one that has too many
 * digits for that becomes text. */
static int scale_column(struct column *c)
{
    int scale = 0;
    for (size_t i = 0; i < c->n; i++)
        if (c->v[i].form != FORM_TEXT && c->v[i].form > scale)
            scale = c->v[i].form;
    for (size_t i = 0; i < c->n; i++) {
        struct value *v = &c->v[i];
        if (v->form == FORM_TEXT)
            continue;
        int64_t by = form_pow10(scale - v->form);
        if (__builtin_mul_overflow(v->scaled, by, &v->scaled))
            v->form = FORM_TEXT;
    }
    return scale;
}

static int column_encode(struct column *c, struct buf *out)
{
    struct run_writer forms = { 0 };
    struct buf numbers = BUF_INIT;
    int64_t before = 0;
    pack_varint(out, FORM_VERSION);
    pack_varint(out, (uint64_t)scale_column(c));
    for (size_t i = 0; i < c->n; i++) {
        run_put(&forms, c->v[i].form);
        if (c->v[i].form != FORM_TEXT) {
            pack_varint(&numbers, zigzag(wrap_sub(c->v[i].scaled, before)));
            before = c->v[i].scaled;
        }
    }
    run_finish(&forms, out);
    pack_bytes(out, numbers.data, numbers.len);
    out->failed = out->failed || numbers.failed;
    buf_release(&numbers);
    for (size_t i = 0; i < c->n;) {
        const struct value *v = &c->v[i];
        size_t same = 1;
        if (v->form == FORM_TEXT) {
            size_t k = i + 1;
            for (; k < c->n && (c->v[k].form != FORM_TEXT ||
                                (c->v[k].len == v->len && memcmp(c->v[k].s, v->s, v->len) == 0));
                 k++)
                same += c->v[k].form == FORM_TEXT;
            pack_bytes(out, v->s, v->len);
            pack_varint(out, same);
            i = k;
        } else {
            i++;
        }
    }
    return out->failed ? -ENOMEM : 0;
}

static enum tag_form tag_form_of(const struct record *r, int64_t *ret_ms)
{
    if (r->tag == record_hash(r->body, r->body_len))
        return TAG_HASH;
    return tag_qn_ms(r->tag, ret_ms) && form_time_ok(*ret_ms) ? TAG_QN : TAG_PLAIN;
}

static int spine_encode(struct encoder *x, const struct record *r, size_t n, const size_t *shape,
                        struct buf *out)
{
    struct run_writer times = { 0 }, parts = { 0 }, sources = { 0 }, shapes = { 0 }, tags = { 0 };
    struct buf lags = BUF_INIT, tag_bytes = BUF_INIT;
    int64_t time = 0, lag = 0, qn_lag = 0, plain = 0;
    for (size_t i = 0; i < n; i++) {
        run_put(&times, zigzag(wrap_sub(r[i].time, time)));
        time = r[i].time;
        run_put(&parts, r[i].part);
        run_put(&sources, r[i].source);
        run_put(&shapes, shape[i]);
        int64_t l = wrap_sub(r[i].arrival, r[i].time), qn = 0;
        pack_varint(&lags, zigzag(wrap_sub(l, lag)));
        lag = l;
        enum tag_form f = tag_form_of(&r[i], &qn);
        run_put(&tags, f);
        if (f == TAG_QN) {
            l = wrap_sub(qn, r[i].arrival);
            pack_varint(&tag_bytes, zigzag(wrap_sub(l, qn_lag)));
            qn_lag = l;
        } else if (f == TAG_PLAIN) {
            pack_varint(&tag_bytes, zigzag(wrap_sub((int64_t)r[i].tag, plain)));
            plain = (int64_t)r[i].tag;
        }
    }
    pack_varint(out, FORM_VERSION);
    pack_varint(out, n);
    pack_varint(out, x->n_shapes);
    buf_add(out, x->shape_list.data, x->shape_list.len);
    run_finish(&times, out);
    run_finish(&parts, out);
    run_finish(&sources, out);
    run_finish(&shapes, out);
    run_finish(&tags, out);
    pack_bytes(out, lags.data, lags.len);
    pack_bytes(out, tag_bytes.data, tag_bytes.len);
    bool failed = out->failed || lags.failed || tag_bytes.failed || x->shape_list.failed;
    buf_release(&lags);
    buf_release(&tag_bytes);
    return failed ? -ENOMEM : 0;
}

static int encode(struct encoder *x, const struct record *r, size_t n, size_t *shape, struct block *b)
{
    int err = 0;
    if (!column_add(
            x, "",
            0)) /* takes what the other columns cannot: names past the bound, and "=value" with no name */
        return -ENOMEM;
    for (size_t i = 0; i < n && err == 0; i++)
        err = body_split(x, r[i].body, r[i].body_len, &shape[i]);
    if (err < 0)
        return err;
    b->col = calloc(x->n_cols + 1, sizeof *b->col);
    if (!b->col || spine_encode(x, r, n, shape, &b->col[0].data) < 0)
        return -ENOMEM;
    b->n = 1;
    for (size_t i = 0; i < x->n_cols; i++) {
        struct column *c = &x->col[i];
        if (c->n == 0)
            continue;
        struct block_column *to = &b->col[b->n++];
        to->name = TAKE(c->name);
        to->name_len = c->name_len;
        if (column_encode(c, &to->data) < 0)
            return -ENOMEM;
    }
    return 0;
}

int block_encode(const struct record *r, size_t n, struct block *ret, struct err *e)
{
    *ret = (struct block){ 0 };
    struct encoder x = { 0 };
    scoped(freep) size_t *shape = calloc(n + 1, sizeof *shape);
    int err = shape ? encode(&x, r, n, shape, ret) : -ENOMEM;
    encoder_release(&x);
    if (err < 0) {
        block_release(ret);
        return err_set(e, err, "out of memory while packing %zu records", n);
    }
    return 0;
}

void block_release(struct block *b)
{
    size_t n = b->col ? (b->n ? b->n : 1) : 0;
    for (size_t i = 0; i < n; i++) {
        free(b->col[i].name);
        buf_release(&b->col[i].data);
    }
    free(b->col);
    *b = (struct block){ 0 };
}
