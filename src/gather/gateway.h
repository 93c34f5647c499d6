/* gateway.h - the platform's side of HJ 212: devices connect, their uploads become records, and each is answered only after its
 * transaction is on disk.
 *
 * Two threads: the loop owns all device sessions; the writer owns the store's write side and commits groups of frames. Every queue,
 * buffer and list is bounded; when the queue is full the sockets are not read. When the store refuses (a full disk), devices are
 * not answered, the state says so, and the writer tries again until there is room. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "codec/hj212.h"
#include "domain/place.h"
#include "domain/record.h"
#include "gather/command.h"
#include "net/tls.h"

struct gateway;
struct gateway_command;
struct gateway_join;

/* Why a frame was not taken: the codec's reasons, and behind them the gateway's own. */
enum gateway_refusal {
    GATEWAY_UNKNOWN_MN = HJ212_REASONS, /* no site has this device */
    GATEWAY_WRONG_PW,
    GATEWAY_UNSUPPORTED,   /* a command code that no device should send us, or that is not kept */
    GATEWAY_NO_TIME,       /* an upload without a readable DataTime */
    GATEWAY_TIME,          /* DataTime further ahead of the clock than max_ahead_ms */
    GATEWAY_WRONG_ST,      /* an upload of a system that the device is not registered for */
    GATEWAY_IGNORED,       /* an MN that is refused by rule (gateway_ignore) */
    GATEWAY_EMPTY,         /* an upload without a single item, or too large to be queued */
    GATEWAY_NO_KEY,        /* enciphered, and there is no key for this device */
    GATEWAY_WRONG_KEY,     /* enciphered, and none of its keys leads to the check sum and to text */
    GATEWAY_NOT_ENCRYPTED, /* in clear, though the device is set to encrypt what it uploads */
    GATEWAY_CERTIFICATE,   /* the line's certificate is another device's */
    GATEWAY_STORE,         /* the store refuses this one record (not: it is full) */
    GATEWAY_REFUSALS
};
/* "crc", "unknown_mn" ...: stable words for metrics and JSON. */
const char *gateway_refusal_name(int refusal);

/* ---- SM4 keys (HJ 212-2025) ---- */

enum { GATEWAY_KEY_DAYS = 90 /* changed that often [2025, one reader] */ };

struct gateway_key {
    uint8_t bytes[HJ212_KEY_BYTES];
    int64_t created; /* SKCreateTime, ms; 0: there is no key */
};
/* The keys of one device. A frame is read with whichever of the three fits. */
enum gateway_key_slot {
    GATEWAY_KEY_NOW,  /* what the platform writes with */
    GATEWAY_KEY_NEXT, /* handed out by a 1014 whose end is not known, or about to be; kept until it is used */
    GATEWAY_KEY_PREVIOUS, /* taken until the device is seen to use the one that follows it */
    GATEWAY_KEYS
};
struct gateway_keys {
    struct gateway_key key[GATEWAY_KEYS];
    bool must_encrypt; /* clear-text uploads are refused */
    bool test_device;  /* a person may give it a fixed or patterned key */
};
/* Whether a key is fixed or patterned, which 2025 forbids: all bytes alike, a repeated block, few different bytes, ascending or
 * descending, a palindrome, or printed in the standards. */
bool gateway_key_weak(const uint8_t bytes[HJ212_KEY_BYTES]);
/* A key as people write it: 16 printable characters, or 32 hexadecimal digits. -EINVAL says only that it is neither. */
int gateway_key_read(const char *text, uint8_t ret[HJ212_KEY_BYTES], struct err *e);
/* A random key of 16 letters and digits. The 2025 text's encoding of NewSK is not known to us; sixteen printable characters are sixteen
 * bytes whether it is meant as text or as bytes, and nothing in them means something in a data area. */
int gateway_key_make(uint8_t ret[HJ212_KEY_BYTES], struct err *e);
enum { GATEWAY_MN = 32, GATEWAY_PW = 64, GATEWAY_SYSTEMS = 8 };

/* Which device a site has and how it is to be treated. The place (which never changes) says it first; what was decided since lies over
 * it: the gateway asks `registered` for each site at its start, and gateway_register changes it while it runs. So nobody else has to
 * know that a place can be out of date. */
