#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "ledger/engine.h"

int said_err(struct err *e, int code, const char *name, const struct said *s)
{
    return err_named(e, code, name, "%s | %s", s->zh, s->en);
}

struct said said_whole(const struct said *s)
{
    struct said whole = *s;
    size_t bad;
    if (!utf8_valid(whole.zh, strlen(whole.zh), &bad))
        whole.zh[bad] = '\0';
    if (!utf8_valid(whole.en, strlen(whole.en), &bad))
        whole.en[bad] = '\0';
    return whole;
}

/* Copies without cutting a character. */
static void put(char *out, size_t cap, const char *s, size_t n)
{
    size_t used = 0, len;
    while (used < n && (len = utf8_len(s + used, n - used)) > 0 && used + len < cap)
        used += len;
    memcpy(out, s, used);
    out[used] = '\0';
}

void ledger_sentences(const char *text, char *zh, size_t zh_cap, char *en, size_t en_cap)
{
    const char *bar = strstr(text, " | ");
    size_t n = bar ? (size_t)(bar - text) : strlen(text);
    const char *english = bar ? bar + 3 : text;
    put(zh, zh_cap, text, n);
    put(en, en_cap, english, strlen(english));
}

void said_split(const char *text, struct said *ret)
{
    ledger_sentences(text, ret->zh, sizeof ret->zh, ret->en, sizeof ret->en);
}
