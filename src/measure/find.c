/* Findings: what the rules say of the data as they stand. Each call computes the list of a group (a site, the city, the targets)
 * afresh when something in it moved and hands out the difference to the list before, so the order in which values came cannot
 * matter: the list is a function of the data and of now. */
#include "measure/river.h"

#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"

struct noted {
    char *key, *title, *title_en;
    const struct rule *rule;
    char severity[12];
    int32_t site;
    char factor[16];
    int64_t from, to;
    bool over;
    json_t *facts;
    uint64_t hash;
};

struct list {
    struct noted *n;
    size_t len, cap;
};

static void noted_release(struct noted *n)
{
    free(n->key);
    free(n->title);
    free(n->title_en);
    json_decref(n->facts);
}

static void list_release(struct list *l)
{
    for (size_t i = 0; i < l->len; i++)
        noted_release(&l->n[i]);
    free(l->n);
    *l = (struct list){ 0 };
}

void group_release(struct group *g)
{
    struct list l = { .n = g->noted, .len = g->n };
    list_release(&l);
    g->noted = NULL;
    g->n = 0;
}

/* What a rule is asked about, and what its sentence may name. */
struct subject {
    struct board *b;
    const struct rule *rule;
    const struct board_site *site; /* NULL: the city or a target */
    const struct stream *stream;   /* NULL: none */
    json_t *facts;                 /* owned until noted */
    int64_t from, to;
    bool over;
    const char *id; /* the last part of the key */
};

static void word_of(const struct subject *s, const char *key, size_t len, bool english, struct buf *out)
{
    char name[48], name_en[52];
    if (len >= sizeof name)
        return;
    memcpy(name, key, len);
    name[len] = '\0';
    snprintf(name_en, sizeof name_en, "%s_en", name);
    if (strcmp(name, "site") == 0) {
        const struct place *p = s->b->place;
        buf_adds(out, s->site   ? (english ? s->site->site->name_en : s->site->site->name)
                      : english ? p->name_en
                                : p->name);
        return;
    }
    if (strcmp(name, "factor") == 0 && s->stream) {
        const struct factor *f = s->stream->factor;
        buf_adds(out, !f ? s->stream->code : english ? f->name_en : f->name);
        return;
    }
    if (strcmp(name, "from") == 0) {
        struct cn_civil c = cn_from_ms(s->from);
        buf_addf(out, "%02d-%02d %02d:%02d", c.month, c.day, c.hour, c.minute);
        return;
    }
    const json_t *v = english ? json_object_get(s->facts, name_en) : NULL;
    v = v ? v : json_object_get(s->facts, name);
    char number[MICRO_TEXT];
    if (json_is_string(v))
        buf_adds(out, json_string_value(v));
    else if (json_is_number(v))
        buf_adds(out, micro_format(json_to_micro(v, 0), -1, number));
}

/* "{site} {factor} ...": a name in braces becomes the fact of that name. */
static char *fill(const struct subject *s, const char *template, bool english)
{
    struct buf out = BUF_INIT;
    for (const char *p = template; *p;) {
        const char *open = strchr(p, '{'), *close = open ? strchr(open, '}') : NULL;
        if (!close) {
            buf_adds(&out, p);
            break;
        }
        buf_add(&out, p, (size_t)(open - p));
        word_of(s, open + 1, (size_t)(close - open - 1), english, &out);
        p = close + 1;
    }
    return buf_take(&out);
}

static uint64_t hash_of(const struct noted *n)
{
    uint64_t h = record_hash(n->title ? n->title : "", n->title ? strlen(n->title) : 0);
    char *facts = json_dumps(n->facts, JSON_COMPACT | JSON_SORT_KEYS);
    h = h * 31 + (facts ? record_hash(facts, strlen(facts)) : 0);
    free(facts);
    return ((h * 31 + (uint64_t)n->to) * 31 + n->over) * 31 + record_hash(n->severity, strlen(n->severity));
}

/* Whether the rule finds it; its severity. A rule that fails finds nothing: definitions_check shows why. */
static bool asked(const struct subject *s, const json_t *question, char severity[12])
{
    json_t *answer = NULL;
    struct err e;
    bool yes =
        sandbox_call(s->b->def.sandbox, s->rule->when, question, &answer, &e) == 0 && json_is_true(answer);
    json_decref(answer);
    answer = NULL;
    snprintf(severity, 12, "%s", s->rule->severity);
    if (yes && s->rule->severity_fn &&
        sandbox_call(s->b->def.sandbox, s->rule->severity_fn, question, &answer, &e) == 0 &&
        json_is_string(answer) && json_string_length(answer) < 12)
        snprintf(severity, 12, "%s", json_string_value(answer));
    json_decref(answer);
    if (!*severity)
        snprintf(severity, 12, "medium");
    return yes;
}

