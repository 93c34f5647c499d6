#!/usr/bin/env python3
"""The acceptance checks of discovery and enforcement (docs/capabilities.md, family E) on the running product, with a device that sends. E01 and E07 are in
objects.py; E06 without a line is the browser's."""
import datetime
import hashlib
import os
import random
import sqlite3
import struct
import subprocess
import urllib.parse
import zlib

from _bihuan import PROGRAM, Server, Tap
from _cases import do, opened, papers, refusal
from _outlets import Outlets, goal_of
from _sheet import send

TODAY = "2026-11-20T08:00"
SITE, FACTOR = "chem-out", "w01018"
tap = Tap()


def listed(who, ledger, **asked):
    return who.get("/api/v1/cases?" + urllib.parse.urlencode({"ledger": ledger, "limit": 500, **asked}))["cases"]


# ---- E02 ----

def test_e02(duty):
    """Leads of two months by three discoverers; each is settled in one of three ways, and the share of true ones is this test's own."""
    mixed, book = random.Random(2), {}
    zero = opened(duty, "zero", field="工业污染", source="自查", problem="雨水口混排", goal="分流", measures=["改管"], owner="chem", supervisor="bureau", due="2027-06-30")
    number = duty.get(f"/api/v1/cases/{zero}")["number"]
    ends = {"make": dict(field="工业污染", unit="chem", over="bureau", goal="消除", due="2027-06-30"), "into": dict(into=number),
            "dismiss": dict(verdict="不属实", reason="仪器校准")}
    cases = []
    for month in range(2):
        for i in range(12):
            channel = ["测试网格员", "测试走航", "测试模型"][i % 3]
            c = opened(duty, "lead", by_what="人防", channel=channel, problem=f"线索{month}-{i}", owner="brigade")
            if i == 0 and month == 0:
                tap.ok(refusal(duty, c, "dismiss", verdict="不属实")[0] == "case.field_missing", "E02 a lead is not dismissed without a reason")
            how = mixed.choice(sorted(ends))
            if how != "dismiss":
                do(duty, c, "judge")
            do(duty, c, how, **ends[how])
            cases.append((c, how))
            true, n = book.get((month, channel), (0, 0))
            book[month, channel] = (true + (how != "dismiss"), n + 1)
        duty.post("/api/v1/test/clock", {"advance_s": 31 * 86400})
    wrong = []
    for c, how in cases:
        case = duty.get(f"/api/v1/cases/{c}")
        made = case["state"] == "办结" and {"make": case["children"]["n"] == 1, "into": case["fields"]["into"] is not None, "dismiss": case["fields"]["reason"] == "仪器校准"}[how]
        if not made:
            wrong.append((c, how))
    tap.ok(not wrong and {h for _, h in cases} == set(ends), f"E02 each of {len(cases)} leads ends as a case, merged, or dismissed with a reason: {wrong}")
    got = {}
    for month, (a, b) in enumerate((("2026-11-01", "2026-11-30"), ("2026-12-01", "2026-12-31"))):
        for r in duty.get(f"/api/v1/ledgers/lead/statistics?by=group&add=true_lead&opened_from={a}&opened_to={b}")["rows"]:
            if r["key"].startswith("测试"):
                got[month, r["key"]] = (r["added"], r["with"])
    tap.ok(got == book, f"E02 the precision of each discoverer, by month: { {k: f'{a:.0f}/{b}' for k, (a, b) in got.items()} }")


# ---- E05 ----

def test_e05(server, duty):
    officer = server.client("law1")  # signs in once; every request below is with that one token
    case = opened(duty, "inspection", kind="专项检查", enterprise="chem", title="废水专项", problem="检查排放口", officers=["执法支队 顾铭", "执法支队 夏青"],
                  owner="brigade", supervisor="bureau", due="2026-12-20", site=SITE)
    form = officer.get(f"/api/v1/cases/{case}")
    site = officer.get(f"/api/v1/sites/{form['site']['id']}")
    tap.ok("BW-X-0001P" in form["fields"]["permits"] and site["permit"]["number"] and [x["upper"] for x in site["limits"] if x["factor"] == FACTOR][-2:] == [80, 60],
           f"E05 the inspection form names the permit, and its site the limits: {form['fields']['permits']}")
    days = officer.get(f"/api/v1/sites/{form['site']['id']}/series?factor={FACTOR}&period=hour&from=2026-08-22T08:00&to=2026-11-20T08:00")
    have = [p for p in days["points"] if p[1] is not None]
    # at least the 62 days that every outlet of the demo has; what is not there is shown as missing
    tap.ok(len(days["points"]) == 90 * 24 == len(have) + days["missing"] and len(have) >= 62 * 24 and days["limit"]["upper"] == 80, f"E05 the last 90 days under the same log-in: {len(days['points'])} hours, {len(have)} with a value, {days['limit']}")


