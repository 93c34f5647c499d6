#include "app/overlay.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "app/areas.h"
#include "app/cases.h"
#include "base/cntime.h"
#include "base/scoped.h"

enum { ZONES_MAX = 2000, SPOTS_MAX = 5000, PAIRS_MAX = 100000, DUE_DAYS = 90, ID_MAX = 60 };
static const double LEAST_M2 = 1; /* less is the rounding of two drawings */

/* The shipped ledger's words (definitions/ledgers/drinking.lua). */
static const char ledger[] = "drinking";
static const char *const levels[] = { "一级保护区", "二级保护区", "准保护区" };

/* A polygon and the feature it is of. */
struct layer {
    struct areas areas;
    const json_t *features; /* borrowed */
    size_t *of;             /* of each polygon */
};

/* What a spot came to. */
struct hit {
    size_t zone; /* of the zones' features; GEO_NONE: it lies in none */
    double m2, at[2];
    bool invalid;
    int64_t known, made; /* cases; 0: none */
};

struct work {
    const struct overlay *o;
    struct layer zones, spots;
    struct hit *hit;
    struct err *e;
};

static const char *property(const json_t *feature, const char *key)
{
    return json_str(json_object_get(feature, "properties"), key, "");
}

/* ---- the layers ---- */

/* Two metres a side, so that a point overlays as a building does. */
static json_t *square_at(const json_t *point)
{
    if (!json_is_number(json_array_get(point, 0)) || !json_is_number(json_array_get(point, 1)))
        return NULL;
    double lon = json_number_value(json_array_get(point, 0)),
           lat = json_number_value(json_array_get(point, 1));
    double dy = 1 / 110574.0, dx = 1 / (111320.0 * fmax(0.01, cos(lat * M_PI / 180)));
    return json_pack("[[f,f],[f,f],[f,f],[f,f]]", lon - dx, lat - dy, lon + dx, lat - dy, lon + dx, lat + dy,
                     lon - dx, lat + dy);
}

static int add_geometry(struct layer *l, const json_t *geometry)
{
    if (strcmp(json_str(geometry, "type", ""), "Point") != 0)
        return areas_add_geometry(&l->areas, geometry, SPOTS_MAX * 4);
    scoped(json_decrefp) json_t *square = square_at(json_object_get(geometry, "coordinates"));
    return square ? areas_add_ring(&l->areas, square) : 0;
}

static int read_layer(struct layer *l, const json_t *tree, size_t most, const char *what, struct err *e)
{
    l->features = json_object_get(tree, "features");
    l->areas.e = e;
    size_t n = json_array_size(l->features);
    if (!json_is_array(l->features) || n > most)
        return err_named(e, -EINVAL, "bad_input", "%s: not a FeatureCollection of at most %zu features", what,
                         most);
    if (!(l->of = calloc(SPOTS_MAX * 5 + 1, sizeof *l->of)))
        return err_set(e, -ENOMEM, "out of memory");
    for (size_t i = 0; i < n; i++) {
        size_t before = l->areas.n;
        int r = add_geometry(l, json_object_get(json_array_get(l->features, i), "geometry"));
        if (r == 0 && l->areas.n == before)
            r = err_named(e, -EINVAL, "bad_input", "feature %zu is neither polygon nor point", i + 1);
        if (r < 0)
            return err_under(e, "%s", what);
        for (size_t k = before; k < l->areas.n; k++)
            l->of[k] = i;
    }
    return 0;
}

static int check_ids(const json_t *features, struct err *e)
{
    scoped(json_decrefp) json_t *seen = json_object();
    for (size_t i = 0; i < json_array_size(features); i++) {
        const char *id = property(json_array_get(features, i), "id");
        if (!*id || strlen(id) > ID_MAX || json_object_get(seen, id))
            return err_named(e, -EINVAL, "bad_input",
                             "spots: feature %zu wants an id of its own, at most %d bytes", i + 1, ID_MAX);
        json_object_set_new(seen, id, json_true());
    }
    return 0;
}

/* ---- the overlay ---- */

static size_t rank_of(const struct work *w, size_t zone)
{
    const char *level = property(json_array_get(w->zones.features, zone), "level");
    size_t i = 0;
    while (i < COUNT_OF(levels) && strcmp(levels[i], level) != 0)
        i++;
    return i;
}

