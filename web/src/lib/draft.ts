/* What was typed is kept in this browser until it is sent: a form that is closed, a page that is reloaded or a phone without a line lose nothing. */
import { empty } from "./caseform";

export interface Draft { at: number; values: Record<string, unknown> }
const prefix = "bihuan.draft.";
const keepMs = 30 * 86_400_000;

/* A draft is one person's: the next one at this machine does not see it. */
export const draftKey = (user: string | null, ...parts: (string | number)[]) => prefix + [user ?? "public", ...parts].join(".");

export function readDraft(key: string, store: Storage = localStorage): Draft | null {
  try {
    const d = JSON.parse(store.getItem(key) ?? "null") as Draft | null;
    if (!d || typeof d.values !== "object" || Date.now() - d.at > keepMs) return null;
    return empty(d.values) ? null : d;
  } catch {
    return null;
  }
}
export function writeDraft(key: string, values: Record<string, unknown>, store: Storage = localStorage): void {
  try {
    if (empty(values)) store.removeItem(key);
    else store.setItem(key, JSON.stringify({ at: Date.now(), values }));
  } catch {
    /* a full or forbidden store: the form still works, it only forgets */
  }
}
export const dropDraft = (key: string, store: Storage = localStorage) => store.removeItem(key);
