/* The small readers of base on anything: CSV in place, decimal numbers, times, UTF-8, and JSON written and read back. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/csv.h"
#include "base/json.h"
#include "base/micro.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

static void read_csv(const unsigned char *data, size_t size)
{
    char *text = malloc(size + 1);
    static struct csv c;
    struct err e;
    if (!text)
        return;
    memcpy(text, data, size);
    csv_init(&c, text, size);
    int r;
    const char *was = c.p;
    while ((r = csv_next(&c, &e)) != 0) {
        assert(c.p > was); /* it always gets on */
        was = c.p;
        for (size_t i = 0; r == 1 && i < c.n; i++)
            assert(c.field[i].s >= text && c.field[i].s + c.field[i].len <= text + size);
    }
    free(text);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    const char *s = (const char *)data;
    char text[MICRO_TEXT];
    micro v;
    int64_t ms;
    read_csv(data, size);
    if (micro_parse(s, size, &v, NULL)) {
        micro back;
        micro_format(v, -1, text);
        assert(micro_parse(text, strlen(text), &back, NULL) && back == v);
    }
    if (cn_parse_iso(s, size, &ms) || cn_parse_compact(s, size, &ms)) {
        struct cn_civil c = cn_from_ms(ms);
        assert(cn_to_ms(&c) == ms);
    }
    struct buf out = BUF_INIT;
    struct jw w = JW(&out);
    json_t *tree = NULL;
    jw_array(&w);
    jw_strn(&w, s, size);
    jw_end_array(&w);
    if (!out.failed && !memchr(s, 0, size)) {
        assert(json_read(out.data, out.len, &tree, NULL) == 0); /* whatever comes in, valid JSON goes out */
        if (utf8_valid(s, size, NULL))
            assert(json_string_length(json_array_get(tree, 0)) == size);
        json_decref(tree);
    }
    buf_release(&out);
    return 0;
}
