/* A good data logger passes; one with a fault fails the marks of that fault and no others. */
#include "support.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum fault {
    GOOD,
    BAD_CRC,       /* its minute data carry a wrong CRC */
    SHORT_LENGTH,  /* its minute data count one byte too few */
    LF_TAIL,       /* its minute data end with LF */
    QN_TWICE,      /* minute and hour data share a QN */
    QN_SHORT,      /* minute data with a QN of 16 digits */
    OTHER_VERSION, /* minute data with Flag=1 */
    ORDER,         /* MN before PW in minute data */
    END_HOUR,      /* hour data carry the end of the hour */
    END_DAY,       /* day data carry the end of the day */
    ODD_MINUTE,    /* minute data off the minute */
    BAD_MARK,      /* a data flag outside the table */
    BAD_SYNTAX,    /* an empty item */
    NO_NUMBER,     /* a value that is a word */
    NEVER_AGAIN,   /* does not send again */
    AGAIN_NEW_QN,  /* sends again under another QN */
    AGAIN_ALWAYS,  /* goes on although answered */
    NO_9012,       /* leaves out the result */
    REPLY_QN,      /* 9011 under another QN */
    REPLY_ST,      /* answers with the ST of its data */
    ANY_PW,        /* takes any password */
    ANY_CN,        /* says 1 to unknown commands */
    NO_CRC_CHECK,  /* carries out requests with a wrong CRC */
    HISTORY_QN,    /* history under the request's QN */
    HISTORY_LATE,  /* history of another hour */
    GOES_ON,       /* real-time data after 2012 */
    MUTE,          /* answers no request */
    RF_TWO,        /* 2025: RF=2 in minute data */
    CRC_OF_CIPHER, /* 2025: the CRC made over what is sent */
    OLD_VERSION,   /* 2025: says 2017 in Flag */
};

struct logger {
    struct match *m;
    int fd;
    bool old, live, waits;
    struct hj212_key *key; /* 2025 */
    struct buf in, sent;   /* sent: waits for its 9014 */
    char sent_qn[CN_TEXT];
    int sent_cn, again;
    int64_t sent_ms, next_ms, last_qn;
    int turn;
    struct hj212_item items[HJ212_ITEMS_MAX];
};

static bool is(struct hj212_view v, const char *s)
{
    return v.len == strlen(s) && memcmp(v.s, s, v.len) == 0;
}

static char *new_qn(struct logger *l, char out[CN_TEXT])
{
    int64_t now = peer_now();
    l->last_qn = now > l->last_qn ? now : l->last_qn + 1;
    return cn_format_qn(l->last_qn, out);
}

/* Length and CRC stay those of the clear text, as annex B of 2025 is reported to have it. */
static void encipher(struct logger *l, struct buf *b)
{
    char *area = memmem(b->data, b->len, "CP=&&", 5), *end = b->data + b->len - 8; /* && CRC CR LF */
    hj212_encipher(l->key, area + 5, (size_t)(end - area - 5));
    if (l->m->fault == CRC_OF_CIPHER)
        peer_seal(b);
}

static void put(struct logger *l, struct buf *b, int cn, const char *qn, const char *cp, bool wanted)
{
    struct hj212_head h = { .qn = l->old ? NULL : qn,
                            .st = cn >= 9000 ? "91" : "32",
                            .pw = PW,
                            .mn = l->old ? MN_OLD : MN_NEW,
                            .cn = cn,
                            .edition = l->old                                 ? HJ212_2005
                                       : l->key && l->m->fault != OLD_VERSION ? HJ212_2025
                                                                              : HJ212_2017,
                            .rf = l->m->fault == RF_TWO && cn == 2051,
                            .answer_wanted = wanted };
    hj212_build(b, &h, cp, strlen(cp));
}

static void spoil(struct logger *l, struct buf *b, int cn)
{
    int fault = l->m->fault;
    if (fault == BAD_MARK && cn == 2051)
        peer_swap(b, "Flag=N", "Flag=Z");
    if (fault == BAD_SYNTAX && cn == 2051)
        peer_swap(b, "Flag=N&&", "Flag=N;&&");
    if (fault == NO_NUMBER && cn == 2051)
        peer_swap(b, "-Avg=2", "-Avg=x");
    if (fault == OTHER_VERSION && cn == 2051)
        peer_swap(b, "Flag=5", "Flag=1");
    if (fault == ORDER && cn == 2051)
        peer_swap(b, "PW=" PW ";MN=" MN_NEW, "MN=" MN_NEW ";PW=" PW);
    if (fault == RF_TWO)
        peer_swap(b, "RF=1", "RF=2");
    peer_seal(b);
    if (l->key)
        encipher(l, b);
    if (fault == BAD_CRC && cn == 2051)
        b->data[b->len - 6] = b->data[b->len - 6] == '0' ? '1' : '0';
    if (fault == SHORT_LENGTH && cn == 2051)
        b->data[5] = (char)(b->data[5] == '0' ? '1' : b->data[5] - 1);
    if (fault == LF_TAIL && cn == 2051) {
        b->data[b->len - 2] = '\n';
        b->len--;
    }
}

