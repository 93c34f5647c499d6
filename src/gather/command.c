#include "gather/command.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"

#define ALL     (1U << HJ212_2005 | 1U << HJ212_2017 | 1U << HJ212_2025)
#define LATER   (1U << HJ212_2017 | 1U << HJ212_2025)
#define ONLY_17 (1U << HJ212_2017)

/* PolId (C6) addresses an instrument; without it the logger itself is meant. */
#define POL_ID                                                   \
    {                                                            \
        .name = "PolId", .type = ARG_TEXT, .least = 3, .most = 6 \
    }
#define SPAN                                                         \
    {                                                                \
        { .name = "BeginTime", .type = ARG_TIME, .required = true }, \
        {                                                            \
            .name = "EndTime", .type = ARG_TIME, .required = true    \
        }                                                            \
    }

/* The arguments of several commands. */
#define NEEDED_POL_ID                                                              \
    {                                                                              \
        .name = "PolId", .type = ARG_TEXT, .least = 3, .most = 6, .required = true \
    }
#define INFO_ID                                                                     \
    {                                                                               \
        .name = "InfoId", .type = ARG_TEXT, .least = 6, .most = 6, .required = true \
    }
#define NUMBER(N, LEAST, MOST)                                                              \
    {                                                                                       \
        .name = (N), .type = ARG_NUMBER, .least = (LEAST), .most = (MOST), .required = true \
    }

static const struct command_spec table[] = {
    { .word = "set_timeout",
      .cn = 1000,
      .what = "set timeout and retries",
      .what_zh = "设置超时时间与重发次数",
      .editions = ALL,
      .arg = { NUMBER("OverTime", 1, 99), NUMBER("ReCount", 1, 99) } },
    { .word = "get_time",
      .cn = 1011,
      .what = "ask the device's time",
      .what_zh = "提取现场机时间",
      .editions = ALL,
      .data = true,
      .arg = { POL_ID } },
    { .word = "set_time",
      .cn = 1012,
      .what = "set the device's time",
      .what_zh = "设置现场机时间",
      .editions = ALL,
      .arg = { POL_ID, { .name = "SystemTime", .type = ARG_TIME } } },
    { .word = "new_key",
      .cn = 1014,
      .what = "give the device a new SM4 key, made by the platform",
      .what_zh = "下发新密钥（由平台生成）",
      .editions = 1U << HJ212_2025 },
    { .word = "get_realtime_interval",
      .cn = 1061,
      .what = "ask the real-time interval",
      .what_zh = "提取实时数据间隔",
      .editions = ALL,
      .data = true },
    { .word = "set_realtime_interval",
      .cn = 1062,
      .what = "set the real-time interval",
      .what_zh = "设置实时数据间隔",
      .editions = ALL,
      .arg = { NUMBER("RtdInterval", 30, 3600) } },
    { .word = "get_minute_interval",
      .cn = 1063,
      .what = "ask the minute interval",
      .what_zh = "提取分钟数据间隔",
      .editions = LATER,
      .data = true },
    { .word = "set_minute_interval",
      .cn = 1064,
      .what = "set the minute interval",
      .what_zh = "设置分钟数据间隔",
      .editions = LATER,
      .arg = { { .name = "MinInterval", .type = ARG_MINUTES, .required = true } } },
    { .word = "set_password",
      .cn = 1072,
      .what = "set the device's password",
      .what_zh = "设置现场机密码",
      .editions = ALL,
      .arg = { { .name = "NewPW",
                 .type = ARG_TEXT,
                 .least = 6,
                 .most = 6,
                 .required = true,
                 .secret = true } } },
    { .word = "start_realtime",
      .cn = 2011,
      .what = "start real-time data",
      .what_zh = "取污染物实时数据",
      .editions = ALL },
    { .word = "stop_realtime",
      .cn = 2012,
      .what = "stop real-time data",
      .what_zh = "停止察看污染物实时数据",
      .editions = ALL,
      .notice = true },
    { .word = "get_days",
      .cn = 2031,
      .what = "ask for day data",
      .what_zh = "取污染物日历史数据",
      .editions = ALL,
      .history = true,
      .arg = SPAN },
    { .word = "get_minutes",
      .cn = 2051,
      .what = "ask for minute data",
      .what_zh = "取污染物分钟数据",
      .editions = ALL,
      .history = true,
      .arg = SPAN },
    { .word = "get_hours",
      .cn = 2061,
      .what = "ask for hour data",
      .what_zh = "取污染物小时数据",
      .editions = ALL,
      .history = true,
      .arg = SPAN },
    { .word = "calibrate",
      .cn = 3011,
      .what = "zero and span calibration",
      .what_zh = "零点校准量程校准",
      .editions = ALL,
      .arg = { NEEDED_POL_ID } },
    { .word = "sample",
      .cn = 3012,
      .what = "sample now",
      .what_zh = "即时采样",
      .editions = ALL,
      .arg = { NEEDED_POL_ID } },
    { .word = "keep_sample",
      .cn = 3015,
      .what = "keep an over-limit sample",
      .what_zh = "超标留样",
      .editions = ONLY_17,
      .data = true },
    { .word = "get_info",
      .cn = 3020,
      .what = "ask site information",
      .what_zh = "提取现场机信息",
      .editions = LATER,
      .data = true,
      .arg = { POL_ID,
               INFO_ID,
               { .name = "BeginTime", .type = ARG_TIME },
               { .name = "EndTime", .type = ARG_TIME } } },
    { .word = "set_parameter",
      .cn = 3021,
      .what = "set a parameter",
      .what_zh = "设置现场机参数",
      .editions = LATER,
      .arg = { POL_ID,
               INFO_ID,
               { .name = "Info", .type = ARG_TEXT, .least = 1, .most = 100, .required = true } } },
};

