#include "ledger/folder.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int folder_each(const char *base, const char *sub, const char *ending,
                int (*each)(const char *path, const char *name, void *arg, struct err *e), void *arg,
                struct err *e)
{
    char path[PATH_MAX];
    struct dirent **entry;
    snprintf(path, sizeof path, "%s/%s", base, sub);
    int n = scandir(path, &entry, NULL, alphasort), r = 0;
    if (n < 0)
        return err_set(e, -errno, "%s: %s", path, strerror(errno));
    for (int i = 0; i < n; i++) {
        const char *name = entry[i]->d_name;
        size_t len = strlen(name), tail = strlen(ending);
        if (r >= 0 && name[0] != '.' && len > tail && strcmp(name + len - tail, ending) == 0) {
            int wrote = snprintf(path, sizeof path, "%s/%s/%s", base, sub, name);
            r = wrote < (int)sizeof path ? each(path, name, arg, e)
                                         : err_set(e, -ENAMETOOLONG, "%s/%s: path too long", sub, name);
        }
        free(entry[i]);
    }
    free(entry);
    return r < 0 ? r : 0;
}
