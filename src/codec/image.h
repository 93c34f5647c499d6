/* image.h - pictures: JPEG, PNG and WebP to pixels with bounds, small JPEG pictures of them, a hash that likeness survives, and what
 * a camera noted (EXIF). Pure; the decoders are libjpeg, libpng, libwebp and libexif.
 *
 * Nothing of a picture's own metadata passes through: what image_write_jpeg writes has pixels and nothing else. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum image_kind { IMAGE_NONE, IMAGE_JPEG, IMAGE_PNG, IMAGE_WEBP };

enum {
    IMAGE_EDGE_MAX = 20000,              /* pixels along one side */
    IMAGE_PIXELS_MAX = 80 * 1000 * 1000, /* read row by row: a phone's 50 million fit */
    IMAGE_WHOLE_MAX =
        26 * 1000 * 1000, /* kinds that a decoder must hold whole: progressive, interlaced, WebP */
    IMAGE_SCANS_MAX = 64, /* of a progressive JPEG: each costs a pass over all pixels */
    IMAGE_THUMB = 320,    /* longer side of a thumbnail */
};

/* RGB, 8 bits, rows without gaps. */
struct image {
    int width, height;
    uint8_t *rgb; /* owned */
};

enum image_kind image_kind(const void *bytes, size_t len); /* by the first bytes */
/* The size that is written in the header, before anything is decoded. -EFBIG past the bounds. */
int image_size(const void *bytes, size_t len, int *ret_width, int *ret_height, struct err *e);
/* Decodes to a picture whose longer side is at most `edge` (never enlarged); transparency is laid on white. The caller releases. -EINVAL:
 * damaged or none of the kinds; -EFBIG: past the bounds. */
int image_read(const void *bytes, size_t len, int edge, struct image *ret, struct err *e);
void image_release(struct image *m);
/* Averages areas: to exactly width × height, each at most the picture's own. */
int image_shrink(const struct image *m, int width, int height, struct image *ret, struct err *e);
/* Turns it as EXIF's orientation 1..8 says (others: as it is). */
int image_turn(struct image *m, int orientation, struct err *e);
/* Appends a JPEG without metadata. */
int image_write_jpeg(const struct image *m, int quality, struct buf *out, struct err *e);
/* Appends a PNG; for tests and exports. */
int image_write_png(const struct image *m, struct buf *out, struct err *e);

/* 64 bits that stay nearly the same when the picture is packed again, made smaller, cut a little or made lighter: the signs of the low
 * frequencies of its brightness (a discrete cosine transform of 32 × 32, the 8 × 8 lowest without the mean, against their median). 0: too
 * even to tell (a blank page). Measured beside the difference hash in tests/unit/codec/test_image.c. */
uint64_t image_hash(const struct image *m);
int image_hash_distance(uint64_t a, uint64_t b); /* 0 to 64 */
enum { IMAGE_HASH_NEAR = 10 };                   /* at most this: probably one photo */

struct image_exif {
    bool has_time, has_place;
    int64_t taken;   /* ms; China time where the camera names no zone */
    double lng, lat; /* WGS 84 as cameras write it */
    int orientation; /* 1 to 8; 1 when not said */
};
/* What a JPEG, PNG or WebP has of it; all unset when there is none or it is damaged. */
void image_exif(const void *bytes, size_t len, struct image_exif *ret);