# ---- E06 ----

def png(seed):
    r = random.Random(seed)
    rows = b"".join(b"\0" + bytes(r.randrange(256) for _ in range(3 * 40)) for _ in range(30))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 40, 30, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


# the benchmark of definitions/ledgers/penalty.lua, told again: a share of the way from the least to the most
BENCHMARK = {"harm": {"轻微": 0, "一般": 15, "较重": 30, "严重": 40}, "times": {"首次": 0, "两年内第二次": 15, "两年内第三次以上": 25},
             "fault": {"过失": 0, "故意": 15}, "mended": {"立即改正": -10, "限期内改正": 0, "逾期未改": 20}}


def penalty(duty, **more):
    return opened(duty, "penalty", title="超标排放水污染物", enterprise="chem", problem="化学需氧量超标", law="水污染防治法第八十三条", found="2026-11-19", owner="brigade",
                  supervisor="bureau", goal="连续达标", **more)


def weighed(server, duty, transfer, **choices):
    case, brigade = penalty(duty), server.client("brigade")
    do(duty, case, "investigate", officer="law1", officer2="law2")
    do(brigade, case, "weigh", low=100000, high=1000000, transfer=transfer, evidence=papers(brigade, "现场检查笔录", "照片"), **choices)
    return case, brigade


def test_e06(server, duty):
    wrong = []
    for i in range(6):  # every word of every factor at least once
        chosen = {k: list(v)[i % len(v)] for k, v in BENCHMARK.items()}
        case, _ = weighed(server, duty, "不够移送条件", **chosen)
        share = max(0, min(100, sum(BENCHMARK[k][v] for k, v in chosen.items())))
        got = duty.get(f"/api/v1/cases/{case}")["fields"]
        if got["amount"] != 100000 + 9000 * share or got["ratio"] != share:
            wrong.append((chosen, got["amount"], share))
    tap.ok(not wrong, f"E06 the amount is reproduced from the benchmark: {wrong}")
    status, pdf = duty.call("GET", f"/api/v1/cases/{case}/form/working?format=pdf")
    tap.ok(status == 200 and str(pdf)[:4] == "%PDF", "E06 its working is on paper")
    status, photo = send(server.client("brigade"), "/api/v1/files?name=" + urllib.parse.quote("现场.png"), png(6))
    assert status == 200, photo
    visit = opened(duty, "inspection", kind="专项检查", enterprise="chem", title="现场", problem="检查", officers=["执法支队 顾铭", "执法支队 夏青"], owner="brigade", supervisor="bureau", due="2026-12-31")
    do(server.client("brigade"), visit, "visit", visited="2026-11-20 08:00")
    do(server.client("brigade"), visit, "record", items=[{"item": "台账", "result": "合格"}], result="未发现违法", photos=[photo["id"]])
    told = duty.get(f"/api/v1/cases/{visit}")
    steps = [(e["action"], e["actor"], bool(e["hash"])) for e in told["events"]]
    tap.ok(steps == [("open", "duty", True), ("visit", "brigade", True), ("record", "brigade", True)], f"E06 every step is recorded with who took it and its hash: {steps}")
    return photo


def check(server):
    return subprocess.run([PROGRAM, "check", "--data", server.data], capture_output=True, text=True, check=False, timeout=120)


