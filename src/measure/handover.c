/* Sections handed over between districts: a month against the mean of the months stored of the years before. */
#include "measure/figures.h"

#include <errno.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"

static const struct {
    const char *zh, *en;
} said[] = {
    [HANDOVER_BELOW] = { "低于基数", "below the base" },
    [HANDOVER_EQUAL] = { "与基数持平", "equal to the base" },
    [HANDOVER_ABOVE] = { "高于基数", "above the base" },
    [HANDOVER_NO_MONTH] = { "本月无有效值", "no valid value this month" },
    [HANDOVER_NO_BASE] = { "基数月份不足，不判定", "too few months for a base: not judged" },
};

/* The months of the years before, and a list of those that are not stored. */
static size_t read_base(struct board *b, const struct board_site *s, const struct handover_rules *r, int item,
                        int year, int64_t now, micro month[HANDOVER_MONTHS], struct buf *missing)
{
    size_t n = 0;
    for (int y = year - r->years; y < year; y++)
        for (int m = 1; m <= 12; m++) {
            struct river_figure f;
            river_figure(b, s, RIVER_MONTH, cn_days(y, m, 1), now, &f);
            month[n] = figure_item(&f, r->item[item].word);
            if (month[n++] == MICRO_MISSING)
                buf_addf(missing, "%s%04d-%02d", missing->len ? "、" : "", y, m);
        }
    return n;
}

static void write_row(struct jw *w, struct board *b, const struct board_site *s,
                      const struct handover_rules *r, int item, const struct river_figure *f, int year,
                      int64_t now)
{
    micro month[HANDOVER_MONTHS];
    struct handover h;
    scoped(buf_release) struct buf missing = BUF_INIT;
    size_t n = read_base(b, s, r, item, year, now, month, &missing);
    handover_judge(r, item, month, n, figure_item(f, r->item[item].word), &h);
    int met = handover_met(r, &h);
    bool class_met = r->class_least && f->g.grade && f->g.grade <= r->class_least;
    jw_object(w);
    jw_kint(w, "site", s->site->id);
    jw_kstr(w, "section", s->site->name);
    jw_kstr(w, "section_en", s->site->name_en);
    jw_kstr(w, "river", s->site->river);
    jw_kstr(w, "upstream", region_name(b, s->site->upstream, false));
    jw_kstr(w, "upstream_en", region_name(b, s->site->upstream, true));
    jw_kstr(w, "downstream", region_name(b, s->site->downstream, false));
    jw_kstr(w, "downstream_en", region_name(b, s->site->downstream, true));
    jw_kstr(w, "item", r->item[item].name);
    jw_kstr(w, "item_en", r->item[item].name_en);
    jw_kstr(w, "unit", r->item[item].unit);
    jw_kmicro(w, "now", h.now, r->item[item].decimals);
    jw_kmicro(w, "base", h.base, r->item[item].decimals);
    jw_kmicro(w, "percent", h.percent, 1);
    jw_kint(w, "have", h.have);
    jw_kint(w, "due", h.due);
    jw_kstr(w, "missing", missing.len ? missing.data : NULL);
    jw_kstr(w, "verdict", handover_verdict_word(h.verdict));
    jw_kstr(w, "said", said[h.verdict].zh);
    jw_kstr(w, "said_en", said[h.verdict].en);
    jw_kbool(w, "worsened", h.verdict == HANDOVER_ABOVE);
    jw_key(w, "met");
    met < 0 ? jw_null(w) : jw_bool(w, met == 1);
    jw_kstr(w, "class_name", f->g.grade ? grade_name(f->table, f->g.grade, false) : NULL);
    jw_key(w, "class_met");
    !r->class_least || !f->g.grade ? jw_null(w) : jw_bool(w, class_met);
    jw_end_object(w);
}

int handover_section(struct board *b, const struct board_site *s, int year, int month, int64_t now,
                     struct jw *w)
{
    int64_t first, last;
    struct river_figure f;
    month_days(year, month, &first, &last);
    const struct handover_rules *r = handover_on(&b->def.ordinances, last);
    if (!r || !s->site->upstream)
        return -ENOENT;
    river_figure(b, s, RIVER_MONTH, first, now, &f);
    jw_array(w);
    for (int i = 0; i < r->n_items; i++)
        write_row(w, b, s, r, i, &f, year, now);
    jw_end_array(w);
    return 0;
}

int figures_handover(struct board *b, const struct figures_ask *ask, int64_t now, struct jw *w, struct err *e)
{
    int64_t first, last;
    month_days(ask->year, ask->month, &first, &last);
    const struct handover_rules *r = handover_on(&b->def.ordinances, last);
    if (!r)
        return err_named(e, -EINVAL, "bulletin.rules", "no rule for sections handed over is in force then");
    jw_object(w);
    write_used_set(w, "rule", "handover.sections", &r->set);
    jw_kint(w, "years", r->years);
    jw_kint(w, "least_months", r->least_months);
    jw_kint(w, "class_least", r->class_least);
    jw_kbool(w, "equal_is_below", r->equal_is_below);
    jw_key(w, "sections");
    jw_array(w);
    for (size_t i = 0; i < b->place->n_sites; i++)
        if (b->site[i].site->upstream)
            handover_section(b, &b->site[i], ask->year, ask->month, now, w);
    jw_end_array(w);
    jw_end_object(w);
    return 0;
}
