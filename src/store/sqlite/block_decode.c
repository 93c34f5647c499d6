#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/scoped.h"
#include "store/sqlite/block.h"
#include "store/sqlite/block_form.h"
#include "store/sqlite/pack.h"

struct stream {
    struct run_reader forms;
    struct view numbers, texts, text;
    uint64_t text_left;
    int64_t scaled;
    int scale;
};

/* A stretch of literal text, and the column whose next value follows it. */
struct segment {
    const unsigned char *text;
    size_t len;
    size_t stream; /* NO_STREAM: none */
};
#define NO_STREAM SIZE_MAX

struct shape {
    size_t first, n; /* in segment[] */
};

struct block_reader {
    struct block block;
    int32_t site;
    uint8_t period;
    uint64_t left, n_shapes;
    struct run_reader times, parts, sources, shapes, tags;
    struct view lags, tag_bytes;
    int64_t time, lag, qn_lag, plain;
    struct stream *stream;
    struct shape *shape;
    struct segment *segment;
    size_t n_segments, cap_segments;
    struct buf body;
};

static int damaged(struct err *e, const char *what)
{
    return err_set(e, -EBADMSG, "a block of stored records is damaged: %s", what);
}

static struct view view_of(const struct buf *b)
{
    const unsigned char *p = (const unsigned char *)(b->data ? b->data : "");
    return (struct view){ p, p + b->len };
}

static bool stream_open(struct stream *s, const struct buf *data)
{
    struct view v = view_of(data);
    uint64_t version, scale;
    if (!view_varint(&v, &version) || version != FORM_VERSION || !view_varint(&v, &scale) ||
        scale > FORM_DIGITS || !view_bytes(&v, &s->forms.in) || !view_bytes(&v, &s->numbers))
        return false;
    s->scale = (int)scale;
    s->texts = v;
    return true;
}

/* Writes before `end`; returns where it begins. */
static char *number_before(char *end, int64_t v, int decimals)
{
    char *p = end;
    uint64_t u = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    for (int i = 0; i < decimals; i++, u /= 10)
        *--p = (char)('0' + u % 10);
    if (decimals)
        *--p = '.';
    do {
        *--p = (char)('0' + u % 10);
        u /= 10;
    } while (u);
    if (v < 0)
        *--p = '-';
    return p;
}

/* literal: stands before the value, and both are put down at once. */
static bool stream_put_next(struct stream *s, const unsigned char *literal, size_t len, struct buf *out)
{
    enum { NUMBER = 32 };
    uint64_t form, step;
    if (!run_next(&s->forms, &form))
        return false;
    if (form == FORM_TEXT) {
        if (!s->text_left &&
            (!view_bytes(&s->texts, &s->text) || !view_varint(&s->texts, &s->text_left) || !s->text_left))
            return false;
        s->text_left--;
        buf_add(out, literal, len);
        if (s->text.end != s->text.p)
            buf_add(out, s->text.p, (size_t)(s->text.end - s->text.p));
        return true;
    }
    if (form > (uint64_t)s->scale || !view_varint(&s->numbers, &step))
        return false;
    s->scaled = wrap_add(s->scaled, unzigzag(step));
    int64_t v = form == (uint64_t)s->scale ? s->scaled : s->scaled / form_pow10(s->scale - (int)form);
    char t[NUMBER], *p = number_before(t + sizeof t, v, (int)form);
    size_t digits = (size_t)(t + sizeof t - p);
    char *room = buf_room(out, len + digits);
    if (!room)
        return true; /* no memory: the reader asks the buffer when the record is done */
    memcpy(room, literal, len);
    memcpy(room + len, p, digits);
    buf_grown(out, len + digits);
    return true;
}

static bool segment_add(struct block_reader *r, struct segment s)
{
    if (r->n_segments == r->cap_segments) {
        size_t cap = r->cap_segments ? r->cap_segments * 2 : 64;
        struct segment *more = realloc(r->segment, cap * sizeof *more);
        if (!more)
            return false;
        r->segment = more;
        r->cap_segments = cap;
    }
    r->segment[r->n_segments++] = s;
    return true;
}

/* Number + 1 of the stream that holds the values of a name, as the map gives it; the shared one when it has none of its own. */
static void *stream_named(const struct map *names, const unsigned char *name, size_t len)
{
    void *found = map_get(names, (const char *)name, len);
    return found ? found : map_get(names, "", 0);
}

static int shape_open(struct block_reader *r, const struct map *names, struct view text, struct shape *sh,
                      struct err *e)
{
    sh->first = r->n_segments;
    const unsigned char *from = text.p, *piece = text.p;
    for (const unsigned char *p = text.p; p < text.end; p++) {
        if (*p == ',' || *p == ';')
            piece = p + 1;
        if (*p != '=')
            continue;
        void *found = stream_named(names, piece, (size_t)(p - piece));
        if (!found)
            return damaged(e, "a column is missing");
        if (!segment_add(r, (struct segment){ from, (size_t)(p + 1 - from), (uintptr_t)found - 1 }))
            return err_set(e, -ENOMEM, "out of memory");
        from = p + 1;
    }
    if (from < text.end && !segment_add(r, (struct segment){ from, (size_t)(text.end - from), NO_STREAM }))
        return err_set(e, -ENOMEM, "out of memory");
    sh->n = r->n_segments - sh->first;
    return 0;
}

