/* The periods one may choose on the page of rankings: those with a beginning in this year or the last. */
import { t, word } from "@/i18n";

export interface PeriodChoice { value: string; label: string }
export interface PeriodGroup { label: string; choices: PeriodChoice[] }
const two = (n: number) => String(n).padStart(2, "0");

export function periodLabel(value: string): string {
  const y = value.slice(0, 4);
  const rest = value.slice(5);
  if (!rest) return t("rank.year", { y });
  if (rest[0] === "Q") return t("rank.quarter", { y, q: rest[1] });
  if (rest[0] === "H") return t(rest[1] === "1" ? "rank.half.1" : "rank.half.2", { y });
  return t("rank.month", { y, m: rest[0] === "0" && t("rank.month").includes("月") ? rest[1] : rest });
}
/* Newest first, up to the one that is running. `today` is a date like 2026-11-22. */
export function periodGroups(today: string): PeriodGroup[] {
  const year = Number(today.slice(0, 4));
  const month = Number(today.slice(5, 7));
  const choose = (n: number, word: (i: number) => string): PeriodChoice[] =>
    [year, year - 1].flatMap((y) => {
      const last = y === year ? Math.ceil((month * n) / 12) : n;
      return Array.from({ length: last }, (_, k) => `${y}-${word(last - k)}`);
    }).map((value) => ({ value, label: periodLabel(value) }));
  return [
    { label: t("rank.months"), choices: choose(12, two) },
    { label: t("rank.quarters"), choices: choose(4, (i) => `Q${i}`) },
    { label: t("rank.halves"), choices: choose(2, (i) => `H${i}`) },
    { label: t("rank.years"), choices: [year, year - 1].map((y) => ({ value: String(y), label: periodLabel(String(y)) })) },
  ];
}
/* The last month that is over: what a bulletin would be about. */
export function lastMonth(today: string): string {
  const year = Number(today.slice(0, 4));
  const month = Number(today.slice(5, 7));
  return month === 1 ? `${year - 1}-12` : `${year}-${two(month - 1)}`;
}
/* "confirmed; prices not found": each part in the reader's language. */
export const certainty = (c: string) => c.split("; ").map((x) => word("certainty", x.replace(/ /g, "_"))).join("; ");
