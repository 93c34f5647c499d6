#include "evaluate/shelf.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cntime.h"
#include "base/file.h"
#include "base/scoped.h"
#include "lua/sandbox.h"
#include "standard/air.h"
#include "standard/ordinance.h"
#include "standard/rates.h"
#include "standard/standards.h"

enum { SETS_MAX = 256, RULE_FILE_MAX = 1 << 20 };

struct shelf {
    struct sandbox *sandbox;
    struct air_rulebook air;
    struct standards other; /* every other medium */
    struct ordinances ordinances;
    struct rate_rules rates[8];
    size_t n_rates;
    struct shelf_set set[SETS_MAX];
    size_t n;
};

/* ---- kinds of rule sets: who reads, tests and finds them ---- */
static int air_add(struct shelf *s, const char *name, const json_t *tree, struct err *e)
{
    return air_rulebook_add(&s->air, name, tree, e);
}

static int air_test(struct shelf *s, const char *name, const json_t *tree, int *ret_run, struct err *e)
{
    return air_rulebook_test(&s->air, name, tree, ret_run, e);
}

static const void *air_find(struct shelf *s, const char *kind, const char *id)
{
    if (strcmp(kind, "air.index") == 0)
        return air_index_by_id(&s->air, id);
    if (strcmp(kind, "air.evaluation") == 0)
        return air_evaluation_by_id(&s->air, id);
    return air_limits_by_id(&s->air, id);
}

static int other_add(struct shelf *s, const char *name, const json_t *tree, struct err *e)
{
    return standards_add(&s->other, name, tree, e);
}

static int other_test(struct shelf *s, const char *name, const json_t *tree, int *ret_run, struct err *e)
{
    return standards_test(&s->other, name, tree, ret_run, e);
}

static const void *other_find(struct shelf *s, const char *kind, const char *id)
{
    const struct water_rulebook *w = &s->other.water;
    const void *found = grade_kind_known(kind) ? grade_by_id(&s->other.grades, id) : NULL;
    if (!found)
        found = ruleset_by_id(w->evaluation, sizeof *w->evaluation, w->n_evaluation, id);
    if (!found)
        found = ruleset_by_id(w->trophic, sizeof *w->trophic, w->n_trophic, id);
    if (!found)
        found = ruleset_by_id(s->other.sea.evaluation, sizeof *s->other.sea.evaluation, s->other.sea.n, id);
    if (!found)
        found = ruleset_by_id(s->other.source.oxygen, sizeof *s->other.source.oxygen,
                              s->other.source.n_oxygen, id);
    const struct substitute_rulebook *sub = &s->other.substitute;
    for (int m = 0; !found && m < SUBSTITUTE_MEDIA; m++)
        found = ruleset_by_id(sub->rules[m], sizeof *sub->rules[m], sub->n[m], id);
    if (!found)
        found = ruleset_by_id(s->other.tiers.rules, sizeof *s->other.tiers.rules, s->other.tiers.n, id);
    if (!found)
        found = ruleset_by_id(s->other.blends.rules, sizeof *s->other.blends.rules, s->other.blends.n, id);
    return found ? found : ruleset_by_id(w->ranking, sizeof *w->ranking, w->n_ranking, id);
}

static int ordinance_add(struct shelf *s, const char *name, const json_t *tree, struct err *e)
{
    return ordinances_add(&s->ordinances, name, tree, e);
}

static int ordinance_test(struct shelf *s, const char *name, const json_t *tree, int *ret_run, struct err *e)
{
    return ordinances_test(&s->ordinances, name, tree, ret_run, e);
}

static const void *ordinance_find(struct shelf *s, const char *kind, const char *id)
{
    return ordinances_find(&s->ordinances, kind, id);
}

static int rates_add(struct shelf *s, const char *name, const json_t *tree, struct err *e)
{
    if (s->n_rates == COUNT_OF(s->rates))
        return err_named(e, -ENOSPC, "ruleset.many", "%s: more than %zu sets of rates", name,
                         COUNT_OF(s->rates));
    int r = rate_rules_read(tree, &s->rates[s->n_rates], e);
    if (r < 0)
        return err_under(e, "%s", name), r;
    s->n_rates++;
    return 0;
}

static const void *rates_find(struct shelf *s, const char *kind, const char *id)
{
    (void)kind;
    for (size_t i = 0; i < s->n_rates; i++)
        if (strcmp(s->rates[i].id, id) == 0)
            return &s->rates[i];
    return NULL;
}

