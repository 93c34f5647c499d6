/* The page of rankings and compensation: counties or stations over a month, a quarter or a year, beside the same period last year. */
#include "measure/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"

enum { PLACES = 256 };

/* One place over one period. */
struct standing {
    struct air_period item[AIR_ITEMS];
    micro c[AIR_ITEMS];                 /* what enters the index; MICRO_MISSING when the item is not valid */
    struct air_counts days, other_days; /* by the rules of the days, and by the edition beside them */
    int days_over;
    bool kept; /* the board holds the whole period */
};

struct place_row {
    const char *code, *name, *name_en;
    int32_t id;
    size_t stations;
    struct standing now, last, deducted;
    struct composite index, last_index, other, less;
    int taken; /* days taken by events, of any item */
};

struct rules_used {
    const struct air_evaluation *ev;
    const struct air_index_rules *index, *other_index;
    const struct composite_rules *rank, *other;
};

struct day_span {
    int64_t from, to; /* day numbers, to exclusive */
};

static struct day_span year_before(struct day_span s)
{
    struct cn_civil a = cn_from_ms(cn_day_start(s.from)), b = cn_from_ms(cn_day_start(s.to));
    /* Both are first days of months; a running period ends on any day. 29 February falls on the 28th. */
    int day = b.month == 2 && b.day == 29 ? 28 : b.day;
    return (struct day_span){ cn_days(a.year - 1, a.month, a.day), cn_days(b.year - 1, b.month, day) };
}

static void stand(struct board *b, struct air_of of, struct day_span span, const struct rules_used *u,
                  bool deduct, struct standing *ret, int *ret_taken)
{
    micro day[AIR_ITEMS][AIR_YEAR_DAYS];
    int aqi[AIR_YEAR_DAYS], other[AIR_YEAR_DAYS], n = (int)(span.to - span.from);
    struct air_event event[16];
    size_t n_events = 0;
    *ret = (struct standing){ .kept = n > 0 && n <= AIR_YEAR_DAYS && b->n_days && span.from >= b->first_day &&
                                      span.to <= b->first_day + (int64_t)b->n_days };
    for (size_t i = 0; deduct && i < b->place->n_events && n_events < COUNT_OF(event); i++) {
        const struct place_event *p = &b->place->events[i];
        event[n_events++] = (struct air_event){ p->from, p->to, p->items, p->dust };
    }
    for (int i = 0; i < AIR_ITEMS; i++)
        ret->c[i] = MICRO_MISSING;
    if (!ret->kept)
        return;
    for (int d = 0; d < n; d++) {
        struct day_state st;
        struct air_index x = { .aqi = -1 };
        bool have = air_day_of(b, of, span.from + d, 24, &st);
        for (int i = 0; i < AIR_ITEMS; i++)
            day[i][d] = have ? st.v.v[AIR_DAY][i] : MICRO_MISSING;
        aqi[d] = have ? st.index.aqi : -1;
        if (have && u->other_index)
            air_index(u->other_index, AIR_REPORT_DAY, &st.v, &x);
        other[d] = x.aqi;
    }
    air_count_days(aqi, n, &ret->days);
    air_count_days(other, n, &ret->other_days);
    for (int i = 0; i < AIR_ITEMS; i++) {
        int taken = deduct ? air_deduct(event, n_events, (enum air_item)i, span.from, day[i], n, day[i]) : 0;
        if (ret_taken && taken > *ret_taken)
            *ret_taken = taken;
        air_period(u->ev, (enum air_item)i, span.from, day[i], n, &ret->item[i]);
        if (ret->item[i].why == AIR_JUDGED)
            ret->c[i] = u->rank->percentile[i] ? ret->item[i].percentile : ret->item[i].mean;
    }
}

static void read_row(struct board *b, struct air_of of, struct day_span span, const struct rules_used *u,
                     struct place_row *row)
{
    stand(b, of, span, u, false, &row->now, NULL);
    stand(b, of, year_before(span), u, false, &row->last, NULL);
    stand(b, of, span, u, true, &row->deducted, &row->taken);
    composite_index(u->rank, row->now.c, &row->index);
    composite_index(u->rank, row->last.c, &row->last_index);
    composite_index(u->rank, row->deducted.c, &row->less);
    if (u->other)
        composite_index(u->other, row->now.c, &row->other);
    else
        row->other.index = MICRO_MISSING;
}