struct gateway_registration {
    char mn[GATEWAY_MN]; /* "": the site has no device */
    char pw[GATEWAY_PW];
    enum hj212_edition edition;  /* until its first frame tells */
    char st[GATEWAY_SYSTEMS][3]; /* systems whose uploads are taken; none: any */
    /* First contact (HJ 212-2017 6.7): a device that connects for the first time is told the time (1012) and what is not 0 of these
     * (1000, 1062, 1064); again only what changed. */
    bool greet;
    int over_time, re_count;        /* s, times */
    int rtd_interval, min_interval; /* s, minutes */
};

/* A record's frame as it came, head to tail, with what its head says; for passing it on. */
struct gateway_raw {
    const char *frame;
    uint32_t len;
    int cn;
    char st[3]; /* "" when it is not two characters */
    enum hj212_edition edition;
    enum hj212_sum sum;
    bool answer_wanted;
};

struct gateway_config {
    const char *address; /* numeric */
    int port;            /* 0: any, see gateway_port */
    /* A second port for devices that speak TLS (net/tls.h); NULL: none. With client certificates asked for, a certificate's common
     * name is the one MN that its line may carry. */
    struct tls *tls;
    const char *tls_address;
    int tls_port;
    const struct place *place; /* borrowed; must outlive the gateway */
    struct clock *clock;       /* borrowed */
    /* Stores n records in one durable transaction, all or none, and says which were new (obs_append). Called on the writer's
     * thread only. */
    int (*append)(void *arg, const struct record *r, size_t n, bool *new_flags, struct err *e);
    /* Instead of it, with the frames the records came from (NULL: they are not kept). Same order, lent for the call. */
    int (*append_raw)(void *arg, const struct record *r, const struct gateway_raw *raw, size_t n,
                      bool *new_flags, struct err *e);
    void *append_arg;
    /* The new records of a commit, in order; lent for the call, on the writer's thread. May be NULL. */
    void (*stored)(void *arg, const struct record *r, size_t n);
    void *stored_arg;
    size_t max_connections;
    size_t in_max, out_max; /* bytes per connection */
    size_t segment_max;     /* longest data segment; the standard says 1024, the field sends more */
    unsigned sums;       /* CRC dialects taken, bits 1 << enum hj212_sum; a device is answered in its own */
    size_t queue_frames; /* frames waiting for the writer; also the most that one commit takes */
    size_t queue_bytes;
    int linger_us; /* how long the writer waits for more frames before it commits a group; 0: not at all */
    int idle_s;    /* silent connections are closed after this */
    int64_t max_ahead_ms;       /* 0: any DataTime is taken */
    int retry_ms, retry_max_ms; /* first and longest pause between tries at a store that refuses */
    /* HJ 212-2017 6.2.1, table 1: how long an answer to a request is waited for, and how often the request is sent again. */
    int over_time_ms, re_count;
    int parts_ms; /* how long the rest of a split upload is waited for */
    int device_rate; /* frames a second that one device may send for long (a burst of a second's worth passes); 0: any */

    /* Gap healing (gateway_heal). have: fills bits[0..n): bit i set when the slot that begins at from + i * step_ms is stored; slots
     * that it does not look after any more count as stored. first: the first slot it knows of, 0 none. NULL: no healing. */
    void (*have)(void *arg, int32_t site, enum period period, int64_t from, int64_t step_ms, size_t n,
                 unsigned char *bits);
    int64_t (*first)(void *arg, int32_t site, enum period period);
    /* What is to survive a restart of one device, as one JSON object; called by gateway_heal on its caller's thread. May be NULL. */
    void (*keep)(void *arg, int32_t site, const char *mn, const char *json);
    /* Appends what `keep` was given last, before the start; called by gateway_start. May be NULL. */
    void (*kept)(void *arg, int32_t site, const char *mn, struct buf *json);
    /* The loggers that asked to join, all of them as one JSON array, whenever that changed; `joined`: one of them has a site's MN
     * now, once. By the same callers as `keep` and `kept`. May be NULL. */
    void (*keep_joins)(void *arg, const char *json);
    void (*kept_joins)(void *arg, struct buf *json);
    void (*joined)(void *arg, int32_t site, const char *mn, const struct gateway_join *j);
    void *heal_arg;

    /* Keys, kept enciphered by whoever the callbacks belong to. keep_keys returns 0 only when they are on disk: a key is handed out
     * after that; called by gateway_set_keys, gateway_command and gateway_tend_keys on their caller's thread. kept_keys: -ENOENT none;
     * called by gateway_start and gateway_register. Both may be NULL: then keys last as long as the gateway. */
    int (*keep_keys)(void *arg, int32_t site, const char *mn, const struct gateway_keys *k, struct err *e);
    int (*kept_keys)(void *arg, int32_t site, const char *mn, struct gateway_keys *ret, struct err *e);
    void *keys_arg;