/* Asks the rule with the facts (and more, taken) and notes what it finds. Takes s->facts. */
static void note(struct subject *s, json_t *more, struct list *l)
{
    struct noted n = { .rule = s->rule,
                       .site = s->site ? s->site->site->id : 0,
                       .from = s->from,
                       .to = s->to,
                       .over = s->over };
    json_t *question = json_copy(s->facts);
    json_object_update(question, more);
    json_decref(more);
    bool yes = question && asked(s, question, n.severity);
    json_decref(question);
    if (yes && l->len == l->cap) {
        size_t cap = l->cap ? l->cap * 2 : 8;
        struct noted *grown = realloc(l->n, cap * sizeof *grown);
        if (grown) {
            l->n = grown;
            l->cap = cap;
        }
    }
    if (yes && l->len < l->cap) {
        struct buf key = BUF_INIT;
        buf_addf(&key, "%s:%s:%s:%s", s->rule->id, s->site ? s->site->site->code : "city",
                 s->stream ? s->stream->code : "", s->id);
        snprintf(n.factor, sizeof n.factor, "%s", s->stream ? s->stream->code : "");
        n.key = buf_take(&key);
        n.title = fill(s, s->rule->title, false);
        n.title_en = fill(s, s->rule->title_en, true);
        n.facts = json_incref(s->facts);
        n.hash = hash_of(&n);
        if (n.key && n.title && n.title_en)
            l->n[l->len++] = n;
        else
            noted_release(&n);
    }
    json_decref(s->facts);
    s->facts = NULL;
}

/* ---- goals ---- */
static json_t *goal_of(const struct subject *s)
{
    const json_t *g = s->rule->goal;
    if (!g)
        return NULL;
    if (s->rule->on == ON_RIVER_DAY)
        return river_goal(s->site, s->rule);
    /* What is in force when the trouble ends: a case must not be closed on a limit that was lifted before. */
    const struct site_limit *limit =
        s->stream ? stream_limit(s->site, s->stream, cn_day_of(s->to - 1)) : NULL;
    bool both = limit && limit->upper != MICRO_MISSING && limit->lower != MICRO_MISSING;
    bool lower = limit && limit->upper == MICRO_MISSING;
    micro value = limit ? (lower ? limit->lower : limit->upper) : json_micro(g, "value", MICRO_MISSING);
    const char *op = limit ? (both ? "in" : lower ? ">=" : "<=") : json_str(g, "op", "<=");
    bool hours = strcmp(json_str(g, "period", "hour"), "hour") == 0;
    int window = (int)json_int(g, "window", 24);
    char text[200], number[MICRO_TEXT], low[MICRO_TEXT];
    micro_format(value, -1, number);
    micro_format(both ? limit->lower : MICRO_MISSING, -1, low);
    if (s->rule->on == ON_SILENT)
        snprintf(text, sizeof text, "连续 %d 小时有数据", window);
    else
        snprintf(text, sizeof text, "连续 %d %s%s %s%s%s%s%s", window, hours ? "小时有效均值" : "个有效日",
                 !s->stream          ? "AQI"
                 : s->stream->factor ? s->stream->factor->name
                                     : s->stream->code,
                 both                    ? low
                 : strcmp(op, ">=") == 0 ? "≥ "
                                         : "≤ ",
                 both ? "～" : "", number, s->stream ? " " : "",
                 s->stream ? stream_unit(s->site, s->stream) : "");
    return json_pack(
        "{s:s,s:s,s:i,s:s,s:s,s:o,s:o,s:s,s:i,s:s}", "text", text, "indicator", json_str(g, "indicator", ""),
        "site", s->site ? s->site->site->id : 0, "factor", s->stream ? s->stream->code : "", "op", op,
        "value", micro_json(value, -1), "lower", micro_json(both ? limit->lower : MICRO_MISSING, -1), "unit",
        s->stream ? stream_unit(s->site, s->stream) : "", "window", window, "period", hours ? "hour" : "day");
}

