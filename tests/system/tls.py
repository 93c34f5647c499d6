#!/usr/bin/env python3
"""TLS with real processes: devices by `bihuan sim --tls` with and without certificates of their own, one that shows another's, clients that
say nothing or rubbish in the middle of a handshake while the others go on, frames passed on by TLS, and HTTPS."""
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request

import json

import kill9
from _bihuan import PROGRAM, Server, Tap

tap = Tap()


def openssl(folder, *args):
    subprocess.run(["openssl", *args], cwd=folder, check=True, capture_output=True)


def certificate(folder, name, cn, ca, extension=""):
    openssl(folder, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", f"{name}.key", "-out",
            f"{name}.csr", "-subj", f"/CN={cn}")
    with open(os.path.join(folder, f"{name}.ext"), "w", encoding="ascii") as f:
        f.write(extension or "basicConstraints=CA:FALSE\n")
    openssl(folder, "x509", "-req", "-in", f"{name}.csr", "-CA", f"{ca}.pem", "-CAkey", f"{ca}.key", "-CAcreateserial", "-days", "2", "-out",
            f"{name}.pem", "-extfile", f"{name}.ext")


def make_ca(folder, name):
    openssl(folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-keyout",
            f"{name}.key", "-out", f"{name}.pem", "-subj", f"/CN={name}")


class Tls(Server):
    """A server with a TLS port for devices."""

    def start(self, *more, http=0, devices=0):
        self.process = subprocess.Popen([PROGRAM, "serve", "--data", self.data, "--listen", f"127.0.0.1:{http}", "--devices",
                                         f"127.0.0.1:{devices}", *self.serve_args, *more], stdout=subprocess.PIPE, text=True)
        ports = dict(part.split("=") for part in self.process.stdout.readline().split()[1:])
        self.http, self.devices, self.tls = (int(ports[k]) for k in ("http", "devices", "devices-tls"))
        self.url = f"http://127.0.0.1:{self.http}"
        return self


def sim(server, port, site, *more, hours=("2026-11-19T00:00", "2026-11-19T06:00")):
    """Sends six hours of a site; whether all were acknowledged."""
    done = subprocess.run([PROGRAM, "sim", "--to", f"127.0.0.1:{port}", "--demo", server.data, "--from", hours[0], "--until", hours[1],
                           "--sites", site, "--tls", *more], capture_output=True, text=True, timeout=60, check=False)
    return done.returncode == 0, done.stdout + done.stderr


def hostile(port, n):
    """Connections that begin no handshake, or an endless one."""
    held = []
    for i in range(n):
        s = socket.create_connection(("127.0.0.1", port))
        if i % 3 == 1:
            s.sendall(b"\x16\x03\x01\x02\x00\x01\x00")  # a ClientHello that never comes whole
        elif i % 3 == 2:
            s.sendall(b"##0123QN=20260101000000000;ST=32;")  # no TLS at all
        held.append(s)
    return held


