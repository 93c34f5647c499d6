#!/usr/bin/env python3
"""Complaints and the public: what docs/capabilities.md lists under G, done through the API on the running server. Each check names its row."""
import json
import urllib.parse

from _acting import PAPERS, City, Workdays, add_user, day
from _bihuan import Server, Tap

tap = Tap()
TODAY = "2026-09-24"  # a week before the national holiday
LEADERS = ["leader", "lead-a", "lead-b", "lead-c"]


def complaint(city, problem, **more):
    return city.open("duty", "complaint", {"source": "12369热线", "problem": problem, **more})


def accepted(city, problem, **more):
    case = complaint(city, problem, **more)
    city.act("duty", case, "accept", owner="gov-lingang", supervisor="bureau", kind="大气", goal="不再扰民")
    return case


def clock(city, case, which):
    return next(c for c in city.case(case)["clocks"] if c["id"] == which)


def held(answer):
    return {p["name"]: p["held"] for p in answer["people"]}


def leaders(city):
    ask = "/api/v1/ledgers/complaint/deal"
    old = [complaint(city, f"第{i}处油烟扰民，多次反映") for i in range(20)]
    dry = city["duty"].post(ask, {"dry": True})
    tap.ok(sum(len(p["given"]) for p in dry["people"]) == 20 and city["duty"].get(ask)["left"] == 20, "G01 a dry deal gives nothing to anybody")
    tap.ok(city["supervisor"].call("POST", ask, {})[0] == 403, "G01 only the office deals out")
    first = city["duty"].post(ask, {})
    tap.ok(held(first) == dict.fromkeys(LEADERS, 5) and first["left"] == 0 and first["complete"], f"G01 twenty among four: five each and none left: {held(first)}")
    more = [complaint(city, f"另{i}处异味") for i in range(10)]
    before = city["duty"].get(ask)
    tap.ok(before["left"] == 10 and not before["complete"], "G01 that somebody holds fewer than six while cases remain is said")
    second = city["duty"].post(ask, {})
    tap.ok(held(second) == dict.fromkeys(LEADERS, 6) and second["left"] == 6 and second["complete"], f"G01 nobody holds fewer than six while cases remain: {held(second)}, {second['left']} left")
    given = {g["id"]: p["name"] for a in (first, second) for p in a["people"] for g in p["given"]}
    tap.ok(all(city.fields(c).get("leader") == given.get(c) for c in old + more), "G01 the cases say who has them")
    mine = next(c for c in given if given[c] == "lead-a")
    city.act("duty", mine, "accept", owner="gov-lingang", supervisor="bureau", kind="大气", goal="不再扰民")
    tap.ok(city.refused("lead-b", mine, "step", step="约访", report="电话约访")[0] == "case.gate_unmet", "G01 another leader does not make his steps")
    city.act("lead-a", mine, "step", step="现场督办", report="到店查看，当场约定停业清洗")
    city.act("lead-a", mine, "step", step="约访", report="与投诉人当面沟通")
    steps = [(e["actor"], e["fields"]["step"], e["fields"]["report"]) for e in city.case(mine)["events"] if e["action"] == "step"]
    tap.ok([s[:2] for s in steps] == [("lead-a", "现场督办"), ("lead-a", "约访")] and all(s[2] for s in steps), f"G01 his actions are steps in the history: {steps}")
    done = next(c for c in given if given[c] == "lead-b")
    city.act("duty", done, "refuse", refusal="属城管职责，已转交")
    third = city["duty"].post(ask, {})
    tap.ok([len(p["given"]) for p in third["people"]] == [0, 1, 0, 0] or held(third)["lead-b"] == 6 and sum(len(p["given"]) for p in third["people"]) == 1, "G01 who finished one gets the next")


