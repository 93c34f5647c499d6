import { beforeEach, describe, expect, it } from "vitest";
import type { CaseSummary, FieldDefinition, LedgerDefinition } from "@/api/types";
import { worst } from "@/lib/cluster";
import { drill, drillFlow } from "@/lib/drill";
import { askFilter, dropView, favourites, narrowed, readFilter, sameFilter, savedViews, saveView, toggleFavourite, withFilter } from "@/lib/filter";
import { askedFields, bulkChoices, columnChoices, families, fieldCell, fieldText, placeOf, stateName, valueOf } from "@/lib/ledger";
import { addDays, addMonths, dayKind, isMonth, lastDay, monthGrid, months, weekday } from "@/lib/months";

const field = (id: string, type: string, more: Partial<FieldDefinition> = {}): FieldDefinition & { required: boolean } => ({ id, label: id, type, required: false, ...more });
const zero: LedgerDefinition = {
  id: "zero", title: "问题清零", title_en: "Clear-to-zero", family: "整改督察", group: "field",
  fields: [field("field", "choice", { choices: ["水", "气"] }), field("title", "text"), field("owner", "unit"), field("due", "date"), field("amount", "number", { unit: "t", decimals: 2 }), field("place", "point")],
  states: ["入库", "治理", "清零"], states_en: ["Listed", "Under way", "Cleared"], closed: "清零", columns: ["number", "field", "title", "gone"],
  actions: [
    { id: "accept", label: "接收", from: ["入库"], to: "治理", by: ["owner"] },
    { id: "regroup", label: "调整领域", from: ["入库", "治理"], to: null, by: ["office"] },
    { id: "reopen", label: "重开", from: ["清零"], to: "治理", by: ["office"] },
  ],
};
const one: CaseSummary = {
  id: 1, number: "QL-1", ledger: "zero", title: "排口", state: "入库", light: "red", owner: { id: 2, code: "U2", name: "水务局", name_en: "Water bureau" }, opened: "2026-01-02T00:00:00Z", due: "2026-03-01",
  days_left: -3, closed: null, closed_how: null, rebounds: 0, site: { id: 9, name: "站", lng: 120.1, lat: 36.2 }, goal_text: "不再溢流", fields: { amount: 1.5, place: { lon: 120.5, lat: 36.5 } },
};

describe("a filter lives in the address", () => {
  it("reads what is one and leaves the rest out", () => {
    expect(readFilter({ ledger: "zero", overdue: "true", open: "0", due_from: "2026-3-1", due_to: "2026-03-31", order: "title", page: "2", q: "", unit: ["a", "b"] })).toEqual({ ledger: "zero", overdue: "1", due_to: "2026-03-31" });
  });
  it("asks the server without what needs a person", () => {
    const f = readFilter({ ledger: "zero", light: "red", overdue: "1", at: "2026-03-01", owner: "U2" });
    expect(askFilter(f, true)).toEqual({ ledger: "zero", light: "red", owner: "U2", overdue: "true", at: "2026-03-01" });
    expect(askFilter(f, false)).toEqual({ ledger: "zero", light: "red" });
    expect(askFilter({ overdue: "1" }, false)).toEqual({ light: "red" });
  });
  it("tells a narrowed list from a whole ledger", () => {
    expect(narrowed({ ledger: "zero", order: "due", at: "2026-03-01" })).toBe(false);
    expect(narrowed({ ledger: "zero", state: "入库" })).toBeTruthy();
  });
  it("changes and compares", () => {
    const f = withFilter({ ledger: "zero", state: "入库" }, { state: null, light: "red", q: "" });
    expect(f).toEqual({ ledger: "zero", light: "red" });
    expect(sameFilter(f, { light: "red", ledger: "zero" })).toBe(true);
    expect(sameFilter(f, { ledger: "zero" })).toBe(false);
  });
});

