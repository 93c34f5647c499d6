/* image.c - kinds and sizes by header, shrinking, turning, writing. */
#include "codec/image.h"

#include <errno.h>
#include <png.h>
#include <setjmp.h>
#include <stdio.h> /* before jpeglib.h, which needs FILE */
#include <jpeglib.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"

void image_release(struct image *m)
{
    free(m->rgb);
    *m = (struct image){ 0 };
}

enum image_kind image_kind(const void *bytes, size_t len)
{
    static const struct {
        enum image_kind kind;
        size_t at, len;
        const char *magic;
    } marks[] = {
        { IMAGE_JPEG, 0, 3, "\xff\xd8\xff" },
        { IMAGE_PNG, 0, 8, "\x89PNG\r\n\x1a\n" },
        { IMAGE_WEBP, 8, 4, "WEBP" },
    };
    for (size_t i = 0; i < COUNT_OF(marks); i++)
        if (len >= 16 && memcmp((const char *)bytes + marks[i].at, marks[i].magic, marks[i].len) == 0 &&
            (marks[i].kind != IMAGE_WEBP || memcmp(bytes, "RIFF", 4) == 0))
            return marks[i].kind;
    return IMAGE_NONE;
}

static int new_image(int width, int height, struct image *ret, struct err *e)
{
    *ret = (struct image){ width, height, malloc((size_t)width * (size_t)height * 3) };
    return ret->rgb ? 0 : err_set(e, -ENOMEM, "no memory for a picture");
}

/* ---- shrinking: every source pixel counts once, so nothing flickers or is lost ---- */

static int cell(int i, int from, int to) /* first source pixel of target pixel i */
{
    return (int)((int64_t)i * from / to);
}

static void average(const struct image *m, int x0, int x1, int y0, int y1, uint8_t out[3])
{
    uint64_t sum[3] = { 0 }, n = (uint64_t)(x1 - x0) * (uint64_t)(y1 - y0);
    for (int y = y0; y < y1; y++) {
        const uint8_t *p = m->rgb + ((size_t)y * (size_t)m->width + (size_t)x0) * 3;
        for (int x = x0; x < x1; x++, p += 3)
            for (int c = 0; c < 3; c++)
                sum[c] += p[c];
    }
    for (int c = 0; c < 3; c++)
        out[c] = (uint8_t)((sum[c] + n / 2) / n);
}

int image_shrink(const struct image *m, int width, int height, struct image *ret, struct err *e)
{
    if (width < 1 || height < 1 || width > m->width || height > m->height)
        return err_set(e, -EINVAL, "a picture of %d × %d is not shrunk to %d × %d", m->width, m->height,
                       width, height);
    int r = new_image(width, height, ret, e);
    for (int y = 0; r == 0 && y < height; y++)
        for (int x = 0; x < width; x++)
            average(m, cell(x, m->width, width), cell(x + 1, m->width, width), cell(y, m->height, height),
                    cell(y + 1, m->height, height), ret->rgb + ((size_t)y * (size_t)width + (size_t)x) * 3);
    return r;
}

/* EXIF 2.3, 4.6.4 A, tag 0112: where row 0 and column 0 of the stored picture are seen. Odd figures of the pairs are mirrored, 5 to 8 have
 * sides exchanged. */
int image_turn(struct image *m, int orientation, struct err *e)
{
    static const struct {
        bool swap, right, down; /* x from the right, y from below, after the exchange */
    } turns[9] = { [2] = { false, true, false }, [3] = { false, true, true }, [4] = { false, false, true },
                   [5] = { true, false, false }, [6] = { true, true, false }, [7] = { true, true, true },
                   [8] = { true, false, true } };
    if (orientation < 2 || orientation > 8)
        return 0;
    struct image t;
    bool swap = turns[orientation].swap;
    int r = new_image(swap ? m->height : m->width, swap ? m->width : m->height, &t, e);
    if (r < 0)
        return r;
    for (int y = 0; y < m->height; y++)
        for (int x = 0; x < m->width; x++) {
            int tx = swap ? y : x, ty = swap ? x : y;
            tx = turns[orientation].right ? t.width - 1 - tx : tx;
            ty = turns[orientation].down ? t.height - 1 - ty : ty;
            memcpy(t.rgb + ((size_t)ty * (size_t)t.width + (size_t)tx) * 3,
                   m->rgb + ((size_t)y * (size_t)m->width + (size_t)x) * 3, 3);
        }
    image_release(m);
    *m = t;
    return 0;
}

/* ---- writing ---- */

struct jpeg_writer {
    struct jpeg_compress_struct c;
    struct jpeg_error_mgr err;
    jmp_buf out;
    unsigned char *bytes;
    unsigned long len;
};

static void writer_fails(j_common_ptr c)
{
    longjmp(((struct jpeg_writer *)(void *)c)->out, 1);
}

static void quiet(j_common_ptr c)
{
    (void)c;
}

int image_write_jpeg(const struct image *m, int quality, struct buf *out, struct err *e)
{
    struct jpeg_writer *w = calloc(1, sizeof *w);
    if (!w)
        return err_set(e, -ENOMEM, "no memory for a picture");
    w->c.err = jpeg_std_error(&w->err);
    w->err.error_exit = writer_fails;
    w->err.output_message = quiet;
    int r = 0;
    if (setjmp(w->out)) {
        r = err_set(e, -EIO, "JPEG: the picture cannot be written");
        goto done;
    }
    jpeg_create_compress(&w->c);
    jpeg_mem_dest(&w->c, &w->bytes, &w->len);
    w->c.image_width = (JDIMENSION)m->width;
    w->c.image_height = (JDIMENSION)m->height;
    w->c.input_components = 3;
    w->c.in_color_space = JCS_RGB;
    jpeg_set_defaults(&w->c);
    jpeg_set_quality(&w->c, quality, TRUE);
    jpeg_start_compress(&w->c, TRUE);
    while (w->c.next_scanline < w->c.image_height) {
        JSAMPROW row = m->rgb + (size_t)w->c.next_scanline * (size_t)m->width * 3;
        jpeg_write_scanlines(&w->c, &row, 1);
    }
    jpeg_finish_compress(&w->c);
    buf_add(out, w->bytes, w->len);
    if (out->failed)
        r = err_set(e, -ENOMEM, "no memory for a picture");
done:
    jpeg_destroy_compress(&w->c);
    free(w->bytes);
    free(w);
    return r;
}

int image_write_png(const struct image *m, struct buf *out, struct err *e)
{
    png_image p = { .version = PNG_IMAGE_VERSION,
                    .width = (png_uint_32)m->width,
                    .height = (png_uint_32)m->height,
                    .format = PNG_FORMAT_RGB };
    png_alloc_size_t len = 0;
    if (!png_image_write_to_memory(&p, NULL, &len, 0, m->rgb, 0, NULL))
        return err_set(e, -EIO, "PNG: %s", p.message);
    char *room = buf_room(out, len);
    if (!room)
        return err_set(e, -ENOMEM, "no memory for a picture");
    if (!png_image_write_to_memory(&p, room, &len, 0, m->rgb, 0, NULL))
        return err_set(e, -EIO, "PNG: %s", p.message);
    buf_grown(out, len);
    return 0;
}
