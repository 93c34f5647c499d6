/* docx_write.c - a paper as a Word document (ECMA-376 part 1, 17): three parts and a footer with page numbers. */
#include <errno.h>
#include <string.h>

#include "base/scoped.h"
#include "codec/paper.h"
#include "codec/zip_write.h"

#define XML     "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define WORD    "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define OFFICE  "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define PACKAGE "http://schemas.openxmlformats.org/package/2006/"
#define WORDML  "application/vnd.openxmlformats-officedocument.wordprocessingml."

/* twentieths of a point: A4, margins of 2 cm */
enum { PAGE_SHORT = 11906, PAGE_LONG = 16838, MARGIN = 1134 };
enum { TITLE_SIZE = 36, HEADING_SIZE = 28, TEXT_SIZE = 21, SMALL_SIZE = 18 }; /* half points */

static const char types[] = XML
    "<Types xmlns=\"" PACKAGE "content-types\"><Default Extension=\"rels\" "
    "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" "
    "ContentType=\"application/xml\"/><Override PartName=\"/word/document.xml\" ContentType=\"" WORDML
    "document.main+xml\"/><Override PartName=\"/word/footer1.xml\" ContentType=\"" WORDML
    "footer+xml\"/></Types>";
static const char relations[] =
    XML "<Relationships xmlns=\"" PACKAGE "relationships\"><Relationship Id=\"rId1\" Type=\"" OFFICE
        "/officeDocument\" Target=\"word/document.xml\"/></Relationships>";
static const char document_relations[] =
    XML "<Relationships xmlns=\"" PACKAGE "relationships\"><Relationship Id=\"rId1\" Type=\"" OFFICE
        "/footer\" Target=\"footer1.xml\"/></Relationships>";

struct look {
    int size;
    bool bold, centred, next; /* next: stays on the page of the paragraph after it */
};

static void run_begin(struct buf *b, const struct look *look)
{
    buf_addf(b,
             "<w:r><w:rPr><w:rFonts w:ascii=\"Times New Roman\" w:hAnsi=\"Times New Roman\" "
             "w:eastAsia=\"宋体\"/>%s<w:sz w:val=\"%d\"/>"
             "<w:szCs w:val=\"%d\"/></w:rPr>",
             look->bold ? "<w:b/>" : "", look->size, look->size);
}

