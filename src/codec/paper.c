/* paper.c - putting a paper together. */
#include "codec/paper.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/utf8.h"
#include "codec/image.h"

const char paper_photo_unread[] = "（照片缺失或无法读取）", paper_sign_day[] = "年　　月　　日";

const char *paper_keep(struct paper *p, const char *text)
{
    const char *kept = text && *text ? arena_strdup(&p->mem, text) : "";
    p->failed |= !kept;
    return kept ? kept : "";
}

struct paper_part *paper_add(struct paper *p, enum paper_kind kind, const char *text)
{
    p->failed |= p->n_parts == PAPER_PARTS_MAX;
    struct paper_part *part = &p->part[p->n_parts < PAPER_PARTS_MAX ? p->n_parts++ : PAPER_PARTS_MAX - 1];
    free(part->cell);
    *part = (struct paper_part){ .kind = kind, .text = paper_keep(p, text) };
    return part;
}

struct paper_part *paper_table(struct paper *p, const struct paper_column *columns, size_t n)
{
    struct paper_part *part = paper_add(p, PAPER_TABLE, NULL);
    n = n <= PAPER_COLUMNS_MAX ? n : PAPER_COLUMNS_MAX;
    struct paper_column *kept = arena_alloc(&p->mem, (n + 1) * sizeof *kept);
    p->failed |= !kept;
    for (size_t i = 0; kept && i < n; i++) {
        kept[i] = columns[i];
        kept[i].label = paper_keep(p, columns[i].label);
    }
    part->column = kept;
    part->n_columns = kept ? n : 0;
    return part;
}

void paper_cell(struct paper *p, struct paper_part *part, const char *text)
{
    if (part->n_cells == part->cap) {
        size_t cap = part->cap ? part->cap * 2 : 64;
        const char **grown = realloc(part->cell, cap * sizeof *grown);
        if (!grown) {
            p->failed = true;
            return;
        }
        part->cell = grown;
        part->cap = cap;
    }
    part->cell[part->n_cells++] = paper_keep(p, text);
}

void paper_pair(struct paper *p, struct paper_part *part, const char *label, const char *value)
{
    paper_cell(p, part, label);
    paper_cell(p, part, value);
}

void paper_release(struct paper *p)
{
    for (size_t i = 0; i < p->n_parts; i++)
        free(p->part[i].cell);
    arena_release(&p->mem);
    *p = (struct paper){ 0 };
}

int paper_photo(struct paper *p, struct paper_part *part, const void *jpeg, size_t len, const char *caption)
{
    if (!part->photo)
        part->photo = arena_alloc(&p->mem, PAPER_PHOTOS_MAX * sizeof *part->photo);
    p->failed |= !part->photo;
    if (!part->photo || p->n_photos == PAPER_PHOTOS_MAX)
        return -ENOSPC;
    struct image m = { 0 };
    struct paper_photo *photo = &part->photo[part->n_photos++];
    p->n_photos++;
    *photo = (struct paper_photo){ .caption = paper_keep(p, caption) };
    if (image_kind(jpeg, len) != IMAGE_JPEG || image_read(jpeg, len, IMAGE_EDGE_MAX, &m, NULL) < 0)
        return 0;
    void *kept = arena_alloc(&p->mem, len);
    if (kept)
        *photo = (struct paper_photo){ memcpy(kept, jpeg, len), len, m.width, m.height, photo->caption };
    p->failed |= !kept;
    image_release(&m);
    return 0;
}

const char *paper_day(const char *text, char ret[PAPER_DAY_TEXT])
{
    int64_t ms;
    if (strlen(text) != 10 || !cn_parse_iso(text, 10, &ms))
        return text;
    struct cn_civil c = cn_from_ms(ms);
    snprintf(ret, PAPER_DAY_TEXT, "%d年%d月%d日", c.year, c.month, c.day);
    return ret;
}

const char *paper_shown(const struct paper_part *t, size_t cell, char ret[PAPER_DAY_TEXT])
{
    bool day = t->n_columns && t->column[cell % t->n_columns].kind == PAPER_DATE;
    return day ? paper_day(t->cell[cell], ret) : t->cell[cell];
}

