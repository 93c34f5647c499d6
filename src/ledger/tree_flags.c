/* tree_flags.c - what a lower plan lacks of its own: owner, limit, figure, and words that are not the upper plan's again. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/engine.h"
#include "ledger/pairs.h"

enum { TEXT_CHARACTERS_MAX = 20000 };

/* ---- what is copied ---- */

struct signs {
    uint32_t *at;
    size_t n;
};

static void add_text(struct signs *s, const char *text)
{
    if (text)
        s->n = pairs_letters(text, s->at, s->n, TEXT_CHARACTERS_MAX);
}

/* All that a plan says in words: texts, lists and the goal. Between two texts no bigram is formed: 0 stands there. */
static bool gather(const struct loaded *c, struct signs *ret)
{
    const json_t *fields = json_object_get(c->doc, "fields");
    *ret = (struct signs){ .at = malloc((TEXT_CHARACTERS_MAX + FIELDS_MAX * 101) * sizeof *ret->at) };
    for (size_t i = 0; ret->at && i < c->def->n_fields; i++) {
        const struct field *f = &c->def->field[i];
        const json_t *v = json_object_get(fields, f->id);
        if (f->value)
            continue;
        if (f->type == FIELD_TEXT)
            add_text(ret, json_string_value(v));
        else if (f->type == FIELD_GOAL)
            add_text(ret, json_str(v, "text", NULL));
        for (size_t k = 0; f->type == FIELD_LIST && k < json_array_size(v); k++) {
            add_text(ret, json_string_value(json_array_get(v, k)));
            ret->at[ret->n++] = 0;
        }
        if (f->type == FIELD_TEXT || f->type == FIELD_GOAL)
            ret->at[ret->n++] = 0;
    }
    return ret->at != NULL;
}

/* How much of the lower text stands in the upper: bigrams found there, each as often as it stands in both, over all of the lower. */
static int copied_share(const struct loaded *upper, const struct loaded *lower, micro *ret, struct err *e)
{
    struct signs a, b;
    bool have = gather(upper, &a);
    have = gather(lower, &b) && have;
    struct pair *up = have ? malloc((a.n + 1) * sizeof *up) : NULL,
                *low = have ? malloc((b.n + 1) * sizeof *low) : NULL;
    *ret = 0;
    if (up && low) {
        size_t n_up = pairs_make(a.at, a.n, up), n_low = pairs_make(b.at, b.n, low);
        int64_t same = pairs_common(low, n_low, up, n_up) / 2;
        *ret = n_low ? micro_div((micro)same * MICRO_ONE, (int64_t)n_low) : 0;
    }
    free(a.at);
    free(b.at);
    free(up);
    free(low);
    return up && low ? 0 : err_set(e, -ENOMEM, "out of memory");
}

/* ---- what a lower plan lacks of its own ---- */

struct flags {
    bool owner, date, figure, copied;
    micro share;
};

static bool own(const struct loaded *upper, const struct loaded *lower, const char *field)
{
    const json_t *a = json_object_get(json_object_get(upper->doc, "fields"), field),
                 *b = json_object_get(json_object_get(lower->doc, "fields"), field);
    return b && !json_is_null(b) && !(a && json_equal(a, b));
}

/* A ledger without the field asks for none. */
static bool asks(const struct definition *def, const char *field)
{
    for (size_t i = 0; i < def->n_fields; i++)
        if (strcmp(def->field[i].id, field) == 0)
            return true;
    return false;
}

static bool same_text(const json_t *a, const json_t *b)
{
    return json_is_string(a) && json_is_string(b) && json_equal(a, b);
}

static bool is_called(const struct field *f, const char *name)
{
    return name && strcmp(f->id, name) == 0;
}

/* A figure: a number in a field of numbers, in a measured goal or written in the words, and not the parent's words again. */
static bool has_figure(const struct loaded *upper, const struct loaded *lower)
{
    const json_t *up = json_object_get(upper->doc, "fields"), *low = json_object_get(lower->doc, "fields");
    for (size_t i = 0; i < lower->def->n_fields; i++) {
        const struct field *f = &lower->def->field[i];
        const json_t *v = json_object_get(low, f->id), *above = json_object_get(up, f->id);
        const char *words = f->type == FIELD_GOAL ? json_str(v, "text", "") : json_string_value(v);
        if (f->value || !v || (above && json_equal(v, above)) || same_text(v, above))
            continue;
        if (f->type == FIELD_NUMBER && !is_called(f, upper->def->weight) &&
            !is_called(f, upper->def->progress))
            return true;
        if ((f->type == FIELD_TEXT || f->type == FIELD_GOAL) && words && strpbrk(words, "0123456789"))
            return true;
        for (size_t k = 0; f->type == FIELD_LIST && k < json_array_size(v); k++)
            if (strpbrk(json_string_value(json_array_get(v, k)), "0123456789"))
                return true;
    }
    return false;
}

static int find_flags(const struct loaded *upper, const struct loaded *lower, struct flags *ret,
                      struct err *e)
{
    int r = copied_share(upper, lower, &ret->share, e);
    ret->owner = asks(lower->def, "owner") && !own(upper, lower, "owner");
    ret->date = asks(lower->def, "due") && !own(upper, lower, "due");
    ret->figure = !has_figure(upper, lower);
    ret->copied = ret->share >= upper->def->copied;
    return r;
}

static void write_flag(struct jw *w, bool is, const char *word, const char *zh, const char *en)
{
    if (!is)
        return;
    jw_object(w);
    jw_kstr(w, "flag", word);
    jw_kstr(w, "text", zh);
    jw_kstr(w, "text_en", en);
    jw_end_object(w);
}

int tree_write_flags(struct jw *w, const struct loaded *upper, const struct loaded *lower, struct err *e)
{
    struct flags flags = { 0 }, *f = &flags;
    int r = find_flags(upper, lower, f, e);
    if (r < 0)
        return r;
    char zh[120], en[120], share[MICRO_TEXT];
    micro_format(f->share * 100, 0, share);
    snprintf(zh, sizeof zh, "文字有%s%%与上级方案相同", share);
    snprintf(en, sizeof en, "%s%% of its text is the upper plan's", share);
    jw_kmicro(w, "copied", f->share, 4);
    jw_key(w, "flags");
    jw_array(w);
    write_flag(w, f->owner, "owner", "没有自己的责任单位", "no responsible unit of its own");
    write_flag(w, f->date, "due", "没有自己的时限", "no time limit of its own");
    write_flag(w, f->figure, "figure", "没有自己的量化指标", "no figure of its own");
    write_flag(w, f->copied, "copied", zh, en);
    jw_end_array(w);
    return 0;
}
