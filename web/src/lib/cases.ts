import { pick, t, word } from "@/i18n";
import type { CaseSummary } from "@/api/types";

export function daysLeft(c: Pick<CaseSummary, "days_left" | "closed" | "due">): string {
  if (c.closed) return t("case.closed");
  if (c.days_left === null || c.days_left === undefined) return c.due ? "" : t("case.no_due");
  if (c.days_left < 0) return t("case.overdue", { n: -c.days_left });
  return c.days_left === 0 ? t("case.today") : t("case.left", { n: c.days_left });
}
/* A closed case is no longer lit: its grey means "closed", not "cannot be judged". */
export function lampWord(c: Pick<CaseSummary, "light" | "closed">): string {
  return c.closed && c.light === "grey" ? t("case.closed") : word("light", c.light);
}
export const stateWord = (c: Pick<CaseSummary, "state" | "state_en">) => pick(c, "state");
