/* areas.h - polygons read from GeoJSON and from the area fields of cases, for the overlays of geo/cover.h. */
#pragma once

#include "base/json.h"
#include "geo/cover.h"

struct areas {
    struct geo_polygon *polygon;
    size_t n, cap;
    struct err *e;
};

void areas_release(struct areas *a);
/* A ring of [lon, lat], as area fields hold it. */
int areas_add_ring(struct areas *a, const json_t *ring);
/* The polygons of a GeoJSON geometry: Polygon or MultiPolygon; others add none. -E2BIG when there would be more than most. */
int areas_add_geometry(struct areas *a, const json_t *geometry, size_t most);
