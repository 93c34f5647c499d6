#include "gather/command.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"

const struct hj212_command *command_code(const struct command_spec *c)
{
    return hj212_command(c->cn, c->of);
}

bool command_in(const struct command_spec *c, enum hj212_edition edition)
{
    return command_code(c)->editions & 1U << edition;
}

bool command_is_notice(const struct command_spec *c)
{
    return command_code(c)->kind == HJ212_NOTICE;
}

const struct command_spec *command_find(const char *word)
{
    for (size_t i = 0; word && i < command_count(); i++)
        if (strcmp(command_at(i)->word, word) == 0)
            return command_at(i);
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

/* The argument whose value comes before this one's name: a parameter is named by its code, a limit by its factor. */
static const char *named_by(const struct command_arg *a)
{
    static const char *const pairs[][2] = { { "Info", "InfoId" },
                                            { "UpValue", "PolId" },
                                            { "LowValue", "PolId" } };
    for (size_t i = 0; i < COUNT_OF(pairs); i++)
        if (strcmp(a->name, pairs[i][0]) == 0)
            return pairs[i][1];
    return NULL;
}

/* NAME= as this edition writes it: 2005 has the new password as PW. */
static void write_name(struct buf *cp, const struct command_spec *c, const struct command_arg *a,
                       enum hj212_edition edition, const char *of)
{
    if (cp->len)
        buf_addc(cp, ';');
    if (of)
        buf_addf(cp, "%s-%s=", of, a->name);
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
        if (a->editions && !(a->editions & 1U << edition))
            return bad(a, e, "the device's edition of HJ 212 does not have it");
        const char *of = named_by(a);
        write_name(cp, c, a, edition, of ? given(v, n, of) : NULL);
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
    if (!command_in(c, edition))
        return err_named(e, -EINVAL, "device.edition",
                         "%s: HJ 212-%s, which the device speaks, has no command %d (%s)", c->word,
                         hj212_edition_name(edition), c->cn, hj212_asked(command_code(c), false));
    int r = refuse_others(c, v, n, e);
    scoped(buf_release) struct buf own = BUF_INIT;
    if (r == 0)
        r = write_all(c, edition, v, n, now, &own, e);
    if (r == 0 && own.len)
        buf_add(cp, own.data, own.len);
    return r;
}
