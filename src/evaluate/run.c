/* run.c - one file through one kind. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "domain/record.h"
#include "evaluate/columns.h"
#include "evaluate/out.h"
#include "evaluate/receipt.h"
#include "evaluate/table.h"

enum { WRITE_AT = 256 * 1024, SETS = 2 };

struct run {
    const struct shelf *shelf;
    const struct evaluate_job *job;
    struct evaluate_sum *sum;
    const struct kind *kind;
    const struct in_column *in;
    size_t n_in;
    struct in_column own[KIND_COLUMNS];
    struct arena names;
    const char *choice[KIND_CHOICES];
    const struct shelf_set *set[SETS]; /* n_sets 0: by the row's date */
    size_t n_sets;
    const struct shelf_set *last; /* of the row before: most rows ask for the same */
    const struct shelf_set *only; /* the only edition of the kind: needs no date */
    struct table table;
    struct columns columns;
    size_t headings;
    struct row row;
    micro value[KIND_COLUMNS];
    struct cell_text text[KIND_COLUMNS];
    struct buf line, difference;
    struct out out;
    void *state;
    struct filing *filing; /* of the receipt; NULL: none wanted */
};

static void complain(struct run *r, size_t line, const char *sentence)
{
    if (r->job->complain)
        r->job->complain(r->job->complain_arg, line, sentence);
}

/* ---- what was asked for ---- */
static bool in_values(const char *values, const char *v)
{
    size_t n = strlen(v);
    for (const char *p = values; *p;) {
        size_t len = strcspn(p, "|");
        if (len == n && memcmp(p, v, n) == 0)
            return true;
        p += len + (p[len] == '|');
    }
    return false;
}

static int take_options(struct run *r, struct err *e)
{
    const struct kind_choice *c = r->kind->choice;
    size_t n = 0;
    while (n < KIND_CHOICES && c[n].name)
        n++;
    for (size_t i = 0; i < n; i++)
        r->choice[i] = c[i].otherwise;
    for (size_t k = 0; k < r->job->n_options; k++) {
        const struct evaluate_option *o = &r->job->option[k];
        size_t i = 0;
        while (i < n && strcmp(c[i].name, o->name) != 0)
            i++;
        if (i == n)
            return err_set(e, -EINVAL, "%s has no option --%s", r->kind->name, o->name);
        if (c[i].values && !in_values(c[i].values, o->value))
            return err_set(e, -EINVAL, "--%s: '%s' is none of %s", o->name, o->value, c[i].values);
        r->choice[i] = o->value;
    }
    return 0;
}

static const struct shelf_set *set_named(struct run *r, const char *id, size_t len, struct err *e)
{
    for (size_t i = 0; i < shelf_count(r->shelf); i++) {
        const struct shelf_set *s = shelf_at(r->shelf, i);
        if (strcmp(s->kind, r->kind->rules) == 0 && strlen(s->id) == len && memcmp(s->id, id, len) == 0)
            return s;
    }
    struct buf list = BUF_INIT;
    for (size_t i = 0; i < shelf_count(r->shelf); i++)
        if (strcmp(shelf_at(r->shelf, i)->kind, r->kind->rules) == 0)
            buf_addf(&list, "%s%s", list.len ? ", " : "", shelf_at(r->shelf, i)->id);
    err_set(e, -EINVAL, "%s has no rule set '%.*s'; there are: %s", r->kind->name, (int)(len > 60 ? 60 : len),
            id, list.data ? list.data : "none");
    buf_release(&list);
    return NULL;
}

/* The two newest editions; the shelf is in the order of dates. */
static int two_newest(struct run *r, struct err *e)
{
    for (size_t i = 0; i < shelf_count(r->shelf); i++) {
        const struct shelf_set *s = shelf_at(r->shelf, i);
        if (strcmp(s->kind, r->kind->rules) != 0 || s->practice)
            continue;
        if (r->n_sets == SETS)
            r->set[0] = r->set[1];
        else
            r->n_sets++;
        r->set[r->n_sets - 1] = s;
    }
    return r->n_sets == SETS
               ? 0
               : err_set(e, -EINVAL, "%s has only one edition: nothing to set beside it", r->kind->name);
}

static int take_rules(struct run *r, struct err *e)
{
    const char *p = r->job->rules;
    if (!p)
        return 0;
    if (!r->kind->rules)
        return err_set(e, -EINVAL, "%s is judged by no rule set: --rules has nothing to choose",
                       r->kind->name);
    if (strcmp(p, "both") == 0)
        return two_newest(r, e);
    while (*p) {
        size_t len = strcspn(p, ",");
        if (r->n_sets == SETS)
            return err_set(e, -EINVAL, "--rules: two rule sets at most");
        if (!(r->set[r->n_sets++] = set_named(r, p, len, e)))
            return -EINVAL;
        p += len + (p[len] == ',');
    }
    return r->n_sets ? 0 : err_set(e, -EINVAL, "--rules: names none");
}

