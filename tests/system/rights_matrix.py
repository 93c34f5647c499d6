#!/usr/bin/env python3
"""Every role in every relation to a case × every transition of every shipped ledger: who may, as an independent reading of the files says
(_ledger_lua.py and the table in docs/ledger.md), against what a real server answers. Cases are put into the store in the state that the
transition wants, so that no way there has to be walked; people and units likewise. Also who may open, and what the public sees."""
import concurrent.futures
import json
import os
import sqlite3
import sys

from _bihuan import ROOT, Server, Tap
from _ledger_lua import read_ledgers

TODAY = "2026-11-20T08:00"
ROLES = ["admin", "leader", "duty", "reviewer", "supervisor", "responsible"]
UNITS = {"p-owner": None, "p-under": "p-owner", "p-super": None, "p-third": None, "p-other": None, "bureau": None}
OFFICE = {"duty", "leader", "admin"}
tap = Tap()


class Person:
    def __init__(self, name, role, unit):
        self.name, self.role, self.unit, self.client = name, role, unit, None


def people():
    all_ = [Person(f"{role}-{unit}", role, unit) for role in ROLES for unit in UNITS]
    all_.append(Person("author", "responsible", "p-other"))  # opened every case
    all_.append(Person("named", "reviewer", "p-other"))  # stands in every user field
    all_.append(Person("moved", "supervisor", "p-super"))  # worked for the owner once, now supervises
    all_.append(Person("moved2", "admin", "bureau"))  # worked for the third unit once
    return all_


def unit_of(field):
    """The unit that stands in a unit field of every case."""
    return {"owner": "p-owner", "supervisor": "p-super"}.get(field, "p-third")


# ---- what the files say ----

def fields_of(ledger, kind):
    return [f.id for f in ledger.get("fields").items if f.kind == kind]


def has_part(ledger, word, p):
    units, users = fields_of(ledger, "unit"), fields_of(ledger, "user")
    if word == "supervisor" and word in units:
        return p.unit == "p-super" and p.role in OFFICE | {"supervisor"}
    if word == "office":
        return p.role in OFFICE
    if word in ("leader", "reviewer", "responsible", "supervisor"):
        return p.role in (word, "admin")
    if word == "public":
        return True
    if word == "reporter":
        return False  # whoever has the query number, who has no login
    if word == "author":
        return p.name == "author"
    if word in units:
        return p.unit == unit_of(word) and p.role in ("responsible", "admin")
    assert word in users, word
    return p.name == "named"


def is_of(field, p):
    """Of the unit, of one under it, or worked for it in this case."""
    unit = unit_of(field)
    return p.unit == unit or UNITS[p.unit] == unit or (p.name == "moved" and field == "owner") or (p.name == "moved2" and unit == "p-third")


def may_act(ledger, action, p):
    if any(is_of(field, p) for field in action.words("never_by")):
        return False
    return any(has_part(ledger, word, p) for word in action.words("by"))


def may_read(ledger, p):
    return not ledger.words("read_by") or any(has_part(ledger, word, p) for word in ledger.words("read_by"))


def may_open(ledger, p):
    """True, False, or None: it depends on a field that is not given here."""
    words = ledger.words("open_by") or ["office"]
    if any(has_part(ledger, w, p) for w in words if w not in fields_of(ledger, "unit") + fields_of(ledger, "user")):
        return True
    unit_words = [w for w in words if w in fields_of(ledger, "unit")]
    roles = [{"supervisor"} | OFFICE if w == "supervisor" else {"responsible", "admin"} for w in unit_words]
    return None if any(p.role in r for r in roles) or set(words) & set(fields_of(ledger, "user")) else False


# ---- the store ----

