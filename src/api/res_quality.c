/* Data quality: rates with their four kinds of missing, consistency marks, and what left an outlet. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/http.h"
#include "base/cntime.h"
#include "base/scoped.h"
#include "domain/factor.h"
#include "standard/rates.h"

static int kind_param(struct request *rq, int *ret, struct err *e)
{
    const char *word = query_str(rq, "kind", NULL);
    *ret = -1;
    for (int k = 0; word && k < SITE_KINDS; k++)
        if (strcmp(word, site_kind_word((enum site_kind)k)) == 0)
            *ret = k;
    return word && *ret < 0 ? err_named(e, -EINVAL, "bad_input",
                                        "kind: '%.40s' is none of air, river, water_outlet, gas_outlet", word)
                            : 0;
}

/* The calendar month, quarter or year that holds `at`. */
static int calendar(const char *period, int64_t at, int64_t *from, int64_t *to, struct err *e)
{
    struct cn_civil c = cn_from_ms(at);
    int months = strcmp(period, "month") == 0     ? 1
                 : strcmp(period, "quarter") == 0 ? 3
                 : strcmp(period, "year") == 0    ? 12
                                                  : 0;
    if (!months)
        return err_named(e, -EINVAL, "bad_input", "period: '%.40s' is none of month, quarter, year", period);
    int first = (c.month - 1) / months * months + 1, end = first + months;
    *from = cn_day_start(cn_days(c.year, first, 1));
    *to = cn_day_start(end > 12 ? cn_days(c.year + 1, 1, 1) : cn_days(c.year, end, 1));
    return 0;
}

static int span_of(struct request *rq, int64_t *from, int64_t *to, struct err *e)
{
    enum { MOST_DAYS = 366 };
    int64_t at;
    int r = query_time(rq, "of", rq->now, &at, e);
    if (r == 0)
        r = calendar(query_str(rq, "period", "month"), at, from, to, e);
    if (r == 0)
        r = query_time(rq, "from", *from, from, e);
    if (r == 0)
        r = query_time(rq, "to", *to, to, e);
    if (r < 0)
        return r;
    if (*from >= *to)
        return err_named(e, -EINVAL, "bad_input", "from: not before to");
    if (*to - *from > MOST_DAYS * MS_DAY)
        return err_named(e, -EINVAL, "bad_input", "from: more than %d days before to", MOST_DAYS);
    return 0;
}

int quality_get(struct request *rq, struct err *e)
{
    int kind, r;
    int64_t from = 0, to = 0, known, site;
    if ((r = kind_param(rq, &kind, e)) < 0 || (r = span_of(rq, &from, &to, e)) < 0 ||
        (r = query_time(rq, "known", rq->now, &known, e)) < 0 ||
        (r = query_int(rq, "site", 0, INT32_MAX, 0, &site, e)) < 0)
        return r;
    if (site && !place_site(rq->api->config.place, (int32_t)site))
        return err_named(e, -ENOENT, "not_found", "no site %lld", (long long)site);
    board_write_quality(rq->api->config.board, kind, (int32_t)site, from, to, known, rq->now,
                        site || strcmp(query_str(rq, "factors", ""), "1") == 0, &rq->out);
    return 0;
}

int sites_marks(struct request *rq, struct err *e)
{
    const struct site *s;
    int r = find_site(rq, &s, e);
    if (r == 0)
        board_write_marks(rq->api->config.board, s->id, &rq->out);
    return r;
}

/* ---- load ---- */

enum { FACTORS_MAX = 64 };

/* One factor's values of one period: of a record sent again the last that came stands. */
struct emitted {
    micro cou, mean;
};
struct sums {
    micro kg, kg_invalid;
    int64_t by[3], invalid, nothing; /* by: enum load_basis, of valid periods */
};
struct load {
    const struct site *site;
    const char *flow_code;
    bool gas;
    size_t n;
    const char *code[FACTORS_MAX];
    int64_t from, step;
    size_t periods;
    uint8_t *kind; /* n × periods, enum slot_kind */
    struct sums sum[FACTORS_MAX];
    int64_t time; /* of the period being gathered */
    struct emitted now[FACTORS_MAX], flow;
    bool any;
};

static void settle(struct load *l)
{
    int64_t at = (l->time - l->from) / l->step;
    if (!l->any || at < 0 || (size_t)at >= l->periods)
        return;
    micro flow = l->flow.cou;
    if (flow == MICRO_MISSING && l->flow.mean != MICRO_MISSING) /* m³/s, or L/s of waste water */
        flow = micro_muldiv(l->flow.mean, l->step / MS_SECOND, l->gas ? 1 : 1000);
    for (size_t i = 0; i < l->n; i++) {
        micro kg;
        struct sums *s = &l->sum[i];
        enum load_basis basis = load_hour(l->gas, l->now[i].cou, l->now[i].mean, flow, &kg);
        uint8_t kind = l->kind[i * l->periods + (size_t)at];
        if (kind != SLOT_VALID) {
            s->kg_invalid += basis ? kg : 0;
            continue;
        }
        s->by[basis]++;
        s->kg += basis ? kg : 0;
    }
}

