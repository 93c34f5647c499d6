#!/usr/bin/env python3
"""The acceptance checks of responsibility (docs/capabilities.md, family A) on the running product. A05 is in plans.py, A12 in objects.py."""
import decimal
import json
import tempfile
import urllib.parse

from _bihuan import Server, Tap, run
from _cases import do, opened, refusal

TODAY = "2026-03-30T09:00"
PAPERS = [{"kind": "照片", "text": "现场照片"}, {"kind": "文件", "text": "记录"}]
tap = Tap()


def cases(who, ledger, **asked):
    return who.get("/api/v1/cases?" + urllib.parse.urlencode({"ledger": ledger, "limit": 500, **asked}))["cases"]


# ---- A06 ----

def test_a06(duty, _):
    sections = [s for s in duty.get("/api/v1/sites")["sites"] if s["kind"] == "river"]
    of = {s["code"]: [c["fields"] for c in cases(duty, "chief", site=s["code"], fields="segment,body,levels,chiefs")] for s in sections}
    bays = [c["fields"] for c in cases(duty, "chief", group="湾长", fields="segment,body,levels,chiefs")]
    wrong = [s for s, found in of.items() if len(found) != 1] + [f["segment"] for f in [x for v in of.values() for x in v] + bays
                                                                 if [c["level"] for c in f["chiefs"]] != f["levels"]]
    tap.ok(len(of) >= 6 and bays and not wrong, f"A06 each of {len(of)} river sections and {len(bays)} bay resolves to exactly one chief a level: {wrong}")
    entry = {"segment": "碧溪河下段", "body": "河长", "problem": "p", "levels": ["县级"], "owner": "gov-wanghai", "supervisor": "bureau",
             "chiefs": [{"level": "县级", "name": "乙", "post": "副区长", "from": "2026-01-01"}]}
    status, twice = duty.call("POST", "/api/v1/cases", {"ledger": "chief", "fields": entry})
    two = {**entry, "segment": "新河段", "chiefs": entry["chiefs"] + [{**entry["chiefs"][0], "name": "丙"}]}
    status2, _ = duty.call("POST", "/api/v1/cases", {"ledger": "chief", "fields": two})
    status3, _ = duty.call("POST", "/api/v1/cases", {"ledger": "chief", "fields": {**entry, "segment": "新河段", "levels": ["市级", "县级"]}})
    tap.ok((status, status2, status3) == (409, 409, 409) and twice["error"]["code"] == "case.gate_unmet", "A06 a second entry of a segment, two chiefs at one level, and a level without one are refused")
    ask = {"body": "河长", "level": "县级", "segment": "碧溪河下段", "title": "岸坡垃圾", "problem": "岸坡堆放垃圾", "decision": "限期清理", "met": "2026-03-27",
           "owner": "gov-wanghai", "supervisor": "bureau", "goal": "清理完成", "due": "2026-04-30"}
    made = duty.get(f"/api/v1/cases/{opened(duty, 'committee', **ask)}")
    tap.ok(made["owner"]["code"] == "gov-wanghai" and made["due"] == "2026-04-30" and made["state"] == "交办" and made["fields"]["chief"] == "示例副区长丙 副区长",
           f"A06 a decision is a dispatch with an owner, a date and the chief of the list: {made['fields']['chief']}")
    for lacking in ("owner", "due"):
        status, answer = duty.call("POST", "/api/v1/cases", {"ledger": "committee", "fields": {k: v for k, v in ask.items() if k != lacking}})
        tap.ok(status == 400 and answer["error"]["code"] == "case.field_missing", f"A06 none without {lacking}")
    status, answer = duty.call("POST", "/api/v1/cases", {"ledger": "committee", "fields": {**ask, "segment": "没有登记的河"}})
    tap.ok(status == 409 and "名录" in answer["error"]["message"], "A06 nor in the name of a chief of a segment that has none")


# ---- A07 ----

