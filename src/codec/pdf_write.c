/* pdf_write.c - a paper as a PDF: A4, tables that break between rows (a row taller than a page between its lines), headings repeated.
 *
 * Fonts are found by fontconfig, so the bytes depend on what is installed; with the same fonts they depend on the paper only. */
#include <cairo-pdf.h>
#include <errno.h>
#include <pango/pangocairo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "codec/paper.h"

/* points */
static const double PAGE_SHORT = 595.28, PAGE_LONG = 841.89, MARGIN = 56.7, FOOT = 6, PAD = 3,
                    SEAL_HEIGHT = 128, NAME_HEIGHT = 72, PHOTO_HEIGHT = 135, PAIR_HEIGHT = 22;
enum { TITLE_SIZE = 20, HEADING_SIZE = 13, TEXT_SIZE = 11, TABLE_SIZE = 10, SMALL_SIZE = 8, FOOT_SIZE = 7 };
/* Song for text, Hei for headings, as papers are set; whatever knows Chinese where there is neither. */
#define ANY  "WenQuanYi Micro Hei,WenQuanYi Zen Hei,sans-serif"
#define SONG "Noto Serif CJK SC,Source Han Serif SC,Noto Sans CJK SC,Source Han Sans SC," ANY
#define HEI  "Noto Sans CJK SC,Source Han Sans SC," ANY

struct pdf {
    const struct paper *paper;
    cairo_surface_t *surface;
    cairo_t *c;
    double width, height, y;
    unsigned page, of; /* of: pages in all; 0 while they are counted */
};

struct look {
    int size;
    bool hei, bold;
    double next; /* room that what follows wants on the same page */
    PangoAlignment align;
};

static cairo_status_t keep_bytes(void *arg, const unsigned char *bytes, unsigned len)
{
    struct buf *out = arg;
    buf_add(out, bytes, len);
    return out->failed ? CAIRO_STATUS_NO_MEMORY : CAIRO_STATUS_SUCCESS;
}

