/* Whatever a client sends as a request line or header, only names come out: UTF-8, no control characters, nothing that climbs. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "api/target.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *s)
{
    assert(utf8_valid(s, strlen(s), NULL));
    for (; *s; s++)
        assert((unsigned char)*s >= 0x20 && *s != 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    if (!text)
        return 0;
    if (size)
        memcpy(text, data, size);
    text[size] = '\0';

    static struct target t;
    struct err e;
    if (target_parse(text, &t, &e) == 0) {
        assert(t.n_segments <= TARGET_SEGMENTS && t.n_params <= TARGET_PARAMS);
        for (size_t i = 0; i < t.n_segments; i++) {
            check_text(t.segment[i]);
            assert(t.segment[i][0] && t.segment[i][0] != '.' && !strpbrk(t.segment[i], "/\\"));
        }
        for (size_t i = 0; i < t.n_params; i++) {
            check_text(t.param[i].key);
            check_text(t.param[i].value);
            assert(target_param(&t, t.param[i].key));
        }
    } else {
        assert(e.code < 0 && e.text[0]);
    }
    char out[97];
    if (cookie_find(text, "bihuan_session", out, sizeof out))
        assert(out[0] && strlen(out) < sizeof out && !strchr(out, ';'));
    if (bearer_find(text, out, sizeof out))
        assert(out[0] && strlen(out) < sizeof out);
    (void)media_is_json(text);
    (void)accepts_gzip(text);
    free(text);
    return 0;
}
