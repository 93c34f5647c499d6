/* hj212.h - the text protocol between data loggers and platforms: bytes ⇄ frames.
 * HJ/T 212-2005, HJ 212-2017, HJ 212-2025 and what devices make of them; docs/hj212.md says what is taken and how sure that is.
 * Pure: no I/O, no clock, no allocation per frame. Views point into the caller's bytes. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/micro.h"

struct hj212_view {
    const char *s; /* not NUL-terminated; NULL when the field is absent */
    uint32_t len;
};

/* Why bytes were refused. Names are stable: metrics and JSON use hj212_reason_name. */
enum hj212_reason {
    HJ212_OK,
    HJ212_RUBBISH,  /* bytes that begin no frame, skipped to the next "##" */
    HJ212_LENGTH,   /* the four length digits are not digits, or the length leads to no CRC */
    HJ212_TOO_LONG, /* a segment beyond the caller's limit */
    HJ212_CRC,
    HJ212_FIELDS, /* the segment's head (QN ... CP) cannot be read */
    HJ212_ITEMS,  /* the data area cannot be read, or has more items than HJ212_ITEMS_MAX */
    HJ212_CIPHER, /* the data area is enciphered and there is no key, or the key does not lead to the CRC */
    HJ212_STRICT, /* read strictly, and the frame has a fault */
    HJ212_REASONS
};
/* "rubbish", "length", "too_long", "crc", "fields", "items", "cipher", "strict" */
const char *hj212_reason_name(enum hj212_reason r);

enum { HJ212_ITEMS_MAX = 512, HJ212_SEGMENT_MAX = 1024, HJ212_FRAME_OVERHEAD = 12 };

struct hj212_item {
    struct hj212_view code;   /* a21026; the whole name when there is no suffix (DataTime) */
    struct hj212_view suffix; /* Avg, Rtd, Flag ...; len 0 when none */
    struct hj212_view value;  /* as sent */
    micro number;             /* MICRO_MISSING when the value is no number (flags, texts) */
};

enum hj212_edition { HJ212_2005, HJ212_2017, HJ212_2025 };
const char *hj212_edition_name(enum hj212_edition e); /* "2005", "2017", "2025" */

/* The check sum's dialects: the standard's routine; CRC-16/Modbus with its high byte first, and with its low byte first. */
enum hj212_sum { HJ212_SUM_HJ212, HJ212_SUM_MODBUS, HJ212_SUM_SWAPPED, HJ212_SUMS };
enum { HJ212_SUM_STANDARD_ONLY = 1 << HJ212_SUM_HJ212, HJ212_SUM_ALL = (1 << HJ212_SUMS) - 1 };
const char *hj212_sum_name(enum hj212_sum s); /* "hj212", "modbus", "modbus-swapped" */

/* How the data area travelled (HJ 212-2025): clear; its whole blocks as bytes; the same printed as {0x..,...}. */
enum hj212_cipher { HJ212_CLEAR, HJ212_CIPHER_RAW, HJ212_CIPHER_PRINTED };
const char *hj212_cipher_name(enum hj212_cipher c); /* "clear", "raw", "printed" */

struct hj212_frame {
    struct hj212_view segment;                /* between the length and the CRC; in clear */
    struct hj212_view qn, st, cn, pw, mn, cp; /* cp: inside the && && */
    int flag;                                 /* -1 when absent */
    enum hj212_edition edition;               /* by the Flag's version bits and the QN's absence */
    bool answer_wanted;                       /* Flag bit 0 */
    bool rf;                                  /* RF=1: sent again (2025) */
    int pnum, pno;                            /* 0 when absent */
    struct hj212_view address;                /* of the serial variant; NULL otherwise */
    enum hj212_sum sum; /* the dialect its check sum is in; hj212_answer answers in it */
    enum hj212_cipher cipher;
    uint64_t faults;   /* bits 1 << enum hj212_fault; 0: as the standard writes it */
    int64_t data_time; /* ms; 0 when there is none or it is no time */
    size_t n_items;
    struct hj212_item *item; /* the caller's array, below */
};

/* HJ 212-2017 appendix A. NOT CRC-16/Modbus: the step drops the register's low byte. */
uint16_t hj212_crc16(const void *data, size_t len);
/* CRC-16/Modbus, as some devices send it. */
uint16_t hj212_crc16_modbus(const void *data, size_t len);

/* --- faults: what a frame that could be read has that the standard does not allow --- */

