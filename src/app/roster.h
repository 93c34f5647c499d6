/* roster.h - what people decide of devices and ask of them, on disk (ledger.db), so that a restart loses neither.
 *
 * A registration (DOC_REGISTRATION, by MN) says which device a site has: "accepted", "replaced" (by another one since), or "ignored" (an MN
 * that is refused by rule); "removed" stands under a key of the site's own: it has no device, whatever the city file says. It lies over
 * the city file, which is not changed; the gateway asks for it at its start. A command (DOC_COMMAND, by its id) is written before it is
 * sent and again when it has ended. Each decision and each command is an event in the ledger's chain besides, with its person. Safe to
 * call from any thread, but not holding the ledger store: the gateway's loop is waited for. */
#pragma once

#include "app/core.h"
#include "gather/gateway.h"

struct roster {
    struct core *core;
    struct gateway *gateway; /* set when it runs */
};

/* For struct gateway_config. */
void roster_keep_joins(struct roster *v, const char *json);
void roster_kept_joins(struct roster *v, struct buf *json);
void roster_joined(struct roster *v, int32_t site, const char *mn, const struct gateway_join *j);
void roster_registered(struct roster *v, int32_t site, struct gateway_registration *io);
void roster_ended(struct roster *v, int32_t site, const struct gateway_command *c);
void roster_keep(struct roster *v, int32_t site, const char *mn, const char *json);
void roster_kept(struct roster *v, const char *mn, struct buf *json);
/* Behind the gateway's start: the rules of refusal; commands that an earlier run left unfinished are lost. */
int roster_begin(struct roster *v, struct err *e);

/* POST /devices/{site}/registration and /devices/ignored. */
int roster_register(struct roster *v, int32_t site, const json_t *body, const char *by, struct buf *out,
                    struct err *e);
/* POST /devices/{site}/removal: the site has no device any more. mn: the one it has, or the end of it that everybody is shown. */
int roster_remove(struct roster *v, int32_t site, const char *mn, const char *by, struct buf *out,
                  struct err *e);
int roster_ignore(struct roster *v, const char *mn, bool on, const char *by, struct buf *out, struct err *e);
/* POST /devices/{site}/commands: writes {"id","state"}. args: an object, or NULL. */
int roster_command(struct roster *v, int32_t site, const char *command, const json_t *args, const char *by,
                   struct buf *out, struct err *e);

/* Arrays of GET /devices and /devices/{site}: the MNs refused by rule; a site's commands, newest first; what its device told once. */
void roster_write_ignored(struct roster *v, bool whole, struct jw *w);
void roster_write_commands(struct roster *v, int32_t site, struct jw *w);
void roster_write_notes(struct roster *v, int32_t site, struct jw *w);
/* Its records of the last days that came with RF=1, newest first. */
void roster_write_resent(struct roster *v, int32_t site, struct jw *w);
/* {"logger","cpu","mac","by","at"} of the logger that was given this MN (1002); null: nobody was. */
void roster_write_logger(struct roster *v, const char *mn, struct jw *w);
/* {"by","at"} of the registration in force; null when the city file's holds. */
void roster_write_decision(struct roster *v, int32_t site, struct jw *w);
