/* What became of each period that the calendar expects (docs/missing.md), what people say of it, and the rates made of that. */
#include "measure/internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"

const char *lost_why_word(enum lost_why w)
{
    return w == LOST_PART ? "part" : "damaged";
}

const struct site_limit *stream_limit(const struct board_site *s, const struct stream *st, int64_t day)
{
    return st->dated ? site_limit_on(s->site, st->code, day) : st->limit;
}

/* ---- one period ---- */

bool made_put(struct stream *st, int64_t hour)
{
    enum { BYTES = MADE_HOURS / 8 };
    if (hour < 0 || (st->made && hour <= st->made_newest - MADE_HOURS))
        return false;
    if (!st->made) {
        if (!(st->made = calloc(BYTES, 1)))
            return false;
        st->made_newest = hour;
    }
    for (; st->made_newest < hour; st->made_newest++) {
        int64_t next = (st->made_newest + 1) % MADE_HOURS;
        if (hour - st->made_newest > MADE_HOURS) { /* all of it is older than what is kept */
            memset(st->made, 0, BYTES);
            st->made_newest = hour - 1;
            continue;
        }
        st->made[next / 8] &= (uint8_t) ~(1U << next % 8);
    }
    uint8_t *byte = &st->made[hour % MADE_HOURS / 8], bit = (uint8_t)(1U << hour % MADE_HOURS % 8);
    bool fresh = !(*byte & bit);
    *byte |= bit;
    return fresh;
}

static bool made(const struct stream *st, int64_t hour)
{
    return st->made && hour >= 0 && hour <= st->made_newest && hour > st->made_newest - MADE_HOURS &&
           (st->made[hour % MADE_HOURS / 8] >> hour % MADE_HOURS % 8 & 1);
}

static bool was_lost(const struct board_site *s, const struct stream *st, bool days, int64_t slot)
{
    int64_t from = days ? cn_day_start(slot) : cn_hour_start(slot), to = from + (days ? MS_DAY : MS_HOUR);
    /* By their beginning, none longer than a day: those that can reach in stand together. */
    size_t low = 0, high = s->n_lost;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (s->lost[middle].from <= from - MS_DAY)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < s->n_lost && s->lost[low].from < to; low++)
        if (s->lost[low].to > from)
            return true;
    if (!days)
        return made(st, slot);
    for (int h = 0; h < 24; h++)
        if (made(st, slot * 24 + h) || series_at(&st->hour, slot * 24 + h))
            return true;
    return false;
}

enum slot_kind slot_of(const struct board_site *s, const struct stream *st, bool days, int64_t slot,
                       int64_t known)
{
    const struct cell *c = series_at(days ? &st->day : &st->hour, slot);
    int64_t from = days ? cn_day_start(slot) : cn_hour_start(slot);
    if (c && (int64_t)c->arrival * MS_SECOND > known)
        c = NULL;
    const struct review *r =
        s->n_reviews ? review_of(s, st, from, from + (days ? MS_DAY : MS_HOUR), known) : NULL;
    if (!c)
        return r && r->kind == REVIEW_EXCEPTED ? SLOT_EXCEPTED
               : was_lost(s, st, days, slot)   ? SLOT_LOST
                                               : SLOT_NOT_SENT;
    if (r && r->kind == REVIEW_EXCEPTED)
        return SLOT_EXCEPTED;
    /* No text allows a negative concentration, so it is not valid (definitions/checks marks it). */
    if (c->v == MICRO_MISSING || (s->site->kind == SITE_AIR && c->v < 0))
        return SLOT_INVALID;
    if (r)
        return r->kind == REVIEW_VALID ? SLOT_VALID : SLOT_INVALID;
    return flag_valid(c->flag) ? SLOT_VALID : strchr(s->planned, c->flag) ? SLOT_EXCEPTED : SLOT_INVALID;
}

