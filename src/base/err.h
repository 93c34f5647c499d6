/* err.h - an error is a code for the program and a sentence for a person.
 *
 * A function that can fail takes `struct err *e` last (NULL when the caller does not want the sentence) and returns a negative
 * errno. `name` is the stable word an API client may test ("case.gate_unmet"); it is a string literal, never freed.
 * Libraries do not log; only app and the loops do. */
#pragma once

#include <stdarg.h>

struct err {
    int code;         /* negative errno; 0 when nothing went wrong */
    const char *name; /* stable dotted word; "" when the code alone is enough */
    char text[512];   /* UTF-8, one line, names place and reason */
};

/* Fills *e (when not NULL) and is the code, so that `return err_set(e, -EINVAL, ...)` reads as one step. Macros, so that compilers
 * and analysers see which value comes back. */
#define err_set(e, code, ...) err_named(e, code, "", __VA_ARGS__)
/* The same with a stable name. */
#define err_named(e, code, name, ...)              \
    __extension__({                                \
        int err_code_ = (code);                    \
        err_fill(e, err_code_, name, __VA_ARGS__); \
        err_code_;                                 \
    })
void err_fill(struct err *e, int code, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* Puts "context: " before the sentence; keeps code and name. Returns e->code, or -EIO when e is NULL. */
int err_under(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Forgets. */
void err_clear(struct err *e);
