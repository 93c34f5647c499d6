#!/usr/bin/env python3
"""Paper through the public interfaces: a list comes as a workbook (preview, faults by row, acceptance all or nothing, the same file twice), goes
out as .xlsx, .docx and .pdf, comes back unchanged; forms; 5,000 rows; hostile files."""
import io
import json
import re
import shutil
import subprocess
import time
import urllib.request
import zipfile

from _bihuan import Server, Tap
from _sheet import send, xlsx

tap = Tap()
HEADS = ["序号", "存在\n问题", "整改目标", "整改措施", "责任单位（盖章）", "*督导单位", "整改　时限", "问题来源", "备注说明"]


def edited(book, old, new):
    """The workbook with one text written otherwise."""
    parts, out = zipfile.ZipFile(io.BytesIO(book)), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name in parts.namelist():
            z.writestr(name, parts.read(name).decode().replace(old, new))
    return out.getvalue()


def fetch(c, path):
    request = urllib.request.Request(c.base + path, headers={"Authorization": "Bearer " + c.token})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=120) as answer:
        return answer.headers["Content-Type"], answer.read()


def pdf_text(data):
    if not shutil.which("pdftotext"):
        print("# skipped: no pdftotext")
        return None
    return subprocess.run(["pdftotext", "-layout", "-", "-"], input=data, capture_output=True, check=True).stdout.decode()


def total(c):
    return c.get("/api/v1/cases?ledger=rectification&limit=1")["total"]


