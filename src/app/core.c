#include "app/core.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "app/commands.h"
#include "app/grid.h"
#include "app/lexicon.h"
#include "app/permits.h"
#include "app/reports.h"
#include "base/cntime.h"
#include "base/scoped.h"

/* ---- the answers modules want of each other ---- */

static void goal_from_json(const json_t *j, int64_t since, struct goal *g)
{
    *g = (struct goal){
        .indicator = json_str(j, "indicator", ""),
        .site = (int32_t)json_int(j, "site", 0),
        .factor = json_str(j, "factor", ""),
        .op = json_str(j, "op", "<="),
        .value = json_micro(j, "value", MICRO_MISSING),
        .lower = json_micro(j, "lower", MICRO_MISSING),
        .unit = json_str(j, "unit", ""),
        .window = (int)json_int(j, "window", 24),
        .period = json_str(j, "period", "hour"),
        .since = since,
    };
}

/* ledger_judge_fn: lets the board answer for a case's goal. */
static int judge(void *arg, const json_t *goal, int64_t since, int64_t now, json_t **ret, struct err *e)
{
    static const char *const words[] = {
        [VERDICT_MET] = "met", [VERDICT_NOT_MET] = "not_met", [VERDICT_CANNOT_JUDGE] = "cannot_judge"
    };
    struct core *c = arg;
    struct goal g;
    struct goal_answer a;
    goal_from_json(goal, since, &g);
    int r = board_judge(c->board, &g, now, &a, e);
    if (r < 0)
        return r;
    struct buf out = BUF_INIT;
    struct jw w = JW(&out);
    jw_object(&w);
    jw_kstr(&w, "verdict", words[a.verdict]);
    jw_kint(&w, "have", a.have);
    jw_kint(&w, "need", a.need);
    jw_kint(&w, "missing", a.missing);
    jw_kint(&w, "lost", a.lost);
    jw_kint(&w, "invalid", a.invalid);
    jw_kint(&w, "excepted", a.excepted);
    jw_kstr(&w, "text", a.text);
    jw_kstr(&w, "text_en", a.text_en);
    jw_ktime(&w, "last_broken", a.last_broken);
    jw_kmicro(&w, "last_value", a.last_value, -1);
    jw_end_object(&w);
    r = out.failed ? err_set(e, -ENOMEM, "out of memory") : json_read(out.data, out.len, ret, e);
    buf_release(&out);
    return r;
}

/* board_cases_fn: lets the ledgers answer for a target that counts closed cases. */
static int count_cases(void *arg, const json_t *ids, int64_t from, int64_t to, struct case_counts *ret,
                       struct err *e)
{
    struct core *c = arg;
    return ledgers_count_closed(c->ledgers, ids, from, to, &ret->all, &ret->closed, e);
}

/* ---- opening ---- */

static int load_words(struct core *c, struct err *e)
{
    char dir[4200];
    snprintf(dir, sizeof dir, "%s/words", definitions_dir());
    return lexicon_load(dir, &c->words, e);
}

int core_take_permits(struct core *c, struct err *e)
{
    int r = permits_take(c->store, c->place, c->board, c->permit, e);
    return r < 0 ? err_under(e, "%s: permits", c->dir) : 0;
}

static int open_parts(struct core *c, struct err *e)
{
    scoped(freep) char *text = NULL;
    scoped(json_decrefp) json_t *city = NULL;
    int r = ledger_get_setting(c->store, "city", &text, e);
    if (r == -ENOENT)
        return err_named(e, r, "data.no_city", "%s: holds no city; `bihuan demo` makes one", c->dir);
    if (r < 0 || (r = json_read(text, strlen(text), &city, e)) < 0 ||
        (r = place_build(city, &c->place, e)) < 0)
        return r < 0 ? err_under(e, "%s: city", c->dir) : r;
    if (!(c->permit = calloc(c->place->n_sites + 1, sizeof *c->permit)))
        return err_set(e, -ENOMEM, "out of memory");
    if ((r = board_new(c->place, definitions_dir(), &c->board, e)) < 0 || (r = load_words(c, e)) < 0)
        return r;
    board_set_cases(c->board, count_cases, c);
    board_set_reports(c->board, &(struct board_reports){ reported_figure, reported_emission, c });
    if ((r = ledgers_open(c->store, c->place, definitions_dir(), judge, c, &c->ledgers, e)) < 0)
        return r;
    if ((r = ledgers_keep_secrets(c->ledgers, c->dir, e)) < 0)
        return r;
    ledgers_on_ask(c->ledgers, grid_ask, c->store);
    if ((r = core_take_permits(c, e)) == 0)
        r = core_take_fences(c, e);
    return r;
}

int core_open(const char *dir, struct clock *clock, struct core *c, struct err *e)
{
    *c = (struct core){ .dir = dir, .clock = clock };
    int r = ledger_store_open(dir, false, &c->store, e);
    if (r == 0)
        r = open_parts(c, e);
    if (r < 0)
        core_close(c);
    return r;
}

int core_create(const char *dir, const json_t *city, struct clock *clock, struct core *c, struct err *e)
{
    *c = (struct core){ .dir = dir, .clock = clock };
    scoped(freep) char *text = json_dumps(city, JSON_COMPACT | JSON_REAL_PRECISION(15));
    struct obs_writer *w = NULL;
    int r = text ? obs_writer_open(dir, true, &w, e) : err_set(e, -ENOMEM, "out of memory");
    obs_writer_close(w);
    if (r == 0)
        r = ledger_store_open(dir, true, &c->store, e);
    if (r == 0)
        r = ledger_put_setting(c->store, "city", text, e);
    if (r == 0)
        r = open_parts(c, e);
    if (r < 0)
        core_close(c);
    return r;
}

