/* Any bytes as a CSV to be judged: the first chooses the kind and how the reading is torn, a line up to a NUL is the mapping file. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "evaluate/kind.h"
#include "evaluate/table.h"

struct feed {
    const uint8_t *p;
    size_t left, chunk;
};

static int feed_read(void *arg, char *to, size_t room, struct err *e)
{
    struct feed *f = arg;
    size_t n = f->left < room ? f->left : room;
    (void)e;
    if (n > f->chunk)
        n = f->chunk;
    memcpy(to, f->p, n);
    f->p += n;
    f->left -= n;
    return (int)n;
}

static int keep(void *arg, const char *bytes, size_t len, struct err *e)
{
    (void)e;
    buf_add(arg, bytes, len);
    return 0;
}

/* How many rows a reader of its own finds, blank lines left out; the heading is one. */
static size_t count_rows(const char *text, size_t len, size_t *ret_bad)
{
    struct feed f = { (const uint8_t *)text, len, SIZE_MAX };
    struct table t;
    struct err e;
    size_t n = 0;
    *ret_bad = 0;
    if (table_init(&t, feed_read, &f, &e) < 0)
        return 0;
    for (int k; (k = table_next(&t, &e)) != 0;) {
        assert(k == 1 || k == -EBADMSG);
        n += k < 0 || t.n;
        *ret_bad += k < 0;
    }
    table_release(&t);
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct shelf *shelf;
    struct err e = { 0 };
    if (!shelf && shelf_load(SOURCE_ROOT "/definitions", false, &shelf, &e) < 0)
        abort();
    if (size < 2)
        return 0;
    size_t n_kinds = 0;
    while (kind_at(n_kinds))
        n_kinds++;
    const uint8_t *nul = memchr(data + 2, 0, size - 2);
    struct evaluate_job job = { .kind = kind_at(data[0] % n_kinds)->name, .receipt = data[0] & 0x80 };
    job.rules = data[0] & 0x40 ? "both" : NULL;
    if (strcmp(job.kind, "rates-hours") == 0) { /* judges nothing without a calendar */
        job.option[job.n_options++] = (struct evaluate_option){ "from", "2026-03-01" };
        job.option[job.n_options++] = (struct evaluate_option){ "to", "2026-03-31" };
    }
    const uint8_t *csv = data + 2;
    if (nul) {
        job.map = (const char *)data + 2;
        job.map_len = (size_t)(nul - data) - 2;
        csv = nul + 1;
    }
    struct feed f = { csv, size - (size_t)(csv - data), 1u + data[1] };
    size_t bad, rows = count_rows((const char *)f.p, f.left, &bad);
    struct buf out = BUF_INIT;
    struct evaluate_sum sum;
    job.read = feed_read;
    job.read_arg = &f;
    job.write = keep;
    job.write_arg = &out;
    if (evaluate_run(shelf, &job, &sum, &e) == 0) {
        assert(kind_find(job.kind)->finish ||
               sum.rows + 1 == rows); /* every row comes out, whatever it holds */
        assert(sum.bad >= bad && sum.judged + sum.bad <= sum.rows);
    }
    buf_release(&sum.receipt);
    buf_release(&out);
    return 0;
}
