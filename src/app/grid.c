#include "app/grid.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/cases.h"
#include "base/scoped.h"
#include "geo/cover.h"

enum { CELLS_MAX = 20000, FLAWS_MAX = 500, AREAS_MAX = 1000 };

/* Polygons with the points and rings they are made of. */
struct areas {
    struct geo_polygon *polygon;
    size_t n, cap;
    json_t *names;   /* of cells: [{id, number, title}] */
    int64_t without; /* a case that is left out */
    struct err *e;
};

static void polygon_release(struct geo_polygon *p)
{
    for (size_t i = 0; i < p->n; i++)
        free((void *)p->ring[i].point);
    free((void *)p->ring);
}

static void areas_release(struct areas *a)
{
    for (size_t i = 0; i < a->n; i++)
        polygon_release(&a->polygon[i]);
    free(a->polygon);
    json_decref(a->names);
}

static int read_ring(const json_t *list, struct geo_ring *ret, struct err *e)
{
    size_t n = json_array_size(list);
    double(*p)[2] = calloc(n + 1, sizeof *p);
    *ret = (struct geo_ring){ (const double(*)[2])p, n };
    if (!p)
        return err_set(e, -ENOMEM, "out of memory");
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < 2; k++) {
            const json_t *x = json_array_get(json_array_get(list, i), k);
            if (!json_is_number(x))
                return err_set(e, -EINVAL, "a point is not [lon, lat]");
            p[i][k] = json_number_value(x);
        }
    return 0;
}

/* Rings of one polygon: outside, then holes. */
static int add_polygon(struct areas *a, const json_t *rings, size_t n, bool bare)
{
    if (a->n == a->cap) {
        size_t cap = a->cap ? 2 * a->cap : 64;
        struct geo_polygon *grown = realloc(a->polygon, cap * sizeof *grown);
        if (!grown)
            return err_set(a->e, -ENOMEM, "out of memory");
        a->polygon = grown;
        a->cap = cap;
    }
    struct geo_ring *ring = calloc(n + 1, sizeof *ring);
    if (!ring)
        return err_set(a->e, -ENOMEM, "out of memory");
    struct geo_polygon *p = &a->polygon[a->n++];
    *p = (struct geo_polygon){ ring, 0 };
    for (size_t i = 0; i < n; i++) {
        p->n++;
        int r = read_ring(bare ? rings : json_array_get(rings, i), &ring[i], a->e);
        if (r < 0)
            return r;
    }
    return 0;
}

static int add_feature(struct areas *a, const json_t *geometry)
{
    const char *type = json_str(geometry, "type", "");
    const json_t *c = json_object_get(geometry, "coordinates");
    if (a->n >= AREAS_MAX)
        return err_set(a->e, -E2BIG, "more than %d polygons", AREAS_MAX);
    if (strcmp(type, "Polygon") == 0)
        return json_array_size(c) ? add_polygon(a, c, json_array_size(c), false) : 0;
    int r = 0;
    for (size_t i = 0; r == 0 && strcmp(type, "MultiPolygon") == 0 && i < json_array_size(c); i++)
        r = add_polygon(a, json_array_get(c, i), json_array_size(json_array_get(c, i)), false);
    return r;
}

static int read_bound(const char *path, struct areas *a)
{
    scoped(json_decrefp) json_t *tree = NULL;
    int r = json_read_file(path, &tree, a->e);
    const json_t *list = json_object_get(tree, "features");
    for (size_t i = 0; r == 0 && i < json_array_size(list); i++)
        r = add_feature(a, json_object_get(json_array_get(list, i), "geometry"));
    if (r == 0 && !a->n)
        r = err_set(a->e, -EINVAL, "%s: has no polygon", path);
    return r < 0 ? err_under(a->e, "%s", path) : 0;
}

static bool is_leaf(const json_t *doc)
{
    const json_t *fields = json_object_get(doc, "fields");
    return json_flag(fields, "leaf", false) && json_array_size(json_object_get(fields, "range")) >= 3;
}

static int add_cell(int64_t id, const char *number, const json_t *doc, void *arg)
{
    struct areas *a = arg;
    if (!is_leaf(doc) || id == a->without)
        return 0;
    if (a->n >= CELLS_MAX)
        return err_set(a->e, -E2BIG, "more than %d cells", CELLS_MAX);
    const json_t *fields = json_object_get(doc, "fields");
    json_array_append_new(a->names, json_pack("{s:I, s:s, s:s}", "id", (json_int_t)id, "number", number,
                                              "title", json_str(fields, "title", "")));
    return add_polygon(a, json_object_get(fields, "range"), 1, true);
}

/* The state is the shipped ledger's word (definitions/ledgers/grid.lua). */
static int read_cells(struct ledger_store *store, struct areas *a)
{
    a->names = json_array();
    return cases_each(store, &(struct case_query){ .ledger = "grid", .state = "运行", .light = -1 }, add_cell,
                      a, a->e);
}

