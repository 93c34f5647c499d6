#include <errno.h>
#include <string.h>

#include "api/handlers.h"
#include "base/scoped.h"

static void write_regions(struct jw *w, const struct place *p)
{
    jw_key(w, "regions");
    jw_array(w);
    for (size_t i = 0; i < p->n_regions; i++) {
        const struct region *r = &p->regions[i];
        jw_object(w);
        jw_kint(w, "id", r->id);
        jw_kstr(w, "code", r->code);
        jw_kstr(w, "name", r->name);
        jw_kstr(w, "name_en", r->name_en);
        jw_key(w, "parent");
        if (r->parent)
            jw_int(w, r->parent);
        else
            jw_null(w);
        jw_end_object(w);
    }
    jw_end_array(w);
}

static void write_units(struct jw *w, const struct place *p)
{
    jw_key(w, "units");
    jw_array(w);
    for (size_t i = 0; i < p->n_units; i++) {
        const struct unit *u = &p->units[i];
        jw_object(w);
        jw_kint(w, "id", u->id);
        jw_kstr(w, "code", u->code);
        jw_kstr(w, "name", u->name);
        jw_kstr(w, "name_en", u->name_en);
        jw_kstr(w, "kind", u->kind);
        jw_end_object(w);
    }
    jw_end_array(w);
}

/* Where the city file does not say, the sites do. */
static void write_extent(struct jw *w, const struct place *p, const json_t *city)
{
    const json_t *bounds = json_object_get(city, "bounds"), *centre = json_object_get(city, "centre");
    double west = 180, south = 90, east = -180, north = -90;
    for (size_t i = 0; i < p->n_sites; i++) {
        const struct site *s = &p->sites[i];
        west = s->lng < west ? s->lng : west;
        east = s->lng > east ? s->lng : east;
        south = s->lat < south ? s->lat : south;
        north = s->lat > north ? s->lat : north;
    }
    const double edge[] = { west, south, east, north };
    jw_key(w, "bounds");
    if (json_array_size(bounds) == 4) {
        jw_tree(w, bounds);
    } else {
        jw_array(w);
        for (size_t i = 0; i < 4; i++)
            jw_double(w, edge[i]);
        jw_end_array(w);
    }
    jw_key(w, "centre");
    if (json_array_size(centre) == 2) {
        jw_tree(w, centre);
    } else {
        jw_array(w);
        jw_double(w, (west + east) / 2);
        jw_double(w, (south + north) / 2);
        jw_end_array(w);
    }
}

int city_build(struct api *a, struct err *e)
{
    const struct place *p = a->config.place;
    scoped(freep) char *text = NULL;
    int r = ledger_get_setting(a->config.store, "city", &text, e);
    if (r < 0 && r != -ENOENT)
        return r;
    json_t *city = NULL;
    if (r == 0 && (r = json_read(text, strlen(text), &city, e)) < 0)
        return err_under(e, "setting 'city'");
    struct jw w = JW(&a->city);
    jw_object(&w);
    jw_kstr(&w, "name", p->name);
    jw_kstr(&w, "name_en", p->name_en);
    write_extent(&w, p, city);
    write_regions(&w, p);
    write_units(&w, p);
    jw_end_object(&w);
    json_decref(city);
    err_clear(e);
    return a->city.failed ? err_set(e, -ENOMEM, "no memory for the city") : 0;
}

int city_get(struct request *rq, struct err *e)
{
    (void)e;
    buf_add(&rq->out, rq->api->city.data, rq->api->city.len);
    return 0;
}

int city_geo(struct request *rq, struct err *e)
{
    static const char *const layers[] = { "regions", "rivers", "sea" };
    for (size_t i = 0; i < COUNT_OF(layers); i++)
        if (strcmp(rq->word, layers[i]) == 0)
            return geo_answer(rq, layers[i], e);
    return err_named(e, -ENOENT, "not_found", "no map layer '%.40s'", rq->word);
}
