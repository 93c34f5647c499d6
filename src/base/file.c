#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/scoped.h"

static int read_all(gzFile z, const char *path, size_t max, struct buf *out, struct err *e)
{
    size_t start = out->len;
    for (;;) {
        char *room = buf_room(out, 65536);
        if (!room)
            return err_set(e, -ENOMEM, "%s: out of memory", path);
        int n = gzread(z, room, 65536);
        if (n < 0) {
            int zerr = 0;
            const char *why = gzerror(z, &zerr);
            return err_set(e, -EIO, "%s: %s", path, zerr == Z_ERRNO ? strerror(errno) : why);
        }
        if (n == 0)
            return 0;
        buf_grown(out, (size_t)n);
        if (out->len - start > max)
            return err_set(e, -EFBIG, "%s: larger than %zu bytes", path, max);
    }
}

int file_read(const char *path, size_t max, struct buf *out, struct err *e)
{
    bool in = strcmp(path, "-") == 0;
    int fd = in ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_set(e, -errno, "%s: %s", path, strerror(errno));
    struct stat st;
    if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
        close(fd);
        return err_set(e, -EISDIR, "%s: is a directory", path);
    }
    gzFile z = gzdopen(fd, "rb");
    if (!z) {
        close(fd);
        return err_set(e, -ENOMEM, "%s: out of memory", path);
    }
    int r = read_all(z, path, max, out, e);
    gzclose(z);
    return r;
}

int file_write_all(int fd, const void *bytes, size_t len)
{
    const char *p = bytes;
    while (len) {
        ssize_t n = write(fd, p, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        p += n;
        len -= (size_t)n;
    }
    return 0;
}

int file_replace(const char *path, const void *bytes, size_t len, int mode, struct err *e)
{
    char beside[4096];
    if ((size_t)snprintf(beside, sizeof beside, "%s.new", path) >= sizeof beside)
        return err_set(e, -ENAMETOOLONG, "%s: path too long", path);
    scoped(closep) int fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    if (fd < 0)
        return err_set(e, -errno, "%s: %s", beside, strerror(errno));
    int r = file_write_all(fd, bytes, len);
    if (r == 0 && fsync(fd) < 0)
        r = -errno;
    if (r == 0 && rename(beside, path) < 0)
        r = -errno;
    if (r < 0) {
        unlink(beside);
        return err_set(e, r, "%s: %s", path, strerror(-r));
    }
    return 0;
}

int file_make_dirs(const char *path, struct err *e)
{
    char part[4096];
    size_t len = strlen(path);
    if (len == 0 || len >= sizeof part)
        return err_set(e, -ENAMETOOLONG, "'%s': not a usable path", path);
    memcpy(part, path, len + 1);
    for (size_t i = 1; i <= len; i++) {
        if (part[i] != '/' && part[i] != '\0')
            continue;
        char was = part[i];
        part[i] = '\0';
        if (mkdir(part, 0777) < 0 && errno != EEXIST)
            return err_set(e, -errno, "%s: %s", part, strerror(errno));
        part[i] = was;
    }
    struct stat st;
    if (stat(path, &st) < 0 || !S_ISDIR(st.st_mode))
        return err_set(e, -ENOTDIR, "%s: not a directory", path);
    return 0;
}
