/* The engine: judges what came, one pass at a time, and does between passes what nobody waits for. */
#include "app/server_own.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cntime.h"
#include "base/log.h"
#include "base/scoped.h"

enum {
    BEAT_MS = 5000,       /* keep-alive of event streams */
    PASS_MS = 1000,       /* the longest that stored values wait for judgement */
    LOOK_BACK_MS = 30000, /* how often clocks and look-back run when no value comes */
    HEAL_MS = 1000,
    COMPACT_MS = 10 * 60 * 1000,
    COMPACT_PIECES = 64, /* bounded pieces of packing between two looks at the clock */
};

/* ---- news for browsers ---- */

static void publish_id(struct server *s, const char *event, int64_t id)
{
    char json[48];
    snprintf(json, sizeof json, "{\"id\":%lld}", (long long)id);
    api_publish(s->api, event, json);
}

static void finding_news(void *arg, int64_t id)
{
    notices_finding(((struct server *)arg)->notices, id);
    publish_id(arg, "finding", id);
}

static void case_news(void *arg, int64_t id)
{
    publish_id(arg, "case", id);
}

static void publish_touched(struct server *s, const unsigned char *touched)
{
    char json[96], when[CN_TEXT];
    bool any = false;
    cn_format_iso(clock_now(&s->clock), when);
    for (size_t i = 0; i < s->core.place->n_sites; i++) {
        if (!touched[i])
            continue;
        snprintf(json, sizeof json, "{\"site\":%d,\"time\":\"%s\"}", s->core.place->sites[i].id, when);
        api_publish(s->api, "observation", json);
        any = true;
    }
    if (any)
        api_publish(s->api, "city", "{}");
}

/* ---- what was changed since the last pass ---- */

void engine_stored(void *arg, const struct record *r, size_t n)
{
    struct server *s = arg;
    board_take(s->core.board, r, n);
    presence_take(s->presence, r, n);
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < n; i++)
        if (r[i].site >= 1 && (size_t)r[i].site <= s->core.place->n_sites)
            s->touched[r[i].site - 1] = 1;
    if (!s->dirty) {
        s->dirty = true;
        pthread_cond_signal(&s->wake);
    }
    pthread_mutex_unlock(&s->lock);
}

/* Sets one of the flags that s->lock guards. */
static void changed(struct server *s, bool *flag)
{
    pthread_mutex_lock(&s->lock);
    *flag = s->dirty = true;
    pthread_cond_signal(&s->wake);
    pthread_mutex_unlock(&s->lock);
}

void engine_targets_changed(void *server)
{
    struct server *s = server;
    changed(s, &s->changed.targets);
}

void engine_fences_changed(struct server *s)
{
    changed(s, &s->changed.fences);
}

/* As of an opinion: who gives a forecast waits for what it asks for. */
void engine_forecasts_changed(void *arg)
{
    struct server *s = arg;
    struct err e = { 0 };
    pthread_mutex_lock(&s->lock);
    s->changed.forecasts = true;
    pthread_mutex_unlock(&s->lock);
    if (engine_pass(s, &e) < 0)
        log_error("engine", "%s", e.text);
    api_publish(s->api, "forecast", "{}");
}

void engine_permits_changed(struct server *s)
{
    changed(s, &s->changed.permits);
}

void engine_reviews_changed(void *arg)
{
    struct server *s = arg;
    struct err e = { 0 };
    pthread_mutex_lock(&s->lock);
    s->changed.reviews = true;
    pthread_mutex_unlock(&s->lock);
    if (engine_pass(s, &e) < 0)
        log_error("engine", "%s", e.text);
    api_publish(s->api, "review", "{}");
}

/* ---- a pass ---- */

/* Gives the board what people changed. What could not be read stays due for the next pass. */
static int take_changes(struct server *s, struct changes *due, struct err *e)
{
    int r = due->targets ? core_take_targets(&s->core, e) : 0;
    due->targets &= r < 0;
    if (r == 0 && due->reviews)
        due->reviews = (r = core_take_reviews(&s->core, e)) < 0;
    if (r == 0 && due->permits)
        due->permits = (r = core_take_permits(&s->core, e)) < 0;
    if (r == 0 && due->fences)
        due->fences = (r = core_take_fences(&s->core, e)) < 0;
    if (due->forecasts)
        s->core.looked_ahead = 0;
    pthread_mutex_lock(&s->lock);
    s->changed.targets |= due->targets;
    s->changed.reviews |= due->reviews;
    s->changed.permits |= due->permits;
    s->changed.fences |= due->fences;
    pthread_mutex_unlock(&s->lock);
    return r;
}

