/* A forecast that meets a warning rule: the run of days that asks for the highest colour, observed days and forecast ones together. */
#include "measure/finding.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "measure/outlook.h"

enum { SERIES = OUTLOOK_SEEN + OUTLOOK_AHEAD };

void board_set_outlook(struct board *b, const struct outlook *o)
{
    pthread_mutex_lock(&b->lock);
    if (!b->outlook)
        b->outlook = calloc(1, sizeof *b->outlook);
    if (b->outlook && memcmp(b->outlook, o, sizeof *o) != 0) {
        *b->outlook = *o;
        b->city_group.touched = true;
    }
    pthread_mutex_unlock(&b->lock);
}

static int seen_aqi(const struct board *b, int64_t day, unsigned *ret_primary)
{
    bool kept = b->n_days && day >= b->first_day && day < b->first_day + (int64_t)b->n_days &&
                day < cn_day_of(b->now);
    const struct air_index *x = kept ? &b->city[day - b->first_day].index : NULL;
    if (ret_primary)
        *ret_primary = x && x->aqi >= 0 ? x->primary : 0;
    return x ? x->aqi : -1;
}

void board_city_days(struct board *b, int64_t first, size_t n, int *ret_aqi, unsigned *ret_primary)
{
    pthread_mutex_lock(&b->lock);
    for (size_t i = 0; i < n; i++)
        ret_aqi[i] = seen_aqi(b, first + (int64_t)i, ret_primary ? &ret_primary[i] : NULL);
    pthread_mutex_unlock(&b->lock);
}

const struct blend_rules *board_blend(struct board *b, int64_t day)
{
    return blend_on(&b->def.standards.blends, day); /* never changed: no lock */
}

struct look {
    int64_t first; /* day of aqi[0] */
    int today, aqi[SERIES];
};

/* The days before today as observed, from today on as forecast. What a day that is over was forecast to be counts no more. */
static void lay_out(const struct board *b, int64_t now, struct look *k)
{
    const struct outlook *o = b->outlook;
    int64_t today = cn_day_of(now), issued = cn_day_of(o->issued);
    k->first = today - OUTLOOK_SEEN;
    k->today = OUTLOOK_SEEN;
    for (int i = 0; i < SERIES; i++) {
        int64_t day = k->first + i, ahead = day - issued;
        k->aqi[i] = i < OUTLOOK_SEEN                ? seen_aqi(b, day, NULL)
                    : ahead >= 0 && ahead < o->days ? o->aqi[ahead]
                                                    : -1;
    }
}

static void days_text(const struct look *k, int from, int to, struct buf *out)
{
    for (int i = from; i <= to; i++) {
        char date[CN_TEXT];
        cn_format_date(cn_day_start(k->first + i), date);
        if (k->aqi[i] >= 0)
            buf_addf(out, "%s%s %d", out->len ? "、" : "", date + 5, k->aqi[i]);
        else
            buf_addf(out, "%s%s 缺", out->len ? "、" : "", date + 5);
    }
}

/* What a person must still look for before deciding; the forecast's own gaps first. */
static void missing_text(const struct board *b, const struct look *k, const struct warning_rules *r,
                         const struct warning_episode *ep, int64_t now, struct buf *out)
{
    const struct outlook *o = b->outlook;
    int64_t ahead_h = (cn_day_start(k->first + ep->first) - now) / MS_HOUR;
    buf_adds(out, o->missing);
    for (int i = 0; i < k->today; i++)
        if (k->aqi[i] < 0) {
            char date[CN_TEXT];
            cn_format_date(cn_day_start(k->first + i), date);
            buf_addf(out, "%s缺 %s 实况日AQI", out->len ? "；" : "", date + 5);
        }
    if (now - o->issued > 36 * MS_HOUR)
        buf_addf(out, "%s预报已超过36小时未更新", out->len ? "；" : "");
    if (ahead_h < r->ahead_hours)
        buf_addf(out, "%s距起始不足 %d 小时（应提前 %d 小时发布）", out->len ? "；" : "", r->ahead_hours,
                 r->ahead_hours);
    buf_addf(out, "%s气象扩散条件、沙尘影响未核；决定人未定", out->len ? "；" : "");
}

static const char *colour_zh(enum warning_colour c)
{
    static const char *const words[WARNING_COLOURS] = { "", "蓝色", "黄色", "橙色", "红色" };
    return words[c];
}

