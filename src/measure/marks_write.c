/* The sentences of marks, and the page of a site's. */
#include "measure/internal.h"

#include <string.h>

#include "base/cntime.h"

static void add_word(const struct board *b, const struct board_site *s, const struct mark *m, const char *key,
                     size_t len, bool english, struct buf *out)
{
    const struct check *c = &b->def.check[m->check];
    const struct stream *st = m->stream >= 0 ? &s->stream[m->stream] : NULL;
    char number[MICRO_TEXT];
    micro v = MICRO_MISSING;
    if (len == 1 && *key >= 'a' && *key <= 'd') {
        v = m->figure[*key - 'a'];
        buf_adds(out, v == MICRO_MISSING ? "—" : micro_format(micro_round(v, 4), -1, number));
        return;
    }
    if (len == 6 && memcmp(key, "factor", len) == 0)
        buf_adds(out, !st ? "" : !st->factor ? st->code : english ? st->factor->name_en : st->factor->name);
    else if (len == 4 && memcmp(key, "unit", len) == 0)
        buf_adds(out, st ? stream_unit(s, st) : "");
    else if (len == 7 && memcmp(key, "percent", len) == 0)
        v = c->percent;
    else if (len == 5 && memcmp(key, "least", len) == 0)
        v = c->least;
    else if (len == 7 && memcmp(key, "seconds", len) == 0)
        v = c->seconds * MICRO_ONE;
    else if (len == 9 && memcmp(key, "reference", len) == 0)
        v = s->site->reference_o2;
    if (v != MICRO_MISSING)
        buf_adds(out, micro_format(v, -1, number));
}

void mark_text(const struct board *b, const struct board_site *s, const struct mark *m, bool english,
               struct buf *out)
{
    const struct check *c = &b->def.check[m->check];
    for (const char *p = english ? c->text_en : c->text; *p;) {
        const char *open = strchr(p, '{'), *close = open ? strchr(open, '}') : NULL;
        if (!close) {
            buf_adds(out, p);
            break;
        }
        buf_add(out, p, (size_t)(open - p));
        add_word(b, s, m, open + 1, (size_t)(close - open - 1), english, out);
        p = close + 1;
    }
    if (m->count > 1)
        buf_addf(out, english ? " (%u such records in this hour)" : "（该小时共 %u 条）", m->count);
}

static void write_checks(struct jw *w, const struct board *b)
{
    jw_key(w, "checks");
    jw_array(w);
    for (int k = 0; k < CHECK_KINDS; k++) {
        const struct check *c = &b->def.check[k];
        if (!c->on)
            continue;
        jw_object(w);
        jw_kstr(w, "id", c->id);
        jw_kstr(w, "title", c->title);
        jw_kstr(w, "title_en", c->title_en);
        jw_kstr(w, "source", c->source);
        jw_kstr(w, "clause", c->clause);
        jw_kstr(w, "certainty", c->certainty);
        jw_end_object(w);
    }
    jw_end_array(w);
}

void board_write_marks(struct board *b, int32_t site, struct buf *out)
{
    struct jw w = JW(out);
    pthread_mutex_lock(&b->lock);
    const struct board_site *s = board_site(b, site);
    jw_object(&w);
    jw_kint(&w, "site", site);
    write_checks(&w, b);
    jw_key(&w, "marks");
    jw_array(&w);
    for (size_t i = s ? s->n_marks : 0; i > 0; i--) {
        const struct mark *m = &s->mark[i - 1];
        const struct check *c = &b->def.check[m->check];
        struct buf text = BUF_INIT, text_en = BUF_INIT;
        mark_text(b, s, m, false, &text);
        mark_text(b, s, m, true, &text_en);
        jw_object(&w);
        jw_kstr(&w, "check", c->id);
        jw_kstr(&w, "title", c->title);
        jw_kstr(&w, "title_en", c->title_en);
        jw_kstr(&w, "factor", m->stream >= 0 ? s->stream[m->stream].code : "");
        jw_kstr(&w, "period", period_name((enum period)m->period));
        jw_ktime(&w, "time", m->time);
        jw_kint(&w, "count", m->count);
        jw_kstr(&w, "text", text.data ? text.data : "");
        jw_kstr(&w, "text_en", text_en.data ? text_en.data : "");
        jw_kstr(&w, "certainty", c->certainty);
        jw_end_object(&w);
        buf_release(&text);
        buf_release(&text_en);
    }
    jw_end_array(&w);
    jw_end_object(&w);
    pthread_mutex_unlock(&b->lock);
}
