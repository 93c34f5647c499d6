#!/usr/bin/env python3
"""The public, and those who serve it: quality of first handling (G03), posts, releases and social accounts (G04), opening days and ideas (G06), third-party
audits and small producers (H05), zero direct discharge and stations that run (H11), through the API on the running server. Each check names its row."""
import json
import os
import urllib.parse

from _acting import PAPERS, City, day
from _bihuan import Server, Tap
from _sheet import xlsx

tap = Tap()
TODAY = "2026-09-24"


def complaint(city, problem, **more):
    return city.open("duty", "complaint", {"source": "12369热线", "problem": problem, **more})


def answered(city, problem, owner="gov-lingang", who="lingang", **more):
    case = complaint(city, problem, **more)
    city.act("duty", case, "accept", owner=owner, supervisor="bureau", kind="大气", goal="不再扰民")
    city.act(who, case, "answer", truth="属实", finding="属实", measures=["整改"], reply="已整改", evidence=PAPERS)
    city.act("supervisor", case, "approve")
    return case


def settled(city, problem, satisfied="满意", **more):
    case = answered(city, problem, **more)
    city.act("duty", case, "visit", satisfied=satisfied)
    if satisfied == "不满意":
        city.act("duty", case, "visit", satisfied="基本满意")
    city.act("duty", case, "close")
    return case


# None of these pairs is in tests/unit/ledger/test_repeat.c: (same?, text, other text, metres apart or None)
PLANTED = [
    (True, "海晏路66号胖哥小海鲜每晚炒菜油烟直排到二楼", "胖哥海鲜大排档（海晏路66号）油烟机形同虚设，窗户上全是油", None),
    (True, "现反映石桥村永发养猪场违规排放粪污，严重污染河道，恳请查处", "石桥那个永发养猪的，臭得没法过，粪水都淌到河里了", 80),
    (True, "滨河小区地下车库风机夜间噪声超标", "滨河小区半夜老有个风机嗡嗡响，吵得孩子睡不着", 80),
    (True, "盐场路利民塑料厂排放刺激性气味", "利民塑料那边又飘烧塑料的味了，呛人", None),
    (True, "海晏路66号胖哥小海鲜油烟直排", "海晏路66号换了招牌叫渔家小院，油烟照旧", None),
    (True, "东岭路12号锦绣印刷厂油墨味刺鼻", "锦绣印刷的油墨味儿又来了，楼上开不了窗", None),
    (True, "屏山路采石场爆破和破碎噪声扰民，粉尘弥漫", "屏山路那个采石的一天到晚轰隆隆，院里落一层白灰", 80),
    (False, "东岭路12号锦绣印刷厂油墨味刺鼻", "东岭路12号楼下早餐店油烟熏人", 20),
    (False, "海晏路66号胖哥小海鲜油烟直排", "海晏路70号渔家小院油烟直排", 80),
    (False, "盐场路利民塑料厂有刺激性气味", "盐场路富源塑料厂有刺激性气味", 80),
    (False, "滨河小区地下车库风机夜间噪声", "滨河小区门口垃圾桶满了没人清", 30),
    (False, "现反映石桥村永发养猪场违规排放粪污，恳请查处", "现反映南溪村大旺养鸡场违规排放粪污，恳请查处", None),
]


def repeats(city):
    right = []
    for same, a, b, metres in PLANTED:
        place = {"place": {"lon": 123.2, "lat": 35.5}} if metres else {}
        near = {"place": {"lon": 123.2, "lat": 35.5 + metres / 111320}} if metres else {}
        first = complaint(city, a, **place)
        again = complaint(city, b, **near)
        found = {r["id"]: r for r in city["duty"].get(f"/api/v1/cases/{first}/repeats")["repeats"]}
        right.append((again in found) == same)
        for c in (first, again):  # out of the way of the pairs that follow
            city.act("duty", c, "refuse", refusal="测试")
        if not right[-1]:
            print(f"# {'missed' if same else 'false'}: {a} / {b}: {found.get(again)}")
    tap.ok(all(right), f"G03 repeats under a nickname, another smell word, a new signboard, 80 m apart or in officialese are found, neighbours are not: {sum(right)} of {len(right)}")


