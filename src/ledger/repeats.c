/* repeats.c - which cases of a ledger may be the same complaint as this one: the newest of the last half year are compared. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "ledger/repeat.h"
#include "ledger/timing.h"
#include "store/case_rows.h"

enum { COMPARED_MAX = 2000, AGE_DAYS = 180, SHOWN_MAX = 20 };

struct mine {
    struct buf text;
    struct complaint c;
};

/* What a case tells, from the fields that tell it. */
static void take_case(const struct ledgers *l, const json_t *fields, int64_t at, struct mine *m)
{
    static const char *const told[] = { "title", "problem", "content", "description", "address", "place" };
    static const char *const objects[] = { "enterprise", "object", "site" };
    buf_clear(&m->text);
    m->c = (struct complaint){ .object = "", .at = at };
    for (size_t i = 0; i < COUNT_OF(told); i++) {
        const char *s = json_str(fields, told[i], "");
        buf_addf(&m->text, "%s%s", s, *s ? "。" : "");
    }
    for (size_t i = 0; i < COUNT_OF(objects) && !*m->c.object; i++)
        m->c.object = json_str(fields, objects[i], "");
    m->c.text = m->text.data ? m->text.data : "";
    const struct site *s = place_site_by_code(l->place, json_str(fields, "site", ""));
    if (s) {
        m->c.has_point = true;
        m->c.lng = s->lng;
        m->c.lat = s->lat;
    }
    const char *key;
    json_t *v;
    json_object_foreach((json_t *)fields, key, v)
    {
        const json_t *lon = json_object_get(v, "lon"), *lat = json_object_get(v, "lat");
        if (!json_is_number(lon) || !json_is_number(lat))
            continue;
        m->c.has_point = true;
        m->c.lng = json_number_value(lon);
        m->c.lat = json_number_value(lat);
    }
}

struct found {
    int64_t id, opened;
    char number[64], state[64], title[160];
    struct repeat r;
};

struct search {
    struct ledgers *l;
    int64_t self, now;
    const char *ledger;
    struct mine mine, other;
    struct found best[SHOWN_MAX];
    size_t n, compared;
};

static void add_found(struct search *s, const struct found *f)
{
    size_t at = s->n;
    while (at > 0 && s->best[at - 1].r.score < f->r.score)
        at--;
    if (at == SHOWN_MAX)
        return;
    size_t moved = (s->n < SHOWN_MAX ? s->n : SHOWN_MAX - 1) - at;
    memmove(&s->best[at + 1], &s->best[at], moved * sizeof *f);
    s->best[at] = *f;
    s->n += s->n < SHOWN_MAX;
}

static void compare_one(struct search *s, const struct doc *d)
{
    scoped(json_decrefp) json_t *doc = NULL;
    if (json_read(d->body, strlen(d->body), &doc, NULL) < 0)
        return;
    const json_t *fields = json_object_get(doc, "fields");
    s->compared++;
    take_case(s->l, fields, d->created, &s->other);
    struct found f = { .id = d->id, .opened = d->created, .r = repeat_compare(&s->mine.c, &s->other.c) };
    if (f.r.score < REPEAT_LIKELY)
        return;
    snprintf(f.number, sizeof f.number, "%s", d->key);
    snprintf(f.state, sizeof f.state, "%s", d->state);
    snprintf(f.title, sizeof f.title, "%s",
             json_str(fields, "title", json_str(fields, "problem", json_str(fields, "content", ""))));
    add_found(s, &f);
}

/* The rows say which cases these are, so that only theirs are read of all documents. */
static int compare_all(struct search *s, struct err *e)
{
    struct case_query q = { .ledger = s->ledger,
                            .opened_from = s->now - AGE_DAYS * MS_DAY,
                            .opened_to = s->now + MS_DAY, /* both, so that the index of openings leads */
                            .light = -1,
                            .today = cn_day_of(s->now),
                            .order = ORDER_OPENED,
                            .limit = COMPARED_MAX + 1 };
    struct case_page p = { 0 };
    int r = case_rows_page(s->l->store, &q, &p, e);
    for (size_t i = 0; r >= 0 && i < p.n && s->compared < COMPARED_MAX; i++) {
        struct doc d = { 0 };
        if (p.id[i] != s->self && (r = ledger_get_doc(s->l->store, DOC_CASE, p.id[i], &d, e)) == 0)
            compare_one(s, &d);
        doc_release(&d);
    }
    free(p.id);
    return r;
}

