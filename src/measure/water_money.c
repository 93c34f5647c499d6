/* What is paid for sections of rivers: who pays whom by a rule, and what each party is left with. */
#include "measure/figures.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"

enum { VALUES = 5, PARTIES = 64, NAME = 128 };
static const struct {
    const char *key, *word; /* of the rule, of the table of classes */
} values[VALUES - 1] = { { "codcr", "cod" }, { "nh3n", "nh3n" }, { "tp", "tp" }, { "fluoride", "fluoride" } };

/* The section's figures of the rule's period: a month, or the year. A quarter's is the mean of its months, all three of them. */
struct standing {
    micro v[VALUES - 1];
    int grade;
};

static void of_months(struct board *b, const struct board_site *s, int year, int first, int n, int64_t now,
                      struct standing *ret)
{
    micro month[VALUES - 1][12];
    for (int m = 0; m < n; m++) {
        struct river_figure f;
        river_figure(b, s, RIVER_MONTH, cn_days(year, first + m, 1), now, &f);
        for (int i = 0; i < VALUES - 1; i++)
            month[i][m] = figure_item(&f, values[i].word);
        ret->grade = n == 1 ? f.g.grade : 0;
    }
    for (int i = 0; i < VALUES - 1; i++)
        ret->v[i] = water_mean(NULL, month[i], (size_t)n, (size_t)n);
}

static void stand(struct board *b, const struct board_site *s, const struct money_rules *r, int year,
                  int month, int64_t now, struct standing *ret)
{
    struct river_figure f;
    if (strcmp(r->period, "year") == 0) {
        river_figure(b, s, RIVER_YEAR, cn_days(year, 1, 1), now, &f);
        for (int i = 0; i < VALUES - 1; i++)
            ret->v[i] = figure_item(&f, values[i].word);
        ret->grade = f.g.grade;
    } else if (strcmp(r->period, "quarter") == 0) {
        of_months(b, s, year, (month - 1) / 3 * 3 + 1, 3, now, ret);
    } else {
        of_months(b, s, year, month, 1, now, ret);
    }
}

static void compute(struct board *b, const struct board_site *s, const struct money_rules *r, int year,
                    int month, int64_t now, struct money *ret)
{
    struct standing this, last;
    struct money_value v[VALUES];
    stand(b, s, r, year, month, now, &this);
    stand(b, s, r, year - 1, month, now, &last);
    for (int i = 0; i < VALUES - 1; i++) {
        v[i] = (struct money_value){ .now = this.v[i], .last = last.v[i], .target = MICRO_MISSING };
        snprintf(v[i].key, sizeof v[i].key, "%s", values[i].key);
    }
    v[VALUES - 1] = (struct money_value){ .key = "grade",
                                          .now = this.grade ? this.grade * MICRO_ONE : MICRO_MISSING,
                                          .last = last.grade ? last.grade * MICRO_ONE : MICRO_MISSING,
                                          .target = MICRO_MISSING };
    money_compute(r, s->site->name, v, VALUES, ret);
}

/* ---- parties ---- */
struct party {
    int32_t id; /* a region, or MONEY_BUDGET */
    micro receives, pays;
};
struct parties {
    struct party p[PARTIES];
    size_t n;
};

static struct party *party(struct parties *all, int32_t id)
{
    for (size_t i = 0; i < all->n; i++)
        if (all->p[i].id == id)
            return &all->p[i];
    if (all->n == PARTIES)
        return NULL;
    all->p[all->n] = (struct party){ .id = id };
    return &all->p[all->n++];
}

static const char *party_name(const struct board *b, const struct money_rules *r, int32_t id, bool english)
{
    if (id != MONEY_BUDGET)
        return region_name(b, id, english);
    return english ? *r->budget_en ? r->budget_en : "budget" : *r->budget ? r->budget : "财政";
}

static void write_entry(struct jw *w, const struct board *b, const struct money_rules *r,
                        const struct board_site *s, const struct money_entry *entry, struct parties *all)
{
    struct party *payer = party(all, entry->payer), *payee = party(all, entry->payee);
    if (payer && payee) {
        payer->pays += entry->amount;
        payee->receives += entry->amount;
    }
    jw_object(w);
    jw_kint(w, "site", s->site->id);
    jw_kstr(w, "section", s->site->name);
    jw_kstr(w, "payer", party_name(b, r, entry->payer, false));
    jw_kstr(w, "payer_en", party_name(b, r, entry->payer, true));
    jw_kstr(w, "payee", party_name(b, r, entry->payee, false));
    jw_kstr(w, "payee_en", party_name(b, r, entry->payee, true));
    jw_kbool(w, "budget", entry->payer == MONEY_BUDGET || entry->payee == MONEY_BUDGET);
    jw_kmicro(w, "amount", entry->amount, 0);
    jw_end_object(w);
}

static void write_section(struct jw *w, struct board *b, const struct money_rules *r,
                          const struct board_site *s, const struct money *m)
{
    scoped(buf_release) struct buf working = BUF_INIT;
    for (int i = 0; i < m->n; i++)
        buf_addf(&working, "%s%s：%s", i ? "；" : "", m->line[i].term->name, m->line[i].text);
    jw_object(w);
    jw_kint(w, "site", s->site->id);
    jw_kstr(w, "section", s->site->name);
    jw_kstr(w, "river", s->site->river);
    jw_kstr(w, "upstream", region_name(b, s->site->upstream, false));
    jw_kstr(w, "downstream", region_name(b, s->site->downstream, false));
    jw_kmicro(w, "total", m->total, 0);
    jw_kmicro(w, "counted", m->counted, 0);
    jw_kint(w, "refused", m->refused);
    jw_kint(w, "no_data", m->no_data);
    jw_kstr(w, "working", working.data);
    jw_kbool(w, "across", r->across);
    jw_end_object(w);
}