def test_e06_photo(server, photo):
    server.stop()
    good = check(server)
    path = os.path.join(server.data, "files", photo["hash"][:2], photo["hash"])
    with open(path, "r+b") as f:
        f.seek(200)
        was = f.read(1)
        f.seek(200)
        f.write(bytes([was[0] ^ 1]))
    bad = check(server)
    with open(path, "rb") as f:  # somebody who also renames it and mends its document
        other = hashlib.new("sm3", f.read()).hexdigest()
    os.makedirs(os.path.join(server.data, "files", other[:2]), exist_ok=True)
    os.rename(path, os.path.join(server.data, "files", other[:2], other))
    db = sqlite3.connect(os.path.join(server.data, "ledger.db"))
    with db:
        db.execute("UPDATE doc SET body = replace(body, ?, ?) WHERE id = ?", (photo["hash"], other, photo["id"]))
    db.close()
    worse = check(server)
    tap.ok(worse.returncode != 0 and "event" in worse.stderr, f"E06 and so it does when its document is mended too, for the chain says otherwise: {worse.stderr.strip()[-150:]}")
    tap.ok(good.returncode == 0 and bad.returncode != 0 and photo["hash"] in bad.stdout + bad.stderr, f"E06 one changed bit of a photo breaks the record: {bad.returncode} {(bad.stdout + bad.stderr).strip()[-160:]}")


# ---- E08 ----

def finding(duty, rule, site):
    """The newest that nobody has settled."""
    found = [f for f in duty.get("/api/v1/findings")["findings"] if f["state"] in ("open", "over") and f["rule"] == rule and f["site"] and f["site"]["code"] == site]
    return max(found, key=lambda f: f["id"], default=None)


def test_e08(duty, outlets):
    ask = {"owner": "chem", "supervisor": "bureau", "due": "2026-12-31", "measures": ["检修"]}
    outlets.play(3)
    at = outlets.now
    outlets.exceed(SITE, at, 2, 95.5)
    outlets.play(3)
    found = finding(duty, "source.hour", SITE)
    if not tap.ok(found is not None and found["ledger"] == "rectification" and not found["react_late"] and found["react_by"] > found["found"],
                  f"E08 a valid exceedance is found, with the time by which it must be sent on: {found and found['react_by']}"):
        return
    case = duty.post(f"/api/v1/findings/{found['id']}/case", ask)
    first = duty.get(f"/api/v1/cases/{case['id']}")
    over = [r for r in first["fields"]["slice"] if r["digits"] == "95.5"]
    tap.ok(first["ledger"] == "rectification" and first["opened"] < found["react_by"] and [r["at"][:13] for r in over] == [(at + datetime.timedelta(hours=i)).isoformat()[:13] for i in range(2)],
           f"E08 its case is opened inside the limit, with the hours it is about: {over}")
    outlets.exceed(SITE, outlets.now, 3, 140)
    outlets.play(3)
    now = duty.get(f"/api/v1/findings?state=case")["findings"]
    grown = next(f for f in now if f["id"] == found["id"])
    again = duty.get(f"/api/v1/cases/{case['id']}")
    tap.ok(grown["facts"]["value"] == 140 and again["fields"]["slice"] == first["fields"]["slice"], "E08 the slice is frozen while the finding goes on")
    status, answer = duty.call("POST", "/api/v1/cases", {"ledger": "rectification", "fields": {
        "source": "自查", "problem": "p", "measures": ["m"], "owner": "chem", "supervisor": "bureau", "due": "2026-12-31", "goal": "g", "slice": over}})
    tap.ok(status == 400 and "slice" in answer["error"]["message"], "E08 nobody types in a slice")
    begin = outlets.now
    outlets.events.append({"site": SITE, "factor": FACTOR, "from": begin.isoformat()[:16], "to": (begin + datetime.timedelta(hours=6)).isoformat()[:16], "flag": "D"})
    outlets.play(7)
    broken = finding(duty, "source.invalid", SITE)
    job = duty.post(f"/api/v1/findings/{broken['id']}/case", {**ask, "goal": {"text": "修复并恢复有效数据"}}) if broken else {}
    tap.ok(job.get("number", "").startswith("YW-") and duty.get(f"/api/v1/cases/{job['id']}")["ledger"] == "maintenance", f"E08 invalid hours open a maintenance job instead: {job}")
    hours = [r for r in duty.get(f"/api/v1/cases/{job['id']}")["fields"]["slice"] if r["flag"] == "D"]
    tap.ok(len(hours) == 6 and not [f for f in duty.get("/api/v1/findings?state=open")["findings"] if f["rule"] == "source.hour" and f["from"] >= begin.isoformat()[:16] and
                                    f["site"]["code"] == SITE], f"E08 with the {len(hours)} marked hours, which are no exceedance")


