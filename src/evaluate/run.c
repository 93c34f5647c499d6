/* run.c - one file through one kind. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "evaluate/run_own.h"

enum { WRITE_AT = 256 * 1024 };

static void complain(struct run *r, size_t line, const char *sentence)
{
    if (r->job->complain)
        r->job->complain(r->job->complain_arg, line, sentence);
}

/* ---- output ---- */
static int flush(struct run *r, bool all, struct err *e)
{
    if (r->line.failed)
        return err_set(e, -ENOMEM, "out of memory");
    if (!r->line.len || (!all && r->line.len < WRITE_AT))
        return 0;
    filing_output(r->filing, r->line.data, r->line.len);
    int k = r->job->write(r->job->write_arg, r->line.data, r->line.len, e);
    buf_clear(&r->line);
    return k;
}

/* "calc_aqi", or with two rule sets "calc_aqi_hj633_2012". */
static void add_heading(struct run *r, const char *name, const char *id)
{
    buf_adds(&r->line, ",calc_");
    buf_adds(&r->line, name);
    if (id)
        buf_addc(&r->line, '_');
    for (; id && *id; id++)
        buf_addc(&r->line, *id >= 'A' && *id <= 'Z'                                   ? (char)(*id + 32)
                           : (*id >= 'a' && *id <= 'z') || (*id >= '0' && *id <= '9') ? *id
                                                                                      : '_');
}

static void write_heading(struct run *r)
{
    size_t n = r->n_sets ? r->n_sets : 1;
    if (r->kind->finish)
        return;
    if (r->table.bom)
        buf_adds(&r->line, "\xEF\xBB\xBF");
    buf_add(&r->line, r->table.raw, r->table.raw_len);
    for (size_t s = 0; s < n; s++) {
        const char *id = n == SETS ? r->set[s]->id : NULL;
        for (size_t i = 0; i < r->kind->n_results; i++)
            add_heading(r, r->kind->results[i], id);
        add_heading(r, "certainty", id);
    }
    add_heading(r, n == SETS ? "difference" : "rules", NULL);
    add_heading(r, "note", NULL);
    buf_adds(&r->line, *r->table.eol ? r->table.eol : "\n");
}

/* ---- one row ---- */
static void empty_cells(struct run *r, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buf_addc(&r->line, ',');
}

/* The results of one rule set and its certainty. */
static bool judge_by(struct run *r, const struct shelf_set *set)
{
    r->out.cells = 0;
    r->out.certainty = NULL;
    r->out.unjudged = false;
    r->out.also = NULL;
    if (set || !r->kind->rules)
        r->kind->judge(r->kind, &r->row, set, &r->out);
    if (r->kind->finish)
        return set != NULL;
    if (r->out.cells < r->kind->n_results)
        empty_cells(r, r->kind->n_results - r->out.cells);
    bool judged = (set || !r->kind->rules) && !r->out.unjudged;
    const char *certainty = !judged ? "" : r->out.certainty ? r->out.certainty : set ? set->certainty : "";
    out_cell(&r->line, certainty, strlen(certainty));
    return judged;
}

static const struct shelf_set *set_of_day(struct run *r)
{
    if (r->kind->choose)
        return r->kind->choose(r->kind, &r->row);
    if (r->row.day == NO_DAY)
        return shelf_newest(r->shelf, r->kind->rules);
    if (!r->last || r->row.day < r->last->from || r->row.day > r->last->to)
        r->last = shelf_on(r->shelf, r->kind->rules, r->row.day);
    return r->last;
}

static bool judge_row(struct run *r)
{
    bool judged = false;
    const struct shelf_set *one = NULL;
    if (!r->n_sets && r->kind->rules) {
        if (r->row.day == NO_DAY && r->only)
            one = r->only;
        else if (r->row.day == NO_DAY && !r->kind->undated)
            out_note(&r->out, "无日期");
        else if (!(one = set_of_day(r)))
            out_note(&r->out, "当日无有效的规则集");
    }
    if (r->n_sets <= 1)
        judged = judge_by(r, one = r->n_sets ? r->set[0] : one);
    else
        for (size_t s = 0; s < r->n_sets; s++)
            judged = judge_by(r, r->set[s]) || judged;
    filing_used(r->filing, r->n_sets == SETS ? r->set[0] : one);
    if (r->n_sets == SETS)
        filing_used(r->filing, r->set[1]);
    filing_used(r->filing, r->out.also);
    if (r->kind->finish)
        return judged;
    if (r->n_sets == SETS) {
        buf_clear(&r->difference);
        if (r->kind->difference)
            r->kind->difference(&r->row, r->set[0], r->set[1], &r->difference);
        out_cell(&r->line, r->difference.data ? r->difference.data : "", r->difference.len);
    } else {
        char ids[256];
        int n = snprintf(ids, sizeof ids, "%s%s%s", one ? one->id : "", r->out.also ? "; " : "",
                         r->out.also ? r->out.also->id : "");
        out_cell(&r->line, ids, (size_t)n < sizeof ids ? (size_t)n : sizeof ids - 1);
    }
    return judged;
}

