#include "evaluate/verify.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/scoped.h"

enum { TOLD_PARTS = 20 };

static int drop(void *arg, const char *bytes, size_t len, struct err *e)
{
    (void)arg;
    (void)bytes;
    (void)len;
    (void)e;
    return 0;
}

static const json_t *found(const json_t *list, const char *key, const char *value)
{
    for (size_t i = 0; i < json_array_size(list); i++)
        if (strcmp(json_str(json_array_get(list, i), key, ""), value) == 0)
            return json_array_get(list, i);
    return NULL;
}

/* Rule sets by id: one that is gone, one whose file is another. */
static bool same_rules(const json_t *old, const json_t *now, struct buf *to)
{
    bool same = true;
    for (size_t i = 0; i < json_array_size(old); i++) {
        const json_t *was = json_array_get(old, i);
        const char *id = json_str(was, "id", "");
        const json_t *is = found(now, "id", id);
        if (is && strcmp(json_str(is, "sm3", ""), json_str(was, "sm3", "")) == 0)
            continue;
        same = false;
        buf_addf(to,
                 is ? "rule set %s: its file (%s) is another than the receipt's\n"
                    : "rule set %s (%s): not used now\n",
                 id, json_str(was, "file", "?"));
    }
    for (size_t i = 0; i < json_array_size(now); i++)
        if (!found(old, "id", json_str(json_array_get(now, i), "id", ""))) {
            same = false;
            buf_addf(to, "rule set %s: used now, not in the receipt\n",
                     json_str(json_array_get(now, i), "id", ""));
        }
    return same;
}

/* "day":"2016-01-05" or "block":3 */
static void part_name(const json_t *p, char out[48])
{
    const char *day = json_str(p, "day", NULL);
    if (day)
        snprintf(out, 48, "%.40s", day);
    else
        snprintf(out, 48, "rows %" PRId64 " to %" PRId64, json_int(p, "block", 0) * 1000 - 999,
                 json_int(p, "block", 0) * 1000);
}

static const json_t *part_like(const json_t *parts, const json_t *p)
{
    for (size_t i = 0; i < json_array_size(parts); i++) {
        const json_t *q = json_array_get(parts, i);
        if (strcmp(json_str(p, "day", ""), json_str(q, "day", "")) == 0 &&
            json_int(p, "block", 0) == json_int(q, "block", 0))
            return q;
    }
    return NULL;
}

static size_t tell_parts(const json_t *a, const json_t *b, bool reverse, size_t told, struct buf *to)
{
    char name[48];
    for (size_t i = 0; i < json_array_size(a); i++) {
        const json_t *p = json_array_get(a, i), *q = part_like(b, p);
        if (q && (reverse || strcmp(json_str(p, "sm3", ""), json_str(q, "sm3", "")) == 0))
            continue;
        if (told++ >= TOLD_PARTS)
            continue;
        part_name(p, name);
        if (!q)
            buf_addf(to, "inputs: %s: %s\n", name, reverse ? "not in the receipt" : "is not there now");
        else
            buf_addf(to, "inputs: %s: other values (%" PRId64 " rows, the receipt has %" PRId64 ")\n", name,
                     json_int(q, "rows", 0), json_int(p, "rows", 0));
    }
    return told;
}

static bool same_inputs(const json_t *old, const json_t *now, struct buf *to)
{
    if (strcmp(json_str(old, "sm3", ""), json_str(now, "sm3", "")) == 0)
        return true;
    const json_t *a = json_object_get(old, "parts"), *b = json_object_get(now, "parts");
    size_t told = tell_parts(a, b, false, 0, to);
    told = tell_parts(b, a, true, told, to);
    if (told > TOLD_PARTS)
        buf_addf(to, "inputs: and %zu more\n", told - TOLD_PARTS);
    if (told == 0) /* the heading, a byte-order mark, line ends, the order of the rows */
        buf_adds(
            to,
            "inputs: the rows of each day are the same; the heading, the line ends or the order are not\n");
    return false;
}

static bool same_members(const char *what, const json_t *old, const json_t *now, struct buf *to);

/* Places of a ranking and the like: each told by its code. */
static bool is_rows(const json_t *list)
{
    return json_is_array(list) && json_is_string(json_object_get(json_array_get(list, 0), "code"));
}

static bool same_rows(const char *what, const json_t *old, const json_t *now, struct buf *to)
{
    char name[96];
    bool same = true;
    for (size_t i = 0; i < json_array_size(old); i++) {
        const json_t *was = json_array_get(old, i);
        const char *code = json_str(was, "code", "");
        const json_t *is = found(now, "code", code);
        snprintf(name, sizeof name, "%.20s: row %.60s", what, code);
        if (!is)
            buf_addf(to, "%s: is not there now\n", name);
        if (!is || !same_members(name, was, is, to))
            same = false;
    }
    for (size_t i = 0; i < json_array_size(now); i++) {
        const char *code = json_str(json_array_get(now, i), "code", "");
        if (found(old, "code", code))
            continue;
        buf_addf(to, "%.20s: row %.60s: not in the receipt\n", what, code);
        same = false;
    }
    if (same && json_array_size(old) != json_array_size(now)) {
        buf_addf(to, "%.20s: rows: %zu in the receipt, %zu now\n", what, json_array_size(old),
                 json_array_size(now));
        same = false;
    }
    return same;
}

