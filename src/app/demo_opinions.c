/* demo_opinions.c - what people and models said in the demo city: opinions of three levels on hours of a station, forecasts of two models. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/demo.h"
#include "base/cntime.h"
#include "base/scoped.h"
#include "measure/outlook.h"

/* ---- opinions ---- */

static const struct {
    int days; /* before today: of the hours, and of the opinion */
    int from, to, given;
    int level;
    const char *by, *kind, *reason, *reference;
    int taken_back; /* hour of the same day at which it was, 0: not */
} opinions[] = {
    { -3, 9, 11, 30, 1, "operator", "invalid", "采样管路更换滤膜，读数偏低", "运维记录 2026-331", 0 },
    { -3, 9, 11, 33, 2, "reviewer", "invalid", "同意运维意见，按维护时段剔除", "", 0 },
    { -3, 9, 11, 36, 3, "province", "valid", "比对邻近站，数值合理", "", 40 },
    { -2, 20, 22, 34, 1, "operator", "invalid", "疑似站房断电后漂移", "", 0 },
};

static int put(struct demo *d, const json_t *body, struct doc *row, int64_t *ret_id, struct err *e)
{
    scoped(freep) char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
    if (!text)
        return err_set(e, -ENOMEM, "out of memory");
    row->body = text;
    row->updated = row->created;
    return ledger_put_doc(d->core.store, DOC_REVIEW, row, ret_id, e);
}

static int write_opinion(struct demo *d, size_t i, const struct site *site, struct err *e)
{
    char from[CN_TEXT], to[CN_TEXT];
    int64_t day = cn_day_start(cn_day_of(d->today) + opinions[i].days), id = 0;
    scoped(json_decrefp) json_t *said =
        json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:i}", "factor", "a34002", "kind", opinions[i].kind, "from",
                  cn_format_iso(day + opinions[i].from * MS_HOUR, from), "to",
                  cn_format_iso(day + opinions[i].to * MS_HOUR, to), "reason", opinions[i].reason,
                  "reference", opinions[i].reference, "by", opinions[i].by, "level", opinions[i].level);
    struct doc row = {
        .key = "", .state = "review", .site = site->id, .created = day + opinions[i].given * MS_HOUR
    };
    int r = row.created < d->today ? put(d, said, &row, &id, e) : 0;
    if (r < 0 || !opinions[i].taken_back || !id || day + opinions[i].taken_back * MS_HOUR >= d->today)
        return r;
    scoped(json_decrefp) json_t *back =
        json_pack("{s:s,s:s}", "reason", "邻近站同日也在维护，依据不足", "by", opinions[i].by);
    struct doc away = { .key = "",
                        .state = "withdrawal",
                        .parent = id,
                        .site = site->id,
                        .created = day + opinions[i].taken_back * MS_HOUR };
    return put(d, back, &away, &id, e);
}

/* ---- forecasts ---- */

enum { WEEKS_DAYS = 45, AHEAD = 5 };
static const struct {
    const char *name;
    int wander, bias; /* AQI: how far it errs, growing with the lead; and always */
} models[] = { { "数值模式甲（模拟）", 9, 2 }, { "统计模式乙（模拟）", 16, -6 } };

/* The same numbers for the same day and lead whoever asks: -100 to 100. */
static int dice(int64_t day, int lead, int model)
{
    uint32_t x = (uint32_t)(day * 2654435761U) ^ (uint32_t)lead * 40503U ^ ((uint32_t)model * 97U + 13U);
    x ^= x >> 15;
    x *= 2246822519U;
    x ^= x >> 13;
    return (int)(x % 201) - 100;
}

/* A day that is not over yet is forecast from the last that is. */
static int forecast_of(const int *seen, int64_t i, int64_t known, int lead, int model)
{
    int64_t of = i <= known ? i : known;
    int base = of >= 0 && seen[of] >= 0 ? seen[of] : 70;
    int v = base + models[model].bias + dice(i, lead, model) * models[model].wander * (lead + 2) / 200;
    return v < 15 ? 15 : v > 290 ? 290 : v;
}

static int write_forecast(struct demo *d, const int *seen, int64_t first, int64_t i, int64_t known, int model,
                          struct err *e)
{
    char key[96], day[CN_TEXT], at[CN_TEXT];
    int64_t issued = cn_day_start(first + i) + 9 * MS_HOUR, id;
    scoped(json_decrefp) json_t *days = json_array();
    for (int lead = 0; lead < AHEAD; lead++) {
        int v = forecast_of(seen, i + lead, known, lead, model);
        json_array_append_new(days, json_pack("{s:s,s:i,s:i,s:i}", "day",
                                              cn_format_date(cn_day_start(first + i + lead), day), "low",
                                              v - v / 8, "high", v + v / 8, "primary", 0));
    }
    scoped(json_decrefp) json_t *body = json_pack("{s:s,s:s,s:s,s:O}", "model", models[model].name, "issued",
                                                  cn_format_iso(issued, at), "by", "duty", "days", days);
    scoped(freep) char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
    if (!text)
        return err_set(e, -ENOMEM, "out of memory");
    snprintf(key, sizeof key, "%s|%s", models[model].name, cn_format_date(issued, day));
    struct doc row = { .key = key, .state = "issued", .created = issued, .updated = issued, .body = text };
    return ledger_put_doc(d->core.store, DOC_FORECAST, &row, &id, e);
}

int demo_write_opinions(struct demo *d, struct err *e)
{
    int seen[WEEKS_DAYS + AHEAD];
    int64_t today = cn_day_of(d->today), first = today - WEEKS_DAYS + 1, known = WEEKS_DAYS - 2;
    const struct site *site = place_site_by_code(d->core.place, "lingang-park");
    int r = 0;
    for (size_t i = 0; r == 0 && site && i < COUNT_OF(opinions); i++)
        r = write_opinion(d, i, site, e);
    board_city_days(d->core.board, first, COUNT_OF(seen), seen, NULL);
    for (int64_t i = 0; r == 0 && i < WEEKS_DAYS; i++) {
        /* The last issue, of this morning, where the morning has come. */
        if (cn_day_start(first + i) + 9 * MS_HOUR > d->today)
            break;
        for (int m = 0; r == 0 && m < (int)COUNT_OF(models); m++)
            r = write_forecast(d, seen, first, i,
                               i < known ? i + AHEAD - 1 < known ? i + AHEAD - 1 : known : known, m, e);
    }
    return r < 0 ? r : core_take_reviews(&d->core, e);
}