def by_key(duty, finding_id):
    return next(f for f in duty.get("/api/v1/findings")["findings"] if f["id"] == finding_id)


def test_e08_by_itself(server, duty, outlets):
    """Nobody looks: the program opens the case inside the limit, once for an episode, with the data and the sampling order."""
    outlets.play(26)  # the exceedance of before is over
    begin = outlets.now
    outlets.exceed(SITE, begin, 2, 96.5)
    outlets.play(3)
    found = finding(duty, "source.hour", SITE)
    before = {c["id"] for c in listed(duty, "rectification")}
    outlets.play(8)
    tap.ok(found and found["from"][:13] == begin.isoformat()[:13] and by_key(duty, found["id"])["state"] == "open" and {c["id"] for c in listed(duty, "rectification")} == before and
           found["found"] < found["opens_at"] < found["react_by"], f"E08 until its hour it waits for the duty officer: {found and found['opens_at']}")
    outlets.play(5)
    now = by_key(duty, found["id"])
    mine = [c["id"] for c in listed(duty, "rectification") if c["id"] not in before]
    case = duty.get(f"/api/v1/cases/{now['case']}") if now["case"] else {"events": [{}], "fields": {"slice": []}, "opened": "z", "children": {}}
    over = [r["at"][:13] for r in case["fields"]["slice"] if r["digits"] == "96.5"]
    tap.ok(mine == [now["case"]] and now["state"] == "case" and not now["react_late"] and case["opened"] < found["react_by"] and case["events"][0]["actor"] == "system" and
           over == [(begin + datetime.timedelta(hours=i)).isoformat()[:13] for i in range(2)], f"E08 then the case opens by itself inside its limit, with the slice: {case.get('number')} {over}")
    outlets.exceed(SITE, outlets.now, 1, 99)
    outlets.play(14)
    tap.ok([c["id"] for c in listed(duty, "rectification") if c["id"] not in before] == mine and by_key(duty, found["id"])["case"] == now["case"] and
           duty.get(f"/api/v1/cases/{now['case']}")["fields"]["slice"] == case["fields"]["slice"], "E08 the episode goes on and there is still the one case, its slice as it was")
    begin = outlets.now
    outlets.exceed(SITE, begin, 6, 180)
    outlets.events.append({**outlets.events[-1], "flag": "D"})
    del outlets.events[-1]["set"]
    jobs = {c["id"] for c in listed(duty, "maintenance")}
    outlets.play(7)
    outlets.play(13)
    made = [c for c in listed(duty, "maintenance") if c["id"] not in jobs]
    tap.ok(len(made) == 1 and [c["id"] for c in listed(duty, "rectification") if c["id"] not in before] == mine and
           len([r for r in duty.get(f"/api/v1/cases/{made[0]['id']}")["fields"]["slice"] if r["flag"] == "D"]) == 6, f"E08 hours above the limit that are invalid open a maintenance job by themselves and no case: {[c['number'] for c in made]}")
    return now["case"]


def test_e08_sample(server, duty, case):
    order = duty.get(f"/api/v1/cases/{case}/tree")["children"][0]["id"]
    told, page = duty.get(f"/api/v1/cases/{order}"), f"/api/v1/cases/{order}"
    asked = told["fields"]["asked"]
    tap.ok(told["ledger"] == "sampling" and told["site"]["code"] == SITE and asked[0]["name"] == "化学需氧量" and "HJ 828" in asked[0]["method"] and "凭记忆" in asked[0]["sure"] and told["fields"]["sample_by"],
           f"E08 with it goes the sampling order: what, where, by which method and when: {told['number']} {asked} {told['fields']['sample_by']}")
    at = case_hour(duty, case)
    do(duty, order, "assign", owner="monitoring", samplers=["甲", "乙"], items=[{"factor": FACTOR, "method": "HJ 828-2017"}])
    status, paper = duty.call("GET", page + "/form/order?format=docx")
    tap.ok(status == 200 and paper[:2] == "PK", "E08 it is printed")
    lab = server.client("monitoring")
    do(lab, order, "take", samples=[{"factor": FACTOR, "at": at + ":20", "volume": "500 mL", "kept": "硫酸酸化，4℃", "seal": "F-0001"}])
    now = do(lab, order, "receive", receiver="丙", at=at + ":50", sealed=True)
    number = now["fields"]["samples"][0]["sample"]
    tap.ok(number == told["number"] + "-01" and [(c["step"], c["to"]) for c in now["fields"]["custody"]] == [("采样封签", "甲、乙"), ("送检接收", "丙")], f"E08 each bottle has its number, each hand its line: {number}")
    now = do(lab, order, "result", results=[{"sample": number, "value": 93.2, "unit": "mg/L", "method": "HJ 828-2017", "automatic": 1, "limit": 1}])
    row = now["fields"]["beside"][0]
    tap.ok(row["value"] == 93.2 and row["automatic"] == 96.5 and row["apart"] == -3.4 and "超限值" in row["says"],
           f"E08 the laboratory's value stands beside the automatic one of that hour, which nobody typed: {row}")