micro hour_of(const struct board_site *s, const struct stream *st, int64_t slot)
{
    return slot_of(s, st, false, slot, INT64_MAX) == SLOT_VALID ? series_at(&st->hour, slot)->v
                                                                : MICRO_MISSING;
}

/* ---- spans ---- */

static bool hourly(const struct board_site *s)
{
    return s->first_hour != INT64_MAX;
}

/* How long after its end a period may still come before it counts as missing: as for gap healing. */
enum { GRACE_HOUR_MS = 10 * 60 * 1000, GRACE_DAY_MS = 2 * 60 * 60 * 1000 };

/* The expected slots of from <= time < to: from the first value on that the site ever sent, up to what must have come by now. */
static void expected(const struct board_site *s, int64_t from, int64_t to, int64_t now, int64_t *ret_first,
                     int64_t *ret_last)
{
    bool hours = hourly(s);
    int64_t unit = hours ? MS_HOUR : MS_DAY, due = now - (hours ? GRACE_HOUR_MS : GRACE_DAY_MS);
    int64_t first = hours ? cn_hour_of(from + unit - 1) : cn_day_of(from + unit - 1);
    int64_t last = (hours ? cn_hour_of(to + unit - 1) : cn_day_of(to + unit - 1)) - 1;
    int64_t over = (hours ? cn_hour_of(due) : cn_day_of(due)) - 1,
            since = hours ? s->first_hour : s->first_day;
    *ret_first = first < since ? since : first;
    *ret_last = last > over ? over : last;
}

void count_slots(const struct board_site *s, const struct stream *st, int64_t from, int64_t to, int64_t known,
                 int64_t now, struct counts *c)
{
    int64_t first, last;
    if (!hourly(s) && s->first_day == INT64_MAX)
        return;
    expected(s, from, to, now, &first, &last);
    for (int64_t i = first; i <= last; i++)
        c->n[slot_of(s, st, !hourly(s), i, known)]++;
}

enum { CLOSE_LOOK_DAYS = 31 };

/* Whether there is nothing to look for: of the last weeks each factor that the site sends, before that any. */
static bool complete(const struct board_site *s, int64_t hour, int64_t now)
{
    bool close = hour > cn_hour_of(now) - CLOSE_LOOK_DAYS * 24, any = false, all = true;
    for (size_t i = 0; i < s->n_streams; i++) {
        bool here = series_at(&s->stream[i].hour, hour) != NULL;
        any |= here;
        all &= here || !s->stream[i].hour.n;
    }
    return close ? all : any;
}

size_t board_open_hours(struct board *b, int32_t site, int64_t now, struct span *ret, size_t most)
{
    size_t n = 0;
    pthread_mutex_lock(&b->lock);
    const struct board_site *s = board_site(b, site);
    int64_t h = cn_hour_of(now) - 1;
    while (s && hourly(s) && h >= s->first_hour && n < most) {
        int64_t end = h;
        while (h >= s->first_hour && !complete(s, h, now))
            h--;
        if (h < end)
            ret[n++] = (struct span){ cn_hour_start(h + 1), cn_hour_start(end + 1) };
        h--;
    }
    pthread_mutex_unlock(&b->lock);
    return n;
}

void board_slots(struct board *b, int32_t site, const char *factor, enum period period, int64_t from,
                 size_t n, uint8_t *ret)
{
    memset(ret, 255, n);
    pthread_mutex_lock(&b->lock);
    const struct board_site *s = board_site(b, site);
    const struct stream *st = NULL;
    for (size_t i = 0; s && i < s->n_streams; i++)
        if (strcmp(s->stream[i].code, factor) == 0)
            st = &s->stream[i];
    bool days = period == PERIOD_DAY;
    if (st && (days || period == PERIOD_HOUR)) {
        int64_t first = days ? cn_day_of(from) : cn_hour_of(from),
                since = days ? s->first_day : s->first_hour;
        int64_t due = b->now - (days ? GRACE_DAY_MS : GRACE_HOUR_MS);
        int64_t over = (days ? cn_day_of(due) : cn_hour_of(due)) - 1;
        for (size_t i = 0; i < n; i++) {
            int64_t slot = first + (int64_t)i;
            bool here = series_at(days ? &st->day : &st->hour, slot) != NULL;
            if (here || (slot >= since && slot <= over))
                ret[i] = (uint8_t)slot_of(s, st, days, slot, INT64_MAX);
        }
    }
    pthread_mutex_unlock(&b->lock);
}

