/* `bihuan hj212 read`: one JSON object a line; what was refused is shown with its reason and place. */
#include "app/cmd_hj212.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "app/options.h"
#include "app/sm4_key.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/json.h"
#include "base/scoped.h"
#include "codec/hj212.h"

static bool same(struct hj212_view a, struct hj212_view b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.s, b.s, a.len) == 0);
}

static void put_view(struct jw *w, const char *key, struct hj212_view v)
{
    jw_key(w, key);
    if (v.s)
        jw_strn(w, v.s, v.len);
    else
        jw_null(w);
}

static void put_key(struct jw *w, struct hj212_view name)
{
    jw_strn(w, name.s, name.len);
    w->comma = false;
    buf_addc(w->out, ':');
}

/* True when the item's name stands among the items from..i already: a JSON object has a key once only. */
static bool seen(const struct hj212_frame *f, size_t from, size_t i)
{
    const struct hj212_item *it = &f->item[i];
    for (size_t k = from; k < i; k++)
        if (same(f->item[k].suffix, it->suffix) && same(f->item[k].code, it->code))
            return true;
    return false;
}

/* Values with a suffix, those of one code together as long as they stand together. */
static void put_items(struct jw *w, const struct hj212_frame *f)
{
    jw_key(w, "items");
    jw_array(w);
    size_t first = 0;
    bool open = false;
    for (size_t i = 0; i < f->n_items; i++) {
        const struct hj212_item *it = &f->item[i];
        if (it->suffix.len == 0)
            continue;
        if (!open || !same(f->item[first].code, it->code) || seen(f, first, i)) {
            if (open)
                jw_end_object(w);
            jw_object(w);
            put_view(w, "name", it->code);
            first = i;
            open = true;
        }
        put_key(w, it->suffix);
        jw_strn(w, it->value.s, it->value.len);
    }
    if (open)
        jw_end_object(w);
    jw_end_array(w);
}

/* Values without a suffix; of a name that comes again the first is shown. */
static void put_fields(struct jw *w, const struct hj212_frame *f)
{
    jw_key(w, "fields");
    jw_object(w);
    for (size_t i = 0; i < f->n_items; i++) {
        const struct hj212_item *it = &f->item[i];
        if (it->suffix.len || seen(f, 0, i))
            continue;
        put_key(w, it->code);
        jw_strn(w, it->value.s, it->value.len);
    }
    jw_end_object(w);
}

static void put_faults(struct jw *w, uint64_t faults)
{
    jw_key(w, "faults");
    jw_array(w);
    for (int i = -1; (i = hj212_fault_next(faults, i)) >= 0;)
        jw_str(w, hj212_fault_text((enum hj212_fault)i)->code);
    jw_end_array(w);
}

static void put_frame(struct jw *w, const struct hj212_frame *f)
{
    jw_object(w);
    jw_kbool(w, "ok", true);
    jw_kstr(w, "crc", hj212_sum_name(f->sum));
    jw_kstr(w, "edition", hj212_edition_name(f->edition));
    put_view(w, "qn", f->qn);
    put_view(w, "st", f->st);
    put_view(w, "cn", f->cn);
    put_view(w, "pw", f->pw);
    put_view(w, "mn", f->mn);
    jw_key(w, "flag");
    if (f->flag >= 0)
        jw_int(w, f->flag);
    else
        jw_null(w);
    jw_kint(w, "pnum", f->pnum);
    jw_kint(w, "pno", f->pno);
    /* Of the few frames that have them. */
    if (f->rf)
        jw_kint(w, "rf", 1);
    if (f->address.s)
        put_view(w, "address", f->address);
    if (f->cipher != HJ212_CLEAR)
        jw_kstr(w, "cipher", hj212_cipher_name(f->cipher));
    put_faults(w, f->faults);
    put_items(w, f);
    put_fields(w, f);
    jw_end_object(w);
}

