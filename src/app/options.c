#include "app/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int take(const struct option_row *row, const char *value, void *into, struct err *e)
{
    char *field = (char *)into + row->at, *end;
    long long v;
    switch (row->kind) {
    case OPTION_FLAG:
        *(bool *)field = true;
        return 0;
    case OPTION_TEXT:
        *(const char **)field = value;
        return 0;
    case OPTION_NUMBER:
        errno = 0;
        v = strtoll(value, &end, 10);
        if (errno || end == value || *end || v < row->least || v > row->most)
            return err_set(e, -EINVAL, "'%s' is not a whole number from %lld to %lld", value,
                           (long long)row->least, (long long)row->most);
        *(int64_t *)field = v;
        return 0;
    case OPTION_READ:
        break;
    }
    return row->read(into, value, e);
}

int options_read(const char *command, const struct option_row *row, size_t n, int argc, char **argv, int from,
                 bool words_first, void *into, struct options_found *ret)
{
    enum { HELP = OPTIONS_MAX + 1 };
    struct option longs[OPTIONS_MAX + 2] = { { "help", no_argument, NULL, HELP } };
    *ret = (struct options_found){ .first = argc };
    for (size_t i = 0; i < n && i < OPTIONS_MAX; i++)
        longs[i + 1] =
            (struct option){ row[i].name, row[i].kind == OPTION_FLAG ? no_argument : required_argument, NULL,
                             (int)i };
    optind = 0; /* start anew; the word before argv[from] stands for the program's name */
    opterr = 0;
    argc -= from - 1;
    argv += from - 1;
    for (int c; (c = getopt_long(argc, argv, words_first ? "+h" : "h", longs, NULL)) != -1;) {
        struct err e = { 0 };
        if (c == HELP || c == 'h')
            return 1;
        if (c == '?') {
            fprintf(stderr,
                    "bihuan %s: %s: no such option, or its value is missing; `bihuan %s --help` lists them\n",
                    command, argv[optind - 1], command);
            return -EINVAL;
        }
        if (take(&row[c], optarg, into, &e) < 0) {
            fprintf(stderr, "bihuan %s: --%s: %s\n", command, row[c].name, e.text);
            return -EINVAL;
        }
        ret->given |= UINT64_C(1) << c;
    }
    ret->first = optind + from - 1;
    return 0;
}

int read_host_port(const char *text, int least_port, char *host, size_t cap, int *ret_port, struct err *e)
{
    const char *colon = strrchr(text, ':'), *begin = text;
    size_t len = colon ? (size_t)(colon - text) : 0;
    char *end = NULL;
    long port = colon ? strtol(colon + 1, &end, 10) : -1;
    if (len > 2 && begin[0] == '[' && begin[len - 1] == ']') {
        begin++;
        len -= 2;
    }
    if (!len || len >= cap || end == colon + 1 || *end || port < least_port || port > 65535)
        return err_set(e, -EINVAL, "'%s' is not HOST:PORT", text);
    memcpy(host, begin, len);
    host[len] = '\0';
    *ret_port = (int)port;
    return 0;
}
