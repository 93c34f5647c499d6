#include "mount.h"

#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>

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
