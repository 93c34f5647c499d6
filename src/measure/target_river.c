/* Targets on rivers: the share of good sections, of those beyond class V, and the class a named section or river must reach. They are held
 * against the year so far, section by section; one that cannot be judged leaves the whole target without a verdict. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "measure/river.h"
#include "measure/target.h"

bool river_indicator(const struct indicator *i)
{
    return i->kind == OF_RIVER_GOOD || i->kind == OF_RIVER_BAD || i->kind == OF_RIVER_CLASS;
}

/* "碧溪河水质", "云临河入海口断面水质类别": what stands before the tail, when a section has that name or begins with it. */
size_t river_named(const struct board *b, const char *words)
{
    static const char *const tails[] = { "水质类别", "水质" };
    size_t len = strlen(words);
    for (size_t k = 0; k < COUNT_OF(tails); k++) {
        size_t tail = strlen(tails[k]);
        if (len <= tail + 5 ||
            strcmp(words + len - tail, tails[k]) != 0) /* two characters are the shortest name */
            continue;
        for (size_t i = 0; i < b->place->n_sites; i++)
            if (b->place->sites[i].kind == SITE_RIVER &&
                strncmp(b->place->sites[i].name, words, len - tail) == 0)
                return len - tail;
        return 0;
    }
    return 0;
}

struct river_ask {
    const struct board *b;
    const struct indicator *ind;
    const char *words;
    size_t name; /* bytes of words that name the sections; 0: all */
    struct river_scope scope;
    bool unsaid; /* the words want the sections of one network, and the city file names no networks */
    micro value;
    bool strict, stretch;
    int year;
};

static bool in_region(const struct board *b, int32_t region, int32_t wanted)
{
    while (region && region != wanted) {
        const struct region *r = place_region(b->place, region);
        region = r ? r->parent : 0;
    }
    return region == wanted;
}

bool river_in_scope(const struct site *site, void *scope)
{
    const struct river_scope *a = scope;
    return (!a->region || in_region(a->b, site->region, a->region)) &&
           strncmp(site->name, a->name, strlen(a->name)) == 0 &&
           (!*a->network || strcmp(site->network, a->network) == 0);
}

/* "国控断面", "国考断面", "省控": whose sections the words mean; "": all. */
static const char *network_said(const char *words)
{
    static const struct {
        const char *word, *network;
    } said[] = { { "国控", "national" },   { "国考", "national" },  { "省控", "provincial" },
                 { "省考", "provincial" }, { "市控", "municipal" }, { "市考", "municipal" } };
    for (size_t i = 0; i < COUNT_OF(said); i++)
        if (strstr(words, said[i].word))
            return said[i].network;
    return "";
}

/* Where the city file names no network at all, every section is taken, and the text says so. */
static void scope_of(struct river_ask *a, const char *region)
{
    const char *network = network_said(a->words);
    bool named = false;
    a->scope = (struct river_scope){ .b = a->b, .region = region_of(a->b, region) };
    snprintf(a->scope.name, sizeof a->scope.name, "%.*s", (int)a->name, a->words);
    for (size_t i = 0; i < a->b->place->n_sites; i++)
        named = named || *a->b->place->sites[i].network;
    a->unsaid = *network && !named;
    if (named)
        snprintf(a->scope.network, sizeof a->scope.network, "%s", network);
}

static int worst_class(const struct water_group *g)
{
    int worst = 0;
    for (int c = 1; c <= WATER_CLASS_COUNT; c++)
        if (g->count[c])
            worst = c;
    return worst;
}

static micro value_of(const struct river_ask *a, const struct water_group *g)
{
    switch (a->ind->kind) {
    case OF_RIVER_GOOD:
        return g->good;
    case OF_RIVER_BAD:
        return g->bad;
    default:
        return g->judged ? worst_class(g) * MICRO_ONE : MICRO_MISSING;
    }
}

static bool meets(const struct river_ask *a, micro v)
{
    if (v == MICRO_MISSING)
        return false;
    v = micro_round(v, a->ind->decimals);
    if (a->ind->kind == OF_RIVER_GOOD)
        return a->strict ? v > a->value : v >= a->value;
    if (a->ind->kind == OF_RIVER_BAD)
        return a->strict ? v < a->value : v <= a->value;
    return v <= a->value; /* "达到Ⅲ类", however it is written: Ⅲ or better */
}

