#!/usr/bin/env python3
"""The acceptance checks of rectification (docs/capabilities.md, family F) on the running product. What other tests prove is not repeated here: F03
false_closure.py, F06 rebounds.py, F12 public_reports.py; F11 is capabilities_letters.py."""
import csv
import datetime
import json
import os
import random

from _bihuan import ROOT, Server, Tap
from _cases import do, opened, refusal
from _sheet import enter, send, xlsx

TODAY = "2026-03-02T09:00"  # a Monday
FIVE = ["goal", "measures", "owner", "supervisor", "due"]
PAPERS = [{"kind": "照片", "text": "现场照片"}, {"kind": "文件", "text": "验收记录"}]
DISTRICTS = ["wanghai", "lingang", "qingyu", "yunxi", "dongzhou", "beiping"]
HEAD = ["事项名称", "问题来源", "存在问题", "整改目标", "整改措施", "责任单位", "督导单位", "整改时限"]
tap = Tap()


def fields(title="台账缺失", **more):
    return {"source": "自查", "title": title, "problem": f"{title}，须整改", "measures": ["补齐"], "owner": "chem", "supervisor": "bureau", "due": "2026-12-31",
            "goal": "建立管理台账", **more}


def listed(who, **asked):
    return who.get("/api/v1/cases?" + "&".join(f"{k}={v}" for k, v in {"ledger": "rectification", "limit": 500, **asked}.items()))


class Days:
    """The server's clock, moved a day at a time."""

    def __init__(self, api, now):
        self.api, self.now = api, datetime.datetime.fromisoformat(now)

    def to(self, date):
        while self.now.date().isoformat() < date:
            self.now += datetime.timedelta(days=1)
            self.api.post("/api/v1/test/clock", {"advance_s": 86400})


# F01: (plan, what, groups, items). How the items fall into the groups is ours; the counts are the plans'.
NAMED = [("海南", "措施", 6, 144), ("海南", "任务措施", 13, 46), ("温州", "问题", 1, 14), ("吉林", "任务", 1, 45), ("青岛", "问题", 1, 15), ("青岛", "事项", 1, 59)]


def test_f01(duty):
    rows, sums = [], {}
    for plan, what, groups, n in NAMED:
        for i in range(n):
            sums.setdefault(f"{plan}{what}{i % groups + 1:02d}组", 0)
            sums[f"{plan}{what}{i % groups + 1:02d}组"] += 1
            rows.append([f"{plan}{what}{i % groups + 1:02d}组第{i + 1}项", "中央督察", f"{plan}方案{what}{i + 1}", "完成整改并核查", "制定方案；组织实施",
                         "gov-" + DISTRICTS[i % 6], "bureau", f"2026-{i % 9 + 4:02d}-28"])
    done = enter(duty, "rectification", HEAD, rows)
    got = {g: listed(duty, q=urlquote(g), limit=1)["total"] for g in sums}
    by_plan = {(p, w): listed(duty, q=urlquote(f"{p}{w}"), limit=1)["total"] for p, w, _, _ in NAMED}
    tap.ok(done["opened"] == 323 and got == sums and by_plan == {(p, w): n for p, w, _, n in NAMED} and len([g for g in got if g.startswith("海南措施")]) == 6 and
           len([g for g in got if g.startswith("海南任务")]) == 13, f"F01 144 measures in 6 categories, 46 on 13 tasks, 14, 45, 15 and 59 items are loaded, totals agree: {by_plan}")
    every = listed(duty, fields=",".join(FIVE))["cases"]
    lacking = [c["number"] for c in every if not all(c["fields"].get(f) for f in FIVE)]
    tap.ok(len(every) == 323 and not lacking, f"F01 no item lacks owner, supervisor, goal, measure or limit: {lacking[:3]}")
    rows = [[*rows[0][:3], *("" if k == i else v for k, v in enumerate(rows[0][3:]))] for i in range(5)]
    _, p = send(duty, "/api/v1/ledgers/rectification/imports", xlsx([HEAD, *rows]))
    tap.ok(p["counts"]["faulty"] == 5 and {f["code"] for f in p["faults"]} == {"case.field_missing"}, "F01 a list with an item that lacks one of the five is not loaded")


def test_f02(duty):
    named = []
    for f in FIVE:
        for empty in (None, "", [] if f == "measures" else " "):
            status, answer = duty.call("POST", "/api/v1/cases", {"ledger": "rectification", "fields": fields(**{f: empty})})
            code, said = answer["error"]["code"], answer["error"]["message"]
            named.append(status == 400 and (code == "case.field_missing" or empty == " " and code == "case.field_invalid") and f"（{f}）" in said or said)
    tap.ok(named == [True] * 15, f"F02 saving without one of the five is refused and names it: {named}")
    case, row = opened(duty, "rectification", **fields()), {"measure": "建账", "goal": "上线", "unit": "chem", "person": "甲", "due": "2026-06-30"}
    person = [refusal(duty.server.client("chem"), case, "plan", plan=[{**row, k: ""}]) for k in row]
    tap.ok(all(c.startswith("case.field_") and f"（{k}）" in said for k, (c, said) in zip(row, person)),
           f"F02 nor a measure of the list without goal, unit, person or limit: {person[3]}")


