#!/usr/bin/env python3
"""HJ 212-2025 with real processes: an enciphering device uploads, is given new keys by the platform and on its own request, goes on while the
server is restarted, and nothing is lost. Its keys occur nowhere: not in the server's log, its answers, or any file of the data folder."""
import json
import os
import signal
import stat
import subprocess
import time

from _bihuan import PROGRAM, Server, Tap, run

TODAY = "2026-11-20T08:00"
SITE, FACTOR = "power-stack-2", "a21026"
tap = Tap()


def wait(what, seconds=40):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = what()
        if found:
            return found
        time.sleep(0.3)
    return None


class Watched:
    """A client that keeps every answer, to look for keys in them."""

    def __init__(self, client, seen):
        self.client, self.seen = client, seen
        self.token = client.token

    def call(self, method, path, body=None):
        status, tree = self.client.call(method, path, body)
        self.seen.append(json.dumps(tree))
        return status, tree

    def get(self, path):
        return self.call("GET", path)[1]


class Device:
    def __init__(self, server, keys):
        self.server, self.keys, self.process = server, keys, None

    def command(self, begin, until, *more):
        return ["sim", "--to", f"127.0.0.1:{self.server.devices}", "--city", os.path.join(self.server.data, "city.json"), "--scenario",
                os.path.join(self.server.data, "scenario.json"), "--keys", self.keys, "--from", begin, "--until", until, "--sites", SITE, *more]

    def play(self, begin, until, *more):
        run(*self.command(begin, until, *more))

    def connect(self, begin, until, *more):
        self.process = subprocess.Popen([PROGRAM, *self.command(begin, until, "--follow", "--timeout", "2", *more)], stdout=subprocess.DEVNULL)

    def leave(self):
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=20)
            self.process = None

    def key(self):
        with open(self.keys, encoding="utf-8") as f:
            return bytes.fromhex(next(iter(json.load(f).values()))["key"])


def found_in_files(folder, secrets, skip=()):
    """Where in the folder's files one of the secrets stands, as bytes or as hexadecimal digits."""
    forms = [form for s in secrets for form in (s, s.hex().encode(), s.hex().upper().encode())]
    found = []
    for at, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(at, name)
            if name in skip:
                continue
            with open(path, "rb") as f:
                content = f.read()
            found += [name for form in forms if form in content]
    return found


