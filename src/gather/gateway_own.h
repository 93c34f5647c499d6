/* gateway_own.h - what gateway.c, session.c and writer.c share. Not for others. */
#pragma once

#include <pthread.h>

#include "base/buf.h"
#include "base/map.h"
#include "gather/gateway.h"
#include "net/loop.h"
#include "net/worker.h"

enum { PW_MAX = GATEWAY_PW };

enum { GREETING = 96 };

/* Made with the first command or gap of a device: most devices never need one. */
struct talk {
    struct gateway *g;
    struct device *device;
    struct timer timer;           /* the answer that is waited for */
    struct talk *next;            /* in g->to_start */
    bool listed;                  /* in g->to_start */
    struct gateway_command *now;  /* in flight; NULL: none */
    struct gateway_command *past; /* a ring of GATEWAY_COMMANDS; NULL before the first */
    size_t count;
    int64_t begin, end;          /* of `now`, when it is for history */
    int64_t heard_ms;            /* frames at all since `now` was first sent: 0 none */
    struct gateway_command heal; /* the request of gap healing */
    /* Gap healing. The healing thread alone changes these, under the lock. */
    struct gateway_gap *gap; /* in no order */
    size_t n_gaps, gaps_cap;
    bool asking; /* for the slots from ask_from to ask_to, a piece of one gap */
    enum period ask_period;
    int64_t ask_from, ask_to;
    bool heard_end;     /* the request's end was seen: what came is being stored */
    int64_t rest_until; /* monotonic ms */
    bool gaps_changed;  /* to be kept */
};

/* What is known of a device's keys. Under the lock, as all of struct device. */
struct device_keys {
    struct gateway_keys kept;
    struct hj212_key *ready[GATEWAY_KEYS];
    int64_t previous_until; /* monotonic ms: the end of the previous key; 0: the new one was not seen yet */
    int64_t asked_ms;       /* monotonic: when it asked for a key last; 0: never */
    bool wanted;            /* it asked, and was not sent one yet */
    bool changed;           /* to be kept */
};

struct device {
    const struct site *site;
    struct gateway_device seen;      /* `connected` is worked out when asked */
    uint32_t session, generation;    /* the connection that last carried it */
    char pw[PW_MAX], new_pw[PW_MAX]; /* new_pw: set by a 1072 whose end is not known */
    bool pw_changed;                 /* to be kept */
    char city_pw[PW_MAX];            /* as registered: another one was set by 1072 */
    /* First contact: what it was told, as the data areas of the requests in a row; what is being told; when it is tried again. */
    char told[GREETING], telling[GREETING];
    bool told_changed;
    int greet_tries;
    uint32_t greeted_session, greeted_generation; /* the line on which it was greeted last */
    bool greet_changed; /* something else was decided since, or not all could be asked */
    struct talk *talk;
    int64_t last_time[PERIOD_COUNT]; /* DataTime of its last upload */
    uint32_t last_step[PERIOD_COUNT];
    int64_t connected_ms; /* monotonic, since when its line is up */
    int64_t allowance_ns; /* when its frames so far are paid for at device_rate */
    struct device_keys keys;
};

struct join {
    struct gateway_join seen; /* id 0: free */
    struct gateway *g;
    uint32_t session, generation;
    char st[3], pw[PW_MAX], new_mn[GATEWAY_MN];
    char qn[CN_TEXT]; /* of the 1002; "" before */
    int tries;
    bool to_send;
    bool untold;  /* it has its MN, and `joined` did not have it yet */
    bool slashes; /* its texts stand between // and // (HJ 212-2017 6.3.3), so the answer's do */
    struct timer timer;
};

/* The parts of one split upload, by MN + CN + DataTime + PNUM (HJ 212-2017: the parts carry different QNs). */
struct part_set {
    struct device *device; /* NULL: free */
    struct gateway_parts parts;
    int64_t since_ms; /* monotonic */
};

struct session {
    struct conn *conn; /* NULL: the slot is free */
    struct gateway *g;
    uint32_t generation; /* tells a job's session from a later one in the same slot */
    uint32_t next_free;
    struct device *device; /* of the last sound frame: damage is counted on it */
    bool several;          /* devices behind one modem share it */
    bool paused;
    bool throttled;
    int64_t allowance_ns; /* as a device's, for what no device can be charged with */
};

