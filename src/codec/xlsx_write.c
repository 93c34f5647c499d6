/* xlsx_write.c - a paper's table as a workbook (ECMA-376 part 1, 18): title rows, a frozen and repeated heading, wrapped text, dates as dates. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/cntime.h"
#include "base/map.h"
#include "base/micro.h"
#include "base/scoped.h"
#include "base/utf8.h"
#include "codec/paper.h"
#include "codec/zip_write.h"

/* cellXfs of STYLES, in their order */
enum { STYLE_NONE, STYLE_TITLE, STYLE_NOTE, STYLE_HEAD, STYLE_WORDS, STYLE_DATE, STYLE_NUMBER };
enum { EXCEL_EPOCH = 25569, CELL_CHARACTERS_MAX = 32767 };
enum { LINE_HEIGHT = 15, ROW_HEIGHT_MAX = 409 }; /* points; the latter is the format's own bound */
/* Wider than this, in characters, a table printed across an A4 sheet is too small to read: A3 then (9 and 8 as pageSetup counts papers,
 * 18.3.1.63). */
enum { A4_CHARACTERS = 170, PAPER_A3 = 8, PAPER_A4 = 9 };

#define XML     "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define MAIN    "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define OFFICE  "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define PACKAGE "http://schemas.openxmlformats.org/package/2006/"
#define SHEETML "application/vnd.openxmlformats-officedocument.spreadsheetml."

static const char types[] = XML
    "<Types xmlns=\"" PACKAGE "content-types\"><Default Extension=\"rels\" "
    "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" "
    "ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"" SHEETML
    "sheet.main+xml\"/><Override PartName=\"/xl/styles.xml\" ContentType=\"" SHEETML
    "styles+xml\"/><Override PartName=\"/xl/sharedStrings.xml\" ContentType=\"" SHEETML
    "sharedStrings+xml\"/><Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"" SHEETML
    "worksheet+xml\"/></Types>";
static const char relations[] =
    XML "<Relationships xmlns=\"" PACKAGE "relationships\"><Relationship Id=\"rId1\" Type=\"" OFFICE
        "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";
static const char book_relations[] =
    XML "<Relationships xmlns=\"" PACKAGE "relationships\"><Relationship Id=\"rId1\" Type=\"" OFFICE
        "/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Type=\"" OFFICE
        "/styles\" Target=\"styles.xml\"/><Relationship Id=\"rId3\" Type=\"" OFFICE
        "/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>";

#define BORDER \
    "<left style=\"thin\"/><right style=\"thin\"/><top style=\"thin\"/><bottom style=\"thin\"/><diagonal/>"
#define XF(number, font, fill, border, align)                                                  \
    "<xf numFmtId=\"" number "\" fontId=\"" font "\" fillId=\"" fill "\" borderId=\"" border   \
    "\" xfId=\"0\" applyNumberFormat=\"1\" applyFont=\"1\" applyFill=\"1\" applyBorder=\"1\" " \
    "applyAlignment=\"1\"><alignment " align "/></xf>"
static const char styles[] = XML
    "<styleSheet xmlns=\"" MAIN "\"><numFmts count=\"1\"><numFmt numFmtId=\"164\" "
    "formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;\"/></numFmts>"
    "<fonts count=\"3\"><font><sz val=\"11\"/><name val=\"宋体\"/></font><font><b/><sz val=\"16\"/><name "
    "val=\"宋体\"/></font>"
    "<font><b/><sz val=\"11\"/><name val=\"宋体\"/></font></fonts>"
    "<fills count=\"3\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill "
    "patternType=\"gray125\"/></fill><fill><patternFill patternType=\"solid\"><fgColor "
    "rgb=\"FFE7EDEA\"/><bgColor "
    "indexed=\"64\"/></patternFill></fill></fills>"
    "<borders count=\"2\"><border><left/><right/><top/><bottom/><diagonal/></border><border>" BORDER
    "</border></borders>"
    "<cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" "
    "borderId=\"0\"/></cellStyleXfs><cellXfs count=\"7\">" XF("0", "0", "0", "0", "vertical=\"top\"")
        XF("0", "1", "0", "0", "horizontal=\"center\" vertical=\"center\"") XF("0", "0", "0", "0",
                                                                               "horizontal=\"left\"")
            XF("0", "2", "2", "1", "horizontal=\"center\" vertical=\"center\" wrapText=\"1\"")
                XF("49", "0", "0", "1", "vertical=\"center\" wrapText=\"1\"")
                    XF("164", "0", "0", "1", "vertical=\"center\" horizontal=\"center\"")
                        XF("0", "0", "0", "1",
                           "vertical=\"center\" horizontal=\"right\" indent=\"1\"") "</cellXfs></styleSheet>";

