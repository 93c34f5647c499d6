/* Radioactive sources: whether the position that a source's device reports is within its fence. */
#include "measure/finding.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "domain/metres.h"
#include "measure/outlook.h"

struct fences {
    size_t n;
    struct fence fence[];
};

void fences_free(struct fences *f)
{
    for (size_t i = 0; f && i < f->n; i++)
        json_decref(f->fence[i].file);
    free(f);
}

int board_set_fences(struct board *b, const struct fence *f, size_t n, struct err *e)
{
    struct fences *copy = malloc(sizeof *copy + (n + 1) * sizeof copy->fence[0]);
    if (!copy)
        return err_set(e, -ENOMEM, "no memory for %zu fences", n);
    copy->n = n;
    for (size_t i = 0; i < n; i++) {
        copy->fence[i] = f[i];
        json_incref(copy->fence[i].file);
    }
    pthread_mutex_lock(&b->lock);
    fences_free(b->fences);
    b->fences = copy;
    for (size_t i = 0; i < b->place->n_sites; i++)
        if (b->site[i].site->kind == SITE_RADIATION)
            b->site[i].group.touched = true;
    pthread_mutex_unlock(&b->lock);
    return 0;
}

/* Even-odd rule; the ring closes itself. */
static bool inside(const struct fence *f, double lng, double lat)
{
    bool in = false;
    for (int i = 0, j = f->n - 1; i < f->n; j = i++)
        if ((f->lat[i] > lat) != (f->lat[j] > lat) &&
            lng < (f->lng[j] - f->lng[i]) * (lat - f->lat[i]) / (f->lat[j] - f->lat[i]) + f->lng[i])
            in = !in;
    return in;
}

/* To the nearest point of an edge, on a plane laid at the position: fences are small. */
static double to_edge(const struct fence *f, double lng, double lat)
{
    double best = INFINITY, squeeze = cos(lat * 3.14159265358979323846 / 180);
    for (int i = 0, j = f->n - 1; i < f->n; j = i++) {
        double ax = (f->lng[j] - lng) * squeeze, ay = f->lat[j] - lat, bx = (f->lng[i] - lng) * squeeze,
               by = f->lat[i] - lat, dx = bx - ax, dy = by - ay, len = dx * dx + dy * dy;
        double t = len > 0 ? -(ax * dx + ay * dy) / len : 0;
        t = t < 0 ? 0 : t > 1 ? 1 : t;
        double d = metres_between(lng, lat, lng + (ax + t * dx) / squeeze, lat + ay + t * dy);
        best = d < best ? d : best;
    }
    return best;
}

double fence_outside(const struct fence *f, double lng, double lat)
{
    if (f->radius) {
        double d = metres_between(f->lng[0], f->lat[0], lng, lat) - f->radius;
        return d > 0 ? d : 0;
    }
    return f->n < 3 || inside(f, lng, lat) ? 0 : to_edge(f, lng, lat);
}

static const struct fence *fence_of(const struct board *b, int32_t site)
{
    for (size_t i = 0; b->fences && i < b->fences->n; i++)
        if (b->fences->fence[i].site == site)
            return &b->fences->fence[i];
    return NULL;
}

static const struct item *part(const struct board_site *s, const struct item *item, const char *code)
{
    for (size_t i = 0; i < s->n_streams && i < STREAMS_MAX; i++)
        if (strcmp(s->stream[i].code, code) == 0)
            return &item[i];
    return NULL;
}

/* A mean of positions is a place where the source may never have been: only what the device saw at one time counts. */
void fence_take(struct board *b, struct board_site *s, const struct record *r, const struct item *item)
{
    const struct item *x = part(s, item, FACTOR_LNG), *y = part(s, item, FACTOR_LAT);
    if (r->period != PERIOD_REALTIME || !x || !y || !flag_valid(x->flag) || !flag_valid(y->flag) ||
        x->v[STAT_RTD] == MICRO_MISSING || y->v[STAT_RTD] == MICRO_MISSING || r->time < s->fix.time)
        return;
    double lng = micro_to_double(x->v[STAT_RTD]), lat = micro_to_double(y->v[STAT_RTD]);
    if (lng < -180 || lng > 180 || lat < -90 || lat > 90)
        return;
    const struct fence *f = fence_of(b, s->site->id);
    bool out = f && fence_outside(f, lng, lat) > 0;
    s->group.touched |= out || s->outside_since;
    s->outside_since = !out ? 0 : s->outside_since ? s->outside_since : r->time;
    s->fix = (struct fix){ lng, lat, r->time };
}

void find_fence(struct subject s, int64_t now, struct noted_list *l)
{
    char id[CN_TEXT], at[CN_TEXT], text[64];
    struct board_site *site = board_site(s.b, s.site->site->id);
    const struct fence *f = fence_of(s.b, s.site->site->id);
    const struct fix *at_fix = &s.site->fix;
    if (!f || !at_fix->time)
        return;
    double out = fence_outside(f, at_fix->lng, at_fix->lat);
    if (out <= 0) {
        site->outside_since = 0;
        return;
    }
    if (!site->outside_since)
        site->outside_since = at_fix->time; /* the fence came after the position */
    (void)now;
    s.from = site->outside_since;
    s.to = at_fix->time;
    s.over = false;
    s.id = cn_format_compact(s.from, id);
    id[12] = '\0';
    snprintf(text, sizeof text, "%.5f,%.5f", at_fix->lng, at_fix->lat);
    json_t *file = json_deep_copy(f->file);
    json_object_set_new(file, "place", json_pack("{s:f,s:f}", "lon", at_fix->lng, "lat", at_fix->lat));
    json_object_set_new(file, "seen", json_string(cn_format_iso(at_fix->time, at)));
    json_object_set_new(file, "out_m", json_integer((json_int_t)out));
    s.facts = json_pack("{s:I,s:s,s:s,s:i,s:s,s:s,s:s,s:o}", "value", (json_int_t)out, "unit", "m",
                        "position", text, "limit_s", s.rule->at_least_s, "source",
                        json_str(f->file, "source", ""), "holder", json_str(f->file, "holder_name", ""),
                        "category", json_str(f->file, "category", ""), "case", file);
    if (s.facts)
        note(&s, json_object(), l);
}
