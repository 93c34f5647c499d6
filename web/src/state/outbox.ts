/* What was sent while there was no line waits here and goes out by itself when there is one again. Each carries a key of its own, so that the server
 * does it once however often it is sent. */
import { computed, ref } from "vue";
import { ApiError, send, sentence } from "@/api/client";
import { me } from "./session";

export interface Waiting { key: string; user: string; at: number; path: string; body: unknown; title: string; fault?: string; draft?: string; case?: number }
const name = "bihuan.outbox";

function read(): Waiting[] {
  try {
    const list = JSON.parse(localStorage.getItem(name) ?? "[]") as Waiting[];
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}
const all = ref<Waiting[]>(typeof localStorage === "undefined" ? [] : read());
export const waiting = computed(() => all.value.filter((w) => w.user === me.value.name));
const keep = () => localStorage.setItem(name, JSON.stringify(all.value));

export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
}
/* No line, or a server that is just being started again: worth another try later. */
export const lostLine = (e: unknown) => e instanceof ApiError && (e.code === "network" || e.status === 502 || e.status === 503 || e.status === 504);

/* Sends now, or keeps it for later when there is no line: null then. A refusal is the caller's to show. */
export async function sendOrKeep<T>(path: string, body: unknown, title: string, more: { draft?: string; case?: number; key?: string } = {}): Promise<T | null> {
  const key = more.key ?? newKey();
  try {
    return await send<T>(path, body, key);
  } catch (e) {
    if (!lostLine(e)) throw e;
    all.value = [...read(), { key, user: me.value.name ?? "", at: Date.now(), path, body, title, case: more.case }];
    keep();
    return null;
  }
}
export function drop(key: string): void {
  all.value = read().filter((w) => w.key !== key);
  keep();
}
let busy = false;
export const sending = ref(false);
/* In order; the first that finds no line leaves the rest for the next time, a refusal stays with its sentence until somebody looks. */
export async function flush(done?: (w: Waiting) => void): Promise<void> {
  if (busy) return;
  busy = sending.value = true;
  try {
    all.value = read();
    for (const w of waiting.value.filter((x) => !x.fault)) {
      try {
        await send(w.path, w.body, w.key);
        drop(w.key);
        done?.(w);
      } catch (e) {
        if (lostLine(e) || (e instanceof ApiError && e.status === 401)) break;
        all.value = read().map((x) => (x.key === w.key ? { ...x, fault: sentence(e) } : x));
        keep();
      }
    }
  } finally {
    busy = sending.value = false;
  }
}
