/* deal.c - open cases dealt out to people (领导包案): the weightiest first, each to whoever holds the fewest, until everybody holds the number that
 * the definition's `deal` names or none is left. Each is that action of the ledger, taken by the person of the office who deals; all are one
 * transaction. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "ledger/engine.h"

enum { HANDS_MAX = 500, CARDS_MAX = 20000 };

/* A case that nobody holds. */
struct card {
    int64_t id, weight, opened;
};

struct hand {
    char name[64], display[64];
    size_t held, n_given;
    json_t *given; /* of CaseReference */
};

struct deal {
    struct ledgers *l;
    struct definition *def;
    struct hand *hand;
    struct card *card;
    size_t n_hands, n_cards;
    struct err *e;
};

static int add_hand(const struct user *u, void *arg)
{
    struct deal *d = arg;
    if (u->disabled || u->role != ROLE_LEADER)
        return 0;
    if (d->n_hands == HANDS_MAX)
        return err_named(d->e, -E2BIG, "bad_input", "more than %d people", HANDS_MAX);
    struct hand *h = &d->hand[d->n_hands++];
    *h = (struct hand){ .given = json_array() };
    snprintf(h->name, sizeof h->name, "%s", u->name);
    snprintf(h->display, sizeof h->display, "%s", *u->display ? u->display : u->name);
    return 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct hand *)a)->name, ((const struct hand *)b)->name);
}

/* The leaders of the city, or those that were named. */
static int take_hands(struct deal *d, const json_t *among)
{
    int r = 0;
    if (!among)
        r = ledger_each_user(d->l->store, add_hand, d, d->e);
    for (size_t i = 0; r == 0 && i < json_array_size(among); i++) {
        const char *name = json_string_value(json_array_get(among, i));
        struct user u;
        size_t before = d->n_hands;
        r = name ? ledger_get_user(d->l->store, name, &u, d->e) : -ENOENT;
        if (r == 0)
            r = add_hand(&u, d);
        if (r == -ENOENT || (r == 0 && d->n_hands == before))
            r = err_named(d->e, -EINVAL, "bad_input", "“%.60s”不是领导账号 | '%.60s' is no leader's account",
                          name ? name : "", name ? name : "");
    }
    if (r == 0)
        qsort(d->hand, d->n_hands, sizeof *d->hand, by_name);
    for (size_t i = 1; r == 0 && i < d->n_hands; i++)
        if (strcmp(d->hand[i - 1].name, d->hand[i].name) == 0)
            r = err_named(d->e, -EINVAL, "bad_input", "%s: named twice", d->hand[i].name);
    return r;
}

static struct hand *hand_of(struct deal *d, const char *name)
{
    for (size_t i = 0; i < d->n_hands; i++)
        if (strcmp(d->hand[i].name, name) == 0)
            return &d->hand[i];
    return NULL;
}

/* Whether the action may be taken on it where it stands: its own definition decides. */
static bool can_be_dealt(const struct deal *d, const struct loaded *c)
{
    const struct action *a = definition_action(c->def, d->def->deal_action->id);
    int state = definition_state(c->def, json_str(c->doc, "state", ""));
    return a && state >= 0 && (a->from & 1u << state);
}

static int look_at(struct deal *d, int64_t id)
{
    struct loaded c = { 0 };
    int r = case_load(d->l, id, &c, d->e);
    if (r < 0)
        return r;
    const char *holder = json_str(json_object_get(c.doc, "fields"), d->def->deal_field, "");
    struct hand *h = *holder ? hand_of(d, holder) : NULL;
    if (h)
        h->held++;
    else if (!*holder && can_be_dealt(d, &c))
        d->card[d->n_cards++] = (struct card){
            id, json_int(c.doc, "rebounds", 0) + (int64_t)json_array_size(json_object_get(c.doc, "sources")),
            json_int(c.doc, "opened", 0)
        };
    case_release(&c);
    return 0;
}

/* Those that came back or were complained of again, then the oldest. */
static int weightiest(const void *pa, const void *pb)
{
    const struct card *a = pa, *b = pb;
    if (a->weight != b->weight)
        return a->weight > b->weight ? -1 : 1;
    if (a->opened != b->opened)
        return a->opened < b->opened ? -1 : 1;
    return a->id < b->id ? -1 : a->id > b->id;
}

static int take_cards(struct deal *d)
{
    struct case_page page = { 0 };
    int r = case_rows_page(
        d->l->store,
        &(struct case_query){ .ledger = d->def->id, .open = true, .light = -1, .order = ORDER_NUMBER }, &page,
        d->e);
    if (r == 0 && page.n > CARDS_MAX)
        r = err_named(d->e, -E2BIG, "bad_input", "more than %d open cases", CARDS_MAX);
    if (r == 0 && !(d->card = calloc(page.n + 1, sizeof *d->card)))
        r = err_set(d->e, -ENOMEM, "out of memory");
    for (size_t i = 0; r == 0 && i < page.n; i++)
        r = look_at(d, page.id[i]);
    if (r == 0)
        qsort(d->card, d->n_cards, sizeof *d->card, weightiest);
    free(page.id);
    return r;
}

