#!/usr/bin/env python3
"""Runs the test groups and ends with `N passed, N failed`. Called by script/test.

The groups stand in two lanes that run beside each other: what works (compilers, sanitizers, clang-tidy) and what mostly waits (sockets,
browsers). A group is a list of steps; a step is a command. What a step counts: the tests its output tells of (meson's subtests, TAP lines, vitest's
totals), else one for its exit code. A failing step's output is printed; all logs are in build/test-logs.
"""
import collections
import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LOGS = os.path.join(ROOT, "build", "test-logs")
total = {"passed": 0, "failed": 0, "skipped": 0}
telling = threading.Lock()
building = collections.defaultdict(threading.Lock)  # by folder: two groups of different lanes may want the same build
os.environ.setdefault("UBSAN_OPTIONS", "halt_on_error=1:print_stacktrace=1")


def count(log):
    """(passed, failed, skipped) that a log tells of; None when it tells of none."""
    meson = re.findall(r"^ *\d+/\d+ .* (OK|FAIL|ERROR|TIMEOUT|SKIP) +[\d.]+s(?: +(\d+) subtests passed)?", log, re.M)
    if meson:
        good = sum(int(n or 1) for result, n in meson if result == "OK")
        bad = sum(1 for result, _ in meson if result in ("FAIL", "ERROR", "TIMEOUT"))
        return good, bad, sum(1 for result, _ in meson if result == "SKIP")
    vitest = re.search(r"^ *Tests +(?:(\d+) failed \| )?(\d+) passed", log, re.M)
    if vitest:
        return int(vitest[2]), int(vitest[1] or 0), 0
    skipped = len(re.findall(r"^ok \d+.*# SKIP", log, re.M))
    good, bad = len(re.findall(r"^ok \d+", log, re.M)) - skipped, len(re.findall(r"^not ok \d+", log, re.M))
    return (good, bad, skipped) if good + bad else None


def step(name, command, cwd=ROOT, env=None, timeout=900):
    """Runs one command; returns whether it did well."""
    begin = time.monotonic()
    path = os.path.join(LOGS, re.sub(r"\W+", "-", name)[:120] + ".log")
    with open(path, "w", encoding="utf-8") as log:
        try:
            code = subprocess.run(command, cwd=cwd, env={**os.environ, **(env or {})}, stdout=log, stderr=subprocess.STDOUT,
                                  stdin=subprocess.DEVNULL, timeout=timeout, check=False).returncode
        except subprocess.TimeoutExpired:
            code = -1
            log.write(f"\nstopped after {timeout} s\n")
        except OSError as why:
            code = -1
            log.write(f"\n{command[0]}: {why}\n")
    with open(path, encoding="utf-8", errors="replace") as log:
        text = re.sub(r"\x1b\[[0-9;]*m", "", log.read())
    good, bad, skipped = count(text) or (1 if code == 0 else 0, 0, 0)
    if code != 0 and bad == 0:
        bad = 1
    with telling:
        total["passed"] += good
        total["failed"] += bad
        total["skipped"] += skipped
        print(f"--- {name}")
        for line in sorted(set(re.findall(r"skipped: .*", text))):
            print(f"    {line}")
        print(f"    {good} passed, {bad} failed in {time.monotonic() - begin:.1f} s", flush=True)
        if bad:
            print("\n".join("    | " + line for line in text.splitlines()[-80:]), flush=True)
    return bad == 0


def together(at_once, steps):
    """Steps (name, command, timeout) that wait more than they work, some at a time; in their order."""
    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        for _ in pool.map(lambda s: step(s[0], s[1], timeout=s[2]), steps):
            pass


def build(folder, options, env=None):
    path = os.path.join(ROOT, folder)
    with building[folder]:
        if not os.path.exists(os.path.join(path, "build.ninja")):
            if not step(f"configure {folder}", ["meson", "setup", path, ROOT] + options, env=env):
                return False
        return step(f"build {folder}", ["ninja", "-C", path])


def build_web():
    with building["web"]:
        return step("web build", ["bash", "-c", ". script/lib.sh; build_web"])


def instrumented(sanitizers):
    """Options of a build that a sanitizer watches: -O1, since it is compiled once and run once, and the compiler takes half of the time."""
    return ["-Doptimization=1", f"-Db_sanitize={sanitizers}", "-Db_lundef=false"]


