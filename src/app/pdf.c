/* pdf.c - pdftotext runs as a child: a PDF is the most hostile of documents, and poppler's licence (GPL) keeps it out of our binary. */
#include "app/pdf.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

enum { CPU_S = 30, WALL_MS = 60000, MEMORY = 1024 * 1024 * 1024, TEXT_MAX = 32 * 1024 * 1024 };

/* A macro, as the C libraries do not agree on the type of `what`. */
#define limit(what, n) setrlimit(what, &(struct rlimit){ n, n })

static void child(int in, int out)
{
    limit(RLIMIT_CPU, CPU_S);
    limit(RLIMIT_AS, MEMORY);
    limit(RLIMIT_FSIZE, TEXT_MAX);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_NOFILE, 64);
    int null = open("/dev/null", O_WRONLY);
    if (dup2(in, 0) < 0 || dup2(out, 1) < 0 || (null >= 0 && dup2(null, 2) < 0))
        _exit(126);
    execlp("pdftotext", "pdftotext", "-q", "-layout", "-nopgbrk", "-enc", "UTF-8", "-", "-", (char *)NULL);
    _exit(errno == ENOENT ? 127 : 126);
}

/* The PDF goes to a nameless file: pdftotext needs to seek in it. */
static int spool(const void *bytes, size_t len)
{
    char name[] = "/tmp/bihuan-pdf-XXXXXX";
    int fd = mkostemp(name, O_CLOEXEC);
    if (fd < 0)
        return -errno;
    unlink(name);
    for (size_t at = 0; at < len;) {
        ssize_t n = write(fd, (const char *)bytes + at, len - at);
        if (n < 0 && errno != EINTR) {
            int failed = -errno;
            close(fd);
            return failed;
        }
        at += n > 0 ? (size_t)n : 0;
    }
    return lseek(fd, 0, SEEK_SET) < 0 ? -errno : fd;
}

/* Everything until the end of file; -ETIMEDOUT, -EFBIG. */
static int drain(int fd, struct buf *out)
{
    int64_t end = clock_monotonic_ns() + WALL_MS * INT64_C(1000000);
    size_t start = out->len;
    for (;;) {
        int64_t left = (end - clock_monotonic_ns()) / 1000000;
        struct pollfd p = { .fd = fd, .events = POLLIN };
        if (left <= 0)
            return -ETIMEDOUT;
        if (poll(&p, 1, (int)left) <= 0)
            continue;
        char *room = buf_room(out, 65536);
        ssize_t n = room ? read(fd, room, 65536) : -1;
        if (!room)
            return -ENOMEM;
        if (n < 0 && errno != EINTR)
            return -errno;
        if (n == 0)
            return 0;
        buf_grown(out, n > 0 ? (size_t)n : 0);
        if (out->len - start > TEXT_MAX)
            return -EFBIG;
    }
}

int pdf_by_child(const void *bytes, size_t len, struct buf *out, struct err *e)
{
    int pipes[2], status = 0, in = spool(bytes, len);
    if (in < 0)
        return err_set(e, in, "PDF: %s", strerror(-in));
    if (pipe2(pipes, O_CLOEXEC) < 0) {
        int failed = -errno;
        close(in);
        return err_set(e, failed, "PDF: %s", strerror(-failed));
    }
    pid_t pid = fork();
    if (pid == 0)
        child(in, pipes[1]);
    close(pipes[1]);
    close(in);
    if (pid < 0) {
        close(pipes[0]);
        return err_set(e, -EAGAIN, "PDF: no child process");
    }
    int r = drain(pipes[0], out);
    close(pipes[0]);
    if (r < 0)
        kill(pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (r < 0)
        return err_set(e, r, "PDF: %s",
                       r == -ETIMEDOUT ? "took too long to read"
                       : r == -EFBIG   ? "too much text"
                                       : strerror(-r));
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        return err_set(e, -ENOENT, "PDF: pdftotext is not installed (Debian package poppler-utils)");
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return err_set(e, -EINVAL, "PDF: damaged, locked, or too costly to read");
    return 0;
}