describe("views and favourites are kept per person", () => {
  beforeEach(() => {
    const kept = new Map<string, string>();
    globalThis.localStorage = { getItem: (k: string) => kept.get(k) ?? null, setItem: (k: string, v: string) => void kept.set(k, v) } as unknown as Storage;
  });
  it("keeps, replaces and forgets", () => {
    expect(saveView("a", { name: "晚", filter: { light: "red" } })).toBe(true);
    saveView("a", { name: "晚", filter: { light: "yellow" } });
    saveView("b", { name: "他", filter: {} });
    expect(savedViews("a")).toEqual([{ name: "晚", filter: { light: "yellow" } }]);
    dropView("a", "晚");
    expect(savedViews("a")).toEqual([]);
    expect(savedViews("b")).toHaveLength(1);
  });
  it("is not confused by what else may stand there", () => {
    localStorage.setItem("bihuan.views.a", '[1,{"name":"x"},{"name":"y","filter":{"state":"s","evil":"1","at":"no"}}]');
    expect(savedViews("a")).toEqual([{ name: "y", filter: { state: "s" } }]);
    localStorage.setItem("bihuan.views.a", "{");
    expect(savedViews("a")).toEqual([]);
  });
  it("favourites stand in the order they were chosen", () => {
    toggleFavourite("a", "zero");
    toggleFavourite("a", "grid");
    expect(toggleFavourite("a", "zero")).toEqual(["grid"]);
    expect(favourites("a")).toEqual(["grid"]);
    expect(favourites("b")).toEqual([]);
  });
});

describe("a definition makes the list", () => {
  it("families in order, those without one last", () => {
    const l = (id: string, family?: string): LedgerDefinition => ({ ...zero, id, family });
    expect(families([l("a", "水"), l("b"), l("c", "气"), l("d", "水")]).map((f) => [f.name, f.ledgers.map((x) => x.id).join()])).toEqual([["水", "a,d"], ["气", "c"], ["", "b"]]);
  });
  it("columns: the number, the definition's, then state, light and time; the rest hidden, none twice, unknown ones left out", () => {
    const c = columnChoices(zero);
    expect(c.filter((x) => !x.hidden).map((x) => x.id)).toEqual(["number", "field", "title", "state", "light", "days_left"]);
    expect(new Set(c.map((x) => x.id)).size).toBe(c.length);
    expect(c.find((x) => x.id === "place")).toMatchObject({ hidden: true });
    expect(columnChoices({ ...zero, columns: [] }).filter((x) => !x.hidden).map((x) => x.id)).toEqual(["number", "title", "owner", "due", "state", "light", "days_left"]);
    expect(columnChoices(null)[0].id).toBe("number");
  });
  it("asks only for what the summary lacks", () => expect(askedFields(zero)).toEqual(["field", "due", "amount", "place"]));
  it("takes values from the summary or the fields", () => {
    expect(valueOf(one, zero.fields[2])).toBe(one.owner);
    expect(valueOf(one, zero.fields[4])).toBe(1.5);
    expect(valueOf(one, zero.fields[0])).toBe(null);
  });
  it.each<[string, Partial<FieldDefinition>, unknown, string]>([
    ["flag", {}, false, "否"], ["number", { unit: "吨", decimals: 2 }, 1.5, "1.5 吨"], ["number", {}, 0, "0"], ["date", {}, "2026-03-01", "2026-03-01"], ["list", {}, ["甲", "乙"], "甲、乙"],
    ["unit", {}, { id: 1, name: "水务局" }, "水务局"], ["case", {}, { id: 1, number: "QL-1", title: "排口" }, "QL-1 排口"], ["rows", {}, [{}, {}], "2 项"], ["track", {}, [1, 2, 3], "3 点"],
    ["point", {}, { lon: 120.5, lat: 36.25 }, "120.50000, 36.25000"], ["text", {}, "", "—"], ["text", {}, null, "—"], ["choice", {}, "中央督察", "中央督察"],
  ])("%s reads", (type, more, v, text) => expect(fieldText(field("x", type, more), v)).toBe(text));
  it("numbers stay numbers for an export", () => expect(fieldCell(zero.fields[4], 1.5)).toBe(1.5));
  it("a case is at its own point, else in the middle of its area, else at its site", () => {
    expect(placeOf(one, zero.fields)).toEqual([120.5, 36.5]);
    expect(placeOf({ ...one, fields: { range: [[0, 0], [2, 0], [2, 2], [0, 2]] } }, [field("range", "area")])).toEqual([1, 1]);
    expect(placeOf({ ...one, fields: {} }, zero.fields)).toEqual([120.1, 36.2]);
    expect(placeOf({ ...one, fields: {}, site: null }, zero.fields)).toBe(null);
  });
  it("offers for many what at least one may, what fits most first", () => {
    expect(bulkChoices(zero, ["入库", "入库", "治理"]).map((x) => [x.action.id, x.n])).toEqual([["regroup", 3], ["accept", 2]]);
    expect(bulkChoices(null, ["入库"])).toEqual([]);
  });
  it("names states", () => expect(stateName(zero, "治理")).toBe("治理"));
  it("the worst light stands for many", () => {
    expect(worst(["green", "yellow", "grey"])).toBe("yellow");
    expect(worst([])).toBe("grey");
  });
});

