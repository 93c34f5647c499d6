#!/usr/bin/env python3
"""Wrong files, flags, JSON and definitions: one clear line that names place and reason, the right exit code, and nothing half-done."""
import os
import shutil
import subprocess
import tempfile

from _bihuan import PROGRAM, ROOT, Server, Tap

tap = Tap()


def refused(what, args, code, *words, stdin=None, lines=3):
    done = subprocess.run([PROGRAM, *args], capture_output=True, text=True, check=False, timeout=60, input=stdin)
    said = done.stderr.strip()
    good = done.returncode == code and all(w in said for w in words) and len(said.splitlines()) <= lines and "==" not in said
    tap.ok(good, f"{what}: exit {done.returncode}: {said[:160]}")


def main():
    folder = tempfile.mkdtemp(prefix="bihuan-bad-")
    path = os.path.join(folder, "x")
    try:
        with open(path, "wb") as f:
            f.write("第一行\n".encode() + b"\xff\xfe\x80\x81\xff\n")
        refused("no command", [], 2, "usage", lines=40)
        refused("unknown command", ["fly"], 2, "fly")
        refused("serve without a folder", ["serve"], 2, "--data")
        refused("serve on nothing", ["serve", "--data", folder], 1, folder)
        refused("a wrong flag", ["serve", "--dato", "x"], 2, "--dato")
        refused("a wrong number", ["serve", "--data", "x", "--idle-timeout", "soon"], 2, "soon")
        refused("demo in a used folder", ["demo", folder, "--today", "yesterday"], 2, "yesterday")
        refused("a plan that is not there", ["plan", "read", os.path.join(folder, "none")], 1, "none")
        refused("a plan that is no text", ["plan", "read", path], 1, "x")
        refused("hj212 misuse", ["hj212", "fly"], 2, "read or build", lines=20)
        refused("import without data", ["import", "--data", folder, path], 1)
        bad_config = os.path.join(folder, "c.conf")
        with open(bad_config, "w", encoding="utf-8") as f:
            f.write("# ours\nlisten = 127.0.0.1:0\nwhat = 1\n")
        refused("a wrong config file", ["serve", "--config", bad_config], 2, "c.conf:3", "what")
        definitions = os.path.join(folder, "definitions")
        shutil.copytree(os.path.join(ROOT, "definitions"), definitions)
        good = subprocess.run([PROGRAM, "check", definitions], capture_output=True, text=True, check=False)
        tap.ok(good.returncode == 0, f"the shipped definitions check: {good.stderr.strip()}")
        ledger = os.path.join(definitions, "ledgers", "rectification.lua")
        with open(ledger, encoding="utf-8") as f:
            text = f.read()
        with open(ledger, "w", encoding="utf-8") as f:
            f.write(text + "\nthis is not lua")
        refused("a broken definition", ["check", definitions], 1, "rectification.lua:")
        with open(ledger, "w", encoding="utf-8") as f:
            f.write("while true do end")
        refused("a definition that never ends", ["check", definitions], 1, "rectification.lua", "too long")

        with Server(demo_args=["--history-days", "2", "--no-cases"]) as s:
            duty = s.client("duty")
            for what, method, url, body, code, word in [
                ("bad JSON", "POST", "/api/v1/cases", b'{"ledger":', 400, "1:"),
                ("not an object", "POST", "/api/v1/cases", b"[1]", 400, ""),
                ("unknown ledger", "POST", "/api/v1/cases", b'{"ledger":"none","fields":{}}', 404, "none"),
                ("no such case", "GET", "/api/v1/cases/99999", None, 404, ""),
                ("no such path", "GET", "/api/v1/nothing", None, 404, ""),
                ("bad time", "GET", "/api/v1/sites/1/series?factor=a34004&period=hour&from=x&to=y", None, 400, "is not a time"),
                ("bad period", "GET", "/api/v1/sites/1/series?factor=a34004&period=week&from=2026-01-01&to=2026-01-02", None, 400, "week"),
            ]:
                status, answer = raw(s, duty.token, method, url, body)
                tap.ok(status == code and word in str(answer) and answer.get("error", {}).get("code"), f"{what}: {status} {answer}")
            counts = duty.get("/api/v1/cases")["total"]
            tap.ok(counts == 0, "no case was half made")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def raw(server, token, method, path, body):
    import http.client
    import json
    c = http.client.HTTPConnection("127.0.0.1", server.http, timeout=20)
    c.request(method, path, body=body, headers={"Content-Type": "application/json", "Authorization": "Bearer " + token})
    r = c.getresponse()
    text = r.read()
    c.close()
    return r.status, json.loads(text)


try:
    main()
except Exception as why:  # pylint: disable=broad-except
    tap.ok(False, f"{type(why).__name__}: {why}")
tap.exit()
