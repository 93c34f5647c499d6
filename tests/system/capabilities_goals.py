#!/usr/bin/env python3
"""Targets held to their figures: total emissions (A03), targets of all media with reported figures (A04), the gap table of a creation plan (A08),
pace curves, the monthly sheet and the annual evaluation (A09), zero-waste lists and the GEP account (D10), on the running server. Each check names
its row."""
import io
import zipfile

from _acting import City, png
from _bihuan import Server, Tap
from _sheet import enter, send, xlsx

tap = Tap()
TODAY = "2026-07-10"
METHOD, PAPER = "本市核算办法（2024年版）", "碧环函〔2026〕12号"


def read(city, title, text):
    """A plan read and every target and task of it confirmed; (id, items by what they are of, all items)."""
    plan = city["duty"].post("/api/v1/plans", {"title": title, "text": text})["id"]
    items = city["duty"].get(f"/api/v1/plans/{plan}")["items"]
    for x in items:
        if x["kind"] in ("target", "task"):
            city["duty"].post(f"/api/v1/targets/{x['id']}", {"action": "confirm"})
    items = city["duty"].get(f"/api/v1/plans/{plan}")["items"]
    return plan, {x.get("indicator") or x.get("object"): x for x in items if x["kind"] in ("target", "task")}, items


def progress(city, target):
    return next(t["progress"] for t in city["duty"].get("/api/v1/targets")["targets"] if t["id"] == target)


def report(city, indicator, value, unit="%", adopt=True, **more):
    """A figure that the district reports and the bureau adopts; its case."""
    city.uploads += 1
    paper = city.upload("lingang", f"p{city.uploads}.png", png(city.uploads))
    case = city.open("lingang", "figure", {"indicator": indicator, "value": value, "unit": unit, "on": "2026-06-30", "method": METHOD, "source": PAPER,
                                           "proof": [paper], "owner": "gov-lingang", "supervisor": "bureau", **more})
    if adopt:
        city.act("supervisor", case, "adopt", opinion="与依据文件一致")
    return case


def sheet(city, period="2026-06", plan=0):
    return city["duty"].get(f"/api/v1/situation?period={period}" + (f"&plan={plan}" if plan else ""))


def row_of(answer, target):
    return next((r for r in answer["rows"] if r["id"] == target), None)


# ---- A03 ----

def project(city, title, pollutant, before, after):
    """A treatment project up to its acceptance; its case."""
    case = city.open("duty", "industry", {"kind": "其他", "enterprise": "power", "title": title, "problem": title, "pollutant": pollutant, "before": before,
                                          "goal": "治理后实测达标", "owner": "power", "supervisor": "bureau", "due": "2026-12-31"})
    city.act("power", case, "take")
    city.act("power", case, "submit", report="治理完成", after=after, evidence=[{"kind": "照片", "text": "现场"}, {"kind": "治理后监测报告", "text": "报告"}])
    return case


def inventory(city, pollutant, *tons):
    case = city.open("supervisor", "emission", {"pollutant": pollutant, "base_year": 2018, "source": "2018年环境统计年报", "owner": "gov-lingang", "supervisor": "bureau",
                                                "inventory": [{"source": f"行业{i}", "t": t, "basis": "环境统计"} for i, t in enumerate(tons)]})
    city.act("lingang", case, "submit")
    return case


