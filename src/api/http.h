/* http.h - inside src/api: one request, the route table, and what handlers use to read and answer.
 * A handler writes its JSON into rq->out and returns 0, or returns a negative errno with the reason in e; the status and the stable
 * code are made from that in one place (errors.c). */
#pragma once

#include <netinet/in.h> /* before microhttpd.h, which needs socket types */
#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#include "api/api.h"
#include "api/target.h"

enum method { METHOD_GET, METHOD_POST, METHOD_OTHER };

enum {
    BODY_MAX = 1024 * 1024,
    BODY_PLAN_MAX = 8 * 1024 * 1024,
    TOKEN_TEXT = 96,
    HASH_TEXT = 65,
};

struct request;
typedef int (*handler_fn)(struct request *rq, struct err *e);

/* path is under /api/v1; {id} is a whole number, {word} lower-case letters, digits and _, {name} also capitals and -. least: the lowest
 * role that may (roles are ordered, enum role); ROLE_PUBLIC needs no login. */
struct route {
    enum method method;
    const char *path;
    enum role least;
    handler_fn handle;
    size_t body_max; /* 0: BODY_MAX */
};
extern const struct route route_table[];
extern const size_t route_count;
bool route_is_raw(const struct route *r); /* the body is bytes, not JSON; few at once */

struct request {
    struct api *api;
    struct MHD_Connection *con;
    char *raw; /* the target as sent; NULL when out of memory */
    struct target target;
    enum method method;
    const struct route *route; /* NULL: a file */
    int64_t id;
    const char *word;
    struct user user; /* role ROLE_PUBLIC and no name when not signed in */
    bool bearer;
    char token_hash[HASH_TEXT];
    struct buf body;
    size_t body_max, dropped;
    json_t *json; /* the body, read before the handler is called */
    int64_t now;
    int64_t began_ns;
    bool begun;
    bool uploads; /* counted in api.uploading */

    /* the answer */
    struct err error;
    int status; /* 0: 200 */
    const char *type;
    const char *allow; /* with 405 */
    char cookie[256];  /* Set-Cookie; "" none */
    int retry_after;   /* seconds; 0 none */
    struct buf out;
    struct MHD_Response *response; /* set by handlers that answer otherwise than with out */
};

struct reader_pool {
    pthread_mutex_t lock;
    struct obs_reader *idle[16];
    size_t n;
};

struct hub;
struct limiter;
struct file_store;

/* What one address without a login has sent (upload.c). */
struct public_upload {
    int64_t since;
    int n;
};

struct api {
    struct api_config config;
    char *address, *data_dir, *web_dir, *geo_dir;
    struct MHD_Daemon *daemon;
    uint16_t port;
    struct hub *hub;
    struct limiter *limiter;
    struct reader_pool readers;
    struct file_store *files;
    _Atomic unsigned uploading;
    pthread_mutex_t upload_lock; /* of public_uploads */
    struct public_upload *public_uploads, *public_reports;
    struct buf certificate, key; /* https */
    struct buf city;             /* GET /city: a place does not change while the server runs */
    char absent_hash
        [160]; /* an argon2id string nobody's password fits: a wrong name costs what a wrong password does */
    int64_t started_ns;
    _Atomic int64_t answers[6]; /* by first digit of the status */
    _Atomic int64_t answer_ns;
    int64_t due_at; /* api_open_due's last look; of whoever holds the engine's pass */
};

/* ---- route.c ---- */
/* Finds the route of a target under /api/v1. -ENOENT, or -EOPNOTSUPP with rq->allow when the path is there for another method. */
int route_find(struct request *rq, struct err *e);

/* ---- auth.c ---- */
/* Fills rq->user from the bearer token or the cookie; a bad or old token is nobody. <0 only when the store fails. */
int auth_read(struct request *rq, struct err *e);
int auth_start(struct api *a, struct err *e);
void auth_stop(struct api *a);
/* Whether an attempt may be made now; counts it as failed until auth_succeeded takes it back. */
bool limiter_take(struct limiter *l, const char *user, const char *address, int *ret_wait_s);
void limiter_give_back(struct limiter *l, const char *user, const char *address);

/* ---- errors.c ---- */
/* Status and JSON body for an error. */
int error_write(const struct err *e, struct buf *out);

/* ---- hub.c ---- */
struct hub *hub_new(void);
void hub_close(struct hub *h); /* ends all streams; none begins after */
struct hub *hub_free(struct hub *h);
void hub_publish(struct hub *h, int64_t user, const char *text, size_t len); /* user 0: everybody */
void hub_beat(struct hub *h, int64_t now_ns);
unsigned hub_count(struct hub *h);
/* A response whose body is the stream of events, as `user` (0: nobody) may hear them; NULL when there are too many. */
struct MHD_Response *hub_join(struct hub *h, int64_t user, struct MHD_Connection *con);

/* ---- files.c ---- */
int file_answer(struct request *rq, struct err *e); /* a file of the client */
int geo_answer(struct request *rq, const char *name, struct err *e);

/* ---- request.c ---- */
const char *request_header(struct request *rq, const char *name);
/* The client's address as text. */
void request_address(struct request *rq, char *out, size_t cap);
/* Query parameters with defaults; -EINVAL naming the parameter. */
const char *query_str(struct request *rq, const char *key, const char *otherwise);
int query_int(struct request *rq, const char *key, int64_t low, int64_t high, int64_t otherwise, int64_t *ret,
              struct err *e);
