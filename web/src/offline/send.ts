/* Sends what waits, in the order it was made: first a record's files, then the record. Each request carries a key of its own, so that a lost answer does
 * nothing twice; how far a record came is kept after every step. What the server refuses stays on the phone with the reason, and what follows on it for
 * the same case waits for a person's decision, for it was made in the belief that the first would hold. */
import { body, type FieldRecord } from "./records";

export interface Answer { status: number; body: unknown }
export interface Line {
  /* status 0: no line */
  post(path: string, key: string, body: Blob | object): Promise<Answer>;
  bytes(hash: string): Promise<Blob | null>;
  keep(r: FieldRecord): Promise<void>;
  progress(r: FieldRecord, part: number, of: number): void;
}
export type Ending = "all" | "line" | "login";
interface Refusal { error?: { code?: string; message?: string; message_en?: string } }
const noLine = (s: number) => s === 0 || s === 408 || s === 429 || s === 502 || s === 503 || s === 504;

/* What one answer means for its record; null: it was done. */
function refusal(a: Answer): Pick<FieldRecord, "state" | "why" | "why_en" | "code"> | null {
  if (a.status >= 200 && a.status < 300) return null;
  const e = (a.body as Refusal | null)?.error;
  const code = e?.code ?? "http." + a.status;
  const state = code === "case.moved_on" ? "conflict" : code === "file.changed" || code === "capture.changed" ? "changed" : "refused";
  return { state, code, why: e?.message ?? code, why_en: e?.message_en ?? e?.message ?? code };
}
/* null: done; else why the whole sending stops, or what became of this one. */
async function one(r: FieldRecord, line: Line): Promise<FieldRecord | Ending> {
  let now: FieldRecord = { ...r, tries: r.tries + 1 };
  const steps = now.files.length + 1;
  for (const [i, f] of now.files.entries()) {
    line.progress(now, i, steps);
    if (f.id) continue;
    const bytes = await line.bytes(f.sm3);
    if (!bytes) return { ...now, state: "changed", code: "file.gone", why: "本机已没有这个附件：" + f.name, why_en: "the file is no longer on this phone: " + f.name };
    const a = await line.post(`files?name=${encodeURIComponent(f.name)}&sm3=${f.sm3}`, `${r.id}-${f.sm3.slice(0, 24)}`, bytes);
    if (noLine(a.status)) return "line";
    if (a.status === 401) return "login";
    const no = refusal(a);
    if (no) return { ...now, ...no };
    now = { ...now, files: now.files.map((x) => (x.sm3 === f.sm3 ? { ...x, id: (a.body as { id: number }).id } : x)) };
    await line.keep(now);
  }
  line.progress(now, steps - 1, steps);
  const a = await line.post(now.case ? `cases/${now.case.id}/actions` : "cases", now.key, body(now));
  if (noLine(a.status)) return "line";
  if (a.status === 401) return "login";
  const no = refusal(a);
  if (no) return { ...now, ...no };
  const c = a.body as { id: number; number: string };
  return { ...now, state: "done", why: undefined, why_en: undefined, code: undefined, result: { id: c.id, number: c.number, arrived: new Date().toISOString() } };
}
export async function sendAll(records: FieldRecord[], line: Line): Promise<Ending> {
  const held = new Set(records.filter((r) => r.case && ["conflict", "refused", "changed"].includes(r.state)).map((r) => `${r.case!.id}/${r.order}`));
  const blocked = (r: FieldRecord) => r.case && [...held].some((h) => h.startsWith(r.case!.id + "/") && Number(h.split("/")[1]) < r.order);
  for (const r of records.filter((x) => x.state === "waiting").sort((a, b) => a.order - b.order)) {
    if (blocked(r)) continue;
    const end = await one(r, line);
    if (typeof end === "string") return end;
    await line.keep(end);
    if (end.case && end.state !== "done") held.add(`${end.case.id}/${end.order}`);
  }
  return "all";
}
