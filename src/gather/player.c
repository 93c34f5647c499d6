#include "gather/player.h"

#include <string.h>

#include "domain/factor.h"

static const struct kind {
    unsigned bit;
    int cn;
    int64_t step; /* 0: the site's interval */
} kinds[PERIOD_COUNT] = {
    [PERIOD_REALTIME] = { PLAY_REALTIME, 2011, 0 },
    [PERIOD_MINUTE] = { PLAY_MINUTE, 2051, 10 * MS_MINUTE },
    [PERIOD_HOUR] = { PLAY_HOUR, 2061, MS_HOUR },
    [PERIOD_DAY] = { PLAY_DAY, 2031, MS_DAY },
};

/* HJ 212-2017 table 5. */
const char *player_st(const struct site *site)
{
    static const char *const st[SITE_KINDS] = {
        [SITE_AIR] = "22",
        [SITE_RIVER] = "21",
        [SITE_WATER_OUTLET] = "32",
        [SITE_GAS_OUTLET] = "31",
        [SITE_RADIATION] = "38" /* from memory: no text that could be read names the number */
    };
    return st[site->kind];
}

static int64_t step_of(const struct player *p, enum period k)
{
    return p->step[k];
}

void player_init(struct player *p, const struct site *site, const struct scenario *scenario,
                 const struct series *hours, const struct series *days, unsigned kinds_wanted, int64_t from)
{
    *p = (struct player){
        .site = site, .scenario = scenario, .hours = hours, .days = days, .kinds = kinds_wanted
    };
    for (enum period k = 0; k < PERIOD_COUNT; k++)
        p->step[k] = kinds[k].step ? kinds[k].step : site->interval * MS_SECOND;
    if (site->interval <= 0)
        p->kinds &= ~(unsigned)PLAY_REALTIME;
    for (enum period k = 0; k < PERIOD_COUNT; k++) {
        if (!(p->kinds & kinds[k].bit)) {
            p->due[k] = INT64_MAX;
            continue;
        }
        /* Steps are counted from midnight in China. */
        int64_t step = step_of(p, k), day = cn_day_start(cn_day_of(from));
        p->due[k] = day + ((from - day) / step + 1) * step;
    }
}

int64_t player_due(const struct player *p)
{
    int64_t least = INT64_MAX;
    for (enum period k = 0; k < PERIOD_COUNT; k++)
        if (p->due[k] < least)
            least = p->due[k];
    return least;
}

/* ---- one factor over one period ---- */

struct span {
    micro sum, least, greatest;
    int64_t n;
    int decimals;
    char flag; /* a period with an abnormal part is abnormal */
};

static void span_add(struct span *sp, const struct scenario_value *v)
{
    if (v->value == MICRO_MISSING)
        return;
    if (!sp->n || v->value < sp->least)
        sp->least = v->value;
    if (!sp->n || v->value > sp->greatest)
        sp->greatest = v->value;
    sp->sum += v->value;
    sp->n++;
    sp->decimals = v->decimals > sp->decimals ? v->decimals : sp->decimals;
    if (v->flag != 'N')
        sp->flag = v->flag;
}

static struct scenario_value replayed(const struct player *p, const struct series *from, const char *code,
                                      int64_t at)
{
    struct scenario_value v = { MICRO_MISSING, 0, 'N' };
    v.value = series_value(from, p->site->id, code, at, &v.decimals);
    scenario_apply(p->scenario, p->site, code, at, &v);
    return v;
}

static struct span measure(const struct player *p, enum period k, const char *code, int64_t start,
                           int64_t step)
{
    struct span sp = { .flag = 'N' };
    struct scenario_value v;
    if (p->days && series_has(p->days, p->site->id)) {
        if (k == PERIOD_DAY) {
            v = replayed(p, p->days, code, start);
            span_add(&sp, &v);
        }
        return sp;
    }
    if (p->hours && series_has(p->hours, p->site->id)) {
        for (int64_t t = cn_hour_start(cn_hour_of(start)); t < start + step || t == start; t += MS_HOUR) {
            v = replayed(p, p->hours, code, t);
            span_add(&sp, &v);
        }
        /* A day of fewer than 20 hours is not a valid one (GB 3095-2012 table 4), and the logger says so. */
        if (k == PERIOD_DAY && sp.n && sp.n < 20)
            sp.flag = 'D';
        return sp;
    }
    /* Six readings an hour stand for all: what is wanted is a plausible course, and a year of it in little time. */
    int64_t pace = k == PERIOD_REALTIME ? step : 10 * MS_MINUTE;
    for (int64_t t = start; t < start + step; t += pace) {
        v = scenario_value(p->scenario, p->site, code, t);
        span_add(&sp, &v);
    }
    return sp;
}

/* ---- the data area ---- */

/* HJ/T 212-2005 has codes of its own. */
static const char *code_for(const struct site *site, const char *code)
{
    const struct factor *f = strcmp(site->edition, "2005") == 0 ? factor_find(code, strlen(code)) : NULL;
    return f && *f->old_code ? f->old_code : code;
}

static void put(struct buf *cp, const char *code, const char *stat, micro v, int decimals)
{
    char text[MICRO_TEXT];
    buf_addf(cp, "%s-%s=%s,", code, stat, micro_format(v, decimals, text));
}