/* The zone of the highest level; of one level the one that holds more of the spot. Parts of one pair add up. */
static void take_pair(struct work *w, size_t zone, size_t spot, const struct geo_flaw *f)
{
    struct hit *h = &w->hit[spot];
    if (h->zone == zone) {
        h->m2 += f->m2;
        return;
    }
    if (h->zone != GEO_NONE) {
        size_t mine = rank_of(w, h->zone), other = rank_of(w, zone);
        if (mine < other || (mine == other && h->m2 >= f->m2))
            return;
    }
    h->zone = zone;
    h->m2 = f->m2;
    memcpy(h->at, f->at, sizeof h->at);
}

/* geo_cover finds where any two polygons overlap; here only a zone and a spot are asked for. */
static int lay_over(struct work *w)
{
    size_t zones = w->zones.areas.n, spots = w->spots.areas.n;
    struct geo_cover c = { 0 };
    scoped(freep) struct geo_polygon *all = calloc(zones + spots + 1, sizeof *all);
    if (!all)
        return err_set(w->e, -ENOMEM, "out of memory");
    for (size_t i = 0; i < zones; i++)
        all[i] = w->zones.areas.polygon[i];
    for (size_t i = 0; i < spots; i++)
        all[zones + i] = w->spots.areas.polygon[i];
    int r = geo_cover(all, zones + spots, NULL, 0, LEAST_M2, PAIRS_MAX, &c, w->e);
    for (size_t i = 0; r == 0 && i < c.n_flaws; i++) {
        const struct geo_flaw *f = &c.flaw[i];
        size_t low = f->cell[0] < f->cell[1] ? f->cell[0] : f->cell[1],
               high = f->cell[0] < f->cell[1] ? f->cell[1] : f->cell[0];
        if (f->fault == GEO_INVALID && low >= zones)
            w->hit[w->spots.of[low - zones]].invalid = true;
        else if (f->fault == GEO_INVALID)
            r = err_set(w->e, -EINVAL, "%s: the border of feature %zu crosses itself", w->o->zones,
                        w->zones.of[low] + 1);
        else if (f->fault == GEO_OVERLAP && low < zones && high >= zones)
            take_pair(w, w->zones.of[low], w->spots.of[high - zones], f);
    }
    if (r == 0 && c.n_flaws == PAIRS_MAX)
        r = err_set(w->e, -E2BIG, "more than %d overlaps", PAIRS_MAX);
    geo_cover_release(&c);
    return r;
}

/* ---- the cases ---- */

static int look_at(int64_t id, const char *number, const json_t *doc, void *arg)
{
    struct work *w = arg;
    const char *spot = json_str(json_object_get(doc, "fields"), "spot", "");
    (void)number;
    for (size_t i = 0; *spot && i < json_array_size(w->spots.features); i++)
        if (strcmp(property(json_array_get(w->spots.features, i), "id"), spot) == 0)
            w->hit[i].known = id;
    return 0;
}

static json_t *fields_of(const struct work *w, size_t i, int64_t now)
{
    char due[CN_TEXT], text[256];
    const struct hit *h = &w->hit[i];
    const json_t *spot = json_array_get(w->spots.features, i),
                 *zone = json_array_get(w->zones.features, h->zone),
                 *rings = json_object_get(json_object_get(zone, "geometry"), "coordinates");
    const char *name = property(spot, "name"), *what = property(spot, "what");
    if (strcmp(json_str(json_object_get(zone, "geometry"), "type", ""), "MultiPolygon") == 0)
        rings = json_array_get(rings, 0);
    cn_format_date(now + DUE_DAYS * MS_DAY, due);
    snprintf(text, sizeof text, "%s%s内新增建（构）筑物，占用%.0f平方米", property(zone, "source"),
             property(zone, "level"), h->m2);
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:f, s:{s:f, s:f}, s:O, s:s, s:[s, s], s:s, s:s, s:s}",
                     "source", property(zone, "source"), "zone", property(zone, "level"), "kind",
                     "违法建设项目", "title", *name ? name : text, "problem", *what ? what : text, "spot",
                     property(spot, "id"), "area", round(h->m2), "place", "lon", h->at[0], "lat", h->at[1],
                     "boundary", json_array_get(rings, 0), "goal", "依法拆除或关闭，恢复原状", "measures",
                     "现场核实", "限期拆除或关闭", "owner", property(zone, "owner"), "supervisor",
                     property(zone, "supervisor"), "due", due);
}

