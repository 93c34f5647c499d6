/* clock.c - deadlines and lights, worked out from the case's dates each time and never stored. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/cntime.h"
#include "ledger/timing.h"

/* The days of a notice: the definition's, or what the case's field says. 0: the field does not say. */
static int notice_days(const struct loaded *c, const struct action *a)
{
    if (!a->after_field)
        return a->after;
    double n = json_number_value(json_object_get(json_object_get(c->doc, "fields"), a->after_field));
    return n >= 1 && n <= AFTER_MAX ? (int)n : 0;
}

static bool notice_over(const struct ledgers *l, const struct loaded *c, const struct action *a, int64_t now,
                        struct said *why)
{
    int64_t from = cn_day_of(json_int(c->doc, "entered", 0)), last;
    int year = 0, n = notice_days(c, a);
    char date[CN_TEXT];
    if (!n) {
        const struct field *f = definition_field(c->def, a->after_field);
        snprintf(why->zh, sizeof why->zh, "“%s”未填，期限无法计算", f ? f->label : a->after_field);
        snprintf(why->en, sizeof why->en, "'%s' is not given, so the notice cannot be counted",
                 f ? f->label_en : a->after_field);
        return false;
    }
    if (calendar_span_end(&l->calendar, from, n, &last, &year) < 0) {
        snprintf(why->zh, sizeof why->zh,
                 "%d年放假安排未公布（definitions/calendar/%d.csv），%d个工作日的期限无法计算", year, year,
                 n);
        snprintf(why->en, sizeof why->en,
                 "the holidays of %d are not announced (definitions/calendar/%d.csv): %d working days cannot "
                 "be counted",
                 year, year, n);
        return false;
    }
    if (cn_day_of(now) > last)
        return true;
    cn_format_date(cn_day_start(last), date);
    const char *state = json_str(c->doc, "state", "");
    snprintf(why->zh, sizeof why->zh, "%s须满%d个工作日，至%s届满", state, n, date);
    snprintf(why->en, sizeof why->en, "%d working days must be over, the last is %s", n, date);
    return false;
}

bool clock_allows(const struct ledgers *l, const struct loaded *c, const struct action *a, int64_t now,
                  struct said *why)
{
    const json_t *here = json_object_get(c->doc, "here"), *taken = json_object_get(c->doc, "taken");
    const struct action *block = a->unless ? definition_action(c->def, a->unless) : NULL;
    if (a->max && json_int(taken, a->id, 0) >= a->max) {
        snprintf(why->zh, sizeof why->zh, "“%s”最多%d次，已用完", a->label, a->max);
        snprintf(why->en, sizeof why->en, "'%s' is allowed %d times and has been used up", a->label_en,
                 a->max);
        return false;
    }
    if (block && json_int(here, block->id, 0) > 0) {
        snprintf(why->zh, sizeof why->zh, "有“%s”未了结", block->label);
        snprintf(why->en, sizeof why->en, "'%s' stands and is not settled", block->label_en);
        return false;
    }
    bool paused = marks_paused(json_object_get(c->doc, "clock_marks"));
    if (a->to < 0 && !a->reopens && (a->pauses ? paused : a->resumes && !paused)) {
        snprintf(why->zh, sizeof why->zh, "%s", paused ? "计时已经中止" : "计时没有中止");
        snprintf(why->en, sizeof why->en, "the clock is %s", paused ? "stopped already" : "running");
        return false;
    }
    if ((a->gate || a->to == c->def->closed) && paused) {
        /* A case that waits for somebody else's decision is not decided meanwhile. */
        snprintf(why->zh, sizeof why->zh, "计时中止期间不能“%s”，须先恢复计时", a->label);
        snprintf(why->en, sizeof why->en,
                 "'%s' is not done while the clock is stopped: let it run again first", a->label_en);
        return false;
    }
    return (!a->after && !a->after_field) || notice_over(l, c, a, now, why);
}

const char *light_name(enum light x)
{
    static const char *const names[] = { "red", "yellow", "green", "grey" };
    return names[x];
}

/* "还有 9 个工作日", or that it cannot be said. */
static void add_workdays(const struct ledgers *l, int64_t today, int64_t due, struct said *why)
{
    int n, year = 0;
    bool late = due < today;
    size_t zh = strlen(why->zh), en = strlen(why->en);
    if (calendar_count(&l->calendar, late ? due : today, late ? today : due, &n, &year) == 0) {
        snprintf(why->zh + zh, sizeof why->zh - zh, "（%d个工作日）", n);
        snprintf(why->en + en, sizeof why->en - en, " (%d working days)", n);
    } else {
        snprintf(why->zh + zh, sizeof why->zh - zh, "（%d年放假安排未公布，工作日数不能计算）", year);
        snprintf(why->en + en, sizeof why->en - en,
                 " (holidays of %d are not announced, working days cannot be counted)", year);
    }
}

