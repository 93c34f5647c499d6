/* Kinds of files by content, and names made safe. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <string.h>
#include <zip.h>

#include "base/scoped.h"
#include "codec/filetype.h"

/* A zip with empty parts of these names. */
static void zip_of(const char *const *name, struct buf *out)
{
    zip_error_t why;
    zip_source_t *s = zip_source_buffer_create(NULL, 0, 0, &why);
    zip_t *z = zip_open_from_source(s, ZIP_CREATE | ZIP_TRUNCATE, &why);
    assert_non_null(z);
    for (; *name; name++)
        assert_true(zip_file_add(z, *name, zip_source_buffer(z, "<x/>", 4, 0), 0) >= 0);
    zip_source_keep(s);
    assert_int_equal(zip_close(z), 0);
    assert_int_equal(zip_source_open(s), 0);
    zip_int64_t n;
    char part[512];
    while ((n = zip_source_read(s, part, sizeof part)) > 0)
        buf_add(out, part, (size_t)n);
    zip_source_close(s);
    zip_source_free(s);
}

#define ZIP_OF(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void by_content(void **state)
{
    (void)state;
    static const struct {
        const char *what, *bytes;
        size_t len; /* 0: strlen */
        const char *want;
    } cases[] = {
        { "JPEG", "\xff\xd8\xff\xe0 0123456789abcdef", 0, "jpeg" },
        { "PDF", "%PDF-1.7\n%...", 0, "pdf" },
        { "MP4",
          "\0\0\0\x20"
          "ftypisom\0\0\2\0",
          16, "mp4" },
        { "HEIC",
          "\0\0\0\x20"
          "ftypheic\0\0\2\0",
          16, NULL },
        { "MOV",
          "\0\0\0\x20"
          "ftypqt  \0\0\2\0",
          16, NULL },
        { "text", "日期,数值\n2026-01-01,5\n", 0, "text" },
        { "GB 18030", "\xc8\xd5\xc6\xda,\xca\xfd\xd6\xb5\n", 0, "text" },
        { "HTML", "<!DOCTYPE html><script>", 0, NULL },
        { "HTML behind blanks", " \r\n\t<html>", 0, NULL },
        { "HTML behind a mark", "\xef\xbb\xbf<html>", 0, NULL },
        { "SVG", "<svg xmlns='http://www.w3.org/2000/svg'/>", 0, NULL },
        { "a program",
          "\x7f"
          "ELF\2\1\1\0\0\0\0\0\0\0\0\0",
          16, NULL },
        { "an old .doc", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0\0\0\0\0\0\0", 16, NULL },
        { "text with a bell", "a\ab", 0, NULL },
        { "gzip", "\x1f\x8b\x08\0\0\0\0\0", 8, NULL },
        { "GIF", "GIF89a\1\0\1\0\x80\0\0\0\0\0", 16, NULL },
        { "RIFF of another kind",
          "RIFF\x10\0\0\0"
          "WAVEfmt ",
          16, NULL },
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct file_type *t = NULL;
        struct err e = { 0 };
        int r = file_type_of(cases[i].bytes, cases[i].len ? cases[i].len : strlen(cases[i].bytes), &t, &e);
        if (cases[i].want ? r < 0 || strcmp(t->word, cases[i].want) != 0
                          : r != -EINVAL || strcmp(e.name, "file.type") != 0)
            fail_msg("%s: %d %s %s", cases[i].what, r, r < 0 ? "" : t->word, e.text);
    }
    assert_int_equal(file_type_of("", 0, &(const struct file_type *){ NULL }, NULL), -EINVAL);
}

static void archives(void **state)
{
    (void)state;
    const struct {
        const char *const *parts;
        const char *want;
    } cases[] = {
        { ZIP_OF("[Content_Types].xml", "word/document.xml"), "docx" },
        { ZIP_OF("[Content_Types].xml", "xl/workbook.xml"), "xlsx" },
        { ZIP_OF("a.jpg", "b.jpg"), NULL },
        { ZIP_OF("word/document.xml"), NULL },
        { ZIP_OF("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), NULL },
        { ZIP_OF("[Content_Types].xml", "ppt/presentation.xml"), NULL },
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf b = BUF_INIT;
        const struct file_type *t = NULL;
        struct err e = { 0 };
        zip_of(cases[i].parts, &b);
        int r = file_type_of(b.data, b.len, &t, &e);
        if (cases[i].want ? r < 0 || strcmp(t->word, cases[i].want) != 0 : r != -EINVAL)
            fail_msg("archive %zu: %d %s", i, r, e.text);
        buf_release(&b);
    }
}

static void names(void **state)
{
    (void)state;
    static const struct {
        const char *given, *type, *want;
    } cases[] = {
        { "现场 1.jpg", "jpeg", "现场 1.jpg" },
        { "IMG.JPEG", "jpeg", "IMG.JPEG" },
        { "report.html", "jpeg", "report.html.jpg" },
        { "../../etc/passwd", "text", "passwd.txt" },
        { "C:\\tmp\\a.csv", "text", "a.csv" },
        { "..", "pdf", "文件.pdf" },
        { "", "png", "照片.png" },
        { ".htaccess", "text", "htaccess.txt" },
        { "a\r\nSet-Cookie: x.pdf", "pdf", "aSet-Cookie x.pdf" },
        { "a\"b<c>.pdf", "pdf", "abc.pdf" },
        { "\xe2\x80\xae"
          "fdp.exe",
          "pdf", "fdp.exe.pdf" },
        { "bad\xff\xfe.pdf", "pdf", "bad.pdf" },
        { "a. . .", "pdf", "a.pdf" },
        { "x.jp", "jpeg", "x.jp.jpg" },
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf b = BUF_INIT;
        file_name_clean(cases[i].given, file_type_named(cases[i].type), &b);
        assert_string_equal(b.data, cases[i].want);
        buf_release(&b);
    }
    struct buf b = BUF_INIT, long_name = BUF_INIT;
    for (int i = 0; i < 100; i++)
        buf_adds(&long_name, "长");
    file_name_clean(long_name.data, file_type_named("docx"), &b);
    assert_true(b.len <= 120 && strcmp(b.data + b.len - 5, ".docx") == 0);
    buf_release(&b);
    buf_release(&long_name);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(by_content), cmocka_unit_test(archives),
                                        cmocka_unit_test(names) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