def quality(city):
    good = settled(city, "临港路面粉厂粉尘")
    bad = answered(city, "临港路石料场粉尘")
    city.act("supervisor", bad, "return", reason="未到现场")
    city.act("lingang", bad, "answer", truth="属实", finding="属实", measures=["整改"], reply="已整改", evidence=PAPERS)
    city.act("supervisor", bad, "approve")
    city.act("duty", bad, "visit", satisfied="不满意")
    city.act("duty", bad, "visit", satisfied="满意")
    city.act("duty", bad, "close")
    again = complaint(city, "临港路石料场又起尘")
    tap.ok(city.refused("duty", bad, "repeated", repeat_of=city.case(again)["number"])[0] == "case.no_such_action", "G03 a closed case is not made a repeat")
    city.act("duty", again, "repeated", repeat_of=city.case(bad)["number"])
    settled(city, "溪桥路洗车店污水", owner="gov-yunxi", who="yunxi")
    got = city["duty"].get("/api/v1/ledgers/complaint/score")
    units = {u["unit"]["code"]: u for u in got["units"]}
    share = {i["id"]: i["share"] for i in units["gov-lingang"]["items"]}
    want = {"accepted": 1, "in_time": 1, "visited": 1, "satisfied": 0.5, "once": 0.5, "lasting": 0.5}
    tap.ok(share == want, f"G03 each item of a unit's score is the share of its cases: {share}")
    points = sum({i["id"]: i["points"] for i in got["items"]}[k] * v for k, v in want.items())
    tap.ok(units["gov-lingang"]["points"] == points == 72.5 and units["gov-lingang"]["grade"] == "中" and units["gov-yunxi"]["points"] == 100 and units["gov-yunxi"]["grade"] == "优",
           f"G03 its points are those of the items, its grade follows: {units['gov-lingang']['points']} {units['gov-lingang']['grade']}")
    cases = {c["id"]: c for c in city["duty"].get("/api/v1/ledgers/complaint/score?unit=gov-lingang")["cases"]}
    why = {i["id"]: i["why"] for i in cases[bad]["items"] if i["share"] == 0}
    tap.ok(set(cases) == {good, bad} and cases[good]["points"] == 100 and set(why) == {"satisfied", "once", "lasting"} and city.case(again)["number"] in why["lasting"],
           f"G03 the drill-down names the cases and why each lost points: {why}")
    tap.ok(city["supervisor"].call("GET", "/api/v1/ledgers/zero/score")[0] == 400, "G03 a ledger without a score says so")
    tables = {t["id"]: t for t in city["duty"].get("/api/v1/ledgers/complaint/tables")["tables"]}
    line = next(x for x in tables["satisfaction"]["lines"] if x["key"] == "gov-lingang")
    first = dict(zip(tables["satisfaction"]["heads"], (c["n"] for c in line["cells"])))
    tap.ok(first["不满意"] == 1 and first["满意"] == 1, f"G03 the table of first satisfaction is by unit: {first}")


def page(city, ledger, case):
    return next((c for c in city.server.client().get(f"/api/v1/public/ledgers/{ledger}")["cases"] if c["id"] == case), None)


