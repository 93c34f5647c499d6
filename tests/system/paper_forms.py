#!/usr/bin/env python3
"""Every form and list of every ledger as .docx, .xlsx and .pdf: built as the formats ask (members, content types, relationships, the order of
elements), with hostile text in every field that takes text; photos printed; and LibreOffice, where there is one, opens all of them and gives the
lists back so that importing them changes nothing. --keep DIR leaves the files there, to be looked at."""
import io
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import urllib.parse
import xml.etree.ElementTree as ET
import zipfile
import zlib

from _bihuan import Server, Tap
from _paper_parts import check_docx, check_xlsx, sheet_of

TODAY = "2026-11-20T08:00"
LEDGERS = 31
# XML's own characters, an entity, markup, a formula by each of its four beginnings, a character by its number as workbooks write it, an element
# that ends a cell, quotation marks, characters outside of the first plane and one that turns the direction.
HOSTILE = ["=1+1", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1,1)", "=HYPERLINK(\"http://x.invalid\",\"看\")", "<w:p>&amp;</w:t>]]>", "_x0041_与_x000D_",
           "&#60;script&#62;'\"", "𠮷野家😀", "a\u202eb", "</t></si><si><t>", "{=1}", "甲\n=2+2\n乙"]
tap = Tap()


def png(width, height, level, more=b""):
    """A small picture of two colours; `more`: chunks of its own."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    row = b"\0" + bytes((level, 90, 255 - level)) * (width // 2) + bytes((20, level, 60)) * (width - width // 2)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) + more +
            chunk(b"IDAT", zlib.compress(row * height)) + chunk(b"IEND", b""))


def turned(width, height, level):
    """A camera held upright: EXIF's orientation 6."""
    exif = b"II*\0" + struct.pack("<IHHHIHHI", 8, 1, 0x112, 3, 1, 6, 0, 0)
    data = b"eXIf" + exif
    return png(width, height, level, struct.pack(">I", len(exif)) + data + struct.pack(">I", zlib.crc32(data)))


def cell(ref, text):
    text = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f'<c r="{ref}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def workbook(rows):
    lines = "".join(f'<row r="{r}">' + "".join(cell(f"{chr(65 + c)}{r}", v) for c, v in enumerate(line)) + "</row>" for r, line in enumerate(rows, 1))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("[Content_Types].xml", "<Types/>")
        z.writestr("xl/workbook.xml", "<workbook/>")
        z.writestr("xl/worksheets/sheet1.xml", f"<worksheet><sheetData>{lines}</sheetData></worksheet>")
    return out.getvalue()


def send(c, path, data):
    """POST of bytes: (status, answer)"""
    import urllib.error
    import urllib.request
    request = urllib.request.Request(c.base + path, data=data, method="POST",
                                     headers={"Content-Type": "application/octet-stream", "Authorization": "Bearer " + c.token})
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as answer:
        return answer.code, json.loads(answer.read())


def fetch(c, path):
    import urllib.request
    request = urllib.request.Request(c.base + path, headers={"Authorization": "Bearer " + c.token})
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=120) as answer:
        return answer.read()


def open_case(duty, ledger):
    """A case that may still be changed, or None."""
    for c in duty.get(f"/api/v1/cases?ledger={ledger}&limit=100")["cases"]:
        if not c["closed"]:
            return c
    return None


def make_hostile(duty, d):
    """Hostile text into every text field of an open case, by a list as people bring it. Returns (case, what each field says) or None."""
    case = open_case(duty, d["id"])
    texts = [f for f in d["fields"] if f["type"] == "text" and not f.get("computed")][:24]
    if not case or not texts:
        return None
    said = {f["id"]: (HOSTILE[i % len(HOSTILE)] if i % 2 else "；".join(HOSTILE))[:min(f.get("most") or 4000, 200)] for i, f in enumerate(texts)}
    rows = [["编号"] + [f["label"] for f in texts], [case["number"]] + [said[f["id"]] for f in texts]]
    status, p = send(duty, f"/api/v1/ledgers/{d['id']}/imports", workbook(rows))
    if status != 200 or p["counts"]["faulty"]:
        return case, {}
    if p["counts"]["changed"]:
        duty.post(f"/api/v1/imports/{p['id']}/accept")
    fields = duty.get(f"/api/v1/cases/{case['id']}")["fields"]
    return case, {k: v for k, v in said.items() if fields.get(k) == v}


