/* repeat.c - compares two complaints.
 *
 * Wording alone misleads both ways: neighbours tell one smell in ten ways, and one neighbour tells of two plants in one way. So what is
 * named weighs most (a plant, a shop, a road with its number), then the sort of nuisance (many words, one thing), then the wording
 * by pairs of characters, in which names and addresses count double. The weights are ours, set on the pairs of
 * tests/unit/ledger/test_repeat.c; a person decides. */
#include "ledger/repeat.h"

#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "base/cntime.h"
#include "base/utf8.h"
#include "domain/metres.h"
#include "ledger/pairs.h"

enum { CHARS_MAX = 600, NAMES_MAX = 8, NAME_MAX = 12, WORD_MAX = 8 };

struct name {
    uint32_t c[NAME_MAX];
    size_t n;
};

struct told {
    uint32_t c[CHARS_MAX];
    bool marked[CHARS_MAX]; /* part of a name or an address */
    size_t n;
    struct name plant[NAMES_MAX], street[NAMES_MAX];
    int number[NAMES_MAX]; /* house number on that street; 0: none told */
    size_t n_plants, n_streets;
    unsigned kinds;
};

/* ---- words ---- */

static const char *const plant_ends[] = { "股份有限公司", "有限责任公司", "有限公司", "公司",   "加油站",
                                          "搅拌站",       "养殖场",       "屠宰场",   "养猪场", "养鸡场",
                                          "工地",         "饭店",         "餐厅",     "餐馆",   "酒店",
                                          "火锅店",       "烧烤店",       "店",       "厂",     "场",
                                          "站",           "KTV",          "酒吧",     "作坊" };
static const char *const street_ends[] = { "大道", "路", "街",   "巷",   "村",   "小区", "社区",
                                           "花园", "镇", "园区", "公寓", "家园", "新城" };
/* Trades and other words that many share: a name is what is left without them. */
static const char *const trades[] = { "化工", "塑料", "塑胶", "木业",   "印染", "电镀", "建材",     "食品",
                                      "铸造", "橡胶", "水泥", "纸业",   "造纸", "制药", "药业",     "机械",
                                      "家具", "喷漆", "石材", "混凝土", "搅拌", "养殖", "养猪",     "养鸡",
                                      "屠宰", "钢铁", "饲料", "皮革",   "纺织", "科技", "实业",     "集团",
                                      "烧烤", "火锅", "饭",   "餐饮",   "洗车", "汽修", "废品",     "回收",
                                      "加工", "热电", "焦化", "涂料",   "包装", "印刷", "砖瓦",     "砖",
                                      "沥青", "玻璃", "五金", "冶炼",   "建筑", "施工", "污水处理", "垃圾",
                                      "处理", "发电", "加油", "化肥",   "农药", "小吃", "面",       "快餐" };
/* Words after which a name may begin. */
static const char *const before[] = { "反映", "投诉", "举报", "位于", "附近", "旁边", "旁",   "对面", "隔壁",
                                      "楼下", "门口", "里面", "一家", "一个", "有家", "有个", "这家", "那家",
                                      "这个", "那个", "某",   "夜间", "晚上", "半夜", "凌晨", "白天", "名叫",
                                      "的",   "在",   "由",   "向",   "从",   "被",   "是",   "号",   "了",
                                      "把",   "又",   "还",   "请",   "我",   "您好", "南侧", "北侧", "东侧",
                                      "西侧", "后面", "到",   "每天", "经常", "长期", "来自", "闻到", "发现",
                                      "怀疑", "应该", "可能" };
/* Words that join two names. */
static const char *const joins[] = { "和", "与", "及", "、" };

static const struct {
    unsigned kind;
    const char *word[24];
} kinds[] = {
    { 1u << 0, { "臭", "刺鼻", "异味", "气味", "恶臭", "难闻", "呛", "味", "废气", "熏", "刺激性气体" } },
    { 1u << 1, { "噪声",     "噪音", "吵",     "轰鸣",   "震动", "机器声",  "声音", "睡不着",
                 "无法入睡", "鸣笛", "响声",   "太响",   "很响", "音响",    "嗡",   "咣",
                 "咚",       "砸",   "空压机", "广场舞", "降噪", "夜间施工" } },
    { 1u << 2, { "扬尘", "粉尘", "灰尘", "尘土", "落灰", "灰", "沙土", "不盖布", "苫盖", "土路", "裸土" } },
    { 1u << 3, { "污水", "废水", "黑水", "黑臭", "偷排", "排污", "水体", "河水", "河里", "死鱼",
                 "发黑", "入河", "暗管", "粪",   "泡沫", "又红", "变红", "变黑", "染布", "养殖废水" } },
    { 1u << 4, { "油烟", "炒菜", "烟熏", "撸串", "烤串", "串吧", "炭火", "排烟" } },
    { 1u << 5, { "垃圾", "固废", "废渣", "危废", "废料", "倾倒", "填埋", "污泥", "废油" } },
    { 1u << 6, { "黑烟", "冒烟", "浓烟", "焚烧", "烧秸秆", "秸秆" } },
    { 1u << 7, { "辐射", "基站" } },
};

