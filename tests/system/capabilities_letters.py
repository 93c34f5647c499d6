#!/usr/bin/env python3
"""F11 of docs/capabilities.md: ten thousand letters come in batches as lists, are handled over days, and the counts by status, district and pollutant at
the end of any past day are those of the raw list: this test's own book, and the list the server shows of that day."""
import os
import random

from _bihuan import Server, Tap
from _cases import refusal
from _sheet import enter

TODAY = "2026-11-20T08:00"
LETTERS = int(os.environ.get("BIHUAN_LETTERS", "10000"))
DAYS = 4
KINDS = ["大气", "水", "噪声", "土壤", "生态", "海洋", "辐射", "其他"]
DISTRICTS = ["wanghai", "lingang", "qingyu", "yunxi", "dongzhou", "beiping"]
HEAD = ["受理编号", "批次", "转办日期", "举报内容", "污染类型", "责任单位", "督导单位", "办结目标"]
BY = {"state": "state", "unit": "unit", "group": "kind"}
tap = Tap()


def everything(client, **asked):
    """All pages of a list."""
    raw, page = [], None
    more = "".join(f"&{k}={v}" for k, v in asked.items())
    while page is None or len(page) == 500:
        page = client.get(f"/api/v1/cases?ledger=letter&order=number&limit=500&offset={len(raw)}{more}")["cases"]
        raw += page
    return raw


def counted(rows, key):
    got = {}
    for r in rows:
        got[r[key]] = got.get(r[key], 0) + 1
    return got


def handle(people, book, ids, action, to, fields):
    """A district's letters go one step on, two hundred at a time."""
    for district, who in people.items():
        mine = [i for i in ids if book[i]["unit"] == "gov-" + district]
        for at in range(0, len(mine), 200):
            done = who.post("/api/v1/cases/bulk", {"ids": mine[at:at + 200], "action": action, "fields": fields})["results"]
            assert all(r["ok"] for r in done), [r for r in done if not r["ok"]][:1]
        for i in mine:
            book[i]["state"] = to


def main():
    mixed, book, ends = random.Random(11), {}, []
    with Server(today=TODAY, demo_args=["--history-days", "1", "--no-cases"], serve_args=["--test-clock", TODAY]) as server:
        duty, people = server.client("duty"), {d: server.client(d) for d in DISTRICTS}
        for day in range(DAYS):
            rows = [[f"D4BW202611{20 + day}{i:04d}", day + 1, f"2026-11-{20 + day}", f"举报{day}-{i}", mixed.choice(KINDS), "gov-" + mixed.choice(DISTRICTS),
                     "bureau", "消除"] for i in range(LETTERS // DAYS)]
            enter(duty, "letter", HEAD, rows)
            by_number = {r[0]: r for r in rows}
            for c in everything(duty, fields="letter_number", opened_from=f"2026-11-{20 + day}"):
                row = by_number[c["fields"]["letter_number"]]
                book[c["id"]] = {"state": "转办", "unit": row[5], "kind": row[4]}
            new, old = ([i for i, v in sorted(book.items()) if v["state"] == s] for s in ("转办", "办理"))
            handle(people, book, mixed.sample(new, len(new) // 8), "sign", "办理", {})
            handle(people, book, mixed.sample(old, len(old) // 2), "submit", "待核", {"truth": "不属实", "finding": "查无此事"})
            ends.append((f"2026-11-{20 + day}T23:59:00", {k: dict(v) for k, v in book.items()}))
            duty.post("/api/v1/test/clock", {"advance_s": 24 * 3600})
        for at, then in ends:
            wrong = []
            for by, key in BY.items():
                rows = duty.get(f"/api/v1/ledgers/letter/statistics?by={by}&at={at}")["rows"]
                got = {r["key"]: r["all"] for r in rows if r["all"]}
                if got != counted(then.values(), key):
                    wrong.append((by, got))
            tap.ok(not wrong, f"F11 {len(then):,} letters at the end of {at[:10]}: counts by status, district and pollutant are those of the letters: {wrong}")
        at, then = ends[0]
        raw = everything(duty, at=at, fields="kind")
        same = len(raw) == len(then) and all(r["state"] == then[r["id"]]["state"] and r["owner"]["code"] == then[r["id"]]["unit"] and
                                             r["fields"]["kind"] == then[r["id"]]["kind"] for r in raw)
        tap.ok(same, f"F11 the raw list of {at[:10]} shows each of the {len(raw):,} letters as it stood")
        case, someone = next(i for i, v in book.items() if v["state"] == "转办" and v["unit"] == "gov-yunxi"), server.client("lingang")
        tap.ok(refusal(someone, case, "sign")[0] == "case.forbidden", "F11 another district does not sign for it")
    tap.exit()


main()