def posts(city):
    heads = ["标题", "摘要", "原文链接", "发布时间", "媒体类型", "媒体名称", "情感", "互动量"]
    lines = [["碧溪河下游发黑", "有网友发视频称碧溪河下游发黑发臭", "https://weibo.test/1", TODAY + " 06:30", "微博", "碧湾身边事", "负面", "2300"],
             ["碧溪河下游发黑（转）", "转发", "https://weibo.test/1", TODAY + " 07:10", "论坛", "碧湾论坛", "负面", "40"],
             ["我市生物多样性观测", "观测到新记录种", "https://paper.test/9", TODAY + " 06:00", "报纸", "碧湾日报", "正面", "100"],
             ["没有时间的一条", "x", "https://x.test/3", "昨天", "微博", "x", "负面", "1"]]
    preview = city.preview("duty", "post", xlsx([heads, *lines]))
    tap.ok(preview["counts"] == {**preview["counts"], "new": 3, "faulty": 1} and "昨天" in json.dumps(preview, ensure_ascii=False), f"G04 a row without a time is told in the preview, and nothing is entered: {preview['counts']}")
    done = city["duty"].post(f"/api/v1/imports/{preview['id']}/accept", {"skip_faulty": True})
    posts = {c["title"]: c["id"] for c in city.cases("post")}
    more = "标题,摘要,发布时间,媒体类型\n渔港漂浮垃圾,有照片," + TODAY + " 05:00,短视频\n"
    csv, entered = city.import_list("duty", "post", more.encode("gb18030"), name="list.csv")
    tap.ok(csv["counts"]["new"] == 1 and entered["opened"] == 1, "G04 a CSV in the old encoding is read as well")
    tap.ok(set(posts) == {r[0] for r in lines[:3]}, f"G04 a monitoring service's list is read in under its own headings: {len(posts)} of {len(lines)}, {done}")
    river = posts["碧溪河下游发黑"]
    city.act("duty", river, "make", unit="gov-lingang", over="bureau", goal="消除黑臭")
    case = city["duty"].get(f"/api/v1/cases?parent={river}")["cases"][0]["id"]
    got = city.case(case)
    tap.ok(got["number"].startswith("YQ-") and got["fields"]["numbered"] == "当日立号" and got["fields"]["link"] == "https://weibo.test/1" and city.fields(river)["judged"] == "当日研判",
           f"G04 a post becomes a numbered case the same day: {got['number']}")
    copy = posts["碧溪河下游发黑（转）"]
    tap.ok(city.fields(copy)["repeats"] == city.case(river)["number"] and city.refused("duty", copy, "make", unit="gov-lingang", over="bureau", goal="x")[0] == "case.gate_unmet", "G04 the same link is not numbered twice")
    city.act("duty", copy, "into", into=got["number"])
    city.act("duty", posts["我市生物多样性观测"], "dismiss", verdict="宣传报道", reason="正面报道")
    tap.ok(page(city, "opinion", case) and not page(city, "opinion", case)["fields"].get("result"), "G04 the public sees it before there is an outcome")
    city.act("lingang", case, "take")
    city.act("lingang", case, "submit", result="已截污并补水，水体恢复", evidence=PAPERS)
    city.act("supervisor", case, "publish")
    shown = page(city, "opinion", case)
    tap.ok(shown["number"] == got["number"] and shown["fields"]["result"] == "已截污并补水，水体恢复", "G04 and the outcome on the same page under the same number")
    tap.ok(not city.server.client().get("/api/v1/public/ledgers/post")["cases"][0]["fields"], "G04 the posts themselves are not published")


def ranks(city):
    base = {"account": "碧湾生态环境", "platform": "微博", "board": "全国生态环境微博榜", "scope": "全国", "source": "榜单发布机构", "owner": "monitoring", "supervisor": "bureau"}
    heads = ["账号", "平台", "榜单", "范围", "月份", "名次", "总数", "发布机构", "链接", "账号单位", "核对单位"]
    lines = [[base["account"], base["platform"], base["board"], base["scope"], m, r, "338", base["source"], f"https://list.test/{m}", "碧湾市生态环境局", "碧湾市生态环境局"] for m, r in (("2026-05", "14"),)]
    lines = [[*row[:9], "市生态环境监测中心", "碧湾市生态环境局"] for row in lines] + [[*lines[0][:4], "2026-06", "11", *lines[0][6:8], "https://list.test/6", "市生态环境监测中心", "碧湾市生态环境局"]]
    city.import_list("duty", "social", xlsx([heads, *lines]))
    made = city.open("monitoring", "social", {**base, "month": "2026-07", "rank": 9, "among": 340})
    rows = {c["fields"]["month"]: c["fields"] for c in (city.case(x["id"]) for x in city.cases("social"))}
    tap.ok([rows[m]["rank"] for m in sorted(rows)] == [14, 11, 9] and rows["2026-07"]["change"] == 2 and rows["2026-06"]["change"] == 3, f"G04 the rank is told over time: {[(m, rows[m]['rank'], rows[m].get('change')) for m in sorted(rows)]}")
    tap.ok(rows["2026-07"]["basis"] == "上报，未核对" and rows["2026-07"]["source"], "G04 it is marked as reported, with its source")
    tap.ok(city.refused_opening("monitoring", "social", {**base, "month": "2026-07", "rank": 3}) == "case.gate_unmet", "G04 a month has one rank")
    tap.ok(city.refused("supervisor", made, "check")[0] == "case.gate_unmet" and city.refused("monitoring", made, "check")[0] == "case.forbidden", "G04 without the list to check it by it is not confirmed, and never by the account's own unit")
    city.act("monitoring", made, "correct", rank=9, among=340, link="https://list.test/7")
    city.act("supervisor", made, "check")
    shown = page(city, "social", made)
    tap.ok(shown["fields"]["basis"] == "已核对榜单原文" and shown["fields"]["rank"] == 9, "G04 checked, the public page says by what")
    plan = city.open("duty", "release", {"kind": "新闻发布会", "title": "三季度空气质量发布会", "problem": "通报三季度数据", "due": day(TODAY, 6), "owner": "monitoring", "supervisor": "bureau"})
    city.act("supervisor", plan, "approve")
    days = city["duty"].get(f"/api/v1/ledgers/release/statistics?by=due_day&due_from={TODAY}&due_to={day(TODAY, 30)}")["rows"]
    tap.ok([r["key"] for r in days] == [day(TODAY, 6)] and page(city, "release", plan)["fields"]["due"] == day(TODAY, 6), "G04 a release stands on its day of the calendar, inside and for the public")


