#include "standard/ruleset.h"

#include <errno.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"

static const int64_t NEVER = INT64_C(1) << 40;

static const char *const certainties[CERTAINTIES] = {
    [CONFIRMED] = "confirmed",
    [DERIVED] = "derived",
    [SINGLE_SOURCE] = "single source",
    [FROM_MEMORY] = "from memory",
};

const char *certainty_word(enum certainty c)
{
    return certainties[c];
}

int certainty_from_word(const char *word)
{
    for (int i = 0; i < CERTAINTIES; i++)
        if (strcmp(certainties[i], word) == 0)
            return i;
    return -1;
}

static int read_date(const json_t *tree, const char *key, int64_t otherwise, int64_t *ret, struct err *e)
{
    const char *text = json_str(tree, key, NULL);
    int64_t ms;
    *ret = otherwise;
    if (!text)
        return 0;
    if (strlen(text) != 10 || !cn_parse_iso(text, 10, &ms))
        return err_named(e, -EINVAL, "ruleset.date", "%s: '%s' is not a date (2026-03-01)", key, text);
    *ret = cn_day_of(ms);
    return 0;
}

int ruleset_read(const json_t *tree, struct ruleset *set, struct err *e)
{
    const struct {
        const char *key;
        char *to;
        size_t size;
        bool required;
    } text[] = {
        { "id", set->id, sizeof set->id, true },
        { "title", set->title, sizeof set->title, true },
        { "title_en", set->title_en, sizeof set->title_en, false },
        { "source", set->source, sizeof set->source, true },
        { "clause", set->clause, sizeof set->clause, true },
        { "certainty", set->certainty, sizeof set->certainty, true },
    };
    for (size_t i = 0; i < COUNT_OF(text); i++) {
        const char *s = json_str(tree, text[i].key, "");
        if (!*s && text[i].required)
            return err_named(e, -EINVAL, "ruleset.shape", "%s: missing", text[i].key);
        if (strlen(s) >= text[i].size)
            return err_named(e, -EINVAL, "ruleset.shape", "%s: longer than %zu bytes", text[i].key,
                             text[i].size - 1);
        memcpy(text[i].to, s, strlen(s) + 1);
    }
    set->practice = json_flag(tree, "practice", false);
    int r = read_date(tree, "from", 0, &set->from, e);
    if (r == 0)
        r = read_date(tree, "to", NEVER, &set->to, e);
    if (r == 0 && set->to < set->from)
        r = err_named(e, -EINVAL, "ruleset.date", "to: before from");
    if (r == 0 && !json_object_get(tree, "from") && !set->practice)
        r = err_named(e, -EINVAL, "ruleset.date", "from: missing");
    return r;
}

static const struct ruleset *head_at(const void *list, size_t size, size_t i)
{
    return (const struct ruleset *)(const void *)((const char *)list + size * i);
}

int ruleset_may_join(const void *list, size_t size, size_t n, size_t most, const struct ruleset *set,
                     struct err *e)
{
    if (n >= most)
        return err_named(e, -ENOSPC, "ruleset.many", "more than %zu rule sets of a kind", most);
    for (size_t i = 0; i < n; i++) {
        const struct ruleset *had = head_at(list, size, i);
        if (strcmp(had->id, set->id) == 0)
            return err_named(e, -EEXIST, "ruleset.repeat", "id '%s' is used twice", set->id);
        if (!had->practice && !set->practice && set->from <= had->to && had->from <= set->to)
            return err_named(e, -EEXIST, "ruleset.overlap", "in force on the same days as '%s'", had->id);
    }
    return 0;
}

const void *ruleset_on(const void *list, size_t size, size_t n, int64_t day)
{
    for (size_t i = 0; i < n; i++) {
        const struct ruleset *set = head_at(list, size, i);
        if (!set->practice && day >= set->from && day <= set->to)
            return set;
    }
    return NULL;
}

const void *ruleset_by_id(const void *list, size_t size, size_t n, const char *id)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(head_at(list, size, i)->id, id) == 0)
            return head_at(list, size, i);
    return NULL;
}
