#!/usr/bin/env python3
"""Devices as people deal with them: an unknown one is accepted, refused by rule, restarted over; commands and their rights; history on disk."""
import datetime
import json
import os
import socket
import sqlite3
import subprocess
import threading
import time

from _bihuan import PROGRAM, Server, Tap

tap = Tap()
STRANGE = "010000A8900016F000169DFF"
ZONE = datetime.timezone(datetime.timedelta(hours=8))


def crc(segment):
    register = 0xFFFF
    for byte in segment:
        register = (register >> 8) ^ byte
        for _ in range(8):
            register = register >> 1 ^ 0xA001 if register & 1 else register >> 1
    return register


def frame(segment):
    return b"##%04d%s%04X\r\n" % (len(segment), segment, crc(segment))


class Logger:
    """A data logger on one line: uploads, and obeys whatever it is asked with 9011 and 9012."""

    def __init__(self, port, mn, password, edition_flag=5, data=None):
        self.mn, self.password, self.flag, self.data = mn, password, edition_flag, data or {}
        self.asked, self.answers, self.counter = [], [], 0
        self.line = socket.create_connection(("127.0.0.1", port))
        threading.Thread(target=self.listen, daemon=True).start()

    def send(self, cn, cp, st="32", qn=None, flag=None):
        self.counter += 1
        qn = qn or datetime.datetime.now(ZONE).strftime("%Y%m%d%H%M%S") + f"{self.counter % 1000:03d}"
        text = f"QN={qn};ST={st};CN={cn};PW={self.password};MN={self.mn};Flag={self.flag if flag is None else flag};CP=&&{cp}&&"
        self.line.sendall(frame(text.encode()))
        return qn

    def listen(self):
        left = b""
        while True:
            try:
                piece = self.line.recv(65536)
            except OSError:
                return
            if not piece:
                return
            left += piece
            while len(left) >= 12 and len(left) >= 12 + int(left[2:6]):
                size = int(left[2:6])
                text, left = left[6:6 + size].decode(), left[12 + size:]
                head = dict(p.split("=", 1) for p in text.split(";CP=&&")[0].split(";"))
                self.take(head, text.split(";CP=&&")[1][:-2])

    def take(self, head, cp):
        if head["CN"].startswith("9"):
            self.answers.append((head["CN"], head["QN"]))
            return
        self.asked.append((head["CN"], cp))
        self.send("9011", "QnRtn=1", st="91", qn=head["QN"], flag=self.flag & ~3)
        if head["CN"] in self.data:
            self.send(head["CN"], self.data[head["CN"]], qn=head["QN"], flag=self.flag & ~3)
        self.send("9012", "ExeRtn=1", st="91", qn=head["QN"], flag=self.flag & ~3)

    def close(self):
        self.line.close()


def wait(what, condition, seconds=15):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        got = condition()
        if got:
            return got
        time.sleep(0.1)
    raise AssertionError("not in time: " + what)


def now_text(minutes=0):
    return (datetime.datetime.now(ZONE) - datetime.timedelta(minutes=minutes)).strftime("%Y%m%d%H%M00")


def cli(server, token, *args):
    return subprocess.run([PROGRAM, "device", "--url", f"http://127.0.0.1:{server.http}", "--token", token, *map(str, args)],
                          capture_output=True, text=True, check=False, timeout=60)


def accept(server, site):
    duty = server.client("duty")
    path = f"/api/v1/devices/{site}/registration"
    logger = Logger(server.devices, STRANGE, "654321")
    logger.send(2011, f"DataTime={now_text()};w01018-Rtd=20")
    found = wait("the unknown one is listed", lambda: duty.get("/api/v1/devices")["unknown"])
    tap.ok(found[0]["mn"] == STRANGE and found[0]["frames"] == 1, f"listed: {found}")
    wish = {"mn": STRANGE, "pw": "654321", "edition": "2017", "st": ["32"], "rtd_interval": 60}
    for who, status in [(None, 401), ("lingang", 403), ("reviewer", 403)]:
        got = server.client(who).call("POST", path, wish)
        tap.ok(got[0] == status, f"{who or 'nobody'} may not accept: {got}")
    status, tree = duty.call("POST", path, wish)
    tap.ok(status == 409 and tree["error"]["code"] == "device.taken", f"another device is not replaced unasked: {status} {tree}")
    status, tree = duty.call("POST", path, {**wish, "replace": True, "st": ["3"]})
    tap.ok(status == 400, f"no such system: {tree}")
    tap.ok(duty.post(path, {**wish, "replace": True})["mn"] == STRANGE, "accepted")
    qn = logger.send(2011, f"DataTime={now_text()};w01018-Rtd=21")
    wait("its upload is acknowledged", lambda: ("9014", qn) in logger.answers)
    tap.ok(duty.get("/api/v1/devices")["unknown"] == [], "it is not unknown any more")
    # first contact: told what was decided, by the platform itself
    told = wait("first contact", lambda: len(logger.asked) >= 4 and logger.asked)
    tap.ok([c for c, _ in told] == ["1012", "1000", "1062", "1064"] and told[2][1] == "RtdInterval=60", f"first contact: {told}")
    # what it was not registered for
    logger.send(2011, f"DataTime={now_text()};w01018-Rtd=22", st="31")
    device = wait("a wrong system is refused", lambda: (d := duty.get(f"/api/v1/devices/{site}"))["refused"].get("wrong_st") and d)
    tap.ok(device["mn"] == STRANGE and device["registration"]["st"] == ["32"] and device["registration"]["decided"]["by"] == "duty",
           f"the registration is shown: {device['registration']}")
    return logger


