#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/bulletin.h"
#include "app/stored.h"
#include "app/verify.h"
#include "base/cntime.h"
#include "base/scoped.h"
#include "bulletin/bulletin.h"
#include "lua/sandbox.h"
#include "standard/handover.h"

enum { DEFINITIONS_MOST = 64 };

static void sandboxp(struct sandbox **s)
{
    sandbox_free(*s);
}

/* ---- definitions ---- */

static int load(const char *definitions, const char *file, json_t **ret, struct err *e)
{
    char path[4300];
    scoped(sandboxp) struct sandbox *s = NULL;
    snprintf(path, sizeof path, "%s/bulletins/%s", definitions, file);
    int r = sandbox_new(NULL, &s, e);
    if (r == 0)
        r = sandbox_load_file(s, path, ret, e);
    if (r == 0 && (r = bulletin_check(*ret, e)) < 0) {
        json_decref(*ret);
        *ret = NULL;
        err_under(e, "%s", path);
    }
    return r;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

typedef int (*each_fn)(const json_t *definition, void *arg);

static int each(const char *definitions, each_fn take, void *arg, struct err *e)
{
    char path[4300], name[DEFINITIONS_MOST][64];
    size_t n = 0;
    snprintf(path, sizeof path, "%s/bulletins", definitions);
    DIR *dir = opendir(path);
    if (!dir)
        return errno == ENOENT ? 0 : err_set(e, -errno, "%s: %s", path, strerror(errno));
    for (struct dirent *d; n < DEFINITIONS_MOST && (d = readdir(dir));) {
        size_t len = strlen(d->d_name);
        if (len > 4 && len < sizeof name[0] && strcmp(d->d_name + len - 4, ".lua") == 0 &&
            d->d_name[0] != '.')
            memcpy(name[n++], d->d_name, len + 1);
    }
    closedir(dir);
    qsort(name, n, sizeof name[0], by_name);
    int r = 0;
    for (size_t i = 0; r == 0 && i < n; i++) {
        json_t *tree = NULL;
        r = load(definitions, name[i], &tree, e);
        if (r == 0)
            r = take(tree, arg);
        json_decref(tree);
    }
    return r;
}

static int write_one(const json_t *t, void *arg)
{
    struct jw *w = arg;
    jw_object(w);
    jw_kstr(w, "id", json_str(t, "id", ""));
    jw_kstr(w, "name", json_str(t, "name", ""));
    jw_kstr(w, "name_en", json_str(t, "name_en", ""));
    jw_kstr(w, "period", json_str(t, "period", ""));
    jw_kstr(w, "rules", json_str(t, "rules", NULL));
    jw_end_object(w);
    return 0;
}

int bulletin_list(const char *definitions, struct buf *out, struct err *e)
{
    struct jw w = JW(out);
    jw_array(&w);
    int r = each(definitions, write_one, &w, e);
    jw_end_array(&w);
    return r;
}

static int count_one(const json_t *t, void *arg)
{
    (void)t;
    ++*(size_t *)arg;
    return 0;
}

int bulletin_check_all(const char *definitions, size_t *ret_n, struct err *e)
{
    *ret_n = 0;
    return each(definitions, count_one, ret_n, e);
}

struct search {
    const char *word;
    json_t *found;
};

static int find_one(const json_t *t, void *arg)
{
    struct search *s = arg;
    if (strcmp(json_str(t, "id", ""), s->word) == 0 && !s->found)
        s->found = json_incref((json_t *)(uintptr_t)t);
    return 0;
}

static int find(const char *definitions, const char *word, json_t **ret, struct err *e)
{
    struct search s = { word, NULL };
    int r = each(definitions, find_one, &s, e);
    if (r == 0 && !s.found)
        r = err_named(e, -ENOENT, "not_found", "there is no bulletin '%.60s'", word);
    *ret = s.found;
    return r;
}

/* ---- the period ---- */

static int read_period(const char *text, bool monthly, int *ret_year, int *ret_month, struct err *e)
{
    size_t len = strlen(text);
    int year = 0, month = 0;
    for (size_t i = 0; i < len && i < 4 && text[i] >= '0' && text[i] <= '9'; i++)
        year = year * 10 + text[i] - '0';
    if (len == 7 && text[4] == '-' && text[5] >= '0' && text[5] <= '1' && text[6] >= '0' && text[6] <= '9')
        month = (text[5] - '0') * 10 + text[6] - '0';
    if (year < 1990 || year > 2200 || (monthly ? month < 1 || month > 12 : len != 4))
        return err_named(e, -EINVAL, "query.period", "period: '%.20s' is not like %s", text,
                         monthly ? "2026-06" : "2026");
    *ret_year = year;
    *ret_month = month;
    return 0;
}

/* ---- figures ---- */

struct making {
    const struct bulletin_order *o;
    struct stored stored;
    int year, month;
};

static int receipt(void *arg, const json_t *ask, json_t **ret, struct err *e)
{
    struct making *m = arg;
    return measure_receipt(m->stored.board, m->o->shelf, ask, m->o->known, ret, e);
}

static int add_part(struct making *m, const char *part, bool takes_rules, json_t *figures, struct err *e)
{
    scoped(buf_release) struct buf out = BUF_INIT;
    struct figures_ask ask = {
        .part = part, .year = m->year, .month = m->month, .rules = takes_rules ? m->o->rules : ""
    };
    json_t *tree = NULL;
    int r = board_figures(m->stored.board, &ask, m->o->known, &out, e);
    if (r == 0 && out.len == 4 && memcmp(out.data, "null", 4) == 0) /* the city has nothing of it */
        return 0;
    if (r == 0)
        r = json_read(out.data, out.len, &tree, e);
    return r < 0                                          ? r
           : json_object_set_new(figures, part, tree) < 0 ? err_set(e, -ENOMEM, "out of memory")
                                                          : 0;
}

static json_t *head(const struct making *m)
{
    char month[16], known[CN_TEXT], command[400], period[48], from[CN_TEXT], to[CN_TEXT];
    int last = m->month ? cn_days_in_month(m->year, m->month) : 31;
    cn_format_date(cn_day_start(cn_days(m->year, m->month ? m->month : 1, 1)), from);
    cn_format_date(cn_day_start(cn_days(m->year, m->month ? m->month : 12, last)), to);
    snprintf(month, sizeof month, "%04d-%02d", m->year, m->month);
    cn_format_iso(m->o->known, known);
    snprintf(period, sizeof period, m->month ? "%d年%d月" : "%d年", m->year, m->month);
    snprintf(command, sizeof command, "bihuan bulletin %.60s --data FOLDER --period %.20s --known %s%s%.120s",
             m->o->word, m->o->period, known, *m->o->rules ? " --rules " : "", m->o->rules);
    return json_pack("{s:s,s:s,s:s,s:i,s:i,s:i,s:s,s:s,s:s,s:s,s:s}", "city", m->stored.place->name,
                     "city_en", m->stored.place->name_en, "period", period, "year", m->year, "month",
                     m->month, "last_year", m->year - 1, "month_text", month, "known", known, "command",
                     command, "from", from, "to", to);
}

static int collect(struct making *m, const json_t *definition, json_t *figures, struct err *e)
{
    const json_t *parts = json_object_get(definition, "figures");
    const char *rules = json_str(definition, "rules", "");
    int r = 0;
    for (size_t i = 0; r == 0 && i < json_array_size(parts); i++) {
        const char *part = json_string_value(json_array_get(parts, i));
        r = part ? add_part(m, part, strcmp(rules, part) == 0, figures, e)
                 : err_named(e, -EINVAL, "definition.shape", "figures: a list of words");
    }
    return r;
}

/* ---- out ---- */

static int write_json(const struct bulletin_order *o, const struct paper *p, const json_t *figures,
                      struct buf *out, struct err *e)
{
    struct jw w = JW(out);
    jw_object(&w);
    jw_kstr(&w, "id", o->word);
    jw_kstr(&w, "period", o->period);
    jw_kstr(&w, "known", json_str(figures, "known", ""));
    jw_kstr(&w, "command", json_str(figures, "command", ""));
    bulletin_write(p, &w);
    jw_key(&w, "figures");
    jw_tree(&w, figures);
    jw_end_object(&w);
    return out->failed ? err_set(e, -ENOMEM, "out of memory") : 0;
}

static int write_paper(const struct bulletin_order *o, const struct paper *p, const json_t *figures,
                       struct buf *out, struct err *e)
{
    if (strcmp(o->format, "docx") == 0)
        return paper_docx(p, out, e);
    if (strcmp(o->format, "pdf") == 0)
        return paper_pdf(p, out, e);
    return write_json(o, p, figures, out, e);
}

static bool wants(const json_t *definition, const char *part)
{
    const json_t *parts = json_object_get(definition, "figures");
    for (size_t i = 0; i < json_array_size(parts); i++)
        if (json_is_string(json_array_get(parts, i)) &&
            strcmp(json_string_value(json_array_get(parts, i)), part) == 0)
            return true;
    return false;
}

static int make(struct making *m, const json_t *definition, struct buf *out, struct err *e)
{
    struct stored_ask ask = { .data = m->o->data,
                              .definitions = m->o->definitions,
                              .known = m->o->known,
                              .first_year = m->year - (wants(definition, "handover") ? HANDOVER_YEARS : 1),
                              .air_year = m->year - 1 };
    int back = cn_from_ms(m->o->known).year - ask.first_year;
    if (back > 20 || m->year > cn_from_ms(m->o->known).year)
        return err_named(e, -EINVAL, "query.period",
                         "period: from fifteen years before what is known, to its year");
    int r = stored_open(&ask, &m->stored, e);
    if (r < 0)
        return r;
    scoped(json_decrefp) json_t *figures = head(m);
    r = figures ? collect(m, definition, figures, e) : err_set(e, -ENOMEM, "out of memory");
    struct paper p = { .title = NULL };
    json_t *receipts = json_array();
    struct bulletin_ask b = { definition, figures, receipt, m, receipts };
    if (r == 0)
        r = bulletin_paper(&b, &p, e);
    if (figures)
        json_object_set(figures, "receipts", receipts); /* as `bihuan verify` takes them */
    json_decref(receipts);
    p.made = m->o->known;
    if (r == 0)
        r = write_paper(m->o, &p, figures, out, e);
    paper_release(&p);
    stored_close(&m->stored);
    return r;
}

void bulletin_wait(struct clock *clock, int64_t known)
{
    int64_t left = known - clock_now(clock);
    if (left > 0 && left <= MS_SECOND && !clock->test)
        nanosleep(&(struct timespec){ .tv_sec = left / 1000, .tv_nsec = left % 1000 * 1000000 }, NULL);
}

int bulletin_make(const struct bulletin_order *o, struct buf *out, struct err *e)
{
    scoped(json_decrefp) json_t *definition = NULL;
    struct making m = { .o = o };
    if (strcmp(o->format, "docx") != 0 && strcmp(o->format, "pdf") != 0 && strcmp(o->format, "json") != 0)
        return err_named(e, -EINVAL, "bad_input", "format: '%.20s' is none of docx, pdf, json", o->format);
    int r = find(o->definitions, o->word, &definition, e);
    if (r == 0)
        r = read_period(o->period, strcmp(json_str(definition, "period", ""), "month") == 0, &m.year,
                        &m.month, e);
    return r < 0 ? r : make(&m, definition, out, e);
}
