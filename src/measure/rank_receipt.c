/* rank_receipt.c - the receipts of rankings and of compensation: what was asked, and the result without what is only there to choose. */
#include "measure/internal.h"

#include <errno.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"

static bool date_of(const json_t *ask, const char *key, int64_t *ret)
{
    const char *date = json_str(ask, key, "");
    int64_t ms;
    if (strlen(date) != 10 || !cn_parse_iso(date, 10, &ms))
        return false;
    *ret = cn_day_of(ms);
    return true;
}

/* {"from":"2026-06-01","to":"2026-06-30","level":"county"}; "other" of rankings. A receipt comes from anywhere: nothing of it is believed. */
static int read_ask(const json_t *ask, struct ranking_ask *ret, struct err *e)
{
    const char *level = json_str(ask, "level", "county");
    *ret = (struct ranking_ask){ .other = json_str(ask, "other", ""),
                                 .stations = strcmp(level, "station") == 0 };
    if (!date_of(ask, "from", &ret->from) || !date_of(ask, "to", &ret->to) || ret->to < ret->from ||
        ret->to - ret->from >= AIR_YEAR_DAYS)
        return err_named(e, -EINVAL, "bad_input", "from, to: not two dates at most a year apart");
    if (!ret->stations && strcmp(level, "county") != 0)
        return err_named(e, -EINVAL, "bad_input", "level: '%.20s' is neither county nor station", level);
    ret->to++;
    return 0;
}

static int put(struct buf *result, json_t *tree, struct err *e)
{
    struct jw w = JW(result);
    if (!tree)
        return err_set(e, -ENOMEM, "out of memory");
    jw_tree(&w, tree);
    json_decref(tree);
    return 0;
}

static int read_text(const struct buf *text, json_t **ret, struct err *e)
{
    return text->failed ? err_set(e, -ENOMEM, "out of memory") : json_read(text->data, text->len, ret, e);
}

int receipt_of_ranking(struct board *b, const json_t *ask, int64_t now, struct inputs_ask *in,
                       struct buf *result, struct err *e)
{
    /* What only helps to choose, and what the files of the rule sets say, which stand in the receipt with their hashes. */
    static const char *const not_figures[] = { "choices", "differences" }, *const rules[] = { "rules",
                                                                                              "other" };
    struct ranking_ask what;
    scoped(buf_release) struct buf text = BUF_INIT;
    json_t *tree = NULL;
    int r = read_ask(ask, &what, e);
    if (r == 0)
        r = rank_inputs(b, &what, NULL, now, in, e);
    if (r == 0)
        r = rank_write(b, &what, now, &text, e);
    if (r == 0)
        r = read_text(&text, &tree, e);
    if (r < 0)
        return r;
    for (size_t i = 0; i < COUNT_OF(not_figures); i++)
        json_object_del(tree, not_figures[i]);
    for (size_t i = 0; i < COUNT_OF(rules); i++) {
        const char *id = json_str(json_object_get(tree, rules[i]), "id", NULL);
        json_object_set_new(tree, rules[i], id ? json_string(id) : json_null());
    }
    return put(result, tree, e);
}

int receipt_of_compensation(struct board *b, const json_t *ask, int64_t now, struct inputs_ask *in,
                            struct buf *result, struct err *e)
{
    struct ranking_ask what;
    scoped(buf_release) struct buf text = BUF_INIT;
    scoped(json_decrefp) json_t *tree = NULL;
    const char *id = json_str(ask, "rules", "");
    const struct money_rules *rule = money_by_id(&b->def.ordinances, id);
    int r = read_ask(ask, &what, e);
    if (r == 0 && (!rule || strcmp(rule->of, "air") != 0))
        return err_named(e, -EINVAL, "ranking.rules", "there is no rule of air compensation '%.60s'", id);
    if (r == 0)
        r = rank_inputs(b, &what, rule, now, in, e);
    if (r == 0)
        r = rank_write_money(b, &what, id, now, &text, e);
    if (r == 0)
        r = read_text(&text, &tree, e);
    if (r < 0)
        return r;
    const json_t *used = json_array_get(json_object_get(tree, "rules"), 0);
    return put(result,
               json_pack("{s:O,s:O,s:O,s:s,s:s,s:O,s:O}", "from", json_object_get(tree, "from"), "to",
                         json_object_get(tree, "to"), "running", json_object_get(tree, "running"), "level",
                         what.stations ? "station" : "county", "rules", rule->set.id, "in_force",
                         json_object_get(used, "in_force"), "rows", json_object_get(used, "places")),
               e);
}
