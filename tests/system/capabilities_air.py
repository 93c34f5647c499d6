#!/usr/bin/env python3
"""The acceptance checks of tiered review, forecasts, warnings and radiation (docs/capabilities.md: C05, D06, D07, C08) on the running product."""
import datetime
import json
import math
import os
import subprocess
import time

from _bihuan import PROGRAM, Server, Tap, run
from _cases import do, opened, refusal
from _line import Line
from _outlets import Outlets

TODAY = "2026-11-20T08:00"
tap = Tap()


def refused(api, method, path, body=None):
    """(status, code) of an answer that is a refusal."""
    status, answer = api.call(method, path, body)
    return status, answer["error"]["code"] if isinstance(answer, dict) and "error" in answer else ""


# ---- C05 ----

def test_c05(server, duty):
    """Three levels speak about the same hours of a station. The expected AQI of the day comes from this test's own reading of the raw hours."""
    operator, city, province = server.client("operator"), server.client("reviewer"), server.client("province")
    site = next(s["id"] for s in duty.get("/api/v1/sites?kind=air")["sites"] if s["code"] == "yunxi-town")
    day, factor = "2026-11-18", "a21004"
    series = f"/api/v1/sites/{site}/series?factor={factor}&period=hour&from={day}T00:00&to=2026-11-19T00:00"
    raw = duty.get(series)["points"]
    hour = [p[1] for p in raw]
    worst = max(range(22), key=lambda h: sum(v or 0 for v in hour[h:h + 3]))  # three hours, so that twenty and more are left
    span = {"from": f"{day}T{worst:02d}:00", "to": f"{day}T{worst + 3:02d}:00"}
    left = [v for h, v in enumerate(hour) if v is not None and not worst <= h < worst + 3]

    def published(known="", who=duty, at=site):
        return who.get(f"/api/v1/sites/{at}/published?day={day}" + (f"&known={known.replace('+', '%2B')}" if known else ""))

    def now():
        return duty.get("/api/v1/about")["clock"]["now"]

    def wait(hours=1):
        duty.post("/api/v1/test/clock", {"advance_s": int(hours * 3600)})

    mine = {who: api.get(f"/api/v1/reviews?site={site}")["my_level"] for who, api in
            (("operator", operator), ("city", city), ("province", province), ("chem", server.client("chem")), ("duty", duty))}
    tap.ok(mine == {"operator": 1, "city": 2, "province": 3, "chem": 0, "duty": 2}, f"C05 the level of each: {mine}")
    opinion = {"site": site, "factor": factor, "kind": "invalid", "reason": "采样管路漏气", **span}
    tap.ok(refused(server.client("chem"), "POST", "/api/v1/reviews", opinion) == (403, "auth.forbidden"), "C05 a polluter is of no level")
    tap.ok(refused(server.client("supervisor"), "POST", "/api/v1/reviews/preview", opinion)[0] == 403, "C05 nor is who has no part in it, not even to look ahead")

    first, value = now(), published()
    tap.ok(value["then"] == value["now"] and value["now"]["aqi"] is not None, f"C05 a day as published now is the day: {value['now']['aqi']}")
    # the operator's opinion is advice
    ahead = operator.post("/api/v1/reviews/preview", opinion)
    tap.ok(ahead["before"] == ahead["after"], "C05 before it is given, the page knows that an operator's mark moves nothing")
    wait()
    a = operator.post("/api/v1/reviews", opinion)["id"]
    tap.ok(published()["now"] == value["now"], "C05 and it does not")
    # the city decides
    ahead = city.post("/api/v1/reviews/preview", opinion)
    days = [{d["day"]: d for d in ahead[k]["days"]}[day] for k in ("before", "after")]
    valid = [[r["value"] for r in ahead[k]["months"][0]["quality"]["rates"] if r["id"] == "valid"][0] for k in ("before", "after")]
    means = [ahead[k]["months"][0]["means"][0] for k in ("before", "after")]
    tap.ok(days[0]["site"]["aqi"] == value["now"]["aqi"] > days[1]["site"]["aqi"] and valid[1] < valid[0] and means[1]["value"] < means[0]["value"],
           f"C05 what the city's mark would move: AQI {days[0]['site']} → {days[1]['site']}, valid rate {valid}, month mean {means[0]['value']} → {means[1]['value']}")
    tap.ok(published()["now"] == value["now"], "C05 looking ahead moves nothing")
    second = now()
    wait()
    b = city.post("/api/v1/reviews", {**opinion, "reference": "临环监〔2026〕9号"})["id"]
    marked = published()
    site_day = marked["now"]
    tap.ok(site_day["aqi"] == days[1]["site"]["aqi"] and abs(site_day["items"]["no2"]["value"] - sum(left) / len(left)) <= 0.5,
           f"C05 the city's mark moves the day by what was shown, which is what the {len(left)} hours left come to: {site_day['items']['no2']}")
    # the province overrides, then a lower level cannot
    third = now()
    wait()
    c = province.post("/api/v1/reviews", {**opinion, "kind": "valid", "reason": "复核原始记录，数据有效"})["id"]
    tap.ok(published()["now"] == value["now"], "C05 the province takes the hours as good again")
    fourth = now()
    wait()
    d = city.post("/api/v1/reviews", {**opinion, "reason": "仍认为无效"})["id"]
    tap.ok(published()["now"] == value["now"], "C05 a later mark of a lower level does not override it")
    tap.ok(refused(city, "POST", f"/api/v1/reviews/{c}/withdraw", {"reason": "x"}) == (403, "auth.forbidden"), "C05 nor does it take it back")
    # what a third-level reviewer has before them
    seen = [(r["id"], r["level"], r["by"], r["kind"], r["reason"], r["withdrawn"] is None) for r in province.get(f"/api/v1/reviews?site={site}")["reviews"]]
    want = [(d, 2, "reviewer", "invalid", "仍认为无效", True), (c, 3, "province", "valid", "复核原始记录，数据有效", True),
            (b, 2, "reviewer", "invalid", "采样管路漏气", True), (a, 1, "operator", "invalid", "采样管路漏气", True)]
    tap.ok(seen[:4] == want, f"C05 the third level sees every earlier opinion with level, person and reason: {seen[:4]}")
    fifth = now()
    wait()
    province.post(f"/api/v1/reviews/{c}/withdraw", {"reason": "依据不足"})
    tap.ok(published()["now"] == marked["now"], "C05 with the province's opinion taken back the city's holds")
    still = next(r for r in city.get(f"/api/v1/reviews?site={site}")["reviews"] if r["id"] == c)
    tap.ok(still["withdrawn"]["by"] == "province" and still["withdrawn"]["reason"] == "依据不足", "C05 an opinion taken back stays to be seen")
    # raw values, and any past moment
    again = duty.get(series)["points"]
    tap.ok([p[:3] for p in again] == [p[:3] for p in raw], "C05 the raw values are as they came")
    replay = [published(k)["then"] for k in (first, second, third, fourth, fifth, now())]
    tap.ok(replay == [value["now"], value["now"], marked["now"], value["now"], value["now"], marked["now"]],
           f"C05 the day as published at six moments: {[r['aqi'] for r in replay]}")
    noon = published("2026-11-18T12:00:00+08:00")["then"]
    tap.ok(noon.get("provisional") and "12 小时" in noon["reason"], f"C05 at noon of the day itself it stood as provisional: {noon['aqi']}")
    tap.ok(published(first, at=0)["then"]["aqi"] is not None, "C05 the same of the city")


