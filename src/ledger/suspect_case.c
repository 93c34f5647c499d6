/* suspect_case.c - oddities between cases: copied reports, trouble soon after closure, bursts of work before a limit. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "domain/metres.h"
#include "ledger/suspect.h"
#include "ledger/timing.h"

/* ---- copied text ---- */

/* The longest text given with an action in this round: the report, whatever the ledger calls it. */
static const char *report_of(const json_t *doc)
{
    const char *key, *longest = "";
    json_t *v;
    json_object_foreach(json_object_get(doc, "given"), key,
                        v) if (json_is_string(v) && json_string_length(v) > strlen(longest)) longest =
        json_string_value(v);
    return longest;
}

static int compare_text(struct look *k, int64_t id, const json_t *doc)
{
    const char *mine = report_of(k->c.doc), *other = report_of(doc);
    int share = *mine && *other ? text_share(mine, other) : -1;
    if (share < SUSPECT_COPY_SHARE)
        return 0;
    int64_t lo = id < k->c.id ? id : k->c.id, hi = id < k->c.id ? k->c.id : id;
    struct suspicion s = { .kind = "copied_text", .other_case = id, .weight = share >= 95 ? 3 : 2 };
    const char *number = json_str(doc, "number", "?");
    snprintf(s.key, sizeof s.key, "copied_text:%" PRId64 ":%" PRId64, lo, hi);
    snprintf(s.text.zh, sizeof s.text.zh, "报告文字的%d%%与%s相同", share, number);
    snprintf(s.text.en, sizeof s.text.en, "%d %% of the report's words are those of %s", share, number);
    return suspicion_keep(k, &s);
}

/* ---- soon after closure ---- */

static int keep_after(struct look *k, const char *what, int64_t other_case, int64_t other, const char *number,
                      int64_t closed, int64_t opened)
{
    int days = (int)(cn_day_of(opened) - cn_day_of(closed));
    struct suspicion s = { .kind = "after_closure", .other_case = other_case, .weight = 2 };
    snprintf(s.key, sizeof s.key, "after_closure:%s:%" PRId64, what, other);
    snprintf(s.text.zh, sizeof s.text.zh, "销号后第%d天，同一对象又出现%s%s", days,
             other_case ? "事项" : "问题线索：", number);
    snprintf(s.text.en, sizeof s.text.en, "%d day(s) after closure the same object has a new %s %s", days,
             other_case ? "case" : "finding:", number);
    return suspicion_keep(k, &s);
}

static bool soon(int64_t closed, int64_t opened)
{
    return closed && opened > closed && opened <= closed + SUSPECT_AFTER_DAYS * MS_DAY;
}

/* Cases that are closed say when; one that was reopened is open again and known to be. */
static int compare_time(struct look *k, const struct loaded *o)
{
    int64_t mine = json_int(k->c.doc, "closed", 0), theirs = json_int(o->doc, "closed", 0),
            my_open = json_int(k->c.doc, "opened", 0), their_open = json_int(o->doc, "opened", 0);
    bool here = soon(mine, their_open);
    if (!here && !soon(theirs, my_open))
        return 0;
    double x1, y1, x2, y2;
    if (!case_place(k->l, &k->c, &x1, &y1) || !case_place(k->l, o, &x2, &y2) ||
        metres_between(x1, y1, x2, y2) > SUSPECT_NEAR_M)
        return 0;
    char pair[64];
    int64_t closed = here ? k->c.id : o->id, fresh = here ? o->id : k->c.id;
    snprintf(pair, sizeof pair, "case:%" PRId64, closed);
    /* Told of the closed case; seen from the new one it names that. */
    return keep_after(k, pair, o->id, fresh, here ? number_of(o) : number_of(&k->c), here ? mine : theirs,
                      here ? their_open : my_open);
}

static int compare_case(const struct doc *d, void *arg)
{
    struct look *k = arg;
    struct loaded o = { 0 };
    if (d->id == k->c.id || case_load_doc(k->l, d, &o, NULL) < 0)
        return 0;
    int r = compare_text(k, o.id, o.doc);
    if (r == 0)
        r = compare_time(k, &o);
    case_release(&o);
    return r;
}

static int compare_finding(const struct doc *d, void *arg)
{
    struct look *k = arg;
    int64_t closed = json_int(k->c.doc, "closed", 0);
    scoped(json_decrefp) json_t *body = NULL;
    if (d->id == json_int(k->c.doc, "finding", 0) || !soon(closed, d->created) ||
        json_read(d->body, strlen(d->body), &body, NULL) < 0)
        return 0;
    char of[64];
    snprintf(of, sizeof of, "finding:%" PRId64, k->c.id);
    return keep_after(k, of, 0, d->id, json_str(body, "title", ""), closed, d->created);
}

struct sighting {
    struct ledgers *l;
    const struct doc *finding;
    int64_t now;
    struct err *e;
};

