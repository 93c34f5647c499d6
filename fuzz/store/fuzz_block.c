/* A damaged block: columns cut from the input at 0xFF bytes, each with a name of its first byte. Reading must end without a crash. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "store/sqlite/block.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct block b = { .col = calloc(16, sizeof *b.col) };
    const uint8_t *p = data, *end = data + size;
    while (b.col && b.n < 16 && p < end) {
        const uint8_t *stop = memchr(p, 0xFF, (size_t)(end - p));
        size_t len = (size_t)((stop ? stop : end) - p);
        struct block_column *c = &b.col[b.n];
        c->name = malloc(2);
        if (!c->name)
            break;
        b.n++;
        c->name_len = len ? 1 : 0;
        c->name[0] = len ? (char)p[0] : '\0';
        c->name[1] = '\0';
        if (len > 1)
            buf_add(&c->data, p + 1, len - 1);
        p = stop ? stop + 1 : end;
    }
    struct block_reader *r = NULL;
    struct record rec;
    struct err e;
    if (block_reader_new(&b, 1, PERIOD_HOUR, &r, &e) == 0)
        for (int i = 0; i < 10000 && block_reader_next(r, &rec, &e) == 1; i++)
            ;
    block_reader_free(r);
    return 0;
}
