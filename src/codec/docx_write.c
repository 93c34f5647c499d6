/* docx_write.c - a paper as a Word document (ECMA-376 part 1, 17): text, styles, a footer with page numbers, pictures. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/scoped.h"
#include "codec/paper.h"
#include "codec/zip_write.h"

#define XML     "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define WORD    "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define OFFICE  "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define PACKAGE "http://schemas.openxmlformats.org/package/2006/"
#define WORDML  "application/vnd.openxmlformats-officedocument.wordprocessingml."

/* twentieths of a point: A4, margins of 2 cm, so that a hole punched at the left meets no letter */
enum { PAGE_SHORT = 11906, PAGE_LONG = 16838, MARGIN = 1134 };
enum {
    TITLE_SIZE = 40,
    HEADING_SIZE = 28,
    TEXT_SIZE = 23,
    TABLE_SIZE = 20,
    SMALL_SIZE = 18
}; /* half points */
enum { SEAL_HEIGHT = 2100, NAME_HEIGHT = 1000, PHOTO_HEIGHT = 2700 };
enum { EMU = 635 }; /* English metric units in a twentieth of a point (20.1.2.1) */
#define DRAWING "http://schemas.openxmlformats.org/drawingml/2006/"

static const char types[] = XML
    "<Types xmlns=\"" PACKAGE "content-types\"><Default Extension=\"rels\" "
    "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" "
    "ContentType=\"application/xml\"/><Default Extension=\"jpeg\" ContentType=\"image/jpeg\"/><Override "
    "PartName=\"/word/document.xml\" ContentType=\"" WORDML
    "document.main+xml\"/><Override PartName=\"/word/styles.xml\" ContentType=\"" WORDML
    "styles+xml\"/><Override PartName=\"/word/footer1.xml\" ContentType=\"" WORDML "footer+xml\"/></Types>";
static const char relations[] =
    XML "<Relationships xmlns=\"" PACKAGE "relationships\"><Relationship Id=\"rId1\" Type=\"" OFFICE
        "/officeDocument\" Target=\"word/document.xml\"/></Relationships>";
/* What every office program has: Song for text, Hei for headings; Times for Latin letters and figures. */
static const char styles[] = XML
    "<w:styles xmlns:w=\"" WORD
    "\"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"Times New Roman\" "
    "w:eastAsia=\"宋体\" w:hAnsi=\"Times New Roman\" w:cs=\"Times New Roman\"/><w:lang w:val=\"en-US\" "
    "w:eastAsia=\"zh-CN\" w:bidi=\"ar-SA\"/></w:rPr></w:rPrDefault></w:docDefaults><w:style "
    "w:type=\"paragraph\" w:default=\"1\" w:styleId=\"a\"><w:name w:val=\"Normal\"/></w:style></w:styles>";

enum align { LEFT, CENTRE, RIGHT };
enum face { SONG, HEI };

struct look {
    int size;
    enum face face;
    bool bold;
    enum align align;
    bool next;    /* stays on the page of the paragraph after it */
    int before;   /* room above */
    bool outline; /* a heading of the document's outline */
};

static void run_begin(struct buf *b, const struct look *look)
{
    /* The hint makes quotation marks, dots and the like Chinese ones. */
    buf_addf(b,
             "<w:r><w:rPr><w:rFonts w:hint=\"eastAsia\" w:ascii=\"Times New Roman\" w:eastAsia=\"%s\" "
             "w:hAnsi=\"Times New Roman\"/>%s<w:sz w:val=\"%d\"/><w:szCs w:val=\"%d\"/></w:rPr>",
             look->face == HEI ? "黑体" : "宋体", look->bold ? "<w:b/>" : "", look->size, look->size);
}

/* No air between Chinese and figures: a date in a narrow column stays on its line. */
static void paragraph_begin(struct buf *b, const struct look *look)
{
    static const char *const aligned[] = { "", "<w:jc w:val=\"center\"/>", "<w:jc w:val=\"right\"/>" };
    buf_addf(b,
             "<w:p><w:pPr>%s<w:autoSpaceDE w:val=\"0\"/><w:autoSpaceDN w:val=\"0\"/><w:spacing "
             "w:before=\"%d\" w:after=\"40\"/>%s%s</w:pPr>",
             look->next ? "<w:keepNext/>" : "", look->before ? look->before : 40, aligned[look->align],
             look->outline ? "<w:outlineLvl w:val=\"0\"/>" : "");
}

