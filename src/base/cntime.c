#include "base/cntime.h"

#include <stdio.h>
#include <string.h>

static int64_t floor_div(int64_t a, int64_t b)
{
    int64_t q = a / b;
    return q - (a % b != 0 && (a < 0) != (b < 0));
}

static bool leap(int y)
{
    return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

int cn_days_in_month(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    return month == 2 && leap(year) ? 29 : days[month - 1];
}

int cn_days_in_year(int year)
{
    return leap(year) ? 366 : 365;
}

bool cn_valid(const struct cn_civil *c)
{
    return c->year >= 1900 && c->year <= 9999 && c->month >= 1 && c->month <= 12 && c->day >= 1 &&
           c->day <= cn_days_in_month(c->year, c->month) && c->hour >= 0 && c->hour <= 23 && c->minute >= 0 &&
           c->minute <= 59 && c->second >= 0 && c->second <= 59 && c->ms >= 0 && c->ms <= 999;
}

/* Days from civil and back: the era method (400-year cycles that begin on 1 March). */
int64_t cn_days(int year, int month, int day)
{
    int64_t y = year - (month <= 2);
    int64_t era = floor_div(y, 400);
    int64_t yoe = y - era * 400;
    int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

int64_t cn_to_ms(const struct cn_civil *c)
{
    return cn_days(c->year, c->month, c->day) * MS_DAY + c->hour * MS_HOUR + c->minute * MS_MINUTE +
           c->second * MS_SECOND + c->ms - CN_OFFSET_MS;
}

struct cn_civil cn_from_ms(int64_t ms)
{
    int64_t local = ms + CN_OFFSET_MS;
    int64_t day = floor_div(local, MS_DAY), rest = local - day * MS_DAY;
    int64_t z = day + 719468, era = floor_div(z, 146097), doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    int month = (int)(mp < 10 ? mp + 3 : mp - 9);
    return (struct cn_civil){
        .year = (int)(yoe + era * 400 + (month <= 2)),
        .month = month,
        .day = (int)(doy - (153 * mp + 2) / 5 + 1),
        .hour = (int)(rest / MS_HOUR),
        .minute = (int)(rest / MS_MINUTE % 60),
        .second = (int)(rest / MS_SECOND % 60),
        .ms = (int)(rest % 1000),
    };
}

int64_t cn_day_of(int64_t ms)
{
    return floor_div(ms + CN_OFFSET_MS, MS_DAY);
}

int64_t cn_hour_of(int64_t ms)
{
    return floor_div(ms + CN_OFFSET_MS, MS_HOUR);
}

int64_t cn_day_start(int64_t day)
{
    return day * MS_DAY - CN_OFFSET_MS;
}

int64_t cn_hour_start(int64_t hour)
{
    return hour * MS_HOUR - CN_OFFSET_MS;
}

/* Reads exactly n digits. */
static bool digits(const char *s, size_t n, int *ret)
{
    int v = 0;
    for (size_t i = 0; i < n; i++) {
        if (s[i] < '0' || s[i] > '9')
            return false;
        v = v * 10 + (s[i] - '0');
    }
    *ret = v;
    return true;
}

bool cn_parse_compact(const char *s, size_t len, int64_t *ret_ms)
{
    struct cn_civil c = { .month = 1, .day = 1 };
    if (len != 8 && len != 10 && len != 12 && len != 14 && len != 17)
        return false;
    if (!digits(s, 4, &c.year) || !digits(s + 4, 2, &c.month) || !digits(s + 6, 2, &c.day))
        return false;
    if ((len >= 10 && !digits(s + 8, 2, &c.hour)) || (len >= 12 && !digits(s + 10, 2, &c.minute)) ||
        (len >= 14 && !digits(s + 12, 2, &c.second)) || (len == 17 && !digits(s + 14, 3, &c.ms)))
        return false;
    if (!cn_valid(&c))
        return false;
    *ret_ms = cn_to_ms(&c);
    return true;
}

/* "Z", "+08:00" or nothing; the shift from China time in minutes. */
static bool zone(const char *s, size_t len, int *ret_shift)
{
    int h, m;
    *ret_shift = 0;
    if (len == 0)
        return true;
    if (len == 1 && s[0] == 'Z') {
        *ret_shift = 480;
        return true;
    }
    if (len != 6 || (s[0] != '+' && s[0] != '-') || s[3] != ':' || !digits(s + 1, 2, &h) ||
        !digits(s + 4, 2, &m) || h > 14 || m > 59)
        return false;
    *ret_shift = 480 - (s[0] == '-' ? -1 : 1) * (h * 60 + m);
    return true;
}

bool cn_parse_iso(const char *s, size_t len, int64_t *ret_ms)
{
    struct cn_civil c = { 0 };
    int shift = 0;
    if (len < 10 || s[4] != '-' || s[7] != '-' || !digits(s, 4, &c.year) || !digits(s + 5, 2, &c.month) ||
        !digits(s + 8, 2, &c.day))
        return false;
    size_t at = 10;
    if (len > at) {
        if (len < 16 || (s[10] != ' ' && s[10] != 'T') || s[13] != ':' || !digits(s + 11, 2, &c.hour) ||
            !digits(s + 14, 2, &c.minute))
            return false;
        at = 16;
        if (len >= at + 3 && s[at] == ':') {
            if (!digits(s + at + 1, 2, &c.second))
                return false;
            at += 3;
        }
        if (len >= at + 4 && s[at] == '.') {
            if (!digits(s + at + 1, 3, &c.ms))
                return false;
            at += 4;
        }
        if (!zone(s + at, len - at, &shift))
            return false;
    }
    if (!cn_valid(&c))
        return false;
    *ret_ms = cn_to_ms(&c) + shift * MS_MINUTE;
    return true;
}

char *cn_format_compact(int64_t ms, char out[CN_TEXT])
{
    struct cn_civil c = cn_from_ms(ms);
    snprintf(out, CN_TEXT, "%04d%02d%02d%02d%02d%02d", c.year, c.month, c.day, c.hour, c.minute, c.second);
    return out;
}

char *cn_format_qn(int64_t ms, char out[CN_TEXT])
{
    cn_format_compact(ms, out);
    size_t n = strlen(out);
    snprintf(out + n, CN_TEXT - n, "%03d", cn_from_ms(ms).ms);
    return out;
}

char *cn_format_iso(int64_t ms, char out[CN_TEXT])
{
    struct cn_civil c = cn_from_ms(ms);
    snprintf(out, CN_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d+08:00", c.year, c.month, c.day, c.hour, c.minute,
             c.second);
    return out;
}

char *cn_format_date(int64_t ms, char out[CN_TEXT])
{
    struct cn_civil c = cn_from_ms(ms);
    snprintf(out, CN_TEXT, "%04d-%02d-%02d", c.year, c.month, c.day);
    return out;
}