/* A frame on its way through the writer, beside the record of the same index. */
struct job {
    uint32_t session, generation;
    struct device *device;
    uint32_t answer_at, answer_len; /* in the batch's bytes; 0 long: no answer wanted */
    bool stored, refused;           /* tried alone: what became of it */
};

/* Frames that are committed together. One is being filled by the loop, one is the writer's, the others are on the way back. */
struct batch {
    struct batch *next;
    size_t n, bytes_len;
    struct record *record;
    struct job *job;
    bool *fresh;
    struct gateway_raw *raw; /* NULL: frames are not kept */
    char *bytes;
    bool singly;         /* one of them is bad: they are stored one by one */
    bool answered, told; /* the loop has answered; `stored` has returned. Both: free again */
};

enum { BATCHES = 4 };

struct task {
    int (*run)(void *arg, struct err *e);
    void *arg;
    struct err *e;
    int result;
    bool done;
};

struct gateway {
    struct gateway_config cfg;
    struct loop *loop;
    int port, tls_port;
    struct worker loop_worker, writer_worker;

    /* The loop's own. */
    struct session *session;
    uint32_t free_session;
    struct hj212_item *items;
    struct buf scratch;
    struct gateway_raw raw; /* the frame that is being taken */
    uint32_t
        resume_from; /* the first session that found no room: it is the first to go on, so that none is left waiting */
    struct map by_mn;
    struct device *device;
    size_t n_devices;
    struct map ignored;           /* MNs refused by rule */
    struct timer throttle, sweep; /* resumes throttled sessions; looks for parts that do not come */
    size_t n_throttled;
    size_t heal_next; /* the healing thread's: the device whose calendar is looked at next */
    int64_t last_qn;  /* of a request: none is used twice */
    struct part_set parts[GATEWAY_PARTS];
    char *clear;                    /* HJ212_CLEAR_MAX: what was deciphered of the frame at hand */
    enum gateway_key_slot key_used; /* for it */

    /* Between threads: everything below, and the `seen` of devices, under the lock. */
    pthread_mutex_t lock;
    pthread_cond_t work;   /* the writer has something to do */
    pthread_cond_t tasked; /* a task ended, or its place is free */
    struct batch batch[BATCHES];
    struct batch *filling, *spare, *done;
    struct task *task;
    struct change *change; /* of a registration, to be made by the loop */
    struct talk *to_start; /* devices with a command that could be begun */
    uint64_t last_command;
    bool stalled; /* some session is paused for want of room in the queue */
    bool stopping;
    struct gateway_stats stats;
    struct gateway_unknown unknown[GATEWAY_UNKNOWN_MAX];
    size_t n_unknown;
    struct join join[GATEWAY_JOINS];
    uint64_t last_join;
    bool join_wanted;   /* one is to be sent */
    bool joins_changed; /* to be kept */

    pthread_mutex_t
        keys_lock; /* around changing keys and keeping them; taken before `lock`, never by the loop */
};

extern const struct conn_ops session_ops;
/* The writer's wake: answers what is committed, then lets paused sessions read again. */
void sessions_woken(void *gateway);
void sessions_throttled(void *gateway); /* a moment later: throttled sessions are read again */
void writer_run(void *gateway);
/* Holding the lock: gives a batch back when both sides are through with it. */
void batch_settle(struct gateway *g, struct batch *b);

/* ---- session.c, upload.c: loop, holding the lock ---- */
/* The device of that MN: most often the one that the session's last frame was of. NULL: none is known. */
struct device *session_device(struct session *s, const struct hj212_view *mn);
bool session_view_is(const struct hj212_view *v, const char *s);
/* Counts a refusal (enum hj212_reason or enum gateway_refusal); d: NULL when no device is known. */
void session_refuse(struct gateway *g, struct device *d, int refusal);
enum queued { QUEUED, NO_ROOM, NOT_TAKEN };
/* An upload's frame, whose device and password are right, into the writer's queue with its answer. NOT_TAKEN: refused and counted. */
enum queued session_upload(struct session *s, struct device *d, struct hj212_frame *f,
                           const struct hj212_command *cmd, int64_t now);

