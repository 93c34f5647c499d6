#include "measure/internal.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/scoped.h"

static const char *const on_words[ON_COUNT] = { "source.hour",  "source.day",  "source.invalid",
                                                "air.day",      "site.silent", "target",
                                                "river.day",    "site.marks",  "radiation.hour",
                                                "air.forecast", "source.fence" };

enum { FILES_MAX = 256, PATH_SIZE = 1024 };

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

struct visit {
    struct definitions *d;
    struct sandbox *sandbox;
    bool tests;
    int (*take)(struct visit *v, const char *name, json_t *tree, struct err *e);
};

static int visit_file(struct visit *v, const char *folder, const char *name, struct err *e)
{
    char path[PATH_SIZE];
    if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
        return err_set(e, -ENAMETOOLONG, "%s/%s: path too long", folder, name);
    json_t *tree = NULL;
    int r = sandbox_load_file(v->sandbox, path, &tree, e);
    if (r == 0)
        r = json_is_object(tree) || json_is_array(tree)
                ? v->take(v, path, tree, e)
                : err_named(e, -EINVAL, "definition.shape", "%s: returns no table", path);
    json_decref(tree);
    return r;
}

/* Every *.lua of a folder in the order of names, so that the same files always give the same definitions. */
static int visit_folder(struct visit *v, const char *folder, struct err *e)
{
    char *names[FILES_MAX];
    size_t n = 0;
    DIR *dir = opendir(folder);
    if (!dir)
        return err_set(e, -errno, "%s: %s", folder, strerror(errno));
    for (struct dirent *d; n < FILES_MAX && (d = readdir(dir));) {
        size_t len = strlen(d->d_name);
        if (d->d_name[0] != '.' && len > 4 && strcmp(d->d_name + len - 4, ".lua") == 0 &&
            (names[n] = strdup(d->d_name)))
            n++;
    }
    closedir(dir);
    qsort(names, n, sizeof *names, by_name);
    int r = 0;
    for (size_t i = 0; i < n; i++) {
        if (r == 0)
            r = visit_file(v, folder, names[i], e);
        free(names[i]);
    }
    return r;
}

static int take_ruleset(struct visit *v, const char *name, json_t *tree, struct err *e)
{
    int r = air_rulebook_add(&v->d->book, name, tree, e);
    return r == 0 && v->tests ? air_rulebook_test(&v->d->book, name, tree, NULL, e) : r;
}

static int take_ordinance(struct visit *v, const char *name, json_t *tree, struct err *e)
{
    return ordinances_add(&v->d->ordinances, name, tree, e);
}

static int test_ordinance(struct visit *v, const char *name, json_t *tree, struct err *e)
{
    return ordinances_test(&v->d->ordinances, name, tree, NULL, e);
}

static int take_standard(struct visit *v, const char *name, json_t *tree, struct err *e)
{
    return standards_add(&v->d->standards, name, tree, e);
}

static int test_standard(struct visit *v, const char *name, json_t *tree, struct err *e)
{
    return standards_test(&v->d->standards, name, tree, NULL, e);
}

static int copy_text(const json_t *tree, const char *key, bool required, char *to, size_t size, struct err *e)
{
    const char *s = json_str(tree, key, "");
    if (required && !*s)
        return err_named(e, -EINVAL, "definition.shape", "%s: missing", key);
    if (strlen(s) >= size)
        return err_named(e, -EINVAL, "definition.shape", "%s: longer than %zu bytes", key, size - 1);
    memcpy(to, s, strlen(s) + 1);
    return 0;
}

struct whole {
    const char *key;
    int low, high, absent, *to;
};

static int read_wholes(const json_t *tree, const struct whole *w, size_t n, struct err *e)
{
    int r = 0;
    for (size_t i = 0; i < n && r == 0; i++)
        r = json_int_within(tree, w[i].key, w[i].low, w[i].high, w[i].absent, w[i].to, e);
    return r;
}