/* Name, code, Chinese, English, clause. The order is that in which strict reading names the first one. Codes are stable. */
#define HJ212_FAULT_TABLE(X)                                                                                 \
    X(SERIAL_HEAD, "serial_head", "长度前多出 4 位地址", "a 4-digit address stands before the length",       \
      "2017 6.3.1")                                                                                          \
    X(TOO_LONG, "too_long", "数据段超过 1024 字节", "the segment is longer than 1024 bytes", "2017 6.3.1")   \
    X(LOWERCASE_CRC, "lowercase_crc", "CRC 用了小写字母", "the CRC is written in lower case", "2017 6.3.1")  \
    X(MODBUS_CRC, "modbus_crc", "校验用的是 CRC-16/Modbus", "the check sum is CRC-16/Modbus", "2017 A")      \
    X(MODBUS_SWAPPED_CRC, "modbus_swapped_crc", "校验用的是低字节在前的 CRC-16/Modbus",                      \
      "the check sum is CRC-16/Modbus, low byte first", "2017 A")                                            \
    X(LF_TAIL, "lf_tail", "包尾只有 LF", "LF alone ends the frame", "2017 6.3.1")                            \
    X(CR_TAIL, "cr_tail", "包尾只有 CR", "CR alone ends the frame", "2017 6.3.1")                            \
    X(NO_TAIL, "no_tail", "没有包尾", "no CR LF behind the CRC", "2017 6.3.1")                               \
    X(PRINTED_CIPHER, "printed_cipher", "密文以 {0x..} 文本发送",                                            \
      "the cipher is sent as printed text, not as bytes", "2025 (annex)")                                    \
    X(NOT_UTF8, "not_utf8", "含有非 UTF-8 字节（可能是 GBK）",                                               \
      "bytes that are not UTF-8 (GBK perhaps); kept as sent", "2017 6.3.1")                                  \
    X(BLANK, "blank", "标记旁有空格", "a blank beside a mark", "2017 6.3.3")                                 \
    X(EMPTY_ITEM, "empty_item", "有空项", "nothing between two marks", "2017 6.3.3")                         \
    X(MISSING_SEPARATOR_BEFORE_CP, "missing_separator_before_cp", "CP 前缺少分号", "no ';' before CP",       \
      "2017 6.3.2")                                                                                          \
    X(FIELD_ORDER, "field_order", "段首字段顺序不对",                                                        \
      "the fields before CP are not in the standard's order", "2017 6.3.2")                                  \
    X(PNO_BEFORE_PNUM, "pno_before_pnum", "PNO 在 PNUM 之前", "PNO stands before PNUM", "2017 6.3.2")        \
    X(REPEATED_FIELD, "repeated_field", "字段重复", "a field comes twice; the first counts", "2017 6.3.2")   \
    X(UNKNOWN_FIELD, "unknown_field", "未定义的字段", "a field the standard does not have", "2017 6.3.2")    \
    X(FLAG_AFTER_CP, "flag_after_cp", "Flag 在 CP 之后", "Flag stands behind CP", "2017 6.3.2")              \
    X(FIELD_AFTER_CP, "field_after_cp", "CP 之后还有内容", "something stands behind the data area",          \
      "2017 6.3.2")                                                                                          \
    X(MISSING_QN, "missing_qn", "缺少 QN", "QN is absent", "2017 6.3.2")                                     \
    X(QN_LENGTH, "qn_length", "QN 不是 17 位", "QN has not 17 digits", "2017 6.3.2")                         \
    X(QN_DIGITS, "qn_digits", "QN 含有非数字", "QN holds something that is no digit", "2017 6.3.2")          \
    X(MISSING_ST, "missing_st", "缺少 ST", "ST is absent", "2017 6.3.2")                                     \
    X(ST_LENGTH, "st_length", "ST 不是 2 位", "ST has not 2 characters", "2017 6.3.2")                       \
    X(ST_UNKNOWN, "st_unknown", "未定义的系统编码", "no system has this ST", "2017 6.6.1")                   \
    X(CN_LENGTH, "cn_length", "CN 不是 4 位数字", "CN has not 4 digits", "2017 6.3.2")                       \
    X(UNKNOWN_CN, "unknown_cn", "未定义的命令编码", "no command has this CN", "2017 6.6.5")                  \
    X(CN_EDITION, "cn_edition", "本版标准没有此命令", "the command is not one of the frame's edition",       \
      "2017 6.6.5")                                                                                          \
    X(MISSING_PW, "missing_pw", "缺少 PW", "PW is absent", "2017 6.3.2")                                     \
    X(PW_LENGTH, "pw_length", "PW 不是 6 位", "PW has not 6 characters", "2017 6.3.2")                       \
    X(MN_LENGTH, "mn_length", "MN 长度不符（2005 为 14 位，其后为 24 位）",                                  \
      "MN has not the edition's length (2005: 14, since then 24)", "2017 6.3.2")                             \
    X(MN_CHARSET, "mn_charset", "MN 含有 0-9A-F 以外的字符", "MN holds something beyond 0-9A-F",             \
      "2017 6.3.2")                                                                                          \
    X(MISSING_FLAG, "missing_flag", "缺少 Flag", "Flag is absent", "2017 6.3.2")                             \
    X(FLAG_VERSION, "flag_version", "Flag 的版本号未定义", "Flag's version bits are above 2", "2017 6.3.2")  \
    X(PNUM_WITHOUT_BIT, "pnum_without_bit", "有 PNUM 或 PNO 而 Flag 无拆包位",                               \
      "PNUM or PNO, but Flag's packet bit is not set", "2017 6.3.2")                                         \
    X(BIT_WITHOUT_PNUM, "bit_without_pnum", "Flag 有拆包位而缺少 PNUM 或 PNO",                               \
      "Flag's packet bit is set, but PNUM or PNO is absent", "2017 6.3.2")                                   \
    X(PNO_RANGE, "pno_range", "PNO 大于 PNUM", "PNO is above PNUM", "2017 6.3.2")                            \
    X(PNUM_DIGITS, "pnum_digits", "2025 版的 PNUM、PNO 只有一位",                                            \
      "PNUM and PNO have one digit in the 2025 edition", "2025")                                             \
    X(RF_VALUE, "rf_value", "RF 只能为 1", "RF is there and not 1", "2025")                                  \
    X(RF_EDITION, "rf_edition", "2025 版以前没有 RF", "RF before the 2025 edition", "2025")                  \
    X(CP_TOO_LONG, "cp_too_long", "数据区超过 950（2005 为 960）字节",                                       \
      "the data area is above 950 bytes (2005: 960)", "2017 6.3.2")                                          \
    X(TRAILING_SEPARATOR, "trailing_separator", "数据区末尾多出分隔符",                                      \
      "a ';' or ',' before the closing &&", "2017 6.3.3")                                                    \
    X(BARE_FLAG, "bare_flag", "Flag 没有因子编码", "a Flag without its factor's code", "2017 6.3.3")         \
    X(EMPTY_VALUE, "empty_value", "值为空", "a name with an empty value", "2017 6.3.3")                      \
    X(TEXT_OPEN, "text_open", "以 // 开始的文本没有结束", "a text begun with // is not closed",              \
      "2017 6.3.3")                                                                                          \
    X(UPPER_CASE_CODE, "upper_case_code", "因子编码用了大写字母", "a factor's code is in upper case",        \
      "2017 6.3.3")                                                                                          \
    X(DATATIME_MISSING, "datatime_missing", "数据没有 DataTime", "data without DataTime", "2017 6.3.3")      \
    X(DATATIME_LENGTH, "datatime_length", "DataTime 不是 14 位", "DataTime has not 14 digits", "2017 6.3.3") \
    X(DATATIME_VALUE, "datatime_value", "DataTime 不是时间", "DataTime is no time", "2017 6.3.3")            \
    X(DATATIME_NOT_FIRST, "datatime_not_first", "DataTime 不在最前", "DataTime is not the first item",       \
      "2017 C")                                                                                              \
    X(COMMA_BETWEEN_TIMES, "comma_between_times", "BeginTime 与 EndTime 之间用了逗号",                       \
      "',' between BeginTime and EndTime", "2017 6.3.3")                                                     \
    X(CTIME_SPELLING, "ctime_spelling", "Ctime 写成 CTime", "CTime for Ctime", "2017 6.3.3")

