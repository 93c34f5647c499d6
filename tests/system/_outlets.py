"""Outlets of the demo city that the tests play: their devices send hour by hour as time goes on, with troubles planted at known times."""
import datetime
import json
import os

from _bihuan import run

SITES = {"chem-out": ("chem", "w01018", 80), "paper-out": ("paper", "w01018", 60)}  # unit, factor, limit


def goal_of(site, window=24):
    """A goal that the data answer: so many hours in a row within the limit."""
    _, factor, limit = SITES[site]
    return {"text": f"连续{window}小时化学需氧量不高于{limit} mg/L", "indicator": "source.hour", "site": site, "factor": factor, "op": "<=",
            "value": limit, "unit": "mg/L", "window": window, "period": "hour"}


class Outlets:
    """Moves the server's clock and sends what was due meanwhile."""

    def __init__(self, server, api, start, sites):
        self.server, self.api, self.sites = server, api, list(sites)
        self.now, self.events = datetime.datetime.fromisoformat(start), []

    def exceed(self, site, at, hours, value):
        """Planted: from `at` on the site's factor has this value."""
        until = at + datetime.timedelta(hours=hours)
        self.events.append({"site": site, "factor": SITES[site][1], "from": at.isoformat()[:16], "to": until.isoformat()[:16], "set": value})

    def play(self, hours, silent=()):
        """The clock first, so that nothing comes from the future; then the devices, but for those that are silent; then one more look."""
        with open(os.path.join(self.server.data, "scenario.json"), encoding="utf-8") as f:
            scenario = json.load(f)
        scenario["events"] = self.events
        path = os.path.join(self.server.data, "played.json")
        with open(path, "w", encoding="utf-8") as f:
            json.dump(scenario, f)
        begin, self.now = self.now, self.now + datetime.timedelta(hours=hours)
        self.api.post("/api/v1/test/clock", {"advance_s": hours * 3600})
        speaking = [s for s in self.sites if s not in silent]
        if speaking:
            run("sim", "--to", f"127.0.0.1:{self.server.devices}", "--city", os.path.join(self.server.data, "city.json"), "--scenario", path,
                "--from", begin.isoformat()[:16], "--until", self.now.isoformat()[:16], "--sites", ",".join(speaking))
        self.api.post("/api/v1/test/clock", {"settle": True})