def open_days(city):
    kinds = ["环境监测", "城市污水处理", "城市生活垃圾处理", "危险废物和废弃电器电子产品处理"]
    plant = city.open("duty", "facility", {"kind": kinds[1], "title": "临港污水处理厂", "county": "gov-lingang", "owner": "wwtp", "supervisor": "bureau", "capacity": 40})
    when = day(TODAY, 3)
    fields = {"facility": city.case(plant)["number"], "due": when, "hours": "09:00-11:00", "meeting": "厂门口", "capacity": 12, "problem": "看中控室和生化池", "owner": "wwtp", "supervisor": "bureau"}
    tap.ok(city.refused_opening("duty", "openday", fields) == "case.gate_unmet", "G06 a facility that is not approved has no opening day")
    city.act("wwtp", plant, "describe", address="临港区港北路1号", guide="穿平底鞋", capacity=40)
    city.act("supervisor", plant, "approve")
    tap.ok(city.refused_opening("duty", "openday", {**fields, "capacity": 60}) == "case.gate_unmet", "G06 nor more places than it can receive")
    opened = city.open("duty", "openday", fields)
    number = city.case(opened)["number"]
    public = city.server.client()

    def sign_up(people, name="张三丰", phone="13912345678"):
        return public.call("POST", "/api/v1/public/reports", {"ledger": "visit", "fields": {"day": number, "name": name, "phone": phone, "people": people}})

    tap.ok(sign_up(2)[0] == 409 or sign_up(2)[1].get("error", {}).get("code") == "case.gate_unmet", "G06 nobody signs up before it is announced")
    city.act("wwtp", opened, "announce")
    status, made = sign_up(8)
    tap.ok(status == 200 and made["number"].startswith("BM-"), f"G06 the public signs up without a login: {made.get('number')}")
    status, no = sign_up(5)
    tap.ok(status != 200 and "还剩4个" in no["error"]["message"], f"G06 the places are bounded: {no['error']['message']}")
    case = city.cases("visit")[0]["id"]
    texts = []
    for client in ("duty", "wwtp", "monitoring"):
        texts.append(json.dumps(city[client].get(f"/api/v1/cases/{case}"), ensure_ascii=False))
    texts.append(json.dumps(public.get("/api/v1/public/reports/" + made["number"]), ensure_ascii=False))
    asked = urllib.parse.urlencode({"ledger": "visit", "fields": "name,phone"})
    texts.append(json.dumps(city["duty"].get("/api/v1/cases?" + asked), ensure_ascii=False))
    tap.ok(not any("13912345678" in t or "张三丰" in t for t in texts) and "●●●●" in texts[0], "G06 name and telephone are in no answer, list or history")
    held = city["wwtp"].post(f"/api/v1/cases/{case}/secrets", {})["fields"]
    tap.ok(held == {"name": "张三丰", "phone": "13912345678"} and city["monitoring"].call("POST", f"/api/v1/cases/{case}/secrets", {})[0] == 403 and
           [e["actor"] for e in city.case(case)["events"] if e["action"] == "opened_secrets"] == ["wwtp"], "G06 the host can open them, others cannot, and that it was done stays in the history")
    raw = b"".join(open(os.path.join(city.server.data, f), "rb").read() for f in os.listdir(city.server.data) if f.startswith("ledger.db"))
    tap.ok(b"13912345678" not in raw and "张三丰".encode() not in raw and b"sealed:" in raw, "G06 nor in the data folder's file")
    wrong = made["number"][:-1] + ("A" if made["number"][-1] != "A" else "B")
    tap.ok(public.call("POST", f"/api/v1/public/reports/{wrong}/actions", {"action": "cancel"})[0] == 404, "G06 nobody cancels without the whole query number")
    tap.ok(public.call("POST", f"/api/v1/public/reports/{made['number']}/actions", {"action": "attend"})[0] == 403, "G06 and the number does not do what the host does")
    got = public.post(f"/api/v1/public/reports/{made['number']}/actions", {"action": "cancel"})
    tap.ok(got["fields"]["outcome"] == "已取消" and sign_up(5)[0] == 200, "G06 cancelled by the number, and the places are free again")
    for i in range(14):
        status, answer = sign_up(1)
        if status == 429:
            break
    tap.ok(status == 429 and answer["error"]["code"] == "report.too_many", f"G06 sign-ups from one address are counted: refused after {i}")
    places = city.server.client().get("/api/v1/ledgers/visit/tables")["tables"][0]
    line = next(x for x in places["lines"] if x["key"] == number)
    taken = dict(zip(places["heads"], (c["added"] for c in line["cells"])))
    tap.ok(5 <= taken["已报名"] <= 12 and taken["已取消"] == 8, f"G06 the public sees how many places are taken: {taken}")
    city.advance(days=3)
    waiting = [c["id"] for c in city.cases("visit", state="已报名")]
    tap.ok(city.refused("wwtp", opened, "hold", visitors=12, photos=[city.upload("wwtp", "a.png", photo(1))], summary="顺利")[0] == "case.gate_unmet", "G06 it is not told as held while nobody says who came")
    for c in waiting[:-1]:
        city.act("wwtp", c, "attend")
    city.act("wwtp", waiting[-1], "absent")
    came = sum(city.fields(c)["people"] for c in waiting[:-1])
    city.act("wwtp", opened, "hold", visitors=came + 2, photos=[city.upload("wwtp", "b.png", photo(2))], summary="顺利")
    city.act("supervisor", opened, "confirm")
    tap.ok(city.fields(opened)["signed_in"] == came and page(city, "openday", opened)["fields"]["visitors"] == came + 2, f"G06 visits held are counted: {came + 2}, of them {came} signed up")
    held = city.server.client().get("/api/v1/ledgers/openday/tables?year=2026")["tables"][0]
    cell = {x["key"]: dict(zip(held["heads"], x["cells"])) for x in held["lines"]}
    tap.ok(held["heads"] == kinds and len(cell) == 6 and cell["gov-lingang"][kinds[1]] == {"n": 1, "added": came + 2} and sum(c["n"] for x in cell.values() for c in x.values()) == 1,
           f"G06 coverage of every county by kind is shown to the public, the noughts too: {len(cell)} counties × {len(kinds)} kinds")


