#include "store/file_store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/scoped.h"

struct file_store {
    char root[FILE_PATH - 160]; /* DIR/files */
    int64_t max;
    pthread_mutex_t lock; /* of the two below */
    int64_t bytes;        /* kept, and promised to uploads under way */
    uint64_t next;        /* name of the next new file */
};

static bool is_hash(const char *s)
{
    return strlen(s) == SM3_HEX - 1 && strspn(s, "0123456789abcdef") == SM3_HEX - 1;
}

/* ---- what is there ---- */

/* Calls each for the entries of a folder but . and ..; those that it cannot look at are passed over. */
static int each_entry(const char *path, void (*each)(struct file_store *, const char *), struct file_store *s,
                      struct err *e)
{
    DIR *d = opendir(path);
    if (!d)
        return err_set(e, -errno, "%s: %s", path, strerror(errno));
    for (struct dirent *x; (x = readdir(d));) {
        char one[FILE_PATH];
        if (x->d_name[0] != '.' && (size_t)snprintf(one, sizeof one, "%s/%s", path, x->d_name) < sizeof one)
            each(s, one);
    }
    closedir(d);
    return 0;
}

static void drop_new(struct file_store *s, const char *path)
{
    (void)s;
    unlink(path);
}

static void count_file(struct file_store *s, const char *path)
{
    struct stat st;
    if (stat(path, &st) == 0 && S_ISREG(st.st_mode))
        s->bytes += st.st_size;
}

static void count_folder(struct file_store *s, const char *path)
{
    const char *name = strrchr(path, '/') + 1;
    if (strlen(name) == 2)
        (void)each_entry(path, count_file, s, NULL);
}

int file_store_open(const char *dir, int64_t max_bytes, struct file_store **ret, struct err *e)
{
    struct file_store *s = calloc(1, sizeof *s);
    char fresh[FILE_PATH];
    if (!s)
        return err_set(e, -ENOMEM, "out of memory");
    s->max = max_bytes;
    pthread_mutex_init(&s->lock, NULL);
    int r = 0;
    if ((size_t)snprintf(s->root, sizeof s->root, "%s/files", dir) >= sizeof s->root)
        r = err_set(e, -ENAMETOOLONG, "%s: path too long", dir);
    snprintf(fresh, sizeof fresh, "%s/new", s->root);
    if (r == 0 && (r = file_make_dirs(fresh, e)) == 0 && (r = each_entry(fresh, drop_new, s, e)) == 0)
        r = each_entry(s->root, count_folder, s, e);
    if (r < 0) {
        file_store_close(s);
        return r;
    }
    *ret = s;
    return 0;
}

struct file_store *file_store_close(struct file_store *s)
{
    if (s) {
        pthread_mutex_destroy(&s->lock);
        free(s);
    }
    return NULL;
}

int64_t file_store_bytes(struct file_store *s)
{
    pthread_mutex_lock(&s->lock);
    int64_t n = s->bytes;
    pthread_mutex_unlock(&s->lock);
    return n;
}

int file_store_path(const struct file_store *s, const char *hash, bool thumb, char ret[FILE_PATH],
                    struct err *e)
{
    if (!is_hash(hash))
        return err_set(e, -EINVAL, "'%.80s' is no file's name", hash);
    snprintf(ret, FILE_PATH, "%s/%.2s/%s%s", s->root, hash, hash, thumb ? ".thumb.jpg" : "");
    return 0;
}

/* ---- keeping ---- */

static int sync_folder(const char *path)
{
    scoped(closep) int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd < 0 || fsync(fd) < 0 ? -errno : 0;
}

static int write_new(const char *path, const char *p, size_t len)
{
    scoped(closep) int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return -errno;
    int r = file_write_all(fd, p, len);
    return r < 0 ? r : fsync(fd) < 0 ? -errno : 0;
}

static int fail(struct err *e, int r, const char *path)
{
    if (r == -EDQUOT || r == -EFBIG) /* also a limit on the size of files */
        r = -ENOSPC;
    return err_set(e, r, "%s: %s", path, strerror(-r));
}

static int64_t size_of(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode) ? (int64_t)st.st_size : -1;
}