static int read_indicator(const json_t *tree, struct indicator *i, struct err *e)
{
    static const char *const kinds[] = { "mean",
                                         "percentile",
                                         "good_days.ratio",
                                         "good_days.count",
                                         "heavy_days.count",
                                         "river.good.ratio",
                                         "river.bad.ratio",
                                         "river.class",
                                         "cases.closed",
                                         "cases.closed.ratio",
                                         "outside",
                                         "emission.cut" };
    const char *kind = json_str(tree, "value", "");
    int r;
    if ((r = copy_text(tree, "id", true, i->id, sizeof i->id, e)) < 0 ||
        (r = copy_text(tree, "title", true, i->title, sizeof i->title, e)) < 0 ||
        (r = copy_text(tree, "title_en", true, i->title_en, sizeof i->title_en, e)) < 0 ||
        (r = copy_text(tree, "unit", true, i->unit, sizeof i->unit, e)) < 0 ||
        (r = copy_text(tree, "item", false, i->item, sizeof i->item, e)) < 0 ||
        (r = copy_text(tree, "reason", strcmp(kind, "outside") == 0, i->reason, sizeof i->reason, e)) < 0 ||
        (r = copy_text(tree, "reason_en", strcmp(kind, "outside") == 0, i->reason_en, sizeof i->reason_en,
                       e)) < 0)
        return r;
    size_t k = 0;
    while (k < COUNT_OF(kinds) && strcmp(kinds[k], kind) != 0)
        k++;
    if (k == COUNT_OF(kinds))
        return err_named(e, -EINVAL, "definition.shape", "value: '%s' is not known", kind);
    i->kind = (enum indicator_kind)k;
    const struct whole number[] = { { "percentile", 0, 100, 0, &i->percentile },
                                    { "above", 0, 500, 0, &i->above },
                                    { "decimals", 0, 6, 0, &i->decimals },
                                    { "red_percent", 0, 100, 20, &i->red_percent } };
    if ((r = read_wholes(tree, number, COUNT_OF(number), e)) < 0)
        return err_under(e, "%s", i->id), r;
    if (i->kind <= OF_PERCENTILE && air_item_from_word(i->item, strlen(i->item)) < 0)
        return err_named(e, -EINVAL, "definition.shape", "%s: item is not known", i->id);
    if (i->kind == OF_EMISSION && !*i->item)
        return err_named(e, -EINVAL, "definition.shape", "%s: of no pollutant", i->id);
    if (strncmp(kind, "cases.", 6) == 0 && !json_array_size(json_object_get(tree, "ledgers")))
        return err_named(e, -EINVAL, "definition.shape", "%s: counts the cases of no ledger", i->id);
    i->aliases = json_incref(json_object_get(tree, "aliases"));
    i->units = json_incref(json_object_get(tree, "units"));
    i->ledgers = json_incref(json_object_get(tree, "ledgers"));
    return 0;
}

static int take_indicators(struct visit *v, const char *name, json_t *tree, struct err *e)
{
    size_t n = json_is_array(tree) ? json_array_size(tree) : 1;
    struct indicator *grown = realloc(v->d->indicator, (v->d->n_indicators + n) * sizeof *grown);
    if (!grown)
        return err_set(e, -ENOMEM, "out of memory");
    v->d->indicator = grown;
    for (size_t i = 0; i < n; i++) {
        struct indicator one = { 0 };
        if (read_indicator(json_is_array(tree) ? json_array_get(tree, i) : tree, &one, e) < 0)
            return err_under(e, "%s", name);
        for (size_t k = 0; k < v->d->n_indicators; k++)
            if (strcmp(grown[k].id, one.id) == 0) {
                json_decref(one.aliases);
                json_decref(one.units);
                json_decref(one.ledgers);
                return err_named(e, -EEXIST, "definition.repeat", "%s: id '%s' is used twice", name, one.id);
            }
        grown[v->d->n_indicators++] = one;
    }
    return 0;
}

/* opens = { after_hours, due_days, fresh_days, measures = {...}, goal = "...", order = "ledger" }: the case that nobody opened is opened by the program, inside the
 * time that people had for it. */
static int read_opens(const json_t *tree, struct rule *r, struct err *e)
{
    static const struct {
        const char *key;
        int64_t least, most;
    } whole[] = { { "after_hours", 0, 8760 }, { "due_days", 1, 366 }, { "fresh_days", 1, 366 } };
    if (!tree)
        return 0;
    for (size_t i = 0; i < COUNT_OF(whole); i++) {
        const json_t *v = json_object_get(tree, whole[i].key);
        if (!json_is_integer(v) || json_integer_value(v) < whole[i].least ||
            json_integer_value(v) > whole[i].most)
            return err_named(e, -EINVAL, "definition.shape", "opens.%s is a whole number from %d to %d",
                             whole[i].key, (int)whole[i].least, (int)whole[i].most);
    }
    if (json_int(tree, "after_hours", 0) > r->react_hours)
        return err_named(e, -EINVAL, "definition.shape", "opens.after_hours is beyond react_hours");
    const json_t *measures = json_object_get(tree, "measures"), *order = json_object_get(tree, "order"),
                 *goal = json_object_get(tree, "goal");
    bool fits = (!measures || (json_is_array(measures) && json_array_size(measures) <= 20)) &&
                (!order || (json_is_string(order) && json_string_length(order) < sizeof r->ledger)) &&
                (!goal || json_string_length(goal) - 1 < 1000);
    for (size_t i = 0; fits && i < json_array_size(measures); i++)
        fits = json_string_length(json_array_get(measures, i)) - 1 < 1000;
    if (!fits)
        return err_named(e, -EINVAL, "definition.shape",
                         "opens.measures is a list of texts, opens.goal a text and opens.order a ledger");
    r->opens = json_incref((json_t *)tree);
    return 0;
}