static int rates_test(struct shelf *s, const char *name, const json_t *tree, int *ret_run, struct err *e)
{
    const struct rate_rules *r = rates_find(s, NULL, json_str(tree, "id", ""));
    *ret_run += (int)json_array_size(json_object_get(tree, "tests"));
    int k = r ? rate_rules_test(r, tree, e) : -ENOENT;
    if (k < 0)
        err_under(e, "%s", name);
    return k;
}

/* By the beginning of a rule set's kind; the last takes the rest. */
static const struct reader {
    const char *prefix;
    int (*add)(struct shelf *s, const char *name, const json_t *tree, struct err *e);
    int (*test)(struct shelf *s, const char *name, const json_t *tree, int *ret_run, struct err *e);
    const void *(*find)(struct shelf *s, const char *kind, const char *id);
} readers[] = {
    { "air.other", ordinance_add, ordinance_test, ordinance_find },
    { "air.ranking", ordinance_add, ordinance_test, ordinance_find },
    { "air.warning", ordinance_add, ordinance_test, ordinance_find },
    { "compensation.", ordinance_add, ordinance_test, ordinance_find },
    { "handover.", ordinance_add, ordinance_test, ordinance_find },
    { "load.", ordinance_add, ordinance_test, ordinance_find },
    { "quality.", rates_add, rates_test, rates_find },
    { "air.", air_add, air_test, air_find },
    { "", other_add, other_test, other_find },
};

static const struct reader *reader_of(const char *kind)
{
    for (size_t i = 0; i < COUNT_OF(readers); i++)
        if (strncmp(kind, readers[i].prefix, strlen(readers[i].prefix)) == 0)
            return &readers[i];
    return NULL;
}

/* ---- loading ---- */
static int64_t date_of(const json_t *tree, const char *key, int64_t otherwise)
{
    const char *s = json_str(tree, key, "");
    int64_t ms;
    return cn_parse_iso(s, strlen(s), &ms) ? cn_day_of(ms) : otherwise;
}

static int take(struct shelf *s, const char *file, const char *text, size_t len, json_t *tree, struct err *e)
{
    const char *kind = json_str(tree, "kind", "");
    const struct reader *reader = reader_of(kind);
    struct shelf_set *set = &s->set[s->n];
    if (!reader)
        return err_named(e, -EINVAL, "ruleset.kind", "%s: nobody reads the kind '%s'", file, kind);
    if (s->n == SETS_MAX)
        return err_named(e, -ENOSPC, "ruleset.many", "more than %d rule sets", SETS_MAX);
    *set = (struct shelf_set){
        .id = json_str(tree, "id", ""),
        .kind = kind,
        .title = json_str(tree, "title", ""),
        .title_en = json_str(tree, "title_en", ""),
        .source = json_str(tree, "source", ""),
        .clause = json_str(tree, "clause", ""),
        .certainty = json_str(tree, "certainty", ""),
        .from = date_of(tree, "from", INT64_MIN),
        .to = date_of(tree, "to", SHELF_OPEN),
        .practice = json_flag(tree, "practice", false),
        .tree = tree,
    };
    if (strlen(file) >= sizeof set->file)
        return err_set(e, -ENAMETOOLONG, "%s: name too long", file);
    memcpy(set->file, file, strlen(file) + 1);
    int r = sm3_hex(text, len, set->sm3, e);
    if (r == 0)
        r = reader->add(s, file, tree, e);
    if (r < 0)
        return r;
    json_incref(tree);
    s->n++;
    return 0;
}

static int load_file(struct shelf *s, const char *root, const char *file, struct err *e)
{
    char path[4096];
    scoped(buf_release) struct buf text = BUF_INIT;
    json_t *tree = NULL;
    if (snprintf(path, sizeof path, "%s/standards/%s", root, file) >= (int)sizeof path)
        return err_set(e, -ENAMETOOLONG, "%s: path too long", root);
    int r = file_read(path, RULE_FILE_MAX, &text, e);
    if (r == 0)
        r = sandbox_load(s->sandbox, file, text.data ? text.data : "", text.len, &tree, e);
    if (r == 0)
        r = json_is_object(tree)    ? take(s, file, text.data, text.len, tree, e)
            : json_array_size(tree) ? 0
                                    : err_named(e, -EINVAL, "definition.shape", "%s: returns no table", file);
    for (size_t i = 0; r == 0 && i < json_array_size(tree); i++)
        r = take(s, file, text.data, text.len, json_array_get(tree, i), e);
    json_decref(tree);
    return r;
}

