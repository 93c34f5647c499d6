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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILES = 100 };
static struct shipped {
    json_t *tree;
    char folder[40];
} shipped[FILES];
static size_t n_shipped;

static void keep(json_t *tree, const char *folder)
{
    assert(n_shipped < FILES);
    struct shipped *s = &shipped[n_shipped++];
    s->tree = tree;
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

/* No figure of a file is beyond SANDBOX_FIGURE_MOST, so none is here. */
static json_t *other_value(uint8_t what)
{
    switch (what % 16) {
    case 0:
        return json_null();
    case 1:
        return json_integer(-1);
    case 2:
        return json_integer(SANDBOX_FIGURE_MOST);
    case 3:
        return json_real(SANDBOX_FIGURE_MOST);
    case 4:
        return json_string("");
    case 5:
        return json_string("ph");
    case 6:
        return json_array();
    case 7:
        return json_object();
    case 8:
        return json_false();
    case 9:
        return json_true();
    case 10:
        return json_real(0.000001 * what);
    case 11:
        return json_integer(-SANDBOX_FIGURE_MOST);
    case 12:
        return json_real(-1e9 - 0.5);
    case 13:
        return json_integer(1000 * what);
    default:
        return json_integer(what / 16);
    }
}

static size_t width(const json_t *node)
{
    return json_is_array(node) ? json_array_size(node) : json_object_size(node);
}

static const char *key_at(json_t *object, size_t at)
{
    const char *key = NULL;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        if (at-- == 0)
            break;
    }
    return key;
}

/* One step of the walk for each byte of `path`; at the end the value found is replaced or taken out. */
static void mutate(json_t *node, const uint8_t *path, size_t steps, uint8_t what)
{
    for (size_t i = 0; width(node) > 0; i++) {
        size_t at = path[i] % width(node);
        const char *key = json_is_object(node) ? key_at(node, at) : NULL;
        json_t *next = key ? json_object_get(node, key) : json_array_get(node, at);
        if (i + 1 < steps && width(next) > 0) {
            node = next;
            continue;
        }
        bool out = what >= 0xF0;
        if (key)
            out ? json_object_del(node, key) : json_object_set_new(node, key, other_value(what));
        else
            out ? json_array_remove(node, at) : json_array_set_new(node, at, other_value(what));
        return;
    }
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
    enum { STEPS = 4, CHUNK = STEPS + 2 };
    static const micro ordinary[] = { 0, 1, INT64_C(700000), INT64_C(35000000), VALUE_MOST, -VALUE_MOST };
    static struct rule_books b;
    load_shipped();
    if (size < 2)
        return 0;
    const struct shipped *mine = &shipped[data[0] % n_shipped];
    json_t *tree = json_deep_copy(mine->tree);
    for (size_t at = 2; at + CHUNK <= size && at < 2 + 8 * CHUNK; at += CHUNK)
        mutate(tree, data + at, 1 + data[at + STEPS] % STEPS, data[at + STEPS + 1]);
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
