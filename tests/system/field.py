#!/usr/bin/env python3
"""Records made in the field, through the real server: announced hashes of files, the record's own hash over its words, uploads sent twice, who moved a
case on meanwhile, the key of a person's phone, and `check --data` when a photo on disk is changed afterwards."""
import hashlib
import http.client
import json
import os
import random
import struct
import urllib.parse
import zlib

from _bihuan import Server, Tap

tap = Tap()


def png(seed, width=96, height=72):
    """A picture of noise from a seed."""
    r = random.Random(seed)

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = b"".join(b"\0" + r.randbytes(3 * width) for _ in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows)) +
            chunk(b"IEND", b""))


def sm3(data):
    return hashlib.new("sm3", data).hexdigest()


def raw(server, token, path, body, key=None, media="application/octet-stream"):
    c = http.client.HTTPConnection("127.0.0.1", server.http, timeout=60)
    c.request("POST", "/api/v1" + path, body=body, headers={"Authorization": "Bearer " + token, "Content-Type": media, **({"Idempotency-Key": key} if key else {})})
    answer = c.getresponse()
    got = answer.status, json.loads(answer.read())
    c.close()
    return got


def code(answer):
    return answer[1].get("error", {}).get("code")


def upload(server, who, content, key=None, announced=None, name="现场.png"):
    more = "" if announced is None else "&sm3=" + announced
    return raw(server, who.token, "/files?name=" + urllib.parse.quote(name) + more, content, key)


def post(server, who, path, body, key=None):
    return raw(server, who.token, path, json.dumps(body).encode(), key, "application/json")


def record(fields, **more):
    text = json.dumps({"form": 1, "by": "x", "at": "2026-11-20T09:15:00+08:00", "fields": fields, **more}, ensure_ascii=False)
    return {"record": text, "hash": sm3(text.encode())}


def files(server, doer):
    photo = png(11)
    status, f = upload(server, doer, photo, "key-of-photo-1", sm3(photo))
    tap.ok(status == 200 and f["hash"] == sm3(photo), f"a photo under the hash of its capture is taken: {f}")
    again = upload(server, doer, photo, "key-of-photo-1", sm3(photo))
    tap.ok(again[0] == 200 and again[1]["id"] == f["id"], f"sent again after a lost answer it is the same file: {again}")
    other = upload(server, doer, png(12), "key-of-photo-1", sm3(png(12)))
    tap.ok(other[0] == 409 and code(other) == "once.other", f"the key stands for these bytes alone: {other}")
    r = random.Random(7)
    refused = 0
    for _ in range(30):  # any byte changed after the capture
        at = r.randrange(len(photo))
        bad = photo[:at] + bytes((photo[at] ^ (1 << r.randrange(8)),)) + photo[at + 1:]
        got = upload(server, doer, bad, None, sm3(photo))
        refused += got[0] == 409 and code(got) == "file.changed"
    tap.ok(refused == 30, f"a changed photo is refused and it is said why: {refused} of 30")
    bad = upload(server, doer, png(13), None, sm3(photo))
    tap.ok("校验值不符" in bad[1]["error"]["message"] and sm3(photo)[:12] in bad[1]["error"]["message"], f"with both hashes: {bad}")
    tap.ok(upload(server, doer, photo, None, "x")[0] == 409, "no hash is no hash")
    return f["id"], sm3(photo)


FIELDS = {"kind": "专项检查", "enterprise": "chem", "title": "外勤检查", "problem": "排放口", "officers": ["甲", "乙"], "owner": "gov-lingang", "supervisor": "bureau", "due": "2026-12-30"}


def records(server, duty, photo, hash_):
    sealed = {**FIELDS, "photos": ["sm3:" + hash_]}
    sent = {**FIELDS, "photos": [photo]}
    good = record(sealed, ledger="inspection", place={"lon": 120.38, "lat": 36.06, "accuracy": 9})

    def open_(fields=None, capture=None, key=None):
        return post(server, duty, "/cases", {"ledger": "inspection", "fields": fields or sent, "capture": capture or good}, key)
    wrong = upload(server, duty, png(14))[1]["id"]
    tap.ok(code(open_(fields={**sent, "photos": [wrong]})) == "file.changed", "another photo than the one recorded")
    tap.ok(code(open_(fields={**sent, "photos": [photo + 999]})) == "file.changed", "a photo that is not there")
    tap.ok(code(open_(fields={**sent, "problem": "没有问题"})) == "capture.changed", "another word than the one sealed")
    tap.ok(code(open_(fields={**sent, "tier": "绿"})) == "capture.changed", "a field more than was sealed")
    tap.ok(code(open_(capture={**good, "record": good["record"].replace("排放口", "排放囗")})) == "capture.changed", "words changed after the seal")
    tap.ok(code(open_(capture={**good, "hash": "0" * 64})) == "capture.changed", "another seal")
    tap.ok(code(open_(capture=record(sealed, ledger="patrol"))) == "capture.changed", "the seal of another ledger's record")
    for what, capture in (("no JSON", {"record": "x", "hash": sm3(b"x")}), ("a list", {"record": "[]", "hash": sm3(b"[]")}), ("nothing", {"record": "", "hash": ""}),
                          ("no time", record(sealed, ledger="inspection", at="heute")), ("no place", record(sealed, ledger="inspection", place={"lon": 400, "lat": 1})),
                          ("numbers", {"record": 5, "hash": 6}), ("too long", {"record": "x" * 600_000, "hash": sm3(b"x" * 600_000)})):
        status, body = open_(capture=capture)
        tap.ok(status in (400, 409), f"a record that is none ({what}): {status} {body}")
    before = len(duty.get("/api/v1/cases?ledger=inspection&q=" + urllib.parse.quote("外勤检查"))["cases"])
    tap.ok(before == 0, f"nothing of these was half taken: {before}")
    status, c = open_(key="key-of-record-1")
    tap.ok(status == 200, f"the record as it was sealed: {c}")
    tap.ok(open_(key="key-of-record-1") == (200, c), "once")
    full = duty.get(f"/api/v1/cases/{c['id']}")
    e = full["events"][0]
    tap.ok(e["capture"]["at"] == "2026-11-20T09:15:00+08:00" and e["at"] != e["capture"]["at"] and e["capture"]["hash"] == good["hash"] and e["capture"]["place"]["lon"] == 120.38,
           f"time of capture and of arrival, place and seal stand in the history: {e.get('capture')}")
    tap.ok(sm3(e["capture"]["record"].encode()) == good["hash"], "anybody can compute the seal again")
    public = server.client().get(f"/api/v1/cases/{c['id']}")
    tap.ok("capture" not in json.dumps(public), "the public sees nothing of it")
    return c["id"]