def emissions(city):
    text = ("2026年度总量减排工作方案\n一、目标\n2026年，全市二氧化硫、化学需氧量、氨氮、氮氧化物排放量分别比2018年下降3.0%、2.0%、2.8%、5.1%。\n"
            "2026年，全市二氧化硫、化学需氧量、氨氮、氮氧化物排放量分别比2018年下降3.0%、2.0%、2.8%。\n")
    plan, got, items = read(city, "总量减排", text)
    want = {"二氧化硫排放量": 3.0, "化学需氧量排放量": 2.0, "氨氮排放量": 2.8, "氮氧化物排放量": 5.1}
    tap.ok({k: v["value"] for k, v in got.items()} == want and all(v["baseline"] == "2018年" for v in got.values()), f"A03 the list is zipped in its order: NH3-N 2.8, NOx 5.1: { {k: v['value'] for k, v in got.items()} }")
    doubts = [x for x in items if x["kind"] == "doubt"]
    tap.ok(len(doubts) == 1 and "4 个指标对应 3 个数值" in doubts[0]["reason"] and len(got) == 4, f"A03 the planted list of three values is refused with a doubt: {doubts[0]['reason']}")
    tap.ok(city["duty"].call("POST", f"/api/v1/targets/{doubts[0]['id']}", {"action": "confirm"})[0] == 409, "A03 and cannot be confirmed as it stands")
    nox, so2 = got["氮氧化物排放量"]["id"], got["二氧化硫排放量"]["id"]
    p = progress(city, nox)
    tap.ok(p["verdict"] == "cannot_judge" and "没有定稿" in p["text"], f"A03 without an inventory of the base year nothing is judged: {p['text']}")
    base = inventory(city, "NOx", 600, 400)
    tap.ok(progress(city, nox)["verdict"] == "cannot_judge", "A03 an inventory that is not settled is no denominator")
    city.act("supervisor", base, "settle", opinion="与年报一致")
    done, waiting = project(city, "2号机组脱硝", "NOx", 90, 49), project(city, "窑尾脱硝", "NOx", 60, 40)
    other = project(city, "锅炉脱硫", "SO₂", 500, 0)
    paper = {"kind": "治理后监测报告", "text": "验收监测"}
    city.act("supervisor", done, "accept", opinion="实测达标", evidence=[paper])
    city.act("supervisor", other, "accept", opinion="实测达标", evidence=[paper])
    p = progress(city, nox)
    e = p["emission"]
    tap.ok((e["base"], e["cut"], p["value"], p["gap"], e["short"], e["waiting"]) == (1000, 41, 4.1, -1, 10, 1) and p["verdict"] == "behind",
           f"A03 41 t verified of 1000 t are 4.1 %, 1.0 and 10 t short of 5.1 %; what waits for acceptance is not counted: {p['text']}")
    tap.ok([x["title"] for x in e["projects"]] == ["2号机组脱硝"] and e["projects"][0]["case"] == done, f"A03 the projects that make it are named: {e['projects']}")
    city.act("supervisor", waiting, "accept", opinion="实测达标", evidence=[paper])
    p = progress(city, nox)
    tap.ok((p["value"], p["verdict"], len(p["emission"]["projects"])) == (6.1, "on_track", 2), f"A03 verified, the second counts: {p['text']}")
    city.act("supervisor", done, "found_again", reason="抽测超标")
    p = progress(city, nox)
    tap.ok((p["value"], p["verdict"]) == (2, "behind"), f"A03 a project that came back counts no more: {p['value']} %")
    tap.ok(progress(city, so2)["verdict"] == "cannot_judge", "A03 each pollutant has its own inventory")
    second = inventory(city, "SO₂", 20000)
    city.act("supervisor", second, "grow", added=[{"year": 2026, "t": 100, "basis": "新建项目环评"}, {"year": 2018, "t": 9999, "basis": "基准年内不算"}])
    city.act("supervisor", second, "settle", opinion="一致")
    p = progress(city, so2)
    tap.ok((p["value"], p["gap"], p["emission"]["added"]) == (2, -1, 100), f"A03 what was added since is taken off: 500 − 100 of 20000 t: {p['text']}")
    return plan


# ---- A04 ----

