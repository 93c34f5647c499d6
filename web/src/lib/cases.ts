import { pick, t, word } from "@/i18n";
import type { CaseSummary, Lamp } from "@/api/types";

export function daysLeft(c: Pick<CaseSummary, "days_left" | "closed" | "due">): string {
  if (c.closed) return t("case.closed");
  if (c.days_left === null || c.days_left === undefined) return c.due ? "" : t("case.no_due");
  if (c.days_left < 0) return t("case.overdue", { n: -c.days_left });
  return c.days_left === 0 ? t("case.today") : t("case.left", { n: c.days_left });
}
const lampOrder: Lamp[] = ["red", "yellow", "grey", "green"];
/* Late first, then what is near its limit or came back, then what waits for acceptance, then by the days left. */
export function worstFirst<T extends Pick<CaseSummary, "light" | "days_left" | "rebounds" | "state">>(cases: T[]): T[] {
  const waits = (c: T) => Number(c.state === "申请验收");
  return [...cases].sort(
    (a, b) => lampOrder.indexOf(a.light) - lampOrder.indexOf(b.light) || Number(b.rebounds > 0) - Number(a.rebounds > 0) || waits(b) - waits(a) || (a.days_left ?? 1e6) - (b.days_left ?? 1e6),
  );
}
/* A closed case is no longer lit: its grey means "closed", not "cannot be judged". */
/* Yellow because the fault came back, not because the limit is near. */
const cameBack = (c: Pick<CaseSummary, "light" | "closed"> & Partial<CaseSummary>) => !c.closed && c.light === "yellow" && (c.rebounds ?? 0) > 0 && (c.days_left ?? 0) > 7;
export function lampWord(c: Pick<CaseSummary, "light" | "closed"> & Partial<CaseSummary>): string {
  if (cameBack(c)) return t("light.again");
  return c.closed && c.light === "grey" ? t("case.closed") : word("light", c.light);
}
export const stateWord = (c: Pick<CaseSummary, "state" | "state_en">) => pick(c, "state");
