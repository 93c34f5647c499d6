#include "base/map.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct map_slot {
    char *key; /* NULL: free */
    size_t len;
    uint64_t hash;
    void *value;
};

/* FNV-1a. Keys come from configuration and from devices that are registered, so no adversary chooses them freely;
 * tables that take foreign keys bound their size first. */
static uint64_t hash_of(const char *s, size_t len)
{
    uint64_t h = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < len; i++)
        h = (h ^ (unsigned char)s[i]) * UINT64_C(1099511628211);
    return h;
}

static struct map_slot *find(const struct map *m, const char *key, size_t len, uint64_t hash)
{
    for (size_t i = hash & (m->cap - 1);; i = (i + 1) & (m->cap - 1)) {
        struct map_slot *s = &m->slot[i];
        if (!s->key || (s->hash == hash && s->len == len && memcmp(s->key, key, len) == 0))
            return s;
    }
}

void *map_get(const struct map *m, const char *key, size_t len)
{
    return m->cap ? find(m, key, len, hash_of(key, len))->value : NULL;
}

static int grow(struct map *m)
{
    struct map bigger = { .cap = m->cap ? m->cap * 2 : 16, .n = m->n };
    bigger.slot = calloc(bigger.cap, sizeof *bigger.slot);
    if (!bigger.slot)
        return -ENOMEM;
    for (size_t i = 0; i < m->cap; i++)
        if (m->slot[i].key)
            *find(&bigger, m->slot[i].key, m->slot[i].len, m->slot[i].hash) = m->slot[i];
    free(m->slot);
    *m = bigger;
    return 0;
}

int map_put(struct map *m, const char *key, size_t len, void *value)
{
    if ((m->n + 1) * 4 > m->cap * 3 && grow(m) < 0)
        return -ENOMEM;
    uint64_t hash = hash_of(key, len);
    struct map_slot *s = find(m, key, len, hash);
    if (!s->key) {
        char *copy = malloc(len + 1);
        if (!copy)
            return -ENOMEM;
        memcpy(copy, key, len);
        copy[len] = '\0';
        *s = (struct map_slot){ .key = copy, .len = len, .hash = hash };
        m->n++;
    }
    s->value = value;
    return 0;
}

void map_each(const struct map *m, void (*each)(const char *, void *, void *), void *arg)
{
    for (size_t i = 0; i < m->cap; i++)
        if (m->slot[i].key)
            each(m->slot[i].key, m->slot[i].value, arg);
}

void map_release(struct map *m, void (*free_value)(void *))
{
    for (size_t i = 0; i < m->cap; i++) {
        if (m->slot[i].key && free_value)
            free_value(m->slot[i].value);
        free(m->slot[i].key);
    }
    free(m->slot);
    *m = (struct map){ 0 };
}
