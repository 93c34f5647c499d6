#!/usr/bin/env python3
"""What the ledgers' objects do outside their own file: the random draw, the same by the server and without it; a permit's limit that judges an
outlet's data from its day and not before; the grid's cover; a person's cases with the post of the day."""
import csv
import json
import os
import random
import subprocess
import time

from _bihuan import PROGRAM, Server, Tap, run

tap = Tap()
TODAY = "2026-11-20T08:00"


def write_csv(path, heading, rows):
    with open(path, "w", encoding="utf-8", newline="") as f:
        out = csv.writer(f)
        out.writerow(heading)
        out.writerows(rows)


def recompute(folder, draw, seed=None):
    """`bihuan ledger draw` from the published lists, in another order than they were published in."""
    mixed = random.Random(7)
    objects = [(o["code"], o["tier"]) for o in draw["input"]["objects"]]
    officers = [(o["name"], o["unit"]) for o in draw["input"]["officers"]]
    rates = list(draw["input"]["rates"].items())
    for some in (objects, officers, rates):
        mixed.shuffle(some)
    a, b = os.path.join(folder, "objects.csv"), os.path.join(folder, "officers.csv")
    write_csv(a, ["code", "tier"], objects)
    write_csv(b, ["name", "unit"], officers)
    given = [x for tier, share in rates for x in ("--rate", f"{tier}={share / 1e6}")]
    return json.loads(run("ledger", "draw", "--seed", seed or draw["seed"], "--objects", a, "--officers", b, "--per-object",
                          draw["input"]["per_object"], *given, "--json").stdout)


def same(mine, theirs):
    def bare(d):
        return [(x["code"], x["tier"], x["officers"]) for x in d["drawn"]]
    return bare(mine) == bare(theirs) and mine["input_hash"] == theirs["input_hash"] and mine["tiers"] == theirs["tiers"]


def test_draw(server, duty):
    past = duty.get("/api/v1/ledgers/inspection/draw")["draws"]
    tap.ok(len(past) == 1, "the demo's own draw is listed")
    draw = duty.get("/api/v1/ledgers/inspection/draw?seed=" + urlquote(past[0]["seed"]))
    tap.ok(same(recompute(server.folder, draw), draw), "a past draw is computed again without the server")
    fields = {"title": "年末双随机", "problem": "治理设施", "owner": "brigade", "supervisor": "bureau", "due": "2026-12-20"}
    ask = {"seed": "2026-11-20 上证收盘 3312.47", "fields": fields}
    before = duty.get("/api/v1/cases?ledger=inspection&limit=1")["total"]
    dry = duty.post("/api/v1/ledgers/inspection/draw", {**ask, "dry": True})
    tap.ok(dry["dry"] and duty.get("/api/v1/cases?ledger=inspection&limit=1")["total"] == before, "a dry draw opens nothing")
    status, refused = server.client("law1").call("POST", "/api/v1/ledgers/inspection/draw", ask)
    tap.ok(status == 403, f"an officer does not draw himself: {status}")
    status, bad = duty.call("POST", "/api/v1/ledgers/inspection/draw", {"seed": "x", "fields": {**fields, "due": "soon"}})
    tap.ok(status == 400 and duty.get("/api/v1/cases?ledger=inspection&limit=1")["total"] == before, f"one bad field: no case at all: {status}")
    real = duty.post("/api/v1/ledgers/inspection/draw", ask)
    tap.ok(same(dry, real) and duty.get("/api/v1/cases?ledger=inspection&limit=1")["total"] == before + len(real["drawn"]), "the draw opens what the dry one said")
    tap.ok(same(recompute(server.folder, real), real), "the server's draw is computed again without it")
    other = recompute(server.folder, real, seed="another seed")
    tap.ok(other["drawn"] != real["drawn"] and other["input_hash"] == real["input_hash"], "another seed draws others from the same lists")
    tap.ok(all(t["within"] for t in real["tiers"]) and sum(t["drawn"] for t in real["tiers"]) == len(real["drawn"]), "the realised rate of every tier is within one object")
    case = duty.get(f"/api/v1/cases/{real['drawn'][0]['case']}")
    values = {f["id"]: f.get("value") for f in case["fields"]} if isinstance(case["fields"], list) else case["fields"]
    tap.ok(ask["seed"] in json.dumps(values, ensure_ascii=False) and real["drawn"][0]["tier"] in json.dumps(values, ensure_ascii=False), "the case tells its seed and tier")
    status, again = duty.call("POST", "/api/v1/ledgers/inspection/draw", ask)
    tap.ok(status == 409 and again["error"]["code"] == "draw.seed_used", "a seed is used once")
    status, none = duty.call("POST", "/api/v1/ledgers/zero/draw", ask)
    tap.ok(status == 404, "a ledger without a draw has none")