def case_hour(duty, case):
    return next(r["at"][:13] for r in duty.get(f"/api/v1/cases/{case}")["fields"]["slice"] if r["digits"] == "96.5")


# ---- E11 ----

def test_e11(server, duty):
    boss, chosen = server.client("supervisor"), {"harm": "较重", "times": "首次", "fault": "故意", "mended": "限期内改正"}
    for name, settle in (("a transfer record", lambda c, b: do(b, c, "transfer", receipt="碧公（治）收〔2026〕8号")),
                         ("a reasoned refusal", lambda c, b: do(boss, c, "keep", no_transfer="公安机关书面答复不予立案"))):
        case, brigade = weighed(server, duty, "够移送公安（刑事）", **chosen)
        do(brigade, case, "notify", report="已送达")
        do(boss, case, "decide", fine=505000, decision="碧环罚〔2026〕9号")
        do(brigade, case, "serve", report="直接送达")
        do(brigade, case, "paid", paid="2026-11-20")
        do(server.client("chem"), case, "mended", report="已改正")
        code, said = refusal(boss, case, "close")
        settle(case, brigade)
        now = do(boss, case, "close")
        tap.ok(code == "case.gate_unmet" and "移送" in said and now["state"] == "结案", f"E11 a case that meets the transfer test closes with {name} and not before: {said}")


# ---- E12 ----

def test_e12(server, duty, outlets):
    boss, chem = server.client("supervisor"), server.client("chem")
    case = opened(duty, "damage", source="行政处罚", title="临港河段损害", problem="超标废水致损", enterprise="chem", owner="brigade", supervisor="bureau", site=SITE, goal=goal_of(SITE))
    outlets.exceed(SITE, outlets.now, 2, 120)
    do(duty, case, "assess", report="委托评估")
    do(duty, case, "value", amount=800000, evidence=papers(duty, "鉴定评估报告"))
    do(duty, case, "agree", way="磋商", agreement="碧赔〔2026〕1号", repair="自行修复", due="2027-06-30")
    do(duty, case, "pay", paid=800000, report="缴款凭证")
    do(chem, case, "finish", report="已修复", evidence=papers(chem, "照片", "监测报告"))
    outlets.play(6)
    case_now = duty.get(f"/api/v1/cases/{case}")
    code, said = refusal(boss, case, "close")
    tap.ok(case_now["fields"]["owed"] == 0 and code == "case.gate_unmet" and case_now["state"] == "效果评估", f"E12 all is paid and it does not close: {said}")
    outlets.play(26)
    now = do(boss, case, "close")
    tap.ok(now["state"] == "结案" and now["closed_how"] == "data", f"E12 it closes by the measurement at the damaged site: {now['closed_how']}")


def main():
    with Server(today=TODAY, demo_args=["--history-days", "91"], serve_args=["--test-clock", TODAY]) as server:
        duty = server.client("duty")
        outlets = Outlets(server, duty, TODAY, [SITE])
        tap.row("E05", test_e05, server, duty)
        photo = tap.row("E06", test_e06, server, duty)
        tap.row("E11", test_e11, server, duty)
        tap.row("E08", test_e08, duty, outlets)
        case = tap.row("E08", test_e08_by_itself, server, duty, outlets)
        if case:
            tap.row("E08", test_e08_sample, server, duty, case)
        tap.row("E12", test_e12, server, duty, outlets)
        tap.row("E02", test_e02, duty)
        tap.row("E06", test_e06_photo, server, photo)
    tap.exit()


main()
