/* flow.c - the stock of open cases by group and month: what stood at the beginning, came in, went out, stands at the end. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "ledger/engine.h"

enum { MONTHS_MAX = 240 };

struct line {
    char *group; /* owned */
    int64_t before;
    int64_t in[MONTHS_MAX], out[MONTHS_MAX];
};

struct flow {
    int64_t from, n;   /* first month, how many */
    struct line *line; /* line 0: all groups */
    size_t lines;
    bool failed;
};

static struct line *line_of(struct flow *f, const char *group)
{
    if (f->lines > 1 && strcmp(f->line[f->lines - 1].group, group) == 0)
        return &f->line[f->lines - 1]; /* they come in order of group */
    struct line *grown = realloc(f->line, (f->lines + 1) * sizeof *grown);
    char *name = strdup(group);
    if (grown)
        f->line = grown;
    if (!grown || !name) {
        free(name);
        f->failed = true;
        return NULL;
    }
    f->line[f->lines] = (struct line){ .group = name };
    return &f->line[f->lines++];
}

static void add_month(struct line *line, const struct flow *f, int64_t month, int64_t in, int64_t out)
{
    if (month < f->from) {
        line->before += in - out;
    } else if (month < f->from + f->n) {
        line->in[month - f->from] += in;
        line->out[month - f->from] += out;
    }
}

static void take_month(const char *group, int64_t month, int64_t in, int64_t out, void *arg)
{
    struct flow *f = arg;
    struct line *line = f->failed ? NULL : line_of(f, group);
    if (!line)
        return;
    add_month(line, f, month, in, out);
    add_month(&f->line[0], f, month, in, out);
}

static void write_line(struct jw *w, const struct flow *f, const struct line *line)
{
    int64_t stock = line->before;
    jw_key(w, "months");
    jw_array(w);
    for (int64_t m = 0; m < f->n; m++) {
        char text[24];
        snprintf(text, sizeof text, "%04d-%02d", (int)((f->from + m) / 12), (int)((f->from + m) % 12 + 1));
        jw_object(w);
        jw_kstr(w, "month", text);
        jw_kint(w, "begin", stock);
        jw_kint(w, "in", line->in[m]);
        jw_kint(w, "out", line->out[m]);
        stock += line->in[m] - line->out[m];
        jw_kint(w, "end", stock);
        jw_end_object(w);
    }
    jw_end_array(w);
}

static void write_flow(struct jw *w, const char *ledger, const char *from, const char *to,
                       const struct flow *f)
{
    jw_object(w);
    jw_kstr(w, "ledger", ledger);
    jw_kstr(w, "from", from);
    jw_kstr(w, "to", to);
    write_line(w, f, &f->line[0]);
    jw_key(w, "groups");
    jw_array(w);
    for (size_t i = 1; i < f->lines; i++) {
        jw_object(w);
        jw_kstr(w, "group", f->line[i].group);
        write_line(w, f, &f->line[i]);
        jw_end_object(w);
    }
    jw_end_array(w);
    jw_end_object(w);
}

static bool month(const char *text, int64_t *ret)
{
    int year, m, end = 0;
    if (!text || sscanf(text, "%4d-%2d%n", &year, &m, &end) != 2 || end != 7 || text[7] || year < 1900 ||
        m < 1 || m > 12)
        return false;
    *ret = (int64_t)year * 12 + m - 1;
    return true;
}

int ledgers_write_flow(struct ledgers *l, const char *ledger, const char *from, const char *to,
                       struct buf *out, struct err *e)
{
    struct definition *d;
    struct flow f = { 0 };
    int64_t last = 0;
    int r = ledgers_definition(l, ledger, NULL, &d, e);
    if (r < 0)
        return r;
    if (!month(from, &f.from) || !month(to, &last) || last < f.from || last - f.from >= MONTHS_MAX)
        return err_named(
            e, -EINVAL, "bad_input",
            "from、to须为年月，如2026-01，至多%d个月 | from and to are months like 2026-01, at most %d",
            MONTHS_MAX, MONTHS_MAX);
    f.n = last - f.from + 1;
    if (!line_of(&f, ""))
        r = err_set(e, -ENOMEM, "out of memory");
    if (r == 0)
        r = case_months(l->store, ledger, take_month, &f, e);
    if (r == 0 && !f.failed) {
        struct jw w = JW(out);
        write_flow(&w, ledger, from, to, &f);
    }
    for (size_t i = 0; i < f.lines; i++)
        free(f.line[i].group);
    free(f.line);
    return r == 0 && (f.failed || out->failed) ? err_set(e, -ENOMEM, "out of memory") : r;
}