/* HJ 212-2017 annex D: concentrations of a stack at its reference oxygen, C·(21-O2ref)/(21-O2). */
static micro converted(const struct player *p, const char *code, micro v, const struct span *oxygen)
{
    const struct factor *f = factor_find(code, strlen(code));
    if (p->site->kind != SITE_GAS_OUTLET || !oxygen->n || !f || !strstr(f->unit, "g/m³"))
        return MICRO_MISSING;
    micro rest = 21 * MICRO_ONE - micro_div(oxygen->sum, oxygen->n);
    return rest < MICRO_ONE / 10
               ? MICRO_MISSING
               : micro_muldiv(v, 21 * MICRO_ONE - scenario_o2_ref(p->scenario, p->site), rest);
}

static void put_flow(struct buf *cp, const char *code, const char *name, micro mean, int64_t step)
{
    /* Flows are sent per second and summed up in m³: a00000 in m³/s, w00000 in L/s. */
    bool water = strcmp(code, "w00000") == 0;
    if (water || strcmp(code, "a00000") == 0)
        put(cp, name, "Cou", micro_muldiv(mean, step / MS_SECOND, water ? 1000 : 1), 2);
}

static void put_item(const struct player *p, struct buf *cp, enum period k, const char *code,
                     const struct span *sp, const struct span *oxygen, int64_t step)
{
    const char *name = code_for(p->site, code);
    micro mean = micro_round(micro_div(sp->sum, sp->n), sp->decimals), zs = converted(p, code, mean, oxygen);
    if (cp->len && cp->data[cp->len - 1] != ';')
        buf_addc(cp, ';');
    if (k == PERIOD_REALTIME) {
        put(cp, name, "Rtd", mean, sp->decimals);
        if (zs != MICRO_MISSING)
            put(cp, name, "ZsRtd", zs, sp->decimals);
    } else {
        put_flow(cp, code, name, mean, step);
        put(cp, name, "Min", sp->least, sp->decimals);
        put(cp, name, "Avg", mean, sp->decimals);
        put(cp, name, "Max", sp->greatest, sp->decimals);
        if (zs != MICRO_MISSING)
            put(cp, name, "ZsAvg", zs, sp->decimals);
    }
    buf_addf(cp, "%s-Flag=%c", name, sp->flag);
}

/* The upload of kind k that is due at `due`; false when nothing was measured. */
static bool compose(const struct player *p, enum period k, int64_t due, struct buf *cp)
{
    int64_t step = step_of(p, k), start = k == PERIOD_REALTIME ? due : due - step;
    char time[CN_TEXT];
    if (scenario_silent(p->scenario, p->site, start) || scenario_silent(p->scenario, p->site, due))
        return false;
    buf_clear(cp);
    buf_addf(cp, "DataTime=%s;", cn_format_compact(start, time));
    size_t empty = cp->len;
    struct span oxygen = { 0 };
    if (p->site->kind == SITE_GAS_OUTLET)
        oxygen = measure(p, k, "a19001", start, step);
    for (const char *const *code = p->site->factors; *code; code++) {
        struct span sp = measure(p, k, *code, start, step);
        if (sp.n)
            put_item(p, cp, k, *code, &sp, &oxygen, step);
    }
    return cp->len > empty;
}

bool player_next(struct player *p, int64_t until, struct device_upload *ret, struct buf *cp)
{
    for (int64_t due; (due = player_due(p)) <= until;) {
        enum period k = 0;
        while (p->due[k] != due)
            k++;
        p->due[k] += step_of(p, k);
        if (!compose(p, k, due, cp))
            continue;
        ret->cn = kinds[k].cn;
        /* Kinds that are due together leave some milliseconds apart, so that each has a QN of its own. */
        cn_format_qn(due + 100 + (int64_t)k * 10, ret->qn);
        return true;
    }
    return false;
}

/* 2041: a plant that never stood still. Only outlets have one. */
static bool running_times(const struct player *p, int64_t *from, int64_t to, int64_t until, struct buf *cp)
{
    char text[CN_TEXT];
    int64_t day = cn_day_start(cn_day_of(*from + MS_DAY - 1));
    if ((p->site->kind != SITE_WATER_OUTLET && p->site->kind != SITE_GAS_OUTLET) || day > to ||
        day + MS_DAY > until)
        return false;
    buf_addf(cp, "DataTime=%s;SB1-RT=24.00", cn_format_compact(day, text));
    *from = day + MS_DAY;
    return true;
}

bool player_history(const struct player *p, int cn, int64_t *from, int64_t to, int64_t until, struct buf *cp)
{
    if (cn == 2041)
        return running_times(p, from, to, until, cp);
    for (enum period k = PERIOD_MINUTE; k < PERIOD_NOTE; k++) {
        if (kinds[k].cn != cn || !(p->kinds & kinds[k].bit))
            continue;
        int64_t step = step_of(p, k), oldest = until - 400 * MS_DAY, at = *from > oldest ? *from : oldest;
        int64_t day = cn_day_start(cn_day_of(at));
        at = day + (at - day + step - 1) / step * step;
        for (; at <= to && at + step <= until; at += step) {
            if (!compose(p, k, at + step, cp))
                continue;
            *from = at + step;
            return true;
        }
    }
    buf_clear(cp);
    return false;
}

void player_set_step(struct player *p, enum period k, int64_t step, int64_t now)
{
    int64_t day = cn_day_start(cn_day_of(now));
    if (!(p->kinds & kinds[k].bit) || step <= 0)
        return;
    p->step[k] = step;
    p->due[k] = day + ((now - day) / step + 1) * step;
}
