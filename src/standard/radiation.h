/* radiation.h - ambient gamma dose rate, nGy/h. Pure. There is no national limit (from memory): a value is "normal" within the place's
 * natural range, and a station alarms on its own base line. Rain raises the rate (up to 38 % was seen at one site, about an hour after the
 * rain's peak; single source), so an alarm says whether it rained. Fields are a table of grade.h, "radiation.field". */
#pragma once

#include "standard/grade.h"

#define RADIATION_FIELD "radiation.field"

enum radiation_verdict { RADIATION_NORMAL, RADIATION_ABOVE, RADIATION_BELOW, RADIATION_CANNOT };
/* low and high are the local natural range, both part of it; MICRO_MISSING for either: cannot be judged. */
enum radiation_verdict radiation_background(micro rate, micro low, micro high);

struct radiation_base {
    int n;
    micro mean, sigma; /* of the sample: n - 1 */
    micro alarm;       /* mean + sigmas x sigma */
};
/* The base line of a station from its past values; false when there are fewer than 2 or than `needs`. */
bool radiation_base(const micro *rate, size_t n, size_t needs, int sigmas, struct radiation_base *ret);
enum radiation_alarm { RADIATION_QUIET, RADIATION_ALARM, RADIATION_ALARM_IN_RAIN, RADIATION_NO_VALUE };
enum radiation_alarm radiation_check(const struct radiation_base *base, micro rate,
                                     bool rain_in_the_last_hours);
