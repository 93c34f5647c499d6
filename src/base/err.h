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

/* Fills *e (when not NULL) and returns code, so that `return err_set(e, -EINVAL, ...)` reads as one step. */
int err_set(struct err *e, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* The same with a stable name. */
int err_named(struct err *e, int code, const char *name, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* Puts "context: " before the sentence; keeps code and name. Returns e->code, or -EIO when e is NULL. */
int err_under(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Forgets. */
void err_clear(struct err *e);