static void paragraph(struct buf *b, const char *text, struct look look)
{
    scoped(buf_release) struct buf shown = BUF_INIT;
    paper_page_text(text, &shown);
    paragraph_begin(b, &look);
    run_begin(b, &look);
    for (const char *s = shown.data ? shown.data : ""; *s;) {
        size_t n = strcspn(s, "\n");
        buf_adds(b, "<w:t xml:space=\"preserve\">");
        xml_addn(b, s, n);
        buf_adds(b, "</w:t>");
        s += n;
        if (*s == '\n') {
            buf_adds(b, "<w:br/>");
            s++;
        }
    }
    buf_adds(b, "</w:r></w:p>");
    b->failed |= shown.failed;
}

static void table_begin(struct buf *b, const unsigned *width, size_t n)
{
    static const char *const sides[] = { "top", "left", "bottom", "right", "insideH", "insideV" };
    buf_adds(b,
             "<w:tbl><w:tblPr><w:tblW w:w=\"5000\" w:type=\"pct\"/><w:jc w:val=\"center\"/><w:tblBorders>");
    for (size_t i = 0; i < COUNT_OF(sides); i++)
        buf_addf(b, "<w:%s w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"auto\"/>", sides[i]);
    buf_adds(b, "</w:tblBorders><w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>");
    for (size_t i = 0; i < n; i++)
        buf_addf(b, "<w:gridCol w:w=\"%u\"/>", width[i]);
    buf_adds(b, "</w:tblGrid>");
}

/* more: properties of the cell after its width, in the order of 17.4.66 (borders, then vertical alignment). */
static void cell_begin(struct buf *b, unsigned width, const char *more)
{
    buf_addf(b, "<w:tc><w:tcPr><w:tcW w:w=\"%u\" w:type=\"dxa\"/>%s</w:tcPr>", width, more);
}

static void cell(struct buf *b, unsigned width, const char *text, struct look look)
{
    cell_begin(b, width, "<w:vAlign w:val=\"center\"/>");
    paragraph(b, text, look);
    buf_adds(b, "</w:tc>");
}

static unsigned page_width(const struct paper *p)
{
    return (unsigned)(p->landscape ? PAGE_LONG : PAGE_SHORT) - 2 * MARGIN;
}

/* A list across the long side has many columns; a form's tables are read as its text is. */
static int table_size(const struct paper *p)
{
    return p->landscape ? SMALL_SIZE : TABLE_SIZE;
}

static void share(const struct paper *p, const struct paper_part *t, unsigned *width)
{
    double points[PAPER_COLUMNS_MAX];
    paper_shares(t, page_width(p) / 20.0, table_size(p) / 2.0 + 0.75,
                 points); /* a cell's own margins take a little */
    for (size_t i = 0; i < t->n_columns; i++)
        width[i] = (unsigned)(points[i] * 20);
}

/* A row that may be broken between pages, for want of another way; all others are kept whole. */
static bool long_row(const struct paper_part *t, size_t at)
{
    enum { KEPT_WHOLE = 600 }; /* bytes: two hundred characters */
    for (size_t c = 0; c < t->n_columns; c++)
        if (strlen(t->cell[at + c]) > KEPT_WHOLE)
            return true;
    return false;
}

