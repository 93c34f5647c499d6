#!/usr/bin/env python3
"""The acceptance checks of tiered review, forecasts, warnings and radiation (docs/capabilities.md: C05, D06, D07, C08) on the running product."""
import json

from _bihuan import Server, Tap

TODAY = "2026-11-20T08:00"
tap = Tap()


def refused(api, method, path, body=None):
    """(status, code) of an answer that is a refusal."""
    status, answer = api.call(method, path, body)
    return status, answer["error"]["code"] if isinstance(answer, dict) and "error" in answer else ""


# ---- C05 ----

def test_c05(server, duty):
    """Three levels speak about the same hours of a station. The expected AQI of the day comes from this test's own reading of the raw hours."""
    operator, city, province = server.client("operator"), server.client("reviewer"), server.client("province")
    site = next(s["id"] for s in duty.get("/api/v1/sites?kind=air")["sites"] if s["code"] == "yunxi-town")
    day, factor = "2026-11-18", "a21004"
    series = f"/api/v1/sites/{site}/series?factor={factor}&period=hour&from={day}T00:00&to=2026-11-19T00:00"
    raw = duty.get(series)["points"]
    hour = [p[1] for p in raw]
    worst = max(range(22), key=lambda h: sum(v or 0 for v in hour[h:h + 3]))  # three hours, so that twenty and more are left
    span = {"from": f"{day}T{worst:02d}:00", "to": f"{day}T{worst + 3:02d}:00"}
    left = [v for h, v in enumerate(hour) if v is not None and not worst <= h < worst + 3]

    def published(known="", who=duty, at=site):
        return who.get(f"/api/v1/sites/{at}/published?day={day}" + (f"&known={known.replace('+', '%2B')}" if known else ""))

    def now():
        return duty.get("/api/v1/about")["clock"]["now"]

    def wait(hours=1):
        duty.post("/api/v1/test/clock", {"advance_s": int(hours * 3600)})

    mine = {who: api.get(f"/api/v1/reviews?site={site}")["my_level"] for who, api in
            (("operator", operator), ("city", city), ("province", province), ("chem", server.client("chem")), ("duty", duty))}
    tap.ok(mine == {"operator": 1, "city": 2, "province": 3, "chem": 0, "duty": 2}, f"C05 the level of each: {mine}")
    opinion = {"site": site, "factor": factor, "kind": "invalid", "reason": "采样管路漏气", **span}
    tap.ok(refused(server.client("chem"), "POST", "/api/v1/reviews", opinion) == (403, "auth.forbidden"), "C05 a polluter is of no level")
    tap.ok(refused(server.client("supervisor"), "POST", "/api/v1/reviews/preview", opinion)[0] == 403, "C05 nor is who has no part in it, not even to look ahead")

    first, value = now(), published()
    tap.ok(value["then"] == value["now"] and value["now"]["aqi"] is not None, f"C05 a day as published now is the day: {value['now']['aqi']}")
    # the operator's opinion is advice
    ahead = operator.post("/api/v1/reviews/preview", opinion)
    tap.ok(ahead["before"] == ahead["after"], "C05 before it is given, the page knows that an operator's mark moves nothing")
    wait()
    a = operator.post("/api/v1/reviews", opinion)["id"]
    tap.ok(published()["now"] == value["now"], "C05 and it does not")
    # the city decides
    ahead = city.post("/api/v1/reviews/preview", opinion)
    days = [{d["day"]: d for d in ahead[k]["days"]}[day] for k in ("before", "after")]
    valid = [[r["value"] for r in ahead[k]["months"][0]["quality"]["rates"] if r["id"] == "valid"][0] for k in ("before", "after")]
    means = [ahead[k]["months"][0]["means"][0] for k in ("before", "after")]
    tap.ok(days[0]["site"]["aqi"] == value["now"]["aqi"] > days[1]["site"]["aqi"] and valid[1] < valid[0] and means[1]["value"] < means[0]["value"],
           f"C05 what the city's mark would move: AQI {days[0]['site']} → {days[1]['site']}, valid rate {valid}, month mean {means[0]['value']} → {means[1]['value']}")
    tap.ok(published()["now"] == value["now"], "C05 looking ahead moves nothing")
    second = now()
    wait()
    b = city.post("/api/v1/reviews", {**opinion, "reference": "临环监〔2026〕9号"})["id"]
    marked = published()
    site_day = marked["now"]
    tap.ok(site_day["aqi"] == days[1]["site"]["aqi"] and abs(site_day["items"]["no2"]["value"] - sum(left) / len(left)) <= 0.5,
           f"C05 the city's mark moves the day by what was shown, which is what the {len(left)} hours left come to: {site_day['items']['no2']}")
    # the province overrides, then a lower level cannot
    third = now()
    wait()
    c = province.post("/api/v1/reviews", {**opinion, "kind": "valid", "reason": "复核原始记录，数据有效"})["id"]
    tap.ok(published()["now"] == value["now"], "C05 the province takes the hours as good again")
    fourth = now()
    wait()
    d = city.post("/api/v1/reviews", {**opinion, "reason": "仍认为无效"})["id"]
    tap.ok(published()["now"] == value["now"], "C05 a later mark of a lower level does not override it")
    tap.ok(refused(city, "POST", f"/api/v1/reviews/{c}/withdraw", {"reason": "x"}) == (403, "auth.forbidden"), "C05 nor does it take it back")
    # what a third-level reviewer has before them
    seen = [(r["id"], r["level"], r["by"], r["kind"], r["reason"], r["withdrawn"] is None) for r in province.get(f"/api/v1/reviews?site={site}")["reviews"]]
    want = [(d, 2, "reviewer", "invalid", "仍认为无效", True), (c, 3, "province", "valid", "复核原始记录，数据有效", True),
            (b, 2, "reviewer", "invalid", "采样管路漏气", True), (a, 1, "operator", "invalid", "采样管路漏气", True)]
    tap.ok(seen[:4] == want, f"C05 the third level sees every earlier opinion with level, person and reason: {seen[:4]}")
    fifth = now()
    wait()
    province.post(f"/api/v1/reviews/{c}/withdraw", {"reason": "依据不足"})
    tap.ok(published()["now"] == marked["now"], "C05 with the province's opinion taken back the city's holds")
    still = next(r for r in city.get(f"/api/v1/reviews?site={site}")["reviews"] if r["id"] == c)
    tap.ok(still["withdrawn"]["by"] == "province" and still["withdrawn"]["reason"] == "依据不足", "C05 an opinion taken back stays to be seen")
    # raw values, and any past moment
    again = duty.get(series)["points"]
    tap.ok([p[:3] for p in again] == [p[:3] for p in raw], "C05 the raw values are as they came")
    replay = [published(k)["then"] for k in (first, second, third, fourth, fifth, now())]
    tap.ok(replay == [value["now"], value["now"], marked["now"], value["now"], value["now"], marked["now"]],
           f"C05 the day as published at six moments: {[r['aqi'] for r in replay]}")
    noon = published("2026-11-18T12:00:00+08:00")["then"]
    tap.ok(noon.get("provisional") and "12 小时" in noon["reason"], f"C05 at noon of the day itself it stood as provisional: {noon['aqi']}")
    tap.ok(published(first, at=0)["then"]["aqi"] is not None, "C05 the same of the city")


def main():
    server = Server(today=TODAY, demo_args=["--history-days", "20", "--no-cases"], serve_args=["--test-clock", TODAY])
    with server:
        duty = server.client("duty")
        tap.row("C05", test_c05, server, duty)
    tap.exit()


if __name__ == "__main__":
    main()
