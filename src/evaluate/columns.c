#include "evaluate/columns.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/csv.h"
#include "base/scoped.h"

enum { NAME_MAX_ = 96 };

/* Lower case, without blanks, with the signs of units made one: "PM2.5（μg/m³）" is "pm2.5(ug/m3)". */
static size_t plain_name(const char *s, size_t len, char out[NAME_MAX_])
{
    static const struct {
        const char *from, *to;
    } one[] = { { "μ", "u" }, { "µ", "u" }, { "³", "3" }, { "（", "(" },  { "）", ")" },
                { "℃", "c" }, { "⁻", "-" }, { "·", "" },  { "㎡", "m2" }, { "₃", "3" } };
    size_t n = 0;
    for (size_t i = 0; i < len && n + 4 < NAME_MAX_;) {
        size_t k = 0;
        while (k < COUNT_OF(one) &&
               !(len - i >= strlen(one[k].from) && memcmp(s + i, one[k].from, strlen(one[k].from)) == 0))
            k++;
        if (k < COUNT_OF(one)) {
            memcpy(out + n, one[k].to, strlen(one[k].to));
            n += strlen(one[k].to);
            i += strlen(one[k].from);
        } else if (s[i] == ' ' || s[i] == '\t') {
            i++;
        } else {
            out[n++] = s[i] >= 'A' && s[i] <= 'Z' ? (char)(s[i] + 32) : s[i];
            i++;
        }
    }
    out[n] = '\0';
    return n;
}

/* Each line: a unit, what it is measured in, and how many of those it is. */
static const struct {
    const char *unit, *of;
    int64_t times, by;
} units[] = {
    { "ng/m3", "g/m3", 1, 1000 },
    { "ug/m3", "g/m3", 1, 1 },
    { "mg/m3", "g/m3", 1000, 1 },
    { "g/m3", "g/m3", 1000000, 1 },
    { "ug/nm3", "g/m3", 1, 1 },
    { "mg/nm3", "g/m3", 1000, 1 },
    { "ng/l", "g/l", 1, 1000 },
    { "ug/l", "g/l", 1, 1 },
    { "mg/l", "g/l", 1000, 1 },
    { "g/l", "g/l", 1000000, 1 },
    { "mg/dm3", "g/l", 1000, 1 },
    { "ppm(w)", "g/l", 1000, 1 },
    { "ug/kg", "g/kg", 1, 1 },
    { "mg/kg", "g/kg", 1000, 1 },
    { "g/kg", "g/kg", 1000000, 1 },
    { "/l", "/l", 1, 1 },
    { "个/l", "/l", 1, 1 },
    { "/100ml", "/l", 10, 1 },
    { "/ml", "/l", 1000, 1 },
    { "mpn/100ml", "/l", 10, 1 },
    { "cfu/ml", "/l", 1000, 1 },
    { "mpn/l", "/l", 1, 1 },
    { "cfu/100ml", "/l", 10, 1 },
    { "m", "m", 100, 1 },
    { "cm", "m", 1, 1 },
    { "us/cm", "us/cm", 1, 1 },
    { "ms/cm", "us/cm", 1000, 1 },
    { "ms/m", "us/cm", 10, 1 },
    { "c", "c", 1, 1 },
    { "ntu", "ntu", 1, 1 },
    { "db(a)", "db", 1, 1 },
    { "db", "db", 1, 1 },
    { "ngy/h", "gy/h", 1, 1 },
    { "ugy/h", "gy/h", 1000, 1 },
    { "v/m", "v/m", 1, 1 },
    { "kv/m", "v/m", 1000, 1 },
    { "ut", "t", 1, 1 },
    { "w/m2", "w/m2", 1, 1 },
    { "%", "%", 1, 1 },
    { "ph", "1", 1, 1 },
    { "1", "1", 1, 1 },
    { "无量纲", "1", 1, 1 },
};

static int unit_at(const char *s, size_t len)
{
    char plain[NAME_MAX_];
    plain_name(s, len, plain);
    for (size_t i = 0; i < COUNT_OF(units); i++)
        if (strcmp(units[i].unit, plain) == 0)
            return (int)i;
    return -1;
}

bool unit_scale(const char *from, size_t len, const char *to, struct scale *ret)
{
    int a = unit_at(from, len), b = unit_at(to, strlen(to));
    char x[NAME_MAX_], y[NAME_MAX_];
    plain_name(from, len, x);
    plain_name(to, strlen(to), y);
    if (*x && strcmp(x, y) == 0) { /* also a unit that nothing is converted to */
        *ret = (struct scale){ 1, 1 };
        return true;
    }
    if (a < 0 || b < 0 || strcmp(units[a].of, units[b].of) != 0)
        return false;
    *ret = (struct scale){ units[a].times * units[b].by, units[a].by * units[b].times };
    return true;
}

