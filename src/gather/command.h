/* command.h - what the platform can ask of a device: a word, arguments, the least role and the effect for each command that the codec's
 * table (hj212_command) knows as a request or a notice to devices. Pure: checks what an operator wants and writes the data area.
 * Everybody who offers commands (API, command line, screen) asks here; nobody keeps a list of his own. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "codec/hj212.h"
#include "store/store.h"

enum command_type {
    ARG_NUMBER,  /* a whole number from least to most */
    ARG_MINUTES, /* 1 2 3 4 5 6 10 12 15 20 30: MinInterval divides the hour */
    ARG_TIME,    /* N14; taken as 2026-03-01T08:00 too */
    ARG_TEXT     /* least to most printable ASCII characters, none of which means something in a data area */
};

struct command_arg {
    const char *
        name; /* as in the data area; "Info" becomes InfoId's value and "-Info", limits PolId's value and "-UpValue" */
    enum command_type type;
    int least, most;
    bool required;
    bool secret;       /* never printed */
    bool factor;       /* a factor's code */
    unsigned editions; /* HJ212_IN_...; 0: all that have the command */
    const char *zh, *en;
};

enum { COMMAND_ARGS = 4 };

struct command_spec {
    const char *word; /* "set_time": in the API and on the command line */
    int cn;
    enum hj212_edition of; /* an edition in which the code means this */
    const char *group;     /* "time", "interval", "data", "control", "info", "safety" */
    enum role least;       /* who may */
    struct command_arg arg[COMMAND_ARGS];
    bool harmless; /* nothing at the device changes */
    bool data;     /* the device sends the same code with the request's QN before 9012 */
    bool history;  /* it uploads each period of BeginTime to EndTime, each with a QN of its own */
    const char *effect_zh, *effect_en;
};

/* Its row in the codec's table: meaning, editions, kind. Never NULL. */
const struct hj212_command *command_code(const struct command_spec *c);
bool command_in(const struct command_spec *c, enum hj212_edition edition);
bool command_is_notice(const struct command_spec *c); /* answered by 9013 alone (HJ 212-2017 6.6.5) */
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
