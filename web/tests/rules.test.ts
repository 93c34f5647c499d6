import { describe, expect, it } from "vitest";
import { compare, lines, unsure } from "@/lib/rules";

const old = { breakpoints: { pm25: { day: [0, 35, 75] }, so2: { day: [0, 50], above_hour: "day" } }, missing: "rest" };
const now = { breakpoints: { pm25: { day: [0, 35, 60], hour: "day" }, so2: { day: [0, 50], above_hour: 200 } }, missing: "above_100" };

describe("a rule set's figures", () => {
  it("are lines of a label and cells, whatever the shape", () => {
    expect(lines(old).map((l) => [l.path, l.cells.join(" ")])).toEqual([
      ["/breakpoints/so2/day", "0 50"], ["/breakpoints/so2/above_hour", "日"], ["/breakpoints/pm25/day", "0 35 75"], ["/missing", "按其余项目评价"],
    ]);
  });
  it("name list members by themselves, and ranges as ranges", () => {
    const got = lines({ items: [{ word: "ph", name: "pH", within: [[6, 9], [6, 9]] }, { word: "tp", name: "总磷", at_most: { lake: [0.01, false] } }] });
    expect(got.map((l) => [l.path, l.label.at(1), l.cells.join(" ")])).toEqual([["/items/ph/within", "pH", "6~9 6~9"], ["/items/tp/at_most/lake", "总磷", "0.01 —"]]);
  });
  it("stand beside another edition's, with what only one has in its place", () => {
    const pairs = compare(lines(old), lines(now));
    expect(pairs.map((p) => [p.path, p.same])).toEqual([
      ["/breakpoints/so2/day", true], ["/breakpoints/so2/above_hour", false], ["/breakpoints/pm25/day", false], ["/breakpoints/pm25/hour", false], ["/missing", false],
    ]);
    expect(pairs[3].a).toBeNull();
  });
});

describe("certainty", () => {
  it("marks what is not confirmed", () => {
    expect(["confirmed", "measured on published values", "", null].map(unsure)).toEqual([false, false, false, false]);
    expect(["single source", "from memory", "partly from memory", "derived"].map(unsure)).toEqual([true, true, true, true]);
  });
});
