#include "evaluate/receipt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/json.h"
#include "base/scoped.h"

/* DAYS_MAX days are kept apart; in a file with more, the later ones share the last. It bounds the memory, not the check: the hash of the
 * whole file covers every byte. */
enum { DAYS_MAX = 20000, SETS_USED = 16, BLOCK_ROWS = 1000 };

struct part {
    int64_t day; /* or, for rows without one, the negative number of the block */
    int64_t rows;
    struct sm3 sum;
};

struct filing {
    struct sm3 input, output;
    int64_t bytes_in, bytes_out, rows;
    struct part *part; /* in the order of days */
    size_t n, cap, last;
    const struct shelf_set *used[SETS_USED];
    size_t n_used;
    bool failed;
};

int filing_new(struct filing **ret, struct err *e)
{
    struct filing *f = calloc(1, sizeof *f);
    if (!f)
        return err_set(e, -ENOMEM, "out of memory");
    int r = sm3_begin(&f->input, e);
    if (r == 0)
        r = sm3_begin(&f->output, e);
    if (r < 0) {
        filing_free(f);
        return r;
    }
    *ret = f;
    return 0;
}

void filing_free(struct filing *f)
{
    if (!f)
        return;
    for (size_t i = 0; i < f->n; i++)
        sm3_drop(&f->part[i].sum);
    sm3_drop(&f->input);
    sm3_drop(&f->output);
    free(f->part);
    free(f);
}

void filing_input(struct filing *f, const char *bytes, size_t len)
{
    if (!f)
        return;
    sm3_add(&f->input, bytes, len);
    f->bytes_in += (int64_t)len;
}

void filing_output(struct filing *f, const char *bytes, size_t len)
{
    if (!f)
        return;
    sm3_add(&f->output, bytes, len);
    f->bytes_out += (int64_t)len;
}

/* The part of a day, made when there is none. Rows come by day or by place, so the last one is tried first. */
static struct part *part_of(struct filing *f, int64_t day)
{
    if (f->last < f->n && f->part[f->last].day == day)
        return &f->part[f->last];
    size_t low = 0, high = f->n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (f->part[mid].day < day)
            low = mid + 1;
        else
            high = mid;
    }
    f->last = low;
    if (low < f->n && f->part[low].day == day)
        return &f->part[low];
    if (f->n == DAYS_MAX)
        return &f->part[f->last = f->n - 1];
    if (f->n == f->cap) {
        size_t cap = f->cap ? f->cap * 2 : 64;
        struct part *grown = realloc(f->part, cap * sizeof *grown);
        if (!grown)
            return NULL;
        f->part = grown;
        f->cap = cap;
    }
    memmove(&f->part[low + 1], &f->part[low], (f->n - low) * sizeof *f->part);
    f->n++;
    f->part[low] = (struct part){ .day = day };
    return sm3_begin(&f->part[low].sum, NULL) < 0 ? NULL : &f->part[low];
}

void filing_row(struct filing *f, int64_t day, const char *raw, size_t len)
{
    if (!f)
        return;
    /* Blocks sort before every day anybody measured on. */
    struct part *p = part_of(f, day == NO_DAY ? INT64_MIN / 2 + f->rows / BLOCK_ROWS : day);
    f->rows++;
    if (!p) {
        f->failed = true;
        return;
    }
    p->rows++;
    sm3_add(&p->sum, raw, len);
    sm3_add(&p->sum, "\n", 1);
}

void filing_used(struct filing *f, const struct shelf_set *set)
{
    if (!f || !set)
        return;
    for (size_t i = 0; i < f->n_used; i++)
        if (f->used[i] == set)
            return;
    if (f->n_used < SETS_USED)
        f->used[f->n_used++] = set;
}