static int read_rule(const json_t *tree, struct rule *r, struct err *e)
{
    int k;
    const char *on = json_str(tree, "on", "");
    const json_t *severity = json_object_get(tree, "severity");
    if ((k = copy_text(tree, "id", true, r->id, sizeof r->id, e)) < 0 ||
        (k = copy_text(tree, "title", true, r->title, sizeof r->title, e)) < 0 ||
        (k = copy_text(tree, "title_en", true, r->title_en, sizeof r->title_en, e)) < 0)
        return k;
    r->on = ON_COUNT;
    for (int i = 0; i < ON_COUNT; i++)
        if (strcmp(on, on_words[i]) == 0)
            r->on = (enum rule_on)i;
    r->when = sandbox_fn(json_object_get(tree, "when"));
    r->severity_fn = json_is_object(severity) ? sandbox_fn(severity) : 0;
    if (r->on == ON_COUNT)
        return err_named(e, -EINVAL, "definition.shape", "on: '%s' is not known", on);
    if (!r->when)
        return err_named(e, -EINVAL, "definition.shape", "when: must be a function");
    if (!r->severity_fn && (k = copy_text(tree, "severity", true, r->severity, sizeof r->severity, e)) < 0)
        return k;
    enum { YEAR_HOURS = 8760, MONTH_S = 31 * 86400 };
    int window;
    const struct whole number[] = { { "clean", 1, YEAR_HOURS, r->on == ON_SOURCE_HOUR ? 24 : 1, &r->clean },
                                    { "within_days", 0, 3660, 30, &r->within_days },
                                    { "min_hours", 0, 24, 18, &r->min_hours },
                                    { "level", 2, 6, 4, &r->level },
                                    { "intervals", 1, 10000, 3, &r->intervals },
                                    { "at_least_s", 0, MONTH_S, 600, &r->at_least_s },
                                    { "hourly_s", 0, MONTH_S, 7200, &r->hourly_s },
                                    { "daily_s", 0, MONTH_S, 172800, &r->daily_s },
                                    { "react_hours", 1, YEAR_HOURS, 24, &r->react_hours } };
    if ((k = read_wholes(tree, number, COUNT_OF(number), e)) < 0 ||
        (k = json_int_within(json_object_get(tree, "goal"), "window", 1, 10000, 1, &window, e)) < 0)
        return k;
    r->goal = json_incref(json_object_get(tree, "goal"));
    snprintf(r->ledger, sizeof r->ledger, "%s", json_str(tree, "ledger", "rectification"));
    snprintf(r->scheme, sizeof r->scheme, "%s", json_str(tree, "scheme", "national"));
    r->drafts = json_flag(tree, "drafts", false);
    return read_opens(json_object_get(tree, "opens"), r, e);
}

/* tests = { { of = {...}, finds = true, severity = "high" } } */
static int test_rule(struct visit *v, const struct rule *r, const json_t *tree, struct err *e)
{
    const json_t *tests = json_object_get(tree, "tests");
    if (!json_is_array(tests))
        return err_named(e, -EINVAL, "definition.test", "has no tests");
    for (size_t i = 0; i < json_array_size(tests); i++) {
        const json_t *t = json_array_get(tests, i);
        const char *severity = json_str(t, "severity", NULL);
        json_t *is = NULL;
        int k = sandbox_call(v->sandbox, r->when, json_object_get(t, "of"), &is, e);
        if (k == 0 && json_is_true(is) != json_flag(t, "finds", true))
            k = err_named(e, -EBADMSG, "definition.test", "test %zu: should %sfind", i + 1,
                          json_is_true(is) ? "not " : "");
        json_decref(is);
        is = NULL;
        if (k == 0 && severity && r->severity_fn) {
            k = sandbox_call(v->sandbox, r->severity_fn, json_object_get(t, "of"), &is, e);
            if (k == 0 && (!json_is_string(is) || strcmp(json_string_value(is), severity) != 0))
                k = err_named(e, -EBADMSG, "definition.test", "test %zu: severity should be %s", i + 1,
                              severity);
            json_decref(is);
        }
        if (k < 0)
            return k;
    }
    return 0;
}

