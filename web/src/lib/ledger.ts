/* What a ledger's definition says about its lists: families, columns, how a field's value reads. */
import { lang, pick, t, word } from "@/i18n";
import type { CaseSummary, FieldDefinition, Goal, LedgerDefinition, Named } from "@/api/types";
import { trim, unit } from "./format";
import { goalSentence } from "./goal";
import { date, dateTime } from "./time";

export interface Family { name: string; ledgers: LedgerDefinition[] }
/* In the order in which the families come first; ledgers without one stand last. */
export function families(ledgers: LedgerDefinition[]): Family[] {
  const by = new Map<string, LedgerDefinition[]>();
  for (const l of ledgers) by.set(l.family ?? "", [...(by.get(l.family ?? "") ?? []), l]);
  return [...by].map(([name, list]) => ({ name, ledgers: list })).sort((a, b) => Number(a.name === "") - Number(b.name === ""));
}
export const stateName = (d: LedgerDefinition | null | undefined, state: string) =>
  (lang.value === "en" ? d?.states_en?.[d.states.indexOf(state)] : undefined) ?? state;

/* ---- a field's value in words ---- */
interface Ref extends Named { number?: string; title?: string | null }
const isRef = (v: unknown): v is Ref => Boolean(v) && typeof v === "object" && !Array.isArray(v);
const place = (v: unknown): v is { lon: number; lat: number } => isRef(v) && typeof (v as unknown as { lon: unknown }).lon === "number";

export function fieldText(f: FieldDefinition, v: unknown): string {
  if (v === null || v === undefined || v === "") return "—";
  switch (f.type) {
    case "flag":
      return t(v === true ? "yes" : "no");
    case "choice":
      return word("choice", String(v));
    case "number":
      return typeof v === "number" ? [trim(v, f.decimals ?? 6), unit(f.unit)].filter(Boolean).join(" ") : String(v);
    case "date":
      return date(String(v));
    case "time":
      return dateTime(v as string | number);
    case "goal":
      return goalSentence(v as Goal);
    case "point":
      return place(v) ? `${v.lon.toFixed(5)}, ${v.lat.toFixed(5)}` : "—";
    case "case":
      return isRef(v) ? [v.number, v.title].filter(Boolean).join(" ") : String(v);
    case "unit":
    case "site":
      return isRef(v) ? pick(v, "name") || "—" : String(v);
    case "list":
      return Array.isArray(v) ? v.map(String).join(t("sep.list")) || "—" : String(v);
    case "rows":
    case "evidence":
    case "file":
    case "signature":
    case "area":
    case "track":
      return Array.isArray(v) ? t(f.type === "area" || f.type === "track" ? "ledgers.points" : "ledgers.items", { n: v.length }) : "—";
    default:
      return isRef(v) ? pick(v, "name") || "—" : String(v);
  }
}
/* By what a column of the field is put in order and exported: numbers stay numbers. */
export const fieldCell = (f: FieldDefinition, v: unknown): string | number | null =>
  v === null || v === undefined || v === "" ? null : f.type === "number" && typeof v === "number" ? v : fieldText(f, v);

/* ---- columns ---- */
/* What a case has beside its fields. */
export const ownColumns = ["number", "title", "state", "light", "days_left", "opened", "closed", "closed_how", "rebounds", "ledger"];
export interface ColumnChoice { id: string; field?: FieldDefinition; hidden: boolean }
/* Columns of a list in order: the number, those of the definition, then state, light and what is left of the time, which no list is without; the rest may be
 * chosen. Fields whose list is only a count (rows, tracks) can be chosen too. */
export function columnChoices(d: LedgerDefinition | null): ColumnChoice[] {
  if (!d) return ["number", "ledger", "title", "state", "light", "owner", "due", "days_left", "rebounds", "supervisor", "site", "closed", "opened"].map((id, i) => ({ id, hidden: i > 8 }));
  const field = new Map(d.fields.map((f) => [f.id, f as FieldDefinition]));
  const listed = (d.columns ?? []).filter((c) => c !== "number" && (field.has(c) || ownColumns.includes(c)));
  const usual = ["title", "owner", "due"].filter((c) => c === "title" || field.has(c));
  const first = ["number", ...(listed.length ? listed : usual)];
  const shown = [...first, ...["state", "light", "days_left"].filter((c) => !first.includes(c))];
  const rest = [...(shown.includes("title") ? [] : ["title"]), ...d.fields.map((f) => f.id).filter((id) => !shown.includes(id) && id !== "title"), ...["due", "opened", "closed", "closed_how", "rebounds"].filter((c) => !shown.includes(c) && !field.has(c))];
  return [...shown.map((id) => ({ id, field: field.get(id), hidden: false })), ...rest.map((id) => ({ id, field: field.get(id), hidden: true }))];
}
/* The fields to ask the server for, so that the columns can be filled; the summary has the others already. */
const inSummary = new Set(["title", "problem", "owner", "supervisor", "site", "goal"]);
export const askedFields = (d: LedgerDefinition | null) => (d ? d.fields.map((f) => f.id).filter((id) => !inSummary.has(id)) : []);
export function valueOf(c: CaseSummary, f: FieldDefinition): unknown {
  switch (f.id) {
    case "owner":
      if (f.type === "unit") return c.owner;
      break;
    case "supervisor":
      if (f.type === "unit") return c.supervisor;
      break;
    case "site":
      if (f.type === "site") return c.site;
      break;
    case "title":
      return c.title;
    case "problem":
      return c.problem;
    case "goal":
      if (f.type === "goal") return c.goal_text ? { text: c.goal_text } : null;
      break;
  }
  return c.fields?.[f.id] ?? null;
}

/* ---- where a case is ---- */
/* Its own point first, else the middle of its area, else its site. */
export function placeOf(c: CaseSummary, fields: FieldDefinition[] = []): [number, number] | null {
  for (const f of fields) {
    const v = c.fields?.[f.id];
    if (f.type === "point" && place(v)) return [v.lon, v.lat];
    if (f.type === "area" && Array.isArray(v) && v.length) {
      const ring = v as [number, number][];
      const sum = ring.reduce((a, p) => [a[0] + Number(p[0]), a[1] + Number(p[1])], [0, 0]);
      const at: [number, number] = [sum[0] / ring.length, sum[1] / ring.length];
      if (at.every(Number.isFinite)) return at;
    }
  }
  const s = c.site as { lng?: number; lat?: number } | null;
  return s && typeof s.lng === "number" && typeof s.lat === "number" ? [s.lng, s.lat] : null;
}

/* ---- an action on many ---- */
export interface BulkChoice { action: LedgerDefinition["actions"][number]; n: number }
/* The actions that at least one of the states allows, those that fit most cases first. */
export function bulkChoices(d: LedgerDefinition | null, states: string[]): BulkChoice[] {
  return (d?.actions ?? [])
    .map((action) => ({ action, n: states.filter((s) => action.from.includes(s)).length }))
    .filter((x) => x.n > 0)
    .sort((a, b) => b.n - a.n);
}
