#!/usr/bin/env python3
"""What people without a login may do, through the real server: report with photos and follow by number, and nothing else; requests with a key of their
own are done once, also when the answer was lost, the server killed or both sent at once."""
import concurrent.futures
import http.client
import json
import signal
import struct
import zlib

from _bihuan import Server, Tap

tap = Tap()
TICKET = "0123456789abcdef0123"


def png(seed):
    """A small picture of one colour."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = (b"\0" + bytes((seed * 37 % 256, 80, 120)) * 32) * 24
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 32, 24, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def ask(server, method, path, body=None, token=None, key=None, media="application/json"):
    """(status, tree, headers)"""
    c = http.client.HTTPConnection("127.0.0.1", server.http, timeout=60)
    headers = {"Content-Type": media} if body is not None else {}
    if token:
        headers["Authorization"] = "Bearer " + token
    if key:
        headers["Idempotency-Key"] = key
    c.request(method, "/api/v1" + path, body=json.dumps(body) if isinstance(body, dict) else body, headers=headers)
    answer = c.getresponse()
    text = answer.read()
    c.close()
    try:
        return answer.status, json.loads(text), dict(answer.getheaders())
    except ValueError:
        return answer.status, {}, dict(answer.getheaders())


def code(tree):
    return tree.get("error", {}).get("code")


def photo(server, ticket=TICKET, seed=1):
    status, tree, _ = ask(server, "POST", f"/public/files?name=a.png&ticket={ticket}", png(seed), media="application/octet-stream")
    return status, tree.get("id"), tree


def reports(server, duty):
    status, mine, _ = photo(server)
    tap.ok(status == 200 and mine, "a photo goes up without a login")
    tap.ok(ask(server, "GET", f"/files/{mine}")[0] == 404 and ask(server, "GET", f"/files/{mine}/thumb", token=duty.token)[0] == 404,
           "nobody sees it before it belongs to a report")
    status, tree, _ = ask(server, "POST", f"/public/files?ticket={TICKET}", b"plain words", media="application/octet-stream")
    tap.ok(status == 400 and code(tree) == "file.type", "only photos are taken")
    tap.ok(ask(server, "POST", "/public/files?ticket=short", png(2), media="application/octet-stream")[0] == 400, "and only with a ticket")
    fields = {"problem": "工地夜间施工，声音很大", "photos": [mine], "place": {"lon": 120.1, "lat": 36.2}, "contact": "13000000000"}
    status, tree, _ = ask(server, "POST", "/public/reports", {"fields": fields, "ticket": "another-ticket-000000"})
    tap.ok(status == 400 and code(tree) == "file.unknown", f"another's photo cannot be taken: {status} {tree}")
    status, tree, _ = ask(server, "POST", "/public/reports", {"fields": {**fields, "owner": "bureau"}, "ticket": TICKET})
    tap.ok(status == 400 and code(tree) == "case.field_unknown", "fields beyond the intake are refused")
    status, tree, _ = ask(server, "POST", "/public/reports", {"ledger": "rectification", "fields": {"problem": "x"}})
    tap.ok(status == 403 and code(tree) == "case.forbidden", f"other ledgers take nothing from the public: {status} {tree}")
    status, made, _ = ask(server, "POST", "/public/reports", {"fields": fields, "ticket": TICKET}, key=TICKET)
    tap.ok(status == 200 and made["number"].startswith(made["case"] + "-"), f"a report gets its number: {made}")
    again = ask(server, "POST", "/public/reports", {"fields": fields, "ticket": TICKET}, key=TICKET)
    tap.ok(again[1] == made, "sent again it is the same report")
    status, seen, _ = ask(server, "GET", f"/public/reports/{made['number']}")
    tap.ok(status == 200 and seen["state"] == "登记" and seen["clocks"], "it is followed by the number: state and limits")
    text = json.dumps(seen, ensure_ascii=False)
    tap.ok("13000000000" not in text and not seen["actions"], "who reported is not told to anybody")
    wrong = made["number"][:-1] + ("A" if made["number"][-1] != "A" else "B")
    tap.ok(all(ask(server, "GET", f"/public/reports/{n}")[0] == 404 for n in (wrong, made["case"], made["case"] + "-AAAAAAAA", "x", "-")),
           "a number cannot be guessed from the case's")
    case = duty.get("/api/v1/cases?ledger=complaint&q=" + made["case"])["cases"][0]
    whole = duty.get(f"/api/v1/cases/{case['id']}")
    tap.ok(whole["fields"]["contact"] == "13000000000" and whole["fields"]["source"] == "公众上报" and whole["fields"]["photos"] == [mine],
           "the office sees all of it")
    tap.ok(ask(server, "GET", f"/files/{mine}/thumb", token=duty.token)[0] == 200 and ask(server, "GET", f"/files/{mine}/thumb")[0] == 404,
           "its photo is the office's to see and not the public's")
    for method, path in (("GET", "/people"), ("POST", "/cases/repeats"), ("POST", "/cases"), ("POST", f"/cases/{case['id']}/actions"), ("POST", "/files")):
        status = ask(server, method, path, {} if method == "POST" else None)[0]
        tap.ok(status == 401, f"{method} {path} without a login: {status}")
    return made


def limits(server):
    for i in range(8):
        status, _, tree = photo(server, seed=i + 10)
        if status == 429:
            break
    tap.ok(status == 429 and code(tree) == "upload.too_many", f"photos from one address are counted: refused after {i}")
    for i in range(12):
        status, tree, headers = ask(server, "POST", "/public/reports", {"fields": {"problem": f"第{i}件"}})
        if status == 429:
            break
    tap.ok(status == 429 and code(tree) == "report.too_many" and int(headers["Retry-After"]) > 0, f"and so are reports: refused after {i}")


def published(server, duty, supervisor):
    of = duty.get("/api/v1/cases?ledger=rectification&state=" + "%E6%95%B4%E6%94%B9%E4%B8%AD")["cases"]
    case = next(c for c in of if c["due"])
    before = {c["id"]: c for c in ask(server, "GET", "/public/ledgers/rectification")[1]["cases"]}[case["id"]]
    supervisor.post(f"/api/v1/cases/{case['id']}/actions", {"action": "extend", "fields": {"due": "2031-01-31", "reason": "不公开的理由"}})
    after = {c["id"]: c for c in ask(server, "GET", "/public/ledgers/rectification")[1]["cases"]}[case["id"]]
    tap.ok(after["first"] == before["first"] and after["fields"]["due"] == "2031-01-31" and len(after["changes"]) == len(before["changes"]) + 1 and
           after["changes"][-1]["fields"] == {"due": "2031-01-31"}, "an edit after publication is seen beside the first text")
    tap.ok("不公开的理由" not in json.dumps(after, ensure_ascii=False), "its reason is not published")


def once(server, duty):
    body = {"ledger": "complaint", "fields": {"source": "来信", "problem": "河边倾倒垃圾"}}
    token, key = duty.token, "once-opening-0001"
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda _: ask(server, "POST", "/cases", body, token, key), range(8)))
    tap.ok(all(s == 200 for s, _, _ in got) and len({t["id"] for _, t, _ in got}) == 1, f"eight at once are one case: {[s for s, _, _ in got]}")
    made = got[0][1]
    other = ask(server, "POST", "/cases", {**body, "fields": {**body["fields"], "problem": "另一件"}}, token, key)
    tap.ok(other[0] == 409 and code(other[1]) == "once.other", "the key stands for that request alone")
    tap.ok(ask(server, "POST", "/cases", body, token, "a b")[0] == 400, "a key that is none is refused")
    leader = server.client("leader")
    tap.ok(ask(server, "POST", "/cases", body, leader.token, key)[1]["id"] != made["id"], "another person's key is another key")
    act = {"action": "refuse", "fields": {"refusal": "不属职责"}}
    path = f"/cases/{made['id']}/actions"
    first = ask(server, "POST", path, act, token, "once-action-00001")
    server.stop(signal.SIGKILL)  # the answer was given, so both event and key are on disk
    server.start()
    again = ask(server, "POST", path, act, token, "once-action-00001")
    tap.ok(first[0] == 200 and again[0] == 200 and len(again[1]["events"]) == len(first[1]["events"]), "after a kill the same action is not taken twice")
    plain = ask(server, "POST", path, act, token)
    tap.ok(plain[0] == 409, "without the key it would be a second one")


def main():
    with Server() as server:
        duty, supervisor = server.client("duty"), server.client("supervisor")
        made = reports(server, duty)
        published(server, duty, supervisor)
        once(server, duty)
        tap.ok(ask(server, "GET", f"/public/reports/{made['number']}")[0] == 200, "the number still holds after a restart")
        limits(server)
    tap.exit()


main()
