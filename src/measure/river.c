#include "measure/river.h"
#include "measure/sample.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"

/* What a section's streams were on each natural day of the board's years; computed when asked for. */
struct river {
    size_t n; /* days */
    uint8_t *dirty;
    micro *v; /* n_streams of each day */
};

int river_begin(struct board *b, struct board_site *s)
{
    river_free(s);
    struct river *r = calloc(1, sizeof *r);
    if (!r)
        return -ENOMEM;
    s->river = r;
    r->n = b->n_days;
    r->dirty = malloc(r->n);
    r->v = calloc(r->n * (s->n_streams + 1), sizeof *r->v);
    if (!r->dirty || !r->v) {
        river_free(s);
        return -ENOMEM;
    }
    memset(r->dirty, 1, r->n);
    return 0;
}

void river_free(struct board_site *s)
{
    if (s->river) {
        free(s->river->dirty);
        free(s->river->v);
    }
    free(s->river);
    s->river = NULL;
}

void river_touch(struct board *b, struct board_site *s, int64_t day)
{
    int64_t i = day - b->first_day;
    if (!s->river)
        return;
    for (int64_t k = i; k <= i + 1; k++) /* the day after looks back on it: see river_values_due */
        if (k >= 0 && (size_t)k < s->river->n)
            s->river->dirty[k] = 1;
}

/* National stations sample every four hours, others every hour: six values are due of one whose hours of two days are all at 00, 04 ... */
int river_values_due(const struct stream *st, int64_t day)
{
    for (int64_t h = day * 24 - 24; h < day * 24 + 24; h++)
        if (h % 4 != 0 && series_at(&st->hour, h))
            return 24;
    return 6;
}

static int share_of(int n, int percent)
{
    return (n * percent + 99) / 100;
}

static micro stream_day(const struct board_site *s, const struct stream *st, const struct grade_item *item,
                        int64_t day, int percent)
{
    const struct cell *sent = series_at(&st->day, day);
    micro v[24];
    if (sent)
        return slot_of(s, st, true, day, INT64_MAX) == SLOT_VALID ? sent->v : MICRO_MISSING;
    for (int i = 0; i < 24; i++)
        v[i] = hour_of(s, st, day * 24 + i);
    return water_mean(item, v, 24, (size_t)share_of(river_values_due(st, day), percent));
}

static const struct grade_table *table_on(const struct board *b, int64_t day)
{
    return grade_on(&b->def.standards.grades, WATER_CLASSES, ruled(b, day));
}

static const struct water_evaluation *evaluation_on(const struct board *b, int64_t day)
{
    return water_evaluation_on(&b->def.standards.water, ruled(b, day));
}

/* The values of one day, by stream; NULL outside the board's years. */
static const micro *day_values(struct board *b, const struct board_site *s, int64_t day)
{
    int64_t i = day - b->first_day;
    struct river *r = s->river;
    if (!r || !r->v || i < 0 || (size_t)i >= r->n)
        return NULL;
    micro *v = r->v + (size_t)i * s->n_streams;
    if (!r->dirty[i])
        return v;
    const struct grade_table *t = table_on(b, day);
    const struct water_evaluation *ev = evaluation_on(b, day);
    for (size_t k = 0; k < s->n_streams; k++) {
        const struct stream *st = &s->stream[k];
        int item = t ? grade_item_of(t, st->code, strlen(st->code)) : -1;
        v[k] = item >= 0 && ev ? stream_day(s, st, &t->item[item], day, ev->valid_share) : MICRO_MISSING;
    }
    r->dirty[i] = 0;
    return v;
}

/* One item of a section over a run of days of one month. */
struct days_figure {
    micro v;
    int have;     /* valid days */
    bool sampled; /* too few of them: it is the mean of what was sampled in these days */
};

/* The mean of the days of one stream (-1: the section has none of the item) when the share of them is there, else of what was sampled:
 * automatic values come first (环办监测函〔2020〕82号, single source), and one sample makes a month (环办〔2011〕22号, from memory). */
static struct days_figure days_mean(struct board *b, const struct board_site *s, int stream,
                                    const struct grade_item *item, int64_t first, int64_t last, int percent)
{
    struct days_figure f = { .v = MICRO_MISSING };
    micro v[31];
    size_t n = 0;
    for (int64_t d = first; d <= last && n < COUNT_OF(v) && stream >= 0; d++, n++) {
        const micro *day = day_values(b, s, d);
        v[n] = day ? day[stream] : MICRO_MISSING;
        f.have += v[n] != MICRO_MISSING;
    }
    if (n)
        f.v = water_mean(item, v, n, (size_t)share_of((int)n, percent));
    if (f.v == MICRO_MISSING && last > first)
        f.sampled = sample_mean(s, item, NULL, first, last, &f.v) > 0;
    return f;
}

/* The months of a year so far. A month that is running counts when it can be judged, and is not asked for when it cannot. */
static micro months_mean(struct board *b, const struct board_site *s, int stream,
                         const struct grade_item *item, struct river_figure *f, int *ret_have, int *ret_due)
{
    micro v[12];
    size_t n = 0;
    int year = cn_from_ms(cn_day_start(f->first)).year;
    *ret_have = *ret_due = 0;
    for (int m = 1; m <= 12; m++) {
        int64_t first = cn_days(year, m, 1), last = first + cn_days_in_month(year, m) - 1;
        if (first > f->last)
            break;
        bool over = last <= f->last;
        struct days_figure d =
            days_mean(b, s, stream, item, first, over ? last : f->last, f->ev->valid_share);
        v[n] = d.v;
        f->sampled |= d.sampled;
        *ret_have += v[n] != MICRO_MISSING;
        *ret_due += over;
        n++;
    }
    int needs = f->running ? share_of(*ret_due, f->ev->valid_share) : f->ev->year_months;
    return n && *ret_have >= (needs ? needs : 1) ? water_mean(item, v, n, 1) : MICRO_MISSING;
}