LIST = [  # words of the plan, indicator, op, value, unit
    ("碧海湾水质优良面积比例不低于70%", "水质优良面积比例", ">=", 70, "%"), ("国控断面水质优良比例达到93%以上", "国控断面水质优良比例", ">=", 93, "%"),
    ("交接断面水质达标率达到100%以上", "交接断面水质达标率", "=", 100, "%"), ("县级以上集中式饮用水水源地水质达标率达到100%", "县级以上集中式饮用水水源地水质达标率", ">=", 100, "%"),
    ("劣Ⅴ类断面比例控制在2.8%以内", "劣Ⅴ类断面比例", "<=", 2.8, "%"), ("受污染耕地安全利用率达到92%以上", "受污染耕地安全利用率", ">=", 92, "%"),
    ("污染地块安全利用率不低于95%", "污染地块安全利用率", ">=", 95, "%"), ("省控断面水质优良比例达到84.5%", "省控断面水质优良比例", ">=", 84.5, "%"),
    ("近岸海域水质优良比例达到77.1%", "近岸海域水质优良比例", ">=", 77.1, "%"), ("细颗粒物年均浓度不高于33微克/立方米", "细颗粒物年均浓度", "<=", 33, "微克/立方米"),
    ("空气质量优良天数比率达到84%", "空气质量优良天数比率", ">=", 84, "%"), ("重污染天数不超过6天", "重污染天数", "<=", 6, "天"),
    ("森林覆盖率达到33.5%", "森林覆盖率", ">=", 33.5, "%"), ("煤炭消费总量控制在960万吨以内", "煤炭消费总量", "<=", 960, "万吨"),
    ("区域环境噪声平均声级不高于55分贝", "区域环境噪声平均声级", "<=", 55, "分贝")]


def register(city):
    plan, got, _ = read(city, "环境质量目标", "2026年环境质量目标清单\n" + "。\n".join(x[0] for x in LIST) + "。\n")
    rows = {k: (v["op"], v["value"], v["unit"]) for k, v in got.items()}
    missing = [x for x in LIST if rows.get(x[1]) != x[2:]]
    tap.ok(not missing and len(rows) == 15, f"A04 fifteen indicators are loaded with direction, figure and unit: {missing or len(rows)}")
    whole = got["交接断面水质达标率"]
    tap.ok((whole["op"], whole["value"]) == ("=", 100) and "100%以上" in whole["warning"], f"A04 “100 % 以上” is kept as = 100 % with a warning: {whole['warning']}")
    tap.ok(not got["县级以上集中式饮用水水源地水质达标率"].get("warning"), "A04 a plain 100 % has none")
    farmland, bay = got["受污染耕地安全利用率"]["id"], got["水质优良面积比例"]["id"]
    tap.ok(all(progress(city, x)["verdict"] == "cannot_judge" for x in (farmland, bay, whole["id"])), "A04 without a figure from outside it cannot be judged")
    status, _ = city["lingang"].call("POST", "/api/v1/cases", {"ledger": "figure", "fields": {
        "indicator": "受污染耕地安全利用率", "value": 99, "unit": "%", "on": "2026-06-30", "method": METHOD, "source": PAPER, "owner": "gov-lingang", "supervisor": "bureau"}})
    tap.ok(status == 400, "A04 a figure without the paper it rests on is not taken")
    case = report(city, "受污染耕地安全利用率", 91.99, adopt=False)
    tap.ok(progress(city, farmland)["verdict"] == "cannot_judge", "A04 a figure that nobody checked judges nothing")
    tap.ok(city.refused("lingang", case, "adopt", opinion="x")[0] == "case.forbidden", "A04 who reports it does not adopt it")
    city.act("supervisor", case, "adopt", opinion="与依据文件一致")
    p = progress(city, farmland)
    told = p.get("reported", {})
    tap.ok(p["verdict"] == "behind" and p["value"] == 91.99 and told.get("case") == case and told["on"] == "2026-06-30" and told["source"] == PAPER and told["by"] == "临港区人民政府" and told["files"],
           f"A04 91.99 fails against ≥ 92, and who, when and what paper is said: {p['text']}")
    tap.ok("上报" in p["text"] and "非实测" in p["text"], "A04 it is marked as reported, not measured")
    city.act("supervisor", case, "recall", reason="核算有误")
    tap.ok(progress(city, farmland)["verdict"] == "cannot_judge", "A04 recalled, it judges nothing any more")
    paper = city.upload("lingang", "again.png", png(900))
    city.act("lingang", case, "correct", value=92.0, method=METHOD, source=PAPER, proof=[paper])
    city.act("supervisor", case, "adopt", opinion="已更正")
    p = progress(city, farmland)
    tap.ok(p["verdict"] == "on_track" and p["value"] == 92, f"A04 92.0 passes: {p['text']}")
    report(city, "水质优良面积比例", 68.4)
    tap.ok(progress(city, bay)["verdict"] == "cannot_judge", "A04 a figure of the whole city is not the bay's")
    report(city, "水质优良面积比例", 71.2, region="碧海湾")
    tap.ok(progress(city, bay)["verdict"] == "on_track" and progress(city, bay)["value"] == 71.2, "A04 the bay's own is")
    report(city, "交接断面水质达标率", 99.5)
    tap.ok(progress(city, whole["id"])["verdict"] == "behind", "A04 = 100 %: 99.5 fails")
    report(city, "煤炭消费总量", 480, "吨")
    tap.ok(progress(city, got["煤炭消费总量"]["id"])["verdict"] == "cannot_judge", "A04 a figure in another unit is not compared")
    rows = sheet(city, plan=plan)["rows"]
    ruled = {r["indicator"]: r for r in rows}
    tap.ok(ruled["受污染耕地安全利用率"]["rule"] == METHOD and ruled["受污染耕地安全利用率"]["how"] == "reported", "A04 the register says by which method and version")
    air = ruled["细颗粒物年均浓度"]
    tap.ok(air["how"] == "measured" and air["rule"].startswith("HJ663"), f"A04 a measured one by which rule set: {air['rule']}")
    return plan


