/* merge.c - the same problem from two sources is one case: with both numbers and the stricter limit. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "ledger/chain.h"
#include "ledger/timing.h"

int merged_refuses(const struct loaded *c, struct err *e)
{
    const json_t *into = json_object_get(c->doc, "merged_into");
    const char *number = json_str(into, "number", "?");
    return !into ? 0
                 : err_named(e, -EINVAL, "case.merged",
                             "已并入 %s，请在该事项中办理 | it is merged into %s: act on that case", number,
                             number);
}

struct pair {
    struct loaded survivor, other;
};

static void release_pair(struct pair *p)
{
    case_release(&p->survivor);
    case_release(&p->other);
}

/* Who is to do the one must not be who judges the other. */
static bool doer_would_judge(const struct ledgers *l, const struct pair *p)
{
    const struct unit *doer = fields_unit(l, json_object_get(p->other.doc, "fields"), "owner");
    const struct unit *judge = fields_unit(l, json_object_get(p->survivor.doc, "fields"), "supervisor");
    return doer && judge && place_unit_within(l->place, judge->id, doer->id);
}

/* 1: a stands somewhere above b. A case does not wait for itself. */
static int stands_above(struct ledgers *l, const struct loaded *a, const struct loaded *b, struct err *e)
{
    int64_t parent = json_int(b->doc, "parent", 0);
    while (parent && parent != a->id) {
        struct loaded c = { 0 };
        int r = case_load(l, parent, &c, e);
        if (r < 0)
            return r;
        parent = json_int(c.doc, "parent", 0);
        case_release(&c);
    }
    return parent != 0;
}

/* What stands under the case that merges away goes on counting for its survivor, which must therefore ask for it. */
static int check_family(struct ledgers *l, const struct pair *p, struct err *e)
{
    struct child_count under = { 0 };
    int r = stands_above(l, &p->survivor, &p->other, e);
    if (r == 0)
        r = stands_above(l, &p->other, &p->survivor, e);
    if (r == 1)
        return err_named(
            e, -EINVAL, "case.merge",
            "%s 与 %s 是上下级事项，不能合并 | one of %s and %s stands under the other: they cannot be "
            "merged",
            number_of(&p->other), number_of(&p->survivor), number_of(&p->other), number_of(&p->survivor));
    if (r == 0)
        r = children_count(l, &p->other, &under, e);
    if (r < 0)
        return r;
    if (under.closed < under.n)
        return err_named(
            e, -EINVAL, "case.merge",
            "%s 下还有未办结的事项，不能并入他案 | cases under %s are open: it cannot go into another",
            number_of(&p->other), number_of(&p->other));
    if (under.n && closes_by_children(p->other.def) && !closes_by_children(p->survivor.def))
        return err_named(
            e, -EINVAL, "case.merge",
            "%s 办结须下属事项办结，%s 没有这一关，不能并入 | %s closes by the cases under it, %s does "
            "not: it cannot go into it",
            number_of(&p->other), number_of(&p->survivor), number_of(&p->other), number_of(&p->survivor));
    return 0;
}

static int check_merge(struct ledgers *l, const struct pair *p, struct err *e)
{
    const struct loaded *both[] = { &p->survivor, &p->other };
    if (p->survivor.id == p->other.id)
        return err_named(e, -EINVAL, "case.merge", "不能与自身合并 | a case cannot be merged with itself");
    for (size_t i = 0; i < COUNT_OF(both); i++) {
        const json_t *into = json_object_get(both[i]->doc, "merged_into");
        if (into)
            return err_named(e, -EINVAL, "case.merge", "%s 已并入 %s | %s is merged into %s already",
                             number_of(both[i]), json_str(into, "number", "?"), number_of(both[i]),
                             json_str(into, "number", "?"));
        if (json_int(both[i]->doc, "closed", 0))
            return err_named(e, -EINVAL, "case.merge",
                             "%s 已销号，不能合并 | %s is closed and cannot be merged", number_of(both[i]),
                             number_of(both[i]));
    }
    /* What merges away must not thereby close more easily. */
    struct said why;
    if (!gate_no_easier(&p->survivor, &p->other, &why))
        return said_err(e, -EINVAL, "case.merge", &why);
    if (json_int(p->survivor.doc, "stopped", 0) && !json_int(p->other.doc, "stopped", 0))
        return err_named(
            e, -EINVAL, "case.merge",
            "%s 的工作已验收，尚未验收的 %s 不能并入 | the work of %s is accepted, that of %s is not: it "
            "cannot go into it",
            number_of(&p->survivor), number_of(&p->other), number_of(&p->survivor), number_of(&p->other));
    if (doer_would_judge(l, p))
        return err_named(
            e, -EINVAL, "case.merge",
            "%s 的责任单位是 %s 的督导单位或其上级，不能并入 | who is to do %s supervises %s: it cannot go "
            "into it",
            number_of(&p->other), number_of(&p->survivor), number_of(&p->other), number_of(&p->survivor));
    return check_family(l, p, e);
}

