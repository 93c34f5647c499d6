/* A case's values in words, by their kind where the definition says it. */
import type { LedgerDefinition, Need } from "@/api/types";
import { lang, pick, t, word } from "@/i18n";
import { unit } from "@/lib/format";
import { goalFigure, goalWindow } from "@/lib/goal";
import { personName } from "@/state/people";
import { city, sites } from "@/state/session";

export function fieldsOf(def: LedgerDefinition | undefined): Map<string, Need> {
  const m = new Map<string, Need>();
  for (const a of def?.actions ?? []) for (const n of a.needs ?? []) m.set(n.id, n);
  for (const f of def?.fields ?? []) m.set(f.id, f);
  return m;
}
export function plain(n: Need | undefined, v: unknown): string {
  if (v === null || v === undefined || v === "") return "—";
  const o = v as Record<string, unknown>;
  switch (n?.type) {
    case "flag": return t(v ? "yes" : "no");
    case "number": return `${String(v)}${n.unit ? " " + unit(n.unit) : ""}`;
    case "time": return String(v).replace("T", " ");
    case "unit": return typeof v === "string" ? pick(city.value?.units.find((u) => u.code === v), "name") || v : pick(o as { name: string }, "name");
    case "site": return typeof v === "string" ? pick(sites.value.find((s) => s.code === v), "name") || v : pick(o as { name: string }, "name");
    case "user": return personName(typeof v === "string" ? v : String(o.name));
    case "choice": return word("choice", String(v));
    case "point": return `${String(o.lon)}, ${String(o.lat)}`;
    case "area": case "track": return t("shape.n", { n: (v as unknown[]).length });
    case "rows": return t("fields.rows", { n: (v as unknown[]).length });
    case "file": case "signature": return (v as unknown[]).map((x) => t("file.n", { n: typeof x === "object" && x ? String((x as { id: number }).id) : String(x) })).join(t("sep.list"));
    case "case": return typeof v === "string" ? v : String(o.number ?? "");
    case "goal": {
      if (typeof v === "string") return v;
      const g = v as never;
      const figure = goalFigure(g);
      return [String(o.text ?? ""), figure && `${figure} · ${goalWindow(g)}`].filter(Boolean).join("（") + (o.text && figure ? "）" : "");
    }
  }
  if (Array.isArray(v)) return v.map((x) => plain(undefined, x)).join(t("sep.list"));
  if (typeof v === "object") {
    if (typeof o.name === "string") return pick(o as { name: string }, "name");
    if (typeof o.text === "string") return typeof o.kind === "string" ? `${word("choice", o.kind)}${t("sep.colon")}${o.text}` : o.text;
    return Object.values(o).map((x) => plain(undefined, x)).join(" ");
  }
  return typeof v === "boolean" ? t(v ? "yes" : "no") : typeof v === "string" ? word("choice", v) : String(v);
}
export const stateName = (def: LedgerDefinition | undefined, s: string | null | undefined): string => {
  const i = def?.states.indexOf(s ?? "") ?? -1;
  return (lang.value === "en" ? def?.states_en?.[i] : undefined) ?? s ?? "";
};
