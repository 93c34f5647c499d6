/* fuzz_rules.c - rule sets as trees. The input chooses one of the shipped files and says which of its values become what: so the
 * mutations reach what a reader checks, and not only its first key. Whatever is accepted must judge within its grades. */
#include <assert.h>
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "lua/sandbox.h"
#include "standard/standards.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILES = 64 };
static json_t *shipped[FILES];
static size_t n_shipped;

static void load_folder(struct sandbox *s, const char *folder)
{
    char path[600];
    snprintf(path, sizeof path, "%s/definitions/standards/%s", SOURCE_ROOT, folder);
    DIR *dir = opendir(path);
    for (struct dirent *d; dir && n_shipped < FILES && (d = readdir(dir));) {
        struct err e;
        if (!strstr(d->d_name, ".lua"))
            continue;
        snprintf(path, sizeof path, "%s/definitions/standards/%s/%s", SOURCE_ROOT, folder, d->d_name);
        if (sandbox_load_file(s, path, &shipped[n_shipped], &e) == 0)
            n_shipped++;
    }
    if (dir)
        closedir(dir);
}

static void load_shipped(void)
{
    struct sandbox *s = NULL;
    struct err e;
    if (n_shipped || sandbox_new(NULL, &s, &e) < 0)
        return;
    for (size_t i = 0; standards_folders[i]; i++)
        load_folder(s, standards_folders[i]);
    sandbox_free(s);
    assert(n_shipped > 0);
}

static json_t *other_value(uint8_t what)
{
    switch (what % 12) {
    case 0:
        return json_null();
    case 1:
        return json_integer(-1);
    case 2:
        return json_integer(INT64_MAX);
    case 3:
        return json_real(1e300);
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
    default:
        return json_integer(what);
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

/* One step of the walk for each bit pattern of `path`; at the end the value found is replaced or taken out. */
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
        if (key)
            what % 13 == 12 ? json_object_del(node, key) : json_object_set_new(node, key, other_value(what));
        else
            what % 13 == 12 ? json_array_remove(node, at) : json_array_set_new(node, at, other_value(what));
        return;
    }
}

static void judge_all(const struct grade_table *t, micro value)
{
    micro v[GRADE_ITEMS];
    char text[200];
    for (int i = 0; i < GRADE_ITEMS; i++)
        v[i] = i % 5 == 4 ? MICRO_MISSING : value * (i + 1);
    for (int variant = 0; variant < t->n_variants; variant++)
        for (int s = 0; s < t->n_selections; s++) {
            struct grade_ask ask = { .variant = variant,
                                     .selection = s,
                                     .target = (variant + s) % (t->n_grades + 1),
                                     .round = s % 2 };
            struct graded g;
            grade_judge(t, &ask, v, &g);
            assert(g.grade >= 0 && g.grade <= t->n_grades + 1 && g.n_over <= t->n_items);
            assert(strlen(grade_text_over(t, &g, -1, GRADE_TEXT_ZH, text, sizeof text)) < sizeof text);
            assert(strlen(grade_text_items(t, g.deciding | g.missing, GRADE_TEXT_EN, text, sizeof text)) <
                   sizeof text);
            grade_attains(t, &ask, &g);
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { STEPS = 4, CHUNK = STEPS + 2 };
    static struct standards all;
    struct err e = { .text = "" };
    load_shipped();
    if (size < 1)
        return 0;
    json_t *tree = json_deep_copy(shipped[data[0] % n_shipped]);
    for (size_t at = 1; at + CHUNK <= size && at < 1 + 8 * CHUNK; at += CHUNK)
        mutate(tree, data + at, 1 + data[at + STEPS] % STEPS, data[at + STEPS + 1]);
    if (standards_add(&all, "fuzz", tree, &e) == 0) {
        standards_test(&all, "fuzz", tree, NULL, &e);
        for (size_t i = 0; i < all.grades.n; i++) {
            judge_all(all.grades.table[i], 0);
            judge_all(all.grades.table[i], INT64_C(700000));
            judge_all(all.grades.table[i], INT64_C(90000000000000));
        }
    }
    json_decref(tree);
    standards_release(&all);
    return 0;
}