# ---- A08, A09 ----

def creation(city):
    text = "生态文明建设示范市创建规划\n到2028年，环境宜居满意度达到95%。\n到2028年，公众绿色出行率达到60%。\n到2028年，细颗粒物年均浓度不高于30微克/立方米。\n"
    plan, got, _ = read(city, "示范创建", text)
    pleased, ride, dust = got["环境宜居满意度"]["id"], got["公众绿色出行率"]["id"], got["细颗粒物年均浓度"]["id"]
    duty = city["duty"]
    duty.post(f"/api/v1/targets/{pleased}", {"action": "correct", "fields": {"owner": "临港区人民政府"}})
    duty.post(f"/api/v1/targets/{pleased}/pace", {"pace": {"kind": "points", "points": [
        {"by": "2025-12-31", "value": 88}, {"by": "2026-06-30", "value": 90, "what": "中期评估"}, {"by": "2026-12-31", "value": 91}, {"by": "2027-12-31", "value": 93}, {"by": "2028-12-31", "value": 95}]}})
    duty.post(f"/api/v1/targets/{dust}/pace", {"pace": {"kind": "points", "points": [{"by": f"{y}-12-31", "value": v} for y, v in ((2026, 75), (2027, 50), (2028, 30))]}})
    duty.post(f"/api/v1/targets/{ride}/pace", {"pace": {"kind": "points", "points": [{"by": "2026-12-31", "value": 50}, {"by": "2028-12-31", "value": 60}]}})
    report(city, "环境宜居满意度", 87.5, span="年初至截至日")
    report(city, "环境宜居满意度", 88.2, on="2025-12-31")
    answer = sheet(city, "2026-07", plan)
    r = row_of(answer, pleased)
    tap.ok((r["value"], r["final"], r["progress"]["value"], r["progress"]["gap"], r["owner"], r["pace"]["next"]["by"], r["pace"]["next"]["value"]) == (91, 95, 87.5, -3.5, "临港区人民政府", "2026-12-31", 91),
           f"A08 the row shows this year's figure of the programme, value, gap, owner and next date: {r['progress']['text']}；{r['pace']['next']}")
    tap.ok([(y["year"], y["wanted"], y["value"], y["verdict"]) for y in r["years"]] == [(2025, 88, 88.2, "met"), (2026, 91, 87.5, "behind"), (2027, 93, None, "to_come"), (2028, 95, None, "to_come")],
           f"A08 the years of the creation plan are looked through: {[(y['year'], y['wanted'], y['value']) for y in r['years']]}")
    none = row_of(answer, ride)
    tap.ok(none["how"] == "none" and none["progress"]["verdict"] == "cannot_judge" and none["pace"]["behind"] is None, "A08 an indicator without a data source is marked 不能判定")
    tap.ok(row_of(answer, dust)["how"] == "measured" and row_of(answer, dust)["value"] == 75, "A08 a measured indicator is held against the year's figure of the programme")
    notice = duty.post(f"/api/v1/targets/{pleased}/supervision", {"fields": {"title": "环境宜居满意度落后", "problem": r["pace"]["text"], "goal": "补齐差距", "owner": "gov-lingang", "supervisor": "bureau", "due": "2026-09-30"}})
    got = city.case(notice["id"])
    tap.ok(notice["number"].startswith("DB-") and got["fields"]["target"] == pleased and "落后 2.5" in got["fields"]["problem"], f"A08 a notice of supervision is opened from the row: {notice['number']} {got['fields']['problem']}")
    tap.ok(row_of(sheet(city, "2026-07", plan), pleased)["supervised"] == [notice["id"]], "A08 and the row knows it")
    tap.ok(city["lingang"].call("POST", f"/api/v1/targets/{pleased}/supervision", {"fields": {}})[0] == 403, "A08 the responsible unit opens none")
    return plan