/* The first of those who hold the fewest; NULL when nobody lacks one. */
static struct hand *next_hand(struct deal *d)
{
    struct hand *least = NULL;
    for (size_t i = 0; i < d->n_hands; i++)
        if (d->hand[i].held < d->def->deal_per && (!least || d->hand[i].held < least->held))
            least = &d->hand[i];
    return least;
}

static int give(struct deal *d, struct hand *h, int64_t id, bool dry, const struct actor *who, int64_t now)
{
    struct loaded c = { 0 };
    scoped(json_decrefp) json_t *fields = json_pack("{s:s}", d->def->deal_field, h->name);
    int r = dry ? 0 : case_act(d->l, id, d->def->deal_action->id, fields, who, now, d->e);
    if (r == 0)
        r = case_load(d->l, id, &c, d->e);
    if (r < 0)
        return r;
    json_array_append_new(h->given, json_pack("{s:I, s:s, s:s}", "id", (json_int_t)id, "number",
                                              number_of(&c), "title", json_str(c.doc, "title", "")));
    h->held++;
    case_release(&c);
    return 0;
}

static int deal_out(struct deal *d, bool dry, const struct actor *who, int64_t now, size_t *ret_dealt)
{
    struct hand *h;
    int r = 0;
    for (*ret_dealt = 0; r == 0 && *ret_dealt < d->n_cards && (h = next_hand(d)); *ret_dealt += r == 0)
        r = give(d, h, d->card[*ret_dealt].id, dry, who, now);
    return r;
}

static void write_deal(const struct deal *d, size_t dealt, const bool *dry, struct buf *out)
{
    struct jw w = JW(out);
    size_t left = d->n_cards - dealt, lacking = 0;
    jw_object(&w);
    jw_kstr(&w, "ledger", d->def->id);
    if (dry)
        jw_kbool(&w, "dry", *dry);
    jw_kint(&w, "per", (int64_t)d->def->deal_per);
    jw_key(&w, "people");
    jw_array(&w);
    for (size_t i = 0; i < d->n_hands; i++) {
        const struct hand *h = &d->hand[i];
        lacking += h->held < d->def->deal_per;
        jw_object(&w);
        jw_kstr(&w, "name", h->name);
        jw_kstr(&w, "display", h->display);
        jw_kint(&w, "held", (int64_t)h->held);
        jw_key(&w, "given");
        jw_tree(&w, h->given);
        jw_end_object(&w);
    }
    jw_end_array(&w);
    jw_kint(&w, "left", (int64_t)left);
    jw_kbool(&w, "complete", !left || !lacking);
    jw_end_object(&w);
}

/* One transaction: either all are dealt or none. */
static int deal_for_good(struct deal *d, const struct actor *who, int64_t now, size_t *ret_dealt)
{
    int r = ledger_begin(d->l->store, d->e);
    if (r < 0)
        return r;
    r = take_cards(d);
    if (r == 0)
        r = deal_out(d, false, who, now, ret_dealt);
    if (r < 0)
        ledger_rollback(d->l->store);
    return r < 0 ? r : ledger_commit(d->l->store, d->e);
}

int ledgers_deal(struct ledgers *l, const struct deal_ask *a, const struct actor *who, int64_t now,
                 struct buf *out, struct err *e)
{
    struct deal d = { .l = l, .e = e };
    size_t dealt = 0;
    bool asks = a->mode == DEAL_STATUS, dry = a->mode != DEAL_FOR_GOOD;
    if (!asks && !is_office(who))
        return err_named(e, -EPERM, "case.forbidden", "分派由值班、领导或管理员进行 | the office deals out");
    int r = ledgers_definition(l, a->ledger, NULL, &d.def, e);
    if (r == 0 && !d.def->deal_field)
        r = err_named(e, -ENOENT, "not_found", "台账“%s”不分派 | the ledger '%s' deals nothing out",
                      a->ledger, a->ledger);
    if (r == 0 && !(d.hand = calloc(HANDS_MAX, sizeof *d.hand)))
        r = err_set(e, -ENOMEM, "out of memory");
    if (r == 0)
        r = take_hands(&d, a->among);
    if (r == 0 && !dry)
        r = deal_for_good(&d, who, now, &dealt);
    else if (r == 0 && (r = take_cards(&d)) == 0 && !asks)
        r = deal_out(&d, true, who, now, &dealt);
    if (r == 0)
        write_deal(&d, dealt, asks ? NULL : &dry, out);
    for (size_t i = 0; d.hand && i < d.n_hands; i++)
        json_decref(d.hand[i].given);
    free(d.hand);
    free(d.card);
    return r;
}
