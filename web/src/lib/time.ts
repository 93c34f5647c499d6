/* Times are shown in China's time whatever the browser's zone is: a wall screen or a laptop set wrongly must not move an hour value. */
const offset = 8 * 3600_000;
const two = (n: number) => String(n).padStart(2, "0");

export type When = string | number | null | undefined;
export function ms(w: When): number {
  if (w === null || w === undefined || w === "") return NaN;
  if (typeof w === "number") return w;
  return Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(w) ? w + "T00:00:00+08:00" : w);
}
function parts(w: When): Date | null {
  const at = ms(w);
  return Number.isNaN(at) ? null : new Date(at + offset); // read with getUTC*
}
export function date(w: When): string {
  const d = parts(w);
  return d ? `${d.getUTCFullYear()}-${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())}` : "—";
}
export function monthDay(w: When): string {
  const d = parts(w);
  return d ? `${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())}` : "—";
}
export function clock(w: When, seconds = false): string {
  const d = parts(w);
  return d ? `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}` + (seconds ? ":" + two(d.getUTCSeconds()) : "") : "—";
}
export function dateTime(w: When, seconds = false): string {
  const d = parts(w);
  return d ? `${date(w)} ${clock(w, seconds)}` : "—";
}
/* Short: the date only where it is not today's. */
export function short(w: When, now: number): string {
  if (!parts(w)) return "—";
  if (date(w) === date(now)) return clock(w);
  return date(w).slice(0, 4) === date(now).slice(0, 4) ? `${monthDay(w)} ${clock(w)}` : date(w);
}
export const year = (w: When) => parts(w)?.getUTCFullYear() ?? new Date().getUTCFullYear();
export const hour = (w: When) => parts(w)?.getUTCHours() ?? 0;
/* Wall-clock milliseconds for charts that are told to draw UTC. */
export const shifted = (at: number) => at + offset;
export const unshifted = (at: number) => at - offset;
export function iso(at: number): string {
  const d = new Date(at + offset);
  return `${date(at)}T${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}+08:00`;
}
export const startOfDay = (at: number) => Math.floor((at + offset) / 86_400_000) * 86_400_000 - offset;
