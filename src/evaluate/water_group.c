/* water_group.c - rivers, basins and cities from their sections (环办〔2011〕22号): 优良比例, 劣Ⅴ比例, quality, main pollutants, and the change
 * against the period before. A section's rows within a period are averaged first. Rows that give a class and no values count as such. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "evaluate/grade.h"
#include "evaluate/kinds.h"
#include "evaluate/out.h"

static const struct in_column text_in[] = {
    { "group", NULL, "river basin city province 河流 流域 城市 水系" },
    { "section", NULL, "name station 断面 断面名称 点位" },
    { "body", NULL, "body_type water_body 水体类型 水体" },
    { "class", NULL, "water_class 水质类别 类别" },
};
enum { GROUP, SECTION, BODY, CLASS };
enum { PERIOD, ITEMS };
enum { ROWS = 24000, SECTION_ROWS = 400, GROUP_SECTIONS = 4000 };

struct group_row {
    char group[48], section[64];
    int64_t period; /* year × 100 + month; month 0: the year */
    uint8_t body, cls;
    bool values;
    micro v[GRADE_ITEMS];
};
struct group_state {
    struct grade_state grades;
    const struct shelf_set *set;
    int selection;
    bool year;
    size_t n, dropped;
    struct group_row *row; /* grows up to ROWS */
    size_t room;
};

static size_t columns(const struct kind *kind, const struct shelf *shelf, struct in_column *to,
                      struct arena *names)
{
    return grade_columns(shelf, kind->rules, text_in, COUNT_OF(text_in), true, to, names);
}

static int start(const struct kind *kind, void *state, const struct shelf *shelf, const char *const *choice,
                 struct err *e)
{
    struct group_state *s = state;
    (void)kind;
    (void)shelf;
    (void)e;
    s->year = strcmp(choice[PERIOD], "year") == 0;
    return 0;
}

static int class_said(const struct cell_text *c)
{
    char text[16];
    if (!c->len || c->len >= sizeof text)
        return 0;
    snprintf(text, sizeof text, "%.*s", (int)c->len, c->s);
    char *tail = strstr(text, "类");
    if (tail)
        *tail = '\0';
    return grade_from_roman(text);
}

static struct group_row *room_for(struct group_state *s)
{
    if (s->n == s->room && s->room < ROWS) {
        size_t room = s->room ? s->room * 2 : 64;
        room = room > ROWS ? ROWS : room;
        struct group_row *more = realloc(s->row, room * sizeof *more);
        if (more) {
            s->row = more;
            s->room = room;
        }
    }
    return s->n < s->room ? &s->row[s->n] : NULL;
}

static void judge(const struct kind *kind, const struct row *row, const struct shelf_set *set, struct out *o)
{
    struct group_state *s = row->state;
    (void)kind;
    struct group_row *r = row->day == NO_DAY || (s->set && s->set != set) ? NULL : room_for(s);
    if (!r) {
        s->dropped++;
        out_unjudged(o);
        return;
    }
    const struct grade_table *t = set->rules;
    struct cn_civil at = cn_from_ms(cn_day_start(row->day));
    if (!s->set)
        s->selection = grade_selection_of(t, row->choice[ITEMS]);
    s->set = set;
    *r = (struct group_row){ .period = at.year * 100 + (s->year ? 0 : at.month),
                             .body = (uint8_t)water_body_said(&row->text[BODY]),
                             .cls = (uint8_t)class_said(&row->text[CLASS]) };
    snprintf(r->group, sizeof r->group, "%.*s", (int)row->text[GROUP].len, row->text[GROUP].s);
    snprintf(r->section, sizeof r->section, "%.*s", (int)row->text[SECTION].len, row->text[SECTION].s);
    grade_values(&s->grades, row, t, r->v);
    for (int i = 0; i < t->n_items; i++)
        r->values = r->values || r->v[i] != MICRO_MISSING;
    s->n++;
}

static int by_group(const void *a, const void *b)
{
    const struct group_row *x = a, *y = b;
    int k = strcmp(x->group, y->group);
    if (k == 0)
        k = (x->period > y->period) - (x->period < y->period);
    return k ? k : strcmp(x->section, y->section);
}

/* The rows of one section within a period: the mean of each item. */
static void section_mean(const struct group_state *s, const struct group_row *r, size_t n,
                         struct water_section *to)
{
    const struct grade_table *t = s->set->rules;
    *to = (struct water_section){ .ask = { .variant = r->body, .selection = s->selection, .target = 3 } };
    for (int i = 0; i < GRADE_ITEMS; i++) {
        micro v[SECTION_ROWS];
        size_t k = 0;
        for (; k < n && k < SECTION_ROWS; k++)
            v[k] = r[k].v[i];
        to->v[i] = i < t->n_items ? water_mean(&t->item[i], v, k, 1) : MICRO_MISSING;
    }
}

/* Of classes alone: each row is one section of one month; there is nothing to average. */
static void of_classes(const struct water_evaluation *ev, const struct group_row *r, size_t n,
                       struct water_group *g)
{
    int good = 0;
    *g = (struct water_group){ .sections = (int)n, .good = MICRO_MISSING, .bad = MICRO_MISSING };
    for (size_t i = 0; i < n; i++) {
        int cls = r[i].cls <= WATER_CLASS_COUNT ? r[i].cls : 0;
        g->count[cls]++;
        g->judged += cls > 0;
        good += cls > 0 && cls <= ev->good_class;
    }
    if (!g->judged)
        return;
    g->good = micro_muldiv(100 * MICRO_ONE, good, g->judged);
    g->bad = micro_muldiv(100 * MICRO_ONE, g->count[WATER_CLASS_COUNT], g->judged);
    if (g->judged >= ev->few)
        g->quality = water_quality_of_shares(ev, good, g->count[WATER_CLASS_COUNT], g->judged);
}

