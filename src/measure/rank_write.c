/* The page of rankings. */
#include "measure/rank.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"

void rank_write_head(struct jw *w, const struct ruleset *s)
{
    jw_object(w);
    jw_kstr(w, "id", s->id);
    jw_kstr(w, "title", s->title);
    jw_kstr(w, "title_en", *s->title_en ? s->title_en : s->title);
    jw_kstr(w, "source", s->source);
    jw_kstr(w, "clause", s->clause);
    jw_kstr(w, "certainty", s->certainty);
    jw_kbool(w, "practice", s->practice);
    char date[CN_TEXT];
    jw_kstr(w, "from", s->from ? cn_format_date(cn_day_start(s->from), date) : NULL);
    jw_kstr(w, "to", s->to < INT64_C(1) << 30 ? cn_format_date(cn_day_start(s->to), date) : NULL);
}

static void write_rules(struct jw *w, const struct composite_rules *r)
{
    if (!r) {
        jw_null(w);
        return;
    }
    rank_write_head(w, &r->set);
    jw_key(w, "standards");
    jw_object(w);
    for (int i = 0; i < AIR_ITEMS; i++)
        jw_kmicro(w, air_item_word((enum air_item)i), r->standard[i], -1);
    jw_end_object(w);
    jw_key(w, "weights");
    jw_object(w);
    for (int i = 0; i < AIR_ITEMS; i++)
        jw_kint(w, air_item_word((enum air_item)i), r->weight[i]);
    jw_end_object(w);
    jw_kint(w, "round_items", r->round_items);
    jw_end_object(w);
}

static const char *item_unit(int item)
{
    return item == AIR_CO ? "mg/m³" : "µg/m³";
}

static void write_difference(struct jw *w, const char *what, const char *what_en, const char *from,
                             const char *to, const struct ruleset *a, const struct ruleset *b)
{
    char clause[512];
    snprintf(clause, sizeof clause, "%s %s；%s %s", a->source, a->clause, b->source, b->clause);
    jw_object(w);
    jw_kstr(w, "what", what);
    jw_kstr(w, "what_en", what_en);
    jw_kstr(w, "other", from);
    jw_kstr(w, "used", to);
    jw_kstr(w, "clause", clause);
    jw_end_object(w);
}

/* What makes the two columns differ, with the clauses: other limits below C, other breakpoints of the index. */
static void write_differences(struct jw *w, const struct rules_used *u)
{
    char a[MICRO_TEXT], b[MICRO_TEXT], zh[96], en[96];
    jw_key(w, "differences");
    jw_array(w);
    for (int i = 0; u->other && i < AIR_ITEMS; i++) {
        if (u->other->standard[i] != u->rank->standard[i]) {
            snprintf(zh, sizeof zh, "%s 标准值 S，%s", item_name(i), item_unit(i));
            snprintf(en, sizeof en, "%s standard S, %s", item_name(i), item_unit(i));
            write_difference(w, zh, en, micro_format(u->other->standard[i], -1, a),
                             micro_format(u->rank->standard[i], -1, b), &u->other->set, &u->rank->set);
        }
        if (u->other->weight[i] != u->rank->weight[i]) {
            snprintf(a, sizeof a, "%d", u->other->weight[i]);
            snprintf(b, sizeof b, "%d", u->rank->weight[i]);
            snprintf(zh, sizeof zh, "%s 权重 w", item_name(i));
            snprintf(en, sizeof en, "%s weight w", item_name(i));
            write_difference(w, zh, en, a, b, &u->other->set, &u->rank->set);
        }
    }
    for (int i = 0; u->other_index && i < AIR_ITEMS; i++) {
        const struct air_points *p = &u->other_index->points[AIR_DAY][i], *q = &u->index->points[AIR_DAY][i];
        for (int k = 0; k < p->n && k < q->n; k++)
            if (p->c[k] != q->c[k]) {
                snprintf(zh, sizeof zh, "%s 日 IAQI %d 的断点，%s", item_name(i), u->index->iaqi[k],
                         item_unit(i));
                snprintf(en, sizeof en, "%s daily breakpoint of IAQI %d, %s", item_name(i), u->index->iaqi[k],
                         item_unit(i));
                write_difference(w, zh, en, micro_format(p->c[k], -1, a), micro_format(q->c[k], -1, b),
                                 &u->other_index->set, &u->index->set);
            }
    }
    jw_end_array(w);
}

