/* check_city.c - the people and the city in which the tests of ledger files play. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "ledger/check_own.h"

/* The units every test may name; those that the ledgers' unit fields are called by are added to them. */
static const char *const test_units[] = { "owner", "supervisor", "office", "other" };

/* The people that a step can name with `by` and whose name does not say it all: a unit's name is its responsible person,
 * UNIT_ROLE a person of that unit with that role. */
static const struct {
    const char *by, *unit;
    enum role role;
} people[] = {
    { "supervisor", "supervisor", ROLE_SUPERVISOR },
    { "office", "office", ROLE_DUTY },
    { "duty", "office", ROLE_DUTY },
    { "leader", "office", ROLE_LEADER },
    { "admin", "office", ROLE_ADMIN },
    { "reviewer", "office", ROLE_REVIEWER },
    { "responsible", "other", ROLE_RESPONSIBLE },
    { "public", "", ROLE_PUBLIC },
    { "reporter", "", ROLE_PUBLIC },
};

/* ---- people ---- */

static bool find_person(const struct bench *b, const char *by, struct actor *ret)
{
    const struct place *p = b->l->place;
    for (size_t i = 0; i < COUNT_OF(people); i++)
        if (strcmp(people[i].by, by) == 0) {
            const struct unit *u = *people[i].unit ? place_unit_by_code(p, people[i].unit) : NULL;
            *ret = (struct actor){ .name = by,
                                   .role = people[i].role,
                                   .unit = u ? u->id : 0,
                                   .holder = strcmp(by, "reporter") == 0 };
            return true;
        }
    const struct unit *u = place_unit_by_code(p, by);
    int role = ROLE_RESPONSIBLE;
    const char *bar = strrchr(by, '_');
    if (!u && bar) {
        scoped(freep) char *unit = strndup(by, (size_t)(bar - by));
        u = unit ? place_unit_by_code(p, unit) : NULL;
        role = role_from_name(bar + 1);
    }
    *ret = (struct actor){ .name = by, .role = (enum role)role, .unit = u ? u->id : 0 };
    return u && role >= 0;
}

/* A person is in the books from the first time that a test names them, so that a user field can hold them. */
int check_meet(struct bench *b, const char *by, struct actor *ret)
{
    if (!find_person(b, by, ret))
        return check_wrong(b, "'%s' is nobody", by);
    struct user u = { .role = ret->role, .unit = ret->unit };
    int64_t id;
    snprintf(u.name, sizeof u.name, "%s", by);
    snprintf(u.display, sizeof u.display, "%s", by);
    return ledger_put_user(b->l->store, &u, &id, b->e);
}

/* Everyone who can be told from the names alone is in the books, so that a user field can hold them. */
int check_meet_all(struct bench *b)
{
    const struct place *p = b->l->place;
    struct actor who;
    int r = 0;
    for (size_t i = 0; r == 0 && i < COUNT_OF(people); i++)
        r = check_meet(b, people[i].by, &who);
    for (size_t i = 0; r == 0 && i < p->n_units; i++)
        r = check_meet(b, p->units[i].code, &who);
    return r;
}

/* ---- the city ---- */

static void add_unit(json_t *units, const char *code)
{
    for (size_t i = 0; i < json_array_size(units); i++)
        if (strcmp(json_str(json_array_get(units, i), "code", ""), code) == 0)
            return;
    json_array_append_new(units, json_pack("{s:s}", "code", code));
}

/* The test city; with the ledgers read, their unit fields are units too. */
int check_build_city(const struct ledgers *l, struct place **ret, struct err *e)
{
    scoped(json_decrefp) json_t *units = json_array();
    for (size_t i = 0; i < COUNT_OF(test_units); i++)
        add_unit(units, test_units[i]);
    for (size_t d = 0; l && d < l->n_current; d++)
        for (size_t i = 0; i < l->current[d]->n_fields; i++)
            if (l->current[d]->field[i].type == FIELD_UNIT)
                add_unit(units, l->current[d]->field[i].id);
    scoped(json_decrefp) json_t *city =
        json_pack("{s:[{s:s}], s:O, s:[{s:s, s:s, s:s, s:s, s:i, s:i}]}", "regions", "code", "370000",
                  "units", units, "sites", "code", "site", "kind", "water_outlet", "region", "370000", "unit",
                  "owner", "lng", 120, "lat", 36);
    return city ? place_build(city, ret, e) : err_set(e, -ENOMEM, "out of memory");
}