/* Without --rules the row's date chooses; a kind with one edition only needs no date. */
static int by_date(struct run *r, struct err *e)
{
    const struct shelf_set *only = NULL;
    size_t n = 0;
    if (!r->kind->rules)
        return 0;
    for (size_t i = 0; i < shelf_count(r->shelf); i++) {
        const struct shelf_set *s = shelf_at(r->shelf, i);
        if (strcmp(s->kind, r->kind->rules) == 0 && !s->practice) {
            only = s;
            n++;
        }
    }
    if (n == 0)
        return err_set(e, -EINVAL, "no rule set of the kind %s", r->kind->rules);
    if (n == 1)
        r->only = only;
    else if (r->columns.date < 0 && r->columns.year < 0 && !r->kind->undated)
        return err_set(e, -EINVAL, "no date column to choose the rules by: name them with --rules");
    return 0;
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
static const char *trim(const char *s, size_t *len)
{
    while (*len && (*s == ' ' || *s == '\t')) {
        s++;
        --*len;
    }
    while (*len && (s[*len - 1] == ' ' || s[*len - 1] == '\t'))
        --*len;
    return s;
}

/* Also with an exponent, as spreadsheets and scripts write small figures: 4E-05. The point is moved in the text, so nothing is rounded
 * before all digits are in their place. */
static bool number(const char *s, size_t len, micro *ret)
{
    enum { DIGITS = 40, EXPONENT = 99 };
    char digit[DIGITS], plain[2 * EXPONENT + 2 * DIGITS];
    size_t n = 0, at = 0, point = 0, k = 0;
    bool negative = false, dot = false;
    int exponent = 0;
    if (micro_parse(s, len, ret, NULL))
        return true;
    if (at < len && (s[at] == '-' || s[at] == '+'))
        negative = s[at++] == '-';
    for (; at < len && ((s[at] >= '0' && s[at] <= '9') || (s[at] == '.' && !dot)); at++) {
        if (s[at] == '.')
            dot = true;
        else if (n == DIGITS)
            return false;
        else
            digit[n++] = s[at];
        point = dot ? point : n;
    }
    if (!n || at == len || (s[at] != 'e' && s[at] != 'E'))
        return false;
    bool down = ++at < len && s[at] == '-';
    at += at < len && (s[at] == '-' || s[at] == '+');
    if (at == len || len - at > 2)
        return false;
    for (; at < len; at++) {
        if (s[at] < '0' || s[at] > '9')
            return false;
        exponent = exponent * 10 + (s[at] - '0');
    }
    int left = (int)point + (down ? -exponent : exponent); /* digits before the point */
    if (negative)
        plain[k++] = '-';
    plain[k++] = '0';
    for (int i = left < 0 ? left : 0; i < (left > (int)n ? left : (int)n); i++) {
        if (i == left)
            plain[k++] = '.';
        plain[k++] = i >= 0 && i < (int)n ? digit[i] : '0';
    }
    return micro_parse(plain, k, ret, NULL);
}

static int read_value(struct run *r, size_t i, struct err *e)
{
    const struct in_column *in = &r->in[i];
    int at = r->columns.at[i];
    r->value[i] = MICRO_MISSING;
    r->text[i] = (struct cell_text){ "", 0 };
    if (at < 0)
        return 0;
    size_t len = r->table.cell[at].len;
    const char *s = trim(r->table.cell[at].s, &len);
    if (cell_missing(s, len)) {
        r->sum->missing.not_sent += in->unit != NULL;
        return 0;
    }
    if (!in->unit) {
        r->text[i] = (struct cell_text){ s, len };
        return 0;
    }
    micro v;
    if (!number(s, len, &v))
        return err_set(e, -EINVAL, "%s: '%.*s' is no number", in->name, (int)(len > 40 ? 40 : len), s);
    const struct scale *k = &r->columns.scale[i];
    micro scaled = value_beyond(v) || k->times == k->by ? v : micro_muldiv(v, k->times, k->by);
    if (value_beyond(scaled))
        return err_set(e, -EINVAL, "%s: '%.*s' is beyond what is judged", in->name,
                       (int)(len > 40 ? 40 : len), s);
    r->value[i] = scaled;
    r->sum->values++;
    return 0;
}

static int cell_int(const struct run *r, int at)
{
    micro v;
    const struct table_cell *c = &r->table.cell[at];
    return micro_parse(c->s, c->len, &v, NULL) && v % MICRO_ONE == 0 && v >= 0 && v < 10000 * MICRO_ONE
               ? (int)(v / MICRO_ONE)
               : -1;
}

static int read_day(struct run *r, struct err *e)
{
    const struct columns *c = &r->columns;
    r->row.day = NO_DAY;
    if (c->date >= 0) {
        const struct table_cell *cell = &r->table.cell[c->date];
        if (date_parse(cell->s, cell->len, &r->row.day) || cell_missing(cell->s, cell->len) || r->n_sets ||
            r->only || r->kind->undated)
            return 0;
        return err_set(e, -EINVAL, "date: '%.*s' is no date", (int)(cell->len > 40 ? 40 : cell->len),
                       cell->s);
    }
    if (c->year >= 0) {
        struct cn_civil d = { .year = cell_int(r, c->year),
                              .month = cell_int(r, c->month),
                              .day = cell_int(r, c->day) };
        if (cn_valid(&d))
            r->row.day = cn_days(d.year, d.month, d.day);
        else if (!r->n_sets && !r->only && !r->kind->undated)
            return err_set(e, -EINVAL, "year, month, day: no date");
    }
    return 0;
}

static int read_row(struct run *r, struct err *e)
{
    if (r->table.n != r->headings)
        return err_set(e, -EINVAL, "%zu cells where the heading has %zu", r->table.n, r->headings);
    r->row.line = r->table.line;
    int k = read_day(r, e);
    for (size_t i = 0; i < r->n_in && k == 0; i++)
        k = read_value(r, i, e);
    return k;
}

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
    if (got < 0 || read_row(r, why) < 0) {
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
    return r->n_sets ? 0 : by_date(r, e);
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
    int k = take_options(r, e);
    if (k == 0)
        k = take_rules(r, e);
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
