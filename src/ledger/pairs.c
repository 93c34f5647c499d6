#include "ledger/pairs.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

size_t pairs_letters(const char *text, uint32_t *at, size_t n, size_t max)
{
    for (size_t left = strlen(text), len; left && n < max; text += len, left -= len) {
        uint32_t c = utf8_decode(text, left, &len);
        if (utf8_is_word(c))
            at[n++] = c;
    }
    return n;
}

static int by_key(const void *a, const void *b)
{
    uint64_t x = ((const struct pair *)a)->key, y = ((const struct pair *)b)->key;
    return (x > y) - (x < y);
}

void pairs_sort(struct pair *p, size_t n)
{
    qsort(p, n, sizeof *p, by_key);
}

size_t pairs_make(const uint32_t *at, size_t n, struct pair *out)
{
    size_t made = 0;
    for (size_t i = 1; i < n; i++)
        if (at[i - 1] && at[i])
            out[made++] = (struct pair){ pair_key(at[i - 1], at[i]), 1 };
    pairs_sort(out, made);
    return made;
}

int64_t pairs_common(const struct pair *a, size_t na, const struct pair *b, size_t nb)
{
    int64_t common = 0;
    for (size_t i = 0, k = 0; i < na && k < nb;) {
        if (a[i].key == b[k].key)
            common += a[i++].weight + b[k++].weight;
        else if (a[i].key < b[k].key)
            i++;
        else
            k++;
    }
    return common;
}