static void reference(struct buf *b, size_t column, size_t row)
{
    char letters[3] = { column >= 26 ? (char)('A' + column / 26 - 1) : (char)('A' + column % 26),
                        column >= 26 ? (char)('A' + column % 26) : '\0', '\0' };
    buf_addf(b, "%s%zu", letters, row);
}

/* At most what a cell may hold, never half a character. */
static size_t cut(const char *s)
{
    size_t n = strlen(s), at = 0;
    for (size_t characters = 0; at < n && characters < CELL_CHARACTERS_MAX; characters++) {
        size_t len = utf8_len(s + at, n - at);
        at += len ? len : 1;
        characters += len == 4; /* two units of UTF-16 */
    }
    return at < n ? at : n;
}

bool paper_cell_text(const char *text, struct buf *out)
{
    size_t n = cut(text);
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == 0xef && i + 2 < n && (unsigned char)text[i + 1] == 0xbf &&
            (unsigned char)text[i + 2] >= 0xbe)
            i += 2; /* as xml_addn */
        else if (c == '\t' || c == '\n' || c >= ' ')
            buf_addc(out, (char)(c == '\t' ? ' ' : c));
    }
    return text[n] != '\0';
}

/* A sheet on its way; texts stand once, in the table of shared strings. */
struct out {
    struct buf xml, strings;
    struct map at; /* text -> its place, from 1 */
    size_t n, used;
    bool failed;
};

/* A text that reads like a character's number, _x000D_, is written so that it is not taken for one: its first _ by number (22.9.2.19). */
static void string_add(struct buf *b, const char *s, size_t len)
{
    size_t from = 0;
    for (size_t i = 0; i + 7 <= len; i++)
        if (s[i] == '_' && s[i + 1] == 'x' && s[i + 6] == '_' &&
            strspn(s + i + 2, "0123456789abcdefABCDEF") >= 4) {
            xml_addn(b, s + from, i - from);
            buf_adds(b, "_x005F_");
            from = i + 1;
        }
    xml_addn(b, s + from, len - from);
}

static size_t shared(struct out *o, const char *text, size_t len)
{
    size_t at = (size_t)(uintptr_t)map_get(&o->at, text, len);
    o->used++;
    if (at)
        return at - 1;
    o->failed |= map_put(&o->at, text, len, (void *)(uintptr_t)++o->n) < 0;
    buf_adds(&o->strings, "<si><t xml:space=\"preserve\">");
    string_add(&o->strings, text, len);
    buf_adds(&o->strings, "</t></si>");
    return o->n - 1;
}

static void words_cell(struct out *o, size_t column, size_t row, int style, const char *text)
{
    buf_adds(&o->xml, "<c r=\"");
    reference(&o->xml, column, row);
    if (*text)
        buf_addf(&o->xml, "\" s=\"%d\" t=\"s\"><v>%zu</v></c>", style, shared(o, text, cut(text)));
    else
        buf_addf(&o->xml, "\" s=\"%d\"/>", style);
}

static bool is_number(const char *s)
{
    micro v;
    return strlen(s) <= 15 && micro_parse(s, strlen(s), &v, NULL);
}

static void cell(struct out *o, enum paper_column_kind kind, size_t column, size_t row, const char *text)
{
    struct buf *b = &o->xml;
    int64_t ms;
    bool date = kind == PAPER_DATE && strlen(text) == 10 && cn_parse_iso(text, 10, &ms);
    if (!date && !(kind == PAPER_NUMBER && is_number(text))) {
        words_cell(o, column, row, STYLE_WORDS, text);
        return;
    }
    buf_adds(b, "<c r=\"");
    reference(b, column, row);
    if (date)
        buf_addf(b, "\" s=\"%d\"><v>%" PRId64 "</v></c>", STYLE_DATE, cn_day_of(ms) + EXCEL_EPOCH);
    else
        buf_addf(b, "\" s=\"%d\"><v>%s</v></c>", STYLE_NUMBER, text);
}

/* height 0: as the program likes. */
static void open_row(struct buf *b, size_t *row, unsigned height)
{
    buf_addf(b, "<row r=\"%zu\"", ++*row);
    if (height)
        buf_addf(b, " ht=\"%u\" customHeight=\"1\"", height);
    buf_addc(b, '>');
}

