/* case_paper_list.c - a list of cases with the columns that the definition's `list` names, or all its fields. */
#include <errno.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "ledger/case_paper.h"
#include "ledger/cell.h"

/* What a list may show besides fields: members of CaseSummary. */
struct shown {
    const char *id, *label;
    enum paper_column_kind kind;
    unsigned width;
};
static const struct shown shown[] = {
    { "number", "编号", PAPER_WORDS, 16 },        { "title", "事项", PAPER_WORDS, 30 },
    { "state", "状态", PAPER_WORDS, 10 },         { "light", "亮灯", PAPER_WORDS, 6 },
    { "days_left", "剩余天数", PAPER_NUMBER, 9 }, { "opened", "立案日期", PAPER_DATE, 15 },
    { "closed", "销号日期", PAPER_DATE, 15 },     { "closed_how", "销号方式", PAPER_WORDS, 10 },
    { "rebounds", "反弹次数", PAPER_NUMBER, 9 },  { "ledger", "台账", PAPER_WORDS, 14 },
};

struct list_column {
    const struct shown *shown; /* NULL: a field */
    struct cell_field field;
};

struct listing {
    struct ledgers *l;
    const struct actor *who;
    struct definition *def; /* NULL: cases of several ledgers */
    struct names names;
    struct list_column column[PAPER_COLUMNS_MAX];
    struct paper_column head[PAPER_COLUMNS_MAX];
    size_t n;
    struct paper *paper;
    struct paper_part *table;
};

static const struct shown *shown_of(const char *id)
{
    for (size_t i = 0; i < COUNT_OF(shown); i++)
        if (strcmp(shown[i].id, id) == 0)
            return &shown[i];
    return NULL;
}

static unsigned width_of(const struct field *f)
{
    static const struct {
        const char *type;
        unsigned width;
    } widths[] = { { "text", 28 }, { "goal", 28 },   { "list", 32 },   { "rows", 34 },
                   { "unit", 21 }, { "site", 16 },   { "choice", 12 }, { "date", 15 },
                   { "time", 17 }, { "number", 11 }, { "user", 10 },   { "flag", 6 } };
    for (size_t i = 0; i < COUNT_OF(widths); i++)
        if (strcmp(widths[i].type, field_type_name(f->type)) == 0)
            return widths[i].width;
    return 16;
}

static void add_column(struct listing *x, const char *id)
{
    const struct field *f = x->def ? definition_field(x->def, id) : NULL;
    const struct shown *s = f ? NULL : shown_of(id);
    if ((!f && !s) || x->n == PAPER_COLUMNS_MAX)
        return;
    struct list_column *c = &x->column[x->n];
    struct paper_column *head = &x->head[x->n++];
    c->shown = s;
    if (s) {
        *head = (struct paper_column){ s->label, s->kind, s->width };
        return;
    }
    const char *type = field_type_name(f->type);
    cell_field_of(x->def, f, &c->field);
    *head = (struct paper_column){ f->label,
                                   strcmp(type, "date") == 0     ? PAPER_DATE
                                   : strcmp(type, "number") == 0 ? PAPER_NUMBER
                                                                 : PAPER_WORDS,
                                   width_of(f) };
}

/* The number comes first whatever the definition names: without it a list cannot come back. */
static void add_columns(struct listing *x)
{
    static const char *const common[] = { "ledger", "title", "state", "light", "opened", "closed" };
    const json_t *list = x->def ? json_object_get(json_object_get(x->def->tree, "list"), "columns") : NULL;
    add_column(x, "number");
    for (size_t i = 0; !x->def && i < COUNT_OF(common); i++)
        add_column(x, common[i]);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *id = json_string_value(json_array_get(list, i));
        if (id && strcmp(id, "number") != 0)
            add_column(x, id);
    }
    if (!x->def || json_array_size(list))
        return;
    add_column(x, "state");
    for (size_t i = 0; i < x->def->n_fields; i++)
        add_column(x, x->def->field[i].id);
    add_column(x, "opened");
    add_column(x, "closed");
}

