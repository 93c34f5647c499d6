/* player.h - what one site's device uploads and when: real-time, minute, hour and day frames from a replayed series or the scenario.
 * Pure: the same span gives the same frames, with the same QN, so that playing it again is a repeat. */
#pragma once

#include "domain/period.h"
#include "gather/device.h"
#include "gather/scenario.h"
#include "gather/series.h"

enum { PLAY_REALTIME = 1, PLAY_MINUTE = 2, PLAY_HOUR = 4, PLAY_DAY = 8 };

struct player {
    const struct site *site;
    const struct scenario *scenario;
    const struct series *hours, *days; /* either may have nothing for this site */
    unsigned kinds;
    int64_t step[PERIOD_COUNT];
    int64_t due[PERIOD_COUNT]; /* the next moment each kind is sent */
};

/* Everything that is due at from < t <= ... ; a report is due when its period ends. */
void player_init(struct player *p, const struct site *site, const struct scenario *scenario,
                 const struct series *hours, const struct series *days, unsigned kinds, int64_t from);
/* The next upload due at or before `until`, its data area appended to cp. false when there is none. What has no values (silence, a
 * gap in the series) is passed over. */
bool player_next(struct player *p, int64_t until, struct device_upload *ret, struct buf *cp);
/* When something is due next; INT64_MAX: never. */
int64_t player_due(const struct player *p);
/* "22" for an air station ... : the system code of its frames. */
const char *player_st(const struct site *site);
/* What it keeps: the data area of the first period of 2031, 2041, 2051 or 2061 that begins at or behind *from, not behind `to`, and has ended by
 * `until`; moves *from behind it. false when there is none. */
bool player_history(const struct player *p, int cn, int64_t *from, int64_t to, int64_t until, struct buf *cp);
/* Another interval, from now on (1062, 1064). */
void player_set_step(struct player *p, enum period k, int64_t step, int64_t now);
