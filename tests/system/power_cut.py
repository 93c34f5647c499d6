#!/usr/bin/env python3
"""The power goes at any event: 40 times the server is killed while four people act, with a fixed seed. Whatever was acknowledged is there
afterwards, the chain proves each time, cases under cases agree with those above them, and every attachment is whole."""
import argparse
import hashlib
import http.client
import json
import os
import random
import signal
import sqlite3
import subprocess
import threading
import time
import urllib.parse

from _bihuan import PROGRAM, Server, Tap
from _cases import act, open_proposal, open_worded

TODAY = "2026-11-20T08:00"
tap = Tap()


def request(server, token, method, path, body=None):
    c = http.client.HTTPConnection("127.0.0.1", server.http, timeout=20)
    try:
        c.request(method, "/api/v1" + path, body, {"Authorization": "Bearer " + token, "Content-Type": "application/octet-stream"})
        answer = c.getresponse()
        return answer.status, answer.read()
    finally:
        c.close()


class Books:
    """What was acknowledged."""

    def __init__(self):
        self.lock = threading.Lock()
        self.cases, self.texts, self.files, self.children, self.merged = {}, {}, {}, {}, {}

    def size(self):
        return len(self.cases) + sum(map(len, self.texts.values())) + len(self.files) + len(self.children) + len(self.merged)


class Person(threading.Thread):
    def __init__(self, server, books, seed, stop):
        super().__init__()
        self.server, self.books, self.random, self.stop = server, books, random.Random(seed), stop
        self.tag, self.n, self.faults = str(seed), 0, []

    def run(self):
        try:
            self.duty, self.doer = self.server.client("duty"), self.server.client("chem")
            while not self.stop.is_set():
                self.n += 1
                self.random.choice([self.case_and_reports, self.with_file, self.with_children, self.merge_two, self.bulk])(f"{self.tag}-{self.n}")
        except (OSError, http.client.HTTPException, ValueError):
            pass  # the power went
        except AssertionError as why:
            if not self.stop.is_set():
                self.faults.append(str(why))

    def note(self, case, text):
        with self.books.lock:
            self.books.texts.setdefault(case, set()).add(text)

    def opened(self, what):
        case = open_worded(self.duty, what)
        with self.books.lock:
            self.books.cases[case] = what
        return case

    def case_and_reports(self, tag):
        case = self.opened(f"问题 {tag}")
        act(self.doer, case, "accept")
        for i in range(3):
            text = f"进展 {tag}-{i}"
            if act(self.doer, case, "report", {"report": text})[0]:
                self.note(case, text)

    def with_file(self, tag):
        content = f"佐证 {tag} ".encode() * self.random.randrange(1, 20000)
        status, body = request(self.server, self.doer.token, "POST", "/files?name=" + urllib.parse.quote("佐证.txt"), content)
        if status != 200:
            return
        file = json.loads(body)["id"]
        with self.books.lock:
            self.books.files[file] = (hashlib.sha256(content).hexdigest(), None)
        case = self.opened(f"附件 {tag}")
        act(self.doer, case, "accept")
        if act(self.doer, case, "report", {"report": f"附件进展 {tag}", "evidence": [{"kind": "文件", "text": tag, "files": [file]}]})[0]:
            self.note(case, f"附件进展 {tag}")
            with self.books.lock:
                self.books.files[file] = (self.books.files[file][0], case)

    def with_children(self, tag):
        case = open_proposal(self.duty, f"建议 {tag}")
        with self.books.lock:
            self.books.cases[case] = f"建议 {tag}"
        act(self.doer, case, "take")
        n = self.random.randrange(1, 6)
        if act(self.doer, case, "answer", {"reply": f"答复 {tag}", "promises": [{"what": f"承诺 {tag}-{i}", "due": "2027-06-30"} for i in range(n)]})[0]:
            with self.books.lock:
                self.books.children[case] = n

    def merge_two(self, tag):
        one, two = self.opened(f"并入 {tag} 甲"), self.opened(f"并入 {tag} 乙")
        if self.duty.call("POST", f"/api/v1/cases/{one}/merge", {"other": two})[0] == 200:
            with self.books.lock:
                self.books.merged[two] = one

    def bulk(self, tag):
        cases = [self.opened(f"批量 {tag}-{i}") for i in range(3)]
        status, answer = self.doer.call("POST", "/api/v1/cases/bulk", {"ids": cases, "action": "accept"})
        for r in answer["results"] if status == 200 else []:
            if r["ok"]:
                self.note(r["id"], '"accept"')


