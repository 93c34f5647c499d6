/* model_draw.c - random ledgers: drawn as plain data, written as Lua. */
#include "model.h"

#include <stdlib.h>

static unsigned below(struct model *m, unsigned n)
{
    m->state = m->state * 1664525u + 1013904223u; /* Numerical Recipes' generator: the same everywhere */
    return (m->state >> 8) % n;
}

static bool chance(struct model *m, unsigned percent)
{
    return below(m, 100) < percent;
}

static unsigned some_states(struct model *m)
{
    unsigned s = 0;
    for (int i = 0; i < m->n_states - 1; i++)
        s |= (unsigned)chance(m, 40) << i;
    return s ? s : 1u << below(m, (unsigned)m->n_states - 1);
}

static unsigned draw_by(struct model *m)
{
    unsigned by = 0;
    for (unsigned n = 1 + below(m, 3); n > 0; n--)
        by |= 1u << below(m, 9);
    return by;
}

static void draw_waits(struct model *m, struct m_action *a)
{
    a->after = chance(m, 15) ? 1 + (int)below(m, 8) : 0;
    a->max = chance(m, 20) ? 1 + (int)below(m, 3) : 0;
    a->unless = chance(m, 15) ? (int)below(m, (unsigned)m->n_actions) : -1;
    a->pauses = chance(m, 12);
    a->resumes = !a->pauses && chance(m, 12);
}

static void draw_action(struct model *m, int k)
{
    struct m_action *a = &m->action[k];
    int closed = m->n_states - 1;
    *a = (struct m_action){ .from = some_states(m), .by = draw_by(m), .to = -1, .extends = EXTENDS_NONE };
    if (k < closed) { /* a way through all states */
        a->from |= 1u << k;
        a->to = k + 1;
    } else if (chance(m, 60)) {
        a->to = (int)below(m, (unsigned)m->n_states);
    }
    draw_waits(m, a);
    a->reason = chance(m, 25);
    a->evidence = chance(m, 35);
    a->sets_due = chance(m, 12);
    if (!a->sets_due && chance(m, 20)) {
        a->extends = (int)below(m, (unsigned)m->n_clocks + 1) - 1;
        a->extends_days = 1 + (int)below(m, 20);
    }
    a->gate = chance(m, 20);
    a->never = (chance(m, 20) ? NEVER_OWNER : 0u) | (chance(m, 15) ? NEVER_HELPER : 0u);
    if (m->watch_days && k > closed && chance(m, 20)) {
        a->reopens = true;
        a->from = 1u << closed;
        a->to = -1;
        a->extends = EXTENDS_NONE;
        a->sets_due = a->pauses = a->resumes = false;
    }
    if (a->gate || a->to == closed) {
        a->never |= NEVER_OWNER;
        a->by &= ~(unsigned)BY_M_OWNER;
        a->by = a->by ? a->by : BY_M_OFFICE;
    }
}

static void draw_clock(struct model *m, int k)
{
    struct m_clock *c = &m->clock[k];
    *c = (struct m_clock){ .kind = (enum m_from)below(m, 3), .days = 1 + (int)below(m, 40), .yellow = -1 };
    c->from = c->kind == FROM_ACTION  ? (int)below(m, (unsigned)m->n_actions)
              : c->kind == FROM_STATE ? (int)below(m, (unsigned)m->n_states - 1)
                                      : 0;
    for (int i = 0; i < m->n_actions; i++)
        c->stop_actions |= (unsigned)chance(m, 10) << i;
    for (int i = 0; i < m->n_states; i++)
        c->stop_states |= (unsigned)chance(m, 15) << i;
    c->workdays = chance(m, 50);
    c->once = chance(m, 25);
    if (chance(m, 40))
        c->yellow = (int)below(m, 10);
}

/* What starts a clock neither extends it nor opens the case again: which of the two comes first nobody could say. */
static void untangle(struct model *m)
{
    for (int k = 0; k < m->n_clocks; k++) {
        struct m_clock *c = &m->clock[k];
        for (int i = 0; i < m->n_actions; i++) {
            struct m_action *a = &m->action[i];
            bool starts =
                (c->kind == FROM_ACTION && c->from == i) || (c->kind == FROM_STATE && a->to == c->from);
            if (starts && a->extends == k)
                a->extends = EXTENDS_NONE;
            if (starts && a->reopens)
                *c = (struct m_clock){ .kind = FROM_OPEN, .days = c->days, .yellow = c->yellow };
        }
    }
}

void model_draw(struct model *m, unsigned seed)
{
    *m = (struct model){ .seed = seed, .state = seed };
    for (int i = 0; i < 4; i++) /* seeds that are near begin alike */
        (void)below(m, 2);
    m->n_states = 3 + (int)below(m, M_STATES - 2);
    m->n_actions = m->n_states - 1 + 2 + (int)below(m, (unsigned)(M_ACTIONS - m->n_states));
    m->n_clocks = (int)below(m, M_CLOCKS + 1);
    m->has_supervisor = chance(m, 80);
    m->yellow = (int)below(m, 12);
    m->due_workdays = chance(m, 40);
    m->evidence_kinds = 1 + (int)below(m, 3);
    for (int i = 2; i < m->n_states - 1; i++)
        m->met |= (unsigned)chance(m, 40) << i;
    m->reopen_to = 1;
    if (chance(m, 75)) {
        m->watch_days = 10 + (int)below(m, 300);
        m->due_days = chance(m, 60) ? (int)below(m, 40) : 0;
        m->reopen_to = m->met & 2 ? 0 : (int)below(m, 2);
    }
    for (int i = 0; i < m->n_actions; i++)
        draw_action(m, i);
    for (int i = 0; i < m->n_clocks; i++)
        draw_clock(m, i);
    untangle(m);
}

