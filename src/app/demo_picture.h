/* demo_picture.h - a drawn scene that stands for a photo in the demo: sky, hills, works with chimneys, water; a striped band along the
 * foot marks it as drawn. No two seeds look alike to image_hash, so that the demo's photos are not taken for one photo used twice. */
#pragma once

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/* Appends a JPEG of the scene of `seed`, the same for the same seed. */
int demo_picture(uint64_t seed, struct buf *out, struct err *e);
