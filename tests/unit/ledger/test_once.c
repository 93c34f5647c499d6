/* A request with a key of its own: done once, answered alike, forgotten after two weeks; and what the public sees of a case. */
#include "support.h"

#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "ledger/once.h"

static int events_of(struct world *w, int64_t id)
{
    json_t *v = view(w, id, ON_DUTY);
    int n = (int)json_array_size(json_object_get(v, "events"));
    json_decref(v);
    return n;
}

static void done_once(void **state)
{
    (void)state;
    struct world w;
    struct err e = { 0 };
    int64_t id = 0, again = 0;
    struct actor doer = *DOER, duty = *ON_DUTY;
    world_make(&w, NULL);
    duty.once = "key-of-opening";
    duty.once_of = "a";
    json_t *fields = parse(worded_case);
    assert_int_equal(case_once(w.l, &duty, w.now, &again, &e), 0);
    assert_int_equal(case_open(w.l, "rectification", fields, 0, &duty, w.now, &id, &e), 0);
    assert_int_equal(case_once(w.l, &duty, w.now, &again, &e), 1);
    assert_int_equal(again, id);
    /* Two at the same time: the second one leaves nothing behind. */
    int64_t second = 0;
    assert_int_equal(case_open(w.l, "rectification", fields, 0, &duty, w.now, &second, &e), -EEXIST);
    chain_holds(&w, 1);
    /* Another's key of the same text is another key; the same key for something else is refused. */
    struct actor other = *WHO("leader", ROLE_LEADER, BUREAU);
    other.once = duty.once;
    other.once_of = duty.once_of;
    assert_int_equal(case_once(w.l, &other, w.now, &again, &e), 0);
    duty.once_of = "b";
    assert_int_equal(case_once(w.l, &duty, w.now, &again, &e), -EEXIST);
    assert_string_equal(e.name, "once.other");
    duty.once_of = "a";
    world_reopen(&w); /* it is on disk */
    assert_int_equal(case_once(w.l, &duty, w.now, &again, &e), 1);
    assert_int_equal(again, id);

    doer.once = "key-of-acceptance";
    doer.once_of = "c";
    assert_int_equal(act(&w, id, "accept", NULL, &doer, &e), 0);
    assert_int_equal(events_of(&w, id), 2);
    assert_int_equal(case_once(w.l, &doer, w.now, &again, &e), 1);
    assert_int_equal(case_once(w.l, &doer, w.now + ONCE_MS + 1, &again, &e), 0);
    /* The first write after that takes the old key away, so that it can stand for something new. */
    w.now += ONCE_MS + 1;
    must(&w, id, "extend", "{'due':'2027-06-01','reason':'r'}", OVERSEER);
    doer.once = "key-of-opening";
    assert_int_equal(case_once(w.l, &doer, w.now, &again, &e), 0);
    json_decref(fields);
    world_end(&w);
}

/* A refusal for want of proof is an event too: sent again it is answered alike and written once. */
static void refused_once(void **state)
{
    (void)state;
    struct world w;
    struct err e = { 0 };
    int64_t again = 0;
    struct actor who = *OVERSEER;
    world_make(&w, NULL);
    int64_t id = case_in(&w, measured_case, "申请验收");
    w.verdict = "not_met";
    who.once = "key-of-approval";
    assert_int_equal(act(&w, id, "approve", "{'opinion':'o'}", &who, &e), -EAGAIN);
    int n = events_of(&w, id);
    char said[sizeof e.text];
    snprintf(said, sizeof said, "%s", e.text);
    e = (struct err){ 0 };
    assert_int_equal(case_once(w.l, &who, w.now, &again, &e), -EAGAIN);
    assert_string_equal(e.name, "case.gate_unmet");
    assert_string_equal(e.text, said);
    assert_int_equal(events_of(&w, id), n);
    world_end(&w);
}

static void published(void **state)
{
    (void)state;
    struct world w;
    struct err e = { 0 };
    struct buf out = BUF_INIT;
    world_make(&w, NULL);
    int64_t id = open_case(&w, worded_case);
    must(&w, id, "accept", NULL, DOER);
    must(&w, id, "extend", "{'due':'2027-06-01','reason':'雨季'}", OVERSEER);
    assert_int_equal(case_write_published(w.l, id, w.now, &out, &e), 0);
    json_t *p = NULL;
    assert_int_equal(json_read(out.data, out.len, &p, &e), 0);
    const json_t *first = json_object_get(p, "first"), *today = json_object_get(p, "fields"),
                 *changes = json_object_get(p, "changes");
    assert_string_equal(json_str(today, "due", ""), "2027-06-01");
    assert_string_not_equal(json_str(first, "due", ""), "2027-06-01");
    assert_int_equal(json_array_size(changes), 1);
    assert_string_equal(json_str(json_object_get(json_array_get(changes, 0), "fields"), "due", ""),
                        "2027-06-01");
    assert_null(strstr(out.data, "雨季")); /* the reason is no published field */
    json_decref(p);
    buf_release(&out);
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(done_once),
        cmocka_unit_test(refused_once),
        cmocka_unit_test(published),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
