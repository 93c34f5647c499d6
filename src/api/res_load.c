/* res_load.c - what left an outlet (排放量): measured, and beside it with what the rules put in place of missing periods. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/handlers.h"
#include "base/cntime.h"
#include "base/scoped.h"
#include "domain/factor.h"
#include "standard/rates.h"
#include "standard/substitute.h"

enum { FACTORS_MAX = 64, PARTS_MAX = 367 };
/* How far the history reaches from which substitutes come: 2160 valid hours lie within 120 days at 75 % capture; a check that was passed,
 * within a year. */
enum { HISTORY_HOURS_DAYS = 120, HISTORY_DAYS = 366 };

/* One factor's values of one period: of a record sent again the last that came stands. */
struct emitted {
    micro cou, mean;
};
struct amount {
    micro kg; /* MICRO_MISSING: none */
    uint8_t kind, basis;
};
struct load {
    const struct site *site;
    const struct substitute_rules *rules; /* NULL: none in force */
    const char *flow_code;
    bool gas;
    size_t n;
    const char *code[FACTORS_MAX];
    int64_t read_from, from, to, step; /* read_from: where the history begins; what is asked begins at from */
    enum period period;
    size_t periods, first; /* from read_from to to; index of from */
    struct amount *amount; /* n × periods */
    int64_t time;          /* of the period being gathered */
    struct emitted now[FACTORS_MAX], flow;
    bool begun, any; /* any: something came of what is asked */
};

static const char *flow_code(const struct load *l)
{
    return l->gas ? "a00000" : "w00000";
}

/* ---- what was measured ---- */
static void settle(struct load *l)
{
    int64_t at = (l->time - l->read_from) / l->step;
    if (!l->begun || at < 0 || (size_t)at >= l->periods)
        return;
    micro flow = l->flow.cou;
    if (flow == MICRO_MISSING && l->flow.mean != MICRO_MISSING) /* m³/s, or L/s of waste water */
        flow = micro_muldiv(l->flow.mean, l->step / MS_SECOND, l->gas ? 1 : 1000);
    for (size_t i = 0; i < l->n; i++) {
        micro kg;
        struct amount *a = &l->amount[i * l->periods + (size_t)at];
        a->basis = (uint8_t)load_hour(l->gas, l->now[i].cou, l->now[i].mean, flow, &kg);
        a->kg = a->basis ? kg : MICRO_MISSING;
    }
}

static void begin(struct load *l, int64_t time)
{
    l->time = time;
    l->begun = true;
    l->any |= time >= l->from;
    l->flow = (struct emitted){ MICRO_MISSING, MICRO_MISSING };
    for (size_t i = 0; i < l->n; i++)
        l->now[i] = l->flow;
}

static int take(const struct record *r, void *arg)
{
    struct load *l = arg;
    struct record_iter it;
    struct record_value v;
    if (!l->begun || r->time != l->time) {
        settle(l);
        begin(l, r->time);
    }
    record_iter_init(&it, r->body, r->body_len);
    while (record_next(&it, &v)) {
        const struct factor *f = factor_find(v.code, v.code_len);
        if (!f || (v.stat != STAT_COU && v.stat != STAT_AVG))
            continue;
        struct emitted *to = strcmp(f->code, l->flow_code) == 0 ? &l->flow : NULL;
        for (size_t i = 0; !to && i < l->n; i++)
            if (strcmp(f->code, l->code[i]) == 0)
                to = &l->now[i];
        if (to)
            *(v.stat == STAT_COU ? &to->cou : &to->mean) = v.value;
    }
    return 0;
}

static int gather(struct request *rq, struct load *l, enum period period, struct err *e)
{
    struct obs_reader *reader;
    l->period = period;
    l->begun = l->any = false;
    l->step = period == PERIOD_HOUR ? MS_HOUR : MS_DAY;
    l->periods = (size_t)((l->to - l->read_from + l->step - 1) / l->step);
    l->first = (size_t)((l->from - l->read_from) / l->step);
    free(l->amount);
    scoped(freep) uint8_t *kind = malloc(l->periods + 1);
    if (!(l->amount = malloc((l->n * l->periods + 1) * sizeof *l->amount)) || !kind)
        return err_set(e, -ENOMEM, "no memory for a load");
    for (size_t i = 0; i < l->n; i++) {
        board_slots(rq->api->config.board, l->site->id, l->code[i], period, l->read_from, l->periods, kind);
        for (size_t k = 0; k < l->periods; k++)
            l->amount[i * l->periods + k] =
                (struct amount){ .kg = MICRO_MISSING, .kind = kind[k], .basis = LOAD_NONE };
    }
    int r = reader_take(rq->api, &reader, e);
    if (r < 0)
        return r;
    struct obs_query q = { .site = l->site->id, .period = (int)period, .from = l->read_from, .to = l->to };
    r = obs_scan(reader, &q, take, l, e);
    reader_give_back(rq->api, reader);
    settle(l);
    return r;
}

