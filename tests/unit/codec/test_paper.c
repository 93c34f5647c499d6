/* test_paper.c - a paper as .xlsx, .docx and .pdf, read back by the readers and by pdftotext. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/scoped.h"
#include "codec/document.h"
#include "codec/image.h"
#include "codec/paper.h"
#include "codec/zip_write.h"
#include "../paper_noise.h"

static void table(struct paper *p, size_t rows, const char *long_text)
{
    static const struct paper_column columns[] = { { "编号", PAPER_WORDS, 14 },
                                                   { "时限", PAPER_DATE, 12 },
                                                   { "数量", PAPER_NUMBER, 8 },
                                                   { "内容 <&>", PAPER_WORDS, 40 } };
    struct paper_part *t = paper_table(p, columns, 4);
    for (size_t i = 0; i < rows; i++) {
        char number[24];
        snprintf(number, sizeof number, "ZG-2026-%04zu", i + 1);
        paper_cell(p, t, number);
        paper_cell(p, t, i % 2 ? "立行立改" : "2026-06-30");
        paper_cell(p, t, i % 2 ? "约3" : "-12.5");
        paper_cell(p, t, i == 1 ? long_text : "第一行\n<第二行> & \"三\"");
    }
}

static void fill(struct paper *p, size_t rows, const char *long_text)
{
    *p = (struct paper){ .title = "督察整改台账",
                         .subtitle = "截至 2026年3月5日",
                         .footer = "校验值 0123456789abcdef",
                         .landscape = true };
    p->made = INT64_C(1772672400000);
    paper_add(p, PAPER_HEADING, "一、清单");
    table(p, rows, long_text);
    paper_add(p, PAPER_TEXT, "说明文字");
    struct paper_part *pairs = paper_add(p, PAPER_PAIRS, NULL);
    paper_pair(p, pairs, "责任单位", "净水厂");
    struct paper_part *sign = paper_add(p, PAPER_SIGN, NULL);
    paper_cell(p, sign, "责任单位（盖章）");
}

struct seen {
    size_t rows;
    unsigned last;
    char text[8][400];
};

static int keep(const struct sheet_row *row, void *arg)
{
    struct seen *s = arg;
    if (s->rows < 8)
        for (size_t i = 0; i < row->n; i++)
            snprintf(s->text[s->rows] + strlen(s->text[s->rows]), 400 - strlen(s->text[s->rows]), "%s%s",
                     i ? "|" : "", row->cell[i]);
    s->rows++;
    s->last = row->row;
    return 0;
}

static void a_workbook_reads_back(void **state)
{
    (void)state;
    struct paper p;
    struct buf bytes = BUF_INIT, again = BUF_INIT;
    struct seen s = { 0 };
    fill(&p, 3, "另\x01一\xef\xbf\xbe行"); /* what XML cannot hold is left out */
    assert_int_equal(paper_xlsx(&p, &bytes, NULL), 0);
    assert_int_equal(paper_xlsx(&p, &again, NULL), 0);
    assert_int_equal(bytes.len, again.len);
    assert_memory_equal(bytes.data, again.data, bytes.len);
    assert_int_equal(xlsx_rows(bytes.data, bytes.len, 100, keep, &s, NULL), 0);
    assert_int_equal(s.rows, 6);
    assert_string_equal(s.text[0], "督察整改台账");
    assert_string_equal(s.text[2], "编号|时限|数量|内容 <&>");
    assert_string_equal(s.text[3], "ZG-2026-0001|2026年6月30日|-12.5|第一行\n<第二行> & \"三\"");
    assert_string_equal(s.text[4], "ZG-2026-0002|立行立改|约3|另一行");
    assert_int_equal(xlsx_rows(bytes.data, bytes.len, 5, keep, &s, NULL), -EFBIG);
    paper_release(&p);
    buf_release(&bytes);
    buf_release(&again);
}