/* The limits that run in the other case, each by its clock; a case of another ledger brings its nearest one. */
static json_t *limits_of(const struct ledgers *l, const struct pair *p, int64_t now)
{
    struct clock_state s[CLOCKS_MAX + 1];
    size_t n = clock_states(&l->calendar, p->other.def, p->other.doc, now, s);
    bool same = strcmp(p->survivor.def->id, p->other.def->id) == 0;
    json_t *limits = json_object();
    int64_t nearest = NEVER;
    char day[CN_TEXT];
    for (size_t i = 0; i < n; i++) {
        if (!s[i].from || s[i].stopped || s[i].deadline == NEVER)
            continue;
        nearest = s[i].deadline < nearest ? s[i].deadline : nearest;
        if (same)
            json_object_set_new(limits, s[i].rule ? s[i].rule->id : "due",
                                json_string(cn_format_date(cn_day_start(s[i].deadline), day)));
    }
    if (!same && nearest != NEVER) {
        const char *clock = p->survivor.def->time.main       ? "due"
                            : p->survivor.def->time.n_clocks ? p->survivor.def->time.clock[0].id
                                                             : NULL;
        if (clock)
            json_object_set_new(limits, clock, json_string(cn_format_date(cn_day_start(nearest), day)));
    }
    return limits;
}

static void add_each(json_t *to, const json_t *names)
{
    for (size_t i = 0; i < json_array_size(names); i++)
        if (!names_hold(to, json_string_value(json_array_get(names, i))))
            json_array_append(to, json_array_get(names, i));
}

static void add_fields(json_t *to, const json_t *lists)
{
    const char *field;
    json_t *names;
    json_object_foreach((json_t *)(uintptr_t)lists, field, names)
    {
        if (!json_object_get(to, field))
            json_object_set_new(to, field, json_array());
        add_each(json_object_get(to, field), names);
    }
}

/* Who acted in a case and for which units it stands, with those of what was merged into it before: they did this work too and do not
 * judge it. */
static json_t *people_of(const struct loaded *c)
{
    json_t *doers = json_array(), *workers = json_object(), *units = json_object();
    const json_t *fields = json_object_get(c->doc, "fields"), *sources = json_object_get(c->doc, "sources");
    add_each(doers, json_object_get(c->doc, "doers"));
    add_fields(workers, json_object_get(c->doc, "workers"));
    for (size_t i = 0; i < c->def->n_fields; i++) {
        const struct field *f = &c->def->field[i];
        if (f->type == FIELD_UNIT && *json_str(fields, f->id, ""))
            json_object_set_new(units, f->id, json_pack("[O]", json_object_get(fields, f->id)));
    }
    for (size_t i = 0; i < json_array_size(sources); i++) {
        const json_t *before = json_object_get(json_array_get(sources, i), "people");
        add_each(doers, json_object_get(before, "doers"));
        add_fields(workers, json_object_get(before, "workers"));
        add_fields(units, json_object_get(before, "units"));
    }
    return json_pack("{s:o, s:o, s:o}", "doers", doers, "units", units, "workers", workers);
}

static json_t *merge_body(const struct ledgers *l, const struct pair *p, int64_t now)
{
    const struct loaded *o = &p->other;
    const char *source = json_str(json_object_get(o->doc, "fields"), "source", "");
    json_t *zh = json_sprintf("并入 %s", number_of(o)),
           *en = json_sprintf("%s is merged into this case", number_of(o));
    return json_pack("{s:{s:s, s:s, s:s, s:I, s:I, s:o, s:o}, s:s, s:o, s:o}", "source", "number",
                     number_of(o), "ledger", o->def->id, "source", source, "case", (json_int_t)o->id, "at",
                     (json_int_t)now, "limits", limits_of(l, p, now), "people", people_of(o), "with",
                     number_of(o), "text", zh, "text_en", en);
}

