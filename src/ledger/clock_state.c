/* clock_state.c - where every limit of a case stands at a moment. Nothing here is stored and nothing asks the time. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/cntime.h"
#include "ledger/timing.h"

#define NO_DAY INT64_MAX

/* ---- pauses ---- */

/* The days that do not count are those after `from` up to and with `to`. */
struct span {
    int64_t from, to;
};

/* The next pause from mark *at on; one that is not ended by today lasts until today. */
static bool next_pause(const json_t *marks, size_t *at, int64_t today, struct span *ret)
{
    bool found = false;
    for (; *at < json_array_size(marks); (*at)++) {
        const json_t *m = json_array_get(marks, *at);
        const char *what = json_str(m, "do", "");
        int64_t day = cn_day_of(json_int(m, "at", 0));
        if (!found && strcmp(what, "pause") == 0) {
            found = true;
            ret->from = day;
        } else if (found && strcmp(what, "resume") == 0) {
            (*at)++;
            ret->to = day < today ? day : today;
            return ret->from < today;
        }
    }
    ret->to = today;
    return found && ret->from < today;
}

static bool day_is_paused(const json_t *marks, int64_t day, int64_t today)
{
    struct span p;
    for (size_t at = 0; next_pause(marks, &at, today, &p);)
        if (day > p.from && day <= p.to)
            return true;
    return false;
}

/* A date moved by the pauses that fell between `origin` and it. Pauses are in order of time, so one pass does. */
static int64_t moved_by_pauses(const json_t *marks, int64_t origin, int64_t date, int64_t today,
                               int64_t *ret_paused)
{
    struct span p;
    *ret_paused = 0;
    for (size_t at = 0; next_pause(marks, &at, today, &p);) {
        int64_t from = p.from > origin ? p.from : origin;
        if (from < date && p.to > from) {
            date += p.to - from;
            *ret_paused += p.to - from;
        }
    }
    return date;
}

/* The n-th working day after `origin` that is not paused. NO_DAY when a year on the way is not announced. */
static int64_t nth_workday(const struct calendar *cal, const json_t *marks, int64_t origin, int64_t n,
                           int64_t today, int64_t *ret_paused, int *ret_year)
{
    *ret_paused = 0;
    for (int64_t day = origin + 1;; day++) {
        int works = calendar_is_workday(cal, day, ret_year);
        if (works < 0)
            return NO_DAY;
        if (works && day_is_paused(marks, day, today))
            ++*ret_paused;
        else if (works && --n == 0)
            return day;
    }
}

/* ---- one limit ---- */

struct asked {
    const struct calendar *cal;
    const struct definition *d;
    const json_t *doc, *marks;
    int64_t now, today;
};

static void add_approver(struct clock_state *s, const char *who)
{
    size_t n = strlen(s->approvers);
    if (*who && !strstr(s->approvers, who) && n + strlen(who) + 4 < sizeof s->approvers)
        snprintf(s->approvers + n, sizeof s->approvers - n, "%s%s", n ? "、" : "", who);
}

static int64_t extended(const struct asked *q, const char *clock, int64_t since, struct clock_state *s)
{
    int64_t days = 0;
    for (size_t i = 0; i < json_array_size(q->marks); i++) {
        const json_t *m = json_array_get(q->marks, i);
        if (strcmp(json_str(m, "do", ""), "extend") != 0 || strcmp(json_str(m, "clock", ""), clock) != 0 ||
            json_int(m, "at", 0) < since)
            continue;
        days += json_int(m, "days", 0);
        if (s)
            add_approver(s, json_str(m, "by", ""));
    }
    return days;
}

/* A merged case brings its own limit, as it stood then; what happened since moves it as it moves the case's own. */
static void take_stricter(const struct asked *q, const char *clock, bool workdays, struct clock_state *s)
{
    const json_t *sources = json_object_get(q->doc, "sources");
    for (size_t i = 0; i < json_array_size(sources); i++) {
        const json_t *src = json_array_get(sources, i);
        const char *text = json_str(json_object_get(src, "limits"), clock, "");
        int64_t ms, at = json_int(src, "at", 0), paused, origin = cn_day_of(at);
        if (!cn_parse_iso(text, strlen(text), &ms))
            continue;
        int64_t day = cn_day_of(ms), more = extended(q, clock, at, NULL), none;
        int64_t later =
            workdays && more ? nth_workday(q->cal, NULL, day, more, q->today, &none, NULL) : day + more;
        day = moved_by_pauses(q->marks, origin, later == NO_DAY ? day + more : later, q->today, &paused);
        if (day < s->deadline) {
            s->deadline = day;
            s->stricter = json_str(src, "number", "");
            s->year = 0;
        }
    }
}