def closed_case(duty, days, **more):
    case = opened(duty, "rectification", **fields(**more))
    chem, boss = duty.server.client("chem"), duty.server.client("supervisor")
    do(chem, case, "accept")
    do(chem, case, "submit", report="已完成", evidence=PAPERS)
    do(boss, case, "approve", opinion="同意")
    do(duty, case, "publish")
    days.to((days.now + datetime.timedelta(days=16)).date().isoformat())
    do(duty, case, "close")
    return case


def sum_of(duty, unit):
    return next((r for r in duty.get("/api/v1/ledgers/rectification/statistics?by=unit")["rows"] if r["key"] == unit), {"rebounded": 0})


def test_f04(duty, days):
    reporting, silent = (opened(duty, "rectification", **fields(owner=o)) for o in ("paper", "power"))
    for who, case in (("paper", reporting), ("power", silent)):
        do(duty.server.client(who), case, "accept")
    case = closed_case(duty, days, title="已报完成")
    do(duty.server.client("paper"), reporting, "report", report="过半", evidence=PAPERS)
    days.to("2026-03-25")
    before = listed(duty, missed="true")["cases"]
    days.to("2026-03-26")
    after = {c["id"] for c in listed(duty, missed="true")["cases"]}
    told = duty.get(f"/api/v1/cases/{silent}")["missed"]
    tap.ok(not before and after == {silent} and [m["due"] for m in told] == ["2026-03-25"], f"F04 a report missed on the 25th is listed on the 26th, the one that came is not: {told}")
    was = sum_of(duty, "chem")["rebounded"]
    code, _ = refusal(duty.server.client("chem"), case, "found_again", reason="自查")
    now = do(duty.server.client("supervisor"), case, "found_again", reason="四不两直现场核查与报告不符")
    tap.ok(code == "case.forbidden" and now["state"] == "整改中" and now["rebounds"] == 1 and sum_of(duty, "chem")["rebounded"] == was + 1,
           "F04 a check that contradicts the report reopens the item and counts against the unit")


def test_f05(duty):
    case, boss = opened(duty, "rectification", **fields(due="2026-09-30")), duty.server.client("supervisor")
    chem, plan = duty.server.client("chem"), [{"measure": m, "goal": "完成", "unit": "chem", "person": "甲", "due": d, "done": k == 0}
                                              for k, (m, d) in enumerate([("设计", "2026-04-30"), ("施工", "2026-07-31"), ("验收", "2026-09-20")])]
    do(chem, case, "accept")
    do(chem, case, "plan", plan=plan)
    do(boss, case, "extend", due="2026-10-10", reason="汛期停工")
    now = duty.get(f"/api/v1/cases/{case}")
    tap.ok([r["due"] for r in now["fields"]["plan"]] == ["2026-04-30", "2026-08-10", "2026-09-30"], f"F05 the final date moves by ten days and what is not done moves with it: {[r['due'] for r in now['fields']['plan']]}")
    kept = [[r["due"] for r in e["set"]["plan"]] for e in now["events"] if "plan" in (e.get("set") or {})]
    tap.ok(kept[:1] == [["2026-04-30", "2026-07-31", "2026-09-20"]], f"F05 the history keeps the old dates: {kept}")
    years = {2027: 4, 2028: 5, 2029: 1, 2030: 4}
    rows = [[f"倒排十四项{y}-{i}", "中央督察", f"倒排{y}{i}", "完成", "实施", "gov-yunxi", "bureau", f"{y}-06-30"] for y, n in years.items() for i in range(n)]
    enter(duty, "rectification", HEAD, rows)

    def by_year():
        got = {}
        for r in duty.get("/api/v1/ledgers/rectification/statistics?by=due&q=" + urlquote("倒排十四项"))["rows"]:
            got[int(r["key"][:4])] = got.get(int(r["key"][:4]), 0) + r["all"]
        return got
    first = by_year()
    moved = listed(duty, q=urlquote("倒排十四项2027"))["cases"][0]["id"]
    do(duty.server.client("yunxi"), moved, "accept")
    do(boss, moved, "extend", due="2028-03-31", reason="征地未完成")
    then = by_year()
    tap.ok(first == years and then == {2027: 3, 2028: 6, 2029: 1, 2030: 4} and sum(then.values()) == 14, f"F05 14 = 4 + 5 + 1 + 4 by year, and with one moved still 14: {first} {then}")


