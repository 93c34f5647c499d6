#include "domain/record.h"

#include <string.h>

#include "base/scoped.h"

enum { STAT_WORD = 5 };
static const struct {
    char word[STAT_WORD + 1];
    size_t len;
    enum statistic stat;
} stats[] = {
    { "Avg", 3, STAT_AVG },     { "Rtd", 3, STAT_RTD },     { "Min", 3, STAT_MIN },
    { "Max", 3, STAT_MAX },     { "Cou", 3, STAT_COU },     { "ZsAvg", 5, STAT_ZSAVG },
    { "ZsRtd", 5, STAT_ZSRTD }, { "ZsMin", 5, STAT_ZSMIN }, { "ZsMax", 5, STAT_ZSMAX },
};

static enum statistic stat_of(const char *s, size_t len)
{
    for (size_t i = 0; i < COUNT_OF(stats); i++)
        if (stats[i].len == len && memcmp(stats[i].word, s, len) == 0)
            return stats[i].stat;
    return STAT_OTHER;
}

void record_iter_init(struct record_iter *it, const char *body, size_t len)
{
    *it = (struct record_iter){ .p = body, .end = body + len, .item_end = body, .flag = 'N' };
}

/* The item's -Flag letter; it may stand before or after the values. Pieces are a dozen characters: a plain loop is quicker than
 * looking for each sign by a call. *ret_piece: where its piece begins when it is the last of the item, else `end`. */
static char flag_of(const char *p, const char *end, const char **ret_piece)
{
    const char *from = p;
    bool seen = false; /* the piece's first '=' */
    *ret_piece = end;
    for (; p < end; p++) {
        if (*p == ',') {
            from = p + 1;
            seen = false;
        } else if (*p == '=' && !seen) {
            seen = true;
            if (p - from >= 5 && memcmp(p - 5, "-Flag", 5) == 0 && p + 1 < end && p[1] != ',') {
                if (p + 2 ==
                    end) /* as every device writes it: what is before it needs no second look at it */
                    *ret_piece = from;
                return p[1];
            }
        }
    }
    return 'N';
}

static void open_item(struct record_iter *it)
{
    const char *semi = memchr(it->p, ';', (size_t)(it->end - it->p)), *last;
    it->item_end = semi ? semi : it->end;
    it->flag = flag_of(it->p, it->item_end, &last);
    it->pieces_end = last;
}

bool record_next(struct record_iter *it, struct record_value *ret)
{
    while (it->p < it->end) {
        if (it->p >= it->item_end)
            open_item(it);
        const char *from = it->p, *stop = from;
        const char *eq = NULL, *dash = NULL; /* the first '=' and the last '-' before it */
        for (; stop < it->pieces_end && *stop != ','; stop++) {
            if (*stop == '=' && !eq)
                eq = stop;
            else if (*stop == '-' && !eq)
                dash = stop;
        }
        it->p = stop < it->end ? stop + 1 : it->end;
        if (it->p >= it->pieces_end && it->pieces_end != it->item_end)
            it->p = it->item_end < it->end ? it->item_end + 1 : it->end;
        if (!eq || !dash || dash == from)
            continue;
        if (eq - dash == 5 && memcmp(dash, "-Flag", 5) == 0)
            continue;
        *ret = (struct record_value){
            .code = from,
            .code_len = (size_t)(dash - from),
            .stat = stat_of(dash + 1, (size_t)(eq - dash - 1)),
            .digits = eq + 1,
            .digits_len = (size_t)(stop - eq - 1),
            .flag = it->flag,
        };
        if (!micro_parse(ret->digits, ret->digits_len, &ret->value, NULL) || value_beyond(ret->value))
            ret->value = MICRO_MISSING;
        return true;
    }
    return false;
}

bool record_find(const char *body, size_t len, const char *code, bool converted, struct record_value *ret)
{
    struct record_iter it;
    struct record_value v;
    size_t code_len = strlen(code);
    int best = 0;
    record_iter_init(&it, body, len);
    while (record_next(&it, &v)) {
        if (v.code_len != code_len || memcmp(v.code, code, code_len) != 0)
            continue;
        int rank = v.stat == STAT_ZSAVG && converted   ? 4
                   : v.stat == STAT_ZSRTD && converted ? 3
                   : v.stat == STAT_AVG                ? 2
                   : v.stat == STAT_RTD                ? 1
                                                       : 0;
        if (rank > best) {
            best = rank;
            *ret = v;
        }
    }
    return best > 0;
}

void record_put(struct buf *body, const char *code, const char *stat, const char *digits, size_t digits_len,
                char flag)
{
    if (body->len && body->data[body->len - 1] != ';')
        buf_addc(body, ';');
    buf_addf(body, "%s-%s=%.*s,%s-Flag=%c", code, stat, (int)digits_len, digits, code, flag);
}

uint64_t record_hash(const char *body, size_t len)
{
    uint64_t h = UINT64_C(14695981039346656037);
    for (size_t i = 0; i < len; i++)
        h = (h ^ (unsigned char)body[i]) * UINT64_C(1099511628211);
    return h;
}
