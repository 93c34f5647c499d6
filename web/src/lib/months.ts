/* Months and the grid of a calendar, on dates as texts (2026-03-01): no zone can move them. */
const two = (n: number) => String(n).padStart(2, "0");
const dayMs = 86_400_000;
const at = (d: string) => Date.UTC(Number(d.slice(0, 4)), Number(d.slice(5, 7)) - 1, Number(d.slice(8, 10) || 1));
const text = (ms: number) => {
  const d = new Date(ms);
  return `${d.getUTCFullYear()}-${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())}`;
};

export const monthOf = (d: string) => d.slice(0, 7);
export const isMonth = (m: string) => /^\d{4}-(0[1-9]|1[0-2])$/.test(m);
export function addMonths(m: string, n: number): string {
  const i = Number(m.slice(0, 4)) * 12 + Number(m.slice(5, 7)) - 1 + n;
  return `${Math.floor(i / 12)}-${two((i % 12) + 1)}`;
}
export const addDays = (d: string, n: number) => text(at(d) + n * dayMs);
export const firstDay = (m: string) => m + "-01";
export const lastDay = (m: string) => addDays(firstDay(addMonths(m, 1)), -1);
/* 1 Monday to 7 Sunday */
export const weekday = (d: string) => ((new Date(at(d)).getUTCDay() + 6) % 7) + 1;
/* The weeks that hold a month, Monday first. */
export function monthGrid(m: string): string[][] {
  const first = addDays(firstDay(m), 1 - weekday(firstDay(m)));
  const last = lastDay(m);
  const weeks: string[][] = [];
  for (let d = first; d <= last; d = addDays(d, 7)) weeks.push(Array.from({ length: 7 }, (_, i) => addDays(d, i)));
  return weeks;
}
export function months(from: string, to: string): string[] {
  const out: string[] = [];
  for (let m = from; m <= to && out.length < 240; m = addMonths(m, 1)) out.push(m);
  return out;
}
/* off: a holiday or a weekend; work: a working day, also one made up at a weekend. `special`: what the year's arrangement says of the day. */
export function dayKind(d: string, special: "off" | "work" | undefined): "off" | "work" {
  return special ?? (weekday(d) > 5 ? "off" : "work");
}
