/* mount.h - a small file system for the tests of a full disk. Apart, because <sys/mount.h> brings in struct stat, whose tag
 * domain/record.h uses for the statistics of a value. */
#pragma once

#include <stdbool.h>

/* In a mount namespace of this process's own: a tmpfs of `size` ("5m") on dir. false where that is not permitted. */
bool mount_small(const char *dir, const char *size);
bool mount_resize(const char *dir, const char *size);
void mount_end(const char *dir);

enum { MOUNT_NOT_PERMITTED = 77 };
/* Runs in a child process, whose exit status is the answer (-1: it died). */
int run_in_child(int (*run)(void));
/* The same with a folder on a disk of 5 MB, which is taken away afterwards; MOUNT_NOT_PERMITTED where that may not be. */
int run_on_small_disk(int (*run)(const char *dir));
