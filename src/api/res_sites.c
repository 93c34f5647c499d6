#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/handlers.h"
#include "base/scoped.h"
#include "domain/factor.h"
#include "standard/rates.h"

int find_site(struct request *rq, const struct site **ret, struct err *e)
{
    *ret = rq->id > 0 && rq->id <= INT32_MAX ? place_site(rq->api->config.place, (int32_t)rq->id) : NULL;
    return *ret ? 0 : err_named(e, -ENOENT, "not_found", "no site %lld", (long long)rq->id);
}

int sites_list(struct request *rq, struct err *e)
{
    const struct place *p = rq->api->config.place;
    const char *kind = query_str(rq, "kind", NULL);
    int want = -1;
    for (int k = 0; kind && k < SITE_KINDS; k++)
        if (strcmp(kind, site_kind_word((enum site_kind)k)) == 0)
            want = k;
    if (kind && want < 0)
        return err_named(e, -EINVAL, "bad_input",
                         "kind: '%.40s' is none of air, river, water_outlet, gas_outlet, radiation", kind);
    buf_adds(&rq->out, "{\"sites\":[");
    bool comma = false;
    for (size_t i = 0; i < p->n_sites; i++) {
        if (kind && (int)p->sites[i].kind != want)
            continue;
        if (comma)
            buf_addc(&rq->out, ',');
        comma = true;
        board_write_site(rq->api->config.board, p->sites[i].id, rq->now, &rq->out);
    }
    buf_adds(&rq->out, "]}");
    return 0;
}

static void write_limit(struct jw *w, const struct site_limit *l, bool with_factor)
{
    jw_object(w);
    if (with_factor)
        jw_kstr(w, "factor", l->code);
    jw_kmicro(w, "upper", l->upper, -1);
    jw_kmicro(w, "lower", l->lower, -1);
    jw_kstr(w, "basis", l->basis);
    char date[CN_TEXT];
    jw_kstr(w, "from", l->from > SITE_LIMIT_ALWAYS ? cn_format_date(cn_day_start(l->from), date) : NULL);
    jw_kstr(w, "to", l->to < SITE_LIMIT_EVER ? cn_format_date(cn_day_start(l->to), date) : NULL);
    jw_end_object(w);
}

/* Air stations speak in µg/m³, stacks in mg/m³ (GB 3095 table 1; HJ 75-2017), for the same code. */
static void write_factor(struct jw *w, const struct site *s, const char *code)
{
    const struct factor *f = factor_find(code, strlen(code));
    jw_object(w);
    jw_kstr(w, "code", f ? f->code : code);
    jw_kstr(w, "name", f ? f->name : code);
    jw_kstr(w, "name_en", f ? f->name_en : code);
    bool stack = f && s->kind == SITE_GAS_OUTLET && strcmp(f->unit, "µg/m³") == 0;
    jw_kstr(w, "unit", stack ? "mg/m³" : f ? f->unit : "");
    jw_kint(w, "decimals", f ? f->decimals : 3);
    jw_end_object(w);
}

/* The permit that the outlet is judged by, for who stands before it with an inspection form. */
static int write_permit(struct request *rq, int32_t site, struct jw *w, struct err *e)
{
    const struct api_config *c = &rq->api->config;
    int64_t id = c->permit_of ? c->permit_of(c->arg, site) : 0;
    struct doc d;
    jw_key(w, "permit");
    int r = id ? ledger_get_doc(c->store, DOC_CASE, id, &d, e) : -ENOENT;
    if (r < 0) {
        jw_null(w);
        return r == -ENOENT ? 0 : r;
    }
    jw_object(w);
    jw_kint(w, "id", id);
    jw_kstr(w, "number", d.key);
    jw_kstr(w, "state", d.state);
    jw_end_object(w);
    doc_release(&d);
    return 0;
}

int sites_get(struct request *rq, struct err *e)
{
    const struct site *s;
    int r = find_site(rq, &s, e);
    if (r < 0)
        return r;
    board_write_site(rq->api->config.board, s->id, rq->now, &rq->out);
    if ((r = object_reopen(&rq->out, e)) < 0)
        return r;
    struct jw w = { .out = &rq->out, .comma = true };
    jw_key(&w, "limits");
    jw_array(&w);
    const struct site_limits *limits = site_limits(s);
    for (size_t i = 0; i < limits->n; i++)
        write_limit(&w, &limits->limit[i], true);
    jw_end_array(&w);
    jw_key(&w, "factors");
    jw_array(&w);
    for (size_t i = 0; s->factors && s->factors[i]; i++)
        write_factor(&w, s, s->factors[i]);
    jw_end_array(&w);
    if ((r = write_permit(rq, s->id, &w, e)) < 0)
        return r;
    buf_adds(&rq->out, ",\"cases\":");
    struct case_filter f = { .site = s->id, .limit = 50 };
    struct actor who = request_actor(rq);
    if ((r = write_case_list(rq, &f, signed_in(rq) ? &who : NULL, &rq->out, e)) < 0)
        return r;
    buf_addc(&rq->out, '}');
    return 0;
}

