/* What an opinion on values would move, before it is given: the same days, means and rates computed without it and with it. */
#include "measure/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "store/store.h"

static void write_index(struct jw *w, const char *key, const struct day_state *d)
{
    jw_key(w, key);
    if (!d || d->index.aqi < 0) {
        jw_null(w);
        return;
    }
    jw_object(w);
    jw_kint(w, "aqi", d->index.aqi);
    jw_kint(w, "level", d->index.level);
    jw_key(w, "primary");
    write_primary(w, d->index.primary);
    jw_end_object(w);
}

static void write_days(struct jw *w, const struct board *b, const struct board_site *s,
                       const struct review *r, int64_t now)
{
    char date[CN_TEXT];
    int64_t last = cn_day_of(r->to - 1), today = cn_day_of(now);
    jw_key(w, "days");
    jw_array(w);
    for (int64_t d = cn_day_of(r->from); s->day && d <= last && d < today; d++) {
        if (d < b->first_day || d >= b->first_day + (int64_t)b->n_days)
            continue;
        jw_object(w);
        jw_kstr(w, "day", cn_format_date(cn_day_start(d), date));
        write_index(w, "site", &s->day[d - b->first_day]);
        write_index(w, "city", &b->city[d - b->first_day]);
        jw_end_object(w);
    }
    jw_end_array(w);
}

/* Of an air station's valid days (HJ 663), of another site's valid hours, or days where it sends no hours. *ret_n: how many. */
static micro month_mean(const struct board *b, const struct board_site *s, const struct stream *st,
                        int64_t first, int64_t end, int *ret_n)
{
    int64_t sum = 0;
    int n = 0;
    bool hours = s->first_hour != INT64_MAX;
    for (int64_t d = first; d < end; d++) {
        if (s->day && st->item >= 0) {
            bool kept = d >= b->first_day && d < b->first_day + (int64_t)b->n_days;
            micro v = kept ? s->day[d - b->first_day].v.v[AIR_DAY][st->item] : MICRO_MISSING;
            if (v != MICRO_MISSING && !__builtin_add_overflow(sum, v, &sum))
                n++;
            continue;
        }
        for (int64_t i = hours ? d * 24 : d; i < (hours ? d * 24 + 24 : d + 1); i++) {
            const struct cell *c = series_at(hours ? &st->hour : &st->day, i);
            if (c && slot_of(s, st, !hours, i, INT64_MAX) == SLOT_VALID &&
                !__builtin_add_overflow(sum, c->v, &sum))
                n++;
        }
    }
    *ret_n = n;
    return n ? sum / n : MICRO_MISSING;
}

static void write_month(struct jw *w, const struct board *b, const struct board_site *s,
                        const struct review *r, int64_t first, int64_t end, int64_t now)
{
    char date[CN_TEXT];
    struct rates_ask ask = {
        .from = cn_day_start(first), .to = cn_day_start(end), .known = INT64_MAX, .now = now
    };
    jw_object(w);
    cn_format_date(ask.from, date);
    date[7] = '\0';
    jw_kstr(w, "month", date);
    jw_key(w, "means");
    jw_array(w);
    for (size_t i = 0; i < s->n_streams; i++) {
        const struct stream *st = &s->stream[i];
        int n;
        if (*r->factor && strcmp(r->factor, st->code) != 0)
            continue;
        micro v = month_mean(b, s, st, first, end, &n);
        jw_object(w);
        jw_kstr(w, "factor", st->code);
        jw_kstr(w, "name", st->factor ? st->factor->name : st->code);
        jw_kstr(w, "name_en", st->factor ? st->factor->name_en : st->code);
        jw_kstr(w, "unit", st->factor ? st->factor->unit : "");
        jw_kmicro(w, "value",
                  v == MICRO_MISSING ? v : micro_round(v, (st->factor ? st->factor->decimals : 2) + 1), -1);
        jw_kint(w, "of", n);
        jw_end_object(w);
    }
    jw_end_array(w);
    jw_key(w, "quality");
    write_site_rates(w, b, s, &ask);
    jw_end_object(w);
}

static void write_side(struct jw *w, const char *key, const struct board *b, const struct board_site *s,
                       const struct review *r, int64_t now)
{
    jw_key(w, key);
    jw_object(w);
    write_days(w, b, s, r, now);
    jw_key(w, "months");
    jw_array(w);
    for (struct cn_civil c = cn_from_ms(r->from); cn_day_start(cn_days(c.year, c.month, 1)) < r->to;) {
        int64_t first = cn_days(c.year, c.month, 1);
        c.year += c.month == 12;
        c.month = c.month % 12 + 1;
        write_month(w, b, s, r, first, cn_days(c.year, c.month, 1), now);
    }
    jw_end_array(w);
    jw_end_object(w);
}

int board_write_preview(struct board *b, const struct review *proposed, int64_t now, struct buf *out,
                        struct err *e)
{
    struct jw w = JW(out);
    pthread_mutex_lock(&b->lock);
    struct board_site *s = board_site(b, proposed->site);
    const struct review *was = s ? s->review : NULL;
    size_t n = s ? s->n_reviews : 0;
    scoped(freep) struct review *with = s ? malloc((n + 1) * sizeof *with) : NULL;
    if (!with) {
        pthread_mutex_unlock(&b->lock);
        return s ? err_set(e, -ENOMEM, "no memory for a preview")
                 : err_named(e, -ENOENT, "not_found", "no site %d", (int)proposed->site);
    }
    if (n)
        memcpy(with, was, n * sizeof *with);
    with[n] = *proposed;
    jw_object(&w);
    air_settle(b);
    write_side(&w, "before", b, s, proposed, now);
    s->review = with;
    s->n_reviews = n + 1;
    reviews_touch(b, s);
    air_settle(b);
    write_side(&w, "after", b, s, proposed, now);
    s->review = was;
    s->n_reviews = n;
    reviews_touch(b, s);
    air_settle(b);
    jw_end_object(&w);
    pthread_mutex_unlock(&b->lock);
    return 0;
}

void board_write_tiers(struct board *b, int64_t day, struct buf *out)
{
    struct jw w = JW(out);
    const struct tier_rules *r = tiers_on(&b->def.standards.tiers, day); /* never changed: no lock */
    if (!r) {
        jw_null(&w);
        return;
    }
    jw_object(&w);
    jw_kstr(&w, "id", r->set.id);
    jw_kstr(&w, "title", r->set.title);
    jw_kstr(&w, "title_en", r->set.title_en);
    jw_kstr(&w, "source", r->set.source);
    jw_kstr(&w, "clause", r->set.clause);
    jw_kstr(&w, "certainty", r->set.certainty);
    jw_kint(&w, "decides", r->decides);
    jw_key(&w, "levels");
    jw_array(&w);
    for (int i = 0; i < r->n; i++) {
        jw_object(&w);
        jw_kint(&w, "level", i + 1);
        jw_kstr(&w, "title", r->tier[i].title);
        jw_kstr(&w, "title_en", r->tier[i].title_en);
        jw_end_object(&w);
    }
    jw_end_array(&w);
    jw_end_object(&w);
}

int board_tier_of(struct board *b, int64_t day, const char *role, const char *unit_kind)
{
    const struct tier_rules *r = tiers_on(&b->def.standards.tiers, day);
    return r ? tier_of(r, role, unit_kind) : role_from_name(role) >= (int)ROLE_REVIEWER;
}

int board_tier_untiered(struct board *b, int64_t day)
{
    const struct tier_rules *r = tiers_on(&b->def.standards.tiers, day);
    return r ? r->untiered : 1;
}