bool cell_missing(const char *s, size_t len)
{
    static const char *const words[] = { "", "-", "--", "*", "NA", "NaN", "nan", "N/A", "—", "——" };
    while (len && (*s == ' ' || *s == '\t')) {
        s++;
        len--;
    }
    while (len && (s[len - 1] == ' ' || s[len - 1] == '\t'))
        len--;
    if (len > 6)
        return false;
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (strlen(words[i]) == len && memcmp(words[i], s, len) == 0)
            return true;
    return false;
}

/* Up to `most` digits at *p. */
static int digits(const char **p, const char *end, int most)
{
    int v = 0, n = 0;
    while (*p < end && n < most && **p >= '0' && **p <= '9') {
        v = v * 10 + (*(*p)++ - '0');
        n++;
    }
    return n ? v : -1;
}

static bool between(const char **p, const char *end, const char *word)
{
    size_t n = strlen(word);
    if ((size_t)(end - *p) >= n && memcmp(*p, word, n) == 0)
        *p += n;
    else if (*p < end && (**p == '-' || **p == '/' || **p == '.'))
        ++*p;
    else
        return false;
    return true;
}

bool date_parse(const char *s, size_t len, int64_t *ret_day)
{
    const char *p = s, *end = s + len;
    struct cn_civil c = { 0 };
    while (p < end && *p == ' ')
        p++;
    c.year = digits(&p, end, 4);
    if (p < end && *p >= '0' && *p <= '9') {
        c.month = digits(&p, end, 2);
        c.day = digits(&p, end, 2);
    } else {
        if (!between(&p, end, "年"))
            return false;
        c.month = digits(&p, end, 2);
        if (!between(&p, end, "月"))
            return false;
        c.day = digits(&p, end, 2);
    }
    if (!cn_valid(&c))
        return false;
    *ret_day = cn_days(c.year, c.month, c.day);
    return true;
}

static bool in_list(const char *list, const char *name)
{
    size_t n = strlen(name);
    for (const char *p = list; p && *p;) {
        size_t len = strcspn(p, " ");
        if (len == n && memcmp(p, name, n) == 0)
            return true;
        p += len + (p[len] == ' ');
    }
    return false;
}

/* The name of a heading without its unit; *ret_unit is what stands in its brackets, or NULL. */
static void split_heading(const struct table_cell *c, char name[NAME_MAX_], char **ret_unit)
{
    size_t n = plain_name(c->s, c->len, name);
    *ret_unit = NULL;
    if (!n || name[n - 1] != ')')
        return;
    int depth = 0; /* "ld(db(a))" */
    for (size_t i = n; i-- > 0;) {
        depth += name[i] == ')';
        depth -= name[i] == '(';
        if (depth == 0 && i > 0) {
            name[n - 1] = '\0';
            name[i] = '\0';
            *ret_unit = name + i + 1;
            return;
        }
    }
}

static int set_unit(struct columns *c, size_t i, const char *unit, size_t len, struct err *e)
{
    const struct in_column *in = &c->in[i];
    if (!in->unit)
        return err_set(e, -EINVAL, "%s is text and has no unit", in->name);
    if (!unit_scale(unit, len, in->unit, &c->scale[i]))
        return err_set(e, -EINVAL, "%s: '%.*s' cannot be made into %s", in->name, (int)(len > 40 ? 40 : len),
                       unit, in->unit);
    return 0;
}

/* ---- the mapping file ---- */
static int *place_of(struct columns *c, const char *name, size_t *ret_i)
{
    const struct {
        const char *name;
        int *at;
    } dates[] = { { "date", &c->date }, { "year", &c->year }, { "month", &c->month }, { "day", &c->day } };
    for (size_t i = 0; i < c->n_in; i++)
        if (strcmp(c->in[i].name, name) == 0) {
            *ret_i = i;
            return &c->at[i];
        }
    *ret_i = SIZE_MAX;
    for (size_t i = 0; i < COUNT_OF(dates); i++)
        if (strcmp(dates[i].name, name) == 0)
            return dates[i].at;
    return NULL;
}