/* Real-time data for ever, minute, hour and day once in a while. */
static void upload(struct logger *l)
{
    static const int order[] = { 2011, 2051, 2061, 2031, 2011, 2011, 2011, 2011 };
    int cn = order[l->turn % 8], fault = l->m->fault;
    /* The value differs each time: uploads of 2005 have no QN to tell them apart. */
    char cp[200], at[CN_TEXT];
    int64_t now = peer_now(), time = now;
    if (!l->live && fault != GOES_ON && cn == 2011) {
        l->turn++;
        return;
    }
    if (cn == 2051)
        time = now - now % (10 * MS_MINUTE) - 10 * MS_MINUTE + (fault == ODD_MINUTE ? 7 * MS_SECOND : 0);
    if (cn == 2061)
        time = cn_hour_start(cn_hour_of(now) - (fault == END_HOUR ? 0 : 1));
    if (cn == 2031)
        time = cn_day_start(cn_day_of(now) - (fault == END_DAY ? 0 : 1));
    if (cn == 2011)
        snprintf(cp, sizeof cp, "DataTime=%s;w01018-Rtd=%d.5,w01018-Flag=N", cn_format_compact(time, at),
                 l->turn);
    else
        snprintf(cp, sizeof cp, "DataTime=%s;w01018-Min=1.5,w01018-Avg=2.5,w01018-Max=%d.5,w01018-Flag=N",
                 cn_format_compact(time, at), 3 + l->turn);
    if (!(fault == QN_TWICE && cn == 2061))
        new_qn(l, l->sent_qn);
    buf_clear(&l->sent);
    if (fault == QN_SHORT && cn == 2051)
        l->sent_qn[16] = 0;
    put(l, &l->sent, cn, l->sent_qn, cp, true);
    spoil(l, &l->sent, cn);
    l->sent_cn = cn;
    /* What no platform answers is not waited for, so that the peer's other marks stay good. */
    l->waits = !(cn == 2051 && (fault == BAD_CRC || fault == SHORT_LENGTH));
    l->again = 0;
    l->sent_ms = now;
    l->turn++;
    peer_send(l->fd, l->sent.data, l->sent.len);
}

static void send_again(struct logger *l)
{
    int fault = l->m->fault;
    l->sent_ms = peer_now();
    if ((l->again++ >= 2 && fault != AGAIN_ALWAYS) || fault == NEVER_AGAIN) {
        l->waits = false;
        return;
    }
    if (fault == AGAIN_NEW_QN) {
        char qn[CN_TEXT], with[40], what[40];
        snprintf(what, sizeof what, "QN=%s", l->sent_qn);
        snprintf(with, sizeof with, "QN=%s", new_qn(l, qn));
        memcpy(l->sent_qn, qn, sizeof qn);
        peer_swap(&l->sent, what, with);
        peer_seal(&l->sent);
    }
    peer_send(l->fd, l->sent.data, l->sent.len);
}

/* ---- requests ---- */

static void reply(struct logger *l, const struct hj212_frame *f, int cn, int code)
{
    scoped(buf_release) struct buf b = BUF_INIT;
    int fault = l->m->fault;
    if (cn == 9012 && fault == NO_9012)
        return;
    hj212_answer(&b, f, cn, code);
    if (cn == 9011 && fault == REPLY_QN)
        peer_swap(&b, "QN=20", "QN=19");
    if (fault == REPLY_ST)
        peer_swap(&b, "ST=91", "ST=32");
    peer_seal(&b);
    peer_send(l->fd, b.data, b.len);
}

static void deliver(struct logger *l, const struct hj212_frame *f, int cn, const char *cp)
{
    scoped(buf_release) struct buf b = BUF_INIT;
    char qn[CN_TEXT] = "";
    memcpy(qn, f->qn.s, f->qn.len < 20 ? f->qn.len : 20);
    put(l, &b, cn, qn, cp, false);
    if (l->key && hj212_to_encipher(cn))
        encipher(l, &b);
    peer_send(l->fd, b.data, b.len);
}

static int64_t moment(const struct hj212_frame *f, const char *name)
{
    int64_t at = 0;
    for (size_t i = 0; i < f->n_items; i++)
        if (is(f->item[i].code, name))
            cn_parse_compact(f->item[i].value.s, f->item[i].value.len, &at);
    return at;
}