with Server(today="2026-03-05", demo_args=["--history-days", "2"], serve_args=["--test-clock", "2026-03-05T09:00:00"]) as s:
    duty, other = s.client("duty"), s.client("leader")
    city = duty.get("/api/v1/city")
    units = city["units"]
    owner = next(u for u in units if u["kind"] == "enterprise")
    bureau = next(u for u in units if u["kind"] != "enterprise")
    before = total(duty)
    good = [1, "总排口氨氮超标", "完成整改", "1．检修曝气系统；\n2．加装在线监测。", owner["name"], bureau["name"], (46203,), "自 查", "无"]
    list_1 = [["某市突出环境问题整改清单"], [None, None, "2026年3月"], HEADS, good,
              [2, "垃圾露天堆放", "完成清理", "清运；封场", owner["code"], bureau["name"], "2026年6月底", "暗访暗查", None],
              [3, "扬尘", "达标", "喷淋", "没有这家单位", bureau["name"], "2026年6月", "自查", None],
              [4, "缺了时限", "达标", "喷淋", owner["name"], bureau["name"], None, "自查", None]]
    status, p = send(duty, "/api/v1/ledgers/rectification/imports?name=list.xlsx", xlsx(list_1))
    tap.ok(status == 200 and p["counts"] == {"rows": 4, "new": 2, "changed": 0, "unchanged": 0, "faulty": 2}, f"a preview counts: {p.get('counts', p)}")
    tap.ok(p["heading_row"] == 3 and [x["field"] for x in p["columns"]][:8] ==
           [None, "problem", "goal", "measures", "owner", "supervisor", "due", "source"], "the heading is found under title rows, in its own words")
    faults = {(f["row"], f["column"]): f["code"] for f in p["faults"]}
    tap.ok(faults == {(6, "E"): "import.unknown", (6, "G"): "import.date", (7, None): "case.field_missing"}, f"faults by row and column: {faults}")
    tap.ok(p["sample"][0]["fields"]["due"] == "2026-06-30" and p["sample"][1]["fields"]["due"] == "2026-06-30" and
           p["sample"][0]["fields"]["measures"] == ["检修曝气系统", "加装在线监测。"] and p["sample"][0]["fields"]["source"] == "自查",
           f"values are read by kind: {p['sample'][0]['fields']}")
    tap.ok(total(duty) == before, "nothing enters before it is accepted")
    tap.ok(other.call("GET", f"/api/v1/imports/{p['id']}")[0] == 404 and
           other.call("POST", f"/api/v1/imports/{p['id']}/accept", {"skip_faulty": True})[0] == 404, "another person cannot see or accept it")
    status, refused = duty.call("POST", f"/api/v1/imports/{p['id']}/accept", {})
    tap.ok(status == 409 and refused["error"]["code"] == "import.faulty" and total(duty) == before, "faulty rows refuse the whole list")
    done = duty.post(f"/api/v1/imports/{p['id']}/accept", {"skip_faulty": True})
    tap.ok((done["opened"], done["skipped"]) == (2, 2) and total(duty) == before + 2, "skipped when the person says so")
    tap.ok(duty.call("POST", f"/api/v1/imports/{p['id']}/accept", {"skip_faulty": True})[0] == 409, "not twice")
    status, p = send(duty, "/api/v1/ledgers/rectification/imports", xlsx(list_1[:5]))
    tap.ok(p["counts"]["unchanged"] == 2 and p["counts"]["new"] == 0, "the same file again changes nothing")

    # ---- out and back ----
    kind, book = fetch(duty, "/api/v1/cases/table?format=xlsx&ledger=rectification")
    tap.ok(kind.endswith("spreadsheetml.sheet") and fetch(duty, "/api/v1/cases/table?ledger=rectification")[1] == book,
           "the workbook is the same byte for byte")
    status, p = send(duty, "/api/v1/ledgers/rectification/imports", book)
    tap.ok(status == 200 and p["counts"] == {"rows": before + 2, "new": 0, "changed": 0, "unchanged": before + 2, "faulty": 0},
           f"a list taken out comes back without a change: {p.get('counts', p)} {p.get('faults')}")
    status, p = send(duty, "/api/v1/ledgers/rectification/imports", edited(book, "垃圾露天堆放", "垃圾露天堆放（二处）"))
    tap.ok(p["counts"]["changed"] == 1 and p["sample"][0]["was"] == {"problem": "垃圾露天堆放"}, f"a changed cell changes its case: {p['counts']}")
    number, case = p["sample"][0]["number"], p["sample"][0]["case"]
    state = duty.get(f"/api/v1/cases/{case}")["state"]
    duty.post(f"/api/v1/imports/{p['id']}/accept")
    now = duty.get(f"/api/v1/cases/{case}")
    tap.ok(now["problem"] == "垃圾露天堆放（二处）" and now["state"] == state and now["number"] == number and
           now["events"][-1]["action"] == "edit" and now["events"][-1]["label"] == "修改内容", "by an event, the state as it was")
    # Between preview and acceptance somebody else changes a case: the preview no longer holds.
    again = edited(book, "垃圾露天堆放", "垃圾露天堆放（三处）")
    status, p = send(duty, "/api/v1/ledgers/rectification/imports", again)
    status, q = send(other, "/api/v1/ledgers/rectification/imports", again)
    other.post(f"/api/v1/imports/{q['id']}/accept")
    status, refused = duty.call("POST", f"/api/v1/imports/{p['id']}/accept", {})
    tap.ok(status == 409 and refused["error"]["code"] == "conflict", "a preview that no longer holds is refused")

    # ---- pages ----
    kind, page = fetch(duty, "/api/v1/cases/table?format=pdf&ledger=rectification")
    text = pdf_text(page)
    tap.ok(kind == "application/pdf" and page.startswith(b"%PDF") and page == fetch(duty, "/api/v1/cases/table?format=pdf&ledger=rectification")[1],
           "a list as PDF, the same byte for byte")
    if text is not None:
        plain = re.sub(r"\s", "", text)
        tap.ok("督察整改台账" in plain and number in plain and "第1页" in plain and "责任单位" in plain, "its text reads back")
    kind, page = fetch(duty, "/api/v1/cases/table?format=docx&ledger=rectification")
    body = zipfile.ZipFile(io.BytesIO(page)).read("word/document.xml").decode()
    tap.ok("w:tblHeader" in body and number in body and "landscape" in body, "a list as .docx with a repeated heading")
    kind, page = fetch(duty, f"/api/v1/cases/{case}/form/case?format=pdf")
    text = pdf_text(page)
    last = duty.get(f"/api/v1/cases/{case}")["events"][-1]["hash"]
    if text is not None:
        tap.ok(number in text and last in re.sub(r"\s", "", text) and "办理经过" in text, "a whole case as PDF ends with the hash of its last event")
    tap.ok(duty.call("GET", f"/api/v1/cases/{case}/form/none")[0] == 404, "no such form")
    tap.ok(duty.call("GET", "/api/v1/cases/table?format=doc")[0] == 400, "no such format")
    tap.ok(s.client().call("GET", "/api/v1/cases/table")[0] == 401 and s.client().call("GET", f"/api/v1/cases/{case}/form/case")[0] == 401,
           "paper is for those signed in")

    # ---- size and malice ----
    many = [HEADS] + [[i, f"第{i}个问题", "完成整改", "1．检修；\n2．加药。", owner["name"], bureau["name"], "2026.6.30", "自查", None]
                      for i in range(1, 5001)]
    begin = time.monotonic()
    status, p = send(duty, "/api/v1/ledgers/rectification/imports", xlsx(many))
    read = time.monotonic() - begin
    tap.ok(status == 200 and p["counts"]["new"] == 5000, f"5,000 rows previewed in {read:.1f} s")
    begin = time.monotonic()
    done = duty.post(f"/api/v1/imports/{p['id']}/accept")
    tap.ok(done["opened"] == 5000 and time.monotonic() - begin < 30, f"and entered in {time.monotonic() - begin:.1f} s")
    begin = time.monotonic()
    kind, book = fetch(duty, "/api/v1/cases/table?ledger=rectification")
    took = time.monotonic() - begin
    status, p = send(duty, "/api/v1/ledgers/rectification/imports", book)
    tap.ok(p["counts"]["unchanged"] == p["counts"]["rows"] > 5000, f"5,000 rows out in {took:.1f} s and back unchanged")
    status, answer = duty.call("GET", "/api/v1/cases/table?format=pdf")
    tap.ok(status == 413, "too many for pages is said")
    for data, what in ((b"", "nothing"), (b"PK\x03\x04 not a zip", "half a zip"), (b"\xd0\xcf\x11\xe0" + bytes(600), "an old .xls"),
                       (xlsx([["a", "b"], ["c", "d"]]), "another table"), (xlsx([HEADS]), "a heading alone")):
        status, answer = send(duty, "/api/v1/ledgers/rectification/imports", data)
        tap.ok(status == 400, f"{what} is refused: {answer['error']['code'] if 'error' in answer else answer}")
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("[Content_Types].xml", "<Types/>")
        z.writestr("xl/workbook.xml", "<workbook/>")
        z.writestr("xl/worksheets/sheet1.xml", "<worksheet>" + " " * 40_000_000 + "</worksheet>")
    tap.ok(send(duty, "/api/v1/ledgers/rectification/imports", bomb.getvalue())[0] in (400, 413), "a zip bomb is refused")
    tap.ok(send(duty, "/api/v1/ledgers/nothing/imports", xlsx(many[:2]))[0] == 404, "no such ledger")
    tap.ok(send(s.client(), "/api/v1/ledgers/rectification/imports", b"x")[0] == 401, "not without signing in")
    s.stop()
    from _bihuan import run
    tap.ok(run("check", "--data", s.data, check=False).returncode == 0, "the chain holds")
tap.exit()
