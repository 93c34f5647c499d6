/* cover.c - overlays by GEOS's reentrant interface. */
#include "geo/cover.h"

#include <errno.h>
#include <geos_c.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"

/* CGCS2000: GB/T 22021, semi-major axis and flattening. */
static const double axis = 6378137.0, flattening = 1 / 298.257222101;

const char *geo_fault_word(enum geo_fault f)
{
    static const char *const words[] = {
        [GEO_GAP] = "gap", [GEO_OVERLAP] = "overlap", [GEO_OUTSIDE] = "outside", [GEO_INVALID] = "invalid"
    };
    return words[f];
}

/* ---- the plane ---- */

struct plane {
    double first, second,
        scale; /* eccentricity and its square; cosine of the middle latitude, which keeps shapes about right */
};

static double authalic(const struct plane *p, double phi)
{
    double s = sin(phi), es = p->first * s;
    return (1 - p->second) * (s / (1 - es * es) - log((1 - es) / (1 + es)) / (2 * p->first));
}

static struct plane plane_at(double lat)
{
    double e2 = flattening * (2 - flattening);
    return (struct plane){ sqrt(e2), e2, cos(lat * M_PI / 180) };
}

static void to_plane(const struct plane *p, const double point[2], double *x, double *y)
{
    *x = axis * point[0] * M_PI / 180 * p->scale;
    *y = axis * authalic(p, point[1] * M_PI / 180) / 2 / p->scale;
}

static void to_degrees(const struct plane *p, double x, double y, double ret[2])
{
    double want = y * 2 * p->scale / axis, phi = asin(fmax(-1, fmin(1, want / 2)));
    for (int i = 0; i < 8; i++) { /* Newton: the derivative of authalic is 2(1-e²)cos φ / (1-e² sin² φ)² */
        double s = sin(phi), d = 1 - p->second * s * s;
        phi += (want - authalic(p, phi)) * d * d / (2 * (1 - p->second) * fmax(1e-9, cos(phi)));
    }
    ret[0] = x / axis / p->scale * 180 / M_PI;
    ret[1] = phi * 180 / M_PI;
}

/* ---- GEOS ---- */

struct work {
    GEOSContextHandle_t g;
    struct plane plane;
    char message[200];
    const struct geo_polygon *cell;
    size_t n;
    GEOSGeometry **shape; /* of each cell; NULL: invalid */
    GEOSGeometry *bound;  /* NULL: none */
    double least;
    size_t most;
    struct geo_cover *ret;
    size_t cap;
    struct err *e;
};

static void complain(const char *message, void *arg)
{
    struct work *w = arg;
    snprintf(w->message, sizeof w->message, "%.190s", message);
}

static int failed(struct work *w)
{
    return err_set(w->e, -EINVAL, "geometry: %s", *w->message ? w->message : "out of memory");
}

static GEOSGeometry *ring_of(struct work *w, const struct geo_ring *r)
{
    const double *first = r->point[0], *last = r->point[r->n - 1];
    bool closed = first[0] == last[0] && first[1] == last[1];
    size_t n = r->n + !closed;
    GEOSCoordSequence *s = GEOSCoordSeq_create_r(w->g, (unsigned)n, 2);
    for (size_t i = 0; s && i < n; i++) {
        double x, y;
        to_plane(&w->plane, r->point[i % r->n], &x, &y);
        GEOSCoordSeq_setXY_r(w->g, s, (unsigned)i, x, y);
    }
    return s ? GEOSGeom_createLinearRing_r(w->g, s) : NULL;
}

static GEOSGeometry *polygon_of(struct work *w, const struct geo_polygon *p)
{
    GEOSGeometry *outer = ring_of(w, &p->ring[0]);
    scoped(freep) GEOSGeometry **hole = calloc(p->n, sizeof(GEOSGeometry *));
    unsigned holes = 0;
    for (size_t i = 1; hole && outer && i < p->n; i++)
        if ((hole[holes] = ring_of(w, &p->ring[i])))
            holes++;
    return outer && hole ? GEOSGeom_createPolygon_r(w->g, outer, hole, holes) : NULL;
}

static int check_points(const struct geo_polygon *p, size_t n, size_t *points, struct err *e)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < p[i].n; k++) {
            const struct geo_ring *r = &p[i].ring[k];
            if (r->n < 3)
                return err_set(e, -EINVAL, "a ring has fewer than three points");
            if ((*points += r->n) > GEO_POINTS_MAX)
                return err_set(e, -E2BIG, "more than %d points", GEO_POINTS_MAX);
            for (size_t m = 0; m < r->n; m++)
                if (!(fabs(r->point[m][0]) <= 180 && fabs(r->point[m][1]) < 89.9))
                    return err_set(e, -EINVAL, "a point is no longitude and latitude");
        }
    return 0;
}

/* ---- flaws ---- */