/* ---- outlets ---- */
static void exceeded(struct episodes *l, int64_t slot, const struct site_limit *limit, micro v)
{
    bool low = limit->lower != MICRO_MISSING && v < limit->lower;
    micro bound = low ? limit->lower : limit->upper;
    struct episode *e = episodes_trouble(l, slot);
    if (!e)
        return;
    micro far = low ? bound - v : v - bound, was = e->worst == MICRO_MISSING ? -1
                                                   : e->low                  ? e->limit - e->worst
                                                                             : e->worst - e->limit;
    if (far <= was)
        return;
    e->worst = v;
    e->worst_at = slot;
    e->limit = bound;
    e->low = low;
    e->multiple = low ? 0 : air_multiple(v, bound);
}

static void outlet_hours(const struct rule *rule, const struct board_site *s, const struct stream *st,
                         struct episodes *l)
{
    int64_t first, last;
    if (!st->limit || !series_span(&st->hour, &first, &last))
        return;
    for (int64_t h = first; h <= last; h++) {
        micro v = hour_of(s, st, h);
        const struct site_limit *limit = stream_limit(s, st, h / 24);
        if (v == MICRO_MISSING || !limit)
            continue; /* missing and invalid hours neither go on with an episode nor end it */
        if (limit_exceeded(limit, v))
            exceeded(l, h, limit, v);
        else
            episodes_clean(l, rule->clean);
    }
}

static void outlet_days(const struct rule *rule, const struct board_site *s, const struct stream *st,
                        int64_t today, struct episodes *l)
{
    int64_t first, last, first_hour, last_hour;
    bool days = series_span(&st->day, &first, &last), hours = series_span(&st->hour, &first_hour, &last_hour);
    if (!st->limit || (!days && !hours))
        return;
    if (hours && (!days || first_hour / 24 < first))
        first = first_hour / 24;
    if (hours && (!days || last_hour / 24 > last))
        last = last_hour / 24;
    for (int64_t d = first; d <= last && d < today; d++) {
        micro v;
        const struct site_limit *limit = stream_limit(s, st, d);
        if (!limit || outlet_day(s, st, d, rule->min_hours, &v) <= 0)
            continue;
        if (limit_exceeded(limit, v))
            exceeded(l, d, limit, v);
        else
            episodes_clean(l, rule->clean);
    }
}

/* What a reviewer has judged needs no finding any more. */
static bool looked_at(const struct board_site *s, const struct stream *st, int64_t hour)
{
    int64_t from = cn_hour_start(hour);
    return s->n_reviews && review_of(s, st, from, from + MS_HOUR, INT64_MAX);
}

static void outlet_invalid(const struct rule *rule, const struct board_site *s, const struct stream *st,
                           struct episodes *l)
{
    int64_t first, last;
    if (!st->limit || !series_span(&st->hour, &first, &last))
        return;
    for (int64_t h = first; h <= last; h++) {
        const struct cell *c = series_at(&st->hour, h);
        if (c && hour_of(s, st, h) != MICRO_MISSING) {
            episodes_clean(l, rule->clean);
            continue;
        }
        struct episode *e = c && !looked_at(s, st, h) ? episodes_trouble(l, h) : NULL;
        if (!e)
            continue;
        size_t n = strlen(e->flags);
        char mark = c->flag > ' ' && c->flag < 0x7F ? c->flag : '?'; /* any byte may come over the wire */
        if (!strchr(e->flags, mark) && n + 1 < sizeof e->flags)
            e->flags[n] = mark;
        e->only_stopped &= c->flag == 'F';
    }
}

static void air_days(const struct board *b, const struct rule *rule, const struct day_state *day,
                     int64_t today, struct episodes *l)
{
    for (size_t i = 0; day && i < b->n_days && b->first_day + (int64_t)i < today; i++) {
        const struct air_index *x = &day[i].index;
        if (x->aqi < 0)
            continue;
        if (x->level < rule->level) {
            episodes_clean(l, rule->clean);
            continue;
        }
        struct episode *e = episodes_trouble(l, b->first_day + (int64_t)i);
        if (e && x->aqi > e->aqi) {
            e->aqi = x->aqi;
            e->primary = x->primary;
        }
    }
}

/* The largest AQI that is still below a level. */
static int below_level(int level)
{
    int aqi = 0;
    while (aqi < 500 && air_level_of(aqi + 1) < level)
        aqi++;
    return aqi;
}

