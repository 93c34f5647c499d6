/* Field work in this browser: the vault of who is signed in, what was taken along, the records, and their sending. */
import { computed, ref, shallowRef } from "vue";
import { ApiError, get, root, whenLineSeen, whenNoLine } from "@/api/client";
import { me, serverNow, signedIn } from "@/state/session";
import type { Me } from "@/api/types";
import { answerOf, readBag, takeAlong, type Bag } from "./bag";
import { newId, type FieldRecord } from "./records";
import { sendAll, type Answer, type Ending } from "./send";
import { browserShelf, others, Vault, type Shelf } from "./vault";

/* Browsers lend storage of this kind, hashes and service workers only to pages on https or on this machine itself. */
export const able = typeof window !== "undefined" && window.isSecureContext && "indexedDB" in window && Boolean(crypto.subtle);
export const vault = shallowRef<Vault | null>(null);
export const bag = shallowRef<Bag | null>(null);
export const records = ref<FieldRecord[]>([]);
export const strangers = ref<Record<string, number>>({});
export const offline = ref(false); // the last question found no line
export const sendingNow = ref<{ id: string; part: number; of: number } | null>(null);
export const lastEnding = ref<Ending | null>(null);
export const pending = computed(() => records.value.filter((r) => r.state !== "done" && r.state !== "draft"));
export const unsent = computed(() => records.value.filter((r) => r.state !== "done"));

let shelf: Promise<Shelf> | null = null;
const open = () => (shelf ??= browserShelf());
const keepDone = 200;

async function use(v: Vault): Promise<void> {
  vault.value = v;
  bag.value = await readBag(v);
  const found = await Promise.all((await v.names("records")).map((n) => v.get<FieldRecord>("records", n)));
  records.value = found.filter((r): r is FieldRecord => r !== null).sort((a, b) => a.order - b.order);
  strangers.value = await others(await open(), v.owner);
}
/* Before anybody is asked anything: what was unlocked before a restart answers where there is no line. */
export async function wake(): Promise<void> {
  whenLineSeen((there) => (offline.value = !there));
  if (!able) return;
  try {
    const v = await Vault.again(await open());
    if (v) await use(v);
    whenNoLine(async (path) => (vault.value ? answerOf(vault.value, bag.value, path) : undefined));
  } catch {
    vault.value = null; // a browser that forbids storage: everything else works
  }
}
/* Once it is known who is signed in. A session that is over locks the vault; another's never opens. */
export async function settle(who: Me): Promise<void> {
  if (!able) return;
  const s = await open();
  if (!who.name) {
    await lock();
    return;
  }
  if (vault.value?.owner === who.name) return;
  vault.value = null;
  bag.value = null;
  records.value = [];
  const { key } = await get<{ key: string }>("me/field");
  await use(await Vault.unlock(s, who.name, key));
}
async function lock(): Promise<void> {
  vault.value = null;
  bag.value = null;
  records.value = [];
  const s = await open();
  await Vault.lock(s);
  strangers.value = await others(s, null);
}
/* At the log-out what was taken along goes; a record not yet sent stays, locked, unless it is to go too. */
export async function leave(everything: boolean): Promise<void> {
  if (!able || !vault.value) return;
  await vault.value.clear(everything || !unsent.value.length ? undefined : ["kept"]);
  await lock();
}

export const taking = ref<{ done: number; of: number } | null>(null);
export async function fill(): Promise<void> {
  const v = vault.value;
  if (!v || taking.value) return;
  taking.value = { done: 0, of: 0 };
  try {
    void navigator.storage?.persist?.();
    bag.value = await takeAlong(v, { get: (p) => plainGet(p), now: serverNow(), me: me.value, progress: (done, of) => (taking.value = { done, of }) });
  } finally {
    taking.value = null;
  }
}
/* Fresh from the server, never from the old bag. */
async function plainGet(path: string): Promise<unknown> {
  let r: Response;
  try {
    r = await fetch(root + path, { credentials: "same-origin", cache: "no-store" });
  } catch {
    throw new ApiError(0, "network", "", "");
  }
  if (!r.ok) throw new ApiError(r.status, "http." + r.status, String(r.status), String(r.status));
  return r.json();
}

export async function keep(r: FieldRecord): Promise<void> {
  const v = vault.value;
  if (!v) throw new Error("locked");
  await v.put("records", r.id, JSON.parse(JSON.stringify(r)));
  const at = records.value.findIndex((x) => x.id === r.id);
  if (at < 0) records.value.push(r);
  else records.value[at] = r;
  if (r.state === "done") await tidy(v, r);
}
/* What arrived needs its photos here no longer; the record stays for the day's overview. */
async function tidy(v: Vault, r: FieldRecord): Promise<void> {
  const needed = new Set(unsent.value.flatMap((x) => x.files.map((f) => f.sm3)));
  for (const f of r.files) if (!needed.has(f.sm3)) await v.drop("files", f.sm3);
  const done = records.value.filter((x) => x.state === "done");
  for (const old of done.slice(0, Math.max(0, done.length - keepDone))) await forget(old);
}
export async function forget(r: FieldRecord): Promise<void> {
  const v = vault.value;
  if (!v) return;
  await v.drop("records", r.id);
  records.value = records.value.filter((x) => x.id !== r.id);
  const needed = new Set(unsent.value.flatMap((x) => x.files.map((f) => f.sm3)));
  for (const f of r.files) if (!needed.has(f.sm3)) await v.drop("files", f.sm3);
}
export const nextOrder = () => records.value.reduce((n, r) => Math.max(n, r.order), 0) + 1;
export async function fileOf(sm3: string, type = ""): Promise<Blob | null> {
  const b = await vault.value?.getBytes("files", sm3);
  return b ? new Blob([b], { type }) : null;
}

async function post(path: string, key: string, body: Blob | object): Promise<Answer> {
  const bytes = body instanceof Blob;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), bytes ? 300_000 : 30_000);
  try {
    const r = await fetch(root + path, {
      method: "POST", credentials: "same-origin", signal: stop.signal, body: bytes ? body : JSON.stringify(body),
      headers: { "Content-Type": bytes ? "application/octet-stream" : "application/json", "Idempotency-Key": key },
    });
    return { status: r.status, body: await r.json().catch(() => null) };
  } catch {
    return { status: 0, body: null };
  } finally {
    clearTimeout(timer);
  }
}
let busy = false;
/* In one tab at a time. */
export async function sendNow(): Promise<void> {
  if (busy || !vault.value || !signedIn.value || !records.value.some((r) => r.state === "waiting")) return;
  busy = true;
  const go = async () => {
    lastEnding.value = await sendAll(records.value, { post, bytes: (h) => fileOf(h), keep, progress: (r, part, of) => (sendingNow.value = { id: r.id, part, of }) });
    offline.value = lastEnding.value === "line";
  };
  try {
    if (navigator.locks) await navigator.locks.request("bihuan.field", { ifAvailable: true }, async (l) => (l ? go() : undefined));
    else await go();
  } finally {
    busy = false;
    sendingNow.value = null;
  }
}
/* Once more, after somebody looked: over what happened meanwhile, or just again. */
export async function again(r: FieldRecord, seen?: number): Promise<void> {
  await keep({ ...r, state: "waiting", key: newId(), seen: seen ?? r.seen, why: undefined, why_en: undefined, code: undefined });
  await sendNow();
}
