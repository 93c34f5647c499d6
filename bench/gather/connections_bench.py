#!/usr/bin/env python3
"""Memory of the gateway with many devices: connected and silent, under a flood of all of them, and after it.

  bench/gather/connections_bench.py [--build build] [--connections 10000] [--frames 300000] [--folder DIR]

One line of JSON: connections; RSS and PSS in MB of each moment (PSS leaves out what is shared with others); frames/s; where the memory
lies by kind of mapping at the height of the flood (heap, other anonymous memory, stacks, files)."""
import argparse
import json
import os
import resource
import shutil
import signal
import subprocess
import tempfile
import time


def rollup(pid):
    found = {}
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as f:
        for line in f:
            word = line.split()
            if word[0] in ("Rss:", "Pss:", "Anonymous:"):
                found[word[0][:-1].lower() + "_mb"] = round(int(word[1]) / 1024, 1)
    return found


def kinds(pid):
    """RSS by what is mapped."""
    found = {}
    name = None
    with open(f"/proc/{pid}/smaps", encoding="ascii", errors="replace") as f:
        for line in f:
            word = line.split()
            if "-" in word[0] and not word[0].endswith(":"):
                path = word[5] if len(word) > 5 else "anonymous"
                name = path if path.startswith("[") or path == "anonymous" else os.path.basename(path)
            elif word[0] == "Rss:":
                found[name] = found.get(name, 0) + int(word[1])
    return {k: round(v / 1024, 1) for k, v in sorted(found.items(), key=lambda i: -i[1])[:6]}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--build", default="build")
    p.add_argument("--connections", type=int, default=10000)
    p.add_argument("--frames", type=int, default=300000)
    p.add_argument("--window", type=int, default=4)
    p.add_argument("--folder")
    args = p.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    folder = tempfile.mkdtemp(prefix="connections-bench-", dir=args.folder)
    sim = os.path.join(args.build, "bench/gather/bihuan-sim")
    server = subprocess.Popen([os.path.join(args.build, "bench/gather/gateway-server"), folder, "--devices", str(args.connections)],
                              stdout=subprocess.PIPE, text=True)
    try:
        to = f"127.0.0.1:{server.stdout.readline().split()[1]}"
        result = {"bench": "connections", "connections": args.connections, "start": rollup(server.pid)}
        # as many as are connected, each with a frame every 100 s
        quiet = subprocess.Popen([sim, "--to", to, "--load", "--connections", str(args.connections), "--frames", str(args.connections),
                                  "--rate", str(args.connections // 100 or 1), "--window", "1"], stdout=subprocess.DEVNULL)
        time.sleep(8)
        result["silent"] = rollup(server.pid)
        quiet.kill()
        quiet.wait()
        time.sleep(1)
        flood = subprocess.Popen([sim, "--to", to, "--load", "--connections", str(args.connections), "--frames", str(args.frames),
                                  "--window", str(args.window)], stdout=subprocess.PIPE, text=True)
        worst = {"rss_mb": 0}
        while flood.poll() is None:
            now = rollup(server.pid)
            if now["rss_mb"] > worst["rss_mb"]:
                worst, result["at_worst"] = now, kinds(server.pid)
            time.sleep(0.2)
        result["flood"] = worst
        result["frames_per_s"] = json.loads(flood.stdout.read())["frames_per_s"]
        time.sleep(2)
        result["after"] = rollup(server.pid)
        print(json.dumps(result))
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate()
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
