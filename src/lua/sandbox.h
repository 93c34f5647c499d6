/* sandbox.h - runs a definition file (rule set, indicator, rule, ledger, words) in a Lua that can only compute.
 *
 * No io, os, load, require, debug, coroutine, metatables or string patterns (patterns run unbounded inside C where the instruction
 * hook never fires). Memory and instructions are bounded for the load and for each call (more for a call that is given much to look at).
 * The table that the file returns comes back as a JSON tree; a function inside it becomes {"$fn": n}, to be called by number. One sandbox
 * belongs to one thread at a time; the caller locks. Lua's headers stay in this folder. */
#pragma once

#include <stddef.h>

#include "base/err.h"
#include "base/json.h"

struct sandbox;

#define SANDBOX_FIGURE_MOST \
    2000000000 /* either way, in a file; what a function answers is the caller's to check */

/* prelude is Lua source run first to define the constructors a kind of file uses ("ledger", "choice" ...); may be NULL.
 * Every sandbox already has `ruleset`, `indicator`, `rule`, `ledger`, `words`: functions that return their table and set its
 * "$kind" to their own name. */
int sandbox_new(const char *prelude, struct sandbox **ret, struct err *e);
struct sandbox *sandbox_free(struct sandbox *s);
/* Runs the file's text. On success *ret_tree (owned by the caller) is what it returned. Errors read "file:line: reason".
 * A table with keys 1..n is an array; an empty table is an object; anything else than nil, boolean, number, string, table and
 * function is refused, as are a tree deeper than 32 or with more than 200,000 values, and a number beyond SANDBOX_FIGURE_MOST: so
 * whatever reads a definition may take its figures as int, and as micro adds up thousands of them. */
int sandbox_load(struct sandbox *s, const char *name, const char *text, size_t len, json_t **ret_tree,
                 struct err *e);
int sandbox_load_file(struct sandbox *s, const char *path, json_t **ret_tree, struct err *e);
/* The number of a function value in a tree, or 0 when it is none. */
int sandbox_fn(const json_t *value);
/* Calls function fn with one argument (a JSON tree made into a table; NULL is nil); *ret is its first result, owned by the
 * caller (JSON null for nil). -ETIME when it ran too long, -ENOMEM when it took too much, -EINVAL for an error it raised. */
int sandbox_call(struct sandbox *s, int fn, const json_t *arg, json_t **ret, struct err *e);