static int map_line(struct columns *c, const struct csv *line, const struct table *heading, bool mapped[],
                    struct err *e)
{
    char name[NAME_MAX_];
    size_t i;
    plain_name(line->field[0].s, line->field[0].len, name);
    int *at = place_of(c, name, &i);
    if (!at)
        return err_set(e, -EINVAL, "line %zu: '%s' has no column '%s'", line->line, c->kind, name);
    if (i != SIZE_MAX)
        mapped[i] = true;
    *at = -1;
    if (line->n < 2 || line->field[1].len == 0)
        return 0; /* the file's own column of that name is not to be used */
    for (size_t k = 0; k < heading->n; k++)
        if (heading->cell[k].len == line->field[1].len &&
            memcmp(heading->cell[k].s, line->field[1].s, line->field[1].len) == 0)
            *at = (int)k;
    if (*at < 0)
        return err_set(e, -EINVAL, "line %zu: the file has no column '%.*s'", line->line,
                       (int)(line->field[1].len > 60 ? 60 : line->field[1].len), line->field[1].s);
    if (i == SIZE_MAX || !c->in[i].unit)
        return 0;
    if (line->n > 2 && line->field[2].len)
        return set_unit(c, i, line->field[2].s, line->field[2].len, e);
    char *unit;
    split_heading(&heading->cell[*at], name, &unit);
    return unit ? set_unit(c, i, unit, strlen(unit), e) : 0;
}

static int read_map(struct columns *c, const struct table *heading, const char *map, size_t len,
                    bool mapped[], struct err *e)
{
    scoped(freep) char *text = malloc(len + 1);
    scoped(freep) struct csv *line = malloc(sizeof *line);
    int r;
    if (!text || !line)
        return err_set(e, -ENOMEM, "out of memory");
    memcpy(text, map, len);
    csv_init(line, text, len);
    while ((r = csv_next(line, e)) == 1) {
        bool head = line->line == 1 && line->field[0].len == 4 && memcmp(line->field[0].s, "name", 4) == 0;
        if (head || (line->field[0].len && line->field[0].s[0] == '#'))
            continue;
        if ((r = map_line(c, line, heading, mapped, e)) < 0)
            break;
    }
    return r < 0 ? err_under(e, "mapping file") : 0;
}

/* ---- the heading row ---- */
static int bind_cell(struct columns *c, const struct table *heading, size_t k, const bool mapped[],
                     struct err *e)
{
    char name[NAME_MAX_], *unit;
    split_heading(&heading->cell[k], name, &unit);
    for (size_t i = 0; i < c->n_in; i++) {
        const struct in_column *in = &c->in[i];
        bool own = strcmp(in->name, name) == 0;
        if (mapped[i] || (!own && (c->at[i] >= 0 || !in_list(in->also, name))))
            continue;
        c->at[i] = (int)k;
        c->scale[i] = (struct scale){ 1, 1 };
        return unit && in->unit ? set_unit(c, i, unit, strlen(unit), e) : 0;
    }
    return 0;
}

static void bind_dates(struct columns *c, const struct table *heading)
{
    /* The first of these that is there. */
    static const char *const names[] = { "date", "day_date", "file_date", "timepoint", "datetime", "datatime",
                                         "time", "日期",     "监测日期",  "监测时间",  "时间" };
    char name[NAME_MAX_], *unit;
    size_t best = COUNT_OF(names);
    for (size_t k = 0; k < heading->n; k++) {
        split_heading(&heading->cell[k], name, &unit);
        for (size_t i = 0; i < best; i++)
            if (strcmp(names[i], name) == 0) {
                best = i;
                c->date = (int)k;
            }
        if (strcmp(name, "year") == 0)
            c->year = (int)k;
        else if (strcmp(name, "month") == 0)
            c->month = (int)k;
        else if (strcmp(name, "day") == 0)
            c->day = (int)k;
    }
}

int columns_bind(const char *kind, const struct in_column *in, size_t n_in, const struct table *heading,
                 const char *map, size_t map_len, struct columns *ret, struct err *e)
{
    bool mapped[KIND_COLUMNS] = { false };
    int r = 0;
    *ret = (struct columns){
        .kind = kind, .in = in, .n_in = n_in, .date = -1, .year = -1, .month = -1, .day = -1
    };
    for (size_t i = 0; i < n_in; i++) {
        ret->at[i] = -1;
        ret->scale[i] = (struct scale){ 1, 1 };
    }
    bind_dates(ret, heading);
    if (map)
        r = read_map(ret, heading, map, map_len, mapped, e);
    for (size_t k = 0; k < heading->n && r == 0; k++)
        r = bind_cell(ret, heading, k, mapped, e);
    if (ret->year < 0 || ret->month < 0 || ret->day < 0)
        ret->year = ret->month = ret->day = -1;
    for (size_t i = 0; i < n_in; i++)
        ret->found += ret->at[i] >= 0;
    return r;
}
