/* Devices that have gone silent, or were: nothing came for longer than the rule allows. */
#include "measure/finding.h"

#include "base/cntime.h"

static void note_silence(struct subject s, int64_t from, int64_t to, bool over, struct noted_list *l)
{
    char id[CN_TEXT], iso[CN_TEXT];
    int64_t minutes = (to - from) / MS_MINUTE;
    /* The hour: real-time values before a restart need not be seen again. */
    s.from = cn_hour_start(cn_hour_of(from));
    s.to = over ? to : s.from;
    s.over = over;
    s.id = cn_format_compact(s.from, id);
    id[10] = '\0';
    s.facts = json_pack("{s:s,s:b}", "since", cn_format_iso(from, iso), "silent", 1);
    note_goal(&s);
    note(&s,
         json_pack("{s:I,s:s}", "minutes", (json_int_t)minutes, "kind", site_kind_word(s.site->site->kind)),
         l);
}

static bool hour_present(const struct board_site *s, int64_t hour)
{
    for (size_t i = 0; i < s->n_streams; i++)
        if (series_at(&s->stream[i].hour, hour))
            return true;
    return false;
}

/* Silences of an hourly device that are over, read from its hours, so that a restart ends what it had found before. */
static void past_silences(struct subject s, int64_t now, struct noted_list *l)
{
    int64_t end = cn_hour_of(s.site->last_data), begin = cn_hour_of(now) - s.rule->within_days * 24, last = 0;
    int64_t hours = s.rule->hourly_s / 3600;
    bool seen = false;
    if (s.site->seen_realtime || !s.site->seen_hour)
        return;
    for (int64_t h = begin; h <= end; h++) {
        if (!hour_present(s.site, h))
            continue;
        if (seen && h - last - 1 > hours)
            note_silence(s, cn_hour_start(last + 1), cn_hour_start(h), true, l);
        last = h;
        seen = true;
    }
}

void find_silence(struct subject s, int64_t now, struct noted_list *l)
{
    int64_t from = board_silent_from(s.site, &s.b->def, now);
    past_silences(s, now, l);
    if (from)
        note_silence(s, from, now, false, l);
}
