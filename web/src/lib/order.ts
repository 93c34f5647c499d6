/* An order as the duty desk follows it: when it was sent, when its unit signed for it, when it first answered. All of it is read from the chain of events. */
import type { Case, CaseEvent, LedgerDefinition } from "@/api/types";

export interface Steps { sent: string; receipt: string | null; feedback: string | null; late: boolean; waits: number }
/* Ledgers that have a clock for signing give one day (definitions/ledgers/letter.lua, reduction_order.lua); the others are held to the same. */
export const receiptHours = 24;

const byOwner = (def: LedgerDefinition, id: string) => def.actions.some((a) => a.id === id && a.by.includes("owner"));
/* The owner's step out of a ledger's first state, if it has one: without it nothing is signed for. */
export const receipts = (def: LedgerDefinition) => def.actions.filter((a) => a.to && a.by.includes("owner") && a.from.includes(def.states[0])).map((a) => a.id);

export function steps(c: Pick<Case, "opened" | "clocks" | "closed">, events: CaseEvent[], def: LedgerDefinition, now: number): Steps {
  const signs = receipts(def);
  const at = events.findIndex((e) => signs.includes(e.action));
  const receipt = at < 0 ? null : events[at].at;
  const feedback = at < 0 ? null : (events.slice(at + 1).find((e) => byOwner(def, e.action) && !signs.includes(e.action))?.at ?? null);
  const hours = (now - Date.parse(c.opened)) / 3_600_000;
  const clock = c.clocks?.find((k) => k.id === "sign" && !k.stopped);
  const late = !receipt && !c.closed && (clock ? clock.light === "red" : hours > receiptHours);
  return { sent: c.opened, receipt, feedback, late, waits: hours };
}
/* What nobody signed for stands first, the longest waiting on top; then what was not answered; then the rest, newest first. */
export function orderRank(a: Steps, b: Steps): number {
  const stage = (s: Steps) => (s.late ? 0 : !s.receipt ? 1 : !s.feedback ? 2 : 3);
  return stage(a) - stage(b) || (stage(a) < 3 ? b.waits - a.waits : a.waits - b.waits);
}
