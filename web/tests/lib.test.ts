import { describe, expect, it } from "vitest";
import type { TargetProgress } from "@/api/types";
import { en } from "@/i18n/en";
import { zh } from "@/i18n/zh";
import * as zhCommon from "@/i18n/zh/common";
import * as zhDevice from "@/i18n/zh/device";
import * as zhDeal from "@/i18n/zh/deal";
import * as zhDraw from "@/i18n/zh/draw";
import * as zhField from "@/i18n/zh/field";
import * as zhGoals from "@/i18n/zh/goals";
import * as zhKeys from "@/i18n/zh/keys";
import { lastMonth, periodGroups } from "@/lib/period";
import * as zhLedger from "@/i18n/zh/ledger";
import * as zhLedgers from "@/i18n/zh/ledgers";
import * as zhRank from "@/i18n/zh/rank";
import * as zhMeasure from "@/i18n/zh/measure";
import * as zhCaseform from "@/i18n/zh/caseform";
import * as zhPublic from "@/i18n/zh/public";
import * as zhNotices from "@/i18n/zh/notices";
import * as zhPlan from "@/i18n/zh/plan";
import * as zhRules from "@/i18n/zh/rules";
import * as zhQuality from "@/i18n/zh/quality";
import { aqiColour, aqiLevel, inkOn, itemName } from "@/lib/aqi";
import { bulletScale, pairTargets } from "@/lib/bullet";
import { csv, csvCell, fileName } from "@/lib/csv";
import { count, duration, num, signed, trim, unit, range } from "@/lib/format";
import { withGaps } from "@/lib/series";
import { splitSpans } from "@/lib/spans";
import { clock, date, dateTime, iso, ms, short, startOfDay } from "@/lib/time";

describe("times are China's whatever the browser's zone", () => {
  it.each([
    ["2026-10-03T14:00:00+08:00", "2026-10-03 14:00"],
    ["2026-10-03T06:00:00Z", "2026-10-03 14:00"],
    ["2026-12-31T23:30:00+08:00", "2026-12-31 23:30"],
    ["2026-12-31", "2026-12-31 00:00"],
    [null, "—"],
    ["rubbish", "—"],
  ])("%s", (given, shown) => expect(dateTime(given).replace("— —", "—")).toBe(shown));
  it("writes with the offset and reads it back", () => {
    const at = ms("2026-01-01T00:00:00+08:00");
    expect(iso(at)).toBe("2026-01-01T00:00:00+08:00");
    expect(ms(iso(at))).toBe(at);
    expect(startOfDay(at + 5 * 3600_000)).toBe(at);
  });
  it("leaves out the date only for today", () => {
    const now = ms("2026-10-03T14:30:00+08:00");
    expect(short("2026-10-03T00:05:00+08:00", now)).toBe("00:05");
    expect(short("2026-10-02T23:05:00+08:00", now)).toBe("10-02 23:05");
    expect(short("2025-10-02T23:05:00+08:00", now)).toBe("2025-10-02");
    expect(clock(now, true)).toBe("14:30:00");
    expect(date(now)).toBe("2026-10-03");
  });
});

describe("numbers", () => {
  it("never shows a missing one as zero", () => {
    for (const f of [num, trim, signed, count]) expect(f(null)).toBe("—");
    expect(num(NaN, 1)).toBe("—");
    expect(num(0, 1)).toBe("0.0");
  });
  it("rounds, trims and signs", () => {
    expect(num(12.345, 1)).toBe("12.3");
    expect(trim(82.5, 1)).toBe("82.5");
    expect(trim(35, 2)).toBe("35");
    expect(signed(-0.8)).toBe("−0.8");
    expect(signed(1.25, 2)).toBe("+1.25");
    expect(signed(-0.001, 1)).toBe("0");
    expect(count(1284213)).toBe("1,284,213");
  });
  it("knows one sign for one unit", () => {
    expect(unit("微克/立方米")).toBe("µg/m³");
    expect(unit("吨")).toBe("吨");
    expect(unit(null)).toBe("");
  });
  it("says how long", () => {
    const u = { s: "s", min: "min", h: "h", d: "d" };
    expect(duration(2400, u)).toBe("2s");
    expect(duration(-95_000, u)).toBe("2min");
    expect(duration(93_211_000, u)).toBe("1.1d");
  });
});