/* ---- series ---- */

/* For each period: how much of it is shown when nothing is asked, and how much may be asked at once. */
static const struct {
    int64_t usual, most;
    int64_t step; /* calendar periods between points; 0: none is missed */
} spans[PERIOD_COUNT] = {
    [PERIOD_REALTIME] = { 6 * MS_HOUR, 7 * MS_DAY, 0 },
    [PERIOD_MINUTE] = { 24 * MS_HOUR, 31 * MS_DAY, 0 },
    [PERIOD_HOUR] = { 7 * MS_DAY, 800 * MS_DAY, MS_HOUR },
    [PERIOD_DAY] = { 90 * MS_DAY, 4000 * MS_DAY, MS_DAY },
    [PERIOD_SAMPLE] = { 1100 * MS_DAY, 4000 * MS_DAY, 0 },
};

struct point {
    int64_t time;
    micro value;
    char flag;
    char digits[24];
};

struct series {
    struct point *point;
    size_t n, cap;
    const char *code;
    bool converted;
    bool no_memory;
};

static int take_point(const struct record *r, void *arg)
{
    struct series *s = arg;
    struct record_value v;
    if (!record_find(r->body, r->body_len, s->code, s->converted, &v))
        return 0;
    struct point *p;
    if (s->n && s->point[s->n - 1].time == r->time) {
        p = &s->point[s->n - 1]; /* sent again with another value: the last that came stands */
    } else {
        if (s->n == s->cap) {
            size_t cap = s->cap ? 2 * s->cap : 256;
            struct point *grown = realloc(s->point, cap * sizeof *grown);
            if (!grown) {
                s->no_memory = true;
                return -ENOMEM;
            }
            s->point = grown;
            s->cap = cap;
        }
        p = &s->point[s->n++];
    }
    p->time = r->time;
    p->value = v.value;
    p->flag = v.flag;
    size_t len = v.digits_len < sizeof p->digits ? v.digits_len : sizeof p->digits - 1;
    memcpy(p->digits, v.digits, len);
    p->digits[len] = '\0';
    return 0;
}

static void write_point(struct jw *w, int64_t time, micro value, char flag, const char *digits, uint8_t kind)
{
    char mark[2] = { flag, '\0' };
    jw_array(w);
    jw_int(w, time);
    jw_micro(w, value, -1);
    jw_str(w, mark);
    jw_str(w, digits);
    if (kind < SLOT_KINDS)
        jw_str(w, slot_kind_word(kind));
    jw_end_array(w);
}

static int64_t first_step(int64_t from, int64_t step)
{
    int64_t local = from + CN_OFFSET_MS, rest = local % step;
    if (rest < 0)
        rest += step;
    return rest ? from - rest + step : from;
}

/* The calendar periods of a series with what became of each; none for periods that no calendar is kept of. */
struct slots {
    int64_t from, step;
    size_t n;
    uint8_t *kind;
};

static uint8_t kind_at(const struct slots *k, int64_t time)
{
    int64_t i = k->step ? (time - k->from) / k->step : -1;
    return time >= k->from && i >= 0 && (size_t)i < k->n ? k->kind[i] : UINT8_MAX;
}

/* Calendar hours and days that have no value are points without one: a gap must look like a gap. What has not ended by `now` is
 * not missing yet. */
static size_t write_points(struct jw *w, const struct series *s, int64_t from, int64_t to,
                           const struct slots *k, int64_t now)
{
    size_t missing = 0;
    int64_t step = k->step, next = step ? first_step(from, step) : 0;
    jw_key(w, "points");
    jw_array(w);
    for (size_t i = 0; i < s->n; i++) {
        const struct point *p = &s->point[i];
        for (; step && next < p->time; next += step, missing++)
            write_point(w, next, MICRO_MISSING, '\0', "", kind_at(k, next));
        write_point(w, p->time, p->value, p->flag, p->digits, kind_at(k, p->time));
        if (step && next == p->time)
            next += step;
    }
    for (; step && next < to && next + step <= now; next += step, missing++)
        write_point(w, next, MICRO_MISSING, '\0', "", kind_at(k, next));
    jw_end_array(w);
    return missing;
}

static void write_kinds(struct jw *w, const struct slots *k)
{
    struct counts c = { 0 };
    for (size_t i = 0; i < k->n; i++)
        if (k->kind[i] < SLOT_KINDS)
            c.n[k->kind[i]]++;
    jw_key(w, "counts");
    jw_object(w);
    jw_kint(w, "expected", counts_expected(&c));
    for (int i = 0; i < SLOT_KINDS; i++)
        jw_kint(w, slot_kind_word((enum slot_kind)i), c.n[i]);
    jw_end_object(w);
}