enum hj212_fault {
#define X(name, code, zh, en, clause) HJ212_FAULT_##name,
    HJ212_FAULT_TABLE(X)
#undef X
        HJ212_FAULTS
};
#define HJ212_FAULT_BIT(name) (UINT64_C(1) << HJ212_FAULT_##name)

struct hj212_fault_text {
    const char *code, *zh, *en, *clause;
};
const struct hj212_fault_text *hj212_fault_text(enum hj212_fault f);
/* The next fault of a set behind `after` (-1 to begin), -1 when there is none:
 *   for (int i = -1; (i = hj212_fault_next(f.faults, i)) >= 0;) ... hj212_fault_text((enum hj212_fault)i)->code */
int hj212_fault_next(uint64_t faults, int after);

/* --- commands and systems --- */

enum hj212_way { HJ212_TO_DEVICE = 1, HJ212_TO_PLATFORM = 2, HJ212_BOTH_WAYS = 3 };
enum {
    HJ212_IN_2005 = 1 << HJ212_2005,
    HJ212_IN_2017 = 1 << HJ212_2017,
    HJ212_IN_2025 = 1 << HJ212_2025,
    HJ212_IN_ALL = 7
};
/* What a frame with a code is: a request (9011, the data if any, 9012), an upload (9014), a notice (9013), or an answer to one of them
 * (HJ 212-2017 6.6.2 to 6.6.5). A code that travels both ways is a request to the device and an upload to the platform. */
