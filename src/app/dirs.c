/* dirs.c - where shipped files are found, so that the program runs from its source tree, installed, or moved. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/commands.h"

static const char *find(const char *variable, const char *beside, const char *installed, char out[4096])
{
    const char *set = getenv(variable);
    if (set && *set)
        return set;
    char self[2048];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    if (n > 0) {
        self[n] = '\0';
        char *slash = strrchr(self, '/');
        /* build/bihuan or build/src/app/bihuan: look upwards for the folder. */
        while (slash && slash > self) {
            *slash = '\0';
            snprintf(out, 4096, "%s/%s", self, beside);
            if (access(out, R_OK) == 0)
                return out;
            slash = strrchr(self, '/');
        }
    }
    snprintf(out, 4096, "%s/%s", BIHUAN_DATADIR, installed);
    return out;
}

const char *definitions_dir(void)
{
    static char out[4096];
    return find("BIHUAN_DEFINITIONS", "definitions", "definitions", out);
}

const char *web_dir(void)
{
    static char out[4096];
    return find("BIHUAN_WEB", "web/dist", "web", out);
}

const char *demo_dir(void)
{
    static char out[4096];
    return find("BIHUAN_DEMO", "demo", "demo", out);
}
