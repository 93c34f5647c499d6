#include "app/permits.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "app/cases.h"
#include "base/cntime.h"
#include "base/log.h"
#include "base/scoped.h"
#include "domain/factor.h"

enum { LIMITS_MAX = 20000 };

static const char ledger[] = "permit";

/* One row of a permit that names a site and a factor of ours. */
struct row {
    int32_t site;
    struct site_limit limit; /* basis is owned */
};

struct reading {
    const struct place *place;
    int64_t *permit; /* by site: its case */
    struct row *row;
    size_t n, cap;
    struct err *e;
};

static const struct site *site_of(const struct place *p, const char *outlet)
{
    const struct site *s = place_site_by_code(p, outlet);
    for (size_t i = 0; !s && i < p->n_sites; i++)
        if (strcmp(p->sites[i].name, outlet) == 0)
            s = &p->sites[i];
    return s;
}

/* By code, or by its name among what the site measures. */
static const struct factor *factor_of(const struct site *s, const char *word)
{
    const struct factor *f = factor_find(word, strlen(word));
    for (size_t i = 0; !f && s->factors && s->factors[i]; i++) {
        const struct factor *own = factor_find(s->factors[i], strlen(s->factors[i]));
        if (own && (strcmp(own->name, word) == 0 || strcmp(own->name_en, word) == 0))
            f = own;
    }
    return f;
}

/* Stacks are judged in mg/m³ where stations speak of µg/m³ (HJ 75-2017). */
static bool unit_fits(const struct site *s, const struct factor *f, const char *unit)
{
    bool stack = s->kind == SITE_GAS_OUTLET && strcmp(f->unit, "µg/m³") == 0;
    const char *ours = stack ? "mg/m³" : f->unit;
    return strcmp(unit, ours) == 0 || (strcmp(ours, "mg/m³") == 0 && strcmp(unit, "mg/m3") == 0) ||
           (strcmp(ours, "mg/L") == 0 && (strcmp(unit, "mg/l") == 0 || strcmp(unit, "毫克/升") == 0));
}

static int keep(struct reading *r, const struct row *row)
{
    if (r->n == LIMITS_MAX)
        return err_set(r->e, -E2BIG, "the permits have more than %d limits", LIMITS_MAX);
    if (r->n == r->cap) {
        size_t cap = r->cap ? 2 * r->cap : 64;
        struct row *grown = realloc(r->row, cap * sizeof *grown);
        if (!grown)
            return err_set(r->e, -ENOMEM, "out of memory");
        r->row = grown;
        r->cap = cap;
    }
    r->row[r->n++] = *row;
    return 0;
}

static int take_row(struct reading *r, const json_t *j, int64_t id, const char *number, int64_t until)
{
    const char *outlet = json_str(j, "outlet", ""), *word = json_str(j, "factor", ""),
               *from = json_str(j, "from", "");
    const struct site *s = site_of(r->place, outlet);
    const struct factor *f = s ? factor_of(s, word) : NULL;
    int64_t ms;
    if (s && until == SITE_LIMIT_EVER)
        r->permit[s->id - 1] = id;
    if (!f || !unit_fits(s, f, json_str(j, "unit", "")) || !cn_parse_iso(from, strlen(from), &ms)) {
        log_debug("permits", "%s: %s, %s: %s: not judged by it", number, outlet, word,
                  !s   ? "no site of that code or name"
                  : !f ? "the site measures no such factor"
                       : "another unit than the program judges in");
        return 0;
    }
    char *basis = NULL;
    const char *clause = json_str(j, "clause", "");
    if (asprintf(&basis, "排污许可 %s%s%s", number, *clause ? "，" : "", clause) < 0)
        return err_set(r->e, -ENOMEM, "out of memory");
    struct row row = { s->id,
                       { .code = f->code,
                         .upper = json_micro(j, "limit", MICRO_MISSING),
                         .lower = MICRO_MISSING,
                         .basis = basis,
                         .from = cn_day_of(ms),
                         .to = until } };
    int kept = keep(r, &row);
    if (kept < 0)
        free(basis);
    return kept;
}

static int take_case(int64_t id, const char *key, const json_t *doc, void *arg)
{
    struct reading *r = arg;
    if (json_object_get(doc, "merged_into"))
        return 0;
    const json_t *fields = json_object_get(doc, "fields"), *limits = json_object_get(fields, "limits");
    int64_t closed = json_int(doc, "closed", 0);
    int bad = 0;
    for (size_t i = 0; bad == 0 && i < json_array_size(limits); i++)
        bad = take_row(r, json_array_get(limits, i), id, json_str(fields, "permit_number", key),
                       closed ? cn_day_of(closed) - 1 : SITE_LIMIT_EVER);
    return bad;
}

static int lay_over(struct reading *r, struct place *place, struct board *board, int32_t site, struct err *e)
{
    size_t n = 0;
    scoped(freep) struct site_limit *l = calloc(r->n + 1, sizeof *l);
    if (!l)
        return err_set(e, -ENOMEM, "out of memory");
    for (size_t i = 0; i < r->n; i++)
        if (r->row[i].site == site)
            l[n++] = r->row[i].limit;
    if (!n && !place_permitted(place, site))
        return 0;
    int bad = place_permit(place, site, l, n, e);
    if (bad == 0 && board)
        board_limits_changed(board, site);
    return bad;
}

int permits_take(struct ledger_store *store, struct place *place, struct board *board, int64_t *permit,
                 struct err *e)
{
    scoped(freep) int64_t *found = calloc(place->n_sites + 1, sizeof *found);
    struct reading r = { .place = place, .permit = found, .e = e };
    if (!found)
        return err_set(e, -ENOMEM, "out of memory");
    int bad = cases_each(store, &(struct case_query){ .ledger = ledger, .light = -1 }, take_case, &r, e);
    for (size_t i = 0; bad == 0 && i < place->n_sites; i++) {
        bad = lay_over(&r, place, board, place->sites[i].id, e);
        __atomic_store_n(&permit[i], found[i], __ATOMIC_RELAXED);
    }
    for (size_t i = 0; i < r.n; i++)
        free((char *)r.row[i].limit.basis);
    free(r.row);
    return bad;
}

bool permits_concern(const json_t *doc)
{
    return strcmp(json_str(doc, "ledger", ""), ledger) == 0;
}