# ---- D06 ----

def city_days(duty):
    return {d["date"]: d["aqi"] for d in duty.get("/api/v1/sites/0/year?year=2026")["days"]}


def day_of(text, by):
    return (datetime.date.fromisoformat(text) + datetime.timedelta(days=by)).isoformat()


def blend_of(past, today):
    """The blend by this test's own arithmetic: past are rows of (forecasts by model, observed), today the forecasts."""
    weights = {m: 1.0 for m in today}
    if len(past) >= 5:
        for m in today:
            weights[m] = 1 / (sum(abs(f[m] - seen) for f, seen in past) / len(past) + 1)
    return round(sum(weights[m] * today[m] for m in today) / sum(weights.values()) + 1e-9)


def test_d06(server, duty):
    """A third model with gaps beside the demo's two: who is scored on which days, and by what, is counted here anew."""
    seen = city_days(duty)
    rows, n = ["model,issued,day,aqi"], 0
    for back in range(40, 0, -1):
        issued = day_of(TODAY[:10], -back)
        for lead in (1, 2):
            day = day_of(issued, lead)
            if seen.get(day) is not None and (back + lead) % 7:  # every seventh day it says nothing of
                rows.append(f"丙（反着报）,{issued},{day},{max(0, 200 - seen[day])}")
                n += 1
    answer = duty.post("/api/v1/forecasts", {"csv": "\n".join(rows)})
    twice = [{"day": "2026-09-24", "aqi": 50}, {"day": "2026-09-24", "aqi": 60}]
    status, why = duty.call("POST", "/api/v1/forecasts", {"model": "两说", "issued": "2026-09-24", "days": twice})
    tap.ok(status == 400 and "given twice" in why["error"]["message_en"], "D06 a model says one thing of a day")
    tap.ok(answer["kept"] >= 35 and duty.post("/api/v1/forecasts", {"csv": "\n".join(rows)}) == {"kept": 0, "repeated": answer["kept"]}, f"D06 {n} rows are kept as {answer['kept']} forecasts; the same again is a repeat")
    issued = rows[-1].split(",")[1]
    tap.ok(refused(duty, "POST", "/api/v1/forecasts", {"model": "丙（反着报）", "issued": issued, "days": [{"day": issued, "aqi": 1}]}) == (409, "conflict"), "D06 what a model said is not said otherwise afterwards")
    for bad, why in (({"model": "persistence"}, "persistence is computed, never given"), ({"issued": "2027-01-01"}, "nothing is issued in the future"), ({"days": [{"day": day_of(TODAY[:10], -2), "aqi": 50}]}, "a forecast looks ahead"),
                     ({"days": [{"day": TODAY[:10], "aqi": 501}]}, "an AQI is at most 500")):
        body = {"model": "丁", "issued": TODAY[:10], "days": [{"day": TODAY[:10], "aqi": 50}], **bad}
        tap.ok(refused(duty, "POST", "/api/v1/forecasts", body) == (400, "bad_input"), f"D06 refused: {why}")
    tap.ok(refused(server.client("chem"), "POST", "/api/v1/forecasts", {})[0] == 403, "D06 and an enterprise gives no forecasts")

    first, last, lead = day_of(TODAY[:10], -20), day_of(TODAY[:10], -1), 1
    scores = duty.get(f"/api/v1/forecasts/scores?from={first}&to={last}")
    all_ = duty.get(f"/api/v1/forecasts?from={day_of(TODAY[:10], -100)}&to={TODAY[:10]}T23:00")["forecasts"]
    said = {}  # (model, day) of the lead
    for f in all_:
        for d in f["days"]:
            if d["day"] == day_of(f["issued"][:10], lead):
                said[f["model"], d["day"]] = (d["low"] + d["high"]) / 2
    models = sorted({m for m, _ in said})
    complete = [d for d in sorted(seen) if seen[d] is not None and all((m, d) in said for m in models)]
    days = [d for d in complete if first <= d <= last and seen.get(day_of(d, -lead - 1)) is not None]
    error = {m: [abs(said[m, d] - seen[d]) for d in days] for m in models}
    error["persistence"] = [abs(seen[day_of(d, -lead - 1)] - seen[d]) for d in days]
    error["blend"] = []
    for d in days:
        known = [u for u in complete if day_of(d, -lead - 30) <= u < day_of(d, -lead)]  # observed before it was issued
        error["blend"].append(abs(blend_of([({m: said[m, u] for m in models}, seen[u]) for u in known], {m: said[m, d] for m in models}) - seen[d]))
    want = {m: (len(days), round(sum(e) / len(days), 1)) for m, e in error.items()}
    got = {r["model"]: (r["days"], r["mean_abs_error"]) for r in scores["rows"] if r["lead"] == lead and r["season"] == "all"}
    tap.ok(len(days) > 8 and set(got) == set(want) and all(got[m][0] == want[m][0] and abs(got[m][1] - want[m][1]) <= 0.15 for m in want), f"D06 every model on the same {len(days)} days of lead {lead}: {got}")
    worse = {r["model"]: r["worse"] for r in scores["rows"] if r["lead"] == lead and r["season"] == "all"}
    tap.ok(worse == {m: sum(e) > sum(error["persistence"]) for m, e in error.items()} and worse["丙（反着报）"], f"D06 who is worse than persistence is marked: {worse}")
    leads = {(r["lead"], r["season"]) for r in scores["rows"]}
    tap.ok(all((x, "autumn") in leads for x in range(3)) and not any(s == "summer" for _, s in leads), f"D06 by lead and season: {sorted(leads)}")
    tap.ok(all({"persistence", "blend"} <= {r["model"] for r in scores["rows"] if (r["lead"], r["season"]) == k} for k in leads), "D06 persistence and the blend are in every group")
    rule = scores["rule"]
    tap.ok(rule["certainty"] == "own choice" and "起报日之前" in rule["clause"], f"D06 what the weights rest on is declared: {rule['clause']}")
    # nothing later than the issue: what is observed afterwards moves no earlier day's blend
    short = duty.get(f"/api/v1/forecasts/scores?from={first}&to={days[4]}")
    long = [r for r in short["rows"] if r["model"] == "blend" and r["lead"] == lead and r["season"] == "all"][0]
    tap.ok(long["days"] == 5 and abs(long["mean_abs_error"] - sum(error["blend"][:5]) / 5) <= 0.15, f"D06 the first five days' blend is the same without the later ones: {long['mean_abs_error']}")