static void list(const struct paper *p, const struct paper_part *t, struct buf *b)
{
    unsigned width[PAPER_COLUMNS_MAX];
    char day[PAPER_DAY_TEXT];
    const struct look head = { .size = table_size(p), .face = HEI, .align = CENTRE },
                      text = { .size = table_size(p) };
    share(p, t, width);
    table_begin(b, width, t->n_columns);
    buf_adds(b, "<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
    for (size_t i = 0; i < t->n_columns; i++)
        cell(b, width[i], t->column[i].label, head);
    buf_adds(b, "</w:tr>");
    for (size_t i = 0; t->n_columns && i + t->n_columns <= t->n_cells; i += t->n_columns) {
        buf_adds(b, long_row(t, i) ? "<w:tr>" : "<w:tr><w:trPr><w:cantSplit/></w:trPr>");
        for (size_t c = 0; c < t->n_columns; c++)
            cell(b, width[c], paper_shown(t, i + c, day), text);
        buf_adds(b, "</w:tr>");
    }
    buf_adds(b, "</w:tbl>");
}

static void pairs(const struct paper *p, const struct paper_part *t, struct buf *b)
{
    unsigned page = page_width(p);
    const unsigned width[] = { page / 4, page - page / 4 };
    table_begin(b, width, 2);
    for (size_t i = 0; i + 2 <= t->n_cells; i += 2) {
        buf_adds(b, "<w:tr><w:trPr><w:trHeight w:val=\"480\"/></w:trPr>");
        cell(b, width[0], t->cell[i], (struct look){ .size = TEXT_SIZE, .face = HEI, .align = CENTRE });
        cell(b, width[1], t->cell[i + 1], (struct look){ .size = TEXT_SIZE });
        buf_adds(b, "</w:tr>");
    }
    buf_adds(b, "</w:tbl>");
}

/* Boxes side by side: what is to be signed above, the day below, between them room for the seal. A box is two rows without a line between. */
static void sign_row(struct buf *b, const char *const *label, size_t n, unsigned width, unsigned height,
                     bool last)
{
    buf_addf(b, "<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val=\"%u\"/></w:trPr>", height);
    for (size_t i = 0; i < n; i++) {
        scoped(buf_release) struct buf text = BUF_INIT;
        paper_sign_label(label[i], &text);
        cell_begin(b, width, "<w:tcBorders><w:bottom w:val=\"nil\"/></w:tcBorders>");
        paragraph(b, text.data ? text.data : "",
                  (struct look){ .size = TEXT_SIZE, .face = HEI, .next = true });
        buf_adds(b, "</w:tc>");
    }
    buf_adds(b, "</w:tr><w:tr><w:trPr><w:cantSplit/></w:trPr>");
    for (size_t i = 0; i < n; i++) {
        cell_begin(b, width, "<w:tcBorders><w:top w:val=\"nil\"/></w:tcBorders>");
        paragraph(b, paper_sign_day, (struct look){ .size = TEXT_SIZE, .align = RIGHT, .next = !last });
        buf_adds(b, "</w:tc>");
    }
    buf_adds(b, "</w:tr>");
}

static void signs(const struct paper *p, const struct paper_part *t, struct buf *b)
{
    size_t across = paper_sign_across(t->n_cells);
    for (size_t i = 0; i < t->n_cells; i += across) {
        size_t n = t->n_cells - i < across ? t->n_cells - i : across;
        unsigned each = page_width(p) / (unsigned)n, width[] = { each, each, each };
        bool seal = false;
        for (size_t k = 0; k < n; k++)
            seal |= paper_sign_seal(t->cell[i + k]);
        table_begin(b, width, n);
        sign_row(b, t->cell + i, n, each, seal ? SEAL_HEIGHT : NAME_HEIGHT, i + n == t->n_cells);
        buf_adds(b, "</w:tbl>");
        if (i + n < t->n_cells)
            paragraph(b, "", (struct look){ .size = 2, .next = true });
    }
}

/* 20.4.2.8: in the line, by the relationship of the same number. */
static void picture(struct buf *b, const struct paper_photo *photo, unsigned width, size_t number)
{
    double wide, high;
    static const struct look middle = { .size = SMALL_SIZE, .align = CENTRE, .next = true };
    paper_photo_fit(photo, width - 240, PHOTO_HEIGHT, &wide, &high);
    paragraph_begin(b, &middle);
    unsigned w = (unsigned)(wide * EMU), h = (unsigned)(high * EMU);
    buf_addf(
        b,
        "<w:r><w:drawing><wp:inline><wp:extent cx=\"%u\" cy=\"%u\"/><wp:docPr id=\"%zu\" name=\"photo%zu\" "
        "descr=\"",
        w, h, number, number);
    xml_add(b, photo->caption);
    buf_addf(
        b,
        "\"/><a:graphic><a:graphicData uri=\"" DRAWING
        "picture\"><pic:pic><pic:nvPicPr><pic:cNvPr id=\"%zu\" "
        "name=\"photo%zu.jpeg\"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip "
        "r:embed=\"photo%zu\"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off "
        "x=\"0\" "
        "y=\"0\"/><a:ext cx=\"%u\" cy=\"%u\"/></a:xfrm><a:prstGeom "
        "prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></"
        "w:drawing></w:r></w:p>",
        number, number, number, w, h);
}

static void photos(const struct paper *p, const struct paper_part *t, size_t *number, struct buf *b)
{
    const unsigned each = page_width(p) / PAPER_PHOTOS_ACROSS;
    const unsigned width[PAPER_PHOTOS_ACROSS] = { each, each, each };
    table_begin(b, width, PAPER_PHOTOS_ACROSS);
    for (size_t i = 0; i < t->n_photos; i += PAPER_PHOTOS_ACROSS) {
        buf_adds(b, "<w:tr><w:trPr><w:cantSplit/></w:trPr>");
        for (size_t k = i; k < i + PAPER_PHOTOS_ACROSS; k++) {
            const struct paper_photo *photo = k < t->n_photos ? &t->photo[k] : NULL;
            cell_begin(b, each, "");
            if (photo && photo->jpeg)
                picture(b, photo, each, ++*number);
            else if (photo)
                paragraph(b, paper_photo_unread, (struct look){ .size = SMALL_SIZE, .align = CENTRE });
            paragraph(b, photo ? photo->caption : "", (struct look){ .size = SMALL_SIZE - 2 });
            buf_adds(b, "</w:tc>");
        }
        buf_adds(b, "</w:tr>");
    }
    buf_adds(b, "</w:tbl>");
}

static void part(const struct paper *p, const struct paper_part *t, size_t *number, struct buf *b)
{
    switch (t->kind) {
    case PAPER_HEADING:
        paragraph(
            b, t->text,
            (struct look){ .size = HEADING_SIZE, .face = HEI, .next = true, .before = 160, .outline = true });
        break;
    case PAPER_TEXT:
        paragraph(b, t->text, (struct look){ .size = TEXT_SIZE });
        break;
    case PAPER_PAIRS:
        pairs(p, t, b);
        break;
    case PAPER_TABLE:
        list(p, t, b);
        break;
    case PAPER_SIGN:
        signs(p, t, b);
        break;
    case PAPER_PHOTOS:
        photos(p, t, number, b);
        break;
    }
    if (t->kind >= PAPER_PAIRS) /* two tables without a paragraph between grow together */
        paragraph(b, "", (struct look){ .size = 10 });
}

static void body(const struct paper *p, struct buf *b)
{
    size_t number = 0;
    unsigned wide = p->landscape ? PAGE_LONG : PAGE_SHORT, high = p->landscape ? PAGE_SHORT : PAGE_LONG;
    buf_adds(b, XML "<w:document xmlns:w=\"" WORD "\" xmlns:r=\"" OFFICE "\" xmlns:wp=\"" DRAWING
                    "wordprocessingDrawing\" xmlns:a=\"" DRAWING "main\" xmlns:pic=\"" DRAWING
                    "picture\"><w:body>");
    if (p->title)
        paragraph(b, p->title,
                  (struct look){ .size = TITLE_SIZE, .bold = true, .align = CENTRE, .next = true });
    if (p->subtitle)
        paragraph(b, p->subtitle, (struct look){ .size = TEXT_SIZE, .align = CENTRE, .next = true });
    for (size_t i = 0; i < p->n_parts; i++)
        part(p, &p->part[i], &number, b);
    buf_addf(
        b,
        "<w:sectPr><w:footerReference w:type=\"default\" r:id=\"rId1\"/><w:pgSz w:w=\"%u\" w:h=\"%u\"%s/>"
        "<w:pgMar w:top=\"%d\" w:right=\"%d\" w:bottom=\"%d\" w:left=\"%d\" w:header=\"567\" "
        "w:footer=\"567\" w:gutter=\"0\"/>"
        "</w:sectPr></w:body></w:document>",
        wide, high, p->landscape ? " w:orient=\"landscape\"" : "", MARGIN, MARGIN, MARGIN, MARGIN);
}

static const struct look small = { .size = SMALL_SIZE };

static void small_text(struct buf *b, const char *text)
{
    run_begin(b, &small);
    buf_addf(b, "<w:t xml:space=\"preserve\">%s</w:t></w:r>", text);
}

static void page_field(struct buf *b, const char *name)
{
    static const char *const kinds[] = { "begin", "separate", "end" };
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        run_begin(b, &small);
        buf_addf(b, "<w:fldChar w:fldCharType=\"%s\"/></w:r>", kinds[i]);
        if (i == 0) {
            run_begin(b, &small);
            buf_addf(b, "<w:instrText xml:space=\"preserve\"> %s </w:instrText></w:r>", name);
        } else if (i == 1) {
            small_text(b, "1");
        }
    }
}

