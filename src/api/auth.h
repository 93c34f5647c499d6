/* auth.h - sessions and the brake on password guessing. A session's token is "USER-RANDOM" with 256 random bits; what is stored is
 * SHA-256 over token and password hash, so a stolen ledger.db opens no session and a new password ends all old ones. */
#pragma once

#include "api/http.h"

#define SESSION_COOKIE "bihuan_session"
enum { SESSION_HOURS = 12 };

/* A new session for the user; the cookie goes into rq->cookie. */
int auth_open(struct request *rq, const struct user *u, char token[TOKEN_TEXT], struct err *e);
/* Ends the request's session. */
int auth_close(struct request *rq, struct err *e);
