/* folder.h - the files of one kind in a folder of definitions, in order of name. */
#pragma once

#include "base/err.h"

/* Calls each(path, name, arg) for every file of BASE/SUB that ends so; stops at the first failure and returns it. -ENOENT: no such folder. */
int folder_each(const char *base, const char *sub, const char *ending,
                int (*each)(const char *path, const char *name, void *arg, struct err *e), void *arg,
                struct err *e);
