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

/* "set_time;RtdInterval=60;": one piece for each request. */
static void piece(const struct greeting *x, char out[40])
{
    int len = x->n ? 0 : snprintf(out, 40, "%s;", x->word);
    for (size_t i = 0; i < x->n; i++)
        len += snprintf(out + len, 40 - (size_t)len, "%s=%s;", x->v[i].name, x->v[i].value);
}

static bool has(const char *told, const char *what)
{
    const char *at = strstr(told, what);
    return at && (at == told || at[-1] == ';');
}

/* Where the requests that were sent stand: 1 all ended, 0 some are under way, -1 one had no answer. */
static int stand(const struct talk *t)
{
    int all = 1;
    for (size_t i = 0; t && i < t->count && i < GATEWAY_COMMANDS; i++) {
        const struct gateway_command *c = &t->past[(t->count - 1 - i) % GATEWAY_COMMANDS];
        if (!c->quiet)
            continue;
        if (!gateway_command_ended(c->state))
            return 0;
        if (c->state == GATEWAY_COMMAND_TIMEOUT || c->state == GATEWAY_COMMAND_LOST)
            all = -1;
    }
    return all;
}

static void forget_sent(struct talk *t)
{
    for (size_t i = 0; t && t->past && i < GATEWAY_COMMANDS; i++)
        t->past[i].quiet = false;
}

void greet_settle(struct device *d)
{
    int how = *d->telling ? stand(d->talk) : 0;
    if (how == 0)
        return;
    if (how > 0) {
        memcpy(d->told, d->telling, sizeof d->told);
        d->told_changed = true;
        d->greet_tries = 0;
    } else {
        d->greet_tries++;
    }
    d->telling[0] = 0;
    forget_sent(d->talk);
}

static void begin(struct gateway *g, struct device *d, const struct greeting *x, size_t n)
{
    size_t len = 0;
    bool asked = false;
    char all[GREETING] = "", one[40];
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
        else if (!asked && e.code == -EBUSY)
            return;
    }
    if (asked)
        memcpy(d->telling, all, sizeof all);
}

void greet(struct gateway *g, struct device *d)
{
    struct greeting x[4];
    if (*d->telling)
        return;
    bool fresh = d->seen.connected && d->greeted_generation != d->generation;
    if (!d->seen.reg.greet || !d->seen.connected || d->greet_tries >= TRIES || (d->greet_tries && !fresh))
        return;
    d->greeted_generation = d->generation;
    begin(g, d, x, greetings(&d->seen.reg, x));
}
