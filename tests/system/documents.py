#!/usr/bin/env python3
"""The documents tell the truth: what follows `$ bihuan …` in the READMEs is what the command prints (… stands for anything), links lead to files and
headings that are there, commands and options that the documents name exist."""
import os
import re
import subprocess
import urllib.parse

from _bihuan import PROGRAM, ROOT, Tap, run

tap = Tap()


def documents():
    listed = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    return listed or ["README.md", "README.zh.md", "HACKING.md"]


def blocks(text):
    return re.findall(r"^```\w*\n(.*?)^```", text, re.S | re.M)


def examples(text):
    """(command, what it is said to print) of each `$ ` line in a block of code."""
    for block in blocks(text):
        for piece in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, _, printed = piece.partition("\n")
            yield command, printed.strip()


def differs(command):
    """What a README's example prints otherwise, or None."""
    there = os.path.dirname(os.path.abspath(PROGRAM))
    env = {**os.environ, "PATH": there + os.pathsep + os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command[0]], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False)
    wanted = ".*".join(re.escape(p) for p in command[1].split("…"))
    if done.returncode == 0 and re.fullmatch(wanted, done.stdout.strip(), re.S):
        return None
    return f"$ {command[0]}\n{done.stdout}{done.stderr}instead of\n{command[1]}"


def anchors(path):
    """The names that a heading of a document can be linked by."""
    with open(path, encoding="utf-8") as f:
        heads = re.findall(r"^#+ +(.*)", f.read(), re.M)
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in heads}


def dead_links(name, text):
    for link in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"^```.*?^```", "", text, flags=re.S | re.M)):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = urllib.parse.unquote(link).partition("#")
        target = os.path.normpath(os.path.join(ROOT, os.path.dirname(name), path)) if path else os.path.join(ROOT, name)
        if not os.path.exists(target) or (anchor and target.endswith(".md") and anchor not in anchors(target)):
            yield link


def unknown_commands(text, known):
    """Subcommands that `bihuan WORD` in code names and the program has not."""
    code = re.findall(r"`([^`\n]+)`", text) + [line for block in blocks(text) for line in block.splitlines()]
    for piece in code:
        for word in re.findall(r"\bbihuan ([a-z][a-z0-9]+)\b", piece):
            if word not in known:
                yield f"bihuan {word}"


known = set(re.findall(r"^  ([a-z][a-z0-9]+)  +\S", run("--help").stdout, re.M))
for name in documents():
    with open(os.path.join(ROOT, name), encoding="utf-8") as f:
        text = f.read()
    wrong = sorted(set(dead_links(name, text))) + sorted(set(unknown_commands(text, known)))
    tap.ok(not wrong, f"{name}: links and commands are there" + (f": missing {', '.join(wrong)}" if wrong else ""))
    if name.startswith("README"):
        for example in examples(text):
            said = differs(example)
            tap.ok(said is None, f"{name}: {example[0][:60]}")
            if said:
                print(said)
tap.exit()
