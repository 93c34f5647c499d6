/* image_read.c - the decoders, each held to the bounds of image.h before it takes memory. */
#include <errno.h>
#include <png.h>
#include <setjmp.h>
#include <stdio.h> /* before jpeglib.h, which needs FILE */
#include <jpeglib.h>
#include <jerror.h>
#include <stdlib.h>
#include <string.h>
#include <webp/decode.h>

#include "base/scoped.h"
#include "codec/image.h"

static int check_bounds(int64_t width, int64_t height, bool whole, struct err *e)
{
    if (width < 1 || height < 1)
        return err_set(e, -EINVAL, "图片没有内容 | the picture is empty");
    if (width > IMAGE_EDGE_MAX || height > IMAGE_EDGE_MAX ||
        width * height > (whole ? IMAGE_WHOLE_MAX : IMAGE_PIXELS_MAX))
        return err_named(e, -EFBIG, "file.pixels",
                         "图片过大：%lld × %lld 像素 | the picture is too large: %lld × %lld pixels",
                         (long long)width, (long long)height, (long long)width, (long long)height);
    return 0;
}

static int damaged(struct err *e, const char *kind)
{
    return err_named(e, -EINVAL, "file.damaged", "%s 图片已损坏，无法读取 | the %s picture is damaged", kind,
                     kind);
}

/* The smallest size that rows may be gathered into on the way, so that a large picture is never held whole: rows and columns are averaged by a
 * whole number, and what is left is at least `edge` long. */
static int step_for(int width, int height, int edge)
{
    int longer = width > height ? width : height, step = longer / (edge > 0 ? edge : 1);
    return step < 1 ? 1 : step;
}

/* Rows come in, every `step` of them become one row of the picture. */
struct gather {
    struct image *m;
    uint32_t *sum; /* 3 a column of the picture */
    int step, width, row, y;
};

static int gather_begin(struct gather *g, int width, int height, int edge, struct image *m, struct err *e)
{
    int step = step_for(width, height, edge);
    int w = width / step ? width / step : 1, h = height / step ? height / step : 1;
    *g = (struct gather){ .m = m, .step = step, .width = width };
    *m = (struct image){ w, h, calloc((size_t)w * (size_t)h, 3) };
    g->sum = calloc((size_t)w * 3, sizeof *g->sum);
    return m->rgb && g->sum ? 0 : err_set(e, -ENOMEM, "no memory for a picture");
}

/* A side shorter than one step has one cell, which is as large as the side. */
static void gather_row(struct gather *g, const uint8_t *rgb, int height)
{
    int across = g->width < g->step ? g->width : g->step, down = height < g->step ? height : g->step;
    if (g->y >= g->m->height)
        return;
    for (int x = 0; x < g->m->width * across; x++)
        for (int c = 0; c < 3; c++)
            g->sum[(x / across) * 3 + c] += rgb[x * 3 + c];
    if (++g->row < down)
        return;
    uint32_t n = (uint32_t)across * (uint32_t)down;
    uint8_t *to = g->m->rgb + (size_t)g->y * (size_t)g->m->width * 3;
    for (int i = 0; i < g->m->width * 3; i++)
        to[i] = (uint8_t)((g->sum[i] + n / 2) / n);
    memset(g->sum, 0, (size_t)g->m->width * 3 * sizeof *g->sum);
    g->row = 0;
    g->y++;
}

/* ---- JPEG ---- */

struct jpeg_reader {
    struct jpeg_decompress_struct c;
    struct jpeg_error_mgr err;
    struct jpeg_progress_mgr progress;
    jmp_buf out;
    bool many;   /* scans */
    bool short_; /* the file ends before the picture does */
    uint8_t *row, *rgb;
    struct gather g;
};

static void reader_fails(j_common_ptr c)
{
    longjmp(((struct jpeg_reader *)(void *)c)->out, 1);
}

static void quiet(j_common_ptr c)
{
    (void)c;
}

/* libjpeg fills what is missing with grey and only warns; other warnings are ordinary in cameras' files. */
static void take_warning(j_common_ptr c, int level)
{
    if (level < 0 && c->err->msg_code == JWRN_JPEG_EOF)
        ((struct jpeg_reader *)(void *)c)->short_ = true;
}

