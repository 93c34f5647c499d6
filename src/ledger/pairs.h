/* pairs.h - what two texts have in common, by pairs of neighbouring characters. Pure. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct pair {
    uint64_t key;
    int weight;
};

static inline uint64_t pair_key(uint32_t first, uint32_t second)
{
    return (uint64_t)first << 32 | second;
}

/* Adds the letters and digits of a text to n characters; what stands between them is layout. Returns how many there are then. */
size_t pairs_letters(const char *text, uint32_t *at, size_t n, size_t max);
/* The pairs of neighbours, each of weight 1, sorted; at most n. A 0 stands between two texts: no pair reaches over it. */
size_t pairs_make(const uint32_t *at, size_t n, struct pair *out);
void pairs_sort(struct pair *p, size_t n);
/* Of two sorted lists: the weights of both sides of what stands in both, each pair as often as both have it. */
int64_t pairs_common(const struct pair *a, size_t na, const struct pair *b, size_t nb);