static size_t decode(const char *s, uint32_t *out, size_t max)
{
    size_t n = 0, len = strlen(s);
    for (size_t i = 0, step; i < len && n < max; i += step)
        out[n++] = utf8_decode(s + i, len - i, &step);
    return n;
}

static bool is_mark(uint32_t c)
{
    return c < 0x30 || (c > 0x39 && c < 0x41) || (c > 0x5a && c < 0x61) || (c > 0x7a && c < 0x3400) ||
           (c >= 0xff00 && c < 0xff10) || (c >= 0xff1a && c < 0xff21) || c == 0xfffd;
}

/* Characters of the word when it stands at i, else 0. */
static size_t word_at(const uint32_t *c, size_t n, size_t i, const char *word)
{
    uint32_t w[WORD_MAX];
    size_t len = decode(word, w, WORD_MAX);
    return i + len <= n && memcmp(c + i, w, len * sizeof *w) == 0 ? len : 0;
}

static size_t any_at(const uint32_t *c, size_t n, size_t i, const char *const *words, size_t n_words)
{
    size_t best = 0;
    for (size_t k = 0; k < n_words; k++) {
        size_t len = word_at(c, n, i, words[k]);
        best = len > best ? len : best;
    }
    return best;
}

/* A plant's name that is told, and not a road's of the same name. */
static bool holds(const uint32_t *c, size_t n, const struct name *x, bool plant)
{
    for (size_t i = 0; x->n && i + x->n <= n; i++)
        if (memcmp(c + i, x->c, x->n * sizeof *c) == 0 &&
            !(plant && any_at(c, n, i + x->n, street_ends, COUNT_OF(street_ends))))
            return true;
    return false;
}

/* ---- what is named ---- */

/* Where the name that ends before `end` begins: after a mark, a digit, a street's end or a word that leads to a name. */
static size_t name_start(const struct told *t, size_t end)
{
    size_t from = end > NAME_MAX ? end - NAME_MAX : 0, start = from;
    for (size_t i = from; i < end; i++) {
        size_t len = any_at(t->c, end, i, before, COUNT_OF(before));
        size_t street = any_at(t->c, end, i, street_ends, COUNT_OF(street_ends)),
               plant = any_at(t->c, end, i, plant_ends, COUNT_OF(plant_ends));
        len = street > len ? street : len;
        len = plant > len ? plant : len;
        if (is_mark(t->c[i]) || (t->c[i] >= '0' && t->c[i] <= '9'))
            len = 1;
        if (len) {
            start = i + len;
            i += len - 1;
        }
    }
    while (start < end && any_at(t->c, end, start, joins, COUNT_OF(joins)))
        start++;
    return start < end ? start : end;
}

/* Without the words of its trade; empty when nothing of its own is left. */
static struct name own_part(const uint32_t *c, size_t n)
{
    struct name out = { .n = 0 };
    for (size_t i = 0; i < n;) {
        size_t len = any_at(c, n, i, trades, COUNT_OF(trades));
        if (!len && out.n < NAME_MAX)
            out.c[out.n++] = c[i];
        i += len ? len : 1;
    }
    if (out.n < 2)
        out.n = 0;
    return out;
}

static void find_plants(struct told *t)
{
    for (size_t i = 1; i < t->n && t->n_plants < NAMES_MAX; i++) {
        size_t len = any_at(t->c, t->n, i, plant_ends, COUNT_OF(plant_ends));
        size_t start = len ? name_start(t, i) : i;
        if (start == i)
            continue;
        struct name own = own_part(t->c + start, i - start);
        for (size_t k = start; k < i + len; k++)
            t->marked[k] = true;
        if (own.n)
            t->plant[t->n_plants++] = own;
        i += len - 1;
    }
}

