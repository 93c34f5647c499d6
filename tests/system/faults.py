#!/usr/bin/env python3
"""Devices as the field has them, all at once and with the server killed now and then: a backlog sent newest first, every tenth upload
sent again although it was answered, lines left half open in the middle of a frame while the device dials anew, clocks that jump back and
forth, frames torn anywhere. Every upload that was acknowledged is stored once, digit for digit, and nothing else is."""
import asyncio
import logging
import os
import random
import shutil
import tempfile
import time
import types

import kill9
from _bihuan import Tap

SEED = int(os.environ.get("BIHUAN_SEED", "212"))
KILLS, LONGEST = int(os.environ.get("BIHUAN_KILLS", "8")), 0.8
HOUR = 3600


class Device(kill9.Device):
    """kind: what is wrong with it."""

    def __init__(self, mn, kind, args, start, number):
        super().__init__(mn, args, start, number)
        self.kind, self.repeats, self.left_open = kind, 0, []
        self.clock = start

    def new_frame(self):
        if self.kind == "backlog":
            self.clock -= 60  # newest first
        elif self.kind == "jumps" and self.count % 40 == 39:
            self.clock += self.random.choice([-2 * HOUR, -61, 300, HOUR])
        else:
            self.clock += 1
        stamp = time.strftime("%Y%m%d%H%M%S", time.gmtime(self.clock))
        # A QN names one upload for ever, whatever the clock says: the millisecond tells them apart.
        number = self.count % 1000
        while f"{stamp}{number:03d}" in self.sent:
            number = (number + 1) % 1000
        qn = f"{stamp}{number:03d}"
        self.count += 1
        items = ";".join(f"w010{k:02d}-Rtd={self.random.randrange(100000) / 100:.2f},w010{k:02d}-Flag=N" for k in range(4))
        self.sent[qn] = items
        frame = kill9.build_frame(self.mn, self.args.pw, qn, items, stamp)
        return qn, frame

    async def put(self, writer, frame):
        if self.kind != "torn":
            writer.write(frame)
            return
        at = self.random.randrange(1, len(frame))
        writer.write(frame[:at])
        await writer.drain()
        await asyncio.sleep(0.001)
        writer.write(frame[at:])

    async def talk(self, reader, writer):
        for frame in list(self.waiting.values()):
            self.resent += 1
            await self.put(writer, frame)
        rest, frames = b"", {}
        while not self.args.stop:
            while len(self.waiting) < self.args.window:
                qn, frame = self.new_frame()
                self.waiting[qn] = frames[qn] = frame
                await self.put(writer, frame)
            await writer.drain()
            if self.kind == "half open" and self.random.random() < 0.15:
                frame = next(iter(self.waiting.values()))
                writer.write(frame[: len(frame) // 2])
                await writer.drain()
                self.left_open.append(writer)  # neither closed nor read any more
                return True
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
                    frame = self.waiting.pop(qn, None) or frames.get(qn)
                    if self.kind == "repeats" and frame and self.random.random() < 0.1:
                        self.repeats += 1
                        await self.put(writer, frame)
        return False

    async def run(self):
        while not self.args.stop:
            left = False
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                try:
                    left = await self.talk(reader, writer)
                finally:
                    if not left:
                        writer.close()
            except OSError:
                pass
            await asyncio.sleep(0.01)


def main():
    tap = Tap()
    build = os.environ.get("BIHUAN_BUILD", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "build"))
    folder = tempfile.mkdtemp(prefix="bihuan-faults-")
    args = types.SimpleNamespace(seed=SEED, random=random.Random(SEED), stop=False, port=kill9.free_port(), pw="123456", window=16,
                                 kills=KILLS, longest=LONGEST, server=f"{build}/bench/gather/gateway-server {{dir}} --port {{port}}",
                                 dump=f"{build}/bench/gather/gateway-server --dump {{dir}}")
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # broken lines are the point here
    print(f"# seed {SEED}")
    kinds = ["backlog", "repeats", "half open", "jumps", "torn", "backlog", "jumps", "repeats"]
    begin = 1767196800 + 60 * 86400
    devices = [Device(f"B1A0000000000000{i:08X}", kind, args, begin, i) for i, kind in enumerate(kinds)]
    args.enough = lambda: (sum(d.repeats for d in devices) > 20 and sum(len(d.left_open) for d in devices) > 5
                           and all(d.acked for d in devices))
    try:
        asyncio.run(kill9.torment(args, folder, devices))
        tap.ok(kill9.compare(args, folder, devices), "what was acknowledged is stored once and as sent, and nothing else")
        for kind in sorted(set(kinds)):
            tap.ok(all(d.acked for d in devices if d.kind == kind), f"{kind}: {sum(len(d.acked) for d in devices if d.kind == kind)} acknowledged")
        tap.ok(sum(d.repeats for d in devices) > 20, f"{sum(d.repeats for d in devices)} repeats of what was answered")
        tap.ok(sum(len(d.left_open) for d in devices) > 5, f"{sum(len(d.left_open) for d in devices)} lines left half open")
    finally:
        shutil.rmtree(folder)
    tap.exit()


if __name__ == "__main__":
    main()