def prepare_city(server, everyone):
    path = os.path.join(server.data, "city.json")
    with open(path, encoding="utf-8") as f:
        city = json.load(f)
    for code, parent in UNITS.items():
        if code != "bureau":
            city["units"].append({"code": code, "name": code, "name_en": code, "kind": "enterprise", **({"parent": parent} if parent else {})})
    with open(path, "w", encoding="utf-8") as f:
        json.dump(city, f, ensure_ascii=False)
    ids = {u["code"]: i + 1 for i, u in enumerate(city["units"])}
    db = sqlite3.connect(os.path.join(server.data, "ledger.db"))
    db.execute("UPDATE setting SET value = ? WHERE name = 'city'", (json.dumps(city, ensure_ascii=False),))  # what the server reads
    secret = db.execute("SELECT hash FROM user WHERE name = 'duty'").fetchone()[0]
    db.executemany("INSERT INTO user(name, display, hash, role, unit, disabled) VALUES(?, ?, ?, ?, ?, 0)",
                   [(p.name, p.name, secret, p.role, ids[p.unit]) for p in everyone])
    db.commit()
    db.close()
    return ids


def document(ledger, hash_, state, number):
    closed = state == ledger.get("states").get("closed")
    fields = {f: unit_of(f) for f in fields_of(ledger, "unit")}
    fields.update({f: "named" for f in fields_of(ledger, "user")})
    fields.update({f: "SECRET-" + f for f in fields_of(ledger, "text")})
    if "due" in fields_of(ledger, "date"):
        fields["due"] = "2026-12-31"
    third = {f: ["moved2"] for f in fields_of(ledger, "unit") if unit_of(f) == "p-third"}
    at = 1790000000000
    return {"author": "author", "closed": at if closed else 0, "closed_how": "paper" if closed else None, "definition": hash_, "doers": ["moved"],
            "entered": at, "events": 1, "fields": fields, "finding": 0, "given": {}, "here": {}, "index": {}, "last": "", "ledger": ledger.get("id"),
            "number": number, "opened": at, "rebounds": 0, "round": at, "since": at, "state": state, "stopped": 0, "taken": {},
            "updated": at, "workers": third}


def plan_probes(ledgers, everyone):
    """(ledger, action, state, denied people, allowed people); one case for those who may not, and one for each who may."""
    probes = []
    for ledger in ledgers.values():
        states = ledger.get("states").items
        for action in ledger.get("actions").items:
            yes = [p for p in everyone if may_act(ledger, action, p)]
            no = [p for p in everyone if not may_act(ledger, action, p)]
            for state in action.words("from"):
                assert state in states, (ledger.get("id"), action.id, state)
                probes.append((ledger, action, state, no, yes))
    return probes


def insert_cases(server, kind, probes, hashes):
    db = sqlite3.connect(os.path.join(server.data, "ledger.db"))
    out, n = [], 0
    for ledger, action, state, no, yes in probes:
        ids = []
        for _ in range(1 + len(yes)):
            n += 1
            doc = document(ledger, hashes[ledger.get("id")], state, f"X-{n}")
            cur = db.execute("INSERT INTO doc(kind, parent, key, state, unit, unit2, site, created, updated, body) VALUES(?, 0, ?, ?, 0, 0, 0, ?, ?, ?)",
                             (kind, doc["number"], state, doc["opened"], doc["updated"],
                              json.dumps(doc, ensure_ascii=False, sort_keys=True, separators=(",", ":"))))
            ids.append(cur.lastrowid)
        out.append((ledger, action, state, no, yes, ids))
    db.commit()
    db.close()
    return out


# ---- asking ----

def ask(p, case, action):
    status, answer = p.client.call("POST", f"/api/v1/cases/{case}/actions", {"action": action, "fields": {}})
    name = answer.get("error", {}).get("code", "") if isinstance(answer, dict) and "error" in answer else ""
    return status, name, answer