def history(server, site, logger):
    duty, admin = server.client("duty"), server.client("admin")
    path = f"/api/v1/devices/{site}"
    logger.data = {"3019": "PolId=w01018;w01018-SN=A1"}
    logger.send(2081, f"DataTime={now_text(1)};RestartTime={now_text(2)}")
    logger.send(3015, f"DataTime={now_text(3)};VaseNo=7")
    notes = wait("told once", lambda: len(n := duty.get(path)["notes"]) == 2 and n)
    tap.ok({n["cn"] for n in notes} == {2081, 3015} and "VaseNo=7" in [n["data"] for n in notes], f"kept: {notes}")
    done = cli(server, duty.token, STRANGE, "get_identity", "PolId=w01018")
    tap.ok(done.returncode == 0 and json.loads(done.stdout)["data"] == "PolId=w01018;w01018-SN=A1", f"by the command line: {done.stdout}{done.stderr}")
    status, tree = duty.call("POST", path + "/commands", {"command": "set_password", "args": {"NewPW": "654322"}})
    tap.ok(status == 403 and "admin" in json.dumps(tree), f"duty may not set a password: {status} {tree}")
    status, tree = server.client("lingang").call("POST", path + "/commands", {"command": "get_time"})
    tap.ok(status == 403, f"an enterprise may ask nothing: {status}")
    status, tree = duty.call("POST", path + "/commands", {"command": "keep_sample_now"})
    tap.ok(status == 400 and "2017" in tree["error"]["message_en"], f"not in its edition: {tree}")
    table = duty.get("/api/v1/device-commands")["commands"]
    mine = {c["word"]: c["allowed"] for c in table}
    tap.ok(len(table) > 40 and mine["get_time"] and not mine["set_password"], f"{len(table)} commands with rights")
    tap.ok(all(c["allowed"] for c in admin.get("/api/v1/device-commands")["commands"]), "the admin may all")
    rows = wait("all have ended", lambda: (r := duty.get(path)["last_commands"]) and all(c["ended"] for c in r) and r)
    tap.ok([c["command"] for c in rows if c["by"] == "system"] == ["set_minute_interval", "set_realtime_interval", "set_timeout", "set_time"],
           "the platform's own commands are told too")
    tap.ok([c["command"] for c in rows[:2]] == ["keep_sample_now", "get_identity"] and rows[0]["state"] == "not_sent" and "2017" in rows[0]["why"]
           and rows[1]["by"] == "duty", f"history: {[(c['command'], c['state'], c['by']) for c in rows]}")
    return rows


def ignore(server):
    duty = server.client("duty")
    other = Logger(server.devices, "STRANGER-2", "1")
    other.send(2011, f"DataTime={now_text()};w01018-Rtd=1")
    wait("listed", lambda: duty.get("/api/v1/devices")["unknown"])
    tap.ok(server.client("lingang").call("POST", "/api/v1/devices/ignored", {"mn": "STRANGER-2", "ignored": True})[0] == 403, "not by an enterprise")
    done = cli(server, duty.token, "--ignore", "STRANGER-2")
    tap.ok(done.returncode == 0, f"refused by rule: {done.stdout}{done.stderr}")
    other.send(2011, f"DataTime={now_text()};w01018-Rtd=1")
    wait("counted", lambda: any(r["reason"] == "ignored" and r["frames"] for r in duty.get("/api/v1/devices")["refused"]))
    tree = duty.get("/api/v1/devices")
    tap.ok(tree["unknown"] == [] and tree["ignored"][0]["mn"] == "STRANGER-2" and tree["ignored"][0]["by"] == "duty", f"the rule: {tree['ignored']}")
    other.close()


