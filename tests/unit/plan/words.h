/* words.h - the shipped lexicon for the plan reader's tests: the group's setup and teardown. Include once a program. */
#pragma once

#include <stdio.h>

#include "app/lexicon.h"
#include "plan/plan.h"

static struct words *lexicon;

static int setup(void **state)
{
    (void)state;
    struct err e = { 0 };
    int rc = lexicon_load(SOURCE_ROOT "/definitions/words", &lexicon, &e);
    if (rc < 0)
        fprintf(stderr, "%s\n", e.text);
    return rc;
}

static int teardown(void **state)
{
    (void)state;
    lexicon = words_free(lexicon);
    return 0;
}
