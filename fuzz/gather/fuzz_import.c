/* Any CSV: the reader ends, and every record it hands over is of a site of the place and carries a value or a flag. The first byte picks
 * the options. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "gather/import/import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int append(const struct record *r, size_t n, size_t *ret_new, void *arg, struct err *e)
{
    (void)arg, (void)e;
    *ret_new = n;
    for (size_t i = 0; i < n; i++)
        assert(r[i].site == 1 && r[i].body_len > 0 && (i == 0 || r[i - 1].time <= r[i].time));
    return 0;
}

static void bad(size_t line, const char *reason, void *arg)
{
    (void)arg;
    assert(line > 0 && *reason);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct site site = { .id = 1, .code = "A", .name = "", .name_en = "" };
    static const struct place place = { .sites = &site, .n_sites = 1 };
    static json_t *map;
    struct err e;
    if (!map) {
        static const char text[] =
            "{\"columns\":{\"P\":\"pm25\",\"S\":\"site\"},\"scale\":{\"co\":0.001,\"P\":1000}}";
        json_read(text, sizeof text - 1, &map, &e);
    }
    int how = size ? data[0] : 0;
    struct import_options o = { .place = &place,
                                .period = how & 1 ? PERIOD_DAY : PERIOD_HOUR,
                                .label = how & 2 ? IMPORT_LABEL_END : IMPORT_LABEL_START,
                                .skip_bad = how & 4,
                                .map = how & 8 ? map : NULL,
                                .site = how & 16 ? "A" : NULL,
                                .now = INT64_C(1780000000000) };
    struct import_calls c = { append, bad, NULL };
    struct import_report rep;
    size_t len = size ? size - 1 : 0;
    char *copy = malloc(len + 1);
    if (len)
        memcpy(copy, data + 1, len);
    import_csv(copy, len, &o, &c, &rep, &e);
    free(copy);
    return 0;
}
