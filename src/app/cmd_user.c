/* bihuan user: accounts of a data folder, with or without a server running on it. */
#include "app/commands.h"

#include <errno.h>
#include <getopt.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "api/password.h"
#include "base/json.h"
#include "base/scoped.h"
#include "domain/place.h"
#include "store/store.h"

static const char usage[] =
    "usage: bihuan user add NAME --data DIR --role ROLE [--unit CODE] [--display TEXT]\n"
    "       bihuan user passwd|disable|enable NAME --data DIR\n"
    "       bihuan user list --data DIR [--json]\n"
    "The password is read from standard input; an empty one is made up and printed once.\n"
    "Roles: admin leader duty reviewer supervisor responsible\n";

enum { DONE = 0, NO = 1, MISUSE = 2 };

struct options {
    const char *verb, *name, *dir, *role, *unit, *display;
    bool json;
};

static int fault(const struct err *e)
{
    fprintf(stderr, "bihuan user: %s\n", e->text);
    return NO;
}

static int misuse(const char *why)
{
    fprintf(stderr, "bihuan user: %s\n%s", why, usage);
    return MISUSE;
}

/* One line of standard input without its end; a terminal does not show what is typed. */
static bool read_password(char *out, size_t cap)
{
    bool terminal = isatty(STDIN_FILENO);
    struct termios shown, hidden;
    if (terminal) {
        fputs("password (empty: make one up): ", stderr);
        if (tcgetattr(STDIN_FILENO, &shown) == 0) {
            hidden = shown;
            hidden.c_lflag &= ~(tcflag_t)ECHO;
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
        } else {
            terminal = false;
        }
    }
    bool got = fgets(out, (int)cap, stdin) != NULL;
    if (terminal) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
        fputc('\n', stderr);
    }
    if (!got)
        out[0] = '\0';
    out[strcspn(out, "\r\n")] = '\0';
    return out[0] != '\0';
}

/* Fills u->hash. *made says whether the password is to be printed, which happens only after the account is stored. */
static int take_password(struct user *u, char password[PASSWORD_MAX + 2], bool *made, struct err *e)
{
    *made = !read_password(password, PASSWORD_MAX + 2);
    if (*made) {
        int r = password_make(password, e);
        if (r < 0)
            return r;
    }
    _Static_assert(sizeof u->hash >= PASSWORD_HASH, "a hash fits");
    return password_hash(password, u->hash, e);
}

static int load_place(struct ledger_store *store, struct place **ret, struct err *e)
{
    scoped(freep) char *text = NULL;
    int r = ledger_get_setting(store, "city", &text, e);
    if (r < 0)
        return r;
    json_t *city = NULL;
    r = json_read(text, strlen(text), &city, e);
    if (r == 0)
        r = place_build(city, ret, e);
    json_decref(city);
    return r < 0 ? err_under(e, "city") : 0;
}

static int find_unit(struct ledger_store *store, const char *code, int32_t *ret, struct err *e)
{
    struct place *place = NULL;
    int r = load_place(store, &place, e);
    if (r < 0)
        return r;
    const struct unit *u = place_unit_by_code(place, code);
    *ret = u ? u->id : 0;
    place_free(place);
    return u ? 0 : err_set(e, -ENOENT, "--unit: there is no unit '%s'", code);
}

static int store_user(struct ledger_store *store, struct user *u, struct err *e)
{
    char password[PASSWORD_MAX + 2];
    bool made;
    int64_t id;
    int r = take_password(u, password, &made, e);
    if (r == 0)
        r = ledger_put_user(store, u, &id, e);
    if (r == 0 && made)
        printf("%s\n", password);
    sodium_memzero(password, sizeof password);
    return r;
}

static int set_text(char *out, size_t cap, const char *what, const char *text, struct err *e)
{
    size_t len = strlen(text);
    if (len >= cap)
        return err_set(e, -EINVAL, "%s: longer than %zu bytes", what, cap - 1);
    memcpy(out, text, len + 1);
    return 0;
}

static int add(struct ledger_store *store, const struct options *o, struct err *e)
{
    struct user u;
    int r = ledger_get_user(store, o->name, &u, e);
    if (r == 0)
        return err_set(e, -EEXIST, "there is a user '%s' already", o->name);
    if (r != -ENOENT)
        return r;
    u = (struct user){ .role = (enum role)role_from_name(o->role) };
    if (o->unit && (r = find_unit(store, o->unit, &u.unit, e)) < 0)
        return r;
    if ((r = set_text(u.name, sizeof u.name, "name", o->name, e)) < 0 ||
        (r = set_text(u.display, sizeof u.display, "--display", o->display ? o->display : o->name, e)) < 0)
        return r;
    return store_user(store, &u, e);
}

