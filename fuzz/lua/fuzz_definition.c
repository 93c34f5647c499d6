/* Ledger files as bytes: a definition is read or refused with a sentence, within its bounds, whatever it holds. A definition
 * that is read has its guards called. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/definition.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct definition *d = NULL;
    struct err e = { 0 };
    char *text = malloc(size + 1);
    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    int r = definition_read("fuzz.lua", text, size, &d, &e);
    assert(r == 0 ? d != NULL : d == NULL && e.code == r && *e.text);
    for (size_t i = 0; d && i < d->n_actions; i++) {
        char *why = NULL;
        if (d->action[i].guard)
            (void)definition_guard(d, d->action[i].guard, "guard", NULL, &why, &e);
        free(why);
    }
    definition_free(d);
    free(text);
    return 0;
}
