#include "app/forecasts.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "measure/outlook.h"
#include "standard/models.h"

static void write_name(struct jw *w, const struct core_forecasts *f, int model)
{
    jw_kstr(w, "model",
            model == MODEL_PERSISTENCE ? "persistence"
            : model == MODEL_BLEND     ? "blend"
                                       : f->name[model]);
    jw_kstr(w, "kind", model == MODEL_PERSISTENCE ? "persistence" : model == MODEL_BLEND ? "blend" : "model");
}

static void write_row(struct jw *w, const struct core_forecasts *f, const struct model_score *r)
{
    static const char *const seasons[SEASONS] = { "all", "spring", "summer", "autumn", "winter" };
    const struct forecast_score *s = &r->score;
    jw_object(w);
    write_name(w, f, r->model);
    jw_kint(w, "lead", r->lead);
    jw_kstr(w, "season", seasons[r->season]);
    jw_kint(w, "days", s->n);
    jw_kmicro(w, "mean_abs_error", s->mean_abs_error, 1);
    jw_kmicro(w, "mean_error", s->mean_error, 1);
    jw_kmicro(w, "range", s->range, 1);
    jw_kmicro(w, "level", s->level, 1);
    jw_kmicro(w, "primary", s->primary, 1);
    jw_kmicro(w, "ts", s->ts, 3);
    jw_kmicro(w, "pod", s->pod, 3);
    jw_kmicro(w, "far", s->far, 3);
    jw_kbool(w, "worse", r->worse);
    jw_end_object(w);
}

static void write_rule(struct jw *w, const struct blend_rules *b)
{
    jw_key(w, "rule");
    if (!b) {
        jw_null(w);
        return;
    }
    jw_object(w);
    jw_kstr(w, "id", b->set.id);
    jw_kstr(w, "title", b->set.title);
    jw_kstr(w, "title_en", b->set.title_en);
    jw_kstr(w, "source", b->set.source);
    jw_kstr(w, "clause", b->set.clause);
    jw_kstr(w, "certainty", b->set.certainty);
    jw_kint(w, "window_days", b->window_days);
    jw_kint(w, "least_days", b->least_days);
    jw_kint(w, "threshold", b->threshold);
    jw_end_object(w);
}

/* What today's blend gives each model, at each lead of the newest issue. */
static void write_weights(struct jw *w, const struct core_forecasts *f, const struct models_ask *ask)
{
    int64_t issue = cn_day_of(f->newest);
    jw_key(w, "weights");
    jw_array(w);
    for (int lead = 0; f->newest && lead < LEADS_MAX; lead++) {
        int weight[MODELS_MAX], aqi;
        if (!models_blend(ask, lead, issue + lead, &aqi, weight))
            continue;
        jw_object(w);
        jw_kint(w, "lead", lead);
        jw_kint(w, "aqi", aqi);
        jw_key(w, "permille");
        jw_object(w);
        for (int m = 0; m < f->n_models; m++)
            if (weight[m])
                jw_kint(w, f->name[m], weight[m]);
        jw_end_object(w);
        jw_end_object(w);
    }
    jw_end_array(w);
}

int forecasts_write_scores(struct core *c, int64_t from, int64_t to, struct buf *out, struct err *e)
{
    enum { BEFORE = 62 }; /* days whose errors may weigh, and persistence */
    struct core_forecasts f;
    struct model_score *row = NULL;
    size_t n = 0, days = (size_t)(to - from + 1 + BEFORE + LEADS_MAX);
    scoped(freep) int *aqi = calloc(days, sizeof *aqi);
    scoped(freep) unsigned *primary = calloc(days, sizeof *primary);
    char a[CN_TEXT], b[CN_TEXT];
    if (!aqi || !primary)
        return err_set(e, -ENOMEM, "no memory for %zu days", days);
    int r =
        core_read_forecasts(c->store, cn_day_start(from - BEFORE - LEADS_MAX), cn_day_start(to + 1), &f, e);
    if (r < 0)
        return r;
    struct models_ask ask = { .value = f.value,
                              .n = f.n,
                              .n_models = f.n_models,
                              .aqi = aqi,
                              .seen_primary = primary,
                              .first_day = from - BEFORE,
                              .n_days = days,
                              .from = from,
                              .to = to,
                              .blend = board_blend(c->board, to) };
    board_city_days(c->board, ask.first_day, days, aqi, primary);
    if (ask.blend && f.n)
        r = models_score(&ask, &row, &n, e);
    if (r == 0) {
        struct jw w = JW(out);
        jw_object(&w);
        jw_kstr(&w, "from", cn_format_date(cn_day_start(from), a));
        jw_kstr(&w, "to", cn_format_date(cn_day_start(to), b));
        write_rule(&w, ask.blend);
        jw_key(&w, "rows");
        jw_array(&w);
        for (size_t i = 0; i < n; i++)
            write_row(&w, &f, &row[i]);
        jw_end_array(&w);
        ask.to = to + LEADS_MAX;
        write_weights(&w, &f, &ask);
        jw_end_object(&w);
    }
    free(row);
    core_forecasts_free(&f);
    return r;
}