/* ---- the JSON ---- */
static void write_evaluation(struct jw *w, const struct evaluate_job *job)
{
    jw_key(w, "evaluation");
    jw_object(w);
    jw_kstr(w, "kind", job->kind);
    jw_kstr(w, "rules", job->rules);
    jw_key(w, "options");
    jw_object(w);
    for (size_t i = 0; i < job->n_options; i++)
        jw_kstr(w, job->option[i].name, job->option[i].value);
    jw_end_object(w);
    jw_key(w, "map");
    if (job->map)
        jw_strn(w, job->map, job->map_len);
    else
        jw_null(w);
    jw_end_object(w);
}

static void write_rules(struct jw *w, const struct filing *f)
{
    jw_key(w, "rules");
    jw_array(w);
    for (size_t i = 0; i < f->n_used; i++) {
        jw_object(w);
        jw_kstr(w, "id", f->used[i]->id);
        jw_kstr(w, "kind", f->used[i]->kind);
        jw_kstr(w, "file", f->used[i]->file);
        jw_kstr(w, "sm3", f->used[i]->sm3);
        jw_kstr(w, "certainty", f->used[i]->certainty);
        jw_end_object(w);
    }
    jw_end_array(w);
}

static int write_parts(struct jw *w, struct filing *f, struct err *e)
{
    char hash[SM3_HEX], text[CN_TEXT];
    jw_key(w, "parts");
    jw_array(w);
    for (size_t i = 0; i < f->n; i++) {
        struct part *p = &f->part[i];
        int64_t block = p->day - INT64_MIN / 2;
        if (sm3_end(&p->sum, hash, e) < 0)
            return -EIO;
        jw_object(w);
        if (block >= 0 && block < INT64_C(1) << 40)
            jw_kint(w, "block", block + 1);
        else
            jw_kstr(w, "day", cn_format_date(cn_day_start(p->day), text));
        jw_kint(w, "rows", p->rows);
        jw_kstr(w, "sm3", hash);
        jw_end_object(w);
    }
    jw_end_array(w);
    return 0;
}

static void write_missing(struct jw *w, const struct evaluate_missing *m)
{
    jw_key(w, "missing");
    jw_object(w);
    jw_kint(w, "not_sent", m->not_sent);
    jw_kint(w, "lost", m->lost);
    jw_kint(w, "invalid", m->invalid);
    jw_kint(w, "excepted", m->excepted);
    jw_end_object(w);
}

int filing_write(struct filing *f, const struct evaluate_job *job, struct evaluate_sum *sum, struct err *e)
{
    struct jw w = JW(&sum->receipt);
    char in[SM3_HEX], out[SM3_HEX];
    if (f->failed)
        return err_set(e, -ENOMEM, "out of memory");
    if (sm3_end(&f->input, in, e) < 0 || sm3_end(&f->output, out, e) < 0)
        return -EIO;
    jw_object(&w);
    jw_kint(&w, "receipt", 1);
    jw_kstr(&w, "of", "evaluation");
    jw_kstr(&w, "program", "bihuan " BIHUAN_VERSION);
    jw_ktime(&w, "made", job->now);
    write_evaluation(&w, job);
    write_rules(&w, f);
    jw_key(&w, "inputs");
    jw_object(&w);
    jw_kstr(&w, "file", job->file);
    jw_kint(&w, "bytes", f->bytes_in);
    jw_kstr(&w, "sm3", in);
    jw_kint(&w, "rows", (int64_t)sum->rows);
    jw_kint(&w, "values", sum->values);
    if (write_parts(&w, f, e) < 0)
        return -EIO;
    jw_end_object(&w);
    write_missing(&w, &sum->missing);
    jw_key(&w, "result");
    jw_object(&w);
    jw_kint(&w, "rows", (int64_t)sum->rows);
    jw_kint(&w, "judged", (int64_t)sum->judged);
    jw_kint(&w, "bad", (int64_t)sum->bad);
    jw_kint(&w, "bytes", f->bytes_out);
    jw_kstr(&w, "sm3", out);
    jw_end_object(&w);
    jw_end_object(&w);
    return sum->receipt.failed ? err_set(e, -ENOMEM, "out of memory") : 0;
}
