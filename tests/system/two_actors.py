#!/usr/bin/env python3
"""Two (and more) act on one case at the same moment, 200 rounds through the HTTP API: what fits once is done once, what was acknowledged stands
in the history once, what was not does not, and the chain proves."""
import subprocess
import threading

from _bihuan import PROGRAM, Server, Tap
from _cases import CONFLICTS, act, count, events_of, open_worded, telling

TODAY = "2026-11-20T08:00"
ROUNDS = 200
tap = Tap()


def at_once(*calls):
    """Runs the calls in threads that start together; their results in order."""
    gate, results = threading.Barrier(len(calls)), [None] * len(calls)

    def one(i):
        gate.wait()
        try:
            results[i] = calls[i]()
        except Exception as why:  # pylint: disable=broad-except
            results[i] = why
    threads = [threading.Thread(target=one, args=(i,)) for i in range(len(calls))]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    for r in results:
        if isinstance(r, Exception):
            raise r
    return results


class Round:
    def __init__(self, server):
        self.duty, self.duty2 = server.client("duty"), server.client("leader")
        self.boss, self.boss2 = server.client("supervisor"), server.client("supervisor")
        self.doers = [server.client("chem") for _ in range(3)]
        self.bad = []

    def want(self, right, what):
        if not right:
            self.bad.append(what)

    def accept_twice(self, n):
        case = open_worded(self.duty, f"同时接收 {n}")
        got = at_once(*[lambda d=d: act(d, case, "accept") for d in self.doers])
        self.want(sum(ok for ok, _ in got) == 1 and all(ok or code in CONFLICTS for ok, code in got), f"round {n}: accept by three: {got}")
        self.want(count(events_of(self.duty, case), "accept") == 1, f"round {n}: one acceptance in the history")

    def reports_and_extensions(self, n):
        case = open_worded(self.duty, f"同时报告 {n}")
        act(self.doers[0], case, "accept")
        got = at_once(*[lambda d=d, i=i: act(d, case, "report", {"report": f"进展 {n}-{i}"}) for i, d in enumerate(self.doers)],
                      *[lambda b=b, i=i: act(b, case, "extend", {"due": f"2027-0{i + 1}-15", "reason": "雨季"}) for i, b in enumerate((self.boss, self.boss2))])
        events = events_of(self.duty, case)
        self.want(all(ok for ok, _ in got[:3]), f"round {n}: reports are taken: {got}")
        self.want(all(telling(events, f"进展 {n}-{i}") == 1 for i in range(3)), f"round {n}: each report once")
        # 延期 is guarded: the later limit may come first, then the earlier one is refused; never both lost.
        taken = sum(ok for ok, _ in got[3:])
        self.want(taken >= 1 and count(events, "extend") == taken and count(events, "refused") == 2 - taken, f"round {n}: extensions {got[3:]}")

    def bulk_against_single(self, n):
        cases = [open_worded(self.duty, f"批量 {n}-{i}") for i in range(4)]
        got = at_once(lambda: self.doers[0].call("POST", "/api/v1/cases/bulk", {"ids": cases, "action": "accept"}),
                      *[lambda c=c: act(self.doers[1], c, "accept") for c in reversed(cases)])
        status, answer = got[0]
        by_bulk = {r["id"]: r["ok"] for r in answer["results"]} if status == 200 else {}
        by_one = {c: ok for c, (ok, _) in zip(reversed(cases), got[1:])}
        for c in cases:
            self.want(by_bulk.get(c, False) + by_one[c] == 1, f"round {n}: case {c} accepted {by_bulk.get(c)} in bulk, {by_one[c]} alone")
            self.want(count(events_of(self.duty, c), "accept") == 1, f"round {n}: case {c}: one acceptance in the history")

    def merge_against_act(self, n):
        one, two = open_worded(self.duty, f"并案 {n} 甲"), open_worded(self.duty, f"并案 {n} 乙")
        act(self.doers[0], two, "accept")
        got = at_once(lambda: self.duty.call("POST", f"/api/v1/cases/{one}/merge", {"other": two})[0],
                      *[lambda d=d, i=i: act(d, two, "report", {"report": f"并案进展 {n}-{i}"}) for i, d in enumerate(self.doers)])
        events = events_of(self.duty, two)
        self.want(got[0] == 200, f"round {n}: merging: {got[0]}")
        for i, (ok, code) in enumerate(got[1:]):
            self.want(ok or code == "case.merged", f"round {n}: report: {code}")
            told = telling(events, f"并案进展 {n}-{i}")
            self.want(told == ok, f"round {n}: report {i} acknowledged {ok}, in the history {told}")
        actions = [e["action"] for e in events]
        self.want(actions[-1] == "merged" or actions.index("merged") > max((k for k, a in enumerate(actions) if a == "report"), default=0),
                  f"round {n}: nothing after the merging: {actions}")

    def merge_both_ways(self, n):
        one, two = open_worded(self.duty, f"互并 {n} 甲"), open_worded(self.duty, f"互并 {n} 乙")
        got = at_once(lambda: self.duty.call("POST", f"/api/v1/cases/{one}/merge", {"other": two})[0],
                      lambda: self.duty2.call("POST", f"/api/v1/cases/{two}/merge", {"other": one})[0])
        into = [self.duty.get(f"/api/v1/cases/{c}")["merged_into"] for c in (one, two)]
        self.want(sorted(s == 200 for s in got) == [False, True], f"round {n}: merged both ways: {got}")
        self.want(sum(i is not None for i in into) == 1, f"round {n}: one is in the other: {into}")


def main():
    with Server(today=TODAY, demo_args=["--history-days", "1", "--no-cases"], serve_args=["--test-clock", TODAY]) as server:
        r = Round(server)
        kinds = [r.accept_twice, r.reports_and_extensions, r.bulk_against_single, r.merge_against_act, r.merge_both_ways]
        for n in range(ROUNDS):
            kinds[n % len(kinds)](n)
        for line in r.bad[:30]:
            print("# " + line)
        tap.ok(not r.bad, f"{ROUNDS} rounds of acting at once: {len(r.bad)} went wrong")
        total = r.duty.get("/api/v1/cases?limit=1")["total"]
        server.stop()
        check = subprocess.run([PROGRAM, "check", "--data", server.data], capture_output=True, text=True, check=False)
        tap.ok(check.returncode == 0, f"{total} cases are listed, the chain proves: {check.stdout.strip()}{check.stderr.strip()}")


try:
    main()
except Exception as why:  # pylint: disable=broad-except
    tap.ok(False, f"{type(why).__name__}: {why}")
tap.exit()
