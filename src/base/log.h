/* log.h - one line an event on standard error: time, level, where, sentence. Thread-safe. Only app and the loops log. */
#pragma once

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

void log_set_level(enum log_level most);
void log_line(enum log_level level, const char *where, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#define log_error(where, ...) log_line(LOG_ERROR, where, __VA_ARGS__)
#define log_warn(where, ...)  log_line(LOG_WARN, where, __VA_ARGS__)
#define log_info(where, ...)  log_line(LOG_INFO, where, __VA_ARGS__)
#define log_debug(where, ...) log_line(LOG_DEBUG, where, __VA_ARGS__)
