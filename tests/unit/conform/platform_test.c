/* A good platform passes; one with a fault fails the marks of that fault and no others. */
#include "support.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum fault {
    GOOD,
    NEVER,        /* acknowledges nothing */
    BAD_CRC,      /* its answers carry a wrong CRC */
    LF_TAIL,      /* its answers end with LF */
    WRONG_QN,     /* answers under a QN of its own */
    WRONG_ST,     /* ST of the upload */
    ANSWER_BIT,   /* asks for an answer to its answer */
    OTHER_PW,     /* does not repeat PW */
    CP_FILLED,    /* puts something into CP */
    TOO_EAGER,    /* answers when the answer bit is clear */
    REPEAT_LOST,  /* drops repeats without a word */
    EARLY,        /* acknowledges as soon as it has read Flag */
    DEAF_TO_2061, /* does not know hour data */
    NO_TIME,      /* answers 1013, but sends no 1012 */
    WHOLE_READS,  /* takes a read for a frame: torn and glued frames are lost */
    CRC_UNCHECKED,
    CRC_HANGS_UP, /* ends the connection at a wrong CRC */
    LONG_REFUSED, /* takes no segment above 500 */
    OLD_REFUSED,  /* nothing older than a day */
    BAD_REQUEST,  /* its own requests have an 8-digit QN */
    NO_CIPHER,    /* 2025: has no key */
    TRUSTING,     /* 2025: acknowledges what its key does not open */
    RF_UNKNOWN,   /* 2025: takes nothing with RF */
};

struct platform {
    struct match *m;
    int fd;
    struct buf in;
    char last_qn[32];
    struct hj212_item items[HJ212_ITEMS_MAX];
    struct hj212_key *key;
    char clear[HJ212_CLEAR_MAX];
};

static bool is(struct hj212_view v, const char *s)
{
    return v.len == strlen(s) && memcmp(v.s, s, v.len) == 0;
}

static void acknowledge(struct platform *p, const struct hj212_frame *f, int cn)
{
    scoped(buf_release) struct buf b = BUF_INIT;
    bool data = cn == 9014, seal = true;
    hj212_answer(&b, f, cn, 0);
    switch (data ? p->m->fault : GOOD) {
    case BAD_CRC:
        b.data[b.len - 6] = b.data[b.len - 6] == '0' ? '1' : '0';
        seal = false;
        break;
    case LF_TAIL:
        b.data[b.len - 2] = '\n';
        b.len--;
        seal = false;
        break;
    case WRONG_QN:
        peer_swap(&b, "QN=20", "QN=19");
        break;
    case WRONG_ST:
        peer_swap(&b, "ST=91", "ST=32");
        break;
    case ANSWER_BIT:
        peer_swap(&b, "Flag=4", "Flag=5");
        break;
    case OTHER_PW:
        peer_swap(&b, "PW=" PW, "PW=000000");
        break;
    case CP_FILLED:
        peer_swap(&b, "&&&&", "&&QnRtn=1&&");
        break;
    default:
        seal = false;
        break;
    }
    if (seal)
        peer_seal(&b);
    peer_send(p->fd, b.data, b.len);
}

static void set_time(struct platform *p)
{
    scoped(buf_release) struct buf b = BUF_INIT;
    char qn[CN_TEXT], at[CN_TEXT], cp[64];
    struct hj212_head h = { .qn = p->m->fault == BAD_REQUEST ? "20260301" : cn_format_qn(peer_now(), qn),
                            .st = "32",
                            .pw = PW,
                            .mn = MN_NEW,
                            .cn = 1012,
                            .edition = p->m->editions == 1u << HJ212_2025 ? HJ212_2025 : HJ212_2017,
                            .answer_wanted = true };
    int n = snprintf(cp, sizeof cp, "SystemTime=%s", cn_format_compact(peer_now(), at));
    hj212_build(&b, &h, cp, (size_t)n);
    peer_send(p->fd, b.data, b.len);
}