static int change(struct ledger_store *store, const struct options *o, struct err *e)
{
    struct user u;
    int r = ledger_get_user(store, o->name, &u, e);
    if (r == -ENOENT)
        return err_set(e, r, "there is no user '%s'", o->name);
    if (r < 0)
        return r;
    if (strcmp(o->verb, "passwd") == 0)
        return store_user(store, &u, e);
    u.disabled = strcmp(o->verb, "disable") == 0;
    int64_t id;
    return ledger_put_user(store, &u, &id, e);
}

struct listing {
    struct place *place;
    struct jw *w; /* NULL: a table */
};

static int list_one(const struct user *u, void *arg)
{
    const struct listing *l = arg;
    const struct unit *unit = l->place && u->unit ? place_unit(l->place, u->unit) : NULL;
    if (!l->w) {
        printf("%-16s %-12s %-12s %-8s %s\n", u->name, role_name(u->role), unit ? unit->code : "-",
               u->disabled ? "disabled" : "", u->display);
        return 0;
    }
    jw_object(l->w);
    jw_kstr(l->w, "name", u->name);
    jw_kstr(l->w, "display", u->display);
    jw_kstr(l->w, "role", role_name(u->role));
    jw_kstr(l->w, "unit", unit ? unit->code : NULL);
    jw_kbool(l->w, "disabled", u->disabled);
    jw_end_object(l->w);
    return 0;
}

static int list(struct ledger_store *store, const struct options *o, struct err *e)
{
    struct buf out = BUF_INIT;
    struct jw w = JW(&out);
    struct listing l = { .w = o->json ? &w : NULL };
    int r = load_place(store, &l.place, e);
    if (r < 0 && r != -ENOENT)
        return r;
    if (o->json) {
        jw_object(&w);
        jw_key(&w, "users");
        jw_array(&w);
    }
    r = ledger_each_user(store, list_one, &l, e);
    if (o->json && r == 0) {
        jw_end_array(&w);
        jw_end_object(&w);
        puts(out.failed ? "{}" : out.data);
    }
    buf_release(&out);
    place_free(l.place);
    return r;
}

static const struct {
    const char *verb;
    int (*run)(struct ledger_store *, const struct options *, struct err *);
    bool takes_name;
} verbs[] = {
    { "add", add, true },       { "passwd", change, true }, { "disable", change, true },
    { "enable", change, true }, { "list", list, false },
};

static bool read_options(int argc, char **argv, struct options *o)
{
    static const struct option longs[] = {
        { "data", required_argument, NULL, 'd' }, { "role", required_argument, NULL, 'r' },
        { "unit", required_argument, NULL, 'u' }, { "display", required_argument, NULL, 'n' },
        { "json", no_argument, NULL, 'j' },       { 0 },
    };
    int c;
    optind = 0; /* start anew: main has read its own options before */
    while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
        switch (c) {
        case 'd':
            o->dir = optarg;
            break;
        case 'r':
            o->role = optarg;
            break;
        case 'u':
            o->unit = optarg;
            break;
        case 'n':
            o->display = optarg;
            break;
        case 'j':
            o->json = true;
            break;
        default:
            return false;
        }
    }
    o->verb = optind < argc ? argv[optind++] : NULL;
    o->name = optind < argc ? argv[optind++] : NULL;
    return optind == argc;
}

/* A name is also part of history and of addresses: letters, digits, and a few signs. */
static bool name_ok(const char *name)
{
    size_t len = strlen(name);
    return len && len < 64 &&
           strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == len &&
           strcmp(name, "system") != 0;
}

int cmd_user(int argc, char **argv)
{
    struct options o = { 0 };
    if (!read_options(argc, argv, &o) || !o.verb)
        return misuse("what is to be done?");
    size_t v = 0;
    while (v < COUNT_OF(verbs) && strcmp(verbs[v].verb, o.verb) != 0)
        v++;
    if (v == COUNT_OF(verbs))
        return misuse("unknown action");
    if (!o.dir)
        return misuse("--data DIR is missing");
    if (verbs[v].takes_name != (o.name != NULL))
        return misuse(o.name ? "list takes no name" : "a user's name is missing");
    if (o.name && !name_ok(o.name))
        return misuse("a name has letters, digits, '.', '_' and '-', at most 63; 'system' is taken");
    if (strcmp(o.verb, "add") == 0 && (!o.role || role_from_name(o.role) <= ROLE_PUBLIC))
        return misuse("--role is missing or none of admin, leader, duty, reviewer, supervisor, responsible");

    struct err e;
    err_clear(&e);
    struct ledger_store *store = NULL;
    if (ledger_store_open(o.dir, false, &store, &e) < 0)
        return fault(&e);
    int r = verbs[v].run(store, &o, &e);
    ledger_store_close(store);
    return r < 0 ? fault(&e) : DONE;
}