def run_probe(probe):
    ledger, action, state, no, yes, ids = probe
    bad, asked = [], 0
    what = f"{ledger.get('id')}.{action.id} in {state}"
    for p in no:
        status, name, answer = ask(p, ids[0], action.id)
        asked += 1
        if status != 403:
            bad.append(f"{what}: {p.name} got {status} {name}, was to be refused: {str(answer)[:160]}")
    for p, case in zip(yes, ids[1:]):
        status, name, answer = ask(p, case, action.id)
        asked += 1
        if status in (401, 403, 404) or status >= 500 or name == "case.no_such_action":
            bad.append(f"{what}: {p.name} got {status} {name}, was to be let in: {str(answer)[:160]}")
    return asked, bad


def offered(probe, everyone):
    """What the screen offers is what the server takes; who may not read the case is offered nothing."""
    ledger, _, state, _, _, ids = probe
    bad = []
    for p in everyone[:: 5]:
        status, case = p.client.call("GET", f"/api/v1/cases/{ids[0]}")
        if (status == 200) != may_read(ledger, p) or status not in (200, 403):
            bad.append(f"{ledger.get('id')} in {state}: read by {p.name}: {status}")
        for a in case.get("actions", []):
            action = next(x for x in ledger.get("actions").items if x.id == a["id"])
            waits = any(action.get(k) is not None for k in ("gate", "after", "unless", "max", "pauses", "resumes"))  # may be shut for another reason
            if a["allowed"] != may_act(ledger, action, p) and (a["allowed"] or not waits):
                bad.append(f"{ledger.get('id')}.{a['id']} in {state}: offered to {p.name}: {a['allowed']}")
    return bad


def public_sees(server, probe):
    ledger, _, state, _, _, ids = probe
    shown = set(ledger.words("public"))
    public, bad = server.client(), []
    status, tree = public.call("GET", f"/api/v1/cases/{ids[0]}")
    text = json.dumps(tree, ensure_ascii=False)
    for f in fields_of(ledger, "text"):
        is_shown = f in shown or (f == "problem" and "title" in shown)  # without a title the problem's first sentence is shown
        if ("SECRET-" + f in text) and not is_shown:
            bad.append(f"{ledger.get('id')}: the public sees {f}")
        if f in shown and status == 200 and "SECRET-" + f not in text:
            bad.append(f"{ledger.get('id')}: the public does not see {f}")
    if any(name in text for name in ("author", "moved", '"named"')) and ledger.get("id"):
        for name in ('"author"', '"moved"', '"moved2"', '"named"'):
            if f": {name}" in text or f"[{name}" in text:
                bad.append(f"{ledger.get('id')}: the public sees the name {name}")
    for action in ledger.get("actions").items:
        if state in action.words("from") and "public" not in action.words("by"):
            status, _ = public.call("POST", f"/api/v1/cases/{ids[0]}/actions", {"action": action.id, "fields": {}})
            if status not in (401, 403):
                bad.append(f"{ledger.get('id')}.{action.id}: the public got {status}")
    return bad


def public_sees_beside(server, probe):
    """Nothing more by the doors beside the case: its tree, limits, repeats, forms, files; nor by searching for what is not shown."""
    ledger, _, _, _, yes, ids = probe
    shown, public, bad = set(ledger.words("public")), server.client(), []
    doors = ["tree", "clocks", "repeats"] + [f"form/{f.id}?format={k}" for f in (ledger.get("forms").items if ledger.get("forms") else []) for k in ("docx", "pdf")]
    hidden = [f for f in fields_of(ledger, "text") if f not in shown and not (f == "problem" and "title" in shown)]
    for door in doors:
        status, tree = public.call("GET", f"/api/v1/cases/{ids[-1]}/{door}")
        text = json.dumps(tree, ensure_ascii=False)
        if any("SECRET-" + f in text for f in hidden) or (door.startswith("form") and status == 200):
            bad.append(f"{ledger.get('id')}: the public gets {door}: {status}")
    for f in hidden:
        status, tree = public.call("GET", f"/api/v1/cases?ledger={ledger.get('id')}&q=SECRET-{f}")
        if status == 200 and tree["total"]:
            bad.append(f"{ledger.get('id')}: the public finds {tree['total']} cases by {f}, which it does not see")
    for path in (f"/ledgers/{ledger.get('id')}/statistics", f"/ledgers/{ledger.get('id')}/flow", "/leader", "/suspicions", "/notices", "/outbox",
                 f"/cases/table?ledger={ledger.get('id')}&format=xlsx", f"/cases?ledger={ledger.get('id')}&at=2026-11-01"):
        status, _ = public.call("GET", "/api/v1" + path)
        if status not in (401, 403, 404):
            bad.append(f"{ledger.get('id')}: the public gets {path}: {status}")
    return bad


