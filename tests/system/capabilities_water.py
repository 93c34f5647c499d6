#!/usr/bin/env python3
"""Bulletins and the waters: the acceptance checks of C07, D01, D04, D05 and D09 (docs/capabilities.md), on the running server and on the command line without it. Each
check names its row."""
import json
import os
import shutil
import tempfile
import urllib.request

from _bihuan import ROOT, Client, Server, Tap, run

tap = Tap()
TODAY = "2026-01-05"


def raw(client, path):
    request = urllib.request.Request(client.base + path, headers={"Authorization": "Bearer " + client.token})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=120) as answer:
        return answer.read()


def table(bulletin, *columns):
    """The rows of the first table that has these columns, as dictionaries."""
    for p in bulletin["parts"]:
        if p["kind"] == "table" and all(c in p["columns"] for c in columns):
            return [dict(zip(p["columns"], r)) for r in p["rows"]]
    return []


def text(bulletin):
    return "\n".join(p["text"] for p in bulletin["parts"] if p["kind"] != "table")


def by_command(server, word, period, known, form, *more):
    path = os.path.join(server.folder, "out." + form)
    run("bulletin", word, "--data", server.data, "--period", period, "--known", known, "--format", form, "--out", path, *more)
    with open(path, "rb") as f:
        return f.read()


# ---- D01 ----
def annual(server, client):
    b = client.get("/api/v1/bulletins/annual?period=2025")
    year = client.get("/api/v1/sites/0/year?year=2025")
    city = b["figures"]["air"]["ranking"]["city"]
    tap.ok(city["good_days"]["ratio"] == year["good_days"]["ratio"] and f"{year['good_days']['ratio']:.1f}%" in text(b), f"D01 the bulletin's good-day ratio is the year's: {year['good_days']['ratio']}")
    rows = table(b, "断面", "类别", "超标项目（倍数）")
    tap.ok(len(rows) == 6 and all(r["类别"] for r in rows) and "优良（达到或优于Ⅲ类）比例" in text(b) and "劣Ⅴ类比例" in text(b), f"D01 sections with class, share of good ones: {[r['类别'] for r in rows]}")
    tap.ok(len(table(b, "项目", "年均值", "百分位数")) == 6 and table(b, "级别", "天数") and table(b, "规则集", "条款", "把握") and table(b, "点位", "表2 超标"),
           "D01 means, percentiles, levels, drinking water, rule versions with their certainty")
    listed = table(b, "号", "输入的 SM3")
    used = {r.get("据") for p in b["parts"] if p["kind"] == "table" for r in [dict(zip(p["columns"], x)) for x in p["rows"]] if r.get("据")}
    tap.ok(used and used <= {r["号"] for r in listed} and all(len(r["输入的 SM3"]) == 64 for r in listed), f"D01 every figure's receipt is in the annex: {len(listed)}")
    for i in (0, 2, len(listed) - 1):
        receipt = b["figures"]["receipts"][i]
        path = os.path.join(server.folder, "receipt.json")
        with open(path, "w", encoding="utf-8") as f:
            json.dump(receipt, f)
        done = run("verify", path, "--data", server.data, check=False)
        tap.ok(done.returncode == 0, f"D01 {receipt['measure']['what']} is computed again from the data: {done.stdout.strip()}")
    for form in ("docx", "pdf"):
        got = raw(client, f"/api/v1/bulletins/annual?period=2025&format={form}&known={b['known'].replace('+', '%2B')}")
        tap.ok(len(got) > 5000 and got == by_command(server, "annual", "2025", b["known"], form), f"D01 the .{form} of the page and of the command are the same {len(got)} bytes")
    m = client.get("/api/v1/bulletins/monthly?period=2025-12")
    tap.ok(m["figures"]["air"]["ranking"]["from"] == "2025-12-01" and len(table(m, "断面", "上年同期")) == 6, "D01 a month beside the same month last year")


