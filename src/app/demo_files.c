/* demo_files.c - what the demo's devices will play: replayed hours and planted troubles, moved to real dates. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "app/demo.h"
#include "base/cntime.h"
#include "base/csv.h"
#include "base/file.h"
#include "base/map.h"
#include "base/scoped.h"

enum { AHEAD_DAYS = 400, COLUMNS = 6 };

/* One year of hours of one series, by month, day and hour; a row is the text of its six values. */
struct series {
    const char *row[12][31][24];
    unsigned short len[12][31][24];
};

struct replay {
    struct buf text; /* rows are views into it */
    struct map by_name;
};

static void replay_release(struct replay *r)
{
    map_release(&r->by_name, free);
    buf_release(&r->text);
}

static bool small_number(const struct csv_field *f, int lo, int hi, int *ret)
{
    int v = 0;
    if (f->len == 0 || f->len > 4)
        return false;
    for (size_t i = 0; i < f->len; i++) {
        if (f->s[i] < '0' || f->s[i] > '9')
            return false;
        v = v * 10 + (f->s[i] - '0');
    }
    *ret = v;
    return v >= lo && v <= hi;
}

static int keep_row(struct replay *r, const struct csv *c, const char *path, struct err *e)
{
    int month, day, hour;
    if (c->n != 4 + COLUMNS || !small_number(&c->field[1], 1, 12, &month) ||
        !small_number(&c->field[2], 1, 31, &day) || !small_number(&c->field[3], 0, 23, &hour))
        return err_set(e, -EINVAL, "%s:%zu: not `series,month,day,hour` and %d values", path, c->line,
                       COLUMNS);
    struct series *s = map_get(&r->by_name, c->field[0].s, c->field[0].len);
    if (!s) {
        s = calloc(1, sizeof *s);
        if (!s || map_put(&r->by_name, c->field[0].s, c->field[0].len, s) < 0) {
            free(s);
            return err_set(e, -ENOMEM, "out of memory");
        }
    }
    const char *from = c->field[4].s, *end = c->field[4 + COLUMNS - 1].s + c->field[4 + COLUMNS - 1].len;
    s->row[month - 1][day - 1][hour] = from;
    s->len[month - 1][day - 1][hour] = (unsigned short)(end - from);
    return 0;
}

static int replay_read(struct replay *r, const char *path, struct err *e)
{
    struct csv c;
    int got = file_read(path, FILE_READ_MAX, &r->text, e);
    if (got < 0)
        return got;
    csv_init(&c, r->text.data, r->text.len);
    bool heading = true;
    while ((got = csv_next(&c, e)) == 1) {
        int kept = heading ? 0 : keep_row(r, &c, path, e);
        heading = false;
        if (kept < 0)
            return kept;
    }
    return got < 0 ? err_under(e, "%s", path) : 0;
}

/* The six values with CO turned from the source's µg/m³ into mg/m³: three digits fewer before the point. */
static void write_values(struct buf *out, const char *row, size_t len)
{
    const char *p = row, *end = row + len;
    for (int column = 0; column < COLUMNS; column++) {
        const char *comma = memchr(p, ',', (size_t)(end - p)), *stop = comma ? comma : end;
        micro v;
        char text[MICRO_TEXT];
        buf_addc(out, ',');
        if (column == 4 && micro_parse(p, (size_t)(stop - p), &v, NULL))
            buf_adds(out, micro_format(micro_div(v, 1000), -1, text));
        else
            buf_add(out, p, (size_t)(stop - p));
        p = comma ? comma + 1 : end;
    }
}

/* The hour ms of a site, from the series' hour at `of`. */
static void write_hour(struct buf *out, const char *site, const struct series *s, int64_t ms, int64_t of)
{
    struct cn_civil t = cn_from_ms(of);
    if (!s->row[t.month - 1][t.day - 1][t.hour] && t.month == 2 && t.day == 29)
        t.day = 28;
    const char *row = s->row[t.month - 1][t.day - 1][t.hour];
    if (!row)
        return;
    char when[CN_TEXT];
    cn_format_iso(ms, when);
    buf_addf(out, "%.16s,%s", when, site);
    write_values(out, row, s->len[t.month - 1][t.day - 1][t.hour]);
    buf_addc(out, '\n');
}

