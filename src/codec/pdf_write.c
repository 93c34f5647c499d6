/* pdf_write.c - a paper as a PDF: A4, tables that break between rows (a row taller than a page between its lines), headings repeated.
 *
 * Fonts are found by fontconfig, so the bytes depend on what is installed; with the same fonts they depend on the paper only. */
#include <cairo-pdf.h>
#include <errno.h>
#include <pango/pangocairo.h>
#include <string.h>

#include "base/cntime.h"
#include "base/scoped.h"
#include "codec/paper.h"

/* points */
static const double PAGE_SHORT = 595.28, PAGE_LONG = 841.89, MARGIN = 45, FOOT = 28, PAD = 3,
                    SIGN_HEIGHT = 64;
enum { TITLE_SIZE = 18, HEADING_SIZE = 13, TEXT_SIZE = 10, SMALL_SIZE = 8 };
#define FAMILIES "Noto Sans CJK SC,Source Han Sans SC,WenQuanYi Micro Hei,WenQuanYi Zen Hei,sans-serif"

struct pdf {
    const struct paper *paper;
    cairo_surface_t *surface;
    cairo_t *c;
    double width, height, y;
    unsigned page;
};

static cairo_status_t keep_bytes(void *arg, const unsigned char *bytes, unsigned len)
{
    struct buf *out = arg;
    buf_add(out, bytes, len);
    return out->failed ? CAIRO_STATUS_NO_MEMORY : CAIRO_STATUS_SUCCESS;
}

/* width 0: one line as long as it is. The caller unrefs. */
static PangoLayout *layout(const struct pdf *d, const char *text, int size, bool bold, bool centred,
                           double width)
{
    PangoLayout *l = pango_cairo_create_layout(d->c);
    PangoFontDescription *font = pango_font_description_from_string(FAMILIES);
    pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
    pango_font_description_set_weight(font, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_context_set_language(pango_layout_get_context(l), pango_language_from_string("zh-cn"));
    pango_layout_set_font_description(l, font);
    pango_font_description_free(font);
    if (width > 0)
        pango_layout_set_width(l, (int)(width * PANGO_SCALE));
    pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_alignment(l, centred ? PANGO_ALIGN_CENTER : PANGO_ALIGN_LEFT);
    pango_layout_set_text(l, text, -1);
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
            if (pango_layout_get_alignment(l) == PANGO_ALIGN_CENTER && wide > 0)
                left += (wide - (double)box.width / PANGO_SCALE) / 2;
            cairo_move_to(d->c, left, *y + above);
            pango_cairo_show_layout_line(d->c, line);
        }
        *y += h;
    }
    return i;
}

