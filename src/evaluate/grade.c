#include "evaluate/grade.h"

#include <stdio.h>
#include <string.h>

#include "base/scoped.h"

/* Spellings of the field beside the table's word, code and names. */
static const struct {
    const char *word, *also;
} spellings[] = {
    { "do", "dissolved_oxygen" },  { "codmn", "imn kmno4 高锰酸盐指数(codmn)" },
    { "cod", "codcr cod_cr" },     { "nh3n", "nh3-n nh3_n nh4-n nh4n 氨氮(nh3-n)" },
    { "tp", "total_phosphorus" },  { "tn", "total_nitrogen" },
    { "cr6", "cr(vi) cr6+ crvi" }, { "cyanide", "cn" },
    { "fluoride", "f-" },          { "faecal", "faecal_coliform fecal_coliform" },
};

static const char *spelling_of(const char *word)
{
    for (size_t i = 0; i < COUNT_OF(spellings); i++)
        if (strcmp(spellings[i].word, word) == 0)
            return spellings[i].also;
    return "";
}

/* As columns.c makes headings plain: lower case and no blanks inside a name. */
static void add_spelling(char *to, size_t size, const char *s)
{
    size_t at = strlen(to);
    if (*s && at && at + 1 < size)
        to[at++] = ' ';
    for (; *s && at + 1 < size; s++)
        if (*s != ' ')
            to[at++] = *s >= 'A' && *s <= 'Z' ? (char)(*s + 32) : *s;
    to[at] = '\0';
}

static const char *all_spellings(const struct grade_item *it, struct arena *names)
{
    char text[256] = "";
    add_spelling(text, sizeof text, it->code);
    add_spelling(text, sizeof text, it->name);
    add_spelling(text, sizeof text, it->name_en);
    size_t at = strlen(text);
    snprintf(text + at, sizeof text - at, " %s", spelling_of(it->word));
    return arena_strdup(names, text);
}

size_t grade_columns(const struct shelf *shelf, const char *rules, const struct in_column *text,
                     size_t n_text, bool raw, struct in_column *to, struct arena *names)
{
    const struct shelf_set *set = shelf_newest(shelf, rules);
    const struct grade_table *t = set ? set->rules : NULL;
    size_t n = 0;
    for (; n < n_text; n++)
        to[n] = text[n];
    for (int i = 0; t && i < t->n_items && n < KIND_COLUMNS; i++) {
        const struct grade_item *it = &t->item[i];
        to[n++] = (struct in_column){ it->word, *it->unit ? it->unit : "1", all_spellings(it, names) };
    }
    for (int i = 0; t && raw && i < t->n_items && n < KIND_COLUMNS; i++) {
        const char *name = arena_printf(names, "raw_%s", t->item[i].word);
        if (name)
            to[n++] = (struct in_column){ name, *t->item[i].unit ? t->item[i].unit : "1", NULL };
    }
    return n;
}

static struct grade_places *places_of(struct grade_state *state, const struct row *row,
                                      const struct grade_table *t)
{
    for (size_t i = 0; i < state->n; i++)
        if (state->places[i].table == t)
            return &state->places[i];
    struct grade_places *p = &state->places[state->n < GRADE_SETS ? state->n++ : GRADE_SETS - 1];
    p->table = t;
    for (size_t c = 0; c < row->n_in; c++) {
        const char *name = row->in[c].name;
        name += strncmp(name, "raw_", 4) == 0 ? 4 : 0;
        p->item[c] = row->in[c].unit ? grade_item_of(t, name, strlen(name)) : -1;
    }
    return p;
}

void grade_values(struct grade_state *state, const struct row *row, const struct grade_table *t,
                  micro v[GRADE_ITEMS])
{
    const struct grade_places *p = places_of(state, row, t);
    for (int i = 0; i < GRADE_ITEMS; i++)
        v[i] = MICRO_MISSING;
    /* The raw_ columns stand last: the publisher judges what it has not yet rounded for display. */
    for (size_t c = 0; c < row->n_in; c++)
        if (p->item[c] >= 0 && row->value[c] != MICRO_MISSING)
            v[p->item[c]] = row->value[c];
}

static void add_item(const struct grade_table *t, const struct graded *g, int i, char *to, size_t size)
{
    size_t at = strlen(to);
    char multiple[MICRO_TEXT] = "";
    bool over = (g->over >> i & 1) && g->multiple[i] != MICRO_MISSING && g->multiple[i] > 0;
    if (over)
        micro_format(micro_round(g->multiple[i], 2), -1, multiple);
    snprintf(to + at, size - at, "%s%s%s%s%s", at ? "、" : "", t->item[i].name, over ? "(" : "", multiple,
             over ? ")" : "");
}

void grade_write_deciding(const struct grade_table *t, const struct graded *g, struct out *o)
{
    char text[2048] = "";
    for (int i = 0; i < t->n_items; i++)
        if (g->deciding >> i & 1)
            add_item(t, g, i, text, sizeof text);
    out_text(o, text);
}

void grade_write_over(const struct grade_table *t, const struct graded *g, struct out *o)
{
    char text[2048];
    out_text(o, grade_text_over(t, g, -1, GRADE_TEXT_ZH, text, sizeof text));
}

void grade_write_why(const struct grade_table *t, const struct graded *g, struct out *o)
{
    char text[1024];
    out_certainty(o, certainty_word(g->certainty));
    if (g->grade) {
        /* Of twenty-one items most are not measured at most sections; of five each is worth a word. */
        if (g->missing && __builtin_popcountll(g->missing) < 5)
            out_note(o, "缺 %s", grade_text_items(t, g->missing, GRADE_TEXT_ZH, text, sizeof text));
        return;
    }
    out_unjudged(o);
    if (g->why == GRADE_ITEM_MISSING)
        out_note(o, "缺 %s", grade_text_items(t, g->missing, GRADE_TEXT_ZH, text, sizeof text));
    else
        out_note(o, "无数据");
}