void core_close(struct core *c)
{
    ledgers_close(c->ledgers);
    words_free(c->words);
    board_free(c->board);
    place_free(c->place);
    free(c->permit);
    ledger_store_close(c->store);
    *c = (struct core){ 0 };
}

/* ---- filling the board ---- */

static int take_one(const struct record *r, void *arg)
{
    board_take(arg, r, 1);
    return 0;
}

struct past_year {
    struct board *board;
    size_t n;
};

static int take_past(const struct record *r, void *arg)
{
    struct past_year *p = arg;
    p->n++;
    board_take(p->board, r, 1);
    return 0;
}

/* Complete years before those on the board, newest first until one without data: each is read into a board of its own, which leaves its
 * day values behind. */
enum { PAST_YEARS = 10 };
static int load_past_year(struct core *c, struct obs_reader *reader, int year, bool *ret_any, struct err *e)
{
    struct obs_query q = { .period = PERIOD_HOUR,
                           .from = cn_day_start(cn_days(year, 1, 1)),
                           .to = cn_day_start(cn_days(year + 1, 1, 1)) };
    struct board *b = NULL;
    struct past_year past = { 0 };
    int r = board_new(c->place, definitions_dir(), &b, e);
    past.board = b;
    if (r == 0)
        r = obs_scan(reader, &q, take_past, &past, e);
    if (r == 0 && past.n) {
        board_settle(b, q.to);
        r = board_keep_past(c->board, b, year, e);
    }
    *ret_any = past.n > 0;
    board_free(b);
    return r;
}

static int load_past(struct core *c, struct obs_reader *reader, int64_t now, struct err *e)
{
    int year = cn_from_ms(now).year - 2, r = 0;
    bool any = true;
    for (int i = 0; i < PAST_YEARS && any && r == 0; i++)
        r = load_past_year(c, reader, year - i, &any, e);
    return r;
}

struct taking {
    struct board *board;
    int64_t known;
};

static int take_known(const struct record *r, void *arg)
{
    struct taking *t = arg;
    if (r->arrival <= t->known)
        board_take(t->board, r, 1);
    return 0;
}

/* Of hours that are missing, a minute or a real-time value shows that the device measured: the hour was lost, not left out. */
int core_take_evidence(const struct place *place, struct board *board, struct obs_reader *reader, int64_t now,
                       int64_t known, struct err *e)
{
    enum { SPANS = 64 };
    static const int periods[] = { PERIOD_MINUTE, PERIOD_REALTIME };
    struct span span[SPANS];
    struct taking t = { board, known };
    for (size_t i = 0; i < place->n_sites; i++) {
        size_t n = board_open_hours(board, place->sites[i].id, now, span, SPANS);
        for (size_t k = 0; k < n * COUNT_OF(periods); k++) {
            const struct span *at = &span[k / COUNT_OF(periods)];
            struct obs_query q = { .site = place->sites[i].id,
                                   .period = periods[k % COUNT_OF(periods)],
                                   .from = at->from,
                                   .to = at->to };
            int r = obs_scan(reader, &q, take_known, &t, e);
            if (r < 0)
                return r;
        }
    }
    return 0;
}

int core_load(struct core *c, struct err *e)
{
    int64_t now = clock_now(c->clock);
    struct cn_civil today = cn_from_ms(now);
    int64_t from = cn_day_start(cn_days(today.year - 1, 1, 1));
    /* Real-time values serve the screen's "now", so a few hours of them are enough; minutes come first, because hours are held
     * against them. */
    const struct obs_query part[] = {
        { .period = PERIOD_REALTIME, .from = now - 3 * MS_HOUR, .to = INT64_MAX },
        { .period = PERIOD_MINUTE, .from = now - 26 * MS_HOUR, .to = INT64_MAX },
        { .period = PERIOD_HOUR, .from = from, .to = INT64_MAX },
        { .period = PERIOD_DAY, .from = from, .to = INT64_MAX },
        { .period = PERIOD_SAMPLE, .from = from, .to = INT64_MAX },
    };
    struct obs_reader *reader = NULL;
    int r = obs_reader_open(c->dir, &reader, e);
    for (size_t i = 0; r == 0 && i < COUNT_OF(part); i++)
        r = obs_scan(reader, &part[i], take_one, c->board, e);
    if (r == 0)
        r = load_past(c, reader, now, e);
    if (r == 0)
        r = core_take_evidence(c->place, c->board, reader, now, INT64_MAX, e);
    obs_reader_close(reader);
    if (r == 0)
        r = core_take_targets(c, e);
    if (r == 0)
        r = core_take_reviews(c, e);
    if (r == 0)
        r = core_take_losses(c, e);
    if (r == 0)
        board_settle(c->board, now);
    return r;
}

static int add_target(const struct doc *d, void *arg)
{
    json_t *tree = NULL;
    bool read = json_read(d->body, strlen(d->body), &tree, NULL) == 0;
    if (read &&
        strcmp(json_str(tree, "kind", "target"), "target") == 0) { /* confirmed tasks are not measured */
        json_object_set_new(tree, "id", json_integer(d->id));
        json_array_append(arg, tree);
    }
    json_decref(tree);
    return 0;
}

int core_take_targets(struct core *c, struct err *e)
{
    scoped(json_decrefp) json_t *targets = json_array();
    int r = ledger_each_doc(c->store, DOC_TARGET, &(struct doc_query){ .state = "confirmed" }, add_target,
                            targets, e);
    if (r < 0)
        return r;
    return board_set_targets(c->board, targets, e);
}
