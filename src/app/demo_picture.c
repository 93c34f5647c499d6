#include "app/demo_picture.h"

#include <errno.h>
#include <stdlib.h>

#include "base/mix.h"
#include "codec/image.h"

enum { WIDTH = 640, HEIGHT = 480, BAND = 24, QUALITY = 80 };

struct colour {
    int r, g, b;
};

/* The n-th choice of a scene: between lo and hi, both included. */
static int pick(uint64_t seed, int n, int lo, int hi)
{
    return lo + (int)(mix64(seed ^ mix64((uint64_t)n)) % (uint64_t)(hi - lo + 1));
}

static struct colour shade(struct colour a, struct colour b, int part, int whole)
{
    return (struct colour){ a.r + (b.r - a.r) * part / whole, a.g + (b.g - a.g) * part / whole,
                            a.b + (b.b - a.b) * part / whole };
}

/* A triangle wave between 0 and `height`. */
static int wave(int x, int length, int height)
{
    int at = x % length;
    return (at < length / 2 ? at : length - at) * 2 * height / length;
}

static void fill(struct image *m, int x0, int y0, int x1, int y1, struct colour c)
{
    for (int y = y0 < 0 ? 0 : y0; y < y1 && y < HEIGHT; y++)
        for (int x = x0 < 0 ? 0 : x0; x < x1 && x < WIDTH; x++) {
            uint8_t *p = m->rgb + ((size_t)y * WIDTH + (size_t)x) * 3;
            p[0] = (uint8_t)c.r;
            p[1] = (uint8_t)c.g;
            p[2] = (uint8_t)c.b;
        }
}

static void disc(struct image *m, int cx, int cy, int rx, int ry, struct colour c)
{
    for (int y = -ry; y <= ry; y++)
        for (int x = -rx; x <= rx; x++)
            if (x * x * ry * ry + y * y * rx * rx <= rx * rx * ry * ry)
                fill(m, cx + x, cy + y, cx + x + 1, cy + y + 1, c);
}

/* What differs most from photo to photo: clouds, and a tree near the camera. */
static void clouds(struct image *m, uint64_t seed, int ground)
{
    for (int i = pick(seed, 60, 0, 3); i > 0; i--) {
        int white = pick(seed, 60 + i * 5, 200, 250);
        disc(m, pick(seed, 61 + i * 5, 0, WIDTH), pick(seed, 62 + i * 5, 10, ground / 2),
             pick(seed, 63 + i * 5, 50, 160), pick(seed, 64 + i * 5, 14, 44),
             (struct colour){ white, white, white });
    }
}

static void tree(struct image *m, uint64_t seed)
{
    int at = pick(seed, 90, 0, WIDTH), crown = pick(seed, 91, 50, 110), top = pick(seed, 92, 60, HEIGHT / 2);
    struct colour leaf = { pick(seed, 93, 20, 90), pick(seed, 94, 50, 120), pick(seed, 95, 20, 70) };
    if (pick(seed, 96, 0, 3) == 0)
        return;
    fill(m, at - 8, top, at + 8, HEIGHT, (struct colour){ 70, 52, 38 });
    disc(m, at, top, crown, crown * pick(seed, 97, 60, 110) / 100, leaf);
}

static void sky_and_hills(struct image *m, uint64_t seed, int ground)
{
    struct colour top = { pick(seed, 1, 60, 150), pick(seed, 2, 110, 180), pick(seed, 3, 170, 230) };
    struct colour low = { pick(seed, 4, 190, 240), pick(seed, 5, 190, 235), pick(seed, 6, 200, 240) };
    struct colour far = { pick(seed, 7, 70, 120), pick(seed, 8, 100, 140), pick(seed, 9, 90, 130) };
    int length = pick(seed, 10, 180, 460), height = pick(seed, 11, 30, ground / 2),
        from = pick(seed, 12, 0, 400), small = pick(seed, 13, 40, 90);
    for (int y = 0; y < ground; y++)
        fill(m, 0, y, WIDTH, y + 1, shade(top, low, y, ground));
    for (int x = 0; x < WIDTH; x++) {
        int peak = ground - wave(x + from, length, height) - wave(x * 3 + from, small * 3, 14) - 6;
        for (int y = peak; y < ground; y++)
            fill(m, x, y, x + 1, y + 1, shade(far, low, y - peak, 2 * (ground - peak)));
    }
}

