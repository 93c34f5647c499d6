/* Ledger files as bytes: a definition is read or refused with a sentence, within its bounds, whatever it holds. A definition
 * that is read has its functions called. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/definition.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask(struct definition *d, int guard)
{
    char *why = NULL;
    struct err e = { 0 };
    if (guard)
        (void)definition_guard(d, guard, "guard", NULL, &why, &e);
    free(why);
}

static void call(struct definition *d, int fn)
{
    json_t *answer = NULL;
    struct err e = { 0 };
    if (fn && definition_call(d, fn, "function", NULL, &answer, &e) == 0)
        json_decref(answer);
}

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
        ask(d, d->action[i].guard);
        call(d, d->action[i].set);
        call(d, d->action[i].open);
    }
    for (size_t i = 0; d && i < d->n_fields; i++)
        call(d, d->field[i].value);
    if (d)
        ask(d, d->guard);
    definition_free(d);
    free(text);
    return 0;
}
