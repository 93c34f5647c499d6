#include "rules.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/scoped.h"
#include "lua/sandbox.h"

static const char *const files[] = { "gb3095-2012",       "gb3095-2026-transition",
                                     "gb3095-2026-final", "hj633-2012",
                                     "hj633-2026",        "hj663-2013",
                                     "hj663-2026",        "published-2013" };

const struct air_rulebook *shipped_rules(void)
{
    static struct air_rulebook book;
    struct sandbox *s = NULL;
    struct err e = { 0 };
    int run = 0;
    if (book.n_index)
        return &book;
    int r = sandbox_new(NULL, &s, &e);
    for (size_t i = 0; i < COUNT_OF(files) && r == 0; i++) {
        char path[512];
        json_t *tree = NULL;
        snprintf(path, sizeof path, "%s/definitions/standards/air/%s.lua", SOURCE_ROOT, files[i]);
        r = sandbox_load_file(s, path, &tree, &e);
        if (r == 0)
            r = air_rulebook_add(&book, path, tree, &e);
        if (r == 0)
            r = air_rulebook_test(&book, path, tree, &run, &e);
        json_decref(tree);
    }
    sandbox_free(s);
    if (r < 0) {
        fprintf(stderr, "%s\n", e.text);
        abort();
    }
    return &book;
}

static int add_folder(struct sandbox *s, struct ordinances *o, const char *folder, struct err *e)
{
    char path[600];
    struct dirent **name = NULL;
    snprintf(path, sizeof path, "%s/definitions/standards/%s", SOURCE_ROOT, folder);
    int n = scandir(path, &name, NULL, alphasort), r = n < 0 ? err_set(e, -1, "%s: no such folder", path) : 0;
    for (int i = 0; i < n; i++) {
        json_t *tree = NULL;
        snprintf(path, sizeof path, "%s/definitions/standards/%s/%s", SOURCE_ROOT, folder, name[i]->d_name);
        if (r == 0 && strstr(name[i]->d_name, ".lua")) {
            r = sandbox_load_file(s, path, &tree, e);
            if (r == 0)
                r = ordinances_add(o, path, tree, e);
            if (r == 0)
                r = ordinances_test(o, path, tree, NULL, e);
            json_decref(tree);
        }
        free(name[i]);
    }
    free(name);
    return r;
}

const struct ordinances *shipped_ordinances(void)
{
    static struct ordinances o;
    struct sandbox *s = NULL;
    struct err e = { 0 };
    if (o.n_money)
        return &o;
    int r = sandbox_new(NULL, &s, &e);
    for (const char *const *f = ordinance_folders; r == 0 && *f; f++)
        r = add_folder(s, &o, *f, &e);
    sandbox_free(s);
    if (r < 0) {
        fprintf(stderr, "%s\n", e.text);
        abort();
    }
    return &o;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_lua(const struct dirent *d)
{
    const char *dot = strrchr(d->d_name, '.');
    return dot && strcmp(dot, ".lua") == 0;
}

static int visit(struct standards *all, struct sandbox *s, const char *folder, bool tests, int *run,
                 struct err *e)
{
    struct dirent **names = NULL;
    char path[600];
    snprintf(path, sizeof path, "%s/definitions/standards/%s", SOURCE_ROOT, folder);
    int n = scandir(path, &names, is_lua, by_name), r = n < 0 ? -ENOENT : 0;
    for (int i = 0; i < n; i++) {
        json_t *tree = NULL;
        snprintf(path, sizeof path, "%s/definitions/standards/%s/%s", SOURCE_ROOT, folder, names[i]->d_name);
        if (r == 0)
            r = sandbox_load_file(s, path, &tree, e);
        if (r == 0)
            r = tests ? standards_test(all, path, tree, run, e) : standards_add(all, path, tree, e);
        json_decref(tree);
        free(names[i]);
    }
    free(names);
    return r;
}

const struct standards *shipped_standards(void)
{
    static struct standards all;
    struct sandbox *s = NULL;
    struct err e = { .text = "" };
    int run = 0;
    if (all.grades.n)
        return &all;
    int r = sandbox_new(NULL, &s, &e);
    for (int tests = 0; tests <= 1; tests++)
        for (size_t i = 0; standards_folders[i] && r == 0; i++)
            r = visit(&all, s, standards_folders[i], tests, &run, &e);
    sandbox_free(s);
    if (r < 0 || run == 0) {
        fprintf(stderr, "%s\n", e.text);
        abort();
    }
    return &all;
}

const struct grade_table *shipped_table(const char *id)
{
    const struct grade_table *t = grade_by_id(&shipped_standards()->grades, id);
    if (!t) {
        fprintf(stderr, "no table %s\n", id);
        abort();
    }
    return t;
}

const char *shared_folder(void)
{
    const char *given = getenv("BIHUAN_SHARED");
    static char path[512];
    if (given)
        return given;
    snprintf(path, sizeof path, "%s/../shared", SOURCE_ROOT);
    return access(path, R_OK) == 0 ? path : NULL;
}