static void write_reasons(struct jw *w, const struct repeat *r)
{
    static const struct said texts[REPEAT_REASONS] = {
        [REPEAT_NAME] = { "提到同一单位", "the same enterprise is named" },
        [REPEAT_OTHER] = { "提到的单位不同", "other enterprises are named" },
        [REPEAT_OBJECT] = { "同一对象", "the same object" },
        [REPEAT_STREET] = { "同一路段、村或小区", "the same road, village or estate" },
        [REPEAT_NUMBER] = { "门牌号相同", "the same house number" },
        [REPEAT_ELSEWHERE] = { "地址不同", "another address" },
        [REPEAT_KIND] = { "污染类型相同", "the same sort of nuisance" },
        [REPEAT_UNLIKE] = { "污染类型不同", "another sort of nuisance" },
        [REPEAT_NEAR] = { "相距300米以内", "within 300 m" },
        [REPEAT_FAR] = { "相距3公里以上", "more than 3 km apart" },
        [REPEAT_SOON] = { "30日以内", "within 30 days" },
        [REPEAT_WORDS] = { "文字大量相同", "much of the wording is the same" },
    };
    jw_key(w, "reasons");
    jw_array(w);
    for (int i = 0; i < REPEAT_REASONS; i++) {
        if (!(r->reasons & 1u << i))
            continue;
        jw_object(w);
        jw_kstr(w, "zh", texts[i].zh);
        jw_kstr(w, "en", texts[i].en);
        jw_end_object(w);
    }
    jw_end_array(w);
}

static void write_found(const struct search *s, struct buf *out)
{
    struct jw w = JW(out);
    jw_object(&w);
    jw_kint(&w, "compared", (int64_t)s->compared);
    jw_key(&w, "repeats");
    jw_array(&w);
    for (size_t i = 0; i < s->n; i++) {
        const struct found *f = &s->best[i];
        struct said title = { "", "" };
        snprintf(title.zh, sizeof title.zh, "%s", f->title);
        title = said_whole(&title);
        jw_object(&w);
        jw_kint(&w, "id", f->id);
        jw_kstr(&w, "number", f->number);
        jw_kstr(&w, "title", title.zh);
        jw_kstr(&w, "state", f->state);
        jw_ktime(&w, "opened", f->opened);
        jw_kint(&w, "score", f->r.score);
        jw_kint(&w, "words", f->r.words);
        jw_key(&w, "metres");
        if (f->r.metres >= 0)
            jw_int(&w, f->r.metres);
        else
            jw_null(&w);
        write_reasons(&w, &f->r);
        jw_end_object(&w);
    }
    jw_end_array(&w);
    jw_end_object(&w);
}

int case_repeats(struct ledgers *l, int64_t id, const char *ledger, const json_t *fields, int64_t now,
                 struct buf *out, struct err *e)
{
    struct loaded c = { 0 };
    int r = id ? case_load(l, id, &c, e) : 0;
    if (r < 0)
        return r;
    struct search *s = calloc(1, sizeof *s);
    if (!s) {
        case_release(&c);
        return err_set(e, -ENOMEM, "out of memory");
    }
    *s = (struct search){
        .l = l, .self = id, .now = now, .ledger = id ? json_str(c.doc, "ledger", "") : ledger
    };
    s->mine.text = s->other.text = (struct buf)BUF_INIT;
    take_case(l, id ? json_object_get(c.doc, "fields") : fields, id ? json_int(c.doc, "opened", 0) : now,
              &s->mine);
    r = compare_all(s, e);
    if (r >= 0)
        write_found(s, out);
    buf_release(&s->mine.text);
    buf_release(&s->other.text);
    free(s);
    case_release(&c);
    return r < 0 ? r : out->failed ? err_set(e, -ENOMEM, "out of memory") : 0;
}
