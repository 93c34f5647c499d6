/* fuzz_rules.c - rule sets as trees. The input chooses one of the shipped files and says which of its values become what: so the
 * mutations reach what a reader checks, and not only its first key. The file joins the others of its folder, as when a person changes one.
 * Whatever is accepted runs its own tests and must judge anything that the readers of data let through within its grades. */
#include <assert.h>
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/scoped.h"
#include "domain/record.h"
#include "judge.h"
#include "lua/sandbox.h"
#include "../tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILES = 100 };
static struct shipped {
    json_t *tree;
    char folder[40];
} shipped[FILES];
static size_t n_shipped;

/* Its keys in order: Lua walks a table in another one each time it runs. */
static void keep(json_t *tree, const char *folder)
{
    assert(n_shipped < FILES);
    struct shipped *s = &shipped[n_shipped++];
    char *text = json_dumps(tree, JSON_SORT_KEYS);
    s->tree = json_loads(text, 0, NULL);
    assert(s->tree);
    free(text);
    json_decref(tree);
    snprintf(s->folder, sizeof s->folder, "%s", folder);
}

/* In the order of their names: what an input does may not depend on how a disk keeps a folder. */
static void load_folder(struct sandbox *s, const char *folder)
{
    char path[600];
    struct dirent **name = NULL;
    snprintf(path, sizeof path, "%s/definitions/standards/%s", SOURCE_ROOT, folder);
    int n = scandir(path, &name, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        struct err e;
        json_t *tree = NULL;
        snprintf(path, sizeof path, "%s/definitions/standards/%s/%s", SOURCE_ROOT, folder, name[i]->d_name);
        if (strstr(name[i]->d_name, ".lua") && sandbox_load_file(s, path, &tree, &e) == 0) {
            if (json_is_array(tree)) {
                for (size_t k = 0; k < json_array_size(tree); k++)
                    keep(json_incref(json_array_get(tree, k)), folder);
                json_decref(tree);
            } else {
                keep(tree, folder);
            }
        }
        free(name[i]);
    }
    free(name);
}

static void load_shipped(void)
{
    static const char *const more[] = { "air", "quality" };
    struct sandbox *s = NULL;
    struct err e;
    if (n_shipped || sandbox_new(NULL, &s, &e) < 0)
        return;
    for (size_t i = 0; standards_folders[i]; i++)
        load_folder(s, standards_folders[i]);
    for (size_t i = 0; ordinance_folders[i]; i++)
        load_folder(s, ordinance_folders[i]);
    for (size_t i = 0; i < COUNT_OF(more); i++)
        load_folder(s, more[i]);
    sandbox_free(s);
    assert(n_shipped > 40);
}

static bool in_list(const char *const *list, const char *word)
{
    for (; *list; list++)
        if (strcmp(*list, word) == 0)
            return true;
    return false;
}

/* Added to the book that its folder is for, and its own tests run. */
static void take(struct rule_books *b, const char *folder, const json_t *tree, bool tests)
{
    struct err e = { .text = "" };
    if (in_list(standards_folders, folder)) {
        if (standards_add(&b->standards, "fuzz", tree, &e) == 0 && tests)
            standards_test(&b->standards, "fuzz", tree, NULL, &e);
    } else if (in_list(ordinance_folders, folder)) {
        if (ordinances_add(&b->ordinances, "fuzz", tree, &e) == 0 && tests)
            ordinances_test(&b->ordinances, "fuzz", tree, NULL, &e);
    } else if (strcmp(folder, "air") == 0) {
        if (air_rulebook_add(&b->air, "fuzz", tree, &e) == 0 && tests)
            air_rulebook_test(&b->air, "fuzz", tree, NULL, &e);
    } else if (tests && rate_rules_read(tree, &b->rates, &e) == 0) {
        b->has_rates = true;
        rate_rules_test(&b->rates, tree, &e);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const micro ordinary[] = { 0, 1, INT64_C(700000), INT64_C(35000000), VALUE_MOST, -VALUE_MOST };
    static struct rule_books b;
    load_shipped();
    if (size < 2)
        return 0;
    const struct shipped *mine = &shipped[data[0] % n_shipped];
    json_t *tree = json_deep_copy(mine->tree);
    /* No figure of a file is larger. */
    tree_mutate(tree, data + 2, size - 2, SANDBOX_FIGURE_MOST);
    /* Water's tests and groups want the tables beside them; elsewhere a file stands alone. */
    bool beside = strcmp(mine->folder, "water") == 0;
    for (size_t i = 0; i < n_shipped && beside; i++)
        if (strcmp(shipped[i].folder, mine->folder) == 0 && &shipped[i] != mine)
            take(&b, mine->folder, shipped[i].tree, false);
    take(&b, mine->folder, tree, true);
    judge_by(&b, ordinary[data[1] % COUNT_OF(ordinary)]);
    json_decref(tree);
    standards_release(&b.standards);
    memset(&b.air, 0, sizeof b.air);
    memset(&b.ordinances, 0, sizeof b.ordinances);
    b.has_rates = false;
    return 0;
}