    /* What was decided of a site's device: *io is what the place says; may change it. Before the start. May be NULL. */
    void (*registered)(void *arg, int32_t site, struct gateway_registration *io);
    bool greet; /* first contact with devices of 2017 and later of which nothing else was decided */
    /* A command has ended. On gateway_heal's thread (also by gateway_tell), once for each. May be NULL. */
    void (*ended)(void *arg, int32_t site, const char *mn, const struct gateway_command *c);
    int heal_settle_ms; /* after connecting, a device is left alone that long: it may send by itself what it kept */
    int heal_pause_ms; /* between the end of one request and the next */
    int heal_tries;    /* requests without an answer, or failed, after which a gap is given up */
};
/* The defaults; append, place and clock are the caller's to fill in. */
void gateway_config_init(struct gateway_config *c);

int gateway_start(const struct gateway_config *c, struct gateway **ret, struct err *e);
int gateway_port(const struct gateway *g);
int gateway_tls_port(const struct gateway *g); /* 0: none */
/* Ends both threads; frames already queued are committed when the store takes them at once. Takes NULL, returns NULL. */
struct gateway *gateway_stop(struct gateway *g);

/* Runs job(arg, e) on the writer's thread between two commits and waits for its result: for imports and compaction, which need
 * the store's write side. Not to be called on the writer's own thread. -ESHUTDOWN when the gateway is ending. */
int gateway_on_writer(struct gateway *g, int (*job)(void *arg, struct err *e), void *arg, struct err *e);

/* ---- what it knows; copies, from any thread ---- */

enum { GATEWAY_UNKNOWN_MAX = 128 };

enum gateway_store { GATEWAY_STORE_OK, GATEWAY_STORE_FULL, GATEWAY_STORE_ERROR };
const char *gateway_store_name(enum gateway_store s); /* "ok", "full", "error" */

/* ---- commands: asked by any thread, carried out by the loop, one at a time for each device ---- */

enum gateway_command_state {
    GATEWAY_COMMAND_WAITING, /* another one is before it */
    GATEWAY_COMMAND_SENT,
    GATEWAY_COMMAND_READY, /* 9011 with QnRtn=1 came */
    GATEWAY_COMMAND_DONE,
    GATEWAY_COMMAND_REFUSED, /* QnRtn was not 1 */
    GATEWAY_COMMAND_FAILED,  /* ExeRtn was not 1 */
    GATEWAY_COMMAND_NO_DATA, /* ExeRtn 100 */
    GATEWAY_COMMAND_TIMEOUT, /* no answer, or none after 9011 */
    GATEWAY_COMMAND_LOST,    /* the line went down meanwhile */
    GATEWAY_COMMAND_STATES
};
const char *gateway_command_state_name(enum gateway_command_state s); /* "waiting" ... "lost" */
static inline bool gateway_command_ended(enum gateway_command_state s)
{
    return s >= GATEWAY_COMMAND_DONE;
}

enum { GATEWAY_COMMANDS = 16, GATEWAY_COMMANDS_WAITING = 4 };

struct gateway_command {
    uint64_t id; /* never used twice, also not after a restart: it follows the clock */
    const struct command_spec *spec;
    enum gateway_command_state state;
    char args[256]; /* the request's data area; secrets are starred in copies */
    bool now;       /* set_time to the platform's own: args end in SystemTime, renewed when it is sent */
    char by[64];
    char qn[CN_TEXT];
    int qn_rtn, exe_rtn; /* 0: not said */
    int tries;
    uint32_t uploads;           /* history: periods that came */
    int64_t asked, sent, ended; /* ms; 0: not yet */
    char data[480];             /* what the device said, as a data area; cut when longer */
    bool quiet;                 /* nobody waits for it: no answer breaks no line */
    bool told;                  /* `ended` had it */
};
/* The id of a command that is to be asked: whoever keeps a history writes it down first. */
uint64_t gateway_command_id(struct gateway *g);

/* Asks a device of a site. -ENOENT no device there; -EINVAL an argument; -ENOTCONN it is not connected; -EBUSY enough are waiting.
 * Returns at once. id: of gateway_command_id, its name in gateway_commands. by: who asks. */
int gateway_command(struct gateway *g, int32_t site, const char *word, const struct command_value *v,
                    size_t n, const char *by, uint64_t id, struct err *e);
/* The last commands of a device, newest first; fills at most GATEWAY_COMMANDS and returns how many. */
size_t gateway_commands(struct gateway *g, int32_t site, struct gateway_command ret[GATEWAY_COMMANDS]);

