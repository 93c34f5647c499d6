/* What a form knows of its fields without a screen: what is required, what is wrong, what is sent. The server checks all of it again. */
import type { Need } from "@/api/types";

export type Values = Record<string, unknown>;
export type Fault = { key: "required"; } | { key: "same" } | { key: "min" | "max" | "decimals" | "most"; n: number } | { key: "points" } | { key: "row"; n: number; label: string } | { key: "goal" };

export function empty(v: unknown): boolean {
  if (v === undefined || v === null || v === "") return true;
  if (typeof v === "string") return !v.trim();
  if (Array.isArray(v)) return v.length === 0;
  if (typeof v === "object") return Object.values(v).every(empty);
  return false;
}
/* A row in which nothing was typed is no row. */
export const fullRows = (v: unknown): Values[] => (Array.isArray(v) ? (v as Values[]).filter((r) => !empty(r)) : []);

/* Without `required` a field of a dialog is required; a ledger's always says it. of_case: the case's own values, which a condition may be about too. */
export function isRequired(n: Need, values: Values, ofCase: Values = {}): boolean {
  const w = n.required_when;
  if (!w) return n.required ?? true;
  if (n.required) return true;
  const v = values[w.field] ?? ofCase[w.field];
  return w.is.some((x) => x === v);
}
const digitsAfter = (v: number) => (String(v).split(/[eE]/)[0].split(".")[1] ?? "").length;

export function fault(n: Need, values: Values, ofCase: Values = {}): Fault | null {
  const v = values[n.id];
  const none = n.type === "rows" ? !fullRows(v).length : empty(v);
  if (none) return isRequired(n, values, ofCase) ? { key: "required" } : null;
  if (n.differs_from && v === values[n.differs_from]) return { key: "same" };
  if (n.type === "number" && typeof v === "number") {
    if (n.min !== undefined && v < n.min) return { key: "min", n: n.min };
    if (n.max !== undefined && v > n.max) return { key: "max", n: n.max };
    if (n.decimals !== undefined && digitsAfter(v) > n.decimals) return { key: "decimals", n: n.decimals };
  }
  if (n.type === "text" && n.most && [...String(v)].length > n.most) return { key: "most", n: n.most };
  if (n.type === "area" && (v as unknown[]).length < 3) return { key: "points" };
  if (n.type === "goal" && typeof v === "object") {
    const g = v as Values;
    if (g.indicator && (empty(g.site) || empty(g.factor) || empty(g.value) || empty(g.window) || (g.op === "in" && empty(g.lower)))) return { key: "goal" };
  }
  if (n.type === "rows") {
    const rows = v as Values[];
    for (let i = 0; i < rows.length; i++) {
      if (empty(rows[i])) continue;
      const c = (n.columns ?? []).find((c) => fault({ ...c, required: c.required ?? false }, rows[i]));
      if (c) return { key: "row", n: i + 1, label: c.label };
    }
  }
  return null;
}
function oneForSending(n: Need, v: unknown): unknown {
  if (n.type === "goal") return typeof v === "string" ? { text: v } : v;
  if (n.type === "evidence") return (v as { text: string; files?: unknown[] }[]).filter((p) => p.text.trim() || p.files?.length);
  if (n.type === "rows") return fullRows(v).map((r) => forSending(n.columns ?? [], r));
  if (typeof v === "string") return v.trim();
  return v;
}
export function forSending(needs: Need[], values: Values): Values {
  const out: Values = {};
  for (const n of needs) if (!n.computed && !empty(values[n.id])) out[n.id] = oneForSending(n, values[n.id]);
  return out;
}
/* The fields that a refusal speaks of: it names them as "标签（id）" or lists their labels after "缺少必填项：". */
export function fieldsNamed(message: string, needs: Need[]): string[] {
  const listed = /^缺少必填项：(.*)$/.exec(message)?.[1] ?? /^missing: (.*)$/.exec(message)?.[1];
  const names = listed?.split(/[、，,]\s*/).map((s) => s.trim());
  return needs.filter((n) => message.includes(`（${n.id}）`) || message.includes(` (${n.id})`) || names?.includes(n.label) || (n.label_en !== undefined && names?.includes(n.label_en))).map((n) => n.id);
}

/* ---- coordinates ---- */

