"""Cases for tests that act on many: opening them through the API, and what their histories say."""
import itertools
import json
import urllib.parse
import urllib.request

OWNER, SUPERVISOR = "chem", "bureau"
CONFLICTS = {"case.no_such_action", "case.merged", "case.merge", "case.gate_unmet", "case.parent", "conflict"}


def open_worded(api, problem):
    """A case of the ledger of inspections with a goal in words; its id."""
    return api.post("/api/v1/cases", {"ledger": "rectification", "fields": {
        "source": "自查", "problem": problem, "measures": ["补齐"], "owner": OWNER, "supervisor": SUPERVISOR, "due": "2026-12-31",
        "goal": "建立管理台账"}})["id"]


def open_proposal(api, title):
    return api.post("/api/v1/cases", {"ledger": "proposal", "fields": {
        "kind": "人大建议", "title": title, "by_whom": "代表", "problem": title, "owner": OWNER, "supervisor": SUPERVISOR, "due": "2026-12-31"}})["id"]


def act(api, case, action, fields=None):
    """(taken, code of the refusal)."""
    status, answer = api.call("POST", f"/api/v1/cases/{case}/actions", {"action": action, "fields": fields or {}})
    if status == 200:
        return True, ""
    return False, answer["error"]["code"] if isinstance(answer, dict) and "error" in answer else str(status)


_papers = itertools.count(1)


def papers(api, *kinds):
    """Evidence of these kinds, each with a file of its own behind it, sent up now."""
    evidence = []
    for kind in kinds:
        request = urllib.request.Request(
            api.base + "/api/v1/files?name=" + urllib.parse.quote(kind + ".txt"), f"{kind} {next(_papers)}".encode(),
            {"Authorization": "Bearer " + api.token, "Content-Type": "application/octet-stream"})
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
            evidence.append({"kind": kind, "text": kind, "files": [json.loads(answer.read())["id"]]})
    return evidence


def events_of(api, case):
    return api.get(f"/api/v1/cases/{case}")["events"]


def count(events, action):
    return sum(e["action"] == action for e in events)


def telling(events, text):
    """How many events tell of a text."""
    return sum(text in json.dumps(e, ensure_ascii=False) for e in events)


def do(who, case, action, **fields):
    """Takes an action that must be taken; the case after it."""
    return who.post(f"/api/v1/cases/{case}/actions", {"action": action, "fields": fields})


def refusal(who, case, action, **fields):
    """The code and sentence of an action that must not be taken; ("", "") when it was."""
    status, answer = who.call("POST", f"/api/v1/cases/{case}/actions", {"action": action, "fields": fields})
    return ("", "") if status == 200 else (answer["error"]["code"], answer["error"]["message"])


def opened(by, ledger, /, parent=None, **fields):
    return by.post("/api/v1/cases", {"ledger": ledger, "fields": fields, **({"parent": parent} if parent else {})})["id"]
