/* Pictures: sizes, kinds, turning, bounds, EXIF, and how far the likeness hash carries (table printed). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <webp/encode.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "codec/image.h"

/* ---- pictures like photos: soft shapes of several sizes, an edge or two, grain; from a fixed seed ---- */

static uint32_t next(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static double unit(uint32_t *seed)
{
    return next(seed) % 10000 / 10000.0;
}

enum { SHAPES = 14 };

static uint8_t byte(double v)
{
    return (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
}

static struct image photo(uint32_t seed, int width, int height)
{
    struct {
        double x, y, r, level[3];
        bool box;
    } s[SHAPES];
    double sky = 60 + 120 * unit(&seed), horizon = 0.25 + 0.5 * unit(&seed), ground = 30 + 120 * unit(&seed);
    for (int i = 0; i < SHAPES; i++) {
        s[i].x = unit(&seed);
        s[i].y = unit(&seed);
        s[i].r = 0.05 + 0.3 * unit(&seed);
        s[i].box = next(&seed) % 3 == 0;
        for (int c = 0; c < 3; c++)
            s[i].level[c] = 160 * unit(&seed) - 80;
    }
    struct image m = { width, height, malloc((size_t)width * (size_t)height * 3) };
    assert_non_null(m.rgb);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            double u = (double)x / width, v = (double)y / height;
            double grain = 8 * (unit(&seed) - 0.5);
            double level[3];
            for (int c = 0; c < 3; c++)
                level[c] = v < horizon ? sky + 40 * v + 10 * c : ground - 20 * v + 5 * c;
            for (int i = 0; i < SHAPES; i++) {
                double dx = (u - s[i].x) / s[i].r, dy = (v - s[i].y) / s[i].r;
                double part = s[i].box ? fabs(dx) < 0.6 && fabs(dy) < 0.4 : exp(-2 * (dx * dx + dy * dy));
                for (int c = 0; c < 3; c++)
                    level[c] += s[i].level[c] * part;
            }
            for (int c = 0; c < 3; c++)
                m.rgb[((size_t)y * (size_t)width + (size_t)x) * 3 + (size_t)c] = byte(level[c] + grain);
        }
    return m;
}

static struct image cut(const struct image *m, double share)
{
    int dx = (int)(m->width * share), dy = (int)(m->height * share);
    struct image c = { m->width - dx, m->height - dy, NULL };
    c.rgb = malloc((size_t)c.width * (size_t)c.height * 3);
    assert_non_null(c.rgb);
    for (int y = 0; y < c.height; y++) /* half of it on each side */
        memcpy(c.rgb + (size_t)y * (size_t)c.width * 3,
               m->rgb + ((size_t)(y + dy / 2) * (size_t)m->width + (size_t)(dx / 2)) * 3,
               (size_t)c.width * 3);
    return c;
}

static struct image lit(const struct image *m, double gain, double more)
{
    struct image c = { m->width, m->height, malloc((size_t)m->width * (size_t)m->height * 3) };
    assert_non_null(c.rgb);
    for (size_t i = 0; i < (size_t)m->width * (size_t)m->height * 3; i++)
        c.rgb[i] = byte(m->rgb[i] * gain + more);
    return c;
}

static struct image packed(const struct image *m, int quality)
{
    struct buf b = BUF_INIT;
    struct image c;
    struct err e;
    assert_int_equal(image_write_jpeg(m, quality, &b, &e), 0);
    assert_int_equal(image_read(b.data, b.len, 10000, &c, &e), 0);
    buf_release(&b);
    return c;
}

static struct image smaller(const struct image *m, int part)
{
    struct image c;
    assert_int_equal(image_shrink(m, m->width / part, m->height / part, &c, NULL), 0);
    return c;
}

/* The difference hash, measured beside ours: 9 × 8 cells, is each darker than its right neighbour. */
static uint64_t difference_hash(const struct image *m)
{
    struct image s;
    uint64_t h = 0;
    int level[72];
    assert_int_equal(image_shrink(m, 9, 8, &s, NULL), 0);
    for (int i = 0; i < 72; i++)
        level[i] = 299 * s.rgb[i * 3] + 587 * s.rgb[i * 3 + 1] + 114 * s.rgb[i * 3 + 2];
    for (int y = 0; y < 8; y++)
        for (int x = 0; x < 8; x++)
            h |= (uint64_t)(level[y * 9 + x] < level[y * 9 + x + 1]) << (y * 8 + x);
    image_release(&s);
    return h;
}

enum { PHOTOS = 60, CHANGES = 9 };
static const char *const change_name[CHANGES] = {
    "JPEG quality 60", "JPEG quality 25", "half the size",   "a quarter of the size", "2 % cut off",
    "5 % cut off",     "10 % cut off",    "a fifth lighter", "darker, less contrast"
};

static struct image changed(const struct image *m, int how)
{
    switch (how) {
    case 0:
        return packed(m, 60);
    case 1:
        return packed(m, 25);
    case 2:
        return smaller(m, 2);
    case 3:
        return smaller(m, 4);
    case 4:
        return cut(m, 0.02);
    case 5:
        return cut(m, 0.05);
    case 6:
        return cut(m, 0.10);
    case 7:
        return lit(m, 1.2, 0);
    default:
        return lit(m, 0.75, 10);
    }
}

/* The same photo stays near, others stay far; the figures decide which hash and which bound. */
static void likeness(void **state)
{
    (void)state;
    static struct {
        uint64_t ours, difference;
    } h[PHOTOS];
    int worst[CHANGES] = { 0 }, worst_d[CHANGES] = { 0 }, over[CHANGES] = { 0 }, over_d[CHANGES] = { 0 };
    print_message("# %d photos of seed 1..%d\n", PHOTOS, PHOTOS);
    for (uint32_t i = 0; i < PHOTOS; i++) {
        struct image m = photo(i + 1, 480, 360);
        h[i].ours = image_hash(&m);
        h[i].difference = difference_hash(&m);
        for (int k = 0; k < CHANGES; k++) {
            struct image c = changed(&m, k);
            int d = image_hash_distance(h[i].ours, image_hash(&c)),
                dd = image_hash_distance(h[i].difference, difference_hash(&c));
            worst[k] = d > worst[k] ? d : worst[k];
            worst_d[k] = dd > worst_d[k] ? dd : worst_d[k];
            over[k] += d > IMAGE_HASH_NEAR;
            over_d[k] += dd > IMAGE_HASH_NEAR;
            image_release(&c);
        }
        image_release(&m);
    }
    for (int k = 0; k < CHANGES; k++)
        print_message("# %-24s cosine: worst %2d, past the bound %2d; difference: worst %2d, past %2d\n",
                      change_name[k], worst[k], over[k], worst_d[k], over_d[k]);
    int nearest = 64, nearest_d = 64, near = 0, near_d = 0;
    for (int i = 0; i < PHOTOS; i++)
        for (int j = 0; j < i; j++) {
            int d = image_hash_distance(h[i].ours, h[j].ours),
                dd = image_hash_distance(h[i].difference, h[j].difference);
            nearest = d < nearest ? d : nearest;
            nearest_d = dd < nearest_d ? dd : nearest_d;
            near += d <= IMAGE_HASH_NEAR;
            near_d += dd <= IMAGE_HASH_NEAR;
        }
    print_message("# different photos: cosine: nearest %d, within the bound %d of %d; difference: %d, %d\n",
                  nearest, near, PHOTOS * (PHOTOS - 1) / 2, nearest_d, near_d);
    /* Cutting is what the lowest frequencies bear least: 2 % is always seen through, 5 % nearly always, 10 % not to be relied on. */
    for (int k = 0; k < CHANGES; k++)
        if (k != 6)
            assert_true(over[k] <= (k == 5 ? PHOTOS / 20 : 0));
    assert_int_equal(near, 0);
}

static void an_even_picture_has_no_likeness(void **state)
{
    (void)state;
    struct image m = photo(5, 200, 100), dim;
    memset(m.rgb, 250, 200 * 100 * 3);
    m.rgb[3000] = 240;
    assert_true(image_hash(&m) == 0);
    image_release(&m);
    m = photo(5, 200, 100);
    dim = lit(&m, 0.5, 0);
    assert_true(image_hash(&m) != 0 && image_hash(&dim) != 0);
    image_release(&m);
    image_release(&dim);
}

/* ---- kinds, sizes, damage ---- */

static void pack(const struct image *m, enum image_kind kind, struct buf *out)
{
    uint8_t *webp = NULL;
    if (kind == IMAGE_JPEG)
        assert_int_equal(image_write_jpeg(m, 90, out, NULL), 0);
    else if (kind == IMAGE_PNG)
        assert_int_equal(image_write_png(m, out, NULL), 0);
    else {
        size_t n = WebPEncodeRGB(m->rgb, m->width, m->height, m->width * 3, 90, &webp);
        buf_add(out, webp, n);
        WebPFree(webp);
    }
}

static void every_kind_is_read(void **state)
{
    (void)state;
    static const struct {
        int width, height, edge, want_width, want_height;
    } sizes[] = { { 640, 480, 320, 320, 240 }, { 641, 479, 320, 320, 239 }, { 100, 50, 320, 100, 50 },
                  { 1, 1, 320, 1, 1 },         { 5000, 3, 320, 320, 1 },    { 3, 2000, 64, 1, 64 },
                  { 333, 999, 100, 33, 100 } };
    for (enum image_kind k = IMAGE_JPEG; k <= IMAGE_WEBP; k++)
        for (size_t i = 0; i < COUNT_OF(sizes); i++) {
            struct image m = photo(7, sizes[i].width, sizes[i].height), t;
            struct buf b = BUF_INIT;
            struct err e = { 0 };
            int w = 0, h = 0;
            pack(&m, k, &b);
            assert_int_equal(image_kind(b.data, b.len), k);
            assert_int_equal(image_size(b.data, b.len, &w, &h, &e), 0);
            assert_int_equal(w, sizes[i].width);
            assert_int_equal(h, sizes[i].height);
            if (image_read(b.data, b.len, sizes[i].edge, &t, &e) < 0)
                fail_msg("%d %zu: %s", (int)k, i, e.text);
            if (abs(t.width - sizes[i].want_width) > 1 || abs(t.height - sizes[i].want_height) > 1 ||
                t.width < 1)
                fail_msg("kind %d size %zu: %d × %d", (int)k, i, t.width, t.height);
            if (t.width >= 64 && t.height >= 64)
                assert_true(image_hash_distance(image_hash(&m), image_hash(&t)) <= 6);
            image_release(&t);
            /* Any cut of it is an error, never a picture with grey below. */
            for (size_t part = 1; m.width * m.height > 100 && part < 8; part++)
                if (image_read(b.data, b.len * part / 8, 320, &t, &e) == 0)
                    fail_msg("kind %d size %zu: read from %zu of 8 parts", (int)k, i, part);
            buf_release(&b);
            image_release(&m);
        }
}

static void too_large_is_refused_before_it_is_read(void **state)
{
    (void)state;
    struct image m = photo(3, 64, 64), t;
    struct buf b = BUF_INIT;
    struct err e = { 0 };
    pack(&m, IMAGE_PNG, &b);
    b.data[18] = 0x60; /* width 24 640: the header alone says so */
    assert_int_equal(image_size(b.data, b.len, &(int){ 0 }, &(int){ 0 }, &e), -EFBIG);
    assert_true(image_read(b.data, b.len, 320, &t, &e) < 0);
    buf_clear(&b);
    pack(&m, IMAGE_JPEG, &b);
    for (size_t i = 0; i + 9 < b.len; i++)
        if ((uint8_t)b.data[i] == 0xff && (uint8_t)b.data[i + 1] == 0xc0) {
            b.data[i + 5] = b.data[i + 7] = 0x4e; /* 20 032 × 20 032 */
            break;
        }
    assert_int_equal(image_read(b.data, b.len, 320, &t, &e), -EFBIG);
    assert_string_equal(e.name, "file.pixels");
    buf_release(&b);
    image_release(&m);
}

static void turned_as_the_camera_was_held(void **state)
{
    (void)state;
    /* Two rows of three: which original pixel comes first, and the width, for each orientation. */
    static const struct {
        int width;
        const char *pixels;
    } want[9] = { { 0, "" },       { 3, "abcdef" }, { 3, "cbafed" }, { 3, "fedcba" }, { 3, "defabc" },
                  { 2, "adbecf" }, { 2, "daebfc" }, { 2, "fcebda" }, { 2, "cfbead" } };
    for (int o = 1; o <= 8; o++) {
        struct image m = { 3, 2, calloc(6, 3) };
        char got[7] = "";
        for (int i = 0; i < 6; i++)
            m.rgb[i * 3] = (uint8_t)("abcdef"[i]);
        assert_int_equal(image_turn(&m, o, NULL), 0);
        assert_int_equal(m.width, want[o].width);
        for (int i = 0; i < 6; i++)
            got[i] = (char)m.rgb[i * 3];
        assert_string_equal(got, want[o].pixels);
        image_release(&m);
    }
}

/* ---- EXIF: a block written by hand (TIFF 6.0, EXIF 2.3) ---- */

struct tiff {
    uint8_t b[1024];
    size_t n;
};

static void put16(struct tiff *t, unsigned v)
{
    t->b[t->n++] = (uint8_t)v;
    t->b[t->n++] = (uint8_t)(v >> 8);
}

static void put32(struct tiff *t, unsigned v)
{
    put16(t, v & 0xffff);
    put16(t, v >> 16);
}

static void entry(struct tiff *t, unsigned tag, unsigned type, unsigned count, unsigned value)
{
    put16(t, tag);
    put16(t, type);
    put32(t, count);
    put32(t, value);
}

/* Little endian; IFD0 at 8 (orientation, Exif, GPS), Exif at 50, GPS at 80, data from 134. */
static struct tiff tiff_block(const char *time, unsigned orientation, char ns, unsigned lat, char ew,
                              unsigned lng)
{
    struct tiff t = { .n = 0 };
    memcpy(t.b, "II*\0\x08\0\0\0", 8);
    t.n = 8;
    put16(&t, 3);
    entry(&t, 0x112, 3, 1, orientation);
    entry(&t, 0x8769, 4, 1, 50);
    entry(&t, 0x8825, 4, 1, 80);
    put32(&t, 0);
    put16(&t, 1);
    entry(&t, 0x9003, 2, 20, 134);
    put32(&t, 0);
    t.n = 80;
    put16(&t, 4);
    entry(&t, 1, 2, 2, (unsigned)ns);
    entry(&t, 2, 5, 3, 154);
    entry(&t, 3, 2, 2, (unsigned)ew);
    entry(&t, 4, 5, 3, 178);
    put32(&t, 0);
    t.n = 134;
    memcpy(t.b + t.n, time, strlen(time) < 20 ? strlen(time) : 19);
    t.n = 154;
    for (int i = 0; i < 2; i++) { /* whole degrees, then hundredths of seconds as minutes and seconds */
        unsigned v = i ? lng : lat;
        put32(&t, v / 1000000);
        put32(&t, 1);
        put32(&t, 0);
        put32(&t, 1);
        put32(&t, v % 1000000 * 36 / 100);
        put32(&t, 100);
    }
    return t;
}

static void wrap(const struct tiff *t, enum image_kind kind, struct buf *out)
{
    struct image m = photo(1, 32, 24);
    struct buf b = BUF_INIT;
    pack(&m, kind, &b);
    unsigned n = (unsigned)t->n;
    if (kind == IMAGE_JPEG) {
        const char head[] = { '\xff', '\xe1', (char)((n + 8) >> 8), (char)(n + 8), 'E', 'x', 'i', 'f', 0, 0 };
        buf_add(out, b.data, 2);
        buf_add(out, head, sizeof head);
        buf_add(out, t->b, n);
        buf_add(out, b.data + 2, b.len - 2);
    } else if (kind == IMAGE_PNG) {
        const char head[] = { 0, 0, (char)(n >> 8), (char)n, 'e', 'X', 'I', 'f' };
        buf_add(out, b.data, 33); /* behind IHDR; the sum is not looked at here */
        buf_add(out, head, sizeof head);
        buf_add(out, t->b, n);
        buf_add(out, "\0\0\0\0", 4);
        buf_add(out, b.data + 33, b.len - 33);
    } else {
        const char head[] = { 'E', 'X', 'I', 'F', (char)n, (char)(n >> 8), 0, 0 };
        buf_add(out, b.data, b.len);
        buf_add(out, head, sizeof head);
        buf_add(out, t->b, n);
    }
    buf_release(&b);
    image_release(&m);
}

static void when_and_where(void **state)
{
    (void)state;
    static const struct {
        const char *time;
        unsigned orientation;
        char ns;
        unsigned lat;
        char ew;
        unsigned lng;
        const char *want_time; /* NULL: none */
        bool want_place;
        double want_lat, want_lng;
        int want_orientation;
    } cases[] = {
        { "2026:03:05 14:20:01", 6, 'N', 36066667, 'E', 120382500, "2026-03-05 14:20:01", true, 36.066667,
          120.3825, 6 },
        { "2026:02:30 14:20:01", 1, 'S', 1500000, 'W', 2250000, NULL, true, -1.5, -2.25, 1 },
        { "0000:00:00 00:00:00", 9, 'N', 0, 'E', 0, NULL, false, 0, 0, 1 },
        { "next week, perhaps!", 3, 'N', 95000000, 'E', 120000000, NULL, false, 0, 0, 3 },
    };
    for (enum image_kind k = IMAGE_JPEG; k <= IMAGE_WEBP; k++)
        for (size_t i = 0; i < COUNT_OF(cases); i++) {
            struct tiff t = tiff_block(cases[i].time, cases[i].orientation, cases[i].ns, cases[i].lat,
                                       cases[i].ew, cases[i].lng);
            struct buf b = BUF_INIT;
            struct image_exif x;
            int64_t want = 0;
            wrap(&t, k, &b);
            image_exif(b.data, b.len, &x);
            if (cases[i].want_time)
                assert_true(cn_parse_iso(cases[i].want_time, strlen(cases[i].want_time), &want));
            if (x.has_time != (cases[i].want_time != NULL) || (x.has_time && x.taken != want) ||
                x.has_place != cases[i].want_place || x.orientation != cases[i].want_orientation ||
                (x.has_place &&
                 (fabs(x.lat - cases[i].want_lat) > 1e-5 || fabs(x.lng - cases[i].want_lng) > 1e-5)))
                fail_msg("kind %d case %zu: time %d %lld place %d %f %f turn %d", (int)k, i, x.has_time,
                         (long long)x.taken, x.has_place, x.lat, x.lng, x.orientation);
            for (size_t part = 0; part < 64; part++) /* cut anywhere: nothing bad happens */
                image_exif(b.data, b.len * part / 64, &x);
            buf_release(&b);
        }
}

/* What is written has no metadata: the thumbnail of a photo with a place tells no place. */
static void thumbnails_tell_no_place(void **state)
{
    (void)state;
    struct tiff t = tiff_block("2026:03:05 14:20:01", 6, 'N', 36000000, 'E', 120000000);
    struct buf b = BUF_INIT, thumb = BUF_INIT;
    struct image m;
    struct image_exif x;
    wrap(&t, IMAGE_JPEG, &b);
    assert_int_equal(image_read(b.data, b.len, IMAGE_THUMB, &m, NULL), 0);
    assert_int_equal(image_write_jpeg(&m, 80, &thumb, NULL), 0);
    image_exif(thumb.data, thumb.len, &x);
    assert_false(x.has_time || x.has_place);
    assert_null(memmem(thumb.data, thumb.len, "Exif", 4));
    image_release(&m);
    buf_release(&b);
    buf_release(&thumb);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(likeness),
        cmocka_unit_test(an_even_picture_has_no_likeness),
        cmocka_unit_test(every_kind_is_read),
        cmocka_unit_test(too_large_is_refused_before_it_is_read),
        cmocka_unit_test(turned_as_the_camera_was_held),
        cmocka_unit_test(when_and_where),
        cmocka_unit_test(thumbnails_tell_no_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
