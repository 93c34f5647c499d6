#!/usr/bin/env python3
"""Passing frames on, with real processes: a city's platform and the province's above it, devices that flood the city, and either platform
killed with SIGKILL at random moments, stopped, away, replaced by one that takes connections and answers nothing, and by one that closes
them. In the end every frame that the city acknowledged to a device must be in the province's store, once, digit for digit.

  forward.py [--kills 30] [--seed 212]"""
import argparse
import asyncio
import contextlib
import json
import logging
import os
import random
import signal
import subprocess
import sys
import time

import kill9
from _bihuan import ROOT, Server, Tap, run

BUILD = os.environ.get("BIHUAN_BUILD", os.path.join(ROOT, "build"))
tap = Tap()


class Platform:
    """A server on ports that stay the same over its deaths."""

    def __init__(self, *serve_args):
        self.server = Server(demo_args=["--history-days", "1", "--no-cases"], serve_args=list(serve_args))
        self.http, self.port = kill9.free_port(), kill9.free_port()

    def start(self):
        self.server.start(http=self.http, devices=self.port)

    def kill(self):
        self.server.stop(signal.SIGKILL)

    def client(self, user="duty"):
        return self.server.client(user)

    def stored(self, sites):
        """{(MN, tag): [bodies]} of the real-time records of these sites ({id: MN})."""
        dump = subprocess.run([os.path.join(BUILD, "bench/gather/gateway-server"), "--dump", self.server.data], stdout=subprocess.PIPE,
                              check=True)
        found = {}
        for line in dump.stdout.decode().splitlines():
            name, period, _time, tag, _part, body = line.split(" ", 5)
            site = int(name[16:], 16) + 1
            if period == "realtime" and site in sites:
                found.setdefault((sites[site], tag), []).append(body)
        return found


async def later(what, *args):
    return await asyncio.get_running_loop().run_in_executor(None, what, *args)


async def until(what, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        got = await later(what)
        if got:
            return got
        await asyncio.sleep(0.2)
    return None


def forward_state(city):
    return city.client().get("/api/v1/forward")["targets"][0]


async def impostor(port, answer):
    """Something else listens where the province was: it closes at once, or says nothing."""
    async def serve(reader, writer):
        with contextlib.suppress(OSError):
            while answer and await reader.read(65536):
                pass
        writer.close()
    return await asyncio.start_server(serve, "127.0.0.1", port)


async def torment(args, city, above):
    for k in range(args.kills):
        await asyncio.sleep(args.random.uniform(0.05, 1.0))
        victim = args.random.choice((city, above))
        await later(victim.kill)
        await asyncio.sleep(args.random.uniform(0, 0.3))
        await later(victim.start)
        print(f"\rkilled {k + 1}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    # slow: it stands still for longer than OverTime
    above.server.process.send_signal(signal.SIGSTOP)
    await asyncio.sleep(3.5)
    above.server.process.send_signal(signal.SIGCONT)
    # away
    await later(above.kill)
    away = await until(lambda: (lambda s: s["waiting"] > 20 and s["line"] != "connected" and s)(forward_state(city)), 90)
    tap.ok(away and away["error"] and away["oldest"], f"away: {away and away['waiting']} frames wait, {away and away['error']!r}")
    health = city.client().get("/api/v1/health")
    tap.ok(health["ok"] and health["forward"] == "behind", f"health: {health['forward']}, {health['forward_message']}")
    # others in its place
    for answer in (False, True):
        listener = await impostor(above.port, answer)
        await asyncio.sleep(3)
        listener.close()
        await listener.wait_closed()
    await later(above.start)
    await asyncio.sleep(2)


async def drive(args, city, above, devices):
    tasks = [asyncio.ensure_future(d.run()) for d in devices]
    try:
        await torment(args, city, above)
    finally:
        for d in devices:
            d.args.stop = True
        await asyncio.gather(*tasks)
    # the pause after a dead line grows to a minute
    done = await until(lambda: (lambda s: s["waiting"] == 0 and s)(forward_state(city)), 120)
    tap.ok(done, f"in the end nothing waits: {done or forward_state(city)}")


def refused_command(city, above, site):
    """What the province asks of a city's device is refused."""
    asked = above.client().post(f"/api/v1/devices/{site}/commands", {"command": "get_time", "args": {}})

    def ended():
        last = [c for c in above.client().get(f"/api/v1/devices/{site}")["last_commands"] if c["id"] == asked["id"]]
        return last and last[0]["state"] not in ("waiting", "sent") and last[0]
    end = time.monotonic() + 20
    while not (got := ended()) and time.monotonic() < end:
        time.sleep(0.3)
    tap.ok(got and got["state"] == "refused" and got["qn_rtn"] == 2, f"a command from above is refused: {got}")
    tap.ok(forward_state(city)["refused_requests"] > 0, "and counted")


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--kills", type=int, default=30)
    p.add_argument("--seed", type=int, default=212)
    args = p.parse_args()
    args.random = random.Random(args.seed)
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    print(f"# seed {args.seed}", flush=True)
    above = Platform()
    city = Platform("--forward", os.path.join(above.server.folder, "forward.json"))
    with open(city.server.serve_args[1], "w", encoding="utf-8") as f:
        json.dump({"targets": [{"name": "province", "host": "127.0.0.1", "port": above.port, "over_time": 1, "re_count": 1}]}, f)
    with open(os.path.join(city.server.data, "city.json"), encoding="utf-8") as f:
        sites = [s for s in json.load(f)["sites"] if s.get("mn")][:8]
    try:
        above.start()
        city.start()
        ids = {s["code"]: s["id"] for s in city.client().get("/api/v1/sites")["sites"]}
        begin = 1767196800 + 8 * 3600
        devices = [kill9.Device(s["mn"], argparse.Namespace(port=city.port, pw=s["pw"], window=3, seed=args.seed, stop=False), begin, i)
                   for i, s in enumerate(sites)]
        asyncio.run(drive(args, city, above, devices))
        refused_command(city, above, ids[sites[0]["code"]])
        state = forward_state(city)
        city.server.stop()
        above.server.stop()
        names = {ids[s["code"]]: s["mn"] for s in sites}
        compare(devices, city.stored(names), above.stored(names), state)
        told = run("check", "--data", city.server.data).stdout
        tap.ok("forward to province: 0 frames" in told, "bihuan check tells of the queue")
    finally:
        for platform in (city, above):
            platform.server.__exit__()
    tap.exit()


def compare(devices, below, upper, state):
    acked = [(d.mn, qn, d.sent[qn]) for d in devices for qn in d.acked]
    lost_here = sum((mn, qn) not in below for mn, qn, _ in acked)
    lost = sum((mn, qn) not in upper for mn, qn, _ in acked)
    wrong = sum(body not in upper.get((mn, qn), [body]) for mn, qn, body in acked)
    twice = sum(len(bodies) > 1 for bodies in upper.values())
    ours = {(d.mn, qn) for d in devices for qn in d.sent}
    foreign = sum(key not in ours for key in upper if len(key[1]) == 17)
    print(f"# acknowledged {len(acked)}, in the city's store {len(below)}, above {len(upper)}, sent again {state['resent']}")
    tap.ok(len(acked) > 500, f"{len(acked)} frames were acknowledged to devices")
    tap.ok(lost_here == 0, f"{lost_here} of them are not in the city's store")
    tap.ok(lost == 0, f"{lost} of them are not above")
    tap.ok(wrong == 0, f"{wrong} have other digits above")
    tap.ok(twice == 0, f"{twice} are twice above")
    tap.ok(foreign == 0, f"{foreign} above were never sent")


if __name__ == "__main__":
    main()
