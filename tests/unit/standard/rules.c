#include "rules.h"

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

const char *shared_folder(void)
{
    const char *given = getenv("BIHUAN_SHARED");
    static char path[512];
    if (given)
        return given;
    snprintf(path, sizeof path, "%s/../shared", SOURCE_ROOT);
    return access(path, R_OK) == 0 ? path : NULL;
}