void river_span_days(enum river_span span, int64_t day, int64_t now, struct river_figure *f)
{
    struct cn_civil c = cn_from_ms(cn_day_start(day));
    int64_t yesterday = cn_day_of(now) - 1;
    f->first = f->last = day;
    if (span == RIVER_LAST_MONTH) {
        c.year -= c.month == 1;
        c.month = c.month == 1 ? 12 : c.month - 1;
    }
    if (span == RIVER_MONTH || span == RIVER_LAST_MONTH) {
        f->first = cn_days(c.year, c.month, 1);
        f->last = f->first + cn_days_in_month(c.year, c.month) - 1;
    } else if (span == RIVER_YEAR) {
        f->first = cn_days(c.year, 1, 1);
        f->last = cn_days(c.year, 12, 31);
    }
    f->running = f->last > yesterday;
    if (f->running)
        f->last = yesterday;
}

static int stream_of_item(const struct board_site *s, const struct grade_table *t, int item)
{
    for (size_t k = 0; k < s->n_streams; k++)
        if (grade_item_of(t, s->stream[k].code, strlen(s->stream[k].code)) == item)
            return (int)k;
    return -1;
}

static void one_item(struct board *b, const struct board_site *s, int item, enum river_span span,
                     struct river_figure *f)
{
    int stream = stream_of_item(s, f->table, item), have = 0, due = 0;
    if (stream < 0 && !s->n_samples)
        return;
    if (span == RIVER_YEAR) {
        f->v[item] = months_mean(b, s, stream, &f->table->item[item], f, &have, &due);
    } else {
        struct days_figure d =
            days_mean(b, s, stream, &f->table->item[item], f->first, f->last, f->ev->valid_share);
        f->v[item] = d.v;
        f->sampled |= d.sampled;
        due = (int)(f->last - f->first + 1);
        have = d.sampled ? due : d.have;
    }
    if (stream < 0 && have == 0)
        return;
    f->due = due > f->due ? due : f->due;
    if ((f->table->selection[f->ask.selection].needs >> item & 1) && have < f->have)
        f->have = have;
}

void river_figure(struct board *b, const struct board_site *s, enum river_span span, int64_t day, int64_t now,
                  struct river_figure *ret)
{
    *ret = (struct river_figure){ .have = 366 };
    for (int i = 0; i < GRADE_ITEMS; i++)
        ret->v[i] = MICRO_MISSING;
    river_span_days(span, day, now, ret);
    /* By the rules of the last day, as a running year of air is. */
    int64_t of = ret->last < ret->first ? ret->first : ret->last;
    ret->table = table_on(b, of);
    ret->ev = evaluation_on(b, of);
    if (!ret->table || !ret->ev)
        return;
    int selection = grade_selection_of(ret->table, "auto-5-whole");
    ret->ask = (struct grade_ask){ .variant = s->site->lake ? WATER_LAKE : WATER_RIVER,
                                   .selection = selection < 0 ? 0 : selection,
                                   .target = grade_from_roman(s->site->target_class) };
    if (ret->ask.target > ret->table->n_grades)
        ret->ask.target = 0;
    for (int i = 0; i < ret->table->n_items && ret->last >= ret->first; i++)
        one_item(b, s, i, span, ret);
    if (ret->have > ret->due)
        ret->have = ret->due;
    /* What was sampled was analysed for more than the five: then whatever there is of the 21 counts. Both want the same five. */
    int all = ret->sampled ? grade_selection_of(ret->table, "gb3838-21") : -1;
    if (all >= 0)
        ret->ask.selection = all;
    grade_judge(ret->table, &ret->ask, ret->v, &ret->g);
}

int river_day_class(struct board *b, const struct board_site *s, int64_t day)
{
    struct river_figure f;
    river_figure(b, s, RIVER_DAY, day, cn_day_start(day + 1), &f);
    return f.g.grade;
}

bool river_city(struct board *b, enum river_span span, int64_t day, int64_t now,
                bool (*want)(const struct site *, void *), void *arg, struct river_city *ret)
{
    struct water_section *section = calloc(b->place->n_sites + 1, sizeof *section);
    size_t n = 0;
    *ret = (struct river_city){ .group = { .sections = 0 } };
    for (size_t i = 0; section && i < b->place->n_sites; i++) {
        const struct board_site *s = &b->site[i];
        struct river_figure f;
        if (s->site->kind != SITE_RIVER || (want && !want(s->site, arg)))
            continue;
        river_figure(b, s, span, day, now, &f);
        memcpy(section[n].v, f.v, sizeof f.v);
        section[n].ask = f.ask;
        if (n++ == 0 || f.have < ret->any.have)
            ret->any = f;
    }
    if (n && ret->any.table && ret->any.ev)
        water_group(ret->any.ev, ret->any.table, section, n, &ret->group);
    else
        n = 0;
    free(section);
    return n > 0;
}
