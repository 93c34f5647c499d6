/* command.c - a channel of the operator's own: a program from the settings, started without a shell, that gets the notice as JSON on
 * standard input and says by its exit status whether it went. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/scoped.h"
#include "notify/own.h"

enum { ARGS_MAX = 16 };

static void child(char **argv, int in)
{
    static char path[] = "PATH=/usr/local/bin:/usr/bin:/bin", lang[] = "LANG=C.UTF-8";
    char *env[] = { path, lang, NULL };
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL); /* the worker blocks all */
    signal(SIGPIPE, SIG_DFL);
    setpgid(0, 0);
    int null = open("/dev/null", O_WRONLY);
    if (dup2(in, 0) < 0 || null < 0 || dup2(null, 1) < 0 || dup2(null, 2) < 0)
        _exit(126);
    closefrom(3);
    execve(argv[0], argv, env);
    _exit(127);
}

/* false: it did not take everything in time. A child that ends without reading is judged by its status. */
static bool feed(int fd, const struct buf *text, int64_t end)
{
    for (size_t at = 0; at < text->len;) {
        int64_t left = (end - clock_monotonic_ns()) / 1000000;
        struct pollfd p = { .fd = fd, .events = POLLOUT };
        if (left <= 0)
            return false;
        if (poll(&p, 1, (int)left) <= 0)
            continue;
        ssize_t n = write(fd, text->data + at, text->len - at);
        if (n < 0 && errno != EINTR && errno != EAGAIN)
            return true;
        at += n > 0 ? (size_t)n : 0;
    }
    return true;
}

static bool wait_for(pid_t pid, int64_t end, int *status)
{
    while (clock_monotonic_ns() < end) {
        pid_t r = waitpid(pid, status, WNOHANG);
        if (r == pid || (r < 0 && errno != EINTR))
            return r == pid;
        usleep(20000);
    }
    return false;
}

int send_command(struct notify *n, const struct parcel *p, struct err *e)
{
    char *argv[ARGS_MAX + 1], *rest, *word;
    size_t argc = 0;
    scoped(freep) char *line = strdup(n->config.command);
    struct buf text = BUF_INIT;
    int pipes[2], status = 0;
    parcel_json(p, n->config.public_url, &text);
    if (!line || text.failed || pipe2(pipes, O_CLOEXEC) < 0) {
        buf_release(&text);
        return err_set(e, -ENOMEM, "command: no memory or no pipe");
    }
    for (rest = line; argc < ARGS_MAX && (word = strsep(&rest, " "));)
        if (*word)
            argv[argc++] = word;
    argv[argc] = NULL;
    fcntl(pipes[1], F_SETFL, O_NONBLOCK);
    pid_t pid = argc ? fork() : -1;
    if (pid == 0)
        child(argv, pipes[0]);
    close(pipes[0]);
    int64_t end = clock_monotonic_ns() + n->config.timeout_s * INT64_C(1000000000);
    bool done = pid > 0 && feed(pipes[1], &text, end);
    close(pipes[1]);
    done = done && wait_for(pid, end, &status);
    buf_release(&text);
    if (pid < 0)
        return err_set(e, -EAGAIN, "command: no child process");
    if (!done) {
        kill(-pid, SIGKILL);
        kill(pid, SIGKILL);
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
            ;
        return err_set(e, -ETIMEDOUT, "command: took longer than %d s", (int)n->config.timeout_s);
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return err_set(e, -EIO, "command: ended with %d", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
    return 0;
}
