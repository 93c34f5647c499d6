/* What is paid for the air by each rule of compensation. */
#include "measure/rank.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"

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
    rank_write_head(w, &r->set);
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

static bool of_air(const struct money_rules *r)
{
    return strcmp(r->of, "air") == 0;
}

static void write_choices(struct jw *w, const struct ordinances *o, struct day_span span)
{
    jw_key(w, "choices");
    jw_array(w);
    for (size_t i = 0; i < o->n_money; i++)
        if (of_air(&o->money[i])) {
            write_scheme(w, &o->money[i], span);
            jw_end_object(w);
        }
    jw_end_array(w);
}

static void write_rule(struct jw *w, const struct money_rules *rule, struct day_span span,
                       const struct place_row *row, size_t n)
{
    write_scheme(w, rule, span);
    jw_key(w, "places");
    jw_array(w);
    for (size_t k = 0; k < n; k++)
        write_money(w, rule, &row[k]);
    jw_end_array(w);
    jw_end_object(w);
}

int rank_write_money(struct board *b, const struct ranking_ask *ask, const char *rules, int64_t now,
                     struct buf *out, struct err *e)
{
    struct jw w = JW(out);
    struct day_span span = rank_over_so_far(ask->from, ask->to, now);
    struct rules_used u;
    const struct ordinances *o = &b->def.ordinances;
    if (!rank_rules_on(b, span.to > span.from ? span.to - 1 : span.from, NULL, &u))
        return err_named(e, -EINVAL, "ranking.rules", "no evaluation rule is in force on these days");
    scoped(freep) struct place_row *row = calloc(RANK_PLACES, sizeof *row);
    if (!row)
        return err_set(e, -ENOMEM, "out of memory");
    u.other_index = NULL; /* nothing is paid by an edition that is not in force */
    size_t n = rank_read_rows(b, ask->stations, span, &u, row);
    jw_object(&w);
    rank_write_span(&w, span, ask->to);
    write_choices(&w, o, span);
    jw_key(&w, "rules");
    jw_array(&w);
    for (size_t i = 0; i < o->n_money; i++)
        if (of_air(&o->money[i]) && named(rules, o->money[i].set.id))
            write_rule(&w, &o->money[i], span, row, n);
    jw_end_array(&w);
    jw_end_object(&w);
    return 0;
}

int board_write_compensation(struct board *b, const struct ranking_ask *ask, const char *rules, int64_t now,
                             struct buf *out, struct err *e)
{
    pthread_mutex_lock(&b->lock);
    int r = rank_write_money(b, ask, rules, now, out, e);
    pthread_mutex_unlock(&b->lock);
    return r;
}
