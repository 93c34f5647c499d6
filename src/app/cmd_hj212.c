/* cmd_hj212.c - `bihuan hj212 read` shows a byte stream frame by frame, `bihuan hj212 build` makes frames.
 *   read: one JSON object a line; what was refused is shown with its reason and place.
 *   build: from flags, or with no --cn from the JSON lines that read prints. */
#include "app/commands.h"
#include "app/sm4_key.h"

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
    "usage: bihuan hj212 read [--strict] [--key HEX|FILE] [FILE]\n"
    "       bihuan hj212 build --cn CN [--edition 2005|2017|2025] [--qn QN] [--st ST] [--pw PW] [--mn MN]\n"
    "                          [--pnum N --pno N] [--answer | --flag N] [--rf] [--crc "
    "hj212|modbus|modbus-swapped]\n"
    "                          [--address NNNN] [--key HEX|FILE [--printed]] [DATA-AREA]\n"
    "       bihuan hj212 build [--key HEX|FILE] [FILE]        FILE holds lines as read prints them\n"
    "FILE is standard input when it is '-' or not given. read: --strict also refuses what the standard does "
    "not allow.\n"
    "--key: the SM4 key of HJ 212-2025, as 32 hexadecimal digits or a file that holds those or 16 bytes.\n";

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

static int cmd_read(int argc, char **argv)
{
    static const struct option options[] = { { "strict", no_argument, NULL, 's' },
                                             { "key", required_argument, NULL, 'k' },
                                             { 0 } };
    static char clear[HJ212_CLEAR_MAX];
    const char *key = NULL;
    struct hj212_reading how = { .sums = HJ212_SUM_ALL, .serial = true, .ended = true, .clear = clear };
    optind = 0;
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (c == 's')
            how.strict = true;
        else if (c == 'k')
            key = optarg;
        else
            return misuse("read knows --strict and --key only");
    }
    if (argc - optind > 1)
        return misuse("read takes one file");
    how.segment_max = how.strict ? HJ212_SEGMENT_MAX : 9999;
    struct buf in = BUF_INIT;
    struct err e = { 0 };
    int r = key ? sm4_key_read(key, &how.key, &e) : 0;
    if (r == 0)
        r = file_read(optind < argc ? argv[optind] : "-", FILE_READ_MAX, &in, &e);
    bool ok = r == 0 && read_all(&in, &how);
    buf_release(&in);
    hj212_key_free(how.key);
    if (r < 0)
        return fail(&e);
    if (fflush(stdout) != 0) {
        fprintf(stderr, "bihuan hj212: writing: %s\n", strerror(errno));
        return 2;
    }
    return ok ? 0 : 1;
}

/* --- build --- */

static int edition_from(const char *name)
{
    for (int i = HJ212_2005; name && i <= HJ212_2025; i++)
        if (strcmp(name, hj212_edition_name((enum hj212_edition)i)) == 0)
            return i;
    return -1;
}

static int sum_from(const char *name)
{
    for (int i = 0; name && i < HJ212_SUMS; i++)
        if (strcmp(name, hj212_sum_name((enum hj212_sum)i)) == 0)
            return i;
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
    if (r == -EINVAL)
        return err_set(e, r,
                       "a number of the head is out of its range (PNUM and PNO: 9 in 2025, 9999 before; "
                       "address: 4 digits)");
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

/* What Flag says; no such member: it is made from the rest; null: the frame has none. */
static bool flag_from_json(const json_t *line, struct hj212_head *h)
{
    const json_t *flag = json_object_get(line, "flag");
    int64_t value = json_is_null(flag) ? -1 : json_int(line, "flag", 0);
    h->flag_set = flag != NULL;
    h->flag = (int)value;
    return !flag || json_is_null(flag) || (json_is_integer(flag) && value >= 0 && value <= 255);
}

static int head_from_json(const json_t *line, struct hj212_key *key, struct hj212_head *h, struct err *e)
{
    int edition = edition_from(json_str(line, "edition", "2017")), cn = small(json_str(line, "cn", "")),
        sum = sum_from(json_str(line, "crc", "hj212"));
    int64_t pnum = json_int(line, "pnum", 0), pno = json_int(line, "pno", 0);
    const char *cipher = json_str(line, "cipher", "clear");
    if (edition < 0 || cn < 0 || sum < 0 || pnum < 0 || pnum > 9999 || pno < 0 || pno > 9999 ||
        !flag_from_json(line, h))
        return err_set(e, -EINVAL, "edition, crc, cn, flag, pnum or pno is not one");
    bool raw = strcmp(cipher, "raw") == 0, printed = strcmp(cipher, "printed") == 0;
    if (!raw && !printed && strcmp(cipher, "clear") != 0)
        return err_set(e, -EINVAL, "cipher is neither clear nor raw nor printed");
    if ((raw || printed) && !key)
        return err_set(e, -EINVAL, "the frame was enciphered, so --key is needed");
    h->qn = json_str(line, "qn", NULL);
    h->st = json_str(line, "st", NULL);
    h->pw = json_str(line, "pw", NULL);
    h->mn = json_str(line, "mn", NULL);
    h->address = json_str(line, "address", NULL);
    h->cn = cn;
    h->edition = (enum hj212_edition)edition;
    h->pnum = (int)pnum;
    h->pno = (int)pno;
    h->rf = json_int(line, "rf", 0) == 1;
    h->sum = (enum hj212_sum)sum;
    h->key = raw || printed ? key : NULL;
    h->printed = printed;
    return 0;
}

static int frame_from_json(const json_t *line, struct hj212_key *key, struct buf *out, struct err *e)
{
    if (!json_is_object(line) || !json_flag(line, "ok", true))
        return err_set(e, -EINVAL, "not a frame as read prints it");
    struct hj212_head h = { 0 };
    struct buf cp = BUF_INIT;
    int r = head_from_json(line, key, &h, e);
    if (r == 0)
        r = area_from_json(line, &cp, e);
    if (r == 0)
        r = build_one(out, &h, cp.data ? cp.data : "", cp.len, e);
    buf_release(&cp);
    return r;
}

static int build_from_lines(const char *path, struct hj212_key *key, struct buf *out, struct err *e)
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
                r = frame_from_json(tree, key, out, e);
            json_decref(tree);
            if (r < 0)
                r = err_under(e, "%s:%zu", path, line);
        }
        p = stop ? stop + 1 : end;
    }
    buf_release(&in);
    return r;
}

