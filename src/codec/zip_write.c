#include "codec/zip_write.h"

#include <errno.h>
#include <string.h>
#include <zip.h>

enum { DOS_TIME = 0, DOS_DATE = 1 << 5 | 1 }; /* 1980-01-01, where a zip's calendar begins */

void xml_addn(struct buf *b, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == 0xef && i + 2 < len && (unsigned char)text[i + 1] == 0xbf &&
            (unsigned char)text[i + 2] >= 0xbe)
            i += 2; /* U+FFFE and U+FFFF are no characters of XML */
        else if (c == '<')
            buf_adds(b, "&lt;");
        else if (c == '>')
            buf_adds(b, "&gt;");
        else if (c == '&')
            buf_adds(b, "&amp;");
        else if (c == '"')
            buf_adds(b, "&quot;");
        else if (c == '\t' || c == '\n' || c >= ' ')
            buf_addc(b, (char)c);
    }
}

void xml_add(struct buf *b, const char *text)
{
    xml_addn(b, text, strlen(text));
}

static int add_part(zip_t *z, const struct zip_part *p, struct err *e)
{
    zip_source_t *s = zip_source_buffer(z, p->bytes->data ? p->bytes->data : "", p->bytes->len, 0);
    zip_int64_t i = s ? zip_file_add(z, p->name, s, ZIP_FL_ENC_UTF_8) : -1;
    if (i < 0) {
        zip_source_free(s);
        return err_set(e, -ENOMEM, "zip: %s: %s", p->name, zip_strerror(z));
    }
    return zip_file_set_dostime(z, (zip_uint64_t)i, DOS_TIME, DOS_DATE, 0) < 0
               ? err_set(e, -EIO, "zip: %s: %s", p->name, zip_strerror(z))
               : 0;
}

static int take_bytes(zip_source_t *s, struct buf *out, struct err *e)
{
    zip_stat_t st;
    if (zip_source_stat(s, &st) < 0 || !(st.valid & ZIP_STAT_SIZE) || zip_source_open(s) < 0)
        return err_set(e, -EIO, "zip: what was written cannot be read");
    char *room = buf_room(out, (size_t)st.size + 1);
    zip_int64_t got = room ? zip_source_read(s, room, st.size) : -1;
    zip_source_close(s);
    if (got < 0 || (zip_uint64_t)got != st.size)
        return err_set(e, -ENOMEM, "zip: no memory");
    buf_grown(out, (size_t)got);
    return 0;
}

int zip_write(const struct zip_part *part, size_t n, struct buf *out, struct err *e)
{
    zip_error_t why;
    zip_error_init(&why);
    zip_source_t *s = zip_source_buffer_create(NULL, 0, 0, &why);
    if (!s)
        return err_set(e, -ENOMEM, "zip: no memory");
    zip_source_keep(s); /* the archive frees its own hold on it */
    zip_t *z = zip_open_from_source(s, ZIP_CREATE | ZIP_TRUNCATE, &why);
    if (!z)
        zip_source_free(s);
    int r = z ? 0 : err_set(e, -ENOMEM, "zip: %s", zip_error_strerror(&why));
    for (size_t i = 0; r == 0 && i < n; i++)
        r = part[i].bytes->failed ? err_set(e, -ENOMEM, "zip: no memory") : add_part(z, &part[i], e);
    if (z && (r < 0 || zip_close(z) < 0)) {
        if (r == 0)
            r = err_set(e, -EIO, "zip: %s", zip_strerror(z));
        zip_discard(z);
    }
    if (r == 0)
        r = take_bytes(s, out, e);
    zip_source_free(s);
    zip_error_fini(&why);
    return r;
}
