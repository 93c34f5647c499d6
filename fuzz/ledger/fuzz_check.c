/* fuzz_check.c - ledger files that somebody changed: the input chooses a shipped one and puts other figures, words and signs into its
 * text. What can be read has its tests run as `bihuan check` runs them: a real store, cases opened and acted upon. */
#include <assert.h>
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/scoped.h"
#include "ledger/ledger.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILES = 64, PIECES = 2000 };
static struct buf shipped[FILES];
static size_t n_shipped;
static char dir[64], path[128];

static void drop_folder(void)
{
    char inner[100];
    snprintf(inner, sizeof inner, "%s/ledgers", dir);
    (void)remove(path);
    (void)remove(inner);
    (void)remove(dir);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    struct dirent **name = NULL;
    char file[600];
    struct err e;
    (void)argc, (void)argv;
    const char *room = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    setenv("TMPDIR", room, 1); /* the store of the tests is made and thrown away with each input */
    snprintf(dir, sizeof dir, "%s/bihuan-fuzz-XXXXXX", room);
    if (!mkdtemp(dir))
        abort();
    snprintf(file, sizeof file, "%s/ledgers", dir);
    if (mkdir(file, 0700) < 0)
        abort();
    snprintf(path, sizeof path, "%s/ledgers/one.lua", dir);
    int n = scandir(DEFINITIONS "/ledgers", &name, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        snprintf(file, sizeof file, DEFINITIONS "/ledgers/%s", name[i]->d_name);
        if (strstr(name[i]->d_name, ".lua") && n_shipped < FILES &&
            file_read(file, 1 << 20, &shipped[n_shipped], &e) == 0)
            n_shipped++;
        free(name[i]);
    }
    free(name);
    assert(n_shipped > 10);
    atexit(drop_folder);
    return 0;
}

/* Numbers, words between quotes, names: each is a piece; what is between them stays. */
static size_t piece_len(const char *s, const char *end)
{
    const char *p = s;
    if (*s == '"') {
        for (p = s + 1; p < end && *p != '"' && *p != '\n'; p++)
            ;
        return (size_t)(p - s) + (p < end && *p == '"');
    }
    while (p < end && ((*p >= '0' && *p <= '9') || (*p >= 'a' && *p <= 'z') || *p == '_' || *p == '.'))
        p++;
    return (size_t)(p - s);
}

static size_t cut(const struct buf *text, const char *piece[PIECES], size_t len[PIECES])
{
    const char *p = text->data, *end = text->data + text->len;
    size_t n = 0;
    while (p < end && n < PIECES) {
        if (p[0] == '-' && p + 1 < end && p[1] == '-') { /* a comment says nothing to the reader */
            while (p < end && *p != '\n')
                p++;
            continue;
        }
        size_t k = piece_len(p, end);
        if (k) {
            piece[n] = p;
            len[n++] = k;
        }
        p += k ? k : 1;
    }
    return n;
}

/* Another piece for this one: of the same file, so that names meet names, or a value at an edge. */
static void put_other(struct buf *out, uint8_t what, uint8_t more, const char *const *piece,
                      const size_t *len, size_t n)
{
    static const char *const other[] = { "0",
                                         "-1",
                                         "1",
                                         "2000000000",
                                         "-2000000000",
                                         "2000000001",
                                         "1e300",
                                         "0.000001",
                                         "2^31",
                                         "\"\"",
                                         "\"1900-01-01\"",
                                         "\"9999-12-31\"",
                                         "nil",
                                         "{}",
                                         "true",
                                         "false",
                                         "\"due\"",
                                         "\"plant\"",
                                         "\"office\"",
                                         "workdays(1000)",
                                         "days(3650)",
                                         "function(c) return 1e300 end",
                                         "function(c) return { x = 2^60 } end",
                                         "function(c) return c end" };
    if (what % 2) {
        size_t k = ((size_t)(what / 2) << 8 | more) % n;
        buf_add(out, piece[k], len[k]);
    } else {
        buf_adds(out, other[more % COUNT_OF(other)]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *piece[PIECES];
    static size_t len[PIECES];
    struct buf out = BUF_INIT;
    struct err e = { .text = "" };
    if (size < 1)
        return 0;
    const struct buf *text = &shipped[data[0] % n_shipped];
    size_t n = cut(text, piece, len), done = 0;
    const char *from = text->data;
    for (size_t i = 0; i < n; i++) {
        for (size_t at = 1; at + 4 <= size && at < 1 + 4 * 8; at += 4) {
            size_t which = ((size_t)data[at] << 8 | data[at + 1]) % n;
            if (which != i || piece[i] < from)
                continue;
            buf_add(&out, from, (size_t)(piece[i] - from));
            put_other(&out, data[at + 2], data[at + 3], piece, len, n);
            from = piece[i] + len[i];
            done++;
        }
    }
    buf_add(&out, from, (size_t)(text->data + text->len - from));
    if (file_replace(path, out.data, out.len, 0600, &e) < 0)
        abort();
    int r = ledgers_check(dir, NULL, NULL, &e);
    assert(r == 0 || *e.text);
    buf_release(&out);
    return 0;
}
