#!/usr/bin/env python3
"""Ways of false closure over a real server with devices that send: none closes, and each refusal says why. (tests/unit/ledger has more of them
with data that answer as told.)"""
import urllib.parse

from _bihuan import Server, Tap
from _outlets import Outlets, goal_of

START = "2026-03-02T08:00"
SITE = "chem-out"
PAPERS = [{"kind": "照片", "text": "现场照片"}, {"kind": "文件", "text": "运行记录"}]
tap = Tap()


def opened(duty, goal, problem="总排口化学需氧量超标"):
    return duty.post("/api/v1/cases", {"ledger": "rectification", "fields": {
        "source": "自查", "problem": problem, "measures": ["检修生化系统"], "owner": "chem", "supervisor": "bureau", "due": "2026-12-31", "goal": goal}})["id"]


def act(who, case, action, fields=None):
    status, answer = who.call("POST", f"/api/v1/cases/{case}/actions", {"action": action, "fields": fields or {}})
    return status, answer.get("error", {}).get("code", "") if isinstance(answer, dict) else "", answer


def refused(story, said, code, *words):
    status, name, answer = said
    text = answer.get("error", {}).get("message", "") if isinstance(answer, dict) else str(answer)
    tap.ok(status >= 400 and name == code and all(w in text for w in words), f"{story}: {status} {name} {text}")


def submitted(duty, doer, goal=None):
    case = opened(duty, goal or goal_of(SITE))
    act(doer, case, "accept")
    status, _, answer = act(doer, case, "submit", {"report": "已完成", "evidence": PAPERS})
    assert status == 200, answer
    return case


def main():
    with Server(today=START, demo_args=["--history-days", "3", "--no-cases"], serve_args=["--test-clock", START]) as server:
        duty, boss, doer = server.client("duty"), server.client("supervisor"), server.client("chem")
        outlets = Outlets(server, duty, START, [SITE])

        # one good spell picked between two bad ones
        case = submitted(duty, doer)
        outlets.play(6)
        refused("six good hours of twenty-four", act(boss, case, "approve"), "case.gate_unmet", "24")
        outlets.exceed(SITE, outlets.now, 2, 120)
        outlets.play(14)
        refused("a bad hour within the window", act(boss, case, "approve"), "case.gate_unmet")

        # the device is silent
        outlets.play(30, silent=[SITE])
        refused("the monitor was off for the window", act(boss, case, "approve"), "case.gate_unmet")
        outlets.play(20)
        refused("good data again, but a gap in the window", act(boss, case, "approve"), "case.gate_unmet")

        # the goal, the acceptor, the papers
        refused("the goal edited with the report", act(boss, case, "approve", {"goal": "氨氮不高于 500 mg/L"}), "case.field_unknown", "goal")
        refused("the doer accepts", act(doer, case, "approve"), "case.forbidden", "承担整改")
        status, answer = boss.call("POST", "/api/v1/cases/bulk", {"ids": [case], "action": "approve"})
        tap.ok(status == 200 and answer["results"][0]["ok"] is False and answer["results"][0]["refused"]["error"]["code"] == "case.gate_unmet",
               f"in bulk it is no easier: {answer}")
        worded = submitted(duty, doer, "台账齐全")
        status, answer = duty.call("POST", f"/api/v1/cases/{worded}/merge", {"other": case})
        refused("merged into a case that asks for papers only", (status, answer.get("error", {}).get("code", ""), answer), "case.merge", "监测数据")
        one, other = opened(duty, "台账齐全"), opened(duty, "台账齐全")
        act(doer, one, "accept")
        act(doer, other, "accept")
        status, _, body = upload(server, doer)
        assert status == 200
        act(doer, one, "report", {"report": "进展", "evidence": [{"kind": "文件", "text": "记录", "files": [body]}]})
        refused("papers of another case", act(doer, other, "submit", {"report": "完成", "evidence": [{"kind": "文件", "text": "记录", "files": [body]}]}),
                "file.unknown")

        # accepted by data, broken while the notice runs
        outlets.play(24)
        status, _, answer = act(boss, case, "approve", {"opinion": "同意"})
        tap.ok(status == 200 and answer["state"] == "验收", f"a whole good window is accepted: {status}")
        tap.ok(act(duty, case, "publish")[0] == 200, "and published")
        refused("the notice is cut short", act(duty, case, "close"), "case.gate_unmet", "工作日")
        outlets.play(24 * 16 - 6)
        outlets.exceed(SITE, outlets.now, 3, 110)
        outlets.play(6)
        refused("broken again while the notice ran", act(duty, case, "close"), "case.gate_unmet")
        tree = duty.get(f"/api/v1/cases/{case}")
        tap.ok(tree["closed"] is None and tree["state"] == "公示", "it is still open")
        refusals = [e for e in tree["events"] if e["action"] == "refused"]
        tap.ok(len(refusals) == 7 and all(e["text"] for e in refusals), f"every attempt stands in its history: {len(refusals)}")
        clean = server.run_check()
        tap.ok(clean.returncode == 0, f"the chain proves: {clean.stdout.strip()}{clean.stderr.strip()}")


def upload(server, doer):
    import http.client
    import json
    c = http.client.HTTPConnection("127.0.0.1", server.http, timeout=20)
    c.request("POST", "/api/v1/files?name=" + urllib.parse.quote("记录.txt"), "运行记录".encode(),
              {"Authorization": "Bearer " + doer.token, "Content-Type": "application/octet-stream"})
    answer = c.getresponse()
    tree = json.loads(answer.read())
    c.close()
    return answer.status, tree, tree.get("id")


try:
    main()
except Exception as why:  # pylint: disable=broad-except
    import traceback
    traceback.print_exc()
    tap.ok(False, f"{type(why).__name__}: {why}")
tap.exit()
