/* receipt.c - what a published figure was made of, so that anybody with the data can compute it again. */
#include "measure/figures.h"
#include "measure/sample.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "base/sm3.h"

struct gathering {
    struct board *b;
    struct inputs_ask ask;
    struct buf line; /* canonical lines of one day */
    struct sm3 all;
    json_t *parts;
    int64_t values, opinions, events, day_values;
    int64_t slots[SLOT_KINDS];
};

/* One period of one stream: "site,factor,hour,flag,value", the value in millionths, empty when the digits were no number; and
 * "site,factor,hour,review,kind" of the opinion that holds, as it makes the figure like the value does. */
static void take_slot(struct gathering *g, const struct board_site *s, const struct stream *st, bool days,
                      int64_t slot)
{
    const struct cell *c = series_at(days ? &st->day : &st->hour, slot);
    int64_t from = days ? cn_day_start(slot) : cn_hour_start(slot);
    const struct review *r =
        s->n_reviews ? review_of(s, st, from, from + (days ? MS_DAY : MS_HOUR), INT64_MAX) : NULL;
    char at[CN_TEXT];
    g->slots[slot_of(s, st, days, slot, INT64_MAX)]++;
    cn_format_compact(from, at);
    if (r) {
        buf_addf(&g->line, "%s,%s,%s,review,%s\n", s->site->code, st->code, at, review_kind_word(r->kind));
        g->opinions++;
    }
    if (!c)
        return;
    buf_addf(&g->line, "%s,%s,%s,%c,", s->site->code, st->code, at, c->flag);
    if (c->v != MICRO_MISSING)
        buf_addf(&g->line, "%" PRId64, c->v);
    buf_addc(&g->line, '\n');
    g->values++;
    g->day_values++;
}

static void take_air(struct gathering *g, const struct board_site *s, int64_t day)
{
    for (int i = 0; i < AIR_ITEMS; i++) {
        if (g->ask.item >= 0 && i != g->ask.item)
            continue;
        if (!s->air[i])
            g->slots[SLOT_NOT_SENT] += 24;
        for (int h = 0; h < 24 && s->air[i]; h++)
            take_slot(g, s, s->air[i], false, day * 24 + h);
    }
}

/* "site,item,moment,flag,sample,value" of what was sampled on a day. */
static void take_samples(struct gathering *g, const struct board_site *s, int64_t day)
{
    char at[CN_TEXT];
    for (size_t i = 0; i < s->n_samples; i++) {
        const struct sample *m = &s->sample[i];
        if (cn_day_of(m->time) != day)
            continue;
        buf_addf(&g->line, "%s,%s,%s,%c,sample,%" PRId64 "\n", s->site->code, m->code,
                 cn_format_compact(m->time, at), m->flag, m->v);
        g->values++;
        g->day_values++;
    }
}

/* Of every item of the table of classes that the section measures: the day's own value when its device sent one, else the hours due. */
static void take_river(struct gathering *g, const struct board_site *s, int64_t day)
{
    const struct grade_table *t = grade_on(&g->b->def.standards.grades, WATER_CLASSES, day);
    for (size_t i = 0; i < s->n_streams; i++) {
        const struct stream *st = &s->stream[i];
        if (!t || grade_item_of(t, st->code, strlen(st->code)) < 0)
            continue;
        if (series_at(&st->day, day)) {
            take_slot(g, s, st, true, day);
            continue;
        }
        int step = 24 / river_values_due(st, day);
        for (int h = 0; h < 24; h += step)
            take_slot(g, s, st, false, day * 24 + h);
    }
    take_samples(g, s, day);
}

/* "event,item,day,kind,approver,paper" of each item that an event of the city file takes out of that day: a ranking's deducted figures follow
 * from it like from a value. */
static void take_events(struct gathering *g, int64_t day)
{
    char date[CN_TEXT];
    for (size_t i = 0; i < g->b->place->n_events; i++) {
        const struct place_event *p = &g->b->place->events[i];
        if (day < p->from || day > p->to)
            continue;
        for (int item = 0; item < AIR_ITEMS; item++)
            if (p->items >> item & 1) {
                buf_addf(&g->line, "event,%s,%s,%s,%s,%s\n", air_item_word((enum air_item)item),
                         cn_format_date(cn_day_start(day), date), p->dust ? "dust" : "exceptional",
                         p->approver ? p->approver : "", p->paper ? p->paper : "");
                g->events++;
            }
    }
}