/* *from and *to are set when it returns 0. */
static int read_span(struct request *rq, int64_t usual, int64_t most, int64_t *from, int64_t *to,
                     struct err *e)
{
    *from = *to = 0;
    int r = query_time(rq, "to", rq->now + 1, to, e);
    if (r == 0)
        r = query_time(rq, "from", *to - usual, from, e);
    if (r < 0)
        return r;
    if (*from >= *to)
        return err_named(e, -EINVAL, "bad_input", "from: not before to");
    if (*to - *from > most)
        return err_named(e, -EINVAL, "bad_input", "from: more than %lld days before to",
                         (long long)(most / MS_DAY));
    return 0;
}

static int read_series(struct request *rq, const struct site *site, int period, int64_t from, int64_t to,
                       struct series *s, struct err *e)
{
    struct obs_reader *reader;
    int r = reader_take(rq->api, &reader, e);
    if (r < 0)
        return r;
    s->converted =
        site->kind == SITE_GAS_OUTLET; /* limits of stacks are for values converted to the reference oxygen */
    struct obs_query q = { .site = site->id, .period = period, .from = from, .to = to };
    r = obs_scan(reader, &q, take_point, s, e);
    reader_give_back(rq->api, reader);
    return s->no_memory ? err_set(e, -ENOMEM, "no memory for a series") : r;
}

int sites_series(struct request *rq, struct err *e)
{
    const struct site *site;
    int r = find_site(rq, &site, e);
    if (r < 0)
        return r;
    const char *code = query_str(rq, "factor", NULL);
    if (!code || strlen(code) > 16)
        return err_named(e, -EINVAL, "bad_input", "factor: which one?");
    const char *word = query_str(rq, "period", "hour");
    int period = period_from_name(word, strlen(word));
    if (period < 0)
        return err_named(e, -EINVAL, "bad_input", "period: '%.40s' is none of realtime, minute, hour, day",
                         word);
    int64_t from, to;
    if ((r = read_span(rq, spans[period].usual, spans[period].most, &from, &to, e)) < 0)
        return r;
    const struct factor *f = factor_find(code, strlen(code));
    struct series s = { .code = f ? f->code : code };
    if ((r = read_series(rq, site, period, from, to, &s, e)) < 0) {
        free(s.point);
        return r;
    }
    struct jw w = JW(&rq->out);
    jw_object(&w);
    jw_kint(&w, "site", site->id);
    jw_key(&w, "factor");
    write_factor(&w, site, code);
    jw_kstr(&w, "period", word);
    jw_ktime(&w, "from", from);
    jw_ktime(&w, "to", to);
    jw_key(&w, "limit");
    /* The one in force at the end of what is shown; all of them with their dates are in the site's own answer. */
    const struct site_limit *limit =
        site_limit_on(site, s.code, cn_day_of((to < rq->now ? to : rq->now) - 1));
    if (limit)
        write_limit(&w, limit, false);
    else
        jw_null(&w);
    struct slots k = { .step = spans[period].step };
    if (k.step) {
        k.from = first_step(from, k.step);
        k.n = k.from < to ? (size_t)((to - k.from + k.step - 1) / k.step) : 0;
        if (!(k.kind = malloc(k.n + 1)))
            k.n = 0;
        else
            board_slots(rq->api->config.board, site->id, s.code, (enum period)period, k.from, k.n, k.kind);
    }
    size_t missing = write_points(&w, &s, from, to, &k, rq->now);
    jw_kint(&w, "missing", (int64_t)missing);
    if (k.step)
        write_kinds(&w, &k);
    jw_end_object(&w);
    free(k.kind);
    free(s.point);
    return 0;
}

/* ---- air ---- */

/* An air station, or 0: the city. */
static int find_air(struct request *rq, struct err *e)
{
    if (rq->id == 0)
        return 0;
    const struct site *s;
    int r = find_site(rq, &s, e);
    if (r == 0 && s->kind != SITE_AIR)
        r = err_named(e, -ENOENT, "not_found", "site %d is no air station", (int)s->id);
    return r;
}

int sites_aqi(struct request *rq, struct err *e)
{
    int r = find_air(rq, e);
    if (r < 0)
        return r;
    const char *period = query_str(rq, "period", "hour");
    bool day = strcmp(period, "day") == 0;
    if (!day && strcmp(period, "hour") != 0)
        return err_named(e, -EINVAL, "bad_input", "period: '%.40s' is neither hour nor day", period);
    int64_t from, to;
    r = read_span(rq, day ? 90 * MS_DAY : 7 * MS_DAY, day ? 800 * MS_DAY : 93 * MS_DAY, &from, &to, e);
    if (r < 0)
        return r;
    board_write_aqi(rq->api->config.board, (int32_t)rq->id, day ? "day" : "hour", from, to, &rq->out);
    return 0;
}

int sites_year(struct request *rq, struct err *e)
{
    int r = find_air(rq, e);
    int64_t year;
    if (r == 0)
        r = query_int(rq, "year", 1990, 2200, cn_from_ms(rq->now).year, &year, e);
    if (r < 0)
        return r;
    board_write_year(rq->api->config.board, (int32_t)rq->id, (int)year, rq->now, &rq->out);
    return 0;
}