/* width 0: one line as long as it is. The caller unrefs. */
static PangoLayout *layout(const struct pdf *d, const char *text, struct look look, double width)
{
    scoped(buf_release) struct buf shown = BUF_INIT;
    PangoLayout *l = pango_cairo_create_layout(d->c);
    paper_page_text(text, &shown);
    PangoFontDescription *font = pango_font_description_from_string(look.hei ? HEI : SONG);
    pango_font_description_set_absolute_size(font, look.size * PANGO_SCALE);
    pango_font_description_set_weight(font, look.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_context_set_language(pango_layout_get_context(l), pango_language_from_string("zh-cn"));
    pango_layout_set_font_description(l, font);
    pango_font_description_free(font);
    if (width > 0)
        pango_layout_set_width(l, (int)(width * PANGO_SCALE));
    pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_alignment(l, look.align);
    pango_layout_set_text(l, shown.data ? shown.data : "", (int)shown.len);
    return l;
}

static double bottom(const struct pdf *d)
{
    return d->height - MARGIN - FOOT;
}

static double inner(const struct pdf *d)
{
    return d->width - 2 * MARGIN;
}

static double line_height(const PangoLayoutLine *line, double *ret_above)
{
    PangoRectangle box;
    pango_layout_line_get_extents((PangoLayoutLine *)(uintptr_t)line, NULL, &box);
    *ret_above = -(double)box.y / PANGO_SCALE;
    return (double)box.height / PANGO_SCALE;
}

/* Draws lines [from..) that fit above `end`; returns the first that did not. *y becomes the lower edge. draw false: only measures. */
static int lines(const struct pdf *d, PangoLayout *l, int from, double x, double *y, double end, bool draw)
{
    int n = pango_layout_get_line_count(l), i = from;
    double wide = (double)pango_layout_get_width(l) / PANGO_SCALE;
    for (; i < n; i++) {
        PangoLayoutLine *line = pango_layout_get_line_readonly(l, i);
        double above, h = line_height(line, &above), left = x;
        if (*y + h > end + 0.01)
            break;
        if (draw) {
            PangoRectangle box;
            pango_layout_line_get_extents(line, NULL, &box);
            if (pango_layout_get_alignment(l) != PANGO_ALIGN_LEFT && wide > 0)
                left += (wide - (double)box.width / PANGO_SCALE) /
                        (pango_layout_get_alignment(l) == PANGO_ALIGN_CENTER ? 2 : 1);
            cairo_move_to(d->c, left, *y + above);
            pango_cairo_show_layout_line(d->c, line);
        }
        *y += h;
    }
    return i;
}

/* One text at a place; returns its height. */
static double text_at(const struct pdf *d, const char *text, struct look look, double x, double y,
                      double width)
{
    double low = y;
    PangoLayout *l = layout(d, text, look, width);
    lines(d, l, 0, x, &low, 1e9, true);
    g_object_unref(l);
    return low - y;
}

static void foot(struct pdf *d)
{
    char number[48];
    snprintf(number, sizeof number, "第 %u 页　共 %u 页", d->page, d->of);
    if (d->paper->footer && *d->paper->footer)
        text_at(d, d->paper->footer, (struct look){ .size = FOOT_SIZE }, MARGIN, bottom(d) + 10, inner(d));
    text_at(d, number, (struct look){ .size = SMALL_SIZE, .align = PANGO_ALIGN_CENTER }, MARGIN,
            d->height - 32, inner(d));
}

static void new_page(struct pdf *d)
{
    if (d->page) {
        foot(d);
        cairo_show_page(d->c);
    }
    d->page++;
    d->y = MARGIN;
}

static void text_block(struct pdf *d, const char *text, struct look look)
{
    PangoLayout *l = layout(d, text, look, inner(d));
    int n = pango_layout_get_line_count(l);
    if (look.next > 0 && d->y + 2 * look.size + look.next >
                             bottom(d)) /* a heading does not stand alone at the foot of a page */
        new_page(d);
    for (int at = 0; (at = lines(d, l, at, MARGIN, &d->y, bottom(d), true)) < n;) {
        new_page(d);
        if (d->y + look.size * 2 > bottom(d))
            break;
    }
    d->y += look.size * 0.4;
    g_object_unref(l);
}

/* ---- rows ---- */

struct grid {
    double width[PAPER_COLUMNS_MAX];
    size_t n;
    int size;
    const struct paper_part *head; /* repeated on each page; NULL: none */
    bool pairs;                    /* the first column are labels */
    double least;                  /* a row is at least so high */
};

static void boxes(struct pdf *d, const struct grid *g, double top)
{
    double x = MARGIN;
    for (size_t i = 0; i < g->n; i++) {
        cairo_rectangle(d->c, x, top, g->width[i], d->y - top);
        x += g->width[i];
    }
    cairo_set_line_width(d->c, 0.5);
    cairo_stroke(d->c);
}

static double layout_height(const struct pdf *d, PangoLayout *l)
{
    double y = 0;
    lines(d, l, 0, 0, &y, 1e9, false);
    return y;
}

static double fit_height(const struct pdf *d, PangoLayout *const *cell, const struct grid *g)
{
    double high = g->least;
    for (size_t i = 0; i < g->n; i++) {
        double own = layout_height(d, cell[i]) + 2 * PAD;
        high = own > high ? own : high;
    }
    return high;
}

/* One page's share of a row: from[] moves on. high: of the row where all of it fits, so that cells stand in its middle; 0 where it does not.
 * Returns whether all is drawn. */
static bool row_part(struct pdf *d, PangoLayout *const *cell, const struct grid *g, double high, int *from)
{
    double top = d->y, low = top + (high > 0 ? high : g->least), x = MARGIN;
    bool done = true;
    for (size_t i = 0; i < g->n; i++) {
        double y = high > 0 ? top + (high - layout_height(d, cell[i])) / 2 : top + PAD;
        from[i] = lines(d, cell[i], from[i], x + PAD, &y, bottom(d) - PAD, true);
        done &= from[i] >= pango_layout_get_line_count(cell[i]);
        low = y + PAD > low ? y + PAD : low;
        x += g->width[i];
    }
    d->y = low;
    boxes(d, g, top);
    return done;
}

static void head_row(struct pdf *d, const struct grid *g);

static void row(struct pdf *d, const struct grid *g, const char *const *text, bool head)
{
    PangoLayout *cell[PAPER_COLUMNS_MAX];
    int from[PAPER_COLUMNS_MAX] = { 0 };
    for (size_t i = 0; i < g->n; i++) {
        bool label = head || (g->pairs && i == 0);
        struct look look = { .size = g->size,
                             .hei = label,
                             .align = label ? PANGO_ALIGN_CENTER : PANGO_ALIGN_LEFT };
        cell[i] = layout(d, text[i], look, g->width[i] - 2 * PAD);
    }
    double high = fit_height(d, cell, g), room = bottom(d) - d->y;
    /* What a fresh page cannot hold either is begun here, when a few lines fit. */
    if (!head && high > room && (high < (bottom(d) - MARGIN) * 0.6 || room < 6 * g->size)) {
        new_page(d);
        head_row(d, g);
    }
    bool whole = d->y + high <= bottom(d);
    for (int pages = 0; !row_part(d, cell, g, whole ? high : 0, from) && pages < 1000 && !head; pages++) {
        new_page(d);
        head_row(d, g);
    }
    for (size_t i = 0; i < g->n; i++)
        g_object_unref(cell[i]);
}

static void head_row(struct pdf *d, const struct grid *g)
{
    const char *text[PAPER_COLUMNS_MAX];
    for (size_t i = 0; g->head && i < g->n; i++)
        text[i] = g->head->column[i].label;
    if (g->head)
        row(d, g, text, true);
}

static void list(struct pdf *d, const struct paper_part *t)
{
    int size =
        d->paper->landscape ? SMALL_SIZE : TABLE_SIZE; /* a list across the long side has many columns */
    struct grid g = { .n = t->n_columns, .size = size, .head = t };
    char day[PAPER_COLUMNS_MAX][PAPER_DAY_TEXT];
    const char *text[PAPER_COLUMNS_MAX];
    paper_shares(t, inner(d), size, g.width);
    if (d->y + 60 > bottom(d))
        new_page(d);
    head_row(d, &g);
    for (size_t i = 0; g.n && i + g.n <= t->n_cells; i += g.n) {
        for (size_t c = 0; c < g.n; c++)
            text[c] = paper_shown(t, i + c, day[c]);
        row(d, &g, text, false);
    }
}

static void pairs(struct pdf *d, const struct paper_part *t)
{
    struct grid g = { .width = { inner(d) / 4, inner(d) * 3 / 4 },
                      .n = 2,
                      .size = TEXT_SIZE,
                      .pairs = true,
                      .least = PAIR_HEIGHT };
    for (size_t i = 0; i + 2 <= t->n_cells; i += 2)
        row(d, &g, t->cell + i, false);
}

static void box(const struct pdf *d, double x, double y, double width, double height)
{
    cairo_rectangle(d->c, x, y, width, height);
    cairo_set_line_width(d->c, 0.5);
    cairo_stroke(d->c);
}

/* Boxes side by side: what is to be signed above, the day below, between them room for the seal. All of them stand on one page. */
static void signs(struct pdf *d, const struct paper_part *t)
{
    size_t across = paper_sign_across(t->n_cells), rows = across ? (t->n_cells + across - 1) / across : 0;
    bool seal = false;
    for (size_t i = 0; i < t->n_cells; i++)
        seal |= paper_sign_seal(t->cell[i]);
    double high = seal ? SEAL_HEIGHT : NAME_HEIGHT;
    if (d->y + (double)rows * high > bottom(d))
        new_page(d);
    for (size_t i = 0; i < t->n_cells; i += across) {
        size_t n = t->n_cells - i < across ? t->n_cells - i : across;
        double width = inner(d) / (double)n;
        for (size_t k = 0; k < n; k++) {
            scoped(buf_release) struct buf label = BUF_INIT;
            double x = MARGIN + width * (double)k;
            paper_sign_label(t->cell[i + k], &label);
            box(d, x, d->y, width, high);
            text_at(d, label.data ? label.data : "", (struct look){ .size = TEXT_SIZE, .hei = true },
                    x + 2 * PAD, d->y + 2 * PAD, width - 4 * PAD);
            text_at(d, paper_sign_day, (struct look){ .size = TEXT_SIZE, .align = PANGO_ALIGN_RIGHT },
                    x + 2 * PAD, d->y + high - 2 * TEXT_SIZE, width - 4 * PAD);
        }
        d->y += high;
    }
}

/* ---- pictures ---- */

/* The JPEG goes into the file as it is: cairo takes the bytes that are tied to a surface of the same size. */
static void picture(const struct pdf *d, const struct paper_photo *photo, double x, double y, double wide,
                    double high)
{
    cairo_surface_t *s = cairo_image_surface_create(CAIRO_FORMAT_RGB24, photo->width, photo->height);
    unsigned char *own = malloc(photo->len);
    if (own)
        memcpy(own, photo->jpeg, photo->len);
    if (own && cairo_surface_set_mime_data(s, CAIRO_MIME_TYPE_JPEG, own, photo->len, free, own) !=
                   CAIRO_STATUS_SUCCESS)
        free(own);
    cairo_save(d->c);
    cairo_translate(d->c, x, y);
    cairo_scale(d->c, wide / photo->width, high / photo->height);
    cairo_set_source_surface(d->c, s, 0, 0);
    cairo_paint(d->c);
    cairo_restore(d->c);
    cairo_surface_destroy(s);
}

static void photo_cell(const struct pdf *d, const struct paper_photo *photo, double x, double width,
                       double picture_height)
{
    double wide, high;
    paper_photo_fit(photo, width - 4 * PAD, PHOTO_HEIGHT, &wide, &high);
    if (photo->jpeg)
        picture(d, photo, x + (width - wide) / 2, d->y + 2 * PAD, wide, high);
    else
        text_at(d, paper_photo_unread, (struct look){ .size = SMALL_SIZE, .align = PANGO_ALIGN_CENTER }, x,
                d->y + 2 * PAD, width);
    text_at(d, photo->caption, (struct look){ .size = SMALL_SIZE - 1 }, x + 2 * PAD,
            d->y + 4 * PAD + picture_height, width - 4 * PAD);
}

static void photos(struct pdf *d, const struct paper_part *t)
{
    double width = inner(d) / PAPER_PHOTOS_ACROSS;
    for (size_t i = 0; i < t->n_photos; i += PAPER_PHOTOS_ACROSS) {
        size_t end = i + PAPER_PHOTOS_ACROSS < t->n_photos ? i + PAPER_PHOTOS_ACROSS : t->n_photos;
        double highest = 4 * SMALL_SIZE, below = 0;
        for (size_t k = i; k < end; k++) {
            double wide, high;
            paper_photo_fit(&t->photo[k], width - 4 * PAD, PHOTO_HEIGHT, &wide, &high);
            highest = high > highest ? high : highest;
            PangoLayout *l =
                layout(d, t->photo[k].caption, (struct look){ .size = SMALL_SIZE - 1 }, width - 4 * PAD);
            high = layout_height(d, l);
            below = high > below ? high : below;
            g_object_unref(l);
        }
        double row_height = highest + below + 6 * PAD;
        if (d->y + row_height > bottom(d))
            new_page(d);
        for (size_t k = i; k < i + PAPER_PHOTOS_ACROSS; k++) {
            double x = MARGIN + width * (double)(k - i);
            if (k < end)
                photo_cell(d, &t->photo[k], x, width, highest);
            box(d, x, d->y, width, row_height);
        }
        d->y += row_height;
    }
}

/* How much of the part after a heading must stand on its page: a row of photos, a table's heading and a row. */
static double wanted_by(const struct paper_part *next)
{
    return !next ? 0 : next->kind == PAPER_PHOTOS ? PHOTO_HEIGHT + 80 : next->kind == PAPER_TEXT ? 30 : 80;
}

static void part(struct pdf *d, const struct paper_part *t, const struct paper_part *next)
{
    switch (t->kind) {
    case PAPER_HEADING:
        d->y += HEADING_SIZE * 0.3;
        text_block(d, t->text, (struct look){ .size = HEADING_SIZE, .hei = true, .next = wanted_by(next) });
        break;
    case PAPER_TEXT:
        text_block(d, t->text, (struct look){ .size = TEXT_SIZE });
        break;
    case PAPER_PAIRS:
        pairs(d, t);
        break;
    case PAPER_TABLE:
        list(d, t);
        break;
    case PAPER_SIGN:
        signs(d, t);
        break;
    case PAPER_PHOTOS:
        photos(d, t);
        break;
    }
    d->y += t->kind >= PAPER_PAIRS ? TEXT_SIZE : 0;
}

static bool font_knows_chinese(const struct pdf *d)
{
    PangoLayout *l = layout(d, "台账销号", (struct look){ .size = TEXT_SIZE }, 0);
    bool known = pango_layout_get_unknown_glyphs_count(l) == 0;
    g_object_unref(l);
    return known;
}

static void metadata(const struct pdf *d)
{
    char made[CN_TEXT];
    cairo_pdf_surface_set_metadata(d->surface, CAIRO_PDF_METADATA_CREATE_DATE,
                                   cn_format_iso(d->paper->made, made));
    if (d->paper->title)
        cairo_pdf_surface_set_metadata(d->surface, CAIRO_PDF_METADATA_TITLE, d->paper->title);
}

static void pages(struct pdf *d)
{
    d->page = 0;
    new_page(d);
    if (d->paper->title)
        text_block(d, d->paper->title,
                   (struct look){
                       .size = TITLE_SIZE, .bold = true, .next = TITLE_SIZE, .align = PANGO_ALIGN_CENTER });
    if (d->paper->subtitle)
        text_block(d, d->paper->subtitle,
                   (struct look){ .size = TEXT_SIZE, .next = TEXT_SIZE, .align = PANGO_ALIGN_CENTER });
    for (size_t i = 0; i < d->paper->n_parts; i++)
        part(d, &d->paper->part[i], i + 1 < d->paper->n_parts ? &d->paper->part[i + 1] : NULL);
    foot(d);
    cairo_show_page(d->c);
}

static cairo_status_t drop_bytes(void *arg, const unsigned char *bytes, unsigned len)
{
    (void)arg, (void)bytes, (void)len;
    return CAIRO_STATUS_SUCCESS;
}

/* One run of the paper into a file, or (out NULL) only to count its pages, which every page tells. */
static cairo_status_t run(struct pdf *d, struct buf *out, bool *ret_known)
{
    d->surface = cairo_pdf_surface_create_for_stream(out ? keep_bytes : drop_bytes, out, d->width, d->height);
    d->c = cairo_create(d->surface);
    *ret_known = font_knows_chinese(d);
    if (*ret_known) {
        metadata(d);
        pages(d);
    }
    cairo_status_t s = cairo_status(d->c);
    cairo_destroy(d->c);
    cairo_surface_finish(d->surface);
    if (s == CAIRO_STATUS_SUCCESS)
        s = cairo_surface_status(d->surface);
    cairo_surface_destroy(d->surface);
    return s;
}

int paper_pdf(const struct paper *p, struct buf *out, struct err *e)
{
    if (p->failed)
        return err_set(e, -ENOMEM, "pdf: no memory");
    struct pdf d = { .paper = p,
                     .width = p->landscape ? PAGE_LONG : PAGE_SHORT,
                     .height = p->landscape ? PAGE_SHORT : PAGE_LONG };
    bool known = false;
    cairo_status_t s = run(&d, NULL, &known);
    d.of = d.page;
    if (known && s == CAIRO_STATUS_SUCCESS)
        s = run(&d, out, &known);
    if (!known)
        return err_named(e, -ENOENT, "paper.no_font",
                         "服务器没有中文字体，不能生成 PDF；请安装 fonts-noto-cjk | no font for Chinese is "
                         "installed; install fonts-noto-cjk");
    if (s == CAIRO_STATUS_NO_MEMORY || out->failed)
        return err_set(e, -ENOMEM, "pdf: no memory");
    return s == CAIRO_STATUS_SUCCESS ? 0 : err_set(e, -EIO, "pdf: %s", cairo_status_to_string(s));
}
