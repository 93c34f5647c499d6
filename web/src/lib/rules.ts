/* Rule sets for reading: whatever shape a file has, its figures become lines of a label and cells, so that two editions can stand side by
 * side without this client knowing any standard. */
import type { RuleSet } from "@/api/types";
import { lang, word } from "@/i18n";

export interface Line { path: string; label: string[]; cells: string[] }

const scalar = (v: unknown) => v === null || ["string", "number", "boolean"].includes(typeof v);
/* What the file being read calls its own words: { word = "cod", name = "化学需氧量" }. */
let own = new Map<string, string>();
function collect(v: unknown, to: Map<string, string>): void {
  if (v === null || typeof v !== "object") return;
  const o = v as Tree;
  const id = o.word ?? o.id;
  const name = lang.value === "en" ? (o.name_en ?? o.title_en ?? o.name) : (o.name ?? o.title);
  if (typeof id === "string" && typeof name === "string") to.set(id, name);
  Object.values(o).forEach((x) => collect(x, to));
}
/* A word of the definition files in the reader's language: the file's own name for it, else ours; "so2.day" is two of them. */
function said(v: string): string {
  const named = own.get(v);
  if (named) return named;
  const w = word("rulekey", v);
  if (w !== v) return w;
  const sure = v.replace(/ /g, "_");
  if (word("certainty", sure) !== sure) return word("certainty", sure);
  return /^[a-z0-9_]+\.[a-z0-9_]+$/.test(v) ? v.split(".").map((x) => word("rulekey", x)).join(" ") : w;
}
export function cell(v: unknown): string {
  if (v === null || v === false || v === undefined) return "—";
  if (v === true) return "✓";
  return typeof v === "string" ? said(v) : String(v);
}
/* A list whose members are lists of scalars reads as ranges: { {6, 9}, {6, 9} } is 6~9, 6~9. */
function cells(list: unknown[]): string[] | null {
  if (list.every(scalar)) return list.map(cell);
  if (list.every((x) => Array.isArray(x) && x.length === 2 && x.every(scalar))) return list.map((x) => (x as unknown[]).map(cell).join("~"));
  return null;
}
type Tree = Record<string, unknown>;
/* What a member of a list calls itself. */
function nameOf(v: Tree, i: number): [string, string] {
  const id = String(v.word ?? v.id ?? v.name ?? i + 1);
  const said = (lang.value === "en" ? v.name_en ?? v.title_en : v.name ?? v.title) ?? v.word ?? v.id;
  return [id, said === undefined ? String(i + 1) : String(said)];
}
/* A table of a definition file has no order of its own: what is looked for first stands first. */
const first = ["grades", "variants", "iaqi", "breakpoints", "limits", "within", "at_least", "at_most", "river", "lake", "so2", "no2", "co", "o3", "pm10", "pm25", "day", "hour", "year", "items", "missing"];
const place = (k: string) => (first.includes(k) ? first.indexOf(k) : first.length);
const hidden = new Set(["code", "grades_en"]);
const naming = new Set(["word", "id", "name", "name_en", "title", "title_en"]);

export function lines(figures: unknown): Line[] {
  own = new Map();
  collect(figures, own);
  return walk(figures, "", []);
}
function walk(figures: unknown, path: string, label: string[]): Line[] {
  if (scalar(figures)) return [{ path, label, cells: [cell(figures)] }];
  if (Array.isArray(figures)) {
    const row = cells(figures);
    if (row) return [{ path, label, cells: row }];
    return figures.flatMap((x, i) => {
      if (scalar(x) || Array.isArray(x)) return walk(x, `${path}/${i}`, [...label, String(i + 1)]);
      const [id, said] = nameOf(x as Tree, i);
      const rest = Object.fromEntries(Object.entries(x as Tree).filter(([k]) => !naming.has(k)));
      return walk(rest, `${path}/${id}`, [...label, said]);
    });
  }
  const tree = figures as Tree;
  // what is there in both languages is shown in the reader's
  const foreign = (k: string) => (lang.value === "en" ? k + "_en" in tree : k.endsWith("_en") && k.slice(0, -3) in tree);
  return Object.entries(tree)
    .filter(([k, v]) => !hidden.has(k) && !foreign(k) && v !== "")
    .sort(([x], [y]) => place(x) - place(y) || (x < y ? -1 : 1))
    .flatMap(([k, v]) => walk(v, `${path}/${k}`, [...label, said(k)]));
}

export interface Pair { path: string; label: string[]; a: string[] | null; b: string[] | null; same: boolean }
/* Both editions' lines in the order of the first, what only the second has after the line it follows there. */
export function compare(a: Line[], b: Line[]): Pair[] {
  const other = new Map(b.map((l) => [l.path, l]));
  const had = new Set(a.map((l) => l.path));
  const pairs: Pair[] = a.map((l) => {
    const o = other.get(l.path);
    return { path: l.path, label: l.label, a: l.cells, b: o?.cells ?? null, same: o !== undefined && o.cells.join("\t") === l.cells.join("\t") };
  });
  b.forEach((l, i) => {
    if (had.has(l.path)) return;
    const before = i ? pairs.findIndex((p) => p.path === b[i - 1].path) : -1;
    pairs.splice(before + 1, 0, { path: l.path, label: l.label, a: null, b: l.cells, same: false });
  });
  return pairs;
}

export const medium = (r: Pick<RuleSet, "kind">) => r.kind.split(".")[0];
/* A figure that is not confirmed carries its mark wherever it is shown. */
export const unsure = (certainty: string | null | undefined) => !!certainty && certainty !== "confirmed" && !certainty.startsWith("measured");