static void begin(struct load *l, int64_t time)
{
    l->time = time;
    l->any = true;
    l->flow = (struct emitted){ MICRO_MISSING, MICRO_MISSING };
    for (size_t i = 0; i < l->n; i++)
        l->now[i] = l->flow;
}

static int take(const struct record *r, void *arg)
{
    struct load *l = arg;
    struct record_iter it;
    struct record_value v;
    if (!l->any || r->time != l->time) {
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

static int gather(struct request *rq, struct load *l, enum period period, int64_t to, struct err *e)
{
    struct obs_reader *reader;
    l->step = period == PERIOD_HOUR ? MS_HOUR : MS_DAY;
    l->periods = (size_t)((to - l->from + l->step - 1) / l->step);
    free(l->kind);
    if (!(l->kind = malloc(l->n * l->periods + 1)))
        return err_set(e, -ENOMEM, "no memory for a load");
    for (size_t i = 0; i < l->n; i++)
        board_slots(rq->api->config.board, l->site->id, l->code[i], period, l->from, l->periods,
                    &l->kind[i * l->periods]);
    int r = reader_take(rq->api, &reader, e);
    if (r < 0)
        return r;
    struct obs_query q = { .site = l->site->id, .period = (int)period, .from = l->from, .to = to };
    r = obs_scan(reader, &q, take, l, e);
    reader_give_back(rq->api, reader);
    settle(l);
    return r;
}

static void write_factor_load(struct jw *w, const struct load *l, size_t i)
{
    const struct factor *f = factor_find(l->code[i], strlen(l->code[i]));
    const struct sums *s = &l->sum[i];
    struct counts c = { 0 };
    for (size_t k = 0; k < l->periods; k++)
        if (l->kind[i * l->periods + k] < SLOT_KINDS)
            c.n[l->kind[i * l->periods + k]]++;
    jw_object(w);
    jw_kstr(w, "factor", l->code[i]);
    jw_kstr(w, "name", f ? f->name : l->code[i]);
    jw_kstr(w, "name_en", f ? f->name_en : l->code[i]);
    jw_kmicro(w, "kg", s->by[LOAD_COU] + s->by[LOAD_FLOW] ? s->kg : MICRO_MISSING, 3);
    jw_kmicro(w, "kg_invalid", s->kg_invalid, 3);
    jw_kint(w, "by_total", s->by[LOAD_COU]);
    jw_kint(w, "by_flow", s->by[LOAD_FLOW]);
    jw_kint(w, "without", s->by[LOAD_NONE]);
    jw_key(w, "counts");
    jw_object(w);
    jw_kint(w, "expected", counts_expected(&c));
    for (int k = 0; k < SLOT_KINDS; k++)
        jw_kint(w, slot_kind_word((enum slot_kind)k), c.n[k]);
    jw_end_object(w);
    jw_end_object(w);
}

/* Concentrations that have an amount: mg/L in water, mg/m³ in gas; not pH, flow, oxygen or temperature. */
static bool has_amount(const struct site *s, const char *code)
{
    const struct factor *f = factor_find(code, strlen(code));
    return f && strstr(f->unit, s->kind == SITE_GAS_OUTLET ? "g/m³" : "mg/L");
}

int sites_load(struct request *rq, struct err *e)
{
    struct load l = { 0 };
    int64_t to = 0;
    int r = find_site(rq, &l.site, e);
    if (r < 0 || (r = span_of(rq, &l.from, &to, e)) < 0)
        return r;
    if (l.site->kind != SITE_GAS_OUTLET && l.site->kind != SITE_WATER_OUTLET)
        return err_named(e, -ENOENT, "not_found", "site %d is no outlet", (int)l.site->id);
    l.gas = l.site->kind == SITE_GAS_OUTLET;
    l.flow_code = l.gas ? "a00000" : "w00000";
    l.from = cn_day_start(cn_day_of(l.from));
    for (size_t i = 0; l.site->factors && l.site->factors[i] && l.n < FACTORS_MAX; i++)
        if (has_amount(l.site, l.site->factors[i]))
            l.code[l.n++] = l.site->factors[i];
    enum period period = PERIOD_HOUR;
    r = gather(rq, &l, period, to, e);
    if (r == 0 && !l.any) { /* an outlet that sends days only */
        period = PERIOD_DAY;
        r = gather(rq, &l, period, to, e);
    }
    if (r == 0) {
        struct jw w = JW(&rq->out);
        jw_object(&w);
        jw_kint(&w, "site", l.site->id);
        jw_ktime(&w, "from", l.from);
        jw_ktime(&w, "to", to);
        jw_kstr(&w, "period", period_name(period));
        jw_kstr(&w, "rule",
                "Σ 累计排放量（Cou）；未发累计值的时段取平均浓度 × 流量累计；仅计有效时段，不作替代");
        jw_kstr(&w, "rule_en",
                "sum of totals sent (Cou); where none was sent, mean concentration × flow total; valid "
                "periods only, "
                "nothing substituted");
        jw_key(&w, "factors");
        jw_array(&w);
        for (size_t i = 0; i < l.n; i++)
            write_factor_load(&w, &l, i);
        jw_end_array(&w);
        jw_end_object(&w);
    }
    free(l.kind);
    return r;
}