/* ---- as Lua ---- */

static void names(struct buf *b, const char *key, unsigned bits, const char *prefix)
{
    buf_addf(b, " %s = {", key);
    for (int i = 0; i < 32; i++)
        if (bits & 1u << i)
            buf_addf(b, " \"%s%d\",", prefix, i);
    buf_adds(b, " },");
}

static void words(struct buf *b, const char *key, unsigned bits, const char *const *word)
{
    buf_addf(b, " %s = {", key);
    for (int i = 0; word[i]; i++)
        if (bits & 1u << i)
            buf_addf(b, " \"%s\",", word[i]);
    buf_adds(b, " },");
}

static void lua_needs(const struct m_action *a, struct buf *b)
{
    if (!a->reason && !a->evidence && !a->sets_due)
        return;
    buf_adds(b, " needs = {");
    if (a->reason)
        buf_adds(b, " text \"reason\" { \"r\", required = true },");
    if (a->evidence)
        buf_adds(b, " evidence \"evidence\" { \"e\", of = { \"a\", \"b\", \"c\" } },");
    if (a->sets_due)
        buf_adds(b, " date \"due\" { \"d\", required = true },");
    buf_adds(b, a->sets_due ? " }, sets = { \"due\" }," : " },");
}

static void lua_action(const struct model *m, int k, struct buf *b)
{
    static const char *const by[] = { "owner",  "supervisor", "helper",      "person", "office",
                                      "leader", "reviewer",   "responsible", "author", NULL };
    static const char *const never[] = { "owner", "helper", NULL };
    const struct m_action *a = &m->action[k];
    buf_addf(b, "action \"a%d\" { \"A%d\",", k, k);
    names(b, "from", a->from, "s");
    words(b, "by", a->by, by);
    if (a->never)
        words(b, "never_by", a->never, never);
    if (a->to >= 0)
        buf_addf(b, " to = \"s%d\",", a->to);
    if (a->gate)
        buf_adds(b, " gate = \"goal_met\",");
    if (a->after)
        buf_addf(b, " after = workdays(%d),", a->after);
    if (a->max)
        buf_addf(b, " max = %d,", a->max);
    if (a->unless >= 0)
        buf_addf(b, " unless = \"a%d\",", a->unless);
    if (a->extends == EXTENDS_MAIN)
        buf_addf(b, " extends = { \"due\", days = %d },", a->extends_days);
    else if (a->extends >= 0)
        buf_addf(b, " extends = { \"c%d\", days = %d },", a->extends, a->extends_days);
    buf_adds(b, a->pauses ? " pauses = true," : "");
    buf_adds(b, a->resumes ? " resumes = true," : "");
    buf_adds(b, a->reopens ? " reopens = true," : "");
    lua_needs(a, b);
    buf_adds(b, " },\n");
}

static void lua_clock(const struct m_clock *c, int k, struct buf *b)
{
    buf_addf(b, "clock \"c%d\" { \"C%d\", days = %d, counts = \"%s\",", k, k, c->days,
             c->workdays ? "workdays" : "calendar");
    if (c->kind == FROM_OPEN)
        buf_adds(b, " from = \"open\",");
    else
        buf_addf(b, " from = \"%c%d\",", c->kind == FROM_ACTION ? 'a' : 's', c->from);
    if (c->stop_actions | c->stop_states) {
        buf_adds(b, " stops = {");
        for (int i = 0; i < M_ACTIONS; i++)
            if (c->stop_actions & 1u << i)
                buf_addf(b, " \"a%d\",", i);
        for (int i = 0; i < M_STATES; i++)
            if (c->stop_states & 1u << i)
                buf_addf(b, " \"s%d\",", i);
        buf_adds(b, " },");
    }
    if (c->once)
        buf_adds(b, " once = true,");
    if (c->yellow >= 0)
        buf_addf(b, " yellow = %d,", c->yellow);
    buf_adds(b, " },\n");
}

void model_lua(const struct model *m, struct buf *b)
{
    buf_addf(
        b,
        "return ledger { id = \"m%u\", title = \"m\", en = \"m\", family = \"m\", number = "
        "\"M%u-{year}-{seq:4}\",\n"
        "fields = { text \"problem\" { \"p\", required = true }, unit \"owner\" { \"o\", required = true }, "
        "unit \"helper\" { \"h\" }, user \"person\" { \"u\" }, date \"due\" { \"d\" }, goal \"goal\" { \"g\" "
        "},%s },\n",
        m->seed, m->seed, m->has_supervisor ? " unit \"supervisor\" { \"s\", required = true }" : "");
    buf_adds(b, "states = {");
    for (int i = 0; i < m->n_states; i++)
        buf_addf(b, " \"s%d\",", i);
    buf_addf(b, " working = \"s1\", closed = \"s%d\",", m->n_states - 1);
    if (m->met)
        names(b, "met", m->met, "s");
    buf_adds(b, " },\nactions = {\n");
    for (int i = 0; i < m->n_actions; i++)
        lua_action(m, i, b);
    buf_adds(b, m->n_clocks ? "},\nclocks = {\n" : "");
    for (int i = 0; i < m->n_clocks; i++)
        lua_clock(&m->clock[i], i, b);
    buf_addf(b,
             "},\nopen_by = \"responsible\", evidence_kinds = %d, clock = { due = \"due\", counts = \"%s\", "
             "yellow = %d },\n",
             m->evidence_kinds, m->due_workdays ? "workdays" : "calendar", m->yellow);
    if (m->watch_days)
        buf_addf(b,
                 "lookback = { for_days = %d, reopen_to = \"s%d\", on = \"goal_broken\", due_days = %d },\n",
                 m->watch_days, m->reopen_to, m->due_days);
    buf_adds(b, "tests = {} }\n");
}