static void figure_text(const struct river_ask *a, const struct river_city *c, micro v, bool english,
                        char *to, size_t size)
{
    char number[MICRO_TEXT];
    if (a->ind->kind == OF_RIVER_CLASS)
        snprintf(to, size, english ? "class %s" : "%s类",
                 grade_name(c->any.table, (int)(v / MICRO_ONE), english));
    else
        snprintf(to, size, "%s%s", micro_format(v, v == a->value ? -1 : a->ind->decimals, number),
                 a->ind->unit);
}

static void write_text(const struct river_ask *a, const struct river_city *c, micro v, bool judged, bool ok,
                       bool over, bool english, struct buf *out)
{
    char is[64], want[64], date[CN_TEXT];
    const char *title = a->name ? a->words : english ? a->ind->title_en : a->ind->title;
    buf_addf(out, "%s%s", a->stretch ? (english ? "(stretch) " : "（力争）") : "", title);
    if (v == MICRO_MISSING) {
        buf_adds(out, english ? ": no section can be judged yet" : "：尚无可评价的断面");
        return;
    }
    figure_text(a, c, v, english, is, sizeof is);
    figure_text(a, c, a->value, english, want, sizeof want);
    cn_format_date(cn_day_start(c->any.last), date);
    buf_addf(out,
             english ? " up to %s: %s, target %s (%d of %d sections judged)"
                     : "截至 %s 为 %s，目标 %s（评价断面 %d／%d）",
             date, is, want, c->group.judged, c->group.sections);
    if (a->unsaid)
        buf_adds(out, english ? "; of all sections: the city file does not say which network each is of"
                              : "；城市文件未标明断面的监控级别，按全部断面计");
    if (!judged)
        buf_adds(out, english ? "; cannot be judged: sections or months are missing"
                              : "；断面或月份不全，不足以评判");
    else if (over)
        buf_adds(out, ok ? (english ? "; met" : "；全年已完成")
                         : (english ? "; the year is over, not met" : "；全年已结束，未完成"));
}

static json_t *receipt(const struct river_ask *a, const struct river_city *c, int64_t now)
{
    char from[CN_TEXT], to[CN_TEXT], at[CN_TEXT];
    return json_pack("{s:s,s:[{s:s,s:s},{s:s,s:s}],s:{s:s,s:s},s:{s:i,s:i,s:i,s:i},s:s,s:s}", "indicator",
                     a->ind->id, "rules", "id", c->any.table->set.id, "clause", c->any.table->set.clause,
                     "id", c->any.ev->set.id, "clause", c->any.ev->set.clause, "span", "from",
                     cn_format_date(cn_day_start(c->any.first), from), "to",
                     cn_format_date(cn_day_start(c->any.last), to), "inputs", "sections", c->group.sections,
                     "judged", c->group.judged, "months", c->any.have, "months_due", c->any.due, "certainty",
                     certainty_word(c->any.ev->samples), "computed", cn_format_iso(now, at));
}

static int answer(const struct river_ask *a, const struct river_city *c, int64_t now, json_t **ret)
{
    micro v = value_of(a, &c->group);
    int year_days = cn_days_in_year(a->year), elapsed = (int)(c->any.last - c->any.first + 1);
    bool judged = c->group.judged > 0 && c->group.judged == c->group.sections, ok = meets(a, v),
         over = !c->any.running;
    const char *verdict = !judged ? "cannot_judge"
                          : over  ? (ok ? "met" : "impossible")
                          : ok    ? "on_track"
                                  : "behind";
    const char *light = !judged ? "grey" : ok ? "green" : over && !a->stretch ? "red" : "yellow";
    char date[CN_TEXT];
    struct buf zh = BUF_INIT, en = BUF_INIT;
    write_text(a, c, v, judged, ok, over, false, &zh);
    write_text(a, c, v, judged, ok, over, true, &en);
    micro gap = v == MICRO_MISSING ? MICRO_MISSING : micro_sub(micro_round(v, a->ind->decimals), a->value);
    *ret = json_pack(
        "{s:b,s:s,s:s,s:s,s:o,s:s,s:s,s:{s:i,s:i,s:i,s:i},s:o,s:n,s:n,s:n,s:s,s:s,s:s,s:s,s:s,s:o}", "bound",
        1, "indicator", a->ind->id, "title", a->name ? a->words : a->ind->title, "title_en",
        a->name ? a->words : a->ind->title_en, "value", micro_json(v, a->ind->decimals), "unit", a->ind->unit,
        "as_of", cn_format_iso(cn_day_start(c->any.last + 1), date), "days", "valid", elapsed, "elapsed",
        elapsed, "year", year_days, "left", year_days - elapsed, "gap", micro_json(gap, a->ind->decimals),
        "remaining_mean", "bad_days", "allowed_bad_days", "light", light, "verdict", verdict, "text",
        zh.data ? zh.data : "", "text_en", en.data ? en.data : "", "certainty",
        certainty_word(c->any.ev->samples), "receipt", receipt(a, c, now));
    buf_release(&zh);
    buf_release(&en);
    return *ret ? 0 : -ENOMEM;
}