static void count_scans(j_common_ptr c)
{
    struct jpeg_reader *d = (struct jpeg_reader *)(void *)c;
    if (c->is_decompressor && d->c.input_scan_number > IMAGE_SCANS_MAX) {
        d->many = true;
        longjmp(d->out, 1);
    }
}

/* Four inks come as Adobe writes them, inverted; without a profile this is near enough for a small picture. */
static void to_rgb(const struct jpeg_reader *d, uint8_t *rgb)
{
    int n = d->c.output_components;
    for (JDIMENSION x = 0; x < d->c.output_width; x++, rgb += 3) {
        const uint8_t *p = d->row + (size_t)x * (size_t)n;
        for (int c = 0; c < 3; c++)
            rgb[c] = n == 4 ? (uint8_t)(p[c] * p[3] / 255) : n == 3 ? p[c] : p[0];
    }
}

static int jpeg_decode(struct jpeg_reader *d, const void *bytes, size_t len, int edge, struct image *ret,
                       struct err *e)
{
    if (setjmp(d->out))
        return d->many ? err_named(e, -EFBIG, "file.pixels", "JPEG 扫描过多 | the JPEG has too many scans")
                       : damaged(e, "JPEG");
    jpeg_create_decompress(&d->c);
    d->c.progress = &d->progress;
    d->progress.progress_monitor = count_scans;
    jpeg_mem_src(&d->c, bytes, len);
    jpeg_read_header(&d->c, TRUE);
    bool whole = jpeg_has_multiple_scans(&d->c);
    int r = check_bounds(d->c.image_width, d->c.image_height, whole, e);
    if (r < 0)
        return r;
    int longer = (int)(d->c.image_width > d->c.image_height ? d->c.image_width : d->c.image_height);
    d->c.scale_num = 1;
    d->c.scale_denom = 1;
    while (d->c.scale_denom < 8 && longer / (int)(d->c.scale_denom * 2) >= edge)
        d->c.scale_denom *= 2;
    if (d->c.num_components == 3)
        d->c.out_color_space = JCS_RGB;
    else if (d->c.num_components == 4)
        d->c.out_color_space = JCS_CMYK;
    jpeg_start_decompress(&d->c);
    int width = (int)d->c.output_width, height = (int)d->c.output_height;
    d->row = calloc((size_t)width, (size_t)d->c.output_components);
    d->rgb = calloc((size_t)width, 3);
    if (!d->row || !d->rgb)
        return err_set(e, -ENOMEM, "no memory for a picture");
    if ((r = gather_begin(&d->g, width, height, edge, ret, e)) < 0)
        return r;
    while (d->c.output_scanline < d->c.output_height) {
        JSAMPROW row = d->row;
        if (jpeg_read_scanlines(&d->c, &row, 1) != 1)
            return damaged(e, "JPEG");
        to_rgb(d, d->rgb);
        gather_row(&d->g, d->rgb, height);
    }
    return d->short_ ? damaged(e, "JPEG") : 0;
}

static int read_jpeg(const void *bytes, size_t len, int edge, struct image *ret, struct err *e)
{
    struct jpeg_reader *d = calloc(1, sizeof *d);
    if (!d)
        return err_set(e, -ENOMEM, "no memory for a picture");
    d->c.err = jpeg_std_error(&d->err);
    d->err.error_exit = reader_fails;
    d->err.output_message = quiet;
    d->err.emit_message = take_warning;
    int r = jpeg_decode(d, bytes, len, edge, ret, e);
    jpeg_destroy_decompress(&d->c);
    free(d->row);
    free(d->rgb);
    free(d->g.sum);
    free(d);
    return r;
}

/* ---- PNG ---- */

struct png_reader {
    png_structp png;
    png_infop info;
    const uint8_t *bytes;
    size_t len, at;
    uint8_t *row, **rows;
    struct gather g;
};

static void png_take(png_structp png, png_bytep to, size_t n)
{
    struct png_reader *d = png_get_io_ptr(png);
    if (n > d->len - d->at)
        png_error(png, "short");
    memcpy(to, d->bytes + d->at, n);
    d->at += n;
}

static void png_fails(png_structp png, png_const_charp text)
{
    (void)text;
    png_longjmp(png, 1);
}

static void png_warns(png_structp png, png_const_charp text)
{
    (void)png, (void)text;
}

