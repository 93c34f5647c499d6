/* Goals: does the data meet what a case asks? Missing data never look like recovery. */
#include "measure/river.h"

#include <errno.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"

/* What is asked of: one series of hours or days. */
struct subject {
    struct board *b;
    const struct goal *goal;
    const struct board_site *site;
    const struct stream *stream;
    enum kind { SOURCE_HOUR, SOURCE_DAY, AIR_DAY_ITEM, AIR_AQI, SITE_ONLINE, RIVER_CLASS, KINDS } kind;
    int item, min_hours;
    bool days;
};

static bool any_hour(const struct board_site *s, int64_t hour)
{
    for (size_t i = 0; i < s->n_streams; i++)
        if (series_at(&s->stream[i].hour, hour))
            return true;
    return false;
}

static enum slot_kind online(const struct subject *s, int64_t slot, micro *v)
{
    bool here = false;
    for (int64_t h = s->days ? slot * 24 : slot; !here && h <= (s->days ? slot * 24 + 23 : slot); h++)
        here = any_hour(s->site, h);
    *v = here ? MICRO_ONE : 0;
    return SLOT_VALID; /* silence is what is asked about: it breaks, it is not "missing" */
}

static enum slot_kind air_at(const struct subject *s, int64_t slot, micro *v)
{
    struct day_state d;
    struct air_of of = { .site = s->goal->site };
    *v = MICRO_MISSING;
    if (!s->days)
        air_hour_of(s->b, of, slot, &d);
    else if (!air_day_of(s->b, of, slot, 24, &d))
        return SLOT_NOT_SENT;
    if (s->kind == AIR_AQI) {
        *v = d.index.aqi < 0 ? MICRO_MISSING : d.index.aqi * MICRO_ONE;
    } else {
        const struct air_evaluation *ev = air_evaluation_on(&s->b->def.book, s->days ? slot : slot / 24);
        *v = d.v.v[s->days ? AIR_DAY : AIR_HOUR][s->item];
        *v = ev ? micro_round(*v, ev->judged[s->item]) : *v;
    }
    return *v == MICRO_MISSING ? SLOT_NOT_SENT : SLOT_VALID;
}

static enum slot_kind period_at(const struct subject *s, int64_t slot, micro *v)
{
    switch (s->kind) {
    case SOURCE_HOUR: {
        enum slot_kind k = slot_of(s->site, s->stream, false, slot, INT64_MAX);
        *v = k == SLOT_VALID ? series_at(&s->stream->hour, slot)->v : MICRO_MISSING;
        return k;
    }
    case SOURCE_DAY: {
        int r = outlet_day(s->site, s->stream, slot, s->min_hours, v);
        return r > 0 ? SLOT_VALID : r < 0 ? SLOT_INVALID : SLOT_NOT_SENT;
    }
    case SITE_ONLINE:
        return online(s, slot, v);
    case RIVER_CLASS: {
        int cls = river_day_class(s->b, s->site, slot);
        *v = cls ? cls * MICRO_ONE : MICRO_MISSING;
        return cls ? SLOT_VALID : SLOT_NOT_SENT;
    }
    default:
        return air_at(s, slot, v);
    }
}

static bool meets(const struct goal *g, micro v)
{
    if (strcmp(g->op, "in") == 0)
        return v <= g->value && v >= g->lower;
    if (g->op[0] == '<')
        return g->op[1] ? v <= g->value : v < g->value;
    return g->op[1] ? v >= g->value : v > g->value;
}