static void history(struct logger *l, const struct hj212_frame *f, int cn)
{
    int64_t step = cn == 2031 ? MS_DAY : cn == 2061 ? MS_HOUR : 10 * MS_MINUTE, end = moment(f, "EndTime");
    char cp[200], at[CN_TEXT], qn[CN_TEXT];
    for (int64_t t = moment(f, "BeginTime"); t <= end; t += step) {
        scoped(buf_release) struct buf b = BUF_INIT;
        int64_t said = l->m->fault == HISTORY_LATE && cn == 2061 ? t - 30 * MS_HOUR : t;
        snprintf(cp, sizeof cp, "DataTime=%s;w01018-Min=1,w01018-Avg=2.5,w01018-Max=3,w01018-Flag=N",
                 cn_format_compact(said, at));
        new_qn(l, qn);
        if (l->m->fault == HISTORY_QN && cn == 2061)
            memcpy(qn, f->qn.s, 17);
        put(l, &b, cn, qn, cp, false);
        peer_send(l->fd, b.data, b.len);
    }
    reply(l, f, 9012, 1);
}

static void request(struct logger *l, const struct hj212_frame *f)
{
    int cn = 0, fault = l->m->fault;
    char cp[64], at[CN_TEXT];
    sscanf(f->cn.s, "%4d", &cn);
    if (fault == MUTE)
        return;
    if (!is(f->mn, l->old ? MN_OLD : MN_NEW)) {
        if (!l->old)
            reply(l, f, 9011, 4);
        return;
    }
    if (!is(f->pw, PW) && fault != ANY_PW) {
        reply(l, f, 9011, 3);
        return;
    }
    if (!is(f->st, "32")) {
        reply(l, f, 9011, 5);
        return;
    }
    if (cn == 2012) {
        l->live = false;
        l->waits = false;
        reply(l, f, 9013, 0);
        return;
    }
    bool known = cn != 1999 || fault == ANY_CN;
    reply(l, f, 9011, known ? 1 : 8);
    if (!known)
        return;
    if (cn == 2031 || cn == 2051 || cn == 2061) {
        history(l, f, cn);
        return;
    }
    l->live |= cn == 2011;
    snprintf(cp, sizeof cp,
             cn == 1011   ? "SystemTime=%s"
             : cn == 1061 ? "RtdInterval=30"
                          : "MinInterval=10",
             cn_format_compact(peer_now(), at));
    if (cn == 1011 || cn == 1061 || cn == 1063)
        deliver(l, f, cn, cp);
    bool instrument = f->n_items && is(f->item[0].code, "PolId") && is(f->item[0].value, "w01018");
    if (cn != 2011)
        reply(l, f, 9012, cn < 3000 || instrument ? 1 : 2);
}

static void take(struct logger *l, const struct hj212_frame *f)
{
    char cn[8];
    if (!is(f->cn, "9014")) {
        if (*f->cn.s != '9')
            request(l, f);
        return;
    }
    snprintf(cn, sizeof cn, "%d", l->sent_cn);
    bool mine = l->old ? memmem(f->cp.s, f->cp.len, cn, 4) != NULL : is(f->qn, l->sent_qn);
    if (mine && !(l->m->fault == AGAIN_ALWAYS && l->again))
        l->waits = false;
}

static void serve_bytes(struct logger *l)
{
    size_t at = 0, used = 0;
    while (at < l->in.len) {
        struct hj212_frame f;
        enum hj212_reason why;
        enum hj212_found found = hj212_next(l->in.data + at, l->in.len - at, 9999, l->items, &f, &used, &why);
        if (found == HJ212_NEED_MORE)
            break;
        if (found == HJ212_FRAME)
            take(l, &f);
        if (found == HJ212_REFUSED && why == HJ212_CRC && f.cn.len && f.mn.len) {
            if (l->m->fault == NO_CRC_CHECK)
                request(l, &f);
        }
        at += used;
    }
    memmove(l->in.data, l->in.data + at, l->in.len - at);
    l->in.len -= at;
}

static void logger(void *arg)
{
    struct match *m = arg;
    struct logger *l = calloc(1, sizeof *l);
    l->m = m;
    l->old = m->editions == 1u << HJ212_2005;
    l->live = true;
    if (m->editions == 1u << HJ212_2025)
        l->key = hj212_key_new(peer_key);
    while (!m->port && !m->stop)
        usleep(2000);
    l->fd = m->stop ? -1 : peer_dial(m->port);
    buf_addc(&l->in, 0);
    l->in.len = 0;
    while (l->fd >= 0 && !m->stop && peer_read(l->fd, &l->in, 10)) {
        int64_t now = peer_now();
        serve_bytes(l);
        if (l->waits && now - l->sent_ms >= m->cfg.over_time_ms)
            send_again(l);
        if (!l->waits && now >= l->next_ms) {
            l->next_ms = now + 40;
            upload(l);
        }
    }
    if (l->fd >= 0)
        close(l->fd);
    buf_release(&l->in);
    buf_release(&l->sent);
    hj212_key_free(l->key);
    free(l);
}

