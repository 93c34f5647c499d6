/* First contact (HJ 212-2017 6.7): the platform tells a device the time, its timeout and retries, and its intervals. Once for a device, and
 * again only what has been decided differently since: what it was told is kept. A device that refuses is not asked again; one that does
 * not answer is, on its next lines, a few times. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "gather/gateway_own.h"

enum { TRIES = 3 };

static const char by[] = "system";

/* One request: its word, and whether there is something to say. */
struct greeting {
    const char *word;
    struct command_value v[2];
    size_t n;
    char text[2][8];
};

static size_t greetings(const struct gateway_registration *reg, struct greeting out[4])
{
    const struct {
        const char *word, *name[2];
        int value[2];
    } rows[] = {
        { "set_time", { NULL, NULL }, { 1, 1 } },
        { "set_timeout", { "OverTime", "ReCount" }, { reg->over_time, reg->re_count } },
        { "set_realtime_interval", { "RtdInterval", NULL }, { reg->rtd_interval, 1 } },
        { "set_minute_interval", { "MinInterval", NULL }, { reg->min_interval, 1 } },
    };
    size_t n = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!rows[i].value[0] || !rows[i].value[1])
            continue;
        struct greeting *x = &out[n++];
        *x = (struct greeting){ .word = rows[i].word };
        for (size_t k = 0; k < 2 && rows[i].name[k]; k++) {
            snprintf(x->text[k], sizeof x->text[k], "%d", rows[i].value[k]);
            x->v[x->n++] = (struct command_value){ rows[i].name[k], x->text[k] };
        }
    }
    return n;
}

/* "set_time|OverTime=10;ReCount=3|": one piece for each request, as its data area, but for the time, which is told once. */
enum { PIECE = 40 };

static void piece(const struct greeting *x, char out[PIECE])
{
    int len = x->n ? 0 : snprintf(out, PIECE, "%s", x->word);
    for (size_t i = 0; i < x->n; i++)
        len += snprintf(out + len, PIECE - (size_t)len, "%s%s=%s", i ? ";" : "", x->v[i].name, x->v[i].value);
    snprintf(out + len, PIECE - (size_t)len, "|");
}

static bool has(const char *told, const char *what)
{
    const char *at = strstr(told, what);
    return at && (at == told || at[-1] == '|');
}

static const struct gateway_command *sent(const struct talk *t, size_t i)
{
    return t && t->past && i < t->count && i < GATEWAY_COMMANDS
               ? &t->past[(t->count - 1 - i) % GATEWAY_COMMANDS]
               : NULL;
}

static bool unanswered(const struct gateway_command *c)
{
    return c->state == GATEWAY_COMMAND_TIMEOUT || c->state == GATEWAY_COMMAND_LOST;
}

/* Whether the device answered the request of this piece, be it with a refusal. */
static bool answered(const struct talk *t, const char *what, size_t len)
{
    const struct gateway_command *c;
    for (size_t i = 0; (c = sent(t, i)); i++) {
        const char *as = c->spec->cn == 1012 ? c->spec->word : c->args;
        if (c->quiet && !unanswered(c) && strlen(as) == len && memcmp(as, what, len) == 0)
            return true;
    }
    return false;
}

static void forget_sent(struct talk *t)
{
    for (size_t i = 0; t && t->past && i < GATEWAY_COMMANDS; i++)
        t->past[i].quiet = false;
}

void greet_settle(struct device *d)
{
    const struct gateway_command *c;
    char now[GREETING] = "", one[PIECE];
    size_t len = 0;
    bool silent = false;
    if (!*d->telling)
        return;
    for (size_t i = 0; (c = sent(d->talk, i)); i++) {
        if (c->quiet && !gateway_command_ended(c->state))
            return;
        silent |= c->quiet && c->state == GATEWAY_COMMAND_TIMEOUT;
    }
    for (const char *p = d->telling, *end; (end = strchr(p, '|')); p = end + 1) {
        snprintf(one, sizeof one, "%.*s", (int)(end + 1 - p), p);
        if (has(d->told, one) || answered(d->talk, p, (size_t)(end - p)))
            len += (size_t)snprintf(now + len, sizeof now - len, "%s", one);
    }
    d->greet_tries = silent ? d->greet_tries + 1 : 0;
    d->told_changed |= strcmp(d->told, now) != 0;
    memcpy(d->told, now, sizeof now);
    d->telling[0] = 0;
    forget_sent(d->talk);
}

static void begin(struct gateway *g, struct device *d, const struct greeting *x, size_t n)
{
    size_t len = 0;
    bool asked = false;
    char all[GREETING] = "", one[PIECE];
    for (size_t i = 0; i < n; i++) {
        const struct command_spec *spec = command_find(x[i].word);
        struct err e = { 0 };
        piece(&x[i], one);
        len += (size_t)snprintf(all + len, sizeof all - len, "%s", one);
        if (has(d->told, one) || !command_in(spec, d->seen.edition))
            continue;
        /* What it cannot be told (a value out of the standard's range) is left out; a full queue is waited for. */
        if (exchange_ask(g, d, spec, x[i].v, x[i].n, by, exchange_id(g), true, &e) == 0)
            asked = true;
        else if (e.code == -EBUSY)
            d->greet_changed = true;
    }
    if (asked)
        memcpy(d->telling, all, sizeof all);
}

void greet(struct gateway *g, struct device *d)
{
    struct greeting x[4];
    if (*d->telling || !d->seen.reg.greet || !d->seen.connected || d->greet_tries >= TRIES)
        return;
    /* Once on each line, and again when something else is decided. */
    if (d->greeted_generation == d->generation && d->greeted_session == d->session && !d->greet_changed)
        return;
    d->greeted_generation = d->generation;
    d->greeted_session = d->session;
    d->greet_changed = false;
    begin(g, d, x, greetings(&d->seen.reg, x));
}
