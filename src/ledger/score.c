/* score.c - how well units handle the cases of a ledger: items in points, worked out by the definition's functions from what is stored of each
 * case, and told case by case, so that a unit can be shown which case cost it what.
 *
 * A case is judged once it has been closed (also when it is open again: that the work did not last is one of the facts). An item that
 * cannot be judged in a case (nobody answered the telephone) is neither good nor bad there: a unit's item is the mean over the cases in
 * which it was judged, and its points are those of the items that were judged at all, as a share of what they can come to. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "ledger/timing.h"

enum { JUDGED_MAX = 5000, UNITS_MAX = 500, WHY_MAX = 160 };

struct mark {
    micro share; /* MICRO_MISSING: not judged */
    char why[WHY_MAX];
};
struct line {
    const struct unit *unit;
    int64_t cases, waiting;
    int64_t judged[SCORE_ITEMS_MAX];
    micro sum[SCORE_ITEMS_MAX]; /* of shares */
};
struct board {
    struct ledgers *l;
    const struct definition *d;
    const struct score_ask *ask;
    int64_t now;
    struct line *line; /* UNITS_MAX */
    size_t n;
    struct jw *cases; /* of one unit: each case as it is judged; NULL */
};

/* ---- one case ---- */

/* Where each limit stands, which other functions of a definition have no need of. */
static void add_clocks(const struct board *b, const struct loaded *c, json_t *view)
{
    struct clock_state s[CLOCKS_MAX + 1];
    size_t n = clock_states(&b->l->calendar, c->def, c->doc, b->now, s);
    json_t *all = json_object();
    for (size_t i = 0; i < n; i++) {
        char deadline[CN_TEXT] = "", stopped[CN_TEXT] = "";
        if (s[i].deadline != INT64_MAX)
            cn_format_date(cn_day_start(s[i].deadline), deadline);
        if (s[i].stopped)
            cn_format_date(s[i].stopped, stopped);
        json_object_set_new(all, s[i].rule ? s[i].rule->id : "due",
                            json_pack("{s:s, s:s, s:b}", "deadline", deadline, "stopped", stopped, "late",
                                      s[i].has_left && s[i].left < 0));
    }
    json_object_set_new(view, "clocks", all);
}

/* nil, a share, or { share, "why" }. */
static int read_mark(const struct board *b, const struct score_item *item, const json_t *answer,
                     struct mark *ret, struct err *e)
{
    const json_t *share = json_is_array(answer) ? json_array_get(answer, 0) : answer;
    const char *why = json_string_value(json_is_array(answer) ? json_array_get(answer, 1) : NULL);
    *ret = (struct mark){ .share = MICRO_MISSING };
    snprintf(ret->why, sizeof ret->why, "%s", why ? why : "");
    if (!answer || json_is_null(answer))
        return 0;
    ret->share = json_is_number(share) ? json_to_micro(share, MICRO_MISSING) : MICRO_MISSING;
    if (ret->share == MICRO_MISSING || ret->share < 0 || ret->share > MICRO_ONE)
        return err_named(
            e, -EINVAL, "definition.value",
            "ledger %s, item %s: must return nothing, a share from 0 to 1, or { share, \"why\" }", b->d->id,
            item->id);
    return 0;
}

static int judge_case(const struct board *b, struct loaded *c, struct mark *ret, struct err *e)
{
    static const struct actor nobody = { .name = "", .role = ROLE_PUBLIC };
    scoped(json_decrefp) json_t *view = NULL;
    int r = effects_view(b->l, c, NULL, &nobody, b->now, &view, e);
    if (r == 0)
        add_clocks(b, c, view);
    for (size_t i = 0; r == 0 && i < b->d->score.n_items; i++) {
        const struct score_item *item = &b->d->score.item[i];
        scoped(json_decrefp) json_t *answer = NULL;
        r = definition_call((struct definition *)(uintptr_t)b->d, item->value, item->id, view, &answer, e);
        if (r == 0)
            r = read_mark(b, item, answer, &ret[i], e);
    }
    return r;
}

