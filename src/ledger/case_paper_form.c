/* case_paper_form.c - a case on one of its ledger's printed forms, or whole. */
#include <errno.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "ledger/case_paper_own.h"

/* One form of the definition: { "销号申请表", id = "closing", rows = { { "整改任务", "problem" }, … }, sign = { … }, history = false }. */
static const json_t *form_of(const struct definition *d, const char *id)
{
    const json_t *forms = json_object_get(d->tree, "forms");
    for (size_t i = 0; i < json_array_size(forms); i++)
        if (strcmp(json_str(json_array_get(forms, i), "id", ""), id) == 0)
            return json_array_get(forms, i);
    return NULL;
}

void printed_day_of(int64_t ms, bool minute, struct buf *out)
{
    struct cn_civil c = cn_from_ms(ms);
    buf_addf(out, "%d年%d月%d日", c.year, c.month, c.day);
    if (minute)
        buf_addf(out, " %02d:%02d", c.hour, c.minute);
}

void printed_day(const char *iso, bool minute, struct buf *out)
{
    int64_t ms;
    if (cn_parse_iso(iso, strlen(iso), &ms))
        printed_day_of(ms, minute, out);
}

static void date_of(const json_t *v, struct buf *out)
{
    printed_day(json_is_string(v) ? json_string_value(v) : "", false, out);
}

const char *printed_name(const struct printing *p, const char *account)
{
    const char *name = map_get(&p->names.user_names, account, strlen(account));
    return name                             ? name
           : strcmp(account, "system") == 0 ? "系统"
           : strcmp(account, "public") == 0 ? "公众" /* an upload without a login */
                                            : account;
}

/* A thing given with an action: the definition knows its kind from the action that needs it. */
static const struct field *need_of(const struct definition *d, const char *id)
{
    for (size_t i = 0; i < d->n_actions; i++)
        for (size_t k = 0; k < d->action[i].n_needs; k++)
            if (strcmp(d->action[i].need[k].id, id) == 0)
                return &d->action[i].need[k];
    return NULL;
}

/* What an id of a form's row means: a field, something of the case itself, or the last that was given with an action. */
static void value_of(const struct printing *p, const char *id, struct buf *out)
{
    static const char *const own[] = { "number", "title", "state" }, *const dates[] = { "opened", "closed" };
    const struct field *f = definition_field(p->c.def, id);
    struct cell_field cell;
    const json_t *v = f ? json_object_get(json_object_get(p->c.doc, "fields"), id) : NULL;
    for (size_t i = 0; !f && i < COUNT_OF(own); i++)
        if (strcmp(own[i], id) == 0) {
            buf_adds(out, json_str(p->view, id, ""));
            return;
        }
    for (size_t i = 0; !f && i < COUNT_OF(dates); i++)
        if (strcmp(dates[i], id) == 0) {
            date_of(json_object_get(p->view, id), out);
            return;
        }
    if (!f && (f = need_of(p->c.def, id)))
        v = json_object_get(json_object_get(p->c.doc, "given"), id);
    if (!f)
        return;
    if ((f->type == FIELD_DATE || f->type == FIELD_TIME) && json_is_string(v)) {
        printed_day(json_string_value(v), f->type == FIELD_TIME, out);
        return;
    }
    if (f->type == FIELD_FILE && json_array_size(v)) {
        buf_addf(out, "%zu 个，见附件清单", json_array_size(v));
        return;
    }
    cell_field_of(p->c.def, f, &cell);
    cell_write(&p->names, &cell, v, out);
}

enum { TABLES_MAX = 8 };

/* Fields that are tables themselves stand below the pairs, each under its label. */
struct tables {
    const char *label[TABLES_MAX];
    const struct field *field[TABLES_MAX];
    const json_t *rows[TABLES_MAX];
    size_t n;
};

/* Whether the field is shown as a table, which is then noted. */
static bool as_table(const struct printing *p, const char *id, const char *label, struct tables *t)
{
    const struct field *f = definition_field(p->c.def, id);
    const json_t *v = f ? json_object_get(json_object_get(p->c.doc, "fields"), id) : NULL;
    if (!f && (f = need_of(p->c.def, id)))
        v = json_object_get(json_object_get(p->c.doc, "given"), id);
    if (!f || f->type != FIELD_ROWS || !f->n_columns || f->n_columns > PAPER_COLUMNS_MAX ||
        !json_array_size(v) || t->n == TABLES_MAX)
        return false;
    t->label[t->n] = label;
    t->field[t->n] = f;
    t->rows[t->n++] = v;
    return true;
}