static int number_after(const struct told *t, size_t i)
{
    int v = 0;
    for (; i < t->n && t->c[i] >= '0' && t->c[i] <= '9' && v < 100000; i++)
        v = v * 10 + (int)(t->c[i] - '0');
    return v && word_at(t->c, t->n, i, "号") ? v : 0;
}

static void find_streets(struct told *t)
{
    for (size_t i = 1; i < t->n && t->n_streets < NAMES_MAX; i++) {
        size_t len = any_at(t->c, t->n, i, street_ends, COUNT_OF(street_ends));
        size_t start = len ? name_start(t, i) : i;
        if (!len || (i - start < 2 && !word_at(t->c, t->n, i, "村")) || i == start)
            continue;
        size_t from = i - start > 4 ? i - 4 : start;
        struct name s = { .n = i - from };
        memcpy(s.c, t->c + from, s.n * sizeof *s.c);
        for (size_t k = from; k < i + len; k++)
            t->marked[k] = true;
        t->number[t->n_streets] = number_after(t, i + len);
        t->street[t->n_streets++] = s;
        i += len - 1;
    }
}

static void find_kinds(struct told *t)
{
    for (size_t i = 0; i < t->n; i++)
        for (size_t k = 0; k < COUNT_OF(kinds); k++)
            for (size_t w = 0; w < COUNT_OF(kinds[k].word) && kinds[k].word[w]; w++)
                if (word_at(t->c, t->n, i, kinds[k].word[w]))
                    t->kinds |= kinds[k].kind;
}

static void read_told(const char *text, struct told *t)
{
    memset(t, 0, sizeof *t);
    t->n = decode(text, t->c, CHARS_MAX);
    for (size_t i = 0; i < t->n; i++)
        if (t->c[i] >= 0xff10 && t->c[i] <= 0xff19) /* full-width digits */
            t->c[i] -= 0xff10 - '0';
    find_plants(t);
    find_streets(t);
    find_kinds(t);
}

/* ---- wording ---- */

static size_t pairs_of(const struct told *t, struct pair *out, int *ret_sum)
{
    size_t n = 0;
    for (size_t i = 0; i + 1 < t->n; i++) {
        if (is_mark(t->c[i]) || is_mark(t->c[i + 1]))
            continue;
        out[n] = (struct pair){ pair_key(t->c[i], t->c[i + 1]), t->marked[i] && t->marked[i + 1] ? 2 : 1 };
        *ret_sum += out[n++].weight;
    }
    pairs_sort(out, n);
    return n;
}

/* Dice's measure over pairs of characters, per cent. */
static int same_words(const struct told *a, const struct told *b)
{
    struct pair pa[CHARS_MAX], pb[CHARS_MAX];
    int sum = 0;
    size_t na = pairs_of(a, pa, &sum), nb = pairs_of(b, pb, &sum);
    return sum ? (int)(pairs_common(pa, na, pb, nb) * 100 / sum) : 0;
}

/* ---- together ---- */

static unsigned compare_names(const struct told *a, const struct told *b)
{
    for (size_t i = 0; i < a->n_plants; i++)
        if (holds(b->c, b->n, &a->plant[i], true))
            return 1u << REPEAT_NAME;
    for (size_t i = 0; i < b->n_plants; i++)
        if (holds(a->c, a->n, &b->plant[i], true))
            return 1u << REPEAT_NAME;
    return a->n_plants && b->n_plants ? 1u << REPEAT_OTHER : 0;
}

static bool same_name(const struct name *a, const struct name *b)
{
    return holds(a->c, a->n, b, false) || holds(b->c, b->n, a, false);
}

static unsigned compare_streets(const struct told *a, const struct told *b)
{
    unsigned found = 0;
    bool other_number = false;
    for (size_t i = 0; i < a->n_streets; i++)
        for (size_t k = 0; k < b->n_streets; k++) {
            if (!same_name(&a->street[i], &b->street[k]))
                continue;
            found |= 1u << REPEAT_STREET;
            if (a->number[i] && b->number[k] && a->number[i] == b->number[k])
                found |= 1u << REPEAT_NUMBER;
            other_number |= a->number[i] && b->number[k] && a->number[i] != b->number[k];
        }
    if (!found && a->n_streets && b->n_streets)
        found |= 1u << REPEAT_ELSEWHERE;
    return other_number && !(found & 1u << REPEAT_NUMBER) ? found | 1u << REPEAT_ELSEWHERE : found;
}

