#!/usr/bin/env python3
"""A year of simulated data in which closed cases rise again on known days: each opens again under its number with that day, none else; the sums
by unit follow; re-checks fall on their days, and what was drawn can be drawn again by anybody."""
import datetime
import hashlib
import json
import os
import sqlite3

from _bihuan import Server, Tap
from _cases import papers
from _outlets import SITES, Outlets, goal_of

START = "2026-01-05T08:00"
WORDED = 30
tap = Tap()


class City:
    def __init__(self, server):
        self.duty, self.boss = server.client("duty"), server.client("supervisor")
        self.doers = {unit: server.client(unit) for unit in ("chem", "paper", "wwtp")}

    def opened(self, unit, goal):
        return self.duty.post("/api/v1/cases", {"ledger": "rectification", "fields": {
            "source": "自查", "problem": "总排口化学需氧量超标", "measures": ["检修"], "owner": unit, "supervisor": "bureau", "due": "2026-12-31",
            "goal": goal}})["id"]

    def act(self, who, case, action, fields=None):
        status, answer = who.call("POST", f"/api/v1/cases/{case}/actions", {"action": action, "fields": fields or {}})
        assert status == 200, f"case {case}: {action}: {answer}"

    def work(self, unit, case, again=False):
        if not again:
            self.act(self.doers[unit], case, "accept")
        self.act(self.doers[unit], case, "submit", {"report": "已完成", "evidence": papers(self.doers[unit], "照片", "文件")})

    def accept(self, case):
        self.act(self.boss, case, "approve")
        self.act(self.duty, case, "publish")


def check_rechecks(server, cases):
    """Fixed days for all; of the share those whose SM3(seed|number) is below it, worked out here."""
    db = sqlite3.connect(f"file:{os.path.join(server.data, 'ledger.db')}?mode=ro", uri=True)
    seeds = {}
    for (body,) in db.execute("SELECT body FROM event WHERE action = 'recheck_seed'"):
        body = json.loads(body)
        if body["ledger"] == "rectification":
            seeds[body["quarter"]] = body["seed"]
            made = hashlib.new("sm3", f"{body['after']}|rectification|{body['quarter']}".encode()).hexdigest()
            tap.ok(made == body["seed"], f"the seed of {body['quarter']} follows from the event before it")
    wrong_fixed, wrong_drawn, drawn_n = [], [], 0
    for case in cases:
        doc = json.loads(db.execute("SELECT body FROM doc WHERE id = ?", (case,)).fetchone()[0])
        events = [(a, json.loads(b), at) for a, b, at in db.execute("SELECT action, body, at FROM event WHERE case_id = ? ORDER BY seq", (case,))]
        due = [b for a, b, _ in events if a == "recheck_due"]
        closed = datetime.datetime.fromtimestamp(doc["closed"] / 1000, datetime.timezone(datetime.timedelta(hours=8))).date()
        fixed = [b["due"] for b in due if b["kind"] == "fixed"]
        want = [(closed + datetime.timedelta(days=n)).isoformat() for n in (90, 180)]
        if fixed != want:
            wrong_fixed.append((case, fixed, want))
        for quarter, seed in seeds.items():
            year, q = int(quarter[:4]), int(quarter[-1])
            first = datetime.date(year, q * 3 - 2, 1)
            x = int(hashlib.new("sm3", f"{seed}|{doc['number']}".encode()).hexdigest()[:13], 16)
            should, was = closed < first and x * 10 < 16 ** 13, any(b["recheck"] == quarter for b in due)
            drawn_n += was
            if should != was:
                wrong_drawn.append((case, quarter, should, was))
    db.close()
    tap.ok(not wrong_fixed, f"{len(cases)} cases fall due for a visit on day 90 and day 180: {wrong_fixed[:2]}")
    tap.ok(len(seeds) == 3 and not wrong_drawn and drawn_n > 0, f"{drawn_n} draws in {sorted(seeds)} are drawn again from the seeds: {wrong_drawn[:3]}")


