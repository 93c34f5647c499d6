/* tree.h - mutations of a JSON tree that a reader takes: so they reach what it checks, and not only its first key. */
#pragma once

#include <jansson.h>
#include <stdint.h>

/* A value for another: `most` is the largest number that what reads the tree is ever given. */
static inline json_t *tree_value(uint8_t what, int64_t most)
{
    switch (what % 16) {
    case 0:
        return json_null();
    case 1:
        return json_integer(-1);
    case 2:
        return json_integer(most);
    case 3:
        return json_real((double)most);
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
        return json_integer(-most);
    case 12:
        return json_real(-0.5 * (double)most - 0.5);
    case 13:
        return json_integer(1000 * what);
    default:
        return json_integer(what / 16);
    }
}

static inline size_t tree_width(const json_t *node)
{
    return json_is_array(node) ? json_array_size(node) : json_object_size(node);
}

static inline const char *tree_key(json_t *object, size_t at)
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
static inline void tree_change(json_t *node, const uint8_t *path, size_t steps, uint8_t what, int64_t most)
{
    for (size_t i = 0; tree_width(node) > 0; i++) {
        size_t at = path[i] % tree_width(node);
        const char *key = json_is_object(node) ? tree_key(node, at) : NULL;
        json_t *next = key ? json_object_get(node, key) : json_array_get(node, at);
        if (i + 1 < steps && tree_width(next) > 0) {
            node = next;
            continue;
        }
        if (what >= 0xF0)
            key ? json_object_del(node, key) : json_array_remove(node, at);
        else if (key)
            json_object_set_new(node, key, tree_value(what, most));
        else
            json_array_set_new(node, at, tree_value(what, most));
        return;
    }
}

enum { TREE_STEPS = 5, TREE_CHANGE = TREE_STEPS + 2, TREE_CHANGES = 8 };

/* As many changes as the input says, at most TREE_CHANGES. */
static inline void tree_mutate(json_t *tree, const uint8_t *data, size_t size, int64_t most)
{
    for (size_t at = 0; at + TREE_CHANGE <= size && at < TREE_CHANGES * TREE_CHANGE; at += TREE_CHANGE)
        tree_change(tree, data + at, 1 + data[at + TREE_STEPS] % TREE_STEPS, data[at + TREE_STEPS + 1], most);
}