int score_case(struct ledgers *l, struct loaded *c, int64_t now, json_t **ret, struct err *e)
{
    struct board b = { .l = l, .d = c->def, .now = now };
    struct mark m[SCORE_ITEMS_MAX] = { 0 };
    int r = judge_case(&b, c, m, e);
    if (r < 0)
        return r;
    *ret = json_object();
    for (size_t i = 0; i < b.d->score.n_items; i++)
        json_object_set_new(*ret, b.d->score.item[i].id,
                            m[i].share == MICRO_MISSING ? json_null()
                                                        : json_real(micro_to_double(m[i].share)));
    return 0;
}

/* ---- figures ---- */

/* Points out of 100: what was reached of what the judged items can come to. MICRO_MISSING: nothing was judged. */
static micro points_of(const struct score *s, const micro *share)
{
    micro got = 0;
    int64_t of = 0;
    for (size_t i = 0; i < s->n_items; i++) {
        if (share[i] == MICRO_MISSING)
            continue;
        got += share[i] * s->item[i].points;
        of += s->item[i].points;
    }
    return of ? micro_round(micro_muldiv(got, 100, of), 1) : MICRO_MISSING;
}

static void write_points(struct jw *w, const struct score *s, const micro *share)
{
    micro points = points_of(s, share);
    const json_t *grade = NULL;
    for (size_t i = 0; points != MICRO_MISSING && !grade && i < json_array_size(s->grades); i++)
        if (points >= json_integer_value(json_array_get(json_array_get(s->grades, i), 0)) * MICRO_ONE)
            grade = json_array_get(s->grades, i);
    jw_kmicro(w, "points", points, 1);
    jw_kstr(w, "grade", json_string_value(json_array_get(grade, 1)));
    jw_kstr(w, "grade_en", json_string_value(json_array_get(grade, 2)));
}

static struct line *line_of(struct board *b, const struct unit *u)
{
    for (size_t i = 0; i < b->n; i++)
        if (b->line[i].unit == u)
            return &b->line[i];
    if (b->n == UNITS_MAX)
        return NULL;
    b->line[b->n] = (struct line){ .unit = u };
    return &b->line[b->n++];
}

static void write_case(const struct board *b, const struct loaded *c, const struct mark *m)
{
    struct jw *w = b->cases;
    const struct score *s = &b->d->score;
    micro share[SCORE_ITEMS_MAX];
    jw_object(w);
    case_write_summary(b->l, w, c, &(struct actor){ .name = "", .role = ROLE_DUTY }, b->now);
    for (size_t i = 0; i < s->n_items; i++)
        share[i] = m[i].share;
    write_points(w, s, share);
    jw_key(w, "items");
    jw_array(w);
    for (size_t i = 0; i < s->n_items; i++) {
        jw_object(w);
        jw_kstr(w, "id", s->item[i].id);
        jw_kmicro(w, "share", m[i].share, 4);
        jw_kstr(w, "why", m[i].why);
        jw_end_object(w);
    }
    jw_end_array(w);
    jw_end_object(w);
}

static int take_case(struct board *b, struct loaded *c, struct err *e)
{
    const struct unit *u = fields_unit(b->l, json_object_get(c->doc, "fields"), b->d->score.by);
    struct mark m[SCORE_ITEMS_MAX] = { 0 };
    bool wanted = u && (!b->ask->unit || strcmp(b->ask->unit, u->code) == 0);
    struct line *line = wanted ? line_of(b, u) : NULL;
    if (!line)
        return 0;
    if (!json_int(c->doc, "closed", 0) && !json_int(c->doc, "rebounds", 0)) {
        line->waiting++;
        return 0;
    }
    int r = judge_case(b, c, m, e);
    for (size_t i = 0; r == 0 && i < b->d->score.n_items; i++) {
        if (m[i].share == MICRO_MISSING)
            continue;
        line->judged[i]++;
        line->sum[i] += m[i].share;
    }
    line->cases += r == 0;
    if (r == 0 && b->cases)
        write_case(b, c, m);
    return r;
}

static int take_all(struct board *b, struct err *e)
{
    struct case_filter f = { .ledger = b->d->id, .opened_from = b->ask->from, .opened_to = b->ask->to };
    struct case_query q;
    struct case_page p = { 0 };
    int r = filter_query(b->l, &f, b->now, &q, e);
    q.limit = JUDGED_MAX + 1;
    if (r == 0)
        r = case_rows_page(b->l->store, &q, &p, e);
    if (r == 0 && p.n > JUDGED_MAX)
        r = err_named(e, -E2BIG, "bad_input",
                      "至多%d件，请缩短时段 | at most %d cases: ask for a shorter time", JUDGED_MAX,
                      JUDGED_MAX);
    for (size_t i = 0; r == 0 && i < p.n; i++) {
        struct loaded c = { 0 };
        r = case_load(b->l, p.id[i], &c, e);
        if (r == 0)
            r = take_case(b, &c, e);
        case_release(&c);
    }
    free(p.id);
    return r;
}

