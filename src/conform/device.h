/* device.h - the platform that we play against a data logger. Not for others. */
#pragma once

#include "conform/trial.h"

/* A request of ours and where in the log its answers begin. */
struct ask {
    int cn;
    const char *cp;           /* "" when NULL */
    const char *pw, *mn, *st; /* NULL: the right ones */
    char qn[CN_TEXT];
    size_t from;
};

/* Appends the request's frame to out and gives it a QN. */
void ask_put(struct trial *t, struct buf *out, struct ask *a);
/* Sends it. */
bool ask_send(struct trial *t, struct ask *a);
/* The answer of that code (9011 …) to it; waits ms. */
struct seen *ask_reply(struct trial *t, const struct ask *a, int cn, int ms);
/* QnRtn or ExeRtn of an answer; -1 when it has none. */
int ask_code(const struct seen *s, const char *name);
/* A command of the device by itself: not 901x, and not a request's data under our QN. */
bool is_upload(const struct seen *s);
/* A factor that the device told a value of, as it wrote it; s NULL: none yet. */
struct hj212_view seen_factor(const struct trial *t);

/* ---- rows of the table ---- */
void d_command(struct trial *t); /* arg: CN */
void d_history(struct trial *t); /* arg: CN */
void d_one_period(struct trial *t);
void d_refuse(struct trial *t); /* arg: below */
void d_survive(struct trial *t);
void d_again(struct trial *t);
void d_again_count(struct trial *t);
void d_again_stops(struct trial *t);
void d_each(struct trial *t); /* arg: EACH_… */
void d_qn_once(struct trial *t);
void d_split(struct trial *t);

enum { REFUSE_PW, REFUSE_CN, REFUSE_MN, REFUSE_ST };
enum { SURVIVE_CRC, SURVIVE_TORN, SURVIVE_GLUED, SURVIVE_RUBBISH, SURVIVE_REPEAT };
enum {
    EACH_LENGTH,
    EACH_CRC,
    EACH_CASE,
    EACH_TAIL,
    EACH_SIZE,
    EACH_ORDER,
    EACH_QN,
    EACH_NO_QN,
    EACH_FLAG,
    EACH_PACKET,
    EACH_ST,
    EACH_ANSWER_ST,
    EACH_CN,
    EACH_PW,
    EACH_MN,
    EACH_CP,
    EACH_SYNTAX,
    EACH_TIME,
    EACH_START_2051,
    EACH_START_2061,
    EACH_START_2031,
    EACH_NOW_2011,
    EACH_MARK,
    EACH_SUFFIX,
    EACH_CODE,
    EACH_NUMBER,
    EACH_SPREAD,
    EACH_RF,
    EACH_CIPHER
};
