/* What rivers carry to the sea: a year of months, each with its gaps and the method said beside it. */
#include "measure/figures.h"
#include "measure/sample.h"

#include <errno.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"

static void write_method(struct jw *w, const struct load_rules *r, const struct load_month *m)
{
    char zh[200], en[200];
    switch (m->state) {
    case LOAD_WHOLE:
        snprintf(zh, sizeof zh, "逐日流量齐全（%d 日）", m->days);
        snprintf(en, sizeof en, "the flow of all %d days", m->days);
        break;
    case LOAD_SCALED:
        snprintf(zh, sizeof zh, "流量缺 %d 日，以其余 %d 日均值代全月", m->days - m->flow_days, m->flow_days);
        snprintf(en, sizeof en, "flow missing on %d days: the mean of the other %d stands for the month",
                 m->days - m->flow_days, m->flow_days);
        break;
    case LOAD_NO_FLOW:
        snprintf(zh, sizeof zh, "流量仅 %d／%d 日，不足 %d%%，不计算", m->flow_days, m->days, r->flow_share);
        snprintf(en, sizeof en, "flow of %d of %d days, below %d %%: not computed", m->flow_days, m->days,
                 r->flow_share);
        break;
    case LOAD_NO_CONCENTRATION:
        snprintf(zh, sizeof zh, "浓度无有效值，不计算");
        snprintf(en, sizeof en, "no valid concentration: not computed");
        break;
    }
    jw_kstr(w, "state", load_state_word(m->state));
    jw_kstr(w, "method", zh);
    jw_kstr(w, "method_en", en);
}

static void one_month(struct board *b, const struct board_site *s, const struct load_rules *r, int item,
                      int year, int month, int64_t now, struct load_month *ret)
{
    micro flow[31];
    int64_t first, last;
    struct river_figure f;
    month_days(year, month, &first, &last);
    for (int64_t d = first; d <= last; d++) {
        const struct sample *m = sample_on(s, r->flow, d);
        flow[d - first] = m ? m->v : MICRO_MISSING;
    }
    river_figure(b, s, RIVER_MONTH, first, now, &f);
    load_of_month(r, flow, (int)(last - first + 1), figure_item(&f, r->item[item].word), ret);
}

/* The months of a year that are over: how many there are to count. */
static int months_over(int year, int64_t now)
{
    struct cn_civil c = cn_from_ms(now);
    return c.year > year ? 12 : c.year < year ? 0 : c.month - 1;
}

/* all: what all rivers carry of it, for the share; MICRO_MISSING: none is said. */
static void write_item(struct jw *w, struct board *b, const struct board_site *s, const struct load_rules *r,
                       int item, int year, int64_t now, micro all)
{
    scoped(buf_release) struct buf gaps = BUF_INIT;
    __int128 sum = 0;
    int counted = 0, scaled = 0, over = months_over(year, now);
    jw_object(w);
    jw_kint(w, "site", s->site->id);
    jw_kstr(w, "river", *s->site->river ? s->site->river : s->site->name);
    jw_kstr(w, "section", s->site->name);
    jw_kstr(w, "item", r->item[item].name);
    jw_kstr(w, "item_en", r->item[item].name_en);
    jw_key(w, "months");
    jw_array(w);
    for (int m = 1; m <= over; m++) {
        struct load_month l;
        one_month(b, s, r, item, year, m, now, &l);
        jw_object(w);
        jw_kint(w, "month", m);
        jw_kmicro(w, "flow", l.flow, 2);
        jw_kint(w, "flow_days", l.flow_days);
        jw_kint(w, "days", l.days);
        jw_kmicro(w, "concentration", l.concentration, 3);
        jw_kmicro(w, "tonnes", l.tonnes, r->decimals);
        write_method(w, r, &l);
        jw_end_object(w);
        scaled += l.state == LOAD_SCALED;
        if (l.tonnes == MICRO_MISSING) {
            buf_addf(&gaps, "%s%d 月", gaps.len ? "、" : "", m);
        } else {
            sum += l.tonnes;
            counted++;
        }
    }
    jw_end_array(w);
    micro total = counted ? (micro)sum : MICRO_MISSING;
    jw_kmicro(w, "tonnes", total, r->decimals);
    jw_kmicro(w, "share",
              total == MICRO_MISSING || all == MICRO_MISSING || all <= 0
                  ? MICRO_MISSING
                  : micro_round(micro_muldiv(total, 100 * MICRO_ONE, all), 1),
              1);
    jw_kint(w, "counted", counted);
    jw_kint(w, "due", over);
    jw_kint(w, "scaled", scaled);
    jw_kstr(w, "gaps", gaps.len ? gaps.data : NULL);
    jw_kbool(w, "whole_year", counted == 12);
    jw_end_object(w);
}

