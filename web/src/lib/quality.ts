/* Words and checks of data quality that more than one page needs. */
import type { SeriesPoint, SlotKind } from "@/api/types";

export const slotKinds: SlotKind[] = ["valid", "invalid", "excepted", "lost", "not_sent"];
export const slotColours: Record<SlotKind, string> = { valid: "var(--b-green)", invalid: "var(--b-yellow-mark)", excepted: "var(--b-accent)", lost: "var(--b-red)", not_sent: "var(--b-grey)" };

/* Whether a value may be judged: what the server says of its period, else its flag. */
export const usable = (p: SeriesPoint) => (p[4] ? p[4] === "valid" : p[2] === "N");

export interface Opinion { factor: string; kind: string; from: string; to: string; reason: string; reference: string }
/* What is wrong with an opinion before it is sent, as a key of the messages; "" nothing. */
export function opinionFault(o: Opinion): "" | "review.need.span" | "review.need.reason" | "review.need.reference" {
  if (!(Date.parse(o.from) < Date.parse(o.to))) return "review.need.span";
  if (!o.reason.trim()) return "review.need.reason";
  return o.kind === "excepted" && !o.reference.trim() ? "review.need.reference" : "";
}
/* The whole hours that a span touches. */
export function wholeHours(from: number, to: number): [number, number] {
  const h = 3600_000;
  const a = Math.floor(from / h) * h;
  return [a, Math.max(a + h, Math.ceil(to / h) * h)];
}