/* ---- what stands in place of what is missing ---- */
struct part {
    micro kg, substituted, replaced;
    int64_t missing, filled; /* periods */
};
struct sums {
    struct part all;
    micro kg_invalid;
    int64_t by[3], answer[GAP_ANSWERS]; /* by: enum load_basis, of valid periods */
    struct counts counts;
    struct part part[PARTS_MAX];
};

static int quarter_of(int64_t time)
{
    struct cn_civil c = cn_from_ms(time);
    return c.year * 4 + (c.month - 1) / 3;
}

static enum gap_state state_of(uint8_t kind)
{
    return kind >= SLOT_KINDS      ? GAP_NOT_DUE
           : kind == SLOT_EXCEPTED ? GAP_STOPPED
           : kind == SLOT_VALID    ? GAP_VALID
                                   : GAP_MISSING;
}

/* `per` periods that make one slot of the rules: a day of hours is valid when enough of those due are. */
static struct gap_slot slot_of(const struct load *l, const struct amount *a, size_t per, int64_t time)
{
    struct gap_slot s = { .kg = MICRO_MISSING, .quarter = quarter_of(time), .state = GAP_NOT_DUE };
    int64_t valid = 0, due = 0, stopped = 0, not_due = 0;
    micro kg = 0;
    bool amounts = false;
    for (size_t k = 0; k < per; k++) {
        enum gap_state state = state_of(a[k].kind);
        stopped += state == GAP_STOPPED;
        not_due += state == GAP_NOT_DUE;
        due += state == GAP_VALID || state == GAP_MISSING;
        valid += state == GAP_VALID;
        if (state == GAP_VALID && a[k].kg != MICRO_MISSING) {
            kg = micro_add(kg, a[k].kg);
            amounts = true;
        }
    }
    if (amounts)
        s.kg = kg;
    if (not_due) /* a day that is not over, or the one on which the site began */
        return s;
    if (due)
        s.state = substitute_day_valid(l->rules, valid, due) ? GAP_VALID : GAP_MISSING;
    else if (stopped)
        s.state = GAP_STOPPED;
    return s;
}

static size_t part_of(const struct load *l, const char *each, int64_t time)
{
    if (strcmp(each, "month") != 0)
        return (size_t)((time - l->from) / MS_DAY);
    struct cn_civil a = cn_from_ms(l->from), b = cn_from_ms(time);
    return (size_t)((b.year - a.year) * 12 + b.month - a.month);
}

/* Factor i: the sums of what is missing and what stands in for it. */
static int substitute(struct request *rq, const struct load *l, const char *each, size_t i, struct sums *s,
                      struct err *e)
{
    bool days = l->rules->days && l->period == PERIOD_HOUR;
    size_t per = days ? 24 : 1, n = l->periods / per, first = l->first / per;
    int64_t step = days ? MS_DAY : l->step;
    scoped(freep) struct gap_slot *slot = malloc((n + 1) * sizeof *slot);
    scoped(freep) struct gap_filled *filled = malloc((n + 1) * sizeof *filled);
    scoped(freep) bool *passed = malloc((n + 1) * sizeof *passed);
    if (!slot || !filled || !passed)
        return err_set(e, -ENOMEM, "no memory for a load");
    board_passed(rq->api->config.board, l->site->id, l->code[i], l->read_from, step, n, passed);
    for (size_t k = 0; k < n; k++) {
        slot[k] = slot_of(l, &l->amount[i * l->periods + k * per], per, l->read_from + (int64_t)k * step);
        slot[k].checked = passed[k];
    }
    substitute_fill(l->rules, slot, n, filled);
    for (size_t k = first; k < n; k++) {
        s->answer[filled[k].answer]++;
        if (filled[k].answer != GAP_FILLED)
            continue;
        struct part *to[] = { &s->all, &s->part[part_of(l, each, l->read_from + (int64_t)k * step)] };
        for (size_t t = 0; t < COUNT_OF(to); t++) {
            to[t]->substituted = micro_add(to[t]->substituted, filled[k].kg);
            if (slot[k].kg != MICRO_MISSING && per != 1)
                to[t]->replaced = micro_add(to[t]->replaced, slot[k].kg);
            to[t]->filled++;
        }
    }
    return 0;
}