/* ---- keys ---- */

/* What a person sets of a device's encryption. -EINVAL "device.weak_key": a fixed or patterned key, and it is no test device; -EBUSY
 * "device.key_change": a change of its key is under way. On disk when it returns 0. */
struct gateway_key_setting {
    const uint8_t *key; /* HJ212_KEY_BYTES; NULL: as it is */
    int must_encrypt;   /* 0, 1; -1: as it is */
    int test_device;
};
int gateway_set_keys(struct gateway *g, int32_t site, const struct gateway_key_setting *set, struct err *e);
/* Answers devices that asked for a key (1014), and keeps what changed. To be called every second or so beside gateway_heal. The command
 * "new_key" is the same in a person's name: with it a key is made, kept, and sent enciphered with the one before. */
void gateway_tend_keys(struct gateway *g);

/* ---- joining (HJ 212-2025): 1001 from a logger that has no MN yet, 1002 gives it one ---- */

enum gateway_join_state {
    GATEWAY_JOIN_ASKED, /* listed for the operator */
    GATEWAY_JOIN_SENT,  /* accepted, 1002 is on its way */
    GATEWAY_JOIN_DONE,
    GATEWAY_JOIN_FAILED, /* refused by the logger, no answer, or its line went down */
    GATEWAY_JOIN_STATES
};
const char *gateway_join_state_name(enum gateway_join_state s); /* "asked", "sent", "done", "failed" */
enum { GATEWAY_JOINS = 32, GATEWAY_JOIN_TEXT = 40 };
struct gateway_join {
    uint64_t id;
    enum gateway_join_state state;
    char mn[GATEWAY_MN]; /* what it called itself; often nothing */
    char logger[GATEWAY_JOIN_TEXT], cpu[GATEWAY_JOIN_TEXT], mac[2][GATEWAY_JOIN_TEXT]; /* i23005 to i23008 */
    bool connected;
    int64_t first, last; /* ms */
    uint64_t frames;
    int32_t site; /* accepted for; or already this site's device. 0: none */
    char by[64];
    int qn_rtn, exe_rtn;
};
/* The loggers that sent 1001, the last GATEWAY_JOINS of them, newest first; fills at most max. */
size_t gateway_joins(struct gateway *g, struct gateway_join *ret, size_t max);
/* Gives a logger the MN that a site of the city file has. -ENOENT no such request or site without an MN, -ENOTCONN it is gone, -EBUSY it
 * was accepted already or the site's device is connected. Returns at once; gateway_joins tells what came of it. */
int gateway_join_accept(struct gateway *g, uint64_t id, int32_t site, const char *by, struct err *e);

/* ---- gaps ---- */

enum gateway_gap_state { GATEWAY_GAP_OPEN, GATEWAY_GAP_FILLED, GATEWAY_GAP_REFUSED, GATEWAY_GAP_GIVEN_UP };
const char *gateway_gap_state_name(enum gateway_gap_state s); /* "open", "filled", "refused", "given_up" */

enum {
    GATEWAY_GAPS = 48,
    /* How far back it looks, in slots: 31 days of hours, 60 days, 2 days of minutes. */
    GATEWAY_HEAL_HOURS = 31 * 24,
    GATEWAY_HEAL_DAYS = 60,
    GATEWAY_HEAL_MINUTES = 2 * 24 * 60
};

/* Periods in a row that the calendar expects and the store does not have. */
struct gateway_gap {
    enum gateway_gap_state state;
    enum period period;
    int64_t from, to;                  /* ms, the first missing slot's start and the last one's end */
    uint32_t slots, came;              /* missing at first; of them stored since */
    uint32_t asked;                    /* requests sent */
    uint32_t failures;                 /* of them failed or unanswered, one after the other */
    int last_code;                     /* ExeRtn of the last, or minus its QnRtn; 0 no answer */
    int64_t opened, last_asked, ended; /* ms; 0: not yet */
};
/* The gaps of a device, newest period first; fills at most GATEWAY_GAPS. */
size_t gateway_gaps(struct gateway *g, int32_t site, struct gateway_gap ret[GATEWAY_GAPS]);
/* One look at all devices: finds gaps, closes those that came, asks connected devices for what is missing. To be called every second or
 * so from one thread (not the loop's or the writer's); calls have, first and keep. */
void gateway_heal(struct gateway *g);
/* Gives `ended` and `keep` what they did not have yet; for the last moment before the end. Not beside gateway_heal. */
void gateway_tell(struct gateway *g);