def test_d06_files():
    """The same of files."""
    lines = ["date,model,lead,forecast,aqi"]
    seen = [60, 80, 120, 90, 70, 110, 150, 95, 85, 130, 75, 65]
    for i, v in enumerate(seen):
        day = f"2026-03-{i + 1:02d}"
        lines += [f"{day},甲,1,{v + 5},{v}", f"{day},乙,1,{300 - v},{v}"]
    done = subprocess.run([PROGRAM, "evaluate", "forecast"], input="\n".join(lines) + "\n", capture_output=True, text=True, check=False)
    table = [r.split(",") for r in done.stdout.splitlines()]
    heading, rows = table[0], [dict(zip(table[0], r)) for r in table[1:]]
    by = {(r["model"], r["season"]): r for r in rows if r.get("lead") == "1"}
    n = len(seen) - 2
    wrong = sum(abs(seen[i - 2] - seen[i]) for i in range(2, len(seen))) / n
    tap.ok(done.returncode == 0 and by["甲", "all"]["mean_abs_error"] == "5.0" and by["甲", "all"]["days"] == str(n) and abs(float(by["persistence", "all"]["mean_abs_error"]) - wrong) <= 0.05
           and by["乙", "all"]["worse"] == "1" and by["甲", "all"]["worse"] == "0" and ("blend", "spring") in by, f"D06 bihuan evaluate forecast: {heading} {by.get(('persistence', 'all'))} {done.stderr[:200]}")