static int init(struct subject *s, struct board *b, const struct goal *g, struct err *e)
{
    static const char *const kinds[KINDS] = { "source.hour", "source.day",  "air.day",
                                              "air.aqi",     "site.online", "river.class" };
    static const char *const ops[] = { "<=", "<", ">=", ">", "in" };
    const char *code = g->factor ? g->factor : "", *period = g->period ? g->period : "";
    size_t k = 0, op = 0;
    while (k < KINDS && strcmp(kinds[k], g->indicator ? g->indicator : "") != 0)
        k++;
    while (op < COUNT_OF(ops) && strcmp(ops[op], g->op ? g->op : "") != 0)
        op++;
    if (k == KINDS)
        return err_named(e, -EINVAL, "goal.indicator", "goal: indicator '%s' is not known",
                         g->indicator ? g->indicator : "");
    if (op == COUNT_OF(ops))
        return err_named(e, -EINVAL, "goal.op", "goal: comparison '%s' is not known", g->op ? g->op : "");
    if (g->window < 1 || g->window > 8784)
        return err_named(e, -EINVAL, "goal.window", "goal: window %d is outside 1 to 8784", g->window);
    if (g->value == MICRO_MISSING || (strcmp(ops[op], "in") == 0 && g->lower == MICRO_MISSING))
        return err_named(e, -EINVAL, "goal.value", "goal: has no value to compare with");
    *s = (struct subject){ .b = b,
                           .goal = g,
                           .site = board_site(b, g->site),
                           .kind = (enum kind)k,
                           .item = factor_air_item(code, strlen(code)),
                           .min_hours = default_min_hours(&b->def),
                           .days = k == SOURCE_DAY || k == AIR_DAY_ITEM || k == RIVER_CLASS ||
                                   (k != SOURCE_HOUR && strcmp(period, "day") == 0) };
    if (s->item < 0)
        s->item = air_item_from_word(code, strlen(code));
    if (g->site ? !s->site : k != AIR_DAY_ITEM && k != AIR_AQI)
        return err_named(e, -ENOENT, "goal.site", "goal: no site %d", (int)g->site);
    if (k == AIR_DAY_ITEM && s->item < 0)
        return err_named(e, -EINVAL, "goal.factor", "goal: '%s' is no air item", code);
    for (size_t i = 0; s->site && i < s->site->n_streams; i++)
        if (strcmp(s->site->stream[i].code, code) == 0)
            s->stream = &s->site->stream[i];
    if (k <= SOURCE_DAY && !s->stream)
        return err_named(e, -ENOENT, "goal.factor", "goal: '%s' is not measured at site %d", code,
                         (int)g->site);
    return 0;
}

struct walk {
    int have,
        span; /* valid periods in a row that meet it; calendar periods they stretch over, up to the last that is over */
    int valid, silent; /* of the span */
    bool done, broken;
    int64_t last_broken; /* slot; only when broken_at_all */
    bool broken_at_all;
    micro broken_value, last_value;
    int missing, lost, invalid, excepted;
};

/* From the last period that is over back to `since`. */
static void walk_back(const struct subject *s, int64_t last, int64_t since, struct walk *w)
{
    int64_t floor = s->days ? s->b->first_day : s->b->first_day * 24;
    *w = (struct walk){ .last_value = MICRO_MISSING };
    if (since < floor)
        since = floor;
    for (int64_t slot = last; slot >= since; slot--) {
        micro v;
        enum slot_kind st = period_at(s, slot, &v);
        if (last - slot < 2 * (int64_t)s->goal->window) {
            w->missing += st == SLOT_NOT_SENT || st == SLOT_LOST;
            w->lost += st == SLOT_LOST;
            w->invalid += st == SLOT_INVALID;
            w->excepted += st == SLOT_EXCEPTED;
        }
        if (st == SLOT_VALID && w->last_value == MICRO_MISSING)
            w->last_value = v;
        bool bad = st == SLOT_VALID && !meets(s->goal, v);
        if (!w->done && !w->broken && !bad) {
            w->span++;
            w->valid += st == SLOT_VALID;
            w->have += st == SLOT_VALID;
            w->done = w->have >= s->goal->window;
        }
        if (bad) {
            w->broken = true;
            w->broken_at_all = true;
            w->last_broken = slot;
            w->broken_value = v;
            break;
        }
    }
}

