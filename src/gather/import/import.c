#include "gather/import/import.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/scoped.h"
#include "gather/import/import_own.h"

struct reading {
    const struct import_options *o;
    const struct import_calls *c;
    struct import_report *report;
    struct import_heading heading;
    struct csv csv;
    struct buf body;
    struct arena arena; /* bodies */
    struct record *r;
    size_t n, cap;
};

static bool means_missing(const char *s, size_t len)
{
    static const char *const words[] = { "", "-", "--", "*", "NA", "NaN", "null", "—" };
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (strlen(words[i]) == len && strncasecmp(words[i], s, len) == 0)
            return true;
    return false;
}

static struct csv_field trimmed(struct csv_field f)
{
    for (; f.len && (*f.s == ' ' || *f.s == '\t'); f.s++)
        f.len--;
    while (f.len && (f.s[f.len - 1] == ' ' || f.s[f.len - 1] == '\t'))
        f.len--;
    return f;
}

static int read_site(const struct reading *x, int32_t *ret, struct err *e)
{
    char word[128];
    const char *code = x->o->site ? x->o->site : json_str(x->o->map, "site", "");
    if (x->heading.site >= 0) {
        const struct csv_field *f = &x->csv.field[x->heading.site];
        if (f->len >= sizeof word)
            return err_set(e, -EINVAL, "a site code of %zu bytes", f->len);
        memcpy(word, f->s, f->len);
        word[f->len] = '\0';
        code = json_str(json_object_get(x->o->map, "sites"), word, word);
    }
    const struct site *s = place_site_by_code(x->o->place, code);
    if (!s)
        return err_set(e, -EINVAL, "there is no site '%s'", code);
    *ret = s->id;
    return 0;
}

/* The instrument's mark beside a value (HJ 212-2017 table 8): one letter, nothing is N. */
static int read_flag(const struct reading *x, const struct import_column *c, char *ret, struct err *e)
{
    *ret = 'N';
    if (c->flag < 0 || x->csv.field[c->flag].len == 0)
        return 0;
    const struct csv_field *f = &x->csv.field[c->flag];
    bool letter = (*f->s >= 'A' && *f->s <= 'Z') || (*f->s >= 'a' && *f->s <= 'z');
    if (f->len != 1 || !letter)
        return err_set(e, -EINVAL, "%s: '%.*s' is no flag", x->heading.col[c->flag].name,
                       (int)(f->len < 40 ? f->len : 40), f->s);
    *ret = *f->s;
    return 0;
}

static int put_value(struct reading *x, const struct import_column *c, const struct csv_field *f,
                     struct err *e)
{
    char scaled[DECIMAL_TEXT], flag;
    micro m;
    int r = read_flag(x, c, &flag, e);
    if (r < 0)
        return r;
    if (means_missing(f->s, f->len)) {
        x->report->missing++;
        /* Why there is no value is worth keeping: a flag alone makes no value. */
        if (flag != 'N')
            buf_addf(&x->body, "%s%s-Flag=%c", x->body.len ? ";" : "", c->code, flag);
        return 0;
    }
    const char *digits = f->s;
    size_t len = f->len;
    if (!micro_parse(digits, len, &m, NULL))
        return err_set(e, -EINVAL, "%s: '%.*s' is not a number", c->name, (int)(len < 40 ? len : 40), digits);
    if (c->scaled) {
        if (!decimal_scale(digits, len, c->by, scaled))
            return err_set(e, -EINVAL, "%s: '%.*s' has too many digits to scale", c->name,
                           (int)(len < 40 ? len : 40), digits);
        digits = scaled;
        len = strlen(scaled);
    }
    record_put(&x->body, c->code, c->stat, digits, len, flag);
    x->report->values++;
    return 0;
}

