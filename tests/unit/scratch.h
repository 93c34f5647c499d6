/* scratch.h - a folder for a test's data. In memory where there is such a place: what is proved on it is not that the disk keeps it (tests/unit/store
 * does that), and a thousand syncs take seconds of waiting. */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "check.h"

static inline void scratch_make(char *path, size_t cap, const char *name)
{
    const char *root = access("/dev/shm", W_OK | X_OK) == 0 ? "/dev/shm" : "/tmp";
    snprintf(path, cap, "%s/bihuan-%s-XXXXXX", root, name);
    assert_non_null(mkdtemp(path));
}