static void works(struct image *m, uint64_t seed, int n, int foot)
{
    struct colour wall = { pick(seed, n, 60, 235), pick(seed, n + 1, 60, 225), pick(seed, n + 2, 60, 215) };
    struct colour dark = { wall.r / 3, wall.g / 3, wall.b / 3 };
    int left = pick(seed, n + 3, 0, WIDTH - 120), wide = pick(seed, n + 4, 70, 200),
        high = pick(seed, n + 5, 40, 190);
    fill(m, left, foot - high, left + wide, foot, wall);
    fill(m, left, foot - high, left + wide, foot - high + 6, dark);
    for (int y = foot - high + 16; y + 14 < foot; y += 28)
        for (int x = left + 10; x + 12 < left + wide; x += 24)
            fill(m, x, y, x + 12, y + 14, shade(wall, dark, 2, 3));
    if (pick(seed, n + 6, 0, 2) == 0) /* a chimney with its red rings */
        for (int y = foot - high - 110; y < foot - high; y += 22) {
            fill(m, left + wide - 30, y, left + wide - 14, y + 22, (struct colour){ 225, 225, 225 });
            fill(m, left + wide - 30, y, left + wide - 14, y + 8, (struct colour){ 190, 60, 50 });
        }
}

static void foreground(struct image *m, uint64_t seed, int ground)
{
    bool water = pick(seed, 20, 0, 1) == 0;
    struct colour near =
        water
            ? (struct colour){ pick(seed, 21, 30, 90), pick(seed, 22, 80, 130), pick(seed, 23, 100, 160) }
            : (struct colour){ pick(seed, 21, 110, 160), pick(seed, 22, 110, 150), pick(seed, 23, 70, 110) };
    struct colour light = { near.r + 50, near.g + 50, near.b + 40 };
    for (int y = ground; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x += 4) {
            int ripple = (int)(mix64(seed ^ (uint64_t)(y / 3 * WIDTH + x / (water ? 40 : 8))) % 5);
            fill(m, x, y, x + 4, y + 1, shade(near, light, ripple + (HEIGHT - y) / 60, 12));
        }
    if (water) { /* the bank, and the pipe in it */
        int at = pick(seed, 24, 60, WIDTH - 140), big = pick(seed, 25, 20, 44);
        fill(m, 0, ground, WIDTH, ground + big + 24, (struct colour){ 132, 128, 118 });
        disc(m, at, ground + big / 2, big, big, (struct colour){ 175, 172, 165 });
        disc(m, at, ground + big / 2, big - 6, big - 6, (struct colour){ 28, 28, 30 });
    }
}

/* Diagonal stripes: nobody takes it for a camera's picture. */
static void mark_as_drawn(struct image *m)
{
    for (int y = HEIGHT - BAND; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            fill(m, x, y, x + 1, y + 1,
                 (x + y) / 16 % 2 ? (struct colour){ 250, 200, 40 } : (struct colour){ 40, 40, 40 });
}

int demo_picture(uint64_t seed, struct buf *out, struct err *e)
{
    struct image m = { .width = WIDTH, .height = HEIGHT, .rgb = calloc((size_t)WIDTH * HEIGHT, 3) };
    if (!m.rgb)
        return err_set(e, -ENOMEM, "out of memory");
    int ground = pick(seed, 0, HEIGHT * 2 / 5, HEIGHT * 7 / 10);
    sky_and_hills(&m, seed, ground);
    clouds(&m, seed, ground);
    for (int i = pick(seed, 30, 2, 5); i > 0; i--)
        works(&m, seed, 40 + i * 10, ground + pick(seed, 31 + i, -4, 30));
    foreground(&m, seed, ground);
    tree(&m, seed);
    mark_as_drawn(&m);
    int r = image_write_jpeg(&m, QUALITY, out, e);
    image_release(&m);
    return r;
}
