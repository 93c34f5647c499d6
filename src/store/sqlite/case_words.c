/* case_words.c - part of a text as a question to the trigram index. */
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "base/utf8.h"
#include "store/sqlite/case_sql.h"

/* GRAMS: as many trigrams of a long question are asked; the comparison afterwards does the rest. TERMS, HITS: above them the index
 * narrows too little to be worth it. */
enum { GRAMS = 6, CHARS_MAX = 256, TERMS = 1000, HITS = 100000 };

static void add_quoted(struct buf *out, const char *s, size_t len)
{
    buf_addc(out, '"');
    for (size_t i = 0; i < len; i++) {
        if (s[i] == '"')
            buf_addc(out, '"');
        buf_addc(out, s[i]);
    }
    buf_addc(out, '"');
}

/* Where each character begins; the end is one more. 0: not UTF-8, or too long. */
static size_t characters(const char *text, size_t at[CHARS_MAX + 1])
{
    size_t n = 0, len = strlen(text), i = 0;
    while (i < len && n < CHARS_MAX) {
        size_t one = utf8_len(text + i, len - i);
        if (!one)
            return 0;
        at[n++] = i;
        i += one;
    }
    at[n] = i;
    return n;
}

/* The index takes letters of any script for the same in both cases, the question only A to Z: such a letter is compared, not looked
 * up. Han, kana and hangul have no cases. */
static bool may_fold(const char *s, size_t len)
{
    size_t n;
    uint32_t c = utf8_decode(s, len, &n);
    return c >= 0x80 && !(c >= 0x2E80 && c <= 0xA63F) && !(c >= 0xAC00 && c <= 0xD7A3) &&
           !(c >= 0x20000 && c <= 0x3FFFF);
}

static int match_beginnings(struct ledger_store *s, const char *text, struct buf *ret, struct err *e)
{
    char low[16], high[32];
    size_t len = strlen(text);
    for (size_t i = 0; i <= len; i++)
        low[i] = (char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] + ('a' - 'A') : text[i]);
    snprintf(high, sizeof high, "%s\xf4\x8f\xbf\xbf", low);
    scoped(db_finalizep) sqlite3_stmt *st = NULL;
    int r = db_prepare(&s->db, "SELECT term, doc FROM case_term WHERE term >= ?1 AND term <= ?2", &st, e);
    if (r < 0)
        return r;
    ledger_bind_text(st, 1, low);
    ledger_bind_text(st, 2, high);
    int64_t hits = 0;
    size_t terms = 0;
    while ((r = ledger_step(s, st, "look up words", e)) == 1 && terms <= TERMS && hits <= HITS) {
        const char *term = ledger_text(st, 0);
        hits += sqlite3_column_int64(st, 1);
        if (terms++)
            buf_adds(ret, " OR ");
        add_quoted(ret, term, strlen(term));
    }
    if (r < 0)
        return r;
    if (terms > TERMS || hits > HITS)
        buf_clear(ret);
    return terms == 0;
}

int case_words_match(struct ledger_store *s, const char *text, struct buf *ret, struct err *e)
{
    size_t at[CHARS_MAX + 1], n = characters(text, at);
    if (!n)
        return 0;
    if (n < 3) {
        for (size_t i = 0; i < n; i++)
            if (may_fold(text + at[i], at[i + 1] - at[i]))
                return 0;
        return match_beginnings(s, text, ret, e);
    }
    size_t grams = n - 2 < GRAMS ? n - 2 : GRAMS;
    for (size_t i = 0; i < grams; i++) {
        size_t from = grams == 1 ? 0 : i * (n - 3) / (grams - 1);
        if (i)
            buf_addc(ret, ' ');
        add_quoted(ret, text + at[from], at[from + 3] - at[from]);
    }
    return 0;
}

void case_words_like(const char *text, struct buf *ret)
{
    buf_addc(ret, '%');
    for (const char *p = text; *p; p++) {
        if (*p == '%' || *p == '_' || *p == '\\')
            buf_addc(ret, '\\');
        buf_addc(ret, *p);
    }
    buf_addc(ret, '%');
}
