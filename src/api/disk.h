/* disk.h - opens a file to be sent. Apart from files.c because <sys/stat.h> and domain/record.h both have a `stat`. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct disk_file {
    int fd;        /* the caller closes it */
    uint64_t size; /* bytes */
    uint64_t mark; /* changes when the file does */
};

/* Regular files only. */
bool disk_open(const char *path, struct disk_file *ret);