def urlquote(text):
    from urllib.parse import quote
    return quote(text)


def exceedances(client, site):
    """Begin, end, limit of the findings of hours above a limit at a site."""
    found = client.get(f"/api/v1/findings?site={site}&limit=200")["findings"]
    return [f for f in found if "hour" in f["rule"] or "exceed" in f["rule"]]


def permit_case(client, enterprise):
    for c in client.get("/api/v1/cases?ledger=permit&limit=100")["cases"]:
        case = client.get(f"/api/v1/cases/{c['id']}")
        if enterprise in json.dumps(case["fields"], ensure_ascii=False):
            return c["id"]
    return None


def wait_for(what, seconds=60):
    end = time.time() + seconds
    while time.time() < end:
        if what():
            return True
        time.sleep(0.2)
    return False


def limits_of(client, site, factor):
    return [(x["from"], x["to"], x["upper"]) for x in client.get(f"/api/v1/sites/{site}")["limits"] if x["factor"] == factor]


def test_permit(server, supervisor):
    sites = {s["code"]: s["id"] for s in supervisor.get("/api/v1/sites")["sites"]}
    chem = sites["chem-out"]
    got = limits_of(supervisor, chem, "w01018")
    tap.ok([x[2] for x in got][-2:] == [80, 60] and got[-2][1] < got[-1][0], f"H01 the permit's two limits follow one another: {got}")
    number = permit_case(supervisor, "chem")
    before = exceedances(supervisor, chem)
    rows = [{"outlet": "chem-out", "factor": "化学需氧量", "limit": 80, "unit": "mg/L", "from": got[-2][0], "clause": "排污许可证副本"},
            {"outlet": "chem-out", "factor": "化学需氧量", "limit": 60, "unit": "mg/L", "from": got[-1][0], "clause": "排污许可证副本"}]
    new = rows + [{"outlet": "chem-out", "factor": "w01018", "limit": 20, "unit": "mg/L", "from": "2026-11-20", "clause": "第二次变更"}]
    supervisor.post(f"/api/v1/cases/{number}/actions", {"action": "change", "fields": {"limits": new, "reason": "试验"}})
    ok = wait_for(lambda: any(x[2] == 20 for x in limits_of(supervisor, chem, "w01018")))
    tap.ok(ok, f"H01 the change holds without a restart: {limits_of(supervisor, chem, 'w01018')}")
    wait_for(lambda: len(exceedances(supervisor, chem)) > len(before))
    after = exceedances(supervisor, chem)
    fresh = [f for f in after if f["id"] not in {b["id"] for b in before}]
    tap.ok(fresh and all(f["from"] >= "2026-11-20" for f in fresh), f"H01 hours from that day on are judged by it: {[(f['from'], f['to']) for f in fresh]}")
    kept = {b["id"]: (b["from"], b["to"], b["title"]) for b in before}
    tap.ok(kept and all((f["from"], f["to"], f["title"]) == kept[f["id"]] for f in after if f["id"] in kept), f"H01 the {len(kept)} findings of earlier hours stay what they were")
    cases = supervisor.get(f"/api/v1/sites/{chem}")["permit"]
    tap.ok(cases and cases["id"] == number and cases["number"], f"H01 the site tells its permit: {cases}")
    return chem, number


def middle(ring):
    return [sum(p[0] for p in ring) / len(ring), sum(p[1] for p in ring) / len(ring)]