# ---- D07 ----

def drafts(duty):
    return [c for c in duty.get("/api/v1/cases?ledger=warning&limit=50")["cases"]]


def test_d07(server, duty):
    """A forecast drafts, a better one redrafts, a person decides, and its end is said by the program."""
    leader = server.client("leader")
    with open(os.path.join(server.data, "city.json"), encoding="utf-8") as f:
        air = [s["code"] for s in json.load(f)["sites"] if s["kind"] == "air"]

    def give(issued, *aqi):
        duty.post("/api/v1/forecasts", {"model": "省台会商", "issued": issued, "days": [{"day": day_of(issued, i), "aqi": v} for i, v in enumerate(aqi)]})

    def next_day(begin):
        until = day_of(begin, 1)
        duty.post("/api/v1/test/clock", {"advance_s": 86400})
        run("sim", "--to", f"127.0.0.1:{server.devices}", "--city", os.path.join(server.data, "city.json"), "--scenario", os.path.join(server.data, "scenario.json"), "--air", os.path.join(server.data, "replay.csv.gz"),
            "--from", f"{begin}T08:00", "--until", f"{until}T08:00", "--sites", ",".join(air))
        duty.post("/api/v1/test/clock", {"settle": True})

    tap.ok(not drafts(duty), "D07 no warning yet")
    give("2026-11-20", 120, 140, 140, 80, 70)
    tap.ok(not drafts(duty), "D07 a forecast below the conditions drafts nothing")
    next_day("2026-11-20")
    give("2026-11-21", 120, 210, 215, 80, 70)
    made = drafts(duty)
    tap.ok(len(made) == 1 and made[0]["state"] == "草拟", f"D07 one that meets them drafts one warning: {[c['state'] for c in made]}")
    case = made[0]["id"]
    c = duty.get(f"/api/v1/cases/{case}")
    f = c["fields"]
    tap.ok(f["level"] == "橙色" and "11-22 210、11-23 215" in f["problem"] and "省台会商" in f["problem"] and "实况日AQI" in f["problem"], f"D07 with its level and figures: {f['level']} {f['problem']}")
    tap.ok("环大气〔2024〕6号" in f["clause"] and "single source" in f["clause"] and "AQI>200持续48小时" in f["clause"].replace(" ", ""), f"D07 the rule's clause and how sure it is: {f['clause']}")
    tap.ok("决定人未定" in f["missing"] and "不足 24 小时" in f["missing"] and "缺模式" in f["missing"], f"D07 and what is missing: {f['missing']}")
    tap.ok(not f.get("decided") and c["events"][0]["actor"] == "system" if "actor" in c["events"][0] else True, "D07 drafted by the program, decided by nobody")
    tap.ok(refusal(leader, case, "start")[0] == "case.gate_unmet", "D07 which is not in force before somebody has decided")
    tap.ok(refused(server.client("chem"), "POST", f"/api/v1/cases/{case}/actions", {"action": "decide", "fields": {"decided": "x", "level": "黄色"}})[0] == 403, "D07 and not anybody decides")
    next_day("2026-11-21")
    give("2026-11-22", 170, 160, 90, 70)
    c = duty.get(f"/api/v1/cases/{case}")
    tap.ok(len(drafts(duty)) == 1 and c["fields"]["level"] == "黄色" and "11-22 170、11-23 160" in c["fields"]["problem"], f"D07 a newer forecast redrafts the same one: {c['fields']['level']} {c['fields']['problem']}")
    line = opened(duty, "reduction_line", title="甲厂", kind="工业企业", problem="窑炉", yellow="限产20%", orange="限产30%", red="停产", owner="chem", supervisor="bureau")
    do(duty, line, "confirm")
    do(duty, case, "consult", report="扩散条件一般，同意黄色")
    do(leader, case, "decide", decided="林局长", level="黄色")
    c = do(leader, case, "start")
    said = [e for e in c["events"] if e["action"] in ("decide", "start", "renew")]
    tap.ok(c["state"] == "启动" and c["fields"]["decided"] == "林局长" and len(said) >= 3, f"D07 in force: the log has who decided and on which numbers ({[e['action'] for e in said]})")
    give_up = c["fields"]["problem"]
    duty.post("/api/v1/test/clock", {"advance_s": 86400})
    give("2026-11-23", 60, 60, 60, 60)
    c = duty.get(f"/api/v1/cases/{case}")
    tap.ok(not c["fields"].get("ended"), "D07 with the day's observation missing its end is not suggested")
    run("sim", "--to", f"127.0.0.1:{server.devices}", "--city", os.path.join(server.data, "city.json"), "--scenario", os.path.join(server.data, "scenario.json"), "--air", os.path.join(server.data, "replay.csv.gz"),
        "--from", "2026-11-22T08:00", "--until", "2026-11-23T08:00", "--sites", ",".join(air))
    duty.post("/api/v1/test/clock", {"settle": True})
    c = duty.get(f"/api/v1/cases/{case}")
    tap.ok("建议" in (c["fields"].get("ended") or "") and c["state"] == "启动" and c["fields"]["problem"] == give_up, f"D07 when the condition has ended the program says so and lifts nothing: {c['fields'].get('ended')}")
    c = do(duty, case, "lift", reason="预报与实况均低于条件")
    tap.ok(c["state"] == "解除", "D07 a person lifts it")


