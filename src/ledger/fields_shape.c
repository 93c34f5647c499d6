/* fields_shape.c - values with parts: points, areas and tracks on the map, and rows of a table. */
#include <math.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "ledger/fields.h"

/* Longitude and latitude in degrees to seven decimals, about a centimetre. */
static json_t *degrees(const json_t *v, double limit)
{
    double x = json_number_value(v);
    if (!json_is_number(v) || !(fabs(x) <= limit))
        return NULL;
    return json_real(round(x * 1e7) / 1e7);
}

static json_t *make_point(const json_t *v)
{
    json_t *lon = degrees(json_object_get(v, "lon"), 180), *lat = degrees(json_object_get(v, "lat"), 90);
    if (lon && lat)
        return json_pack("{s:o, s:o}", "lon", lon, "lat", lat);
    json_decref(lon);
    json_decref(lat);
    return NULL;
}

int take_point(const struct taker *t, const json_t *v, json_t **ret)
{
    if (json_is_object(v) && !json_object_size(v)) {
        *ret = json_null();
        return 0;
    }
    *ret = make_point(v);
    return *ret ? 0 : take_wrong(t, "须为经纬度 {lon, lat}", "must be a position {lon, lat} in degrees");
}

int take_area(const struct taker *t, const json_t *v, json_t **ret)
{
    scoped(json_decrefp) json_t *all = json_array();
    size_t n = json_array_size(v);
    if (take_is_blank(v)) {
        *ret = json_null();
        return 0;
    }
    /* A ring may come closed, as GeoJSON writes it; its last point is not kept twice. */
    if (n > 3 && json_equal(json_array_get(v, 0), json_array_get(v, n - 1)))
        n--;
    if (n < 3 || n > t->f->most)
        return take_wrong(t, "须为3个以上 [lon, lat] 点围成的范围，且不超过上限",
                          "must be a ring of 3 or more points [lon, lat], within the field's limit");
    for (size_t i = 0; i < n; i++) {
        const json_t *p = json_array_get(v, i);
        json_t *lon = degrees(json_array_get(p, 0), 180), *lat = degrees(json_array_get(p, 1), 90);
        if (!lon || !lat || json_array_size(p) != 2) {
            json_decref(lon);
            json_decref(lat);
            return take_wrong(t, "每个点须为 [经度, 纬度]", "each point must be [lon, lat] in degrees");
        }
        json_array_append_new(all, json_pack("[o, o]", lon, lat));
    }
    *ret = TAKE(all);
    return 0;
}

int take_track(const struct taker *t, const json_t *v, json_t **ret)
{
    scoped(json_decrefp) json_t *all = json_array();
    int64_t last = INT64_MIN;
    if (take_is_blank(v)) {
        *ret = json_null();
        return 0;
    }
    if (!json_is_array(v) || json_array_size(v) > t->f->most)
        return take_wrong(t, "须为轨迹点列表，且不超过上限",
                          "must be a list of points, within the field's limit");
    for (size_t i = 0; i < json_array_size(v); i++) {
        const json_t *p = json_array_get(v, i);
        const char *s = json_str(p, "at", "");
        char text[CN_TEXT];
        int64_t at;
        json_t *point = make_point(p);
        if (!point || !cn_parse_iso(s, strlen(s), &at) || at < last) {
            json_decref(point);
            return take_wrong(t, "每个点须为 {at, lon, lat}，按时间先后",
                              "each point must be {at, lon, lat}, in order of time");
        }
        last = at;
        json_object_set_new(point, "at", json_string(cn_format_iso(at, text)));
        json_array_append_new(all, point);
    }
    *ret = TAKE(all);
    return 0;
}

/* ---- rows ---- */

static int take_row(const struct taker *t, size_t number, const json_t *row, json_t **ret)
{
    struct err why = { .name = "" };
    if (!json_is_object(row))
        return take_wrong(t, "每行须为对象", "each row must be an object");
    int r = fields_take(t->l, t->f->column, t->f->n_columns, row, false, NULL, ret, &why);
    if (r == 0)
        return 0;
    struct said s;
    said_split(why.text, &s);
    return err_named(t->e, r, why.name, "%s（%s）第%zu行：%s | %s (%s), row %zu: %s", t->f->label, t->f->id,
                     number, s.zh, t->f->label_en, t->f->id, number, s.en);
}

int take_rows(const struct taker *t, const json_t *v, json_t **ret)
{
    scoped(json_decrefp) json_t *all = json_array();
    if (take_is_blank(v)) {
        *ret = json_null();
        return 0;
    }
    if (!json_is_array(v) || json_array_size(v) > t->f->most)
        return take_wrong(t, "须为行的列表，且不超过上限",
                          "must be a list of rows, within the field's limit");
    for (size_t i = 0; i < json_array_size(v); i++) {
        json_t *row = NULL;
        if (take_is_blank(json_array_get(v, i))) /* an empty line of a form */
            continue;
        int r = take_row(t, i + 1, json_array_get(v, i), &row);
        if (r < 0)
            return r;
        json_array_append_new(all, row);
    }
    *ret = TAKE(all);
    return 0;
}