static int spine_open(struct block_reader *r, const struct map *names, struct err *e)
{
    struct view v = view_of(&r->block.col[0].data), text;
    uint64_t version;
    if (!view_varint(&v, &version) || version != FORM_VERSION || !view_varint(&v, &r->left) ||
        !view_varint(&v, &r->n_shapes) || r->n_shapes > (size_t)(v.end - v.p))
        return damaged(e, "its head");
    r->shape = calloc(r->n_shapes + 1, sizeof *r->shape);
    if (!r->shape)
        return err_set(e, -ENOMEM, "out of memory");
    for (uint64_t i = 0; i < r->n_shapes; i++) {
        if (!view_bytes(&v, &text))
            return damaged(e, "a shape");
        int err = shape_open(r, names, text, &r->shape[i], e);
        if (err < 0)
            return err;
    }
    if (!view_bytes(&v, &r->times.in) || !view_bytes(&v, &r->parts.in) || !view_bytes(&v, &r->sources.in) ||
        !view_bytes(&v, &r->shapes.in) || !view_bytes(&v, &r->tags.in) || !view_bytes(&v, &r->lags) ||
        !view_bytes(&v, &r->tag_bytes))
        return damaged(e, "its spine");
    return 0;
}

static int reader_open(struct block_reader *r, struct map *names, struct err *e)
{
    if (r->block.n == 0)
        return damaged(e, "it is empty");
    r->stream = calloc(r->block.n, sizeof *r->stream);
    if (!r->stream)
        return err_set(e, -ENOMEM, "out of memory");
    for (size_t i = 1; i < r->block.n; i++) {
        const struct block_column *c = &r->block.col[i];
        if (!stream_open(&r->stream[i], &c->data))
            return damaged(e, "a column's head");
        if (map_put(names, c->name ? c->name : "", c->name_len, (void *)(uintptr_t)(i + 1)) < 0)
            return err_set(e, -ENOMEM, "out of memory");
    }
    return spine_open(r, names, e);
}

int block_reader_new(struct block *b, int32_t site, uint8_t period, struct block_reader **ret, struct err *e)
{
    struct block_reader *r = calloc(1, sizeof *r);
    if (!r) {
        block_release(b);
        return err_set(e, -ENOMEM, "out of memory");
    }
    r->block = *b;
    *b = (struct block){ 0 };
    r->site = site;
    r->period = period;
    struct map names = MAP_INIT;
    int err = reader_open(r, &names, e);
    map_release(&names, NULL);
    if (err < 0) {
        block_reader_free(r);
        return err;
    }
    *ret = r;
    return 0;
}

static bool put_body(struct block_reader *r, const struct shape *sh)
{
    buf_clear(&r->body);
    for (size_t i = sh->first; i < sh->first + sh->n; i++) {
        const struct segment *s = &r->segment[i];
        if (s->stream == NO_STREAM)
            buf_add(&r->body, s->text, s->len);
        else if (!stream_put_next(&r->stream[s->stream], s->text, s->len, &r->body))
            return false;
    }
    return true;
}

static bool next_tag(struct block_reader *r, struct record *ret)
{
    uint64_t form, step = 0;
    if (!run_next(&r->tags, &form) || form > TAG_PLAIN ||
        (form != TAG_HASH && !view_varint(&r->tag_bytes, &step)))
        return false;
    if (form == TAG_HASH) {
        ret->tag = record_hash(ret->body, ret->body_len);
    } else if (form == TAG_QN) {
        r->qn_lag = wrap_add(r->qn_lag, unzigzag(step));
        int64_t qn = wrap_add(r->qn_lag, ret->arrival);
        if (!form_time_ok(qn))
            return false;
        ret->tag = tag_from_qn_ms(qn);
    } else {
        r->plain = wrap_add(r->plain, unzigzag(step));
        ret->tag = (uint64_t)r->plain;
    }
    return true;
}

int block_reader_next(struct block_reader *r, struct record *ret, struct err *e)
{
    uint64_t step, part, source, shape, lag;
    if (r->left == 0)
        return 0;
    r->left--;
    if (!run_next(&r->times, &step) || !run_next(&r->parts, &part) || !run_next(&r->sources, &source) ||
        !run_next(&r->shapes, &shape) || !view_varint(&r->lags, &lag) || part > UINT16_MAX ||
        source > UINT8_MAX || shape >= r->n_shapes)
        return damaged(e, "a record's frame");
    if (!put_body(r, &r->shape[shape]))
        return damaged(e, "a value");
    if (r->body.failed)
        return err_set(e, -ENOMEM, "out of memory");
    r->time = wrap_add(r->time, unzigzag(step));
    r->lag = wrap_add(r->lag, unzigzag(lag));
    *ret = (struct record){ .time = r->time,
                            .site = r->site,
                            .period = r->period,
                            .source = (uint8_t)source,
                            .part = (uint16_t)part,
                            .arrival = wrap_add(r->time, r->lag),
                            .body = r->body.data ? r->body.data : "",
                            .body_len = r->body.len };
    return next_tag(r, ret) ? 1 : damaged(e, "a tag");
}

struct block_reader *block_reader_free(struct block_reader *r)
{
    if (r) {
        block_release(&r->block);
        free(r->stream);
        free(r->shape);
        free(r->segment);
        buf_release(&r->body);
        free(r);
    }
    return NULL;
}