def limits(city, days):
    case = accepted(city, "海晏路某饭店油烟直排")
    tap.ok(clock(city, case, "accept")["deadline"] == day(TODAY, 15) and clock(city, case, "finish")["deadline"] == day(TODAY, 60), "G02 fifteen days to accept, sixty to close")
    code, _ = city.refused("lingang", case, "extend", reason="等待检测")
    tap.ok(code == "case.forbidden", "G02 who does the work cannot extend his own limit")
    city.act("supervisor", case, "extend", reason="等待检测")
    now = clock(city, case, "finish")
    name = city["supervisor"].get("/api/v1/me")
    who = name.get("user", name).get("display", "supervisor")
    tap.ok(now["deadline"] == day(TODAY, 90) and now["extended_days"] == 30 and ("supervisor" in now["why"] or who in now["why"]), f"G02 thirty days more, with the approver's name: {now['why']}")
    tap.ok(city.refused("supervisor", case, "extend", reason="再等")[0] == "case.gate_unmet", "G02 once and not again")
    city.act("duty", case, "list", reason="久拖未决")
    tap.ok(city.fields(case)["listed"], "G02 it is listed for supervision")
    city.act("supervisor", case, "pause", reason="等待司法鉴定")
    waiting = complaint(city, "河道发黑，无人受理")          # ladder: five days before its fifteenth, and the day after it
    exposed = city.open("duty", "opinion", {"source": "微博", "title": "工地扬尘", "seen": TODAY + " 07:30", "problem": "裸土未覆盖",
                                            "owner": "gov-lingang", "supervisor": "bureau", "goal": "六个百分之百落实"})
    want = days.after(TODAY, 5)
    tap.ok(clock(city, exposed, "answer")["deadline"] == want == "2026-10-09", f"G02 five working days, over two holidays: {want}")
    city.advance(days=6)
    city.act("supervisor", case, "resume")
    tap.ok(clock(city, case, "finish")["deadline"] == day(TODAY, 96), "G02 a pause of six days moves the limit by six")
    late = city.open("duty", "opinion", {"source": "微博", "title": "河水变色", "seen": "2026-09-30 07:30", "problem": "河水变色",
                                         "owner": "gov-lingang", "supervisor": "bureau", "goal": "查清原因"})
    want = days.after("2026-09-30", 5)
    tap.ok(clock(city, late, "answer")["deadline"] == want > "2026-10-08", f"G02 over the holiday and its make-up day the same five end on {want}")
    for _ in range(30):
        city.advance(days=1)
    rungs = {e["fields"].get("name") or e["label"]: e["at"][:10] for e in city.case(waiting)["events"] if e["action"] == "rung"}
    limit = day(TODAY, 15)
    want = [days.or_next(day(limit, -5)), days.or_next(day(limit, 1)), days.after(limit, 10)]
    got = sorted(rungs.values())
    tap.ok(set(want) <= set(got) and want[0] == "2026-10-08", f"G02 the rungs fall on working days: {got}, wanted {want}")


def repeats(city):
    first = complaint(city, "海晏路18号老王烧烤店夜间油烟直排，呛得睡不着", object="老王烧烤店", address="海晏路18号")
    again = [complaint(city, p, object="老王烧烤", address="海晏路18号") for p in
             ("老王烧烤店油烟净化器不开，晚上味道很大", "反映海晏路18号烧烤店每晚油烟扰民，无人管", "又是那家老王烧烤，半夜冒烟")]
    others = [complaint(city, "海晏路26号鑫达家具厂喷漆异味", object="鑫达家具厂", address="海晏路26号"),
              complaint(city, "海晏路40号永顺机械厂夜间噪声", object="永顺机械厂", address="海晏路40号")]
    found = {r["id"]: r for r in city["duty"].get(f"/api/v1/cases/{first}/repeats")["repeats"]}
    tap.ok(all(c in found and found[c]["reasons"] for c in again), f"G03 repeats in other words are found, with reasons: {[(found[c]['score'] if c in found else None) for c in again]}")
    tap.ok(not any(c in found for c in others), "G03 other plants of the same street are not")
    city["duty"].post(f"/api/v1/cases/{first}/merge", {"other": again[0]})
    tap.ok([s["number"] for s in city.case(first)["sources"]] == [city.case(again[0])["number"]], "G03 merged, both numbers are kept")
    case = accepted(city, "临港路面粉厂粉尘")
    city.act("lingang", case, "answer", truth="部分属实", finding="除尘器破损", measures=["更换布袋"], reply="已更换", evidence=PAPERS)
    city.act("supervisor", case, "approve")
    tap.ok("回访" in city.refused("duty", case, "close")[1], "G03 nothing closes without a return visit")
    city.act("duty", case, "visit", satisfied="不满意", report="仍有粉尘")
    tap.ok(city.refused("duty", case, "close")[0] == "case.gate_unmet", "G03 nor when the complainant is not satisfied")
    city.act("duty", case, "return", reason="投诉人不满意")
    city.act("lingang", case, "answer", truth="属实", finding="除尘器破损", measures=["更换布袋", "厂区硬化"], reply="已整改", evidence=PAPERS)
    city.act("supervisor", case, "approve")
    city.act("duty", case, "visit", satisfied="满意")
    city.act("duty", case, "close")
    got = city.case(case)
    tap.ok(got["state"] == "办结" and sum(e["action"] == "answer" for e in got["events"]) == 2 and got["fields"]["satisfied"] == "满意", "G03 first handling and satisfaction stand in the case")
    truths = {c["value"] if isinstance(c, dict) else c for f in got["fields_shown"] for c in f.get("of", [])} if "fields_shown" in got else None
    definition = next(d for d in city["duty"].get("/api/v1/ledgers")["ledgers"] if d["id"] == "complaint")
    truths = next(f for f in definition["fields"] if f["id"] == "truth")
    tap.ok({"属实", "部分属实", "不属实"} <= set(map(str, truths.get("of") or truths.get("choices"))), "G02 属实, 部分属实, 不属实 are the findings")