def main():
    os.umask(0o022)
    log = None
    server = Server(today=TODAY, demo_args=["--history-days", "3", "--no-cases"], serve_args=["--test-clock", TODAY])
    log_path = os.path.join(server.folder, "server.log")
    keys_path = os.path.join(server.folder, "device-memory.json")
    os.rename(os.path.join(server.data, "sim-keys.json"), keys_path)
    tap.ok(stat.S_IMODE(os.stat(keys_path).st_mode) == 0o600, "the simulated device's memory is for its owner alone")
    tap.ok(stat.S_IMODE(os.stat(os.path.join(server.data, "secret.key")).st_mode) == 0o600, "so is the folder's secret")
    device = Device(server, keys_path)
    secrets, seen = [device.key()], []
    log = open(log_path, "ab")  # pylint: disable=consider-using-with
    saved = os.dup(2)
    os.dup2(log.fileno(), 2)  # the server writes its log where this process does
    try:
        server.start()
        duty, admin = Watched(server.client("duty"), seen), Watched(server.client("admin"), seen)
        site = next(s for s in duty.get("/api/v1/sites?kind=gas_outlet")["sites"] if s["code"] == SITE)["id"]

        def state():
            return Watched(server.client("duty"), seen).get(f"/api/v1/devices/{site}")

        def hours(begin, end):
            series = Watched(server.client("duty"), seen).get(
                f"/api/v1/sites/{site}/series?factor={FACTOR}&period=hour&from={begin}&to={end}")
            return sum(p[1] is not None for p in series["points"])

        def ask(word, *more, check=True):
            done = run("device", "--url", server.url, "--token", duty.token, "--wait", "60", state()["mn"], word, *more, check=check)
            seen.append(done.stdout + done.stderr)
            return done

        # it uploads, enciphered with the key the demo registered
        admin.call("POST", "/api/v1/test/clock", {"advance_s": 3 * 3600})
        device.play("2026-11-20T08:00", "2026-11-20T11:00")
        e = state()["encryption"]
        tap.ok(e["seen"] == "raw" and e["key"]["days"] == 30 and not e["key"]["due"], f"enciphered uploads are read: {e}")
        tap.ok(hours("2026-11-20T08:00", "2026-11-20T11:00") == 3, "and stored in clear")
        tap.ok(state()["resent"] >= 2, "what it sends late is counted as sent again (RF=1)")

        # must it encrypt?
        status, _ = duty.call("POST", f"/api/v1/devices/{site}/encryption", {"must_encrypt": True})
        tap.ok(status == 403, "only an administrator sets that")
        status, answer = admin.call("POST", f"/api/v1/devices/{site}/encryption", {"must_encrypt": True})
        tap.ok(status == 200 and answer["must"], f"the device must encrypt: {answer}")
        admin.call("POST", "/api/v1/test/clock", {"advance_s": 3600})
        no_key = os.path.join(server.folder, "no-keys.json")
        with open(no_key, "w", encoding="utf-8") as f:
            f.write("{}")
        clear = Device(server, no_key)
        clear.connect("2026-11-20T11:00", "2026-11-20T12:00")
        refused = wait(lambda: state()["refused"].get("not_encrypted"))
        clear.leave()
        tap.ok(refused and hours("2026-11-20T11:00", "2026-11-20T12:00") == 0, f"its clear text is refused by name: {refused}")
        wrong = os.path.join(server.folder, "wrong-keys.json")
        with open(keys_path, encoding="utf-8") as f:
            tree = json.load(f)
        for row in tree.values():
            row["key"] = "00112233445566778899aabbccddeeff"
        with open(wrong, "w", encoding="utf-8") as f:
            json.dump(tree, f)
        other = Device(server, wrong)
        other.connect("2026-11-20T11:00", "2026-11-20T12:00")
        refused = wait(lambda: state()["refused"].get("wrong_key"))
        other.leave()
        tap.ok(refused, f"so is what another key enciphered: {refused}")

        # what a person may set
        for key in ("0" * 16, "30" * 16, "0123456789ABCDEF", "abcdefghijklmnop", "0123456789abcdeffedcba9876543210", "msbE74gsiSHSEh5e"):
            status, answer = admin.call("POST", f"/api/v1/devices/{site}/encryption", {"key": key})
            tap.ok(status == 400 and answer["error"]["code"] == "device.weak_key", f"a fixed or patterned key is refused: {key}")
        status, answer = admin.call("POST", f"/api/v1/devices/{site}/encryption", {"key": "short"})
        tap.ok(status == 400 and "short" not in json.dumps(answer), "a key of another length too, and it is not repeated")

        # a new key from the platform, while it is connected
        device.connect("2026-11-20T11:00", "2026-11-20T12:00", "--heartbeat", "1")
        tap.ok(wait(lambda: state()["connected"]), "the device is connected")
        done = ask("new-key")
        tap.ok(json.loads(done.stdout)["state"] == "done" and "NewSK=******" in done.stdout, f"bihuan device MN new-key: {done.stdout.strip()[:200]}")
        secrets.append(device.key())
        tap.ok(secrets[1] != secrets[0] and len(secrets[1]) == 16, "the device has another key")
        used = wait(lambda: not state()["encryption"]["key"]["handed_out"] and state()["encryption"]["key"]["days"] == 0)
        tap.ok(used, f"the platform uses it: {state()['encryption']['key']}")

        # the server is killed; the device goes on, and sends what it measured meanwhile
        ports = {"devices": server.devices}
        server.stop(signal.SIGKILL)
        device.leave()
        server.serve_args = ["--test-clock", "2026-11-20T15:00"]
        server.start(**ports)
        duty, admin = Watched(server.client("duty"), seen), Watched(server.client("admin"), seen)
        device.play("2026-11-20T12:00", "2026-11-20T15:00")
        tap.ok(hours("2026-11-20T11:00", "2026-11-20T15:00") == 4, "after a kill and a restart the new key is read, and no hour is missing")
        tap.ok(state()["encryption"]["must"], "that it must encrypt is not forgotten")
        tap.ok(not state()["refused"].get("wrong_key"), "nothing was refused")

        # it asks for one itself
        device.connect("2026-11-20T15:00", "2026-11-20T15:00", "--ask-keys")
        tap.ok(wait(lambda: device.key() != secrets[-1]), "a device that asks for a key is given one")
        secrets.append(device.key())
        mine = wait(lambda: [c for c in state()["last_commands"] if c["command"] == "new_key" and c["state"] == "done" and c["by"] == "device"])
        tap.ok(mine and "NewSK=******" in mine[0]["args"], f"its history tells who asked: {mine and mine[0]}")
        tap.ok(state()["encryption"]["device_says"], "and how old the device said its key was")
        device.leave()
        admin.call("POST", "/api/v1/test/clock", {"advance_s": 3600})
        device.play("2026-11-20T15:00", "2026-11-20T16:00")
        tap.ok(hours("2026-11-20T08:00", "2026-11-20T16:00") == 8, "all eight hours are there")

        # joining
        device.connect("2026-11-20T16:00", "2026-11-20T16:00", "--join", SITE)

        def joins():
            return Watched(server.client("duty"), seen).get("/api/v1/devices")["joins"]
        listed = wait(joins)
        tap.ok(listed and listed[0]["state"] == "asked" and listed[0]["logger"].startswith("SIM") and len(listed[0]["mac"]) == 2,
               f"a logger that asks to join is listed with its identities: {listed}")
        status, _ = duty.call("POST", f"/api/v1/joins/{listed[0]['id']}/accept", {"site": site})
        tap.ok(status == 403, "only an administrator accepts it")
        status, _ = admin.call("POST", f"/api/v1/joins/{listed[0]['id']}/accept", {"site": site})
        tap.ok(status == 200 and wait(lambda: joins()[0]["state"] == "done"), "accepted, it is given the site's MN (1002)")
        logger = wait(lambda: state()["logger"])
        tap.ok(logger and logger["logger"] == listed[0]["logger"] and logger["by"] == "admin", f"the site's device is that logger: {logger}")
        again = state()["resent_list"]
        tap.ok(state()["resent"] and len(again) >= 4 and all(r["period"] in ("hour", "day") for r in again), f"sent again (RF=1): {len(again)} {again[:1]}")
        device.leave()

        metrics = server.client().call("GET", "/metrics")[1]
        tap.ok('not_encrypted' in metrics and 'wrong_key' in metrics, "the metrics name the refusals")
        seen.append(str(metrics))
        server.stop()
        done = run("check", "--data", server.data)
        tap.ok("secret.key is its owner's alone" in done.stdout, f"check looks at secret.key: {done.stdout}")
        os.chmod(os.path.join(server.data, "secret.key"), 0o640)
        done = run("check", "--data", server.data, check=False)
        tap.ok(done.returncode == 1 and "chmod 600" in done.stderr, f"and finds that others may read it: {done.stderr}")
        os.chmod(os.path.join(server.data, "secret.key"), 0o600)

        # nothing tells a key
        tap.ok(len(set(secrets)) == 3, "three keys were in use")
        tap.ok(not found_in_files(server.data, secrets), f"no key in any file of the data folder: {found_in_files(server.data, secrets)}")
        tap.ok(found_in_files(server.folder, secrets) == ["device-memory.json"], "(the search finds the one in the device's own memory)")
        log.flush()
        with open(log_path, "rb") as f:
            written = f.read()
        tap.ok(b"new_key" in written and not any(s in written or s.hex().encode() in written.lower() for s in secrets), "nor in the server's log")
        told = "".join(seen)
        tap.ok(not any(s.decode() in told or s.hex() in told.lower() for s in secrets), "nor in any answer of the API or the command line")

        # another secret opens nothing
        os.rename(os.path.join(server.data, "secret.key"), os.path.join(server.folder, "secret.key"))
        done = run("check", "--data", server.data, check=False)
        tap.ok(done.returncode == 1 and "secret.key is missing" in done.stderr, f"check misses it: {done.stderr}")
        server.start()
        after = server.client("duty").get(f"/api/v1/devices/{site}")
        tap.ok(after["encryption"]["key"] is None, "without secret.key there is no key, and the server runs")
        tap.ok(after["logger"] == logger and after["resent_list"] == again, "which logger it is and what was sent again outlive a restart")
        old = joins()
        tap.ok(len(old) == 1 and old[0]["state"] == "done" and not old[0]["connected"] and old[0]["logger"] == logger["logger"]
               and old[0]["site"]["id"] == site, f"so does who asked to join: {old}")
        server.stop()
    finally:
        os.dup2(saved, 2)
        device.leave()
        server.__exit__()
        log.close()


try:
    main()
except Exception as why:  # pylint: disable=broad-except
    tap.ok(False, f"{type(why).__name__}: {why}")
tap.exit()