def store_agrees(server):
    """In the store itself: above and below name each other; files of documents are on disk, whole."""
    db = sqlite3.connect(f"file:{os.path.join(server.data, 'ledger.db')}?mode=ro", uri=True)
    bad, docs = [], {}
    kind = db.execute("SELECT kind FROM doc WHERE key LIKE 'ZG-%' LIMIT 1").fetchone()
    if not kind:
        return []
    for case, body in db.execute("SELECT id, body FROM doc WHERE kind = ?", kind):
        docs[case] = json.loads(body)
    for case, doc in docs.items():
        bad += [f"case {case} names {c} under it, which does not name it" for c in doc.get("children", []) if docs.get(c, {}).get("parent") != case]
        if doc.get("parent") and case not in docs[doc["parent"]].get("children", []):
            bad.append(f"case {case} stands under {doc['parent']}, which does not name it")
        into = (doc.get("merged_into") or {}).get("id")
        if into and doc["number"] not in [s["number"] for s in docs[into].get("sources", [])]:
            bad.append(f"case {case} is merged into {into}, which does not have it")
    rows = db.execute("SELECT count(*) FROM case_row").fetchone()[0]
    if rows != len(docs):
        bad.append(f"{len(docs)} documents, {rows} rows beside them")
    db.close()
    return bad


def books_agree(server, books):
    duty, bad = server.client("duty"), []
    for case, what in books.cases.items():
        status, tree = duty.call("GET", f"/api/v1/cases/{case}")
        text = json.dumps(tree, ensure_ascii=False)
        if status != 200 or what not in text:
            bad.append(f"case {case} ({what}): {status}")
            continue
        bad += [f"case {case}: '{t}' is lost" for t in books.texts.get(case, ()) if t not in text]
        if case in books.merged and (tree["merged_into"] or {}).get("id") != books.merged[case]:
            bad.append(f"case {case}: its merging is lost")
        if case in books.children and len(duty.get(f"/api/v1/cases/{case}/tree")["children"]) != books.children[case]:
            bad.append(f"case {case}: {books.children[case]} cases were opened under it")
    doer = server.client("chem")
    for file, (digest, case) in books.files.items():
        status, content = request(server, duty.token if case else doer.token, "GET", f"/files/{file}")
        if status != 200 or hashlib.sha256(content).hexdigest() != digest:
            bad.append(f"file {file} of case {case}: {status}, {len(content)} bytes")
    return bad


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--rounds", type=int, default=40)
    p.add_argument("--seed", type=int, default=20261120)
    args = p.parse_args()
    rnd, books, bad, unproved = random.Random(args.seed), Books(), [], []
    print(f"# seed {args.seed}")
    with Server(today=TODAY, demo_args=["--history-days", "1", "--no-cases"], serve_args=["--test-clock", TODAY]) as server:
        for n in range(args.rounds):
            stop = threading.Event()
            people = [Person(server, books, args.seed + n * 4 + i, stop) for i in range(4)]
            before = books.size()
            for t in people:
                t.start()
            while books.size() < before + 4:  # everyone is at work
                time.sleep(0.005)
            time.sleep(rnd.uniform(0, 0.4))
            stop.set() if n % 8 == 7 else None  # also when work is about to end
            server.stop(signal.SIGKILL)
            stop.set()
            for t in people:
                t.join()
                bad += t.faults
            check = subprocess.run([PROGRAM, "check", "--data", server.data], capture_output=True, text=True, check=False)
            if check.returncode:
                unproved.append(f"round {n}: {check.stdout.strip()} {check.stderr.strip()}")
            bad += [f"round {n}: {b}" for b in store_agrees(server)]
            server.start()
        lost = books_agree(server, books)
        for line in (unproved + bad + lost)[:30]:
            print("# " + line)
        tap.ok(not unproved, f"after each of {args.rounds} power cuts the chain proves")
        tap.ok(not bad, "above and below, merged and surviving, documents and rows agree")
        tap.ok(not lost, f"{books.size()} acknowledged things are there: {len(books.cases)} cases, {sum(map(len, books.texts.values()))} reports, "
                         f"{len(books.files)} files, {len(books.children)} with cases under them, {len(books.merged)} mergings")


try:
    main()
except Exception as why:  # pylint: disable=broad-except
    import traceback
    traceback.print_exc()
    tap.ok(False, f"{type(why).__name__}: {why}")
tap.exit()