static int take_rule(struct visit *v, const char *name, json_t *tree, struct err *e)
{
    struct rule one = { 0 };
    int k = read_rule(tree, &one, e);
    for (size_t i = 0; k == 0 && i < v->d->n_rules; i++)
        if (strcmp(v->d->rule[i].id, one.id) == 0)
            k = err_named(e, -EEXIST, "definition.repeat", "id '%s' is used twice", one.id);
    if (k == 0 && v->tests)
        k = test_rule(v, &one, tree, e);
    struct rule *grown = k == 0 ? realloc(v->d->rule, (v->d->n_rules + 1) * sizeof *grown) : NULL;
    if (!grown) {
        json_decref(one.goal);
        json_decref(one.opens);
        return k < 0 ? (err_under(e, "%s", name), k) : err_set(e, -ENOMEM, "out of memory");
    }
    v->d->rule = grown;
    grown[v->d->n_rules++] = one;
    return 0;
}

static int take_rates(struct visit *v, const char *name, json_t *tree, struct err *e)
{
    size_t n = json_is_array(tree) ? json_array_size(tree) : 1;
    for (size_t i = 0; i < n; i++) {
        const json_t *one = json_is_array(tree) ? json_array_get(tree, i) : tree;
        if (v->d->n_rates == COUNT_OF(v->d->rates))
            return err_named(e, -EINVAL, "definition.shape", "%s: more than %zu sets of rates", name,
                             COUNT_OF(v->d->rates));
        struct rate_rules *r = &v->d->rates[v->d->n_rates];
        int k = rate_rules_read(one, r, e);
        if (k == 0 && v->tests)
            k = rate_rules_test(r, one, e);
        if (k < 0)
            return err_under(e, "%s", name), k;
        v->d->n_rates++;
    }
    return 0;
}

static int read_check(const json_t *tree, struct definitions *d, struct err *e)
{
    static const char *const kinds[CHECK_KINDS] = { "order", "converted", "total", "hour_mean", "hour_sum",
                                                    "clock", "constant",  "pm",    "negative" };
    struct check c = { .on = true,
                       .percent = json_micro(tree, "percent", 0),
                       .least = json_micro(tree, "least", 0) };
    const struct whole number[] = { { "seconds", 1, 86400, 120, &c.seconds },
                                    { "hours", 2, 8760, 24, &c.hours },
                                    { "n", 1, 10000, 5, &c.n } };
    const json_t *except = json_object_get(tree, "except");
    int k, kind = 0;
    while (kind < CHECK_KINDS && strcmp(kinds[kind], json_str(tree, "kind", "")) != 0)
        kind++;
    if (kind == CHECK_KINDS || d->check[kind].on)
        return err_named(e, -EINVAL, "definition.shape", "kind: '%s' is %s", json_str(tree, "kind", ""),
                         kind == CHECK_KINDS ? "not known" : "there already");
    if ((k = copy_text(tree, "id", true, c.id, sizeof c.id, e)) < 0 ||
        (k = copy_text(tree, "title", true, c.title, sizeof c.title, e)) < 0 ||
        (k = copy_text(tree, "title_en", true, c.title_en, sizeof c.title_en, e)) < 0 ||
        (k = copy_text(tree, "text", true, c.text, sizeof c.text, e)) < 0 ||
        (k = copy_text(tree, "text_en", true, c.text_en, sizeof c.text_en, e)) < 0 ||
        (k = copy_text(tree, "source", false, c.source, sizeof c.source, e)) < 0 ||
        (k = copy_text(tree, "clause", true, c.clause, sizeof c.clause, e)) < 0 ||
        (k = copy_text(tree, "certainty", true, c.certainty, sizeof c.certainty, e)) < 0 ||
        (k = site_kinds_read(json_object_get(tree, "sites"), &c.kinds, e)) < 0 ||
        (k = read_wholes(tree, number, COUNT_OF(number), e)) < 0)
        return k;
    if (json_array_size(except) > CHECK_EXCEPT || c.percent < 0 || c.least < 0)
        return err_named(e, -EINVAL, "definition.shape",
                         "%s: a bound out of range, or more than %d exceptions", c.id, CHECK_EXCEPT);
    for (size_t i = 0; i < json_array_size(except); i++) {
        const char *word = json_string_value(json_array_get(except, i));
        snprintf(c.except[i], sizeof c.except[i], "%s", word ? word : "");
    }
    const char *code;
    json_t *v;
    size_t n = 0;
    json_object_foreach(json_object_get(tree, "floor"), code, v)
    {
        if (n == CHECK_EXCEPT || !json_is_number(v))
            return err_named(e, -EINVAL, "definition.shape", "%s: floor: at most %d numbers", c.id,
                             CHECK_EXCEPT);
        snprintf(c.floor[n].code, sizeof c.floor[n].code, "%s", code);
        c.floor[n++].v = json_to_micro(v, 0);
    }
    d->check[kind] = c;
    return 0;
}

