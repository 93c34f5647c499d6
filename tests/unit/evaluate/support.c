#include "support.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct shelf *shipped_shelf(void)
{
    static struct shelf *shelf;
    struct err e = { 0 };
    if (!shelf && shelf_load(SOURCE_ROOT "/definitions", false, &shelf, &e) < 0) {
        fprintf(stderr, "%s\n", e.text);
        abort();
    }
    return shelf;
}

struct feed {
    const char *p;
    size_t left, chunk;
};

static int feed_read(void *arg, char *to, size_t room, struct err *e)
{
    struct feed *f = arg;
    size_t n = f->left < room ? f->left : room;
    (void)e;
    if (f->chunk && n > f->chunk)
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

static void tell(void *arg, size_t line, const char *sentence)
{
    buf_addf(arg, "%zu: %s\n", line, sentence);
}

void evaluate_text(struct evaluate_job *job, const char *in, size_t len, size_t chunk, struct outcome *ret)
{
    struct feed f = { in, len, chunk };
    *ret = (struct outcome){ 0 };
    job->read = feed_read;
    job->read_arg = &f;
    job->write = keep;
    job->write_arg = &ret->text;
    job->complain = tell;
    job->complain_arg = &ret->told;
    ret->code = evaluate_run(shipped_shelf(), job, &ret->sum, &ret->e);
}

void outcome_release(struct outcome *o)
{
    buf_release(&o->text);
    buf_release(&o->told);
    buf_release(&o->sum.receipt);
}

const char *shared_folder(void)
{
    static char path[512];
    const char *given = getenv("BIHUAN_SHARED");
    if (given)
        return given;
    snprintf(path, sizeof path, "%s/../shared", SOURCE_ROOT);
    return access(path, R_OK) == 0 ? path : NULL;
}
