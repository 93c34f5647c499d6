"""Cases lived through over HTTP, for the checks of what the product can do (docs/capabilities.md)."""
import csv
import datetime
import os
import struct
import urllib.parse
import urllib.request
import json
import zlib

from _bihuan import ROOT, run

PAPERS = [{"kind": "照片", "text": "现场照片"}, {"kind": "文件", "text": "运行记录"}]


class City:
    """Who acts on a server's cases; clients log in once."""

    def __init__(self, server):
        self.server, self.clients, self.uploads = server, {}, 0

    def __getitem__(self, name):
        if name not in self.clients:
            self.clients[name] = self.server.client(name)
        return self.clients[name]

    def open(self, who, ledger, fields):
        return self[who].post("/api/v1/cases", {"ledger": ledger, "fields": fields})["id"]

    def refused_opening(self, who, ledger, fields):
        status, answer = self[who].call("POST", "/api/v1/cases", {"ledger": ledger, "fields": fields})
        return "" if status == 200 else answer["error"]["code"]

    def case(self, case):
        return self["duty"].get(f"/api/v1/cases/{case}")

    def fields(self, case):
        return self.case(case)["fields"]

    def with_files(self, who, fields):
        """Evidence with a fresh file behind each piece, as words alone count for nothing."""
        if "evidence" not in fields:
            return fields
        pieces = []
        for piece in fields["evidence"]:
            self.uploads += 1
            pieces.append({**piece, "files": [self.upload(who, f"{self.uploads}.png", png(self.uploads))]})
        return {**fields, "evidence": pieces}

    def act(self, who, case, action, **fields):
        fields = self.with_files(who, fields)
        status, answer = self[who].call("POST", f"/api/v1/cases/{case}/actions", {"action": action, "fields": fields})
        assert status == 200, f"case {case}: {action} by {who}: {answer}"
        return answer

    def refused(self, who, case, action, **fields):
        """The refusal's code and sentence, ("", "") when it was taken."""
        fields = self.with_files(who, fields)
        status, answer = self[who].call("POST", f"/api/v1/cases/{case}/actions", {"action": action, "fields": fields})
        return ("", "") if status == 200 else (answer["error"]["code"], answer["error"]["message"])

    def cases(self, ledger, **more):
        asked = urllib.parse.urlencode({"ledger": ledger, "limit": 500, **more})
        return self["duty"].get("/api/v1/cases?" + asked)["cases"]

    def advance(self, days=0, hours=0):
        self["duty"].post("/api/v1/test/clock", {"advance_s": days * 86400 + hours * 3600})
        self["duty"].post("/api/v1/test/clock", {"settle": True})

    def upload(self, who, name, data):
        request = urllib.request.Request(f"{self.server.url}/api/v1/files?name={name}", data=data, method="POST",
                                         headers={"Content-Type": "application/octet-stream", "Authorization": "Bearer " + self[who].token})
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
            return json.loads(answer.read())["id"]

    def preview(self, who, ledger, book, name="list.xlsx"):
        request = urllib.request.Request(f"{self.server.url}/api/v1/ledgers/{ledger}/imports?name={name}", data=book, method="POST",
                                         headers={"Content-Type": "application/octet-stream", "Authorization": "Bearer " + self[who].token})
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=120) as answer:
            return json.loads(answer.read())

    def import_list(self, who, ledger, book, name="list.xlsx"):
        """(preview, what was entered)"""
        preview = self.preview(who, ledger, book, name)
        return preview, self[who].post(f"/api/v1/imports/{preview['id']}/accept")


def add_user(server, name, role, unit):
    """Another account with the demo's password; the server need not run."""
    run("user", "add", name, "--data", server.data, "--role", role, "--unit", unit, "--display", name, input=server.accounts["password"] + "\n")


def png(seed):
    """A small picture of one colour."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = (b"\0" + bytes((seed * 37 % 256, seed // 256, 120)) * 32) * 24
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 32, 24, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def day(text, add=0):
    return (datetime.date.fromisoformat(text[:10]) + datetime.timedelta(days=add)).isoformat()


class Workdays:
    """The official arrangements, read here again from definitions/calendar."""

    def __init__(self):
        self.kind = {}
        folder = os.path.join(ROOT, "definitions", "calendar")
        for name in os.listdir(folder):
            with open(os.path.join(folder, name), encoding="utf-8") as f:
                for row in csv.DictReader(line for line in f if not line.startswith("#")):
                    self.kind[row["date"]] = row["kind"]

    def works(self, text):
        weekend = datetime.date.fromisoformat(text).weekday() >= 5
        return self.kind.get(text, "off" if weekend else "work") == "work"

    def after(self, text, n):
        """The n-th working day after a day."""
        text = text[:10]
        while n:
            text = day(text, 1)
            n -= self.works(text)
        return text

    def or_next(self, text):
        while not self.works(text):
            text = day(text, 1)
        return text