def versions(client):
    b = client.get("/api/v1/bulletins/versions?period=2025&rules=2025-12-31,2026-12-31")
    rows = {r["figure"]: r for r in b["figures"]["versions"]["rows"]}
    limit = rows["PM10 年均值限值"]
    tap.ok((limit["a"], limit["b"]) == (70, 60) and "GB 3095-2012" in limit["clause_a"] and "GB 3095-2026" in limit["clause_b"], f"D01 two rule versions with the clause that differs: {limit['clause_a']} | {limit['clause_b']}")
    good = rows["优良天数"]
    tap.ok(good["differs"] and good["a"] > good["b"] and "HJ 633-2012" in good["clause_a"] and "HJ 633-2026" in good["clause_b"], f"D01 the same year has {good['a']} good days by one and {good['b']} by the other")
    tap.ok(all(r["differs"] == (r["a"] != r["b"]) and bool(r["clause_a"]) == r["differs"] for r in rows.values()), "D01 a clause stands where the results part and nowhere else")
    same = client.get("/api/v1/bulletins/versions?period=2025&rules=2025-12-31,2025-12-30")
    tap.ok(not any(r["differs"] for r in same["figures"]["versions"]["rows"]), "D01 one version beside itself differs in nothing")
    year = client.get("/api/v1/sites/0/year?year=2025")
    tap.ok(rows["优良天数"]["a"] == year["good_days"]["good"], "D01 by the rules of its own time the year is what the page of the year says")


# ---- C07 ----
def sampled(server, client):
    sites = {s["code"]: s for s in client.get("/api/v1/sites")["sites"]}
    kinds = {s["kind"] for s in sites.values()}
    tap.ok({"sea", "groundwater", "soil", "drinking"} <= kinds and all(abs(s["lng"]) > 1 for s in sites.values()), "C07 the points are on the map's list with their places")
    sea = sorted(c for c in sites if c.startswith("sea-"))
    before = client.get("/api/v1/bulletins/points?period=2025")["figures"]["points"]["sea"]
    reviewer = server.client("reviewer")
    csv = "date,site,din,dip,cod,do,ph\n" + "".join(f"2025-11-1{i},{c},{9.0 if i == 3 else 0.1},0.01,1,7,8.0\n" for i, c in enumerate(sea))
    status, said = client.call("POST", "/api/v1/samples", {"csv": csv})
    tap.ok(status == 403, f"C07 who may not review enters no sample: {said}")
    tap.ok(reviewer.post("/api/v1/samples", {"csv": csv}) == {"records": 6, "new": 6}, "C07 a list of samples is entered in the server")
    tap.ok(reviewer.post("/api/v1/samples", {"csv": csv})["new"] == 0, "C07 the same list again adds nothing")
    one = reviewer.post("/api/v1/samples", {"site": sites["well-1"]["id"], "date": "2025-12-02", "values": {"nitrate": "55.50", "ph": "7.1"}})
    tap.ok(one["new"] == 1, "C07 a sample of one point is entered by hand")
    for bad, why in (({"site": sites["well-1"]["id"], "date": "2026-12-02", "values": {"ph": "7"}}, "samples.date"), ({"site": sites["well-1"]["id"], "date": "2025-12-02", "values": {"din": "7"}}, "samples.item"),
                     ({"site": sites["wanghai-pier"]["id"], "date": "2025-12-02", "values": {"ph": "7"}}, "samples.site"), ({"site": 1e9, "date": "x", "values": []}, "samples.site"),
                     ({"site": sites["well-1"]["id"], "date": "2025-12-02", "values": {"ph": "7;w01018-Avg=1"}}, "samples.value"), ({"csv": "date,site,din\n2025-11-01,nowhere,1\n"}, "samples.list")):
        status, said = reviewer.call("POST", "/api/v1/samples", bad)
        tap.ok(status == 400 and said["error"]["code"] == why, f"C07 refused: {said['error']}")
    path = os.path.join(server.folder, "soil.csv")
    with open(path, "w", encoding="utf-8") as f:
        f.write("date,site,as,cd\n2025-06-01,soil-5,900,1\n")
    said = run("import", "--data", server.data, "--period", "sample", path)
    tap.ok("1 added" in said.stdout, f"C07 samples are imported from a file: {said.stdout.strip()}")
    out = os.path.join(server.folder, "points.json")  # imported today, which is after the server's test clock: the command knows it, the server not yet
    run("bulletin", "points", "--data", server.data, "--period", "2025", "--format", "json", "--out", out)
    with open(out, encoding="utf-8") as f:
        soil = {(r["code"], r["season_en"]): r for r in json.load(f)["figures"]["points"]["soil_build"]["rows"]}
    tap.ok(soil["soil-5", "summer"]["grade"] == 3 and soil["soil-5", "summer"]["over"].startswith("砷"), f"C07 and evaluated: {soil['soil-5', 'summer']['grade_name']}, {soil['soil-5', 'summer']['over']}")
    b = client.get("/api/v1/bulletins/points?period=2025")
    points = b["figures"]["points"]
    rows = {(r["code"], r["season_en"]): r for m in points.values() if m for r in m["rows"]}
    tap.ok(rows["sea-4", "autumn"]["grade_name"] == "劣四类" and rows["well-1", "winter"]["over"].startswith("硝酸盐") and ("soil-5", "summer") not in rows,
           f"C07 what was entered is evaluated by point and season, what came later is not known yet: {rows['sea-4', 'autumn']['over']}; {rows['well-1', 'winter']['over']}")
    year = [r for r in points["sea"]["rows"] if r["season_en"] == "year"]
    good = [r for r in year if r["grade"] <= 2]
    by_points, by_area = 100 * len(good) / len(year), 100 * sum(r["area"] for r in good) / sum(r["area"] for r in year)
    got = points["sea"]
    tap.ok(abs(got["good_by_points"] - by_points) < 0.06 and abs(got["good_by_area"] - by_area) < 0.06 and got["good_by_points"] != got["good_by_area"],
           f"C07 {got['good_by_points']} % of points and {got['good_by_area']} % of area: two figures with two names")
    tap.ok("点位优良比例" in text(b) and "面积优良比例" in text(b) and "不得相互替代、相加或平均" in text(b) and got["good_by_points_change"] is not None and abs(got["good_by_area_change"] - (got["good_by_area"] - area_of(client))) < 0.11,
           "C07 each is compared with its own kind of the year before")
    tap.ok(before["good_by_area"] != got["good_by_area"], "C07 and both follow the samples")
    first = by_command(server, "points", "2025", b["known"], "docx")
    tap.ok(first == by_command(server, "points", "2025", b["known"], "docx") == raw(client, f"/api/v1/bulletins/points?period=2025&format=docx&known={b['known'].replace('+', '%2B')}"),
           f"C07 one command makes the bulletin again, byte for byte: {len(first)}")
    live = client.get(f"/api/v1/sites/{sites['sea-4']['id']}")
    tap.ok(any(p["grade_name"] == "劣四类" for p in live["points"]) and live["sampled"], "C07 the point's own page shows it at once")


