/* What is to survive a restart of the loggers that ask to join, as one JSON array. Their lines do not: each is gone until it asks again,
 * and what was being sent to one did not succeed. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "base/scoped.h"
#include "gather/gateway_own.h"

static void write_join(struct jw *w, const struct gateway_join *j)
{
    jw_object(w);
    jw_kint(w, "id", (int64_t)j->id);
    jw_kstr(w, "state", gateway_join_state_name(j->state));
    jw_kstr(w, "mn", j->mn);
    jw_kstr(w, "logger", j->logger);
    jw_kstr(w, "cpu", j->cpu);
    jw_kstr(w, "mac1", j->mac[0]);
    jw_kstr(w, "mac2", j->mac[1]);
    jw_kint(w, "first", j->first);
    jw_kint(w, "last", j->last);
    jw_kint(w, "frames", (int64_t)j->frames);
    jw_kint(w, "site", j->site);
    jw_kstr(w, "by", j->by);
    jw_kint(w, "qn_rtn", j->qn_rtn);
    jw_kint(w, "exe_rtn", j->exe_rtn);
    jw_end_object(w);
}

/* One that was given its MN and of which nobody was told yet. */
static bool untold(struct gateway *g, struct gateway_join *ret, char mn[GATEWAY_MN])
{
    bool found = false;
    pthread_mutex_lock(&g->lock);
    for (struct join *j = g->join; j < g->join + GATEWAY_JOINS && !found; j++) {
        if (!j->untold)
            continue;
        found = true;
        j->untold = false;
        *ret = j->seen;
        memcpy(mn, j->new_mn, GATEWAY_MN);
    }
    pthread_mutex_unlock(&g->lock);
    return found;
}

void joins_tell(struct gateway *g)
{
    scoped(buf_release) struct buf text = BUF_INIT;
    struct gateway_join j;
    char mn[GATEWAY_MN];
    while (g->cfg.joined && untold(g, &j, mn))
        g->cfg.joined(g->cfg.heal_arg, j.site, mn, &j);
    if (!g->cfg.keep_joins)
        return;
    struct jw w = JW(&text);
    pthread_mutex_lock(&g->lock);
    bool changed = g->joins_changed;
    g->joins_changed = false;
    jw_array(&w);
    for (const struct join *k = g->join; changed && k < g->join + GATEWAY_JOINS; k++)
        if (k->seen.id)
            write_join(&w, &k->seen);
    jw_end_array(&w);
    pthread_mutex_unlock(&g->lock);
    if (changed && !text.failed)
        g->cfg.keep_joins(g->cfg.heal_arg, text.data);
}

static int read_join(const json_t *row, struct gateway_join *ret)
{
    static const struct {
        const char *name;
        size_t at, cap;
    } texts[] = {
        { "mn", offsetof(struct gateway_join, mn), sizeof ret->mn },
        { "logger", offsetof(struct gateway_join, logger), sizeof ret->logger },
        { "cpu", offsetof(struct gateway_join, cpu), sizeof ret->cpu },
        { "mac1", offsetof(struct gateway_join, mac[0]), sizeof ret->mac[0] },
        { "mac2", offsetof(struct gateway_join, mac[1]), sizeof ret->mac[1] },
        { "by", offsetof(struct gateway_join, by), sizeof ret->by },
    };
    const char *state = json_str(row, "state", "");
    int s = 0;
    while (s < GATEWAY_JOIN_STATES && strcmp(state, gateway_join_state_name((enum gateway_join_state)s)) != 0)
        s++;
    int64_t id = json_int(row, "id", 0);
    if (id < 1 || s == GATEWAY_JOIN_STATES)
        return -EINVAL;
    *ret = (struct gateway_join){ .id = (uint64_t)id,
                                  .state = s == GATEWAY_JOIN_SENT ? GATEWAY_JOIN_FAILED
                                                                  : (enum gateway_join_state)s,
                                  .first = json_int(row, "first", 0),
                                  .last = json_int(row, "last", 0),
                                  .frames = (uint64_t)json_int(row, "frames", 0),
                                  .site = (int32_t)json_int(row, "site", 0),
                                  .qn_rtn = (int)json_int(row, "qn_rtn", 0),
                                  .exe_rtn = (int)json_int(row, "exe_rtn", 0) };
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        snprintf((char *)ret + texts[i].at, texts[i].cap, "%s", json_str(row, texts[i].name, ""));
    return 0;
}

void joins_restore(struct gateway *g)
{
    scoped(buf_release) struct buf text = BUF_INIT;
    scoped(json_decrefp) json_t *tree = NULL;
    struct err e = { 0 };
    if (g->cfg.kept_joins)
        g->cfg.kept_joins(g->cfg.heal_arg, &text);
    if (!text.len)
        return;
    int r = json_read(text.data, text.len, &tree, &e);
    size_t n = r == 0 ? json_array_size(tree) : 0;
    for (size_t i = 0; r == 0 && i < n && i < GATEWAY_JOINS; i++) {
        struct join *j = &g->join[i];
        /* No line has this generation: it is not connected. */
        *j = (struct join){ .g = g, .generation = UINT32_MAX };
        r = read_join(json_array_get(tree, i), &j->seen);
        if (r < 0)
            j->seen.id = 0;
        if (j->seen.id > g->last_join)
            g->last_join = j->seen.id;
    }
    if (r < 0) /* a logger asks again; a platform that does not start would be worse */
        log_warn("gateway", "the loggers that asked to join are not all known any more: %s", e.text);
}
