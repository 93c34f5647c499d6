/* fuzz_receipt.c - receipts that somebody changed: a sound one with values changed is verified against its file, and compared with
 * the sound one both ways. The answer is never "the same" for a changed result, and never a crash. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../tree.h"
#include "evaluate/verify.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char file[] = "station,date,pm25,pm10,so2,no2,co,o3_8h\n"
                           "东城,2025-01-01,35,50,5,20,0.5,100\n"
                           "西城,2025-01-01,36,52,--,20,0.5,101\n"
                           "东城,2026-03-01,60,120,12,45,1.0,160\n";

struct feed {
    const char *p;
    size_t left;
};

static int feed_read(void *arg, char *to, size_t room, struct err *e)
{
    struct feed *f = arg;
    size_t n = f->left < room ? f->left : room;
    (void)e;
    memcpy(to, f->p, n);
    f->p += n;
    f->left -= n;
    return (int)n;
}

static int drop(void *arg, const char *bytes, size_t len, struct err *e)
{
    (void)arg, (void)bytes, (void)len, (void)e;
    return 0;
}

static json_t *sound_receipt(const struct shelf *shelf)
{
    struct feed f = { file, sizeof file - 1 };
    struct evaluate_job job = {
        .kind = "air-day", .receipt = true, .file = "a.csv", .read = feed_read, .read_arg = &f, .write = drop
    };
    struct evaluate_sum sum;
    struct err e = { 0 };
    json_t *tree = NULL;
    if (evaluate_run(shelf, &job, &sum, &e) < 0 ||
        json_read(sum.receipt.data, sum.receipt.len, &tree, &e) < 0)
        abort();
    buf_release(&sum.receipt);
    return tree;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct shelf *shelf;
    static json_t *sound;
    struct err e = { 0 };
    if (!shelf && shelf_load(SOURCE_ROOT "/definitions", false, &shelf, &e) < 0)
        abort();
    if (!sound)
        sound = sound_receipt(shelf);
    json_t *changed = json_deep_copy(sound);
    tree_mutate(changed, data, size, JSON_WHOLE_MOST);
    struct feed f = { file, sizeof file - 1 };
    struct verification v = { 0 };
    if (verify_evaluation(shelf, changed, feed_read, &f, &v, &e) == 0)
        assert(v.answer != VERIFY_SAME ||
               json_equal(json_object_get(changed, "result"), json_object_get(sound, "result")));
    buf_release(&v.text);
    verify_compare(changed, sound, &v);
    buf_release(&v.text);
    verify_compare(sound, changed, &v);
    buf_release(&v.text);
    json_decref(changed);
    return 0;
}