int load_river(struct board *b, const struct board_site *s, int year, int64_t now, struct jw *w)
{
    const struct load_rules *r = load_on(&b->def.ordinances, cn_days(year, 12, 31));
    if (!r || !s->site->to_sea)
        return -ENOENT;
    jw_array(w);
    for (int i = 0; i < r->n_items; i++)
        write_item(w, b, s, r, i, year, now, MICRO_MISSING);
    jw_end_array(w);
    return 0;
}

/* Each river's share of what could be counted; the total is only called the year's when no month of any river is missing. */
static void write_total(struct jw *w, const char *name, const char *name_en, micro total, bool whole,
                        int decimals)
{
    jw_object(w);
    jw_kstr(w, "item", name);
    jw_kstr(w, "item_en", name_en);
    jw_kmicro(w, "tonnes", total, decimals);
    jw_kbool(w, "whole_year", whole);
    jw_end_object(w);
}

/* How many of the year's twelve months have no figure; what the others carry is added to *sum. */
static int add_year(struct board *b, const struct board_site *s, const struct load_rules *r, int item,
                    int year, int64_t now, micro *sum)
{
    int missing = 12, over = months_over(year, now);
    for (int m = 1; m <= over; m++) {
        struct load_month l;
        one_month(b, s, r, item, year, m, now, &l);
        if (l.tonnes == MICRO_MISSING)
            continue;
        *sum = (*sum == MICRO_MISSING ? 0 : *sum) + l.tonnes;
        missing--;
    }
    return missing;
}

int figures_loads(struct board *b, const struct figures_ask *ask, int64_t now, struct jw *w, struct err *e)
{
    const struct load_rules *r = load_on(&b->def.ordinances, cn_days(ask->year, 12, 31));
    micro total[LOAD_ITEMS];
    int missing[LOAD_ITEMS] = { 0 };
    if (!r)
        return err_named(e, -EINVAL, "bulletin.rules", "no rule for loads to the sea is in force then");
    for (int i = 0; i < LOAD_ITEMS; i++)
        total[i] = MICRO_MISSING;
    for (size_t k = 0; k < b->place->n_sites; k++)
        for (int i = 0; b->site[k].site->to_sea && i < r->n_items; i++)
            missing[i] += add_year(b, &b->site[k], r, i, ask->year, now, &total[i]);
    jw_object(w);
    write_used_set(w, "rule", "load.sea", &r->set);
    jw_kint(w, "flow_share", r->flow_share);
    jw_kint(w, "months", months_over(ask->year, now));
    jw_key(w, "rivers");
    jw_array(w);
    for (size_t k = 0; k < b->place->n_sites; k++)
        for (int i = 0; b->site[k].site->to_sea && i < r->n_items; i++)
            write_item(w, b, &b->site[k], r, i, ask->year, now, total[i]);
    jw_end_array(w);
    jw_key(w, "totals");
    jw_array(w);
    for (int i = 0; i < r->n_items; i++)
        write_total(w, r->item[i].name, r->item[i].name_en, total[i], missing[i] == 0, r->decimals);
    jw_end_array(w);
    jw_end_object(w);
    return 0;
}