export type LonLat = [number, number];
export const onEarth = (lon: number, lat: number) => Math.abs(lon) <= 180 && Math.abs(lat) <= 90;
/* Pairs in any usual writing: "120.1, 36.2; 120.2 36.3", a line each, GeoJSON or WKT. Latitude first is turned where it can be told: in China. */
export function readCoordinates(text: string): LonLat[] | null {
  const found = (text.match(/[-+]?\d+(?:\.\d+)?/g) ?? []).map(Number);
  if (found.length < 2 || found.length % 2) return null;
  const out: LonLat[] = [];
  for (let i = 0; i < found.length; i += 2) {
    let [lon, lat] = [found[i], found[i + 1]];
    if (lon >= 3 && lon <= 54 && lat >= 73 && lat <= 136) [lon, lat] = [lat, lon];
    if (!onEarth(lon, lat)) return null;
    out.push([lon, lat]);
  }
  const [first, last] = [out[0], out[out.length - 1]];
  if (out.length > 3 && first[0] === last[0] && first[1] === last[1]) out.pop();
  return out;
}
/* Lines of "2026-03-01 09:00, 120.1, 36.2". */
export function readTrack(text: string): { at: string; lon: number; lat: number }[] | null {
  const out = [];
  for (const line of text.split(/\r?\n/)) {
    if (!line.trim()) continue;
    const m = /(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?)\D+?([-+]?\d+(?:\.\d+)?)[,，;\s]+([-+]?\d+(?:\.\d+)?)/.exec(line);
    const pair = m && readCoordinates(`${m[2]} ${m[3]}`);
    if (!m || !pair) return null;
    out.push({ at: m[1].replace(" ", "T"), lon: pair[0][0], lat: pair[0][1] });
  }
  return out.sort((a, b) => (a.at < b.at ? -1 : 1));
}
/* Square metres of a ring, as on a sphere. */
export function ringArea(ring: LonLat[]): number {
  const rad = Math.PI / 180;
  let sum = 0;
  ring.forEach(([lon, lat], i) => {
    const [lon2, lat2] = ring[(i + 1) % ring.length];
    sum += (lon2 - lon) * rad * (2 + Math.sin(lat * rad) + Math.sin(lat2 * rad));
  });
  return Math.abs((sum * 6371008.8 ** 2) / 2);
}
export function lineLength(line: LonLat[]): number {
  const rad = Math.PI / 180;
  let sum = 0;
  for (let i = 1; i < line.length; i++) {
    const [a, b] = [line[i - 1], line[i]];
    const h = Math.sin(((b[1] - a[1]) * rad) / 2) ** 2 + Math.cos(a[1] * rad) * Math.cos(b[1] * rad) * Math.sin(((b[0] - a[0]) * rad) / 2) ** 2;
    sum += 2 * 6371008.8 * Math.asin(Math.sqrt(h));
  }
  return sum;
}

/* ---- rows from a table that was copied ---- */

const yes = new Set(["是", "有", "√", "✓", "true", "yes", "1", "y"]);
function cell(c: Need, text: string): unknown {
  const s = text.trim();
  if (!s) return undefined;
  if (c.type === "number") {
    const v = Number(s.replace(/[,，\s]/g, ""));
    return Number.isFinite(v) ? v : s;
  }
  if (c.type === "flag") return yes.has(s.toLowerCase());
  if (c.type === "date") return s.replace(/^(\d{4})[./年](\d{1,2})[./月](\d{1,2})日?$/, (_, y: string, m: string, d: string) => `${y}-${m.padStart(2, "0")}-${d.padStart(2, "0")}`);
  return s;
}
/* A first line of the columns' own names says their order; else they come in theirs. */
export function readRows(text: string, columns: Need[]): Values[] {
  const lines = text.replace(/\r/g, "").split("\n").filter((l) => l.trim()).map((l) => l.split("\t"));
  const heads = lines[0]?.map((h) => columns.find((c) => c.label === h.trim() || c.label_en === h.trim() || c.id === h.trim()));
  const named = heads?.some(Boolean);
  const order = named ? heads! : columns;
  return (named ? lines.slice(1) : lines).map((l) => Object.fromEntries(l.map((s, i) => [order[i]?.id, order[i] && cell(order[i]!, s)]).filter(([k, v]) => k && v !== undefined)) as Values).filter((r) => !empty(r));
}

/* ---- what changed between two writings of a text ---- */

export interface Piece { text: string; kind: "same" | "gone" | "new" }
/* Longest common subsequence over words of a Chinese text (characters) or runs of letters and digits. */
export function textChanges(before: string, after: string): Piece[] {
  const split = (s: string) => s.match(/[A-Za-z0-9.%-]+|[\s\S]/gu) ?? [];
  const a = split(before).slice(0, 1500), b = split(after).slice(0, 1500);
  const w = b.length + 1;
  const len = new Uint16Array((a.length + 1) * w);
  for (let i = a.length - 1; i >= 0; i--) for (let j = b.length - 1; j >= 0; j--) len[i * w + j] = a[i] === b[j] ? len[(i + 1) * w + j + 1] + 1 : Math.max(len[(i + 1) * w + j], len[i * w + j + 1]);
  const out: Piece[] = [];
  const add = (text: string, kind: Piece["kind"]) => {
    const last = out[out.length - 1];
    if (last?.kind === kind) last.text += text;
    else out.push({ text, kind });
  };
  let i = 0, j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) add(a[i++], "same"), j++;
    else if (j >= b.length || (i < a.length && len[(i + 1) * w + j] >= len[i * w + j + 1])) add(a[i++], "gone");
    else add(b[j++], "new");
  }
  return out;
}
/* "还有 9 个工作日" needs days that run; a clock that stopped or has no day has none. */
export const clockOrder = <T extends { stopped: string | null; deadline: string | null; from: string | null }>(clocks: T[]): T[] =>
  [...clocks].sort((a, b) => Number(Boolean(a.stopped)) - Number(Boolean(b.stopped)) || Number(!a.deadline) - Number(!b.deadline) || String(a.deadline).localeCompare(String(b.deadline)));
/* A case's value as a form takes it: units, sites and cases by what names them. */
export function asGiven(n: Need, v: unknown): unknown {
  if (v === null || v === undefined) return undefined;
  const o = v as { code?: string; number?: string; name?: string; id?: number };
  if (n.type === "unit" || n.type === "site") return typeof v === "object" ? o.code : v;
  if (n.type === "case") return typeof v === "object" ? o.number : v;
  if (n.type === "user") return typeof v === "object" ? o.name : v;
  if (n.type === "file" || n.type === "signature") return Array.isArray(v) ? v.map((x: unknown) => (typeof x === "object" && x ? (x as { id: number }).id : x)) : v;
  if (n.type === "rows") return Array.isArray(v) ? (v as Values[]).map((r) => Object.fromEntries((n.columns ?? []).map((c) => [c.id, asGiven(c, r[c.id])]).filter(([, x]) => x !== undefined))) : v;
  return JSON.parse(JSON.stringify(v)) as unknown;
}