static bool in_scope(const struct gathering *g, const struct board_site *s)
{
    if (g->ask.ranked)
        return s->site->kind == SITE_AIR &&
               (g->ask.stations || s->site->for_county || (g->ask.city && s->site->for_city));
    if (g->ask.sampled)
        return s->site->id == g->ask.of.site;
    if (g->ask.of.site)
        return s->site->id == g->ask.of.site && s->site->kind == (g->ask.river ? SITE_RIVER : SITE_AIR);
    if (g->ask.river)
        return s->site->kind == SITE_RIVER && river_in_scope(s->site, (void *)(uintptr_t)&g->ask.scope);
    return air_site_in(g->b, s, g->ask.of.region);
}

static int take_day(struct gathering *g, int64_t day, struct err *e)
{
    char hash[SM3_HEX], date[CN_TEXT];
    buf_clear(&g->line);
    g->day_values = 0;
    if (g->ask.ranked)
        take_events(g, day);
    for (size_t i = 0; i < g->b->place->n_sites; i++)
        if (in_scope(g, &g->b->site[i]))
            (g->ask.river || g->ask.sampled ? take_river : take_air)(g, &g->b->site[i], day);
    if (g->line.failed)
        return err_set(e, -ENOMEM, "out of memory");
    const char *text = g->line.data ? g->line.data : "";
    sm3_add(&g->all, text, g->line.len);
    int r = sm3_hex(text, g->line.len, hash, e);
    if (r < 0)
        return r;
    json_t *part = json_pack("{s:s,s:I,s:s}", "day", cn_format_date(cn_day_start(day), date), "rows",
                             (json_int_t)g->day_values, "sm3", hash);
    return json_array_append_new(g->parts, part) < 0 ? err_set(e, -ENOMEM, "out of memory") : 0;
}

static json_t *stations(const struct gathering *g)
{
    json_t *list = json_array();
    for (size_t i = 0; i < g->b->place->n_sites; i++)
        if (in_scope(g, &g->b->site[i]))
            json_array_append_new(list, json_string(g->b->site[i].site->code));
    return list;
}

static int gather(struct board *b, const struct inputs_ask *ask, json_t *receipt, struct err *e)
{
    struct gathering g = { .b = b, .ask = *ask, .parts = json_array() };
    char hash[SM3_HEX], from[CN_TEXT], to[CN_TEXT];
    int r = sm3_begin(&g.all, e);
    for (size_t i = 0; r == 0 && i < ask->year_before_days; i++)
        r = take_day(&g, ask->year_before + (int64_t)i, e);
    for (int64_t day = ask->first; r == 0 && day <= ask->last; day++)
        r = take_day(&g, day, e);
    if (r == 0)
        r = sm3_end(&g.all, hash, e);
    sm3_drop(&g.all);
    buf_release(&g.line);
    if (r < 0) {
        json_decref(g.parts);
        return r;
    }
    json_object_set_new(receipt, "inputs",
                        json_pack("{s:o,s:s,s:s,s:s,s:I,s:I,s:s,s:o}", "stations", stations(&g), "from",
                                  cn_format_date(cn_day_start(ask->first), from), "to",
                                  cn_format_date(cn_day_start(ask->last), to), "item",
                                  ask->item < 0 ? "all" : air_item_word((enum air_item)ask->item), "values",
                                  (json_int_t)g.values, "reviews", (json_int_t)g.opinions, "sm3", hash,
                                  "parts", g.parts));
    if (ask->ranked)
        json_object_set_new(json_object_get(receipt, "inputs"), "events", json_integer((json_int_t)g.events));
    if (ask->year_before_days) {
        json_t *inputs = json_object_get(receipt, "inputs");
        int64_t last = ask->year_before + (int64_t)ask->year_before_days - 1;
        json_object_set_new(inputs, "last_from",
                            json_string(cn_format_date(cn_day_start(ask->year_before), from)));
        json_object_set_new(inputs, "last_to", json_string(cn_format_date(cn_day_start(last), to)));
    }
    json_t *missing = json_object();
    for (int k = SLOT_INVALID; k < SLOT_KINDS; k++)
        json_object_set_new(missing, slot_kind_word((enum slot_kind)k), json_integer(g.slots[k]));
    json_object_set_new(receipt, "missing", missing);
    return 0;
}