def area_of(client):
    return client.get("/api/v1/bulletins/points?period=2024")["figures"]["points"]["sea"]["good_by_area"]


# ---- D04 ----
def compensation(client):
    b = client.get("/api/v1/bulletins/compensation?period=2025-12&rules=compensation-biwan-water-2025,compensation-biwan-water-2026,compensation-shandong-water-2019")
    rules = {r["rule"]["id"]: r for r in b["figures"]["money"]["rules"]}
    for r in rules.values():
        counted = sum(e["amount"] for e in r["entries"])
        net = {p["party"]: p["net"] for p in r["parties"]}
        tap.ok(r["sum"] == 0 and sum(net.values()) == 0 and counted == sum(p["receives"] for p in r["parties"]) == sum(p["pays"] for p in r["parties"]), f"D04 {r['rule']['id']}: what is paid is received: {net}")
        tap.ok(all(s["upstream"] and s["downstream"] for s in r["sections"]) and len(r["sections"]) == 3, "D04 each section names the district above and below")
    this, replay = rules["compensation-biwan-water-2025"], rules["compensation-biwan-water-2026"]
    tap.ok(this["in_force"] and not replay["in_force"] and "推演" in text(b), "D04 the month by two years' rules, one of them a replay that says so")
    tap.ok(this["budget_net"] == 0 and not any(p["budget"] for p in this["parties"]), "D04 between districts alone the sum is zero without a budget")
    up = [s for s in replay["sections"] if s["total"] and s["total"] > 0]
    shares = [e for e in replay["entries"] if e["budget"]]
    tap.ok(up and len(shares) == len(up) and all(abs(e["amount"] - round(0.3 * next(s["total"] for s in up if s["site"] == e["site"]))) <= 1 for e in shares) and any(p["budget"] and p["net"] < 0 for p in replay["parties"]),
           f"D04 the budget's share is a line of its own: {[(e['payer'], e['amount']) for e in shares]}")
    tap.ok(rules["compensation-shandong-water-2019"]["budget_net"] == -rules["compensation-shandong-water-2019"]["districts_net"] and table(b, "付方", "收方", "金额（元）") and table(b, "方", "应收（元）", "应付（元）"), "D04 payable and receivable on the page, party by party")
    usual = client.get("/api/v1/bulletins/compensation?period=2025-12")["figures"]["money"]["rules"]
    tap.ok([r["rule"]["id"] for r in usual] == ["compensation-biwan-water-2025"], "D04 without a choice the city's own rule of that month")