static void sum_up(const struct load *l, const char *each, size_t i, struct sums *s)
{
    for (size_t k = l->first; k < l->periods; k++) {
        const struct amount *a = &l->amount[i * l->periods + k];
        struct part *p = &s->part[part_of(l, each, l->read_from + (int64_t)k * l->step)];
        if (a->kind >= SLOT_KINDS)
            continue;
        s->counts.n[a->kind]++;
        micro kg = a->kg == MICRO_MISSING
                       ? 0
                       : a->kg; /* concentration times flow: a year of absurd ones is no micro */
        if (a->kind == SLOT_VALID) {
            s->by[a->basis]++;
            s->all.kg = micro_add(s->all.kg, kg);
            p->kg = micro_add(p->kg, kg);
        } else {
            s->kg_invalid = micro_add(s->kg_invalid, kg);
            s->all.missing += a->kind != SLOT_EXCEPTED;
            p->missing += a->kind != SLOT_EXCEPTED;
        }
    }
}

/* ---- writing ---- */
static void write_amounts(struct jw *w, const struct part *p, bool measured, bool substituting)
{
    jw_kmicro(w, "kg", measured ? p->kg : MICRO_MISSING, 3);
    /* Where neither was measured nor substituted there is no amount, not one of nothing. */
    substituting = substituting && (measured || p->filled);
    jw_kmicro(w, "kg_substituted", substituting ? p->substituted : MICRO_MISSING, 3);
    jw_kmicro(w, "kg_with",
              substituting ? micro_add(micro_sub(p->kg, p->replaced), p->substituted) : MICRO_MISSING, 3);
    jw_kint(w, "missing", p->missing);
    jw_kint(w, "filled", p->filled);
}

static void write_parts(struct jw *w, const struct load *l, const char *each, const struct sums *s,
                        bool substituting)
{
    char text[CN_TEXT];
    bool months = strcmp(each, "month") == 0;
    struct cn_civil c = cn_from_ms(l->from);
    size_t n = part_of(l, each, l->to - 1) + 1;
    jw_key(w, "parts");
    jw_array(w);
    for (size_t k = 0; k < n; k++) {
        int month = c.month - 1 + (int)k;
        int64_t at = months ? cn_day_start(cn_days(c.year + month / 12, month % 12 + 1, 1))
                            : l->from + (int64_t)k * MS_DAY;
        jw_object(w);
        jw_kstr(w, "of", cn_format_date(at, text));
        write_amounts(w, &s->part[k], s->part[k].kg > 0, substituting);
        jw_end_object(w);
    }
    jw_end_array(w);
}

static void write_factor_load(struct jw *w, const struct load *l, const char *each, size_t i,
                              const struct sums *s, bool substituting)
{
    const struct factor *f = factor_find(l->code[i], strlen(l->code[i]));
    jw_object(w);
    jw_kstr(w, "factor", l->code[i]);
    jw_kstr(w, "name", f ? f->name : l->code[i]);
    jw_kstr(w, "name_en", f ? f->name_en : l->code[i]);
    write_amounts(w, &s->all, s->by[LOAD_COU] + s->by[LOAD_FLOW] > 0, substituting);
    jw_kmicro(w, "kg_replaced", substituting ? s->all.replaced : MICRO_MISSING, 3);
    jw_kint(w, "no_row", s->answer[GAP_NO_ROW]);
    jw_kint(w, "no_history", s->answer[GAP_NO_HISTORY]);
    jw_kmicro(w, "kg_invalid", s->kg_invalid, 3);
    jw_kint(w, "by_total", s->by[LOAD_COU]);
    jw_kint(w, "by_flow", s->by[LOAD_FLOW]);
    jw_kint(w, "without", s->by[LOAD_NONE]);
    jw_key(w, "counts");
    jw_object(w);
    jw_kint(w, "expected", counts_expected(&s->counts));
    for (int k = 0; k < SLOT_KINDS; k++)
        jw_kint(w, slot_kind_word((enum slot_kind)k), s->counts.n[k]);
    jw_end_object(w);
    if (*each)
        write_parts(w, l, each, s, substituting);
    jw_end_object(w);
}