static json_t *air_facts(const struct rule *rule, const struct episode *e)
{
    const struct air_level *level = air_level(air_level_of(e->aqi));
    char names[64] = "";
    size_t len = 0;
    json_t *primary = json_array();
    for (int i = 0; i < AIR_ITEMS; i++)
        if (e->primary & 1u << i) {
            json_array_append_new(primary, json_string(air_item_word((enum air_item)i)));
            len += (size_t)snprintf(names + len, sizeof names - len, "%s%s", len ? "、" : "", item_name(i));
        }
    return json_pack("{s:i,s:i,s:i,s:s,s:s,s:s,s:s,s:o,s:i}", "value", e->aqi, "aqi", e->aqi, "limit",
                     below_level(rule->level), "level_name", level->name, "level_name_en", level->name_en,
                     "primary", names, "basis", "HJ 633", "items", primary, "days", e->count);
}

static const char *limit_basis(const struct board_site *s, const struct stream *st, const struct episode *e,
                               enum rule_on on)
{
    const struct site_limit *limit =
        stream_limit(s, st, on == ON_SOURCE_DAY ? e->worst_at : e->worst_at / 24);
    return limit ? limit->basis : "";
}

static json_t *outlet_facts(const struct subject *s, const struct episode *e)
{
    const struct stream *st = s->stream;
    if (s->rule->on == ON_SOURCE_INVALID)
        return json_pack("{s:i,s:s,s:b}", "hours", e->count, "flags", e->flags, "stopped", e->only_stopped);
    return json_pack("{s:o,s:o,s:o,s:s,s:s,s:i,s:b}", "value", micro_json(e->worst, -1), "limit",
                     micro_json(e->limit, -1), "multiple", micro_json(e->multiple, 2), "unit",
                     stream_unit(s->site, st), "basis", limit_basis(s->site, st, e, s->rule->on),
                     s->rule->on == ON_SOURCE_DAY ? "days" : "hours", e->count, "below", e->low);
}

static void note_episode(struct subject s, const struct episode *e, int64_t now, struct list *l)
{
    bool days = s.rule->on == ON_SOURCE_DAY || s.rule->on == ON_AIR_DAY || s.rule->on == ON_RIVER_DAY;
    char id[CN_TEXT];
    s.from = days ? cn_day_start(e->first) : cn_hour_start(e->first);
    s.to = days ? cn_day_start(e->last + 1) : cn_hour_start(e->last + 1);
    s.over = e->over;
    if (s.over && s.to < now - s.rule->within_days * MS_DAY)
        return;
    s.id = cn_format_compact(s.from, id);
    id[10] = '\0'; /* YYYYMMDDhh */
    s.facts = s.rule->on == ON_AIR_DAY     ? air_facts(s.rule, e)
              : s.rule->on == ON_RIVER_DAY ? river_facts(s.b, s.site, e)
                                           : outlet_facts(&s, e);
    json_t *goal = goal_of(&s);
    if (goal)
        json_object_set_new(s.facts, "goal", goal);
    note(&s,
         json_pack("{s:b,s:s}", "exceeds", e->worst != MICRO_MISSING || e->aqi >= 0, "kind",
                   s.site ? site_kind_word(s.site->site->kind) : "city"),
         l);
}

static void note_episodes(struct subject s, struct episodes *found, int64_t now, struct list *l)
{
    for (size_t i = 0; i < found->n; i++)
        note_episode(s, &found->e[i], now, l);
    episodes_release(found);
}

