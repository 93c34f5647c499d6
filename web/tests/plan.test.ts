import { describe, expect, it } from "vitest";
import { base64, branches, nextUndecided, partsTotal, undecided, usualWay, caseFields } from "@/lib/plan";
import type { Target } from "@/api/types";

describe("a target's parts", () => {
  it("add up, or make a weighted mean, to the millionth", () => {
    expect(partsTotal("sum", [{ region: "甲", value: 0.1 }, { region: "乙", value: 0.2 }])).toBe(0.3);
    expect(partsTotal("mean", [{ region: "甲", value: 33, weight: 2 }, { region: "乙", value: 36, weight: 1 }])).toBe(34);
  });
  it("are unfinished without a name, a number or a weight", () => {
    expect(partsTotal("sum", [])).toBeNull();
    expect(partsTotal("sum", [{ region: " ", value: 1 }])).toBeNull();
    expect(partsTotal("mean", [{ region: "甲", value: 1, weight: 1 }, { region: "乙", value: 1 }])).toBeNull();
  });
  it("add up for amounts and are averaged for shares and concentrations", () => {
    expect(usualWay({ unit: "万吨" } as Target)).toBe("sum");
    expect(usualWay({ unit: "%" } as Target)).toBe("mean");
    expect(usualWay({ unit: "微克/立方米" } as Target)).toBe("mean");
  });
});

describe("the way through a plan", () => {
  const list = (["confirmed", "read", "rejected", "doubt", "task"] as const).map((state, id) => ({ id, state }) as Target);
  it("goes to the next that nobody has looked at, and round to the first", () => {
    expect(nextUndecided(list, 1)?.id).toBe(3);
    expect(nextUndecided(list, 4)?.id).toBe(1);
    expect(nextUndecided(list, -1)?.id).toBe(1);
  });
  it("ends when all are decided, and does not stay where it is", () => {
    expect(nextUndecided(list.filter((x) => !undecided(x)), 0)).toBeUndefined();
    expect(nextUndecided([list[1]!], 0)).toBeUndefined();
  });
});

it("a file is sent as base64", async () => {
  expect(await base64(new Blob([new Uint8Array([0, 255, 128, 65])]))).toBe("AP+AQQ==");
});

describe("the list under its headings", () => {
  const at = (start: number, ...path: string[]) => ({ id: start, start, path: path.length ? path : null }) as Target;
  const heads = (list: Target[]) => branches(list).map((b) => b.heads.map((h) => `${h.level} ${h.title} ${h.count}`));
  it("names a heading once, where it opens, with all that stands below it", () => {
    expect(heads([at(1, "一、水", "（一）管网"), at(2, "一、水", "（一）管网"), at(3, "一、水", "（二）泵站"), at(4, "二、气")])).toEqual([
      ["0 一、水 3", "1 （一）管网 2"], ["1 （二）泵站 1"], ["0 二、气 1"],
    ]);
  });
  it("comes back to a heading without its branch", () => {
    expect(branches([at(1, "一、水"), at(2, "一、水", "1.管网"), at(3, "一、水")]).map((b) => [b.heads.length, b.items.length])).toEqual([[1, 1], [1, 1], [0, 1]]);
  });
  it("puts what a person added where its text stands, and old plans under none", () => {
    const list = branches([at(1, "一、水"), at(9, "二、气"), at(5)]);
    expect(list.map((b) => b.items.map((x) => x.id))).toEqual([[1, 5], [9]]);
    expect(heads([at(1), at(2)])).toEqual([[]]);
    expect(branches([])).toEqual([]);
  });
});

describe("a task as a case", () => {
  const units = [{ code: "eeb", name: "生态环境局" }, { code: "wb", name: "市水务局" }];
  const task = { id: 1, kind: "task", state: "confirmed", quote: "完成改造", verb: "完成", object: "管网改造", value: 12, unit: "公里", start: 0, end: 4 } as unknown as Target;
  it("takes unit and date from its words", () => {
    const f = caseFields({ ...task, owner: "江北市生态环境局", supervisor: "市水务局", by: "2026年6月底前" }, units);
    expect(f).toMatchObject({ title: "完成管网改造12公里", owner: "eeb", supervisor: "wb", due: "2026-06-30" });
  });
  it("leaves undefined what they do not give", () => {
    const f = caseFields({ ...task, owner: "某公司", by: "年底前" }, units);
    expect([f.owner, f.supervisor, f.due]).toEqual([undefined, undefined, undefined]);
  });
});