def photo(seed):
    from _acting import png
    return png(seed)


def ideas(city):
    public = city.server.client()
    status, made = public.call("POST", "/api/v1/public/reports", {"ledger": "idea", "fields": {"problem": "建议在海晏路加装道路扬尘监测", "phone": "13700000000"}})
    for _ in range(3):  # the address has used up its hour with sign-ups
        if status == 200:
            break
        city.advance(hours=1)
        status, made = public.call("POST", "/api/v1/public/reports", {"ledger": "idea", "fields": {"problem": "建议在海晏路加装道路扬尘监测", "phone": "13700000000"}})
    seen = public.get("/api/v1/public/reports/" + made["number"])
    tap.ok(made["number"].startswith("GJ-") and seen["state"] == "收到" and {c["id"] for c in seen["clocks"] if c["deadline"]} == {"assign", "answer"}, f"G06 an idea has a number and clocks without a login: {made['number']}")
    case = next(c["id"] for c in city.cases("idea"))
    city.act("duty", case, "assign", owner="gov-wanghai", supervisor="bureau", kind="污染防治")
    city.act("duty", case, "lead")
    lead = city["duty"].get(f"/api/v1/cases?parent={case}")["cases"]
    tap.ok(len(lead) == 1 and lead[0]["ledger"] == "lead" and city.fields(lead[0]["id"])["channel"] == "公众建议", "G06 it becomes a lead")
    city.act("wanghai", case, "answer", adopted="采纳", reply="将在海晏路两处加装", by_day="2026-12-31")
    tap.ok(city.refused("wanghai", case, "publish")[0] == "case.forbidden", "G06 who drafts the answer does not publish it")
    city.act("supervisor", case, "publish")
    seen = public.get("/api/v1/public/reports/" + made["number"])
    tap.ok(seen["state"] == "答复" and seen["fields"]["reply"] == "将在海晏路两处加装" and seen["fields"]["adopted"] == "采纳" and page(city, "idea", case), "G06 and its result is seen without a login")


