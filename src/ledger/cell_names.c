/* cell_names.c - whom and what a table names: units, sites and people to their codes. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/cell.h"

static char AMBIGUOUS[] = "";

static int name_put(struct map *m, const char *name, const char *code)
{
    struct buf plain = BUF_INIT;
    cell_plain(name ? name : "", &plain);
    int r = plain.failed ? -ENOMEM : 0;
    const char *there = plain.len ? map_get(m, plain.data, plain.len) : NULL;
    if (r == 0 && plain.len && !(there && (there == AMBIGUOUS || strcmp(there, code) == 0)))
        r = map_put(m, plain.data, plain.len, there ? AMBIGUOUS : (char *)(uintptr_t)code);
    buf_release(&plain);
    return r;
}

/* A code is always its own: it stands over a name that reads the same. */
static int code_put(struct map *m, const char *code)
{
    struct buf plain = BUF_INIT;
    cell_plain(code, &plain);
    int r = plain.failed ? -ENOMEM
            : plain.len  ? map_put(m, plain.data, plain.len, (char *)(uintptr_t)code)
                         : 0;
    buf_release(&plain);
    return r;
}

/* One block a person: the display name, then the account's. */
static int take_user_name(const struct user *u, void *arg)
{
    struct names *n = arg;
    size_t shown = strlen(u->display) + 1, named = strlen(u->name) + 1;
    char *both = malloc(shown + named);
    if (!both)
        return -ENOMEM;
    memcpy(both, u->display, shown);
    memcpy(both + shown, u->name, named);
    int r = map_put(&n->user_names, u->name, named - 1, both);
    if (r < 0)
        free(both);
    return r == 0 ? name_put(&n->users, u->display, both + shown) : r;
}

static int take_user_code(const struct user *u, void *arg)
{
    struct names *n = arg;
    char *both = map_get(&n->user_names, u->name, strlen(u->name));
    return both ? code_put(&n->users, both + strlen(both) + 1) : 0;
}

int names_read(struct ledgers *l, struct names *ret, struct err *e)
{
    *ret = (struct names){ .place = l->place };
    int r = 0;
    for (size_t i = 0; r == 0 && i < l->place->n_units; i++)
        r = name_put(&ret->units, l->place->units[i].name, l->place->units[i].code);
    for (size_t i = 0; r == 0 && i < l->place->n_units; i++)
        r = code_put(&ret->units, l->place->units[i].code);
    for (size_t i = 0; r == 0 && i < l->place->n_sites; i++)
        r = name_put(&ret->sites, l->place->sites[i].name, l->place->sites[i].code);
    for (size_t i = 0; r == 0 && i < l->place->n_sites; i++)
        r = code_put(&ret->sites, l->place->sites[i].code);
    if (r == 0)
        r = ledger_each_user(l->store, take_user_name, ret, e);
    if (r == 0)
        r = ledger_each_user(l->store, take_user_code, ret, e);
    if (r < 0) {
        names_release(ret);
        return r == -ENOMEM ? err_set(e, r, "out of memory") : r;
    }
    return 0;
}

void names_release(struct names *n)
{
    map_release(&n->units, NULL);
    map_release(&n->sites, NULL);
    map_release(&n->users, NULL);
    map_release(&n->user_names, free);
}