static void foot(struct pdf *d)
{
    char number[24];
    double y = bottom(d) + 8;
    snprintf(number, sizeof number, "第 %u 页", d->page);
    if (d->paper->footer && *d->paper->footer) {
        PangoLayout *l = layout(d, d->paper->footer, SMALL_SIZE - 1, false, false, inner(d));
        lines(d, l, 0, MARGIN, &y, d->height - 24, true);
        g_object_unref(l);
    }
    PangoLayout *l = layout(d, number, SMALL_SIZE, false, true, inner(d));
    y = d->height - 34;
    lines(d, l, 0, MARGIN, &y, d->height, true);
    g_object_unref(l);
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

static void text_block(struct pdf *d, const char *text, int size, bool bold, bool centred)
{
    PangoLayout *l = layout(d, text, size, bold, centred, inner(d));
    int n = pango_layout_get_line_count(l);
    if (bold && d->y + 4 * size > bottom(d)) /* a heading does not stand alone at the foot of a page */
        new_page(d);
    for (int at = 0; (at = lines(d, l, at, MARGIN, &d->y, bottom(d), true)) < n;) {
        new_page(d);
        if (d->y + size * 2 > bottom(d))
            break;
    }
    d->y += size * 0.4;
    g_object_unref(l);
}

/* ---- rows ---- */

struct grid {
    double width[PAPER_COLUMNS_MAX];
    size_t n;
    int size;
    const struct paper_part *head; /* repeated on each page; NULL: none */
    unsigned bold;                 /* bits of the first 32 columns */
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

static double fit_height(const struct pdf *d, PangoLayout *const *cell, const struct grid *g)
{
    double high = g->least;
    for (size_t i = 0; i < g->n; i++) {
        double y = 0;
        lines(d, cell[i], 0, 0, &y, 1e9, false);
        high = y + 2 * PAD > high ? y + 2 * PAD : high;
    }
    return high;
}

/* One page's share of a row: from[] moves on. Returns whether all is drawn. */
static bool row_part(struct pdf *d, PangoLayout *const *cell, const struct grid *g, int *from)
{
    double top = d->y, low = top + g->least, x = MARGIN;
    bool done = true;
    for (size_t i = 0; i < g->n; i++) {
        double y = top + PAD;
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
    for (size_t i = 0; i < g->n; i++)
        cell[i] =
            layout(d, text[i], g->size, head || (i < 32 && g->bold & 1u << i), head, g->width[i] - 2 * PAD);
    double high = fit_height(d, cell, g), room = bottom(d) - d->y;
    /* What a fresh page cannot hold either is begun here, when a few lines fit. */
    if (!head && high > room && (high < (bottom(d) - MARGIN) * 0.6 || room < 6 * g->size)) {
        new_page(d);
        head_row(d, g);
    }
    for (int pages = 0; !row_part(d, cell, g, from) && pages < 1000 && !head; pages++) {
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
    struct grid g = { .n = t->n_columns, .size = SMALL_SIZE, .head = t };
    paper_shares(t, inner(d), SMALL_SIZE, g.width);
    if (d->y + 60 > bottom(d))
        new_page(d);
    head_row(d, &g);
    for (size_t i = 0; g.n && i + g.n <= t->n_cells; i += g.n)
        row(d, &g, t->cell + i, false);
}

static void pairs(struct pdf *d, const struct paper_part *t)
{
    struct grid g = { .width = { inner(d) / 4, inner(d) * 3 / 4 }, .n = 2, .size = TEXT_SIZE, .bold = 1 };
    for (size_t i = 0; i + 2 <= t->n_cells; i += 2)
        row(d, &g, t->cell + i, false);
}

static void signs(struct pdf *d, const struct paper_part *t)
{
    struct grid g = { .width = { inner(d) / 3, inner(d) * 2 / 3 },
                      .n = 2,
                      .size = TEXT_SIZE,
                      .bold = 1,
                      .least = SIGN_HEIGHT };
    for (size_t i = 0; i < t->n_cells; i++) {
        const char *text[] = { t->cell[i], "\n\n　　　　　　　　年　　月　　日" };
        row(d, &g, text, false);
    }
}

static void part(struct pdf *d, const struct paper_part *t)
{
    switch (t->kind) {
    case PAPER_HEADING:
        text_block(d, t->text, HEADING_SIZE, true, false);
        break;
    case PAPER_TEXT:
        text_block(d, t->text, TEXT_SIZE, false, false);
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
    }
    d->y += t->kind >= PAPER_PAIRS ? TEXT_SIZE : 0;
}

static bool font_knows_chinese(const struct pdf *d)
{
    PangoLayout *l = layout(d, "台账销号", TEXT_SIZE, false, false, 0);
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
    metadata(d);
    new_page(d);
    if (d->paper->title)
        text_block(d, d->paper->title, TITLE_SIZE, true, true);
    if (d->paper->subtitle)
        text_block(d, d->paper->subtitle, TEXT_SIZE, false, true);
    for (size_t i = 0; i < d->paper->n_parts; i++)
        part(d, &d->paper->part[i]);
    foot(d);
    cairo_show_page(d->c);
}

int paper_pdf(const struct paper *p, struct buf *out, struct err *e)
{
    if (p->failed)
        return err_set(e, -ENOMEM, "pdf: no memory");
    struct pdf d = { .paper = p,
                     .width = p->landscape ? PAGE_LONG : PAGE_SHORT,
                     .height = p->landscape ? PAGE_SHORT : PAGE_LONG };
    d.surface = cairo_pdf_surface_create_for_stream(keep_bytes, out, d.width, d.height);
    d.c = cairo_create(d.surface);
    bool known = font_knows_chinese(&d);
    if (known)
        pages(&d);
    cairo_status_t s = cairo_status(d.c);
    cairo_destroy(d.c);
    cairo_surface_finish(d.surface);
    if (s == CAIRO_STATUS_SUCCESS)
        s = cairo_surface_status(d.surface);
    cairo_surface_destroy(d.surface);
    if (!known)
        return err_named(e, -ENOENT, "paper.no_font",
                         "服务器没有中文字体，不能生成 PDF；请安装 fonts-noto-cjk | no font for Chinese is "
                         "installed; install fonts-noto-cjk");
    if (s == CAIRO_STATUS_NO_MEMORY || out->failed)
        return err_set(e, -ENOMEM, "pdf: no memory");
    return s == CAIRO_STATUS_SUCCESS ? 0 : err_set(e, -EIO, "pdf: %s", cairo_status_to_string(s));
}
