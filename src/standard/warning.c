#include "standard/warning.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/scoped.h"

static const struct {
    const char *word, *response;
} colours[WARNING_COLOURS] = {
    [WARNING_NONE] = { "none", "" },      [WARNING_BLUE] = { "blue", "" },
    [WARNING_YELLOW] = { "yellow", "Ⅲ" }, [WARNING_ORANGE] = { "orange", "Ⅱ" },
    [WARNING_RED] = { "red", "Ⅰ" },
};

const char *warning_colour_word(enum warning_colour c)
{
    return colours[c].word;
}

const char *warning_response(enum warning_colour c)
{
    return colours[c].response;
}

static int read_condition(const json_t *o, struct warning_condition *c, struct err *e)
{
    c->hour = json_object_get(o, "hour_above") != NULL;
    int r = json_int_within(o, c->hour ? "hour_above" : "above", 0, 500, -1, &c->above, e);
    if (r == 0 && c->above < 0)
        r = err_named(e, -EINVAL, "ruleset.shape", "above: missing");
    return r < 0 ? r : json_int_within(o, "hours", 0, 720, 0, &c->hours, e);
}

/* orange = { { { above = 200, hours = 48 } }, { { above = 150, hours = 72 } } }: alternatives of conditions. */
static int read_colour(const json_t *list, enum warning_colour colour, struct warning_rules *r, struct err *e)
{
    size_t n = json_array_size(list);
    if (n > WARNING_OR)
        return err_named(e, -EINVAL, "ruleset.shape", "more than %d alternatives", WARNING_OR);
    for (size_t i = 0; i < n; i++) {
        const json_t *all = json_array_get(list, i);
        size_t m = json_array_size(all);
        if (m < 1 || m > WARNING_AND)
            return err_named(e, -EINVAL, "ruleset.shape", "alternative %zu wants 1 to %d conditions", i + 1,
                             WARNING_AND);
        for (size_t k = 0; k < m; k++)
            if (read_condition(json_array_get(all, k), &r->any[colour][i].all[k], e) < 0)
                return err_under(e, "alternative %zu", i + 1);
        r->any[colour][i].n = (int)m;
        if (r->any[colour][i].all[0].hour)
            return err_named(e, -EINVAL, "ruleset.shape", "alternative %zu begins with an hour's AQI", i + 1);
    }
    r->n_any[colour] = (int)n;
    return 0;
}

int warning_read(const json_t *tree, struct warning_rules *ret, struct err *e)
{
    const char *scheme = json_str(tree, "scheme", "");
    int k = ruleset_read(tree, &ret->set, e);
    if (k == 0 && (!*scheme || strlen(scheme) >= sizeof ret->scheme))
        return err_named(e, -EINVAL, "ruleset.shape", "scheme: missing or too long");
    memcpy(ret->scheme, scheme, strlen(scheme) + 1);
    for (int c = WARNING_BLUE; k == 0 && c < WARNING_COLOURS; c++)
        if ((k = read_colour(json_object_get(tree, colours[c].word), (enum warning_colour)c, ret, e)) < 0)
            return err_under(e, "%s", colours[c].word);
    if (k == 0)
        k = json_int_within(tree, "ahead_hours", 0, 720, 24, &ret->ahead_hours, e);
    return k < 0 ? k : json_int_within(tree, "clear_hours", 0, 720, 36, &ret->clear_hours, e);
}

static bool above(const struct warning_series *s, const struct warning_condition *c, int i)
{
    const int *v = c->hour ? s->hour_max : s->aqi;
    return v && v[i] > c->above;
}

/* Whether a run within [first, last] is above for long enough. k windows in a row cover (k - 1) steps and a day. */
static bool holds(const struct warning_series *s, const struct warning_condition *c, int first, int last)
{
    int run = 0;
    for (int i = first; i <= last; i++) {
        run = above(s, c, i) ? run + 1 : 0;
        if (run && (run - 1) * s->step_hours + 24 >= c->hours)
            return true;
    }
    return false;
}

/* The first condition carries the alternative: the others must hold within one run of it. */
static bool met(const struct warning_series *s, const struct warning_condition *all, int n, int first,
                int last)
{
    for (int i = first; i <= last; i++) {
        int from = i;
        while (i <= last && above(s, &all[0], i))
            i++;
        bool ok = i > from && holds(s, &all[0], from, i - 1);
        for (int k = 1; ok && k < n; k++)
            ok = holds(s, &all[k], from, i - 1);
        if (ok)
            return true;
    }
    return false;
}