/* Days counted from 1904, a time of day, rows that are left out. */
static void sheets_by_row(void **state)
{
    (void)state;
    static const char *const parts[][2] = {
        { "[Content_Types].xml", "<Types/>" },
        { "xl/workbook.xml", "<workbook><workbookPr date1904=\"1\"/></workbook>" },
        { "xl/styles.xml",
          "<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"22\"/></cellXfs></styleSheet>" },
        { "xl/worksheets/sheet1.xml",
          "<worksheet><sheetData><row r=\"3\"><c r=\"B3\" s=\"1\"><v>44741.395833333336</v></c><c "
          "r=\"C3\"><v>92.499999999999986</v></c>"
          "</row><row r=\"4\"/><row r=\"7\"><c r=\"A7\" "
          "t=\"inlineStr\"><is><t>a&#10;b</t></is></c></row></sheetData></worksheet>" }
    };
    struct buf text[4] = { BUF_INIT }, bytes = BUF_INIT, plain = BUF_INIT;
    struct zip_part part[4];
    struct seen s = { 0 };
    for (size_t i = 0; i < 4; i++) {
        buf_adds(&text[i], parts[i][1]);
        part[i] = (struct zip_part){ parts[i][0], &text[i] };
    }
    assert_int_equal(zip_write(part, 4, &bytes, NULL), 0);
    assert_int_equal(xlsx_rows(bytes.data, bytes.len, 100, keep, &s, NULL), 0);
    assert_int_equal(s.rows, 2);
    assert_string_equal(s.text[0], "|2026年6月30日 09:30|92.5");
    assert_string_equal(s.text[1], "a\nb");
    assert_int_equal(s.last, 7);
    assert_int_equal(xlsx_text(bytes.data, bytes.len, &plain, NULL), 0);
    assert_non_null(strstr(plain.data, "a\xe2\x80\xa8"
                                       "b"));
    for (size_t i = 0; i < 4; i++)
        buf_release(&text[i]);
    buf_release(&bytes);
    buf_release(&plain);
}

static void a_word_document_reads_back(void **state)
{
    (void)state;
    struct paper p;
    struct buf bytes = BUF_INIT, text = BUF_INIT;
    fill(&p, 3, "另一行");
    assert_int_equal(paper_docx(&p, &bytes, NULL), 0);
    assert_int_equal(docx_text(bytes.data, bytes.len, &text, NULL), 0);
    static const char *const said[] = { "督察整改台账\n", "编号\t时限\t数量\t内容 <&>\n",
                                        "ZG-2026-0002\t立行立改\t约3\t另一行\n", "责任单位\t净水厂",
                                        "责任单位（盖章）" };
    for (size_t i = 0; i < COUNT_OF(said); i++)
        if (!strstr(text.data, said[i]))
            fail_msg("'%s' is not in: %s", said[i], text.data);
    paper_release(&p);
    buf_release(&bytes);
    buf_release(&text);
}

/* What pdftotext makes of it, without white space; NULL where there is none. */
static char *pdf_text(const struct buf *pdf)
{
    char name[] = "/tmp/bihuan-paper-XXXXXX", command[80];
    if (system("command -v pdftotext >/dev/null") != 0) {
        print_message("# skipped: no pdftotext\n");
        return NULL;
    }
    int fd = mkstemp(name);
    assert_true(fd >= 0 && write(fd, pdf->data, pdf->len) == (ssize_t)pdf->len);
    close(fd);
    snprintf(command, sizeof command, "pdftotext -layout %s -", name);
    FILE *f = popen(command, "r");
    struct buf text = BUF_INIT;
    for (int c; (c = getc(f)) != EOF;)
        if (!strchr(" \n\t\r", c))
            buf_addc(&text, (char)c);
    assert_int_equal(pclose(f), 0);
    unlink(name);
    return buf_take(&text);
}

static size_t times(const char *s, const char *word)
{
    size_t n = 0;
    for (; (s = strstr(s, word)); s++)
        n++;
    return n;
}

/* 60 rows, one of them taller than a page: every character is there once, the heading on every page. */
static void a_pdf_reads_back(void **state)
{
    (void)state;
    struct paper p;
    struct buf bytes = BUF_INIT, again = BUF_INIT, tall = BUF_INIT;
    struct err e = { 0 };
    for (int i = 0; i < 200; i++)
        buf_addf(&tall, "%s措施第%d条开工完工", i ? "\n" : "", i);
    fill(&p, 60, tall.data);
    int r = paper_pdf(&p, &bytes, &e);
    if (r == -ENOENT) {
        print_message("# skipped: %s\n", e.text);
    } else {
        assert_int_equal(r, 0);
        assert_int_equal(paper_pdf(&p, &again, &e), 0);
        assert_int_equal(bytes.len, again.len);
        assert_memory_equal(bytes.data, again.data, bytes.len);
        scoped(freep) char *text = pdf_text(&bytes);
        if (text) {
            size_t pages = times(text, "校验值0123456789abcdef");
            assert_true(pages > 5);
            assert_true(times(text, "编号时限数量") >=
                        pages - 1); /* the last may hold the signatures alone */
            for (int i = 0; i < 200; i++) {
                char word[60];
                snprintf(word, sizeof word, "措施第%d条开工完工", i);
                if (times(text, word) != 1)
                    fail_msg("'%s' stands %zu times", word, times(text, word));
            }
            for (int i = 1; i <= 60; i++) {
                char word[40];
                snprintf(word, sizeof word, "ZG-2026-%04d", i);
                assert_int_equal(times(text, word), 1);
            }
        }
    }
    paper_release(&p);
    buf_release(&bytes);
    buf_release(&again);
    buf_release(&tall);
}