/* What an object is called by itself: 老王 of 老王烧烤店. Empty for a code or when only a trade is told. */
static struct name object_name(const char *object)
{
    uint32_t c[CHARS_MAX];
    size_t n = decode(object, c, CHARS_MAX), end = n;
    for (size_t i = 1; i < n; i++)
        if (i + any_at(c, n, i, plant_ends, COUNT_OF(plant_ends)) == n && i < end)
            end = i;
    return n && c[0] >= 0x3400 ? own_part(c, end) : (struct name){ .n = 0 };
}

/* People write one shop as 老王烧烤 and as 老王烧烤店. */
static unsigned compare_objects(const char *a, const char *b)
{
    if (!*a || !*b)
        return 0;
    if (strcmp(a, b) == 0)
        return 1u << REPEAT_OBJECT;
    struct name na = object_name(a), nb = object_name(b);
    if (na.n && nb.n && same_name(&na, &nb))
        return 1u << REPEAT_OBJECT;
    bool said = (na.n || (unsigned char)*a < 0x80) && (nb.n || (unsigned char)*b < 0x80);
    return said ? 1u << REPEAT_OTHER : 0;
}

static const int weights[REPEAT_REASONS] = {
    [REPEAT_NAME] = 35,   [REPEAT_OTHER] = -60,     [REPEAT_OBJECT] = 35, [REPEAT_STREET] = 25,
    [REPEAT_NUMBER] = 15, [REPEAT_ELSEWHERE] = -30, [REPEAT_KIND] = 15,   [REPEAT_UNLIKE] = -25,
    [REPEAT_NEAR] = 20,   [REPEAT_FAR] = -40,       [REPEAT_SOON] = 5,
};

/* However alike the wording is: what speaks against it, or that nothing but the wording speaks for it, bounds the score. */
static int most_for(const struct told *a, const struct told *b, const struct repeat *r)
{
    const unsigned same = 1u << REPEAT_NAME | 1u << REPEAT_OBJECT,
                   against = 1u << REPEAT_OTHER | 1u << REPEAT_ELSEWHERE | 1u << REPEAT_FAR,
                   evidence = same | 1u << REPEAT_STREET | 1u << REPEAT_NEAR | 1u << REPEAT_KIND;
    bool copied = r->words >= 80 && a->n >= 40 && b->n >= 40;
    /* Neighbours of one yard: each tells of a nuisance, and they are not the same one. */
    bool other_trouble = a->kinds && b->kinds && !(a->kinds & b->kinds);
    if (((r->reasons & against || other_trouble) && !(r->reasons & same)) ||
        (!(r->reasons & evidence) && !copied))
        return REPEAT_LIKELY - 10;
    return 100;
}

struct repeat repeat_compare(const struct complaint *a, const struct complaint *b)
{
    struct told ta, tb;
    struct repeat r = { .metres = -1 };
    read_told(a->text, &ta);
    read_told(b->text, &tb);
    r.words = same_words(&ta, &tb);
    r.reasons = compare_names(&ta, &tb) | compare_streets(&ta, &tb);
    unsigned object = compare_objects(a->object, b->object);
    if (object == 1u << REPEAT_OBJECT)
        r.reasons &= ~(1u << REPEAT_OTHER);
    r.reasons |= object;
    if (ta.kinds || tb.kinds)
        r.reasons |= ta.kinds & tb.kinds ? 1u << REPEAT_KIND : 1u << REPEAT_UNLIKE;
    if (a->has_point && b->has_point) {
        r.metres = (int64_t)metres_between(a->lng, a->lat, b->lng, b->lat);
        r.reasons |= r.metres <= 300 ? 1u << REPEAT_NEAR : r.metres > 3000 ? 1u << REPEAT_FAR : 0;
    }
    if (llabs(a->at - b->at) <= 30 * MS_DAY)
        r.reasons |= 1u << REPEAT_SOON;
    /* A plant that both name is the same plant, whatever number its gates have. */
    if (r.reasons & (1u << REPEAT_NAME | 1u << REPEAT_OBJECT))
        r.reasons &= ~(1u << REPEAT_ELSEWHERE);
    if (r.words >= 50)
        r.reasons |= 1u << REPEAT_WORDS;
    r.score = r.words * 60 / 100;
    for (int i = 0; i < REPEAT_REASONS; i++)
        if (r.reasons & 1u << i)
            r.score += weights[i];
    int most = most_for(&ta, &tb, &r);
    r.score = r.score < 0 ? 0 : r.score > most ? most : r.score;
    return r;
}