def test_a07(duty, server):
    clause = "温州市责任规定：至少每季度研究1次"
    ids = {}
    for owner in ("gov-yunxi", "gov-lingang"):
        ids[owner] = opened(duty, "duty", title="研究生态环境保护工作", problem="每季至少研究一次", clause=clause, body="政府", owner=owner, supervisor="bureau", year=2026)
        do(duty, ids[owner], "begin")
    do(server.client("yunxi"), ids["gov-yunxi"], "meet", meetings=[{"on": "2026-03-30", "what": "常务会第3次"}], evidence=[{"kind": "会议纪要", "text": "纪要"}])

    def missed():
        return {c["id"]: c["fields"]["clause"] for c in cases(duty, "duty", missed="true", fields="clause") if c["id"] in ids.values()}
    duty.post("/api/v1/test/clock", {"advance_s": 86400})
    before = missed()
    duty.post("/api/v1/test/clock", {"advance_s": 86400})
    case = duty.get(f"/api/v1/cases/{ids['gov-lingang']}")
    told = [(m["period"], m["due"]) for m in case["missed"] or []]
    at = [e["at"][:10] for e in case["events"] if e["action"] == "missed"]
    tap.ok(not before and missed() == {ids["gov-lingang"]: clause} and told == [("2026-Q1", "2026-03-31")] and at == ["2026-04-01"],
           f"A07 the empty quarter is listed on 1 April with its clause, the held one is not: {told} {at}")
    view = [c["id"] for c in cases(duty, "duty", view="missed")]
    tap.ok(ids["gov-lingang"] in view and ids["gov-yunxi"] not in view, "A07 the ledger's own view shows it")


# ---- A10 ----

def test_a10(duty, server):
    text = "2026年工作计划\n新增污水处理能力10.98万吨/日,扩建污水处理能力14.4万吨/日,提标污水处理能力35.2万吨/日。\n"
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as f:
        f.write(text)
        f.flush()
        got = [json.loads(x) for x in run("plan", "read", f.name, "--jsonl").stdout.splitlines()]
    read = {round(float(x["value"]) * (10000 if str(x.get("unit", "")).startswith("万") else 1)): x.get("unit") for x in got if x.get("value") is not None}
    tap.ok(set(read) >= {109800, 144000, 352000}, f"A10 10.98万吨/日 is read as 109,800 t/d: {read}")
    common = {"problem": "建设", "milestones": [{"name": "初步设计批复", "due": "2026-04-10"}, {"name": "完工", "due": "2026-11-30"}], "owner": "wwtp", "supervisor": "housing",
              "due": "2026-12-31", "goal": "建成"}
    had = {r["key"]: (r["with"], r["added"]) for r in duty.get("/api/v1/ledgers/project/statistics?by=group&add=size")["rows"]}
    # Quzhou: 13,000 + 50,000 t/d, 105 km of sewers; Wenzhou: 109,800 new, 144,000 extended, 352,000 upgraded in 1 + 9 plants (how those share it is ours)
    kinds = {"污水处理厂新建": ("t/d", [13000, 50000, 109800]), "污水处理厂扩建": ("t/d", [144000]), "污水处理厂提标": ("t/d", [52000] + [33300] * 8 + [33600]), "污水管网": ("km", [105])}
    ids = [opened(duty, "project", title=f"{kind}{i}", kind=kind, size=size, size_unit=unit, **common) for kind, (unit, sizes) in kinds.items() for i, size in enumerate(sizes)]
    now = {r["key"]: (r["with"], r["added"]) for r in duty.get("/api/v1/ledgers/project/statistics?by=group&add=size")["rows"]}
    more = {k: (now[k][0] - had.get(k, (0, 0))[0], round(now[k][1] - had.get(k, (0, 0))[1], 6)) for k in kinds}
    tap.ok(more == {"污水处理厂新建": (3, 172800), "污水处理厂扩建": (1, 144000), "污水处理厂提标": (10, 352000), "污水管网": (1, 105)}, f"A10 totals by kind are the texts': {more}")
    tap.ok(duty.call("GET", "/api/v1/ledgers/project/statistics?by=group&add=title")[0] == 400, "A10 what is no number is not added up")
    first, second = ids[:2]
    do(server.client("wwtp"), second, "start", report="开工")
    do(server.client("wwtp"), second, "milestone", milestones=[{"name": "初步设计批复", "due": "2026-04-10", "done": "2026-04-01", "proof": "批复文件"}, common["milestones"][1]])
    lights = []
    for days in (9, 1):  # 10 April, the day itself; the day after
        duty.post("/api/v1/test/clock", {"advance_s": days * 86400})
        lights.append([duty.get(f"/api/v1/cases/{c}")["light"] for c in (first, second)])
    listed = {c["id"] for c in cases(duty, "project", light="yellow")}
    case = duty.get(f"/api/v1/cases/{first}")
    tap.ok(lights == [["green", "green"], ["yellow", "green"]] and first in listed and second not in listed and "初步设计批复" in case["light_reason"],
           f"A10 a milestone passed without evidence turns the project amber the next day, one with evidence does not: {lights} {case['light_reason']}")


