"""What the system tests share: the program, a demo folder, a server on ports of its own, and a client of its HTTP API."""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.environ.get("BIHUAN", os.path.join(ROOT, "build", "bihuan"))


def run(*args, check=True, **more):
    """Runs the program to its end; returns the finished process with text output."""
    done = subprocess.run([PROGRAM, *map(str, args)], capture_output=True, text=True, check=False, timeout=180, **more)
    if check and done.returncode != 0:
        raise AssertionError(f"bihuan {' '.join(map(str, args))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    return done


class Client:
    """A client that keeps its token. call() returns (status, tree)."""

    def __init__(self, base):
        self.base = base
        self.token = None

    def call(self, method, path, body=None):
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = "Bearer " + self.token
        data = json.dumps(body).encode() if body is not None else (b"{}" if method == "POST" else None)
        request = urllib.request.Request(self.base + path, data=data, method=method, headers=headers)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=60) as answer:
                status, text = answer.status, answer.read()
        except urllib.error.HTTPError as answer:
            status, text = answer.code, answer.read()
        try:
            return status, json.loads(text)
        except ValueError:
            return status, text.decode(errors="replace")

    def get(self, path):
        status, tree = self.call("GET", path)
        assert status == 200, f"GET {path}: {status} {tree}"
        return tree

    def post(self, path, body=None):
        status, tree = self.call("POST", path, body)
        assert status == 200, f"POST {path} {body}: {status} {tree}"
        return tree

    def login(self, user, password):
        self.token = self.post("/api/v1/login", {"user": user, "password": password})["token"]
        return self


class Server:
    """A demo folder and a server on it. Use as `with Server(...) as s`."""

    def __init__(self, today=None, demo_args=(), serve_args=(), folder=None):
        self.folder = folder or tempfile.mkdtemp(prefix="bihuan-test-")
        self.own = folder is None
        self.serve_args = list(serve_args)
        self.process = None
        if not os.path.exists(os.path.join(self.folder, "data", "ledger.db")):
            run("demo", self.data, *(["--today", today] if today else []), *demo_args)
        with open(os.path.join(self.data, "demo-accounts.json"), encoding="utf-8") as f:
            self.accounts = json.load(f)

    @property
    def data(self):
        return os.path.join(self.folder, "data")

    def start(self, *more, http=0, devices=0):
        for again in reversed(range(40 if http or devices else 1)):  # a port it had before may be another's for a moment
            self.process = subprocess.Popen([PROGRAM, "serve", "--data", self.data, "--listen", f"127.0.0.1:{http}", "--devices",
                                             f"127.0.0.1:{devices}", *self.serve_args, *more], stdout=subprocess.PIPE, text=True)
            line = self.process.stdout.readline()
            if line.startswith("ready ") or not again:
                break
            self.process.wait(timeout=60)
            self.process.stdout.close()
            time.sleep(0.25)
        if not line.startswith("ready "):
            raise AssertionError(f"the server did not start: {line!r}")
        ports = dict(part.split("=") for part in line.split()[1:])
        self.http, self.devices = int(ports["http"]), int(ports["devices"])
        self.url = f"http://127.0.0.1:{self.http}"
        return self

    def stop(self, how=signal.SIGTERM):
        if self.process:
            self.process.send_signal(how)
            code = self.process.wait(timeout=60)
            self.process.stdout.close()
            self.process = None
            return code
        return None

    def run_check(self):
        """Stops the server and proves its data folder."""
        self.stop()
        return subprocess.run([PROGRAM, "check", "--data", self.data], capture_output=True, text=True, check=False)

    def client(self, user=None):
        c = Client(self.url)
        return c.login(user, self.accounts["password"]) if user else c

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.stop(signal.SIGKILL)
        if self.own:
            shutil.rmtree(self.folder, ignore_errors=True)


class Tap:
    """Counts and prints checks; exit() ends the test with its result."""

    def __init__(self):
        self.n = self.bad = 0

    def ok(self, condition, what):
        self.n += 1
        self.bad += not condition
        print(f"{'ok' if condition else 'not ok'} {self.n} - {what}", flush=True)
        return bool(condition)

    def row(self, name, test, *args):
        """A test of one row of a table: what ends it early is that row's failure and not the end of the others. Gives what the test gives."""
        try:
            return test(*args)
        except Exception as why:  # pylint: disable=broad-except
            self.ok(False, f"{name} ended: {type(why).__name__}: {why}")
            return None

    def exit(self):
        print(f"1..{self.n}")
        sys.exit(1 if self.bad else 0)