static void bad_row(struct run *r, const struct err *why)
{
    size_t n = r->n_sets ? r->n_sets : 1;
    r->sum->bad++;
    complain(r, r->table.line, why->text);
    if (r->kind->finish)
        return;
    if (r->table.n && r->table.n < r->headings)
        empty_cells(r, r->headings - r->table.n);
    empty_cells(r, n * (r->kind->n_results + 1) + 1);
    out_note(&r->out, "无法读取: %s", why->text);
    out_cell(&r->line, r->out.note.data ? r->out.note.data : "", r->out.note.len);
}

/* got: what table_next said. */
static void take_row(struct run *r, int got, struct err *why)
{
    if (!r->kind->finish)
        buf_add(&r->line, r->table.raw, r->table.raw_len);
    if (got == 1 && r->table.n == 0) { /* a blank line goes out as it is */
        if (!r->kind->finish)
            buf_adds(&r->line, r->table.eol);
        return;
    }
    r->sum->rows++;
    buf_clear(&r->out.note);
    if (got < 0 || run_read_row(r, why) < 0) {
        r->row.day = NO_DAY;
        bad_row(r, why);
    } else {
        r->sum->judged += judge_row(r);
        if (!r->kind->finish)
            out_cell(&r->line, r->out.note.data ? r->out.note.data : "", r->out.note.len);
    }
    if (!r->kind->finish)
        buf_adds(&r->line, *r->table.eol ? r->table.eol : "\n");
    filing_row(r->filing, r->row.day, r->table.raw, r->table.raw_len);
}

static int read_input(void *arg, char *to, size_t room, struct err *e)
{
    struct run *r = arg;
    int n = r->job->read(r->job->read_arg, to, room, e);
    if (n > 0)
        filing_input(r->filing, to, (size_t)n);
    return n;
}

static int heading(struct run *r, struct err *e)
{
    int k = table_next(&r->table, e);
    if (k == 0)
        return err_set(e, -EINVAL, "empty: not even a heading");
    if (k < 0)
        return err_under(e, "line %zu", r->table.line), k == -EBADMSG ? -EINVAL : k;
    r->headings = r->table.n;
    if ((k = columns_bind(r->kind->name, r->in, r->n_in, &r->table, r->job->map, r->job->map_len, &r->columns,
                          e)) < 0)
        return k;
    if (!r->columns.found) {
        struct buf list = BUF_INIT;
        for (size_t i = 0; i < r->n_in; i++)
            buf_addf(&list, "%s%s", i ? ", " : "", r->in[i].name);
        err_set(e, -EINVAL, "none of its columns is one of %s; name them with --map",
                list.data ? list.data : "");
        buf_release(&list);
        return -EINVAL;
    }
    return r->n_sets ? 0 : run_by_date(r, e);
}

static int run(struct run *r, struct err *e)
{
    int k = heading(r, e);
    if (k < 0)
        return k;
    write_heading(r);
    for (;;) {
        struct err why = { .name = "" };
        k = table_next(&r->table, &why);
        if (k < 0 && k != -EBADMSG)
            return err_set(e, k, "%s", why.text);
        if (k == 0)
            break;
        take_row(r, k, &why);
        if ((k = flush(r, false, e)) < 0)
            return k;
    }
    if (r->kind->finish)
        r->kind->finish(r->state, r->shelf, &r->line);
    return flush(r, true, e);
}

int evaluate_run(const struct shelf *shelf, const struct evaluate_job *job, struct evaluate_sum *ret,
                 struct err *e)
{
    scoped(freep) struct run *r = calloc(1, sizeof *r);
    *ret = (struct evaluate_sum){ 0 };
    if (!r)
        return err_set(e, -ENOMEM, "out of memory");
    *r = (struct run){ .shelf = shelf, .job = job, .sum = ret, .kind = kind_find(job->kind) };
    if (!r->kind)
        return err_set(e, -EINVAL, "no kind '%s'; `bihuan evaluate --help` lists them", job->kind);
    r->in = r->kind->columns ? r->own : r->kind->in;
    r->n_in = r->kind->columns ? r->kind->columns(r->kind, shelf, r->own, &r->names) : r->kind->n_in;
    r->row = (struct row){ .shelf = shelf,
                           .in = r->in,
                           .n_in = r->n_in,
                           .value = r->value,
                           .text = r->text,
                           .choice = r->choice,
                           .day = NO_DAY };
    r->out = (struct out){ .line = &r->line, .missing = &ret->missing };
    int k = run_take_options(r, e);
    if (k == 0)
        k = run_take_rules(r, e);
    if (k == 0 && r->kind->state && !(r->row.state = r->state = calloc(1, r->kind->state)))
        k = err_set(e, -ENOMEM, "out of memory");
    if (k == 0 && r->kind->start)
        k = r->kind->start(r->kind, r->state, shelf, r->choice, e);
    if (k == 0 && job->receipt)
        k = filing_new(&r->filing, e);
    if (k == 0)
        k = table_init(&r->table, read_input, r, e);
    if (k == 0) {
        k = run(r, e);
        table_release(&r->table);
    }
    if (k == 0 && r->filing)
        k = filing_write(r->filing, job, ret, e);
    filing_free(r->filing);
    if (r->state && r->kind->release)
        r->kind->release(r->state);
    free(r->state);
    arena_release(&r->names);
    buf_release(&r->line);
    buf_release(&r->difference);
    buf_release(&r->out.note);
    return k;
}
