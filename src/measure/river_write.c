/* River sections on the screen: JSON as docs/api/openapi.yaml describes it. */
#include <string.h>

#include "base/cntime.h"
#include "measure/river.h"

static void write_reason(struct jw *w, const struct river_figure *f)
{
    char zh[256] = "", en[256] = "", missing[160];
    if (!f->table || !f->ev) {
        snprintf(zh, sizeof zh, "该日期没有生效的规则集");
        snprintf(en, sizeof en, "no rule set is in force on this date");
    } else if (f->last < f->first) {
        snprintf(zh, sizeof zh, "本期尚无已结束的日");
        snprintf(en, sizeof en, "no day of it is over yet");
    } else if (f->g.why != GRADE_JUDGED) {
        grade_text_items(f->table, f->g.missing, GRADE_TEXT_ZH, missing, sizeof missing);
        snprintf(zh, sizeof zh, "%s 有效数据不足，不评价类别（有效 %d／%d）", missing, f->have, f->due);
        grade_text_items(f->table, f->g.missing, GRADE_TEXT_EN, missing, sizeof missing);
        snprintf(en, sizeof en, "too few valid values of %s: no class (%d of %d)", missing, f->have, f->due);
    }
    jw_kstr(w, "reason", *zh ? zh : NULL);
    jw_kstr(w, "reason_en", *en ? en : NULL);
}

static void write_span(struct jw *w, const struct river_figure *f)
{
    char date[CN_TEXT];
    jw_kstr(w, "from", cn_format_date(cn_day_start(f->first), date));
    jw_kstr(w, "to", f->last < f->first ? NULL : cn_format_date(cn_day_start(f->last), date));
    jw_kbool(w, "running", f->running);
}

static void write_words(struct jw *w, const struct river_figure *f, int cls)
{
    const struct water_word *q = f->ev ? water_quality(f->ev, cls) : NULL;
    jw_key(w, "class");
    cls ? jw_int(w, cls) : jw_null(w);
    jw_kstr(w, "class_name", cls ? grade_name(f->table, cls, false) : NULL);
    jw_kstr(w, "class_name_en", cls ? grade_name(f->table, cls, true) : NULL);
    jw_kstr(w, "quality", q ? q->name : NULL);
    jw_kstr(w, "quality_en", q ? q->name_en : NULL);
    jw_kstr(w, "colour", q ? q->colour : NULL);
}

static void write_items(struct jw *w, const struct river_figure *f)
{
    int target = f->ask.target ? f->ask.target : f->table->reference;
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; i < f->table->n_items; i++) {
        const struct grade_item *it = &f->table->item[i];
        if (!(f->table->selection[f->ask.selection].items >> i & 1))
            continue;
        jw_object(w);
        jw_kstr(w, "factor", it->code);
        jw_kstr(w, "name", it->name);
        jw_kstr(w, "name_en", it->name_en);
        jw_kstr(w, "unit", it->unit);
        jw_kmicro(w, "value", f->v[i], it->decimals_hour);
        jw_key(w, "class");
        f->g.item[i] ? jw_int(w, f->g.item[i]) : jw_null(w);
        jw_kstr(w, "class_name", f->g.item[i] ? grade_name(f->table, f->g.item[i], false) : NULL);
        jw_kbool(w, "deciding", f->g.deciding >> i & 1);
        jw_kbool(w, "over", f->g.over >> i & 1);
        jw_kmicro(w, "multiple", f->g.over >> i & 1 ? f->g.multiple[i] : MICRO_MISSING, 2);
        jw_kmicro(w, "limit", it->limit[f->ask.variant][target - 1], -1);
        jw_end_object(w);
    }
    jw_end_array(w);
}