static int lowest(const struct warning_rules *r)
{
    int least = 500;
    for (int c = WARNING_BLUE; c < WARNING_COLOURS; c++)
        for (int a = 0; a < r->n_any[c]; a++)
            least = r->any[c][a].all[0].above < least ? r->any[c][a].all[0].above : least;
    return least;
}

static enum warning_colour colour_of(const struct warning_rules *r, const struct warning_series *s, int first,
                                     int last, int *ret_alternative)
{
    for (int c = WARNING_RED; c > WARNING_NONE; c--)
        for (int a = 0; a < r->n_any[c]; a++)
            if (met(s, r->any[c][a].all, r->any[c][a].n, first, last)) {
                *ret_alternative = a;
                return (enum warning_colour)c;
            }
    return WARNING_NONE;
}

/* The end of the run above the lowest threshold that begins at i, over gaps too short to clear it. */
static int run_end(const struct warning_rules *r, const struct warning_series *s, int low, int i)
{
    int last = i;
    for (int k = i; k < s->n && (k - last - 1) * s->step_hours <= r->clear_hours; k++)
        if (s->aqi[k] > low)
            last = k;
    return last;
}

int warning_episodes(const struct warning_rules *r, const struct warning_series *s,
                     struct warning_episode *ret, int cap)
{
    int n = 0, low = lowest(r);
    for (int i = 0; i < s->n; i++) {
        if (s->aqi[i] <= low)
            continue;
        int last = run_end(r, s, low, i), alternative = 0;
        enum warning_colour c = colour_of(r, s, i, last, &alternative);
        if (c != WARNING_NONE) {
            int clear = last + 1 + r->clear_hours / s->step_hours;
            if (n < cap)
                ret[n] = (struct warning_episode){
                    c, i, last, alternative, r->ahead_hours, clear < s->n ? clear : -1
                };
            n++;
        }
        i = last;
    }
    return n;
}

char *warning_text(const struct warning_rules *r, enum warning_colour c, int alternative, bool english,
                   char *to, size_t size)
{
    size_t len = 0;
    to[0] = '\0';
    for (int k = 0; k < r->any[c][alternative].n && len < size; k++) {
        const struct warning_condition *x = &r->any[c][alternative].all[k];
        int n = snprintf(to + len, size - len, english ? "%s%s AQI above %d" : "%s%sAQI>%d",
                         k ? english ? ", and " : "，且" : "",
                         english   ? x->hour ? "an hourly" : "daily"
                         : x->hour ? "小时"
                                   : "日",
                         x->above);
        len += n > 0 ? (size_t)n : 0;
        if (x->hours > 24 && len < size) {
            n = snprintf(to + len, size - len, english ? " for %d h or more" : "持续%d小时及以上", x->hours);
            len += n > 0 ? (size_t)n : 0;
        }
    }
    return to;
}

/* { aqi = { 210, 205 }, colour = "orange" }; hours: the largest hourly AQI of each day; step: hours between days */
int warning_test(const struct warning_rules *r, const json_t *t, struct err *e)
{
    int aqi[64], hour[64];
    const json_t *list = json_object_get(t, "aqi"), *hours = json_object_get(t, "hours");
    struct warning_episode ep[8];
    struct warning_series s = { aqi, json_is_array(hours) ? hour : NULL, 0, 24 };
    int r_step = json_int_within(t, "step", 1, 24, 24, &s.step_hours, e);
    if (r_step < 0)
        return r_step;
    for (; s.n < (int)json_array_size(list) && s.n < (int)COUNT_OF(aqi); s.n++) {
        aqi[s.n] = (int)json_integer_value(json_array_get(list, (size_t)s.n));
        hour[s.n] = (int)json_integer_value(json_array_get(hours, (size_t)s.n));
    }
    int n = warning_episodes(r, &s, ep, COUNT_OF(ep));
    enum warning_colour worst = WARNING_NONE;
    for (int i = 0; i < n && i < (int)COUNT_OF(ep); i++)
        worst = ep[i].colour > worst ? ep[i].colour : worst;
    const char *want = json_str(t, "colour", "none");
    if (strcmp(want, colours[worst].word) != 0)
        return err_named(e, -EBADMSG, "ruleset.test", "colour should be %s and is %s", want,
                         colours[worst].word);
    if (json_object_get(t, "episodes") && json_int(t, "episodes", 0) != n)
        return err_named(e, -EBADMSG, "ruleset.test", "there are %d episodes", n);
    return 0;
}