static void add_once(json_t *rules, const char *kind, const struct ruleset *set)
{
    for (size_t i = 0; i < json_array_size(rules); i++)
        if (strcmp(json_str(json_array_get(rules, i), "id", ""), set->id) == 0 &&
            strcmp(json_str(json_array_get(rules, i), "kind", ""), kind) == 0)
            return;
    json_array_append_new(rules, json_pack("{s:s,s:s,s:s,s:s}", "id", set->id, "kind", kind, "clause",
                                           set->clause, "certainty", set->certainty));
}

/* Every edition in force on some day of the span; of the kinds a figure of air rests on. */
static void add_sets(json_t *rules, const char *kind, const void *list, size_t size, size_t n, int64_t first,
                     int64_t last)
{
    for (size_t i = 0; i < n; i++) {
        const struct ruleset *set = (const void *)((const char *)list + size * i);
        if (!set->practice && set->from <= last && set->to >= first)
            add_once(rules, kind, set);
    }
}

static void add_of_days(json_t *rules, const struct air_rulebook *k, int64_t first, int64_t last)
{
    add_sets(rules, "air.index", k->index, sizeof *k->index, k->n_index, first, last);
    add_sets(rules, "air.evaluation", k->evaluation, sizeof *k->evaluation, k->n_evaluation, first, last);
}

static json_t *rules_of(const struct board *b, const struct inputs_ask *ask)
{
    json_t *rules = json_array();
    for (int64_t day = ask->first; (ask->river || ask->classes) && day <= ask->last; day++) {
        const struct grade_table *t = grade_on(&b->def.standards.grades, WATER_CLASSES, day);
        const struct water_evaluation *ev = water_evaluation_on(&b->def.standards.water, day);
        if (t)
            add_once(rules, WATER_CLASSES, &t->set);
        if (ev)
            add_once(rules, "water.evaluation", &ev->set);
    }
    for (size_t i = 0; i < ask->n_also && (ask->river || ask->sampled); i++)
        add_once(rules, ask->also[i].kind, ask->also[i].set);
    if (ask->river || ask->sampled)
        return rules;
    const struct air_rulebook *k = &b->def.book;
    int64_t last = ask->last < ask->first ? ask->first : ask->last;
    add_of_days(rules, k, ask->first, last);
    if (ask->year_before_days)
        add_of_days(rules, k, ask->year_before, ask->year_before + (int64_t)ask->year_before_days - 1);
    for (size_t i = 0; i < ask->n_also; i++)
        add_once(rules, ask->also[i].kind, ask->also[i].set);
    if (ask->ranked) /* judged by no limit */
        return rules;
    add_sets(rules, "air.limits", k->limits, sizeof *k->limits, k->n_limits, ask->first, last);
    return rules;
}

/* ---- the figures ---- */
static int site_of(struct board *b, const json_t *ask, struct air_of *ret, struct err *e)
{
    int64_t id = json_int(ask, "site", 0);
    const struct board_site *s = id > 0 && id <= INT32_MAX ? board_site(b, (int32_t)id) : NULL;
    if (id && (!s || s->site->kind != SITE_AIR))
        return err_named(e, -ENOENT, "not_found", "no such air station");
    *ret = (struct air_of){ .site = (int32_t)id };
    return 0;
}

static bool kept(const struct board *b, int64_t day)
{
    return b->n_days && day >= b->first_day && day < b->first_day + (int64_t)b->n_days;
}

static int of_day(struct board *b, const json_t *ask, int64_t now, struct inputs_ask *in, struct buf *result,
                  struct err *e)
{
    const char *date = json_str(ask, "day", "");
    int64_t ms;
    int r = site_of(b, ask, &in->of, e);
    if (r < 0)
        return r;
    if (strlen(date) != 10 || !cn_parse_iso(date, 10, &ms))
        return err_named(e, -EINVAL, "bad_input", "day: '%.40s' is not a date (2026-03-01)", date);
    in->first = in->last = cn_day_of(ms);
    in->item = -1;
    if (!kept(b, in->first))
        return err_named(e, -ENOENT, "not_found", "%s: no data of that day are kept", date);
    write_air_day(b, in->of, in->first, now, result);
    return 0;
}