static struct geo_flaw *add_flaw(struct work *w)
{
    struct geo_cover *c = w->ret;
    if (c->n_flaws == w->cap) {
        size_t cap = w->cap ? 2 * w->cap : 32;
        struct geo_flaw *grown = realloc(c->flaw, cap * sizeof *grown);
        if (!grown)
            return NULL;
        c->flaw = grown;
        w->cap = cap;
    }
    return memset(&c->flaw[c->n_flaws++], 0, sizeof *c->flaw);
}

static int one_part(struct work *w, const GEOSGeometry *part, enum geo_fault fault, size_t a, size_t b,
                    double *sum)
{
    double m2 = 0, x0, y0, x1, y1, low[2], high[2];
    if (!GEOSArea_r(w->g, part, &m2) || m2 <= 0)
        return 0;
    *sum += m2;
    if (m2 < w->least)
        return 0;
    GEOSGeometry *point = GEOSPointOnSurface_r(w->g, part);
    struct geo_flaw *f = point ? add_flaw(w) : NULL;
    if (!f) {
        GEOSGeom_destroy_r(w->g, point);
        return failed(w);
    }
    *f = (struct geo_flaw){ .fault = fault, .cell = { a, b }, .m2 = m2 };
    if (GEOSGeomGetX_r(w->g, point, &x0) == 1 && GEOSGeomGetY_r(w->g, point, &y0) == 1)
        to_degrees(&w->plane, x0, y0, f->at);
    GEOSGeom_destroy_r(w->g, point);
    if (GEOSGeom_getXMin_r(w->g, part, &x0) && GEOSGeom_getYMin_r(w->g, part, &y0) &&
        GEOSGeom_getXMax_r(w->g, part, &x1) && GEOSGeom_getYMax_r(w->g, part, &y1)) {
        to_degrees(&w->plane, x0, y0, low);
        to_degrees(&w->plane, x1, y1, high);
        memcpy(f->box, (double[4]){ low[0], low[1], high[0], high[1] }, sizeof f->box);
    }
    return 0;
}

/* Each part of what an overlay left. Takes it. */
static int parts(struct work *w, GEOSGeometry *left, enum geo_fault fault, size_t a, size_t b, double *sum)
{
    int r = left ? 0 : failed(w), n = left ? GEOSGetNumGeometries_r(w->g, left) : 0;
    for (int i = 0; r == 0 && i < n; i++)
        r = one_part(w, GEOSGetGeometryN_r(w->g, left, i), fault, a, b, sum);
    GEOSGeom_destroy_r(w->g, left);
    return r;
}

/* ---- the cells ---- */

static int make_shapes(struct work *w)
{
    int r = 0;
    for (size_t i = 0; r == 0 && i < w->n; i++) {
        GEOSGeometry *p = polygon_of(w, &w->cell[i]);
        if (!p)
            return failed(w);
        if (GEOSisValid_r(w->g, p) == 1) {
            w->shape[i] = p;
            continue;
        }
        GEOSGeom_destroy_r(w->g, p);
        struct geo_flaw *f = add_flaw(w);
        if (!f)
            return failed(w);
        *f = (struct geo_flaw){ .fault = GEO_INVALID, .cell = { i, GEO_NONE } };
        memcpy(f->at, w->cell[i].ring[0].point[0], sizeof f->at);
        memcpy(f->box, (double[4]){ f->at[0], f->at[1], f->at[0], f->at[1] }, sizeof f->box);
        w->ret->invalid++;
    }
    return r;
}

struct pairs {
    struct work *w;
    size_t *index; /* of each cell: what the tree holds */
    size_t of;
    int r;
};

static void with_neighbour(void *item, void *arg)
{
    struct pairs *p = arg;
    struct work *w = p->w;
    size_t other = *(size_t *)item;
    if (p->r < 0 || other <= p->of)
        return;
    p->r = parts(w, GEOSIntersection_r(w->g, w->shape[p->of], w->shape[other]), GEO_OVERLAP, p->of, other,
                 &w->ret->overlap_m2);
}

static int find_overlaps(struct work *w)
{
    struct pairs p = { .w = w, .index = calloc(w->n + 1, sizeof *p.index) };
    GEOSSTRtree *tree = GEOSSTRtree_create_r(w->g, 10);
    p.r = p.index && tree ? 0 : failed(w);
    for (size_t i = 0; p.r == 0 && i < w->n; i++) {
        p.index[i] = i;
        if (w->shape[i])
            GEOSSTRtree_insert_r(w->g, tree, w->shape[i], &p.index[i]);
    }
    for (size_t i = 0; p.r == 0 && i < w->n; i++)
        if (w->shape[i]) {
            p.of = i;
            GEOSSTRtree_query_r(w->g, tree, w->shape[i], with_neighbour, &p);
        }
    GEOSSTRtree_destroy_r(w->g, tree);
    free(p.index);
    return p.r;
}