def page(city, ledger, case):
    return next((c for c in city.server.client().get(f"/api/v1/public/ledgers/{ledger}")["cases"] if c["id"] == case), None)


def exposed(city):
    now = city["duty"].get("/api/v1/about")
    today = day(city.case(complaint(city, "今天"))["opened"])
    fields = {"source": "电视曝光栏目", "title": "工地扬尘被曝光", "seen": today + " 06:00", "problem": "裸土未覆盖", "owner": "gov-lingang", "supervisor": "bureau", "goal": "六个百分之百落实"}
    case = city.open("duty", "opinion", fields)
    got = city.case(case)
    tap.ok(now and got["number"].startswith("YQ-") and got["fields"]["numbered"] == "当日立号", f"G04 an exposed problem has its number the same day: {got['number']}")
    old = city.open("duty", "opinion", {**fields, "seen": day(today, -2) + " 20:00"})
    tap.ok(city.fields(old)["numbered"] == "迟立号", "G04 one that was numbered late says so")
    shown = page(city, "opinion", case)
    tap.ok(shown and shown["number"] == got["number"] and not shown["fields"].get("result"), "G04 the public page has it before there is an outcome")
    city.act("lingang", case, "take")
    city.act("lingang", case, "submit", result="已覆盖并处罚2万元", evidence=PAPERS)
    tap.ok(city.refused("lingang", case, "publish")[0] == "case.forbidden", "G04 who is responsible does not publish his own outcome")
    city.act("supervisor", case, "publish")
    shown = page(city, "opinion", case)
    tap.ok(shown["number"] == got["number"] and shown["fields"]["result"] == "已覆盖并处罚2万元" and shown["state"] == "公布办结", "G04 the outcome is on the same page")


def promises(city):
    case = city.open("duty", "proposal", {"kind": "网络问政", "title": "何时通污水管", "by_whom": "网民", "problem": "村里没有污水管", "owner": "gov-lingang", "supervisor": "bureau", "due": "2026-12-20"})
    city.act("lingang", case, "take")
    tap.ok(city.refused("lingang", case, "answer", reply="年内完成", promises=[{"what": "通管网"}])[0] == "case.field_missing", "G05 a promise without a date is refused")
    answer = {"reply": "年内完成", "promises": [{"what": "石桥村污水管网接通", "due": "2026-12-31"}, {"what": "公布施工进度", "due": "2026-11-30"}]}
    city.act("lingang", case, "answer", **answer)
    tasks = [city.case(c["id"]) for c in city["duty"].get(f"/api/v1/cases?parent={case}")["cases"]]
    tap.ok(sorted((t["title"], t["due"]) for t in tasks) == sorted((p["what"], p["due"]) for p in answer["promises"]) and all(t["owner"]["code"] == "gov-lingang" for t in tasks),
           "G05 each promise of the reply is a task with its date and unit")
    city.act("supervisor", case, "visit", satisfied="满意")
    tap.ok(city.refused("supervisor", case, "close")[0] == "case.gate_unmet", "G05 the question is not closed while a promise is open")
    for t in tasks:
        city.act("lingang", t["id"], "take")
        city.act("lingang", t["id"], "submit", report="完成", evidence=PAPERS)
        city.act("supervisor", t["id"], "close")
    city.act("supervisor", case, "close")
    tap.ok(city.case(case)["state"] == "办结" and page(city, "proposal", case)["fields"]["reply"] == "年内完成", "G05 kept, it closes, and the answer is public")


