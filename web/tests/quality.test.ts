import { describe, expect, it } from "vitest";
import type { SeriesPoint } from "@/api/types";
import { opinionFault, usable, wholeHours } from "@/lib/quality";

const good = { factor: "", kind: "invalid", from: "2026-11-20T08:00:00", to: "2026-11-20T09:00:00", reason: "校准", reference: "" };

describe("an opinion", () => {
  it.each([
    [{}, ""],
    [{ to: good.from }, "review.need.span"],
    [{ from: "" }, "review.need.span"],
    [{ reason: "  " }, "review.need.reason"],
    [{ kind: "excepted" }, "review.need.reference"],
    [{ kind: "excepted", reference: "7号" }, ""],
  ])("%o", (change, fault) => expect(opinionFault({ ...good, ...change })).toBe(fault));
  it("covers whole hours", () => {
    const h = 3600_000;
    expect(wholeHours(h + 1, 2 * h - 1)).toEqual([h, 2 * h]);
    expect(wholeHours(h, h)).toEqual([h, 2 * h]);
    expect(wholeHours(h, 3 * h)).toEqual([h, 3 * h]);
  });
});
describe("a value", () => {
  it.each<[SeriesPoint, boolean]>([
    [[0, 1, "N", "1"], true],
    [[0, 1, "M", "1"], false],
    [[0, 1, "M", "1", "valid"], true], // a reviewer took it as good
    [[0, 1, "N", "1", "invalid"], false],
    [[0, 1, "N", "1", "excepted"], false],
  ])("%j", (p, is) => expect(usable(p)).toBe(is));
});