def again(server, site, before):
    """After a restart."""
    duty = server.client("duty")
    logger = Logger(server.devices, STRANGE, "654321")
    qn = logger.send(2011, f"DataTime={now_text()};w01018-Rtd=30")
    wait("accepted after the restart too", lambda: ("9014", qn) in logger.answers)
    device = duty.get(f"/api/v1/devices/{site}")
    tap.ok(device["mn"] == STRANGE and device["registration"]["st"] == ["32"], "the registration holds")
    tap.ok(device["last_commands"] == before, f"the history of commands is the same: {[(c['command'], c['state']) for c in device['last_commands']]}")
    tap.ok(len(device["notes"]) == 2, "so is what it told")
    other = Logger(server.devices, "STRANGER-2", "1")
    other.send(2011, f"DataTime={now_text()};w01018-Rtd=1")
    wait("still refused", lambda: any(r["reason"] == "ignored" and r["frames"] for r in duty.get("/api/v1/devices")["refused"]))
    time.sleep(3)
    tap.ok(logger.asked == [], f"first contact is not repeated: {logger.asked}")
    done = cli(server, duty.token, "--unignore", "STRANGER-2")
    other.send(2011, f"DataTime={now_text()};w01018-Rtd=1")
    found = wait("listed again", lambda: duty.get("/api/v1/devices")["unknown"])
    tap.ok(done.returncode == 0 and found[0]["mn"] == "STRANGER-2", "the rule is taken back")
    done = cli(server, duty.token, "--accept", site, STRANGE, "rtd_interval=120")
    told = wait("the changed interval is told", lambda: logger.asked)
    tap.ok(done.returncode == 0 and told == [("1062", "RtdInterval=120")], f"only what changed: {told} {done.stderr}")
    logger.close()
    other.close()


def remove(server, site):
    """The site's device is taken from it, and no other follows at once."""
    duty = server.client("duty")
    path = f"/api/v1/devices/{site}"
    for who, mn, status in [(None, STRANGE, 401), ("lingang", STRANGE, 403), ("reviewer", STRANGE, 403), ("duty", "NOT-THIS", 409)]:
        got = server.client(who).call("POST", path + "/removal", {"mn": mn})
        tap.ok(got[0] == status, f"{who or 'nobody'} may not remove {mn}: {got}")
    done = cli(server, duty.token, "--remove", STRANGE)
    tap.ok(done.returncode == 0 and json.loads(done.stdout) == {"site": site, "removed": STRANGE}, f"removed: {done.stdout}{done.stderr}")
    tap.ok(duty.call("GET", path)[0] == 404 and duty.call("POST", path + "/removal", {"mn": STRANGE})[0] == 404, "the site has no device")
    logger = Logger(server.devices, STRANGE, "654321")
    qn = logger.send(2011, f"DataTime={now_text()};w01018-Rtd=31")
    wait("it is unknown again", lambda: any(u["mn"] == STRANGE for u in duty.get("/api/v1/devices")["unknown"]))
    tap.ok(("9014", qn) not in logger.answers, "what it sends is not acknowledged")
    logger.close()


def removed(server, site, city_mn):
    """After another restart: the city file's device does not come back by itself; any may be accepted."""
    duty = server.client("duty")
    tap.ok(duty.call("GET", f"/api/v1/devices/{site}")[0] == 404 and city_mn not in [d["mn"] for d in duty.get("/api/v1/devices")["devices"]],
           "still no device")
    tap.ok(duty.get(f"/api/v1/sites/{site}")["id"] == site, "the site and its data stay")
    done = cli(server, duty.token, "--accept", site, city_mn, "pw=123456")
    tap.ok(done.returncode == 0 and duty.get(f"/api/v1/devices/{site}")["mn"] == city_mn, f"accepted without replacing anything: {done.stderr}")
    with sqlite3.connect(f"file:{server.data}/ledger.db?mode=ro", uri=True) as db:
        rows = db.execute("SELECT actor, action FROM event WHERE action LIKE 'device.%' ORDER BY seq").fetchall()
    decided = [r for r in rows if r[1] != "device.command"]
    tap.ok(decided[-2:] == [("duty", "device.removed"), ("duty", "device.accepted")], f"events: {decided}")


def main():
    with Server(demo_args=["--history-days", "2", "--no-cases"]) as server:
        with open(os.path.join(server.data, "city.json"), encoding="utf-8") as f:
            place = json.load(f)["sites"]
        site = next(i for i, s in enumerate(place, 1) if s["kind"] == "water_outlet" and s["edition"] == "2017")
        logger = accept(server, site)
        rows = history(server, site, logger)
        ignore(server)
        logger.close()
        server.stop()
        server.start()
        again(server, site, rows)
        remove(server, site)
        server.stop()
        server.start()
        removed(server, site, place[site - 1]["mn"])
        server.stop()
        chain = subprocess.run([PROGRAM, "check", "--data", server.data], capture_output=True, text=True, check=False, timeout=120)
        tap.ok(chain.returncode == 0, f"the chain of events holds with the decisions in it: {chain.stdout}{chain.stderr}")


try:
    main()
except Exception as why:  # pylint: disable=broad-except
    tap.ok(False, f"{type(why).__name__}: {why}")
tap.exit()
