/* Random ledgers and random people against the reference of model.h: after every step the engine and plain lists must say the same. A run
 * that fails is cut down to the steps that still fail, and those are printed. Seeds are fixed. */
#include "support.h"
#include "model.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cntime.h"
#include "store/case_rows.h"

enum { WORLDS = 16, LEDGERS = 12, RUNS = 1, STEPS = 60, CASES = 6, FIRST_SEED = 20260302 };

struct play {
    struct world w;
    char dir[64];
    struct model model[LEDGERS];
    struct m_case now[CASES];
    int64_t id[CASES];
    int n;
    char why[512];
    long counted[M_RESULTS], rebounds;
};

/* ---- a world of random ledgers ---- */

static void write_text(const char *path, const struct buf *b)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(fwrite(b->data, 1, b->len, f), b->len);
    fclose(f);
}

static void make_world(struct play *p, unsigned seed)
{
    char path[160];
    snprintf(p->dir, sizeof p->dir, "/tmp/bihuan-model-XXXXXX");
    assert_non_null(mkdtemp(p->dir));
    snprintf(path, sizeof path, "%s/ledgers", p->dir);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/calendar", p->dir);
    assert_int_equal(symlink(DEFINITIONS "/calendar", path), 0);
    for (int i = 0; i < LEDGERS; i++) {
        struct buf b = BUF_INIT;
        model_draw(&p->model[i], seed + (unsigned)i);
        model_lua(&p->model[i], &b);
        snprintf(path, sizeof path, "%s/ledgers/m%u.lua", p->dir, seed + (unsigned)i);
        write_text(path, &b);
        buf_release(&b);
    }
    world_make(&p->w, p->dir);
    for (int i = 0; i < M_PEOPLE; i++) {
        struct user u = { .role = (enum role)role_from_name(m_people[i].role), .unit = m_people[i].unit };
        snprintf(u.name, sizeof u.name, "%s", m_people[i].name);
        assert_int_equal(ledger_put_user(p->w.store, &u, &u.id, NULL), 0);
    }
}

static void end_world(struct play *p)
{
    char path[160];
    world_end(&p->w);
    for (int i = 0; i < LEDGERS; i++) {
        snprintf(path, sizeof path, "%s/ledgers/m%u.lua", p->dir, p->model[i].seed);
        unlink(path);
    }
    snprintf(path, sizeof path, "%s/calendar", p->dir);
    unlink(path);
    snprintf(path, sizeof path, "%s/ledgers", p->dir);
    rmdir(path);
    rmdir(p->dir);
}

/* ---- random steps ---- */

static unsigned random_state;

static int below(int n)
{
    random_state = random_state * 1664525u + 1013904223u;
    return (int)((random_state >> 8) % (unsigned)n);
}

static void draw_op(const struct model *m, struct op *op, int step)
{
    static const int64_t waits[] = { MS_MINUTE, MS_HOUR, 5 * MS_HOUR, MS_DAY, 3 * MS_DAY, 9 * MS_DAY };
    int k = below(100);
    *op = (struct op){ .kind = step == 0 || k < 6 ? OP_OPEN
                               : k < 86           ? OP_ACT
                               : k < 97           ? OP_TICK
                                                  : OP_MOVE,
                       .which = below(CASES),
                       .action = below(m->n_actions),
                       .who = below(M_PEOPLE),
                       .owner = below(3) ? 1 : 4 + below(2),
                       .supervisor = 2 + below(2),
                       .helper = below(3) ? (below(2) ? 4 : 2) : 0,
                       .person = below(2) ? below(M_PEOPLE - 2) : -1,
                       .due = below(5) ? below(60) : -1,
                       .goal = (enum m_goal)below(3),
                       .verdict = (enum m_verdict)(below(3) ? V_MET : below(4)),
                       .kinds = (unsigned)below(8),
                       .complete = below(10) > 0,
                       .fits = below(10) < 7,
                       .wait = waits[below(6)],
                       .broken_ago = below(2) ? (int64_t)below(40) * MS_DAY / 4 + 1 : 0 };
    if (op->kind == OP_OPEN)
        op->who = below(2) ? 0 : 14; /* a responsible person opens */
    if (op->kind == OP_ACT && op->due < 0)
        op->due = 7;
}

