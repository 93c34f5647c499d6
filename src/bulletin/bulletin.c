#include "bulletin/bulletin.h"

#include <errno.h>
#include <string.h>

#include "base/scoped.h"
#include "bulletin/bulletin_own.h"

enum { COLUMNS_MOST = 14, ROWS_MOST = 4000, DEEP = 4 };

struct making {
    struct paper *paper;
    struct receipts receipts;
    const json_t *figures;
    struct err *e;
    size_t rows;
};

static int make_parts(struct making *m, const json_t *parts, const struct scope *s, int depth);

static int add_filled(struct making *m, const char *text, const struct scope *s, enum paper_kind kind)
{
    scoped(buf_release) struct buf out = BUF_INIT;
    int r = fill_text(text, s, &m->receipts, &out, m->e);
    if (r == 0)
        paper_add(m->paper, kind, out.data ? out.data : "");
    return r;
}

/* ---- tables ---- */

/* A column is { label, text } or { label, text, width }. */
static size_t read_columns(const json_t *list, struct paper_column *to)
{
    size_t n = 0;
    for (size_t i = 0; i < json_array_size(list) && n < COLUMNS_MOST; i++) {
        const json_t *c = json_array_get(list, i);
        const char *label = json_string_value(json_array_get(c, 0));
        json_int_t width = json_integer_value(json_array_get(c, 2));
        to[n++] = (struct paper_column){ .label = label ? label : "",
                                         .width = width > 0 && width <= 200 ? (unsigned)width : 10 };
    }
    return n;
}

static int add_row(struct making *m, struct paper_part *table, const json_t *columns, size_t n,
                   const struct scope *s)
{
    if (m->rows++ >= ROWS_MOST)
        return err_named(m->e, -ENOSPC, "bulletin.long", "more than %d rows", ROWS_MOST);
    for (size_t i = 0; i < n; i++) {
        scoped(buf_release) struct buf out = BUF_INIT;
        const char *text = json_string_value(json_array_get(json_array_get(columns, i), 1));
        int r = fill_text(text ? text : "", s, &m->receipts, &out, m->e);
        if (r < 0)
            return r;
        paper_cell(m->paper, table, out.data ? out.data : "");
    }
    return 0;
}

/* Every element of the list that "a.b[].c" names, lists within lists opened, each with what it stands in. */
struct walk {
    int (*take)(struct walk *w, const struct scope *s);
    struct making *m;
    const json_t *part, *columns;
    const char *where;
    size_t n_columns, taken;
    struct paper_part *table;
    int depth;
};

static int walk_list(struct walk *w, const json_t *list, const char *rest, const struct scope *s);

static int walk_one(struct walk *w, const json_t *at, const char *rest, const struct scope *up)
{
    if (json_is_array(at))
        return walk_list(w, at, rest, up);
    struct scope s = { at, up };
    if (*rest) {
        size_t n = strcspn(rest, "[");
        const json_t *list = json_is_object(at) ? scope_find(&(struct scope){ at, NULL }, rest, n) : NULL;
        return walk_list(w, list, rest[n] ? rest + n + 3 : "", &s);
    }
    if (w->where && !scope_true(&s, w->where))
        return 0;
    w->taken++;
    return w->take(w, &s);
}

static int walk_list(struct walk *w, const json_t *list, const char *rest, const struct scope *s)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < json_array_size(list); i++)
        r = walk_one(w, json_array_get(list, i), rest, s);
    return r;
}

static int walk(struct walk *w, const char *path, const struct scope *s)
{
    size_t n = strcspn(path, "[");
    const json_t *list = scope_find(s, path, n);
    if (path[n] && strncmp(path + n, "[].", 3) != 0)
        return err_named(w->m->e, -EINVAL, "definition.shape", "rows: '%.60s' cannot be read", path);
    return walk_list(w, list, path[n] ? path + n + 3 : "", s);
}