static void say(const struct subject *s, const struct walk *w, struct goal_answer *a)
{
    const struct goal *g = s->goal;
    char when[48] = "", when_en[48] = "", value[MICRO_TEXT], newest[MICRO_TEXT];
    const char *unit = g->unit ? g->unit : "";
    bool is_online = s->kind == SITE_ONLINE;
    const char *what = is_online ? "有数据" : s->days ? "有效日均值达标" : "有效小时均值达标";
    if (w->broken_at_all) {
        struct cn_civil c = cn_from_ms(a->last_broken);
        micro_format(w->broken_value, -1, value);
        if (s->days)
            snprintf(when, sizeof when, "%02d-%02d", c.month, c.day);
        else
            snprintf(when, sizeof when, "%02d-%02d %02d:00", c.month, c.day, c.hour);
        memcpy(when_en, when, sizeof when);
    }
    micro_format(a->last_value, -1, newest);
    int n = snprintf(a->text, sizeof a->text, "须连续 %d %s%s，现有 %d %s", a->need, s->days ? "天" : "小时",
                     what, a->have, s->days ? "天" : "小时");
    int m = snprintf(a->text_en, sizeof a->text_en, "%d %s in a row must meet the goal, %d do", a->need,
                     s->days ? "valid days" : "valid hours", a->have);
    char *p = a->text + n, *q = a->text_en + m;
    size_t left = sizeof a->text - (size_t)n, left_en = sizeof a->text_en - (size_t)m;
    if (a->verdict == VERDICT_CANNOT_JUDGE) {
        snprintf(p, left, "；近 %d %s中有效 %d，不足 75%%（缺 %d，无效 %d，例外 %d），无法判定", w->span,
                 s->days ? "天" : "小时", w->valid, a->missing, a->invalid, a->excepted);
        snprintf(q, left_en,
                 "; only %d of the last %d are valid (%d missing, %d invalid, %d excepted): cannot be judged",
                 w->valid, w->span, a->missing, a->invalid, a->excepted);
    } else if (is_online && w->broken_at_all) {
        snprintf(p, left, "；%s 无数据", when);
        snprintf(q, left_en, "; nothing came at %s", when_en);
    } else if (w->broken_at_all) {
        snprintf(p, left, "；%s 为 %s%s%s", when, value, *unit ? " " : "", unit);
        snprintf(q, left_en, "; %s was %s%s%s", when_en, value, *unit ? " " : "", unit);
    } else if (a->verdict == VERDICT_NOT_MET) {
        snprintf(p, left, "，还差 %d %s", a->need - a->have, s->days ? "天" : "小时");
        snprintf(q, left_en, ", %d to go", a->need - a->have);
    } else if (!is_online && *newest) {
        snprintf(p, left, "；最新为 %s%s%s", newest, *unit ? " " : "", unit);
        snprintf(q, left_en, "; the newest is %s%s%s", newest, *unit ? " " : "", unit);
    }
}

static int judge(struct board *b, const struct goal *g, int64_t now, struct goal_answer *ret, struct err *e)
{
    struct subject s = { 0 };
    struct walk w;
    int r = init(&s, b, g, e);
    if (r < 0 || !s.b)
        return r;
    int64_t unit = s.days ? MS_DAY : MS_HOUR;
    int64_t last = (s.days ? cn_day_of(now) : cn_hour_of(now)) - 1;
    int64_t since = s.days ? cn_day_of(g->since + unit - 1)
                           : cn_hour_of(g->since + unit - 1); /* the first that begins after it */
    micro v = MICRO_MISSING;
    /* The hour that has just ended has a while to arrive. */
    if (s.kind == SITE_ONLINE && !s.days && period_at(&s, last, &v) == SLOT_VALID && v == 0)
        last--;
    walk_back(&s, last, since, &w);
    *ret = (struct goal_answer){ .have = w.have,
                                 .need = g->window,
                                 .missing = w.missing,
                                 .lost = w.lost,
                                 .invalid = w.invalid,
                                 .excepted = w.excepted,
                                 .last_value = w.last_value,
                                 .last_broken = !w.broken_at_all ? 0
                                                : s.days         ? cn_day_start(w.last_broken)
                                                                 : cn_hour_start(w.last_broken) };
    /* A window reached over a span with too many holes is no proof. A breach within the window is one, whatever is missing. */
    bool surely_not = w.broken_at_all && last - w.last_broken < g->window;
    if (!surely_not && w.span > 0 && w.valid * 100 < w.span * 75)
        ret->verdict = VERDICT_CANNOT_JUDGE;
    else
        ret->verdict = w.have >= g->window ? VERDICT_MET : VERDICT_NOT_MET;
    say(&s, &w, ret);
    return 0;
}

int board_judge(struct board *b, const struct goal *g, int64_t now, struct goal_answer *ret, struct err *e)
{
    pthread_mutex_lock(&b->lock);
    int r = judge(b, g, now, ret, e);
    pthread_mutex_unlock(&b->lock);
    return r;
}