def check_opening(ledgers, everyone):
    bad, asked = [], 0
    for ledger in ledgers.values():
        for p in everyone:
            want = may_open(ledger, p)
            status, answer = p.client.call("POST", "/api/v1/cases", {"ledger": ledger.get("id"), "fields": {}})
            asked += 1
            if (want is False and status != 403) or (want and status in (401, 403)) or (want is None and status == 200):
                bad.append(f"{ledger.get('id')}: opening by {p.name}: {status}, expected {want}: {str(answer)[:120]}")
    return asked, bad


def doer_never_judges(ledgers):
    bad = []
    for ledger in ledgers.values():
        closed = ledger.get("states").get("closed")
        for action in ledger.get("actions").items:
            judges = action.get("gate") is not None or action.get("to") == closed
            if judges and "owner" in fields_of(ledger, "unit") and ("owner" not in action.words("never_by") or "owner" in action.words("by")):
                bad.append(f"{ledger.get('id')}.{action.id}")
    return bad


def report(bad, what):
    for line in bad[:40]:
        print("# " + line)
    tap.ok(not bad, what + (f": {len(bad)} wrong" if bad else ""))


def main():
    ledgers, everyone = read_ledgers(os.path.join(ROOT, "definitions", "ledgers")), people()
    report(doer_never_judges(ledgers), f"in none of {len(ledgers)} ledgers the doer judges")
    with Server(today=TODAY, demo_args=["--history-days", "1"], serve_args=["--test-clock", TODAY]) as server:
        hashes = {d["id"]: d["hash"] for d in server.client("duty").get("/api/v1/ledgers")["ledgers"]}
        tap.ok(set(hashes) == set(ledgers), "the reader finds the ledgers that the server has")
        server.stop()
        db = sqlite3.connect(os.path.join(server.data, "ledger.db"))
        kind = db.execute("SELECT kind FROM doc WHERE key LIKE 'ZG-%' LIMIT 1").fetchone()[0]
        db.close()
        prepare_city(server, everyone)
        probes = insert_cases(server, kind, plan_probes(ledgers, everyone), hashes)
        server.start()
        for p in everyone:
            p.client = server.client(p.name)
        first = {(pr[0].get("id"), pr[2]): pr for pr in probes}.values()
        report([b for pr in first for b in offered(pr, everyone)], f"what is offered in {len(first)} states is what the files say")
        report([b for pr in first for b in public_sees(server, pr)], "the public sees what is published and does nothing")
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            results = list(pool.map(run_probe, probes))
        report([b for _, bad in results for b in bad],
               f"{len(probes)} transitions of {len(ledgers)} ledgers × {len(everyone)} people: {sum(n for n, _ in results)} answers are what the files say")
        last = {pr[0].get("id"): pr for pr in probes}.values()
        report([b for pr in last for b in public_sees_beside(server, pr)], "nor by trees, forms, tables, sums or searching")
        asked, bad = check_opening(ledgers, everyone)
        report(bad, f"{asked} answers on opening are what the files say")


try:
    main()
except Exception as why:  # pylint: disable=broad-except
    import traceback
    traceback.print_exc(file=sys.stderr)
    tap.ok(False, f"{type(why).__name__}: {why}")
tap.exit()
