/* fixture.h - a server on a free port of the loopback with a small city, real stores in a folder of its own, and one account for
 * each role. The board, the ledgers and the plan reader are stand-ins (standin.c) that answer with fixed JSON. */
#pragma once

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "api/api.h"
#include "base/buf.h"

#define PASSWORD "correct horse 7"
/* 2026-03-01 12:00 in China */
#define START INT64_C(1772337600000)

struct fixture {
    char dir[64], web[96], base[64];
    struct clock clock;
    struct place *place;
    struct ledger_store *store;
    struct api *api;
    char *token[ROLE_COUNT]; /* NULL for ROLE_PUBLIC */
    int targets_changed, settled;
    const char *health; /* what the health callback says */
};

struct fixture *fixture_up(void);
struct fixture *fixture_up_behind_tls(void);
void fixture_down(struct fixture *f);
/* Logs every role in. */
void fixture_login_all(struct fixture *f);
/* For cmocka: with every role logged in; with none, so that nothing has been asked yet; and behind a proxy. */
int fixture_setup(void **state);
int fixture_setup_alone(void **state);
int fixture_setup_behind_tls(void **state);
int fixture_teardown(void **state);

struct reply {
    long status;
    struct buf headers, body;
};
/* body NULL: GET. token NULL: nobody. header: one more header line, or NULL. */
void ask(struct fixture *f, const char *method, const char *path, const char *token, const char *body,
         const char *header, struct reply *ret);
void reply_release(struct reply *r);
/* Status of one request, its body thrown away. */
long status_of(struct fixture *f, const char *method, const char *path, const char *token, const char *body);
/* The value of error.code in a body. */
void assert_code(const struct reply *r, const char *code);
void put_file(const char *dir, const char *name, const char *text);