static void take(struct platform *p, const struct hj212_frame *f)
{
    int fault = p->m->fault;
    char qn[32] = "";
    if (is(f->cn, "9015") && f->edition != HJ212_2025)
        return;
    if (!is(f->pw, PW) || !(is(f->mn, MN_NEW) || is(f->mn, MN_OLD)) ||
        (*f->cn.s == '9' && !is(f->cn, "9015")))
        return;
    if (is(f->cn, "1013") || is(f->cn, "9015")) {
        acknowledge(p, f, 9013);
        if (fault != NO_TIME && is(f->cn, "1013"))
            set_time(p);
        return;
    }
    if (f->qn.len < sizeof qn && f->qn.len)
        memcpy(qn, f->qn.s, f->qn.len);
    bool repeat = *qn && strcmp(qn, p->last_qn) == 0;
    memcpy(p->last_qn, qn, sizeof qn);
    bool silent = (!f->answer_wanted && fault != TOO_EAGER) || fault == NEVER || fault == EARLY ||
                  (repeat && fault == REPEAT_LOST) || (fault == DEAF_TO_2061 && is(f->cn, "2061")) ||
                  (fault == RF_UNKNOWN && f->rf) || (fault == LONG_REFUSED && f->segment.len > 500) ||
                  (fault == OLD_REFUSED && is(f->cn, "2061") && f->data_time < peer_now() - MS_DAY);
    if (!silent)
        acknowledge(p, f, 9014);
}

/* Sees a head with a Flag that wants an answer and does not wait for the rest. */
static void answer_early(struct platform *p)
{
    struct hj212_frame f = { 0 };
    char *qn = p->in.len ? strstr(p->in.data, "QN=") : NULL, *flag = qn ? strstr(qn, "Flag=5;CP=") : NULL;
    if (!flag || strncmp(qn + 3, p->last_qn, 17) == 0)
        return;
    memcpy(p->last_qn, qn + 3, 17);
    f = (struct hj212_frame){
        .qn = { qn + 3, 17 }, .pw = { PW, 6 }, .mn = { MN_NEW, 24 }, .flag = 5, .edition = HJ212_2017
    };
    acknowledge(p, &f, 9014);
}

/* false: hang up. */
static bool serve_bytes(struct platform *p)
{
    size_t at = 0, used = 0;
    int fault = p->m->fault;
    if (fault == EARLY)
        answer_early(p);
    while (at < p->in.len) {
        struct hj212_frame f;
        enum hj212_reason why;
        struct hj212_reading how = { .segment_max = 9999, .key = p->key, .clear = p->clear };
        enum hj212_found found = hj212_read(&how, p->in.data + at, p->in.len - at, p->items, &f, &used, &why);
        if (found == HJ212_NEED_MORE)
            break;
        if (found == HJ212_FRAME)
            take(p, &f);
        if (found == HJ212_REFUSED && why == HJ212_CRC && fault == CRC_UNCHECKED && f.cn.len &&
            f.answer_wanted)
            take(p, &f);
        if (found == HJ212_REFUSED && why == HJ212_CIPHER && fault == TRUSTING && f.cn.len)
            take(p, &f);
        if (found == HJ212_REFUSED && why == HJ212_CRC && fault == CRC_HANGS_UP)
            return false;
        at += used;
        if (fault == WHOLE_READS)
            break;
    }
    if (fault == WHOLE_READS)
        at = p->in.len;
    if (at) {
        memmove(p->in.data, p->in.data + at, p->in.len - at);
        p->in.len -= at;
        p->in.data[p->in.len] = 0;
    }
    return true;
}