def pairs(texts):
    """Pairs of neighbouring letters and digits, with how often each; none across two texts."""
    got = {}
    for text in texts:
        plain = [c for c in text.lower() if c.isalnum()]
        for pair in zip(plain, plain[1:]):
            got[pair] = got.get(pair, 0) + 1
    return got


def test_f07(duty):
    upper = fields("碧溪河流域水环境整改", problem="碧溪河下游断面水质不能稳定达标，沿线存在雨污混排", measures=["排查沿线排口", "推进雨污分流改造"], goal="断面水质稳定达标", due="2026-12-31", owner="gov-wanghai")
    top = opened(duty, "rectification", **upper)
    own = {**upper, "title": "北屏段截污", "problem": "北屏县城关12处直排口每日约800吨生活污水入河", "measures": ["封堵直排口12处", "新建管网4.2公里"], "goal": "12处直排口全部封堵", "due": "2026-09-30", "owner": "gov-beiping"}
    half = {**upper, "owner": "gov-lingang", "due": "2026-10-31", "measures": ["排查沿线排口", "封堵临港段7处排口"]}
    kids = {opened(duty, "rectification", parent=top, **f): f for f in (dict(upper, supervisor="water"), own, half)}
    tree = {c["id"]: c for c in duty.get(f"/api/v1/cases/{top}/tree")["children"]}
    flags = [[f["flag"] for f in tree[k]["flags"]] for k in kids]
    tap.ok(flags == [["owner", "due", "figure", "copied"], [], ["copied"]], f"F07 a lower plan that repeats the upper one without owner, date or figure is flagged, one of its own is not: {flags}")

    def words(f):
        return pairs([f["title"], f["problem"], f["goal"], *f["measures"]])
    up, shares = words(upper), []
    for k, f in kids.items():
        low = words(f)
        shares.append((tree[k]["copied"], sum(min(n, up.get(p, 0)) for p, n in low.items()) / sum(low.values())))
    tap.ok(all(abs(a - b) < 0.0001 for a, b in shares) and shares[0][0] == 1 and 0 < shares[1][0] < 0.5 < shares[2][0] < 1, f"F07 with the share copied, worked out here again: {shares}")


def workdays():
    """Whether a day is one, by the official arrangement in the product's own calendar files."""
    said = {}
    for year in (2026,):
        with open(os.path.join(ROOT, "definitions", "calendar", f"{year}.csv"), encoding="utf-8") as f:
            said.update({r["date"]: r["kind"] for r in csv.DictReader(x for x in f if not x.startswith("#"))})
    return lambda d: said.get(d.isoformat(), "off" if d.weekday() > 4 else "work") == "work"


def test_f08(duty, days):
    works, one, due = workdays(), datetime.timedelta(days=1), datetime.date(2026, 9, 26)

    def after(n):  # the nth working day after the limit
        day = due
        while n:
            day += one
            n -= works(day)
        return day
    want = [("调度", due - 30 * one), ("预警", due - 7 * one), ("通报", due + one), ("督办", after(10)), ("约谈", after(30))]
    for i, (name, day) in enumerate(want):
        while not works(day):
            day += one
        want[i] = (name, day.isoformat())
    case = opened(duty, "rectification", **fields(due=due.isoformat()))
    days.to("2026-12-01")
    rungs = [e for e in duty.get(f"/api/v1/cases/{case}")["events"] if e["action"] == "rung"]
    got = [(e["label"], e["at"][:10]) for e in rungs]
    tap.ok(got == want, f"F08 each of the five steps happens once, on its working day: {got} {want if got != want else ''}")
    rules = ["时限前30日调度", "时限前7日预警", "逾期次日通报", "逾期10个工作日督办", "逾期30个工作日约谈"]
    tap.ok([r in e["text"] for r, e in zip(rules, rungs)] == [True] * 5, f"F08 with the rule that fired it: {[e['text'] for e in rungs][:2]}")


def test_f10(duty):
    one = opened(duty, "rectification", **fields(source="中央督察", source_number="中督〔2026〕第12号", due="2026-11-30"))
    two = opened(duty, "rectification", **fields(source="暗访暗查", source_number="省暗访-041", due="2026-08-31"))
    numbers = [duty.get(f"/api/v1/cases/{c}")["number"] for c in (one, two)]
    before = listed(duty, limit=1)["total"]
    duty.post(f"/api/v1/cases/{one}/merge", {"other": two})
    now = duty.get(f"/api/v1/cases/{one}")
    tap.ok(listed(duty, limit=1)["total"] == before - 1 and now["number"] == numbers[0] and [s["number"] for s in now["sources"]] == [numbers[1]] and
           "中督〔2026〕第12号" in json.dumps(now, ensure_ascii=False) and "省暗访-041" in json.dumps(duty.get(f"/api/v1/cases/{two}"), ensure_ascii=False),
           f"F10 the same problem from two sources is one case with both numbers: {now['sources']}")
    tap.ok(now["due"] == "2026-08-31", f"F10 and the stricter limit: {now['due']}")
    duty.post(f"/api/v1/cases/{one}/unmerge", {"other": two})
    tap.ok(listed(duty, limit=1)["total"] == before and duty.get(f"/api/v1/cases/{one}")["due"] == "2026-11-30", "F10 taken apart again, nothing is lost")


