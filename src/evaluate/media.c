/* media.c - kinds that are a table of grades and a choice of its column: the sea, groundwater, noise, soil, sewage works,
 * black and odorous water, electromagnetic fields. */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "evaluate/grade.h"
#include "evaluate/kinds.h"
#include "standard/noise.h"
#include "standard/radiation.h"
#include "standard/sea.h"
#include "standard/soil.h"
#include "standard/source.h"

static const char *const results[] = { "class", "limiting", "over" };

struct state {
    struct grade_state grades;
};

/* A medium is a kind and how a row finds its column of limits: the variant's index, -1 with a note when it cannot. */
struct medium {
    struct kind kind;
    const struct in_column *own; /* columns beside the table's items */
    size_t n_own;
    int (*variant)(const struct row *row, const struct grade_table *t, struct out *o);
    void (*prepare)(const struct row *row, const struct grade_table *t, micro *v); /* NULL: values as given */
    int target; /* index of the choice that names the grade to be reached; -1: the table's own */
};

static const struct medium *medium_of(const struct kind *kind)
{
    return (const struct medium *)(const void *)((const char *)kind - offsetof(struct medium, kind));
}

static size_t columns(const struct kind *kind, const struct shelf *shelf, struct in_column *to,
                      struct arena *names)
{
    const struct medium *m = medium_of(kind);
    return grade_columns(shelf, kind->rules, m->own, m->n_own, false, to, names);
}

static void judge(const struct kind *kind, const struct row *row, const struct shelf_set *set, struct out *o)
{
    const struct medium *m = medium_of(kind);
    const struct grade_table *t = set->rules;
    struct state *s = row->state;
    micro v[GRADE_ITEMS];
    struct graded g;
    int variant = m->variant ? m->variant(row, t, o) : 0;
    if (variant < 0) {
        out_unjudged(o);
        return;
    }
    struct grade_ask ask = { .variant = variant, .target = m->target < 0 ? 0 : atoi(row->choice[m->target]) };
    grade_values(&s->grades, row, t, v);
    if (m->prepare)
        m->prepare(row, t, v);
    grade_judge(t, &ask, v, &g);
    out_text(o, grade_name(t, g.grade, false));
    grade_write_deciding(t, &g, o);
    grade_write_over(t, &g, o);
    grade_write_why(t, &g, o);
}

/* The word of a text column, or of the choice when the column is not there or empty. */
static void word_of(const struct row *row, size_t column, size_t choice, char word[GRADE_WORD])
{
    const struct cell_text *c = &row->text[column];
    const char *s = c->len ? c->s : row->choice[choice];
    size_t len = c->len ? c->len : strlen(s);
    if (len >= GRADE_WORD)
        len = GRADE_WORD - 1;
    memcpy(word, s, len);
    word[len] = '\0';
}

static int variant_named(const struct row *row, const struct grade_table *t, struct out *o,
                         const char *column)
{
    char word[GRADE_WORD];
    word_of(row, 0, 0, word);
    int variant = grade_variant_of(t, word);
    if (variant < 0)
        out_note(o, *word ? "%s: 不认识 '%s'" : "%s: 未给出%s", column, word);
    return variant;
}

static int zone(const struct row *row, const struct grade_table *t, struct out *o)
{
    return variant_named(row, t, o, "zone");
}

static int land(const struct row *row, const struct grade_table *t, struct out *o)
{
    return variant_named(row, t, o, "land");
}

enum { FARM_USE, FARM_PH };
static int farm(const struct row *row, const struct grade_table *t, struct out *o)
{
    static const struct {
        const char *word;
        enum soil_use use;
    } uses[] = { { "paddy", SOIL_PADDY },  { "水田", SOIL_PADDY },  { "orchard", SOIL_ORCHARD },
                 { "果园", SOIL_ORCHARD }, { "other", SOIL_OTHER }, { "其他", SOIL_OTHER } };
    char word[GRADE_WORD];
    word_of(row, FARM_USE, 0, word);
    for (size_t i = 0; i < COUNT_OF(uses); i++)
        if (strcmp(uses[i].word, word) == 0) {
            int variant = soil_farm_variant(t, uses[i].use, row->value[FARM_PH]);
            if (variant < 0)
                out_note(o, "缺 pH");
            return variant;
        }
    out_note(o, "use: 不认识 '%s'", word);
    return -1;
}

enum { WORKS_TEMPERATURE };
enum { WORKS_BUILT, WORKS_TARGET };
static int works(const struct row *row, const struct grade_table *t, struct out *o)
{
    micro celsius = row->value[WORKS_TEMPERATURE];
    /* Without a temperature the stricter limit of warm water stands. */
    if (celsius == MICRO_MISSING) {
        out_note(o, "无水温，按高于 12 ℃ 评价");
        celsius = 20 * MICRO_ONE;
    }
    return grade_variant_of(t, sewage_variant(strcmp(row->choice[WORKS_BUILT], "before-2006") == 0, celsius));
}