/* Every member of one object that is another in the other. */
static bool same_members(const char *what, const json_t *old, const json_t *now, struct buf *to)
{
    const char *key;
    json_t *was;
    bool same = true;
    json_object_foreach((json_t *)(uintptr_t)old, key, was)
    {
        const json_t *is = json_object_get(now, key);
        if (is && json_equal(was, is))
            continue;
        if (is_rows(was) && is_rows(is)) {
            same = same_rows(what, was, is, to) && same;
            continue;
        }
        char *a = json_dumps(was, JSON_ENCODE_ANY | JSON_COMPACT),
             *b = is ? json_dumps(is, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
        buf_addf(to, "%s: %s: receipt %.200s, now %.200s\n", what, key, a ? a : "?", b ? b : "none");
        free(a);
        free(b);
        same = false;
    }
    json_object_foreach((json_t *)(uintptr_t)now, key, was)
    {
        if (json_object_get(old, key))
            continue;
        buf_addf(to, "%s: %s: not in the receipt\n", what, key);
        same = false;
    }
    return same;
}

/* What shows that a value was lost and not just never sent is evidence, not data: it may come later, or be gone with old minute values.
 * Hours that only changed between these two kinds are told and are no difference. */
static bool same_missing(const json_t *old, const json_t *now, struct buf *to)
{
    int64_t a = json_int(old, "lost", -1), b = json_int(now, "lost", -1);
    if (a < 0 || b < 0 || a == b || a + json_int(old, "not_sent", 0) != b + json_int(now, "not_sent", 0))
        return same_members("missing", old, now, to);
    buf_addf(to,
             "note: lost on the way: %" PRId64 " in the receipt, %" PRId64 " by the evidence there is now\n",
             a, b);
    scoped(json_decrefp) json_t *like = json_copy((json_t *)(uintptr_t)old);
    json_object_set(like, "lost", json_object_get(now, "lost"));
    json_object_set(like, "not_sent", json_object_get(now, "not_sent"));
    return same_members("missing", like, now, to);
}

void verify_compare(const json_t *old, const json_t *now, struct verification *ret)
{
    *ret = (struct verification){ .answer = VERIFY_SAME };
    struct buf *to = &ret->text;
    const char *program = json_str(old, "program", "");
    if (strcmp(program, json_str(now, "program", "")) != 0)
        buf_addf(to, "note: made by %.60s, verified by %s\n", program, json_str(now, "program", ""));
    bool rules = same_rules(json_object_get(old, "rules"), json_object_get(now, "rules"), to);
    bool inputs = same_inputs(json_object_get(old, "inputs"), json_object_get(now, "inputs"), to);
    bool missing = same_missing(json_object_get(old, "missing"), json_object_get(now, "missing"), to);
    bool result = same_members("result", json_object_get(old, "result"), json_object_get(now, "result"), to);
    if (!inputs)
        ret->answer = VERIFY_INPUTS_DIFFER;
    else if (!rules || !missing || !result)
        ret->answer = VERIFY_DIFFERS;
}

static int job_of(const json_t *receipt, struct evaluate_job *job, struct err *e)
{
    const json_t *ev = json_object_get(receipt, "evaluation"), *map = json_object_get(ev, "map");
    const char *name;
    json_t *value;
    if (json_int(receipt, "receipt", 0) != 1 || strcmp(json_str(receipt, "of", ""), "evaluation") != 0)
        return err_set(e, -EINVAL, "not a receipt of an evaluation");
    *job = (struct evaluate_job){ .kind = json_str(ev, "kind", ""),
                                  .rules = json_str(ev, "rules", NULL),
                                  .file = json_str(json_object_get(receipt, "inputs"), "file", NULL),
                                  .receipt = true };
    if (json_is_string(map)) {
        job->map = json_string_value(map);
        job->map_len = json_string_length(map);
    }
    json_object_foreach(json_object_get(ev, "options"), name, value)
    {
        if (job->n_options == EVALUATE_OPTIONS || !json_is_string(value))
            return err_set(e, -EINVAL, "the receipt's options are not readable");
        job->option[job->n_options++] = (struct evaluate_option){ name, json_string_value(value) };
    }
    return 0;
}

int verify_evaluation(const struct shelf *shelf, const json_t *receipt,
                      int (*read)(void *arg, char *to, size_t room, struct err *e), void *arg,
                      struct verification *ret, struct err *e)
{
    struct evaluate_job job;
    struct evaluate_sum sum = { 0 };
    scoped(json_decrefp) json_t *now = NULL;
    *ret = (struct verification){ 0 };
    int r = job_of(receipt, &job, e);
    if (r < 0)
        return r;
    job.read = read;
    job.read_arg = arg;
    job.write = drop;
    struct err why = { .name = "" };
    r = evaluate_run(shelf, &job, &sum, &why);
    if (r == -EINVAL) { /* the heading is no longer the one that was judged, or the rule set is gone */
        ret->answer = VERIFY_INPUTS_DIFFER;
        buf_addf(&ret->text, "inputs: cannot be judged as then: %s\n", why.text);
        r = 0;
    } else if (r < 0) {
        err_set(e, r, "%s", why.text);
    } else if ((r = json_read(sum.receipt.data, sum.receipt.len, &now, e)) == 0) {
        verify_compare(receipt, now, ret);
    }
    buf_release(&sum.receipt);
    return r;
}
