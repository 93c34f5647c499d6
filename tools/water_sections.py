#!/usr/bin/env python3
"""Prints simulated river and lake sections with their class, judged here a second time and another way than in src/standard: the limits are
typed anew, in decimal arithmetic. tests/unit/standard/water_sections.csv is its output; the unit test compares.
    tools/water_sections.py > tests/unit/standard/water_sections.csv"""
import random
from decimal import Decimal as D

LIMITS = {  # GB 3838-2002 table 1, classes I to V
    "do": ["7.5", "6", "5", "3", "2"],
    "codmn": ["2", "4", "6", "10", "15"],
    "nh3n": ["0.15", "0.5", "1.0", "1.5", "2.0"],
    "tp": {"river": ["0.02", "0.1", "0.2", "0.3", "0.4"], "lake": ["0.01", "0.025", "0.05", "0.1", "0.2"]},
}
PLACES = {"ph": 2, "do": 2, "codmn": 2, "nh3n": 3, "tp": 3}
NAMES = ["I", "II", "III", "IV", "V", "V+"]


def item_class(item, value, body):
    if item == "ph":
        return 0 if D(6) <= value <= D(9) else 5
    limits = [D(x) for x in (LIMITS[item][body] if item == "tp" else LIMITS[item])]
    inside = [value >= x if item == "do" else value <= x for x in limits]
    return inside.index(True) if True in inside else 5


def value_of(rng, item, body):
    limits = LIMITS.get(item)
    limits = limits[body] if item == "tp" else limits
    if rng.random() < 0.04:
        return None
    if item == "ph":
        text = rng.choice(["6", "9", "5.99", "9.01", f"{rng.uniform(5.8, 9.2):.2f}"])
    elif rng.random() < 0.3:  # exactly on a limit, or one last digit beside it
        text = str(D(rng.choice(limits)) + rng.choice([0, 1, -1]) * D(10) ** -PLACES[item])
    else:
        text = f"{rng.uniform(0, float(limits[rng.randrange(5)]) * 1.3):.{PLACES[item]}f}"
    return D(text)


def main():
    rng = random.Random(3838)
    print("section,body,ph,do,codmn,nh3n,tp,class")
    for n in range(1, 401):
        body = rng.choice(["river", "river", "lake"])
        values = {item: value_of(rng, item, body) for item in PLACES}
        worst = [item_class(k, v, body) for k, v in values.items() if v is not None]
        print(f"simulated-{n}", body, *("" if v is None else v for v in values.values()), NAMES[max(worst)] if worst else "", sep=",")


main()
