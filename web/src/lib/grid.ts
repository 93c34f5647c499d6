/* The reviewer's grid: periods across, factors down, and what became of each. */
import type { Mark, SeriesPoint, SlotKind } from "@/api/types";
import { usable } from "./quality";

export interface Slot { at: number; kind: SlotKind; value: number | null; flag: string; over: boolean; marks: string[] }
export const hourStep = 3_600_000;
export const dayStep = 86_400_000;
/* The periods that all factors share, oldest first: a factor that sent nothing still has its row of empty ones. */
export function axis(series: SeriesPoint[][]): number[] {
  return [...new Set(series.flatMap((points) => points.map((p) => p[0])))].sort((a, b) => a - b);
}
function kindOf(p: SeriesPoint | undefined): SlotKind {
  if (!p) return "not_sent";
  if (p[4]) return p[4] as SlotKind;
  return p[1] === null ? "not_sent" : usable(p) ? "valid" : "invalid";
}
/* A suspicion covers as many periods as it counts, from the first on. */
export function slots(at: number[], points: SeriesPoint[], limit: { upper: number | null; lower: number | null } | null, marks: Mark[], step: number, word: (m: Mark) => string): Slot[] {
  const by = new Map(points.map((p) => [p[0], p]));
  return at.map((time) => {
    const p = by.get(time);
    const kind = kindOf(p);
    const v = p?.[1] ?? null;
    const over = kind === "valid" && v !== null && limit !== null && ((limit.upper !== null && v > limit.upper) || (limit.lower !== null && v < limit.lower));
    const said = marks.filter((m) => time >= Date.parse(m.time) && time < Date.parse(m.time) + Math.max(1, m.count) * step).map(word);
    return { at: time, kind, value: v, flag: p?.[2] ?? "", over, marks: said };
  });
}
/* From the first period to the end of the last. */
export const spanOf = (at: number[], a: number, b: number, step: number): [number, number] => [at[Math.min(a, b)], at[Math.max(a, b)] + step];
