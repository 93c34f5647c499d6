#!/usr/bin/env python3
"""Draws the demo city's map: demo/geo/{regions,rivers,sea}.geojson. All of it is invented; the place lies in open water.

Districts share their borders: every border is one arc, roughened once by midpoint displacement (seeded by the arc's name), and the
polygons are rings of arcs. Run it again and the same files come out.
"""
import json
import math
import os
import random

OUT = os.path.join(os.path.dirname(__file__), "..", "demo", "geo")

NODE = {
    "A": (123.05, 35.95), "B": (123.62, 36.08), "C": (124.13, 36.00), "C2": (124.09, 35.88), "E": (123.99, 35.76), "F": (123.88, 35.665),
    "G1": (123.66, 35.715), "G2": (123.77, 35.715), "H": (123.60, 35.635), "I1": (123.645, 35.55), "J": (123.82, 35.505),
    "J2": (123.87, 35.47), "K": (123.74, 35.38), "L": (123.52, 35.29), "M2": (123.33, 35.27), "M": (123.14, 35.24),
    "N": (123.02, 35.50), "W1": (123.04, 35.75), "X1": (123.36, 35.775), "X2": (123.57, 35.83), "X3": (123.78, 35.80),
    "Q": (123.42, 35.575),
}
# name: (nodes on the way, roughness)
ARC = {
    "north1": ("A B", .05), "north2": ("B C", .05), "coast_ne": ("C C2 E", .10), "coast_island": ("E F G2 G1", .17),
    "bay": ("G1 H I1", .15), "coast_port": ("I1 J J2 K L M2", .13), "coast_sw": ("M2 M", .12), "west": ("M N W1", .06),
    "west_n": ("W1 A", .06), "mid1": ("W1 X1", .07), "mid2": ("X1 X2", .07), "b_x2": ("X2 B", .07),
    "ridge": ("X2 X3 E", .07), "x2_g1": ("X2 G1", .08), "x1_q": ("X1 Q", .07), "q_i1": ("Q I1", .08), "q_m2": ("Q M2", .07),
}
REGION = [
    ("wanghai", "望海区", "Wanghai", ["mid2", "x2_g1", "bay", "-q_i1", "-x1_q"], (123.50, 35.705)),
    ("lingang", "临港区", "Lingang", ["q_i1", "coast_port", "-q_m2"], (123.60, 35.44)),
    ("qingyu", "青屿区", "Qingyu", ["ridge", "coast_island", "-x2_g1"], (123.80, 35.755)),
    ("yunxi", "云溪区", "Yunxi", ["mid1", "x1_q", "q_m2", "coast_sw", "west"], (123.20, 35.52)),
    ("dongzhou", "东洲县", "Dongzhou", ["b_x2", "north2", "coast_ne", "-ridge"], (123.85, 35.92)),
    ("beiping", "北屏县", "Beiping", ["west_n", "north1", "-b_x2", "-mid2", "-mid1"], (123.30, 35.90)),
]
RIVER = [
    ("bixi", "碧溪河", "Bixi River", [(123.22, 35.97), (123.31, 35.90), (123.36, 35.82), (123.44, 35.74), (123.52, 35.68), (123.60, 35.637)]),
    ("yunlin", "云临河", "Yunlin River", [(123.08, 35.68), (123.17, 35.60), (123.27, 35.52), (123.40, 35.47), (123.55, 35.43), (123.72, 35.40), (123.75, 35.385)]),
    ("dongzhou", "东洲河", "Dongzhou River", [(123.70, 36.03), (123.80, 35.97), (123.90, 35.93), (124.00, 35.89), (124.07, 35.88)]),
]


def rough(a, b, roughness, rng, depth):
    """Points strictly between a and b."""
    if depth == 0:
        return []
    length = math.hypot(b[0] - a[0], b[1] - a[1])
    shift = rng.gauss(0, roughness * length)
    mid = ((a[0] + b[0]) / 2 - (b[1] - a[1]) / length * shift, (a[1] + b[1]) / 2 + (b[0] - a[0]) / length * shift)
    return rough(a, mid, roughness, rng, depth - 1) + [mid] + rough(mid, b, roughness, rng, depth - 1)


def line(points, name, roughness, depth):
    rng = random.Random("bihuan " + name)
    out = [points[0]]
    for a, b in zip(points, points[1:]):
        out += rough(a, b, roughness, rng, depth) + [b]
    return [[round(x, 4), round(y, 4)] for x, y in out]


def shore(arcs):
    """The sea: along the coast from the north-east to the south-west, then round by open water."""
    coast = []
    for arc in ("coast_ne", "coast_island", "bay", "coast_port", "coast_sw"):
        coast += arcs[arc] if not coast else arcs[arc][1:]
    return coast + [[123.05, 34.4], [125.2, 34.4], [125.2, 36.8], [124.30, 36.8], coast[0]]


def main():
    arcs = {k: line([NODE[n] for n in nodes.split()], k, r, 5) for k, (nodes, r) in ARC.items()}
    regions = []
    for code, name, name_en, ring, label in REGION:
        points = []
        for arc in ring:
            part = arcs[arc.lstrip("-")][::-1] if arc.startswith("-") else arcs[arc]
            assert not points or points[-1] == part[0], (code, arc, points[-1], part[0])
            points += part if not points else part[1:]
        assert points[0] == points[-1], code
        area = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, points[1:]))
        if area < 0:
            points.reverse()
        regions.append({"type": "Feature", "properties": {"code": code, "name": name, "name_en": name_en, "label": label},
                        "geometry": {"type": "Polygon", "coordinates": [points]}})
    rivers = [{"type": "Feature", "properties": {"code": c, "name": n, "name_en": e},
               "geometry": {"type": "LineString", "coordinates": line(p, c, .09, 3)}} for c, n, e, p in RIVER]
    sea = [{"type": "Feature", "properties": {"name": "碧湾", "name_en": "Biwan Bay", "label": [123.74, 35.60]},
            "geometry": {"type": "Polygon", "coordinates": [shore(arcs)]}}]
    for name, features in (("regions", regions), ("rivers", rivers), ("sea", sea)):
        with open(os.path.join(OUT, name + ".geojson"), "w", encoding="utf-8") as f:
            json.dump({"type": "FeatureCollection", "features": features}, f, ensure_ascii=False, separators=(",", ":"))
            f.write("\n")


main()