static void write_flaw(struct jw *w, const struct geo_flaw *f, const json_t *names)
{
    jw_object(w);
    jw_kstr(w, "kind", geo_fault_word(f->fault));
    jw_key(w, "m2");
    jw_double(w, f->m2);
    jw_key(w, "at");
    jw_array(w);
    for (int i = 0; i < 2; i++)
        jw_double(w, f->at[i]);
    jw_end_array(w);
    jw_key(w, "box");
    jw_array(w);
    for (int i = 0; i < 4; i++)
        jw_double(w, f->box[i]);
    jw_end_array(w);
    jw_key(w, "cells");
    jw_array(w);
    for (int i = 0; i < 2; i++)
        if (f->cell[i] != GEO_NONE)
            jw_tree(w, json_array_get(names, f->cell[i]));
    jw_end_array(w);
    jw_end_object(w);
}

static void write_cover(const struct geo_cover *c, const struct areas *cells, bool bounded, double least,
                        bool complete, struct buf *out)
{
    const struct {
        const char *name;
        double m2;
        bool wants_bound;
    } sums[] = { { "bound_m2", c->bound_m2, true },     { "covered_m2", c->cells_m2, true },
                 { "gap_m2", c->gap_m2, true },         { "overlap_m2", c->overlap_m2, false },
                 { "outside_m2", c->outside_m2, true }, { "least_m2", least, false } };
    struct jw w = JW(out);
    jw_object(&w);
    jw_kint(&w, "cells", (int64_t)cells->n);
    for (size_t i = 0; i < COUNT_OF(sums); i++) {
        jw_key(&w, sums[i].name);
        if (sums[i].wants_bound && !bounded)
            jw_null(&w);
        else
            jw_double(&w, sums[i].m2);
    }
    jw_kbool(&w, "complete", complete);
    jw_key(&w, "flaws");
    jw_array(&w);
    for (size_t i = 0; i < c->n_flaws; i++)
        write_flaw(&w, &c->flaw[i], cells->names);
    jw_end_array(&w);
    jw_end_object(&w);
}

int grid_coverage(struct ledger_store *store, const char *regions, double least_m2, struct buf *out,
                  bool *ret_complete, struct err *e)
{
    struct areas cells = { .e = e }, bound = { .e = e };
    struct geo_cover c = { 0 };
    int r = read_cells(store, &cells);
    if (r == 0 && regions)
        r = read_bound(regions, &bound);
    if (r == 0)
        r = geo_cover(cells.polygon, cells.n, bound.polygon, bound.n, least_m2, FLAWS_MAX, &c, e);
    bool complete = regions && cells.n;
    for (size_t i = 0; i < c.n_flaws; i++)
        complete &= c.flaw[i].fault == GEO_OUTSIDE;
    if (r == 0)
        write_cover(&c, &cells, regions != NULL, least_m2, complete, out);
    if (ret_complete)
        *ret_complete = complete;
    geo_cover_release(&c);
    areas_release(&cells);
    areas_release(&bound);
    return r;
}

/* Overlaps are asked of the geometry and not of Lua's in_area: two cells may cross without a corner of either inside the other, and corners that
 * neighbours share lie on both borders. */
int grid_ask(void *store, int64_t id, const json_t *doc, const char *action, struct said_text *why,
             struct err *e)
{
    struct areas cells = { .e = e, .without = id };
    struct geo_cover c = { 0 };
    if (strcmp(json_str(doc, "ledger", ""), "grid") != 0 || strcmp(action, "begin") != 0 || !is_leaf(doc))
        return 0;
    int r = read_cells(store, &cells);
    size_t mine = cells.n;
    cells.without = 0;
    if (r == 0)
        r = add_cell(id, "", doc, &cells);
    if (r == 0)
        r = geo_cover(cells.polygon, cells.n, NULL, 0, GRID_LEAST_M2, FLAWS_MAX, &c, e);
    for (size_t i = 0; r == 0 && i < c.n_flaws; i++) {
        const struct geo_flaw *f = &c.flaw[i];
        if (f->cell[0] != mine && f->cell[1] != mine)
            continue;
        const json_t *other = json_array_get(cells.names, f->cell[0] == mine ? f->cell[1] : f->cell[0]);
        if (f->fault == GEO_INVALID) {
            snprintf(why->zh, sizeof why->zh, "网格边界自相交");
            snprintf(why->en, sizeof why->en, "the border of the cell crosses itself");
        } else {
            snprintf(why->zh, sizeof why->zh, "与在用网格 %s 重叠%.0f平方米（东经%.5f、北纬%.5f附近）",
                     json_str(other, "number", ""), f->m2, f->at[0], f->at[1]);
            snprintf(why->en, sizeof why->en, "overlaps the cell %s in use by %.0f m² (near %.5f E, %.5f N)",
                     json_str(other, "number", ""), f->m2, f->at[0], f->at[1]);
        }
        r = 1;
    }
    geo_cover_release(&c);
    areas_release(&cells);
    return r;
}