static void write_day_counts(struct jw *w, const char *key, const struct air_counts *c)
{
    jw_key(w, key);
    jw_object(w);
    jw_kint(w, "days", c->days);
    jw_kint(w, "valid", c->valid);
    jw_kint(w, "good", c->good);
    jw_kint(w, "heavy", c->heavy);
    jw_kmicro(w, "ratio", c->good_ratio, 1);
    jw_end_object(w);
}

/* Why a place has no index: the first item that is not valid says it. */
static void write_unranked(struct jw *w, const struct place_row *row)
{
    char zh[200] = "", en[200] = "";
    for (int i = 0; i < AIR_ITEMS && row->index.index == MICRO_MISSING && !*zh; i++) {
        const struct air_period *p = &row->now.item[i];
        if (!row->now.kept) {
            snprintf(zh, sizeof zh, "这一时段不在保存的两年之内");
            snprintf(en, sizeof en, "outside the two years that are kept");
        } else if (p->why == AIR_FEW_IN_MONTH) {
            snprintf(zh, sizeof zh, "%s 在 %d 月的有效天数不足，不参加排名", item_name(i), p->month);
            snprintf(en, sizeof en, "%s has too few valid days in month %d: unranked", item_name(i),
                     p->month);
        } else if (p->why != AIR_JUDGED) {
            snprintf(zh, sizeof zh, "%s 只有 %d 个有效天，不参加排名", item_name(i), p->valid_days);
            snprintf(en, sizeof en, "%s has %d valid days, too few: unranked", item_name(i), p->valid_days);
        }
    }
    jw_kstr(w, "reason", *zh ? zh : NULL);
    jw_kstr(w, "reason_en", *en ? en : NULL);
}

static void write_items(struct jw *w, const struct rules_used *u, const struct place_row *row)
{
    jw_key(w, "items");
    jw_object(w);
    for (int i = 0; i < AIR_ITEMS; i++) {
        const struct air_period *p = &row->now.item[i], *q = &row->last.item[i];
        bool top = u->rank->percentile[i];
        jw_key(w, air_item_word((enum air_item)i));
        jw_object(w);
        jw_kmicro(w, "value", row->now.kept ? (top ? p->percentile : p->mean) : MICRO_MISSING,
                  u->ev->decimals[i]);
        jw_kmicro(w, "last", row->last.kept ? (top ? q->percentile : q->mean) : MICRO_MISSING,
                  u->ev->decimals[i]);
        jw_kmicro(w, "single", row->index.single[i], 2);
        jw_kint(w, "valid_days", p->valid_days);
        jw_end_object(w);
    }
    jw_end_object(w);
}

static void write_row(struct jw *w, const struct rules_used *u, const struct place_row *row, int rank,
                      int from_end, int last_rank, int other_rank)
{
    jw_object(w);
    jw_kint(w, "id", row->id);
    jw_kstr(w, "code", row->code);
    jw_kstr(w, "name", row->name);
    jw_kstr(w, "name_en", row->name_en);
    jw_kint(w, "stations", (int64_t)row->stations);
    jw_key(w, "rank");
    rank ? jw_int(w, rank) : jw_null(w);
    jw_key(w, "from_end");
    from_end ? jw_int(w, from_end) : jw_null(w);
    jw_kmicro(w, "index", row->index.index, u->rank->decimals);
    jw_kstr(w, "largest", row->index.index == MICRO_MISSING ? NULL : air_item_word(row->index.largest));
    jw_kmicro(w, "last_index", row->last_index.index, u->rank->decimals);
    jw_kmicro(w, "change", change_rate(row->index.index, row->last_index.index, u->rank->change_decimals),
              u->rank->change_decimals);
    jw_key(w, "move");
    rank &&last_rank ? jw_int(w, rank_move(last_rank, rank)) : jw_null(w);
    jw_kmicro(w, "other_index", row->other.index, 2);
    jw_key(w, "other_rank");
    other_rank ? jw_int(w, other_rank) : jw_null(w);
    jw_kmicro(w, "deducted_index", row->less.index, 2);
    jw_kint(w, "deducted_days", row->taken);
    write_items(w, u, row);
    write_day_counts(w, "good_days", &row->now.days);
    write_day_counts(w, "other_good_days", &row->now.other_days);
    jw_kmicro(w, "last_good_ratio", row->last.days.good_ratio, 1);
    write_unranked(w, row);
    jw_end_object(w);
}