/* ---- writing ---- */

static void shares_of(const struct board *b, const struct line *line, micro *share)
{
    for (size_t i = 0; i < b->d->score.n_items; i++)
        share[i] = line->judged[i] ? line->sum[i] / line->judged[i] : MICRO_MISSING;
}

static void write_line(struct jw *w, const struct board *b, const struct line *line)
{
    micro share[SCORE_ITEMS_MAX];
    shares_of(b, line, share);
    jw_object(w);
    jw_key(w, "unit");
    unit_write(w, line->unit);
    jw_kint(w, "cases", line->cases);
    jw_kint(w, "waiting", line->waiting);
    write_points(w, &b->d->score, share);
    jw_key(w, "items");
    jw_array(w);
    for (size_t i = 0; i < b->d->score.n_items; i++) {
        jw_object(w);
        jw_kstr(w, "id", b->d->score.item[i].id);
        jw_kmicro(w, "share", share[i], 4);
        jw_kint(w, "judged", line->judged[i]);
        jw_end_object(w);
    }
    jw_end_array(w);
    jw_end_object(w);
}

static void write_items(struct jw *w, const struct score *s)
{
    jw_key(w, "items");
    jw_array(w);
    for (size_t i = 0; i < s->n_items; i++) {
        jw_object(w);
        jw_kstr(w, "id", s->item[i].id);
        jw_kstr(w, "label", s->item[i].label);
        jw_kstr(w, "label_en", s->item[i].label_en);
        jw_kint(w, "points", s->item[i].points);
        jw_end_object(w);
    }
    jw_end_array(w);
    jw_key(w, "grades");
    jw_tree(w, s->grades);
}

static int better(const void *pa, const void *pb, void *arg)
{
    const struct board *b = arg;
    micro a[SCORE_ITEMS_MAX], c[SCORE_ITEMS_MAX];
    shares_of(b, pa, a);
    shares_of(b, pb, c);
    micro x = points_of(&b->d->score, a), y = points_of(&b->d->score, c);
    x = x == MICRO_MISSING ? -1 : x;
    y = y == MICRO_MISSING ? -1 : y;
    const struct line *la = pa, *lb = pb;
    return x != y ? (x > y ? -1 : 1) : la->unit->id < lb->unit->id ? -1 : 1;
}

int ledgers_write_score(struct ledgers *l, const struct score_ask *a, int64_t now, struct buf *out,
                        struct err *e)
{
    struct definition *d;
    int r = ledgers_definition(l, a->ledger, NULL, &d, e);
    if (r < 0)
        return r;
    if (!d->score.by)
        return err_named(e, -EINVAL, "bad_input", "“%s”没有评分 | the ledger '%s' has no score", d->title,
                         d->id);
    struct jw w = JW(out);
    struct board b = { .l = l, .d = d, .ask = a, .now = now, .cases = a->unit ? &w : NULL };
    if (!(b.line = calloc(UNITS_MAX, sizeof *b.line)))
        return err_set(e, -ENOMEM, "out of memory");
    jw_object(&w);
    jw_kstr(&w, "ledger", d->id);
    jw_kstr(&w, "from", a->from);
    jw_kstr(&w, "to", a->to);
    write_items(&w, &d->score);
    if (a->unit) {
        jw_key(&w, "cases");
        jw_array(&w);
    }
    r = take_all(&b, e);
    if (a->unit)
        jw_end_array(&w);
    qsort_r(b.line, b.n, sizeof *b.line, better, &b);
    jw_key(&w, "units");
    jw_array(&w);
    for (size_t i = 0; r == 0 && i < b.n; i++)
        write_line(&w, &b, &b.line[i]);
    jw_end_array(&w);
    jw_end_object(&w);
    free(b.line);
    if (r < 0 && out->data)
        out->data[out->len = 0] = '\0';
    return r == 0 && out->failed ? err_set(e, -ENOMEM, "out of memory") : r;
}