static int gz_write(const char *path, struct buf *text, struct err *e)
{
    gzFile z = gzopen(path, "wb1");
    bool ok = z && !text->failed;
    for (size_t at = 0; ok && at < text->len;) {
        unsigned piece = text->len - at > 1 << 20 ? 1 << 20 : (unsigned)(text->len - at);
        ok = gzwrite(z, text->data + at, piece) == (int)piece;
        at += piece;
    }
    if (z && gzclose(z) != Z_OK)
        ok = false;
    return ok ? 0 : err_set(e, -EIO, "%s: could not be written", path);
}

/* Years before this one replay another season of the same station ("dongsi-2015": 2014 a year ago; round and round), two weeks later in
 * it, so that a year can be compared with the one before on measured data and no place repeats another's year to the day. */
static const struct series *series_of(const struct replay *r, const char *name, int years_ago)
{
    char other[64];
    size_t stem = strlen(name) > 4 ? strlen(name) - 4 : 0;
    int season = atoi(name + stem);
    if (years_ago <= 0 || season < 2013 || season > 2015)
        return map_get(&r->by_name, name, strlen(name));
    int n = snprintf(other, sizeof other, "%.*s%d", (int)stem, name,
                     2013 + (season - 2013 + 3 - years_ago % 3) % 3);
    return map_get(&r->by_name, other, (size_t)n);
}

static int write_replay(struct demo *d, struct err *e)
{
    char path[4200];
    struct replay r = { .text = BUF_INIT, .by_name = MAP_INIT };
    struct buf out = BUF_INIT;
    snprintf(path, sizeof path, "%s/air.csv.gz", d->from);
    int got = replay_read(&r, path, e);
    int64_t from = cn_day_start(cn_day_of(d->today) - d->history_days), to = d->today + AHEAD_DAYS * MS_DAY;
    buf_adds(&out, "time,site,pm25,pm10,so2,no2,co,o3\n");
    size_t i;
    json_t *site;
    json_array_foreach(json_object_get(d->city, "sites"), i, site)
    {
        const char *name = json_str(site, "series", NULL);
        if (got < 0 || !name)
            continue;
        int year = cn_from_ms(d->today).year;
        const struct series *s = series_of(&r, name, 0);
        if (!s)
            got = err_set(e, -EINVAL, "city.json: site %s: no series '%s' in air.csv.gz",
                          json_str(site, "code", ""), name);
        for (int64_t t = from; s && t < to; t += MS_HOUR) {
            int ago = year - cn_from_ms(t).year;
            const struct series *then = series_of(&r, name, ago);
            write_hour(&out, json_str(site, "code", ""), then ? then : s, t, ago > 0 ? t + 14 * MS_DAY : t);
        }
    }
    snprintf(path, sizeof path, "%s/replay.csv.gz", d->dir);
    if (got == 0)
        got = gz_write(path, &out, e);
    buf_release(&out);
    replay_release(&r);
    return got;
}

/* [day relative to today, hour] to a time in the scenario's form. */
static json_t *real_time(const struct demo *d, const json_t *pair)
{
    char when[CN_TEXT];
    int64_t day = cn_day_of(d->today) + json_integer_value(json_array_get(pair, 0));
    cn_format_iso(cn_day_start(day) + json_integer_value(json_array_get(pair, 1)) * MS_HOUR, when);
    when[16] = '\0';
    return json_string(when);
}

