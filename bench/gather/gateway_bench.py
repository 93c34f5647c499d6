#!/usr/bin/env python3
"""Durable, acknowledged frames a second through a real socket and a real store, simulator included on the same machine.

  bench/gather/gateway_bench.py [--build build] [--frames 400000] [--connections 100] [--rounds 3] [--folder DIR]

Each line is JSON: the policy (how long the writer lingers, how many frames a commit takes at most, uploads in flight per device), frames/s
(the median of the rounds), frames a commit, CPU seconds and memory of the server. --quick measures the default policy only.

--latency adds how long devices wait for their answers (p50, p99, p99.9, longest, in ms) at shares of the rate just measured. The load is
open: each frame has its moment, and the wait counts from that, also when an earlier one was late."""
import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import tempfile


def measure(args, policy, frames=None, rate=None):
    folder = tempfile.mkdtemp(prefix="gateway-bench-", dir=args.folder)
    try:
        command = [os.path.join(args.build, "bench/gather/gateway-server"), folder, "--devices", str(args.connections),
                   "--linger", str(policy["linger_us"]), "--queue", str(policy["queue_frames"])]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        port = server.stdout.readline().split()[1]
        sim = subprocess.run([os.path.join(args.build, "bench/gather/bihuan-sim"), "--to", f"127.0.0.1:{port}", "--load", "--connections",
                              str(args.connections), "--frames", str(frames or args.frames), "--window", str(policy["window"]),
                              *(["--rate", str(round(rate))] if rate else [])],
                             stdout=subprocess.PIPE, text=True, check=True)
        server.send_signal(signal.SIGTERM)
        out, _ = server.communicate()
        return json.loads(sim.stdout), json.loads(out.splitlines()[-1])
    finally:
        shutil.rmtree(folder)


def latency(args, policy, most):
    for share in (0.25, 0.5, 0.75):
        sim, server = measure(args, policy, round(most * share * args.seconds), most * share)
        print(json.dumps({"bench": "gateway-latency", **policy, "connections": args.connections, "share": share, "rate": sim["rate"],
                          "p50_ms": sim["p50_ms"], "p99_ms": sim["p99_ms"], "p999_ms": sim["p999_ms"], "max_ms": sim["max_ms"],
                          "frames_per_commit": server["frames_per_commit"], "commits": server["commits"], "resent": sim["resent"],
                          "server_cpu_s": round(server["user_s"] + server["system_s"], 2)}), flush=True)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--build", default="build")
    p.add_argument("--frames", type=int, default=400000)
    p.add_argument("--connections", type=int, default=100)
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--folder", help="where to put the data folders (default: the system's temporary folder)")
    p.add_argument("--quick", action="store_true")
    p.add_argument("--latency", action="store_true")
    p.add_argument("--seconds", type=int, default=10, help="of each measurement of latency")
    p.add_argument("--rate", type=float, help="frames/s that count as the most, instead of measuring it")
    args = p.parse_args()
    policies = [dict(linger_us=0, queue_frames=4096, window=32)]
    if not args.quick:
        policies += [dict(linger_us=us, queue_frames=4096, window=32) for us in (500, 2000, 5000)]
        policies += [dict(linger_us=0, queue_frames=n, window=32) for n in (64, 256, 1024)]
        policies += [dict(linger_us=0, queue_frames=4096, window=w) for w in (1, 4, 128)]
    if args.rate:
        latency(args, policies[0], args.rate)
        return
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
        if args.latency:
            latency(args, policy, rate)


if __name__ == "__main__":
    main()