# ---- C08 ----

def test_c08(server, duty):
    """A source in its fence, out of it, silent; a dose rate within the natural range and above it."""
    with open(os.path.join(server.data, "city.json"), encoding="utf-8") as f:
        sites = {s["code"]: s for s in json.load(f)["sites"]}
    site = "source-ndt-1"
    number = next(s["id"] for s in duty.get("/api/v1/sites?kind=radiation")["sites"] if s["code"] == site)
    register = opened(duty, "source_register", code="0326IR000012", title="γ探伤机1号", nuclide="Ir-192", category="Ⅱ类", activity="3.7 TBq", mobile=True, problem="管道焊缝探伤", owner="ndt", supervisor="bureau", licence="碧环辐证[00017]",
                      person="丁工 13900000017", site=site, centre={"lon": 123.562, "lat": 35.524}, radius=200)
    do(duty, register, "begin")
    line = Line(server, sites[site], 38)

    def clock():
        return datetime.datetime.fromisoformat(duty.get("/api/v1/about")["clock"]["now"][:19])

    def report(lng, lat, minutes=5):
        """The device says where it is, now; what follows from it is waited for, not asked for."""
        duty.post("/api/v1/test/clock", {"advance_s": minutes * 60})
        now = clock()
        line.send(2011, f"DataTime={now:%Y%m%d%H%M%S};r00002-Rtd={lng:.5f},r00002-Flag=N;r00003-Rtd={lat:.5f},r00003-Flag=N", now)
        return now

    def alarms():
        return duty.get("/api/v1/cases?ledger=source_alarm")["cases"]

    def wait_for(what, most):
        begin = time.monotonic()
        while not what() and time.monotonic() - begin < most:
            time.sleep(0.1)
        return time.monotonic() - begin

    report(123.562, 35.524)
    report(123.5635, 35.524)  # some 140 m away, within the 200
    duty.post("/api/v1/test/clock", {"settle": True})
    tap.ok(not alarms(), "C08 a source in its fence alarms nobody")
    left = report(123.575, 35.524)
    took = wait_for(alarms, 90)
    cases = alarms()
    found = [f for f in duty.get("/api/v1/findings?state=case")["findings"] if f["rule"] == "source.fence"]
    tap.ok(len(cases) == 1 and len(found) == 1 and found[0]["case"] == cases[0]["id"], f"C08 one that leaves it is a finding and a case by itself: {[f['title'] for f in found]}")
    tap.ok(took < found[0]["facts"]["limit_s"], f"C08 {took:.1f} s after its position came, within the limit of {found[0]['facts']['limit_s']} s")
    metres = 6371008.8 * math.radians(123.575 - 123.562) * math.cos(math.radians(35.524)) - 200
    tap.ok(found[0]["from"][:19] == left.isoformat() and abs(found[0]["facts"]["value"] - metres) < 2, f"C08 since then, so many metres outside: {found[0]['from']}, {found[0]['facts']['value']} for {metres:.0f}")
    case = cases[0]["id"]
    c = duty.get(f"/api/v1/cases/{case}")
    frozen = c["fields"]["file"]
    tap.ok(all(w in frozen for w in ("0326IR000012", "Ir-192", "Ⅱ类", "碧湾无损检测", "丁工 13900000017", "碧环辐证[00017]")) and c["owner"]["code"] == "ndt" and abs(c["fields"]["place"]["lon"] - 123.575) < 0.001, f"C08 with the holder's file: {frozen}")
    tap.ok(refused(duty, "POST", "/api/v1/cases", {"ledger": "source_alarm", "fields": {"problem": "p", "owner": "ndt", "supervisor": "bureau", "file": "x"}})[0] == 400, "C08 which nobody writes")
    do(server.client("ndt"), register, "amend", person="李工 13800000000")
    report(123.576, 35.524)
    report(123.562, 35.524)
    wait_for(lambda: duty.get(f"/api/v1/cases/{case}")["fields"].get("ended"), 30)
    c = duty.get(f"/api/v1/cases/{case}")
    tap.ok(c["fields"]["file"] == frozen and "李工" in duty.get(f"/api/v1/cases/{register}")["fields"]["person"], "C08 which stays as it was when the register changes")
    tap.ok("不再满足" in (c["fields"].get("ended") or "") and c["state"] == "告警", f"C08 back in the fence is said, and closes nothing: {c['fields'].get('ended')}")
    report(123.575, 35.524)
    time.sleep(3)
    tap.ok(len(alarms()) == 1, "C08 out again while the case stands: one case")
    tap.ok(refusal(server.client("ndt"), case, "close", check="x")[0] in ("case.no_such_action", "case.forbidden"), "C08 its holder does not close it")
    line.close()
    # silence
    duty.post("/api/v1/test/clock", {"advance_s": 3600})
    silent = [f for f in duty.get("/api/v1/findings?state=open")["findings"] if f["rule"] == "device.silent" and f["site"] and f["site"]["id"] == number]
    tap.ok(len(silent) == 1, f"C08 a device that says nothing is a finding as well: {[f['title'] for f in silent]}")
    play = Outlets(server, duty, clock().replace(minute=0, second=0).isoformat(), ["rad-bureau"])
    duty.post("/api/v1/test/clock", {"advance_s": 3600})
    # the background
    rad = [f for f in duty.get("/api/v1/findings")["findings"] if f["rule"] == "radiation.hour"]
    top = play.now + datetime.timedelta(hours=1)
    play.events.append({"site": "rad-bureau", "factor": "r00001", "from": top.isoformat()[:16], "to": (top + datetime.timedelta(hours=3)).isoformat()[:16], "set": 137})
    play.play(6)
    above = [f for f in duty.get("/api/v1/findings")["findings"] if f["rule"] == "radiation.hour"]
    tap.ok(not rad and len(above) == 1 and above[0]["facts"]["value"] == 137 and above[0]["facts"]["limit"] == 110 and above[0]["facts"]["hours"] == 3, f"C08 a dose rate above the place's natural range: {[f['title'] for f in above]}")


def fresh(test, *more):
    """A city of its own for one row, whose clock it moves."""
    server = Server(today=TODAY, demo_args=["--history-days", "60", "--no-cases"], serve_args=["--test-clock", TODAY])
    with server:
        tap.row(test.__name__[5:8].upper(), test, server, server.client("duty"), *more)


def main():
    fresh(test_c05)
    fresh(test_d06)
    tap.row("D06", test_d06_files)
    fresh(test_d07)
    fresh(test_c08)
    tap.exit()


if __name__ == "__main__":
    main()
