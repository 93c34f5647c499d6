/* case_paper_form.c - a case on one of its ledger's printed forms, or whole. */
#include <errno.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "ledger/case_paper.h"
#include "ledger/cell.h"

struct printing {
    struct ledgers *l;
    struct loaded c;
    struct names names;
    json_t *view; /* case_write's */
    struct paper *paper;
};

/* One form of the definition: { "销号申请表", id = "closing", rows = { { "整改任务", "problem" }, … }, sign = { … }, history = false }. */
static const json_t *form_of(const struct definition *d, const char *id)
{
    const json_t *forms = json_object_get(d->tree, "forms");
    for (size_t i = 0; i < json_array_size(forms); i++)
        if (strcmp(json_str(json_array_get(forms, i), "id", ""), id) == 0)
            return json_array_get(forms, i);
    return NULL;
}

static void date_of(const json_t *v, struct buf *out)
{
    const char *s = json_is_string(v) ? json_string_value(v) : "";
    buf_add(out, s, strlen(s) < 10 ? strlen(s) : 10);
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
    cell_field_of(p->c.def, f, &cell);
    cell_write(&p->names, &cell, v, out);
}

static void form_rows(struct printing *p, const json_t *rows)
{
    struct paper_part *pairs = paper_add(p->paper, PAPER_PAIRS, NULL);
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i), *label = json_array_get(row, 0),
                     *id = json_array_get(row, 1);
        scoped(buf_release) struct buf text = BUF_INIT;
        if (!json_is_string(label))
            continue;
        value_of(p, json_is_string(id) ? json_string_value(id) : "", &text);
        paper_pair(p->paper, pairs, json_string_value(label), text.data ? text.data : "");
    }
}

static void all_rows(struct printing *p)
{
    struct paper_part *pairs = paper_add(p->paper, PAPER_PAIRS, NULL);
    static const char *const own[][2] = { { "状态", "state" },
                                          { "立案日期", "opened" },
                                          { "销号日期", "closed" } };
    for (size_t i = 0; i < COUNT_OF(own) + p->c.def->n_fields; i++) {
        const struct field *f = i < COUNT_OF(own) ? NULL : &p->c.def->field[i - COUNT_OF(own)];
        scoped(buf_release) struct buf text = BUF_INIT;
        value_of(p, f ? f->id : own[i][1], &text);
        if (text.len || f)
            paper_pair(p->paper, pairs, f ? f->label : own[i][0], text.data ? text.data : "");
    }
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

static void minute_of(const char *iso, struct buf *out)
{
    int64_t ms;
    if (!cn_parse_iso(iso, strlen(iso), &ms))
        return;
    struct cn_civil c = cn_from_ms(ms);
    buf_addf(out, "%d-%02d-%02d %02d:%02d", c.year, c.month, c.day, c.hour, c.minute);
}

static void history(struct printing *p)
{
    static const struct paper_column columns[] = { { "时间", PAPER_WORDS, 16 },
                                                   { "办理", PAPER_WORDS, 14 },
                                                   { "办理人", PAPER_WORDS, 12 },
                                                   { "内容", PAPER_WORDS, 44 } };
    const json_t *events = json_object_get(p->view, "events");
    paper_add(p->paper, PAPER_HEADING, "办理经过");
    struct paper_part *t = paper_table(p->paper, columns, COUNT_OF(columns));
    for (size_t i = 0; i < json_array_size(events); i++) {
        const json_t *ev = json_array_get(events, i);
        scoped(buf_release) struct buf at = BUF_INIT;
        minute_of(json_str(ev, "at", ""), &at);
        paper_cell(p->paper, t, at.data ? at.data : "");
        paper_cell(p->paper, t, json_str(ev, "label", ""));
        paper_cell(p->paper, t, json_str(ev, "actor_display", ""));
        paper_cell(p->paper, t, json_str(ev, "text", ""));
    }
}

static void evidence(struct printing *p)
{
    static const struct paper_column columns[] = { { "类别", PAPER_WORDS, 14 },
                                                   { "说明", PAPER_WORDS, 50 },
                                                   { "日期", PAPER_WORDS, 12 } };
    const json_t *list = json_object_get(json_object_get(p->c.doc, "given"), "evidence");
    if (!json_array_size(list))
        return;
    paper_add(p->paper, PAPER_HEADING, "佐证材料");
    struct paper_part *t = paper_table(p->paper, columns, COUNT_OF(columns));
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *o = json_array_get(list, i);
        char day[CN_TEXT];
        paper_cell(p->paper, t, json_str(o, "kind", ""));
        paper_cell(p->paper, t, json_str(o, "text", ""));
        paper_cell(p->paper, t, cn_format_date(json_int(o, "at", 0), day));
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
    char made[CN_TEXT], line[300];
    snprintf(line, sizeof line, "%s  打印于 %.16s  记录校验值 SM3 %s", json_str(p->c.doc, "number", ""),
             cn_format_iso(now, made), json_str(p->c.doc, "last", ""));
    p->paper->footer = paper_keep(p->paper, line);
    p->paper->made = now;
}

static int print(struct printing *p, const char *form, int64_t now, struct err *e)
{
    const json_t *o = form_of(p->c.def, form);
    bool whole = !o && strcmp(form, "case") == 0;
    if (!o && !whole)
        return err_named(e, -ENOENT, "not_found", "本台账没有“%.32s”这种表 | the ledger has no form '%.32s'",
                         form, form);
    char line[300];
    snprintf(line, sizeof line, "编号 %s", json_str(p->c.doc, "number", ""));
    p->paper->subtitle = paper_keep(p->paper, line);
    snprintf(line, sizeof line, "%s事项", p->c.def->title);
    p->paper->title = paper_keep(p->paper, whole ? line : json_str(o, "1", p->c.def->title));
    if (whole) {
        all_rows(p);
        clocks(p);
    } else {
        form_rows(p, json_object_get(o, "rows"));
    }
    if (whole || json_flag(o, "evidence", true))
        evidence(p);
    if (whole || json_flag(o, "history", true))
        history(p);
    if (!whole)
        signs(p, json_object_get(o, "sign"));
    foot(p, now);
    return 0;
}

int case_paper_form(struct ledgers *l, int64_t id, const char *form, const struct actor *who, int64_t now,
                    struct paper *ret, struct err *e)
{
    struct printing p = { .l = l, .paper = ret };
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
