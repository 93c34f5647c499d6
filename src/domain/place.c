#include "domain/place_own.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const kind_words[SITE_KINDS] = { "air",         "river",     "water_outlet",
                                                    "gas_outlet",  "radiation", "sea",
                                                    "groundwater", "soil",      "drinking" };

const char *site_kind_word(enum site_kind k)
{
    return kind_words[k];
}

int site_kinds_read(const json_t *list, unsigned *ret, struct err *e)
{
    *ret = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *s = json_string_value(json_array_get(list, i));
        int k = 0;
        while (s && k < SITE_KINDS && strcmp(kind_words[k], s) != 0)
            k++;
        if (!s || k == SITE_KINDS)
            return err_named(e, -EINVAL, "definition.shape", "sites: '%s' is no kind of site", s ? s : "");
        *ret |= 1u << k;
    }
    return 0;
}

struct place *place_free(struct place *p)
{
    struct place_owner *o = (struct place_owner *)p;
    if (o) {
        arena_release(&o->arena);
        free(o);
    }
    return NULL;
}

const struct site *place_site(const struct place *p, int32_t id)
{
    return id >= 1 && (size_t)id <= p->n_sites ? &p->sites[id - 1] : NULL;
}

const struct site *place_site_by_code(const struct place *p, const char *code)
{
    for (size_t i = 0; i < p->n_sites; i++)
        if (strcmp(p->sites[i].code, code) == 0)
            return &p->sites[i];
    return NULL;
}

const struct site_limits *site_limits(const struct site *s)
{
    return __atomic_load_n(&s->limits, __ATOMIC_ACQUIRE);
}

const struct site_limit *site_limit_on(const struct site *s, const char *code, int64_t day)
{
    const struct site_limits *l = site_limits(s);
    for (size_t i = 0; i < l->n; i++)
        if (day >= l->limit[i].from && day <= l->limit[i].to && strcmp(l->limit[i].code, code) == 0)
            return &l->limit[i];
    return NULL;
}

/* The day on which the next entry on the same factor begins, or one past the end of time. Of two that begin on one day the one given later
 * holds. */
static int64_t next_from(const struct site_limit *l, size_t n, size_t i)
{
    int64_t next = SITE_LIMIT_EVER + 1;
    for (size_t k = 0; k < n; k++)
        if (strcmp(l[k].code, l[i].code) == 0 &&
            (l[k].from > l[i].from || (l[k].from == l[i].from && k > i)) && l[k].from < next)
            next = l[k].from;
    return next;
}

static int64_t first_from(const struct site_limit *l, size_t n, const char *code)
{
    int64_t first = SITE_LIMIT_EVER + 1;
    for (size_t i = 0; i < n; i++)
        if (strcmp(l[i].code, code) == 0 && l[i].from < first)
            first = l[i].from;
    return first;
}

bool place_permitted(const struct place *p, int32_t site)
{
    const struct place_owner *o = (const struct place_owner *)p;
    return place_site(p, site) && site_limits(place_site(p, site)) != o->filed[site - 1];
}

int place_permit(struct place *p, int32_t site, const struct site_limit *permit, size_t n, struct err *e)
{
    struct place_owner *o = (struct place_owner *)p;
    struct site *s = (struct site *)place_site(p, site); /* ours: build_sites made it */
    if (!s)
        return err_set(e, -ENOENT, "no site %d", (int)site);
    const struct site_limits *filed = o->filed[site - 1];
    struct site_limit *l = arena_alloc(&o->arena, (filed->n + n) * sizeof *l + 1);
    struct site_limits *all = arena_alloc(&o->arena, sizeof *all);
    size_t count = 0;
    if (!l || !all)
        return err_set(e, -ENOMEM, "out of memory");
    for (size_t i = 0; i < filed->n; i++) {
        int64_t until = first_from(permit, n, filed->limit[i].code) - 1;
        l[count] = filed->limit[i];
        l[count].to = l[count].to < until ? l[count].to : until;
        count += l[count].to >= l[count].from;
    }
    for (size_t i = 0; i < n; i++) {
        int64_t until = next_from(permit, n, i) - 1;
        l[count] = permit[i];
        l[count].to = permit[i].to < until ? permit[i].to : until;
        l[count].code = arena_strdup(&o->arena, permit[i].code);
        l[count].basis = arena_strdup(&o->arena, permit[i].basis);
        if (!l[count].code || !l[count].basis)
            return err_set(e, -ENOMEM, "out of memory");
        count += l[count].to >= l[count].from;
    }
    *all = (struct site_limits){ count, l };
    __atomic_store_n(&s->limits, all, __ATOMIC_RELEASE);
    return 0;
}

const struct unit *place_unit(const struct place *p, int32_t id)
{
    return id >= 1 && (size_t)id <= p->n_units ? &p->units[id - 1] : NULL;
}

const struct unit *place_unit_by_code(const struct place *p, const char *code)
{
    for (size_t i = 0; i < p->n_units; i++)
        if (strcmp(p->units[i].code, code) == 0)
            return &p->units[i];
    return NULL;
}

bool place_unit_within(const struct place *p, int32_t unit, int32_t above)
{
    /* No chain is longer than there are units; a ring is refused by place_build. */
    for (size_t i = 0; unit && above && i <= p->n_units; i++) {
        if (unit == above)
            return true;
        const struct unit *u = place_unit(p, unit);
        unit = u ? u->parent : 0;
    }
    return false;
}

const struct region *place_region(const struct place *p, int32_t id)
{
    return id >= 1 && (size_t)id <= p->n_regions ? &p->regions[id - 1] : NULL;
}

static void write_name(struct jw *w, int32_t id, const char *code, const char *name, const char *name_en)
{
    jw_object(w);
    jw_kint(w, "id", id);
    jw_kstr(w, "code", code);
    jw_kstr(w, "name", name);
    jw_kstr(w, "name_en", name_en);
}

void region_write(struct jw *w, const struct region *r)
{
    if (!r) {
        jw_null(w);
        return;
    }
    write_name(w, r->id, r->code, r->name, r->name_en);
    jw_end_object(w);
}

void unit_write(struct jw *w, const struct unit *u)
{
    if (!u) {
        jw_null(w);
        return;
    }
    write_name(w, u->id, u->code, u->name, u->name_en);
    jw_end_object(w);
}

void site_write(struct jw *w, const struct site *s)
{
    if (!s) {
        jw_null(w);
        return;
    }
    write_name(w, s->id, s->code, s->name, s->name_en);
    jw_key(w, "lng");
    jw_double(w, s->lng);
    jw_key(w, "lat");
    jw_double(w, s->lat);
    jw_end_object(w);
}