describe("months", () => {
  it.each([["2026-01", -1, "2025-12"], ["2026-12", 1, "2027-01"], ["2026-05", 14, "2027-07"]])("%s %i", (m, n, to) => expect(addMonths(m, n)).toBe(to));
  it.each([["2026-02", "2026-02-28"], ["2024-02", "2024-02-29"], ["2026-12", "2026-12-31"]])("%s ends", (m, d) => expect(lastDay(m)).toBe(d));
  it("the grid holds whole weeks from Monday", () => {
    const g = monthGrid("2026-11");
    expect([g[0][0], g[g.length - 1][6]]).toEqual(["2026-10-26", "2026-12-06"]);
    expect(monthGrid("2027-02")).toHaveLength(4); // begins on a Monday and has 28 days
    for (let m = "2024-01"; m < "2028-01"; m = addMonths(m, 1)) {
      const days = monthGrid(m).flat();
      expect(days.length % 7).toBe(0);
      expect(weekday(days[0])).toBe(1);
      expect(days.filter((d) => d.startsWith(m))).toHaveLength(Number(lastDay(m).slice(8)));
      days.forEach((d, i) => i && expect(d).toBe(addDays(days[i - 1], 1)));
    }
  });
  it("names months of a span", () => expect(months("2025-11", "2026-02")).toEqual(["2025-11", "2025-12", "2026-01", "2026-02"]));
  it.each([["2026-13", false], ["2026-00", false], ["2026-7", false], ["2026-07", true]])("%s is a month: %s", (m, yes) => expect(isMonth(m)).toBe(yes));
  it("an arrangement wins over the week", () => {
    expect(dayKind("2026-01-04", "work")).toBe("work");
    expect(dayKind("2026-01-04", undefined)).toBe("off");
    expect(dayKind("2026-01-02", "off")).toBe("off");
    expect(dayKind("2026-01-05", undefined)).toBe("work");
  });
});

describe("a figure opens its list", () => {
  const row = (key: string) => ({ key });
  it.each([
    ["state", "入库", "all", { ledger: "zero", state: "入库" }],
    ["unit", "U2", "overdue", { ledger: "zero", owner: "U2", overdue: "1" }],
    ["month", "2026-02", "open", { ledger: "zero", opened_from: "2026-02-01", opened_to: "2026-02-28", open: "1" }],
    ["closed", "2026-02", "closed_by_data", { ledger: "zero", closed_from: "2026-02-01", closed_to: "2026-02-28", closed_how: "data" }],
    ["due_day", "2026-02-03", "red", { ledger: "zero", due_from: "2026-02-03", due_to: "2026-02-03", light: "red" }],
    ["light", "red", "red", { ledger: "zero", light: "red" }],
  ] as const)("%s %s %s", (by, key, what, f) => expect(drill({ ledger: "zero" }, by, row(key), what)).toEqual(f));
  it("none where the list would be another", () => {
    expect(drill({ ledger: "zero" }, "unit", row(""), "all")).toBe(null);
    expect(drill({ ledger: "zero" }, "light", row("red"), "yellow")).toBe(null);
  });
  it("the sum keeps the filter", () => expect(drill({ ledger: "zero", q: "排口" }, "state", null, "rebounded")).toEqual({ ledger: "zero", q: "排口", rebounded: "1" }));
  it("a stock is the list of that day", () => {
    expect(drillFlow({ ledger: "zero" }, "水", "2026-03", "end", "2026-11-22")).toEqual({ ledger: "zero", group: "水", open: "1", at: "2026-03-31" });
    expect(drillFlow({ ledger: "zero" }, null, "2026-03", "begin", "2026-11-22")).toEqual({ ledger: "zero", open: "1", at: "2026-02-28" });
    expect(drillFlow({ ledger: "zero" }, null, "2026-11", "end", "2026-11-22")).toEqual({ ledger: "zero", open: "1" });
    expect(drillFlow({ ledger: "zero" }, "水", "2026-03", "out", "2026-11-22")).toEqual({ ledger: "zero", group: "水", closed_from: "2026-03-01", closed_to: "2026-03-31" });
  });
});