static int take_row(struct walk *w, const struct scope *s)
{
    if (!w->table) {
        struct paper_column column[COLUMNS_MOST];
        w->n_columns = read_columns(w->columns, column);
        w->table = paper_table(w->m->paper, column, w->n_columns);
    }
    return add_row(w->m, w->table, w->columns, w->n_columns, s);
}

static int take_each(struct walk *w, const struct scope *s)
{
    return make_parts(w->m, json_object_get(w->part, "parts"), s, w->depth + 1);
}

static int make_rows(struct making *m, const json_t *part, const struct scope *s)
{
    struct walk w = { .take = take_row,
                      .m = m,
                      .columns = json_object_get(part, "columns"),
                      .where = json_str(part, "where", NULL) };
    const char *empty = json_str(part, "empty", "");
    int r = walk(&w, json_str(part, "rows", ""), s);
    return r == 0 && !w.taken && *empty ? add_filled(m, empty, s, PAPER_TEXT) : r;
}

/* ---- what a bulletin says of itself ---- */

static int make_receipts(struct making *m, const struct scope *s)
{
    static const struct paper_column column[] = {
        { "号", PAPER_WORDS, 6 },      { "对象", PAPER_WORDS, 16 },  { "指标值", PAPER_WORDS, 16 },
        { "规则集", PAPER_WORDS, 30 }, { "输入值", PAPER_WORDS, 8 }, { "输入的 SM3", PAPER_WORDS, 34 }
    };
    if (!json_array_size(m->receipts.list))
        return add_filled(m, "本件没有可以出具凭据的指标值。", s, PAPER_TEXT);
    struct paper_part *t = paper_table(m->paper, column, COUNT_OF(column));
    for (size_t i = 0; i < json_array_size(m->receipts.list); i++) {
        const json_t *r = json_array_get(m->receipts.list, i), *inputs = json_object_get(r, "inputs"),
                     *rules = json_object_get(r, "rules"), *measure = json_object_get(r, "measure");
        scoped(buf_release) struct buf text = BUF_INIT, ids = BUF_INIT;
        buf_addf(&text, "据%zu", i + 1);
        paper_cell(m->paper, t, text.data);
        paper_cell(m->paper, t, json_str(r, "of_what", ""));
        buf_clear(&text);
        buf_addf(&text, "%s %s", json_str(measure, "what", ""),
                 json_str(measure, "month", json_str(measure, "from", "")));
        if (json_object_get(measure, "year"))
            buf_addf(&text, "%d", (int)json_int(measure, "year", 0));
        paper_cell(m->paper, t, text.data);
        for (size_t k = 0; k < json_array_size(rules); k++)
            buf_addf(&ids, "%s%s", k ? "、" : "", json_str(json_array_get(rules, k), "id", ""));
        paper_cell(m->paper, t, ids.data ? ids.data : "");
        buf_clear(&text);
        buf_addf(&text, "%d", (int)json_int(inputs, "values", 0));
        paper_cell(m->paper, t, text.data);
        paper_cell(m->paper, t, json_str(inputs, "sm3", ""));
    }
    return 0;
}

/* Every rule set that the figures or a receipt name, once, with its clause and how sure its figures are. */
static void collect_rules(const json_t *at, json_t *to, int depth)
{
    const char *key;
    json_t *v;
    size_t i;
    if (json_is_object(at) && json_object_get(at, "clause") && json_object_get(at, "certainty") &&
        *json_str(at, "id", "") && !json_object_get(to, json_str(at, "id", "")))
        json_object_set(to, json_str(at, "id", ""), (json_t *)(uintptr_t)at);
    if (depth > 12)
        return;
    json_object_foreach((json_t *)(uintptr_t)at, key, v)
    {
        if (strcmp(key, "choices") != 0) /* what might have been taken */
            collect_rules(v, to, depth + 1);
    }
    json_array_foreach((json_t *)(uintptr_t)at, i, v) collect_rules(v, to, depth + 1);
}

