"""Workbooks for tests: made from rows without any library, sent as they are, entered as a person would."""
import io
import json
import urllib.error
import urllib.request
import zipfile


def cell(ref, v):
    if v is None:
        return ""
    if isinstance(v, (int, float)):
        return f'<c r="{ref}"><v>{v}</v></c>'
    if isinstance(v, tuple):  # a day's number with a date format
        return f'<c r="{ref}" s="1"><v>{v[0]}</v></c>'
    text = str(v).replace("&", "&amp;").replace("<", "&lt;")
    return f'<c r="{ref}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def xlsx(rows):
    lines = "".join(f'<row r="{r}">' + "".join(cell(f"{chr(65 + c)}{r}", v) for c, v in enumerate(line)) + "</row>"
                    for r, line in enumerate(rows, 1))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("[Content_Types].xml", "<Types/>")
        z.writestr("xl/workbook.xml", "<workbook><workbookPr/></workbook>")
        z.writestr("xl/styles.xml", '<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>')
        z.writestr("xl/worksheets/sheet1.xml", f"<worksheet><sheetData>{lines}</sheetData></worksheet>")
    return out.getvalue()


def send(c, path, data, kind="application/octet-stream"):
    request = urllib.request.Request(c.base + path, data=data, method="POST",
                                     headers={"Content-Type": kind, **({"Authorization": "Bearer " + c.token} if c.token else {})})
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=120) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as answer:
        return answer.code, json.loads(answer.read())


def enter(c, ledger, heading, rows):
    """A list read, looked at and accepted; what was entered. A row with a fault refuses it all."""
    status, p = send(c, f"/api/v1/ledgers/{ledger}/imports", xlsx([heading, *rows]))
    assert status == 200 and not p["counts"]["faulty"], p.get("faults", p)
    return c.post(f"/api/v1/imports/{p['id']}/accept")
