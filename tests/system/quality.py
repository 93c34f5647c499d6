#!/usr/bin/env python3
"""What is missing, of which kind, and what contradicts itself, with real processes and frames: each of the four kinds and each consistency
mark is caused once, seen in the answers, and still there after a restart; a reviewer's opinion and its withdrawal change the rates, and
what was known earlier can be asked for."""
import datetime
import json
import os
import time

from _bihuan import Server, Tap, run
from _line import Line

TODAY = "2026-11-20T08:00"
tap = Tap()


def at(text):
    return datetime.datetime.fromisoformat(text)


def stamp(when):
    return f"{when:%Y%m%d%H%M%S}"


def main():
    server = Server(today=TODAY, demo_args=["--history-days", "3", "--no-cases"], serve_args=["--test-clock", TODAY])
    with open(os.path.join(server.data, "city.json"), encoding="utf-8") as f:
        city = {s["code"]: s for s in json.load(f)["sites"]}
    with server:
        duty = server.client("duty")
        ids = {s["code"]: s["id"] for s in duty.get("/api/v1/sites")["sites"]}
        chem, air, stack = ids["chem-out"], ids["yunxi-town"], ids["power-stack-2"]

        def advance(hours):
            duty.post("/api/v1/test/clock", {"advance_s": int(hours * 3600)})

        def kinds(site, factor, begin, end, client=duty):
            tree = client.get(f"/api/v1/sites/{site}/series?factor={factor}&period=hour&from={begin}&to={end}")
            return [p[4] if len(p) > 4 else None for p in tree["points"]]

        def marks(site):
            return server.client("duty").get(f"/api/v1/sites/{site}/marks")["marks"]

        # the simulator: maintenance, a stopped plant, hours that were not measured; a stack that converts to another reference
        with open(os.path.join(server.data, "scenario.json"), encoding="utf-8") as f:
            scenario = json.load(f)
        scenario["sites"]["power-stack-2"]["o2_ref"] = 3
        scenario["events"] = [
            {"site": "chem-out", "factor": "w01018", "from": "2026-11-20T08:00", "to": "2026-11-20T09:00", "flag": "M"},
            {"site": "chem-out", "from": "2026-11-20T09:00", "to": "2026-11-20T10:00", "flag": "F"},
            {"site": "chem-out", "from": "2026-11-20T10:10", "to": "2026-11-20T12:00", "silent": True},
            {"site": "chem-out", "factor": "w21003", "from": "2026-11-19T00:00", "to": "2026-11-21T12:00", "set": 3.3},
            {"site": "yunxi-town", "factor": "a34004", "from": "2026-11-20T08:00", "to": "2026-11-20T09:00", "set": 901},
            {"site": "yunxi-town", "factor": "a21026", "from": "2026-11-20T09:00", "to": "2026-11-20T10:00", "set": -3}]
        path = os.path.join(server.data, "quality.json")
        with open(path, "w", encoding="utf-8") as f:
            json.dump(scenario, f)
        advance(30)  # 21 November, 14:00
        run("sim", "--to", f"127.0.0.1:{server.devices}", "--city", os.path.join(server.data, "city.json"), "--scenario", path, "--air",
            os.path.join(server.data, "replay.csv.gz"), "--from", "2026-11-20T08:00", "--until", "2026-11-21T14:00", "--sites",
            "chem-out,yunxi-town,power-stack-2")
        advance(0)
        got = kinds(chem, "w01018", "2026-11-20T08:00", "2026-11-20T13:00")
        tap.ok(got == ["invalid", "excepted", "not_sent", "not_sent", "valid"], f"invalid by its flag, excepted by F, not sent: {got}")
        found = {m["check"]: m for m in reversed(marks(air))}
        pm = next((m for m in marks(air) if m["time"].startswith("2026-11-20T08")), {})
        tap.ok("PM2.5 901" in pm.get("text", ""), f"PM2.5 above PM10: {pm}")
        tap.ok("-3" in found.get("negative", {}).get("text", "") and found["negative"]["certainty"] == "from memory",
               f"negative, with how sure the rule is: {found.get('negative')}")
        found = [m for m in marks(stack) if m["check"] == "converted"]
        tap.ok(len(found) > 20 and "基准氧 6 %" in found[0]["text"], f"converted to another reference: {found[:1]}")
        found = [m for m in marks(chem) if m["check"] == "constant"]
        tap.ok(found and "均为 3.3" in found[0]["text"], f"the same value for a day and more: {found[:1]}")
        rules = [f for f in duty.get("/api/v1/findings")["findings"] if f["rule"] == "site.marks"]
        tap.ok(any("折算值" in f["title"] for f in rules), "marks that repeat are findings")

        # frames: an hour whose real-time values came, a part that never came, a frame that came damaged
        line = Line(server, city["chem-out"], 32)
        now = at("2026-11-21T14:30:00")
        advance(0.5)
        line.send(2011, f"DataTime={stamp(now)};w01018-Rtd=40,w01018-Flag=N", now)
        advance(1)  # 15:30; hour 14 is never sent
        line.send(2061, "DataTime=20261121150000;w01001-Avg=7", at("2026-11-21T16:00:01"), pnum=(2, 1))
        advance(2.1)  # 17:36
        line.send(2061, "DataTime=20261121160000;w01018-Avg=40", at("2026-11-21T17:00:01"), damage=True, wait=False)
        line.send(2011, "DataTime=20261121145000;w01018-Rtd=40,w01018-Flag=N", at("2026-11-21T14:50:00"))
        time.sleep(7)  # the engine looks at the gateway every five seconds
        advance(1)  # 18:36
        end = time.monotonic() + 90  # the rest of a split upload is waited for a minute
        while time.monotonic() < end:
            lost = kinds(chem, "w01018", "2026-11-21T14:00", "2026-11-21T18:00")
            if lost[1] == "lost":
                break
            time.sleep(2)
        tap.ok(lost == ["lost", "lost", "lost", "not_sent"], f"measured, a part missing, damaged; and one of which nothing is known: {lost}")

        # frames that contradict themselves
        line.send(2061, "DataTime=20261121170000;w01018-Cou=99,w01018-Min=50,w01018-Avg=40,w01018-Max=60;w00000-Avg=10,w00000-Cou=36",
                  at("2026-11-21T18:00:02"))
        for m in range(0, 60, 10):
            line.send(2051, f"DataTime=202611211 8{m:02d}00;w01018-Avg=40,w01018-Cou=1".replace(" ", ""), at("2026-11-21T18:30:00"))
        line.send(2061, "DataTime=20261121180000;w01018-Avg=60,w01018-Cou=9", at("2026-11-21T18:36:00"))
        for i in range(6):
            line.send(2011, f"DataTime=2026112118{40 + i}00;w01018-Rtd=40", at("2026-11-21T18:45:00") + datetime.timedelta(seconds=i))
        line.close()
        advance(0)
        found = {m["check"] for m in marks(chem)}
        want = {"order", "total", "hour-mean", "hour-sum", "clock", "constant"}
        tap.ok(want <= found, f"each mark of its own: {sorted(found)}")
        text = next(m["text"] for m in marks(chem) if m["check"] == "hour-mean")
        tap.ok("小时均值 60；6 个分钟值的平均为 40" in text, f"a sentence with its values: {text}")

        # opinions
        reviewer = server.client("duty")

        def rate(known=None):
            query = "/api/v1/quality?site=%d&from=2026-11-20T08:00&to=2026-11-21T18:00" % chem
            one = duty.get(query + (f"&known={known}" if known else ""))["sites"][0]
            f = next(f for f in one["factors"] if f["factor"] == "w01018")
            return f["counts"], {r["id"]: r["value"] for r in f["rates"]}

        before, rates = rate()
        tap.ok(before["lost"] == 3 and before["expected"] == 34, f"the four kinds with the calendar below: {before}")
        tap.ok(abs(rates["effective"] - 100 * before["valid"] / (34 - before["excepted"])) < 0.01, f"transmission × validity: {rates}")
        stood = duty.get("/api/v1/about")["clock"]["now"]
        advance(1)
        opinion = {"site": "chem-out", "factor": "w01018", "kind": "excepted", "from": "2026-11-20T10:00", "to": "2026-11-20T12:00",
                   "reason": "停电检修", "reference": "临环函〔2026〕7号"}
        for bad, code in [({**opinion, "reference": ""}, "bad_input"), ({**opinion, "factor": "a34004"}, "bad_input"),
                          ({**opinion, "to": "2026-11-20T09:00"}, "bad_input"), ({**opinion, "kind": "perhaps"}, "bad_input")]:
            status, answer = reviewer.call("POST", "/api/v1/reviews", bad)
            tap.ok(status == 400 and answer["error"]["code"] == code, f"refused: {answer['error']['message']}")
        status, _ = server.client("chem").call("POST", "/api/v1/reviews", opinion)
        tap.ok(status == 403, "the enterprise may not review its own data")
        number = reviewer.post("/api/v1/reviews", opinion)["id"]
        got = kinds(chem, "w01018", "2026-11-20T10:00", "2026-11-20T12:00")
        tap.ok(got == ["excepted"] * 2, f"an opinion holds at once: {got}")
        counts, _ = rate()
        tap.ok(counts["excepted"] == before["excepted"] + 2 and counts["not_sent"] == before["not_sent"] - 2, f"and in the rates: {counts}")
        counts, _ = rate(stood.replace("+", "%2B"))
        tap.ok(counts == before, f"the rate as it stood before: {counts}")

        # a restart forgets nothing of it
        clock = duty.get("/api/v1/about")["clock"]["now"]
        server.stop()
        server.serve_args = ["--test-clock", clock[:19]]
        server.start()
        duty = reviewer = server.client("duty")
        again = kinds(chem, "w01018", "2026-11-21T14:00", "2026-11-21T17:00", duty)
        tap.ok(again == ["lost"] * 3, f"lost stays lost after a restart: {again}")
        tap.ok(want - {"clock"} <= {m["check"] for m in marks(chem)}, "the marks are drawn again from the records")
        reviews = duty.get(f"/api/v1/reviews?site={chem}")["reviews"]
        tap.ok(len(reviews) == 1 and reviews[0]["by"] == "duty" and reviews[0]["reference"] == "临环函〔2026〕7号", f"the review: {reviews}")
        duty.post(f"/api/v1/reviews/{number}/withdraw", {"reason": "文件有误"})
        status, _ = duty.call("POST", f"/api/v1/reviews/{number}/withdraw", {"reason": "again"})
        tap.ok(status == 409, "it is withdrawn once")
        got = kinds(chem, "w01018", "2026-11-20T10:00", "2026-11-20T12:00", duty)
        tap.ok(got == ["not_sent"] * 2, f"withdrawn, it holds no more: {got}")
        tap.ok(duty.get(f"/api/v1/reviews?site={chem}")["reviews"][0]["withdrawn"]["reason"] == "文件有误", "and stays in the list")

        # quality control: comparisons are opinions, too
        river = ids["bixi-up"]
        for i in range(20):
            duty.post("/api/v1/reviews", {"site": river, "kind": "qc_failed" if i < 4 else "qc_passed", "from": f"2026-11-20T{i:02d}:00",
                                          "to": f"2026-11-20T{i:02d}:30", "reason": "标样比对"})
        one = duty.get(f"/api/v1/quality?site={river}")["sites"][0]
        qc = next(r for r in one["rates"] if r["id"] == "qc")
        tap.ok((qc["over"], qc["under"], qc["value"], qc["passes"]) == (16, 20, 80, False), f"16 of 20 comparisons fail 85 %: {qc}")

        # load: what is missing is substituted beside it, and only where the rule's conditions are met
        def load_of(code="w01018"):
            answer = duty.get(f"/api/v1/sites/{chem}/load?from=2026-11-20&to=2026-11-21&each=day")
            return answer, next(f for f in answer["factors"] if f["factor"] == code)

        answer, load = load_of()
        tap.ok(load["kg"] and load["by_flow"] and load["counts"]["expected"] == 24, f"load by mean × flow where no total was sent: {load}")
        tap.ok(answer["substitution"]["id"] == "HJ356-2019-substitute" and answer["substitution"]["certainty"] == "from memory", f"by which rule: {answer['substitution']}")
        tap.ok(load["kg_with"] == load["kg"] and load["filled"] == load["no_history"] == 0, f"20 of 23 hours make a valid day: {load}")
        opinion = duty.post("/api/v1/reviews", {"site": chem, "factor": "w01018", "kind": "invalid", "from": "2026-11-20T12:00", "to": "2026-11-20T22:00", "reason": "漂移"})["id"]
        _, less = load_of()
        tap.ok(less["kg"] < load["kg"] and less["kg_with"] == less["kg"] and (less["filled"], less["no_history"]) == (0, 1),
               f"a day too short, and no check passed before it: it stays missing: {less}")
        tap.ok(len(less["parts"]) == 1 and less["parts"][0]["kg"] == less["kg"], f"its parts make the whole: {less['parts']}")
        status, _ = duty.call("GET", f"/api/v1/sites/{chem}/load?each=week")
        tap.ok(status == 400, "parts are days or months")
        duty.post(f"/api/v1/reviews/{opinion}/withdraw", {"reason": "测试"})


try:
    main()
except Exception as why:  # pylint: disable=broad-except
    tap.ok(False, f"{type(why).__name__}: {why}")
tap.exit()
