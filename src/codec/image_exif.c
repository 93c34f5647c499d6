/* image_exif.c - when and where a photo was taken, by libexif. Its data are hints from an unknown camera: whatever is not plausible is as if
 * it were not there. */
#include <libexif/exif-data.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "codec/image.h"

enum { EXIF_MAX = 1024 * 1024 };
static const char exif_head[6] = "Exif\0";

/* ---- where it stands in the file ---- */

struct span {
    const uint8_t *p;
    size_t len;
};

static uint32_t be32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static uint32_t le32(const uint8_t *p)
{
    return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

static struct span in_jpeg(const uint8_t *p, size_t len)
{
    for (size_t at = 2; at + 4 <= len && p[at] == 0xff && p[at + 1] != 0xda;) {
        size_t n = (size_t)p[at + 2] << 8 | p[at + 3];
        if (p[at + 1] == 0xff) {
            at++;
            continue;
        }
        if (n < 2 || n > len - at - 2)
            break;
        if (p[at + 1] == 0xe1 && n > 8 && memcmp(p + at + 4, exif_head, 6) == 0)
            return (struct span){ p + at + 10, n - 8 };
        at += 2 + n;
    }
    return (struct span){ 0 };
}

static struct span in_png(const uint8_t *p, size_t len)
{
    for (size_t at = 8; at + 12 <= len;) {
        size_t n = be32(p + at);
        if (n > len - at - 12)
            break;
        if (memcmp(p + at + 4, "eXIf", 4) == 0)
            return (struct span){ p + at + 8, n };
        at += 12 + n;
    }
    return (struct span){ 0 };
}

static struct span in_webp(const uint8_t *p, size_t len)
{
    for (size_t at = 12; at + 8 <= len;) {
        size_t n = le32(p + at + 4);
        if (n > len - at - 8)
            break;
        if (memcmp(p + at, "EXIF", 4) == 0) { /* some writers put JPEG's head before it */
            size_t head = n > 6 && memcmp(p + at + 8, exif_head, 6) == 0 ? 6 : 0;
            return (struct span){ p + at + 8 + head, n - head };
        }
        at += 8 + n + (n & 1);
    }
    return (struct span){ 0 };
}

/* ---- what it says ---- */

static bool read_time(ExifData *d, int64_t *ret)
{
    static const ExifTag tags[] = { EXIF_TAG_DATE_TIME_ORIGINAL, EXIF_TAG_DATE_TIME_DIGITIZED };
    for (size_t i = 0; i < COUNT_OF(tags); i++) {
        ExifEntry *t = exif_content_get_entry(d->ifd[EXIF_IFD_EXIF], tags[i]);
        struct cn_civil c = { 0 };
        char text[20];
        if (!t || t->format != EXIF_FORMAT_ASCII || t->size < 19)
            continue;
        memcpy(text, t->data, 19);
        text[19] = '\0';
        if (sscanf(text, "%4d:%2d:%2d %2d:%2d:%2d", &c.year, &c.month, &c.day, &c.hour, &c.minute,
                   &c.second) == 6 &&
            cn_valid(&c)) {
            *ret = cn_to_ms(&c);
            return true;
        }
    }
    return false;
}

/* EXIF 2.31: "+09:00" beside the time; a photo of this city without it was taken in China time. */
static int64_t zone_shift(ExifData *d)
{
    enum { OFFSET_TIME_ORIGINAL = 0x9011 };
    ExifEntry *t = exif_content_get_entry(d->ifd[EXIF_IFD_EXIF], (ExifTag)OFFSET_TIME_ORIGINAL);
    char text[7];
    int h = 0, m = 0;
    if (!t || t->format != EXIF_FORMAT_ASCII || t->size < 6)
        return 0;
    memcpy(text, t->data, 6);
    text[6] = '\0';
    if ((text[0] != '+' && text[0] != '-') || sscanf(text + 1, "%2d:%2d", &h, &m) != 2 || h > 14 || m > 59)
        return 0;
    int64_t zone = (text[0] == '-' ? -1 : 1) * (h * MS_HOUR + m * MS_MINUTE);
    return CN_OFFSET_MS - zone;
}

/* Degrees, minutes and seconds as three rationals. */
static bool read_angle(ExifData *d, ExifTag tag, ExifTag ref, char minus, double most, double *ret)
{
    ExifByteOrder o = exif_data_get_byte_order(d);
    ExifEntry *v = exif_content_get_entry(d->ifd[EXIF_IFD_GPS], tag),
              *r = exif_content_get_entry(d->ifd[EXIF_IFD_GPS], ref);
    if (!v || !r || v->format != EXIF_FORMAT_RATIONAL || v->components != 3 || v->size < 24 || r->size < 1)
        return false;
    static const double part[3] = { 1, 60, 3600 };
    double sum = 0;
    for (int i = 0; i < 3; i++) {
        ExifRational x = exif_get_rational(v->data + (ptrdiff_t)i * 8, o);
        if (!x.denominator && x.numerator)
            return false;
        sum += x.denominator ? (double)x.numerator / x.denominator / part[i] : 0;
    }
    *ret = r->data[0] == (unsigned char)minus ? -sum : sum;
    return isfinite(sum) && sum <= most;
}

void image_exif(const void *bytes, size_t len, struct image_exif *ret)
{
    static struct span (*const find[])(
        const uint8_t *, size_t) = { [IMAGE_JPEG] = in_jpeg, [IMAGE_PNG] = in_png, [IMAGE_WEBP] = in_webp };
    enum image_kind kind = image_kind(bytes, len);
    struct span s = kind == IMAGE_NONE ? (struct span){ 0 } : find[kind](bytes, len);
    *ret = (struct image_exif){ .orientation = 1 };
    if (!s.p || s.len < 8 || s.len > EXIF_MAX)
        return;
    scoped(freep) uint8_t *whole = malloc(s.len + 6);
    ExifData *d = whole ? exif_data_new() : NULL;
    if (!d)
        return;
    memcpy(whole, exif_head, 6);
    memcpy(whole + 6, s.p, s.len);
    exif_data_unset_option(d, EXIF_DATA_OPTION_FOLLOW_SPECIFICATION);
    exif_data_load_data(d, whole, (unsigned)(s.len + 6));
    ExifEntry *turn = exif_content_get_entry(d->ifd[EXIF_IFD_0], EXIF_TAG_ORIENTATION);
    if (turn && turn->format == EXIF_FORMAT_SHORT && turn->size >= 2) {
        int o = exif_get_short(turn->data, exif_data_get_byte_order(d));
        ret->orientation = o >= 1 && o <= 8 ? o : 1;
    }
    ret->has_time = read_time(d, &ret->taken);
    if (ret->has_time)
        ret->taken += zone_shift(d);
    ret->has_place = read_angle(d, (ExifTag)EXIF_TAG_GPS_LONGITUDE, (ExifTag)EXIF_TAG_GPS_LONGITUDE_REF, 'W',
                                180, &ret->lng) &&
                     read_angle(d, (ExifTag)EXIF_TAG_GPS_LATITUDE, (ExifTag)EXIF_TAG_GPS_LATITUDE_REF, 'S',
                                90, &ret->lat) &&
                     (ret->lng != 0 || ret->lat != 0); /* nowhere: a receiver without a fix */
    exif_data_unref(d);
}
