#!/usr/bin/env python3
"""What another platform sees of a city that passes frames on: the bytes as the devices sent them, in each device's order, once; its own
password where it has one; only what it wants; and what becomes of a target that answers for all devices but one."""
import collections
import contextlib
import json
import os
import socket
import threading
import time

import kill9
from _bihuan import Server, Tap

tap = Tap()
CP = "DataTime=20260301{h:02d}0000;w01018-Avg={v}.10,w01018-Flag=N"


class Target(threading.Thread):
    """Listens, keeps every frame as it came, and answers those whose MN it does not ignore."""

    def __init__(self):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.frames, self.ignored, self.said = [], set(), []
        self.start()

    def run(self):
        while True:
            conn, _ = self.listener.accept()
            with contextlib.suppress(OSError):
                self.serve(conn)
            conn.close()

    def serve(self, conn):
        rest = b""
        while got := conn.recv(65536):
            rest += got
            while len(rest) >= 12 and len(rest) >= (end := 10 + int(rest[2:6])):
                tail = rest[end:end + 2]
                if len(tail) < 2 and not tail.startswith(b"\n"):
                    break
                size = end + (2 if tail == b"\r\n" else 1)
                self.frames.append(rest[:size])
                self.answer(conn, rest[6:end - 4].decode("latin-1"))
                rest = rest[size:]

    def answer(self, conn, segment):
        head = dict(part.split("=", 1) for part in segment.split(";CP=", 1)[0].split(";"))
        if head["CN"] == "9011":
            self.said.append(segment)
        elif int(head["Flag"]) & 1 and head["MN"] not in self.ignored:
            if "QN" in head and int(head["Flag"]) >> 2:
                text = f"QN={head['QN']};ST=91;CN=9014;PW={head['PW']};MN={head['MN']};Flag=4;CP=&&&&"
            else:
                text = f"ST=91;CN=9014;PW={head['PW']};MN={head['MN']};Flag=0;CP=&&CN={head['CN']}&&"
            conn.sendall(wrap(text))
            if head.get("QN", "").endswith("777"):
                conn.sendall(wrap(f"QN=20260301120000000;ST=32;CN=3011;PW={head['PW']};MN={head['MN']};Flag=5;CP=&&PolId=w01018&&"))


def modbus(data):
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
    return crc


def wrap(segment, tail=b"\r\n", crc=kill9.crc16, form="%04X"):
    data = segment.encode("latin-1")
    return b"##%04d%s%s%s" % (len(data), data, (form % crc(data)).encode(), tail)


def send(port, frames, answers):
    """Sends and waits for that many answers."""
    with socket.create_connection(("127.0.0.1", port)) as s:
        s.sendall(b"".join(frames))
        s.settimeout(10)
        got = b""
        while got.count(b"CN=9014") < answers:
            more = s.recv(65536)
            if not more:
                break
            got += more
        return got.count(b"CN=9014")


def wait(what, seconds=60):
    end = time.monotonic() + seconds
    while not (got := what()) and time.monotonic() < end:
        time.sleep(0.2)
    return got