def paces(city):
    text = "2026年重点任务\n2026年12月底前，新建污水管网100公里。\n2026年，秸秆综合利用率达到95%。\n2026年，细颗粒物年均浓度不高于20微克/立方米。\n"
    plan, got, _ = read(city, "时序进度", text)
    duty = city["duty"]
    pipes, dust, straw = got["污水管网"]["id"], got["细颗粒物年均浓度"]["id"], got["秸秆综合利用率"]["id"]
    tap.ok(row_of(sheet(city, plan=plan), pipes) is None, "A09 a task that keeps no pace is on no sheet")
    for bad in ({"kind": "curve"}, {"kind": "linear", "from": "2026-12-31", "to": "2026-01-01"}, {"kind": "months", "year": 2026, "values": [1]},
                {"kind": "points", "points": [{"by": "2026-06-30", "value": 1}, {"by": "2026-03-31", "value": 2}]}, {"kind": "linear", "from": "2026-01-01", "to": "2026-12-31", "value": 1e300}):
        tap.ok(duty.call("POST", f"/api/v1/targets/{pipes}/pace", {"pace": bad})[0] == 400, f"A09 refused as no pace: {bad}")
    duty.post(f"/api/v1/targets/{pipes}/pace", {"pace": {"kind": "months", "year": 2026, "values": [None, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 100]}})
    report(city, "污水管网", 25, "公里", target=pipes)
    report(city, "污水管网", 4, "公里", target=pipes, span="当月")
    r = row_of(sheet(city, plan=plan), pipes)
    tap.ok(r["behind"] and r["pace"]["wanted"] == 50 and r["pace"]["short"] == 25 and "落后 25 公里" in r["pace"]["text"], f"A09 six months at half pace: behind, and the shortfall is named: {r['pace']['text']}")
    tap.ok(r["month"] == 4 and r["progress"]["value"] == 25, "A09 the sheet has the figure of the month and to date")
    duty.post(f"/api/v1/targets/{pipes}/pace", {"pace": {"kind": "linear", "from": "2025-12-31", "to": "2026-12-31"}})
    r = row_of(sheet(city, plan=plan), pipes)
    tap.ok(abs(r["pace"]["wanted"] - 100 * 181 / 365) < 1e-5 and r["behind"], f"A09 a linear pace wants 181 days of 365: {r['pace']['wanted']}")
    duty.post(f"/api/v1/targets/{pipes}/pace", {"pace": {"kind": "points", "points": [{"by": "2026-06-30", "value": 20, "what": "一期"}, {"by": "2026-12-31", "value": 100}]}})
    r = row_of(sheet(city, plan=plan), pipes)
    tap.ok(not r["behind"] and r["pace"]["short"] == 0 and r["pace"]["next"]["by"] == "2026-12-31", "A09 by its own points it keeps the pace")
    duty.post(f"/api/v1/targets/{pipes}/pace", {"pace": {"kind": "months", "year": 2026, "values": [None, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 100]}})
    duty.post(f"/api/v1/targets/{pipes}/reason", {"period": "2026-06", "text": "汛期停工", "measures": "增加作业面"})
    tap.ok(duty.call("POST", f"/api/v1/targets/{pipes}/reason", {"period": "2027-01", "text": "x"})[0] == 400, "A09 no reasons for a month that has not begun")
    answer = sheet(city, plan=plan)
    r, air = row_of(answer, pipes), row_of(answer, dust)
    tap.ok(r["reason"]["text"] == "汛期停工" and r["reason"]["by"] == "duty", "A09 reasons stand beside it with who gave them")
    tap.ok(isinstance(air["month"], (int, float)) and isinstance(air["progress"]["value"], (int, float)) and air["behind"], f"A09 a measured target has its month {air['month']} and to date {air['progress']['value']}")
    tap.ok(isinstance(air["month_last_year"], (int, float)) and isinstance(air["last_year"], (int, float)), f"A09 beside last year: {air['month_last_year']}, {air['last_year']}")
    tap.ok(row_of(answer, straw)["progress"]["verdict"] == "cannot_judge", "A09 without a figure a target is not behind and not met")
    words = {"docx": "word/document.xml", "xlsx": "xl/sharedStrings.xml"}
    for kind, part in words.items():
        status, data = send_get(duty, f"/api/v1/situation/table?period=2026-06&plan={plan}&format={kind}")
        inner = zipfile.ZipFile(io.BytesIO(data)).read(part).decode() if status == 200 else ""
        tap.ok("2026年6月形势分析表" in inner and ("落后于进度的项目" in inner or "落后情况" in inner) and "落后 25 公里" in inner and "汛期停工；增加作业面" in inner, f"A09 the monthly sheet as .{kind} has the list of what is behind and the reasons")
    year = sheet(city, "2026", plan)["summary"]
    tap.ok((year["targets"], year["measured"], year["reported"], year["none"]) == (3, 1, 1, 1), f"A09 the annual evaluation counts what rests on measured and on reported data: {year}")
    city.advance(days=180)
    year = sheet(city, "2026", plan)
    r = row_of(year, pipes)
    tap.ok(r["progress"]["verdict"] == "impossible" and year["summary"]["met"] == 0 and year["summary"]["impossible"] >= 1, f"A09 when the year is over what is not reached is not met: {r['progress']['text']}")
    report(city, "污水管网", 100, "公里", target=pipes, on="2026-12-31")
    year = sheet(city, "2026", plan)
    tap.ok(row_of(year, pipes)["progress"]["verdict"] == "met" and year["summary"]["met"] == 1, f"A09 and with the year's figure it is met, by report: {year['summary']}")
    status, data = send_get(duty, f"/api/v1/situation/table?period=2026&plan={plan}&format=docx")
    tap.ok(status == 200 and "2026年度评估表" in zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode(), "A09 the annual evaluation is a paper too")