def write(folder, name, data):
    with open(os.path.join(folder, name), "wb") as f:
        f.write(data)


def one_ledger(duty, d, folder):
    """Its list and all its forms, checked and left in the folder. Returns (faults, forms, hostile fields)."""
    faults, forms = [], ["case"] + [f["id"] for f in d.get("forms", [])]
    hostile = make_hostile(duty, d)
    case = hostile[0] if hostile else duty.get(f"/api/v1/cases?ledger={d['id']}&limit=1")["cases"][0]
    said = hostile[1] if hostile else {}
    book = fetch(duty, f"/api/v1/cases/table?format=xlsx&ledger={d['id']}")
    faults += check_xlsx(book)
    shown = "\n".join(v for row in sheet_of(book) for v in row if isinstance(v, str))
    columns = d.get("columns") or [f["id"] for f in d["fields"]]
    faults += [f"the list lost {k}: {v!r}" for k, v in said.items() if k in columns and v not in shown]
    write(folder, f"list-{d['id']}.xlsx", book)
    page = fetch(duty, f"/api/v1/cases/table?format=docx&ledger={d['id']}")
    faults += check_docx(page)
    write(folder, f"pages-{d['id']}.docx", page)
    write(folder, f"list-{d['id']}.pdf", fetch(duty, f"/api/v1/cases/table?format=pdf&ledger={d['id']}"))
    for form in forms:
        page = fetch(duty, f"/api/v1/cases/{case['id']}/form/{form}?format=docx")
        faults += [f"{form}: {x}" for x in check_docx(page)]
        if form == "case":
            text = words(page)
            faults += [f"the form lost {k}: {v!r}" for k, v in said.items() if v.replace("\u202e", "") not in text or "\u202e" in text]
        write(folder, f"form-{d['id']}-{form}.docx", page)
        write(folder, f"form-{d['id']}-{form}.pdf", fetch(duty, f"/api/v1/cases/{case['id']}/form/{form}?format=pdf"))
    return faults, len(forms), len(said)


def words(docx):
    """The text of a Word document; a line break is one."""
    w = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    root = ET.fromstring(zipfile.ZipFile(io.BytesIO(docx)).read("word/document.xml"))
    return "".join((e.text or "") if e.tag == w + "t" else "\n" if e.tag in (w + "br", w + "p") else "" for e in root.iter())