# ---- D05 ----
# value of the month, months of the base (36 values, None: not stored), verdict, base as it is printed
def planted():
    flat = [20.0] * 36
    return [
        ("equal", 20.0, flat, "equal", 20.0), ("just under", 19.9, flat, "below", 20.0), ("just over", 20.1, flat, "above", 20.0), ("rounds to equal", 20.04, flat, "equal", 20.0),
        ("half to even", 19.95, flat, "equal", 20.0), ("rounds to under", 19.94, flat, "below", 20.0), ("rounds to over", 20.06, flat, "above", 20.0),
        ("nine months missing", 19.0, [20.0] * 27 + [None] * 9, "below", 20.0), ("ten months missing", 19.0, [20.0] * 26 + [None] * 10, "no_base", None), ("no base at all", 19.0, [None] * 36, "no_base", None),
        ("no value this month", None, flat, "no_month", 20.0), ("the mean lies between", 20.0, [10.0, 30.1] * 18, "below", 20.0), ("one bad month counts", 20.4, [20.0] * 35 + [38.0], "below", 20.5),
    ]


def handover(folder):
    cases = planted()
    cases[11] = ("the mean lies between", 20.0, [10.0, 30.2] * 18, "below", 20.1)
    demo = os.path.join(folder, "demo")
    shutil.copytree(os.path.join(ROOT, "demo"), demo)
    with open(os.path.join(demo, "city.json"), encoding="utf-8") as f:
        city = json.load(f)
    city["sites"] += [{"code": f"h{i}", "name": c[0], "kind": "river", "region": "lingang", "unit": "bureau", "lng": 123.5, "lat": 35.5, "origin": "simulated", "factors": [], "river": "试验河",
                       "upstream": "yunxi", "downstream": "lingang", "sampled": ["w01018", "w21003"]} for i, c in enumerate(cases)]
    for name, tree in (("city.json", city), ("samples.json", {"samples": []})):
        with open(os.path.join(demo, name), "w", encoding="utf-8") as f:
            json.dump(tree, f, ensure_ascii=False)
    data = os.path.join(folder, "data")
    run("demo", data, "--today", "2025-07-02T08:00", "--history-days", "1", "--no-cases", env={**os.environ, "BIHUAN_DEMO": demo})
    months = [f"{y}-{m:02d}" for y in (2022, 2023, 2024) for m in range(1, 13)]
    lines = ["date,site,w01018"]
    for i, (_, value, base, _, _) in enumerate(cases):
        lines += [f"{m}-08,h{i},{v}" for m, v in zip(months, base) if v is not None]
        lines += [f"2025-06-08,h{i},{value}"] if value is not None else []
    path = os.path.join(folder, "months.csv")
    with open(path, "w", encoding="utf-8") as f:
        f.write("\n".join(lines) + "\n")
    run("import", "--data", data, "--period", "sample", path)
    out = os.path.join(folder, "handover.json")
    run("bulletin", "handover", "--data", data, "--period", "2025-06", "--format", "json", "--out", out)
    with open(out, encoding="utf-8") as f:
        b = json.load(f)
    rows = {r["section"]: r for s in b["figures"]["handover"]["sections"] for r in s if r["item_en"] == "COD"}
    for name, value, base, verdict, mean in cases:
        r = rows[name]
        missing = [m for m, v in zip(months, base) if v is None]
        tap.ok(r["verdict"] == verdict and (r["base"] if verdict != "no_base" else None) == mean and r["have"] == 36 - len(missing) and (r["missing"] or "").split("、") == (missing or [""]),
               f"D05 {name}: {value} against {r['base']} of {r['have']} months is {r['said']}")
    worse = [r["断面"] for r in table(b, "断面", "比基数（%）") if r["项目"] == "化学需氧量"]
    tap.ok(worse == [c[0] for c in cases if c[3] == "above"], f"D05 the list of what got worse: {worse}")
    tap.ok(all(r["上游"] == "云溪区" and r["下游"] == "临港区" for r in table(b, "三年基数", "上游") if r["断面"] in rows and r["断面"] in [c[0] for c in cases]), "D05 each with the district above and below")
    receipt = next(r for r in b["figures"]["receipts"] if r["of_what"] == "one bad month counts")
    path = os.path.join(folder, "receipt.json")
    with open(path, "w", encoding="utf-8") as f:
        json.dump(receipt, f)
    tap.ok(run("verify", path, "--data", data, check=False).returncode == 0, "D05 the three-year base is computed again from its receipt")