#define NEW (1u << HJ212_2017)
#define OLD (1u << HJ212_2005)
#define NOW (1u << HJ212_2025)

static void test_marks(void **state)
{
    (void)state;
    struct match m[] = {
        { "good", GOOD, NEW, " ", .e = { 0 } },
        { "good, 2005", GOOD, OLD, " ", .e = { 0 } },
        { "good, 2025, enciphering", GOOD, NOW, " ", .e = { 0 } },
        { "2025: RF=2", RF_TWO, NOW, " head.rf ", .e = { 0 } },
        { "2025: CRC of the cipher", CRC_OF_CIPHER, NOW, " frame.crc ", .e = { 0 } },
        { "2025: Flag of 2017", OLD_VERSION, NOW, " head.flag ", .e = { 0 } },
        { "wrong CRC", BAD_CRC, NEW, " frame.crc ", .e = { 0 } },
        { "wrong length", SHORT_LENGTH, NEW, " frame.length ", .e = { 0 } },
        { "LF tail", LF_TAIL, NEW, " frame.tail ", .e = { 0 } },
        { "QN used twice", QN_TWICE, NEW, " head.qn-once ", .e = { 0 } },
        { "QN of 16 digits", QN_SHORT, NEW, " head.qn ", .e = { 0 } },
        { "Flag of 2005", OTHER_VERSION, NEW, " head.flag ", .e = { 0 } },
        { "fields out of order", ORDER, NEW, " head.order ", .e = { 0 } },
        { "DataTime at the hour's end", END_HOUR, NEW, " item.start-2061 ", .e = { 0 } },
        { "DataTime at the day's end", END_DAY, NEW, " item.start-2031 ", .e = { 0 } },
        { "DataTime off the minute", ODD_MINUTE, NEW, " item.start-2051 ", .e = { 0 } },
        { "unknown data flag", BAD_MARK, NEW, " item.mark ", .e = { 0 } },
        { "empty item", BAD_SYNTAX, NEW, " item.syntax ", .e = { 0 } },
        { "a word for a value", NO_NUMBER, NEW, " item.number ", .e = { 0 } },
        { "never sends again", NEVER_AGAIN, NEW, " send.again ", .e = { 0 } },
        { "sends again under another QN", AGAIN_NEW_QN, NEW, " send.again ", .e = { 0 } },
        { "sends again although answered", AGAIN_ALWAYS, NEW, " send.stops ", .e = { 0 } },
        { "no 9012", NO_9012, NEW,
          " cmd.1011 cmd.1012 cmd.1000 cmd.1061 cmd.1062 cmd.1063 cmd.1064 cmd.1072 cmd.2051 cmd.2061 "
          "cmd.2031 cmd.2061-one ",
          .e = { 0 } },
        { "9011 under another QN", REPLY_QN, NEW, " cmd.1011 ", .e = { 0 } },
        { "answers without ST=91", REPLY_ST, NEW, " head.st91 ", .e = { 0 } },
        { "any password", ANY_PW, NEW, " refuse.pw ", .e = { 0 } },
        { "any command", ANY_CN, NEW, " refuse.cn ", .e = { 0 } },
        { "CRC of requests not checked", NO_CRC_CHECK, NEW, " refuse.crc ", .e = { 0 } },
        { "history under the request's QN", HISTORY_QN, NEW, " cmd.2061 cmd.2061-one head.qn-once ",
          .e = { 0 } },
        { "history of another time", HISTORY_LATE, NEW, " cmd.2061 cmd.2061-one ", .e = { 0 } },
        { "2012 changes nothing", GOES_ON, NEW, " cmd.2012 ", .e = { 0 } },
        { "answers no request", MUTE, NEW, " cmd.1011 ", .e = { 0 } },
    };
    play(m, COUNT_OF(m), 14, CONFORM_DEVICE, logger);
    for (size_t i = 0; i < COUNT_OF(m); i++) {
        expect_marks(&m[i]);
        conform_report_free(m[i].report);
    }
}

static void test_nobody_there(void **state)
{
    (void)state;
    struct conform_config c;
    struct conform_report *r = NULL;
    struct err e = { 0 };
    conform_config_init(&c, CONFORM_DEVICE);
    c.wait_ms = 50;
    assert_true(conform_run(&c, &r, &e) < 0);
    assert_non_null(strstr(e.text, "no data logger connected"));
    assert_null(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_marks), cmocka_unit_test(test_nobody_there) };
    return cmocka_run_group_tests_name("conform device", tests, NULL, NULL);
}