static int keep_record(struct reading *x, int32_t site, int64_t time, struct err *e)
{
    if (x->n == x->cap) {
        size_t cap = x->cap ? x->cap * 2 : 1024;
        struct record *more = realloc(x->r, cap * sizeof *more);
        if (!more)
            return err_set(e, -ENOMEM, "out of memory");
        x->r = more;
        x->cap = cap;
    }
    char *body = x->body.failed ? NULL : arena_strndup(&x->arena, x->body.data, x->body.len);
    if (!body)
        return err_set(e, -ENOMEM, "out of memory");
    x->r[x->n++] = (struct record){ .time = time,
                                    .site = site,
                                    .period = (uint8_t)x->o->period,
                                    .source = SOURCE_FILE,
                                    .tag = record_hash(body, x->body.len),
                                    .arrival = x->o->now,
                                    .body = body,
                                    .body_len = x->body.len };
    return 0;
}

/* -EINVAL: the row is bad; any other failure ends the reading. */
static int read_row(struct reading *x, struct err *e)
{
    int32_t site = 0;
    int64_t time = 0;
    if (x->csv.n != x->heading.n)
        return err_set(e, -EINVAL, "has %zu fields, the heading has %zu", x->csv.n, x->heading.n);
    for (size_t i = 0; i < x->csv.n; i++)
        x->csv.field[i] = trimmed(x->csv.field[i]);
    int r = import_time_read(&x->csv, &x->heading, x->o, &time, e);
    if (r < 0 || (r = read_site(x, &site, e)) < 0)
        return r;
    buf_clear(&x->body);
    for (size_t i = 0; i < x->heading.n; i++)
        if (x->heading.col[i].kind == COLUMN_VALUE &&
            (r = put_value(x, &x->heading.col[i], &x->csv.field[i], e)) < 0)
            return r;
    if (x->body.len == 0 && !x->body.failed) {
        x->report->empty++;
        return 0;
    }
    return keep_record(x, site, time, e);
}

static int read_rows(struct reading *x, struct err *e)
{
    struct err why;
    int got;
    while ((got = csv_next(&x->csv, &why)) != 0) {
        size_t values = x->report->values, missing = x->report->missing;
        x->report->rows++;
        int r = got < 0 ? -EINVAL : read_row(x, &why);
        if (r < 0 && r != -EINVAL) {
            if (e)
                *e = why;
            return r;
        }
        if (r == 0)
            continue;
        x->report->values = values;
        x->report->missing = missing;
        x->report->bad++;
        /* The CSV reader's sentence begins with the line, which the caller has already. */
        const char *colon = got < 0 ? strstr(why.text, ": ") : NULL;
        x->c->bad(x->csv.line, colon ? colon + 2 : why.text, x->c->arg);
    }
    return 0;
}

static int by_time(const void *pa, const void *pb)
{
    const struct record *a = pa, *b = pb;
    return a->time != b->time ? (a->time > b->time) - (a->time < b->time)
                              : (a->site > b->site) - (a->site < b->site);
}

static int hand_over(struct reading *x, struct err *e)
{
    if (x->report->bad && !x->o->skip_bad)
        return err_named(e, -EINVAL, "import.bad_rows", "%zu of %zu rows cannot be used; nothing was stored",
                         x->report->bad, x->report->rows);
    x->report->records = x->n;
    if (x->n == 0)
        return 0;
    qsort(x->r, x->n, sizeof *x->r, by_time);
    x->report->from = x->r[0].time;
    x->report->to = x->r[x->n - 1].time;
    return x->c->append(x->r, x->n, &x->report->fresh, x->c->arg, e);
}

static int read_all(struct reading *x, struct err *e)
{
    int r = csv_next(&x->csv, e);
    if (r == 0)
        return err_set(e, -EINVAL, "the file is empty");
    if (r < 0 || (r = import_heading_read(&x->csv, x->o, &x->heading, x->report, e)) < 0 ||
        (r = read_rows(x, e)) < 0)
        return r;
    return hand_over(x, e);
}

int import_csv(char *text, size_t len, const struct import_options *o, const struct import_calls *c,
               struct import_report *ret, struct err *e)
{
    *ret = (struct import_report){ 0 };
    struct reading *x = calloc(1, sizeof *x);
    if (!x)
        return err_set(e, -ENOMEM, "out of memory");
    x->o = o;
    x->c = c;
    x->report = ret;
    csv_init(&x->csv, text, len);
    int r = read_all(x, e);
    buf_release(&x->body);
    arena_release(&x->arena);
    free(x->r);
    free(x);
    return r;
}