# ---- A11 ----

def recomputed(case):
    """The score by this program, from the evidence alone; rounded by GB/T 8170."""
    rows = [{k: decimal.Decimal(str(r[k])) for k in ("weight", "score")} for r in case["fields"]["items"]]
    score = sum(r["weight"] * r["score"] for r in rows) / sum(r["weight"] for r in rows)
    return float(score.quantize(decimal.Decimal("0.01"), decimal.ROUND_HALF_EVEN))


def test_a11(duty, server):
    rows = [{"item": "PM2.5年均", "weight": 35, "score": 92.5, "evidence": "年均值33"}, {"item": "督察整改", "weight": 45, "score": 71, "evidence": "台账15项完成11项"},
            {"item": "信访办结", "weight": 20, "score": 88.25, "evidence": "办结率95%"}]
    case = opened(duty, "assessment", unit="gov-yunxi", owner="bureau", year=2025, title="2025年度考核", problem="碧环委〔2026〕1号", items=rows)
    unit, page = server.client("yunxi"), f"/api/v1/cases/{case}"
    do(duty, case, "feedback")
    seen = unit.get(page)
    tap.ok(seen["fields"]["total"] == recomputed(seen) == 81.98 and "35×92.5 + 45×71 + 20×88.25" in seen["fields"]["working"],
           f"A11 the score is recomputed from its evidence by another program, and the assessed unit sees the working: {seen['fields']['working']} = {seen['fields']['total']}")
    letter = unit.call("GET", page + "/form/letter")
    tap.ok(letter[0] == 200 and letter[1][:2] in ("PK", "%P"), "A11 the letter of the result is on paper")
    tap.ok(refusal(server.client("lingang"), case, "appeal", reason="代为申诉")[0] == "case.forbidden", "A11 another unit does not appeal for it")
    do(unit, case, "appeal", reason="整改已完成13项，附台账")
    tap.ok(refusal(unit, case, "correct", items=rows, reason="自改")[0] == "case.forbidden", "A11 nor does it correct its own score")
    rows[1]["score"] = 80
    do(duty, case, "correct", items=rows, reason="核对台账")
    now = do(duty, case, "feedback")
    tap.ok(now["fields"]["total"] == recomputed(now) > 81.98 and [e["action"] for e in now["events"]][-4:] == ["feedback", "appeal", "correct", "feedback"],
           f"A11 the appeal, the correction and the new score stand in its history: {now['fields']['total']}")


def main():
    with Server(today=TODAY, demo_args=["--history-days", "1"], serve_args=["--test-clock", TODAY]) as server:
        duty = server.client("duty")
        for name, test in (("A06", test_a06), ("A11", test_a11), ("A07", test_a07), ("A10", test_a10)):
            tap.row(name, test, duty, server)
    tap.exit()


main()
