/* What a list of cases is asked for. It lives in the address, so that a list, a board, a calendar, a map and a statistic of the same filter are one
 * address apart and any of them can be sent to a colleague. */
import type { Query } from "@/api/client";

/* What everybody may ask; and what needs a person (the server refuses it to the public). */
const open = ["ledger", "state", "light", "unit", "site", "q"] as const;
const inner = ["owner", "supervisor", "group", "view", "due_from", "due_to", "opened_from", "opened_to", "closed_from", "closed_to", "closed_how", "overdue", "rebounded", "missed", "blind", "open", "parent", "order", "at"] as const;
export type FilterKey = (typeof open)[number] | (typeof inner)[number];
export type CaseFilter = Partial<Record<FilterKey, string>>;
export const filterKeys: readonly FilterKey[] = [...open, ...inner];
export const flags: readonly FilterKey[] = ["overdue", "rebounded", "missed", "blind", "open"];
/* Neither which cases: in which order, of which ledger, on which day. */
const beside: readonly FilterKey[] = ["ledger", "order", "at"];

const day = /^\d{4}-\d{2}-\d{2}$/;
const days: readonly FilterKey[] = ["due_from", "due_to", "opened_from", "opened_to", "closed_from", "closed_to", "at"];
const orders = ["light", "due", "number", "opened", "updated"];

/* The filter of an address; what is not a filter, or cannot be one, is left out. */
export function readFilter(query: Record<string, unknown>): CaseFilter {
  const f: CaseFilter = {};
  for (const k of filterKeys) {
    const v = query[k];
    if (typeof v !== "string" || v === "") continue;
    if (days.includes(k) && !day.test(v)) continue;
    if (k === "order" && !orders.includes(v)) continue;
    if (flags.includes(k)) {
      if (v === "1" || v === "true") f[k] = "1";
    } else f[k] = v;
  }
  return f;
}
/* As the server is asked. */
export function askFilter(f: CaseFilter, person: boolean): Query {
  const q: Query = {};
  for (const k of person ? filterKeys : open) if (f[k]) q[k] = flags.includes(k) ? "true" : f[k];
  if (!person && f.overdue && !q.light) q.light = "red"; // the same cases, as the public may ask for them
  return q;
}
/* Whether fewer cases than the ledger's are asked for. */
export const narrowed = (f: CaseFilter) => filterKeys.some((k) => !beside.includes(k) && f[k]);
/* The filter with some of it changed; an empty text takes a part away. */
export function withFilter(f: CaseFilter, change: Partial<Record<FilterKey, string | null | undefined>>): CaseFilter {
  const out: CaseFilter = { ...f };
  for (const [k, v] of Object.entries(change) as [FilterKey, string | null | undefined][]) {
    if (v) out[k] = v;
    else delete out[k];
  }
  return out;
}
export const sameFilter = (a: CaseFilter, b: CaseFilter) => filterKeys.every((k) => (a[k] ?? "") === (b[k] ?? ""));

/* ---- filters under a name, and the ledgers one looks at often: kept in this browser, per person ---- */
export interface SavedView { name: string; filter: CaseFilter }
const key = (what: string, person: string | null) => `bihuan.${what}.${person ?? ""}`;
function read(k: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(k) ?? "null");
  } catch {
    return null;
  }
}
function write(k: string, v: unknown): boolean {
  try {
    localStorage.setItem(k, JSON.stringify(v));
    return true;
  } catch {
    return false; // a browser that keeps nothing
  }
}
export function savedViews(person: string | null): SavedView[] {
  const v = read(key("views", person));
  if (!Array.isArray(v)) return [];
  return v
    .filter((x): x is { name: string; filter: object } => Boolean(x) && typeof x === "object" && typeof x.name === "string" && Boolean(x.filter) && typeof x.filter === "object")
    .map((x) => ({ name: x.name, filter: readFilter(x.filter as Record<string, unknown>) }));
}
/* A view of the same name is replaced. */
export function saveView(person: string | null, view: SavedView): boolean {
  return write(key("views", person), [...savedViews(person).filter((v) => v.name !== view.name), view]);
}
export function dropView(person: string | null, name: string): boolean {
  return write(key("views", person), savedViews(person).filter((v) => v.name !== name));
}
export function favourites(person: string | null): string[] {
  const v = read(key("ledgers", person));
  return Array.isArray(v) ? v.filter((x): x is string => typeof x === "string") : [];
}
export function toggleFavourite(person: string | null, ledger: string): string[] {
  const had = favourites(person);
  const now = had.includes(ledger) ? had.filter((x) => x !== ledger) : [...had, ledger];
  write(key("ledgers", person), now);
  return now;
}
