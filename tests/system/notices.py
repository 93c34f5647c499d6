#!/usr/bin/env python3
"""Notices with real processes: a mail server with STARTTLS, a webhook receiver and a program, which refuse, hang and show a wrong certificate;
the server is killed while it sends. Who is told, that nothing is lost, that repeats carry their key, and that nobody reads another's."""
import base64
import email
import email.policy
import hashlib
import hmac
import http.client
import http.server
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import urllib.request

from _bihuan import Server, Tap

tap = Tap()
SECRET = "key-of-the-webhooks-7"
PASSWORD = "mail-password-93"


def openssl(folder, *args):
    subprocess.run(["openssl", *args], cwd=folder, check=True, capture_output=True)


def certificates(folder):
    ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl(folder, "req", "-x509", *ec, "-days", "2", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=ca")
    with open(os.path.join(folder, "s.ext"), "w", encoding="ascii") as f:
        f.write("basicConstraints=CA:FALSE\nsubjectAltName=DNS:localhost,IP:127.0.0.1\n")
    openssl(folder, "req", *ec, "-keyout", "s.key", "-out", "s.csr", "-subj", "/CN=localhost")
    openssl(folder, "x509", "-req", "-in", "s.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-out", "s.pem",
            "-extfile", "s.ext")
    openssl(folder, "req", "-x509", *ec, "-days", "2", "-keyout", "bad.key", "-out", "bad.pem", "-subj", "/CN=localhost")


class Mail:
    """A mail server that wants STARTTLS and a login. `refuse`: how many mails get 451; `hang`: take the mail, never answer."""

    def __init__(self, folder):
        self.folder, self.refuse, self.hang, self.bad = folder, 0, False, False
        self.mails, self.tries, self.logins, self.clear = [], 0, set(), 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            c, _ = self.listener.accept()
            threading.Thread(target=self.talk, args=(c,), daemon=True).start()

    def talk(self, c):
        try:
            self.session(c)
        except (OSError, ssl.SSLError, ValueError):
            pass

    def session(self, c):
        safe = False
        f = c.makefile("rb")
        say = lambda s: c.sendall(s.encode() + b"\r\n")
        say("220 sink")
        while line := f.readline():
            word = line.strip().decode(errors="replace")
            verb = word[:4].upper()
            if verb == "EHLO":
                say("250-sink")
                say("250 AUTH PLAIN" if safe else "250 STARTTLS")
            elif verb == "STAR":
                say("220 go")
                name = "bad" if self.bad else "s"
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(os.path.join(self.folder, name + ".pem"), os.path.join(self.folder, name + ".key"))
                c = context.wrap_socket(c, server_side=True)
                f = c.makefile("rb")
                safe = True
            elif verb == "AUTH":
                parts = word.split()
                if len(parts) < 3:
                    say("334 ")
                    parts.append(f.readline().strip().decode())
                self.logins.add(base64.b64decode(parts[2]).decode())
                say("235 in")
            elif verb == "DATA":
                say("354 on")
                lines = []
                while (row := f.readline()) not in (b".\r\n", b""):
                    lines.append(row[1:] if row.startswith(b".") else row)
                self.tries += 1
                self.clear += not safe
                mail = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
                self.mails.append(mail)
                if self.hang:
                    time.sleep(60)
                elif self.refuse:
                    self.refuse -= 1
                    self.mails.pop()
                    say("451 later")
                else:
                    say("250 taken")
            elif verb == "QUIT":
                say("221 bye")
                return
            else:
                say("250 ok")


class Hook(http.server.ThreadingHTTPServer):
    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answer)
        self.got, self.refuse = [], 0
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Answer(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), body))
        fails = self.server.refuse > 0
        self.server.refuse -= fails
        self.send_response(500 if fails else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def until(what, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := what():
            return value
        time.sleep(0.05)
    return None


def open_case(client, **more):
    fields = {"source": "自查", "title": "总排口氨氮超标", "problem": "总排口氨氮超标", "goal": "建立运行台账", "measures": ["检修"],
              "owner": "wwtp", "supervisor": "bureau", "due": "2026-12-30", **more}
    return client.post("/api/v1/cases", {"ledger": "rectification", "fields": fields})


def main():
    folder = tempfile.mkdtemp(prefix="bihuan-notices-")
    certificates(folder)
    mail, hook = Mail(folder), Hook()
    for name, text in (("key", SECRET), ("password", PASSWORD)):
        with open(os.path.join(folder, name), "w", encoding="ascii") as f:
            f.write(text + "\n")
    program, taken = os.path.join(folder, "send"), os.path.join(folder, "taken")
    with open(program, "w", encoding="ascii") as f:
        f.write(f"#!/bin/sh\ncat > {taken}\necho \"$@\" > {taken}.args\n")
    os.chmod(program, 0o755)
    settings = ["--test-clock", "2026-11-20T09:00:00", "--mail-server", f"smtp://localhost:{mail.port}", "--mail-from", "bihuan@example.cn",
                "--mail-user", "u1", "--mail-password-file", os.path.join(folder, "password"), "--notice-ca", os.path.join(folder, "ca.pem"),
                "--webhook-key-file", os.path.join(folder, "key"), "--notice-command", f"{program} one $(id) two", "--notice-tries", "3",
                "--notice-timeout", "5", "--public-url", "https://bihuan.example.cn"]
    with Server(today="2026-11-20", serve_args=settings) as s:
        try:
            check(s, mail, hook, taken)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    tap.exit()


class Stream:
    """Somebody's stream of events, gathered as text."""

    def __init__(self, client):
        request = urllib.request.Request(client.base + "/api/v1/events", headers={"Authorization": "Bearer " + client.token} if client.token else {})
        self.answer = urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60)
        self.text = ""
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        try:
            for line in self.answer:
                self.text += line.decode()
        except (OSError, ValueError, http.client.HTTPException):
            pass


def unread(c):
    return c.get("/api/v1/notices?unread=1")


def check(s, mail, hook, taken):
    duty, owner, office, admin, other = (s.client(u) for u in ("duty", "wwtp", "supervisor", "admin", "lingang"))
    totals = lambda: [unread(c)["total"] for c in (duty, owner, office, other)]
    while True:  # the demo's own events come first
        before = totals()
        time.sleep(2)
        if before == totals():
            break
    for c in (duty, owner, office, admin, other):
        c.post("/api/v1/notices/read")
    advance = lambda sec: duty.post("/api/v1/test/clock", {"advance_s": sec})

    # who is told
    offered = owner.get("/api/v1/me/notices")["offered"]
    tap.ok(offered == ["email", "webhook", "command"], "the channels that are set up are offered")
    for bad in ({"email": "a@b\r\nBcc: c@d"}, {"email": "-x@y"}, {"webhook": "file:///etc/passwd"}, {"webhook": "http://u:p@h/"},
                {"command": "--flag"}, {"quiet": {"from": "25:00", "to": "07:00"}}):
        tap.ok(owner.call("POST", "/api/v1/me/notices", bad)[0] == 400, f"refused as a preference: {bad}")
    owner.post("/api/v1/me/notices", {"email": "zhang.san@example.cn"})
    mail.refuse = 1
    streams = {c: Stream(client) for c, client in (("owner", owner), ("other", other), ("nobody", s.client()))}
    until(lambda: all(x.text for x in streams.values()))
    case = open_case(duty)
    notice = until(lambda: unread(owner)["notices"])
    tap.ok(notice and notice[0]["kind"] == "assigned" and notice[0]["case"] == case["id"] and case["number"] in notice[0]["title"],
           "the owner's people are told of a new case")
    tap.ok(unread(other)["unread"] == 0 and unread(duty)["unread"] == 0, "nobody else is, not even who opened it")
    heard = until(lambda: "event: notice" in streams["owner"].text and all("event: case" in x.text for x in streams.values()))
    tap.ok(heard and '{"unread":1}' in streams["owner"].text and "event: notice" not in streams["other"].text + streams["nobody"].text
           and "氨氮" not in "".join(x.text for x in streams.values()), "one's own stream has the count, nobody else's, and none the words")
    tap.ok(other.call("POST", f"/api/v1/notices/{notice[0]['id']}/read")[0] == 404, "another's notice cannot be marked")
    tap.ok(owner.call("GET", "/api/v1/outbox")[0] == 403 and s.client().call("GET", "/api/v1/notices")[0] == 401, "the outbox is the admin's")

    # mail: refused once, then taken
    failed = until(lambda: admin.get("/api/v1/outbox?state=failed")["deliveries"])
    tap.ok(failed and failed[0]["tries"] == 1 and "451" in failed[0]["error"] and failed[0]["next"], "a refused mail waits for its next try")
    tap.ok(failed[0]["address"] == "z***@e***.cn", "addresses are masked in the outbox")
    time.sleep(1.5)
    tap.ok(mail.tries == 1, "it is not tried again before its time")
    advance(40)
    tap.ok(until(lambda: admin.get("/api/v1/outbox?state=sent")["deliveries"]), "after the wait it is sent")
    m = mail.mails[0]
    tap.ok(m["To"] == "zhang.san@example.cn" and m["Subject"] == f"新事项待接收：{case['number']}" and "总排口氨氮超标" in m.get_content()
           and f"https://bihuan.example.cn/cases/{case['id']}" in m.get_content(), "subject and text are right in Chinese")
    tap.ok(mail.logins == {f"\0u1\0{PASSWORD}"} and mail.clear == 0, "by a login inside TLS only")

    # killed while sending
    mail.hang = True
    before = len(mail.mails)
    case = open_case(duty)
    tap.ok(until(lambda: len(mail.mails) > before), "a mail hangs")
    s.stop(signal.SIGKILL)
    mail.hang = False
    s.start()
    duty, owner, office, admin, other = (s.client(u) for u in ("duty", "wwtp", "supervisor", "admin", "lingang"))
    advance(60)  # the test clock began anew
    repeat = until(lambda: len(mail.mails) > before + 1)
    tap.ok(repeat and mail.mails[before]["Idempotency-Key"] == mail.mails[before + 1]["Idempotency-Key"]
           and mail.mails[before]["Message-ID"] == mail.mails[before + 1]["Message-ID"], "killed while sending, it sends again with the same key")
    listed = [n for n in owner.get("/api/v1/notices")["notices"] if n["case"] == case["id"]]
    tap.ok(len(listed) == 1, "the notice is there once")

    # a wrong certificate, and giving up
    mail.bad = True
    tries = mail.tries
    owner.post(f"/api/v1/cases/{case['id']}/actions", {"action": "accept", "fields": {}})
    case = open_case(duty)
    for tried in (1, 2):  # each try has failed before the clock goes on to the next
        until(lambda: [d for d in admin.get("/api/v1/outbox?state=failed")["deliveries"] if d["tries"] >= tried], 60)
        advance(3600)
    gone = until(lambda: admin.get("/api/v1/outbox?state=given_up")["deliveries"])
    tap.ok(gone and gone[0]["tries"] == 3 and mail.tries == tries, "a server with a certificate of nobody we believe gets no mail: given up")
    told = until(lambda: [n for n in unread(admin)["notices"] if n["kind"] == "gave_up"])
    tap.ok(told and len(told) == 1 and "zhang.san" not in json.dumps(told), "which the admin is told, without the address")
    mail.bad = False
    admin.post(f"/api/v1/outbox/{gone[0]['id']}/retry")
    tap.ok(until(lambda: mail.tries == tries + 1) and until(lambda: not admin.get("/api/v1/outbox?state=given_up")["deliveries"]),
           "the admin has it tried again")
    tap.ok(until(lambda: admin.call("POST", f"/api/v1/outbox/{gone[0]['id']}/retry")[0] == 409), "what was sent is not sent again")

    # webhooks
    url = f"http://127.0.0.1:{hook.server_address[1]}/hook/abc"
    owner.post("/api/v1/me/notices", {"webhook": url})
    open_case(duty)
    refused = until(lambda: [d for d in admin.get("/api/v1/outbox?state=failed")["deliveries"] if d["channel"] == "webhook"])
    tap.ok(refused and "private" in refused[0]["error"] and not hook.got, "a webhook to a private address is refused")
    tap.ok("abc" not in refused[0]["address"], "its path is not shown")
    s.stop()
    hook.refuse = 1
    s.start("--webhook-private")
    duty, owner, office, admin, other = (s.client(u) for u in ("duty", "wwtp", "supervisor", "admin", "lingang"))
    advance(3600 * 8)
    until(lambda: hook.got)
    until(lambda: [d for d in admin.get("/api/v1/outbox?state=failed")["deliveries"] if d["channel"] == "webhook" and "private" not in d["error"]], 60)
    advance(3600)
    tap.ok(until(lambda: len(hook.got) >= 2), "where the settings allow it, it is sent, and again after a 500")
    (h1, b1), (h2, b2) = hook.got[:2]
    tap.ok(h1["Idempotency-Key"] == h2["Idempotency-Key"] and b1 == b2, "with the same key and body")
    good = hmac.new(SECRET.encode(), h2["X-Bihuan-Timestamp"].encode() + b"." + b2, hashlib.sha256).hexdigest()
    tap.ok(h2["X-Bihuan-Signature"] == "sha256=" + good, "the signature is right")

    # a program, without a shell; quiet hours
    owner.post("/api/v1/me/notices", {"command": "13800000000"})
    case = open_case(duty)
    tap.ok(until(lambda: os.path.exists(taken + ".args")), "the program is run")
    with open(taken, encoding="utf-8") as f:
        got = json.load(f)
    with open(taken + ".args", encoding="utf-8") as f:
        args = f.read().strip()
    tap.ok(got["to"] == "13800000000" and got["number"] == case["number"] and args == "one $(id) two", "with the notice as JSON and no shell")
    owner.post("/api/v1/me/notices", {"email": "a@b.cn", "quiet": {"from": "00:00", "to": "23:59"}})
    open_case(duty)
    tap.ok(until(lambda: admin.get("/api/v1/outbox?state=queued")["counts"]["queued"]), "in quiet hours a mail waits")

    # the other words
    owner.post("/api/v1/me/notices", {})
    owner.post(f"/api/v1/cases/{case['id']}/actions", {"action": "accept", "fields": {}})
    owner.post(f"/api/v1/cases/{case['id']}/actions", {"action": "submit", "fields": {"report": "完成"}})
    tap.ok(until(lambda: [n for n in unread(office)["notices"] if n["kind"] == "submitted" and n["case"] == case["id"]]), "submitted: the supervisor")
    tap.ok(office.call("POST", f"/api/v1/cases/{case['id']}/actions", {"action": "approve", "fields": {}})[0] == 409
           and until(lambda: [n for n in unread(office)["notices"] if n["kind"] == "gate"]), "refused by the gate: who tried")
    office.post(f"/api/v1/cases/{case['id']}/actions", {"action": "return", "fields": {"reason": "佐证不足"}})
    back = until(lambda: [n for n in unread(owner)["notices"] if n["kind"] == "returned"])
    tap.ok(back and "佐证不足" in back[0]["text"], "returned: the owner, with the reason")
    tap.ok(owner.post("/api/v1/notices/read")["unread"] == 0 and unread(owner)["notices"] == [], "all are marked read")


if __name__ == "__main__":
    main()
