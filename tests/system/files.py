#!/usr/bin/env python3
"""Attachments through the real server: what is taken and refused by content, names, rights, evidence with photos, a kill while uploading, and the
suspicions that follow from photos and texts."""
import concurrent.futures
import hashlib
import http.client
import io
import json
import os
import random
import signal
import struct
import threading
import time
import urllib.parse
import zipfile
import zlib

from _bihuan import Server, Tap, run

TODAY = "2026-11-20T08:00"
tap = Tap()


def png(seed, width=96, height=72, exif=b""):
    """A picture with soft shapes from a seed; the same seed at another size is the same photo made smaller."""
    r = random.Random(seed)
    shapes = [(r.random(), r.random(), 0.08 + 0.25 * r.random(), r.randint(-90, 90)) for _ in range(12)]
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            level = 120.0
            for cx, cy, size, more in shapes:
                d = ((x / width - cx) ** 2 + (y / height - cy) ** 2) / size ** 2
                if d < 6:
                    level += more * 2.718281828 ** (-2 * d)
            v = max(0, min(255, int(level)))
            rows += bytes((v, v // 2 + 40, 255 - v))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) +
            (chunk(b"eXIf", exif) if exif else b"") + chunk(b"IDAT", zlib.compress(bytes(rows))) + chunk(b"IEND", b""))


def exif(when=None, lng=None, lat=None):
    """TIFF with DateTimeOriginal and a place (EXIF 2.3)."""
    def entry(tag, kind, count, value):
        return struct.pack("<HHI", tag, kind, count) + value

    def angle(v):
        return b"".join(struct.pack("<II", *p) for p in ((int(v), 1), (int(v % 1 * 60), 1), (round(v % 1 * 60 % 1 * 6000), 100)))
    out = b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", 2) + entry(0x8769, 4, 1, struct.pack("<I", 38)) + \
        entry(0x8825, 4, 1, struct.pack("<I", 56)) + struct.pack("<I", 0)
    data = 200
    out += struct.pack("<H", 1) + entry(0x9003, 2, 20, struct.pack("<I", data)) + struct.pack("<I", 0)
    out += struct.pack("<H", 4) + entry(1, 2, 2, b"N\0\0\0") + entry(2, 5, 3, struct.pack("<I", data + 20)) + \
        entry(3, 2, 2, b"E\0\0\0") + entry(4, 5, 3, struct.pack("<I", data + 44)) + struct.pack("<I", 0)
    out += b"\0" * (data - len(out)) + (when or "").encode().ljust(20, b"\0")
    return out + angle(lat or 0) + angle(lng or 0)


def zipped(*names):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        for name in names:
            z.writestr(name, "<x/>")
    return out.getvalue()


def raw(server, method, path, token=None, body=None, media="application/octet-stream"):
    """(status, headers, bytes)"""
    c = http.client.HTTPConnection("127.0.0.1", server.http, timeout=60)
    headers = {"Authorization": "Bearer " + token} if token else {}
    if body is not None:
        headers["Content-Type"] = media
    c.request(method, "/api/v1" + path, body=body, headers=headers)
    answer = c.getresponse()
    got = answer.status, dict(answer.getheaders()), answer.read()
    c.close()
    return got


def announce(server, client, length, keep=False):
    """The head of an upload without its body: the status that comes at once, or the open connection."""
    c = http.client.HTTPConnection("127.0.0.1", server.http, timeout=60)
    c.putrequest("POST", "/api/v1/files?name=a")
    for name, value in (("Authorization", "Bearer " + client.token), ("Content-Type", "application/octet-stream"), ("Content-Length", str(length))):
        c.putheader(name, value)
    c.endheaders()
    if keep:
        time.sleep(0.05)
        return c
    c.send(b"x" * min(length, 1000))
    status = c.getresponse().status
    c.close()
    return status


def upload(server, client, content, name="现场.png"):
    status, _, body = raw(server, "POST", "/files?name=" + urllib.parse.quote(name), client.token, content)
    return status, json.loads(body)


def stored(server):
    """Names under files/, and what stands there half done."""
    root = os.path.join(server.data, "files")
    names = [n for d in os.listdir(root) if len(d) == 2 for n in os.listdir(os.path.join(root, d))]
    return names, os.listdir(os.path.join(root, "new"))


def types(server, doer):
    photo = png(1)
    status, f = upload(server, doer, photo, "../../现场<1>.html")
    tap.ok(status == 200 and f["type"] == "png" and f["name"] == "现场1.html.png" and (f["width"], f["height"]) == (96, 72) and f["case"] is None,
           f"a picture is what its content says, its name is cleaned: {f}")
    for name, content, why in [("a.jpg", b"<!DOCTYPE html><script>alert(1)</script>", "a page called jpg"),
                               ("a.png", b" \n<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "SVG called png"),
                               ("a.zip", zipped("x.txt"), "an archive"),
                               ("a.docx", zipped("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "macros"),
                               ("a.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 200, "a JPEG without a picture"),
                               ("a.png", photo[:len(photo) // 2], "half a PNG"), ("a.exe", b"MZ\x90\0" + b"\0" * 60, "a program"),
                               ("a", b"", "nothing")]:
        status, answer = upload(server, doer, content, name)
        tap.ok(status == 400 and answer["error"]["code"] in ("file.type", "file.damaged"), f"{why} is refused: {status} {answer}")
    for name, content, kind in [("表.xlsx", zipped("[Content_Types].xml", "xl/workbook.xml"), "xlsx"), ("a.pdf", b"%PDF-1.4\n%%EOF\n", "pdf"),
                                ("a.csv", "日期,值\n1,2\n".encode("gb18030"), "text")]:
        status, answer = upload(server, doer, content, name)
        tap.ok(status == 200 and answer["type"] == kind and answer["name"] == name, f"{kind} is taken")
    tap.ok(announce(server, doer, 20 * 1024 * 1024 + 1) == 413, "more than 20 MB is refused before it is sent")
    waiting = [announce(server, doer, 1000, keep=True) for _ in range(8)]
    tap.ok(announce(server, doer, 1000) == 503, "the ninth upload at once waits its turn")
    for c in waiting:
        c.close()
    for _ in range(100):
        status, _ = upload(server, doer, b"again")
        if status == 200:
            break
        time.sleep(0.05)
    tap.ok(status == 200, "and when they hang up there is room")
    bomb = bytearray(photo)
    bomb[16:24] = struct.pack(">II", 19999, 19999)
    bomb[29:33] = struct.pack(">I", zlib.crc32(bytes(bomb[12:29])))
    status, answer = upload(server, doer, bytes(bomb), "b.png")
    tap.ok(status in (400, 413) and answer["error"]["code"] == "file.pixels", f"400 million pixels are refused unread: {status} {answer}")
    before = stored(server)[0]
    status, again = upload(server, doer, photo)
    tap.ok(status == 200 and again["id"] != f["id"] and again["hash"] == f["hash"] and stored(server)[0] == before, "equal content is kept once")
    return f


def sending(server, doer, f):
    status, head, body = raw(server, "GET", f"/files/{f['id']}", doer.token)
    tap.ok(status == 200 and body == png(1) and head["Content-Type"] == "image/png" and head["X-Content-Type-Options"] == "nosniff" and
           head["Content-Disposition"].startswith("attachment;") and "sandbox" in head["Content-Security-Policy"], f"sent as a download: {head}")
    status, head, _ = raw(server, "GET", f"/files/{f['id']}?inline=1", doer.token)
    tap.ok(head["Content-Disposition"].startswith("inline;") and head["Content-Security-Policy"].startswith("default-src 'none'; sandbox"),
           "a picture may be shown, in a sandbox")
    _, sheet = upload(server, doer, b"just text", "a.html")
    _, head, _ = raw(server, "GET", f"/files/{sheet['id']}?inline=1", doer.token)
    tap.ok(head["Content-Type"] == "text/plain" and head["Content-Disposition"].startswith("attachment;") and sheet["name"] == "a.html.txt",
           "text is only downloaded, never as a page")
    status, head, body = raw(server, "GET", f"/files/{f['id']}/thumb", doer.token)
    tap.ok(status == 200 and head["Content-Type"] == "image/jpeg" and body[:3] == b"\xff\xd8\xff", "a thumbnail")
    status, _, _ = raw(server, "GET", f"/files/{sheet['id']}/thumb", doer.token)
    tap.ok(status == 404, "text has none")


FIELDS = {"source": "自查", "problem": "总排口氨氮超标", "measures": ["检修曝气"], "goal": "建立管理台账", "due": "2026-12-20"}


def open_case(duty, owner, supervisor, site, problem):
    fields = dict(FIELDS, owner=owner, supervisor=supervisor, problem=problem, **({"site": site["code"]} if site else {}))
    return duty.post("/api/v1/cases", {"ledger": "rectification", "fields": fields})["id"]


def report(doer, case, text, files, action="report"):
    return doer.call("POST", f"/api/v1/cases/{case}/actions",
                     {"action": action, "fields": {"report": text, "evidence": [{"kind": "照片", "text": "现场", "files": files}]}})


def rights(server, doer, other, duty, f, case):
    path = f"/files/{f['id']}"
    tap.ok(raw(server, "GET", path, duty.token)[0] == 404 and raw(server, "GET", path)[0] == 404, "an upload that waits is its uploader's alone")
    status, answer = report(other, case, "不是我的照片", [f["id"]])
    tap.ok(status in (400, 403), f"nobody else can use it: {status}")
    status, answer = report(doer, case, "曝气系统检修完成", [f["id"], 999999])
    tap.ok(status == 400 and answer["error"]["code"] == "file.unknown", f"a file that is not there: {answer}")
    tap.ok(raw(server, "GET", path, duty.token)[0] == 404, "and then none is attached")
    status, answer = report(doer, case, "曝气系统检修完成", [f["id"]])
    tap.ok(status == 200, f"with the report it is the case's: {status} {answer.get('error')}")
    tap.ok(raw(server, "GET", path, duty.token)[0] == 200 and raw(server, "GET", path, other.token)[0] == 200,
           "who may see the case sees it")
    tap.ok(raw(server, "GET", path)[0] == 404 and raw(server, "GET", path + "/thumb")[0] == 404, "evidence is not published, nor its thumbnail")
    files = duty.get(f"/api/v1/files?case={case}")["files"]
    tap.ok([x["id"] for x in files] == [f["id"]] and files[0]["field"] == "evidence", "listed with the case")
    tap.ok(server.client().get(f"/api/v1/files?case={case}")["files"] == [], "not for the public")
    tap.ok(raw(server, "POST", "/files?name=a", None, png(1))[0] == 401, "uploading needs a login")
    cookie = http.client.HTTPConnection("127.0.0.1", server.http, timeout=10)
    cookie.request("POST", "/api/v1/files?name=a", body=png(1), headers={"Cookie": "bihuan_session=" + doer.token, "Content-Type": "text/plain"})
    tap.ok(cookie.getresponse().status == 415, "another site's form cannot upload with our cookie")
    cookie.close()


def suspicions(server, doer, duty, boss, case, site, owner, supervisor):
    text = "我厂已按照整改方案完成曝气系统的全面检修工作，更换曝气头一百二十个，出水水质稳定达到排放标准要求。"
    far = png(7, exif=exif("2026:11:18 10:00:00", site["lng"] + 0.5, site["lat"]))
    near = png(8, exif=exif("2026:11:20 07:59:00", site["lng"], site["lat"]))
    ids = [upload(server, doer, c)[1]["id"] for c in (far, near, png(9))]
    status, answer = report(doer, case, text, ids)
    tap.ok(status == 200, f"a report with three photos: {answer.get('error')}")
    second = open_case(duty, owner, supervisor, site, "污泥脱水间异味")
    doer.call("POST", f"/api/v1/cases/{second}/actions", {"action": "accept"})
    smaller = upload(server, doer, png(9, 64, 48))[1]["id"]
    status, answer = report(doer, second, text.replace("一百二十", "一百三十"), [smaller])
    tap.ok(status == 200, f"the other case: {answer.get('error')}")
    found = boss.get(f"/api/v1/suspicions?case={case}&state=open")
    kinds = sorted((s["kind"], tuple(s["files"])) for s in found["suspicions"])
    tap.ok(any(s["kind"] == "photo_place" and s["files"] == [ids[0]] for s in found["suspicions"]), f"a photo from far away: {kinds}")
    tap.ok(any(s["kind"] == "photo_time" and s["files"] == [ids[0]] for s in found["suspicions"]), "a photo from before the work")
    tap.ok(any(s["kind"] == "photo_bare" and s["files"] == [ids[2]] for s in found["suspicions"]), "a photo without a time beside others with one")
    tap.ok(not any(ids[1] in s["files"] for s in found["suspicions"]), "the honest photo is not listed")
    same = [s for s in found["suspicions"] if s["kind"] == "same_photo" and smaller in s["files"]]
    tap.ok(len(same) == 1 and len(same[0]["cases"]) == 2, f"the same photo, made smaller, in another case: {same}")
    copied = [s for s in found["suspicions"] if s["kind"] == "copied_text"]
    tap.ok(len(copied) == 1 and "%" in copied[0]["text"], f"a report copied with a figure changed: {copied}")
    n = boss.get("/api/v1/suspicions")["total"]
    report(doer, second, text, [])
    tap.ok(boss.get("/api/v1/suspicions")["total"] == n, "looking again adds nothing")
    tap.ok(doer.call("GET", "/api/v1/suspicions")[0] == 403, "not for who is looked at")
    status, _ = doer.call("POST", f"/api/v1/suspicions/{same[0]['id']}", {"decision": "dismissed", "reason": "x"})
    tap.ok(status == 403, "nor decided by them")
    status, answer = boss.call("POST", f"/api/v1/suspicions/{same[0]['id']}", {"decision": "guilty", "reason": "x"})
    tap.ok(status == 400, "only the three decisions")
    boss.post(f"/api/v1/suspicions/{same[0]['id']}", {"decision": "confirmed", "reason": "两处使用同一张照片"})
    events = duty.get(f"/api/v1/cases/{second}")["events"]
    tap.ok(any(x["action"] == "suspicion" for x in events) and
           any(x["action"] == "suspicion" for x in duty.get(f"/api/v1/cases/{case}")["events"]), "the decision is in the history of both cases")
    tap.ok(boss.get(f"/api/v1/suspicions?case={case}&state=confirmed")["suspicions"][0]["reason"] == "两处使用同一张照片", "with who and why")


def killed(server, doer):
    """Answered uploads survive a kill; what was not answered leaves nothing half."""
    answered, stop = [], threading.Event()

    def keep_going(k):
        n = 0
        while not stop.is_set():
            content = b"%PDF-1.4\n" + random.Random(k * 1000 + n).randbytes(300_000)
            n += 1
            try:
                status, f = upload(server, doer, content, "a.pdf")
            except (OSError, http.client.HTTPException, ValueError):
                return
            if status == 200:
                answered.append((f["id"], hashlib.sha256(content).hexdigest()))
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(keep_going, k) for k in range(4)]
        end = time.monotonic() + 60
        while len(answered) <= 10 and time.monotonic() < end:
            time.sleep(0.05)
        time.sleep(0.5)
        server.stop(signal.SIGKILL)
        stop.set()
        concurrent.futures.wait(jobs)
    server.start()
    names, half = stored(server)
    doer.base = server.url
    good = sum(hashlib.sha256(raw(server, "GET", f"/files/{i}", doer.token)[2]).hexdigest() == h for i, h in answered)
    tap.ok(len(answered) > 10 and good == len(answered), f"{good} of {len(answered)} acknowledged uploads are there, byte for byte")
    tap.ok(half == [] and all(len(n) == 64 or n.endswith(".thumb.jpg") for n in names), f"nothing half is left: {half}")
    done = run("check", "--data", server.data, check=False)
    tap.ok(done.returncode == 0, f"bihuan check finds no fault: {done.stdout[-200:]}{done.stderr[-200:]}")


def main():
    with Server(today=TODAY, demo_args=["--history-days", "2", "--no-cases"], serve_args=["--test-clock", TODAY]) as server:
        people = {a["role"]: a["name"] for a in server.accounts["accounts"]} if "accounts" in server.accounts else {}
        print("#", json.dumps(server.accounts, ensure_ascii=False)[:600])
        doer, boss, duty = (server.client(people.get(r, r)) for r in ("responsible", "supervisor", "duty"))
        other = server.client(people.get("reviewer", "reviewer"))
        owner, supervisor = doer.get("/api/v1/me")["unit"]["code"], boss.get("/api/v1/me")["unit"]["code"]
        sites = duty.get("/api/v1/sites")["sites"]
        site = next(s for s in sites if s.get("lng"))
        f = types(server, doer)
        sending(server, doer, f)
        case = open_case(duty, owner, supervisor, site, "总排口氨氮超标")
        doer.post(f"/api/v1/cases/{case}/actions", {"action": "accept"})
        rights(server, doer, other, duty, f, case)
        suspicions(server, doer, duty, boss, case, site, owner, supervisor)
        killed(server, doer)
    tap.exit()


main()