static int write_scenario(struct demo *d, struct err *e)
{
    char path[4200];
    snprintf(path, sizeof path, "%s/scenario.json", d->from);
    int r = json_read_file(path, &d->scenario, e);
    if (r < 0)
        return r;
    size_t i;
    json_t *event;
    json_array_foreach(json_object_get(d->scenario, "events"), i, event)
    {
        json_object_set_new(event, "from", real_time(d, json_object_get(event, "from")));
        json_object_set_new(event, "to", real_time(d, json_object_get(event, "to")));
    }
    scoped(freep) char *text = json_dumps(d->scenario, JSON_INDENT(1));
    snprintf(path, sizeof path, "%s/scenario.json", d->dir);
    return text ? file_replace(path, text, strlen(text), 0644, e) : err_set(e, -ENOMEM, "out of memory");
}

static int copy(const struct demo *d, const char *name, struct err *e)
{
    char from[4200], to[4200];
    struct buf text = BUF_INIT;
    snprintf(from, sizeof from, "%s/%s", d->from, name);
    snprintf(to, sizeof to, "%s/%s", d->dir, name);
    int r = file_read(from, FILE_READ_MAX, &text, e);
    if (r == 0)
        r = file_replace(to, text.data, text.len, 0644, e);
    buf_release(&text);
    return r;
}

/* DIR/replay-days.csv: the plant's days one after the other, round and round; the flow from m³ a day into L/s. */
static int write_days(struct demo *d, struct err *e)
{
    char path[4200];
    struct buf text = BUF_INIT, out = BUF_INIT;
    struct csv c;
    struct csv_field(*row)[10] = calloc(400, sizeof *row);
    size_t n = 0;
    snprintf(path, sizeof path, "%s/wwtp.csv", d->from);
    int r = row ? file_read(path, FILE_READ_MAX, &text, e) : err_set(e, -ENOMEM, "out of memory");
    csv_init(&c, text.data, text.len);
    while (r == 0 && n < 400 && (r = csv_next(&c, e)) == 1) {
        r = c.n == 10 ? 0 : err_set(e, -EINVAL, "%s:%zu: not 10 columns", path, c.line);
        memcpy(row[n++], c.field, sizeof row[0]);
    }
    if (r == 0 && n < 2)
        r = err_set(e, -EINVAL, "%s: no rows", path);
    buf_adds(&out, "time,site,w00000,w21003,w01018,w21001,w21011\n");
    int64_t today = cn_day_of(d->today);
    for (int64_t day = today - d->history_days; r == 0 && day < today + AHEAD_DAYS; day++) {
        const struct csv_field *f = row[1 + (size_t)day % (n - 1)];
        char when[CN_TEXT], flow[MICRO_TEXT];
        micro v = 0;
        if (!micro_parse(f[1].s, f[1].len, &v, NULL))
            r = err_set(e, -EINVAL, "%s: '%.*s' is no flow", path, (int)f[1].len, f[1].s);
        buf_addf(&out, "%s,wwtp-out,%s", cn_format_date(cn_day_start(day), when),
                 micro_format(micro_muldiv(v, 1000, 86400), 1, flow));
        for (int i = 6; i < 10; i++)
            buf_addf(&out, ",%.*s", (int)f[i].len, f[i].s);
        buf_addc(&out, '\n');
    }
    snprintf(path, sizeof path, "%s/replay-days.csv", d->dir);
    if (r == 0)
        r = out.failed ? err_set(e, -ENOMEM, "out of memory")
                       : file_replace(path, out.data, out.len, 0644, e);
    buf_release(&out);
    buf_release(&text);
    free(row);
    return r;
}

int demo_write_files(struct demo *d, struct err *e)
{
    static const char *const names[] = { "city.json", "geo/regions.geojson", "geo/rivers.geojson",
                                         "geo/sea.geojson", "geo/zones.geojson" };
    char geo[4200];
    snprintf(geo, sizeof geo, "%s/geo", d->dir);
    int r = file_make_dirs(geo, e);
    for (size_t i = 0; r == 0 && i < COUNT_OF(names); i++)
        r = copy(d, names[i], e);
    if (r == 0)
        r = write_scenario(d, e);
    if (r == 0)
        r = write_days(d, e);
    return r < 0 ? r : write_replay(d, e);
}