/* Laid on white, in place: RGBA to RGB. */
static void on_white(uint8_t *row, int width)
{
    uint8_t *to = row;
    for (const uint8_t *p = row, *end = row + (size_t)width * 4; p < end; p += 4, to += 3) {
        int a = p[3];
        uint8_t rgb[3];
        for (int c = 0; c < 3; c++)
            rgb[c] = (uint8_t)((p[c] * a + 255 * (255 - a) + 127) / 255);
        memcpy(to, rgb, 3);
    }
}

static int png_rows(struct png_reader *d, int width, int height, bool whole, int edge, struct image *ret,
                    struct err *e)
{
    size_t pitch = (size_t)width * 4;
    if (png_get_rowbytes(d->png, d->info) != pitch)
        return damaged(e, "PNG");
    d->row = malloc(whole ? pitch * (size_t)height : pitch);
    d->rows = whole ? calloc((size_t)height, sizeof *d->rows) : NULL;
    if (!d->row || (whole && !d->rows))
        return err_set(e, -ENOMEM, "no memory for a picture");
    int r = gather_begin(&d->g, width, height, edge, ret, e);
    if (r < 0)
        return r;
    for (int y = 0; whole && y < height; y++)
        d->rows[y] = d->row + pitch * (size_t)y;
    if (whole)
        png_read_image(d->png, d->rows);
    for (int y = 0; y < height; y++) {
        uint8_t *row = whole ? d->rows[y] : d->row;
        if (!whole)
            png_read_row(d->png, row, NULL);
        on_white(row, width);
        gather_row(&d->g, row, height);
    }
    return 0;
}

static int png_decode(struct png_reader *d, int edge, struct image *ret, struct err *e)
{
    if (setjmp(png_jmpbuf(d->png)))
        return damaged(e, "PNG");
    png_set_user_limits(d->png, IMAGE_EDGE_MAX, IMAGE_EDGE_MAX);
    png_set_chunk_malloc_max(d->png, 4 * 1024 * 1024);
    png_set_read_fn(d->png, d, png_take);
    png_read_info(d->png, d->info);
    int width = (int)png_get_image_width(d->png, d->info),
        height = (int)png_get_image_height(d->png, d->info);
    bool whole = png_get_interlace_type(d->png, d->info) != PNG_INTERLACE_NONE;
    int r = check_bounds(width, height, whole, e);
    if (r < 0)
        return r;
    png_set_expand(d->png);
    png_set_scale_16(d->png);
    png_set_gray_to_rgb(d->png);
    png_set_add_alpha(d->png, 255, PNG_FILLER_AFTER);
    if (whole)
        png_set_interlace_handling(d->png);
    png_read_update_info(d->png, d->info);
    return png_rows(d, width, height, whole, edge, ret, e);
}

static int read_png(const void *bytes, size_t len, int edge, struct image *ret, struct err *e)
{
    struct png_reader *d = calloc(1, sizeof *d);
    if (d)
        d->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, png_fails, png_warns);
    if (d && d->png)
        d->info = png_create_info_struct(d->png);
    int r = d && d->info ? 0 : err_set(e, -ENOMEM, "no memory for a picture");
    if (r == 0) {
        d->bytes = bytes;
        d->len = len;
        r = png_decode(d, edge, ret, e);
    }
    if (d) {
        png_destroy_read_struct(&d->png, &d->info, NULL);
        free(d->row);
        free(d->rows);
        free(d->g.sum);
        free(d);
    }
    return r;
}

/* ---- WebP ---- */