def pdfs(folder):
    """Text that can be searched, fonts that are in the file, a size that can be sent."""
    names = sorted(n for n in os.listdir(folder) if n.endswith(".pdf"))
    if not shutil.which("pdftotext") or not shutil.which("pdffonts"):
        print("# skipped: no pdftotext")
        return
    bare, silent, large = [], [], []
    for n in names:
        path = os.path.join(folder, n)
        fonts = subprocess.run(["pdffonts", path], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
        text = re.sub(r"\s", "", subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout)
        if not fonts or not all(re.search(r" yes +(yes|no) +yes +\d+ +\d+$", f) for f in fonts):
            bare.append(n)
        if not re.search(r"第1页共\d+页", text) or not ("编号" in text or "截至" in text):
            silent.append(n)
        if os.path.getsize(path) > 1_500_000:
            large.append(n)
    tap.ok(not bare, f"{len(names)} PDFs carry their fonts {bare[:3]}")
    tap.ok(not silent, f"and give their Chinese back, with the pages counted {silent[:3]}")
    tap.ok(not large, f"the largest is {max(os.path.getsize(os.path.join(folder, n)) for n in names) // 1024} KB {large[:3]}")


def photos(s, duty, folder):
    """Photos of a case are on its forms: turned as the camera was held, with what is known of each."""
    case, owner = None, None
    for c in duty.get("/api/v1/cases?ledger=rectification&limit=100")["cases"]:
        owner = next((a["name"] for a in s.accounts["accounts"] if a["unit"] == (c["owner"] or {}).get("name") and a["role"] == "responsible"), None)
        if owner and c["state"] == "整改中":
            case = c
            break
    doer = s.client(owner)
    ids = []
    for name, data in [("现场<1>.png", png(64, 48, 200)), ("竖拍.png", turned(64, 48, 40))] + [(f"更多{i}.png", png(32, 32, i)) for i in range(25)]:
        status, f = send(doer, "/api/v1/files?name=" + urllib.parse.quote(name), data)
        assert status == 200, f
        ids.append(f)
    status, report = send(doer, "/api/v1/files?name=" + urllib.parse.quote("检测报告.csv"), "日期,值\n2026-11-01,1\n".encode())
    act = {"action": "report", "fields": {"report": "已完成", "evidence": [{"kind": "照片", "text": "现场", "files": [f["id"] for f in ids]},
                                                                    {"kind": "监测报告", "text": "检测", "files": [report["id"]]}]}}
    status, answer = doer.call("POST", f"/api/v1/cases/{case['id']}/actions", act)
    tap.ok(status == 200, f"27 photos and a report are given as evidence {answer if status != 200 else ''}")
    page = fetch(duty, f"/api/v1/cases/{case['id']}/form/closing?format=docx")
    tap.ok(page == fetch(duty, f"/api/v1/cases/{case['id']}/form/closing?format=docx") and not check_docx(page), f"a form with photos is well built {check_docx(page)}")
    z, text = zipfile.ZipFile(io.BytesIO(page)), words(page)
    media = [n for n in z.namelist() if n.startswith("word/media/")]
    sizes = [jpeg_size(z.read(n)) for n in media]
    spans = [(int(a), int(b)) for a, b in re.findall(r"附件(\d+)至附件(\d+)", text)]
    tap.ok(any(b - a == 26 for a, b in spans), f"a piece of evidence names its attachments {spans}")
    tap.ok(len(media) == 24 and "其余 3 张照片未印在纸上" in text, f"24 are printed, the others are told of: {len(media)}")
    tap.ok(sizes[0] == (64, 48) and sizes[1] == (48, 64), f"turned as the camera was held: {sizes[:2]}")
    flat = re.sub(r"\s", "", text)
    tap.ok(all(f["hash"] in flat for f in ids + [report]), "each attachment stands in the list with its whole hash")
    tap.ok("SM3：" + ids[0]["hash"][:16] + "…" in text and "拍摄时间：照片未记录" in text and "现场1.png" in text, "time, place and the hash's beginning under each")
    tap.ok(case["number"] in text and text.index("责任单位（盖章）") < text.index("佐证材料"), "the number; the boxes to sign stand on the form, before what is added to it")
    page = fetch(duty, f"/api/v1/cases/{case['id']}/form/closing?format=pdf")
    write(folder, "form-photos.pdf", page)
    write(folder, "form-photos.docx", fetch(duty, f"/api/v1/cases/{case['id']}/form/closing?format=docx"))
    if shutil.which("pdfimages"):
        listed = subprocess.run(["pdfimages", "-list", os.path.join(folder, "form-photos.pdf")], capture_output=True, text=True, check=True).stdout
        tap.ok(len(re.findall(r"\bjpeg\b", listed)) == 24 and len(page) < 1_500_000, f"the PDF holds the same 24 as JPEG, {len(page) // 1024} KB")
    os.remove(os.path.join(s.data, "files", ids[0]["hash"][:2], ids[0]["hash"] + ".thumb.jpg"))
    text = words(fetch(duty, f"/api/v1/cases/{case['id']}/form/closing?format=docx"))
    tap.ok("（照片缺失或无法读取）" in text, "a photo that is gone from the disk is said to be missing")


def jpeg_size(data):
    at = 2
    while data[at + 1] not in (0xC0, 0xC1, 0xC2):
        at += 2 + struct.unpack(">H", data[at + 2:at + 4])[0]
    height, width = struct.unpack(">HH", data[at + 5:at + 9])
    return width, height


def letters(duty):
    """What leaves the house has no history of who handled it; a district's letter of responsibility is a paper to sign."""
    case = duty.get("/api/v1/cases?ledger=complaint&limit=1")["cases"][0]
    for form in ("reply", "handover"):
        text = words(fetch(duty, f"/api/v1/cases/{case['id']}/form/{form}?format=docx"))
        tap.ok("办理经过" not in text and "（盖章）" in text, f"{form}: no names of those who handled it")
    plan = duty.get("/api/v1/plans")["plans"][0]
    where = f"/api/v1/plans/{plan['id']}/letter?region={urllib.parse.quote('全市')}&format="
    page = fetch(duty, where + "docx")
    tap.ok(not check_docx(page) and "目标责任书" in words(page) and "责任方（签字、盖章）：" in words(page) and "≤75微克/立方米" in words(page), f"a letter of responsibility to sign {check_docx(page)}")
    tap.ok(fetch(duty, where + "pdf")[:5] == b"%PDF-" and not check_xlsx(fetch(duty, where + "xlsx")), "as PDF and as a workbook")
    book = fetch(duty, f"/api/v1/plans/{plan['id']}/table")
    tap.ok(not check_xlsx(book) and any("责任分解表" in str(r[0]) for r in sheet_of(book)), f"the plan's table {check_xlsx(book)}")


def more_than_a_cell(duty):
    """A list of measures of 48,000 characters, tabs, line ends and control characters: the workbook is sound, comes back unchanged, and loses nothing."""
    case = open_case(duty, "rectification")
    full = duty.get(f"/api/v1/cases/{case['id']}")
    fields = {"title": "长", "problem": "甲\t乙\r\n丙\u0001丁\u000b", "goal": {"text": "完成"}, "measures": ["措" * 4000] * 12, "owner": full["owner"]["code"],
              "supervisor": full["supervisor"]["code"], "due": "2026-12-31", "source": "自查"}
    made = duty.post("/api/v1/cases", {"ledger": "rectification", "fields": fields})
    for kind, check in (("xlsx", check_xlsx), ("docx", check_docx)):
        data = fetch(duty, f"/api/v1/cases/table?format={kind}&ledger=rectification")
        tap.ok(not check(data), f"48,000 characters and control characters in a list, .{kind} {check(data)[:2]}")
    for form in ("docx", "pdf"):
        data = fetch(duty, f"/api/v1/cases/{made['id']}/form/case?format={form}")
        tap.ok(data[:2] == b"PK" and words(data).count("措") >= 48000 and not check_docx(data) if form == "docx" else data[:4] == b"%PDF", f"and on a form, .{form}")
    book = fetch(duty, "/api/v1/cases/table?ledger=rectification")
    row = next(r for r in sheet_of(book) if r[0] == made["number"])
    tap.ok(max(len(v) for v in row if isinstance(v, str)) == 32767, "a cell holds what it may")
    status, p = send(duty, "/api/v1/ledgers/rectification/imports", book)
    tap.ok(p["counts"]["unchanged"] == p["counts"]["rows"], f"the list comes back without a change {p['counts']}")
    status, p = send(duty, "/api/v1/ledgers/rectification/imports", workbook([["编号", "整改措施", "事项名称"], [made["number"], "只剩这一条", "长"]]))
    tap.ok([f["code"] for f in p.get("faults", [])] == ["import.too_long"], f"a cell that could not show all of its text does not replace it {p.get('faults', p)}")


def penalty(duty):
    """E06: number, evidence list and the working of the fine on one paper."""
    case = next(c for c in duty.get("/api/v1/cases?ledger=penalty&limit=50")["cases"] if duty.get(f"/api/v1/cases/{c['id']}")["fields"]["decision"])
    fields = duty.get(f"/api/v1/cases/{case['id']}")["fields"]
    for form in ("decision", "working"):
        text = words(fetch(duty, f"/api/v1/cases/{case['id']}/form/{form}?format=docx"))
        tap.ok(case["number"] in text and fields["decision"] in text and fields["working"] in text and "佐证材料（证据）清单" in text and "监测报告" in text,
               f"{form}: number, evidence and the working of the fine")


def office(folder, duty, ledgers):
    """All files through LibreOffice; each list saved by it comes back unchanged."""
    if not shutil.which("soffice"):
        print("# skipped: no LibreOffice")
        return
    profile, out = tempfile.mkdtemp(prefix="bihuan-office-"), tempfile.mkdtemp(prefix="bihuan-office-")
    begin = ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to"]
    try:
        for kind, to in (("docx", "pdf"), ("xlsx", "xlsx:Calc MS Excel 2007 XML")):
            names = sorted(n for n in os.listdir(folder) if n.endswith("." + kind))
            done = subprocess.run(begin + [to, "--outdir", out] + [os.path.join(folder, n) for n in names], capture_output=True, text=True, timeout=380, check=False)
            lost = [n for n in names if not os.path.exists(os.path.join(out, n[:-5] + "." + to.split(":")[0]))]
            tap.ok(not lost and done.returncode == 0, f"LibreOffice opens {len(names)} .{kind} files {lost[:3]} {done.stderr[-200:] if lost else ''}")
        changed, run = [], []
        for d in ledgers:
            with open(os.path.join(out, f"list-{d['id']}.xlsx"), "rb") as f:
                book = f.read()
            run += [d["id"]] if b"<f" in zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml") else []
            status, p = send(duty, f"/api/v1/ledgers/{d['id']}/imports", book)
            if status != 200 or p["counts"]["changed"] or p["counts"]["new"] or p["counts"]["faulty"]:
                changed.append((d["id"], p.get("counts", p), p.get("faults", [])[:1], p.get("sample", [])[:1]))
        tap.ok(not run, f"nothing that begins like a formula became one {run}")
        tap.ok(not changed, f"every list that it saved is read as unchanged {changed[:2]}")
    finally:
        shutil.rmtree(profile, ignore_errors=True)
        shutil.rmtree(out, ignore_errors=True)


def main():
    folder = sys.argv[sys.argv.index("--keep") + 1] if "--keep" in sys.argv else tempfile.mkdtemp(prefix="bihuan-paper-")
    os.makedirs(folder, exist_ok=True)
    with Server(today=TODAY[:10], demo_args=["--history-days", "2"], serve_args=["--test-clock", TODAY]) as s:
        duty = s.client("duty")
        ledgers = duty.get("/api/v1/ledgers")["ledgers"]
        tap.ok(len(ledgers) >= LEDGERS, f"{len(ledgers)} ledgers")
        hostile = forms = 0
        for d in ledgers:
            faults, n, said = one_ledger(duty, d, folder)
            hostile, forms = hostile + said, forms + n
            tap.ok(not faults, f"{d['id']}: list and {n} forms, {said} fields of hostile text {faults[:3]}")
        tap.ok(hostile > 40, f"{forms} forms, hostile text in {hostile} fields")
        unchanged = []
        for d in ledgers:
            with open(os.path.join(folder, f"list-{d['id']}.xlsx"), "rb") as f:
                status, p = send(duty, f"/api/v1/ledgers/{d['id']}/imports", f.read())
            if status != 200 or p["counts"]["unchanged"] != p["counts"]["rows"]:
                unchanged.append((d["id"], p.get("counts", p), p.get("faults", [])[:1], p.get("sample", [])[:1]))
        tap.ok(not unchanged, f"every list comes back without a change {unchanged[:2]}")
        photos(s, duty, folder)
        penalty(duty)
        letters(duty)
        more_than_a_cell(duty)
        pdfs(folder)
        office(folder, duty, ledgers)
    if "--keep" not in sys.argv:
        shutil.rmtree(folder, ignore_errors=True)
    tap.exit()


main()
