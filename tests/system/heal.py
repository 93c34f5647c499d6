#!/usr/bin/env python3
"""Gap healing with real processes: a device is silent for hours and comes back; what is missing is asked for and filled. A second gap, of
hours that the device itself has not measured, ends as refused and is not asked for again, also not after a restart."""
import datetime
import json
import os
import signal
import subprocess
import time

from _bihuan import PROGRAM, Server, Tap, run

TODAY = "2026-11-20T08:00"
SITE, FACTOR = "chem-out", "w01018"
tap = Tap()


def hour(text):
    return datetime.datetime.fromisoformat(text).isoformat()[:16]


class Device:
    """The outlet's device, connected from `begin` of its world on; `until` is its now."""

    def __init__(self, server, events=()):
        self.server, self.process = server, None
        with open(os.path.join(server.data, "scenario.json"), encoding="utf-8") as f:
            scenario = json.load(f)
        scenario["events"] = list(events)
        self.scenario = os.path.join(server.data, "heal.json")
        with open(self.scenario, "w", encoding="utf-8") as f:
            json.dump(scenario, f)

    def command(self, begin, until):
        return ["sim", "--to", f"127.0.0.1:{self.server.devices}", "--city", os.path.join(self.server.data, "city.json"), "--scenario",
                self.scenario, "--from", begin, "--until", until, "--sites", SITE]

    def play(self, begin, until):
        run(*self.command(begin, until))

    def connect(self, begin, until):
        self.process = subprocess.Popen([PROGRAM, *self.command(begin, until), "--follow"], stdout=subprocess.DEVNULL)

    def leave(self):
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=20)
            self.process = None


def wait(what, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = what()
        if found:
            return found
        time.sleep(0.5)
    return None


def main():
    server = Server(today=TODAY, demo_args=["--history-days", "3", "--no-cases"], serve_args=["--test-clock", TODAY])
    device = None
    with server:
        try:
            duty = server.client("duty")
            site = next(s for s in duty.get("/api/v1/sites?kind=water_outlet")["sites"] if s["code"] == SITE)["id"]

            def state():
                return server.client("duty").get(f"/api/v1/devices/{site}")

            def gaps(how):
                return [g for g in state()["gap_list"] if g["state"] == how and g["period"] == "hour"]

            def hours(begin, end):
                points = duty.get(f"/api/v1/sites/{site}/series?factor={FACTOR}&period=hour&from={begin}&to={end}")["points"]
                return sum(p[1] is not None for p in points)

            # it sends, falls silent for five hours, and comes back without what it kept
            device = Device(server)
            duty.post("/api/v1/test/clock", {"advance_s": 3 * 3600})
            device.play("2026-11-20T08:00", "2026-11-20T11:00")
            duty.post("/api/v1/test/clock", {"advance_s": 6 * 3600})
            tap.ok(wait(lambda: gaps("open"), 30), "hours that should be there and are not make a gap")
            tap.ok(not state()["connected"] and gaps("open")[0]["asked"] == 0, "a device that is not there is not asked")
            device.connect("2026-11-20T16:00", "2026-11-20T17:00")
            filled = wait(lambda: gaps("filled"))
            tap.ok(filled and filled[0]["slots"] == 5 and filled[0]["came"] == 5, f"back again, it is asked and the gap is filled: {filled}")
            tap.ok(filled and filled[0]["asked"] == 1, "with one request")
            tap.ok(hours("2026-11-20T11:00", "2026-11-20T16:00") == 5, "the five hours are in the series")
            device.leave()

            # two hours that it never measured, and one that it only did not send
            duty.post("/api/v1/test/clock", {"advance_s": 4 * 3600})
            device = Device(server, [{"site": SITE, "from": "2026-11-20T17:00", "to": "2026-11-20T18:50", "silent": True}])
            device.connect("2026-11-20T20:00", "2026-11-20T21:00")
            refused = wait(lambda: gaps("refused"))
            tap.ok(refused and refused[0]["slots"] == 2 and refused[0]["from"].startswith("2026-11-20T17:00"),
                   f"what the device does not have ends as refused: {refused}")
            tap.ok(hours("2026-11-20T19:00", "2026-11-20T20:00") == 1, "what it has is filled")
            asked = sum(g["asked"] for g in state()["gap_list"])
            time.sleep(6)
            tap.ok(sum(g["asked"] for g in state()["gap_list"]) == asked, "it is not asked again")
            listed = next(d for d in duty.get("/api/v1/devices")["devices"] if d["site"]["id"] == site)
            tap.ok(listed["gaps"]["open"] == 0 and listed["gaps"]["refused"] == 1, f"the list of devices tells it: {listed['gaps']}")
            metrics = duty.call("GET", "/metrics")[1]
            tap.ok("bihuan_gateway_gaps_refused_total 1" in metrics, "so do the metrics")

            # on the command line
            done = run("device", "--url", server.url, "--token", duty.token, state()["mn"], "get_time")
            tap.ok(json.loads(done.stdout)["data"].startswith("SystemTime=20261120"), f"bihuan device: {done.stdout.strip()[:200]}")
            bad = run("device", "--url", server.url, "--token", duty.token, state()["mn"], "set_realtime_interval", "RtdInterval=3", check=False)
            tap.ok(bad.returncode == 1 and "RtdInterval" in bad.stderr, f"a value out of range is refused: {bad.stderr.strip()}")

            # who may, and what cannot be
            commands = f"/api/v1/devices/{site}/commands"
            status, _ = server.client("chem").call("POST", commands, {"command": "get_time"})
            tap.ok(status == 403, "the enterprise may not command its device")
            other = next(d["site"]["id"] for d in duty.get("/api/v1/devices")["devices"] if not d["connected"])
            for path, body, want, code in [
                    (f"/api/v1/devices/{other}/commands", {"command": "get_time"}, 409, "device.offline"),
                    ("/api/v1/devices/9999/commands", {"command": "get_time"}, 404, "not_found"),
                    (commands, {"command": "explode"}, 400, "bad_input"), (commands, {"command": "get_time", "args": [1]}, 400, "bad_input"),
                    (commands, {"command": "set_timeout", "args": {"OverTime": 5.5, "ReCount": 3}}, 400, "bad_input"), (commands, {}, 400, "bad_input")]:
                status, answer = duty.call("POST", path, body)
                tap.ok(status == want and answer["error"]["code"] == code, f"{body}: {status} {answer['error']['message']}")

            # a new password survives the restart, and so do the gaps
            device_mn = state()["mn"]
            done = run("device", "--url", server.url, "--token", server.client("admin").token, device_mn, "set_password", "NewPW=abc123")
            tap.ok("abc123" not in done.stdout and json.loads(done.stdout)["state"] == "done", "a new password is set and not shown")
            before = state()["gap_list"]
            time.sleep(2)
            clock = duty.get("/api/v1/about")["clock"]["now"]
            server.stop()
            server.serve_args = ["--test-clock", clock[:19]]
            ports = {"devices": server.devices}
            server.start(**ports)
            duty = server.client("duty")
            tap.ok([(g["state"], g["from"], g["asked"]) for g in state()["gap_list"]] == [(g["state"], g["from"], g["asked"]) for g in before],
                   "a restart forgets no gap")
            back = wait(lambda: state()["connected"], 90)
            tap.ok(back and state()["refused"].get("wrong_pw", 0) == 0, "the device comes back with its new password")
        finally:
            if device:
                device.leave()


try:
    main()
except Exception as why:  # pylint: disable=broad-except
    tap.ok(False, f"{type(why).__name__}: {why}")
tap.exit()