enum hj212_kind { HJ212_NOTHING, HJ212_REQUEST, HJ212_UPLOAD, HJ212_NOTICE, HJ212_ANSWER };
/* What an upload carries. From HJ212_DATED on it has a DataTime; from HJ212_REALTIME on it is the values of a period, of which
 * platforms make their series. The others are told once and are the device's own history: states, alarms, samples, logs. */
enum hj212_data { HJ212_UNDATED, HJ212_DATED, HJ212_REALTIME, HJ212_MINUTES, HJ212_HOURS, HJ212_DAYS };
struct hj212_command {
    uint16_t cn;
    uint8_t way;      /* enum hj212_way */
    uint8_t kind;     /* enum hj212_kind */
    uint8_t editions; /* HJ212_IN_...; 0: a private extension */
    uint8_t data;     /* enum hj212_data */
    const char *zh, *en;
    const char *asked_zh,
        *asked_en; /* what the platform means by it, when that is said otherwise; NULL: the same */
};
/* What a frame with this code is when it travels this one way; HJ212_NOTHING when it does not. */
enum hj212_kind hj212_kind_of(const struct hj212_command *c, enum hj212_way way);
/* What the platform means by it. */
const char *hj212_asked(const struct hj212_command *c, bool zh);
/* What a code means in an edition (1001, 3013 and 3014 changed their meaning); NULL when no edition has it. */
const struct hj212_command *hj212_command(int cn, enum hj212_edition e);
/* All of them, by code; the older meanings behind. */
const struct hj212_command *hj212_commands(size_t *ret_n);
/* True when 2025 wants the data area of this upload enciphered: 2000-2999, 1014 and 3020. */
bool hj212_to_encipher(int cn);

struct hj212_system {
    char st[3];
    uint8_t editions;
    const char *zh, *en;
};
/* NULL when the table has no such system. A0-Z9 are free for use and not in the table. */
const struct hj212_system *hj212_system(const char *st, size_t len);
const struct hj212_system *hj212_systems(size_t *ret_n);

/* --- SM4 (HJ 212-2025) --- */

struct hj212_key; /* one key made ready; used by one thread at a time */
enum { HJ212_KEY_BYTES = 16 };
/* NULL when out of memory or when the crypto library has no SM4. */
struct hj212_key *hj212_key_new(const uint8_t bytes[HJ212_KEY_BYTES]);
/* Wipes. Takes NULL. */
void hj212_key_free(struct hj212_key *k);
/* In place: whole blocks of 16 are (de)ciphered, the rest stays. 0, or -EIO when the crypto library fails. */
int hj212_encipher(struct hj212_key *k, void *area, size_t len);
int hj212_decipher(struct hj212_key *k, void *area, size_t len);
/* HJ 212-2025 annex H: Base64(SM4-ECB-PKCS7(text)), which authorises media files over HTTPS. Appended to out. */
int hj212_media_token(const uint8_t key[HJ212_KEY_BYTES], const char *text, size_t len, struct buf *out);

/* --- reading --- */

/* What was found at the start of the bytes. */
enum hj212_found { HJ212_NEED_MORE, HJ212_FRAME, HJ212_REFUSED };

/* Looks for one frame at the start of bytes[0..len).
 *  HJ212_FRAME: *ret is filled (its item[] is `items`, room for HJ212_ITEMS_MAX), *ret_used bytes belong to it (head to tail;
 *    CR LF, LF alone or no tail at all are taken; line ends that come late are taken with the next frame).
 *  HJ212_REFUSED: *ret_reason says why, *ret_used bytes are to be dropped (at least 1) and the search goes on behind them. On
 *    HJ212_CRC, _FIELDS and _ITEMS ret->segment is set, so that a QnRtn=9 could be sent. The head's fields are set as far as
 *    they could be read. The segment of those may reach beyond *ret_used: bytes are kept when a frame may begin among them.
 *  HJ212_NEED_MORE: nothing is consumed. Never returned when len >= segment_max + HJ212_FRAME_OVERHEAD.
 * segment_max: the longest segment taken (HJ212_SEGMENT_MAX, or more for the field's long senders; at most 9999). */
