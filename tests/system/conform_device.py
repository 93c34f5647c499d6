#!/usr/bin/env python3
"""`bihuan conform device` against our own simulator, a device of each edition at once: no mandatory check fails, and no advice."""
import json
import os
import subprocess
import tempfile
import time

from _bihuan import PROGRAM, Tap, run

tap = Tap()
DEVICES = {"2005": "paper-out", "2017": "chem-out", "2025": "power-stack-2"}
# The simulator's clock runs faster, so that nobody waits a minute for real-time data; it begins so far behind that it catches up with the
# kit's clock only when all is over.
SPEED = 4
BEHIND_S = 480
# Advice that our simulator does not follow, with the reason.
SPARED = {}


def china(at):
    return time.strftime("%Y-%m-%dT%H:%M", time.gmtime(at + 8 * 3600))


def kit(edition, keys, folder):
    args = ["conform", "device", "--listen", "127.0.0.1:0", "--edition", edition, "--act", "--watch", "5", "--over-time", "1",
            "--quiet", "0.4", "--json"]
    if edition == "2025":
        (key,) = [k["key"] for k in keys.values()]
        with open(os.path.join(folder, "key"), "w", encoding="utf-8") as f:
            f.write(key)
        args += ["--key", os.path.join(folder, "key")]
    process = subprocess.Popen([PROGRAM, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    line = process.stderr.readline()
    assert line.startswith("listening on "), line
    return process, line.split()[-1]


def judged(edition, process):
    out, _ = process.communicate(timeout=150)
    report = json.loads(out)
    rows = report["results"]
    bad = {m: [(r["id"], r["why"]) for r in rows if r["mandatory"] == m and r["result"] == "fail"] for m in (True, False)}
    tap.ok(not bad[True], f"{edition}: no mandatory check fails: {bad[True]}")
    advice = [b for b in bad[False] if b[0] not in SPARED]
    tap.ok(not advice, f"{edition}: no advice fails either: {advice}")
    idle = [(r["id"], r["why"]) for r in rows if r["result"] == "not_run"]
    tap.ok(not idle, f"{edition}: every check is made: {idle}")
    tap.ok(process.returncode == 0 and report["conforms"], f"{edition}: exit {process.returncode}")
    tap.ok(report["mandatory"]["pass"] > 20, f"{edition}: {report['mandatory']}, {report['advice']}")
    asked = {r["id"] for r in rows if r["result"] == "pass"}
    tap.ok({"cmd.1011", "cmd.2061", "cmd.3011", "send.again", "refuse.pw"} <= asked, f"{edition}: {len(asked)} checks pass")
    if edition == "2025":
        tap.ok("cipher.uploads" in asked, "2025: its uploads are enciphered")


def main():
    with tempfile.TemporaryDirectory(prefix="bihuan-conform-") as folder:
        data, sims, kits = os.path.join(folder, "demo"), [], {}
        run("demo", data, "--history-days", "2", "--no-cases")
        with open(os.path.join(data, "sim-keys.json"), encoding="utf-8") as f:
            keys = json.load(f)
        now = time.time()
        try:
            for edition, site in DEVICES.items():
                kits[edition], to = kit(edition, keys, folder)
                sims.append(subprocess.Popen([PROGRAM, "sim", "--to", to, "--demo", data, "--sites", site, "--from", china(now - 7200),
                                              "--until", china(now - BEHIND_S), "--follow", "--minutes", "--speed", str(SPEED)],
                                             stdout=subprocess.DEVNULL))
            for edition, process in kits.items():
                judged(edition, process)
        finally:
            for process in [*sims, *kits.values()]:
                if process.poll() is None:
                    process.terminate()
                process.wait(timeout=20)


try:
    main()
except Exception as why:  # pylint: disable=broad-except
    tap.ok(False, f"{type(why).__name__}: {why}")
tap.exit()