def test_grid(server, duty):
    cover = duty.get("/api/v1/ledgers/grid/coverage")
    tap.ok(cover["complete"] and cover["cells"] == 24 and not cover["flaws"] and abs(cover["covered_m2"] - cover["bound_m2"]) < 100,
           f"the demo's cells tile the city: {cover['cells']} cells, {cover['bound_m2'] / 1e6:.1f} km2")
    cases = [duty.get(f"/api/v1/cases/{c['id']}") for c in duty.get("/api/v1/cases?ledger=grid&limit=100")["cases"]]
    leaf = next(c for c in cases if c["fields"]["leaf"])
    x, y = leaf["fields"]["range"][0]
    fields = {"title": "重复网格", "code": "X-1", "level": "三级", "leaf": True, "range": [[x - .02, y - .02], [x + .02, y - .02], [x + .02, y + .02], [x - .02, y + .02]],
              "problem": "巡查", "owner": "gov-lingang", "supervisor": "bureau", "person": "lingang", "members": ["甲", "乙"], "tasks": ["每周"], "assessment": "按月"}
    new = duty.post("/api/v1/cases", {"ledger": "grid", "fields": fields})["id"]
    status, refused = duty.call("POST", f"/api/v1/cases/{new}/actions", {"action": "begin", "fields": {}})
    tap.ok(status == 409 and "重叠" in refused["error"]["message"], f"a leaf over another does not begin: {refused['error']['message']}")
    sea = duty.post("/api/v1/cases", {"ledger": "grid", "fields": {**fields, "code": "X-2", "range": [[122.0, 34.0], [122.1, 34.0], [122.1, 34.1]]}})["id"]
    status, _ = duty.call("POST", f"/api/v1/cases/{sea}/actions", {"action": "begin", "fields": {}})
    outside = duty.get("/api/v1/ledgers/grid/coverage")
    tap.ok(status == 200 and outside["complete"] and [f["kind"] for f in outside["flaws"]] == ["outside"], "one elsewhere does, and is shown to lie outside")
    duty.post(f"/api/v1/cases/{leaf['id']}/actions", {"action": "dissolve", "fields": {"reason": "试验"}})
    gap = duty.get("/api/v1/ledgers/grid/coverage")
    hole = [f for f in gap["flaws"] if f["kind"] == "gap"]
    tap.ok(not gap["complete"] and len(hole) == 1 and 1e7 < hole[0]["m2"] < 1e9, f"a dissolved cell leaves a gap: {hole}")
    done = subprocess.run([PROGRAM, "ledger", "grid", "--data", server.data], capture_output=True, text=True, check=False, timeout=60)
    tap.ok(done.returncode == 1 and "缺口" in done.stdout, "bihuan ledger grid says so without the server")
    return cases


def test_patrol(server, cases):
    lingang = server.client("lingang")
    cell = next(c for c in cases if c["fields"]["leaf"] and "临港" in c["title"])
    lon, lat = middle(cell["fields"]["range"])
    fields = {"cell": cell["number"], "owner": "gov-lingang", "supervisor": "bureau", "person": "甲", "title": "巡查", "finding": "未发现问题", "problem": "正常"}

    def track(*points):
        return [{"at": f"2026-11-19 09:{m:02d}:00", "lon": round(lon + dx, 6), "lat": round(lat + dy, 6)} for m, dx, dy in points]
    for name, given, ok in [("a walk is taken", track((0, 0, 0), (10, .004, 0), (20, .008, .002)), True),
                            ("an impossible speed is not", track((0, 0, 0), (1, .1, 0)), False),
                            ("the same point again and again is not", track((0, 0, 0), *[(i, .001, 0) for i in range(1, 30)]), False)]:
        status, answer = lingang.call("POST", "/api/v1/cases", {"ledger": "patrol", "fields": {**fields, "track": given}})
        tap.ok((status == 200) == ok, f"patrol: {name}: {status} {'' if ok else answer['error']['message']}")


def test_person(client):
    """A12: who was responsible is found by name, with the post of the day, whatever he is now."""
    found = client.get("/api/v1/cases?ledger=accountability&q=" + urlquote("戊示例"))["cases"]
    case = client.get(f"/api/v1/cases/{found[0]['id']}") if len(found) == 1 else None
    tap.ok(case is not None and any(p["name"] == "戊示例" and p["post"] == "北屏县水务站站长" for p in case["fields"]["persons"]), f"a person's case is found with the post held then: {len(found)}")
    tap.ok(case is not None and "调任" in json.dumps(case["events"], ensure_ascii=False), "and the later change of post stands in its history")
    tap.ok(not client.get("/api/v1/cases?ledger=accountability&q=" + urlquote("无此人"))["cases"], "nobody is found who is not there")


def main():
    with Server(today=TODAY, demo_args=["--history-days", "70"], serve_args=["--test-clock", TODAY]) as server:
        tap.ok(run("check", "--data", server.data).returncode == 0, "the demo's cases are the sum of their events")
        test_draw(server, server.client("duty"))
        chem, _ = test_permit(server, server.client("supervisor"))
        test_patrol(server, test_grid(server, server.client("duty")))
        test_person(server.client("leader"))
        tap.ok(run("check", "--data", server.data).returncode == 0, "and the chain holds after all of it")
        server.stop()
        server.start()
        tap.ok(any(x[2] == 20 for x in limits_of(server.client("duty"), chem, "w01018")), "and the permit holds after a restart")
    tap.exit()


main()