/* WaterFigure */
static void write_figure(struct jw *w, const struct river_figure *f)
{
    char text[256];
    int attains = f->table ? grade_attains(f->table, &f->ask, &f->g) : -1;
    jw_object(w);
    write_span(w, f);
    write_words(w, f, f->g.grade);
    jw_key(w, "attains");
    attains < 0 ? jw_null(w) : jw_bool(w, attains == 1);
    jw_kint(w, "valid", f->have);
    jw_kint(w, "due", f->due);
    jw_kbool(w, "sampled", f->sampled);
    if (f->table) {
        jw_kstr(w, "limiting", grade_text_over(f->table, &f->g, -1, GRADE_TEXT_ZH, text, sizeof text));
        jw_kstr(w, "limiting_en", grade_text_over(f->table, &f->g, -1, GRADE_TEXT_EN, text, sizeof text));
        jw_kstr(w, "deciding", grade_text_items(f->table, f->g.deciding, GRADE_TEXT_ZH, text, sizeof text));
        jw_kstr(w, "deciding_en",
                grade_text_items(f->table, f->g.deciding, GRADE_TEXT_EN, text, sizeof text));
        write_items(w, f);
        jw_kstr(w, "rule", f->table->set.id);
        jw_kstr(w, "certainty", f->g.grade ? certainty_word(f->g.certainty) : NULL);
    }
    write_reason(w, f);
    jw_end_object(w);
}

void river_write_figure(struct jw *w, struct board *b, const struct board_site *s, enum river_span span,
                        int64_t day, int64_t now)
{
    struct river_figure f;
    river_figure(b, s, span, day, now, &f);
    write_figure(w, &f);
}

void river_write_site(struct jw *w, struct board *b, const struct board_site *s, int64_t now)
{
    static const struct {
        const char *key;
        enum river_span span;
        int back; /* days */
    } parts[] = { { "day", RIVER_DAY, 1 },
                  { "month", RIVER_MONTH, 0 },
                  { "last_month", RIVER_LAST_MONTH, 0 },
                  { "year", RIVER_YEAR, 0 } };
    jw_object(w);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        jw_key(w, parts[i].key);
        river_write_figure(w, b, s, parts[i].span, cn_day_of(now) - parts[i].back, now);
    }
    jw_end_object(w);
}

static void write_main(struct jw *w, const struct river_city *c)
{
    const struct grade_table *t = c->any.table;
    jw_key(w, "main");
    jw_array(w);
    for (int i = 0; i < c->group.n_main; i++) {
        const struct water_main *m = &c->group.main[i];
        jw_object(w);
        jw_kstr(w, "factor", t->item[m->item].code);
        jw_kstr(w, "name", t->item[m->item].name);
        jw_kstr(w, "name_en", t->item[m->item].name_en);
        jw_kmicro(w, "multiple", m->multiple, 2);
        jw_kmicro(w, "share", m->share, 1);
        jw_end_object(w);
    }
    jw_end_array(w);
}

/* WaterGroup, or null when the city has no section */
void river_write_group(struct jw *w, struct board *b, enum river_span span, int64_t day, int64_t now)
{
    struct river_city c;
    if (!river_city(b, span, day, now, NULL, NULL, &c)) {
        jw_null(w);
        return;
    }
    const struct water_word *q = c.group.quality ? &c.any.ev->quality[c.group.quality - 1] : NULL;
    jw_object(w);
    write_span(w, &c.any);
    jw_kint(w, "sections", c.group.sections);
    jw_kint(w, "judged", c.group.judged);
    jw_key(w, "counts"); /* Ⅰ to 劣Ⅴ */
    jw_array(w);
    for (int i = 1; i <= WATER_CLASS_COUNT; i++)
        jw_int(w, c.group.count[i]);
    jw_end_array(w);
    jw_kmicro(w, "good", c.group.good, 1);
    jw_kmicro(w, "bad", c.group.bad, 1);
    jw_kstr(w, "quality", q ? q->name : NULL);
    jw_kstr(w, "quality_en", q ? q->name_en : NULL);
    jw_kstr(w, "colour", q ? q->colour : NULL);
    jw_kbool(w, "by_mean", c.group.by_mean);
    write_main(w, &c);
    jw_kstr(w, "rule", c.any.ev->set.id);
    jw_kstr(w, "certainty", c.group.judged ? certainty_word(c.any.ev->samples) : NULL);
    jw_end_object(w);
}

void river_write_city(struct jw *w, struct board *b, int64_t now)
{
    jw_object(w);
    jw_key(w, "month");
    river_write_group(w, b, RIVER_MONTH, cn_day_of(now), now);
    jw_key(w, "last_month");
    river_write_group(w, b, RIVER_LAST_MONTH, cn_day_of(now), now);
    jw_key(w, "year");
    river_write_group(w, b, RIVER_YEAR, cn_day_of(now), now);
    jw_end_object(w);
}
