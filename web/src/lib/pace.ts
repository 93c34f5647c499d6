/* What a row of the sheet says: its verdict by the pace where there is one, and its pace as twelve months. */
import type { Lamp, PacePoint, SituationRow } from "@/api/types";

/* A target that is still within its own figure may be behind its pace, and one short of its figure may keep it. */
export function verdictOf(r: SituationRow): string {
  const v = r.progress.verdict ?? "cannot_judge";
  if (v === "on_track" && r.behind) return "behind";
  if (v === "behind" && r.pace?.behind === false) return "on_track";
  return v;
}
export function lampOf(r: SituationRow): Lamp {
  const v = verdictOf(r);
  return v === "cannot_judge" ? "grey" : v === "on_track" || v === "met" ? "green" : v === "behind" ? "yellow" : "red";
}
/* Values due at the ends of a year's months; what falls on other days is not among them. */
export function monthsOf(points: PacePoint[], year: number): (number | undefined)[] {
  return Array.from({ length: 12 }, (_, i) => {
    const last = new Date(Date.UTC(year, i + 1, 0)).toISOString().slice(0, 10);
    return points.find((p) => p.by === last)?.value;
  });
}
export const isEmission = (r: SituationRow) => r.progress.emission !== undefined || (r.progress.indicator ?? "").startsWith("emission.");