/* ---- what app tells ---- */

static int by_site(const void *a, const void *b)
{
    const struct lost_span *x = a, *y = b;
    return x->site != y->site ? (x->site > y->site) - (x->site < y->site)
                              : (x->from > y->from) - (x->from < y->from);
}

int board_set_lost(struct board *b, const struct lost_span *l, size_t n, struct err *e)
{
    struct lost_span *copy = malloc((n + 1) * sizeof *copy);
    if (!copy)
        return err_set(e, -ENOMEM, "no memory for %zu losses", n);
    if (n)
        memcpy(copy, l, n * sizeof *copy);
    qsort(copy, n, sizeof *copy, by_site);
    pthread_mutex_lock(&b->lock);
    for (size_t i = 0, at = 0; i < b->place->n_sites; i++) {
        struct board_site *s = &b->site[i];
        size_t had = s->n_lost;
        for (; at < n && copy[at].site < s->site->id; at++)
            ;
        s->lost = &copy[at];
        for (s->n_lost = 0; at < n && copy[at].site == s->site->id; at++)
            s->n_lost++;
        if (had != s->n_lost)
            reviews_touch(b, s);
    }
    free(b->lost);
    b->lost = copy;
    pthread_mutex_unlock(&b->lock);
    return 0;
}

/* ---- /quality ---- */

static const struct rate_rules *rules_of(const struct board *b, const struct site *site, int64_t day)
{
    for (size_t i = 0; i < b->def.n_rates; i++) {
        const struct rate_rules *r = &b->def.rates[i];
        if (r->kinds & 1u << site->kind && r->from <= day && r->to >= day)
            return r;
    }
    return NULL;
}

void write_counts(struct jw *w, const struct counts *c)
{
    jw_object(w);
    jw_kint(w, "expected", counts_expected(c));
    for (int k = 0; k < SLOT_KINDS; k++)
        jw_kint(w, slot_kind_word((enum slot_kind)k), c->n[k]);
    jw_end_object(w);
}

static void write_rates(struct jw *w, const struct rate_rules *rules, const struct counts *c)
{
    jw_key(w, "counts");
    write_counts(w, c);
    jw_key(w, "rates");
    jw_array(w);
    for (int i = 0; rules && i < rules->n; i++) {
        struct rate r = rate_of(rules, i, c);
        jw_object(w);
        jw_kstr(w, "id", rules->rate[i].id);
        jw_kint(w, "over", r.over);
        jw_kint(w, "under", r.under);
        jw_kmicro(w, "value", r.value, 2);
        jw_key(w, "passes");
        r.passes < 0 ? jw_null(w) : jw_bool(w, r.passes == 1);
        jw_end_object(w);
    }
    jw_end_array(w);
}