/* ---- silence ---- */
static void note_silence(struct subject s, int64_t from, int64_t to, bool over, struct list *l)
{
    char id[CN_TEXT], iso[CN_TEXT];
    int64_t minutes = (to - from) / MS_MINUTE;
    s.from = cn_hour_start(
        cn_hour_of(from)); /* the hour: real-time values before a restart need not be seen again */
    s.to = over ? to : s.from;
    s.over = over;
    s.id = cn_format_compact(s.from, id);
    id[10] = '\0';
    s.facts = json_pack("{s:s,s:b}", "since", cn_format_iso(from, iso), "silent", 1);
    json_t *goal = goal_of(&s);
    if (goal)
        json_object_set_new(s.facts, "goal", goal);
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
static void past_silences(struct subject s, int64_t now, struct list *l)
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

static void find_silence(struct subject s, int64_t now, struct list *l)
{
    int64_t from = board_silent_from(s.site, &s.b->def, now);
    past_silences(s, now, l);
    if (from)
        note_silence(s, from, now, false, l);
}

/* ---- consistency marks ---- */

struct marked {
    const struct mark *first;
    int64_t last; /* hour */
    int hours;
};

static void note_marked(struct subject s, const struct marked *m, int64_t now, struct list *l)
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
static void find_marked(struct subject s, int check, int stream, int64_t now, struct list *l)
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

static void find_marks(struct subject s, int64_t now, struct list *l)
{
    for (int check = 0; check < CHECK_KINDS && s.site->n_marks; check++)
        for (int stream = -1; stream < (int)s.site->n_streams; stream++)
            find_marked(s, check, stream, now, l);
}

/* ---- groups ---- */
static void find_site(struct board *b, struct board_site *site, int64_t now, struct list *l)
{
    bool outlet = site->site->kind == SITE_GAS_OUTLET || site->site->kind == SITE_WATER_OUTLET;
    int64_t today = cn_day_of(now);
    for (size_t r = 0; r < b->def.n_rules; r++) {
        struct subject s = { .b = b, .rule = &b->def.rule[r], .site = site };
        struct episodes found = { 0 };
        if (s.rule->on == ON_SILENT)
            find_silence(s, now, l);
        if (s.rule->on == ON_MARKS)
            find_marks(s, now, l);
        if (s.rule->on == ON_AIR_DAY) {
            air_days(b, s.rule, site->day, today, &found);
            note_episodes(s, &found, now, l);
        }
        if (s.rule->on == ON_RIVER_DAY) {
            river_days(b, site, s.rule, today, &found);
            note_episodes(s, &found, now, l);
        }
        for (size_t i = 0; outlet && i < site->n_streams; i++) {
            s.stream = &site->stream[i];
            if (s.rule->on == ON_SOURCE_HOUR)
                outlet_hours(s.rule, site, s.stream, &found);
            else if (s.rule->on == ON_SOURCE_DAY)
                outlet_days(s.rule, site, s.stream, today, &found);
            else if (s.rule->on == ON_SOURCE_INVALID)
                outlet_invalid(s.rule, site, s.stream, &found);
            note_episodes(s, &found, now, l);
        }
    }
}

static void find_city(struct board *b, int64_t now, struct list *l)
{
    for (size_t r = 0; r < b->def.n_rules; r++) {
        struct subject s = { .b = b, .rule = &b->def.rule[r] };
        struct episodes found = { 0 };
        if (s.rule->on != ON_AIR_DAY)
            continue;
        air_days(b, s.rule, b->city, cn_day_of(now), &found);
        note_episodes(s, &found, now, l);
    }
}

static bool impossible_at(struct board *b, const json_t *target, int64_t now)
{
    json_t *p = NULL;
    bool yes = target_progress(b, target, now, &p, NULL) == 0 &&
               strcmp(json_str(p, "verdict", ""), "impossible") == 0;
    json_decref(p);
    return yes;
}

/* The day on which it was lost. Days only add to what counts against a target, so lost stays lost and halving finds it. */
static int64_t lost_since(struct board *b, const json_t *target, int64_t now)
{
    int64_t high = cn_day_of(now), low = cn_days(cn_from_ms(now).year, 1, 1);
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (impossible_at(b, target, cn_day_start(middle)))
            high = middle;
        else
            low = middle + 1;
    }
    return cn_day_start(high);
}

static void find_target(struct board *b, const struct rule *rule, const json_t *target, int64_t now,
                        struct list *l)
{
    json_t *progress = NULL;
    char id[64], text[MICRO_TEXT];
    struct err e;
    if (target_progress(b, target, now, &progress, &e) < 0 || !json_flag(progress, "bound", false)) {
        json_decref(progress);
        return;
    }
    const json_t *number = json_object_get(target, "id");
    snprintf(id, sizeof id, "%s:%s",
             json_is_string(number) ? json_string_value(number)
                                    : micro_format(json_to_micro(number, 0), -1, text),
             json_str(progress, "indicator", ""));
    struct subject s = { .b = b, .rule = rule, .id = id, .facts = json_deep_copy(progress) };
    json_object_del(s.facts, "receipt");
    json_object_set(s.facts, "target", (json_t *)number);
    s.from = s.to = strcmp(json_str(progress, "verdict", ""), "impossible") == 0
                        ? lost_since(b, target, now)
                        : cn_day_start(cn_day_of(now));
    note(&s, json_pack("{s:s}", "modality", json_str(target, "modality", "must")), l);
    json_decref(progress);
}