static void write_rules(struct jw *w, const struct load *l)
{
    jw_kstr(w, "rule", "Σ 累计排放量（Cou）；未发累计值的时段取平均浓度 × 流量累计；仅计有效时段");
    jw_kstr(w, "rule_en",
            "sum of totals sent (Cou); where none was sent, mean concentration × flow total; valid periods "
            "only");
    jw_key(w, "substitution");
    if (!l->rules) {
        jw_null(w);
        return;
    }
    const struct ruleset *set = &l->rules->set;
    jw_object(w);
    jw_kstr(w, "id", set->id);
    jw_kstr(w, "title", set->title);
    jw_kstr(w, "title_en", *set->title_en ? set->title_en : set->title);
    jw_kstr(w, "source", set->source);
    jw_kstr(w, "clause", set->clause);
    jw_kstr(w, "certainty", set->certainty);
    jw_kstr(w, "every", l->rules->days ? "day" : "hour");
    jw_end_object(w);
}

static int write_load(struct request *rq, const struct load *l, const char *each, struct err *e)
{
    struct jw w = JW(&rq->out);
    scoped(freep) struct sums *s = malloc(sizeof *s);
    if (!s)
        return err_set(e, -ENOMEM, "no memory for a load");
    jw_object(&w);
    jw_kint(&w, "site", l->site->id);
    jw_ktime(&w, "from", l->from);
    jw_ktime(&w, "to", l->to);
    jw_kstr(&w, "period", period_name(l->period));
    write_rules(&w, l);
    jw_key(&w, "factors");
    jw_array(&w);
    for (size_t i = 0; i < l->n; i++) {
        /* A stack that sends days only has no hours to substitute. */
        bool substituting = l->rules && substitute_of_factor(l->rules, l->code[i]) &&
                            (l->rules->days || l->period == PERIOD_HOUR);
        memset(s, 0, sizeof *s);
        sum_up(l, each, i, s);
        int r = substituting ? substitute(rq, l, each, i, s, e) : 0;
        if (r < 0)
            return r;
        write_factor_load(&w, l, each, i, s, substituting);
    }
    jw_end_array(&w);
    jw_end_object(&w);
    return 0;
}

/* ---- the request ---- */
/* Concentrations that have an amount: mg/L in water, mg/m³ in gas; not pH, flow, oxygen or temperature. */
static bool has_amount(const struct site *s, const char *code)
{
    const struct factor *f = factor_find(code, strlen(code));
    return f && strstr(f->unit, s->kind == SITE_GAS_OUTLET ? "g/m³" : "mg/L");
}

/* Without what the rules would put in place of missing periods. */
int load_measured(struct api *api, const struct site *s, const char *code, int64_t from, int64_t to,
                  struct load_sum *ret, struct err *e)
{
    struct request rq = { .api = api };
    struct load l = { .site = s, .n = 1, .code = { code }, .from = from, .to = to, .read_from = from };
    l.gas = s->kind == SITE_GAS_OUTLET;
    l.flow_code = flow_code(&l);
    *ret = (struct load_sum){ .kg = MICRO_MISSING };
    int r = gather(&rq, &l, PERIOD_HOUR, e);
    if (r == 0 && !l.any)
        r = gather(&rq, &l, PERIOD_DAY, e);
    for (size_t k = 0; r == 0 && k < l.periods; k++) {
        const struct amount *a = &l.amount[k];
        ret->expected += a->kind != SLOT_EXCEPTED; /* before the site began, too */
        if (a->kind != SLOT_VALID || a->kg == MICRO_MISSING)
            continue;
        ret->valid++;
        ret->kg = micro_add(ret->kg == MICRO_MISSING ? 0 : ret->kg, a->kg);
    }
    free(l.amount);
    return r;
}

