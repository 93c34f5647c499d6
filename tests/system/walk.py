#!/usr/bin/env python3
"""Once around the loop, through the public interfaces only, on a test clock (also `script/demo --headless-check`):

devices send → an outlet exceeds → finding → case → an attempt to close is refused with the reason → the data improve for the window
→ acceptance by another unit → closed → rebound → the same case is open again.
"""
import datetime
import json
import os
import subprocess
import sys

from _bihuan import PROGRAM, Server, Tap, run

TODAY = "2026-11-20T08:00"
SITE = "chem-out"
FACTOR = "w01018"
tap = Tap()


class Devices:
    """Plays the outlet from where it stopped, with planted troubles, and moves the server's clock with it."""

    def __init__(self, server, api):
        self.server, self.api = server, api
        self.now = datetime.datetime.fromisoformat(TODAY)
        self.events = []

    def exceed(self, hours, value):
        until = self.now + datetime.timedelta(hours=hours)
        self.events.append({"site": SITE, "factor": FACTOR, "from": self.now.isoformat()[:16], "to": until.isoformat()[:16], "set": value})

    def play(self, hours):
        """Time goes on: the clock first, so that nothing comes from the future, then what was due, then one more look."""
        with open(os.path.join(self.server.data, "scenario.json"), encoding="utf-8") as f:
            scenario = json.load(f)
        scenario["events"] = self.events
        path = os.path.join(self.server.data, "walk.json")
        with open(path, "w", encoding="utf-8") as f:
            json.dump(scenario, f)
        begin, self.now = self.now, self.now + datetime.timedelta(hours=hours)
        self.api.post("/api/v1/test/clock", {"advance_s": hours * 3600})
        done = run("sim", "--to", f"127.0.0.1:{self.server.devices}", "--city", os.path.join(self.server.data, "city.json"), "--scenario",
                   path, "--from", begin.isoformat()[:16], "--until", self.now.isoformat()[:16], "--sites", SITE)
        self.api.post("/api/v1/test/clock", {"settle": True})
        return json.loads(done.stdout.strip().splitlines()[-1])


def find(items, **want):
    for item in items:
        if all(item.get(k) == v for k, v in want.items()):
            return item
    return None


def open_finding(api, site_id):
    for f in api.get("/api/v1/findings?state=open")["findings"]:
        if f["site"] and f["site"]["id"] == site_id and f["factor"] == FACTOR and f["rule"] == "source.hour":
            return f
    return None


