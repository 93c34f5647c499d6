/* demo_values.c - what texts in the fields of demo/cases stand for, so that a city made on any day has the same past.
 *
 *   "{-20}" a date, days from the demo's first · "{-20 09:30}", "{-20 09:30:15}" a moment · "{year}", "{year-1}" a number ·
 *   "{month-2}" a month as 2026-09 · "{case:KEY}" the number of the case with that key · "{photo:NAME}" demo/photos/NAME, attached by who acts ·
 *   "{paper:WORDS}" a page that says these words, attached so.
 * A number as "due" is a date too, and a goal's site is given by code and kept by id. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/upload_keep.h"
#include "app/demo.h"
#include "app/demo_picture.h"
#include "base/cntime.h"
#include "base/file.h"
#include "base/mix.h"
#include "base/scoped.h"
#include "codec/paper.h"

enum { PHOTO_BYTES_MAX = 1024 * 1024 };

/* "{N}", "{N HH:MM}" or "{N HH:MM:SS}". */
static json_t *date_of(const struct demo_values *v, const char *s)
{
    int day = 0, hour = 0, minute = 0, second = 0, end = 0;
    char when[CN_TEXT], text[64];
    int k = 0; /* which shape it has: 2 is a bare date */
    (void)sscanf(s, "{%d %2d:%2d:%2d}%n", &day, &hour, &minute, &second, &end);
    if (!end && ++k)
        (void)sscanf(s, "{%d %2d:%2d}%n", &day, &hour, &minute, &end);
    if (!end && ++k)
        (void)sscanf(s, "{%d}%n", &day, &end);
    if (!end || s[end])
        return NULL;
    cn_format_date(cn_day_start(cn_day_of(v->d->today) + day), when);
    if (k == 2)
        return json_string(when);
    snprintf(text, sizeof text, "%s %02d:%02d:%02d", when, hour, minute, second);
    return json_string(text);
}

/* "{year}", "{year-1}", "{month}", "{month-2}". */
static json_t *period_of(const struct demo_values *v, const char *s)
{
    struct cn_civil c = cn_from_ms(v->d->today);
    int back = 0, end = 0;
    char text[16];
    if (strcmp(s, "{year}") == 0 || (sscanf(s, "{year-%2d}%n", &back, &end) == 1 && end && !s[end]))
        return json_integer(c.year - back);
    if (strcmp(s, "{month}") != 0 && !(sscanf(s, "{month-%2d}%n", &back, &end) == 1 && end && !s[end]))
        return NULL;
    int months = c.year * 12 + (int)c.month - 1 - back;
    snprintf(text, sizeof text, "%04u-%02u", (unsigned)(months / 12) % 10000u, (unsigned)(months % 12 + 1));
    return json_string(text);
}

static int case_number(const struct demo_values *v, const char *key, json_t **ret, struct err *e)
{
    struct doc row;
    int64_t id = v->id_of(v->arg, key);
    int r = id ? ledger_get_doc(v->d->core.store, DOC_CASE, id, &row, e)
               : err_set(e, -EINVAL, "no case '%s' yet", key);
    if (r < 0)
        return r;
    *ret = json_string(row.key);
    doc_release(&row);
    return 0;
}

static int photo(const struct demo_values *v, const char *name, json_t **ret, struct err *e)
{
    char path[4300];
    struct buf b = BUF_INIT;
    int64_t id = 0;
    snprintf(path, sizeof path, "%s/photos/%s", v->d->from, name);
    int r = v->d->files ? file_read(path, PHOTO_BYTES_MAX, &b, e)
                        : err_set(e, -EINVAL, "the demo has no place for files");
    if (r == 0)
        r = upload_keep(v->d->files, v->d->core.store, b.data, b.len, name, v->who->name, v->who->unit, v->at,
                        &id, e);
    buf_release(&b);
    *ret = json_integer(id);
    return r;
}

/* A page that says what it stands for, and that it is the demo's. */
static int page_of(const struct demo_values *v, const char *kind, const char *text, struct buf *out,
                   struct err *e)
{
    struct paper p = { .title = "演示材料", .made = v->at };
    char when[CN_TEXT];
    paper_pair(&p, paper_add(&p, PAPER_PAIRS, NULL), kind, text);
    paper_add(&p, PAPER_TEXT, cn_format_iso(v->at, when));
    paper_add(&p, PAPER_TEXT, "本页由演示程序生成，代替真实的文件。");
    int r = paper_docx(&p, out, e);
    paper_release(&p);
    return r;
}

