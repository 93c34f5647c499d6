"""What ECMA-376 asks of a workbook and of a Word document, as far as Bihuan writes them. check_xlsx and check_docx return a list of faults."""
import io
import posixpath
import re
import xml.etree.ElementTree as ET
import zipfile

PACKAGE = "{http://schemas.openxmlformats.org/package/2006/"
TYPES, RELATIONS = PACKAGE + "content-types}", PACKAGE + "relationships}"
OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/"
# The order of children that the schemas ask for; Word refuses a file that breaks it.
ORDER = {
    SHEET + "worksheet": "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetProtection autoFilter mergeCells conditionalFormatting dataValidations hyperlinks "
                         "printOptions pageMargins pageSetup headerFooter drawing",
    SHEET + "styleSheet": "numFmts fonts fills borders cellStyleXfs cellXfs cellStyles dxfs",
    SHEET + "workbook": "fileVersion workbookPr bookViews sheets definedNames calcPr",
    SHEET + "font": "b i u sz color name family charset",
    WORD + "pPr": "pStyle keepNext keepLines pageBreakBefore widowControl numPr pBdr shd tabs kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi "
                  "adjustRightInd snapToGrid spacing ind contextualSpacing jc textAlignment outlineLvl rPr sectPr",
    WORD + "rPr": "rStyle rFonts b bCs i iCs caps color spacing kern position sz szCs highlight u lang",
    WORD + "tblPr": "tblStyle tblpPr tblOverlap tblW jc tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook",
    WORD + "tcPr": "cnfStyle tcW gridSpan vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign",
    WORD + "sectPr": "headerReference footerReference type pgSz pgMar paperSrc pgBorders pgNumType cols titlePg docGrid",
    WORD + "tbl": "tblPr tblGrid tr",
    DRAWING + "wordprocessingDrawing}inline": "extent effectExtent docPr cNvGraphicFramePr graphic",
}
CONTENT = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.", "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml."}
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def bare(tag):
    return tag.rsplit("}", 1)[-1]


def in_order(root):
    faults = []
    for e in root.iter():
        if e.tag not in ORDER:
            continue
        order, names = ORDER[e.tag].split(), [bare(c.tag) for c in e]
        unknown = [n for n in names if n not in order]
        places = [order.index(n) for n in names if n in order]
        if unknown or places != sorted(places):
            faults.append(f"{bare(e.tag)}: {unknown or names}")
    return faults[:3]


def package(data, kind, faults):
    """The parts by name, and the trees of those that are XML."""
    z = zipfile.ZipFile(io.BytesIO(data))
    names = z.namelist()
    if z.testzip() or len(set(names)) != len(names) or not names or names[0] != "[Content_Types].xml":
        faults.append(f"zip: {names}")
    parts, trees = {n: z.read(n) for n in names}, {}
    for name, content in parts.items():
        if name.endswith((".xml", ".rels")):
            text = content.decode("utf-8")
            if FORBIDDEN.search(text):
                faults.append(f"{name}: a character that XML forbids")
            trees[name] = ET.fromstring(text)
            faults += [f"{name}: {x}" for x in in_order(trees[name])]
    types = trees["[Content_Types].xml"]
    over = {o.get("PartName").lstrip("/"): o.get("ContentType") for o in types.findall(TYPES + "Override")}
    default = {o.get("Extension") for o in types.findall(TYPES + "Default")}
    faults += [f"content type of {n}, which is not there" for n in over if n not in parts]
    faults += [f"no content type of {n}" for n in names if n != "[Content_Types].xml" and n not in over and n.rsplit(".", 1)[-1] not in default]
    faults += [f"{n} has the general type" for n in names if n.endswith(".xml") and n != "[Content_Types].xml" and not over.get(n, "").startswith(CONTENT[kind])]
    return parts, trees, relations(names, trees, faults)


def relations(names, trees, faults):
    """Relationships by the part that has them: {part: {id: target}}."""
    got, reached = {}, set()
    for name in names:
        if not name.endswith(".rels"):
            continue
        folder, owner = posixpath.split(name)
        source = posixpath.join(posixpath.dirname(folder), owner[:-5]) if owner != ".rels" else ""
        if source and source not in names:
            faults.append(f"{name}: relationships of no part")
        of = got.setdefault(source, {})
        for r in trees[name].findall(RELATIONS + "Relationship"):
            target = posixpath.normpath(posixpath.join(posixpath.dirname(source), r.get("Target")))
            if r.get("Id") in of or target not in names or r.get("TargetMode") == "External":
                faults.append(f"{name}: {r.get('Id')} → {target}")
            of[r.get("Id")] = target
            reached.add(target)
    faults += [f"{n}: nothing leads to it" for n in names if not n.endswith(".rels") and n != "[Content_Types].xml" and n not in reached]
    return got


def used_relations(trees, related, faults):
    for name, tree in trees.items():
        for e in tree.iter():
            for key, value in e.attrib.items():
                if key.startswith(OFFICE) and value not in related.get(name, {}):
                    faults.append(f"{name}: {bare(e.tag)} names {value}, which is no relationship")


# ---- workbooks ----

def column_of(ref):
    n = 0
    for c in re.match("[A-Z]+", ref)[0]:
        n = n * 26 + ord(c) - 64
    return n


def unescaped(text):
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), text)


def strings_of(trees):
    return [unescaped("".join(t.text or "" for t in si.iter(SHEET + "t"))) for si in trees["xl/sharedStrings.xml"].findall(SHEET + "si")]


