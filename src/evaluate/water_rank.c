/* water_rank.c - cities by the water quality index (环办监测〔2017〕51号), and the trophic state of lakes. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "evaluate/grade.h"
#include "evaluate/kinds.h"
#include "evaluate/out.h"

/* ---- water-lake ---- */
static const struct in_column lake_in[] = {
    { "chla", "mg/m3", "chlorophyll 叶绿素a 叶绿素" },
    { "tp", "mg/L", "总磷" },
    { "tn", "mg/L", "总氮" },
    { "sd", "m", "transparency 透明度" },
    { "codmn", "mg/L", "高锰酸盐指数" },
};
static const char *const lake_results[] = { "tli",    "level",  "tli_chla", "tli_tp",
                                            "tli_tn", "tli_sd", "tli_codmn" };

static void judge_lake(const struct kind *kind, const struct row *row, const struct shelf_set *set,
                       struct out *o)
{
    const struct trophic_rules *r = set->rules;
    micro c[TROPHIC_ITEMS], part[COUNT_OF(lake_in)];
    struct trophic t;
    (void)kind;
    for (size_t k = 0; k < COUNT_OF(lake_in); k++)
        part[k] = MICRO_MISSING;
    for (int i = 0; i < r->n_items; i++) {
        c[i] = MICRO_MISSING;
        for (size_t k = 0; k < COUNT_OF(lake_in); k++)
            if (strcmp(lake_in[k].name, r->item[i].word) == 0)
                c[i] = row->value[k];
    }
    water_trophic(r, c, &t);
    for (int i = 0; i < r->n_items; i++)
        for (size_t k = 0; k < COUNT_OF(lake_in); k++)
            if (strcmp(lake_in[k].name, r->item[i].word) == 0)
                part[k] = t.part[i];
    out_micro(o, t.index, 1);
    out_text(o, t.level ? r->level[t.level - 1] : "");
    for (size_t k = 0; k < COUNT_OF(lake_in); k++)
        out_micro(o, part[k], 1);
    if (t.index == MICRO_MISSING) {
        out_note(o, "缺项或不大于 0");
        out_unjudged(o);
    }
}

const struct kind kind_water_lake = {
    .name = "water-lake",
    .what = "trophic state index TLI of a lake or reservoir",
    .what_zh = "湖库综合营养状态指数与营养状态",
    .rules = "water.trophic",
    .in = lake_in,
    .n_in = COUNT_OF(lake_in),
    .results = lake_results,
    .n_results = COUNT_OF(lake_results),
    .judge = judge_lake,
};

/* ---- water-rank ---- */
static const struct in_column text_in[] = {
    { "city", NULL, "place group 城市 地区" },
    { "body", NULL, "body_type water_body 水体类型 水体" },
};
enum { CITY, BODY };
enum { CITIES = 600, POINTS = 200 };

struct rank_state {
    struct grade_state grades;
    const struct shelf_set *set;
    size_t n, dropped;
    struct city {
        char name[48];
        size_t n[WATER_BODIES], room[WATER_BODIES];
        struct water_section *at[WATER_BODIES];
        micro river, lake, index;
        uint64_t missing;
    } city[CITIES];
};

static size_t columns(const struct kind *kind, const struct shelf *shelf, struct in_column *to,
                      struct arena *names)
{
    return grade_columns(shelf, kind->rules, text_in, COUNT_OF(text_in), true, to, names);
}

static struct water_section *room_for(struct city *c, int body)
{
    if (c->n[body] == c->room[body] && c->room[body] < POINTS) {
        size_t room = c->room[body] ? c->room[body] * 2 : 4;
        room = room > POINTS ? POINTS : room;
        struct water_section *more = realloc(c->at[body], room * sizeof *more);
        if (more) {
            c->at[body] = more;
            c->room[body] = room;
        }
    }
    return c->n[body] < c->room[body] ? &c->at[body][c->n[body]++] : NULL;
}