static json_t *merged_body(const struct pair *p)
{
    const char *n = number_of(&p->survivor);
    json_t *zh = json_sprintf("并入 %s", n), *en = json_sprintf("merged into %s", n);
    return json_pack("{s:{s:I, s:s}, s:o, s:o}", "merged_into", "id", (json_int_t)p->survivor.id, "number", n,
                     "text", zh, "text_en", en);
}

static json_t *unmerge_body(const struct pair *p)
{
    const char *n = number_of(&p->other);
    json_t *zh = json_sprintf("撤销与 %s 的合并", n), *en = json_sprintf("%s is a case of its own again", n);
    return json_pack("{s:s, s:o, s:o}", "unsource", n, "text", zh, "text_en", en);
}

static json_t *unmerged_body(const struct pair *p)
{
    const char *n = number_of(&p->survivor);
    json_t *zh = json_sprintf("不再并入 %s", n), *en = json_sprintf("no longer merged into %s", n);
    return json_pack("{s:b, s:o, s:o}", "unmerged", 1, "text", zh, "text_en", en);
}

static int check_unmerge(const struct pair *p, struct err *e)
{
    if (json_int(json_object_get(p->other.doc, "merged_into"), "id", 0) == p->survivor.id)
        return 0;
    return err_named(e, -EINVAL, "case.merge", "%s 并未并入 %s | %s is not merged into %s",
                     number_of(&p->other), number_of(&p->survivor), number_of(&p->other),
                     number_of(&p->survivor));
}

/* Both events in one transaction, then they are told. */
static int write_both(struct ledgers *l, struct pair *p, bool merge, const struct actor *who, int64_t now,
                      struct err *e)
{
    struct news news = { 0 };
    const char *action[] = { merge ? "merge" : "unmerge", merge ? "merged" : "unmerged" };
    scoped(json_decrefp) json_t *one = merge ? merge_body(l, p, now) : unmerge_body(p);
    scoped(json_decrefp) json_t *two = merge ? merged_body(p) : unmerged_body(p);
    if (!one || !two)
        return err_set(e, -ENOMEM, "out of memory");
    int r = chain_append(l->store, p->survivor.id, now, who->name, action[0], one, p->survivor.doc, e);
    if (r == 0)
        r = chain_append(l->store, p->other.id, now, who->name, action[1], two, p->other.doc, e);
    if (r == 0)
        r = news_add(&news, p->survivor.id, action[0], p->survivor.doc, one, e);
    if (r == 0)
        r = news_add(&news, p->other.id, action[1], p->other.doc, two, e);
    if (r == 0 && !merge) /* what closed with the survivor is open by itself now */
        r = reopen_above(l, &p->other, two, now, &news, e);
    if (r < 0)
        ledger_rollback(l->store);
    else if ((r = ledger_commit(l->store, e)) == 0)
        news_tell(l, &news);
    news_release(&news);
    return r;
}

static int on_both(struct ledgers *l, int64_t survivor, int64_t other, bool merge, const struct actor *who,
                   int64_t now, struct err *e)
{
    struct pair p = { 0 };
    if (!who || !is_office(who))
        return err_named(e, -EPERM, "case.forbidden",
                         "合并由值班、领导或管理员办理 | merging cases is for duty, leader or admin");
    int r = ledger_begin(l->store, e);
    if (r < 0)
        return r;
    if ((r = case_load(l, survivor, &p.survivor, e)) == 0)
        r = case_load(l, other, &p.other, e);
    if (r == 0)
        r = merge ? check_merge(l, &p, e) : check_unmerge(&p, e);
    if (r < 0)
        ledger_rollback(l->store);
    else
        r = write_both(l, &p, merge, who, now, e);
    release_pair(&p);
    return r;
}

int case_merge(struct ledgers *l, int64_t survivor, int64_t other, const struct actor *who, int64_t now,
               struct err *e)
{
    return on_both(l, survivor, other, true, who, now, e);
}

int case_unmerge(struct ledgers *l, int64_t survivor, int64_t other, const struct actor *who, int64_t now,
                 struct err *e)
{
    return on_both(l, survivor, other, false, who, now, e);
}