static void count_left(const struct asked *q, struct clock_state *s, bool workdays)
{
    int64_t today = s->stopped ? cn_day_of(s->stopped) : q->today;
    int n = 0;
    s->has_left = s->deadline != NO_DAY;
    if (!s->has_left)
        return;
    s->left = s->deadline - today;
    bool late = s->left < 0;
    if (workdays &&
        calendar_count(q->cal, late ? s->deadline : today, late ? today : s->deadline, &n, NULL) == 0)
        s->left = late ? -(n > 0 ? n : 1) : n; /* over is over, also when only days off have passed */
}

static enum light light_of(const struct asked *q, const struct clock_state *s)
{
    if (!s->from || json_int(q->doc, "closed", 0))
        return LIGHT_GREY;
    if (s->deadline == NO_DAY && s->year) {
        /* The limit is after the announced years: still green, unless today is there already. */
        return calendar_is_workday(q->cal, q->today, NULL) < 0 ? LIGHT_YELLOW : LIGHT_GREEN;
    }
    if (s->deadline == NO_DAY)
        return LIGHT_GREEN;
    int64_t today = s->stopped ? cn_day_of(s->stopped) : q->today;
    if (s->deadline < today)
        return LIGHT_RED;
    if (s->stopped)
        return LIGHT_GREEN;
    return clock_is_near(q->cal, q->d, s, today) ? LIGHT_YELLOW : LIGHT_GREEN;
}

bool clock_is_near(const struct calendar *cal, const struct definition *d, const struct clock_state *s,
                   int64_t today)
{
    int yellow = s->rule ? s->rule->yellow : d->yellow_days, n = 0;
    bool workdays = s->rule ? s->rule->workdays : d->count_workdays;
    if (workdays && calendar_count(cal, today, s->deadline, &n, NULL) == 0)
        return n <= yellow;
    return s->deadline - today <= yellow;
}

/* What happens after a clock stopped is nothing to it. */
static struct asked until_stop(const struct asked *q, int64_t stopped)
{
    struct asked a = *q;
    if (stopped && cn_day_of(stopped) < a.today)
        a.today = cn_day_of(stopped);
    return a;
}

static void main_state(const struct asked *given, struct clock_state *s)
{
    const char *text = json_str(json_object_get(given->doc, "fields"), "due", "");
    int64_t ms, origin = clock_round(given->doc);
    *s = (struct clock_state){ .deadline = NO_DAY,
                               .from = origin,
                               .stopped = json_int(given->doc, "stopped", 0) };
    if (!s->stopped)
        s->stopped = json_int(given->doc, "closed", 0);
    const struct asked at = until_stop(given, s->stopped), *q = &at;
    if (!cn_parse_iso(text, strlen(text), &ms))
        return;
    for (size_t i = 0; i < json_array_size(q->marks); i++)
        if (strcmp(json_str(json_array_get(q->marks, i), "do", ""), "due") == 0)
            origin = json_int(json_array_get(q->marks, i), "at", 0);
    s->extended = extended(q, "due", origin, s);
    s->deadline =
        moved_by_pauses(q->marks, cn_day_of(origin), cn_day_of(ms) + s->extended, q->today, &s->paused);
    take_stricter(q, "due", false, s);
    s->paused_now = !s->stopped && marks_paused(q->marks);
    count_left(q, s, false);
    s->light = light_of(q, s);
}

static void rule_state(const struct asked *given, const struct clock_rule *rule, struct clock_state *s)
{
    *s = (struct clock_state){ .rule = rule, .deadline = NO_DAY, .light = LIGHT_GREY };
    for (size_t i = 0; i < json_array_size(given->marks); i++) {
        const json_t *m = json_array_get(given->marks, i);
        const char *what = json_str(m, "do", "");
        if (strcmp(json_str(m, "clock", ""), rule->id) != 0)
            continue;
        if (strcmp(what, "start") == 0)
            s->from = json_int(m, "at", 0);
        if (strcmp(what, "extend") != 0)
            s->stopped = strcmp(what, "stop") == 0 ? json_int(m, "at", 0) : 0;
    }
    if (!s->from)
        return;
    const struct asked at = until_stop(given, s->stopped), *q = &at;
    int64_t day = cn_day_of(s->from), n;
    s->extended = extended(q, rule->id, s->from, s);
    n = rule->days + s->extended;
    s->deadline = rule->workdays ? nth_workday(q->cal, q->marks, day, n, q->today, &s->paused, &s->year)
                                 : moved_by_pauses(q->marks, day, day + n, q->today, &s->paused);
    take_stricter(q, rule->id, rule->workdays, s);
    s->paused_now = !s->stopped && marks_paused(q->marks);
    count_left(q, s, rule->workdays);
    s->light = light_of(q, s);
}

