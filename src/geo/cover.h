/* cover.h - whether cells tile an area: what no cell covers, what two cover, what lies outside, in square metres and where.
 *
 * Rings are in degrees (CGCS2000, whose ellipsoid differs from WGS 84's by less than a tenth of a millimetre). They are laid on a cylindrical
 * equal-area plane of the ellipsoid, so that areas are true; between its points an edge is straight on that plane, in every cell alike, so
 * cells that share their corners share their edges. Pure: no I/O and no clock. GEOS's header stays in this folder. */
#pragma once

#include <stddef.h>

#include "base/err.h"

/* A ring of [lon, lat], closed or not. */
struct geo_ring {
    const double (*point)[2]; /* borrowed */
    size_t n;
};
/* A polygon: its first ring outside, holes after it. */
struct geo_polygon {
    const struct geo_ring *ring;
    size_t n;
};

enum { GEO_POINTS_MAX = 5 * 1000 * 1000 };

enum geo_fault { GEO_GAP, GEO_OVERLAP, GEO_OUTSIDE, GEO_INVALID };
const char *geo_fault_word(enum geo_fault f); /* "gap", "overlap", "outside", "invalid" */

struct geo_flaw {
    enum geo_fault fault;
    size_t cell[2]; /* overlap: both; outside, invalid: the first; GEO_NONE otherwise */
    double m2;      /* invalid: 0 */
    double at[2];   /* a point of it */
    double box[4];  /* west, south, east, north */
};
#define GEO_NONE ((size_t)-1)

struct geo_cover {
    double bound_m2, cells_m2; /* the area to be covered; the union of the cells within it */
    double gap_m2, overlap_m2, outside_m2;
    size_t invalid;
    struct geo_flaw *flaw; /* the largest first; owned */
    size_t n_flaws;
};

/* The parts above least_m2 are listed, at most `most`; the sums are of all. A ring that crosses itself is "invalid" and takes part in nothing. bound:
 * polygons whose union is to be covered; none: only overlaps are looked for. -E2BIG above GEO_POINTS_MAX points, -EINVAL for a
 * ring of fewer than 3 or with a coordinate that is no longitude or latitude. */
int geo_cover(const struct geo_polygon *cell, size_t n, const struct geo_polygon *bound, size_t n_bound,
              double least_m2, size_t most, struct geo_cover *ret, struct err *e);
void geo_cover_release(struct geo_cover *c);
