/* cmd_hj212.c - `bihuan hj212 read` shows a byte stream frame by frame, `bihuan hj212 build` makes frames.
 *   read: one JSON object a line; what was refused is shown with its reason and place.
 *   build: from flags, or with no --cn from the JSON lines that read prints. */
#include "app/commands.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/json.h"
#include "base/scoped.h"
#include "codec/hj212.h"

static const char usage[] =
    "usage: bihuan hj212 read [--strict] [FILE]\n"
    "       bihuan hj212 build --cn CN [--edition 2005|2017|2025] [--qn QN] [--st ST] [--pw PW] [--mn MN]\n"
    "                          [--pnum N --pno N] [--answer] [DATA-AREA]\n"
    "       bihuan hj212 build [FILE]        FILE holds lines as read prints them\n"
    "FILE is standard input when it is '-' or not given. read: --strict also refuses what the standard does "
    "not allow.\n";

static const char *const edition_names[] = {
    [HJ212_2005] = "2005", [HJ212_2017] = "2017", [HJ212_2025] = "2025"
};

static int misuse(const char *why)
{
    fprintf(stderr, "bihuan hj212: %s\n%s", why, usage);
    return 2;
}

static int fail(const struct err *e)
{
    fprintf(stderr, "bihuan hj212: %s\n", e->text);
    return 2;
}

static bool same(struct hj212_view a, struct hj212_view b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.s, b.s, a.len) == 0);
}

/* --- read --- */

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

static void put_frame(struct jw *w, const struct hj212_frame *f)
{
    jw_object(w);
    jw_kbool(w, "ok", true);
    jw_kstr(w, "edition", edition_names[f->edition]);
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
    put_items(w, f);
    put_fields(w, f);
    jw_end_object(w);
}

static void put_refused(struct jw *w, const char *reason, size_t offset, const char *note)
{
    jw_object(w);
    jw_kbool(w, "ok", false);
    jw_kstr(w, "reason", reason);
    jw_kint(w, "offset", (int64_t)offset);
    if (note)
        jw_kstr(w, "note", note);
    jw_end_object(w);
}

static void strict_field(struct buf *b, const char *name, struct hj212_view v)
{
    if (!v.s)
        return;
    buf_addf(b, "%s=%.*s;", name, (int)v.len, v.s);
}

/* The head as the standard orders it (HJ 212-2017 table 3), from what was read. */
static void strict_head(const struct hj212_frame *f, struct buf *b)
{
    strict_field(b, "QN", f->qn);
    strict_field(b, "ST", f->st);
    strict_field(b, "CN", f->cn);
    strict_field(b, "PW", f->pw);
    strict_field(b, "MN", f->mn);
    if (f->flag >= 0)
        buf_addf(b, "Flag=%d;", f->flag);
    if (f->pnum > 0 || f->pno > 0)
        buf_addf(b, "PNUM=%d;PNO=%d;", f->pnum, f->pno);
}

/* Without blanks and empty items the names, values and marks between them make up the whole area. */
static bool area_is_tight(const struct hj212_frame *f)
{
    size_t n = f->n_items ? f->n_items - 1 : 0;
    for (size_t i = 0; i < f->n_items; i++) {
        const struct hj212_item *it = &f->item[i];
        bool inherited = it->suffix.len && it->suffix.s != it->code.s + it->code.len + 1;
        if (inherited)
            return false;
        n += it->code.len + (it->suffix.len ? it->suffix.len + 1 : 0) + 1 + it->value.len;
    }
    return n == f->cp.len;
}