static void say_days(int64_t days, const char *due, bool done, struct said *why)
{
    int64_t n = days < 0 ? -days : days;
    const char *zh = done ? (days < 0 ? "完成时已逾期" : "提前") : days < 0 ? "已逾期" : "还有";
    const char *en = done ? (days < 0 ? "done late by" : "done early by") : days < 0 ? "overdue by" : "still";
    snprintf(why->zh, sizeof why->zh, "%s%" PRId64 "天，时限 %s", zh, n, due);
    snprintf(why->en, sizeof why->en, "%s %" PRId64 " days, limit %s", en, n, due);
    if (days == 0 && !done) {
        snprintf(why->zh, sizeof why->zh, "今天到期，时限 %s", due);
        snprintf(why->en, sizeof why->en, "due today, limit %s", due);
    }
}

/* What the light of the main limit says besides its days. */
static enum light main_light(const struct ledgers *l, const struct loaded *c, const struct clock_state *s,
                             int64_t now, struct said *why)
{
    char due[CN_TEXT];
    /* The limit is for the work: once it is accepted, the days of public notice do not make a case late. */
    int64_t today = cn_day_of(s->stopped ? s->stopped : now);
    cn_format_date(cn_day_start(s->deadline), due);
    say_days(s->deadline - today, due, s->stopped != 0, why);
    if (!s->stopped)
        add_workdays(l, today, s->deadline, why);
    if (s->paused || s->paused_now || s->extended || s->stricter) {
        struct said how;
        clock_why(c->def, s, &how);
        said_zh(why, "；%s", how.zh);
        said_en(why, "; %s", how.en);
    }
    bool rebound = json_int(c->doc, "rebounds", 0) > 0;
    if (s->light != LIGHT_RED && !s->stopped && (rebound || json_object_get(c->doc, "reopened"))) {
        said_zh(why, rebound ? "；数据反弹，重新整改" : "；下属事项重新打开，随之重新打开");
        said_en(why, rebound ? "; reopened because the data broke the goal again"
                             : "; reopened because a case under it is open again");
        return LIGHT_YELLOW;
    }
    return s->light;
}

static enum light rule_light(const struct ledgers *l, const struct loaded *c, const struct clock_state *s,
                             int64_t now, struct said *why)
{
    struct said days = { "", "" }, how;
    char due[CN_TEXT];
    clock_why(c->def, s, &how);
    if (s->deadline != NEVER) {
        cn_format_date(cn_day_start(s->deadline), due);
        say_days(s->deadline - cn_day_of(now), due, false, &days);
        add_workdays(l, cn_day_of(now), s->deadline, &days);
    }
    *why = (struct said){ "", "" };
    said_zh(why, "%s：%s%s%s", s->rule->label, days.zh, *days.zh ? "；" : "", how.zh);
    said_en(why, "%s: %s%s%s", s->rule->label_en, days.en, *days.en ? "; " : "", how.en);
    *why = said_whole(why);
    return s->light;
}

static bool no_longer_open(const struct loaded *c, struct said *why)
{
    const json_t *into = json_object_get(c->doc, "merged_into");
    if (into) {
        snprintf(why->zh, sizeof why->zh, "已并入 %s", json_str(into, "number", "?"));
        snprintf(why->en, sizeof why->en, "merged into %s", json_str(into, "number", "?"));
    } else if (json_int(c->doc, "closed", 0)) {
        bool data = strcmp(json_str(c->doc, "closed_how", ""), "data") == 0;
        *why = data ? (struct said){ "已销号（数据验证）", "closed, proved by data" }
                    : (struct said){ "已销号（书面佐证）", "closed on paper" };
    } else {
        return false;
    }
    return true;
}

/* The worst of the limits that run, and of equal ones the nearest; days to the nearest. */
enum light clock_light(const struct ledgers *l, const struct loaded *c, int64_t now, struct said *why,
                       bool *ret_has_days, int64_t *ret_days)
{
    *ret_has_days = false;
    *ret_days = 0;
    if (no_longer_open(c, why))
        return LIGHT_GREY;
    struct clock_state s[CLOCKS_MAX + 1];
    size_t n = clock_states(&l->calendar, c->def, c->doc, now, s);
    enum light worst = LIGHT_GREEN;
    int64_t nearest = NEVER, said_day = NEVER;
    bool said = false, ran = false;
    *why = (struct said){ "未设时限", "no time limit" };
    for (size_t i = 0; i < n; i++) {
        bool main = !s[i].rule, runs = s[i].from && !s[i].stopped;
        struct said text;
        if (main ? s[i].deadline == NEVER : !runs)
            continue;
        enum light x = main ? main_light(l, c, &s[i], now, &text) : rule_light(l, c, &s[i], now, &text);
        if (!said || x < worst || (x == worst && s[i].deadline < said_day)) {
            *why = text;
            worst = x;
            said_day = s[i].deadline;
            said = true;
        }
        if (s[i].deadline == NEVER || (ran && !runs))
            continue;
        int64_t days = s[i].deadline - cn_day_of(s[i].stopped ? s[i].stopped : now);
        if (!*ret_has_days || days < nearest || (runs && !ran))
            nearest = days;
        *ret_has_days = true;
        ran = ran || runs;
    }
    *ret_days = *ret_has_days ? nearest : 0;
    return stages_light(c, worst, now, why);
}

int64_t watch_end(const struct loaded *c)
{
    int64_t closed = json_int(c->doc, "closed", 0);
    return closed && c->def->watch_days && goal_is_measured(c->doc) ? closed + c->def->watch_days * MS_DAY
                                                                    : 0;
}