/* What build is told by its flags. */
struct order {
    struct hj212_head head;
    const char *key;
    bool flags; /* a flag of the frame was given, so it is made from flags and not from lines */
};

enum { CN = 1, EDITION, QN, ST, PW, MN, PNUM, PNO, ANSWER, FLAG, RF, CRC, ADDRESS, KEY, PRINTED };

static const char *take_number(int c, const char *text, struct hj212_head *h)
{
    int v = small(text);
    if (v < 0 || (c == FLAG && v > 255))
        return "build: --cn, --pnum, --pno and --flag take a number";
    int *to = c == CN ? &h->cn : c == PNUM ? &h->pnum : c == PNO ? &h->pno : &h->flag;
    *to = v;
    h->flag_set = h->flag_set || c == FLAG;
    return NULL;
}

/* One flag; what is wrong with it, or NULL. */
static const char *take_flag(struct order *o, int c, const char *text)
{
    struct hj212_head *h = &o->head;
    int edition = HJ212_2017, sum = HJ212_SUM_HJ212;
    o->flags = o->flags || c != KEY;
    switch (c) {
    case CN:
    case PNUM:
    case PNO:
    case FLAG:
        return take_number(c, text, h);
    case EDITION:
        edition = edition_from(text);
        h->edition = (enum hj212_edition)edition;
        return edition < 0 ? "build: --edition takes 2005, 2017 or 2025" : NULL;
    case CRC:
        sum = sum_from(text);
        h->sum = (enum hj212_sum)sum;
        return sum < 0 ? "build: --crc takes hj212, modbus or modbus-swapped" : NULL;
    case QN:
        h->qn = text;
        return NULL;
    case ST:
        h->st = text;
        return NULL;
    case PW:
        h->pw = text;
        return NULL;
    case MN:
        h->mn = text;
        return NULL;
    case ADDRESS:
        h->address = text;
        return NULL;
    case KEY:
        o->key = text;
        return NULL;
    case ANSWER:
        h->answer_wanted = true;
        return NULL;
    case RF:
        h->rf = true;
        return NULL;
    case PRINTED:
        h->printed = true;
        return NULL;
    default:
        return "build: unknown flag";
    }
}

static int cmd_build(int argc, char **argv)
{
    static const struct option options[] = {
        { "cn", required_argument, NULL, CN },           { "edition", required_argument, NULL, EDITION },
        { "qn", required_argument, NULL, QN },           { "st", required_argument, NULL, ST },
        { "pw", required_argument, NULL, PW },           { "mn", required_argument, NULL, MN },
        { "pnum", required_argument, NULL, PNUM },       { "pno", required_argument, NULL, PNO },
        { "flag", required_argument, NULL, FLAG },       { "crc", required_argument, NULL, CRC },
        { "address", required_argument, NULL, ADDRESS }, { "key", required_argument, NULL, KEY },
        { "answer", no_argument, NULL, ANSWER },         { "rf", no_argument, NULL, RF },
        { "printed", no_argument, NULL, PRINTED },       { 0 },
    };
    struct order o = { .head = { .cn = -1, .edition = HJ212_2017 } };
    optind = 0;
    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        const char *wrong = take_flag(&o, c, optarg);
        if (wrong)
            return misuse(wrong);
    }
    if (o.flags && o.head.cn < 0)
        return misuse("build needs --cn");
    if (o.head.printed && !o.key)
        return misuse("build: --printed needs --key");
    if (argc - optind > 1)
        return misuse("build takes one data area or file");
    const char *last = optind < argc ? argv[optind] : NULL;
    struct buf out = BUF_INIT;
    struct hj212_key *key = NULL;
    struct err e = { 0 };
    int r = o.key ? sm4_key_read(o.key, &key, &e) : 0;
    o.head.key = key;
    if (r == 0)
        r = o.flags ? build_one(&out, &o.head, last ? last : "", last ? strlen(last) : 0, &e)
                    : build_from_lines(last ? last : "-", key, &out, &e);
    if (r == 0 && out.len > 0 && (fwrite(out.data, 1, out.len, stdout) != out.len || fflush(stdout) != 0))
        r = err_set(&e, -errno, "writing: %s", strerror(errno));
    buf_release(&out);
    hj212_key_free(key);
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