int query_time(struct request *rq, const char *key, int64_t otherwise, int64_t *ret, struct err *e);
/* from <= time < to of `period` (month, quarter, year) and `of`, or of `from` and `to`; at most 366 days. */
int query_calendar(struct request *rq, int64_t *from, int64_t *to, struct err *e);
/* A text member of the body, at most max bytes; "" when absent. -EINVAL when it is no string, too long, or required and empty. */
int body_text(struct request *rq, const char *key, size_t max, bool required, const char **ret,
              struct err *e);
/* Who acts, for the ledger. */
struct actor request_actor(const struct request *rq);
/* The same with the request's Idempotency-Key, if it has one; asked receives the hash of what is asked. -EINVAL when the key is none. */
int request_once(struct request *rq, struct actor *who, char asked[65], struct err *e);
/* After a write under such a key: r as it was, or 1 with *id when the same request was done at the same time on another connection. */
int request_done(struct request *rq, const struct actor *who, int r, int64_t *id, struct err *e);
bool signed_in(const struct request *rq);
/* One reader of observations for the length of a request. */
int reader_take(struct api *a, struct obs_reader **ret, struct err *e);
void reader_give_back(struct api *a, struct obs_reader *r);
void publish_id(struct api *a, const char *event, int64_t id);
/* Copies of documents, so that nothing is asked or written while the store is locked: the board may be locked by somebody who waits
 * for the store. */
struct docs {
    struct doc *doc;
    size_t n, cap;
};
int docs_read(struct request *rq, enum doc_kind kind, const struct doc_query *q, struct docs *ret,
              struct err *e);
void docs_release(struct docs *d);

/* The site of {id}. */
int find_site(struct request *rq, const struct site **ret, struct err *e);

/* ---- parts of answers ---- */
/* An object written by another module is opened again so that members can follow: drops the closing brace. */
int object_reopen(struct buf *out, struct err *e);
/* The array member `key` of a JSON object's text, as text appended to out ("[]" when absent). */
int append_member(struct buf *out, const char *object, const char *key, struct err *e);
/* The unit of a JSON value (id or code); NULL when there is none. */
const struct unit *unit_of(const struct place *p, const json_t *v);
/* res_overview.c, also used by /public */
int write_case_list(struct request *rq, const struct case_filter *f, const struct actor *who, struct buf *out,
                    struct err *e);
/* res_findings.c: the first `limit` findings of a state (NULL: any), worst first. */
int write_findings(struct request *rq, const char *state, size_t limit, struct buf *out, struct err *e);
/* res_cases.c: the filter that a request's parameters make; what the public may not ask is refused. */
int read_case_filter(struct request *rq, struct case_filter *f, struct err *e);
/* res_cases.c: {"id","number"} of a case just opened, and tells the streams. */
int write_new_case(struct request *rq, int64_t id, struct err *e);
/* What looks odd is noted beside, after the case is on disk; a failure of that is for the log and not for who acted. */
void look_for_oddities(struct request *rq, int64_t id);
/* res_targets.c: array of the confirmed targets with their progress. */
int write_progress(struct request *rq, struct buf *out, struct err *e);
/* Fields that a person gives a target or task, checked and set; `read` is the object before. */
int target_set_fields(json_t *body, const json_t *fields, struct err *e);
/* Who did what to a reading stays beside it. */
int target_remember(struct request *rq, json_t *body, const char *action, const json_t *fields);
/* res_target_work.c: changes the confirmed target or task {id} within a transaction and answers with it. */
typedef int target_edit(struct request *rq, const struct doc *d, json_t *body, void *arg, struct err *e);
int target_edited(struct request *rq, target_edit *change, void *arg, struct err *e);
void write_target(struct jw *w, const struct doc *d, const json_t *body, bool open);
/* res_city.c: api.city. */
int city_build(struct api *a, struct err *e);
/* Answers with the receipt of what is asked (board_receipt's ask, lent; NULL: there was no memory for it). */
int answer_receipt(struct request *rq, json_t *ask, struct err *e);
/* Within the division's transaction: a confirmed target for each part, and none for what is no part any more. Sets each part's "target". */
int districts_put(struct request *rq, const struct doc *parent, const json_t *whole, json_t *parts,
                  struct err *e);
/* The target {id} becomes a case by the ledger and fields of the body. */
int target_open_case(struct request *rq, int64_t *ret_id, struct err *e);
/* What an outlet sent of a factor in valid periods between two midnights; kg MICRO_MISSING: none of it. */
struct load_sum {
    micro kg;
    int64_t valid, expected; /* periods; excepted ones are not expected, those before the site began are */
    /* Only of load_days: with what the rules put in place of missing periods; how many are missing and were filled (slots of the rules). */
    micro with;
    int64_t missing, filled;
};
/* Of one day, in kg; added to what stands there, so that outlets can be summed. */
struct load_day {
    micro kg, with;
};
/* res_load.c */
int load_measured(struct api *api, const struct site *s, const char *code, int64_t from, int64_t to,
                  struct load_sum *ret, struct err *e);
/* The same with substitutes, and day by day: at most 366 days. */
int load_days(struct api *api, const struct site *s, const char *code, int64_t from, int64_t to,
              struct load_day *day, struct load_sum *ret, struct err *e);
/* The outlets of a unit that measure a factor (code or name), summed; *ret_outlets: how many there are. res_amounts.c */
int load_of_unit(struct api *api, const struct unit *u, const char *word, int64_t from, int64_t to,
                 struct load_day *day, struct load_sum *ret, int *ret_outlets, struct err *e);
/* filled.c: the code of a factor by code or name, among what a site measures; NULL: it does not. */
const char *site_factor(const struct site *s, const char *word);
/* For ledgers_on_fill, arg: struct api (filled.c). */
int filled_by_data(void *arg, const json_t *doc, const char *action, json_t *given, int64_t now,
                   struct err *e);
