/* Consistency marks (marks.c) of one check and factor, gathered into findings. */
#include "measure/finding.h"

#include <stdio.h>

#include "base/cntime.h"

struct marked {
    const struct mark *first;
    int64_t last; /* hour */
    int hours;
};

static void note_marked(struct subject s, const struct marked *m, int64_t now, struct noted_list *l)
{
    const struct check *c = &s.b->def.check[m->first->check];
    struct buf zh = BUF_INIT, en = BUF_INIT;
    char at[CN_TEXT], id[64];
    s.stream = m->first->stream >= 0 ? &s.site->stream[m->first->stream] : NULL;
    s.from = cn_hour_start(cn_hour_of(m->first->time));
    s.to = cn_hour_start(m->last + 1);
    s.over = s.to < now - s.rule->clean * MS_HOUR;
    if (s.over && s.to < now - s.rule->within_days * MS_DAY)
        return;
    cn_format_compact(s.from, at)[10] = '\0';
    snprintf(id, sizeof id, "%s:%s", c->id, at);
    s.id = id;
    mark_text(s.b, s.site, m->first, false, &zh);
    mark_text(s.b, s.site, m->first, true, &en);
    s.facts = json_pack("{s:s,s:s,s:s,s:s,s:s,s:i,s:s}", "check_id", c->id, "check", c->title, "check_en",
                        c->title_en, "example", zh.data ? zh.data : "", "example_en", en.data ? en.data : "",
                        "hours", m->hours, "certainty", c->certainty);
    note(&s, json_pack("{s:s}", "kind", site_kind_word(s.site->site->kind)), l);
    buf_release(&zh);
    buf_release(&en);
}

/* Marks of one check and factor, less than `clean` hours from one to the next, are one finding. */
static void find_marked(struct subject s, int check, int stream, int64_t now, struct noted_list *l)
{
    struct marked m = { 0 };
    for (size_t i = 0; i < s.site->n_marks; i++) {
        const struct mark *at = &s.site->mark[i];
        if (at->check != check || at->stream != stream)
            continue;
        int64_t hour = cn_hour_of(at->time);
        int hours = check == CHECK_CONSTANT    ? (int)(at->figure[1] / MICRO_ONE)
                    : at->period == PERIOD_DAY ? 24
                                               : 1;
        if (m.first && hour - m.last > s.rule->clean) {
            note_marked(s, &m, now, l);
            m = (struct marked){ 0 };
        }
        m.first = m.first ? m.first : at;
        m.hours +=
            !m.last || hour > m.last ? hours : 0; /* the records of one hour may be of several periods */
        m.last = hour + hours - 1;
    }
    if (m.first)
        note_marked(s, &m, now, l);
}

void find_marks(struct subject s, int64_t now, struct noted_list *l)
{
    for (int check = 0; check < CHECK_KINDS && s.site->n_marks; check++)
        for (int stream = -1; stream < (int)s.site->n_streams; stream++)
            find_marked(s, check, stream, now, l);
}
