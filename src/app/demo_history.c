/* demo_history.c - the observations behind the demo's first day: what its devices would have uploaded, made by the same player that the
 * simulator uses and appended straight to the store. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/demo.h"
#include "base/cntime.h"
#include "base/scoped.h"
#include "gather/player.h"

enum { BATCH = 2000 };

struct batch {
    struct obs_writer *writer;
    struct record record[BATCH];
    size_t offset[BATCH]; /* of each body in text */
    size_t n, total;
    struct buf text;
};

static int flush(struct batch *b, struct err *e)
{
    if (b->text.failed)
        return err_set(e, -ENOMEM, "out of memory");
    for (size_t i = 0; i < b->n; i++)
        b->record[i].body = b->text.data + b->offset[i];
    int r = b->n ? obs_append(b->writer, b->record, b->n, NULL, e) : 0;
    b->total += b->n;
    b->n = 0;
    buf_clear(&b->text);
    return r;
}

static enum period period_of(int cn)
{
    return cn == 2061 ? PERIOD_HOUR : cn == 2031 ? PERIOD_DAY : cn == 2051 ? PERIOD_MINUTE : PERIOD_REALTIME;
}

/* "DataTime=20261120080000;w01018-Avg=…" becomes a record of that time. */
static int add(struct batch *b, const struct site *site, const struct device_upload *up, const struct buf *cp,
               struct err *e)
{
    static const char head[] = "DataTime=";
    int64_t time, sent;
    const char *semi = cp->data ? strchr(cp->data, ';') : NULL;
    size_t n = sizeof head - 1;
    if (!semi || strncmp(cp->data, head, n) != 0 ||
        !cn_parse_compact(cp->data + n, (size_t)(semi - cp->data) - n, &time) ||
        !cn_parse_compact(up->qn, strlen(up->qn), &sent))
        return err_set(e, -EINVAL, "site %s: an upload cannot be read", site->code);
    size_t len = cp->len - (size_t)(semi + 1 - cp->data);
    b->offset[b->n] = b->text.len;
    buf_add(&b->text, semi + 1, len);
    b->record[b->n++] = (struct record){ .time = time,
                                         .site = site->id,
                                         .period = (uint8_t)period_of(up->cn),
                                         .source = SOURCE_FILE,
                                         .tag = strtoull(up->qn, NULL, 10),
                                         .arrival = sent,
                                         .body_len = len };
    return b->n == BATCH ? flush(b, e) : 0;
}

struct played {
    struct player player;
    struct site site; /* a 2005 device's history is kept in the new codes, as the gateway would */
};

/* Past months are packed at once, as the server would in time: a fresh demo is as small and as quick as an old one. */
static int pack(const struct demo *d, struct obs_writer *w, struct err *e)
{
    size_t moved = 1;
    int r = 0;
    while (r == 0 && moved)
        r = obs_compact(w, d->today - 45 * MS_DAY, &moved, e);
    return r;
}

/* Round by round over all sites, a day at a time, so that rows arrive in order of time as the store likes them. */
/* Of the sites that have a device: who samples by hand sends nothing (demo_samples.c). */
static int play(const struct demo *d, struct played *p, size_t n, struct batch *b, struct err *e)
{
    int r = 0;
    struct buf cp = BUF_INIT;
    int64_t first = d->today - d->history_days * MS_DAY;
    for (int64_t until = first + MS_DAY; r == 0 && until <= d->today + MS_DAY; until += MS_DAY) {
        for (size_t i = 0; r == 0 && i < n; i++) {
            struct device_upload up;
            if (!*p[i].site.mn)
                continue;
            int64_t end = until < d->today ? until : d->today;
            buf_clear(&cp);
            while (r == 0 && player_next(&p[i].player, end, &up, &cp)) {
                r = add(b, &p[i].site, &up, &cp, e);
                buf_clear(&cp);
            }
        }
    }
    buf_release(&cp);
    return r < 0 ? r : flush(b, e);
}

static int set_up(const struct demo *d, struct series *hours, struct series *days, struct err *e)
{
    char path[4200];
    if (!hours || !days)
        return err_set(e, -ENOMEM, "out of memory");
    snprintf(path, sizeof path, "%s/replay.csv.gz", d->dir);
    int r = series_add(hours, path, e);
    snprintf(path, sizeof path, "%s/replay-days.csv", d->dir);
    if (r == 0)
        r = series_add(days, path, e);
    series_ready(hours);
    series_ready(days);
    return r;
}

/* How many days back a site's past goes. The year's class of a river is the mean of its months, and the month is held against last year's:
 * rivers have as long a past as what is replayed; outlets have this year, whose load is held against the permitted one. */
static int past_of(const struct demo *d, const struct site *s)
{
    int this_year = (int)(cn_day_of(d->today) - cn_days(cn_from_ms(d->today).year, 1, 1));
    bool whole = strcmp(s->origin, "replay") == 0 || s->kind == SITE_RIVER;
    return whole || d->history_days < this_year ? d->history_days : this_year;
}

int demo_write_history(struct demo *d, size_t *ret_records, struct err *e)
{
    const struct place *place = d->core.place;
    struct series *hours = series_new(place), *days = series_new(place);
    struct scenario *scenario = NULL;
    struct played *p = calloc(place->n_sites, sizeof *p);
    struct batch *b = calloc(1, sizeof *b);
    int r = p && b ? set_up(d, hours, days, e) : err_set(e, -ENOMEM, "out of memory");
    if (r == 0)
        r = scenario_build(d->scenario, place, &scenario, e);
    if (r == 0)
        r = obs_writer_open(d->dir, false, &b->writer, e);
    for (size_t i = 0; r == 0 && i < place->n_sites; i++) {
        p[i].site = place->sites[i];
        p[i].site.edition = "2017";
        player_init(&p[i].player, &p[i].site, scenario, hours, days, PLAY_HOUR | PLAY_DAY,
                    d->today - past_of(d, &place->sites[i]) * MS_DAY);
    }
    if (r == 0)
        r = play(d, p, place->n_sites, b, e);
    if (r == 0)
        r = pack(d, b->writer, e);
    if (b) {
        *ret_records = b->total;
        obs_writer_close(b->writer);
        buf_release(&b->text);
    }
    scenario_free(scenario);
    series_free(hours);
    series_free(days);
    free(p);
    free(b);
    return r;
}
