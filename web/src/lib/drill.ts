/* Every figure of a statistic opens the list it was counted from: what to ask the list for. */
import type { StatBy, StatRow } from "@/api/types";
import { withFilter, type CaseFilter } from "./filter";
import { addMonths, firstDay, lastDay } from "./months";

export type SumKey = "all" | "open" | "overdue" | "closed" | "closed_by_data" | "closed_on_paper" | "rebounded" | "red" | "yellow" | "green" | "grey";
const ofSum: Record<SumKey, CaseFilter> = {
  all: {}, open: { open: "1" }, overdue: { overdue: "1" }, closed: { light: "grey" }, closed_by_data: { closed_how: "data" }, closed_on_paper: { closed_how: "paper" },
  rebounded: { rebounded: "1" }, red: { light: "red" }, yellow: { light: "yellow" }, green: { light: "green" }, grey: { light: "grey" },
};
/* The list behind a row of a statistic; null where the list cannot be asked for just these (a row without state, unit or month). */
function ofRow(by: StatBy, key: string): CaseFilter | null {
  if (!key) return null;
  switch (by) {
    case "ledger":
    case "state":
    case "light":
    case "supervisor":
    case "group":
      return { [by]: key };
    case "unit":
      return { owner: key }; // the filter of units finds those who supervise too
    case "month":
      return { opened_from: firstDay(key), opened_to: lastDay(key) };
    case "closed":
      return { closed_from: firstDay(key), closed_to: lastDay(key) };
    case "due":
      return { due_from: firstDay(key), due_to: lastDay(key) };
    case "due_day":
      return { due_from: key, due_to: key };
  }
}
/* A row that would ask for something else than the filter already does cannot be opened (a row of "red" under "open": both lights): the narrower one wins,
 * and where both name the same thing differently there is no list. */
export function drill(filter: CaseFilter, by: StatBy, row: Pick<StatRow, "key"> | null, what: SumKey): CaseFilter | null {
  const mine = row ? ofRow(by, row.key) : {};
  if (!mine) return null;
  const sum = ofSum[what];
  const out = withFilter(filter, { ...mine, ...sum });
  for (const k of Object.keys(mine) as (keyof CaseFilter)[]) if (sum[k] && sum[k] !== mine[k]) return null;
  return out;
}
/* The list behind a figure of the flow: what stood open at the end of a day is asked of that day. What went in and out is counted by events; the lists show
 * the cases opened and closed in the month, which lack those that were reopened, merged or moved between groups. */
export function drillFlow(filter: CaseFilter, group: string | null, month: string, what: "begin" | "in" | "out" | "end", today: string): CaseFilter {
  const base = withFilter({ ledger: filter.ledger }, { group: group ?? undefined });
  const end = what === "begin" ? lastDay(addMonths(month, -1)) : lastDay(month);
  if (what === "in") return { ...base, opened_from: firstDay(month), opened_to: lastDay(month) };
  if (what === "out") return { ...base, closed_from: firstDay(month), closed_to: lastDay(month) };
  return end < today ? { ...base, open: "1", at: end } : { ...base, open: "1" };
}