static GEOSGeometry *union_of(struct work *w, GEOSGeometry *const *shape, size_t n)
{
    scoped(freep) GEOSGeometry **some = calloc(n + 1, sizeof(GEOSGeometry *));
    unsigned count = 0;
    for (size_t i = 0; some && i < n; i++)
        if (shape[i] && (some[count] = GEOSGeom_clone_r(w->g, shape[i])))
            count++;
    GEOSGeometry *all = some ? GEOSGeom_createCollection_r(w->g, GEOS_MULTIPOLYGON, some, count) : NULL;
    GEOSGeometry *one = all ? GEOSUnaryUnion_r(w->g, all) : NULL;
    GEOSGeom_destroy_r(w->g, all);
    return one;
}

static int make_bound(struct work *w, const struct geo_polygon *bound, size_t n)
{
    scoped(freep) GEOSGeometry **shape = calloc(n + 1, sizeof(GEOSGeometry *));
    int r = shape ? 0 : failed(w);
    for (size_t i = 0; r == 0 && i < n; i++)
        if (!(shape[i] = polygon_of(w, &bound[i])) || GEOSisValid_r(w->g, shape[i]) != 1)
            r = err_set(w->e, -EINVAL, "the boundary's polygon %zu crosses itself", i + 1);
    if (r == 0 && !(w->bound = union_of(w, shape, n)))
        r = failed(w);
    for (size_t i = 0; shape && i < n; i++)
        GEOSGeom_destroy_r(w->g, shape[i]);
    return r;
}

static int find_gaps(struct work *w)
{
    struct geo_cover *c = w->ret;
    GEOSGeometry *all = union_of(w, w->shape, w->n);
    int r = all ? parts(w, GEOSDifference_r(w->g, w->bound, all), GEO_GAP, GEO_NONE, GEO_NONE, &c->gap_m2)
                : failed(w);
    GEOSGeom_destroy_r(w->g, all);
    for (size_t i = 0; r == 0 && i < w->n; i++)
        if (w->shape[i])
            r = parts(w, GEOSDifference_r(w->g, w->shape[i], w->bound), GEO_OUTSIDE, i, GEO_NONE,
                      &c->outside_m2);
    GEOSArea_r(w->g, w->bound, &c->bound_m2);
    c->cells_m2 = c->bound_m2 - c->gap_m2;
    return r;
}

static int by_size(const void *pa, const void *pb)
{
    const struct geo_flaw *a = pa, *b = pb;
    if ((a->fault == GEO_INVALID) != (b->fault == GEO_INVALID))
        return a->fault == GEO_INVALID ? -1 : 1;
    if (a->m2 != b->m2)
        return a->m2 > b->m2 ? -1 : 1;
    return a->fault != b->fault      ? (int)a->fault - (int)b->fault
           : a->cell[0] < b->cell[0] ? -1
                                     : a->cell[0] > b->cell[0];
}

int geo_cover(const struct geo_polygon *cell, size_t n, const struct geo_polygon *bound, size_t n_bound,
              double least_m2, size_t most, struct geo_cover *ret, struct err *e)
{
    size_t points = 0;
    *ret = (struct geo_cover){ 0 };
    int r = check_points(cell, n, &points, e);
    if (r == 0)
        r = check_points(bound, n_bound, &points, e);
    if (r < 0 || !points)
        return r;
    const struct geo_ring *first = n ? cell[0].ring : bound[0].ring;
    struct work w = { .plane = plane_at(first->point[0][1]),
                      .cell = cell,
                      .n = n,
                      .least = least_m2,
                      .most = most,
                      .ret = ret,
                      .e = e };
    w.shape = calloc(n + 1, sizeof(GEOSGeometry *));
    w.g = GEOS_init_r();
    if (!w.shape || !w.g)
        r = err_set(e, -ENOMEM, "out of memory");
    if (w.g)
        GEOSContext_setErrorMessageHandler_r(w.g, complain, &w);
    if (r == 0 && (r = make_shapes(&w)) == 0)
        r = find_overlaps(&w);
    if (r == 0 && n_bound && (r = make_bound(&w, bound, n_bound)) == 0)
        r = find_gaps(&w);
    for (size_t i = 0; w.shape && w.g && i < n; i++)
        GEOSGeom_destroy_r(w.g, w.shape[i]);
    if (w.g) {
        GEOSGeom_destroy_r(w.g, w.bound);
        GEOS_finish_r(w.g);
    }
    free(w.shape);
    if (r < 0) {
        geo_cover_release(ret);
        return r;
    }
    if (ret->n_flaws)
        qsort(ret->flaw, ret->n_flaws, sizeof *ret->flaw, by_size);
    if (ret->n_flaws > most)
        ret->n_flaws = most;
    return 0;
}

void geo_cover_release(struct geo_cover *c)
{
    free(c->flaw);
    *c = (struct geo_cover){ 0 };
}
