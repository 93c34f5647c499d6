#!/usr/bin/env python3
"""Kills the server with SIGKILL at random moments under load, many times, and then looks whether every frame it acknowledged is in the
store, digit for digit.

  kill9.py --server 'build/bench/gather/gateway-server {dir} --port {port}' --dump 'build/bench/gather/gateway-server --dump {dir}'

--server must listen for HJ 212 devices on {port} of 127.0.0.1 with data folder {dir} and know the devices that --mn names (default: the 8
of gateway-server). --dump must print a line for each stored record: MN, period, time, tag, part, body. Exits 0 when nothing is lost.
Standard library only."""
import argparse
import asyncio
import collections
import contextlib
import logging
import os
import random
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time


def crc16(data):
    """HJ 212-2017 appendix A; the low byte of the register is dropped at each step."""
    crc = 0xFFFF
    for byte in data:
        crc = (crc >> 8) ^ byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
    return crc


def build_frame(mn, pw, qn, items, stamp):
    segment = f"QN={qn};ST=32;CN=2011;PW={pw};MN={mn};Flag=5;CP=&&DataTime={stamp};{items}&&".encode()
    return b"##%04d%s%04X\r\n" % (len(segment), segment, crc16(segment))


class Device:
    """Sends frames with a window, sends again what was not answered, and remembers every answer."""

    def __init__(self, mn, args, start, number):
        self.mn, self.args, self.port = mn, args, args.port
        self.waiting = collections.OrderedDict()  # QN: frame
        self.sent = {}  # QN: items
        self.acked = set()
        self.count = 0
        self.start = start
        self.random = random.Random(args.seed * 1000 + number)
        self.resent = 0

    def new_frame(self):
        # A second of its own for each frame; the year's first day on, so that it is never ahead of the clock.
        t = time.gmtime(self.start + self.count)
        stamp = time.strftime("%Y%m%d%H%M%S", t)
        qn = f"{stamp}{self.count % 1000:03d}"
        self.count += 1
        items = ";".join(f"w010{k:02d}-Rtd={self.random.randrange(100000) / 100:.2f},w010{k:02d}-Flag=N" for k in range(8))
        self.sent[qn] = items
        return qn, build_frame(self.mn, self.args.pw, qn, items, stamp)

    async def talk(self, reader, writer):
        for frame in self.waiting.values():
            self.resent += 1
            writer.write(frame)
        rest = b""
        while not self.args.stop:
            while len(self.waiting) < self.args.window:
                qn, frame = self.new_frame()
                self.waiting[qn] = frame
                writer.write(frame)
            await writer.drain()
            try:
                got = await asyncio.wait_for(reader.read(65536), 2)
            except asyncio.TimeoutError:
                break
            if not got:
                break
            *lines, rest = (rest + got).split(b"\r\n")
            for line in lines:
                at = line.find(b"QN=")
                if b";CN=9014;" in line and at >= 0:
                    qn = line[at + 3:at + 20].decode()
                    self.acked.add(qn)
                    self.waiting.pop(qn, None)

    async def run(self):
        while not self.args.stop:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                try:
                    await self.talk(reader, writer)
                finally:
                    writer.close()
            except OSError:
                pass
            await asyncio.sleep(0.01)


def free_port():
    """A port that a server may leave and take again: below those that the system gives to outgoing connections meanwhile."""
    while True:
        with contextlib.suppress(OSError), socket.socket() as s:
            s.bind(("127.0.0.1", random.SystemRandom().randrange(12000, 32000)))
            return s.getsockname()[1]


def start(args, folder):
    command = args.server.format(dir=folder, port=args.port)
    return subprocess.Popen(shlex.split(command), stdout=subprocess.DEVNULL)


async def wait_open(args, server):
    for _ in range(1000):
        if server.poll() is not None:
            sys.exit(f"kill9: the server ended by itself with {server.returncode}")
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", args.port)
            writer.close()
            return
        except OSError:
            await asyncio.sleep(0.01)
    sys.exit("kill9: the server does not listen")


async def torment(args, folder, devices):
    tasks = [asyncio.ensure_future(d.run()) for d in devices]
    server = start(args, folder)
    try:
        await wait_open(args, server)
        for kill in range(args.kills):
            await asyncio.sleep(args.random.uniform(0.02, args.longest))
            server.send_signal(signal.SIGKILL)
            server.wait()
            server = start(args, folder)
            await wait_open(args, server)
            print(f"\rkilled {kill + 1}, acknowledged {sum(len(d.acked) for d in devices)} ", end="", file=sys.stderr)
        await asyncio.sleep(0.5)
        for _ in range(600):  # what the caller wants to have seen, on a machine however slow
            if not args.enough or args.enough():
                break
            await asyncio.sleep(0.1)
        args.stop = True
        await asyncio.gather(*tasks)
    finally:
        server.send_signal(signal.SIGKILL)
        server.wait()
        print(file=sys.stderr)


def compare(args, folder, devices):
    dump = subprocess.run(shlex.split(args.dump.format(dir=folder)), stdout=subprocess.PIPE, check=True)
    stored, twice = {}, 0
    for line in dump.stdout.decode().splitlines():
        mn, _period, _time, tag, _part, body = line.split(" ", 5)
        twice += (mn, tag) in stored
        stored[mn, tag] = body
    lost = wrong = foreign = acked = 0
    for d in devices:
        acked += len(d.acked)
        for qn in d.acked:
            body = stored.get((d.mn, qn))
            lost += body is None
            wrong += body is not None and body != d.sent[qn]
    known = {(d.mn, qn) for d in devices for qn in d.sent}
    foreign = sum(key not in known for key in stored)
    print(f'{{"test":"kill9","seed":{args.seed},"kills":{args.kills},"acknowledged":{acked},"stored":{len(stored)},'
          f'"resent":{sum(d.resent for d in devices)},"lost":{lost},"wrong":{wrong},"twice":{twice},"never_sent":{foreign}}}')
    return acked > args.kills and not (lost or wrong or twice or foreign)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    build = os.environ.get("BIHUAN_BUILD", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "build"))
    p.add_argument("--server", default=f"{build}/bench/gather/gateway-server {{dir}} --port {{port}}")
    p.add_argument("--dump", default=f"{build}/bench/gather/gateway-server --dump {{dir}}")
    p.add_argument("--mn", nargs="*", default=[f"B1A0000000000000{i:08X}" for i in range(8)])
    p.add_argument("--pw", default="123456")
    p.add_argument("--kills", type=int, default=60)
    p.add_argument("--longest", type=float, default=0.6, help="seconds a server lives at most")
    p.add_argument("--window", type=int, default=16)
    p.add_argument("--seed", type=int, default=212, help="0: a random one")
    p.add_argument("--folder", help="use and keep this data folder")
    args = p.parse_args()
    args.seed = args.seed or random.SystemRandom().randrange(1 << 30)
    print(f"seed {args.seed}", file=sys.stderr)
    args.random, args.stop, args.port, args.enough = random.Random(args.seed), False, free_port(), None
    folder = args.folder or tempfile.mkdtemp(prefix="kill9-")
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # killed connections are the point here
    begin = 1767196800  # 2026-01-01 in China, written as if it were UTC
    devices = [Device(mn, args, begin + 8 * 3600, i) for i, mn in enumerate(args.mn)]
    try:
        asyncio.run(torment(args, folder, devices))
        good = compare(args, folder, devices)
    finally:
        if not args.folder:
            shutil.rmtree(folder)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
