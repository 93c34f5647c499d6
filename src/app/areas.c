#include "app/areas.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void polygon_release(struct geo_polygon *p)
{
    for (size_t i = 0; i < p->n; i++)
        free((void *)p->ring[i].point);
    free((void *)p->ring);
}

void areas_release(struct areas *a)
{
    for (size_t i = 0; i < a->n; i++)
        polygon_release(&a->polygon[i]);
    free(a->polygon);
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

int areas_add_ring(struct areas *a, const json_t *ring)
{
    return add_polygon(a, ring, 1, true);
}

int areas_add_geometry(struct areas *a, const json_t *geometry, size_t most)
{
    const char *type = json_str(geometry, "type", "");
    const json_t *c = json_object_get(geometry, "coordinates");
    if (a->n >= most)
        return err_set(a->e, -E2BIG, "more than %zu polygons", most);
    if (strcmp(type, "Polygon") == 0)
        return json_array_size(c) ? add_polygon(a, c, json_array_size(c), false) : 0;
    int r = 0;
    for (size_t i = 0; r == 0 && strcmp(type, "MultiPolygon") == 0 && i < json_array_size(c); i++)
        r = a->n >= most ? err_set(a->e, -E2BIG, "more than %zu polygons", most)
                         : add_polygon(a, json_array_get(c, i), json_array_size(json_array_get(c, i)), false);
    return r;
}
