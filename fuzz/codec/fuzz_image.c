/* fuzz_image.c - hostile pictures: what is decoded fits the bounds and can be turned, hashed and written again. */
#include <stdint.h>
#include <stdlib.h>

#include "base/scoped.h"
#include "codec/image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    scoped(image_release) struct image m = { 0 };
    scoped(buf_release) struct buf out = BUF_INIT;
    int width, height;
    /* Large empty pictures are fair but slow: the fuzzer gains nothing from them. */
    if (image_size(data, size, &width, &height, NULL) < 0 || (int64_t)width * height > 400 * 400)
        return 0;
    int edge = 1 + data[size - 1];
    if (image_read(data, size, edge, &m, NULL) < 0)
        return 0;
    if (m.width < 1 || m.height < 1 || m.width > edge || m.height > edge)
        abort();
    (void)image_hash(&m);
    if (image_turn(&m, 1 + data[size / 2] % 8, NULL) < 0 || image_write_jpeg(&m, 80, &out, NULL) < 0 ||
        image_kind(out.data, out.len) != IMAGE_JPEG)
        abort();
    return 0;
}