static void judge_rank(const struct kind *kind, const struct row *row, const struct shelf_set *set,
                       struct out *o)
{
    struct rank_state *s = row->state;
    char name[48];
    size_t i = 0;
    int body = (int)water_body_said(&row->text[BODY]);
    (void)kind;
    snprintf(name, sizeof name, "%.*s", (int)row->text[CITY].len, row->text[CITY].s);
    while (i < s->n && strcmp(s->city[i].name, name) != 0)
        i++;
    if (!s->set)
        s->set = set;
    struct water_section *to = i < CITIES && s->set == set ? room_for(&s->city[i], body) : NULL;
    if (!to) {
        s->dropped++;
        out_unjudged(o);
        return;
    }
    if (i == s->n) {
        s->n++;
        memcpy(s->city[i].name, name, sizeof name);
    }
    *to = (struct water_section){ .ask = { .variant = body } };
    grade_values(&s->grades, row, set->rules, to->v);
}

/* Means of the city's sections first, then one index for its rivers, one for its lakes. */
static micro index_of(const struct ranking_rules *r, const struct grade_table *t, struct city *c, int body)
{
    micro mean[GRADE_ITEMS];
    uint64_t missing = 0;
    if (!c->n[body])
        return MICRO_MISSING;
    water_points_mean(t, c->at[body], c->n[body], mean);
    micro v = water_cwqi(r, t, body, mean, &missing);
    c->missing |= missing;
    return v;
}

static void finish_rank(void *state, const struct shelf *shelf, struct buf *to)
{
    struct rank_state *s = state;
    const struct shelf_set *used = shelf_newest(shelf, "water.ranking");
    micro index[CITIES];
    int place[CITIES];
    char a[MICRO_TEXT], b[MICRO_TEXT], c[MICRO_TEXT], missing[400];
    buf_adds(to,
             "city,calc_rank,calc_index,calc_river_index,sections,calc_lake_index,points,calc_certainty,calc_"
             "rules,calc_note\n");
    for (size_t i = 0; used && i < s->n; i++) {
        struct city *one = &s->city[i];
        one->river = index_of(used->rules, s->set->rules, one, WATER_RIVER);
        one->lake = index_of(used->rules, s->set->rules, one, WATER_LAKE);
        /* A kind of water that is there and cannot be indexed leaves the city without an index: half a city is not the city. */
        bool whole = (one->river != MICRO_MISSING || !one->n[WATER_RIVER]) &&
                     (one->lake != MICRO_MISSING || !one->n[WATER_LAKE]);
        index[i] =
            whole ? water_cwqi_city(one->river, (int)one->n[WATER_RIVER], one->lake, (int)one->n[WATER_LAKE])
                  : MICRO_MISSING;
    }
    if (used && s->n)
        water_rank(used->rules, index, s->n, place);
    for (size_t i = 0; used && i < s->n; i++) {
        const struct city *one = &s->city[i];
        int decimals = ((const struct ranking_rules *)used->rules)->decimals;
        out_first_cell(to, one->name, strlen(one->name));
        buf_addf(to, ",%.0d,%s,%s,%zu,%s,%zu,%s,%s", place[i], micro_format(index[i], decimals, a),
                 micro_format(one->river, decimals, b), one->n[WATER_RIVER],
                 micro_format(one->lake, decimals, c), one->n[WATER_LAKE], used->certainty, used->id);
        buf_adds(to, index[i] == MICRO_MISSING ? ",缺 " : ",");
        if (index[i] == MICRO_MISSING)
            buf_adds(to,
                     grade_text_items(s->set->rules, one->missing, GRADE_TEXT_ZH, missing, sizeof missing));
        buf_addc(to, '\n');
    }
}

static void release(void *state)
{
    struct rank_state *s = state;
    for (size_t i = 0; i < s->n; i++)
        for (int k = 0; k < WATER_BODIES; k++)
            free(s->city[i].at[k]);
}

const struct kind kind_water_rank = {
    .name = "water-rank",
    .what = "cities ranked by the water quality index of their sections' means; better is smaller (a table "
            "of its own)",
    .what_zh = "城市水质指数与排名",
    .rules = WATER_CLASSES,
    .columns = columns,
    .results = (const char *const[]){ "class" },
    .n_results = 1,
    .undated = true,
    .judge = judge_rank,
    .finish = finish_rank,
    .release = release,
    .state = sizeof(struct rank_state),
};
