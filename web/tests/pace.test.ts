import { describe, expect, it } from "vitest";
import type { SituationRow } from "@/api/types";
import { isEmission, lampOf, monthsOf, verdictOf } from "@/lib/pace";

function row(verdict: string, behind: boolean, pace?: boolean | null): SituationRow {
  return { behind, progress: { bound: true, verdict }, pace: pace === undefined ? null : { behind: pace } } as unknown as SituationRow;
}
describe("verdicts of the sheet", () => {
  it("follow the pace where there is one", () => {
    expect(verdictOf(row("on_track", true, true))).toBe("behind");
    expect(verdictOf(row("behind", false, false))).toBe("on_track");
    expect(verdictOf(row("impossible", true, false))).toBe("impossible");
    expect(verdictOf(row("behind", true))).toBe("behind");
    expect(verdictOf(row("cannot_judge", false, null))).toBe("cannot_judge");
  });
  it("have a lamp each", () => {
    expect([row("met", false), row("behind", true), row("impossible", true), row("cannot_judge", false)].map(lampOf)).toEqual(["green", "yellow", "red", "grey"]);
  });
});
describe("a pace as months", () => {
  it("takes the ends of months, leap years too", () => {
    const got = monthsOf([{ by: "2028-02-29", value: 5 }, { by: "2028-03-15", value: 9 }, { by: "2028-12-31", value: 100 }], 2028);
    expect(got[1]).toBe(5);
    expect(got[2]).toBeUndefined();
    expect(got[11]).toBe(100);
  });
});
it("knows targets on emissions", () => {
  expect(isEmission({ progress: { bound: true, indicator: "emission.nox" } } as unknown as SituationRow)).toBe(true);
  expect(isEmission(row("met", false))).toBe(false);
});