static int is_rules(const struct dirent *d)
{
    size_t n = strlen(d->d_name);
    return d->d_name[0] != '.' && n > 4 && strcmp(d->d_name + n - 4, ".lua") == 0;
}

static int is_folder(const struct dirent *d)
{
    return d->d_name[0] != '.' && !strchr(d->d_name, '.');
}

/* The files of one folder, or the folders when `below` is "", in the order of their names. */
static int walk(struct shelf *s, const char *root, const char *below, struct err *e)
{
    char path[4096];
    struct dirent **name = NULL;
    snprintf(path, sizeof path, "%s/standards/%s", root, below);
    int n = scandir(path, &name, *below ? is_rules : is_folder, alphasort), r = 0;
    if (n < 0)
        return errno == ENOTDIR && *below ? 0 : err_set(e, -errno, "%s: %s", path, strerror(errno));
    for (int i = 0; i < n; i++) {
        if (r == 0 && *below) {
            snprintf(path, sizeof path, "%.100s/%s", below, name[i]->d_name);
            r = load_file(s, root, path, e);
        } else if (r == 0) {
            r = walk(s, root, name[i]->d_name, e);
        }
        free(name[i]);
    }
    free(name);
    return r;
}

static int by_kind_and_date(const void *a, const void *b)
{
    const struct shelf_set *x = a, *y = b;
    int k = strcmp(x->kind, y->kind);
    if (k == 0)
        k = (x->from > y->from) - (x->from < y->from);
    return k ? k : strcmp(x->id, y->id);
}

/* When all are there: a ranking's tests ask a table of classes. */
static void run_tests(struct shelf *s)
{
    for (size_t i = 0; i < s->n; i++) {
        struct shelf_set *set = &s->set[i];
        struct err failed = { .name = "" };
        if (reader_of(set->kind)->test(s, set->file, set->tree, &set->tests, &failed) < 0)
            snprintf(set->failed, sizeof set->failed, "%s", failed.text);
    }
}

int shelf_load(const char *folder, bool tests, struct shelf **ret, struct err *e)
{
    struct shelf *s = calloc(1, sizeof *s);
    if (!s)
        return err_set(e, -ENOMEM, "out of memory");
    int r = sandbox_new(NULL, &s->sandbox, e);
    if (r == 0)
        r = walk(s, folder, "", e);
    if (r < 0) {
        shelf_free(s);
        return r;
    }
    if (tests)
        run_tests(s);
    qsort(s->set, s->n, sizeof *s->set, by_kind_and_date);
    for (size_t i = 0; i < s->n; i++)
        s->set[i].rules = reader_of(s->set[i].kind)->find(s, s->set[i].kind, s->set[i].id);
    *ret = s;
    return 0;
}

struct shelf *shelf_free(struct shelf *s)
{
    if (!s)
        return NULL;
    for (size_t i = 0; i < s->n; i++)
        json_decref((json_t *)(uintptr_t)s->set[i].tree);
    standards_release(&s->other);
    sandbox_free(s->sandbox);
    free(s);
    return NULL;
}

size_t shelf_count(const struct shelf *s)
{
    return s->n;
}

const struct shelf_set *shelf_at(const struct shelf *s, size_t i)
{
    return i < s->n ? &s->set[i] : NULL;
}

const struct shelf_set *shelf_by_id(const struct shelf *s, const char *kind, const char *id)
{
    for (size_t i = 0; i < s->n; i++)
        if (strcmp(s->set[i].kind, kind) == 0 && strcmp(s->set[i].id, id) == 0)
            return &s->set[i];
    return NULL;
}

const struct shelf_set *shelf_on(const struct shelf *s, const char *kind, int64_t day)
{
    for (size_t i = 0; i < s->n; i++) {
        const struct shelf_set *set = &s->set[i];
        if (!set->practice && strcmp(set->kind, kind) == 0 && day >= set->from && day <= set->to)
            return set;
    }
    return NULL;
}

const struct shelf_set *shelf_newest(const struct shelf *s, const char *kind)
{
    const struct shelf_set *last = NULL;
    for (size_t i = 0; i < s->n; i++)
        if (!s->set[i].practice && strcmp(s->set[i].kind, kind) == 0)
            last = &s->set[i]; /* the shelf is in the order of dates */
    return last;
}

int certainty_rank(const char *certainty)
{
    return strstr(certainty, "memory") ? 2 : strstr(certainty, "single") ? 1 : 0;
}
