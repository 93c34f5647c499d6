/* fuzz_filetype.c - any bytes have a kind or a reason; any name becomes one that is safe. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "base/utf8.h"
#include "codec/filetype.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct file_type *t = NULL;
    scoped(buf_release) struct buf name = BUF_INIT;
    scoped(freep) char *text = strndup((const char *)data, size);
    struct err e = { 0 };
    if (file_type_of(data, size, &t, &e) < 0 && (t || !*e.text))
        abort();
    file_name_clean(text ? text : "", t ? t : file_type_named("pdf"), &name);
    if (!name.data || name.len > 120 || name.data[0] == '.' || strpbrk(name.data, "/\\<>\"\r\n") ||
        !utf8_valid(name.data, name.len, NULL))
        abort();
    return 0;
}