/* What the standard does not allow in a frame that could be read; NULL when nothing. */
static const char *strict_fault(const struct hj212_frame *f, const char *begin, const char *end,
                                struct buf *scratch)
{
    const char *crc = f->segment.s + f->segment.len;
    for (int i = 0; i < 4; i++)
        if (crc[i] >= 'a')
            return "the CRC is in lower case";
    if (begin + 6 != f->segment.s || crc + 6 != end || memcmp(crc + 4, "\r\n", 2) != 0)
        return "no CR LF behind the CRC, or more than one";
    if (f->segment.len > HJ212_SEGMENT_MAX)
        return "the segment is longer than 1024 bytes";
    if (!f->st.len || !f->pw.len || f->flag < 0 || (f->edition != HJ212_2005 && !f->qn.len))
        return "a field of the head is absent";
    if (((f->flag & 2) != 0) != (f->pnum > 0 && f->pno > 0))
        return "Flag and PNUM, PNO disagree";
    buf_clear(scratch);
    strict_head(f, scratch);
    size_t head = scratch->len, rest = (size_t)(f->cp.s - f->segment.s) - 5; /* CP=&& */
    /* RF=1 stands before CP in the 2025 edition. */
    bool again = f->edition == HJ212_2025 && rest == head + 5 && memcmp(f->segment.s + head, "RF=1;", 5) == 0;
    if ((rest != head && !again) || memcmp(f->segment.s, scratch->data, head) != 0 ||
        f->cp.s + f->cp.len + 2 != crc)
        return "the head is not in the standard's order and form";
    return area_is_tight(f) ? NULL : "blanks, empty items or a Flag without its code in the data area";
}

/* One line for what hj212_next found at `at`; `found` is not HJ212_NEED_MORE. True when it is a frame without fault. */
static bool put_found(const struct buf *in, size_t at, size_t used, enum hj212_found found,
                      enum hj212_reason why, const struct hj212_frame *f, bool strict, struct buf *line)
{
    struct jw w = JW(line);
    struct buf scratch = BUF_INIT;
    const char *fault = found == HJ212_FRAME && strict
                            ? strict_fault(f, in->data + at, in->data + at + used, &scratch)
                            : NULL;
    buf_release(&scratch);
    if (found == HJ212_FRAME && !fault) {
        put_frame(&w, f);
        return true;
    }
    put_refused(&w, fault ? "strict" : hj212_reason_name(why), at, fault);
    return false;
}