def main():
    whole, own = Target(), Target()
    server = Server(demo_args=["--history-days", "1", "--no-cases"])
    with open(os.path.join(server.data, "city.json"), encoding="utf-8") as f:
        sites = [s for s in json.load(f)["sites"] if s.get("mn")]
    new = [s for s in sites if s["edition"] == "2017"]
    old = next(s for s in sites if s["edition"] == "2005")
    a, b, c = new[0], new[1], new[2]
    config = os.path.join(server.folder, "forward.json")
    with open(config, "w", encoding="utf-8") as f:
        json.dump({"targets": [
            {"name": "whole", "host": "127.0.0.1", "port": whole.port, "over_time": 1, "re_count": 1},
            {"name": "own", "host": "127.0.0.1", "port": own.port, "pw": "another1", "sites": [a["code"], b["code"]], "commands": [2061],
             "systems": ["32"], "device_window": 8}]}, f)
    server.serve_args += ["--forward", config]

    def upload(site, n, cn=2061, flag=5, st="32", **more):
        return wrap(f"QN=202603010800{n:05d};ST={st};CN={cn};PW={site['pw']};MN={site['mn']};Flag={flag};CP=&&{CP.format(h=n % 24, v=n)}&&",
                    **more)
    habits = [upload(a, 1), upload(a, 2, tail=b"\n"), upload(a, 3, crc=modbus), upload(a, 4, form="%04x"), upload(a, 5, cn=2051),
              upload(a, 6, flag=4), upload(a, 7, st="31"), upload(a, 777),
              wrap(f"QN=20260301080000008;ST=32;CN=2061;PW={a['pw']};MN={a['mn']};Flag=7;PNUM=2;PNO=1;CP=&&{CP.format(h=8, v=8)}&&")]
    habits[2:3] = []  # a device keeps to one dialect: the other one is b's
    other = [upload(b, n, crc=modbus) for n in range(20)]
    elder = [wrap(f"ST=32;CN=2061;PW={old['pw']};MN={old['mn']};Flag=1;CP=&&{CP.format(h=h, v=h)}&&") for h in range(6)]
    with server:
        server.client("duty")
        tap.ok(send(server.devices, habits, 7) == 7, "a device with habits is acknowledged")
        tap.ok(send(server.devices, other, 20) == 20, "one that speaks CRC-16/Modbus")
        tap.ok(send(server.devices, elder, 6) == 6, "one of 2005")
        send(server.devices, habits[:2], 2)
        send(server.devices, other[:3], 3)
        everything = habits + other + elder
        wait(lambda: len(whole.frames) >= len(everything))
        time.sleep(1.5)  # longer than OverTime: nothing comes again
        sent = [f for f in whole.frames if b"CN=9011" not in f]
        tap.ok(collections.Counter(sent) == collections.Counter(everything), f"{len(sent)} frames, byte for byte, none twice")
        for name, frames in (("habits", habits), ("modbus", other), ("2005", elder)):
            tap.ok([f for f in sent if f in frames] == frames, f"{name}: in the device's order")
        tap.ok(len(whole.said) == 1 and "QnRtn=2" in whole.said[0], f"what it asks is refused: {whole.said}")

        want = [f for f in habits + other if b"CN=2061" in f and b";ST=32;" in f]
        wait(lambda: len(own.frames) >= len(want))
        got = [f for f in own.frames if b"CN=9011" not in f]
        tap.ok(len(got) == len(want), f"the other target has what it wants: {len(got)} of {len(everything)}")
        good = 0
        for before, after in zip([f for f in want if a["mn"].encode() in f], [f for f in got if a["mn"].encode() in f]):
            data = before[6:6 + int(before[2:6])].decode().replace(f"PW={a['pw']}", "PW=another1")
            good += after == wrap(data, tail=before[10 + int(before[2:6]):], form="%04x" if b"00004;" in before else "%04X")
        good += sum(modbus(f[6:6 + int(f[2:6])]) == int(f[6 + int(f[2:6]):10 + int(f[2:6])], 16) for f in got if b["mn"].encode() in f)
        tap.ok(good == len(want), f"with its own password, in the device's dialect and with its habits ({good})")

        whole.ignored = {b["mn"]}
        before = len(whole.frames)
        tap.ok(send(server.devices, [upload(b, 100 + n, crc=modbus) for n in range(5)], 5) == 5, "a target that does not answer for one device")
        for k in range(30):
            send(server.devices, [upload(c, 200 + k)], 1)
            time.sleep(0.1)
        state = wait(lambda: (lambda s: s["held_devices"] == 1 and s)(server.client("duty").get("/api/v1/forward")["targets"][0]))
        tap.ok(state and state["waiting"] == 5 and state["line"] == "connected" and state["trouble"] == "device",
               f"holds up this device alone: {state}")
        came = wait(lambda: sum(c["mn"].encode() in f for f in whole.frames[before:]) >= 30)
        tap.ok(came and sum(c["mn"].encode() in f for f in whole.frames[before:]) == 30, "the others' frames came through meanwhile")
        waits = ['bihuan_forward_waiting_frames{target="whole"} 5', 'bihuan_forward_connected{target="own"} 1']
        metrics = server.client("admin").call("GET", "/metrics")[1]
        tap.ok(all(line in str(metrics) for line in waits), "metrics tell of it")
        status, _ = server.client("leader").call("GET", "/api/v1/forward")
        denied, _ = server.client("supervisor").call("GET", "/api/v1/forward")
        tap.ok(status == 200 and denied == 403, "who may see it")
    tap.exit()


if __name__ == "__main__":
    main()