static void find_targets(struct board *b, int64_t now, struct list *l)
{
    for (size_t r = 0; r < b->def.n_rules; r++)
        for (size_t i = 0; b->def.rule[r].on == ON_TARGET && i < json_array_size(b->targets); i++)
            find_target(b, &b->def.rule[r], json_array_get(b->targets, i), now, l);
}

/* ---- what is handed out ---- */
static bool copy_out(const struct noted *n, bool over, struct list *out)
{
    if (out->len == out->cap) {
        size_t cap = out->cap ? out->cap * 2 : 16;
        struct noted *grown = realloc(out->n, cap * sizeof *grown);
        if (!grown)
            return false;
        out->n = grown;
        out->cap = cap;
    }
    struct noted c = *n;
    c.key = strdup(n->key);
    c.title = strdup(n->title);
    c.title_en = strdup(n->title_en);
    c.facts = json_deep_copy(n->facts);
    c.over = over;
    if (!c.key || !c.title || !c.title_en) {
        noted_release(&c);
        return false;
    }
    out->n[out->len++] = c;
    return true;
}

static struct noted *with_key(struct noted *n, size_t len, const char *key)
{
    for (size_t i = 0; i < len; i++)
        if (strcmp(n[i].key, key) == 0)
            return &n[i];
    return NULL;
}

/* New and changed ones go out. One that is no longer there (a late value joined it to another, a device speaks again) goes out
 * once more as over, so that nothing stays open for ever. */
static void replace(struct group *g, struct list *fresh, struct list *out)
{
    for (size_t i = 0; i < fresh->len; i++) {
        const struct noted *was = with_key(g->noted, g->n, fresh->n[i].key);
        if (!was || was->hash != fresh->n[i].hash)
            copy_out(&fresh->n[i], fresh->n[i].over, out);
    }
    for (size_t i = 0; i < g->n; i++)
        if (!g->noted[i].over && !with_key(fresh->n, fresh->len, g->noted[i].key))
            copy_out(&g->noted[i], true, out);
    group_release(g);
    g->noted = fresh->n;
    g->n = fresh->len;
    g->touched = false;
}

static void collect(struct board *b, int64_t now, struct list *out)
{
    int64_t hour = cn_hour_of(now);
    for (size_t i = 0; i < b->place->n_sites; i++) {
        struct board_site *s = &b->site[i];
        int64_t silent = board_silent_from(s, &b->def, now);
        struct list fresh = { 0 };
        if (!s->group.touched && s->group.judged_until == hour && silent == s->group.silent_from)
            continue;
        s->group.judged_until = hour;
        s->group.silent_from = silent;
        find_site(b, s, now, &fresh);
        replace(&s->group, &fresh, out);
    }
    if (b->city_group.touched || b->city_group.judged_until != hour) {
        struct list fresh = { 0 };
        b->city_group.judged_until = hour;
        find_city(b, now, &fresh);
        replace(&b->city_group, &fresh, out);
    }
    if (b->target_group.touched || cn_day_of(cn_hour_start(b->target_group.judged_until)) != cn_day_of(now)) {
        struct list fresh = { 0 };
        b->target_group.judged_until = hour;
        find_targets(b, now, &fresh);
        replace(&b->target_group, &fresh, out);
    }
}

void board_find(struct board *b, int64_t now, void (*found)(const struct finding *, void *), void *arg)
{
    struct list out = { 0 };
    pthread_mutex_lock(&b->lock);
    collect(b, now, &out);
    pthread_mutex_unlock(&b->lock);
    for (size_t i = 0; i < out.len; i++) {
        const struct noted *n = &out.n[i];
        struct finding f = { .key = n->key,
                             .rule = n->rule->id,
                             .severity = n->severity,
                             .site = n->site,
                             .factor = n->factor,
                             .title = n->title,
                             .ledger = n->rule->ledger,
                             .react_hours = n->rule->react_hours,
                             .title_en = n->title_en,
                             .from = n->from,
                             .to = n->to,
                             .over = n->over,
                             .facts = n->facts };
        found(&f, arg);
    }
    list_release(&out);
}

void board_find_again(struct board *b)
{
    pthread_mutex_lock(&b->lock);
    struct group *groups[] = { &b->city_group, &b->target_group };
    for (size_t i = 0; i < b->place->n_sites + COUNT_OF(groups); i++) {
        struct group *g = i < b->place->n_sites ? &b->site[i].group : groups[i - b->place->n_sites];
        group_release(g);
        g->noted = NULL;
        g->n = 0;
        g->touched = true;
    }
    pthread_mutex_unlock(&b->lock);
}