def main():
    with Server(today=START, demo_args=["--history-days", "3", "--no-cases"], serve_args=["--test-clock", START]) as server:
        city = City(server)
        outlets = Outlets(server, city.duty, START, SITES)
        day0 = outlets.now
        strict, loose, paper, never = (city.opened("chem", goal_of("chem-out")), city.opened("chem", {**goal_of("chem-out"), "value": 100}),
                                       city.opened("paper", goal_of("paper-out")), city.opened("paper", {**goal_of("paper-out"), "value": 500}))
        measured = {strict: "chem", loose: "chem", paper: "paper", never: "paper"}
        worded = [city.opened("wwtp", "台账齐全") for _ in range(WORDED)]
        number = {c: city.duty.get(f"/api/v1/cases/{c}")["number"] for c in measured}
        for case in worded:
            city.work("wwtp", case)
        for case, unit in measured.items():
            city.work(unit, case)
        outlets.play(48)
        for case in list(measured) + worded:
            city.accept(case)
        outlets.play(16 * 24)
        for case in list(measured) + worded:
            city.act(city.duty, case, "close")
        how = [city.duty.get(f"/api/v1/cases/{c}")["closed_how"] for c in measured]
        tap.ok(how == ["data"] * 4, "four cases closed by data, the others on paper")

        def planted(days, site, value):
            at = day0 + datetime.timedelta(days=days, hours=3)
            outlets.exceed(site, at, 2, value)
            return at.date().isoformat()
        # 90 is above the strict goal of that outlet (80) and not above the loose one (100)
        plan = {planted(60, "chem-out", 90): {strict}, planted(121, "paper-out", 140): {paper}, planted(200, "chem-out", 150): {strict, loose}}
        seen, again = {}, None
        while outlets.now < day0 + datetime.timedelta(days=350):
            outlets.play(24 * 7)
            for case in list(measured) + worded[:3]:
                for e in city.duty.get(f"/api/v1/cases/{case}")["events"]:
                    if e["action"] == "reopen":
                        seen.setdefault((case, e["at"]), e)
            tree = city.duty.get(f"/api/v1/cases/{strict}")
            if tree["state"] == "整改中" and tree["rebounds"] == 1 and again is None:
                city.work("chem", strict, again=True)
                again = "submitted"
            elif again == "submitted":
                city.accept(strict)
                again = outlets.now
            elif isinstance(again, datetime.datetime) and outlets.now >= again + datetime.timedelta(days=20):
                city.act(city.duty, strict, "close")
                again = "closed"
        got = {}
        for (case, _), e in seen.items():
            broken = json.dumps(e, ensure_ascii=False)
            day = next((d for d in plan if d in broken), f"no planted day: {broken[:200]}")
            got.setdefault(day, set()).add(case)
        tap.ok(got == plan, f"cases rise again on the planted days and only then: {got} of {plan}")
        trees = {c: city.duty.get(f"/api/v1/cases/{c}") for c in measured}
        tap.ok({c: t["rebounds"] for c, t in trees.items()} == {strict: 2, loose: 1, paper: 1, never: 0}, "each counts its rebounds")
        tap.ok(all(t["number"] == number[c] for c, t in trees.items()), "under the same number")
        tap.ok(trees[never]["state"] == "销号" and all(trees[c]["state"] == "整改中" for c in (strict, loose, paper)), "what rose is open, the clean one is closed")
        rows = {r["unit"]["code"] if isinstance(r.get("unit"), dict) else r["key"]: r
                for r in city.duty.get("/api/v1/ledgers/rectification/statistics?by=unit")["rows"]}
        tap.ok([rows[u]["rebounded"] for u in ("chem", "paper", "wwtp")] == [2, 1, 0], f"by unit: {json.dumps(rows, ensure_ascii=False)[:300]}")
        check = server.run_check()
        tap.ok(check.returncode == 0, f"the chain proves: {check.stdout.strip().splitlines()[-1]}")
        check_rechecks(server, worded + [never])


try:
    main()
except Exception as why:  # pylint: disable=broad-except
    import traceback
    traceback.print_exc()
    tap.ok(False, f"{type(why).__name__}: {why}")
tap.exit()