/* One group in one period, rows [0, n). *ret_by: what it was made of. */
static void one_group(const struct group_state *s, const struct water_evaluation *ev,
                      const struct group_row *r, size_t n, struct water_section *section,
                      struct water_group *g, const char **ret_by)
{
    size_t sections = 0;
    bool values = false;
    for (size_t i = 0; i < n; i++)
        values = values || r[i].values;
    *ret_by = values ? "values" : "classes";
    if (!values) {
        of_classes(ev, r, n, g);
        return;
    }
    for (size_t i = 0, k; i < n && sections < GROUP_SECTIONS; i = k) {
        for (k = i + 1; k < n && strcmp(r[k].section, r[i].section) == 0; k++)
            ;
        section_mean(s, &r[i], k - i, &section[sections++]);
    }
    water_group(ev, s->set->rules, section, sections, g);
}

static void write_main(const struct grade_table *t, const struct water_group *g, struct buf *to)
{
    struct buf list = BUF_INIT;
    char m[MICRO_TEXT];
    for (int i = 0; i < g->n_main; i++) {
        bool by_mean = g->main[i].multiple != MICRO_MISSING && g->by_mean;
        buf_addf(&list, "%s%s(%s%s)", i ? "、" : "", t->item[g->main[i].item].name,
                 micro_format(micro_round(by_mean ? g->main[i].multiple : g->main[i].share, by_mean ? 2 : 1),
                              -1, m),
                 by_mean ? "" : "%");
    }
    out_cell(to, list.data ? list.data : "", list.len);
    buf_release(&list);
}

static void write_line(const struct group_state *s, const struct water_evaluation *ev,
                       const struct group_row *r, const struct water_group *g,
                       const struct water_group *before, const char *by, struct buf *to)
{
    char t[MICRO_TEXT];
    out_first_cell(to, r->group, strlen(r->group));
    if (r->period % 100)
        buf_addf(to, ",%lld-%02lld", (long long)r->period / 100, (long long)r->period % 100);
    else
        buf_addf(to, ",%lld", (long long)r->period / 100);
    buf_addf(to, ",%d,%d", g->sections, g->judged);
    for (int c = 1; c <= WATER_CLASS_COUNT; c++)
        buf_addf(to, ",%d", g->count[c]);
    buf_addf(to, ",%s", micro_format(g->good, 1, t));
    buf_addf(to, ",%s", micro_format(g->bad, 1, t));
    buf_addf(to, ",%s,%s", g->quality ? ev->quality[g->quality - 1].name : "",
             g->by_mean   ? "mean"
             : g->quality ? "shares"
                          : "");
    write_main(s->set->rules, g, to);
    buf_addf(to, ",%s,%s,%s,%s\n", before ? water_change_word(water_change_group(ev, before, g), false) : "",
             by, s->set->id, ev->set.id);
}

static void finish(void *state, const struct shelf *shelf, struct buf *to)
{
    struct group_state *s = state;
    const struct shelf_set *used = NULL;
    scoped(freep) struct water_section *section = calloc(GROUP_SECTIONS, sizeof *section);
    buf_adds(to,
             "group,period,sections,judged,class_1,class_2,class_3,class_4,class_5,class_6,good_percent,bad_"
             "percent,quality,by,main,"
             "change,made_of,rules,evaluation\n");
    if (s->n)
        qsort(s->row, s->n, sizeof *s->row, by_group);
    struct water_group was, is;
    for (size_t i = 0, k; section && i < s->n; i = k) {
        int64_t p = s->row[i].period;
        for (k = i + 1; k < s->n && s->row[k].period == p && strcmp(s->row[k].group, s->row[i].group) == 0;
             k++)
            ;
        int64_t last = cn_days((int)(p / 100), p % 100 ? (int)(p % 100) : 12, 28);
        used = shelf_on(shelf, "water.evaluation", last);
        if (!used)
            used = shelf_newest(shelf, "water.evaluation");
        if (!used)
            break;
        const char *by;
        bool same = i && strcmp(s->row[i - 1].group, s->row[i].group) == 0;
        one_group(s, used->rules, &s->row[i], k - i, section, &is, &by);
        write_line(s, used->rules, &s->row[i], &is, same ? &was : NULL, by, to);
        was = is;
    }
    if (s->dropped)
        buf_addf(to, ",,,,,,,,,,,,,,,,%zu rows without a date or beyond %d,,\n", s->dropped, ROWS);
}

static void release(void *state)
{
    free(((struct group_state *)state)->row);
}

const struct kind kind_water_group = {
    .name = "water-group",
    .what = "rivers, basins, cities from sections of a month or year, by values or by given classes: shares, "
            "quality, main pollutants, change (a table of its own)",
    .what_zh = "河流、流域、城市水质：优良比例、劣Ⅴ比例、主要污染指标、变化",
    .rules = WATER_CLASSES,
    .columns = columns,
    .results = (const char *const[]){ "class" },
    .n_results = 1,
    .choice = { { "period", "month|year", "month" }, { "items", "gb3838-21|auto-5|auto-5-whole", "auto-5" } },
    .start = start,
    .judge = judge,
    .finish = finish,
    .release = release,
    .state = sizeof(struct group_state),
};