static void table_of(const struct printing *p, const char *label, const struct field *f, const json_t *rows)
{
    struct paper_column column[PAPER_COLUMNS_MAX];
    for (size_t c = 0; c < f->n_columns; c++) {
        enum field_type type = f->column[c].type;
        column[c] = (struct paper_column){ f->column[c].label, type == FIELD_DATE ? PAPER_DATE : PAPER_WORDS,
                                           type == FIELD_TEXT ? 28 : 12 };
    }
    paper_add(p->paper, PAPER_HEADING, label);
    struct paper_part *t = paper_table(p->paper, column, f->n_columns);
    for (size_t i = 0; i < json_array_size(rows); i++)
        for (size_t c = 0; c < f->n_columns; c++) {
            scoped(buf_release) struct buf text = BUF_INIT;
            struct cell_field cell;
            cell_field_of(p->c.def, &f->column[c], &cell);
            cell_write(&p->names, &cell, json_object_get(json_array_get(rows, i), f->column[c].id), &text);
            paper_cell(p->paper, t, text.data ? text.data : "");
        }
}

static void tables(const struct printing *p, const struct tables *t)
{
    for (size_t i = 0; i < t->n; i++)
        table_of(p, t->label[i], t->field[i], t->rows[i]);
}

static void pair(struct printing *p, struct paper_part *pairs, const char *label, const char *id,
                 struct tables *t)
{
    scoped(buf_release) struct buf text = BUF_INIT;
    if (as_table(p, id, label, t))
        buf_adds(&text, "见下表");
    else
        value_of(p, id, &text);
    paper_pair(p->paper, pairs, label, text.data ? text.data : "");
}

static void form_rows(struct printing *p, const json_t *rows)
{
    struct paper_part *pairs = paper_add(p->paper, PAPER_PAIRS, NULL);
    struct tables t = { 0 };
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i), *label = json_array_get(row, 0),
                     *id = json_array_get(row, 1);
        if (json_is_string(label))
            pair(p, pairs, json_string_value(label), json_is_string(id) ? json_string_value(id) : "", &t);
    }
    tables(p, &t);
}

static void all_rows(struct printing *p)
{
    struct paper_part *pairs = paper_add(p->paper, PAPER_PAIRS, NULL);
    static const char *const own[][2] = { { "状态", "state" },
                                          { "立案日期", "opened" },
                                          { "销号日期", "closed" } };
    struct tables t = { 0 };
    for (size_t i = 0; i < COUNT_OF(own); i++)
        pair(p, pairs, own[i][0], own[i][1], &t);
    for (size_t i = 0; i < p->c.def->n_fields; i++)
        pair(p, pairs, p->c.def->field[i].label, p->c.def->field[i].id, &t);
    tables(p, &t);
}

static void clocks(struct printing *p)
{
    static const struct paper_column columns[] = { { "时限", PAPER_WORDS, 24 },
                                                   { "起算", PAPER_WORDS, 12 },
                                                   { "截止", PAPER_WORDS, 12 },
                                                   { "说明", PAPER_WORDS, 32 } };
    const json_t *list = json_object_get(p->view, "clocks");
    if (!json_array_size(list))
        return;
    paper_add(p->paper, PAPER_HEADING, "时限");
    struct paper_part *t = paper_table(p->paper, columns, COUNT_OF(columns));
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *o = json_array_get(list, i);
        scoped(buf_release) struct buf from = BUF_INIT, to = BUF_INIT;
        date_of(json_object_get(o, "from"), &from);
        date_of(json_object_get(o, "deadline"), &to);
        paper_cell(p->paper, t, json_str(o, "label", ""));
        paper_cell(p->paper, t, from.data ? from.data : "");
        paper_cell(p->paper, t, to.data ? to.data : "");
        paper_cell(p->paper, t, json_str(o, "why", ""));
    }
}