FIELDS = ["工业污染", "城镇污水", "农业农村", "入河入海排污口", "饮用水水源", "黑臭水体", "固体废物", "土壤地下水", "大气扬尘", "噪声油烟", "生态破坏"]


class Stock:
    """This test's own book of the stock by field and month."""

    def __init__(self):
        self.book, self.of = {}, {}

    def move(self, case, month, to):
        was = self.of.pop(case, None)
        if was:
            self.book.setdefault((was, month), [0, 0])[1] += 1
        if to:
            self.of[case] = to
            self.book.setdefault((to, month), [0, 0])[0] += 1


def test_f09(duty, days):
    mixed, stock, boss = random.Random(9), Stock(), duty.server.client("supervisor")
    owners = {d: duty.server.client(d) for d in DISTRICTS}
    cases, cleared, start = {}, [], days.now
    for month in range(4):
        now = days.now.strftime("%Y-%m")
        for i in range(11 if month == 0 else 6):
            field, district = FIELDS[i] if month == 0 else mixed.choice(FIELDS), mixed.choice(DISTRICTS)
            c = opened(duty, "zero", field=field, source="自查", problem=f"{field}问题{month}-{i}", goal="消除", measures=["整治"], owner="gov-" + district, supervisor="bureau", due="2027-12-31")
            cases[c] = district
            stock.move(c, now, field)
        for c in mixed.sample(sorted(stock.of), 5):
            if c in cleared:
                continue
            to = mixed.choice([f for f in FIELDS if f != stock.of[c]])
            do(duty, c, "relabel", field=to, reason="归口调整")
            stock.move(c, now, to)
        for c in mixed.sample(sorted(set(stock.of) - set(cleared)), 3):
            who = owners[cases[c]]
            do(who, c, "take")
            do(who, c, "submit", report="完成", evidence=PAPERS)
            do(boss, c, "clear", opinion="属实", siblings=["另查3家"])
            stock.move(c, now, None)
            cleared.append(c)
        if month == 2:
            field = duty.get(f"/api/v1/cases/{cleared[0]}")["fields"]["field"]
            do(boss, cleared[0], "found_again", reason="雨天又混排")
            stock.move(cleared[0], now, field)
        days.to((days.now.date().replace(day=1) + datetime.timedelta(days=33)).replace(day=2).isoformat())
    end = days.now - datetime.timedelta(days=28)
    flow = duty.get(f"/api/v1/ledgers/zero/flow?from={start:%Y-%m}&to={end:%Y-%m}")
    wrong = [(g["group"], m) for g in flow["groups"] for m in g["months"] if m["end"] != m["begin"] + m["in"] - m["out"] or [m["in"], m["out"]] != stock.book.get((g["group"], m["month"]), [0, 0])]
    held = {}
    for f in stock.of.values():
        held[f] = held.get(f, 0) + 1
    ends = {g["group"]: g["months"][-1]["end"] for g in flow["groups"]}
    tap.ok(len(flow["groups"]) == 11 and len(flow["months"]) == 4 and not wrong and {g: n for g, n in ends.items() if n} == held,
           f"F09 end = begin + in − out for 11 fields and 4 months, with clearing, relabelling and a rebound: {wrong[:2]} {ends}")
    total = flow["months"][-1]["end"]
    raw = duty.get("/api/v1/cases?ledger=zero&open=true&limit=500")["total"]
    tap.ok(total == len(stock.of) == raw == sum(ends.values()), f"F09 what was relabelled did not vanish: {raw} open")


def urlquote(text):
    from urllib.parse import quote
    return quote(text)


def main():
    with Server(today=TODAY, demo_args=["--history-days", "1", "--no-cases"], serve_args=["--test-clock", TODAY]) as server:
        duty = server.client("duty")
        duty.server = server
        days = Days(duty, TODAY)
        for name, test, *more in (("F01", test_f01), ("F02", test_f02), ("F04", test_f04, days), ("F05", test_f05), ("F07", test_f07), ("F10", test_f10),
                                  ("F09", test_f09, days), ("F08", test_f08, days)):
            tap.row(name, test, duty, *more)
        check = server.run_check()
        tap.ok(check.returncode == 0, f"F01 and after all of it the chain proves: {check.stdout.strip().splitlines()[-1:]}")
    tap.exit()


main()
