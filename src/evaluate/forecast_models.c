#include "evaluate/forecast_models.h"

#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "evaluate/out.h"
#include "evaluate/shelf.h"
#include "standard/models.h"

enum { SEVERAL_ROWS = 200000 };
struct several {
    struct model_value value[SEVERAL_ROWS];
    struct {
        int64_t day;
        int aqi;
        unsigned primary;
    } seen[SEVERAL_ROWS];
    size_t n, n_seen;
    char name[MODELS_MAX][MODEL_NAME];
    int n_models;
    int64_t first, last;
};

static int model_of(struct several *s, const struct cell_text *c)
{
    int i = 0;
    if (c->len >= MODEL_NAME)
        return -1;
    while (i < s->n_models && (strlen(s->name[i]) != c->len || memcmp(s->name[i], c->s, c->len) != 0))
        i++;
    if (i == MODELS_MAX)
        return -1;
    if (i == s->n_models) {
        memcpy(s->name[i], c->s, c->len);
        s->name[i][c->len] = '\0';
        s->n_models++;
    }
    return i;
}

/* The columns are found by name: their order is forecast.c's. */
static const struct cell_text *text_of(const struct row *row, const char *name)
{
    for (size_t i = 0; i < row->n_in; i++)
        if (strcmp(row->in[i].name, name) == 0)
            return &row->text[i];
    return NULL;
}

bool several_take(struct several **at, const struct row *row, const struct forecast_pair *p, int lead)
{
    const struct cell_text *name = text_of(row, "model");
    if (!*at && !(*at = calloc(1, sizeof **at)))
        return false;
    struct several *s = *at;
    if (row->day == NO_DAY || !name || s->n_seen == SEVERAL_ROWS)
        return false;
    if (!s->n_seen || row->day < s->first)
        s->first = row->day;
    if (!s->n_seen || row->day > s->last)
        s->last = row->day;
    s->seen[s->n_seen].day = row->day;
    s->seen[s->n_seen].aqi = p->aqi;
    s->seen[s->n_seen++].primary = p->seen_primary;
    int m = model_of(s, name);
    if (m < 0 || lead < 0 || lead >= LEADS_MAX || p->low < 0 || p->high < p->low || p->high > 500)
        return false;
    s->value[s->n++] = (struct model_value){ row->day, m, lead, p->low, p->high, p->primary };
    return true;
}

static void write_row(const struct several *s, const struct model_score *r, struct buf *to)
{
    static const char *const seasons[SEASONS] = { "all", "spring", "summer", "autumn", "winter" };
    const char *name = r->model == MODEL_PERSISTENCE ? "persistence"
                       : r->model == MODEL_BLEND     ? "blend"
                                                     : s->name[r->model];
    char a[MICRO_TEXT], b[MICRO_TEXT], c[MICRO_TEXT];
    const struct forecast_score *f = &r->score;
    out_first_cell(to, name, strlen(name));
    buf_addf(to, ",%d,%s,%d,%s,%s,%d", r->lead, seasons[r->season], f->n,
             micro_format(f->mean_abs_error, 1, a), micro_format(f->mean_error, 1, b), r->worse);
    buf_addf(to, ",%s,%s,%s", micro_format(f->range, 1, a), micro_format(f->level, 1, b),
             micro_format(f->primary, 1, c));
    buf_addf(to, ",%s,%s,%s\n", micro_format(f->ts, 3, a), micro_format(f->pod, 3, b),
             micro_format(f->far, 3, c));
}

void several_write(struct several *s, const struct shelf *shelf, struct buf *to)
{
    const struct shelf_set *set = shelf_newest(shelf, "forecast.blend");
    struct model_score *row = NULL;
    struct err e = { 0 };
    size_t n = 0, days = s->n_seen ? (size_t)(s->last - s->first + 1) : 0;
    buf_adds(
        to,
        "model,lead,season,days,mean_abs_error,mean_error,worse,range_percent,level_percent,primary_percent,"
        "TS,POD,FAR\n");
    if (!set || !days || days > MODEL_DAYS)
        return;
    scoped(freep) int *aqi = malloc(days * sizeof *aqi);
    scoped(freep) unsigned *primary = calloc(days, sizeof *primary);
    if (!aqi || !primary)
        return;
    for (size_t i = 0; i < days; i++)
        aqi[i] = -1;
    for (size_t i = 0; i < s->n_seen; i++)
        if (s->seen[i].aqi >= 0) {
            aqi[s->seen[i].day - s->first] = s->seen[i].aqi;
            primary[s->seen[i].day - s->first] = s->seen[i].primary;
        }
    struct models_ask ask = { .value = s->value,
                              .n = s->n,
                              .n_models = s->n_models,
                              .aqi = aqi,
                              .seen_primary = primary,
                              .first_day = s->first,
                              .n_days = days,
                              .from = s->first,
                              .to = s->last,
                              .blend = set->rules };
    if (models_score(&ask, &row, &n, &e) == 0)
        for (size_t i = 0; i < n; i++)
            write_row(s, &row[i], to);
    free(row);
}

void several_free(struct several *s)
{
    free(s);
}