# gcc's warnings of lengths need -O2 to be right: the plain build is the one that must have none.
NO_WERROR = ["-Dwerror=false"]


def meson_test(folder, *more, env=None):
    command = ["meson", "test", "-C", os.path.join(ROOT, folder), "--no-rebuild", "--print-errorlogs", "--timeout-multiplier", "6", "--num-processes", "3"]
    return step(f"test {folder} {' '.join(more)}".strip(), command + list(more), env=env)


def unit():
    if build("build", []):
        meson_test("build")


def asan():
    if build("build-asan", instrumented("address,undefined") + NO_WERROR):
        meson_test("build-asan")


def tsan():
    """The parts with threads, under ThreadSanitizer."""
    if not build("build-tsan", instrumented("thread") + NO_WERROR):
        return
    listed = subprocess.run(["meson", "test", "-C", os.path.join(ROOT, "build-tsan"), "--list"], capture_output=True, text=True,
                            check=False).stdout
    threaded = [t.split(" / ")[-1] for t in listed.splitlines()
                if re.search(r"\b(loop|gateway|sim|command|heal|store_observations|store_ledger|ledger|notify|api|measure_find|measure_judge)", t)]
    if threaded:
        meson_test("build-tsan", *threaded, env={"TSAN_OPTIONS": "halt_on_error=1"})
    step("the walk under ThreadSanitizer", [sys.executable, os.path.join(ROOT, "tests", "system", "walk.py")], timeout=300,
         env={"BIHUAN": os.path.join(ROOT, "build-tsan", "bihuan"), "TSAN_OPTIONS": "halt_on_error=1"})


# How many inputs a target is given: as many as cost about four seconds. The count and the seed are fixed and nothing is kept from one
# run to the next, so that the same inputs come on every machine: a test that fails fails again. Longer hunts are script/fuzz's.
FUZZ_RUNS = {
    "fuzz-base-text": 80000, "fuzz-codec-cipher": 35000, "fuzz-codec-document": 60000, "fuzz-codec-exif": 250000,
    "fuzz-codec-filetype": 150000, "fuzz-codec-image": 150000, "fuzz-codec-repass": 300000, "fuzz-codec-segment": 60000,
    "fuzz-codec-stream": 40000, "fuzz-domain-city": 2800, "fuzz-evaluate-receipt": 16000, "fuzz-gather-import": 50000,
    "fuzz-ledger-case": 140, "fuzz-ledger-check": 150, "fuzz-ledger-import": 2000, "fuzz-lua-definition": 2000, "fuzz-standard-rules": 3000,
    "fuzz-store-block": 80000, "fuzz-store-pack": 12000, "fuzz_api_target": 250000, "fuzz_evaluate": 2200, "fuzz_plan": 600,
}
# Each byte of these is a choice of theirs: longer inputs say nothing more.
FUZZ_CHOICES = {"fuzz-domain-city", "fuzz-evaluate-receipt", "fuzz-ledger-case", "fuzz-ledger-check", "fuzz-standard-rules", "fuzz_plan"}
# Threads of its own make a target's coverage, and with it the next input, a matter of time: only its seeds are played.
FUZZ_PLAYED = {"fuzz-gather-session"}


# Nothing that differs from run to run may steer: neither compared values, which may be addresses, nor files that appear meanwhile.
FUZZ_SAME = ["-seed=212", "-use_cmp=0", "-use_memmem=0", "-reload=0", "-len_control=0"]


def fuzz_build():
    """The build of the targets; it is also the one that clang must compile without a warning."""
    # The depth of the stack is told in steps from where the system put it, so it differs from run to run: see FUZZ_SAME.
    flags = ("-Dc_args=-fsanitize=fuzzer-no-link,float-cast-overflow -fno-sanitize-recover=float-cast-overflow "
             "-fno-sanitize-coverage=stack-depth")
    return build("build-fuzz", ["-Dfuzz=true", flags] + instrumented("address,undefined"), env={"CC": "clang"})


def fuzz_targets():
    folder = os.path.join(ROOT, "build-fuzz", "fuzz")
    found = (os.path.join(d, f) for d, _, files in os.walk(folder) for f in files if re.match(r"fuzz[-_]", f) and "." not in f)
    return sorted((p for p in found if os.access(p, os.X_OK)), key=os.path.basename)


