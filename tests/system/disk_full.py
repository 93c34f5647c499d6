#!/usr/bin/env python3
"""A full disk, for real (a small tmpfs): devices are not acknowledged, the server says so and stays up, and goes on when there is room."""
import json
import os
import subprocess
import sys
import tempfile
import time

from _bihuan import PROGRAM, Server, Tap

TODAY = "2026-11-20T08:00"
tap = Tap()


def fill(path):
    """Takes all the room there is."""
    with open(path, "wb", buffering=0) as f:
        size = 1 << 20
        while size >= 512:
            try:
                f.write(b"x" * size)
            except OSError:
                size //= 2


def health(server):
    return server.client().call("GET", "/api/v1/health")


def main(folder):
    with Server(today=TODAY, demo_args=["--history-days", "2", "--no-cases"], serve_args=["--test-clock", TODAY], folder=folder) as server:
        api = server.client()
        api.post("/api/v1/test/clock", {"advance_s": 6 * 3600})
        status, answer = health(server)
        tap.ok(status == 200 and answer["ok"], "the server is well")
        before = answer["records"]
        filler = os.path.join(folder, "filler")
        fill(filler)
        # The write-ahead log has room of its own to reuse for a while, so enough is sent to outgrow it.
        command = [PROGRAM, "sim", "--demo", server.data, "--to", f"127.0.0.1:{server.devices}", "--from", TODAY, "--until",
                   "2026-11-20T14:00", "--minutes", "--realtime", "--timeout", "1"]
        sim = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        full = None
        for _ in range(1200):
            status, answer = health(server)
            if answer["store"] == "full":
                full = (status, answer)
                break
            if sim.poll() is not None:
                break
            time.sleep(0.1)
        tap.ok(full is not None and full[0] == 503 and full[1]["message"], f"it says that it is full: {full}")
        tap.ok(sim.poll() is None, "the devices wait for their answers")
        status, answer = api.call("GET", "/api/v1/sites")
        tap.ok(status == 200, "reading goes on")
        os.unlink(filler)
        out, _ = sim.communicate(timeout=120)
        done = json.loads(out.strip().splitlines()[-1])
        tap.ok(sim.returncode == 0 and done["acknowledged"] == done["sent"] > 1000, f"with room again all is acknowledged: {done}")
        status, answer = health(server)
        tap.ok(status == 200 and answer["store"] == "ok", "and the server is well")
        tap.ok(answer["records"] - before == done["sent"], f"each upload is kept exactly once: {answer['records'] - before}")


def mounted():
    folder = tempfile.mkdtemp(prefix="bihuan-full-")
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", folder], capture_output=True, check=False).returncode:
        os.rmdir(folder)
        print("ok 1 - skipped: no right to mount a small file system # SKIP\n1..1")
        sys.exit(0)
    return folder


place = mounted()
try:
    main(place)
except Exception as why:  # pylint: disable=broad-except
    tap.ok(False, f"{type(why).__name__}: {why}")
finally:
    subprocess.run(["umount", "-l", place], check=False)
    os.rmdir(place)
tap.exit()
