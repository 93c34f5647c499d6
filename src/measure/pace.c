#include "measure/pace.h"

#include <errno.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"

/* No target is larger; the difference of two times the days of a century is reckoned in 128 bits. */
#define PACE_MOST (1000000000 * MICRO_ONE)

static int bad(struct err *e, const char *why)
{
    return err_named(e, -EINVAL, "bad_input", "pace: %s", why);
}

static bool day_of(const char *s, int64_t *ret)
{
    int64_t ms;
    if (strlen(s) != 10 || !cn_parse_iso(s, 10, &ms))
        return false;
    int year = cn_from_ms(ms).year;
    *ret = cn_day_of(ms);
    return year >= 2000 && year <= 2100;
}

static bool value_of(const json_t *o, const char *key, micro *ret)
{
    *ret = json_micro(o, key, MICRO_MISSING);
    return *ret != MICRO_MISSING && *ret >= -PACE_MOST && *ret <= PACE_MOST;
}

static int add(json_t *points, const char *by, const json_t *value, const char *what)
{
    json_t *one = json_pack("{s:s,s:O}", "by", by, "value", value);
    if (one && *what && json_object_set_new(one, "what", json_string(what)) < 0) {
        json_decref(one);
        one = NULL;
    }
    return one && json_array_append_new(points, one) == 0 ? 0 : -ENOMEM;
}

static int read_linear(const json_t *d, micro goal, json_t *points, struct err *e)
{
    const char *from = json_str(d, "from", ""), *to = json_str(d, "to", "");
    int64_t a, b;
    micro start = 0, end = goal;
    if (!day_of(from, &a) || !day_of(to, &b) || a >= b)
        return bad(e, "from and to are days, the first before the second");
    if ((json_object_get(d, "start") && !value_of(d, "start", &start)) ||
        (json_object_get(d, "value") && !value_of(d, "value", &end)) || end == MICRO_MISSING ||
        end < -PACE_MOST || end > PACE_MOST)
        return bad(e, "start and value are numbers, and there must be something to reach");
    scoped(json_decrefp) json_t *first = json_real(micro_to_double(start));
    scoped(json_decrefp) json_t *last = json_real(micro_to_double(end));
    return first && last ? add(points, from, first, "") < 0 || add(points, to, last, "") < 0 ? -ENOMEM : 0
                         : -ENOMEM;
}

static int read_months(const json_t *d, json_t *points, struct err *e)
{
    const json_t *values = json_object_get(d, "values"), *v;
    int64_t year = json_int(d, "year", 0);
    size_t i;
    char by[CN_TEXT];
    if (year < 2000 || year > 2100 || json_array_size(values) != 12)
        return bad(e, "months want a year and twelve values, null where nothing is due");
    json_array_foreach(values, i, v)
    {
        micro m = json_to_micro(v, MICRO_MISSING);
        if (json_is_null(v))
            continue;
        if (m == MICRO_MISSING || m < -PACE_MOST || m > PACE_MOST)
            return bad(e, "a month's value is a number or null");
        int month = (int)i + 1;
        cn_format_date(cn_day_start(cn_days((int)year, month, cn_days_in_month((int)year, month))), by);
        if (add(points, by, v, "") < 0)
            return -ENOMEM;
    }
    return json_array_size(points) ? 0 : bad(e, "no month has a value");
}

static int read_points(const json_t *d, json_t *points, struct err *e)
{
    const json_t *list = json_object_get(d, "points"), *p;
    int64_t before = INT64_MIN, day;
    size_t i, n = json_array_size(list);
    micro m;
    if (!n || n > PACE_POINTS_MAX)
        return bad(e, "points: between 1 and 240 of them");
    json_array_foreach(list, i, p)
    {
        const char *by = json_str(p, "by", ""), *what = json_str(p, "what", "");
        if (!day_of(by, &day) || day <= before || !value_of(p, "value", &m) || strlen(what) > 200)
            return bad(
                e, "each point has a day after the one before it, a number, and at most 200 bytes of words");
        before = day;
        if (add(points, by, json_object_get(p, "value"), what) < 0)
            return -ENOMEM;
    }
    return 0;
}

int pace_read(const json_t *declared, micro goal, json_t **ret, struct err *e)
{
    const char *kind = json_str(declared, "kind", "");
    scoped(json_decrefp) json_t *points = json_array();
    int r = !points                       ? -ENOMEM
            : strcmp(kind, "linear") == 0 ? read_linear(declared, goal, points, e)
            : strcmp(kind, "months") == 0 ? read_months(declared, points, e)
            : strcmp(kind, "points") == 0 ? read_points(declared, points, e)
                                          : bad(e, "kind is linear, months or points");
    if (r == 0 && !(*ret = json_pack("{s:s,s:O}", "kind", kind, "points", points)))
        r = -ENOMEM;
    return r == -ENOMEM ? err_set(e, r, "no memory for a pace") : r;
}

/* ---- asking ---- */

static bool point_of(const json_t *points, size_t i, int64_t *day, micro *value)
{
    const json_t *p = json_array_get(points, i);
    return p && day_of(json_str(p, "by", ""), day) && value_of(p, "value", value);
}

/* a at day x, b at day y, evenly between; both values are bounded, so the product needs 128 bits and the result does not. */
static micro between(micro a, int64_t x, micro b, int64_t y, int64_t day)
{
    return a + (micro)((__int128)(b - a) * (day - x) / (y - x));
}

bool pace_at(const json_t *pace, int64_t day, struct pace_at *ret)
{
    const json_t *points = json_object_get(pace, "points");
    bool linear = strcmp(json_str(pace, "kind", ""), "linear") == 0;
    int64_t at, last_at = 0;
    micro v, last = 0;
    size_t n = json_array_size(points);
    *ret = (struct pace_at){ .next_what = "" };
    if (!n || n > PACE_POINTS_MAX)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (!point_of(points, i, &at, &v) || (i && at <= last_at))
            return false;
        if (at <= day) {
            ret->begun = true;
            ret->wanted = v;
        } else if (!ret->more) {
            ret->more = true;
            ret->next = at;
            ret->next_value = v;
            ret->next_what = json_str(json_array_get(points, i), "what", "");
            if (linear && i)
                ret->wanted = between(last, last_at, v, at, day);
        }
        last = v;
        last_at = at;
    }
    return true;
}

bool pace_of_year(const json_t *pace, int year, micro *ret)
{
    const json_t *points = json_object_get(pace, "points");
    int64_t at;
    micro v;
    bool found = false;
    for (size_t i = 0; i < json_array_size(points) && i < PACE_POINTS_MAX; i++)
        if (point_of(points, i, &at, &v) && cn_from_ms(cn_day_start(at)).year == year) {
            *ret = v;
            found = true;
        }
    return found;
}

bool pace_years(const json_t *pace, int *ret_first, int *ret_last)
{
    const json_t *points = json_object_get(pace, "points");
    size_t n = json_array_size(points);
    int64_t first, last;
    micro v;
    if (!n || n > PACE_POINTS_MAX || !point_of(points, 0, &first, &v) || !point_of(points, n - 1, &last, &v))
        return false;
    *ret_first = cn_from_ms(cn_day_start(first)).year;
    *ret_last = cn_from_ms(cn_day_start(last)).year;
    return true;
}