/* Promises room; given back when the upload fails or the content was there. */
static int promise(struct file_store *s, int64_t n, char fresh[FILE_PATH], struct err *e)
{
    pthread_mutex_lock(&s->lock);
    bool fits = !s->max || s->bytes + n <= s->max;
    if (fits)
        s->bytes += n;
    snprintf(fresh, FILE_PATH, "%s/new/%" PRIu64, s->root, s->next++);
    pthread_mutex_unlock(&s->lock);
    return fits ? 0
                : err_named(e, -ENOSPC, "file.quota",
                            "附件总量已到上限 %" PRId64
                            " MB | attachments have reached their bound of %" PRId64 " MB",
                            s->max >> 20, s->max >> 20);
}

static void give_back(struct file_store *s, int64_t n)
{
    pthread_mutex_lock(&s->lock);
    s->bytes -= n;
    pthread_mutex_unlock(&s->lock);
}

/* Content that is put again is young again, so that file_store_drop leaves it. */
static int64_t size_again(struct file_store *s, const char *path, size_t len)
{
    pthread_mutex_lock(&s->lock);
    int64_t was = size_of(path);
    if (was == (int64_t)len && utimensat(AT_FDCWD, path, NULL, 0) < 0)
        was = -1;
    pthread_mutex_unlock(&s->lock);
    return was;
}

/* A file that is there has this content (its name says so) unless its length does not agree: then the disk was damaged, and it is written anew. */
static int keep(struct file_store *s, const char *path, const void *bytes, size_t len, struct err *e)
{
    char fresh[FILE_PATH];
    int64_t was = size_again(s, path, len);
    if (was == (int64_t)len)
        return 0;
    int r = promise(s, (int64_t)len, fresh, e);
    if (r < 0)
        return r;
    if ((r = write_new(fresh, bytes, len)) == 0 && rename(fresh, path) < 0)
        r = -errno;
    if (r < 0)
        unlink(fresh);
    give_back(s, r < 0 ? (int64_t)len : was > 0 ? was : 0);
    return r < 0 ? fail(e, r, path) : 0;
}

int file_store_put(struct file_store *s, const void *bytes, size_t len, const void *thumb, size_t thumb_len,
                   char ret_hash[SM3_HEX], struct err *e)
{
    char path[FILE_PATH], small[FILE_PATH], folder[FILE_PATH];
    if (len > FILE_BYTES_MAX)
        return err_named(e, -EFBIG, "too_large", "单个附件不超过20 MB | one file is at most 20 MB");
    int r = sm3_hex(bytes, len, ret_hash, e);
    if (r < 0 || (r = file_store_path(s, ret_hash, false, path, e)) < 0 ||
        (r = file_store_path(s, ret_hash, true, small, e)) < 0)
        return r;
    snprintf(folder, sizeof folder, "%s/%.2s", s->root, ret_hash);
    if (mkdir(folder, 0700) < 0 && errno != EEXIST)
        return fail(e, -errno, folder);
    /* The thumbnail first: a picture that is there has one. */
    if ((thumb && (r = keep(s, small, thumb, thumb_len, e)) < 0) || (r = keep(s, path, bytes, len, e)) < 0)
        return r;
    /* Also when it was there: the upload that wrote it may not have come as far as this. */
    if ((r = sync_folder(folder)) < 0 || (r = sync_folder(s->root)) < 0)
        return fail(e, r, folder);
    return 0;
}

int file_store_drop(struct file_store *s, const char *hash, int64_t before, bool *ret_gone, struct err *e)
{
    char path[FILE_PATH], small[FILE_PATH];
    struct stat st, thumb;
    *ret_gone = false;
    int r = file_store_path(s, hash, false, path, e);
    if (r == 0)
        r = file_store_path(s, hash, true, small, e);
    if (r < 0)
        return r;
    pthread_mutex_lock(&s->lock);
    if (stat(path, &st) == 0 && (int64_t)st.st_mtim.tv_sec * 1000 < before) {
        /* The content first: a thumbnail alone is harmless, and a picture that is there has one. */
        if (unlink(path) < 0)
            r = -errno;
        else
            s->bytes -= st.st_size;
        *ret_gone = r == 0;
        if (r == 0 && stat(small, &thumb) == 0 && unlink(small) == 0)
            s->bytes -= thumb.st_size;
    }
    pthread_mutex_unlock(&s->lock);
    return r < 0 ? fail(e, r, path) : 0;
}
