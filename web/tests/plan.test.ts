import { describe, expect, it } from "vitest";
import { base64, partsTotal, usualWay } from "@/lib/plan";
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

it("a file is sent as base64", async () => {
  expect(await base64(new Blob([new Uint8Array([0, 255, 128, 65])]))).toBe("AP+AQQ==");
});
