#include "codec/unzip.h"

#include <errno.h>
#include <stdlib.h>
#include <zip.h>

#include "codec/document.h"

struct zip_read {
    zip_t *zip;
};

int zip_read_open(const void *bytes, size_t len, struct zip_read **ret, struct err *e)
{
    zip_error_t why;
    zip_error_init(&why);
    struct zip_read *z = calloc(1, sizeof *z);
    zip_source_t *source = z ? zip_source_buffer_create(bytes, len, 0, &why) : NULL;
    z = source ? z : (free(z), NULL);
    if (!z)
        return err_set(e, -ENOMEM, "zip: no memory");
    z->zip = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &why);
    if (!z->zip) { /* some writers leave small inconsistencies that harm nobody */
        zip_error_fini(&why);
        zip_error_init(&why);
        z->zip = zip_open_from_source(source, ZIP_RDONLY, &why);
    }
    if (!z->zip) {
        int r = err_set(e, -EINVAL, "zip: %s", zip_error_strerror(&why));
        zip_source_free(source);
        zip_error_fini(&why);
        free(z);
        return r;
    }
    zip_error_fini(&why);
    *ret = z;
    return 0;
}

struct zip_read *zip_read_free(struct zip_read *z)
{
    if (z) {
        zip_discard(z->zip);
        free(z);
    }
    return NULL;
}

bool zip_read_has(struct zip_read *z, const char *name)
{
    return zip_name_locate(z->zip, name, 0) >= 0;
}

int zip_read_part(struct zip_read *z, const char *name, struct buf *out, struct err *e)
{
    zip_stat_t s;
    zip_stat_init(&s);
    if (zip_stat(z->zip, name, 0, &s) < 0 || !(s.valid & ZIP_STAT_SIZE) || !(s.valid & ZIP_STAT_COMP_SIZE))
        return err_set(e, -ENOENT, "zip: no part '%s'", name);
    if (s.size > ZIP_PART_MAX || (s.size > 1024 * 1024 && s.size / ZIP_RATIO_MAX > s.comp_size))
        return err_set(e, -EFBIG, "zip: part '%s' would unpack to %llu bytes: refused", name,
                       (unsigned long long)s.size);
    if ((s.valid & ZIP_STAT_ENCRYPTION_METHOD) && s.encryption_method != ZIP_EM_NONE)
        return err_set(e, -EINVAL, "zip: part '%s' is encrypted", name);
    zip_file_t *f = zip_fopen_index(z->zip, s.index, 0);
    if (!f)
        return err_set(e, -EINVAL, "zip: part '%s': %s", name, zip_strerror(z->zip));
    size_t left = (size_t)s.size;
    char *room = buf_room(out, left + 1);
    zip_int64_t got = 0;
    while (room && left) {
        got = zip_fread(f, room, left);
        if (got <= 0)
            break;
        room += got;
        left -= (size_t)got;
        buf_grown(out, (size_t)got);
    }
    zip_fclose(f);
    if (!room)
        return err_set(e, -ENOMEM, "zip: no memory");
    return left ? err_set(e, -EINVAL, "zip: part '%s' is damaged", name) : 0;
}
