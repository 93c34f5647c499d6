#include "mount.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

bool mount_small(const char *dir, const char *size)
{
    char opt[32];
    snprintf(opt, sizeof opt, "size=%s", size);
    return (unshare(CLONE_NEWNS) == 0 || unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0) &&
           mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount("tmpfs", dir, "tmpfs", 0, opt) == 0;
}

bool mount_resize(const char *dir, const char *size)
{
    char opt[32];
    snprintf(opt, sizeof opt, "size=%s", size);
    return mount("tmpfs", dir, "tmpfs", MS_REMOUNT, opt) == 0;
}

void mount_end(const char *dir)
{
    umount(dir);
}

int run_in_child(int (*run)(void))
{
    int status = 0;
    pid_t pid = fork();
    if (pid == 0)
        _exit(run());
    return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int (*on_disk)(const char *dir); /* of the child */

static int with_small_disk(void)
{
    char dir[] = "/tmp/bihuan-store-XXXXXX";
    if (!mkdtemp(dir))
        return 1;
    int r = MOUNT_NOT_PERMITTED;
    if (mount_small(dir, "5m")) {
        r = on_disk(dir);
        mount_end(dir);
    }
    rmdir(dir);
    return r;
}

int run_on_small_disk(int (*run)(const char *dir))
{
    on_disk = run;
    return run_in_child(with_small_disk);
}
