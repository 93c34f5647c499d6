/* bulletin.h - bulletins from a data folder: the same bytes on the command line and from the server, for the same data, period and time known. */
#pragma once

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "evaluate/shelf.h"

struct bulletin_order {
    const char *data, *definitions;
    const struct shelf *shelf;
    const char *word;   /* of definitions/bulletins: "annual" */
    const char *period; /* "2025", "2025-06" */
    const char *rules;  /* for the part that takes some: ids, or two dates; "": the usual */
    int64_t known;      /* whole seconds; what arrived later is left out */
    const char *format; /* "docx", "pdf", "json" */
};
/* Waits until the second that is known as a whole is over by the clock, so that nothing more can arrive in it. A test clock is not waited for. */
void bulletin_wait(struct clock *clock, int64_t known);
/* -EINVAL, -ENOENT with a sentence for what cannot be asked. */
int bulletin_make(const struct bulletin_order *o, struct buf *out, struct err *e);
/* The definitions: [{"id","name","name_en","period","rules"}]. */
int bulletin_list(const char *definitions, struct buf *out, struct err *e);
/* Checks every definition of the folder; *ret_n: how many. None at all is no fault. */
int bulletin_check_all(const char *definitions, size_t *ret_n, struct err *e);
