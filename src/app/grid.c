#include "app/grid.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/areas.h"
#include "app/cases.h"
#include "base/scoped.h"

enum { CELLS_MAX = 20000, FLAWS_MAX = 500, AREAS_MAX = 1000 };

/* The cells in use. */
struct cells {
    struct areas areas;
    json_t *names;   /* [{id, number, title}] */
    int64_t without; /* a case that is left out */
};

static void cells_release(struct cells *c)
{
    areas_release(&c->areas);
    json_decref(c->names);
}

static int read_bound(const char *path, struct areas *a)
{
    scoped(json_decrefp) json_t *tree = NULL;
    int r = json_read_file(path, &tree, a->e);
    const json_t *list = json_object_get(tree, "features");
    for (size_t i = 0; r == 0 && i < json_array_size(list); i++)
        r = areas_add_geometry(a, json_object_get(json_array_get(list, i), "geometry"), AREAS_MAX);
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
    struct cells *a = arg;
    if (!is_leaf(doc) || id == a->without)
        return 0;
    if (a->areas.n >= CELLS_MAX)
        return err_set(a->areas.e, -E2BIG, "more than %d cells", CELLS_MAX);
    const json_t *fields = json_object_get(doc, "fields");
    json_array_append_new(a->names, json_pack("{s:I, s:s, s:s}", "id", (json_int_t)id, "number", number,
                                              "title", json_str(fields, "title", "")));
    return areas_add_ring(&a->areas, json_object_get(fields, "range"));
}

/* The state is the shipped ledger's word (definitions/ledgers/grid.lua). */
static int read_cells(struct ledger_store *store, struct cells *a)
{
    a->names = json_array();
    return cases_each(store, &(struct case_query){ .ledger = "grid", .state = "运行", .light = -1 }, add_cell,
                      a, a->areas.e);
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

static void write_cover(const struct geo_cover *c, const struct cells *cells, bool bounded, double least,
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
    jw_kint(&w, "cells", (int64_t)cells->areas.n);
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
    struct cells cells = { .areas.e = e };
    struct areas bound = { .e = e };
    struct geo_cover c = { 0 };
    int r = read_cells(store, &cells);
    if (r == 0 && regions)
        r = read_bound(regions, &bound);
    if (r == 0)
        r = geo_cover(cells.areas.polygon, cells.areas.n, bound.polygon, bound.n, least_m2, FLAWS_MAX, &c, e);
    bool complete = regions && cells.areas.n;
    for (size_t i = 0; i < c.n_flaws; i++)
        complete &= c.flaw[i].fault == GEO_OUTSIDE;
    if (r == 0)
        write_cover(&c, &cells, regions != NULL, least_m2, complete, out);
    if (ret_complete)
        *ret_complete = complete;
    geo_cover_release(&c);
    cells_release(&cells);
    areas_release(&bound);
    return r;
}

/* Overlaps are asked of the geometry and not of Lua's in_area: two cells may cross without a corner of either inside the other, and corners that
 * neighbours share lie on both borders. */
int grid_ask(void *store, int64_t id, const json_t *doc, const char *action, struct said_text *why,
             struct err *e)
{
    struct cells cells = { .areas.e = e, .without = id };
    struct geo_cover c = { 0 };
    if (strcmp(json_str(doc, "ledger", ""), "grid") != 0 || strcmp(action, "begin") != 0 || !is_leaf(doc))
        return 0;
    int r = read_cells(store, &cells);
    size_t mine = cells.areas.n;
    cells.without = 0;
    if (r == 0)
        r = add_cell(id, "", doc, &cells);
    if (r == 0)
        r = geo_cover(cells.areas.polygon, cells.areas.n, NULL, 0, GRID_LEAST_M2, FLAWS_MAX, &c, e);
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
    cells_release(&cells);
    return r;
}