/* The rules in force at the beginning, and how far back their history reaches. */
static void choose_rules(struct request *rq, struct load *l)
{
    const struct shelf *shelf = rq->api->config.shelf;
    const struct shelf_set *set =
        shelf
            ? shelf_on(shelf, substitute_kind(l->gas ? SUBSTITUTE_GAS : SUBSTITUTE_WATER), cn_day_of(l->from))
            : NULL;
    l->rules = set ? set->rules : NULL;
    l->read_from = l->from;
    if (!l->rules)
        return;
    struct cn_civil c = cn_from_ms(l->from);
    int64_t quarter = cn_days(c.year, (c.month - 1) / 3 * 3 + 1, 1);
    l->read_from = cn_day_start(quarter - (l->rules->days ? HISTORY_DAYS : HISTORY_HOURS_DAYS));
}

/* What left by one outlet, day by day. */
int load_days(struct api *api, const struct site *s, const char *code, int64_t from, int64_t to,
              struct load_day *day, struct load_sum *ret, struct err *e)
{
    struct request rq = { .api = api };
    struct load l = { .site = s, .n = 1, .code = { code }, .from = from, .to = to };
    scoped(freep) struct sums *sums = calloc(1, sizeof *sums);
    l.gas = s->kind == SITE_GAS_OUTLET;
    l.flow_code = flow_code(&l);
    *ret = (struct load_sum){ .kg = MICRO_MISSING };
    if (!sums)
        return err_set(e, -ENOMEM, "no memory for a load");
    choose_rules(&rq, &l);
    int r = gather(&rq, &l, PERIOD_HOUR, e);
    if (r == 0 && !l.any)
        r = gather(&rq, &l, PERIOD_DAY, e);
    if (r == 0) {
        sum_up(&l, "day", 0, sums);
        if (l.rules && substitute_of_factor(l.rules, code) && (l.rules->days || l.period == PERIOD_HOUR))
            r = substitute(&rq, &l, "day", 0, sums, e);
    }
    bool measured = sums->by[LOAD_COU] + sums->by[LOAD_FLOW] > 0;
    for (size_t k = 0; r == 0 && k < (size_t)((to - from) / MS_DAY); k++) {
        const struct part *p = &sums->part[k];
        day[k].kg = micro_add(day[k].kg, p->kg);
        day[k].with = micro_add(day[k].with, micro_add(micro_sub(p->kg, p->replaced), p->substituted));
    }
    if (r == 0) {
        ret->expected = (int64_t)(l.periods - l.first) - sums->counts.n[SLOT_EXCEPTED];
        ret->valid = sums->counts.n[SLOT_VALID];
        ret->missing = sums->all.missing;
        ret->filled = sums->all.filled;
        ret->kg = measured ? sums->all.kg : MICRO_MISSING;
        ret->with = measured || sums->all.filled
                        ? micro_add(micro_sub(sums->all.kg, sums->all.replaced), sums->all.substituted)
                        : MICRO_MISSING;
    }
    free(l.amount);
    return r;
}

int sites_load(struct request *rq, struct err *e)
{
    struct load l = { 0 };
    const char *each = query_str(rq, "each", "");
    int r = find_site(rq, &l.site, e);
    if (r < 0 || (r = query_calendar(rq, &l.from, &l.to, e)) < 0)
        return r;
    if (*each && strcmp(each, "day") != 0 && strcmp(each, "month") != 0)
        return err_named(e, -EINVAL, "bad_input", "each: '%.40s' is none of day, month", each);
    if (l.site->kind != SITE_GAS_OUTLET && l.site->kind != SITE_WATER_OUTLET)
        return err_named(e, -ENOENT, "not_found", "site %d is no outlet", (int)l.site->id);
    l.gas = l.site->kind == SITE_GAS_OUTLET;
    l.flow_code = flow_code(&l);
    l.from = cn_day_start(cn_day_of(l.from));
    choose_rules(rq, &l);
    for (size_t i = 0; l.site->factors && l.site->factors[i] && l.n < FACTORS_MAX; i++)
        if (has_amount(l.site, l.site->factors[i]))
            l.code[l.n++] = l.site->factors[i];
    r = gather(rq, &l, PERIOD_HOUR, e);
    if (r == 0 && !l.any) /* an outlet that sends days only */
        r = gather(rq, &l, PERIOD_DAY, e);
    if (r == 0)
        r = write_load(rq, &l, each, e);
    free(l.amount);
    return r;
}
