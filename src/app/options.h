/* options.h - a command's options as one table: what each is called, where its value goes, and what it may be.
 *
 *     static const struct option_row rows[] = {
 *         OPT_NUMBER(struct options, "wait", wait_s, 1, 86400),
 *         OPT_READ("edition", read_edition), ...
 *
 * Long options only, in getopt_long's way: --name VALUE, --name=VALUE, and words between them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum option_kind {
    OPTION_FLAG,   /* bool; takes no value */
    OPTION_TEXT,   /* const char *, lent by argv */
    OPTION_NUMBER, /* int64_t from least to most */
    OPTION_READ    /* `read` puts it where it belongs */
};
struct option_row {
    const char *name;
    enum option_kind kind;
    size_t at; /* in the struct given to options_read */
    int64_t least, most;
    int (*read)(void *into, const char *value, struct err *e); /* into: the struct as a whole */
};
#define OPT_FLAG(type, name, field)                          \
    {                                                        \
        name, OPTION_FLAG, offsetof(type, field), 0, 0, NULL \
    }
#define OPT_TEXT(type, name, field)                          \
    {                                                        \
        name, OPTION_TEXT, offsetof(type, field), 0, 0, NULL \
    }
#define OPT_READ(name, read)             \
    {                                    \
        name, OPTION_READ, 0, 0, 0, read \
    }
#define OPT_NUMBER(type, name, field, least, most)                    \
    {                                                                 \
        name, OPTION_NUMBER, offsetof(type, field), least, most, NULL \
    }

enum { OPTIONS_MAX = 40 };
/* Where the words begin that are no options, and which rows were given (bit i: row i). */
struct options_found {
    int first; /* index into argv, whose words stand behind the options after the call */
    uint64_t given;
};
/* Takes argv[from] and what follows into *into. 0; 1: --help (or -h) stands among them; -EINVAL: said on stderr as
 * "bihuan COMMAND: --name: why". words_first: a word ends the options, for commands whose words may look like them. */
int options_read(const char *command, const struct option_row *row, size_t n, int argc, char **argv, int from,
                 bool words_first, void *into, struct options_found *ret);

/* "127.0.0.1:8080", "[::1]:8080" or "name:8080" into its parts, the brackets taken off. least_port: 0, or 1 for a peer's. */
int read_host_port(const char *text, int least_port, char *host, size_t cap, int *ret_port, struct err *e);