static int open_all(struct work *w, const struct actor *who, int64_t now)
{
    int r = ledger_begin(w->o->store, w->e);
    if (r < 0)
        return r;
    for (size_t i = 0; r == 0 && i < json_array_size(w->spots.features); i++) {
        struct hit *h = &w->hit[i];
        if (h->zone == GEO_NONE || h->known)
            continue;
        scoped(json_decrefp) json_t *fields = fields_of(w, i, now);
        r = fields ? case_open(w->o->ledgers, ledger, fields, 0, who, now, &h->made, w->e)
                   : err_set(w->e, -EINVAL, "a zone lacks a property, or a text is not UTF-8");
    }
    if (r < 0)
        ledger_rollback(w->o->store);
    return r < 0 ? r : ledger_commit(w->o->store, w->e);
}

/* ---- the answer ---- */

static void write_hit(struct jw *w, const struct work *k, size_t i)
{
    const struct hit *h = &k->hit[i];
    const json_t *spot = json_array_get(k->spots.features, i),
                 *zone = json_array_get(k->zones.features, h->zone);
    jw_object(w);
    jw_kstr(w, "spot", property(spot, "id"));
    jw_kstr(w, "name", property(spot, "name"));
    jw_kstr(w, "source", property(zone, "source"));
    jw_kstr(w, "zone", property(zone, "level"));
    jw_key(w, "m2");
    jw_double(w, h->m2);
    jw_key(w, "at");
    jw_array(w);
    jw_double(w, h->at[0]);
    jw_double(w, h->at[1]);
    jw_end_array(w);
    jw_key(w, "case");
    if (h->known || h->made)
        jw_int(w, h->known ? h->known : h->made);
    else
        jw_null(w);
    jw_kbool(w, "known", h->known != 0);
    jw_end_object(w);
}

static void write_answer(const struct work *k, struct buf *out)
{
    struct jw w = JW(out);
    size_t n = json_array_size(k->spots.features), outside = 0;
    jw_object(&w);
    jw_kbool(&w, "dry", k->o->dry);
    jw_kint(&w, "zones", (int64_t)json_array_size(k->zones.features));
    jw_kint(&w, "spots", (int64_t)n);
    jw_key(&w, "hits");
    jw_array(&w);
    for (size_t i = 0; i < n; i++)
        if (k->hit[i].zone != GEO_NONE)
            write_hit(&w, k, i);
        else
            outside += !k->hit[i].invalid;
    jw_end_array(&w);
    jw_kint(&w, "outside", (int64_t)outside);
    jw_key(&w, "invalid");
    jw_array(&w);
    for (size_t i = 0; i < n; i++)
        if (k->hit[i].invalid)
            jw_str(&w, property(json_array_get(k->spots.features, i), "id"));
    jw_end_array(&w);
    jw_end_object(&w);
}

static int run(struct work *w, const struct actor *who, int64_t now)
{
    size_t n = json_array_size(w->spots.features);
    if (!(w->hit = calloc(n + 1, sizeof *w->hit)))
        return err_set(w->e, -ENOMEM, "out of memory");
    for (size_t i = 0; i < n; i++)
        w->hit[i].zone = GEO_NONE;
    int r = check_ids(w->spots.features, w->e);
    if (r == 0 && w->zones.areas.n)
        r = lay_over(w);
    if (r == 0)
        r = cases_each(w->o->store, &(struct case_query){ .ledger = ledger, .light = -1 }, look_at, w, w->e);
    return r == 0 && !w->o->dry ? open_all(w, who, now) : r;
}

static void layer_release(struct layer *l)
{
    areas_release(&l->areas);
    free(l->of);
}

int overlay_zones(const struct overlay *o, const struct actor *who, int64_t now, struct buf *out,
                  struct err *e)
{
    struct work w = { .o = o, .e = e };
    scoped(json_decrefp) json_t *zones = NULL;
    int r = json_read_file(o->zones, &zones, e);
    if (r == -ENOENT)
        return err_named(e, -ENOENT, "not_found",
                         "没有保护区边界文件 geo/zones.geojson | there is no geo/zones.geojson");
    if (r == 0)
        r = read_layer(&w.zones, zones, ZONES_MAX, o->zones, e);
    if (r == 0)
        r = read_layer(&w.spots, o->spots, SPOTS_MAX, "spots", e);
    if (r == 0)
        r = run(&w, who, now);
    if (r == 0)
        write_answer(&w, out);
    layer_release(&w.zones);
    layer_release(&w.spots);
    free(w.hit);
    return r;
}
