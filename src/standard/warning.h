/* warning.h - heavy-pollution warnings: which level a run of AQI days asks for, by the rule of the date.
 *
 * Pure. A rule is a file of definitions/standards/warning: for each colour alternatives, for each alternative conditions "AQI above X
 * for at least H hours". The AQI of a day may be taken over any 24 hours, so a series has a step: 24 h for natural days, 1 h for
 * moving days. Dust episodes are outside: the caller leaves their days out (-1). */
#pragma once

#include "standard/ruleset.h"

enum warning_colour {
    WARNING_NONE,
    WARNING_BLUE,
    WARNING_YELLOW,
    WARNING_ORANGE,
    WARNING_RED,
    WARNING_COLOURS
};
const char *warning_colour_word(enum warning_colour c); /* "none", "blue", "yellow", "orange", "red" */
const char *warning_response(enum warning_colour c);    /* Ⅲ, Ⅱ, Ⅰ; "" */

enum { WARNING_OR = 4, WARNING_AND = 3 };
struct warning_condition {
    int above; /* AQI of a day above this ... */
    int hours; /* ... for at least this long; 0: once is enough */
    bool hour; /* above is of an hour's AQI */
};
struct warning_rules {
    struct ruleset set;
    char scheme[24]; /* "national", "shandong": rules of one scheme do not overlap */
    struct {
        struct warning_condition all[WARNING_AND];
        int n;
    } any[WARNING_COLOURS][WARNING_OR];
    int n_any[WARNING_COLOURS];
    int ahead_hours; /* to be issued this long before */
    int clear_hours; /* cancelled when below the lowest condition for longer than this; episodes closer than it are one */
};
int warning_read(const json_t *tree, struct warning_rules *ret, struct err *e);
int warning_test(const struct warning_rules *r, const json_t *test, struct err *e);

/* aqi[i]: of the 24 hours that begin i × step_hours after the start; -1: none. hour_max[i] (may be NULL): the largest hourly AQI within. */
struct warning_series {
    const int *aqi, *hour_max;
    int n, step_hours;
};
struct warning_episode {
    enum warning_colour colour; /* the highest that any part of it asks for */
    int first, last;            /* indices of the run above the lowest threshold */
    int alternative;            /* of the colour: which of its alternatives was met */
    int issue_hours;            /* hours before `first` begins at which it should stand: ahead_hours */
    int cleared; /* index of the day in which it has been below for clear_hours; -1: the series ends first */
};
/* Episodes in order of time, at most cap; returns how many there are. */
int warning_episodes(const struct warning_rules *r, const struct warning_series *s,
                     struct warning_episode *ret, int cap);
/* "AQI>200 持续≥48小时，且 AQI>300 持续≥24小时" */
char *warning_text(const struct warning_rules *r, enum warning_colour c, int alternative, bool english,
                   char *to, size_t size);