enum { BLACK_DEPTH };
/* In water shallower than 25 cm transparency counts against 40 % of the depth. */
static void shallow(const struct row *row, const struct grade_table *t, micro *v)
{
    int sd = grade_item_of(t, "sd_cm", strlen("sd_cm"));
    if (sd >= 0)
        v[sd] = water_black_transparency(v[sd], row->value[BLACK_DEPTH]);
}

static const struct in_column black_own[] = { { "depth", "cm", "depth_cm 水深" } };
static const struct in_column zone_own[] = { { "zone", NULL, "功能区 声环境功能区 功能区类别" } };
static const struct in_column land_own[] = { { "land", NULL, "用地类型 用地" } };
static const struct in_column farm_own[] = { { "use", NULL, "利用方式 土地利用" }, { "ph", "1", "土壤ph" } };
static const struct in_column works_own[] = { { "temp", "c", "temp_c water_temp 水温" } };

#define MEDIUM(id, text, text_zh, set)        \
    .kind = { .name = id,                     \
              .what = text,                   \
              .what_zh = text_zh,             \
              .rules = set,                   \
              .columns = columns,             \
              .results = results,             \
              .n_results = COUNT_OF(results), \
              .state = sizeof(struct state),  \
              .judge = judge,                 \
              MEDIUM_CHOICES }

#define MEDIUM_CHOICES .choice = { { NULL, NULL, NULL } }
static const struct medium sea = {
    MEDIUM("sea", "class of sea water (GB 3097)", "海水水质类别", SEA_CLASSES),
    .target = -1,
};
static const struct medium groundwater = {
    MEDIUM("groundwater", "class of groundwater (GB/T 14848)", "地下水质量类别", "ground.classes"),
    .target = -1,
};
static const struct medium water_black = {
    MEDIUM("water-black", "urban black and odorous water: none, light, heavy", "城市黑臭水体分级",
           WATER_BLACK),
    .own = black_own,
    .n_own = COUNT_OF(black_own),
    .prepare = shallow,
    .target = -1,
};
static const struct medium radiation_field = {
    MEDIUM("radiation-field", "electromagnetic fields against the limits of public exposure (GB 8702)",
           "电磁环境公众曝露控制限值", RADIATION_FIELD),
    .target = -1,
};
#undef MEDIUM_CHOICES
#define MEDIUM_CHOICES .choice = { { "zone", "0|1|2|3|4a|4b", "" } }
static const struct medium noise = {
    MEDIUM("noise", "day and night levels against the limits of a function zone (GB 3096)",
           "声环境功能区昼夜等效声级达标", NOISE_ZONES),
    .own = zone_own,
    .n_own = COUNT_OF(zone_own),
    .variant = zone,
    .target = -1,
};
#undef MEDIUM_CHOICES
#define MEDIUM_CHOICES .choice = { { "use", "paddy|other|orchard", "other" } }
static const struct medium soil_farm = {
    MEDIUM("soil-farm", "farm land against screening and intervention values (GB 15618)",
           "农用地土壤污染风险筛选值与管制值", SOIL_FARM),
    .own = farm_own,
    .n_own = COUNT_OF(farm_own),
    .variant = farm,
    .target = -1,
};
#undef MEDIUM_CHOICES
#define MEDIUM_CHOICES .choice = { { "land", "class1|class2", "" } }
static const struct medium soil_build = {
    MEDIUM("soil-build", "building land against screening and intervention values (GB 36600)",
           "建设用地土壤污染风险筛选值与管制值", SOIL_BUILD),
    .own = land_own,
    .n_own = COUNT_OF(land_own),
    .variant = land,
    .target = -1,
};
#undef MEDIUM_CHOICES
#define MEDIUM_CHOICES \
    .choice = { { "built", "from-2006|before-2006", "from-2006" }, { "target", "1|2|3|4", "1" } }
static const struct medium wwtp = {
    MEDIUM("wwtp",
           "daily means of a sewage works: the grade met, what is over the target grade (GB 18918; 1 is 1A, "
           "2 is 1B)",
           "城镇污水处理厂日均值达到的标准与超标项目（1 为一级A，2 为一级B）", SOURCE_SEWAGE),
    .own = works_own,
    .n_own = COUNT_OF(works_own),
    .variant = works,
    .target = WORKS_TARGET,
};

const struct kind *const kind_sea = &sea.kind, *const kind_groundwater = &groundwater.kind,
                         *const kind_noise = &noise.kind, *const kind_soil_farm = &soil_farm.kind,
                         *const kind_soil_build = &soil_build.kind, *const kind_wwtp = &wwtp.kind,
                         *const kind_water_black = &water_black.kind,
                         *const kind_radiation_field = &radiation_field.kind;
