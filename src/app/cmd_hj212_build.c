/* `bihuan hj212 build`: frames from options, or without one of the frame's from the JSON lines that read prints. */
#include "app/cmd_hj212.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/options.h"
#include "app/sm4_key.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/json.h"
#include "base/scoped.h"
#include "codec/hj212.h"

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

/* ---- options ---- */

struct order {
    const char *qn, *st, *pw, *mn, *address, *key;
    int64_t cn, pnum, pno, flag; /* cn, flag: -1 not given */
    bool answer, rf, printed;
    enum hj212_edition edition;
    enum hj212_sum sum;
};

static int read_edition(void *into, const char *s, struct err *e)
{
    int edition = edition_from(s);
    if (edition < 0)
        return err_set(e, -EINVAL, "'%s' is not 2005, 2017 or 2025", s);
    ((struct order *)into)->edition = (enum hj212_edition)edition;
    return 0;
}

static int read_sum(void *into, const char *s, struct err *e)
{
    int sum = sum_from(s);
    if (sum < 0)
        return err_set(e, -EINVAL, "'%s' is not hj212, modbus or modbus-swapped", s);
    ((struct order *)into)->sum = (enum hj212_sum)sum;
    return 0;
}

#define ORDER struct order
static const struct option_row rows[] = {
    OPT_TEXT(ORDER, "key", key), /* the first: the only one that says nothing of the frame */
    OPT_NUMBER(ORDER, "cn", cn, 0, 9999),
    OPT_READ("edition", read_edition),
    OPT_TEXT(ORDER, "qn", qn),
    OPT_TEXT(ORDER, "st", st),
    OPT_TEXT(ORDER, "pw", pw),
    OPT_TEXT(ORDER, "mn", mn),
    OPT_NUMBER(ORDER, "pnum", pnum, 0, 9999),
    OPT_NUMBER(ORDER, "pno", pno, 0, 9999),
    OPT_FLAG(ORDER, "answer", answer),
    OPT_NUMBER(ORDER, "flag", flag, 0, 255),
    OPT_FLAG(ORDER, "rf", rf),
    OPT_READ("crc", read_sum),
    OPT_TEXT(ORDER, "address", address),
    OPT_FLAG(ORDER, "printed", printed),
};
#undef ORDER
enum { ONLY_KEY = 1 };

static struct hj212_head head_of(const struct order *o, struct hj212_key *key)
{
    return (struct hj212_head){ .qn = o->qn,
                                .st = o->st,
                                .pw = o->pw,
                                .mn = o->mn,
                                .address = o->address,
                                .cn = (int)o->cn,
                                .pnum = (int)o->pnum,
                                .pno = (int)o->pno,
                                .flag_set = o->flag >= 0,
                                .flag = o->flag >= 0 ? (int)o->flag : 0,
                                .answer_wanted = o->answer,
                                .rf = o->rf,
                                .printed = o->printed,
                                .edition = o->edition,
                                .sum = o->sum,
                                .key = key };
}

int cmd_hj212_build(int argc, char **argv)
{
    struct order o = { .cn = -1, .flag = -1, .edition = HJ212_2017, .sum = HJ212_SUM_HJ212 };
    struct options_found found;
    if (options_read("hj212 build", rows, COUNT_OF(rows), argc, argv, 1, false, &o, &found))
        return hj212_misuse("build: an option is not as it should be");
    bool lines = !(found.given & ~(uint64_t)ONLY_KEY);
    if (!lines && o.cn < 0)
        return hj212_misuse("build needs --cn");
    if (o.printed && !o.key)
        return hj212_misuse("build: --printed needs --key");
    if (argc - found.first > 1)
        return hj212_misuse("build takes one data area or file");
    const char *last = found.first < argc ? argv[found.first] : lines ? "-" : "";
    struct buf out = BUF_INIT;
    struct hj212_key *key = NULL;
    struct err e = { 0 };
    int r = o.key ? sm4_key_read(o.key, &key, &e) : 0;
    const struct hj212_head head = head_of(&o, key);
    if (r == 0)
        r = lines ? build_from_lines(last, key, &out, &e) : build_one(&out, &head, last, strlen(last), &e);
    if (r == 0 && out.len > 0 && (fwrite(out.data, 1, out.len, stdout) != out.len || fflush(stdout) != 0))
        r = err_set(&e, -errno, "writing: %s", strerror(errno));
    buf_release(&out);
    hj212_key_free(key);
    return r < 0 ? hj212_fail(&e) : 0;
}