static bool read_all(const struct buf *in, bool strict)
{
    struct hj212_item items[HJ212_ITEMS_MAX];
    struct hj212_frame f;
    struct buf line = BUF_INIT;
    bool all_ok = true, after_cut = false;
    size_t used = 0;
    for (size_t at = 0; at < in->len; at += used) {
        enum hj212_reason why = HJ212_OK;
        const char *p = in->data + at;
        enum hj212_found found =
            hj212_next(p, in->len - at, strict ? HJ212_SEGMENT_MAX : 9999, items, &f, &used, &why);
        buf_clear(&line);
        if (found == HJ212_NEED_MORE) {
            /* The stream ends, so no more comes. A wrong length may hide frames that are whole: on behind its first byte. */
            size_t line_ends = strspn(p, "\r\n");
            if (line_ends == in->len - at)
                break;
            used = line_ends + 1;
            if (after_cut)
                continue;
            struct jw w = JW(&line);
            put_refused(&w, "cut", at + line_ends, "the stream ends within this frame");
            all_ok = false;
            after_cut = true;
        } else if (after_cut && found == HJ212_REFUSED && why == HJ212_RUBBISH) {
            continue; /* what is left of the frame that was cut */
        } else {
            all_ok = put_found(in, at, used, found, why, &f, strict, &line) && all_ok;
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

static int cmd_read(int argc, char **argv)
{
    static const struct option options[] = { { "strict", no_argument, NULL, 's' }, { 0 } };
    bool strict = false;
    optind = 0;
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (c != 's')
            return misuse("read knows --strict only");
        strict = true;
    }
    if (argc - optind > 1)
        return misuse("read takes one file");
    struct buf in = BUF_INIT;
    struct err e = { 0 };
    int r = file_read(optind < argc ? argv[optind] : "-", FILE_READ_MAX, &in, &e);
    if (r < 0) {
        buf_release(&in);
        return fail(&e);
    }
    bool ok = read_all(&in, strict);
    buf_release(&in);
    if (fflush(stdout) != 0) {
        fprintf(stderr, "bihuan hj212: writing: %s\n", strerror(errno));
        return 2;
    }
    return ok ? 0 : 1;
}

/* --- build --- */

static int edition_from(const char *name)
{
    for (size_t i = 0; name && i < COUNT_OF(edition_names); i++)
        if (strcmp(name, edition_names[i]) == 0)
            return (int)i;
    return -1;
}

/* A number of 1 to 4 digits; -1 otherwise. */
static int small(const char *s)
{
    size_t n = s ? strlen(s) : 0;
    return n >= 1 && n <= 4 && strspn(s, "0123456789") == n ? (int)strtol(s, NULL, 10) : -1;
}

/* What would break out of its place: a field of the head or a name or value of the data area. */
static bool clean(const char *s)
{
    return !s || !strpbrk(s, ";&=,\r\n");
}

static int build_one(struct buf *out, const struct hj212_head *h, const char *cp, size_t len, struct err *e)
{
    if (!clean(h->qn) || !clean(h->st) || !clean(h->pw) || !clean(h->mn))
        return err_set(e, -EINVAL, "a field of the head holds one of ; & = , or a line end");
    int r = hj212_build(out, h, cp, len);
    return r < 0 ? err_set(e, r, "the frame cannot be made: %s",
                           r == -EMSGSIZE ? "above 9999 bytes" : strerror(-r))
                 : 0;
}

static void separate(struct buf *cp, char mark)
{
    if (cp->len)
        buf_addc(cp, mark);
}

/* The data area of one line that read printed: its fields, then its items. */
static int area_from_json(const json_t *line, struct buf *cp, struct err *e)
{
    json_t *fields = json_object_get(line, "fields"), *items = json_object_get(line, "items"), *item, *v;
    const char *key;
    size_t i;
    json_object_foreach(fields, key, v)
    {
        if (!json_is_string(v) || !clean(key) || strpbrk(json_string_value(v), "&\r\n"))
            return err_set(e, -EINVAL, "fields: '%s' is no text that fits a data area", key);
        separate(cp, ';');
        buf_addf(cp, "%s=%s", key, json_string_value(v));
    }
    json_array_foreach(items, i, item)
    {
        const char *name = json_str(item, "name", "");
        bool first = true;
        if (!*name || !clean(name))
            return err_set(e, -EINVAL, "items[%zu]: no name that fits a data area", i);
        json_object_foreach(item, key, v)
        {
            if (strcmp(key, "name") == 0)
                continue;
            if (!json_is_string(v) || !*key || !clean(key) || strpbrk(json_string_value(v), "&\r\n"))
                return err_set(e, -EINVAL, "items[%zu]: '%s' is no text that fits a data area", i, key);
            separate(cp, first ? ';' : ',');
            buf_addf(cp, "%s-%s=%s", name, key, json_string_value(v));
            first = false;
        }
    }
    return cp->failed ? err_set(e, -ENOMEM, "out of memory") : 0;
}

static int frame_from_json(const json_t *line, struct buf *out, struct err *e)
{
    if (!json_is_object(line) || !json_flag(line, "ok", true))
        return err_set(e, -EINVAL, "not a frame as read prints it");
    int edition = edition_from(json_str(line, "edition", "2017")), cn = small(json_str(line, "cn", ""));
    int64_t pnum = json_int(line, "pnum", 0), pno = json_int(line, "pno", 0);
    if (edition < 0 || cn < 0 || pnum < 0 || pnum > 9999 || pno < 0 || pno > 9999)
        return err_set(e, -EINVAL, "edition, cn, pnum or pno is not one");
    struct hj212_head h = {
        .qn = json_str(line, "qn", NULL),
        .st = json_str(line, "st", NULL),
        .pw = json_str(line, "pw", NULL),
        .mn = json_str(line, "mn", NULL),
        .cn = cn,
        .edition = (enum hj212_edition)edition,
        .answer_wanted = (json_int(line, "flag", 0) & 1) != 0,
        .pnum = (int)pnum,
        .pno = (int)pno,
    };
    struct buf cp = BUF_INIT;
    int r = area_from_json(line, &cp, e);
    if (r == 0)
        r = build_one(out, &h, cp.data ? cp.data : "", cp.len, e);
    buf_release(&cp);
    return r;
}

static int build_from_lines(const char *path, struct buf *out, struct err *e)
{
    struct buf in = BUF_INIT;
    int r = file_read(path, FILE_READ_MAX, &in, e);
    const char *p = in.data, *end = p ? p + in.len : p;
    for (size_t line = 1; r == 0 && p < end; line++) {
        const char *stop = memchr(p, '\n', (size_t)(end - p));
        size_t len = (size_t)((stop ? stop : end) - p);
        if (len > 0) {
            json_t *tree = NULL;
            r = json_read(p, len, &tree, e);
            if (r == 0)
                r = frame_from_json(tree, out, e);
            json_decref(tree);
            if (r < 0)
                r = err_under(e, "%s:%zu", path, line);
        }
        p = stop ? stop + 1 : end;
    }
    buf_release(&in);
    return r;
}

static int cmd_build(int argc, char **argv)
{
    enum { CN = 1, EDITION, QN, ST, PW, MN, PNUM, PNO, ANSWER };
    static const struct option options[] = {
        { "cn", required_argument, NULL, CN },     { "edition", required_argument, NULL, EDITION },
        { "qn", required_argument, NULL, QN },     { "st", required_argument, NULL, ST },
        { "pw", required_argument, NULL, PW },     { "mn", required_argument, NULL, MN },
        { "pnum", required_argument, NULL, PNUM }, { "pno", required_argument, NULL, PNO },
        { "answer", no_argument, NULL, ANSWER },   { 0 },
    };
    struct hj212_head h = { .cn = -1, .edition = HJ212_2017 };
    bool flags = false;
    optind = 0;
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1; flags = true) {
        int edition = c == EDITION ? edition_from(optarg) : 0;
        int number = c == CN || c == PNUM || c == PNO ? small(optarg) : 0;
        if (c == '?' || edition < 0 || number < 0)
            return misuse(c == '?' ? "build: unknown flag"
                                   : "build: --edition, --cn, --pnum and --pno take a number");
        switch (c) {
        case CN:
            h.cn = number;
            break;
        case EDITION:
            h.edition = (enum hj212_edition)edition;
            break;
        case QN:
            h.qn = optarg;
            break;
        case ST:
            h.st = optarg;
            break;
        case PW:
            h.pw = optarg;
            break;
        case MN:
            h.mn = optarg;
            break;
        case PNUM:
            h.pnum = number;
            break;
        case PNO:
            h.pno = number;
            break;
        default:
            h.answer_wanted = true;
            break;
        }
    }
    if (flags && h.cn < 0)
        return misuse("build needs --cn");
    if (argc - optind > 1)
        return misuse("build takes one data area or file");
    const char *last = optind < argc ? argv[optind] : NULL;
    struct buf out = BUF_INIT;
    struct err e = { 0 };
    int r = flags ? build_one(&out, &h, last ? last : "", last ? strlen(last) : 0, &e)
                  : build_from_lines(last ? last : "-", &out, &e);
    if (r == 0 && out.len > 0 && (fwrite(out.data, 1, out.len, stdout) != out.len || fflush(stdout) != 0))
        r = err_set(&e, -errno, "writing: %s", strerror(errno));
    buf_release(&out);
    return r < 0 ? fail(&e) : 0;
}

int cmd_hj212(int argc, char **argv)
{
    if (argc >= 2 && strcmp(argv[1], "read") == 0)
        return cmd_read(argc - 1, argv + 1);
    if (argc >= 2 && strcmp(argv[1], "build") == 0)
        return cmd_build(argc - 1, argv + 1);
    return misuse("read or build?");
}