static int of_year(struct board *b, const json_t *ask, int64_t now, struct inputs_ask *in, struct buf *result,
                   struct err *e)
{
    int64_t year = json_int(ask, "year", 0);
    int r = site_of(b, ask, &in->of, e);
    if (r < 0)
        return r;
    if (year < 1900 || year > 9998 || !kept(b, cn_days((int)year, 1, 1)))
        return err_named(e, -ENOENT, "not_found", "%" PRId64 ": no data of that year are kept", year);
    in->first = cn_days((int)year, 1, 1);
    in->last = cn_days((int)year, 12, 31);
    if (in->last >= cn_day_of(now))
        in->last = cn_day_of(now) - 1;
    in->item = -1;
    write_air_year(b, in->of.site, (int)year, now, result);
    return 0;
}

static int of_target(struct board *b, const json_t *ask, int64_t now, struct inputs_ask *in,
                     struct buf *result, struct err *e)
{
    const json_t *target = json_object_get(ask, "target");
    json_t *progress = NULL;
    if (!target_inputs(b, target, now, in) || !kept(b, in->first))
        return err_named(e, -ENOENT, "not_found", "the target is bound to no measure");
    int r = target_progress(b, target, now, &progress, e);
    if (r < 0)
        return r;
    json_object_del(progress, "receipt");
    json_object_del(progress,
                    "odds"); /* rests on past years, and foretells; a receipt is of what was measured */
    struct jw w = JW(result);
    jw_tree(&w, progress);
    json_decref(progress);
    return 0;
}

/* "river.day", "river.month", "river.year": of one section, or of the city's sections together (not of a day). */
static int of_river(struct board *b, const json_t *ask, int64_t now, struct inputs_ask *in,
                    struct buf *result, struct err *e)
{
    const char *what = json_str(ask, "what", ""), *date = json_str(ask, "day", "");
    bool month = strcmp(what, "river.month") == 0, year = strcmp(what, "river.year") == 0;
    enum river_span span = month ? RIVER_MONTH : year ? RIVER_YEAR : RIVER_DAY;
    int64_t id = json_int(ask, "site", 0), ms;
    char text[16];
    const struct board_site *s = id > 0 && id <= INT32_MAX ? board_site(b, (int32_t)id) : NULL;
    if ((id && (!s || s->site->kind != SITE_RIVER)) || (!id && !month && !year))
        return err_named(e, -ENOENT, "not_found", "no such river section");
    if (month && strlen(json_str(ask, "month", "")) == 7) {
        snprintf(text, sizeof text, "%.7s-01", json_str(ask, "month", ""));
        date = text;
    } else if (year && json_int(ask, "year", 0) >= 1900 && json_int(ask, "year", 0) <= 9998) {
        snprintf(text, sizeof text, "%04d-01-01", (int)json_int(ask, "year", 0));
        date = text;
    }
    if (strlen(date) != 10 || !cn_parse_iso(date, 10, &ms))
        return err_named(e, -EINVAL, "bad_input", "'%.40s' is no day, month or year", date);
    struct river_figure f;
    int64_t day = cn_day_of(ms);
    river_span_days(span, day, now, &f);
    if (!kept(b, day) || f.last < f.first)
        return err_named(e, -ENOENT, "not_found",
                         "%s: no data of that time are kept, or no day of it is over", date);
    *in = (struct inputs_ask){ .of = { .site = (int32_t)id },
                               .item = -1,
                               .first = f.first,
                               .last = f.last,
                               .river = true,
                               .scope = { .b = b } };
    struct jw w = JW(result);
    s ? river_write_figure(&w, b, s, span, day, now) : river_write_group(&w, b, span, day, now);
    return 0;
}