static void say_op(const struct model *m, const struct op *op, struct buf *b)
{
    static const char *const goals[] = { "none", "words", "measured" }, *const data[] = { "met", "not met",
                                                                                          "cannot", "fails" };
    char day[16] = "-";
    (void)m;
    buf_addf(b, "  +%lldmin ", (long long)(op->wait / MS_MINUTE));
    if (op->due >= 0)
        snprintf(day, sizeof day, "+%d", op->due);
    if (op->kind == OP_OPEN)
        buf_addf(b, "open by %s: owner %s, supervisor %s, helper %s, person %s, due %s, goal %s\n",
                 m_people[op->who].name, m_units[op->owner], m_units[op->supervisor], m_units[op->helper],
                 op->person < 0 ? "-" : m_people[op->person].name, day, goals[op->goal]);
    else if (op->kind == OP_ACT)
        buf_addf(b, "case %d: %sa%d by %s%s, evidence %u, data %s, due %s\n", op->which,
                 op->fits ? "the next possible after " : "", op->action, m_people[op->who].name,
                 op->complete ? "" : " with nothing given", op->kinds, data[op->verdict], day);
    else if (op->kind == OP_TICK)
        buf_addf(b, "tick, broken %lld min ago\n", (long long)(op->broken_ago / MS_MINUTE));
    else
        buf_adds(b, "the mover changes units\n");
}

/* ---- both sides ---- */

static json_t *open_fields(const struct model *m, const struct op *op, int64_t now)
{
    char due[CN_TEXT];
    json_t *f = json_pack("{s:s, s:s}", "problem", "p", "owner", m_units[op->owner]);
    if (m->has_supervisor)
        json_object_set_new(f, "supervisor", json_string(m_units[op->supervisor]));
    if (op->helper)
        json_object_set_new(f, "helper", json_string(m_units[op->helper]));
    if (op->person >= 0)
        json_object_set_new(f, "person", json_string(m_people[op->person].name));
    if (op->due >= 0)
        json_object_set_new(f, "due", json_string(cn_format_date(now + op->due * MS_DAY, due)));
    if (op->goal == GOAL_WORDS)
        json_object_set_new(f, "goal", json_string("g"));
    if (op->goal == GOAL_MEASURED)
        json_object_set_new(
            f, "goal",
            parse("{'text':'g','indicator':'source.hour','site':1,'factor':'w21003','op':'<=',"
                  "'value':8,'unit':'mg/L','window':24,'period':'hour'}"));
    return f;
}

static json_t *act_fields(struct world *w, const struct actor *who, const struct m_action *a,
                          const struct op *op, int64_t now)
{
    static const char *const kinds[] = { "a", "b", "c" };
    char due[CN_TEXT];
    json_t *f = json_object();
    if (a->reason && op->complete)
        json_object_set_new(f, "reason", json_string("r"));
    if (a->sets_due && op->complete)
        json_object_set_new(f, "due", json_string(cn_format_date(now + op->due * MS_DAY, due)));
    if (!a->evidence || !op->kinds)
        return f;
    json_t *list = json_array();
    for (int i = 0; i < 3; i++)
        if (op->kinds >> i & 1)
            json_array_append_new(list, json_pack("{s:s, s:s, s:[I]}", "kind", kinds[i], "text", kinds[i],
                                                  "files", (json_int_t)new_file(w, who, NULL)));
    json_object_set_new(f, "evidence", list);
    return f;
}

static struct actor actor_of(int who)
{
    const struct m_person *p = &m_people[who];
    return (struct actor){ .name = p->name, .role = (enum role)role_from_name(p->role), .unit = p->unit };
}

static bool differs(struct play *p, const char *what, const char *engine, const char *reference)
{
    if (strcmp(engine, reference) == 0)
        return false;
    snprintf(p->why, sizeof p->why, "%s: the engine says %s, the reference %s", what, engine, reference);
    return true;
}

static bool differs_number(struct play *p, const char *what, int64_t engine, int64_t reference)
{
    char a[24], b[24];
    snprintf(a, sizeof a, "%lld", (long long)engine);
    snprintf(b, sizeof b, "%lld", (long long)reference);
    return differs(p, what, a, b);
}

static int64_t count_events(const json_t *v, const char *action)
{
    const json_t *events = json_object_get(v, "events");
    int64_t n = 0;
    for (size_t i = 0; i < json_array_size(events); i++)
        n += strcmp(json_str(json_array_get(events, i), "action", ""), action) == 0;
    return n;
}