static void paragraph(struct buf *b, const char *text, struct look look)
{
    buf_adds(b, "<w:p><w:pPr>");
    if (look.next)
        buf_adds(b, "<w:keepNext/>");
    buf_addf(b, "<w:spacing w:before=\"40\" w:after=\"40\"/>%s</w:pPr>",
             look.centred ? "<w:jc w:val=\"center\"/>" : "");
    run_begin(b, &look);
    for (const char *s = text; *s;) {
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
}

static void table_begin(struct buf *b, const unsigned *width, size_t n)
{
    static const char *const sides[] = { "top", "left", "bottom", "right", "insideH", "insideV" };
    buf_adds(b, "<w:tbl><w:tblPr><w:tblW w:w=\"5000\" w:type=\"pct\"/><w:tblBorders>");
    for (size_t i = 0; i < COUNT_OF(sides); i++)
        buf_addf(b, "<w:%s w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"auto\"/>", sides[i]);
    buf_adds(b, "</w:tblBorders><w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>");
    for (size_t i = 0; i < n; i++)
        buf_addf(b, "<w:gridCol w:w=\"%u\"/>", width[i]);
    buf_adds(b, "</w:tblGrid>");
}

static void cell(struct buf *b, unsigned width, const char *text, struct look look)
{
    buf_addf(b, "<w:tc><w:tcPr><w:tcW w:w=\"%u\" w:type=\"dxa\"/></w:tcPr>", width);
    paragraph(b, text, look);
    buf_adds(b, "</w:tc>");
}

static void share(const struct paper *p, const struct paper_part *t, unsigned *width)
{
    double points[PAPER_COLUMNS_MAX], page = (p->landscape ? PAGE_LONG : PAGE_SHORT) - 2 * MARGIN;
    paper_shares(t, page / 20, SMALL_SIZE / 2.0 + 1, points); /* a cell's own margins take a little */
    for (size_t i = 0; i < t->n_columns; i++)
        width[i] = (unsigned)(points[i] * 20);
}

static void list(const struct paper *p, const struct paper_part *t, struct buf *b)
{
    unsigned width[PAPER_COLUMNS_MAX];
    const struct look head = { SMALL_SIZE, true, true, false }, text = { SMALL_SIZE, false, false, false };
    share(p, t, width);
    table_begin(b, width, t->n_columns);
    buf_adds(b, "<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
    for (size_t i = 0; i < t->n_columns; i++)
        cell(b, width[i], t->column[i].label, head);
    buf_adds(b, "</w:tr>");
    for (size_t i = 0; t->n_columns && i + t->n_columns <= t->n_cells; i += t->n_columns) {
        buf_adds(b, "<w:tr>");
        for (size_t c = 0; c < t->n_columns; c++)
            cell(b, width[c], t->cell[i + c], text);
        buf_adds(b, "</w:tr>");
    }
    buf_adds(b, "</w:tbl>");
}

static void pairs(const struct paper *p, const struct paper_part *t, struct buf *b)
{
    unsigned page = (unsigned)(p->landscape ? PAGE_LONG : PAGE_SHORT) - 2 * MARGIN;
    const unsigned width[] = { page / 4, page - page / 4 };
    table_begin(b, width, 2);
    for (size_t i = 0; i + 2 <= t->n_cells; i += 2) {
        buf_adds(b, "<w:tr>");
        cell(b, width[0], t->cell[i], (struct look){ TEXT_SIZE, true, false, false });
        cell(b, width[1], t->cell[i + 1], (struct look){ TEXT_SIZE, false, false, false });
        buf_adds(b, "</w:tr>");
    }
    buf_adds(b, "</w:tbl>");
}

/* Each with room to sign; kept on one page. */
static void signs(const struct paper *p, const struct paper_part *t, struct buf *b)
{
    unsigned page = (unsigned)(p->landscape ? PAGE_LONG : PAGE_SHORT) - 2 * MARGIN;
    const unsigned width[] = { page / 3, page - page / 3 };
    table_begin(b, width, 2);
    for (size_t i = 0; i < t->n_cells; i++) {
        buf_adds(b, "<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val=\"1100\"/></w:trPr>");
        cell(b, width[0], t->cell[i], (struct look){ TEXT_SIZE, true, false, true });
        cell(b, width[1], "\n\n　　　　　　　　年　　月　　日",
             (struct look){ TEXT_SIZE, false, false, true });
        buf_adds(b, "</w:tr>");
    }
    buf_adds(b, "</w:tbl>");
}

static void part(const struct paper *p, const struct paper_part *t, struct buf *b)
{
    switch (t->kind) {
    case PAPER_HEADING:
        paragraph(b, t->text, (struct look){ HEADING_SIZE, true, false, true });
        break;
    case PAPER_TEXT:
        paragraph(b, t->text, (struct look){ TEXT_SIZE, false, false, false });
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
    }
    if (t->kind >= PAPER_PAIRS) /* two tables without a paragraph between grow together */
        paragraph(b, "", (struct look){ SMALL_SIZE, false, false, false });
}

static void body(const struct paper *p, struct buf *b)
{
    unsigned wide = p->landscape ? PAGE_LONG : PAGE_SHORT, high = p->landscape ? PAGE_SHORT : PAGE_LONG;
    buf_adds(b, XML "<w:document xmlns:w=\"" WORD "\" xmlns:r=\"" OFFICE "\"><w:body>");
    if (p->title)
        paragraph(b, p->title, (struct look){ TITLE_SIZE, true, true, true });
    if (p->subtitle)
        paragraph(b, p->subtitle, (struct look){ TEXT_SIZE, false, true, true });
    for (size_t i = 0; i < p->n_parts; i++)
        part(p, &p->part[i], b);
    buf_addf(
        b,
        "<w:sectPr><w:footerReference w:type=\"default\" r:id=\"rId1\"/><w:pgSz w:w=\"%u\" w:h=\"%u\"%s/>"
        "<w:pgMar w:top=\"%d\" w:right=\"%d\" w:bottom=\"%d\" w:left=\"%d\" w:header=\"567\" "
        "w:footer=\"567\" w:gutter=\"0\"/>"
        "</w:sectPr></w:body></w:document>",
        wide, high, p->landscape ? " w:orient=\"landscape\"" : "", MARGIN, MARGIN, MARGIN, MARGIN);
}

static void page_field(struct buf *b, const char *name)
{
    static const struct look look = { SMALL_SIZE, false, false, false };
    static const char *const kinds[] = { "begin", "separate", "end" };
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        run_begin(b, &look);
        buf_addf(b, "<w:fldChar w:fldCharType=\"%s\"/></w:r>", kinds[i]);
        if (i < 2) {
            run_begin(b, &look);
            buf_addf(
                b, i ? "<w:t>%s</w:t></w:r>" : "<w:instrText xml:space=\"preserve\"> %s </w:instrText></w:r>",
                i ? "1" : name);
        }
    }
}

static void footer(const struct paper *p, struct buf *b)
{
    static const struct look look = { SMALL_SIZE, false, false, false };
    buf_adds(b, XML "<w:ftr xmlns:w=\"" WORD "\">");
    if (p->footer && *p->footer)
        paragraph(b, p->footer, look);
    buf_adds(b, "<w:p><w:pPr><w:jc w:val=\"center\"/></w:pPr>");
    page_field(b, "PAGE");
    run_begin(b, &look);
    buf_adds(b, "<w:t> / </w:t></w:r>");
    page_field(b, "NUMPAGES");
    buf_adds(b, "</w:p></w:ftr>");
}

int paper_docx(const struct paper *p, struct buf *out, struct err *e)
{
    if (p->failed)
        return err_set(e, -ENOMEM, "docx: no memory");
    struct buf text[5] = { BUF_INIT };
    buf_adds(&text[0], types);
    buf_adds(&text[1], relations);
    body(p, &text[2]);
    buf_adds(&text[3], document_relations);
    footer(p, &text[4]);
    const struct zip_part parts[] = { { "[Content_Types].xml", &text[0] },
                                      { "_rels/.rels", &text[1] },
                                      { "word/document.xml", &text[2] },
                                      { "word/_rels/document.xml.rels", &text[3] },
                                      { "word/footer1.xml", &text[4] } };
    int r = zip_write(parts, COUNT_OF(parts), out, e);
    for (size_t i = 0; i < COUNT_OF(text); i++)
        buf_release(&text[i]);
    if (r < 0)
        err_under(e, "docx");
    return r;
}
