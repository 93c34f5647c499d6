/* clock.c - deadlines and lights, worked out from the case's dates each time and never stored. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/cntime.h"
#include "ledger/engine.h"

static bool notice_over(const struct ledgers *l, const struct loaded *c, const struct action *a, int64_t now,
                        struct said *why)
{
    int64_t from = cn_day_of(json_int(c->doc, "entered", 0)), last;
    int year = 0;
    char date[CN_TEXT];
    if (calendar_span_end(&l->calendar, from, a->after, &last, &year) < 0) {
        snprintf(why->zh, sizeof why->zh,
                 "%d年放假安排未公布（definitions/calendar/%d.csv），%d个工作日的期限无法计算", year, year,
                 a->after);
        snprintf(why->en, sizeof why->en,
                 "the holidays of %d are not announced (definitions/calendar/%d.csv): %d working days cannot "
                 "be counted",
                 year, year, a->after);
        return false;
    }
    if (cn_day_of(now) > last)
        return true;
    cn_format_date(cn_day_start(last), date);
    const char *state = json_str(c->doc, "state", "");
    snprintf(why->zh, sizeof why->zh, "%s须满%d个工作日，至%s届满", state, a->after, date);
    snprintf(why->en, sizeof why->en, "%d working days must be over, the last is %s", a->after, date);
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
    return !a->after || notice_over(l, c, a, now, why);
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

static bool is_near(const struct ledgers *l, const struct definition *def, int64_t today, int64_t due)
{
    int n = 0;
    if (def->count_workdays && calendar_count(&l->calendar, today, due, &n, NULL) == 0)
        return n <= def->yellow_days;
    return due - today <= def->yellow_days;
}

enum light clock_light(const struct ledgers *l, const struct loaded *c, int64_t now, struct said *why,
                       bool *ret_has_days, int64_t *ret_days)
{
    const char *due_text = json_str(json_object_get(c->doc, "fields"), "due", "");
    int64_t stopped = json_int(c->doc, "stopped", 0), due_ms;
    *ret_has_days = false;
    *ret_days = 0;
    if (json_int(c->doc, "closed", 0)) {
        bool data = strcmp(json_str(c->doc, "closed_how", ""), "data") == 0;
        *why = data ? (struct said){ "已销号（数据验证）", "closed, proved by data" }
                    : (struct said){ "已销号（书面佐证）", "closed on paper" };
        return LIGHT_GREY;
    }
    if (!cn_parse_iso(due_text, strlen(due_text), &due_ms)) {
        *why = (struct said){ "未设时限", "no time limit" };
        return LIGHT_GREEN;
    }
    /* The limit is for the work: once it is accepted, the days of public notice do not make a case late. */
    int64_t today = cn_day_of(stopped ? stopped : now), due = cn_day_of(due_ms);
    *ret_has_days = true;
    *ret_days = due - today;
    say_days(due - today, due_text, stopped != 0, why);
    if (!stopped)
        add_workdays(l, today, due, why);
    if (due < today)
        return LIGHT_RED;
    if (stopped)
        return LIGHT_GREEN;
    if (json_int(c->doc, "rebounds", 0) > 0) {
        size_t zh = strlen(why->zh), en = strlen(why->en);
        snprintf(why->zh + zh, sizeof why->zh - zh, "；数据反弹，重新整改");
        snprintf(why->en + en, sizeof why->en - en, "; reopened because the data broke the goal again");
        return LIGHT_YELLOW;
    }
    return is_near(l, c->def, today, due) ? LIGHT_YELLOW : LIGHT_GREEN;
}

int64_t watch_end(const struct loaded *c)
{
    int64_t closed = json_int(c->doc, "closed", 0);
    return closed && c->def->watch_days && goal_is_measured(c->doc) ? closed + c->def->watch_days * MS_DAY
                                                                    : 0;
}