/* What was refused. Strictly the reason is the first fault, by its code; all of them stand beside it. */
static void put_refused(struct jw *w, const char *reason, size_t offset, const char *note, uint64_t faults)
{
    jw_object(w);
    jw_kbool(w, "ok", false);
    jw_kstr(w, "reason", reason);
    jw_kint(w, "offset", (int64_t)offset);
    if (faults)
        put_faults(w, faults);
    if (note)
        jw_kstr(w, "note", note);
    jw_end_object(w);
}

static void put_found(struct jw *w, enum hj212_found found, enum hj212_reason why, size_t at,
                      const struct hj212_frame *f)
{
    if (found == HJ212_FRAME) {
        put_frame(w, f);
    } else if (why == HJ212_STRICT) {
        const struct hj212_fault_text *first =
            hj212_fault_text((enum hj212_fault)hj212_fault_next(f->faults, -1));
        put_refused(w, first->code, at, first->en, f->faults);
    } else {
        put_refused(w, hj212_reason_name(why), at, NULL, 0);
    }
}

/* One line for everything found in the stream, in its order. True when all of it is frames. */
static bool read_all(const struct buf *in, const struct hj212_reading *how)
{
    static struct hj212_item items[HJ212_ITEMS_MAX];
    struct hj212_frame f;
    struct buf line = BUF_INIT;
    bool all_ok = true, after_cut = false;
    size_t used = 0;
    for (size_t at = 0; at < in->len; at += used) {
        enum hj212_reason why = HJ212_OK;
        const char *p = in->data + at;
        enum hj212_found found = hj212_read(how, p, in->len - at, items, &f, &used, &why);
        buf_clear(&line);
        struct jw w = JW(&line);
        if (found == HJ212_NEED_MORE) {
            /* The stream ends, so no more comes. A wrong length may hide frames that are whole: on behind its first byte. */
            size_t line_ends = strspn(p, "\r\n");
            if (line_ends == in->len - at)
                break;
            used = line_ends + 1;
            if (after_cut)
                continue;
            put_refused(&w, "cut", at + line_ends, "the stream ends within this frame", 0);
            all_ok = false;
            after_cut = true;
        } else if (after_cut && found == HJ212_REFUSED && why == HJ212_RUBBISH) {
            continue; /* what is left of the frame that was cut */
        } else {
            put_found(&w, found, why, at, &f);
            all_ok = all_ok && found == HJ212_FRAME;
            after_cut = false;
        }
        buf_addc(&line, '\n');
        if (line.len)
            fwrite(line.data, 1, line.len, stdout);
    }
    all_ok = all_ok && !line.failed;
    buf_release(&line);
    return all_ok;
}

struct order {
    const char *key;
    bool strict;
};

int cmd_hj212_read(int argc, char **argv)
{
    static const struct option_row rows[] = { OPT_FLAG(struct order, "strict", strict),
                                              OPT_TEXT(struct order, "key", key) };
    static char clear[HJ212_CLEAR_MAX];
    struct order o = { 0 };
    struct options_found found;
    if (options_read("hj212 read", rows, COUNT_OF(rows), argc, argv, 1, false, &o, &found))
        return hj212_misuse("read knows --strict and --key only");
    if (argc - found.first > 1)
        return hj212_misuse("read takes one file");
    struct hj212_reading how = { .sums = HJ212_SUM_ALL,
                                 .serial = true,
                                 .ended = true,
                                 .clear = clear,
                                 .strict = o.strict,
                                 .segment_max = o.strict ? HJ212_SEGMENT_MAX : 9999 };
    struct buf in = BUF_INIT;
    struct err e = { 0 };
    int r = o.key ? sm4_key_read(o.key, &how.key, &e) : 0;
    if (r == 0)
        r = file_read(found.first < argc ? argv[found.first] : "-", FILE_READ_MAX, &in, &e);
    bool ok = r == 0 && read_all(&in, &how);
    buf_release(&in);
    hj212_key_free(how.key);
    if (r < 0)
        return hj212_fail(&e);
    if (fflush(stdout) != 0) {
        fprintf(stderr, "bihuan hj212: writing: %s\n", strerror(errno));
        return 2;
    }
    return ok ? 0 : 1;
}