struct gateway_parts {
    int cn, pnum;
    int64_t time;
    uint64_t have; /* bit i: part i + 1 */
    bool late;     /* waited for long enough: counted as incomplete */
};
enum { GATEWAY_PARTS = 256 };
/* Split uploads of a device that are not complete; fills at most max. */
size_t gateway_parts(struct gateway *g, int32_t site, struct gateway_parts *ret, size_t max);

struct gateway_stats {
    uint64_t frames;  /* read whole and sound, of known and unknown devices */
    uint64_t stored;  /* new records */
    uint64_t repeats; /* stored before; answered again */
    uint64_t answers;
    uint64_t commits;
    uint64_t refused[GATEWAY_REFUSALS];
    uint64_t turned_away; /* connections beyond max_connections */
    uint64_t stalls;      /* times the queue was full and reading stopped */
    uint64_t throttled;
    uint64_t parts_complete, parts_incomplete; /* split uploads */
    uint64_t commands[GATEWAY_COMMAND_STATES]; /* by how they ended */
    uint64_t asked;                            /* requests of gap healing */
    uint64_t gaps_filled, gaps_refused, gaps_given_up;
    size_t gaps_open, parts_open;
    size_t connections, queue; /* queue: frames not committed yet */
    enum gateway_store store;
    char store_text[512]; /* the store's sentence when it is not ok */
};
void gateway_stats(struct gateway *g, struct gateway_stats *ret);

struct gateway_device {
    char mn[GATEWAY_MN];
    int32_t site;
    enum hj212_edition edition; /* of its last frame; what the city file says before the first */
    enum hj212_sum sum;         /* the CRC dialect of its last frame */
    bool connected;
    int64_t last_arrival; /* ms; 0: never */
    uint64_t frames, repeats;
    uint64_t refused[GATEWAY_REFUSALS];
    /* QN of its last real-time upload minus arrival (only those are sent when they are made; hours may be sent again late). */
    int64_t clock_skew_ms;
    bool skew_known;
    char st[3];           /* the system code of its last frame */
    bool answers_wanted;  /* by its last upload */
    int answers_requests; /* 1 it answered the last request, -1 it did not, 0 never asked */
    uint32_t
        interval_s[PERIOD_COUNT]; /* between its uploads of a period, seen twice in a row; 0: not known */
    uint64_t throttled;           /* times it sent faster than device_rate and was not read for a moment */
    uint64_t parts_open, parts_complete, parts_incomplete; /* split uploads */
    uint32_t gaps[4];                                      /* by enum gateway_gap_state */
    uint64_t commands;                                     /* asked of it by people */
    enum hj212_cipher encrypted; /* how its last upload that 2025 wants enciphered came */
    bool encrypted_known;
    uint64_t clear_uploads; /* of such, since the start */
    uint64_t resent;        /* frames with RF=1 (2025): reports sent again; their records are SOURCE_RESENT */
    bool must_encrypt, test_device;
    int64_t key_created; /* SKCreateTime of the key it uses; 0: it has none */
    int key_days;        /* its age in whole days */
    int64_t key_next;    /* of one that was handed out and not seen in use yet; 0: none */
    bool key_previous;   /* the one before is taken too */
    int64_t key_said;    /* SKCreateTime as the device said it when it asked for a key; 0: not yet */
    uint64_t notes;      /* frames of what is told once, since the start */
    struct gateway_registration reg; /* without the password */
};
/* All devices, in order of site. *ret is malloc'ed for the caller. */
int gateway_devices(struct gateway *g, struct gateway_device **ret, size_t *ret_n, struct err *e);

struct gateway_unknown {
    char mn[GATEWAY_MN]; /* cut when longer; bytes that are not printable ASCII become '?' */
    int64_t first, last; /* ms */
    uint64_t frames;
};
/* Devices that no site knows, the last GATEWAY_UNKNOWN_MAX of them; fills at most `max` and returns how many. */
size_t gateway_unknown(struct gateway *g, struct gateway_unknown *ret, size_t max);

/* From now on this site has this device (mn "": none any more); what was known of another one there is forgotten, its line closed. From any
 * thread; waits for the loop. -ENOENT no such site; -EEXIST another site has the MN; -EINVAL a text that is none. */
int gateway_register(struct gateway *g, int32_t site, const struct gateway_registration *reg, struct err *e);
/* An unknown MN is refused by rule: it is counted, not listed. The rule goes when a site gets the device. */
int gateway_ignore(struct gateway *g, const char *mn, bool on, struct err *e);