/* "handover.month" (site, month), "load.year", "points.year" (site, year): the rows a bulletin prints of one site. */
static int of_sampled(struct board *b, const json_t *ask, int64_t now, struct inputs_ask *in,
                      struct buf *result, struct err *e)
{
    const char *what = json_str(ask, "what", ""), *month = json_str(ask, "month", "");
    bool handover = strcmp(what, "handover.month") == 0, load = strcmp(what, "load.year") == 0;
    int64_t id = json_int(ask, "site", 0), year = json_int(ask, "year", 0), ms;
    char date[16];
    const struct board_site *s = id > 0 && id <= INT32_MAX ? board_site(b, (int32_t)id) : NULL;
    snprintf(date, sizeof date, handover ? "%.7s-01" : "%s", handover ? month : "");
    if (handover && strlen(month) == 7 && cn_parse_iso(date, 10, &ms))
        year = cn_from_ms(ms).year;
    else if (handover)
        year = 0;
    if (!s || year < 1900 || year > 9998)
        return err_named(e, -ENOENT, "not_found", "no such site, or no such time");
    struct cn_civil c = handover ? cn_from_ms(ms) : (struct cn_civil){ .year = (int)year };
    const struct handover_rules *rule = handover ? handover_on(&b->def.ordinances, cn_day_of(ms)) : NULL;
    const struct load_rules *loads = load ? load_on(&b->def.ordinances, cn_days((int)year, 12, 31)) : NULL;
    *in = (struct inputs_ask){ .of = { .site = (int32_t)id }, .item = -1, .sampled = true };
    month_days((int)year, handover ? c.month : 0, &in->first, &in->last);
    if (rule)
        in->first = cn_days((int)year - rule->years, 1, 1);
    if (in->last >= cn_day_of(now))
        in->last = cn_day_of(now) - 1;
    if (rule)
        in->also[in->n_also].kind = "handover.sections", in->also[in->n_also++].set = &rule->set;
    in->classes = handover || load;
    const char *kind[2];
    const struct ruleset *set[2];
    for (size_t i = 0, n = in->classes ? 0 : point_sets(b, s, (int)year, kind, set); i < n; i++)
        in->also[in->n_also].kind = kind[i], in->also[in->n_also++].set = set[i];
    if (loads)
        in->also[in->n_also].kind = "load.sea", in->also[in->n_also++].set = &loads->set;
    struct jw w = JW(result);
    int r = handover ? handover_section(b, s, (int)year, c.month, now, &w)
            : load   ? load_river(b, s, (int)year, now, &w)
                     : point_rows(b, s, (int)year, now, &w);
    return r < 0 ? err_named(e, r, "not_found", "the site has no figure of that kind") : 0;
}

static const struct {
    const char *what;
    int (*make)(struct board *b, const json_t *ask, int64_t now, struct inputs_ask *in, struct buf *result,
                struct err *e);
} figures[] = { { "air.day", of_day },
                { "air.year", of_year },
                { "target", of_target },
                { "river.day", of_river },
                { "river.month", of_river },
                { "river.year", of_river },
                { "handover.month", of_sampled },
                { "load.year", of_sampled },
                { "points.year", of_sampled },
                { "air.ranking", receipt_of_ranking },
                { "air.compensation", receipt_of_compensation } };

static int make(struct board *b, const json_t *ask, int64_t now, json_t *receipt, struct err *e)
{
    const char *what = json_str(ask, "what", "");
    scoped(buf_release) struct buf text = BUF_INIT;
    struct inputs_ask in = { .item = -1 };
    size_t i = 0;
    while (i < COUNT_OF(figures) && strcmp(figures[i].what, what) != 0)
        i++;
    if (i == COUNT_OF(figures))
        return err_named(e, -EINVAL, "bad_input",
                         "what: '%.40s' is none of air.day, air.year, air.ranking, air.compensation, "
                         "river.day, river.month, river.year, handover.month, load.year, points.year, target",
                         what);
    int r = figures[i].make(b, ask, now, &in, &text, e);
    json_t *result = NULL;
    if (r == 0)
        r = text.failed ? err_set(e, -ENOMEM, "out of memory") : json_read(text.data, text.len, &result, e);
    if (r < 0)
        return r;
    json_object_set(receipt, "measure", (json_t *)(uintptr_t)ask);
    json_object_set_new(receipt, "rules", rules_of(b, &in));
    r = gather(b, &in, receipt, e);
    json_object_set_new(receipt, "result", result);
    return r;
}

int board_receipt(struct board *b, const json_t *ask, int64_t now, json_t **ret, struct err *e)
{
    json_t *receipt = json_object();
    pthread_mutex_lock(&b->lock);
    int r = receipt ? make(b, ask, now, receipt, e) : err_set(e, -ENOMEM, "out of memory");
    pthread_mutex_unlock(&b->lock);
    if (r < 0)
        json_decref(receipt);
    else
        *ret = receipt;
    return r;
}