def manifest(city, producer="chem", receiver="disposer"):
    return city.open(producer, "manifest", {"producer": producer, "carrier": "carrier", "receiver": receiver, "title": "废酸", "code": "900-300-34", "form": "液态", "hazard": "腐蚀性", "packing": "吨桶1个", "sent": 5, "problem": "防泄漏", "plan": "P-1"})


def audits(city):
    def book(enterprise, who, declared):
        case = city.open("duty", "waste", {"enterprise": enterprise, "supervisor": "bureau", "year": 2026, "title": "废酸", "code": "900-300-34", "basis": "投产满3年：近3年最大", "yearly": 60, "one_year": True, "stock_begin": 0})
        if declared:
            city.act(who, case, "open_book")
            city.act(who, case, "declare", generated=5, outside=0, stock_end=5)

    for unit, declared in (("chem", True), ("plating", True), ("power", False)):
        book(unit, unit, declared)
    manifest(city)
    fields = {"year": 2026, "enterprise": "chem", "auditor": "auditor", "supervisor": "bureau", "due": "2026-12-20", "problem": "危险废物规范化环境管理"}
    tap.ok(city.refused_opening("duty", "audit", {**fields, "auditor": "chem"}) == "case.field_invalid", "H05 a producer does not audit itself")
    tap.ok(city.refused_opening("duty", "audit", {**fields, "enterprise": "brigade", "auditor": "bureau"}) == "case.field_invalid", "H05 nor does a unit above or below it")
    tap.ok(city.refused_opening("duty", "audit", {**fields, "auditor": "disposer"}) == "case.gate_unmet", "H05 nor whoever takes its waste")
    plan = {"year": 2026, "title": "2026年第三方审核", "problem": "重点产废单位", "owner": "brigade", "supervisor": "bureau", "due": "2026-12-20"}
    tap.ok(city.refused_opening("duty", "audit_plan", {**plan, "target": 39}) == "case.gate_unmet", "H05 a plan of fewer than forty audits is refused")
    year = city.open("duty", "audit_plan", {**plan, "target": 40})
    report = lambda: [city.upload("auditor", "r.png", photo(1000 + next(count)))]
    count = iter(range(1000))
    bad = city.open("duty", "audit", fields)
    city.act("auditor", bad, "start")
    tap.ok(city.refused("chem", bad, "report", visited=TODAY, report=[1], summary="x")[0] == "case.forbidden", "H05 the audited one does not write the report")
    city.act("auditor", bad, "report", visited=TODAY, report=report(), summary="两项问题", findings=[{"what": "贮存间无标识", "weight": "一般", "due": "2026-10-31"}, {"what": "台账与联单不符", "weight": "严重", "due": "2026-11-15"}])
    children = city["duty"].get(f"/api/v1/cases?parent={bad}")["cases"]
    tap.ok(len(children) == 2 and all(c["owner"]["code"] == "chem" for c in children) and city.fields(bad)["result"] == "不合格", "H05 its findings are rectification cases of the producer, and the result follows from them")
    tap.ok(city.refused("supervisor", bad, "accept")[0] == "case.gate_unmet", "H05 it is not closed while one is open")
    for c in children:
        city.act("chem", c["id"], "take")
        city.act("chem", c["id"], "submit", report="已整改", evidence=PAPERS)
        city.act("supervisor", c["id"], "clear", opinion="属实", siblings=["无"])
    city.act("supervisor", bad, "accept")
    city.act("supervisor", year, "begin")
    for i in range(39):
        case = city.open("duty", "audit", {**fields, "enterprise": "plating", "problem": f"专项{i + 1}"})
        city.act("auditor", case, "start")
        city.act("auditor", case, "report", visited=TODAY, report=report(), summary="符合")
        if i == 37:
            tap.ok(city.refused("brigade", year, "submit", report="完成")[0] == "case.gate_unmet", "H05 thirty-nine do not make the year")
        city.act("supervisor", case, "accept")
    city.act("supervisor", year, "refresh")
    f = city.fields(year)
    tap.ok((f["done"], f["passed"], f["pass_rate"]) == (40, 39, 97.5), f"H05 pass rate: {f['passed']} of {f['done']} = {f['pass_rate']} %")
    tap.ok((f["producers"], f["never"], f["covered"]) == (3, 1, 2) and f["coverage"] == 66.7, f"H05 coverage counts the producer that never declared: {f['covered']} of {f['producers']} = {f['coverage']} %")
    city.act("brigade", year, "submit", report="完成")
    city.act("supervisor", year, "close")
    tap.ok(city.case(year)["state"] == "完成" and page(city, "audit_plan", year)["fields"]["coverage"] == 66.7, "H05 forty done, the year closes and is published")


