#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

static _Atomic int most_level = LOG_INFO;

void log_set_level(enum log_level most)
{
    atomic_store(&most_level, (int)most);
}

void log_line(enum log_level level, const char *where, const char *fmt, ...)
{
    static const char *const names[] = { "error", "warn", "info", "debug" };
    if ((int)level > atomic_load(&most_level))
        return;
    char text[1024], when[32];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    for (char *p = text; *p; p++)
        if ((unsigned char)*p < 0x20)
            *p = ' '; /* one event stays one line whatever a device sent */
    time_t now = time(NULL) + 8 * 3600;
    struct tm tm;
    gmtime_r(&now, &tm);
    strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%S+08:00", &tm);
    fprintf(stderr, "%s %s %s: %s\n", when, names[level], where, text);
}