def send_get(client, path):
    import urllib.request  # pylint: disable=import-outside-toplevel
    request = urllib.request.Request(client.base + path, headers={"Authorization": "Bearer " + client.token})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
        return answer.status, answer.read()


# ---- D10 ----

HEAD = ["类别", "名称", "所属体系", "县市区", "责任单位", "督导单位", "完成时限"]
PLACES = [("望海区", "gov-wanghai"), ("临港区", "gov-lingang"), ("青屿区", "gov-qingyu"), ("云溪区", "gov-yunxi")]


def line(kind, i, name=None):
    place, owner = PLACES[i % len(PLACES)]
    return [kind, name or f"{place}第{i + 1}个{kind}", "固废治理", place, owner, "bureau", "2027-12-31"]


def lists(city):
    duty = city["duty"]
    # 472 cells of the list, one of them twice in place of another; 100 of 101 tasks
    cells = [line("细胞", i) for i in range(471)] + [line("细胞", 0)[:-1] + ["2028-06-30"]]
    enter(duty, "wastefree", HEAD, [line("指标", i) for i in range(38)] + [line("任务", i) for i in range(100)] + cells)
    plan = city.open("duty", "wastefree_plan", {"title": "全域无废城市建设方案", "system": "1+5+12", "problem": "碧政办〔2026〕5号", "indicators": 38, "tasks": 101, "cells": 472,
                                                "owner": "gov-lingang", "supervisor": "bureau", "due": "2027-12-31"})
    city.act("duty", plan, "check")
    f = city.fields(plan)
    tap.ok((f["have_indicators"], f["have_tasks"], f["have_cells"]) == (38, 100, 472), f"D10 what is loaded is counted: {f['have_indicators']}, {f['have_tasks']}, {f['have_cells']}")
    said = f["differences"]
    tap.ok(len(said) == 2 and "方案101项，清单100项，少1项" in said[0], f"D10 101 tasks are asked and 100 loaded: {said[0]}")
    tap.ok("望海区第1个细胞" in said[1] and said[1].count("WFQ-") == 2, f"D10 the double is named with both numbers: {said[1]}")
    code, why = city.refused("supervisor", plan, "finish", opinion="x")
    tap.ok(code == "case.gate_unmet" and "少1项" in why, f"D10 the plan is not finished while they differ: {why}")
    enter(duty, "wastefree", HEAD, [line("任务", 100)])
    done = city.cases("wastefree", q="望海区第1个指标")[0]["id"]
    city.act("wanghai", done, "report", progress=80, report="进展")
    city.act("wanghai", done, "submit", report="完成", evidence=[{"kind": "照片", "text": "现场"}])
    city.act("supervisor", done, "accept", opinion="合格")
    city.act("duty", plan, "check")
    f = city.fields(plan)
    tap.ok((f["have_indicators"], f["have_tasks"], f["have_cells"]) == (38, 101, 472) and len(f["differences"]) == 1, "D10 with the missing task only the double is left: 38, 101, 472")
    ranking = f["ranking"]
    tap.ok([r["region"] for r in ranking][0] == "望海区" and ranking[0]["done"] == 1 and sum(r["all"] for r in ranking) == 611 and [r["rank"] for r in ranking] == [1, 2, 2, 2], f"D10 progress and rank by district: {ranking}")
    status, data = send_get(duty, f"/api/v1/cases/{plan}/form/sheet?format=docx")
    tap.ok(status == 200 and "望海区第1个细胞" in zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode(), "D10 the progress sheet is printed with the double")


