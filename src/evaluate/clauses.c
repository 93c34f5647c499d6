/* clauses.c - which clauses of a rule set have a test vector of their own. */
#include <string.h>

#include "evaluate/shelf.h"

static const char SEPARATOR[] = ", ";

/* The next part of a list of clauses; false at its end. */
static bool next_part(const char **at, const char **part, size_t *len)
{
    if (!*at || !**at)
        return false;
    const char *end = strstr(*at, SEPARATOR);
    *part = *at;
    *len = end ? (size_t)(end - *at) : strlen(*at);
    *at = end ? end + sizeof SEPARATOR - 1 : *at + *len;
    return true;
}

static bool names(const char *list, const char *clause, size_t len)
{
    const char *part;
    size_t n;
    while (next_part(&list, &part, &n))
        if (n == len && memcmp(part, clause, n) == 0)
            return true;
    return false;
}

size_t shelf_clauses(const struct shelf_set *set, struct clause_tests *ret, size_t most)
{
    const json_t *tests = json_object_get(set->tree, "tests");
    const char *at = set->clause, *part;
    size_t n = 0, len;
    while (n < most && next_part(&at, &part, &len))
        ret[n++] = (struct clause_tests){ .clause = part, .len = len };
    for (size_t c = 0; c < n; c++)
        for (size_t i = 0; i < json_array_size(tests); i++) {
            const char *said = json_str(json_array_get(tests, i), "clause", NULL);
            /* Of a set with one clause every test is of it. */
            ret[c].tests += said ? names(said, ret[c].clause, ret[c].len) : n == 1;
        }
    return n;
}
