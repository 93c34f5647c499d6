import { describe, expect, it } from "vitest";
import type { Mark, SeriesPoint } from "@/api/types";
import { axis, hourStep, slots, spanOf } from "@/lib/grid";
import { reaches, type XY } from "@/lib/reach";
import { classParts } from "@/lib/water";

const h = (n: number) => Date.UTC(2026, 10, 20, n);
const limit = { upper: 50, lower: null };
const mark = (at: number, count: number): Mark => ({ check: "flat", title: "恒值", title_en: "flat", factor: "x", period: "hour", time: new Date(at).toISOString(), count, text: "", text_en: "", certainty: "confirmed" });

describe("the reviewer's grid", () => {
  const a: SeriesPoint[] = [[h(0), 10, "N", "10"], [h(1), 60, "N", "60"], [h(2), 5, "D", "5"], [h(3), null, "", null, "lost"]];
  const b: SeriesPoint[] = [[h(4), 1, "N", "1"]];
  it("has the periods of every factor, oldest first", () => expect(axis([b, a])).toEqual([h(0), h(1), h(2), h(3), h(4)]));
  it("never draws what did not come as valid", () => expect(slots(axis([a, b]), a, limit, [], hourStep, () => "").map((x) => x.kind)).toEqual(["valid", "valid", "invalid", "lost", "not_sent"]));
  it("judges only what is valid against the limit", () => expect(slots(axis([a]), [...a.slice(0, 2), [h(2), 99, "D", "99"], a[3]], limit, [], hourStep, () => "").map((x) => x.over)).toEqual([false, true, false, false]));
  it("puts a suspicion on all the periods it counts", () => expect(slots(axis([a]), a, null, [mark(h(1), 2)], hourStep, (m) => m.title).map((x) => x.marks.length)).toEqual([0, 1, 1, 0]));
  it("gives a span its last period whole, drawn either way", () => {
    expect(spanOf([h(0), h(1), h(2)], 2, 0, hourStep)).toEqual([h(0), h(3)]);
    expect(spanOf([h(0)], 0, 0, hourStep)).toEqual([h(0), h(1)]);
  });
});
describe("sections by class", () => {
  it("leaves out empty classes and says how many cannot be judged", () => {
    expect(classParts([0, 2, 3, 1, 0, 0], 8).map((x) => [x.name, x.n])).toEqual([["Ⅱ", 2], ["Ⅲ", 3], ["Ⅳ", 1], ["", 2]]);
    expect(classParts([0, 0, 0, 0, 0, 1], 1).map((x) => [x.name, x.colour])).toEqual([["劣Ⅴ", "#D64545"]]);
  });
});
describe("a river's reaches", () => {
  const line: XY[] = [[0, 0], [10, 0], [20, 0]];
  it("have the colour of the section below, the last one's to the mouth", () => {
    expect(reaches(line, [{ at: [15, 1], colour: "green" }, { at: [5, -1], colour: "blue" }])).toEqual([
      { line: [[0, 0], [5, 0]], colour: "blue" },
      { line: [[5, 0], [10, 0], [20, 0]], colour: "green" },
    ]);
  });
  it("is one without a colour where no section stands", () => expect(reaches(line, [])).toEqual([{ line, colour: "" }]));
  it("survives a section at the very source", () => expect(reaches(line, [{ at: [-3, 0], colour: "a" }, { at: [0, 0], colour: "b" }]).map((r) => r.colour)).toEqual(["b"]));
});
