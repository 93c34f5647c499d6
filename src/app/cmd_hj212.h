/* cmd_hj212.h - what the files of `bihuan hj212` share. */
#pragma once

#include "base/err.h"

int cmd_hj212_read(int argc, char **argv);  /* argv[0] is "read" */
int cmd_hj212_build(int argc, char **argv); /* argv[0] is "build" */
/* Each says why on stderr and returns the exit code 2; a misuse is followed by the usage. */
int hj212_misuse(const char *why);
int hj212_fail(const struct err *e);
