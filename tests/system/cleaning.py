#!/usr/bin/env python3
"""What serves only for a while is forgotten once a day and the journal says how much: photos of a report that never came, notices that were read
and deliveries that went. Nothing that somebody still needs goes."""
import json
import os
import sqlite3
import time
import urllib.request

from _bihuan import Server, Tap
from _cases import open_worded, papers

TODAY = "2026-03-02T09:00"
TICKET = "a-ticket-of-twenty-letters"
tap = Tap()


def sent(server, content, query, token=None):
    headers = {"Content-Type": "application/octet-stream", **({"Authorization": "Bearer " + token} if token else {})}
    request = urllib.request.Request(f"{server.url}/api/v1/{query}", content, headers)
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
        return json.loads(answer.read())


def png(seed):
    import struct
    import zlib

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = (b"\0" + bytes((seed * 37 % 256, 80, 120)) * 32) * 24
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 32, 24, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


class Journal:
    def __init__(self, server):
        self.path = os.path.join(server.data, "ledger.db")

    def ask(self, sql):
        db = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=20)
        rows = db.execute(sql).fetchall()
        db.close()
        return rows

    def events(self, action):
        return [json.loads(body) for (body,) in self.ask(f"SELECT body FROM event WHERE case_id = 0 AND action = '{action}' ORDER BY seq")]

    def files(self):
        return self.ask("SELECT count(*) FROM doc WHERE json_extract(body, '$.uploader') IS NOT NULL AND state IN ('waiting', 'attached')")[0][0]

    def wait(self, action, n):
        for _ in range(100):
            if len(self.events(action)) >= n:
                return self.events(action)
            time.sleep(0.2)
        return self.events(action)


def advance(api, days):
    api.post("/api/v1/test/clock", {"advance_s": int(days * 86400)})


def uploads(server, journal, duty, chem):
    sent(server, png(1), f"public/files?name=a.png&ticket={TICKET}")
    sent(server, png(2), f"public/files?name=b.png&ticket={TICKET}")
    own = papers(chem, "文件")[0]["files"][0]
    before = journal.files()
    advance(duty, 0.5)
    time.sleep(2.5)
    tap.ok(journal.files() == before, "half a day later they are still there")
    advance(duty, 2)
    told = journal.wait("uploads_forgotten", 1)
    tap.ok(told == [{"files": 2}], f"two days later the two are gone, and the journal says so: {told}")
    tap.ok(journal.files() == before - 2, "only those")
    tap.ok(chem.call("GET", f"/api/v1/files/{own}")[0] == 200, "what a person sent up still waits")


def notices(server, journal, duty, chem):
    one, two = open_worded(duty, "台账缺失甲"), open_worded(duty, "台账缺失乙")
    for _ in range(50):
        mine = [n for n in chem.get("/api/v1/notices")["notices"] if n["case"] in (one, two)]
        if len(mine) == 2:
            break
        time.sleep(0.2)
    tap.ok(len(mine) == 2, "the unit was told of both")
    read = next(n for n in mine if n["case"] == one)
    chem.post(f"/api/v1/notices/{read['id']}/read")
    advance(duty, 60)
    time.sleep(2.5)
    ids = [n["id"] for n in chem.get("/api/v1/notices?limit=200")["notices"]]
    tap.ok(read["id"] in ids, "two months later a notice that was read is still there")
    advance(duty, 150)
    told = journal.wait("notices_forgotten", 1)
    ids = [n["id"] for n in chem.get("/api/v1/notices?limit=200")["notices"]]
    tap.ok(told and told[0]["notices"] >= 1 and told[0]["days"] == 180 and read["id"] not in ids, f"half a year later it is forgotten: {told}")
    tap.ok(all(n["id"] in ids for n in mine if n["case"] == two), "what was not read stays")


def suspicions(duty, chem, boss):
    """Two cases with one report: those who supervise hear of the suspicion, and of what was decided."""
    report = "已对总排口在线监测站房进行全面检修，更换采样泵和蠕动管，重新标定氨氮分析仪，并安排专人每日巡检两次，做好记录备查。"
    for problem in ("排口甲", "排口乙"):
        case = open_worded(duty, problem)
        chem.post(f"/api/v1/cases/{case}/actions", {"action": "accept", "fields": {}})
        chem.post(f"/api/v1/cases/{case}/actions", {"action": "report", "fields": {"report": report}})
    kinds = []
    tap.ok(boss.get("/api/v1/suspicions")["total"] > 0, "the same report in two cases is a suspicion")
    for _ in range(50):
        kinds = [n for n in boss.get("/api/v1/notices?limit=200")["notices"] if n["kind"] == "suspicion"]
        if kinds:
            break
        time.sleep(0.2)
    tap.ok(bool(kinds) and "疑点" in kinds[0]["title"], f"who supervises is told of a suspicion: {[n['title'] for n in kinds]}")
    one = boss.get("/api/v1/suspicions")["suspicions"][0]
    duty.post(f"/api/v1/suspicions/{one['id']}", {"decision": "confirmed", "reason": "两处报告一字不差"})
    for _ in range(50):
        kinds = [n for n in boss.get("/api/v1/notices?limit=200")["notices"] if n["kind"] == "suspicion" and "属实：两处报告一字不差" in n["text"]]
        if kinds:
            break
        time.sleep(0.2)
    tap.ok(bool(kinds), "and of what was decided, with the reason")
    tap.ok(not [n for n in chem.get("/api/v1/notices?limit=200")["notices"] if n["kind"] == "suspicion"], "the unit it is about is not")


def main():
    with Server(today=TODAY, demo_args=["--history-days", "2", "--no-cases"], serve_args=["--test-clock", TODAY]) as server:
        journal, duty, chem, boss = Journal(server), server.client("duty"), server.client("chem"), server.client("supervisor")
        suspicions(duty, chem, boss)
        uploads(server, journal, duty, chem)
        notices(server, journal, duty, chem)
        done = server.run_check()
        tap.ok(done.returncode == 0, f"the chain proves: {done.stdout.strip()[-80:]}{done.stderr.strip()}")


try:
    main()
except Exception as why:  # pylint: disable=broad-except
    import traceback
    traceback.print_exc()
    tap.ok(False, f"{type(why).__name__}: {why}")
tap.exit()
