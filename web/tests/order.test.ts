import { describe, expect, it } from "vitest";
import type { CaseClock, CaseEvent, LedgerDefinition } from "@/api/types";
import { orderRank, receipts, steps } from "@/lib/order";

const act = (id: string, by: string[], from: string[], to: string | null) => ({ id, label: id, by, from, to });
const def = { states: ["立案", "整改中"], actions: [act("accept", ["owner"], ["立案"], "整改中"), act("plan", ["owner", "supervisor"], ["立案", "整改中"], null), act("report", ["owner"], ["整改中"], null), act("stop", ["office"], ["整改中"], null)] } as unknown as LedgerDefinition;
const ev = (action: string, at: string) => ({ seq: 1, at, actor: "x", action }) as CaseEvent;
const opened = "2026-11-20T08:00:00+08:00";
const hours = (n: number) => Date.parse(opened) + n * 3_600_000;
const c = { opened, clocks: null, closed: null };

describe("an order at the duty desk", () => {
  it("is signed for by the owner's step out of the first state, not by a list of measures", () => expect(receipts(def)).toEqual(["accept"]));
  it("waits, and after a day without a receipt is late", () => {
    expect(steps(c, [ev("open", opened)], def, hours(23)).late).toBe(false);
    expect(steps(c, [ev("open", opened)], def, hours(25)).late).toBe(true);
  });
  it("follows the ledger's own clock for signing where there is one", () => {
    const clock = (light: string) => [{ id: "sign", stopped: null, light }] as unknown as CaseClock[];
    expect(steps({ ...c, clocks: clock("green") }, [ev("open", opened)], def, hours(40)).late).toBe(false);
    expect(steps({ ...c, clocks: clock("red") }, [ev("open", opened)], def, hours(2)).late).toBe(true);
  });
  it("counts as answered only what the owner does after signing", () => {
    const s = steps(c, [ev("open", opened), ev("plan", "t0"), ev("accept", "t1"), ev("stop", "t2"), ev("report", "t3")], def, hours(30));
    expect([s.receipt, s.feedback, s.late]).toEqual(["t1", "t3", false]);
  });
  it("stands before the others while nobody signed for it, the longest waiting first", () => {
    const of = (events: CaseEvent[], n: number) => steps(c, events, def, hours(n));
    const old = of([], 50), young = of([], 30), fresh = of([], 2), taken = of([ev("accept", "t1")], 60);
    expect([taken, fresh, young, old].sort(orderRank)).toEqual([old, young, fresh, taken]);
  });
});