def main():
    server = Server(today=TODAY, demo_args=["--history-days", "3", "--no-cases"], serve_args=["--test-clock", TODAY])
    with server:
        duty, supervisor, owner = server.client("duty"), server.client("supervisor"), server.client("chem")
        site = find(duty.get("/api/v1/sites?kind=water_outlet")["sites"], code=SITE)
        devices = Devices(server, duty)

        # devices send, an outlet exceeds
        sent = devices.play(3)
        tap.ok(sent.get("acknowledged", 0) >= 3, f"the device's hours are acknowledged: {sent}")
        tap.ok(open_finding(duty, site["id"]) is None, "clean hours make no finding")
        devices.exceed(2, 95.5)
        devices.play(2)
        finding = open_finding(duty, site["id"])
        if not tap.ok(finding is not None, "two hours above the permit limit make one finding"):
            return
        tap.ok(abs(finding["facts"]["limit"] - 80) < 1e-9 and finding["facts"].get("multiple") is not None,
               "it says value, limit and multiple")
        series = duty.get(f"/api/v1/sites/{site['id']}/series?factor={FACTOR}&period=hour&from=2026-11-20T11:00&to=2026-11-20T13:00")
        tap.ok([p[3] for p in series["points"]] == ["95.5", "95.5"], "the digits are kept as sent")

        # a case, with all five elements
        made = {"owner": "chem", "supervisor": "bureau", "problem": "废水总排口化学需氧量小时均值超过许可限值", "measures": ["检修生化系统", "投用应急池"],
                "due": "2026-12-31", "goal": finding["facts"]["goal"]}
        status, answer = duty.call("POST", f"/api/v1/findings/{finding['id']}/case", {k: v for k, v in made.items() if k != "measures"})
        tap.ok(status == 400 and answer["error"]["code"] == "case.field_missing", f"without measures it is refused: {answer}")
        status, _ = owner.call("POST", f"/api/v1/findings/{finding['id']}/case", made)
        tap.ok(status == 403, "the enterprise cannot open a case")
        made = duty.post(f"/api/v1/findings/{finding['id']}/case", made)
        number, case = made["number"], f"/api/v1/cases/{made['id']}"
        tap.ok(duty.get(case)["state"] == "立案", f"the case {number} is open")

        def act(who, action, fields=None):
            return who.call("POST", case + "/actions", {"action": action, "fields": fields or {}})

        tap.ok(act(owner, "accept")[1].get("state") == "整改中", "the enterprise takes it on")
        status, answer = act(owner, "submit", {"report": "已完成检修", "evidence": [{"kind": "照片", "text": "生化池检修"}, {"kind": "文件", "text": "运行记录"}]})
        tap.ok(answer.get("state") == "申请验收", f"it asks for acceptance: {status}")

        # an attempt to close is refused with the reason
        status, answer = act(owner, "approve", {})
        tap.ok(status == 403, "the doer cannot accept its own work")
        status, answer = act(supervisor, "approve", {"opinion": "同意"})
        tap.ok(status == 409 and answer["error"]["code"] == "case.gate_unmet" and any(c.isdigit() for c in answer["error"]["message"]),
               f"acceptance is refused: {answer.get('error', {}).get('message')}")
        tap.ok(duty.get(case)["state"] == "申请验收", "the case stays where it is")
        tap.ok(any(e["action"] == "refused" for e in duty.get(case)["events"]), "the refusal is in its history")

        # the data improve for the window
        devices.play(12)
        gate = duty.get(case)["gate"]
        tap.ok(gate["verdict"] != "met" and 8 <= gate["have"] < gate["need"], f"half way: {gate['text']}")
        devices.play(16)
        gate = duty.get(case)["gate"]
        tap.ok(gate["verdict"] == "met", f"after the window: {gate['text']}")
        tap.ok(act(supervisor, "approve", {"opinion": "同意"})[1].get("state") == "验收", "the bureau accepts")
        tap.ok(act(duty, "publish")[1].get("state") == "公示", "the result is made public")
        status, answer = act(duty, "close")
        tap.ok(status == 409, f"not before the notice has run: {answer.get('error', {}).get('message')}")
        devices.play(24 * 16)
        closed = act(duty, "close")[1]
        tap.ok(closed.get("state") == "销号" and closed.get("closed_how") == "data", "closed, by data")

        # rebound
        devices.play(30)
        tap.ok(duty.get(case)["state"] == "销号", "clean data leave it closed")
        devices.exceed(2, 108)
        devices.play(3)
        again = duty.get(case)
        tap.ok(again["state"] == "整改中" and again["number"] == number and again["rebounds"] == 1, "the rebound reopens the same number")
        reopen = find(again["events"], action="reopen")
        tap.ok(reopen is not None and reopen["actor"] == "system" and "2026-12-09" in json.dumps(reopen, ensure_ascii=False) + again["state"],
               f"with the date: {reopen and reopen.get('text')}")

        # it is all on disk
        metrics = duty.call("GET", "/metrics")[1]
        tap.ok("bihuan_gateway_frames_total" in metrics, "metrics are told")
        clock = duty.get("/api/v1/about")["clock"]["now"]
        server.stop()
        server.serve_args = ["--test-clock", clock[:19]]
        server.start()
        tap.ok(server.client("duty").get(case)["rebounds"] == 1, "a restart changes nothing")
        server.stop()
        check = subprocess.run([PROGRAM, "check", "--data", server.data], capture_output=True, text=True, check=False)
        tap.ok(check.returncode == 0, f"the event chain holds: {check.stdout.strip()}{check.stderr.strip()}")


try:
    main()
except Exception as why:  # pylint: disable=broad-except
    tap.ok(False, f"{type(why).__name__}: {why}")
tap.exit()