static void write_parties(struct jw *w, const struct board *b, const struct money_rules *r,
                          const struct parties *all)
{
    micro sum = 0, budget = 0;
    jw_key(w, "parties");
    jw_array(w);
    for (size_t i = 0; i < all->n; i++) {
        const struct party *p = &all->p[i];
        sum += p->receives - p->pays;
        if (p->id == MONEY_BUDGET)
            budget = p->receives - p->pays;
        jw_object(w);
        jw_kstr(w, "party", party_name(b, r, p->id, false));
        jw_kstr(w, "party_en", party_name(b, r, p->id, true));
        jw_kbool(w, "budget", p->id == MONEY_BUDGET);
        jw_kmicro(w, "receives", p->receives, 0);
        jw_kmicro(w, "pays", p->pays, 0);
        jw_kmicro(w, "net", p->receives - p->pays, 0);
        jw_end_object(w);
    }
    jw_end_array(w);
    jw_kmicro(w, "budget_net", budget, 0);
    jw_kmicro(w, "districts_net", sum - budget, 0); /* the other side of the budget's */
    jw_kmicro(w, "sum", sum, 0);
}

static void write_rule(struct jw *w, struct board *b, const struct money_rules *r,
                       const struct figures_ask *ask, int64_t now)
{
    struct parties *all = calloc(1, sizeof *all);
    int64_t first, last;
    struct err why;
    scoped(buf_release) struct buf entries = BUF_INIT;
    struct jw flat = JW(&entries);
    month_days(ask->year, ask->month, &first, &last);
    jw_object(w);
    write_used_set(w, "rule", "compensation.water", &r->set);
    jw_kstr(w, "title", r->set.title);
    jw_kstr(w, "scheme", r->scheme);
    jw_kstr(w, "payer", r->payer);
    jw_kstr(w, "payer_en", r->payer_en);
    jw_kbool(w, "across", r->across);
    jw_kint(w, "budget_percent", r->budget_percent);
    jw_kstr(w, "budget", *r->budget ? r->budget : NULL);
    jw_kbool(w, "in_force", money_in_force(r, first, last, &why) == 0);
    jw_key(w, "sections");
    jw_array(w);
    jw_array(&flat);
    for (size_t i = 0; all && i < b->place->n_sites; i++) {
        const struct board_site *s = &b->site[i];
        struct money m;
        struct money_entry entry[MONEY_ENTRIES];
        if (!s->site->upstream)
            continue;
        compute(b, s, r, ask->year, ask->month, now, &m);
        write_section(w, b, r, s, &m);
        int n = money_settle(r, m.total, s->site->upstream, s->site->downstream, entry);
        for (int k = 0; k < n; k++)
            write_entry(&flat, b, r, s, &entry[k], all);
    }
    jw_end_array(&flat);
    jw_end_array(w);
    jw_key(w, "entries");
    jw_raw(w, entries.data ? entries.data : "[]");
    if (all)
        write_parties(w, b, r, all);
    free(all);
    jw_end_object(w);
}

static bool named(const char *list, const char *id)
{
    size_t len = strlen(id);
    for (const char *p = list; *p; p += strcspn(p, ","), p += *p == ',')
        if (strcspn(p, ",") == len && memcmp(p, id, len) == 0)
            return true;
    return false;
}

/* A rule by months or quarters is asked of a month, one by years of a year. */
static bool fits(const struct money_rules *r, const struct figures_ask *ask)
{
    return strcmp(r->of, "water") == 0 && (strcmp(r->period, "year") == 0) == (ask->month == 0);
}

/* Rules named in the ask, also outside their dates (a replay, which is said); else that of the city's scheme in force on the last day. */
int figures_money(struct board *b, const struct figures_ask *ask, int64_t now, struct jw *w, struct err *e)
{
    const struct ordinances *o = &b->def.ordinances;
    int64_t first, last;
    month_days(ask->year, ask->month, &first, &last);
    const struct money_rules *usual = money_on(o, "water", b->place->water_scheme, last);
    const char *rules = ask->rules && *ask->rules   ? ask->rules
                        : usual && fits(usual, ask) ? usual->set.id
                                                    : "";
    size_t n = 0;
    for (size_t i = 0; i < o->n_money; i++)
        n += fits(&o->money[i], ask) && named(rules, o->money[i].set.id);
    if (ask->rules && *ask->rules && !n)
        return err_named(e, -EINVAL, "bulletin.rules",
                         "'%.80s': no rule of water compensation of that period has such an id", ask->rules);
    jw_object(w);
    jw_key(w, "rules");
    jw_array(w);
    for (size_t i = 0; i < o->n_money; i++)
        if (fits(&o->money[i], ask) && named(rules, o->money[i].set.id))
            write_rule(w, b, &o->money[i], ask, now);
    jw_end_array(w);
    jw_key(w, "choices");
    jw_array(w);
    for (size_t i = 0; i < o->n_money; i++)
        if (fits(&o->money[i], ask)) {
            jw_object(w);
            jw_kstr(w, "id", o->money[i].set.id);
            jw_kstr(w, "title", o->money[i].set.title);
            jw_kstr(w, "title_en", o->money[i].set.title_en);
            jw_end_object(w);
        }
    jw_end_array(w);
    jw_end_object(w);
    return 0;
}
