/* res_situation.c - GET /situation and its paper: the monthly sheet, the annual evaluation of a plan, and the gap table of a creation plan. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "api/handlers.h"
#include "api/situation.h"
#include "base/scoped.h"

#define OOXML "application/vnd.openxmlformats-officedocument."

/* What is asked: which period, of which plan (0: of all). */
struct sheet {
    struct situation_period period;
    int64_t plan;
    json_t *rows, *summary, *title; /* title: of the plan; NULL */
};

static void sheet_release(struct sheet *s)
{
    json_decref(s->rows);
    json_decref(s->summary);
    json_decref(s->title);
}

static int add_row(struct request *rq, struct sheet *s, const struct doc *d, struct err *e)
{
    scoped(json_decrefp) json_t *body = NULL;
    json_t *row = NULL;
    int r = json_read(d->body, strlen(d->body), &body, e);
    if (r < 0 || !target_has_value(body))
        return r;
    r = situation_row(rq->api->config.board, body, d->id, &s->period, &row, e);
    if (r == 0 && row &&
        (json_object_set_new(row, "plan", json_integer(d->parent)) < 0 ||
         json_array_append(s->rows, row) < 0))
        r = err_set(e, -ENOMEM, "no memory for a sheet");
    json_decref(row);
    return r;
}

static int plan_title(struct request *rq, struct sheet *s, struct err *e)
{
    struct doc d;
    scoped(json_decrefp) json_t *body = NULL;
    int r = ledger_get_doc(rq->api->config.store, DOC_PLAN, s->plan, &d, e);
    if (r < 0)
        return r;
    r = json_read(d.body, strlen(d.body), &body, e);
    doc_release(&d);
    if (r == 0 && !(s->title = json_string(json_str(body, "title", ""))))
        r = err_set(e, -ENOMEM, "no memory for a sheet");
    return r;
}

static int sheet_make(struct request *rq, struct sheet *s, struct err *e)
{
    struct docs docs = { 0 };
    char month[8];
    struct cn_civil c = cn_from_ms(rq->now);
    *s = (struct sheet){ .rows = json_array() };
    snprintf(month, sizeof month, "%04u-%02u", (unsigned)c.year % 10000u, (unsigned)c.month % 100u);
    int r = s->rows ? situation_period(query_str(rq, "period", month), rq->now, &s->period, e)
                    : err_set(e, -ENOMEM, "no memory for a sheet");
    if (r == 0)
        r = query_int(rq, "plan", 1, INT64_MAX, 0, &s->plan, e);
    if (r == 0 && s->plan)
        r = plan_title(rq, s, e);
    struct doc_query q = { .state = "confirmed", .parent = s->plan, .limit = 2000 };
    if (r == 0)
        r = docs_read(rq, DOC_TARGET, &q, &docs, e);
    for (size_t i = 0; i < docs.n && r == 0; i++)
        r = add_row(rq, s, &docs.doc[i], e);
    docs_release(&docs);
    if (r == 0 && !(s->summary = situation_summary(s->rows)))
        r = err_set(e, -ENOMEM, "no memory for a sheet");
    return r;
}

static void period_text(const struct situation_period *p, char text[CN_TEXT])
{
    snprintf(text, CN_TEXT, p->month ? "%04d-%02d" : "%04d", p->year, p->month);
}

int situation_get(struct request *rq, struct err *e)
{
    scoped(sheet_release) struct sheet s;
    char period[CN_TEXT];
    int r = sheet_make(rq, &s, e);
    if (r < 0)
        return r;
    struct jw w = JW(&rq->out);
    period_text(&s.period, period);
    jw_object(&w);
    jw_kstr(&w, "period", period);
    jw_ktime(&w, "from", s.period.from);
    jw_ktime(&w, "to", s.period.to);
    jw_key(&w, "summary");
    jw_tree(&w, s.summary);
    jw_key(&w, "rows");
    jw_tree(&w, s.rows);
    jw_end_object(&w);
    return 0;
}

static const struct sheet_format {
    const char *word, *type;
    int (*write)(const struct paper *p, struct buf *out, struct err *e);
} formats[] = { { "xlsx", OOXML "spreadsheetml.sheet", paper_xlsx },
                { "docx", OOXML "wordprocessingml.document", paper_docx },
                { "pdf", "application/pdf", paper_pdf } };

int situation_paper_get(struct request *rq, struct err *e)
{
    const char *word = query_str(rq, "format", "docx");
    const struct sheet_format *f = NULL;
    scoped(sheet_release) struct sheet s = { 0 };
    scoped(buf_release) struct buf title = BUF_INIT;
    struct paper p;
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        f = strcmp(formats[i].word, word) == 0 ? &formats[i] : f;
    if (!f)
        return err_named(e, -EINVAL, "bad_input", "format: '%.20s' is none of xlsx, docx, pdf", word);
    int r = sheet_make(rq, &s, e);
    if (r < 0)
        return r;
    const char *plan = s.title ? json_string_value(s.title) : rq->api->config.place->name;
    if (s.period.month)
        buf_addf(&title, "%s %d年%d月形势分析表", plan, s.period.year, s.period.month);
    else
        buf_addf(&title, "%s %d年度评估表", plan, s.period.year);
    if (title.failed)
        return err_set(e, -ENOMEM, "no memory for a sheet");
    situation_paper(title.data, &s.period, s.rows, s.summary, f == formats, rq->now, &p);
    r = f->write(&p, &rq->out, e);
    paper_release(&p);
    if (r == 0)
        rq->type = f->type;
    return r;
}
