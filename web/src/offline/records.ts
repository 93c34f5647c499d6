/* A record made in the field: what was written down, its photos and signatures, place and time, sealed when it is finished. The seal is the SM3 of the
 * record's own words, in which each file stands by the SM3 of its bytes; the server checks both and keeps them with the event. Nothing here needs a screen. */
import type { Need } from "@/api/types";
import type { Values } from "@/lib/caseform";
import { sm3 } from "@/lib/sm3";
import type { Place } from "./place";

export interface FieldFile { sm3: string; name: string; type: string; size: number; at: string; place: Place | null; id?: number }
export type RecordState = "draft" | "waiting" | "done" | "conflict" | "refused" | "changed";
export interface FieldRecord {
  id: string;
  key: string; // under which the server does it once; another for another try after a refusal
  order: number;
  ledger: string;
  action?: string;
  case?: { id: number; number: string; title?: string | null };
  label: string;
  seen?: number; // the last event of the case that was on this phone
  from?: string; // the state the case was in
  to?: string; // and will be in
  fields: Values; // files as "sm3:HASH"
  files: FieldFile[];
  state: RecordState;
  at: string; // of sealing
  text?: string; // the record's words
  hash?: string;
  tries: number;
  why?: string;
  why_en?: string;
  code?: string;
  result?: { id: number; number: string; arrived: string };
}
export const fileMark = "sm3:";
export const isMark = (v: unknown): v is string => typeof v === "string" && /^sm3:[0-9a-f]{64}$/.test(v);

export function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
}
/* Every file that the values name, in their order. */
export function marksIn(v: unknown): string[] {
  if (isMark(v)) return [v.slice(fileMark.length)];
  if (Array.isArray(v)) return v.flatMap(marksIn);
  return v && typeof v === "object" ? Object.values(v).flatMap(marksIn) : [];
}
/* The values as the server takes them: ids where the files stood. */
export function withIds(v: unknown, id: (hash: string) => number | undefined): unknown {
  if (isMark(v)) return id(v.slice(fileMark.length)) ?? v;
  if (Array.isArray(v)) return v.map((x) => withIds(x, id));
  if (v && typeof v === "object") return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, withIds(x, id)]));
  return v;
}
/* at: by the server's clock as far as the phone knows it; phone: by the phone's own. */
export function seal(r: FieldRecord, fields: Values, by: string, at: string, phone: string, place: Place | null): FieldRecord {
  const named = new Set(marksIn(fields));
  const files = r.files.filter((f) => named.has(f.sm3));
  const text = JSON.stringify({
    form: 1, by, at, phone, ...(r.case ? { case: r.case.id, action: r.action } : { ledger: r.ledger }), fields,
    files: files.map(({ sm3: hash, name, size, at: taken, place: where }) => ({ sm3: hash, name, size, at: taken, place: where })), place,
  });
  return { ...r, fields, files, at, text, hash: sm3(text), state: "waiting", why: undefined, why_en: undefined, code: undefined };
}
export const body = (r: FieldRecord): Record<string, unknown> => {
  const ids = new Map(r.files.map((f) => [f.sm3, f.id]));
  const fields = withIds(r.fields, (h) => ids.get(h));
  const capture = { record: r.text, hash: r.hash };
  return r.case ? { action: r.action, fields, capture, ...(r.seen ? { seen: r.seen } : {}) } : { ledger: r.ledger, fields, capture };
};
/* In what state a case will be when all that waits for it has been done. */
export const stateAfter = (state: string, records: FieldRecord[], id: number): string =>
  records.filter((r) => r.case?.id === id && r.state === "waiting").sort((a, b) => a.order - b.order).reduce((s, r) => r.to ?? s, state);
/* A field in which the person can leave a mark without a keyboard stands first on a phone; what the program knows is filled in. */
export function prefill(needs: Need[], now: string, place: Place | null, person: string): Values {
  const out: Values = {};
  for (const n of needs) {
    if (n.computed) continue;
    if (n.type === "time" && /visit|arriv|at$|time/.test(n.id)) out[n.id] = now.slice(0, 16);
    if (n.type === "point" && place) out[n.id] = { lon: place.lon, lat: place.lat };
    if (n.id === "person" && n.type === "text") out[n.id] = person;
    if (n.default !== undefined) out[n.id] = n.default;
  }
  return out;
}