static int take_checks(struct visit *v, const char *name, json_t *tree, struct err *e)
{
    for (size_t i = 0; i < json_array_size(tree); i++) {
        int k = read_check(json_array_get(tree, i), v->d, e);
        if (k < 0)
            return err_under(e, "%s: check %zu", name, i + 1), k;
    }
    return 0;
}

static int load(const char *folder, const char *sub, struct visit *v, struct err *e)
{
    char path[PATH_SIZE];
    if (snprintf(path, sizeof path, "%s/%s", folder, sub) >= (int)sizeof path)
        return err_set(e, -ENAMETOOLONG, "%s: path too long", folder);
    return visit_folder(v, path, e);
}

typedef int (*take_fn)(struct visit *v, const char *name, json_t *tree, struct err *e);

/* The rule sets beside air's. A folder may have none of a medium. Tests run when all are there: a ranking asks a table of classes. */
static int load_folders(const char *folder, const char *const *subs, take_fn take, take_fn test,
                        struct visit *v, struct err *e)
{
    int r = 0;
    for (int tests = 0; tests <= v->tests && r == 0; tests++) {
        v->take = tests ? test : take;
        for (size_t i = 0; subs[i] && r == 0; i++) {
            char sub[64], path[PATH_SIZE];
            snprintf(sub, sizeof sub, "standards/%s", subs[i]);
            if (snprintf(path, sizeof path, "%s/%s", folder, sub) < (int)sizeof path &&
                access(path, F_OK) == 0)
                r = load(folder, sub, v, e);
        }
    }
    return r;
}

int definitions_load(const char *folder, bool tests, struct definitions *ret, struct err *e)
{
    *ret = (struct definitions){ 0 };
    struct visit v = { .d = ret, .tests = tests, .take = take_ruleset };
    int r = sandbox_new(NULL, &v.sandbox, e);
    if (r == 0)
        r = load(folder, "standards/air", &v, e);
    if (r == 0)
        r = load_folders(folder, standards_folders, take_standard, test_standard, &v, e);
    if (r == 0)
        r = load_folders(folder, ordinance_folders, take_ordinance, test_ordinance, &v, e);
    v.take = take_rates;
    if (r == 0)
        r = load(folder, "standards/quality", &v, e);
    v.take = take_checks;
    if (r == 0)
        r = load(folder, "checks", &v, e);
    v.take = take_indicators;
    if (r == 0)
        r = load(folder, "indicators", &v, e);
    sandbox_free(v.sandbox);
    v.sandbox = NULL;
    if (r == 0)
        r = sandbox_new(NULL, &v.sandbox, e);
    ret->sandbox = v.sandbox;
    v.take = take_rule;
    if (r == 0)
        r = load(folder, "rules", &v, e);
    if (r < 0)
        definitions_release(ret);
    return r;
}

void definitions_release(struct definitions *d)
{
    for (size_t i = 0; i < d->n_rules; i++) {
        json_decref(d->rule[i].goal);
        json_decref(d->rule[i].opens);
    }
    for (size_t i = 0; i < d->n_indicators; i++) {
        json_decref(d->indicator[i].aliases);
        json_decref(d->indicator[i].units);
        json_decref(d->indicator[i].ledgers);
    }
    free(d->rule);
    free(d->indicator);
    standards_release(&d->standards);
    sandbox_free(d->sandbox);
    *d = (struct definitions){ 0 };
}

int definitions_check(const char *folder, struct err *e)
{
    struct definitions *d = malloc(sizeof *d);
    if (!d)
        return err_set(e, -ENOMEM, "out of memory");
    int r = definitions_load(folder, true, d, e);
    if (r == 0)
        definitions_release(d);
    free(d);
    return r;
}