static bool op_fits(const struct river_ask *a, const char *op)
{
    if (!*op || strcmp(op, "=") == 0 || a->ind->kind == OF_RIVER_CLASS)
        return true;
    return op[0] == (a->ind->kind == OF_RIVER_GOOD ? '>' : '<');
}

int river_progress(struct board *b, const struct indicator *i, const json_t *target, int year, int64_t now,
                   json_t **ret)
{
    const char *op = json_str(target, "op", ""), *region = json_str(target, "region", "");
    struct river_ask a = { .b = b,
                           .ind = i,
                           .words = json_str(target, "indicator", ""),
                           .value = json_micro(target, "value", MICRO_MISSING),
                           .stretch = strcmp(json_str(target, "modality", "must"), "stretch") == 0,
                           .strict = (op[0] == '>' || op[0] == '<') && !op[1],
                           .year = year };
    struct river_city c;
    a.name = i->kind == OF_RIVER_CLASS ? river_named(b, a.words) : 0;
    scope_of(&a, region);
    if (a.value == MICRO_MISSING || a.value < 0 ||
        (i->kind == OF_RIVER_CLASS && (a.value < MICRO_ONE || a.value > 5 * MICRO_ONE)))
        return target_unbound(ret, "目标没有可用的数值", "the target has no figure that can be used");
    if (!target_unit_fits(i, json_str(target, "unit", "")))
        return target_unbound(ret, "目标单位与指标单位不同", "the target's unit is not the indicator's");
    if (!op_fits(&a, op))
        return target_unbound(ret, "比较方式不能用于该指标",
                              "this comparison cannot be judged for the indicator");
    if (i->kind == OF_RIVER_CLASS && !a.name)
        return target_unbound(ret, "没有该名称的断面", "no section has that name");
    int64_t first = cn_days(year, 1, 1), last = cn_days(year, 12, 31), today = cn_day_of(now);
    if (first < b->first_day || first >= today)
        return target_unbound(ret, "没有保存该年度的数据", "no data of that year is kept");
    if (a.scope.region < 0 ||
        !river_city(b, RIVER_YEAR, last < today ? last : today - 1, now, river_in_scope, &a.scope, &c))
        return target_unbound(ret, *a.scope.network ? "没有该监控级别的断面" : "没有河流断面",
                              *a.scope.network ? "there is no section of that network"
                                               : "there is no river section");
    return answer(&a, &c, now, ret);
}

bool river_inputs(struct board *b, const struct indicator *i, const json_t *target, int year, int64_t now,
                  struct inputs_ask *ret)
{
    struct river_ask a = { .b = b, .ind = i, .words = json_str(target, "indicator", "") };
    int64_t last = cn_days(year, 12, 31), yesterday = cn_day_of(now) - 1;
    a.name = i->kind == OF_RIVER_CLASS ? river_named(b, a.words) : 0;
    scope_of(&a, json_str(target, "region", ""));
    *ret = (struct inputs_ask){ .item = -1,
                                .first = cn_days(year, 1, 1),
                                .last = last < yesterday ? last : yesterday,
                                .river = true,
                                .scope = a.scope };
    return a.scope.region >= 0;
}
