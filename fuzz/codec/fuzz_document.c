/* fuzz_document.c - hostile documents: whatever comes out is UTF-8 without NUL, and html_text and text_unwrap take any text. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "base/utf8.h"
#include "codec/document.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void sound(const struct buf *text)
{
    if (text->data && (!utf8_valid(text->data, text->len, NULL) || memchr(text->data, 0, text->len)))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err e = { 0 };
    scoped(buf_release) struct buf any = BUF_INIT;
    scoped(buf_release) struct buf page = BUF_INIT;
    scoped(buf_release) struct buf lines = BUF_INIT;
    if (document_text(data, size, NULL, &any, &e) == 0)
        sound(&any);
    if (utf8_valid((const char *)data, size, NULL) && !memchr(data, 0, size)) {
        if (html_text((const char *)data, size, &page, &e) == 0)
            sound(&page);
        if (text_unwrap((const char *)data, size, &lines) == 0)
            sound(&lines);
    }
    return 0;
}