size_t command_count(void)
{
    return COUNT_OF(table);
}

const struct command_spec *command_at(size_t i)
{
    return i < COUNT_OF(table) ? &table[i] : NULL;
}

const struct command_spec *command_find(const char *word)
{
    for (size_t i = 0; word && i < COUNT_OF(table); i++)
        if (strcmp(table[i].word, word) == 0)
            return &table[i];
    return NULL;
}

static int bad(const struct command_arg *a, struct err *e, const char *what)
{
    return err_named(e, -EINVAL, "bad_input", "%s: %s", a->name, what);
}

static int write_number(const struct command_arg *a, const char *value, struct buf *cp, struct err *e)
{
    char *end;
    bool minutes = a->type == ARG_MINUTES;
    long v = strtol(value, &end, 10);
    if (*value < '0' || *value > '9' || *end || strlen(value) > 6)
        return bad(a, e, "not a whole number");
    if (minutes && (v < 1 || v > 30 || 60 % v))
        return bad(a, e, "not one of 1 2 3 4 5 6 10 12 15 20 30");
    if (!minutes && (v < a->least || v > a->most))
        return err_named(e, -EINVAL, "bad_input", "%s: not from %d to %d", a->name, a->least, a->most);
    buf_addf(cp, "%ld", v);
    return 0;
}

static int write_time(const struct command_arg *a, const char *value, int64_t *ret, struct buf *cp,
                      struct err *e)
{
    char text[CN_TEXT];
    size_t len = strlen(value);
    if (!(len == 14 && cn_parse_compact(value, len, ret)) && !cn_parse_iso(value, len, ret))
        return bad(a, e, "not a time like 2026-03-01T08:00:00 or 20260301080000");
    buf_adds(cp, cn_format_compact(*ret, text));
    return 0;
}

/* The separators of a data area and of the head cannot be part of a value. */
static int write_text(const struct command_arg *a, const char *value, struct buf *cp, struct err *e)
{
    size_t len = strlen(value);
    if (len < (size_t)a->least || len > (size_t)a->most)
        return err_named(e, -EINVAL, "bad_input", "%s: not %d to %d characters", a->name, a->least, a->most);
    for (size_t i = 0; i < len; i++)
        if (value[i] < '!' || value[i] > '~' || strchr(";,=&#", value[i]))
            return bad(a, e, "only letters, digits and signs other than ; , = & # are possible");
    buf_adds(cp, value);
    return 0;
}

static const char *given(const struct command_value *v, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(v[i].name, name) == 0)
            return v[i].value;
    return NULL;
}

static int refuse_others(const struct command_spec *c, const struct command_value *v, size_t n, struct err *e)
{
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        while (k < COMMAND_ARGS && (!c->arg[k].name || strcmp(c->arg[k].name, v[i].name) != 0))
            k++;
        if (k == COMMAND_ARGS)
            return err_named(e, -EINVAL, "bad_input", "%s: %s has no such argument", v[i].name, c->word);
        for (size_t j = 0; j < i; j++)
            if (strcmp(v[j].name, v[i].name) == 0)
                return err_named(e, -EINVAL, "bad_input", "%s: given twice", v[i].name);
    }
    return 0;
}

/* NAME= as this edition writes it: 2005 has the new password as PW, and a parameter's value is named by its code. */
static void write_name(struct buf *cp, const struct command_spec *c, const struct command_arg *a,
                       enum hj212_edition edition, const char *info)
{
    if (cp->len)
        buf_addc(cp, ';');
    if (strcmp(a->name, "Info") == 0 && info)
        buf_addf(cp, "%s-Info=", info);
    else
        buf_addf(cp, "%s=", c->cn == 1072 && edition == HJ212_2005 ? "PW" : a->name);
}

static int write_all(const struct command_spec *c, enum hj212_edition edition, const struct command_value *v,
                     size_t n, int64_t now, struct buf *cp, struct err *e)
{
    int64_t begin = INT64_MIN, at = 0;
    char text[CN_TEXT];
    for (const struct command_arg *a = c->arg; a < c->arg + COMMAND_ARGS && a->name; a++) {
        const char *value = given(v, n, a->name);
        int r = 0;
        if (!value && strcmp(a->name, "SystemTime") == 0)
            value = cn_format_compact(now, text);
        if (!value && a->required)
            return bad(a, e, "missing");
        if (!value)
            continue;
        write_name(cp, c, a, edition, given(v, n, "InfoId"));
        if (a->type == ARG_TIME)
            r = write_time(a, value, &at, cp, e);
        else
            r = a->type == ARG_TEXT ? write_text(a, value, cp, e) : write_number(a, value, cp, e);
        if (r < 0)
            return r;
        if (strcmp(a->name, "BeginTime") == 0)
            begin = at;
        if (strcmp(a->name, "EndTime") == 0 && at < begin)
            return bad(a, e, "before BeginTime");
    }
    return cp->failed ? err_set(e, -ENOMEM, "no memory for a request") : 0;
}

int command_write(const struct command_spec *c, enum hj212_edition edition, const struct command_value *v,
                  size_t n, int64_t now, struct buf *cp, struct err *e)
{
    if (!(c->editions & 1U << edition))
        return err_named(e, -EINVAL, "device.edition", "%s: the device's edition of HJ 212 has no command %d",
                         c->word, c->cn);
    int r = refuse_others(c, v, n, e);
    scoped(buf_release) struct buf own = BUF_INIT;
    if (r == 0)
        r = write_all(c, edition, v, n, now, &own, e);
    if (r == 0 && own.len)
        buf_add(cp, own.data, own.len);
    return r;
}
