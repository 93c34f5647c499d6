#!/usr/bin/env python3
"""Durable, acknowledged frames a second through a real socket and a real store, simulator included on the same machine.

  bench/gather/gateway_bench.py [--build build] [--frames 400000] [--connections 100] [--rounds 3] [--folder DIR]

Each line is JSON: the policy (how long the writer lingers, how many frames a commit takes at most, uploads in flight per device), frames/s
(the median of the rounds), frames a commit, CPU seconds and memory of the server. --quick measures the default policy only."""
import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import tempfile


def measure(args, policy):
    folder = tempfile.mkdtemp(prefix="gateway-bench-", dir=args.folder)
    try:
        command = [os.path.join(args.build, "bench/gather/gateway-server"), folder, "--devices", str(args.connections),
                   "--linger", str(policy["linger_us"]), "--queue", str(policy["queue_frames"])]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        port = server.stdout.readline().split()[1]
        sim = subprocess.run([os.path.join(args.build, "bench/gather/bihuan-sim"), "--to", f"127.0.0.1:{port}", "--load", "--connections",
                              str(args.connections), "--frames", str(args.frames), "--window", str(policy["window"])],
                             stdout=subprocess.PIPE, text=True, check=True)
        server.send_signal(signal.SIGTERM)
        out, _ = server.communicate()
        return json.loads(sim.stdout), json.loads(out.splitlines()[-1])
    finally:
        shutil.rmtree(folder)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--build", default="build")
    p.add_argument("--frames", type=int, default=400000)
    p.add_argument("--connections", type=int, default=100)
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--folder", help="where to put the data folders (default: the system's temporary folder)")
    p.add_argument("--quick", action="store_true")
    args = p.parse_args()
    policies = [dict(linger_us=0, queue_frames=4096, window=32)]
    if not args.quick:
        policies += [dict(linger_us=us, queue_frames=4096, window=32) for us in (500, 2000, 5000)]
        policies += [dict(linger_us=0, queue_frames=n, window=32) for n in (64, 256, 1024)]
        policies += [dict(linger_us=0, queue_frames=4096, window=w) for w in (1, 4, 128)]
    for policy in policies:
        rounds = [measure(args, policy) for _ in range(args.rounds)]
        rounds.sort(key=lambda r: r[0]["frames_per_s"])
        sim, server = rounds[len(rounds) // 2]
        rate = statistics.median(r[0]["frames_per_s"] for r in rounds)
        print(json.dumps({"bench": "gateway", **policy, "connections": args.connections, "factors": sim["factors"], "frames": args.frames,
                          "frames_per_s": round(rate), "values_per_s": round(rate * sim["factors"]),
                          "lowest": rounds[0][0]["frames_per_s"], "highest": rounds[-1][0]["frames_per_s"],
                          "frames_per_commit": server["frames_per_commit"], "commits": server["commits"],
                          "server_cpu_s": round(server["user_s"] + server["system_s"], 2), "max_rss_mb": server["max_rss_mb"],
                          "resent": sim["resent"], "synchronous": "FULL"}), flush=True)


if __name__ == "__main__":
    main()