/* What reads like a character's number, a formula or markup is the text that it was; what no cell holds is cut or left out, and that is told. */
static void hostile_cells_read_back(void **state)
{
    static const char *const texts[][2] = {
        { "_x0041_", "_x0041_" },
        { "__x000D__x000a_", "__x000D__x000a_" },
        { "_x00", "_x00" },
        { "=1+1", "=1+1" },
        { "</t></si>&#9;<c>", "</t></si>&#9;<c>" },
        { "a\tb\rc\x02", "a bc" },
        { "甲\xe2\x80\xae乙", "甲\xe2\x80\xae乙" },
    };
    static const struct paper_column columns[] = { { "甲", PAPER_WORDS, 14 }, { "乙", PAPER_NUMBER, 14 } };
    struct paper p = { .title = "a/b:c*[d]'e' 一二三四五六七八九十一二三四五六七八九十一二三四五" };
    struct buf bytes = BUF_INIT;
    struct seen s = { 0 };
    (void)state;
    struct paper_part *t = paper_table(&p, columns, 2);
    for (size_t i = 0; i < 6; i++) {
        paper_cell(&p, t, texts[i][0]);
        paper_cell(&p, t, texts[i][0]);
    }
    assert_int_equal(paper_xlsx(&p, &bytes, NULL), 0);
    assert_int_equal(xlsx_rows(bytes.data, bytes.len, 100, keep, &s, NULL), 0);
    for (size_t i = 0; i < 6; i++) {
        char want[200];
        snprintf(want, sizeof want, "%s|%s", texts[i][1], texts[i][1]);
        assert_string_equal(s.text[i + 2], want);
    }
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct buf cell = BUF_INIT;
        assert_false(paper_cell_text(texts[i][0], &cell));
        assert_string_equal(cell.data, texts[i][1]);
        buf_release(&cell);
    }
    paper_release(&p);
    buf_release(&bytes);
}

/* 32,767 units of UTF-16: characters outside of the first plane are two. */
static void a_cell_is_cut_between_characters(void **state)
{
    struct buf text = BUF_INIT, cell = BUF_INIT;
    (void)state;
    for (int i = 0; i < 16383; i++)
        buf_adds(&text, "\xf0\xa0\xae\xb7");
    assert_false(paper_cell_text(text.data, &cell));
    assert_int_equal(cell.len, text.len);
    buf_adds(&text, "ab");
    buf_clear(&cell);
    assert_true(paper_cell_text(text.data, &cell));
    assert_int_equal(cell.len, text.len - 1);
    buf_release(&text);
    buf_release(&cell);
}

static void words_of_pages(void **state)
{
    struct buf out = BUF_INIT;
    char day[PAPER_DAY_TEXT];
    (void)state;
    paper_page_text("甲\xe2\x80\xae乙\t丙\x01\n\xe2\x81\xa6丁\xd8\x9c", &out);
    assert_string_equal(out.data, "甲乙 丙\n丁");
    assert_string_equal(paper_day("2026-06-05", day), "2026年6月5日");
    assert_string_equal(paper_day("2026-13-05", day), "2026-13-05");
    assert_string_equal(paper_day("立行立改", day), "立行立改");
    static const char *const labels[][2] = { { "责任单位（盖章）", "责任单位（盖章）：" },
                                             { "主办人", "主办人（签名）：" },
                                             { "企业签收", "企业签收：" } };
    for (size_t i = 0; i < COUNT_OF(labels); i++) {
        buf_clear(&out);
        paper_sign_label(labels[i][0], &out);
        assert_string_equal(out.data, labels[i][1]);
    }
    buf_release(&out);
}

