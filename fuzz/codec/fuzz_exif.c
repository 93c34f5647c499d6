/* fuzz_exif.c - hostile EXIF, in each of the three wrappings: what comes out is plausible or absent. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "codec/image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look(const void *bytes, size_t len)
{
    struct image_exif x;
    image_exif(bytes, len, &x);
    if (x.orientation < 1 || x.orientation > 8 ||
        (x.has_place && !(x.lng >= -180 && x.lng <= 180 && x.lat >= -90 && x.lat <= 90)))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    look(data, size);
    if (size > 60000)
        return 0;
    scoped(buf_release) struct buf jpeg = BUF_INIT;
    unsigned n = (unsigned)size + 8;
    const char head[] = { '\xff', '\xd8', '\xff', '\xe1', (char)(n >> 8), (char)n, 'E', 'x', 'i', 'f', 0, 0 };
    buf_add(&jpeg, head, sizeof head);
    buf_add(&jpeg, data, size);
    buf_add(&jpeg, "\xff\xda\0\0", 4);
    look(jpeg.data, jpeg.len);
    return 0;
}