/* How many lines a text takes in a column: a Chinese character is two wide. Programs that open the file do not all measure it themselves. */
static unsigned lines_of(const char *text, unsigned width)
{
    unsigned lines = 1, at = 0;
    for (size_t n = cut(text), len; n; text += len, n -= len) {
        uint32_t c = utf8_decode(text, n, &len);
        unsigned own = c < 0x80 ? 1 : 2;
        if (c == '\n' || at + own > width - 1) {
            lines++;
            at = 0;
        }
        at += c == '\n' ? 0 : own;
    }
    return lines;
}

static unsigned height_of(const struct paper_part *t, const char *const *cell)
{
    unsigned most = 1;
    for (size_t c = 0; c < t->n_columns; c++) {
        unsigned own = lines_of(cell[c], t->column[c].width > 3 ? t->column[c].width : 3);
        most = own > most ? own : most;
    }
    unsigned height = most * LINE_HEIGHT + 4;
    return height < ROW_HEIGHT_MAX ? height : ROW_HEIGHT_MAX;
}

static unsigned head_height(const struct paper_part *t)
{
    const char *label[PAPER_COLUMNS_MAX];
    for (size_t c = 0; c < t->n_columns; c++)
        label[c] = t->column[c].label;
    return height_of(t, label) + 6;
}

/* Rows down to the heading. */
static size_t head_rows(const struct paper *p)
{
    size_t n = 1;
    n += p->title && *p->title;
    n += p->subtitle && *p->subtitle;
    return n;
}

/* The table from its heading row to its last: A3:J18, or $A$3:$J$18. */
static void range(struct buf *b, const struct paper_part *t, size_t first, size_t last, bool fixed)
{
    scoped(buf_release) struct buf column = BUF_INIT;
    reference(&column, t->n_columns ? t->n_columns - 1 : 0, last);
    int letters = (int)strcspn(column.data ? column.data : "", "0123456789");
    const char *sign = fixed ? "$" : "";
    buf_addf(b, "%sA%s%zu:%s%.*s%s%zu", sign, sign, first, sign, letters, column.data ? column.data : "",
             sign, last);
}

static unsigned width_in_all(const struct paper_part *t)
{
    unsigned sum = 0;
    for (size_t i = 0; i < t->n_columns; i++)
        sum += t->column[i].width;
    return sum;
}

static void sheet(const struct paper *p, const struct paper_part *t, struct out *o)
{
    struct buf *b = &o->xml;
    size_t head = head_rows(p), row = 0;
    buf_adds(b,
             XML "<worksheet xmlns=\"" MAIN "\"><sheetPr><pageSetUpPr fitToPage=\"1\"/></sheetPr><sheetViews>"
                 "<sheetView workbookViewId=\"0\" tabSelected=\"1\">");
    buf_addf(b,
             "<pane ySplit=\"%zu\" topLeftCell=\"A%zu\" activePane=\"bottomLeft\" "
             "state=\"frozen\"/></sheetView></sheetViews><cols>",
             head, head + 1);
    for (size_t i = 0; i < t->n_columns; i++)
        buf_addf(b, "<col min=\"%zu\" max=\"%zu\" width=\"%u\" customWidth=\"1\"/>", i + 1, i + 1,
                 t->column[i].width);
    buf_adds(b, "</cols><sheetData>");
    const char *const above[] = { p->title, p->subtitle };
    for (size_t i = 0; i < COUNT_OF(above); i++)
        if (above[i] && *above[i]) {
            open_row(b, &row, i ? 0 : 30);
            words_cell(o, 0, row, i ? STYLE_NOTE : STYLE_TITLE, above[i]);
            buf_adds(b, "</row>");
        }
    open_row(b, &row, head_height(t));
    for (size_t i = 0; i < t->n_columns; i++)
        words_cell(o, i, row, STYLE_HEAD, t->column[i].label);
    buf_adds(b, "</row>");
    for (size_t i = 0; t->n_columns && i + t->n_columns <= t->n_cells; i += t->n_columns) {
        open_row(b, &row, height_of(t, t->cell + i));
        for (size_t c = 0; c < t->n_columns; c++)
            cell(o, t->column[c].kind, c, row, t->cell[i + c]);
        buf_adds(b, "</row>");
    }
    buf_adds(b, "</sheetData><autoFilter ref=\"");
    range(b, t, head, row, false);
    buf_adds(b, "\"/>");
    if (head > 1 && t->n_columns > 1) {
        buf_addf(b, "<mergeCells count=\"%zu\">", head - 1);
        for (size_t i = 1; i < head; i++) {
            buf_addf(b, "<mergeCell ref=\"A%zu:", i);
            reference(b, t->n_columns - 1, i);
            buf_adds(b, "\"/>");
        }
        buf_adds(b, "</mergeCells>");
    }
    buf_addf(
        b,
        "<pageMargins left=\"0.5\" right=\"0.5\" top=\"0.6\" bottom=\"0.6\" header=\"0.3\" footer=\"0.3\"/>"
        "<pageSetup paperSize=\"%d\" orientation=\"%s\" fitToWidth=\"1\" fitToHeight=\"0\"/>"
        "<headerFooter><oddFooter>&amp;C第 &amp;P 页　共 &amp;N 页</oddFooter></headerFooter></worksheet>",
        width_in_all(t) > A4_CHARACTERS ? PAPER_A3 : PAPER_A4, p->landscape ? "landscape" : "portrait");
}