# ---- D09 ----
def loads(client):
    b = client.get("/api/v1/bulletins/loads?period=2025")
    got = b["figures"]["loads"]
    months = [(r["river"], r["item"], m) for r in got["rivers"] for m in r["months"]]
    days = {m["month"]: m["days"] for _, _, m in months}
    exact = [abs(m["tonnes"] - m["flow"] * m["concentration"] * 86400 * days[m["month"]] / 1e6) <= 0.006 * m["tonnes"] + 0.3 for _, _, m in months if m["tonnes"] is not None]
    tap.ok(len(months) == 72 and exact and all(exact), f"D09 load is flow × concentration by river and month: {len(exact)} months")
    gaps = [(r, m) for r, i, m in months if m["tonnes"] is None and i == "总氮"]
    tap.ok({(r, m["month"]) for r, m in gaps} == {("云临河", 10), ("碧溪河", 8)} and all(m["state"] == "no_flow" and "不计算" in m["method"] for _, m in gaps), f"D09 a month without flow has no figure and says so: {[(r, m['month'], m['method']) for r, m in gaps]}")
    scaled = [(r, m["method"]) for r, i, m in months if m["state"] == "scaled" and i == "总氮"]
    tap.ok(len(scaled) == 1 and "缺 4 日" in scaled[0][1], f"D09 a part of the days stands for the month only with its method beside it: {scaled}")
    total = {x["item"]: x for x in got["totals"]}
    rivers = [r for r in got["rivers"] if r["item"] == "总氮"]
    tap.ok(abs(sum(r["share"] for r in rivers) - 100) < 0.2 and abs(sum(r["tonnes"] for r in rivers) - total["总氮"]["tonnes"]) < 0.05, f"D09 the shares add up: {[(r['river'], r['share']) for r in rivers]}")
    tap.ok(not total["总氮"]["whole_year"] and [r["gaps"] for r in rivers] == ["8 月", "10 月", None], "D09 the total is not called the year's while a month is missing, and the gap stands beside it")
    shown = table(b, "缺月", "占已算合计（%）")
    tap.ok(any(r["缺月"] == "10 月" for r in shown) and any("不计算" in r["方法"] for r in table(b, "方法", "通量（吨）")), "D09 gap and method are printed")


def main():
    folder = tempfile.mkdtemp(prefix="bihuan-water-")
    try:
        tap.row("D05", handover, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    with Server(today=TODAY + "T08:00", demo_args=["--history-days", "371", "--no-cases"], serve_args=["--test-clock", TODAY + "T08:00"]) as server:
        client = server.client("monitoring")
        tap.row("D01", annual, server, client)
        tap.row("D01", versions, client)
        tap.row("C07", sampled, server, client)
        tap.row("D04", compensation, client)
        tap.row("D09", loads, client)
        guest = Client(server.url)
        tap.ok(client.call("GET", "/api/v1/bulletins/annual?period=2025&rules=%3Brm%20x")[0] == 400, "D01 what is asked for cannot smuggle words into the command")
        tap.ok(guest.call("GET", "/api/v1/bulletins/annual?period=2025")[0] == 401, "D01 a bulletin is made for who signs in")
        for path, want in (("annual?period=2031", 400), ("annual?period=2025-01", 400), ("nothing?period=2025", 404), ("handover?period=2025-13", 400), ("compensation?period=2025-12&rules=none", 400), ("versions?period=2025&rules=x", 400)):
            tap.ok(client.call("GET", "/api/v1/bulletins/" + path)[0] == want, f"D01 {path}: {want}")
    tap.exit()


main()