/* Photos of one text taken at one moment are one picture; any other is another. */
static uint64_t seed_of(const char *text, int64_t at)
{
    uint64_t h = mix64((uint64_t)at);
    for (; *text; text++)
        h = mix64(h ^ (unsigned char)*text);
    return h;
}

/* A photo is drawn, anything else is a page; attached by who acts. */
static int keep_paper(const struct demo_values *v, const char *kind, const char *text, int64_t *ret,
                      struct err *e)
{
    struct buf b = BUF_INIT;
    bool photo = strcmp(kind, "照片") == 0;
    char name[128];
    snprintf(name, sizeof name, "%.60s（演示）.%s", text, photo ? "jpg" : "docx");
    int r = photo ? demo_picture(seed_of(text, v->at) ^ (uint64_t)v->who->unit, &b, e)
                  : page_of(v, kind, text, &b, e);
    if (r == 0)
        r = upload_keep(v->d->files, v->d->core.store, b.data, b.len, name, v->who->name, v->who->unit, v->at,
                        ret, e);
    buf_release(&b);
    return r;
}

static int paper_file(const struct demo_values *v, const char *text, json_t **ret, struct err *e)
{
    int64_t id = 0;
    int r = v->d->files ? keep_paper(v, "文件", text, &id, e)
                        : err_set(e, -EINVAL, "the demo has no place for files");
    *ret = json_integer(id);
    return r;
}

static int value_of(const struct demo_values *v, const json_t *given, json_t **ret, struct err *e)
{
    const char *s = json_string_value(given);
    char word[128] = "";
    *ret = NULL;
    if (!s || *s != '{')
        return 0;
    if ((*ret = date_of(v, s)) || (*ret = period_of(v, s)))
        return 0;
    if (sscanf(s, "{case:%127[^}]}", word) == 1)
        return case_number(v, word, ret, e);
    if (sscanf(s, "{photo:%127[^}]}", word) == 1)
        return photo(v, word, ret, e);
    if (sscanf(s, "{paper:%127[^}]}", word) == 1)
        return paper_file(v, word, ret, e);
    return err_set(e, -EINVAL, "'%.60s' stands for nothing", s);
}

/* Evidence has something behind it, or it would prove nothing. */
static int paper_behind(const struct demo_values *v, json_t *item, struct err *e)
{
    int64_t id = 0;
    int r = keep_paper(v, json_str(item, "kind", ""), json_str(item, "text", ""), &id, e);
    return r == 0 ? json_object_set_new(item, "files", json_pack("[I]", (json_int_t)id)) : r;
}

static int papers_behind(const struct demo_values *v, const json_t *list, struct err *e)
{
    int r = 0;
    for (size_t i = 0; r == 0 && v->d->files && i < json_array_size(list); i++)
        if (!json_object_get(json_array_get(list, i), "files"))
            r = paper_behind(v, json_array_get(list, i), e);
    return r;
}

static int settle(const struct demo_values *v, json_t *in, struct err *e)
{
    const char *key;
    void *next;
    size_t i;
    json_t *one, *made;
    int r = 0;
    json_object_foreach_safe(in, next, key, one)
    {
        if (r == 0 && (r = value_of(v, one, &made, e)) == 0 && made)
            json_object_set_new(in, key, made);
        else if (r == 0)
            r = settle(v, one, e);
    }
    json_array_foreach(in, i, one)
    {
        if (r == 0 && (r = value_of(v, one, &made, e)) == 0 && made)
            json_array_set_new(in, i, made);
        else if (r == 0)
            r = settle(v, one, e);
    }
    return r;
}

int demo_settle_fields(const struct demo_values *v, json_t *fields, struct err *e)
{
    const json_t *due = json_object_get(fields, "due");
    if (json_is_integer(due)) {
        char when[CN_TEXT];
        cn_format_date(cn_day_start(cn_day_of(v->d->today) + json_integer_value(due)), when);
        json_object_set_new(fields, "due", json_string(when));
    }
    json_t *goal = json_object_get(fields, "goal");
    const char *code = json_str(goal, "site", NULL);
    const struct site *site = code ? place_site_by_code(v->d->core.place, code) : NULL;
    if (site)
        json_object_set_new(goal, "site", json_integer(site->id));
    int r = settle(v, fields, e);
    return r == 0 ? papers_behind(v, json_object_get(fields, "evidence"), e) : r;
}