static bool clocks_differ(struct play *p, const struct model *m, const struct m_case *c, const json_t *v)
{
    const json_t *clocks = json_object_get(v, "clocks");
    for (size_t i = 0; i < json_array_size(clocks); i++) {
        const json_t *o = json_array_get(clocks, i);
        const char *id = json_str(o, "id", ""), *light;
        int k = strcmp(id, "due") == 0 ? EXTENDS_MAIN : id[1] - '0';
        int64_t day = ref_deadline(m, c, k, p->w.now, &light);
        char date[CN_TEXT] = "none", what[64];
        if (day >= 0)
            cn_format_date(cn_day_start(day), date);
        snprintf(what, sizeof what, "limit %s", id);
        if (differs(p, what, json_str(o, "deadline", "none"), date))
            return true;
        snprintf(what, sizeof what, "light of %s", id);
        /* A main limit that is not set has no light of its own to show. */
        if ((k != EXTENDS_MAIN || day >= 0) && differs(p, what, json_str(o, "light", ""), light))
            return true;
    }
    return false;
}

static bool case_differs(struct play *p, const struct model *m, int i)
{
    const struct m_case *c = &p->now[i];
    char state[16], action[16];
    json_t *v = view(&p->w, p->id[i], ON_DUTY);
    snprintf(state, sizeof state, "s%d", c->state);
    bool bad = differs(p, "state", json_str(v, "state", ""), state) ||
               differs(p, "how it closed", json_str(v, "closed_how", "open"),
                       c->how == 'd' ? "data"
                       : c->how      ? "paper"
                                     : "open") ||
               differs_number(p, "rebounds", json_int(v, "rebounds", -1), c->rebounds) ||
               differs_number(p, "refusals", count_events(v, "refused"), c->refused) ||
               differs_number(p, "reopened by data", count_events(v, "reopen"), c->by_data);
    for (int k = 0; !bad && k < m->n_actions; k++) {
        snprintf(action, sizeof action, "a%d", k);
        bad = differs_number(p, action, count_events(v, action), c->taken[k]);
    }
    bad = bad || clocks_differ(p, m, c, v) ||
          differs(p, "light", json_str(v, "light", ""), ref_light(m, c, p->w.now));
    json_decref(v);
    return bad;
}

/* The row beside the document, by which lists are asked, has the light too. */
static bool row_differs(struct play *p, const struct model *m, int i)
{
    static const char *const lights[] = { "red", "yellow", "green", "grey" };
    struct case_row row;
    struct err e = { 0 };
    if (case_row_get(p->w.store, p->id[i], &row, &e) < 0)
        fail_msg("%s", e.text);
    bool bad = differs(p, "light of its row", lights[case_row_light(&row, cn_day_of(p->w.now))],
                       ref_light(m, &p->now[i], p->w.now));
    case_row_release(&row);
    return bad;
}

static bool play_open(struct play *p, const struct model *m, const struct op *op)
{
    char ledger[24];
    struct err e = { 0 };
    if (p->n == CASES)
        return true;
    struct actor who = actor_of(op->who);
    json_t *f = open_fields(m, op, p->w.now);
    snprintf(ledger, sizeof ledger, "m%u", m->seed);
    if (case_open(p->w.l, ledger, f, 0, &who, p->w.now, &p->id[p->n], &e) < 0) {
        snprintf(p->why, sizeof p->why, "opening: %.300s", e.text);
    } else {
        ref_open(m, &p->now[p->n], op, p->w.now);
        p->n++;
    }
    json_decref(f);
    return !*p->why && !case_differs(p, m, p->n - 1);
}

static bool play_act(struct play *p, const struct model *m, const struct op *drawn)
{
    static const char *const verdicts[] = { "met", "not_met", "cannot_judge", NULL };
    struct err e = { 0 };
    char action[16], what[64];
    int i = drawn->which % p->n;
    struct op turned = *drawn, *op = &turned;
    if (op->fits)
        ref_fit(m, &p->now[i], op);
    struct actor who = actor_of(op->who);
    json_t *f = act_fields(&p->w, &who, &m->action[op->action], op, p->w.now);
    snprintf(action, sizeof action, "a%d", op->action);
    p->w.verdict = verdicts[op->verdict];
    p->w.last_broken = 0;
    int r = case_act(p->w.l, p->id[i], action, f, &who, p->w.now, &e);
    json_decref(f);
    enum m_result want = ref_act(m, &p->now[i], op, p->w.now);
    p->counted[want]++;
    snprintf(what, sizeof what, "%s by %s", action, who.name);
    return !differs(p, what, r < 0 ? e.name : "ok", m_result_names[want]) && !case_differs(p, m, i) &&
           (want != M_OK || !row_differs(p, m, i));
}

