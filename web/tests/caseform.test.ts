import { describe, expect, it } from "vitest";
import type { Need } from "@/api/types";
import { asGiven, clockOrder, empty, fault, fieldsNamed, forSending, isRequired, lineLength, readCoordinates, readRows, readTrack, ringArea, textChanges } from "@/lib/caseform";
import { draftKey, dropDraft, readDraft, writeDraft } from "@/lib/draft";

const need = (type: string, more: Partial<Need> = {}): Need => ({ id: "x", label: "项", label_en: "Item", type, required: false, ...more });

describe("what is required", () => {
  const when = need("list", { required_when: { field: "truth", is: ["属实", "部分属实"] } });
  it.each([
    [need("text", { required: true }), {}, {}, true],
    [need("text", { required: undefined }), {}, {}, true], // a dialog's own field
    [need("text"), {}, {}, false],
    [when, { truth: "属实" }, {}, true],
    [when, { truth: "不属实" }, {}, false],
    [when, {}, { truth: "部分属实" }, true], // the case's own value
    [when, { truth: "不属实" }, { truth: "属实" }, false], // what is typed goes before it
    [need("text", { required_when: { field: "f", is: [true] } }), { f: true }, {}, true],
    [need("text", { required_when: { field: "f", is: [false] } }), {}, {}, false],
  ])("%#", (n, values, ofCase, want) => expect(isRequired(n, values, ofCase)).toBe(want));
});
describe("what is wrong with a value", () => {
  const number = need("number", { min: 0, max: 10, decimals: 2 });
  const rows = need("rows", { columns: [need("text", { id: "a", required: true, label: "名" }), need("number", { id: "b", min: 0 })] });
  it.each<[Need, unknown, string | null]>([
    [number, 3.25, null], [number, -1, "min"], [number, 11, "max"], [number, 3.251, "decimals"], [number, 0, null],
    [need("text", { most: 3 }), "一二三", null], [need("text", { most: 3 }), "一二三四", "most"], [need("text", { most: 2 }), "😀😀", null],
    [need("text", { required: true }), "  ", "required"], [need("flag", { required: true }), false, null], [need("number", { required: true }), 0, null],
    [need("area"), [[1, 1], [2, 2]], "points"], [need("area"), [[1, 1], [2, 2], [3, 1]], null],
    [need("goal"), { text: "好" }, null], [need("goal"), { indicator: "source.hour", site: "s", factor: "f", op: "in", value: 3, window: 4 }, "goal"],
    [rows, [{}, {}], null], [need("rows", { required: true }), [{}], "required"], [rows, [{ b: 1 }], "row"], [rows, [{ a: "x", b: -1 }], "row"], [rows, [{ a: "x", b: 1 }, {}], null],
  ])("%# %s", (n, v, want) => expect(fault(n, { x: v })?.key ?? null).toBe(want));
  it("the same unit twice", () => expect(fault(need("unit", { differs_from: "owner" }), { x: "a", owner: "a" })?.key).toBe("same"));
});
it("only what was filled in is sent, as its kind wants it", () => {
  const needs = [need("goal", { id: "goal" }), need("text", { id: "t" }), need("number", { id: "n" }), need("flag", { id: "f" }), need("rows", { id: "r", columns: [need("text", { id: "a" })] }), need("evidence", { id: "e" }), need("number", { id: "c", computed: true })];
  expect(forSending(needs, { goal: "达标", t: " a ", n: 0, f: false, r: [{ a: "1" }, {}, { a: "" }], e: [{ kind: "照片", text: "x", files: [1] }, { kind: "照片", text: " " }], c: 5, other: 1 })).toEqual({
    goal: { text: "达标" }, t: "a", n: 0, f: false, r: [{ a: "1" }], e: [{ kind: "照片", text: "x", files: [1] }],
  });
  expect(empty({ a: "", b: [] })).toBe(true);
});
it("a refusal is shown at the field it names", () => {
  const needs = [need("unit", { id: "owner", label: "责任单位", label_en: "Owner" }), need("date", { id: "due", label: "时限" }), need("text", { id: "title", label: "标题" })];
  expect(fieldsNamed("缺少必填项：责任单位（owner）、时限（due）", needs)).toEqual(["owner", "due"]);
  expect(fieldsNamed("标题（title）：须为文字", needs)).toEqual(["title"]);
  expect(fieldsNamed("缺少必填项：时限", needs)).toEqual(["due"]);
  expect(fieldsNamed("missing: Owner (owner)", needs)).toEqual(["owner"]);
  expect(fieldsNamed("没有连接", needs)).toEqual([]);
});
describe("coordinates", () => {
  it.each([
    ["120.38, 36.06", [[120.38, 36.06]]],
    ["36.06, 120.38", [[120.38, 36.06]]], // latitude first
    ["120.1 36.1; 120.2 36.1\n120.2 36.2", [[120.1, 36.1], [120.2, 36.1], [120.2, 36.2]]],
    ["POLYGON((120.1 36.1,120.2 36.1,120.2 36.2,120.1 36.1))", [[120.1, 36.1], [120.2, 36.1], [120.2, 36.2]]],
    ["[[120.1,36.1],[120.2,36.1]]", [[120.1, 36.1], [120.2, 36.1]]],
    ["120.38", null], ["望海路88号", null], ["1, 2, 3", null], ["200, 95", null],
  ])("%s", (text, want) => expect(readCoordinates(text)).toEqual(want));
  it("a track is in the order of its times", () => {
    expect(readTrack("2026-03-01 09:05, 120.2, 36.2\n2026-03-01 09:00, 120.1, 36.1")).toEqual([{ at: "2026-03-01T09:00", lon: 120.1, lat: 36.1 }, { at: "2026-03-01T09:05", lon: 120.2, lat: 36.2 }]);
    expect(readTrack("120.2, 36.2")).toBeNull();
  });
  it("sizes", () => {
    // a square of 0.01° at 36° N: 1.1119 km by 0.8996 km
    expect(ringArea([[120, 36], [120.01, 36], [120.01, 36.01], [120, 36.01]]) / 1e6).toBeCloseTo(1.0002, 2);
    expect(lineLength([[120, 36], [120, 36.01]])).toBeCloseTo(1111.95, 0);
  });
});
it("rows copied from a table, with and without its heading", () => {
  const columns = [need("text", { id: "outlet", label: "排放口" }), need("number", { id: "limit", label: "限值" }), need("date", { id: "from", label: "生效" }), need("flag", { id: "on", label: "启用" })];
  expect(readRows("限值\t排放口\t生效\n1,200\tDW001\t2026/3/1\n", columns)).toEqual([{ limit: 1200, outlet: "DW001", from: "2026-03-01" }]);
  expect(readRows("DW001\t80\t2026年3月1日\t是\n\nDW002\tx\t\t否", columns)).toEqual([{ outlet: "DW001", limit: 80, from: "2026-03-01", on: true }, { outlet: "DW002", limit: "x", on: false }]);
});
it("an edit of a text is found where it was made", () => {
  const p = textChanges("2026年底前完成31家整治", "2027年底前完成28家整治");
  expect(p.filter((x) => x.kind !== "new").map((x) => x.text).join("")).toBe("2026年底前完成31家整治");
  expect(p.filter((x) => x.kind !== "gone").map((x) => x.text).join("")).toBe("2027年底前完成28家整治");
  expect(p.filter((x) => x.kind === "gone").map((x) => x.text)).toEqual(["2026", "31"]);
  expect(textChanges("同", "同")).toEqual([{ text: "同", kind: "same" }]);
});
it("a case's value goes back into a form", () => {
  expect(asGiven(need("unit"), { id: 3, code: "chem", name: "海湾化工" })).toBe("chem");
  expect(asGiven(need("rows", { columns: [need("unit", { id: "u" }), need("number", { id: "n" })] }), [{ u: { code: "a" }, n: 2 }])).toEqual([{ u: "a", n: 2 }]);
  expect(asGiven(need("case"), { id: 1, number: "ZG-1" })).toBe("ZG-1");
  expect(asGiven(need("text"), null)).toBeUndefined();
});
it("limits that run stand first, the nearest before the others", () => {
  const k = (id: string, deadline: string | null, stopped: string | null) => ({ id, deadline, stopped, from: null });
  expect(clockOrder([k("s", "2026-01-01", "x"), k("late", "2026-05-01", null), k("none", null, null), k("soon", "2026-04-01", null)]).map((x) => x.id)).toEqual(["soon", "late", "none", "s"]);
});
describe("drafts", () => {
  const m = new Map<string, string>();
  const store = { getItem: (k: string) => m.get(k) ?? null, setItem: (k: string, v: string) => void m.set(k, v), removeItem: (k: string) => void m.delete(k) } as unknown as Storage;
  it("are one person's and go when they are empty, sent or old", () => {
    const key = draftKey("duty", "new", "complaint");
    expect(draftKey("leader", "new", "complaint")).not.toBe(key);
    writeDraft(key, { problem: "气味" }, store);
    expect(readDraft(key, store)?.values).toEqual({ problem: "气味" });
    writeDraft(key, { problem: "" }, store);
    expect(readDraft(key, store)).toBeNull();
    store.setItem(key, JSON.stringify({ at: Date.now() - 40 * 86_400_000, values: { a: 1 } }));
    expect(readDraft(key, store)).toBeNull();
    store.setItem(key, "{broken");
    expect(readDraft(key, store)).toBeNull();
    dropDraft(key, store);
    expect(m.size).toBe(0);
  });
});