static json_t *warning_facts(const struct board *b, const struct look *k, const struct warning_rules *r,
                             const struct warning_episode *ep, int64_t now)
{
    scoped(buf_release) struct buf days = BUF_INIT, seen = BUF_INIT, missing = BUF_INIT, problem = BUF_INIT,
                                   clause = BUF_INIT, title = BUF_INIT;
    char condition[200], condition_en[200], issued[CN_TEXT], from[CN_TEXT], to[CN_TEXT], begin[CN_TEXT + 8],
        end[CN_TEXT + 8];
    int worst = 0, first = ep->first < k->today ? k->today : ep->first;
    for (int i = ep->first; i <= ep->last; i++)
        worst = k->aqi[i] > worst ? k->aqi[i] : worst;
    warning_text(r, ep->colour, ep->alternative, false, condition, sizeof condition);
    warning_text(r, ep->colour, ep->alternative, true, condition_en, sizeof condition_en);
    days_text(k, first, ep->last, &days);
    days_text(k, 0, k->today - 1, &seen);
    missing_text(b, k, r, ep, now, &missing);
    cn_format_date(b->outlook->issued, issued);
    buf_addf(&problem, "预报（%s，%s起报）日AQI：%s。实况日AQI：%s。", b->outlook->by, issued,
             days.len ? days.data : "无", seen.data);
    buf_addf(&clause, "%s（%s，%s）：%s", r->set.source, r->set.clause, r->set.certainty, condition);
    cn_format_date(cn_day_start(k->first + ep->first), from);
    cn_format_date(cn_day_start(k->first + ep->last + 1), to);
    snprintf(begin, sizeof begin, "%s 00:00", from);
    snprintf(end, sizeof end, "%s 00:00", to);
    buf_addf(&title, "%s起%s预警（系统按预报起草）", from + 5, colour_zh(ep->colour));
    if (days.failed || seen.failed || missing.failed || problem.failed || clause.failed || title.failed)
        return NULL;
    return json_pack("{s:i,s:i,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:{s:s,s:s,s:s,s:s,s:s,s:s,s:s}}", "value",
                     worst, "rank", (int)ep->colour, "colour", warning_colour_word(ep->colour), "colour_name",
                     colour_zh(ep->colour), "condition", condition, "condition_en", condition_en, "basis",
                     clause.data, "rules", r->set.id, "days", days.len ? days.data : "—", "missing",
                     missing.data, "by", b->outlook->by, "case", "level", colour_zh(ep->colour), "title",
                     title.data, "problem", problem.data, "clause", clause.data, "missing", missing.data,
                     "from", begin, "to", end);
}

/* With yesterday's figure missing nothing that was found is over: what is missing never looks like recovery. */
static void keep_standing(struct subject s, struct noted_list *l)
{
    const struct group *g = &s.b->city_group;
    for (size_t i = 0; i < g->n; i++) {
        struct noted c;
        if (g->noted[i].rule == s.rule && !g->noted[i].over && noted_copy(&g->noted[i], &c))
            noted_add(l, &c);
    }
}

static bool noted_already(const struct subject *s, const struct noted_list *l)
{
    for (size_t i = 0; i < l->len; i++)
        if (l->n[i].rule == s->rule && l->n[i].from == s->from)
            return true;
    return false;
}

void find_forecast(struct subject s, int64_t now, struct noted_list *l)
{
    struct warning_episode ep[8];
    struct look k;
    const struct warning_rules *r = warning_on(&s.b->def.ordinances, s.rule->scheme, cn_day_of(now));
    if (!r || !s.b->outlook || !s.b->outlook->issued || !s.b->n_days)
        return;
    lay_out(s.b, now, &k);
    struct warning_series series = { .aqi = k.aqi, .n = SERIES, .step_hours = 24 };
    int n = warning_episodes(r, &series, ep, (int)COUNT_OF(ep));
    if (k.aqi[k.today - 1] < 0)
        keep_standing(s, l);
    for (int i = 0; i < n && i < (int)COUNT_OF(ep); i++) {
        char id[CN_TEXT];
        /* A day without a figure is no proof that it is over. */
        bool known = true;
        for (int d = ep[i].last + 1; d <= ep[i].last + r->clear_hours / 24 + 1 && d < SERIES; d++)
            known &= k.aqi[d] >= 0;
        if (ep[i].last < k.today && ep[i].cleared >= 0 && known)
            continue;
        s.from = cn_day_start(k.first + ep[i].first);
        s.to = cn_day_start(k.first + ep[i].last + 1);
        s.over = false;
        s.id = cn_format_compact(s.from, id);
        id[8] = '\0';
        if (noted_already(&s, l))
            continue;
        s.facts = warning_facts(s.b, &k, r, &ep[i], now);
        if (s.facts)
            note(&s, json_object(), l);
    }
}