/* A sheet's name is at most 31 characters, none of []:*?/\ and no quotation mark at its ends (18.2.19); the heading is named in
 * references, so the mark is left out everywhere. */
static void sheet_name(const struct paper *p, struct buf *name)
{
    const char *s = p->title ? p->title : "";
    size_t n = strlen(s), len, characters = 0;
    for (; n && characters < 31; s += len, n -= len) {
        uint32_t c = utf8_decode(s, n, &len);
        if (c < ' ' || c > 0xffff || (c < 0x80 && strchr("[]:*?/\\'", (int)c)))
            continue;
        buf_add(name, s, len);
        characters++;
    }
    if (!name->len)
        buf_adds(name, "Sheet1");
}

static void workbook(const struct paper *p, const struct paper_part *t, struct buf *b)
{
    scoped(buf_release) struct buf name = BUF_INIT;
    size_t head = head_rows(p), rows = t->n_columns ? t->n_cells / t->n_columns : 0;
    sheet_name(p, &name);
    buf_adds(b, XML "<workbook xmlns=\"" MAIN "\" xmlns:r=\"" OFFICE "\"><sheets><sheet name=\"");
    xml_add(b, name.data ? name.data : "");
    buf_adds(b, "\" sheetId=\"1\" r:id=\"rId1\"/></sheets><definedNames><definedName "
                "name=\"_xlnm._FilterDatabase\" localSheetId=\"0\" hidden=\"1\">'");
    xml_add(b, name.data ? name.data : "");
    buf_adds(b, "'!");
    range(b, t, head, head + rows, true);
    buf_adds(b, "</definedName><definedName name=\"_xlnm.Print_Titles\" localSheetId=\"0\">'");
    xml_add(b, name.data ? name.data : "");
    buf_addf(b, "'!$%zu:$%zu</definedName></definedNames></workbook>", head, head);
}

static const struct paper_part *table_of(const struct paper *p)
{
    for (size_t i = 0; i < p->n_parts; i++)
        if (p->part[i].kind == PAPER_TABLE)
            return &p->part[i];
    return NULL;
}

int paper_xlsx(const struct paper *p, struct buf *out, struct err *e)
{
    const struct paper_part *t = table_of(p);
    if (p->failed || !t)
        return p->failed ? err_set(e, -ENOMEM, "xlsx: no memory") : err_set(e, -EINVAL, "xlsx: no table");
    struct out o = { 0 };
    struct buf text[6] = { BUF_INIT };
    buf_adds(&text[0], types);
    buf_adds(&text[1], relations);
    workbook(p, t, &text[2]);
    buf_adds(&text[3], book_relations);
    buf_adds(&text[4], styles);
    sheet(p, t, &o);
    buf_addf(&text[5], XML "<sst xmlns=\"" MAIN "\" count=\"%zu\" uniqueCount=\"%zu\">", o.used, o.n);
    if (o.strings.len)
        buf_add(&text[5], o.strings.data, o.strings.len);
    buf_adds(&text[5], "</sst>");
    const struct zip_part parts[] = {
        { "[Content_Types].xml", &text[0] },   { "_rels/.rels", &text[1] },
        { "xl/workbook.xml", &text[2] },       { "xl/_rels/workbook.xml.rels", &text[3] },
        { "xl/styles.xml", &text[4] },         { "xl/sharedStrings.xml", &text[5] },
        { "xl/worksheets/sheet1.xml", &o.xml }
    };
    int r = o.failed || o.strings.failed ? err_set(e, -ENOMEM, "no memory")
                                         : zip_write(parts, COUNT_OF(parts), out, e);
    buf_release(&o.xml);
    buf_release(&o.strings);
    map_release(&o.at, NULL);
    for (size_t i = 0; i < COUNT_OF(text); i++)
        buf_release(&text[i]);
    if (r < 0)
        err_under(e, "xlsx");
    return r;
}
