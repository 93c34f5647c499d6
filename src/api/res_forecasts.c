/* Forecasts of the city's AQI as models gave them: kept as issued, never changed, and how they did (standard/models.h). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/handlers.h"
#include "base/cntime.h"
#include "base/csv.h"
#include "base/scoped.h"
#include "domain/factor.h"

enum { AHEAD_DAYS = 10, MODEL_BYTES = 47, ROWS_MAX = 20000, SCORED_DAYS = 1100 };

/* ---- reading ---- */

static int read_aqi(const json_t *o, const char *key, int64_t *ret)
{
    const json_t *v = json_object_get(o, key);
    *ret = json_is_integer(v) ? json_integer_value(v) : -1;
    return v && !json_is_null(v) && (*ret < 0 || *ret > 500) ? -EINVAL : 0;
}

static unsigned primary_bits(const json_t *list)
{
    unsigned bits = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *s = json_string_value(json_array_get(list, i));
        int item = s ? air_item_from_word(s, strlen(s)) : -1;
        if (item >= 0)
            bits |= 1u << item;
    }
    return bits;
}

/* One day as given, as it is kept: low and high of a single value are the same. */
static int read_day(const json_t *o, int64_t issued, json_t *days, struct err *e)
{
    char date[CN_TEXT];
    const char *text = json_str(o, "day", "");
    int64_t day, low, high, aqi;
    if (!cn_parse_iso(text, strlen(text), &day))
        return err_named(e, -EINVAL, "bad_input", "day: '%.40s' is no date such as 2026-03-01", text);
    int64_t lead = cn_day_of(day) - cn_day_of(issued);
    if (lead < 0 || lead > AHEAD_DAYS)
        return err_named(e, -EINVAL, "bad_input", "day %s: 0 to %d days from its issue", text, AHEAD_DAYS);
    if (read_aqi(o, "low", &low) < 0 || read_aqi(o, "high", &high) < 0 || read_aqi(o, "aqi", &aqi) < 0)
        return err_named(e, -EINVAL, "bad_input", "day %s: an AQI is a whole number from 0 to 500", text);
    low = low < 0 ? aqi : low;
    high = high < 0 ? aqi : high;
    if (low < 0 || high < low)
        return err_named(e, -EINVAL, "bad_input", "day %s: aqi, or low and high, which is not below it",
                         text);
    cn_format_date(cn_day_start(cn_day_of(day)), date);
    for (size_t i = 0; i < json_array_size(days); i++)
        if (strcmp(json_str(json_array_get(days, i), "day", ""), date) == 0)
            return err_named(e, -EINVAL, "bad_input", "day %s: given twice", date);
    json_array_append_new(days, json_pack("{s:s,s:I,s:I,s:I}", "day", date, "low", (json_int_t)low, "high",
                                          (json_int_t)high, "primary",
                                          (json_int_t)primary_bits(json_object_get(o, "primary"))));
    return 0;
}

/* ---- keeping ---- */

struct counts {
    int kept, repeated;
};

static bool same_days(const char *body, const json_t *days)
{
    scoped(json_decrefp) json_t *was = NULL;
    return json_read(body, strlen(body), &was, NULL) == 0 && json_equal(json_object_get(was, "days"), days);
}

/* What a model said on a day is said once: the same again is a repeat, anything else is refused. */
static int keep(struct request *rq, const char *model, int64_t issued, json_t *days, struct counts *n,
                struct err *e)
{
    char key[MODEL_BYTES + 32], date[CN_TEXT], at[CN_TEXT];
    struct ledger_store *store = rq->api->config.store;
    struct doc was = { 0 };
    if (issued > rq->now)
        return err_named(e, -EINVAL, "bad_input", "issued: %s is in the future", cn_format_iso(issued, at));
    snprintf(key, sizeof key, "%s|%s", model, cn_format_date(issued, date));
    int r = ledger_get_doc_by_key(store, DOC_FORECAST, key, &was, e);
    if (r == 0) {
        bool same = same_days(was.body, days);
        doc_release(&was);
        n->repeated += same;
        return same ? 0
                    : err_named(e, -EEXIST, "conflict",
                                "模式“%s”%s 的预报已有，且内容不同 | %s has another forecast of %s already",
                                model, date, model, date);
    }
    if (r != -ENOENT)
        return r;
    scoped(json_decrefp) json_t *body =
        json_pack("{s:s,s:s,s:s,s:O}", "model", model, "issued", cn_format_iso(issued, at), "by",
                  rq->user.name, "days", days);
    scoped(freep) char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
    if (!text)
        return err_set(e, -ENOMEM, "out of memory");
    int64_t id;
    struct doc d = { .key = key, .state = "issued", .created = rq->now, .updated = rq->now, .body = text };
    r = ledger_put_doc(store, DOC_FORECAST, &d, &id, e);
    n->kept += r == 0;
    return r;
}