def from_the_public(city):
    public = city.server.client()
    made = public.post("/api/v1/public/reports", {"fields": {"problem": "海晏路工地夜间扬尘", "address": "海晏路", "contact": "13000000000"}})
    seen = public.get("/api/v1/public/reports/" + made["number"])
    tap.ok(seen["state"] == "登记" and any(c["id"] == "accept" and c["deadline"] for c in seen["clocks"]), f"G06 a report without log-in has a number and a clock: {made['number']}")
    case = next(c["id"] for c in city.cases("complaint", q=made["case"]))
    city.act("duty", case, "accept", owner="gov-lingang", supervisor="bureau", kind="大气", goal="不再扰民")
    city.act("lingang", case, "answer", truth="属实", finding="未开雾炮", measures=["责令开启雾炮"], reply="已责令整改", evidence=PAPERS)
    city.act("supervisor", case, "approve")
    seen = public.get("/api/v1/public/reports/" + made["number"])
    text = json.dumps(seen, ensure_ascii=False)
    tap.ok(seen["state"] == "已答复" and "已责令整改" in text and "属实" in text and "13000000000" not in text, "G06 the result is seen by the number, the reporter's name is not")
    tap.ok(public.call("GET", "/api/v1/public/reports/" + made["number"][:-1] + ("A" if made["number"][-1] != "A" else "B"))[0] == 404, "G06 and only by it")


def disclosed(city):
    """Hours that the demo's outlets really sent."""
    first, last = day(TODAY, -9), day(TODAY, -3)
    sites = {s["code"]: s["id"] for s in city["duty"].get("/api/v1/sites")["sites"]}
    ask = urllib.parse.urlencode({"from": first, "to": day(last, 1)})
    load = city["duty"].get(f"/api/v1/sites/{sites['chem-out']}/load?{ask}")["factors"]
    kg = next(f["kg"] for f in load if f["factor"] == "w01018")
    case = city.open("duty", "disclosure", {"enterprise": "chem", "supervisor": "bureau", "year": 2026, "title": "2026年度披露报告", "problem": "按格式报送", "due": "2026-12-31"})
    figures = [{"item": "COD", "disclosed": round(kg * 1.5 / 1000, 6), "measured": round(kg * 1.5 / 1000, 6), "valid": 100, "unit": "t", "from": first, "to": last},
               {"item": "氨氮", "disclosed": 1, "unit": "t"}, {"item": "挥发酚", "disclosed": 1, "unit": "t", "from": first, "to": last}]
    city.act("chem", case, "send", figures=figures)
    got = city.fields(case)
    cod, ammonia, other = got["figures"]
    tap.ok(kg > 0 and abs(cod["measured"] * 1000 - kg) < 0.01 and cod["valid"] >= 75, f"G07 the amount beside it is what the outlet's own frames sum to, whatever the enterprise wrote: {cod['measured']} t")
    text = {d["item"]: d["text"] for d in got["differences"]}
    tap.ok("50" in text.get("COD", "") and "披露" in text["COD"], f"G07 the difference is listed: {text.get('COD')}")
    tap.ok("不能判定" in text.get("氨氮", "") and ammonia["valid"] < 75 and "不能判定" in text.get("挥发酚", "") and "measured" not in other,
           f"G07 with too few hours, or none, it cannot be judged: {text.get('氨氮')}")
    code, why = city.refused("supervisor", case, "publish")
    tap.ok(code == "case.gate_unmet" and "3项差异" in why, f"G07 nothing is published before the differences are explained: {why}")
    tap.ok(page(city, "disclosure", case)["fields"].get("differences") is not None, "G07 the public sees that there are some")
    figures[0]["disclosed"] = round(kg / 1000, 6)
    city.act("chem", case, "send", figures=figures[:1])
    tap.ok(not city.fields(case).get("differences"), "G07 the true figure has none")
    city.act("supervisor", case, "publish")
    tap.ok(page(city, "disclosure", case)["state"] == "公布", "G07 and is published")
    missing = city.open("duty", "disclosure", {"enterprise": "paper", "supervisor": "bureau", "year": 2025, "title": "2025年度披露报告", "problem": "按格式报送", "due": day(TODAY, -1)})
    tap.ok(missing in [c["id"] for c in city.cases("disclosure", overdue="true")], "G07 who has not sent is on the list of the overdue")


def main():
    with Server(today=TODAY + "T08:00", demo_args=["--history-days", "12", "--no-cases"], serve_args=["--test-clock", TODAY + "T08:00"]) as server:
        for name in LEADERS[1:]:
            add_user(server, name, "leader", "bureau")
        city = City(server)
        leaders(city)
        disclosed(city)
        limits(city, Workdays())
        repeats(city)
        exposed(city)
        promises(city)
        from_the_public(city)
        done = server.run_check()
        tap.ok(done.returncode == 0, f"G the chain holds after all of it: {done.stdout[-200:]}{done.stderr[-200:]}")
    tap.exit()


main()