struct ranks {
    int now[RANK_PLACES], from_end[RANK_PLACES], last[RANK_PLACES], other[RANK_PLACES];
};

static void rank_all(const struct place_row *row, size_t n, struct ranks *r)
{
    micro now[RANK_PLACES], last[RANK_PLACES], other[RANK_PLACES];
    for (size_t i = 0; i < n; i++) {
        now[i] = row[i].index.index;
        last[i] = row[i].last_index.index;
        other[i] = row[i].other.index;
    }
    rank_values(RANK_SMALL_FIRST, now, n, r->now, r->from_end);
    rank_values(RANK_SMALL_FIRST, last, n, r->last, NULL);
    rank_values(RANK_SMALL_FIRST, other, n, r->other, NULL);
}

void rank_write_span(struct jw *w, struct day_span s, int64_t asked_to)
{
    char date[CN_TEXT];
    jw_kstr(w, "from", cn_format_date(cn_day_start(s.from), date));
    jw_kstr(w, "to", cn_format_date(cn_day_start(s.to > s.from ? s.to - 1 : s.from), date));
    jw_kbool(w, "running", s.to < asked_to);
}

static void write_choices(struct jw *w, const struct ordinances *o)
{
    jw_key(w, "choices");
    jw_array(w);
    for (size_t i = 0; i < o->n_composite; i++) {
        rank_write_head(w, &o->composite[i].set);
        jw_end_object(w);
    }
    jw_end_array(w);
}

static void write_city(struct jw *w, struct board *b, struct day_span span, const struct rules_used *u,
                       struct place_row *city)
{
    *city = (struct place_row){
        .code = "", .name = b->place->name, .name_en = b->place->name_en, .stations = air_stations(b, 0)
    };
    rank_read_row(b, (struct air_of){ 0 }, span, u, city);
    jw_key(w, "city");
    write_row(w, u, city, 0, 0, 0, 0);
}

/* row: RANK_PLACES and one for the city. */
static void write_page(struct board *b, const struct ranking_ask *ask, struct day_span span,
                       const struct rules_used *u, struct place_row *row, struct ranks *r, struct buf *out)
{
    struct jw w = JW(out);
    size_t n = rank_read_rows(b, ask->stations, span, u, row);
    rank_all(row, n, r);
    jw_object(&w);
    rank_write_span(&w, span, ask->to);
    jw_kstr(&w, "level", ask->stations ? "station" : "county");
    jw_key(&w, "rules");
    write_rules(&w, u->rank);
    jw_key(&w, "other");
    write_rules(&w, u->other);
    jw_kstr(&w, "index_rules", u->index->set.id);
    jw_kstr(&w, "other_index_rules", u->other_index ? u->other_index->set.id : NULL);
    write_differences(&w, u);
    write_choices(&w, &b->def.ordinances);
    jw_key(&w, "rows");
    jw_array(&w);
    for (size_t i = 0; i < n; i++)
        write_row(&w, u, &row[i], r->now[i], r->from_end[i], r->last[i], r->other[i]);
    jw_end_array(&w);
    write_city(&w, b, span, u, &row[RANK_PLACES]);
    jw_end_object(&w);
}

int rank_write(struct board *b, const struct ranking_ask *ask, int64_t now, struct buf *out, struct err *e)
{
    struct day_span span = rank_over_so_far(ask->from, ask->to, now);
    struct rules_used u;
    struct ranks *r = malloc(sizeof *r);
    struct place_row *row = calloc(RANK_PLACES + 1, sizeof *row);
    int code = row && r ? 0 : err_set(e, -ENOMEM, "out of memory");
    if (code == 0 && !rank_rules_on(b, span.to > span.from ? span.to - 1 : span.from, ask->other, &u))
        code = err_named(e, -EINVAL, "ranking.rules", "no ranking rule is in force on these days");
    if (code == 0 && ask->other && *ask->other && !u.other)
        code = err_named(e, -EINVAL, "ranking.rules", "there is no ranking rule '%.60s'", ask->other);
    if (code == 0)
        write_page(b, ask, span, &u, row, r, out);
    free(row);
    free(r);
    return code;
}

int board_write_ranking(struct board *b, const struct ranking_ask *ask, int64_t now, struct buf *out,
                        struct err *e)
{
    pthread_mutex_lock(&b->lock);
    int r = rank_write(b, ask, now, out, e);
    pthread_mutex_unlock(&b->lock);
    return r;
}