def sheet_of(data):
    """Rows of cells: texts, or numbers as (number, style)."""
    z = zipfile.ZipFile(io.BytesIO(data))
    trees = {n: ET.fromstring(z.read(n)) for n in ("xl/sharedStrings.xml", "xl/worksheets/sheet1.xml")}
    strings = strings_of(trees)
    return [[strings[int(c.find(SHEET + "v").text)] if c.get("t") == "s" else (float(c.find(SHEET + "v").text), int(c.get("s")))
             for c in row if c.find(SHEET + "v") is not None] for row in trees["xl/worksheets/sheet1.xml"].iter(SHEET + "row")]


def check_cells(sheet, strings, n_styles, faults):
    last_row = used = 0
    for row in sheet.iter(SHEET + "row"):
        r, last = int(row.get("r")), 0
        if r <= last_row or (row.get("ht") and not 0 < float(row.get("ht")) <= 409):
            faults.append(f"row {r} after {last_row}, {row.get('ht')} high")
        last_row = r
        for c in row:
            at = column_of(c.get("r"))
            if at <= last or c.get("r") != re.match("[A-Z]+", c.get("r"))[0] + str(r) or int(c.get("s", "0")) >= n_styles:
                faults.append(f"cell {c.get('r')}")
            last = at
            if [bare(x.tag) for x in c] not in ([], ["v"]):
                faults.append(f"cell {c.get('r')} holds {[bare(x.tag) for x in c]}")
            if c.get("t") == "s":
                used += 1
                if int(c.find(SHEET + "v").text) >= len(strings):
                    faults.append(f"cell {c.get('r')}: no such string")
            elif c.find(SHEET + "v") is not None:
                float(c.find(SHEET + "v").text)
    return used


def check_xlsx(data):
    faults = []
    _, trees, related = package(data, "xlsx", faults)
    used_relations(trees, related, faults)
    book, sheet, styles = trees["xl/workbook.xml"], trees["xl/worksheets/sheet1.xml"], trees["xl/styles.xml"]
    strings, table = strings_of(trees), trees["xl/sharedStrings.xml"]
    faults += [f"{len(s)} characters in a cell" for s in strings if len(s.encode("utf-16-le")) // 2 > 32767]
    for kind, item in (("numFmts", "numFmt"), ("fonts", "font"), ("fills", "fill"), ("borders", "border"), ("cellXfs", "xf")):
        of = styles.find(SHEET + kind)
        if int(of.get("count")) != len(of.findall(SHEET + item)):
            faults.append(f"{kind}: {of.get('count')} are counted")
    for xf in styles.find(SHEET + "cellXfs"):
        for key, kind in (("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders")):
            if int(xf.get(key)) >= len(styles.find(SHEET + kind)):
                faults.append(f"xf: {key} {xf.get(key)}")
    used = check_cells(sheet, strings, len(styles.find(SHEET + "cellXfs")), faults)
    if (int(table.get("count")), int(table.get("uniqueCount"))) != (used, len(strings)) or len(set(strings)) != len(strings):
        faults.append(f"strings: {table.attrib} of {used}, {len(strings)}")
    name = book.find(SHEET + "sheets")[0].get("name")
    if not 0 < len(name) <= 31 or re.search(r"[\[\]:*?/\\]", name):
        faults.append(f"a sheet called {name!r}")
    pane = sheet.find(f"{SHEET}sheetViews/{SHEET}sheetView/{SHEET}pane")
    if pane is None or pane.get("state") != "frozen" or pane.get("topLeftCell") != f"A{int(pane.get('ySplit')) + 1}":
        faults.append("the heading is not frozen")
    if not all(0 < float(c.get("width")) <= 255 and c.get("customWidth") == "1" for c in sheet.find(SHEET + "cols")):
        faults.append("widths of columns")
    for d in book.find(SHEET + "definedNames"):
        if not d.text.startswith(f"'{name}'!$"):
            faults.append(f"{d.get('name')}: {d.text}")
    return faults


# ---- Word documents ----

def check_table(table, faults):
    grid = len(table.find(WORD + "tblGrid"))
    for row in table.findall(WORD + "tr"):
        cells = row.findall(WORD + "tc")
        if len(cells) != grid:
            faults.append(f"a row of {len(cells)} cells in a table of {grid}")
        for c in cells:
            if not len(c) or c[-1].tag != WORD + "p":
                faults.append("a cell that does not end with a paragraph")


def check_docx(data):
    faults = []
    parts, trees, related = package(data, "docx", faults)
    used_relations(trees, related, faults)
    body = trees["word/document.xml"].find(WORD + "body")
    kinds = [bare(e.tag) for e in body]
    if kinds[-1] != "sectPr" or set(kinds[:-1]) - {"p", "tbl"}:
        faults.append(f"the body holds {set(kinds)}")
    if any(a == b == "tbl" for a, b in zip(kinds, kinds[1:])) or kinds[-2] != "p":
        faults.append("two tables without a paragraph between")
    for table in body.iter(WORD + "tbl"):
        check_table(table, faults)
    ids = [e.get("id") for e in body.iter(DRAWING + "wordprocessingDrawing}docPr")]
    if len(set(ids)) != len(ids):
        faults.append("two pictures of one number")
    faults += [f"{n} is no JPEG" for n in parts if n.startswith("word/media/") and not parts[n].startswith(b"\xff\xd8\xff")]
    if not {"PAGE", "NUMPAGES"} <= {(e.text or "").strip() for e in trees["word/footer1.xml"].iter(WORD + "instrText")}:
        faults.append("the pages are not counted")
    return faults