static void platform(void *arg)
{
    struct match *m = arg;
    struct platform *p = calloc(1, sizeof *p);
    p->m = m;
    p->key = m->fault == NO_CIPHER ? NULL : hj212_key_new(peer_key);
    while (!m->stop) {
        struct pollfd l = { .fd = m->listener, .events = POLLIN };
        if (poll(&l, 1, 20) <= 0)
            continue;
        p->fd = accept(m->listener, NULL, NULL);
        buf_clear(&p->in);
        while (!m->stop && peer_read(p->fd, &p->in, 20) && serve_bytes(p))
            ;
        close(p->fd);
    }
    buf_release(&p->in);
    hj212_key_free(p->key);
    free(p);
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
        { "good, 2025", GOOD, NOW, " ", .e = { 0 } },
        { "2025: no key", NO_CIPHER, NOW, " cipher.raw ", .e = { 0 } },
        { "2025: trusts any cipher", TRUSTING, NOW, " cipher.damaged ", .e = { 0 } },
        { "2025: RF not known", RF_UNKNOWN, NOW, " up.rf ", .e = { 0 } },
        { "never answers", NEVER, NEW, " ack.answered ", .e = { 0 } },
        { "wrong CRC", BAD_CRC, NEW, " ack.crc ", .e = { 0 } },
        { "LF tail", LF_TAIL, NEW, " ack.tail ", .e = { 0 } },
        { "wrong ST", WRONG_ST, NEW, " ack.st ", .e = { 0 } },
        { "answer bit in the answer", ANSWER_BIT, NEW, " ack.flag ", .e = { 0 } },
        { "PW not repeated", OTHER_PW, NEW, " ack.identity ", .e = { 0 } },
        { "CP not empty", CP_FILLED, NEW, " ack.cp ", .e = { 0 } },
        { "answers what asks for none", TOO_EAGER, NEW, " ack.quiet ", .e = { 0 } },
        { "repeats not answered", REPEAT_LOST, NEW, " ack.repeat ", .e = { 0 } },
        { "2061 unknown", DEAF_TO_2061, NEW, " up.2061 time.late ", .e = { 0 } },
        { "no 1012", NO_TIME, NEW, " notice.1012 ", .e = { 0 } },
        { "CRC not checked", CRC_UNCHECKED, NEW, " stream.crc ", .e = { 0 } },
        { "hangs up at a wrong CRC", CRC_HANGS_UP, NEW, " stream.crc ", .e = { 0 } },
        { "long segments refused", LONG_REFUSED, NEW, " stream.1024 ", .e = { 0 } },
        { "old data refused", OLD_REFUSED, NEW, " time.late ", .e = { 0 } },
        { "own requests malformed", BAD_REQUEST, NEW, " req.form ", .e = { 0 } },
    };
    play(m, COUNT_OF(m), 6, CONFORM_PLATFORM, platform);
    for (size_t i = 0; i < COUNT_OF(m); i++) {
        expect_marks(&m[i]);
        conform_report_free(m[i].report);
    }
}

/* Faults that spoil many marks must at least spoil their own. */
static void test_spoilers(void **state)
{
    (void)state;
    struct match m[] = {
        { "another QN", WRONG_QN, NEW, "ack.qn", 200, .e = { 0 } },
        { "acknowledges early", EARLY, NEW, "ack.early", 200, .e = { 0 } },
        { "takes a read for a frame", WHOLE_READS, NEW, "stream.torn", 200, .e = { 0 } },
    };
    play(m, COUNT_OF(m), 3, CONFORM_PLATFORM, platform);
    for (size_t i = 0; i < COUNT_OF(m); i++) {
        bool found = false;
        assert_int_equal(m[i].result, 0);
        for (size_t k = 0; k < m[i].report->n; k++)
            found |= m[i].report->result[k].outcome == CONFORM_FAIL &&
                     strcmp(m[i].report->result[k].check->id, m[i].fails) == 0;
        if (!found)
            fail_msg("%s: %s did not fail", m[i].name, m[i].fails);
        assert_false(conform_passed(m[i].report));
        conform_report_free(m[i].report);
    }
}

static void test_nobody_there(void **state)
{
    (void)state;
    struct conform_config c;
    struct conform_report *r = NULL;
    struct err e = { 0 };
    conform_config_init(&c, CONFORM_PLATFORM);
    c.port = 1;
    c.mn = MN_NEW;
    c.pw = PW;
    assert_true(conform_run(&c, &r, &e) < 0);
    assert_non_null(strstr(e.text, "127.0.0.1:1"));
    assert_null(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_marks), cmocka_unit_test(test_spoilers),
                                        cmocka_unit_test(test_nobody_there) };
    return cmocka_run_group_tests_name("conform platform", tests, NULL, NULL);
}