describe("spans of a plan are cut by code points", () => {
  const join = (pieces: { text: string }[]) => pieces.map((p) => p.text).join("");
  it("is not moved by a character outside the basic plane", () => {
    const text = "𠮷祥里：PM2.5控制在35微克";
    const start = Array.from("𠮷祥里：").length;
    const pieces = splitSpans(text, [{ id: 1, start, end: start + Array.from("PM2.5控制在35").length }]);
    expect(pieces.map((p) => p.text)).toEqual(["𠮷祥里：", "PM2.5控制在35", "微克"]);
    expect(pieces[1]).toMatchObject({ ids: [1], first: [1] });
  });
  it("keeps overlapping and nested spans, the shortest last", () => {
    const pieces = splitSpans("abcdefghij", [{ id: 1, start: 0, end: 8 }, { id: 2, start: 2, end: 5 }, { id: 3, start: 4, end: 10 }]);
    expect(join(pieces)).toBe("abcdefghij");
    expect(pieces.map((p) => [p.text, p.ids])).toEqual([["ab", [1]], ["cd", [1, 2]], ["e", [1, 3, 2]], ["fgh", [1, 3]], ["ij", [3]]]);
    expect(pieces.filter((p) => p.first.includes(2))).toHaveLength(1);
  });
  it("bears spans beyond the text, empty and reversed ones", () => {
    const pieces = splitSpans("短文", [{ id: 1, start: 1, end: 99 }, { id: 2, start: 2, end: 2 }, { id: 3, start: 5, end: 3 }, { id: 4, start: -4, end: 1 }]);
    expect(pieces.map((p) => [p.text, p.ids])).toEqual([["短", [4]], ["文", [1]]]);
    expect(splitSpans("", [{ id: 1, start: 0, end: 3 }])).toEqual([]);
  });
});

describe("the bullet chart", () => {
  it("begins at zero where the figures are spread", () => {
    const b = bulletScale(34.2, 35, 33)!;
    expect(b.min).toBe(0);
    expect(b.value).toBeLessThan(b.must!);
    expect(b.stretch).toBeLessThan(b.value!);
  });
  it("begins higher, and says where, for ratios lying close together", () => {
    const b = bulletScale(80.6, 82, null)!;
    expect(b.min).toBeGreaterThan(60);
    expect(b.max).toBeLessThanOrEqual(100);
    expect(b.must! - b.value!).toBeGreaterThan(0.05);
  });
  it("draws nothing from nothing, and only the line when nothing is measured", () => {
    expect(bulletScale(null, null, null)).toBeNull();
    expect(bulletScale(null, 150, null)).toMatchObject({ value: null, min: 0 });
    expect(bulletScale(0, 0, null)).toMatchObject({ min: 0, max: 1, value: 0 });
  });
  it("pairs committed and stretch of one measure, and no others", () => {
    const t = (id: number, o: Partial<TargetProgress>) => ({ id, plan: 1, unit: "µg/m³", region: "全市", by: "2026", bound: "air.pm25.mean", progress: null, ...o }) as TargetProgress;
    const rows = pairTargets([t(1, { modality: "stretch" }), t(2, { modality: "must" }), t(3, { modality: "must", region: "临港区" }), t(4, { modality: "must" })]);
    expect(rows.map((r) => [r.must?.id ?? null, r.stretch?.id ?? null, r.main.id])).toEqual([[2, 1, 2], [3, null, 3], [4, null, 4]]);
  });
});

describe("CSV", () => {
  it("quotes what needs it and begins with a byte order mark", () => {
    expect(csv(["名称", "值"], [['a"b', 1.5], ["x,y", null], ["两\n行", true]])).toBe('\ufeff名称,值\r\n"a""b",1.5\r\n"x,y",\r\n"两\n行",true\r\n');
  });
  it.each([["=1+1", "'=1+1"], ["@sum", "'@sum"], ["-12.5", "-12.5"], ["+3", "+3"], ["-a", "'-a"], ["普通", "普通"]])("a text is never run as a formula: %s", (given, cell) => expect(csvCell(given)).toBe(cell));
  it("makes names a file system takes", () => expect(fileName("临港/1号炉", "a: b")).toBe("临港-1号炉_a-b"));
});

