#!/usr/bin/env python3
"""`bihuan conform platform` against the real server: its gateway fails no mandatory check, and the three reports agree."""
import json
import os
import subprocess
import tempfile

from _bihuan import PROGRAM, Server, Tap, run

tap = Tap()


def conform(*args):
    return subprocess.run([PROGRAM, "conform", *map(str, args)], capture_output=True, text=True, check=False, timeout=200)


def check(server, site, edition, html):
    done = conform("platform", "--to", f"127.0.0.1:{server.devices}", "--mn", site["mn"], "--pw", site["pw"], "--edition", edition,
                   "--over-time", 3, "--quiet", 0.3, "--json", "--html", html)
    report = json.loads(done.stdout)
    failed = [(r["id"], r["why"]) for r in report["results"] if r["mandatory"] and r["result"] == "fail"]
    tap.ok(not failed, f"{edition}: no mandatory check fails: {failed}")
    advice = [(r["id"], r["why"]) for r in report["results"] if not r["mandatory"] and r["result"] == "fail"]
    tap.ok(not advice, f"{edition}: no advice fails either: {advice}")
    tap.ok(done.returncode == 0 and report["conforms"], f"{edition}: exit {done.returncode}")
    tap.ok(report["mandatory"]["pass"] > 20 and report["mandatory"]["not_run"] == 0, f"{edition}: {report['mandatory']}")
    with open(html, encoding="utf-8") as f:
        page = f.read()
    tap.ok("结论：符合" in page and "<script" not in page and "http://" not in page and page.count("<tr><td><code>") == len(report["results"]),
           f"{edition}: the page has all {len(report['results'])} rows and nothing from outside")


def main():
    for what, args, word in [
        ("no subject", [], "platform"),
        ("no peer", ["platform", "--mn", "1", "--pw", "1"], "--to"),
        ("no MN", ["platform", "--to", "127.0.0.1:1"], "--mn"),
        ("no port", ["platform", "--to", "localhost", "--mn", "1", "--pw", "1"], "localhost"),
        ("an MN that breaks the frame", ["platform", "--to", "127.0.0.1:1", "--mn", "1;2", "--pw", "1"], "1;2"),
        ("both editions of one device", ["device", "--listen", "127.0.0.1:0", "--edition", "both"], "both"),
    ]:
        done = conform(*args)
        tap.ok(done.returncode == 2 and word in done.stderr, f"misuse, {what}: exit {done.returncode}: {done.stderr.strip()[:120]}")
    done = conform("platform", "--to", "127.0.0.1:1", "--mn", "1", "--pw", "1")
    tap.ok(done.returncode == 1 and "127.0.0.1:1" in done.stderr, f"nobody there: exit {done.returncode}: {done.stderr.strip()[:120]}")
    done = conform("device", "--listen", "127.0.0.1:0", "--wait", "0.2")
    tap.ok(done.returncode == 1 and "no data logger" in done.stderr, f"no logger comes: exit {done.returncode}")
    tap.ok("conform" in run("--help").stdout, "the command is listed")
    with tempfile.TemporaryDirectory(prefix="bihuan-conform-") as folder, \
            Server(demo_args=["--history-days", "2", "--no-cases"]) as server:
        with open(os.path.join(server.data, "city.json"), encoding="utf-8") as f:
            sites = [s for s in json.load(f)["sites"] if s["kind"] == "water_outlet" and s.get("mn")]
        for edition in ("2017", "2005"):
            check(server, next(s for s in sites if s["edition"] == edition), edition, os.path.join(folder, edition + ".html"))


try:
    main()
except Exception as why:  # pylint: disable=broad-except
    tap.ok(False, f"{type(why).__name__}: {why}")
tap.exit()