enum hj212_found hj212_next(const char *bytes, size_t len, size_t segment_max, struct hj212_item *items,
                            struct hj212_frame *ret, size_t *ret_used, enum hj212_reason *ret_reason);

/* What is taken. All zero: as hj212_next with HJ212_SEGMENT_MAX. */
struct hj212_reading {
    size_t segment_max; /* 0: HJ212_SEGMENT_MAX */
    /* Bits 1 << enum hj212_sum, tried in that order; 0: HJ212_SUM_STANDARD_ONLY. Now and then a sum fits two dialects, so of a
     * device whose dialect is known only that one should be taken. */
    unsigned sums;
    bool strict;           /* a frame with a fault is refused; its tail is waited for */
    bool serial;           /* also ## + 4-digit address + 4-digit length */
    bool ended;            /* no more bytes will come: a tail that is not there is missing, not late */
    struct hj212_key *key; /* for enciphered areas; NULL: none */
    char *clear; /* HJ212_CLEAR_MAX bytes for what is deciphered; NULL: enciphered areas are not looked for */
};
enum { HJ212_CLEAR_MAX = 9999 + 64 };
/* The same as hj212_next in all that it says above, with these differences:
 *  HJ212_FRAME: ret->faults says what is not as the standard has it. The views of a frame that was enciphered point into
 *    reading->clear and hold until the next call.
 *  HJ212_REFUSED: with HJ212_STRICT the whole frame is set. With HJ212_CIPHER the head is.
 *  HJ212_NEED_MORE: never when len >= hj212_hold(reading). */
enum hj212_found hj212_read(const struct hj212_reading *reading, const char *bytes, size_t len,
                            struct hj212_item *items, struct hj212_frame *ret, size_t *ret_used,
                            enum hj212_reason *ret_reason);
size_t hj212_hold(const struct hj212_reading *reading);

/* The data area as the canonical record body (domain/record.h): every item but DataTime, joined by ',' within one code and
 * ';' between codes. Appends to body. */
void hj212_body(const struct hj212_frame *f, struct buf *body);

/* --- building --- */

/* Wraps a segment: ## length segment CRC CR LF, appended to out. -EMSGSIZE above 9999 bytes. */
int hj212_wrap(struct buf *out, const char *segment, size_t len);
/* The same with the check sum of a dialect. */
int hj212_wrap_as(struct buf *out, const char *segment, size_t len, enum hj212_sum sum);

struct hj212_head {
    const char *qn; /* NULL or "": absent (2005 uploads) */
    const char *st, *pw, *mn;
    const char *address;   /* four digits: the serial variant. NULL: none */
    struct hj212_key *key; /* enciphers the area, after the CRC and the length are made. NULL: in clear */
    int cn;                /* 2011, 2051, 2061, 2031 ... */
    int pnum, pno;         /* 0: absent; in 2025 one digit */
    int flag;              /* when flag_set: Flag as it is to stand; -1: none */
    enum hj212_edition edition;
    enum hj212_sum sum;
    bool answer_wanted;
    bool rf;       /* RF=1 (2025) */
    bool flag_set; /* otherwise Flag is made of edition, answer_wanted and pnum */
    bool printed;  /* the cipher as {0x..,...} text, for platforms that want it so */
};
/* A whole frame from its head and the text of its data area, appended to out. -EINVAL: a number of the head is none,
 * -EMSGSIZE: above 9999 bytes; nothing is added then. */
int hj212_build(struct buf *out, const struct hj212_head *h, const char *cp, size_t cp_len);
/* Appends a whole frame with another password and otherwise as it came (`sum`: its dialect); also one whose area is enciphered by a
 * key that nobody here has. -ENOENT: it has no PW; -EINVAL: it is no frame; -EMSGSIZE. Nothing is added then. */
int hj212_repass(struct buf *out, const char *frame, size_t len, enum hj212_sum sum, const char *pw);
/* The answer to a frame: cn 9011 with qn_rtn, 9012 with exe_rtn, 9013, 9014 and the field's 9022 (code ignored); in the edition of the frame
 * (2005: what is answered stands inside CP),
 * with the dialect of its check sum and its serial address. Never enciphered: 2025 asks that of 2000-2999, 1014 and 3020 only. */
int hj212_answer(struct buf *out, const struct hj212_frame *f, int cn, int code);