def meanwhile(server, duty, supervisor, id_):
    seen = duty.get(f"/api/v1/cases/{id_}")["events"][-1]["seq"]
    act = {"action": "visit", "fields": {"visited": "2026-11-20T09:10"}}
    capture = record(act["fields"], case=id_, action="visit")
    tap.ok(code(post(server, supervisor, f"/cases/{id_}/actions", {**act, "capture": record(act["fields"], case=id_ + 1, action="visit"), "seen": seen})) == "capture.changed",
           "a record of another case")
    duty.post(f"/api/v1/cases/{id_}/actions", act)
    got = post(server, supervisor, f"/cases/{id_}/actions", {**act, "capture": capture, "seen": seen})
    tap.ok(got[0] == 409 and code(got) == "case.moved_on" and "duty" in got[1]["error"]["message"] and "到场" in got[1]["error"]["message"],
           f"somebody else was there first, and it is said who and what: {got[1]}")
    # what follows on one's own step is no conflict; a person may go on over what he has now seen
    now = duty.get(f"/api/v1/cases/{id_}")["events"][-1]["seq"]
    sign = upload(server, supervisor, png(21, 120, 40), None, sm3(png(21, 120, 40)), "签名.png")[1]["id"]
    fields = {"items": [{"item": "台账", "result": "合格"}], "result": "未发现违法", "signed": [sign]}
    sealed = {**fields, "signed": ["sm3:" + sm3(png(21, 120, 40))]}
    body = {"action": "record", "fields": fields, "capture": record(sealed, case=id_, action="record")}
    tap.ok(code(post(server, supervisor, f"/cases/{id_}/actions", {**body, "seen": seen})) == "case.moved_on", "still not seen")
    got = post(server, supervisor, f"/cases/{id_}/actions", {**body, "seen": now})
    tap.ok(got[0] == 200 and got[1]["fields"]["signed"] == [sign], f"seen and sent again: {got[0]} {got[1].get('error')}")
    mine = got[1]["events"][-1]
    tap.ok(mine["action"] == "record" and "capture" in mine, "its record is in the history")
    back = post(server, supervisor, f"/cases/{id_}/actions", {"action": "no_such", "fields": {}, "seen": now})
    tap.ok(code(back) == "case.no_such_action", f"one's own event after it is no conflict: {back}")
    bad = upload(server, duty, b"text, not a picture\n" * 3, name="签名.txt")[1]["id"]
    duty_case = post(server, duty, "/cases", {"ledger": "inspection", "fields": {**FIELDS, "signed": [bad]}})
    tap.ok(code(duty_case) == "file.type", f"a signature is a picture: {duty_case}")
    two = [upload(server, duty, png(n))[1]["id"] for n in (31, 32)]
    tap.ok(code(post(server, duty, "/cases", {"ledger": "inspection", "fields": {**FIELDS, "signed": two}})) == "case.field_invalid", "a signature is one")
    # rights are those of the arrival
    chem = server.client("chem")
    got = post(server, chem, f"/cases/{id_}/actions", {"action": "close", "fields": {}, "capture": record({}, case=id_, action="close"), "seen": 10**9})
    tap.ok(code(got) == "case.forbidden", f"who may not, may not from the field either: {got}")


def keys(server, duty, chem):
    a, b = duty.get("/api/v1/me/field")["key"], duty.get("/api/v1/me/field")["key"]
    tap.ok(a == b and len(a) == 64 and chem.get("/api/v1/me/field")["key"] != a, "each person's phone key is one and one's own")
    tap.ok(server.client("duty").get("/api/v1/me/field")["key"] == a, "the same after another log-in")
    tap.ok(server.client().call("GET", "/api/v1/me/field")[0] == 401, "nobody's without a log-in")
    server.stop()
    server.start()
    tap.ok(server.client("duty").get("/api/v1/me/field")["key"] == a, "and after a restart")


def afterwards(server, hash_):
    done = server.run_check()
    tap.ok(done.returncode == 0 and "2 records made in the field" in done.stdout, f"the data folder is whole: {done.stdout}{done.stderr}")
    path = os.path.join(server.data, "files", hash_[:2], hash_)
    with open(path, "r+b") as f:
        f.seek(60)
        byte = f.read(1)
        f.seek(60)
        f.write(bytes((byte[0] ^ 1,)))
    done = server.run_check()
    tap.ok(done.returncode == 1 and hash_[:12] in done.stderr, f"a photo changed on disk is found and named: {done.stderr}")


def main():
    with Server() as server:
        duty, supervisor = server.client("duty"), server.client("supervisor")
        photo, hash_ = files(server, duty)
        id_ = records(server, duty, photo, hash_)
        meanwhile(server, duty, supervisor, id_)
        keys(server, duty, server.client("chem"))
        afterwards(server, hash_)
    tap.exit()


main()
