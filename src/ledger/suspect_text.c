/* suspect_text.c - how much of one text stands in another. */
#include <stdlib.h>

#include "base/scoped.h"
#include "ledger/pairs.h"
#include "ledger/suspect.h"

enum { CHARS_MAX = 2000 };

struct text {
    uint32_t at[CHARS_MAX];
    struct pair pair[CHARS_MAX];
    size_t chars, pairs;
};

static void read_text(const char *s, struct text *t)
{
    t->chars = pairs_letters(s, t->at, 0, CHARS_MAX);
    t->pairs = pairs_make(t->at, t->chars, t->pair);
}

int text_share(const char *a, const char *b)
{
    scoped(freep) struct text *mine = malloc(2 * sizeof *mine);
    if (!mine)
        return -1;
    struct text *other = mine + 1;
    read_text(a, mine);
    if (mine->chars < SUSPECT_COPY_CHARS)
        return -1;
    read_text(b, other);
    int64_t same = pairs_common(mine->pair, mine->pairs, other->pair, other->pairs) / 2;
    return (int)(same * 100 / (int64_t)mine->pairs);
}