size_t clock_states(const struct calendar *cal, const struct definition *d, const json_t *doc, int64_t now,
                    struct clock_state ret[CLOCKS_MAX + 1])
{
    struct asked q = { .cal = cal,
                       .d = d,
                       .doc = doc,
                       .marks = json_object_get(doc, "clock_marks"),
                       .now = now,
                       .today = cn_day_of(now) };
    size_t n = 0;
    if (d->time.main)
        main_state(&q, &ret[n++]);
    for (size_t i = 0; i < d->time.n_clocks; i++)
        rule_state(&q, &d->time.clock[i], &ret[n++]);
    return n;
}

const struct clock_state *clock_main(const struct clock_state *s, size_t n)
{
    if (n && !s[0].rule)
        return s[0].stopped || s[0].deadline == NO_DAY ? NULL : &s[0];
    for (size_t i = 0; i < n; i++)
        if (s[i].from && !s[i].stopped)
            return s[i].deadline == NO_DAY ? NULL : &s[i];
    return NULL;
}

bool clock_due(const struct ledgers *l, const struct loaded *c, int64_t now, int64_t *ret_day)
{
    struct clock_state s[CLOCKS_MAX + 1];
    size_t n = clock_states(&l->calendar, c->def, c->doc, now, s);
    int64_t day = NO_DAY;
    for (size_t i = 0; i < n; i++)
        if (s[i].from && !s[i].stopped && s[i].deadline < day)
            day = s[i].deadline;
    if (day == NO_DAY && n && !s[0].rule)
        day = s[0].deadline;
    *ret_day = day;
    return day != NO_DAY;
}

/* ---- why it is due then ---- */

void said_zh(struct said *s, const char *fmt, ...)
{
    size_t n = strlen(s->zh);
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(s->zh + n, sizeof s->zh - n, fmt, ap);
    va_end(ap);
}

void said_en(struct said *s, const char *fmt, ...)
{
    size_t n = strlen(s->en);
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(s->en + n, sizeof s->en - n, fmt, ap);
    va_end(ap);
}

static void say_start(const struct clock_state *s, struct said *w)
{
    char from[CN_TEXT];
    const struct clock_rule *r = s->rule;
    if (!r) {
        *w = (struct said){ "按填报的时限", "the limit given" };
        return;
    }
    cn_format_date(s->from, from);
    said_zh(w, "自%s%s起%d%s", from, r->verb, r->days, r->workdays ? "个工作日" : "日");
    said_en(w, "%d %s from %s (%s)", r->days, r->workdays ? "working days" : "days", from, r->verb_en);
}

void clock_why(const struct definition *d, const struct clock_state *s, struct said *ret)
{
    char day[CN_TEXT];
    const char *unit = s->rule && s->rule->workdays ? "个工作日" : "日";
    *ret = (struct said){ "", "" };
    if (s->rule && !s->from) {
        said_zh(ret, "尚未起算，自“%s”起%d%s", s->rule->verb, s->rule->days, unit);
        said_en(ret, "not started: %d %s from '%s'", s->rule->days,
                s->rule->workdays ? "working days" : "days", s->rule->verb_en);
        return;
    }
    say_start(s, ret);
    if (s->paused || s->paused_now) {
        said_zh(ret, "，暂停%" PRId64 "%s%s", s->paused, unit, s->paused_now ? "（仍在暂停）" : "");
        said_en(ret, ", paused %" PRId64 "%s", s->paused, s->paused_now ? " (still paused)" : "");
    }
    if (s->extended) {
        said_zh(ret, "，延期%" PRId64 "%s", s->extended, unit);
        said_en(ret, ", extended by %" PRId64, s->extended);
    }
    if (s->extended && *s->approvers) {
        said_zh(ret, "（批准人 %s）", s->approvers);
        said_en(ret, " (approved by %s)", s->approvers);
    }
    if (s->stricter) {
        said_zh(ret, "，取并入的%s较严的时限", s->stricter);
        said_en(ret, ", the stricter limit of %s", s->stricter);
    }
    if (s->deadline != NO_DAY) {
        cn_format_date(cn_day_start(s->deadline), day);
        said_zh(ret, "，到期 %s", day);
        said_en(ret, ", due %s", day);
    } else if (s->year) {
        said_zh(ret, "；%d年放假安排未公布，到期日不能计算", s->year);
        said_en(ret, "; the holidays of %d are not announced, the day cannot be counted", s->year);
    }
    if (s->stopped) {
        cn_format_date(s->stopped, day);
        said_zh(ret, "；已于 %s 停止计时", day);
        said_en(ret, "; stopped on %s", day);
    }
    (void)d;
}