static void write_rules(struct jw *w, const struct board *b)
{
    char date[CN_TEXT];
    jw_key(w, "rules");
    jw_array(w);
    for (size_t i = 0; i < b->def.n_rates; i++) {
        const struct rate_rules *r = &b->def.rates[i];
        jw_object(w);
        jw_kstr(w, "id", r->id);
        jw_kstr(w, "title", r->title);
        jw_kstr(w, "title_en", r->title_en);
        jw_kstr(w, "source", r->source);
        jw_kstr(w, "from", r->from > SITE_LIMIT_ALWAYS ? cn_format_date(cn_day_start(r->from), date) : NULL);
        jw_kstr(w, "to", r->to < SITE_LIMIT_EVER ? cn_format_date(cn_day_start(r->to), date) : NULL);
        jw_key(w, "rates");
        jw_array(w);
        for (int k = 0; k < r->n; k++) {
            jw_object(w);
            jw_kstr(w, "id", r->rate[k].id);
            jw_kstr(w, "title", r->rate[k].title);
            jw_kstr(w, "title_en", r->rate[k].title_en);
            jw_kmicro(w, "pass", r->rate[k].pass, -1);
            jw_kstr(w, "clause", r->rate[k].clause);
            jw_kstr(w, "clause_en", r->rate[k].clause_en);
            jw_kstr(w, "certainty", r->rate[k].certainty);
            jw_end_object(w);
        }
        jw_end_array(w);
        jw_end_object(w);
    }
    jw_end_array(w);
}

static void write_factors(struct jw *w, const struct board_site *s, const struct rate_rules *rules,
                          const struct rates_ask *a)
{
    jw_key(w, "factors");
    jw_array(w);
    for (size_t i = 0; i < s->n_streams; i++) {
        const struct stream *st = &s->stream[i];
        struct counts c = { 0 };
        count_slots(s, st, a->from, a->to, a->known, a->now, &c);
        count_checks(s, st->code, a->from, a->to, a->known, &c);
        jw_object(w);
        jw_kstr(w, "factor", st->code);
        jw_kstr(w, "name", st->factor ? st->factor->name : st->code);
        jw_kstr(w, "name_en", st->factor ? st->factor->name_en : st->code);
        write_rates(w, rules, &c);
        jw_end_object(w);
    }
    jw_end_array(w);
}

void write_site_rates(struct jw *w, const struct board *b, const struct board_site *s,
                      const struct rates_ask *a)
{
    const struct rate_rules *rules = rules_of(b, s->site, cn_day_of(a->to - 1));
    struct counts c = { 0 };
    for (size_t i = 0; i < s->n_streams; i++)
        count_slots(s, &s->stream[i], a->from, a->to, a->known, a->now, &c);
    count_checks(s, NULL, a->from, a->to, a->known, &c);
    jw_object(w);
    jw_key(w, "site");
    site_write(w, s->site);
    jw_kstr(w, "kind", site_kind_word(s->site->kind));
    jw_key(w, "unit");
    unit_write(w, place_unit(b->place, s->site->unit));
    jw_kstr(w, "period", hourly(s) || s->first_day == INT64_MAX ? "hour" : "day");
    jw_kstr(w, "rules", rules ? rules->id : NULL);
    jw_kint(w, "qc_passed", c.n[COUNT_QC_PASSED]);
    jw_kint(w, "qc_failed", c.n[COUNT_QC_FAILED]);
    write_rates(w, rules, &c);
    if (a->factors)
        write_factors(w, s, rules, a);
    jw_end_object(w);
}

void board_write_quality(struct board *b, int kind, int32_t site, int64_t from, int64_t to, int64_t known,
                         int64_t now, bool factors, struct buf *out)
{
    struct jw w = JW(out);
    struct rates_ask a = {
        .from = from, .to = to, .known = known, .now = now < known ? now : known, .factors = factors
    };
    pthread_mutex_lock(&b->lock);
    jw_object(&w);
    jw_ktime(&w, "from", from);
    jw_ktime(&w, "to", to);
    jw_ktime(&w, "known", a.now);
    write_rules(&w, b);
    jw_key(&w, "sites");
    jw_array(&w);
    for (size_t i = 0; i < b->place->n_sites; i++) {
        const struct board_site *s = &b->site[i];
        if ((kind < 0 || (int)s->site->kind == kind) && (!site || s->site->id == site))
            write_site_rates(&w, b, s, &a);
    }
    jw_end_array(&w);
    jw_end_object(&w);
    pthread_mutex_unlock(&b->lock);
}