static int make_rules(struct making *m)
{
    static const struct paper_column column[] = { { "规则集", PAPER_WORDS, 24 },
                                                  { "条款", PAPER_WORDS, 40 },
                                                  { "把握", PAPER_WORDS, 18 } };
    scoped(json_decrefp) json_t *all = json_object();
    collect_rules(m->figures, all, 0);
    collect_rules(m->receipts.list, all, 0);
    const char *id;
    json_t *v;
    struct paper_part *t = paper_table(m->paper, column, COUNT_OF(column));
    json_object_foreach(all, id, v)
    {
        scoped(buf_release) struct buf clause = BUF_INIT;
        buf_addf(&clause, "%s%s%s", json_str(v, "source", ""), *json_str(v, "source", "") ? " " : "",
                 json_str(v, "clause", ""));
        paper_cell(m->paper, t, id);
        paper_cell(m->paper, t, clause.data);
        buf_clear(&clause);
        add_certainty(json_str(v, "certainty", ""), &clause);
        paper_cell(m->paper, t, clause.data ? clause.data : "");
    }
    return 0;
}

/* ---- parts ---- */

static int make_part(struct making *m, const json_t *part, const struct scope *s, int depth)
{
    const char *when = json_str(part, "when", "");
    if (*when && !scope_true(s, when))
        return 0;
    if (json_object_get(part, "heading"))
        return add_filled(m, json_str(part, "heading", ""), s, PAPER_HEADING);
    if (json_object_get(part, "text"))
        return add_filled(m, json_str(part, "text", ""), s, PAPER_TEXT);
    if (json_object_get(part, "rows"))
        return make_rows(m, part, s);
    if (json_flag(part, "receipts", false))
        return make_receipts(m, s);
    if (json_flag(part, "rules", false))
        return make_rules(m);
    struct walk w = {
        .take = take_each, .m = m, .part = part, .where = json_str(part, "where", NULL), .depth = depth
    };
    return depth < DEEP ? walk(&w, json_str(part, "each", ""), s)
                        : err_named(m->e, -EINVAL, "definition.shape", "parts nest deeper than %d", DEEP);
}

static int make_parts(struct making *m, const json_t *parts, const struct scope *s, int depth)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < json_array_size(parts); i++)
        r = make_part(m, json_array_get(parts, i), s, depth);
    return r;
}

static const char *filled(struct making *m, const char *key, const json_t *of, const struct scope *s)
{
    scoped(buf_release) struct buf out = BUF_INIT;
    const char *text = json_str(of, key, NULL);
    if (!text || fill_text(text, s, &m->receipts, &out, m->e) < 0)
        return NULL;
    return paper_keep(m->paper, out.data ? out.data : "");
}

int bulletin_paper(const struct bulletin_ask *ask, struct paper *ret, struct err *e)
{
    struct scope s = { ask->figures, NULL };
    struct making m = { .paper = ret, .figures = ask->figures, .e = e };
    *ret = (struct paper){ .landscape = json_flag(ask->definition, "landscape", false) };
    m.receipts = (struct receipts){ .ask = ask, .list = json_array() };
    int r = m.receipts.list ? 0 : err_set(e, -ENOMEM, "out of memory");
    if (r == 0) {
        ret->title = filled(&m, "title", ask->definition, &s);
        ret->subtitle = filled(&m, "subtitle", ask->definition, &s);
        ret->footer = filled(&m, "footer", ask->definition, &s);
        r = make_parts(&m, json_object_get(ask->definition, "parts"), &s, 0);
    }
    if (r == 0 && ask->receipts)
        json_array_extend(ask->receipts, m.receipts.list);
    if (r == 0 && m.receipts.failed)
        r = err_set(e, m.receipts.failed, "%s", m.receipts.why.text);
    json_decref(m.receipts.list);
    if (r == 0 && ret->failed)
        r = err_named(e, -ENOSPC, "bulletin.long", "the bulletin has too many parts, or memory is short");
    return r;
}

/* ---- checking ---- */

static int check_text(const char *text, struct err *e)
{
    struct buf out = BUF_INIT;
    int r = fill_text(text, NULL, NULL, &out, e);
    buf_release(&out);
    return r;
}