static void history(struct printing *p)
{
    static const struct paper_column columns[] = { { "时间", PAPER_WORDS, 22 },
                                                   { "办理", PAPER_WORDS, 14 },
                                                   { "办理人", PAPER_WORDS, 12 },
                                                   { "内容", PAPER_WORDS, 44 } };
    const json_t *events = json_object_get(p->view, "events");
    paper_add(p->paper, PAPER_HEADING, "附：办理经过");
    struct paper_part *t = paper_table(p->paper, columns, COUNT_OF(columns));
    for (size_t i = 0; i < json_array_size(events); i++) {
        const json_t *ev = json_array_get(events, i);
        scoped(buf_release) struct buf at = BUF_INIT;
        printed_day(json_str(ev, "at", ""), true, &at);
        paper_cell(p->paper, t, at.data ? at.data : "");
        paper_cell(p->paper, t, json_str(ev, "label", ""));
        paper_cell(p->paper, t, json_str(ev, "actor_display", ""));
        paper_cell(p->paper, t, json_str(ev, "text", ""));
    }
}

static void signs(struct printing *p, const json_t *list)
{
    if (!json_array_size(list))
        return;
    struct paper_part *part = paper_add(p->paper, PAPER_SIGN, NULL);
    for (size_t i = 0; i < json_array_size(list); i++)
        if (json_is_string(json_array_get(list, i)))
            paper_cell(p->paper, part, json_string_value(json_array_get(list, i)));
}

/* Anybody can prove a paper against the chain: `bihuan check --data` says whether it holds, the API shows the event with this hash. */
static void foot(struct printing *p, int64_t now)
{
    scoped(buf_release) struct buf line = BUF_INIT;
    buf_addf(&line, "%s　打印于 ", json_str(p->c.doc, "number", ""));
    printed_day_of(now, true, &line);
    buf_addf(&line, "　末条记录校验值（SM3）%s", json_str(p->c.doc, "last", ""));
    p->paper->footer = paper_keep(p->paper, line.data ? line.data : "");
    p->paper->made = now;
}

/* The case's own definition has it, or else the ledger's of today: a form is only how something is printed, and a new one is wanted for old cases. */
static const json_t *form_for(const struct printing *p, const char *form)
{
    struct definition *today = NULL;
    const json_t *o = form_of(p->c.def, form);
    if (!o && ledgers_definition(p->l, p->c.def->id, NULL, &today, NULL) == 0)
        o = form_of(today, form);
    return o;
}

static int print(struct printing *p, const char *form, int64_t now, struct err *e)
{
    const json_t *o = form_for(p, form);
    bool whole = !o && strcmp(form, "case") == 0;
    if (!o && !whole)
        return err_named(e, -ENOENT, "not_found", "本台账没有“%.32s”这种表 | the ledger has no form '%.32s'",
                         form, form);
    char line[300];
    snprintf(line, sizeof line, "编号：%s", json_str(p->c.doc, "number", ""));
    p->paper->subtitle = paper_keep(p->paper, line);
    snprintf(line, sizeof line, "%s事项", p->c.def->title);
    p->paper->title = paper_keep(p->paper, whole ? line : json_str(o, "1", p->c.def->title));
    if (whole) {
        all_rows(p);
        clocks(p);
    } else {
        form_rows(p, json_object_get(o, "rows"));
    }
    if (!whole)
        signs(p, json_object_get(o, "sign"));
    foot(p, now);
    int r = whole || json_flag(o, "evidence", true) ? printed_evidence(p, e) : 0;
    if (r == 0 && (whole || json_flag(o, "history", true)))
        history(p);
    return r;
}

int case_paper_form(struct ledgers *l, int64_t id, const char *form, const struct actor *who, int64_t now,
                    case_photo_fn photo, void *photo_arg, struct paper *ret, struct err *e)
{
    struct printing p = { .l = l, .photo = photo, .photo_arg = photo_arg, .paper = ret };
    scoped(buf_release) struct buf text = BUF_INIT;
    *ret = (struct paper){ 0 };
    int r = case_load(l, id, &p.c, e);
    if (r == 0)
        r = case_write(l, id, who, now, &text, e);
    if (r == 0)
        r = json_read(text.data ? text.data : "", text.len, &p.view, e);
    if (r == 0)
        r = names_read(l, &p.names, e);
    if (r == 0)
        r = print(&p, form, now, e);
    names_release(&p.names);
    json_decref(p.view);
    case_release(&p.c);
    if (r < 0)
        paper_release(ret);
    return r;
}