static size_t read_rows(struct board *b, bool stations, struct day_span span, const struct rules_used *u,
                        struct place_row *row)
{
    size_t n = 0;
    for (size_t i = 0; !stations && i < b->place->n_regions && n < PLACES; i++) {
        const struct region *r = &b->place->regions[i];
        if (!r->parent || air_stations(b, r->id) == 0)
            continue;
        row[n] = (struct place_row){ .code = r->code,
                                     .name = r->name,
                                     .name_en = r->name_en,
                                     .id = r->id,
                                     .stations = air_stations(b, r->id) };
        read_row(b, (struct air_of){ .region = r->id }, span, u, &row[n++]);
    }
    for (size_t i = 0; stations && i < b->place->n_sites && n < PLACES; i++) {
        const struct site *s = &b->place->sites[i];
        if (s->kind != SITE_AIR)
            continue;
        row[n] = (struct place_row){
            .code = s->code, .name = s->name, .name_en = s->name_en, .id = s->id, .stations = 1
        };
        read_row(b, (struct air_of){ .site = s->id }, span, u, &row[n++]);
    }
    return n;
}

/* The edition that stands beside the one in force: the one before it, else the one after. */
static const struct composite_rules *composite_beside(const struct ordinances *o,
                                                      const struct composite_rules *r)
{
    const struct composite_rules *best = NULL;
    for (size_t i = 0; i < o->n_composite; i++) {
        const struct composite_rules *c = &o->composite[i];
        if (c->set.practice || c == r)
            continue;
        bool before = c->set.to < r->set.from, best_before = best && best->set.to < r->set.from;
        if (!best || (before && (!best_before || c->set.to > best->set.to)) ||
            (!before && !best_before && c->set.from < best->set.from))
            best = c;
    }
    return best;
}

static const struct air_index_rules *index_beside(const struct air_rulebook *k,
                                                  const struct air_index_rules *r)
{
    for (size_t i = 0; i < k->n_index; i++)
        if (!k->index[i].set.practice && &k->index[i] != r)
            return &k->index[i];
    return NULL;
}

static bool rules_on(struct board *b, int64_t last_day, const char *other, struct rules_used *u)
{
    const struct ordinances *o = &b->def.ordinances;
    *u = (struct rules_used){ .ev = air_evaluation_on(&b->def.book, last_day),
                              .index = air_index_on(&b->def.book, last_day),
                              .rank = composite_on(o, last_day) };
    if (!u->ev || !u->index || !u->rank)
        return false;
    u->other = other && *other ? composite_by_id(o, other) : composite_beside(o, u->rank);
    u->other_index = index_beside(&b->def.book, u->index);
    return true;
}

/* ---- writing ---- */
static void write_head(struct jw *w, const struct ruleset *s)
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
    write_head(w, &r->set);
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
    int now[PLACES], from_end[PLACES], last[PLACES], other[PLACES];
};

static void rank_all(const struct place_row *row, size_t n, struct ranks *r)
{
    micro now[PLACES], last[PLACES], other[PLACES];
    for (size_t i = 0; i < n; i++) {
        now[i] = row[i].index.index;
        last[i] = row[i].last_index.index;
        other[i] = row[i].other.index;
    }
    rank_values(RANK_SMALL_FIRST, now, n, r->now, r->from_end);
    rank_values(RANK_SMALL_FIRST, last, n, r->last, NULL);
    rank_values(RANK_SMALL_FIRST, other, n, r->other, NULL);
}

static void write_span(struct jw *w, struct day_span s, int64_t asked_to)
{
    char date[CN_TEXT];
    jw_kstr(w, "from", cn_format_date(cn_day_start(s.from), date));
    jw_kstr(w, "to", cn_format_date(cn_day_start(s.to > s.from ? s.to - 1 : s.from), date));
    jw_kbool(w, "running", s.to < asked_to);
}

/* The days of the period that are over. */
static struct day_span over_so_far(int64_t from, int64_t to, int64_t now)
{
    int64_t today = cn_day_of(now), end = to < today ? to : today;
    return (struct day_span){ from, end < from ? from : end };
}

