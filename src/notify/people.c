/* people.c - from a word like "owner" to the persons it means. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "notify/own.h"

static int keep(const struct user *u, void *arg)
{
    struct people *p = arg;
    if (u->disabled || u->role == ROLE_PUBLIC || u->id > INT32_MAX)
        return 0;
    if (p->n == p->cap) {
        size_t cap = p->cap ? 2 * p->cap : 64;
        struct user *more = realloc(p->user, cap * sizeof *more);
        if (!more)
            return -ENOMEM;
        p->user = more;
        p->cap = cap;
    }
    p->user[p->n++] = *u;
    return 0;
}

int people_read(struct ledger_store *s, struct people *ret, struct err *e)
{
    *ret = (struct people){ 0 };
    int r = ledger_each_user(s, keep, ret, e);
    if (r < 0)
        people_release(ret);
    return r == -ENOMEM ? err_set(e, r, "out of memory") : r;
}

void people_release(struct people *p)
{
    free(p->user);
    *p = (struct people){ 0 };
}

static size_t mark_role(const struct people *p, enum role role, int32_t unit, unsigned char *on)
{
    size_t n = 0;
    for (size_t i = 0; i < p->n; i++)
        if (p->user[i].role == role && (!unit || p->user[i].unit == unit)) {
            on[i] = 1;
            n++;
        }
    return n;
}

static size_t mark_name(const struct people *p, const char *name, int32_t unit, unsigned char *on)
{
    size_t n = 0;
    for (size_t i = 0; *name && i < p->n; i++)
        if (strcmp(p->user[i].name, name) == 0 ||
            (unit && p->user[i].unit == unit && strcmp(p->user[i].display, name) == 0)) {
            on[i] = 1;
            n++;
        }
    return n;
}

static int32_t unit_of(const struct place *place, const json_t *doc, const char *field)
{
    const struct unit *u = place_unit_by_code(place, json_str(json_object_get(doc, "fields"), field, ""));
    return u ? u->id : 0;
}

/* A unit answers by its responsible people; one that only supervises by its supervisors. What would reach nobody reaches the duty desk:
 * a matter must not wait because a unit has no account. */
static void mark_unit(const struct people *p, int32_t unit, bool supervises, unsigned char *on)
{
    static const enum role owner[] = { ROLE_RESPONSIBLE, ROLE_SUPERVISOR, ROLE_DUTY },
                           supervisor[] = { ROLE_SUPERVISOR, ROLE_REVIEWER, ROLE_RESPONSIBLE };
    const enum role *order = supervises ? supervisor : owner;
    for (size_t i = 0; unit && i < 3; i++)
        if (mark_role(p, order[i], unit, on))
            return;
    mark_role(p, ROLE_DUTY, 0, on);
}

void people_mark(const struct people *p, const struct place *place, const char *to, const char *actor,
                 const char *author, const json_t *doc, unsigned char *on)
{
    static const struct {
        const char *word;
        enum role role;
    } roles[] = {
        { "leader", ROLE_LEADER }, { "duty", ROLE_DUTY },         { "office", ROLE_DUTY },
        { "admin", ROLE_ADMIN },   { "reviewer", ROLE_REVIEWER },
    };
    const json_t *fields = json_object_get(doc, "fields");
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (strcmp(to, roles[i].word) == 0) {
            mark_role(p, roles[i].role, 0, on);
            return;
        }
    if (strcmp(to, "actor") == 0 || strcmp(to, "author") == 0) {
        mark_name(p, strcmp(to, "actor") == 0 ? actor : author, 0, on);
        return;
    }
    int32_t owner = unit_of(place, doc, "owner"), unit = unit_of(place, doc, to);
    bool is_owner = strcmp(to, "owner") == 0, is_supervisor = strcmp(to, "supervisor") == 0;
    if (is_owner)
        mark_name(p, json_str(fields, "person", ""), owner, on);
    if (is_owner || is_supervisor || unit)
        mark_unit(p, unit, is_supervisor, on);
    else
        mark_name(p, json_str(fields, to, ""), owner, on);
}
