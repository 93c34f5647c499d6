/* res_paper.c - ledgers on paper: lists and forms as .xlsx, .docx, .pdf. */
#include <errno.h>
#include <string.h>

#include "api/http.h"
#include "base/file.h"
#include "ledger/case_paper.h"
#include "store/file_store.h"

#define OOXML "application/vnd.openxmlformats-officedocument."

static const struct format {
    const char *word, *type;
    int (*write)(const struct paper *p, struct buf *out, struct err *e);
    size_t rows_max;
} formats[] = {
    { "xlsx", OOXML "spreadsheetml.sheet", paper_xlsx, PAPER_LIST_MAX },
    { "docx", OOXML "wordprocessingml.document", paper_docx, PAPER_PAGES_MAX },
    { "pdf", "application/pdf", paper_pdf, PAPER_PAGES_MAX },
};

static const struct format *format_of(struct request *rq, const char *otherwise, bool table, struct err *e)
{
    const char *word = query_str(rq, "format", otherwise);
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (strcmp(formats[i].word, word) == 0 && (table || i > 0))
            return &formats[i];
    err_named(e, -EINVAL, "bad_input", "format: '%.20s' is none of %sdocx, pdf", word, table ? "xlsx, " : "");
    return NULL;
}

static int answer_paper(struct request *rq, const struct format *f, struct paper *p, struct err *e)
{
    int r = f->write(p, &rq->out, e);
    paper_release(p);
    if (r == 0)
        rq->type = f->type;
    return r;
}

int paper_table_get(struct request *rq, struct err *e)
{
    struct case_filter filter = { 0 };
    struct paper p;
    const struct format *f = format_of(rq, "xlsx", true, e);
    int r = f ? read_case_filter(rq, &filter, e) : -EINVAL;
    struct actor who = request_actor(rq);
    if (r == 0)
        r = case_paper_list(rq->api->config.ledgers, &filter, f->rows_max, &who, rq->now, &p, e);
    return r == 0 ? answer_paper(rq, f, &p, e) : r;
}

enum { PHOTO_BYTES_MAX = 1024 * 1024 };

static int thumbnail(void *arg, const char *hash, struct buf *out, struct err *e)
{
    char path[FILE_PATH];
    int r = file_store_path(arg, hash, true, path, e);
    return r < 0 ? r : file_read(path, PHOTO_BYTES_MAX, out, e);
}

int paper_form_get(struct request *rq, struct err *e)
{
    struct paper p;
    const struct format *f = format_of(rq, "pdf", false, e);
    struct actor who = request_actor(rq);
    int r = f ? case_paper_form(rq->api->config.ledgers, rq->id, rq->word, &who, rq->now,
                                rq->api->files ? thumbnail : NULL, rq->api->files, &p, e)
              : -EINVAL;
    return r == 0 ? answer_paper(rq, f, &p, e) : r;
}
