/* Words and checks of data quality that more than one page needs. */
import type { Review, ReviewMoves, ReviewSide, SeriesPoint, SlotKind, Tiers } from "@/api/types";

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

/* The level of an opinion; one given before there were levels is of the first that decides. */
export const levelOf = (r: Review, tiers: Tiers | null): number => r.level || tiers?.decides || 1;
/* Opinions on one period of a factor, withdrawn ones too, oldest first. */
export const onSlot = (all: Review[], factor: string, from: number, to: number): Review[] =>
  all.filter((r) => (!r.factor || r.factor === factor) && Date.parse(r.from) <= from && Date.parse(r.to) >= to).reverse();

export type Moved =
  | { kind: "aqi"; of: "site" | "city"; at: string; before: { aqi: number } | null; after: { aqi: number } | null }
  | { kind: "mean"; of: "mean"; at: string; mean: ReviewSide["months"][number]["means"][number]; before: number | null; after: number | null }
  | { kind: "rate"; of: "capture" | "valid"; at: string; before: number | null; after: number | null };
/* The figures that differ between the two sides, days first. */
export function moved(m: ReviewMoves): Moved[] {
  const days: Moved[] = m.before.days.flatMap((d, i) => {
    const a = m.after.days[i];
    return (["site", "city"] as const).filter((of) => JSON.stringify(d[of]) !== JSON.stringify(a?.[of])).map((of) => ({ kind: "aqi" as const, of, at: d.day, before: d[of], after: a?.[of] ?? null }));
  });
  const months: Moved[] = m.before.months.flatMap((b, i) => {
    const a = m.after.months[i];
    const means: Moved[] = b.means.flatMap((x, k) => (x.value !== a?.means[k]?.value ? [{ kind: "mean" as const, of: "mean" as const, at: b.month, mean: x, before: x.value, after: a?.means[k]?.value ?? null }] : []));
    const rate = (s: typeof b | undefined, id: string) => s?.quality.rates.find((r) => r.id === id)?.value ?? null;
    const rates: Moved[] = (["capture", "valid"] as const).filter((id) => rate(b, id) !== rate(a, id)).map((id) => ({ kind: "rate" as const, of: id, at: b.month, before: rate(b, id), after: rate(a, id) }));
    return [...means, ...rates];
  });
  return [...days, ...months];
}
