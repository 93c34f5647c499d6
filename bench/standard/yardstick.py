#!/usr/bin/env python3
"""The same work as bench_standard, written straightforwardly with numpy (Debian: python3-numpy), one core.

usage: build/bench/standard/bench_standard --write FILE 100; python3 bench/standard/yardstick.py FILE 100

Reads int32 tenths (station, item, hour; -1 missing) and prints one JSON line with values/s and the same digests, so that both can be
seen to compute the same. Doubles are enough here because the input has whole numbers (CO: tenths).
"""
import json
import sys
import time

import numpy as np

ITEMS = ["so2", "no2", "co", "o3", "pm10", "pm25"]
IAQI = np.array([0, 50, 100, 150, 200, 300, 400, 500], float)
HOUR = {"so2": [0, 150, 500, 650, 800], "no2": [0, 100, 200, 700, 1200, 2340, 3090, 3840], "co": [0, 5, 10, 35, 60, 90, 120, 150],
        "o3": [0, 160, 200, 300, 400, 800, 1000, 1200], "pm10": [0, 50, 120, 250, 350, 420, 500, 600],
        "pm25": [0, 35, 60, 115, 150, 250, 350, 500]}
DAY = {**HOUR, "so2": [0, 50, 150, 475, 800, 1600, 2100, 2620], "no2": [0, 40, 80, 180, 280, 565, 750, 940],
       "co": [0, 2, 4, 14, 24, 36, 48, 60], "o3": [0, 100, 160, 215, 265, 800]}
LIMIT_DAY = {"so2": 150, "no2": 80, "co": 4, "o3": 160, "pm10": 120, "pm25": 60}
LIMIT_YEAR = {"so2": 60, "no2": 40, "pm10": 60, "pm25": 30}
STANDARD = {"so2": 60, "no2": 40, "co": 4, "o3": 160, "pm10": 60, "pm25": 30}
P = {"so2": 98, "no2": 98, "pm10": 95, "pm25": 95, "co": 95, "o3": 90}
MONTHS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


def sub_index(value, points, decimals):
    """Rounded half to even, between the points, always up; missing stays NaN."""
    points = np.array(points, float)
    c = np.round(value, decimals)
    i = np.clip(np.searchsorted(points, c, side="left"), 1, len(points) - 1)
    lo, hi = points[i - 1], points[i]
    up = IAQI[i - 1] + (IAQI[i] - IAQI[i - 1]) * (c - lo) / (hi - lo)
    up = np.ceil(np.round(up, 9))
    return np.where(c > points[-1], IAQI[len(points) - 1], up)


def aqi(columns, tables):
    """AQI with the rule of HJ 633-2026 5.3.1: with an item missing only when above 100."""
    all_ = np.stack([sub_index(v, tables[k], 1 if k == "co" else 0) for k, v in columns.items()])
    missing = np.isnan(all_).any(axis=0)
    with np.errstate(all="ignore"):
        top = np.nanmax(np.where(np.isnan(all_), -1, all_), axis=0)
    return np.where((top < 0) | (missing & (top <= 100)), np.nan, top)


def days_of(hours, item):
    """Day means with 20 hours; ozone: the largest 8 h mean of 17 windows, 14 valid or above the limit."""
    by_day = hours.reshape(-1, 24)
    have = ~np.isnan(by_day)
    filled = np.where(have, by_day, 0)
    if item != "o3":
        n = have.sum(axis=1)
        return np.where(n >= 20, filled.sum(axis=1) / np.maximum(n, 1), np.nan)
    sums = np.stack([filled[:, i:i + 8].sum(axis=1) for i in range(17)])
    counts = np.stack([have[:, i:i + 8].sum(axis=1) for i in range(17)])
    means = np.where(counts >= 6, sums / np.maximum(counts, 1), np.nan)
    windows = (counts >= 6).sum(axis=0)
    top = np.nanmax(np.where(np.isnan(means), -1, means), axis=0)
    return np.where((windows >= 14) | (np.round(top) > 160), top, np.nan)


def percentile(days, p):
    v = np.sort(days[~np.isnan(days)])
    k = (len(v) - 1) * p / 100
    s = int(k)
    return v[s] if s + 1 >= len(v) else v[s] + (v[s + 1] - v[s]) * (k - s)


def judge_year(days, item):
    """Statistic for the ranking, and whether the item attains."""
    ok = ~np.isnan(days)
    month = np.add.reduceat(ok, np.concatenate([[0], np.cumsum(MONTHS)[:-1]]))
    valid = ok.sum() >= 324 and (month >= np.where(np.arange(12) == 1, 25, 27)).all()
    mean, top = days[ok].mean(), percentile(days, P[item])
    attains = round(top, 1 if item == "co" else 0) <= LIMIT_DAY[item] and (item not in LIMIT_YEAR or round(mean) <= LIMIT_YEAR[item])
    return mean, top, valid and attains


def main():
    stations = int(sys.argv[2])
    raw = np.fromfile(sys.argv[1], np.int32).reshape(stations, 6, 8760)
    data = np.where(raw < 0, np.nan, raw / 10.0)
    begin = time.perf_counter()
    sums = dict.fromkeys(["hours", "hour_aqi", "days", "day_aqi", "good_days", "items_attained", "pm25_means"], 0)
    index = np.zeros(stations)
    for s in range(stations):
        hourly = aqi({k: data[s, i] for i, k in enumerate(ITEMS)}, HOUR)
        days = {k: days_of(data[s, i], k) for i, k in enumerate(ITEMS)}
        daily = aqi(days, DAY)
        sums["hours"] += int((~np.isnan(hourly)).sum())
        sums["hour_aqi"] += int(np.nansum(hourly))
        sums["days"] += int((~np.isnan(daily)).sum())
        sums["day_aqi"] += int(np.nansum(daily))
        sums["good_days"] += int((daily <= 100).sum())
        for k in ITEMS:
            mean, top, attains = judge_year(days[k], k)
            sums["items_attained"] += int(attains)
            c = round(top, 1 if k == "co" else 0) if k in ("co", "o3") else round(mean, 1 if k == "pm25" else 0)
            index[s] += round(c / STANDARD[k], 2)
            if k == "pm25":
                sums["pm25_means"] += int(round(mean * 10))
    ranks = 1 + np.searchsorted(np.sort(np.round(index, 2)), np.round(index, 2), side="left")
    sums["ranks"] = int((ranks * (np.arange(stations) % 97 + 1)).sum())
    seconds = time.perf_counter() - begin
    print(json.dumps({"bench": "standard-numpy", "stations": stations, "values": raw.size, "seconds": round(seconds, 3),
                      "values_per_s": round(raw.size / seconds), **sums}))


main()
