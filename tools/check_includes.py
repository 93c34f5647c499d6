#!/usr/bin/env python3
"""Checks that includes under src/ point one way (docs/design.md §3). Prints each that does not as file:line and exits 1.

base ← domain ← {codec, geo, standard, plan, store, net, lua} ← {gather, conform, measure, ledger, evaluate, notify, bulletin} ← api ← app; nobody in a brace includes a
sibling. SQLite's headers are read only in src/store/sqlite, Lua's only in src/lua, libmicrohttpd's only in src/api; only src/net starts
threads; codec, standard and plan do no I/O and read no clock.
"""
import os
import re
import sys

LAYER = {"base": 0, "domain": 1, "codec": 2, "geo": 2, "standard": 2, "plan": 2, "store": 2, "net": 2, "lua": 2,
         "gather": 3, "conform": 3, "measure": 3, "ledger": 3, "evaluate": 3, "notify": 3, "bulletin": 3, "api": 4, "app": 5}
ONLY_IN = [(re.compile(r"#include <sqlite3"), "store/sqlite/"), (re.compile(r"#include <lua"), "lua/"),
           (re.compile(r"#include <microhttpd"), "api/"), (re.compile(r"#include <geos"), "geo/"), (re.compile(r"\b(pthread_create|thrd_create)\s*\("), "net/")]
PURE = ("codec/", "geo/", "standard/", "plan/")
IMPURE = re.compile(r'\b(fopen|open|socket|time|clock_gettime|gettimeofday|clock_now|file_read)\s*\(|#include "base/(file|log|clock)\.h"')


def faults(path, relative, text):
    module = relative.split("/")[0]
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(r"\s*(\*|//|/\*)", line):
            continue
        found = re.match(r'\s*#\s*include\s+"([^"/]+)/', line)
        if found and found[1] in LAYER and found[1] != module and LAYER[found[1]] >= LAYER[module]:
            yield number, f"{module} may not include {found[1]}"
        if found and found[1] not in LAYER and not os.path.isdir(os.path.join(os.path.dirname(path), found[1])):
            yield number, f"{found[1]} is no module"
        for pattern, home in ONLY_IN:
            if pattern.search(line) and not relative.startswith(home):
                yield number, f"{pattern.pattern} belongs in src/{home}"
        if relative.startswith(PURE) and IMPURE.search(line):
            yield number, f"{module} is pure: no I/O, no clock"


def main():
    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
    root = os.path.join(sys.argv[1] if len(sys.argv) > 1 else here, "src")
    bad = 0
    for folder, _, names in sorted(os.walk(root)):
        for name in sorted(names):
            path = os.path.join(folder, name)
            if name.endswith((".c", ".h")):
                with open(path, encoding="utf-8") as f:
                    text = f.read()
                for number, why in faults(path, os.path.relpath(path, root), text):
                    print(f"{os.path.relpath(path, sys.argv[1])}:{number}: {why}")
                    bad += 1
    sys.exit(1 if bad else 0)


main()