int rank_write(struct board *b, const struct ranking_ask *ask, int64_t now, struct buf *out, struct err *e)
{
    struct jw w = JW(out);
    struct day_span span = over_so_far(ask->from, ask->to, now);
    struct rules_used u;
    struct ranks *r = malloc(sizeof *r);
    struct place_row *row = calloc(PLACES + 1, sizeof *row);
    int code = row && r ? 0 : err_set(e, -ENOMEM, "out of memory");
    if (code == 0 && !rules_on(b, span.to > span.from ? span.to - 1 : span.from, ask->other, &u))
        code = err_named(e, -EINVAL, "ranking.rules", "no ranking rule is in force on these days");
    if (code == 0 && ask->other && *ask->other && !u.other)
        code = err_named(e, -EINVAL, "ranking.rules", "there is no ranking rule '%.60s'", ask->other);
    if (code == 0) {
        size_t n = read_rows(b, ask->stations, span, &u, row);
        rank_all(row, n, r);
        jw_object(&w);
        write_span(&w, span, ask->to);
        jw_kstr(&w, "level", ask->stations ? "station" : "county");
        jw_key(&w, "rules");
        write_rules(&w, u.rank);
        jw_key(&w, "other");
        write_rules(&w, u.other);
        jw_kstr(&w, "index_rules", u.index->set.id);
        jw_kstr(&w, "other_index_rules", u.other_index ? u.other_index->set.id : NULL);
        write_differences(&w, &u);
        jw_key(&w, "choices");
        jw_array(&w);
        for (size_t i = 0; i < b->def.ordinances.n_composite; i++) {
            write_head(&w, &b->def.ordinances.composite[i].set);
            jw_end_object(&w);
        }
        jw_end_array(&w);
        jw_key(&w, "rows");
        jw_array(&w);
        for (size_t i = 0; i < n; i++)
            write_row(&w, &u, &row[i], r->now[i], r->from_end[i], r->last[i], r->other[i]);
        jw_end_array(&w);
        struct place_row *city = &row[PLACES];
        *city = (struct place_row){
            .code = "", .name = b->place->name, .name_en = b->place->name_en, .stations = air_stations(b, 0)
        };
        read_row(b, (struct air_of){ 0 }, span, &u, city);
        jw_key(&w, "city");
        write_row(&w, &u, city, 0, 0, 0, 0);
        jw_end_object(&w);
    }
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

/* ---- compensation ---- */
static void value_put(struct money_value *v, const char *key, micro now, micro last)
{
    *v = (struct money_value){ .now = now, .last = last, .target = MICRO_MISSING };
    snprintf(v->key, sizeof v->key, "%s", key);
}

enum { VALUES = AIR_ITEMS + 1 };

static void values_of(const struct place_row *row, struct money_value v[VALUES])
{
    for (int i = 0; i < AIR_ITEMS; i++)
        value_put(&v[i], air_item_word((enum air_item)i),
                  row->now.item[i].why == AIR_JUDGED && row->now.kept ? row->now.item[i].mean : MICRO_MISSING,
                  row->last.item[i].why == AIR_JUDGED && row->last.kept ? row->last.item[i].mean
                                                                        : MICRO_MISSING);
    value_put(&v[AIR_ITEMS], "good_days", row->now.days.good_ratio, row->last.days.good_ratio);
}

static void write_line(struct jw *w, const struct money_line *l)
{
    static const char *const states[] = { "counted", "no_data", "refused" };
    jw_object(w);
    jw_kstr(w, "name", l->term->name);
    jw_kstr(w, "name_en", l->term->name_en);
    jw_kstr(w, "state", states[l->state]);
    jw_kmicro(w, "now", l->now, -1);
    jw_kmicro(w, "last", l->last, -1);
    jw_kmicro(w, "amount", l->amount, 0);
    jw_kstr(w, "text", l->text);
    jw_kstr(w, "text_en", l->text_en);
    jw_kstr(w, "certainty", *l->term->certainty ? l->term->certainty : NULL);
    jw_end_object(w);
}

static void write_money(struct jw *w, const struct money_rules *rule, const struct place_row *row)
{
    struct money_value v[VALUES];
    struct money m;
    values_of(row, v);
    money_compute(rule, row->name, v, VALUES, &m);
    jw_object(w);
    jw_kint(w, "id", row->id);
    jw_kstr(w, "code", row->code);
    jw_kstr(w, "name", row->name);
    jw_kstr(w, "name_en", row->name_en);
    jw_kmicro(w, "score", m.score, -1);
    jw_kmicro(w, "factor", m.factor, -1);
    jw_kmicro(w, "total", m.total, 0);
    jw_kmicro(w, "counted", m.counted, 0);
    jw_kint(w, "refused", m.refused);
    jw_kint(w, "no_data", m.no_data);
    jw_key(w, "lines");
    jw_array(w);
    for (int i = 0; i < m.n; i++)
        write_line(w, &m.line[i]);
    jw_end_array(w);
    jw_end_object(w);
}

static void write_scheme(struct jw *w, const struct money_rules *r, struct day_span span)
{
    struct err why = { 0 };
    write_head(w, &r->set);
    jw_kstr(w, "scheme", r->scheme);
    jw_kstr(w, "period", r->period);
    jw_kstr(w, "payer", r->payer);
    jw_kstr(w, "payer_en", r->payer_en);
    jw_kbool(w, "in_force", money_in_force(r, span.from, span.to - 1, &why) == 0);
}

static bool named(const char *list, const char *id)
{
    size_t len = strlen(id);
    for (const char *p = list; p && *p; p += strcspn(p, ","), p += *p == ',')
        if (strcspn(p, ",") == len && memcmp(p, id, len) == 0)
            return true;
    return false;
}

int rank_write_money(struct board *b, const struct ranking_ask *ask, const char *rules, int64_t now,
                     struct buf *out, struct err *e)
{
    struct jw w = JW(out);
    struct day_span span = over_so_far(ask->from, ask->to, now);
    struct rules_used u;
    struct place_row *row = calloc(PLACES, sizeof *row);
    int code = row ? 0 : err_set(e, -ENOMEM, "out of memory");
    const struct ordinances *o = &b->def.ordinances;
    if (code == 0 && !rules_on(b, span.to > span.from ? span.to - 1 : span.from, NULL, &u))
        code = err_named(e, -EINVAL, "ranking.rules", "no evaluation rule is in force on these days");
    if (code == 0) {
        u.other_index = NULL;
        size_t n = read_rows(b, ask->stations, span, &u, row);
        jw_object(&w);
        write_span(&w, span, ask->to);
        jw_key(&w, "choices");
        jw_array(&w);
        for (size_t i = 0; i < o->n_money; i++)
            if (strcmp(o->money[i].of, "air") == 0) {
                write_scheme(&w, &o->money[i], span);
                jw_end_object(&w);
            }
        jw_end_array(&w);
        jw_key(&w, "rules");
        jw_array(&w);
        for (size_t i = 0; i < o->n_money; i++) {
            if (strcmp(o->money[i].of, "air") != 0 || !named(rules, o->money[i].set.id))
                continue;
            write_scheme(&w, &o->money[i], span);
            jw_key(&w, "places");
            jw_array(&w);
            for (size_t k = 0; k < n; k++)
                write_money(&w, &o->money[i], &row[k]);
            jw_end_array(&w);
            jw_end_object(&w);
        }
        jw_end_array(&w);
        jw_end_object(&w);
    }
    free(row);
    return code;
}

int board_write_compensation(struct board *b, const struct ranking_ask *ask, const char *rules, int64_t now,
                             struct buf *out, struct err *e)
{
    pthread_mutex_lock(&b->lock);
    int r = rank_write_money(b, ask, rules, now, out, e);
    pthread_mutex_unlock(&b->lock);
    return r;
}

/* ---- what they are made of ---- */
static bool span_kept(const struct board *b, struct day_span s)
{
    return b->n_days && s.to > s.from && s.from >= b->first_day && s.to <= b->first_day + (int64_t)b->n_days;
}

static void also(struct inputs_ask *in, const char *kind, const struct ruleset *set)
{
    in->also[in->n_also].kind = kind;
    in->also[in->n_also++].set = set;
}

int rank_inputs(struct board *b, const struct ranking_ask *ask, const struct money_rules *rule, int64_t now,
                struct inputs_ask *ret, struct err *e)
{
    struct day_span span = over_so_far(ask->from, ask->to, now), before = year_before(span);
    struct rules_used u;
    if (!span_kept(b, span))
        return err_named(e, -ENOENT, "not_found", "no data of that time are kept, or no day of it is over");
    if (!rules_on(b, span.to - 1, rule ? NULL : ask->other, &u))
        return err_named(e, -EINVAL, "ranking.rules", "no ranking rule is in force on these days");
    *ret = (struct inputs_ask){ .item = -1,
                                .first = span.from,
                                .last = span.to - 1,
                                .ranked = true,
                                .stations = ask->stations,
                                .city = !rule };
    if (span_kept(b, before)) {
        ret->year_before = before.from;
        ret->year_before_days = (size_t)(before.to - before.from);
    }
    also(ret, "air.evaluation", &u.ev->set);
    if (rule) {
        also(ret, "compensation.air", &rule->set);
        return 0;
    }
    also(ret, "air.ranking", &u.rank->set);
    if (u.other)
        also(ret, "air.ranking", &u.other->set);
    if (u.other_index)
        also(ret, "air.index", &u.other_index->set);
    return 0;
}