static int read_webp(const void *bytes, size_t len, int edge, struct image *ret, struct err *e)
{
    WebPDecoderConfig c;
    if (!WebPInitDecoderConfig(&c))
        return err_set(e, -EIO, "libwebp of another version");
    if (WebPGetFeatures(bytes, len, &c.input) != VP8_STATUS_OK || c.input.has_animation)
        return damaged(e, "WebP");
    int width = c.input.width, height = c.input.height, r = check_bounds(width, height, true, e);
    if (r < 0)
        return r;
    int longer = width > height ? width : height;
    c.output.colorspace = MODE_RGBA;
    if (longer > edge) {
        c.options.use_scaling = 1;
        c.options.scaled_width = (int)((int64_t)width * edge / longer);
        c.options.scaled_height = (int)((int64_t)height * edge / longer);
        c.options.scaled_width += c.options.scaled_width < 1;
        c.options.scaled_height += c.options.scaled_height < 1;
    }
    VP8StatusCode status = WebPDecode(bytes, len, &c);
    if (status == VP8_STATUS_OK) {
        *ret = (struct image){ c.output.width, c.output.height,
                               malloc((size_t)c.output.width * (size_t)c.output.height * 3) };
        for (int y = 0; ret->rgb && y < ret->height; y++) {
            uint8_t *row = c.output.u.RGBA.rgba + (size_t)y * (size_t)c.output.u.RGBA.stride;
            on_white(row, ret->width);
            memcpy(ret->rgb + (size_t)y * (size_t)ret->width * 3, row, (size_t)ret->width * 3);
        }
    }
    WebPFreeDecBuffer(&c.output);
    if (status == VP8_STATUS_OUT_OF_MEMORY || (status == VP8_STATUS_OK && !ret->rgb))
        return err_set(e, -ENOMEM, "no memory for a picture");
    return status == VP8_STATUS_OK ? 0 : damaged(e, "WebP");
}

/* ---- all kinds ---- */

static int (*const readers[])(const void *, size_t, int, struct image *, struct err *) = {
    [IMAGE_JPEG] = read_jpeg,
    [IMAGE_PNG] = read_png,
    [IMAGE_WEBP] = read_webp,
};

/* A decoder leaves up to twice the size that is wanted. */
static int fit(struct image *m, int edge, struct err *e)
{
    int longer = m->width > m->height ? m->width : m->height;
    if (longer <= edge)
        return 0;
    int width = (int)((int64_t)m->width * edge / longer), height = (int)((int64_t)m->height * edge / longer);
    struct image small = { 0 };
    int r = image_shrink(m, width ? width : 1, height ? height : 1, &small, e);
    image_release(m);
    *m = small;
    return r;
}

int image_read(const void *bytes, size_t len, int edge, struct image *ret, struct err *e)
{
    enum image_kind kind = image_kind(bytes, len);
    *ret = (struct image){ 0 };
    if (kind == IMAGE_NONE || edge < 1)
        return err_named(e, -EINVAL, "file.damaged", "不是图片 | no picture");
    int r = readers[kind](bytes, len, edge, ret, e);
    if (r == 0)
        r = fit(ret, edge, e);
    if (r < 0)
        image_release(ret);
    return r;
}

/* ---- the size alone ---- */

static bool jpeg_size(const uint8_t *p, size_t len, int *width, int *height)
{
    for (size_t at = 2; at + 9 < len;) {
        if (p[at] != 0xff)
            return false;
        uint8_t mark = p[at + 1];
        if (mark == 0xff) {
            at++;
            continue;
        }
        size_t n = (size_t)p[at + 2] << 8 | p[at + 3];
        /* ITU-T T.81, table B.1: SOF0 to SOF15 but DHT, JPG and DAC */
        if (mark >= 0xc0 && mark <= 0xcf && mark != 0xc4 && mark != 0xc8 && mark != 0xcc) {
            *height = p[at + 5] << 8 | p[at + 6];
            *width = p[at + 7] << 8 | p[at + 8];
            return true;
        }
        if (n < 2 || mark == 0xd9 || mark == 0xda)
            return false;
        at += 2 + n;
    }
    return false;
}

int image_size(const void *bytes, size_t len, int *ret_width, int *ret_height, struct err *e)
{
    const uint8_t *p = bytes;
    int w = 0, h = 0;
    bool known = false;
    switch (image_kind(bytes, len)) {
    case IMAGE_JPEG:
        known = jpeg_size(p, len, &w, &h);
        break;
    case IMAGE_PNG:
        known = len >= 24 && p[16] == 0 && p[20] == 0; /* ISO/IEC 15948, 11.2.2 */
        w = known ? p[17] << 16 | p[18] << 8 | p[19] : 0;
        h = known ? p[21] << 16 | p[22] << 8 | p[23] : 0;
        break;
    case IMAGE_WEBP:
        known = WebPGetInfo(bytes, len, &w, &h) != 0;
        break;
    case IMAGE_NONE:
        break;
    }
    if (!known)
        return err_named(e, -EINVAL, "file.damaged",
                         "图片的尺寸无法读取 | the picture's size cannot be read");
    *ret_width = w;
    *ret_height = h;
    return check_bounds(w, h, false, e);
}
