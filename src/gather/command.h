/* command.h - what the platform can ask of a device: one table of requests with their arguments (HJ 212-2017 table 9; HJ/T 212-2005 has
 * fewer). Pure: checks what an operator wants and writes the data area of the request. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "codec/hj212.h"

enum command_type {
    ARG_NUMBER,  /* a whole number from least to most */
    ARG_MINUTES, /* 1 2 3 4 5 6 10 12 15 20 30: MinInterval divides the hour */
    ARG_TIME,    /* N14; taken as 2026-03-01T08:00 too */
    ARG_TEXT     /* least to most printable ASCII characters, none of which means something in a data area */
};

struct command_arg {
    const char *name; /* as in the data area; "Info" becomes InfoId's value and "-Info" */
    enum command_type type;
    int least, most;
    bool required;
    bool secret; /* never printed */
};

enum { COMMAND_ARGS = 4 };

struct command_spec {
    const char *word; /* "set_time": in the API and on the command line */
    int cn;
    const char *what, *what_zh;
    unsigned editions; /* 1 << enum hj212_edition */
    bool notice;       /* answered by 9013 alone (HJ 212-2017 6.6.5) */
    bool data;         /* the device sends the same code with the request's QN before 9012 */
    bool history;      /* it uploads each period of BeginTime to EndTime, each with a QN of its own */
    struct command_arg arg[COMMAND_ARGS];
};

size_t command_count(void);
const struct command_spec *command_at(size_t i);
const struct command_spec *command_find(const char *word); /* NULL when there is none */

struct command_value {
    const char *name, *value;
};
/* Appends the data area of a request to a device of this edition. now: what SystemTime is when it is not given. -EINVAL names the
 * argument, or says that the edition does not know the command. cp is untouched on failure. */
int command_write(const struct command_spec *c, enum hj212_edition edition, const struct command_value *v,
                  size_t n, int64_t now, struct buf *cp, struct err *e);