static void footer(const struct paper *p, struct buf *b)
{
    buf_adds(b, XML "<w:ftr xmlns:w=\"" WORD "\">");
    if (p->footer && *p->footer)
        paragraph(b, p->footer, (struct look){ .size = SMALL_SIZE - 3 });
    buf_adds(b, "<w:p><w:pPr><w:jc w:val=\"center\"/></w:pPr>");
    small_text(b, "第 ");
    page_field(b, "PAGE");
    small_text(b, " 页　共 ");
    page_field(b, "NUMPAGES");
    small_text(b, " 页");
    buf_adds(b, "</w:p></w:ftr>");
}

enum { FIXED_PARTS = 6 };

/* Pictures by number, in the order in which the text names them: image1.jpeg is relationship photo1. */
static size_t pictures(const struct paper *p, struct buf *relation, struct zip_part *ret_part,
                       struct buf *ret_bytes, char (*ret_name)[40])
{
    size_t n = 0;
    buf_adds(relation,
             XML "<Relationships xmlns=\"" PACKAGE "relationships\"><Relationship Id=\"rId1\" Type=\"" OFFICE
                 "/footer\" Target=\"footer1.xml\"/><Relationship Id=\"rId2\" Type=\"" OFFICE
                 "/styles\" Target=\"styles.xml\"/>");
    for (size_t i = 0; i < p->n_parts; i++)
        for (size_t k = 0; k < p->part[i].n_photos && n < PAPER_PHOTOS_MAX; k++) {
            const struct paper_photo *photo = &p->part[i].photo[k];
            if (!photo->jpeg)
                continue;
            snprintf(ret_name[n], sizeof ret_name[n], "word/media/image%zu.jpeg", n + 1);
            buf_add(&ret_bytes[n], photo->jpeg, photo->len);
            ret_part[n] = (struct zip_part){ ret_name[n], &ret_bytes[n] };
            n++;
            buf_addf(relation,
                     "<Relationship Id=\"photo%zu\" Type=\"" OFFICE
                     "/image\" Target=\"media/image%zu.jpeg\"/>",
                     n, n);
        }
    buf_adds(relation, "</Relationships>");
    return n;
}

