/* What a phone keeps: answers taken along, records made in the field, their photos. Everything lies encrypted (AES-GCM) under a key that the server
 * gives to one person after the log-in and that is taken off the phone at the log-out. So the next user of the phone can read none of it, and a record
 * not yet sent is readable again to its author after the next log-in. The key itself cannot be read out by a page (not extractable). */

export type Part = "kept" | "records" | "files";
const parts: Part[] = ["kept", "records", "files"];

/* Where bytes lie: IndexedDB in a browser, a Map in the tests. Keys are "OWNER/NAME". */
export interface Shelf {
  get(part: Part | "keys", key: string): Promise<unknown>;
  put(part: Part | "keys", key: string, value: unknown): Promise<void>;
  drop(part: Part | "keys", key: string): Promise<void>;
  names(part: Part | "keys"): Promise<string[]>;
}

export function memoryShelf(): Shelf {
  const all = new Map<string, unknown>();
  const at = (p: string, k: string) => `${p} ${k}`;
  return {
    get: async (p, k) => all.get(at(p, k)),
    put: async (p, k, v) => void all.set(at(p, k), v),
    drop: async (p, k) => void all.delete(at(p, k)),
    names: async (p) => [...all.keys()].filter((k) => k.startsWith(p + " ")).map((k) => k.slice(p.length + 1)),
  };
}
const wait = <T>(r: IDBRequest<T>) => new Promise<T>((done, fail) => {
  r.onsuccess = () => done(r.result);
  r.onerror = () => fail(r.error ?? new Error("IndexedDB"));
});
export async function browserShelf(): Promise<Shelf> {
  const open = indexedDB.open("bihuan.field", 1);
  open.onupgradeneeded = () => [...parts, "keys"].forEach((p) => open.result.createObjectStore(p));
  const db = await wait(open);
  const on = (p: string, mode: IDBTransactionMode) => db.transaction(p, mode, { durability: "strict" } as never);
  /* Answered when the transaction is done: a photo said to be kept is kept. */
  const change = (p: string, f: (s: IDBObjectStore) => void) => new Promise<void>((done, fail) => {
    const t = on(p, "readwrite");
    t.oncomplete = () => done();
    t.onerror = t.onabort = () => fail(t.error ?? new Error("IndexedDB"));
    f(t.objectStore(p));
  });
  return {
    get: (p, k) => wait(on(p, "readonly").objectStore(p).get(k)),
    put: (p, k, v) => change(p, (s) => s.put(v, k)),
    drop: (p, k) => change(p, (s) => s.delete(k)),
    names: async (p) => (await wait(on(p, "readonly").objectStore(p).getAllKeys())).map(String),
  };
}

interface Sealed { iv: Uint8Array; data: ArrayBuffer }
const unhex = (s: string) => Uint8Array.from(s.match(/../g) ?? [], (x) => parseInt(x, 16));

export class Vault {
  private constructor(
    private readonly shelf: Shelf,
    readonly owner: string,
    private readonly key: CryptoKey,
  ) {}
  /* After a log-in, with the key from the server; it stays until lock(). Another's key is taken away. */
  static async unlock(shelf: Shelf, owner: string, hex: string): Promise<Vault> {
    const key = await crypto.subtle.importKey("raw", unhex(hex), "AES-GCM", false, ["encrypt", "decrypt"]);
    await Vault.lock(shelf);
    await shelf.put("keys", "now", { owner, key });
    return new Vault(shelf, owner, key);
  }
  /* The one that was unlocked and not locked again, also after a restart without a line. */
  static async again(shelf: Shelf): Promise<Vault | null> {
    const k = (await shelf.get("keys", "now")) as { owner: string; key: CryptoKey } | undefined;
    return k ? new Vault(shelf, k.owner, k.key) : null;
  }
  static lock(shelf: Shelf): Promise<void> {
    return shelf.drop("keys", "now");
  }
  private at(name: string): string {
    return `${this.owner}/${name}`;
  }
  /* The name is bound in: one sealed value put in another's place does not open. */
  private more(part: Part, name: string): Uint8Array {
    return new TextEncoder().encode(`${part} ${this.at(name)}`);
  }
  async putBytes(part: Part, name: string, bytes: ArrayBuffer | Uint8Array): Promise<void> {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: this.more(part, name) as BufferSource }, this.key, bytes as BufferSource);
    await this.shelf.put(part, this.at(name), { iv, data } satisfies Sealed);
  }
  async getBytes(part: Part, name: string): Promise<ArrayBuffer | null> {
    const s = (await this.shelf.get(part, this.at(name))) as Sealed | undefined;
    return s ? crypto.subtle.decrypt({ name: "AES-GCM", iv: s.iv as BufferSource, additionalData: this.more(part, name) as BufferSource }, this.key, s.data) : null;
  }
  put(part: Part, name: string, value: unknown): Promise<void> {
    return this.putBytes(part, name, new TextEncoder().encode(JSON.stringify(value)));
  }
  async get<T>(part: Part, name: string): Promise<T | null> {
    const b = await this.getBytes(part, name);
    return b ? (JSON.parse(new TextDecoder().decode(b)) as T) : null;
  }
  drop(part: Part, name: string): Promise<void> {
    return this.shelf.drop(part, this.at(name));
  }
  async names(part: Part): Promise<string[]> {
    const mine = this.at("");
    return (await this.shelf.names(part)).filter((k) => k.startsWith(mine)).map((k) => k.slice(mine.length));
  }
  /* All of the owner's, or the parts named. */
  async clear(which: Part[] = parts): Promise<void> {
    for (const p of which) for (const n of await this.names(p)) await this.drop(p, n);
  }
}
/* Whose records lie on this phone besides: {name: how many}. Nothing of them can be read but that. */
export async function others(shelf: Shelf, me: string | null): Promise<Record<string, number>> {
  const out: Record<string, number> = {};
  for (const k of await shelf.names("records")) {
    const who = k.slice(0, k.lastIndexOf("/"));
    if (who !== me) out[who] = (out[who] ?? 0) + 1;
  }
  return out;
}