static int check_parts(const json_t *parts, int depth, struct err *e)
{
    if (!json_is_array(parts) || depth > DEEP)
        return err_named(e, -EINVAL, "definition.shape", "parts: must be a list, at most %d deep", DEEP);
    for (size_t i = 0; i < json_array_size(parts); i++) {
        const json_t *p = json_array_get(parts, i), *columns = json_object_get(p, "columns");
        static const char *const kinds[] = { "heading", "text", "rows", "each", "receipts", "rules" };
        int is = 0, r = 0;
        for (size_t k = 0; k < COUNT_OF(kinds); k++)
            is += json_object_get(p, kinds[k]) != NULL;
        if (is != 1 || (json_object_get(p, "rows") &&
                        (!json_array_size(columns) || json_array_size(columns) > COLUMNS_MOST)))
            return err_named(
                e, -EINVAL, "definition.shape",
                "part %zu: is one of heading, text, rows (with 1 to %d columns), each, receipts, rules",
                i + 1, COLUMNS_MOST);
        r = check_text(json_str(p, "heading", json_str(p, "text", "")), e);
        for (size_t k = 0; r == 0 && k < json_array_size(columns); k++) {
            const char *text = json_string_value(json_array_get(json_array_get(columns, k), 1));
            r = text ? check_text(text, e)
                     : err_named(e, -EINVAL, "definition.shape", "part %zu: column %zu has no text", i + 1,
                                 k + 1);
        }
        if (r == 0 && json_object_get(p, "each"))
            r = check_parts(json_object_get(p, "parts"), depth + 1, e);
        if (r < 0)
            return r;
    }
    return 0;
}

int bulletin_check(const json_t *definition, struct err *e)
{
    const char *period = json_str(definition, "period", ""), *id = json_str(definition, "id", "");
    if (!*id || strlen(id) > 40 || strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789_") != strlen(id) ||
        !*json_str(definition, "title", "") || !*json_str(definition, "name", "") ||
        !*json_str(definition, "name_en", ""))
        return err_named(e, -EINVAL, "definition.shape", "wants id, name, name_en and title");
    if (strcmp(period, "year") != 0 && strcmp(period, "month") != 0)
        return err_named(e, -EINVAL, "definition.shape", "period: is year or month");
    if (!json_is_array(json_object_get(definition, "figures")))
        return err_named(e, -EINVAL, "definition.shape", "figures: must be a list");
    int r = check_text(json_str(definition, "title", ""), e);
    return r < 0 ? r : check_parts(json_object_get(definition, "parts"), 0, e);
}

/* ---- for the screen ---- */

static void write_table(struct jw *w, const struct paper_part *p)
{
    jw_key(w, "columns");
    jw_array(w);
    for (size_t i = 0; i < p->n_columns; i++)
        jw_str(w, p->column[i].label);
    jw_end_array(w);
    jw_key(w, "rows");
    jw_array(w);
    for (size_t i = 0; p->n_columns && i < p->n_cells; i++) {
        if (i % p->n_columns == 0)
            jw_array(w);
        jw_str(w, p->cell[i]);
        if (i % p->n_columns == p->n_columns - 1)
            jw_end_array(w);
    }
    jw_end_array(w);
}

void bulletin_write(const struct paper *p, struct jw *w)
{
    jw_kstr(w, "title", p->title);
    jw_kstr(w, "subtitle", p->subtitle);
    jw_kstr(w, "footer", p->footer);
    jw_key(w, "parts");
    jw_array(w);
    for (size_t i = 0; i < p->n_parts; i++) {
        const struct paper_part *part = &p->part[i];
        jw_object(w);
        jw_kstr(w, "kind",
                part->kind == PAPER_HEADING ? "heading"
                : part->kind == PAPER_TABLE ? "table"
                                            : "text");
        if (part->kind == PAPER_TABLE)
            write_table(w, part);
        else
            jw_kstr(w, "text", part->text);
        jw_end_object(w);
    }
    jw_end_array(w);
}
