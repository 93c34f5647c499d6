/* roster_own.h - what roster.c, roster_command.c and roster_join.c share. Not for others. */
#pragma once

#include "app/roster.h"

/* Adds or changes the document with this key. */
int roster_put(struct roster *v, enum doc_kind kind, const char *key, const char *state, int32_t site,
               const char *body, struct err *e);
/* An event of the chain; takes body. */
int roster_note(struct roster *v, const char *by, const char *action, json_t *body, struct err *e);
/* The rules of refusal, for the gateway. */
int roster_begin_ignored(struct roster *v, struct err *e);