def main():
    folder = tempfile.mkdtemp(prefix="bihuan-tls-")
    for ca in ("ours", "theirs"):
        make_ca(folder, ca)
    certificate(folder, "server", "bihuan", "ours", "subjectAltName=IP:127.0.0.1,DNS:localhost\n")
    path = lambda name: os.path.join(folder, name)  # noqa: E731
    plain = ["--devices-tls", "127.0.0.1:0", "--tls-certificate", path("server.pem"), "--tls-key", path("server.key")]
    demo = ["--history-days", "1", "--no-cases"]
    above = Tls(today="2026-11-20T08:00", demo_args=demo, serve_args=[*plain, "--test-clock", "2026-11-20T08:00", "--https"])
    city = Tls(today="2026-11-20T08:00", demo_args=demo, serve_args=[*plain, "--test-clock", "2026-11-20T08:00", "--tls-client-ca",
                                                                       path("ours.pem")])
    try:
        with open(os.path.join(city.data, "city.json"), encoding="utf-8") as f:
            sites = [s for s in json.load(f)["sites"] if s.get("mn")]
        one, other = sites[0], sites[1]
        for s in (one, other):
            certificate(folder, s["code"], s["mn"], "ours")
        certificate(folder, "foreign", one["mn"], "theirs")
        above.start()
        forward = path("forward.json")
        with open(forward, "w", encoding="utf-8") as f:
            json.dump({"targets": [{"name": "province", "host": "127.0.0.1", "port": above.tls, "over_time": 2,
                                    "tls": {"ca": path("ours.pem")}}]}, f)
        city.start("--forward", forward)

        own = lambda name: ["--certificate", path(f"{name}.pem"), "--key", path(f"{name}.key")]  # noqa: E731
        ca = ["--ca", path("ours.pem")]
        good, text = sim(above, above.tls, one["code"], *ca)
        tap.ok(good, f"by TLS without a certificate of its own: {text.strip()}")
        good, text = sim(city, city.tls, one["code"], *ca, *own(one["code"]))
        tap.ok(good, f"with its own: {text.strip()}")
        for what, more in (("without one where it is asked for", ca), ("with one of another CA", [*ca, *own("foreign")]),
                           ("that believes another CA", ["--ca", path("theirs.pem"), *own(one["code"])])):
            begin = time.monotonic()
            try:
                good, _ = sim(city, city.tls, one["code"], *more, "--timeout", "1")
            except subprocess.TimeoutExpired:
                good = False
            tap.ok(not good, f"a device {what} is not served ({time.monotonic() - begin:.0f} s)")
        frames = [kill9.build_frame(other["mn"], other["pw"], f"2026112007000000{i}", "w01018-Rtd=1.5", "20261120070000") for i in range(3)]
        context = ssl.create_default_context(cafile=path("ours.pem"))
        context.load_cert_chain(path(f"{one['code']}.pem"), path(f"{one['code']}.key"))
        with context.wrap_socket(socket.create_connection(("127.0.0.1", city.tls)), server_hostname="127.0.0.1") as s:
            s.sendall(frames[0])
            s.settimeout(1)
            try:
                got = s.recv(1000)
            except TimeoutError:
                got = b""
        refused = {r["reason"]: r["frames"] for r in city.client("duty").get("/api/v1/devices")["refused"]}
        tap.ok(not got and refused["certificate"] == 1, f"one device's certificate does not speak for another: {got}, {refused['certificate']}")
        context.load_cert_chain(path(f"{other['code']}.pem"), path(f"{other['code']}.key"))
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            context.minimum_version = context.maximum_version = version
            with context.wrap_socket(socket.create_connection(("127.0.0.1", city.tls)), server_hostname="127.0.0.1") as s:
                for byte in frames[1]:
                    s.sendall(bytes([byte]))
                tap.ok(b"CN=9014" in s.recv(1000), f"{s.version()}, each byte in a record of its own")
        old = ssl.create_default_context(cafile=path("ours.pem"))
        old.set_ciphers("ALL:@SECLEVEL=0")
        try:
            old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
            old.wrap_socket(socket.create_connection(("127.0.0.1", city.tls)), server_hostname="127.0.0.1").close()
            good = True
        except (ssl.SSLError, OSError):
            good = False
        tap.ok(not good, "TLS 1.1 is not spoken")

        held = hostile(city.tls, 240)
        begin = time.monotonic()
        good, text = sim(city, city.tls, other["code"], *ca, *own(other["code"]))
        tap.ok(good, f"240 clients that never end their handshake harm no other ({time.monotonic() - begin:.1f} s)")
        more = hostile(city.tls, 200)  # beyond the bound of 256: they wait in the system until the first are timed out
        good, text = sim(city, city.tls, other["code"], *ca, *own(other["code"]), hours=("2026-11-19T07:00", "2026-11-19T09:00"))
        tap.ok(good, f"and beyond the bound others come through when the first ten seconds are over ({time.monotonic() - begin:.1f} s)")
        held[0].settimeout(12)
        tap.ok(held[0].recv(100) in (b"",), "who is silent is hung up on")
        for s in held + more:
            s.close()

        https = ssl.create_default_context(cafile=path("ours.pem"))
        with urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=https)).open(
                f"https://127.0.0.1:{above.http}/api/v1/health", timeout=20) as answer:
            tap.ok(json.load(answer)["ok"], "HTTPS answers")
        end = time.monotonic() + 20
        while (state := city.client("duty").get("/api/v1/forward")["targets"][0])["waiting"] and time.monotonic() < end:
            time.sleep(0.3)
        tap.ok(state["waiting"] == 0 and state["delivered"] > 6 and state["line"] == "connected",
               f"passed on by TLS: {state['delivered']} delivered, {state['error']!r}")
    finally:
        for server in (city, above):
            if server.process:
                server.stop(signal.SIGKILL)
            server.__exit__()
        shutil.rmtree(folder)
    tap.exit()


if __name__ == "__main__":
    if not shutil.which("openssl"):
        print("1..0 # skipped: no openssl program")
        sys.exit(0)
    main()