/* Whatever the cells, the columns fill the page and none is too narrow for a character; where all fits, no line is broken. */
static void columns_share_the_page(void **state)
{
    static const char *const texts[] = { "", "1", "2026-06-30", "望海区人民政府",
                                         "排查超标时段进水与曝气记录，更换两台曝气风机，设置应急池联锁" };
    uint32_t seed = 212;
    (void)state;
    for (int round = 0; round < 500; round++) {
        struct paper p = { 0 };
        struct paper_column columns[12];
        double width[12], sum = 0;
        size_t n = 1 + (seed = seed * 1664525 + 1013904223) / 65536 % 12;
        for (size_t i = 0; i < n; i++)
            columns[i] =
                (struct paper_column){ "栏目", i % 3 ? PAPER_WORDS : PAPER_DATE, 6 + (unsigned)i * 3 };
        struct paper_part *t = paper_table(&p, columns, n);
        for (size_t i = 0; i < 3 * n; i++)
            paper_cell(&p, t, texts[(seed = seed * 1664525 + 1013904223) / 65536 % COUNT_OF(texts)]);
        paper_shares(t, 482, 8, width);
        for (size_t i = 0; i < n; i++) {
            assert_true(width[i] > 16);
            sum += width[i];
        }
        if (sum < 481.9 || sum > 482.1)
            fail_msg("round %d (seed 212): %zu columns take %g of 482", round, n, sum);
        paper_release(&p);
    }
}

static void jpeg(int width, int height, struct buf *out)
{
    struct image m = { width, height, calloc((size_t)width * (size_t)height, 3) };
    assert_non_null(m.rgb);
    assert_int_equal(image_write_jpeg(&m, 80, out, NULL), 0);
    image_release(&m);
}

/* Pictures go in as they are, what is none is said to be unread, and a paper holds so many and no more. */
static void photos_in_pages(void **state)
{
    struct paper p = { .title = "照片", .made = INT64_C(1772672400000) };
    struct buf good = BUF_INIT, pdf = BUF_INIT, docx = BUF_INIT, text = BUF_INIT;
    struct err e = { 0 };
    (void)state;
    jpeg(120, 90, &good);
    struct paper_part *part = paper_add(&p, PAPER_PHOTOS, NULL);
    assert_int_equal(paper_photo(&p, part, good.data, good.len, "附件1\n拍摄时间：照片未记录"), 0);
    assert_int_equal(paper_photo(&p, part, good.data, good.len / 2, "半张"), 0);
    assert_int_equal(paper_photo(&p, part, "no picture", 10, "不是照片"), 0);
    for (int i = 3; i < PAPER_PHOTOS_MAX; i++)
        assert_int_equal(paper_photo(&p, part, good.data, good.len, "又一张"), 0);
    assert_int_equal(paper_photo(&p, part, good.data, good.len, "太多"), -ENOSPC);
    assert_int_equal(part->photo[0].width, 120);
    assert_null(part->photo[2].jpeg);
    double wide, high;
    paper_photo_fit(&part->photo[0], 100, 50, &wide, &high);
    assert_true(high == 50 && wide > 66 && wide < 67);
    assert_int_equal(paper_docx(&p, &docx, &e), 0);
    assert_int_equal(docx_text(docx.data, docx.len, &text, &e), 0);
    assert_int_equal(times(text.data, "（照片缺失或无法读取）") + times(text.data, "又一张"), 23);
    assert_non_null(strstr(text.data, "附件1"));
    int r = paper_pdf(&p, &pdf, &e);
    if (r == -ENOENT)
        print_message("# skipped: %s\n", e.text);
    else
        assert_int_equal(r, 0);
    scoped(freep) char *words = r == 0 ? pdf_text(&pdf) : NULL;
    if (words)
        assert_int_equal(times(words, "又一张"), PAPER_PHOTOS_MAX - 3);
    paper_release(&p);
    buf_release(&good);
    buf_release(&pdf);
    buf_release(&docx);
    buf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_workbook_reads_back),
        cmocka_unit_test(sheets_by_row),
        cmocka_unit_test(a_word_document_reads_back),
        cmocka_unit_test(a_pdf_reads_back),
        cmocka_unit_test(hostile_cells_read_back),
        cmocka_unit_test(a_cell_is_cut_between_characters),
        cmocka_unit_test(words_of_pages),
        cmocka_unit_test(columns_share_the_page),
        cmocka_unit_test(photos_in_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
