#!/usr/bin/env python3
"""Plans through the public interfaces: documents of every format by command line and upload, hostile ones refused, confirming, adding by hand,
dividing, opening a case, comparing two plans, and the responsibility table."""
import base64
import io
import json
import os
import shutil
import tempfile
import urllib.parse
import zipfile

from _bihuan import PROGRAM, Server, Tap, run

tap = Tap()
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
HEADS = ["编号", "反馈的问题", "目标要求", "整改措施", "整改责任单位", "督导单位", "整改完成时限"]
ROWS = [["1", "污水直排东河", "水质达到Ⅲ类", "1.完成管网改造12公里;|2.新建泵站2座。", "东区政府", "市生态环境局", "2026年12月底"],
        ["2", "垃圾露天堆放", "完成清理", "完成3处堆放点封场。", None, "市城管局", "立行立改"]]


def zipped(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, text in parts.items():
            z.writestr(name, text)
    return out.getvalue()


def docx(*before):
    """A rectification list in a Word table; None is a cell merged with the one above."""
    def paragraph(text):
        return f'<w:p><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'

    def cell(text, column, row):
        merge = "" if column != 4 or row == 0 else '<w:vMerge w:val="restart"/>' if text else "<w:vMerge/>"
        return f'<w:tc><w:tcPr>{merge}</w:tcPr>{"".join(map(paragraph, (text or "").split("|")))}</w:tc>'
    rows = "".join("<w:tr>" + "".join(cell(t, c, r) for c, t in enumerate(line)) + "</w:tr>" for r, line in enumerate([HEADS, *ROWS]))
    body = "".join(map(paragraph, before)) + f"<w:tbl>{rows}</w:tbl><w:sectPr/>"
    return zipped({"word/document.xml": f'<?xml version="1.0"?><w:document {W}><w:body>{body}</w:body></w:document>'})


def xlsx():
    """The same list in a workbook: shared strings, a date as a number with a format, a cell merged over two rows."""
    strings, cells = [], []
    for r, line in enumerate([HEADS, *ROWS], 1):
        row = ""
        for c, text in enumerate(line):
            ref = "ABCDEFG"[c] + str(r)
            if r == 2 and c == 6:
                row += f'<c r="{ref}" s="1"><v>46387</v></c>'  # 2026-12-31
            elif text is not None:
                strings.append(text.replace("|", "\n"))
                row += f'<c r="{ref}" t="s"><v>{len(strings) - 1}</v></c>'
        cells.append(f'<row r="{r}">{row}</row>')
    return zipped({
        "xl/sharedStrings.xml": "<sst>" + "".join(f"<si><t>{s}</t></si>" for s in strings) + "</sst>",
        "xl/styles.xml": '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
        "xl/worksheets/sheet1.xml": f'<worksheet><sheetData>{"".join(cells)}</sheetData><mergeCells><mergeCell ref="E2:E3"/></mergeCells></worksheet>'})


HTML = ("<html><head><meta charset=gbk><script>完成99个项目</script></head><body><nav>首页|登录|下载</nav><p>2026年&nbsp;某市工作要点</p>"
        "<p>全市PM2.5年均浓度控制在33&mu;g/m3以内。</p><table><tr><th>重点任务</th><th>牵头单位</th><th>完成时限</th></tr>"
        "<tr><td>建成污水厂2座</td><td>市水务局</td><td>6月底前</td></tr></table></body></html>").encode("gbk")


def read(folder, name, data, *more):
    path = os.path.join(folder, name)
    with open(path, "wb") as f:
        f.write(data)
    done = run("plan", "read", path, "--jsonl", *more)
    return [json.loads(line) for line in done.stdout.splitlines()], run("plan", "read", path, "--text").stdout


def refused(folder, name, data):
    path = os.path.join(folder, name)
    with open(path, "wb") as f:
        f.write(data)
    done = run("plan", "read", path, "--jsonl", check=False)
    return done.returncode == 1 and len(done.stderr.splitlines()) == 1


def rows_of(items):
    return [x for x in items if x["kind"] == "task" and "problem" in x]


def formats(folder):
    for name, data in (("list.docx", docx("2026年整改方案")), ("list.xlsx", xlsx())):
        items, text = read(folder, name, data)
        rows = rows_of(items)
        tap.ok([r["owner"] for r in rows] == ["东区政府", "东区政府"], f"{name}: a row is a task, a merged cell holds for both rows")
        tap.ok(rows[1]["by"] == "立行立改" and rows[0]["supervisor"] == "市生态环境局", f"{name}: limit and supervisor by their heads")
        tap.ok(any(x.get("value") == 12 and x["kind"] == "task" for x in items), f"{name}: the measures' figures are read too")
        tap.ok(all(text[x["start"]:x["end"]] == x["quote"] for x in items), f"{name}: every quote stands in --text at its place")
    items, _ = read(folder, "list.xlsx", xlsx())
    tap.ok(rows_of(items)[0]["by"] == "2026年12月31日", "a date with a number format becomes a date")
    items, text = read(folder, "page.html", HTML)
    tap.ok("首页" not in text and not any(x.get("value") == 99 for x in items), "menus and scripts of a web page are not read")
    tap.ok(any(x.get("bound") == "air.pm25.mean" for x in items), "a GBK page's target is read and bound")
    for name, data in (("bomb.docx", zipped({"word/document.xml": f"<w:document {W}>" + " " * 60_000_000 + "</w:document>"})),
                       ("dtd.docx", zipped({"word/document.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'})),
                       ("cut.docx", docx("2026年整改方案")[:300]), ("other.zip", zipped({"a.txt": "a"})),
                       ("old.doc", b"\xd0\xcf\x11\xe0" + b"\0" * 600), ("nul.txt", b"a\0b"), ("bad.pdf", b"%PDF-1.7\nrubbish")):
        tap.ok(refused(folder, name, data), f"{name} is refused in one sentence")
    pdf(folder)


def pdf(folder):
    plain = (b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
             b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj "
             b"4 0 obj<</Length 67>>stream\nBT /F 12 Tf 50 700 Td (PM2.5 <= 35 ug/m3, 12 projects in 2026.) Tj ET  \nendstream endobj "
             b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>")
    if not shutil.which("pdftotext"):
        tap.ok(refused(folder, "plain.pdf", plain), "without pdftotext a PDF is refused in one sentence")
        return
    _, text = read(folder, "plain.pdf", plain)
    tap.ok("PM2.5 <= 35 ug/m3" in text, "a PDF's text is read by a child")


def table(folder):
    out = os.path.join(folder, "table.xlsx")
    read(folder, "list.docx", docx("2026年整改方案", "一、重点问题", "（一）东河。按清单整改。"), "--xlsx", out)
    with zipfile.ZipFile(out) as z:
        shared = z.read("xl/sharedStrings.xml").decode()
    tap.ok("责任分解表" in shared and "东区政府" in shared and "依据" in shared, "the responsibility table names units and words")
    tap.ok("所在章节" in shared and "一、重点问题 / （一）东河" in shared, "a row of the responsibility table names the headings above it")


def districts(tap_ok, duty, plan, target):
    names = [r["name"] for r in duty.get("/api/v1/city")["regions"] if r["parent"]][:2]
    parts = [{"region": names[0], "value": 33, "weight": 2, "owner": names[0] + "人民政府"}, {"region": names[1], "value": 36.3, "weight": 1}]
    path = f"/api/v1/targets/{target}/parts"
    tap_ok(duty.call("POST", path, {"how": "mean", "parts": parts, "confirm": True})[0] == 409, "parts that do not make the whole are not confirmed")
    for value, weight in ((1e300, 1), (9.2e12, 1), (33, 1e300)):
        beyond = [{**parts[0], "value": value, "weight": weight}, parts[1]]
        tap_ok(duty.call("POST", path, {"how": "mean", "parts": beyond})[0] == 400, f"a part of {value:g} with weight {weight:g} is beyond any")
    tap_ok(not [x for x in duty.get(f"/api/v1/plans/{plan}")["items"] if x.get("divided_from")], "and leave no target behind")
    parts[1]["value"] = 36
    got = duty.post(path, {"how": "mean", "parts": parts, "confirm": True})["parts"]
    made = [x for x in duty.get(f"/api/v1/plans/{plan}")["items"] if x.get("divided_from") == target]
    tap_ok(got["confirmed"] and [x["id"] for x in made] == [p["target"] for p in got["list"]] and [x["value"] for x in made] == [33, 36], "a confirmed division is a target for each district")
    live = {t["id"]: t for t in duty.get("/api/v1/targets")["targets"]}
    tap_ok(all(live[x["id"]]["progress"]["indicator"] == "air.pm25.mean" for x in made if live[x["id"]]["progress"]["bound"]) and
           any(live[x["id"]]["progress"]["bound"] for x in made), "bound to the district's own measure")
    tap_ok(duty.call("POST", f"/api/v1/targets/{made[0]['id']}/parts", {"how": "sum", "parts": []})[0] == 409, "a district's target is not divided again")
    where = f"/api/v1/plans/{plan}/letter?region={urllib.parse.quote(names[0])}"
    status, text = duty.call("GET", where)
    tap_ok(status == 200 and "目标责任书" in text and "≤33微克/立方米" in text and names[0] + "人民政府" in text and names[1] not in text, "the district's letter of responsibility")
    status, text = duty.call("GET", where + "&format=xlsx")
    tap_ok(status == 200 and text[:2] == "PK", "also as a workbook")
    tap_ok(duty.call("GET", f"/api/v1/plans/{plan}/letter?region=nowhere")[0] == 404, "none for a place of which nothing is asked")
    again = duty.post(path, {"how": "mean", "parts": [{"region": names[0], "value": 34, "weight": 1}], "confirm": True})["parts"]
    states = {x["region"]: (x["id"], x["state"], x["value"]) for x in duty.get(f"/api/v1/plans/{plan}")["items"] if x.get("divided_from") == target}
    tap_ok(states[names[0]] == (again["list"][0]["target"], "confirmed", 34) and again["list"][0]["target"] == made[0]["id"] and states[names[1]][1] == "rejected",
           "divided anew: one changes, the other is no longer asked")


def bulk(duty, first, fields):
    text = "2026年工作计划\n完成12家企业深度治理，新建管网30公里，清淤河道8公里。"
    plan = duty.post("/api/v1/plans", {"title": "批量", "text": text})["id"]
    tasks = [x["id"] for x in duty.get(f"/api/v1/plans/{plan}")["items"] if x["kind"] == "task"]
    for x in tasks[:2]:
        duty.post(f"/api/v1/targets/{x}", {"action": "confirm"})
    common = {k: fields[k] for k in ("source", "problem", "goal", "measures", "supervisor", "due")}
    ask = {"ledger": "rectification", "fields": common, "tasks": [{"target": tasks[0], "fields": {"title": "甲", "owner": fields["owner"]}},
                                                                   {"target": tasks[1], "fields": {"title": "乙"}}, {"target": tasks[2], "fields": {"title": "丙", "owner": fields["owner"]}}]}
    got = duty.post(f"/api/v1/plans/{plan}/cases", ask)["results"]
    tap.ok([r["target"] for r in got] == tasks and got[0]["case"] and "case" not in got[1], "many tasks become cases, each with a result of its own")
    tap.ok(got[1]["missing"] == ["owner"] and got[1]["error"] == "case.field_missing", "what is missing is named, not filled in")
    tap.ok(got[2]["error"] == "conflict" and not got[2]["missing"], "a task nobody confirmed becomes none")
    state = {x["id"]: x["case"] for x in duty.get(f"/api/v1/plans/{plan}")["items"]}
    tap.ok(state[tasks[0]] == got[0]["case"] and not state[tasks[1]], "a task that failed stays a task")
    tap.ok(duty.post(f"/api/v1/plans/{first}/cases", {**ask, "tasks": ask["tasks"][:1]})["results"][0]["error"] == "not_found", "not a task of another plan")
    tap.ok(duty.call("POST", f"/api/v1/plans/{plan}/cases", {"ledger": "rectification", "tasks": []})[0] == 400, "none is no request")


def counted(duty):
    """Targets that no instrument measures: counted in the ledgers, or a reason why not."""
    text = "2026年工作计划\n督察反馈问题整改完成率达到90%，县级饮用水水源地水质达标率达到100%，信访举报办结率达到95%。"
    plan = duty.post("/api/v1/plans", {"title": "台账目标", "text": text})["id"]
    for x in duty.get(f"/api/v1/plans/{plan}")["items"]:
        duty.post(f"/api/v1/targets/{x['id']}", {"action": "confirm"})
    got = {t["bound"]: t["progress"] for t in duty.get("/api/v1/targets")["targets"] if t["plan"] == plan}
    cases = got["cases.rectified.ratio"]["receipt"]["inputs"]
    tap.ok(cases["cases"] >= cases["closed"] >= 0 and cases["cases"] > 0 and
           abs(got["cases.rectified.ratio"]["value"] - 100 * cases["closed"] / cases["cases"]) < 0.06, "the share of closed cases is counted in the ledger")
    tap.ok(got["water.source.ratio"]["verdict"] == "cannot_judge" and "人工监测" in got["water.source.ratio"]["text"], "drinking-water sources say why they cannot be judged")
    of = got["cases.complaints.ratio"]
    told = of["receipt"]["inputs"]
    tap.ok(told["cases"] > 0 and abs(of["value"] - 100 * told["closed"] / told["cases"]) < 0.06, "the share of settled complaints is counted in theirs")


def server_side():
    with Server() as s:
        duty, public = s.client("duty"), s.client()
        tap.ok(public.call("POST", "/api/v1/plans", {"title": "x", "text": "y"})[0] == 401, "nobody uploads without signing in")
        first = duty.post("/api/v1/plans", {"file": base64.b64encode(docx("2026年东区整改方案", "一、大气", "到2026年底,全市PM2.5年均浓度控制在34微克/立方米以内。")).decode()})["id"]
        plan = duty.get(f"/api/v1/plans/{first}")
        tap.ok(plan["title"] == "2026年东区整改方案", "an upload without a title takes the document's first line")
        tap.ok(all(x["path"] == ["一、大气"] for x in plan["items"] if x["start"] > 20), "what was read keeps the headings above it")
        tap.ok(duty.call("POST", "/api/v1/plans", {"file": "!!"})[0] == 400, "what is no base64 is refused")
        bomb = zipped({"word/document.xml": f"<w:document {W}>" + " " * 60_000_000 + "</w:document>"})
        tap.ok(duty.call("POST", "/api/v1/plans", {"file": base64.b64encode(bomb).decode()})[0] == 400, "a zip bomb is refused")
        target = next(x for x in plan["items"] if x["kind"] == "target" and x["bound"])
        task = next(x for x in plan["items"] if x["kind"] == "task" and x["problem"])
        tap.ok(duty.call("POST", f"/api/v1/targets/{target['id']}/parts", {"how": "sum", "parts": []})[0] == 409, "only confirmed targets are divided")
        duty.post(f"/api/v1/targets/{target['id']}", {"action": "confirm"})
        parts = [{"region": "甲镇", "value": 33, "weight": 2}, {"region": "乙镇", "value": 36, "weight": 1}]
        got = duty.post(f"/api/v1/targets/{target['id']}/parts", {"how": "mean", "parts": parts})["parts"]
        tap.ok(got["adds_up"] and got["total"] == 34, "a weighted mean of parts gives the whole")
        parts[1]["value"] = 36.3
        got = duty.post(f"/api/v1/targets/{target['id']}/parts", {"how": "mean", "parts": parts})["parts"]
        tap.ok(not got["adds_up"] and abs(got["difference"] - 0.1) < 1e-9, "a difference is shown, to the millionth")
        live = duty.get("/api/v1/targets")["targets"]
        tap.ok(any(t["id"] == target["id"] and t["progress"]["bound"] for t in live), "a confirmed target has its live value")
        duty.post(f"/api/v1/targets/{task['id']}", {"action": "confirm"})
        units = duty.get("/api/v1/city")["units"]
        fields = {"source": "中央督察", "title": "污水直排东河", "problem": task["problem"], "goal": {"text": task["goal"]}, "measures": [task["measures"]],
                  "owner": units[0]["code"], "supervisor": units[1]["code"], "due": "2026-12-31"}
        case = duty.post(f"/api/v1/targets/{task['id']}/case", {"ledger": "rectification", "fields": fields})
        tap.ok(case["number"].startswith("ZG-"), "a confirmed task becomes a case")
        tap.ok(duty.call("POST", f"/api/v1/targets/{task['id']}/case", {"ledger": "rectification", "fields": fields})[0] == 409, "and only once")
        districts(tap_ok=tap.ok, duty=duty, plan=first, target=target["id"])
        bulk(duty, first, fields)
        counted(duty)
        at = plan["text"].index("垃圾露天堆放")
        added = duty.post(f"/api/v1/plans/{first}/items", {"kind": "task", "start": at, "end": at + 6, "fields": {"object": "露天垃圾清运", "by": "2026年底"}})
        tap.ok(added["quote"] == "垃圾露天堆放" and added["state"] == "confirmed", "what the reader missed is added from the text")
        tap.ok(duty.call("POST", f"/api/v1/plans/{first}/items", {"kind": "task", "start": 0, "end": 10**9, "fields": {"object": "x"}})[0] == 400,
               "not outside of the text")
        second = duty.post("/api/v1/plans", {"title": "上级方案", "text": plan["text"][:120] + "\n全市另有一段上级自己的要求,与下级无关。"})["id"]
        both = duty.get(f"/api/v1/plans/{first}/compare?with={second}")
        tap.ok(0 < both["copied"] < both["characters"] and both["spans"], "the share copied from another plan is shown")
        tap.ok(any("theirs" in p and p.get("ours") for p in both["targets"]), "targets of one indicator stand side by side")
        status, body = duty.call("GET", f"/api/v1/plans/{first}/table")
        tap.ok(status == 200 and body[:2] == "PK", "the table is taken away as a workbook")


def main():
    folder = tempfile.mkdtemp(prefix="bihuan-plans-")
    try:
        assert os.path.exists(PROGRAM)
        formats(folder)
        table(folder)
        server_side()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    tap.exit()


main()
