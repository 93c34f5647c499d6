/* filetype.c - kinds of files by content; clean names. */
#include "codec/filetype.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/scoped.h"
#include "base/utf8.h"
#include "codec/document.h"
#include "codec/image.h"
#include "codec/unzip.h"

enum { JPEG, PNG, WEBP, PDF, DOCX, XLSX, TEXT, MP4 };

static const struct file_type types[] = {
    [JPEG] = { "jpeg", "image/jpeg", ".jpg", " .jpeg ", true, true },
    [PNG] = { "png", "image/png", ".png", " ", true, true },
    [WEBP] = { "webp", "image/webp", ".webp", " ", true, true },
    [PDF] = { "pdf", "application/pdf", ".pdf", " ", false, true },
    [DOCX] = { "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx",
               " ", false, false },
    [XLSX] = { "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx", " ",
               false, false },
    [TEXT] = { "text", "text/plain", ".txt", " .csv ", false, false },
    [MP4] = { "mp4", "video/mp4", ".mp4", " .m4v ", false, false },
};

const struct file_type *file_type_named(const char *word)
{
    for (size_t i = 0; i < COUNT_OF(types); i++)
        if (strcmp(types[i].word, word) == 0)
            return &types[i];
    return NULL;
}

static int refuse(struct err *e, const char *zh, const char *en)
{
    return err_named(e, -EINVAL, "file.type", "%s | %s", zh, en);
}

/* ---- kinds ---- */

/* An office document is a zip with these parts; one with macros is a program. */
static int office_type(const void *bytes, size_t len, const struct file_type **ret, struct err *e)
{
    static const char *const macros[] = { "word/vbaProject.bin", "xl/vbaProject.bin" };
    struct zip_read *z = NULL;
    if (zip_read_open(bytes, len, &z, NULL) < 0)
        return refuse(e, "压缩文件已损坏", "the archive is damaged");
    bool types_part = zip_read_has(z, "[Content_Types].xml"), word = zip_read_has(z, "word/document.xml"),
         sheet = zip_read_has(z, "xl/workbook.xml"), macro = false;
    for (size_t i = 0; i < COUNT_OF(macros); i++)
        macro = macro || zip_read_has(z, macros[i]);
    zip_read_free(z);
    if (macro)
        return refuse(e, "不接收带宏的文档", "documents with macros are not taken");
    if (!types_part || word == sheet)
        return refuse(e, "不接收压缩包，请逐个上传文件",
                      "archives are not taken: upload the files one by one");
    *ret = &types[word ? DOCX : XLSX];
    return 0;
}

/* ISO/IEC 14496-12, 4.3: the brand tells MP4 from the pictures and QuickTime films in the same wrapping. */
static bool is_mp4(const char *p, size_t len)
{
    static const char *const brands[] = { "isom", "iso2", "iso4", "iso5", "iso6", "mp41",
                                          "mp42", "avc1", "M4V ", "MSNV", "dash" };
    for (size_t i = 0; len >= 16 && memcmp(p + 4, "ftyp", 4) == 0 && i < COUNT_OF(brands); i++)
        if (memcmp(p + 8, brands[i], 4) == 0)
            return true;
    return false;
}

/* Text: no control characters but tab and ends of lines, and nothing a browser could take for a page. */
static int text_type(const void *bytes, size_t len, const struct file_type **ret, struct err *e)
{
    scoped(buf_release) struct buf text = BUF_INIT;
    if (text_utf8(bytes, len, &text, NULL) < 0 || !text.data)
        return refuse(e, "不接收这种文件：可传图片、PDF、docx、xlsx、txt、csv、mp4",
                      "this kind of file is not taken: pictures, PDF, docx, xlsx, txt, csv and mp4 are");
    size_t at = 0;
    while (at < text.len && isspace((unsigned char)text.data[at]))
        at++;
    if (text.data[at] == '<')
        return refuse(e, "不接收网页、SVG 或 XML 文件", "pages, SVG and XML are not taken");
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if ((c < 32 && c != '\t' && c != '\n' && c != '\r' && c != '\f') || c == 127)
            return refuse(e, "不接收这种文件：不是文本", "this kind of file is not taken: it is no text");
    }
    *ret = &types[TEXT];
    return 0;
}

int file_type_of(const void *bytes, size_t len, const struct file_type **ret, struct err *e)
{
    const char *p = bytes;
    static const int pictures[] = { [IMAGE_JPEG] = JPEG, [IMAGE_PNG] = PNG, [IMAGE_WEBP] = WEBP };
    if (!len)
        return refuse(e, "文件是空的", "the file is empty");
    enum image_kind kind = image_kind(bytes, len);
    if (kind != IMAGE_NONE) {
        *ret = &types[pictures[kind]];
        return 0;
    }
    if (len > 5 && memcmp(p, "%PDF-", 5) == 0) {
        *ret = &types[PDF];
        return 0;
    }
    if (is_mp4(p, len)) {
        *ret = &types[MP4];
        return 0;
    }
    if (len > 12 && memcmp(p + 4, "ftyp", 4) == 0)
        return refuse(e, "不接收 HEIC 或 MOV，请转为 JPEG 或 MP4",
                      "HEIC and MOV are not taken: convert to JPEG or MP4");
    if (len > 4 && memcmp(p, "PK\3\4", 4) == 0)
        return office_type(bytes, len, ret, e);
    return text_type(bytes, len, ret, e);
}

/* ---- names ---- */

/* Control characters, and those that turn the direction of writing, so that "gpj.exe" cannot look like "exe.jpg". */
static bool unfit(uint32_t cp)
{
    return cp < 32 || (cp >= 127 && cp < 160) || (cp < 128 && strchr("<>:\"|?*/\\", (int)cp)) ||
           (cp >= 0x200b && cp <= 0x200f) || (cp >= 0x2028 && cp <= 0x202e) ||
           (cp >= 0x2060 && cp <= 0x206f) || cp == 0xfeff || cp == 0xfffd || cp == 0x61c;
}

static bool keeps_ending(const char *name, size_t len, const struct file_type *t)
{
    const char *dot = memrchr(name, '.', len);
    size_t n = dot ? (size_t)(name + len - dot) : 0;
    if (n < 2 || n > 6)
        return false;
    char wanted[10];
    snprintf(wanted, sizeof wanted, " %.*s ", (int)n, dot);
    return strncasecmp(dot, t->ending, n) == 0 ? strlen(t->ending) == n : strcasestr(t->also, wanted) != NULL;
}

void file_name_clean(const char *name, const struct file_type *t, struct buf *out)
{
    enum { NAME_MAX_BYTES = 120 };
    size_t start = out->len, len = strlen(name);
    for (size_t i = 0; i < len; i++) /* what a browser of old sent as a path */
        if (name[i] == '/' || name[i] == '\\') {
            name += i + 1;
            len -= i + 1;
            i = SIZE_MAX; /* begins anew */
        }
    for (size_t at = 0, n; at < len; at += n) {
        uint32_t cp = utf8_decode(name + at, len - at, &n);
        bool leading = out->len == start && (cp == '.' || cp == ' ');
        if (!unfit(cp) && !leading && out->len - start + n <= NAME_MAX_BYTES - 6)
            buf_add(out, name + at, n);
    }
    while (out->len > start && (out->data[out->len - 1] == '.' || out->data[out->len - 1] == ' '))
        out->data[--out->len] = '\0';
    if (out->len == start)
        buf_adds(out, t->picture ? "照片" : "文件");
    if (!out->failed && !keeps_ending(out->data + start, out->len - start, t))
        buf_adds(out, t->ending);
}