/* ---- exchange.c: requests to devices. All hold the lock; those marked so belong to the loop's thread. ---- */
struct talk *talk_of(struct gateway *g, struct device *d); /* NULL: no memory */
void exchange_list(struct talk *t);     /* something could be begun; the caller wakes the loop */
void exchange_start(struct gateway *g); /* loop: begins what is listed */
bool exchange_take(struct device *d, const struct hj212_frame *f,
                   int cn);                                /* loop: whether the frame answered a request */
void exchange_saw(struct device *d, int cn, int64_t time); /* loop: an upload was queued */
void exchange_lost(struct gateway *g, struct device *d);   /* loop: its line is down */
struct device *device_at(struct gateway *g, int32_t site);

/* ---- keys.c: all hold the lock, unless they say otherwise ---- */
/* Loop: hj212_read with the keys of the device the frame is of. On HJ212_REFUSED *ret_refusal says why and *ret_whose which device
 * is charged with it (NULL: none known). */
enum hj212_found keys_read(struct session *s, struct hj212_reading *how, const char *bytes, size_t len,
                           struct hj212_frame *f, size_t *ret_used, int *ret_refusal,
                           struct device **ret_whose);
/* Loop: whether an upload is refused because it came in clear. */
bool keys_refuse(const struct device *d, const struct hj212_frame *f, int cn);
/* Loop: learns from a frame that was taken; true when it was the device's own 1014, which is answered here. */
bool keys_take(struct session *s, struct device *d, const struct hj212_frame *f, int cn);
/* Loop: what a frame to a device is enciphered with; NULL: it goes in clear. */
struct hj212_key *keys_for(const struct device *d, int cn);
enum { KEYS_AREA = 64 };
/* Loop: the data area of the 1014 with the key that is being handed out. The only place where a key is written out. */
void keys_area(const struct device *d, char out[KEYS_AREA]);
void keys_settle(struct device *d, enum gateway_command_state how); /* loop: the end of a 1014 */
/* Without the lock: makes and keeps the key that a "new_key" command is to hand out. */
int keys_prepare(struct gateway *g, int32_t site, struct err *e);
void keys_restore(struct gateway *g);              /* before the threads start */
void keys_reload(struct gateway *g, int32_t site); /* without the lock: another device stands there now */
void keys_release(struct device *d);

/* ---- join.c: loop, holding the lock ---- */
/* true: the frame was about joining and is dealt with. d: the device it names, or NULL. */
bool join_take(struct session *s, const struct device *d, const struct hj212_frame *f, int cn);
void join_start(struct gateway *g); /* sends what was accepted */
void join_lost(struct gateway *g, uint32_t session, uint32_t generation);
/* join_keep.c, without the lock: gives `joined` and `keep_joins` what they did not have yet; before the threads start. */
void joins_tell(struct gateway *g);
void joins_restore(struct gateway *g);

/* ---- parts.c: loop, holding the lock ---- */
void parts_note(struct gateway *g, struct device *d, int cn, const struct hj212_frame *f);
void parts_sweep(void *gateway);

/* Whether a frame is the data that a request in flight asks for. */
bool exchange_wants(const struct device *d, const struct hj212_frame *f, int cn);
/* Asks in the name of the platform itself. */
int exchange_ask(struct gateway *g, struct device *d, const struct command_spec *spec,
                 const struct command_value *v, size_t n, const char *by, uint64_t id, bool quiet,
                 struct err *e);
uint64_t exchange_id(struct gateway *g);

/* ---- register.c ---- */
int devices_make(struct gateway *g, struct err *e);                         /* before the threads start */
struct device *device_named(struct gateway *g, const char *mn, size_t len); /* loop, or before the start */
void register_change(struct gateway *g);                                    /* loop, holding the lock */
bool register_ignores(const struct gateway *g, const char *mn, size_t len); /* holding the lock */

/* ---- greet.c: holding the lock. The loop greets on a new line, the healing thread settles and goes on ---- */
void greet(struct gateway *g, struct device *d);
void greet_settle(struct device *d);

void talk_free(struct talk *t);
void heal_restore(struct gateway *g); /* before the threads start */
void heal_keep(struct gateway *g);    /* the healing thread: gives `keep` what changed */