def fuzz():
    """Each libFuzzer target with a fixed number of inputs."""
    if not fuzz_build():
        return
    runs = []
    for path in fuzz_targets():
        name = os.path.basename(path)
        fresh = os.path.join(LOGS, "corpus-" + name)
        shutil.rmtree(fresh, ignore_errors=True)
        os.makedirs(fresh)
        seeds = os.path.join(ROOT, "fuzz", "seeds", name)
        given = (["-max_len=300"] if name in FUZZ_CHOICES else []) + [fresh] + ([seeds] if os.path.isdir(seeds) else [])
        count = 0 if name in FUZZ_PLAYED else FUZZ_RUNS.get(name, 2000)
        # No limit of time ends a run early: a slow machine takes longer and does the same.
        runs.append((f"fuzz {name}", [path, f"-runs={count}", *FUZZ_SAME, "-timeout=60", "-rss_limit_mb=2048",
                                      f"-artifact_prefix={LOGS}/{name}-", *given], 600))
    together(2, runs)


def sources():
    listed = subprocess.run(["git", "ls-files", "*.c", "*.h"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    return [f for f in listed if os.path.exists(os.path.join(ROOT, f))]


def style():
    files = sources()
    step("clang-format", ["clang-format", "--dry-run", "--Werror"] + files)
    if not build("build", []):
        return
    with open(os.path.join(ROOT, "build", "compile_commands.json"), encoding="utf-8") as f:
        known = {os.path.realpath(os.path.join(c["directory"], c["file"])) for c in json.load(f)}
    checked = [f for f in files if f.startswith("src/") and f.endswith(".c") and os.path.join(ROOT, f) in known]
    quoted = " ".join(checked)
    step("clang-tidy", ["bash", "-c", f"printf '%s\\n' {quoted} | xargs -P2 -n4 clang-tidy -p build --quiet"])


def web():
    folder = os.path.join(ROOT, "web")
    if not build_web():
        return
    step("web types", ["npx", "--no-install", "vue-tsc", "--noEmit"], cwd=folder)
    step("web tests", ["npx", "--no-install", "vitest", "run"], cwd=folder)


LONG = ("power_cut.py", "heal.py", "rebounds.py", "quality.py", "forward.py", "tls.py")


def system():
    if not build("build", []):
        return
    folder = os.path.join(ROOT, "tests", "system")
    names = [n for n in os.listdir(folder) if n.endswith(".py") and not n.startswith("_")]
    # The long ones first; they have ports and folders of their own.
    names.sort(key=lambda n: (n not in LONG, n))
    together(3, [(f"system {n}", [sys.executable, os.path.join(folder, n)], 400) for n in names])


def browser():
    if not build("build", []) or not build_web():
        return
    step("browser pages", [sys.executable, os.path.join(ROOT, "tests", "browser", "run.py")], timeout=1000)


WORKING = {"unit": unit, "asan": asan, "tsan": tsan, "fuzz": fuzz, "style": style}
WAITING = {"system": system, "web": web, "browser": browser}
GROUPS = {**WORKING, **WAITING}


def lane(groups, names):
    for name in names:
        if name in groups:
            groups[name]()


def for_hunting(what):
    """script/fuzz: the build, and the paths of the targets."""
    if what == "fuzz-list":
        print("\n".join(fuzz_targets()))
        sys.exit(0)
    os.makedirs(LOGS, exist_ok=True)
    sys.exit(0 if fuzz_build() else 1)


def main():
    if sys.argv[1:] in (["fuzz-build"], ["fuzz-list"]):
        for_hunting(sys.argv[1])
    names = sys.argv[1:] or list(GROUPS)
    for name in names:
        if name not in GROUPS:
            sys.exit(f"no test group '{name}'; there are: {' '.join(GROUPS)}")
    os.makedirs(LOGS, exist_ok=True)
    begin = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(lane, groups, names) for groups in (WORKING, WAITING)]:
            done.result()
    print(f"{time.monotonic() - begin:.0f} s; logs in build/test-logs" + (f"; {total['skipped']} skipped" if total["skipped"] else ""))
    print(f"{total['passed']} passed, {total['failed']} failed")
    sys.exit(1 if total["failed"] else 0)


main()
