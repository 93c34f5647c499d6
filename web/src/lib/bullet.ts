/* The bullet chart of a target: where the bar, the committed line and the stretch line stand, as shares of the width. */
import type { Target, TargetProgress } from "@/api/types";

export interface TargetRow { key: string; must: TargetProgress | null; stretch: TargetProgress | null; main: TargetProgress }

/* A committed and a stretch figure of the same measure and region belong in one row; the committed one speaks for it. */
export function pairTargets(targets: TargetProgress[]): TargetRow[] {
  const rows: TargetRow[] = [];
  for (const t of targets) {
    const key = [t.plan, t.bound ?? t.indicator ?? "#" + t.id, t.region ?? "", t.by ?? "", t.unit ?? ""].join("|");
    const slot = t.modality === "stretch" ? "stretch" : "must";
    const row = rows.find((r) => r.key === key && r[slot] === null);
    if (row) {
      row[slot] = t;
      row.main = row.must ?? t;
    } else rows.push({ key, must: slot === "must" ? t : null, stretch: slot === "stretch" ? t : null, main: t });
  }
  return rows;
}

export interface Bullet { min: number; max: number; value: number | null; must: number | null; stretch: number | null }

export const lowerIsBetter = (t: Pick<Target, "op">) => t.op !== ">=" && t.op !== ">";

function niceStep(span: number): number {
  const p = 10 ** Math.floor(Math.log10(span));
  for (const m of [1, 2, 2.5, 5, 10]) if (span <= m * p) return (m * p) / 10;
  return p;
}
/* Scale: from zero, except where all figures lie close together and far from zero (a ratio of good days): there the bar starts
 * at a stated number, so that a difference of one point can be seen. Only a ratio's does: a concentration's bar always has its true length. null when there is nothing to draw. */
export function bulletScale(value: number | null, must: number | null, stretch: number | null, ratio = true): Bullet | null {
  const all = [value, must, stretch].filter((v): v is number => v !== null && Number.isFinite(v));
  if (!all.length) return null;
  const hi = Math.max(...all);
  const lo = Math.min(...all);
  let min = Math.min(0, lo);
  let max = hi > 0 ? hi * 1.25 : 1;
  if (ratio && all.length > 1 && lo > 0 && (hi - lo) / hi < 0.25 && hi > 60 && hi <= 100) {
    const step = niceStep(Math.max((hi - lo) * 4, hi * 0.1));
    min = Math.max(0, Math.floor((lo - (hi - lo + step * 2)) / step) * step);
    max = Math.min(100, Math.ceil((hi + step * 2) / step) * step);
  }
  if (max <= min) max = min + 1;
  const share = (v: number | null) => (v === null || !Number.isFinite(v) ? null : Math.max(0, Math.min(1, (v - min) / (max - min))));
  return { min, max, value: share(value), must: share(must), stretch: share(stretch) };
}
