/* Cases dealt out to leaders: fairly, the weightiest first, all or none; and what may not be asked for. */
#include "support.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define N(a) (sizeof(a) / sizeof *(a))

static void add_user(struct world *w, const char *name, enum role role, bool disabled)
{
    struct user u = { .role = role, .unit = BUREAU, .disabled = disabled };
    snprintf(u.name, sizeof u.name, "%s", name);
    snprintf(u.display, sizeof u.display, "%s领导", name);
    assert_int_equal(ledger_put_user(w->store, &u, NULL, NULL), 0);
}

static int64_t complain(struct world *w)
{
    int64_t id = 0;
    struct err e = { 0 };
    json_t *fields = parse("{'source':'来信','problem':'油烟扰民'}");
    w->now += 60 * 1000;
    if (case_open(w->l, "complaint", fields, 0, ON_DUTY, w->now, &id, &e) < 0)
        fail_msg("%s", e.text);
    json_decref(fields);
    return id;
}

/* NULL: refused with that code. */
static json_t *deal(struct world *w, enum deal_mode mode, const char *among, const struct actor *who,
                    int want)
{
    struct buf out = BUF_INIT;
    struct err e = { 0 };
    json_t *list = among ? parse(among) : NULL, *answer = NULL;
    struct deal_ask a = { .ledger = "complaint", .among = list, .mode = mode };
    int r = ledgers_deal(w->l, &a, who, w->now, &out, &e);
    if (r != want)
        fail_msg("%d, wanted %d: %s", r, want, e.text);
    if (r == 0)
        answer = parse(out.data);
    json_decref(list);
    buf_release(&out);
    return answer;
}

static int64_t held(const json_t *answer, const char *name)
{
    const json_t *people = json_object_get(answer, "people");
    for (size_t i = 0; i < json_array_size(people); i++)
        if (strcmp(json_str(json_array_get(people, i), "name", ""), name) == 0)
            return json_int(json_array_get(people, i), "held", -1);
    return -1;
}

static size_t given(const json_t *answer, size_t person, int64_t *first)
{
    const json_t *list = json_object_get(json_array_get(json_object_get(answer, "people"), person), "given");
    *first = json_int(json_array_get(list, 0), "id", 0);
    return json_array_size(list);
}

static void test_fair(void **state)
{
    (void)state;
    struct world w;
    world_make(&w, NULL);
    add_user(&w, "anna", ROLE_LEADER, false);
    add_user(&w, "bert", ROLE_LEADER, false);
    add_user(&w, "carl", ROLE_LEADER, true);
    add_user(&w, "dora", ROLE_SUPERVISOR, false);
    int64_t id[15], first;
    for (size_t i = 0; i < N(id); i++)
        id[i] = complain(&w);
    json_t *a = deal(&w, DEAL_STATUS, NULL, OVERSEER, 0);
    assert_int_equal(json_array_size(json_object_get(a, "people")), 2); /* neither disabled nor no leader */
    assert_int_equal(json_int(a, "left", 0), 15);
    assert_false(json_flag(a, "complete", true));
    json_decref(a);
    a = deal(&w, DEAL_DRY, NULL, ON_DUTY, 0);
    assert_int_equal(given(a, 0, &first), 6);
    assert_int_equal(first, id[0]); /* the oldest first */
    json_decref(a);
    a = deal(&w, DEAL_STATUS, NULL, ON_DUTY, 0);
    assert_int_equal(held(a, "anna"), 0);
    json_decref(a);
    a = deal(&w, DEAL_FOR_GOOD, "['bert']", ON_DUTY, 0);
    assert_int_equal(held(a, "bert"), 6);
    assert_int_equal(held(a, "anna"), -1);
    json_decref(a);
    a = deal(&w, DEAL_FOR_GOOD, NULL, ON_DUTY, 0);
    assert_int_equal(held(a, "anna"), 6);
    assert_int_equal(held(a, "bert"), 6);
    assert_int_equal(json_int(a, "left", 0), 3);
    assert_true(json_flag(a, "complete", false));
    json_decref(a);
    a = deal(&w, DEAL_FOR_GOOD, NULL, ON_DUTY, 0);
    assert_int_equal(given(a, 0, &first) + given(a, 1, &first), 0);
    json_decref(a);
    json_t *seen = view(&w, id[0], ON_DUTY);
    assert_string_equal(json_str(event_at(seen, 0), "action", ""), "package");
    assert_string_equal(json_str(event_at(seen, 0), "actor", ""), "duty");
    json_decref(seen);
    chain_holds(&w, -1);
    world_end(&w);
}

/* A case that came back is dealt before an older one. */
static void test_weight(void **state)
{
    (void)state;
    struct world w;
    world_make(&w, NULL);
    add_user(&w, "anna", ROLE_LEADER, false);
    int64_t old = complain(&w), merged = complain(&w), other = complain(&w), first;
    struct err e = { 0 };
    assert_int_equal(case_merge(w.l, merged, other, ON_DUTY, w.now, &e), 0);
    json_t *a = deal(&w, DEAL_DRY, NULL, ON_DUTY, 0);
    assert_int_equal(given(a, 0, &first), 2);
    assert_int_equal(first, merged);
    assert_true(old < merged);
    json_decref(a);
    world_end(&w);
}

static void test_refused(void **state)
{
    (void)state;
    struct world w;
    struct buf out = BUF_INIT;
    struct err e = { 0 };
    world_make(&w, NULL);
    add_user(&w, "anna", ROLE_LEADER, false);
    add_user(&w, "dora", ROLE_SUPERVISOR, false);
    complain(&w);
    deal(&w, DEAL_FOR_GOOD, NULL, OVERSEER, -EPERM);
    static const char *const wrong[] = { "['nobody']", "['dora']", "['anna','anna']", "[7]", "[null]" };
    for (size_t i = 0; i < N(wrong); i++)
        deal(&w, DEAL_FOR_GOOD, wrong[i], ON_DUTY, -EINVAL);
    json_t *a = deal(&w, DEAL_STATUS, NULL, ON_DUTY, 0);
    assert_int_equal(held(a, "anna"), 0); /* none of them gave anything */
    json_decref(a);
    assert_int_equal(ledgers_deal(w.l, &(struct deal_ask){ .ledger = "zero" }, ON_DUTY, w.now, &out, &e),
                     -ENOENT);
    assert_int_equal(ledgers_deal(w.l, &(struct deal_ask){ .ledger = "none" }, ON_DUTY, w.now, &out, &e),
                     -ENOENT);
    buf_release(&out);
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_fair), cmocka_unit_test(test_weight),
                                        cmocka_unit_test(test_refused) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