static int sight(const struct doc *d, void *arg)
{
    const struct sighting *x = arg;
    struct look k = { .l = x->l, .now = x->now, .e = x->e };
    if (case_load_doc(x->l, d, &k.c, NULL) < 0)
        return 0;
    int r = compare_finding(x->finding, &k);
    case_release(&k.c);
    return r;
}

int suspect_finding(struct ledgers *l, int64_t finding, int64_t now, struct err *e)
{
    struct doc f = { 0 };
    struct sighting x = { l, &f, now, e };
    int r = ledger_get_doc(l->store, DOC_FINDING, finding, &f, e);
    if (r == 0 && f.site) {
        struct doc_query q = { .site = f.site, .limit = SUSPECT_LOOK, .newest_first = true };
        r = ledger_each_doc(l->store, DOC_CASE, &q, sight, &x, e);
    }
    doc_release(&f);
    return r;
}

int find_among_cases(struct look *k)
{
    int32_t site = (int32_t)json_int(json_object_get(k->c.doc, "index"), "site", 0);
    struct doc_query newest = { .limit = SUSPECT_LOOK, .newest_first = true }, here = newest;
    int r = ledger_each_doc(k->l->store, DOC_CASE, &newest, compare_case, k, k->e);
    here.site = site;
    if (r == 0 && site)
        r = ledger_each_doc(k->l->store, DOC_CASE, &here, compare_case, k, k->e);
    if (r == 0 && site && json_int(k->c.doc, "closed", 0))
        r = ledger_each_doc(k->l->store, DOC_FINDING, &here, compare_finding, k, k->e);
    return r;
}

/* ---- bursts ---- */

struct burst {
    struct look *k;
    int64_t today;
    int last, usual; /* events of work: in the last days, and before */
};

static int count_work(const struct event *ev, void *arg)
{
    struct burst *b = arg;
    int64_t age = b->today - cn_day_of(ev->at);
    scoped(json_decrefp) json_t *body = NULL;
    if (age < 0 || age >= SUSPECT_BURST_DAYS + SUSPECT_USUAL_DAYS ||
        json_read(ev->body, strlen(ev->body), &body, NULL) < 0)
        return 0;
    const json_t *work = json_object_get(body, "work"); /* chain.h: true, or the unit fields acted for */
    if (!json_is_true(work) && !names_hold(work, "owner"))
        return 0;
    *(age < SUSPECT_BURST_DAYS ? &b->last : &b->usual) += 1;
    return 0;
}

static int count_case(const struct doc *d, void *arg)
{
    struct burst *b = arg;
    const struct unit *owner = fields_unit(b->k->l, json_object_get(b->k->c.doc, "fields"), "owner");
    if (!owner || d->unit != owner->id ||
        b->today - cn_day_of(d->updated) >= SUSPECT_BURST_DAYS + SUSPECT_USUAL_DAYS)
        return 0;
    return ledger_each_event(b->k->l->store, d->id, count_work, b, b->k->e);
}

int find_burst(struct look *k)
{
    const json_t *fields = json_object_get(k->c.doc, "fields");
    const char *due = json_str(fields, "due", "");
    const struct unit *owner = fields_unit(k->l, fields, "owner");
    struct burst b = { .k = k, .today = cn_day_of(k->now) };
    int64_t limit = 0;
    if (!owner || !cn_parse_iso(due, strlen(due), &limit) || cn_day_of(limit) < b.today ||
        cn_day_of(limit) - b.today >= SUSPECT_BURST_DAYS)
        return 0;
    struct doc_query q = { .unit = owner->id, .limit = SUSPECT_LOOK, .newest_first = true };
    int r = ledger_each_doc(k->l->store, DOC_CASE, &q, count_case, &b, k->e);
    /* Compared as whole numbers: last / BURST_DAYS against usual / USUAL_DAYS. */
    if (r < 0 || b.last < SUSPECT_BURST_LEAST ||
        b.last * SUSPECT_USUAL_DAYS < SUSPECT_BURST_TIMES * b.usual * SUSPECT_BURST_DAYS)
        return r;
    struct suspicion s = { .kind = "burst", .weight = 1 };
    int tenths = b.usual * SUSPECT_BURST_DAYS * 10 / SUSPECT_USUAL_DAYS;
    snprintf(s.key, sizeof s.key, "burst:%d:%s", owner->id, due);
    snprintf(s.text.zh, sizeof s.text.zh, "%s在时限%s前%d天内提交%d次，平时%d天约%d.%d次", owner->name, due,
             SUSPECT_BURST_DAYS, b.last, SUSPECT_BURST_DAYS, tenths / 10, tenths % 10);
    snprintf(s.text.en, sizeof s.text.en,
             "%s did %d steps in the last %d days before the limit %s; usual in %d days: %d.%d",
             owner->name_en, b.last, SUSPECT_BURST_DAYS, due, SUSPECT_BURST_DAYS, tenths / 10, tenths % 10);
    return suspicion_keep(k, &s);
}