static int read_model(const char *s, struct err *e)
{
    bool named = strcmp(s, "persistence") == 0 || strcmp(s, "blend") == 0 || strcmp(s, "持续性") == 0;
    if (named) /* computed, never given */
        return err_named(e, -EINVAL, "bad_input", "model: '%s' is computed here and cannot be given", s);
    if (!*s || strlen(s) > MODEL_BYTES || strchr(s, '|'))
        return err_named(e, -EINVAL, "bad_input", "model: 1 to %d bytes without |", MODEL_BYTES);
    return 0;
}

static int add_one(struct request *rq, const json_t *o, struct counts *n, struct err *e)
{
    const char *model = json_str(o, "model", ""), *text = json_str(o, "issued", "");
    const json_t *list = json_object_get(o, "days");
    scoped(json_decrefp) json_t *days = json_array();
    int64_t issued;
    int r = read_model(model, e);
    if (r < 0)
        return r;
    if (!cn_parse_iso(text, strlen(text), &issued))
        return err_named(e, -EINVAL, "bad_input", "issued: '%.40s' is no date", text);
    if (!json_array_size(list) || json_array_size(list) > AHEAD_DAYS + 1)
        return err_named(e, -EINVAL, "bad_input", "days: 1 to %d", AHEAD_DAYS + 1);
    for (size_t i = 0; r == 0 && i < json_array_size(list); i++)
        r = read_day(json_array_get(list, i), issued, days, e);
    return r < 0 ? r : keep(rq, model, issued, days, n, e);
}

/* ---- a table: model, issued, day, and aqi or low and high ---- */

static json_t *cell(const struct csv *c, int i)
{
    return i >= 0 && (size_t)i < c->n ? json_stringn(c->field[i].s, c->field[i].len) : json_string("");
}

static json_t *whole(const struct csv *c, int i)
{
    char text[8], *end;
    if (i < 0 || (size_t)i >= c->n || !c->field[i].len)
        return json_null();
    snprintf(text, sizeof text, "%.*s", (int)(c->field[i].len > 7 ? 7 : c->field[i].len), c->field[i].s);
    long v = strtol(text, &end, 10);
    return json_integer(*end || c->field[i].len > 3 ? 999 : v); /* refused by read_aqi */
}

/* Rows of one model and issue are one forecast, wherever they stand. */
static int group_rows(char *text, size_t len, json_t *groups, struct err *e)
{
    scoped(freep) struct csv *c = malloc(sizeof *c);
    if (!c)
        return err_set(e, -ENOMEM, "out of memory");
    csv_init(c, text, len);
    int r = csv_next(c, e);
    if (r <= 0)
        return r < 0 ? r : err_named(e, -EINVAL, "bad_input", "csv: empty");
    int model = csv_find(c, "model"), issued = csv_find(c, "issued"), day = csv_find(c, "day"),
        aqi = csv_find(c, "aqi"), low = csv_find(c, "low"), high = csv_find(c, "high"), n = 0;
    if (model < 0 || issued < 0 || day < 0 || (aqi < 0 && (low < 0 || high < 0)))
        return err_named(e, -EINVAL, "bad_input",
                         "csv: the heading wants model, issued, day, and aqi or low and high");
    while ((r = csv_next(c, e)) > 0) {
        if (++n > ROWS_MAX)
            return err_named(e, -EINVAL, "bad_input", "csv: more than %d rows", ROWS_MAX);
        scoped(json_decrefp) json_t *m = cell(c, model), *at = cell(c, issued), *d = cell(c, day);
        scoped(buf_release) struct buf key = BUF_INIT;
        if (!m || !at || !d)
            return err_named(e, -EINVAL, "bad_input", "csv: line %zu: not UTF-8", c->line);
        buf_addf(&key, "%s|%s", json_string_value(m), json_string_value(at));
        json_t *g = key.failed ? NULL : json_object_get(groups, key.data);
        if (!g && !key.failed) {
            g = json_pack("{s:O,s:O,s:[]}", "model", m, "issued", at, "days");
            json_object_set_new(groups, key.data, g);
        }
        json_array_append_new(json_object_get(g, "days"),
                              json_pack("{s:O,s:o,s:o,s:o}", "day", d, "aqi", whole(c, aqi), "low",
                                        whole(c, low), "high", whole(c, high)));
    }
    return r;
}