def product(city):
    rows = [{"class": "物质产品", "item": "农林牧渔产品", "value": 52000, "method": "统计法", "source": "2025年统计年鉴"},
            {"class": "调节服务", "item": "水源涵养", "amount": 3000000, "amount_unit": "m³", "price": 8.1, "value": 2430, "method": "替代成本法", "source": "水资源公报"}]
    base = {"region": "北屏县", "year": 2025, "standard": "省级核算技术规范（2023年版）", "owner": "gov-beiping", "supervisor": "bureau"}
    tap.ok(city.refused_opening("beiping", "gep", {**base, "items": [rows[0], {**rows[1], "value": 2500}]}) == "case.gate_unmet", "D10 a value that is not amount times price is refused")
    tap.ok(city.refused_opening("beiping", "gep", {**base, "items": [{k: v for k, v in rows[0].items() if k != "source"}]}) == "case.field_missing", "D10 an item without its source is refused")
    case = city.open("beiping", "gep", {**base, "items": rows})
    paper = city.upload("beiping", "gep.png", png(950))
    city.act("beiping", case, "submit", proof=[paper])
    city.act("supervisor", case, "settle", opinion="同意")
    f = city.fields(case)
    tap.ok((f["supply"], f["regulate"], f["total"]) == (52000, 2430, 54430) and "填报" in f["title"], f"D10 the GEP account is a dated table of items with method and source, marked as entered by people: {f['title']} {f['total']}")


def main():
    with Server(today=TODAY + "T08:00", demo_args=["--history-days", "400", "--no-cases"], serve_args=["--test-clock", TODAY + "T08:00"]) as server:
        city = City(server)
        tap.row("A03", emissions, city)
        tap.row("A04", register, city)
        tap.row("A08", creation, city)
        tap.row("D10", lists, city)
        tap.row("D10", product, city)
        tap.row("A09", paces, city)
        done = server.run_check()
        tap.ok(done.returncode == 0, f"A the chain holds after all of it: {done.stdout[-200:]}{done.stderr[-200:]}")
    tap.exit()


main()