def small(city):
    case = city.open("duty", "pickup", {"year": 2026, "title": "顺通汽修", "trade": "机动车维修", "code": "900-214-08", "yearly": 1.2, "county": "gov-lingang", "collector": "disposer", "supervisor": "bureau", "since": TODAY, "every": 10})
    other = city.open("duty", "pickup", {"year": 2026, "title": "仁和诊所", "trade": "医疗门诊", "code": "841-001-01", "yearly": 0.3, "county": "gov-yunxi", "collector": "disposer", "supervisor": "bureau", "since": TODAY, "every": 90})
    city.act("disposer", other, "pick", pickups=[{"day": TODAY, "amount": 0.01}])
    table = {t["id"]: t for t in city["duty"].get("/api/v1/ledgers/pickup/tables")["tables"]}["coverage"]
    cell = {x["key"]: dict(zip(table["heads"], (c["n"] for c in x["cells"]))) for x in table["lines"]}
    tap.ok(cell["gov-lingang"]["从未收运"] == 1 and cell["gov-yunxi"]["按期收运"] == 1 and len(cell) == 6, f"H05 small producers by county, the one never served among them: {cell['gov-lingang']}")
    return case


def small_late(city, case):
    got = [c for c in city["duty"].get(f"/api/v1/cases?parent={case}")["cases"]]
    tap.ok(len(got) == 1 and got[0]["ledger"] == "zero" and city.case(case)["light"] == "red", f"H05 the day after a pick-up was due it is a case: {len(got)}")
    city.act("disposer", case, "pick", pickups=[{"day": day(TODAY, 12), "amount": 0.2}])
    tap.ok(city.fields(case)["status"] == "按期收运" and city.case(case)["light"] != "red", "H05 picked up, it is green")


def direct(city):
    case = city.open("duty", "direct", {"kind": "镇街", "title": "云溪镇", "county": "gov-yunxi", "town": "云溪镇", "villages": 2, "problem": "雨污混接", "goal": "晴天无污水直排", "measures": ["雨污分流"], "owner": "gov-yunxi", "supervisor": "bureau", "due": "2026-12-31"})
    city.open("duty", "direct", {"kind": "工业园区", "title": "临港工业园", "county": "gov-lingang", "problem": "管网破损", "goal": "晴天无污水直排", "measures": ["修复"], "owner": "gov-lingang", "supervisor": "bureau", "due": "2026-12-31"})
    works = [{"what": "主干管", "length": 3.2, "due": "2026-10-31"}]
    city.act("yunxi", case, "survey", outlets=40, mixed=3, works=works)
    tap.ok(city.refused("yunxi", case, "submit", report="完成", evidence=PAPERS)[0] == "case.gate_unmet", "H11 an area with works to do is not offered for acceptance")
    tap.ok(city.refused("yunxi", case, "work", works=[{**works[0], "done": TODAY}], mended=3, villages_done=2)[0] == "case.gate_unmet", "H11 nor is a work done without proof")
    proof = [city.upload("yunxi", "p.png", photo(77))]
    city.act("yunxi", case, "work", works=[{**works[0], "done": TODAY, "proof": proof}], mended=2, villages_done=2)
    tap.ok("混接点还剩1处" in city.refused("yunxi", case, "submit", report="完成", evidence=PAPERS)[1], "H11 a wrong connection that is left keeps it open")
    city.act("yunxi", case, "work", works=[{**works[0], "done": TODAY, "proof": proof}], mended=3, villages_done=2)
    city.act("yunxi", case, "submit", report="完成", evidence=PAPERS)
    tap.ok(city.refused("yunxi", case, "accept")[0] == "case.forbidden", "H11 who built it does not accept it")
    city.act("supervisor", case, "accept", opinion="验收合格")
    tables = {t["id"]: t for t in city.server.client().get("/api/v1/ledgers/direct/tables")["tables"]}
    kinds = {x["key"]: dict(zip(tables["kinds"]["heads"], (c["n"] for c in x["cells"]))) for x in tables["kinds"]["lines"]}
    villages = {x["key"]: x["sum"].get("added") for x in tables["villages"]["lines"]}
    tap.ok(kinds["镇街"]["建成"] == 1 and kinds["工业园区"]["排查"] == 1 and kinds["生活小区（社区）"]["建成"] == 0 and villages["gov-yunxi"] == 2 and villages["gov-beiping"] == 0,
           f"H11 parks, communities and towns by stage, villages by county, for everyone: {kinds}")
    city.act("supervisor", case, "found_again", reason="晴天排口出水")
    tap.ok(city.case(case)["state"] == "建设" and city.case(case)["rebounds"] == 1, "H11 found discharging on the look-back, it is open again under its number")