static const char *word_for(const char *id, const char *value)
{
    static const char *const words[][3] = {
        { "light", "red", "红" },  { "light", "yellow", "黄" },      { "light", "green", "绿" },
        { "light", "grey", "灰" }, { "closed_how", "data", "数据" }, { "closed_how", "paper", "纸面" }
    };
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (strcmp(id, words[i][0]) == 0 && strcmp(value, words[i][1]) == 0)
            return words[i][2];
    return value;
}

static void shown_text(const struct listing *x, const struct shown *s, const json_t *summary, struct buf *out)
{
    const json_t *v = json_object_get(summary, s->id);
    struct definition *d = NULL;
    if (json_is_integer(v))
        buf_addf(out, "%lld", (long long)json_integer_value(v));
    if (!json_is_string(v))
        return;
    const char *text = json_string_value(v);
    if (strcmp(s->id, "ledger") == 0 && ledgers_definition(x->l, text, NULL, &d, NULL) == 0)
        text = d->title;
    if (s->kind == PAPER_DATE)
        buf_add(out, text, strlen(text) < 10 ? strlen(text) : 10);
    else
        buf_adds(out, word_for(s->id, text));
}

static int add_row(struct listing *x, const json_t *summary, struct err *e)
{
    struct loaded c = { 0 };
    scoped(buf_release) struct buf text = BUF_INIT;
    int r = case_load(x->l, json_int(summary, "id", 0), &c, e);
    for (size_t i = 0; r == 0 && i < x->n; i++) {
        const struct list_column *column = &x->column[i];
        buf_clear(&text);
        if (column->shown)
            shown_text(x, column->shown, summary, &text);
        else if (reader_of(x->l, &c, x->who))
            cell_write(&x->names, &column->field,
                       json_object_get(json_object_get(c.doc, "fields"), column->field.field->id), &text);
        paper_cell(x->paper, x->table, text.data ? text.data : "");
    }
    case_release(&c);
    return r;
}

static int read_list(struct listing *x, const struct case_filter *f, size_t max, const struct actor *who,
                     int64_t now, json_t **ret, struct err *e)
{
    scoped(buf_release) struct buf text = BUF_INIT;
    struct case_filter all = *f;
    all.limit = max + 1;
    all.offset = 0;
    int r = case_write_list(x->l, &all, who, now, &text, e);
    if (r == 0)
        r = json_read(text.data ? text.data : "{}", text.data ? text.len : 2, ret, e);
    if (r == 0 && json_array_size(json_object_get(*ret, "cases")) > max)
        r = err_named(e, -EFBIG, "too_large",
                      "超过%zu件，请缩小范围或导出为 Excel | more than %zu cases: narrow the filter, or take "
                      "a workbook",
                      max, max);
    return r;
}

static void headings(struct listing *x, size_t n, int64_t now)
{
    struct cn_civil c = cn_from_ms(now);
    char line[160];
    snprintf(line, sizeof line, "截至 %d年%d月%d日 %02d:%02d，共 %zu 件", c.year, c.month, c.day, c.hour,
             c.minute, n);
    x->paper->subtitle = paper_keep(x->paper, line);
    snprintf(line, sizeof line, "%s台账", x->def ? x->def->title : "");
    x->paper->title = paper_keep(x->paper, line);
    x->paper->landscape = true;
    x->paper->made = now;
}

int case_paper_list(struct ledgers *l, const struct case_filter *f, size_t max, const struct actor *who,
                    int64_t now, struct paper *ret, struct err *e)
{
    struct listing x = { .l = l, .who = who, .paper = ret };
    scoped(json_decrefp) json_t *list = NULL;
    *ret = (struct paper){ 0 };
    int r = f->ledger ? ledgers_definition(l, f->ledger, NULL, &x.def, e) : 0;
    if (r == 0)
        r = names_read(l, &x.names, e);
    if (r == 0)
        r = read_list(&x, f, max, who, now, &list, e);
    const json_t *cases = json_object_get(list, "cases");
    if (r == 0) {
        add_columns(&x);
        headings(&x, json_array_size(cases), now);
        x.table = paper_table(ret, x.head, x.n);
    }
    for (size_t i = 0; r == 0 && i < json_array_size(cases); i++)
        r = add_row(&x, json_array_get(cases, i), e);
    names_release(&x.names);
    if (r < 0)
        paper_release(ret);
    return r;
}
