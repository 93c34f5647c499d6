#!/usr/bin/env python3
"""Starts a demo city with its server and devices, and runs the browser tests (pages.mjs) in Debian's Chromium against it."""
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "system"))
from _bihuan import PROGRAM, ROOT, Server  # noqa: E402  pylint: disable=wrong-import-position


def main():
    every = os.environ.get("BIHUAN_SCREENSHOTS")  # a folder for pictures of every page; otherwise only what fails is kept
    shots = every or os.path.join(ROOT, "build", "test-logs", "screenshots")
    os.makedirs(shots, exist_ok=True)
    with Server() as server:
        devices = subprocess.Popen([PROGRAM, "sim", "--demo", server.data, "--to", f"127.0.0.1:{server.devices}", "--follow"],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            code = subprocess.run(["node", os.path.join(HERE, "pages.mjs")], check=False, timeout=900,
                                  env={**os.environ, "BIHUAN_URL": server.url, "BIHUAN_USER": "leader", "BIHUAN_WRITES": "1",
                                       "BIHUAN_ROLES": "duty,supervisor,chem",
                                       "BIHUAN_PASSWORD": server.accounts["password"], "BIHUAN_SHOTS": shots, "BIHUAN_CHANGES": "1",
                                       "BIHUAN_SHOTS_ALL": "1" if every else ""}).returncode
        finally:
            devices.terminate()
            devices.wait(timeout=20)
    sys.exit(code)


main()
