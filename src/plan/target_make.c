/* target_make.c - writes one target: its indicator spelled out, region, value, baseline, and the measure that it is bound to. */
#include "plan/value.h"

#include <string.h>

#include "base/scoped.h"
#include "base/utf8.h"

/* The shared tail of a list's last item: 排放量下降比例 of 二氧化碳排放量下降比例. */
size_t tail_from(const struct reader *r, size_t from, size_t to)
{
    size_t k = to;
    while (k > from && token_is(r, k - 1, C_TAIL))
        k--;
    return k == from ? to : k;
}

static bool has_any(const json_t *words, const char *text)
{
    size_t i;
    json_t *word;
    json_array_foreach(words, i,
                       word) if (json_is_string(word) && strstr(text, json_string_value(word))) return true;
    return false;
}

static bool takes_unit(const struct binding *b, const char *unit)
{
    size_t i;
    json_t *word;
    json_array_foreach(b->units, i,
                       word) if (json_is_string(word) && !strcmp(unit, json_string_value(word))) return true;
    return !json_array_size(b->units);
}

/* Full-width and case aside. */
static void normal_add(struct buf *b, const char *p)
{
    while (*p) {
        size_t han = 0; /* stay as they are, but for 帐 (E5 B8 90) */
        while ((unsigned char)p[han] >= 0xe6 && (unsigned char)p[han] <= 0xe9)
            han += 3;
        if (han) {
            buf_add(b, p, han);
            p += han;
            continue;
        }
        size_t used;
        char out[4];
        buf_add(b, out, utf8_encode(normal_cp(utf8_decode(p, strlen(p), &used)), out));
        p += used;
    }
}

void bind_result(struct reader *r, json_t *o, bool work)
{
    size_t n;
    const struct binding *b = words_bindings(r->w, &n);
    const char *op = json_str(o, "op", ""), *unit = json_str(o, "unit", "");
    scoped(buf_release) struct buf name = BUF_INIT;
    if (!json_object_get(o, "value") || !strcmp(op, "decrease") || !strcmp(op, "increase"))
        return;
    for (size_t k = 0; k < n; k++) {
        if (b[k].work != work ||
            !takes_unit(&b[k], unit)) /* the cheapest question first: most figures end here */
            continue;
        if (!name.data) {
            normal_add(&name, json_str(o, work ? "verb" : "indicator", ""));
            normal_add(&name, work ? json_str(o, "object", "") : "");
        }
        if (name.data && has_any(b[k].any, name.data) && !has_any(b[k].none, name.data)) {
            result_str(r, o, "bound", b[k].bound);
            return;
        }
    }
}

/* Where 4项主要污染物… or 等主要污染物… begins in the last item of a list, when a tail stands behind it; else to. */
static size_t counted_rest(const struct reader *r, size_t from, size_t to)
{
    for (size_t i = from + 1; i < to; i++)
        if (token_is(r, i, C_ETC | C_FIGURE) && !indicator_in(r, from, i)) /* 珠三角等区域…浓度: a place */
            return to;
        else if (token_is(r, i, C_ETC | C_FIGURE))
            return tail_from(r, i, to) < to ? i : to;
    return to;
}

void target_make(struct reader *r, const struct target *t)
{
    size_t from = t->item[0], to = t->item[1], region = t->s->region, region_to = t->s->region_to;
    const struct clause *c = &r->clause[t->clause];
    bool based = t->s->baseline < t->s->baseline_to && t->s->baseline >= c->from; /* 比上年PM2.5浓度下降5% */
    size_t quote = based && t->s->baseline < t->s->quote ? t->s->baseline : t->s->quote;
    json_t *o = result_new(r, "target", t->m->rule->name, r->token[quote].at, r->token[t->quote_end - 1].end);
    if (!o)
        return;
    if (region == region_to && token_is(r, from, C_REGION) &&
        from + 1 < to) { /* before one item: only there */
        region = from;
        region_to = ++from;
        while (from + 1 < to && token_is(r, from, C_OF | C_BLANK))
            from++;
    }
    const struct figure *counted = NULL;
    if (!t->figure && token_is(r, from, C_FIGURE) && from + 1 < to) { /* 8条国考河流水质达标 */
        r->token[from].used = true;
        counted = &r->figure[r->token[from++].figure];
    }
    scoped(buf_release) struct buf name = BUF_INIT;
    size_t cut = t->listed ? counted_rest(r, from, to)
                           : to; /* 、氮氧化物4项主要污染物减排量; VOCs等主要污染物排放总量 */
    if (t->level == LEVEL_FIRST) /* 国、省控断面…分别: the first is 国控断面…, the second 省控断面… */
        text_add(r, &name, r->token[from].at, r->token[from].at + 1u, true);
    size_t name_end = r->token[cut - 1].end;
    if (t->twin) { /* 集中供热供气率: 集中供热率 and 集中供气率 */
        text_add(r, &name, r->token[from].at, name_end - (t->twin == 1 ? 3u : 5u), true);
        text_add(r, &name, name_end - (t->twin == 1 ? 1u : 3u), name_end, true);
    } else {
        text_add(r, &name, r->token[from].at + t->level, name_end, true);
    }
    if (cut < to)
        text_add(r, &name, r->token[tail_from(r, cut, to)].at, r->token[to - 1].end, true);
    if (t->tail < t->tail_to || t->tail_at)
        text_add(r, &name, t->tail_at ? t->tail_at : r->token[t->tail].at, r->token[t->tail_to - 1].end,
                 true);
    result_str(r, o, "indicator", name.data ? name.data : "");
    if (region < region_to)
        result_text(r, o, "region", r->token[region].at, r->token[region_to - 1].end);
    result_constant(r, o, "op", t->op);
    if (t->figure || counted)
        result_figure(r, o, t->figure ? t->figure : counted);
    if (t->s->baseline < t->s->baseline_to)
        result_text(r, o, "baseline", r->token[t->s->baseline].at, r->token[t->s->baseline_to - 1].end);
    result_constant(r, o, "modality", token_among(r, c->from, t->m->to, C_MODAL) ? "stretch" : "must");
    if (t->by >= 0)
        result_date(r, o, (size_t)t->by);
    else
        result_by(r, o, t->clause, t->m->from, true);
    bind_result(r, o, false);
    if (t->figure && t->figure->percent && t->more && t->figure->value >= 100 && !strcmp(t->op, ">="))
        result_doubt(r, "doubt.above_100", r->token[t->s->quote].at, r->token[t->quote_end - 1].end,
                     "“100%以上”不可能,应理解为等于100%");
    if (t->figure && t->figure->percent && t->figure->value > 100 && indicator_in(r, to - 1, to) &&
        (token_flags(r, to - 1) & F_RATIO))
        result_doubt(r, "doubt.above_100", r->token[t->s->quote].at, r->token[t->quote_end - 1].end,
                     "比例超过100%");
    if (t->figure && t->figure->percent && (!strcmp(t->op, "decrease") || !strcmp(t->op, "increase")) &&
        indicator_in(r, to - 1, to) && (token_flags(r, to - 1) & F_RATIO))
        result_doubt(r, "doubt.points", r->token[t->s->quote].at, r->token[t->quote_end - 1].end,
                     "比例的增减以%表示,不明是百分比还是百分点");
}