static int add_all(struct request *rq, struct counts *n, struct err *e)
{
    const json_t *csv = json_object_get(rq->json, "csv");
    if (!csv)
        return add_one(rq, rq->json, n, e);
    scoped(json_decrefp) json_t *groups = json_object();
    scoped(freep) char *text = json_is_string(csv) ? strdup(json_string_value(csv)) : NULL;
    const char *key;
    json_t *g;
    if (!text)
        return err_named(e, -EINVAL, "bad_input", "csv: not a text");
    int r = group_rows(text, strlen(text), groups, e);
    json_object_foreach(groups, key, g) if (r == 0 && (r = add_one(rq, g, n, e)) < 0) err_under(e, "%s", key);
    return r;
}

/* All or none. */
int forecasts_add(struct request *rq, struct err *e)
{
    struct ledger_store *store = rq->api->config.store;
    struct counts n = { 0 };
    int r = ledger_begin(store, e);
    if (r < 0)
        return r;
    if ((r = add_all(rq, &n, e)) < 0)
        ledger_rollback(store);
    else
        r = ledger_commit(store, e);
    if (r < 0)
        return r;
    if (n.kept && rq->api->config.forecasts_changed)
        rq->api->config.forecasts_changed(rq->api->config.arg);
    struct jw w = JW(&rq->out);
    jw_object(&w);
    jw_kint(&w, "kept", n.kept);
    jw_kint(&w, "repeated", n.repeated);
    jw_end_object(&w);
    return 0;
}

/* ---- showing ---- */

/* The forecasts issued within from..to (default: the last seven days), newest first. */
int forecasts_list(struct request *rq, struct err *e)
{
    int64_t from, to;
    struct docs all;
    int r;
    if ((r = query_time(rq, "from", rq->now - 7 * MS_DAY, &from, e)) < 0 ||
        (r = query_time(rq, "to", rq->now + MS_DAY, &to, e)) < 0 ||
        (r = docs_read(rq, DOC_FORECAST, &(struct doc_query){ .newest_first = true }, &all, e)) < 0)
        return r;
    struct jw w = JW(&rq->out);
    jw_object(&w);
    jw_key(&w, "forecasts");
    jw_array(&w);
    for (size_t i = 0; i < all.n; i++) {
        scoped(json_decrefp) json_t *body = NULL;
        int64_t issued;
        if (json_read(all.doc[i].body, strlen(all.doc[i].body), &body, NULL) < 0)
            continue;
        const char *at = json_str(body, "issued", "");
        if (!cn_parse_iso(at, strlen(at), &issued) || issued < from || issued >= to)
            continue;
        jw_object(&w);
        jw_kint(&w, "id", all.doc[i].id);
        jw_kstr(&w, "model", json_str(body, "model", ""));
        jw_kstr(&w, "issued", at);
        jw_kstr(&w, "by", json_str(body, "by", ""));
        jw_ktime(&w, "given", all.doc[i].created);
        /* Given after its first day was over, it cannot be shown to have been a forecast. */
        jw_kbool(&w, "late", cn_day_of(all.doc[i].created) > cn_day_of(issued) + 1);
        jw_key(&w, "days");
        jw_tree(&w, json_object_get(body, "days"));
        jw_end_object(&w);
    }
    jw_end_array(&w);
    jw_end_object(&w);
    docs_release(&all);
    return 0;
}

/* ?from=&to=: days that are scored; the last 90 that are over when left out. */
int forecasts_scores(struct request *rq, struct err *e)
{
    const struct api_config *c = &rq->api->config;
    int64_t from, to;
    int r;
    if ((r = query_time(rq, "to", rq->now - MS_DAY, &to, e)) < 0 ||
        (r = query_time(rq, "from", to - 90 * MS_DAY, &from, e)) < 0)
        return r;
    if (from > to || to - from > SCORED_DAYS * MS_DAY)
        return err_named(e, -EINVAL, "bad_input", "from: not before to, or more than %d days", SCORED_DAYS);
    if (!c->forecast_scores)
        return err_named(e, -ENOENT, "not_found", "no forecasts are kept");
    return c->forecast_scores(c->arg, cn_day_of(from), cn_day_of(to), &rq->out, e);
}