int engine_pass(struct server *s, struct err *e)
{
    scoped(freep) unsigned char *touched = calloc(s->core.place->n_sites + 1, 1);
    if (!touched)
        return err_set(e, -ENOMEM, "out of memory");
    pthread_mutex_lock(&s->pass_lock);
    pthread_mutex_lock(&s->lock);
    memcpy(touched, s->touched, s->core.place->n_sites);
    memset(s->touched, 0, s->core.place->n_sites);
    s->dirty = false;
    struct changes due = s->changed;
    s->changed = (struct changes){ 0 };
    pthread_mutex_unlock(&s->lock);
    int r = take_changes(s, &due, e);
    struct core_news news = { .finding = finding_news, .cases = case_news, .arg = s };
    if (r == 0)
        r = core_pass(&s->core, touched, &news, e);
    if (r == 0 && s->api)
        r = api_open_due(s->api, clock_now(&s->clock), e);
    bool left = s->core.clocks_left;
    pthread_mutex_unlock(&s->pass_lock);
    if (left) { /* the next pass goes on with them; meanwhile whoever waits for a pass has his turn */
        pthread_mutex_lock(&s->lock);
        s->dirty = true;
        pthread_mutex_unlock(&s->lock);
    }
    publish_touched(s, touched);
    return r;
}

/* ---- between passes ---- */

struct compaction {
    struct server *s;
    size_t moved;
};

static int compact_piece(void *arg, struct err *e)
{
    struct compaction *c = arg;
    int64_t before = clock_now(&c->s->clock) - c->s->config->compact_after_days * MS_DAY;
    return obs_compact(c->s->writer, before, &c->moved, e);
}

/* Packs past months between commits, in bounded pieces so that devices never wait long. */
static void compact(struct server *s)
{
    struct compaction c = { .s = s, .moved = 1 };
    struct err e = { 0 };
    for (int i = 0; i < COMPACT_PIECES && c.moved; i++) {
        if (gateway_on_writer(s->gateway, compact_piece, &c, &e) < 0) {
            if (e.code != -ESHUTDOWN)
                log_warn("store", "past months could not be packed: %s", e.text);
            return;
        }
    }
}

static void note_losses(struct server *s)
{
    struct err e = { 0 };
    bool news = false;
    int r = losses_look(s->losses, s->gateway, &s->core, &news, &e);
    if (r == 0 && news && (r = core_take_losses(&s->core, &e)) == 0) {
        pthread_mutex_lock(&s->lock);
        s->dirty = true;
        pthread_mutex_unlock(&s->lock);
    }
    if (r < 0)
        log_warn("engine", "what was lost on the way could not be noted: %s", e.text);
}

/* Waits until there is something to judge, or until `ms` have gone. false when the server is ending. */
static bool wait_for_work(struct server *s, int ms)
{
    struct timespec until = clock_deadline(ms);
    pthread_mutex_lock(&s->lock);
    int r = 0;
    while (!s->stopping && !s->dirty && r == 0)
        r = pthread_cond_timedwait(&s->wake, &s->lock, &until);
    bool go = !s->stopping;
    pthread_mutex_unlock(&s->lock);
    return go;
}

void engine_run(void *arg)
{
    struct server *s = arg;
    int64_t last_pass = 0, last_beat = 0, last_heal = 0, last_compact = clock_monotonic_ns(), last_day = 0;
    bool complained = false;
    while (wait_for_work(s, PASS_MS)) {
        int64_t now = clock_monotonic_ns();
        bool dirty;
        pthread_mutex_lock(&s->lock);
        dirty = s->dirty || s->changed.targets || s->changed.reviews || s->changed.permits ||
                s->changed.fences || s->changed.forecasts;
        pthread_mutex_unlock(&s->lock);
        /* A test clock stands still between steps, and its steps settle by themselves. */
        if (dirty || (!s->clock.test && now - last_pass > LOOK_BACK_MS * INT64_C(1000000))) {
            struct err e = { 0 };
            last_pass = now;
            if (engine_pass(s, &e) < 0 && !complained)
                log_error("engine", "%s", e.text);
            complained = e.code != 0;
        }
        if (now - last_beat > BEAT_MS * INT64_C(1000000)) {
            last_beat = now;
            api_beat(s->api);
            note_losses(s);
        }
        if (now - last_heal > HEAL_MS * INT64_C(1000000)) {
            last_heal = now;
            gateway_heal(s->gateway);
            gateway_tend_keys(s->gateway);
        }
        if (now - last_compact > COMPACT_MS * INT64_C(1000000)) {
            last_compact = now;
            compact(s);
        }
        cleaning_daily(s, &last_day);
        struct timespec breath = { .tv_nsec = 50000000 }; /* gather what comes in a burst into one pass */
        nanosleep(&breath, NULL);
    }
}