static bool turns(uint32_t c)
{
    return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069);
}

void paper_page_text(const char *text, struct buf *out)
{
    for (size_t n = strlen(text), len; n; text += len, n -= len) {
        uint32_t c = utf8_decode(text, n, &len);
        if (c == '\t')
            buf_addc(out, ' ');
        else if ((c >= ' ' || c == '\n') && !turns(c))
            buf_add(out, text, len);
    }
}

size_t paper_sign_across(size_t n)
{
    return n <= 3 ? n : n == 4 ? 2 : 3;
}

bool paper_sign_seal(const char *label)
{
    return strstr(label, "章") != NULL;
}

void paper_sign_label(const char *label, struct buf *out)
{
    bool said = paper_sign_seal(label) || strstr(label, "签");
    buf_addf(out, "%s%s：", label, said ? "" : "（签名）");
}

void paper_photo_fit(const struct paper_photo *photo, double wide, double high, double *ret_wide,
                     double *ret_high)
{
    double by = photo->width > 0 ? wide / photo->width : 1;
    if (photo->height > 0 && photo->height * by > high)
        by = high / photo->height;
    *ret_wide = photo->width * by;
    *ret_high = photo->height * by;
}

/* The longest line in ems: a Chinese character is one, a Latin letter about a half. */
static double ems(const char *text)
{
    double longest = 0, line = 0;
    for (size_t n = strlen(text), len; n; text += len, n -= len) {
        uint32_t c = utf8_decode(text, n, &len);
        line = c == '\n' ? 0 : line + (c < 0x80 ? 0.55 : 1);
        longest = line > longest ? line : longest;
    }
    return longest;
}

/* What a column wants, in ems: its longest line, half of a long heading, at most `most`. */
static double wanted(const struct paper_part *t, size_t column, double most)
{
    char day[PAPER_DAY_TEXT];
    double label = ems(t->column[column].label), longest = label < 5 ? label : (label + 1) / 2;
    for (size_t i = column; i < t->n_cells && longest < most; i += t->n_columns) {
        double own = ems(paper_shown(t, i, day));
        longest = own > longest ? own : longest;
    }
    return longest < most ? longest : most;
}

/* No column so narrow that words stand upright: what lies above the least is shared anew. */
static void widen(double *width, size_t n, double page, double least)
{
    double above = 0;
    bool narrow = false;
    least = least * (double)n > page ? page / (double)n : least;
    for (size_t c = 0; c < n; c++) {
        narrow |= width[c] < least;
        above += width[c] > least ? width[c] - least : 0;
    }
    for (size_t c = 0; narrow && c < n; c++)
        width[c] =
            least +
            (width[c] > least && above > 0 ? (width[c] - least) * (page - least * (double)n) / above : 0);
}

void paper_shares(const struct paper_part *t, double page, double size, double *ret_width)
{
    const double SHORT = 7.6, PAD = 9; /* ems: a whole date, 2026年11月17日 */
    double sum = 0, fixed = 0;
    unsigned all = 0, weights = 0;
    for (size_t c = 0; c < t->n_columns; c++) {
        double own = wanted(t, c, page / size) * size + PAD;
        ret_width[c] = own;
        sum += own;
        all += t->column[c].width;
        fixed += own <= SHORT * size + PAD ? own : 0;
        weights += own <= SHORT * size + PAD ? 0 : t->column[c].width;
    }
    bool roomy = sum <= page, crowded = fixed > page * 0.7 || !weights;
    for (size_t c = 0; c < t->n_columns; c++) {
        double by = t->column[c].width;
        if (roomy)
            ret_width[c] += (page - sum) * by / (all ? all : 1);
        else if (crowded)
            ret_width[c] = page * by / (all ? all : 1);
        else if (ret_width[c] > SHORT * size + PAD)
            ret_width[c] = (page - fixed) * by / weights;
    }
    widen(ret_width, t->n_columns, page, 2.5 * size + PAD);
}