def stations(city):
    base = {"village": "盐场村", "town": "临港街道", "problem": "运维", "goal": "稳定运行", "measures": ["巡检"], "owner": "gov-lingang", "supervisor": "bureau", "due": "2026-12-31"}
    metered = city.open("duty", "sewage", {**base, "title": "临港站", "size": 500, "site": "wwtp-out"})
    paper = city.open("duty", "sewage", {**base, "title": "盐场站", "size": 10})
    tap.ok([city.fields(c)["status"] for c in (metered, paper)] == ["不能判定", "不能判定"], "H11 without data of the period nothing runs")
    city.act("duty", metered, "judge", measured=[{"month": "2026-08", "water": 1, "hours": 1}])
    city.act("duty", paper, "judge", measured=[{"month": "2026-08", "water": 999, "hours": 700}])
    f = city.fields(metered)
    august = next(r for r in f["measured"] if r["month"] == "2026-08")
    sites = {s["code"]: s["id"] for s in city["duty"].get("/api/v1/sites")["sites"]}
    ask = urllib.parse.urlencode({"factor": "w00000", "period": "day", "from": "2026-08-01", "to": "2026-09-01"})
    series = city["duty"].get(f"/api/v1/sites/{sites['wwtp-out']}/series?{ask}")
    total = sum(p[1] * 86400 / 1000 for p in series["points"] if p[1] is not None)
    tap.ok(august["hours"] == 744 and abs(august["water"] - total) < 1 and f["status"] == "运行，未达标" and "2026-08" in f["running"], f"H11 its own flow meter says that it ran: {august}, {f['running']}")
    tap.ok("measured" not in city.fields(paper) or not city.fields(paper)["measured"], "H11 and nobody types a meter's month in")
    tap.ok(city.fields(paper)["status"] == "不能判定", "H11 a station without data stays unjudged")
    runs = [{"month": "2026-08", "water": round(august["water"] * 3), "power": 100, "passed": True}]
    city.act("lingang", metered, "run", runs=runs)
    tap.ok(city.fields(metered)["status"] == "正常运行" and "在线" in city.fields(metered).get("differs", ""), f"H11 what was entered stands beside what was measured: {city.fields(metered).get('differs')}")
    tables = {t["id"]: t for t in city.server.client().get("/api/v1/ledgers/sewage/tables")["tables"]}
    big = {x["key"]: dict(zip(tables["big"]["heads"], (c["n"] for c in x["cells"]))) for x in tables["big"]["lines"]}
    tap.ok(big["true"]["正常运行"] == 1 and big["false"]["不能判定"] == 1, f"H11 facilities of 30 t/d and more have a running rate of their own: {big}")
    city.act("lingang", metered, "take")
    city.act("lingang", metered, "submit", report="稳定", evidence=[{"kind": "照片", "text": "泵"}, {"kind": "运维合同", "text": "合同"}])
    city.act("supervisor", metered, "close")
    return metered


def main():
    with Server(today=TODAY + "T08:00", demo_args=["--history-days", "70", "--no-cases"], serve_args=["--test-clock", TODAY + "T08:00"]) as server:
        city = City(server)
        repeats(city)
        quality(city)
        posts(city)
        ranks(city)
        audits(city)
        late = small(city)
        direct(city)
        station = stations(city)
        open_days(city)
        ideas(city)
        city.advance(days=9)
        small_late(city, late)
        f = city.fields(station)
        tap.ok(city.case(station)["state"] == "销号" and "2026-09" in f["running"], f"H11 a month later the closed station is judged again, by September's flow: {f['running']}")
        city.advance(days=31)
        tap.ok("不能判定" in city.fields(station)["running"] or "停运" in city.fields(station)["running"], f"H11 and when its meter has told nothing for a whole month, it no longer runs: {city.fields(station)['running']}")
        done = server.run_check()
        tap.ok(done.returncode == 0, f"G and H the chain holds after all of it: {done.stdout[-200:]}{done.stderr[-200:]}")
    tap.exit()


main()
