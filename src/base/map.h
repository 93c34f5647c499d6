/* map.h - a string-keyed hash table, keys copied, values borrowed. Not thread-safe. */
#pragma once

#include <stddef.h>

struct map_slot;
struct map {
    struct map_slot *slot;
    size_t n, cap;
};

#define MAP_INIT \
    {            \
        0        \
    }

void *map_get(const struct map *m, const char *key, size_t len); /* NULL when absent */
/* Adds or replaces. -ENOMEM leaves the map as it was. value must not be NULL. */
int map_put(struct map *m, const char *key, size_t len, void *value);
/* Calls each(key, value, arg) for every entry; the table must not change meanwhile. */
void map_each(const struct map *m, void (*each)(const char *key, void *value, void *arg), void *arg);
/* Frees keys and table; free_value (or NULL) is called for each value. */
void map_release(struct map *m, void (*free_value)(void *));
