/* platform.h - the device that we play against a platform. Not for others. */
#pragma once

#include "conform/trial.h"

/* An upload to send; what is left out is filled in. */
struct up {
    int64_t time; /* DataTime, ms; the one that suits cn now */
    const char *mn, *pw;
    const char *cp; /* the data area; one value of the system */
    int cn;         /* 2011 */
    int pnum, pno;
    bool quiet; /* no answer wanted */
    bool rf;    /* a re-sent report of 2025 */
    enum { UP_CLEAR, UP_CIPHER, UP_PRINTED } cipher;
    char qn[CN_TEXT];
};

/* Appends the frame; fills in what u left out. */
void up_put(struct trial *t, struct buf *out, struct up *u);
/* The data area that fits: DataTime and one factor of the system played, `pad` bytes of further values behind it. */
void up_area(struct trial *t, struct buf *out, const struct up *u, size_t pad);
/* The 9014 to u that came after log index `from`; waits ms. */
struct seen *up_acked(struct trial *t, const struct up *u, size_t from, int ms);
/* Sends and waits OverTime for the 9014. */
struct seen *up_exchange(struct trial *t, struct up *u);
/* A new connection; false (and the verdict) when there is none. */
bool fresh(struct trial *t);
/* Sends bytes, then `goods` good uploads: the last must be acknowledged, and `bad` (when not NULL) must not be. `same_line`: on the
 * same connection. Gives the verdict. */
void survive(struct trial *t, const struct buf *bytes, struct up *bad, bool same_line, int goods);
/* Sends frames and gives the verdict on whether each upload was acknowledged. */
void each_acked(struct trial *t, const struct buf *bytes, const struct up *u, size_t n);

/* ---- rows of the table ---- */
void p_ack_answered(struct trial *t);
void p_ack_field(struct trial *t);
void p_ack_quiet(struct trial *t);
void p_ack_repeat(struct trial *t);
void p_ack_early(struct trial *t);
void p_ack_once(struct trial *t);
void p_up(struct trial *t);
void p_notice(struct trial *t);
void p_split(struct trial *t);
void p_time(struct trial *t);
void p_id(struct trial *t);
void p_req_form(struct trial *t);
void p_req_first(struct trial *t);
void p_torn(struct trial *t);
void p_slow(struct trial *t);
void p_glued(struct trial *t);
void p_variant(struct trial *t);
void p_damage(struct trial *t);
void p_garbage(struct trial *t);
void p_cut(struct trial *t);
void p_size(struct trial *t);
void p_text(struct trial *t);
void p_resent(struct trial *t);
void p_cipher(struct trial *t);
void p_key(struct trial *t);
void p_join(struct trial *t);

/* What of the acknowledgement is looked at. */
enum { ACK_LENGTH, ACK_CRC, ACK_TAIL, ACK_QN, ACK_ST, ACK_FLAG, ACK_ID, ACK_CP, ACK_FORM_2005 };
enum { VARIANT_LF, VARIANT_BARE, VARIANT_LOWER, VARIANT_MODBUS, VARIANT_MODBUS_SWAPPED, VARIANT_SERIAL };
enum { DAMAGE_RUBBISH, DAMAGE_HASHES, DAMAGE_CRC, DAMAGE_LONG, DAMAGE_SHORT, DAMAGE_DIGITS };
enum { TEXT_BLANKS, TEXT_SEMICOLON, TEXT_EMPTY, TEXT_FLAG_LAST, TEXT_UNKNOWN };
enum { SPLIT_EACH, SPLIT_ONE_QN, SPLIT_REVERSE };
enum { TIME_LATE, TIME_BACK };
enum { ID_PW, ID_MN };
enum { CIPHER_RAW, CIPHER_PRINTED, CIPHER_DAMAGED };