int paper_docx(const struct paper *p, struct buf *out, struct err *e)
{
    if (p->failed)
        return err_set(e, -ENOMEM, "docx: no memory");
    struct buf text[FIXED_PARTS] = { BUF_INIT }, bytes[PAPER_PHOTOS_MAX] = { BUF_INIT };
    char name[PAPER_PHOTOS_MAX][40];
    struct zip_part parts[FIXED_PARTS + PAPER_PHOTOS_MAX] = {
        { "[Content_Types].xml", &text[0] }, { "_rels/.rels", &text[1] },
        { "word/document.xml", &text[2] },   { "word/_rels/document.xml.rels", &text[3] },
        { "word/footer1.xml", &text[4] },    { "word/styles.xml", &text[5] }
    };
    buf_adds(&text[0], types);
    buf_adds(&text[1], relations);
    body(p, &text[2]);
    size_t n = pictures(p, &text[3], parts + FIXED_PARTS, bytes, name);
    footer(p, &text[4]);
    buf_adds(&text[5], styles);
    int r = zip_write(parts, FIXED_PARTS + n, out, e);
    for (size_t i = 0; i < FIXED_PARTS; i++)
        buf_release(&text[i]);
    for (size_t i = 0; i < n; i++)
        buf_release(&bytes[i]);
    if (r < 0)
        err_under(e, "docx");
    return r;
}