describe("AQI", () => {
  it.each([[0, 1], [50, 1], [51, 2], [150, 3], [151, 4], [300, 5], [301, 6], [500, 6]])("%i is level %i", (aqi, level) => expect(aqiLevel(aqi)).toBe(level));
  it("has the official colours, a readable ink, and no colour for what cannot be judged", () => {
    expect(aqiColour(75)).toBe("#FFFF00");
    expect(aqiColour(null)).toBe("");
    expect(inkOn("#FFFF00")).toBe("#111");
    expect(inkOn("#7E0023")).toBe("#fff");
    expect(itemName("pm25")).toBe("PM₂.₅");
    expect(itemName("o3_8h")).toBe("O₃-8h");
  });
});

describe("gaps", () => {
  const H = 3600_000;
  it("breaks an hour's line at a missing hour", () => {
    const out = withGaps([[0, 1, "N"], [H, 2, "N"], [3 * H, 4, "N"]], "hour");
    expect(out.map((p) => p[1])).toEqual([1, 2, null, 4]);
  });
  it("breaks a real-time line only at a pause, not at a jitter", () => {
    const out = withGaps([[0, 1, "N"], [60_000, 2, "N"], [125_000, 3, "N"], [600_000, 4, "N"]], "realtime");
    expect(out.map((p) => p[1])).toEqual([1, 2, 3, null, 4]);
    expect(withGaps([], "minute")).toEqual([]);
  });
});

describe("the message table", () => {
  const holes = (s: string) => [...s.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();
  it("has every text in both languages with the same blanks", () => {
    expect(Object.keys(en)).toEqual(Object.keys(zh));
    for (const k of Object.keys(zh) as (keyof typeof zh)[]) {
      expect(en[k], k).not.toBe("");
      expect(holes(en[k]), k).toEqual(holes(zh[k]));
      expect(/[\u4e00-\u9fff]/.test(en[k]), k).toBe(false);
    }
  });
});

describe("a limit as people write it", () => {
  it.each([
    [6, 9, "6–9"],
    [6, null, "≥ 6"],
    [null, 4, "≤ 4"],
    [0, 0.5, "0–0.5"],
    [undefined, undefined, ""],
  ])("%s to %s", (lower, upper, text) => expect(range(lower, upper)).toBe(text))
})

describe("messages", () => {
  it("names no key in two tables", () => {
    const tables = [zhCaseform.caseform, zhPublic.publicPage, zhCommon.common, zhDeal.deal, zhDevice.device, zhDraw.draw, zhField.field, zhGoals.goals, zhKeys.keys, zhLedger.ledger, zhLedgers.ledgers, zhMeasure.measure, zhNotices.notices, zhPlan.plan, zhQuality.quality, zhRank.rank, zhRules.rules];
    expect(tables.reduce((n, table) => n + Object.keys(table).length, 0)).toBe(Object.keys(zh).length);
  });
});

describe("periods of the rankings", () => {
  it("offers what has begun, newest first, and the last month that is over", () => {
    const groups = periodGroups("2026-11-22").map((g) => g.choices.map((c) => c.value));
    expect(groups[0].slice(0, 2)).toEqual(["2026-11", "2026-10"]);
    expect(groups[0]).toHaveLength(23);
    expect(groups[1].slice(0, 2)).toEqual(["2026-Q4", "2026-Q3"]);
    expect(groups[2]).toEqual(["2026-H2", "2026-H1", "2025-H2", "2025-H1"]);
    expect(periodGroups("2026-01-01")[1].choices.map((c) => c.value)).toEqual(["2026-Q1", "2025-Q4", "2025-Q3", "2025-Q2", "2025-Q1"]);
    expect(lastMonth("2026-01-31")).toBe("2025-12");
    expect(lastMonth("2026-11-01")).toBe("2026-10");
  });
});
