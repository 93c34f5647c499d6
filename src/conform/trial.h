/* trial.h - one run: the line to the peer, all that came over it, and the check being made. Not for others. */
#pragma once

#include "base/clock.h"
#include "base/cntime.h"
#include "conform/conform.h"
#include "conform/wire.h"

/* A frame that came. */
struct seen {
    char *bytes; /* owned; f points into it */
    size_t len;
    struct wire_frame f;
    int line; /* which connection it came on */
    int64_t wall_ms, mono_ms;
    bool rubbish;  /* no frame: bytes between frames */
    bool used;     /* matched to something of ours already */
    bool answered; /* we answered it */
};

struct trial {
    const struct conform_config *cfg;
    struct conform_report *report;
    struct clock clock;
    enum hj212_edition edition;
    struct conform_result *now; /* the check being made */
    size_t check_from;          /* log index at its beginning */

    int fd, listener; /* -1: none */
    bool hung_up;     /* the peer closed */
    int lines;        /* connections so far */
    int64_t last_ms;  /* when a byte last came */
    struct buf in;
    struct buf last_sent; /* the last thing sent, for the proof */
    struct seen **log;
    size_t n_log, cap_log;
    int64_t last_qn;  /* ms */
    size_t n_reacted; /* of the log */
    int sending;      /* a frame of ours is under way: nothing else may be sent */
    bool reacting;

    /* The subject's own way with what comes by itself: requests, uploads. */
    void (*react)(struct trial *t, struct seen *s);

    /* platform: */
    struct seen *first; /* the answer to the first upload of this edition */
    bool deaf;          /* that never came: nothing about answers can be told */

    /* device: */
    char mn[40], pw[40], st[8];
    bool known;       /* those are learnt */
    bool hold;        /* do not answer uploads just now */
    int rtd_interval; /* seconds, as 1061 told; 0: unknown */
    int min_interval; /* minutes, as 1063 told; 0: unknown */
    int again;        /* how often the upload that was not answered came again; -1: not tried */
    int again_line;   /* the most on one connection */
    bool stopped;     /* and whether that ended when it was answered */
};

/* ---- line.c ---- */
int line_connect(struct trial *t, struct err *e);
int line_listen(struct trial *t, int *ret_port, struct err *e);
void line_close(struct trial *t);
/* Reads while it writes, so that neither side blocks the other. false when the peer hung up or takes nothing for OverTime. */
bool line_send(struct trial *t, const void *bytes, size_t len);
/* Takes in what comes until `until_ms` (monotonic) or until the log has grown; true when it has grown. A listener accepts. */
bool line_pump(struct trial *t, int64_t until_ms);
int64_t mono_ms(void);
void line_sleep(struct trial *t, int ms); /* goes on taking in */

/* ---- trial.c ---- */
void verdict(struct trial *t, enum conform_outcome o, const char *zh, const char *en, ...)
    __attribute__((format(printf, 3, 5), format(printf, 4, 5)));
void proof(struct trial *t, bool sent, const char *bytes, size_t len);
/* A fresh result of the check in the trial's edition; made known by judge_end. */
void judge(struct trial *t, const struct conform_check *c);
void skip(struct trial *t, const struct conform_check *c, const char *zh, const char *en);
/* The first unused frame from log index `from` on that matches; waits until it comes or ms have passed. Marks it used. */
struct seen *await(struct trial *t, size_t from, bool (*match)(const struct seen *s, const void *arg),
                   const void *arg, int ms);
/* A QN never given before: now, moved by shift_ms. */
char *next_qn(struct trial *t, char out[CN_TEXT], int64_t shift_ms);
/* Our answer to a frame of the peer, in its edition. */
bool answer(struct trial *t, struct seen *s, int cn, int code);
bool command_known(int cn, enum hj212_edition e, bool from_device);

/* ---- the two subjects ---- */
extern const struct conform_check platform_checks[], device_checks[];
extern const size_t n_platform_checks, n_device_checks;
int platform_run(struct trial *t, struct err *e);
int device_run(struct trial *t, struct err *e);
