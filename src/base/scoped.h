/* scoped.h - acquire and release stand together: `scoped(fclosep) FILE *f = ...`. */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define scoped(fn) __attribute__((cleanup(fn)))

/* Moves ownership out of a scoped variable and leaves it NULL. */
#define TAKE(p)                     \
    __extension__({                 \
        __typeof__(p) taken_ = (p); \
        (p) = NULL;                 \
        taken_;                     \
    })

#define COUNT_OF(a) (sizeof(a) / sizeof *(a))

static inline void freep(void *p)
{
    free(*(void **)p);
}

static inline void fclosep(FILE **f)
{
    if (*f)
        fclose(*f);
}

static inline void closep(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}
