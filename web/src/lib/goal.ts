/* A goal in words: the sentence it was given, with its window where it has one. */
import { t } from "@/i18n";
import type { Goal } from "@/api/types";
import { opSign, trim, unit } from "./format";

export function goalFigure(g: Goal | null | undefined): string {
  if (!g?.indicator || g.value === null || g.value === undefined) return "";
  if (g.op === "in") return `${trim(g.lower, 4)} – ${trim(g.value, 4)} ${unit(g.unit)}`.trim();
  return `${opSign(g.op)} ${trim(g.value, 4)} ${unit(g.unit)}`.trim();
}
export function goalWindow(g: Goal | null | undefined): string {
  if (!g?.indicator || !g.window) return "";
  return t(g.period === "day" ? "goal.window.day" : "goal.window.hour", { n: g.window });
}
export function goalSentence(g: Goal | null | undefined): string {
  if (!g) return "—";
  const rest = [goalFigure(g), goalWindow(g)].filter(Boolean).join(t("sep"));
  return g.text || rest || "—";
}
