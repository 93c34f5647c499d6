/* lexicon.h - loads definitions/words into compiled words: the one place where the files of the lexicon are read. */
#pragma once

#include "base/err.h"
#include "plan/plan.h"

/* Reads every *.lua of dir in the order of their names and merges their tables; a table that two files give is refused. */
int lexicon_load(const char *dir, struct words **ret, struct err *e);
