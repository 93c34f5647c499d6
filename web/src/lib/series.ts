/* A line must break where nothing was measured. Hours and days come with their missing ones; real-time and minute values do not, so a
 * pause of more than three usual steps gets an empty point. */
import type { Period, SeriesPoint } from "@/api/types";

export function usualStep(points: SeriesPoint[]): number {
  const steps = points.slice(1).map((p, i) => p[0] - points[i][0]).filter((d) => d > 0).sort((a, b) => a - b);
  return steps.length ? steps[steps.length >> 1] : 0;
}
export function withGaps(points: SeriesPoint[], period: Period): SeriesPoint[] {
  const step = period === "hour" ? 3600_000 : period === "day" ? 86_400_000 : usualStep(points);
  if (!step) return points;
  const most = period === "hour" || period === "day" ? step : step * 3;
  const out: SeriesPoint[] = [];
  for (const p of points) {
    const last = out[out.length - 1];
    if (last && p[0] - last[0] > most) out.push([last[0] + step, null, "", null]);
    out.push(p);
  }
  return out;
}