static bool play_tick(struct play *p, const struct model *m, const struct op *op)
{
    struct err e = { 0 };
    p->w.now += 5 * MS_MINUTE; /* a goal has its turn no oftener (ledger/watch.c) */
    p->w.verdict = "not_met";
    p->w.last_broken = op->broken_ago ? p->w.now - op->broken_ago : 0;
    if (ledgers_tick(p->w.l, p->w.now, NULL, NULL, &e) < 0) {
        snprintf(p->why, sizeof p->why, "tick: %.300s", e.text);
        return false;
    }
    bool same = true;
    for (int i = 0; i < p->n; i++) {
        p->rebounds += ref_tick(m, &p->now[i], p->w.last_broken, p->w.now);
        same = same && !case_differs(p, m, i);
    }
    return same;
}

/* Plays steps in a store of their own; false: p->why says where the two sides part. */
static bool play(struct play *p, const struct model *m, const struct op *op, size_t n)
{
    struct err e = { 0 };
    bool same = true;
    *p->why = '\0';
    p->n = 0;
    m_people[M_PEOPLE - 1] = (struct m_person){ "mover", "responsible", 1 };
    p->w.now = at("2026-03-02 09:00");
    world_reopen(&p->w); /* what the engine remembers of cases goes with them */
    assert_int_equal(ledger_begin(p->w.store, &e), 0);
    for (size_t i = 0; same && i < n; i++) {
        p->w.now += op[i].wait;
        if (op[i].kind == OP_MOVE)
            m_people[M_PEOPLE - 1] = m_people[M_PEOPLE - 1].unit == 1
                                         ? (struct m_person){ "mover", "supervisor", 2 }
                                         : (struct m_person){ "mover", "responsible", 1 };
        else if (op[i].kind == OP_OPEN)
            same = play_open(p, m, &op[i]);
        else if (p->n)
            same = op[i].kind == OP_ACT ? play_act(p, m, &op[i]) : play_tick(p, m, &op[i]);
    }
    if (same && ledgers_check_chain(p->w.store, NULL, &e) < 0) {
        snprintf(p->why, sizeof p->why, "the chain: %.300s", e.text);
        same = false;
    }
    ledger_rollback(p->w.store);
    return same;
}

/* Leaves out ever smaller parts as long as the rest still fails. */
static size_t shrink(struct play *p, const struct model *m, struct op *op, size_t n)
{
    for (size_t part = n / 2; part > 0; part = part > 1 ? part / 2 : 0)
        for (size_t at = 0; at + part <= n;) {
            struct op rest[STEPS];
            memcpy(rest, op, at * sizeof *op);
            memcpy(rest + at, op + at + part, (n - at - part) * sizeof *op);
            if (play(p, m, rest, n - part)) {
                at += part;
                continue;
            }
            n -= part;
            memcpy(op, rest, n * sizeof *op);
        }
    return n;
}

static void fail_run(struct play *p, const struct model *m, struct op *op, size_t n)
{
    struct buf b = BUF_INIT;
    n = shrink(p, m, op, n);
    (void)play(p, m, op, n);
    for (size_t i = 0; i < n; i++)
        say_op(m, &op[i], &b);
    model_lua(m, &b);
    fprintf(stderr, "# ledger of seed %u, %zu steps are enough:\n%s", m->seed, n, b.data ? b.data : "");
    buf_release(&b);
    fail_msg("seed %u: %s", m->seed, p->why);
}

static void test_engine_and_reference_agree(void **state)
{
    static struct play p;
    long steps = 0;
    (void)state;
    assert_true(ref_calendar(DEFINITIONS "/calendar", 2025) && ref_calendar(DEFINITIONS "/calendar", 2026));
    for (unsigned w = 0; w < WORLDS; w++) {
        make_world(&p, FIRST_SEED + w * LEDGERS);
        for (int k = 0; k < LEDGERS * RUNS; k++) {
            const struct model *m = &p.model[k % LEDGERS];
            struct op op[STEPS];
            random_state = m->seed * 7u + (unsigned)(k / LEDGERS);
            for (int i = 0; i < STEPS; i++)
                draw_op(m, &op[i], i);
            if (!play(&p, m, op, STEPS))
                fail_run(&p, m, op, STEPS);
            steps += STEPS;
        }
        end_world(&p);
    }
    print_message("# seeds from %u: %d ledgers, %ld steps; taken %ld, refused: state %ld, person %ld, field "
                  "%ld, proof or time %ld; "
                  "rebounds %ld\n",
                  FIRST_SEED, WORLDS * LEDGERS, steps, p.counted[M_OK], p.counted[M_NO_ACTION],
                  p.counted[M_FORBIDDEN], p.counted[M_MISSING], p.counted[M_UNMET], p.rebounds);
    for (int i = 0; i < M_RESULTS; i++)
        assert_true(p.counted[i] > 100); /* a comparison of nothing but refusals would prove little */
    assert_true(p.rebounds > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_engine_and_reference_agree) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
