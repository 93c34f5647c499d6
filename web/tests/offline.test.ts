import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { sm3, Sm3, sm3Of } from "@/lib/sm3";
import { answerOf, enterprisesOf, keptName, readBag, takeAlong, type Fetching } from "@/offline/bag";
import { body, marksIn, newId, prefill, seal, stateAfter, withIds, type FieldRecord } from "@/offline/records";
import { sendAll, type Answer, type Line } from "@/offline/send";
import { memoryShelf, others, Vault } from "@/offline/vault";

describe("SM3", () => {
  it.each([
    // GB/T 32905-2016, appendix A
    ["abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"],
    ["abcd".repeat(16), "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"],
  ])("of %s", (text, hex) => expect(sm3(text)).toBe(hex));
  it("is OpenSSL's for every length around its blocks, also in pieces", async () => {
    const bytes = Uint8Array.from({ length: 300 }, (_, i) => (i * 131 + 7) & 255);
    for (let n = 0; n <= 300; n += n < 140 ? 1 : 23) {
      const of = bytes.subarray(0, n);
      const want = createHash("sm3").update(of).digest("hex");
      expect(sm3(of)).toBe(want);
      const h = new Sm3();
      for (let at = 0; at < n; at += 37) h.add(of.subarray(at, at + 37));
      expect(h.hex()).toBe(want);
    }
    const big = new Uint8Array(2_500_000).fill(7);
    expect(await sm3Of(new Blob([big]))).toBe(createHash("sm3").update(big).digest("hex"));
  });
});

const key = "ab".repeat(32), other = "cd".repeat(32);
describe("the vault", () => {
  it("is closed to the next user and open again to its owner", async () => {
    const shelf = memoryShelf();
    const a = await Vault.unlock(shelf, "qin", key);
    await a.put("records", "r1", { text: "现场" });
    expect(await (await Vault.again(shelf))!.get("records", "r1")).toEqual({ text: "现场" });
    expect(JSON.stringify(await shelf.get("records", "qin/r1"))).not.toContain("现场");
    await Vault.lock(shelf);
    expect(await Vault.again(shelf)).toBeNull();
    const b = await Vault.unlock(shelf, "chen", other);
    expect(await b.get("records", "r1")).toBeNull();
    expect(await others(shelf, "chen")).toEqual({ qin: 1 });
    const forged = await Vault.unlock(shelf, "qin", other); // the name alone opens nothing
    await expect(forged.get("records", "r1")).rejects.toThrow();
    expect(await (await Vault.unlock(shelf, "qin", key)).get("records", "r1")).toEqual({ text: "现场" });
  });
  it("does not open what was put in another's place", async () => {
    const shelf = memoryShelf();
    const v = await Vault.unlock(shelf, "qin", key);
    await v.putBytes("files", "one", new Uint8Array([1]));
    await shelf.put("files", "qin/two", await shelf.get("files", "qin/one"));
    await expect(v.getBytes("files", "two")).rejects.toThrow();
  });
});

const photo = new Uint8Array([1, 2, 3]), hash = sm3(photo);
let order = 0;
const draft = (more: Partial<FieldRecord> = {}): FieldRecord => ({
  id: newId(), key: newId(), order: ++order, ledger: "patrol", label: "巡查", fields: {}, state: "draft", at: "", tries: 0,
  files: [{ sm3: hash, name: "a.png", type: "image/png", size: 3, at: "2026-11-22T09:00:00+08:00", place: null }], ...more,
});
const sealed = (more: Partial<FieldRecord> = {}) => seal(draft(more), { title: "沿河", photos: ["sm3:" + hash] }, "qin", "2026-11-22T09:01:00+08:00", "2026-11-22T01:01:03Z", { lon: 120.38, lat: 36.06, accuracy: 9, at: 1 });

describe("a record", () => {
  it("is sealed over its words and the hashes of its files", () => {
    const r = sealed();
    expect(r.hash).toBe(createHash("sm3").update(r.text!).digest("hex"));
    expect(JSON.parse(r.text!)).toMatchObject({ by: "qin", ledger: "patrol", fields: { photos: ["sm3:" + hash] }, files: [{ sm3: hash }], place: { lon: 120.38 } });
    const changed = JSON.parse(r.text!.replace(hash, sm3("other"))) as object;
    expect(sm3(JSON.stringify(changed))).not.toBe(r.hash);
  });
  it("leaves out files that were taken back, and sends ids where files stood", () => {
    const r = seal(draft(), { title: "x" }, "qin", "2026-11-22T09:01:00+08:00", "", null);
    expect(r.files).toEqual([]);
    expect(withIds({ a: ["sm3:" + hash], b: [{ files: ["sm3:" + hash, 4], t: "sm3:x" }] }, (h) => (h === hash ? 12 : undefined))).toEqual({ a: [12], b: [{ files: [12, 4], t: "sm3:x" }] });
    expect(marksIn({ a: "sm3:" + hash, b: "sm3:nothing" })).toEqual([hash]);
    const sent = body({ ...sealed({ case: { id: 5, number: "N" }, action: "visit", seen: 9 }), files: [{ ...draft().files[0], id: 77 }] });
    expect(sent).toMatchObject({ action: "visit", seen: 9, fields: { photos: [77] } });
  });
  it("knows in what state a case will be", () => {
    const of = { id: 5, number: "N" };
    const list = [sealed({ case: of, action: "record", from: "检查", to: "审核" }), sealed({ case: of, action: "visit", from: "派发", to: "检查", order: 0 }), sealed({ case: { id: 6, number: "M" }, to: "办结" })];
    expect(stateAfter("派发", list, 5)).toBe("审核");
    expect(stateAfter("派发", list, 7)).toBe("派发");
  });
  it("fills in what the phone knows", () =>
    expect(prefill([{ id: "visited", label: "", type: "time" }, { id: "place", label: "", type: "point" }, { id: "person", label: "", type: "text" }, { id: "note", label: "", type: "text" }], "2026-11-22T09:01:00+08:00", { lon: 1, lat: 2, accuracy: 3, at: 0 }, "秦川")).toEqual({ visited: "2026-11-22T09:01", place: { lon: 1, lat: 2 }, person: "秦川" }));
});

/* A server as the sender sees it: keys are remembered, answers may be lost on the way after the work was done. */
function server(refuse: (path: string, body: unknown) => Answer | null = () => null, lose: (n: number) => boolean = () => false) {
  const done = new Map<string, Answer>();
  const kept = new Map<string, FieldRecord>();
  let n = 0, ids = 100;
  const line: Line = {
    post: async (path, k, b) => {
      n++;
      const no = refuse(path, b);
      if (no) return no;
      const again = done.get(k) ?? { status: 200, body: { id: ++ids, number: "N" + ids } };
      done.set(k, again);
      return lose(n) ? { status: 0, body: null } : again;
    },
    bytes: async (h) => (h === hash ? new Blob([photo]) : null),
    keep: async (r) => void kept.set(r.id, r),
    progress: () => undefined,
  };
  return { done, kept, line, now: (list: FieldRecord[]) => list.map((r) => kept.get(r.id) ?? r) };
}
describe("sending", () => {
  it("does each thing once, however often the line is lost", async () => {
    for (let seed = 1; seed <= 40; seed++) {
      let list = Array.from({ length: 5 }, (_, i) => sealed(i % 2 ? { case: { id: i, number: "C" }, action: "visit" } : {}));
      let x = seed;
      const s = server(undefined, () => (x = (x * 1103515245 + 12345) & 0x7fffffff) % 3 === 0);
      for (let i = 0; i < 200 && list.some((r) => r.state === "waiting"); i++) {
        await sendAll(list, s.line);
        list = s.now(list);
      }
      expect(list.map((r) => r.state), `seed ${seed}`).toEqual(Array(5).fill("done"));
      expect(s.done.size, `seed ${seed}`).toBe(10); // five files and five records
    }
  });
  it("keeps the order, and holds back what follows on a refusal for the same case", async () => {
    const of = { id: 5, number: "N" };
    const list = [sealed({ case: of, action: "visit" }), sealed({ case: of, action: "record" }), sealed()];
    const s = server((p) => (p === "cases/5/actions" ? { status: 409, body: { error: { code: "case.moved_on", message: "已办" } } } : null));
    expect(await sendAll(list, s.line)).toBe("all");
    expect(s.now(list).map((r) => r.state)).toEqual(["conflict", "waiting", "done"]);
    await sendAll(s.now(list), s.line);
    expect(s.now(list)[1].state).toBe("waiting"); // still held, also the next time
  });
  it.each([
    ["file.changed", "changed"], ["capture.changed", "changed"], ["case.forbidden", "refused"], ["case.gate_unmet", "refused"],
  ])("says %s as %s", async (code, state) => {
    const list = [sealed()];
    const s = server(() => ({ status: 409, body: { error: { code, message: "否", message_en: "no" } } }));
    await sendAll(list, s.line);
    expect(s.now(list)[0]).toMatchObject({ state, code, why: "否", why_en: "no" });
  });
  it("stops at a session that is over", async () => {
    const list = [sealed(), sealed()];
    expect(await sendAll(list, server(() => ({ status: 401, body: null })).line)).toBe("login");
  });
  it("says that a photo is gone", async () => {
    const r = sealed();
    r.files[0].sm3 = sm3("gone");
    const s = server();
    await sendAll([r], s.line);
    expect(s.kept.get(r.id)).toMatchObject({ state: "changed", code: "file.gone" });
  });
});

describe("what is taken along", () => {
  const site = { id: 3, code: "o1", name: "排口", kind: "water_outlet", unit: { id: 9, code: "chem", name: "化工" } };
  const answers: Record<string, unknown> = {
    me: { name: "qin", role: "supervisor", unit: { id: 1, code: "bureau", name: "局" } }, city: {}, about: { clock: { now: "x" } }, people: { people: [] },
    ledgers: { ledgers: [{ id: "patrol", may_open: true, fields: [{ id: "cell", type: "case", ledger: "grid" }] }] }, sites: { sites: [site] },
    "cases?ledger=grid&limit=200": { total: 2, cases: [{ id: 1, number: "WG-1", title: "云溪" }, { id: 2, number: "WG-2", title: "临港" }] },
    "cases?unit=bureau&open=true&order=light&limit=100": { total: 130, cases: [{ id: 7 }, { id: 8 }] },
    "cases/7": { id: 7, number: "JC-7", ledger: "inspection", title: "t", state: "派发", fields: { enterprise: { code: "chem" } } },
    "sites/3": { limits: [{ factor: "w01018", upper: 50, lower: null }, { factor: "w01001", upper: null, lower: null }] },
  };
  const now = Date.parse("2026-11-22T08:00:00+08:00");
  const from = (more: Record<string, unknown> = {}): Fetching & { asked: string[] } => {
    const asked: string[] = [];
    return { asked, now, me: answers.me as never, get: async (p) => {
      asked.push(p);
      const got = { ...answers, ...more }[p] ?? (p.startsWith("sites/3/series") ? { points: [] } : undefined);
      if (got === undefined || got instanceof Error) throw got ?? Object.assign(new Error(), { code: "not_found" });
      return got;
    } };
  };
  it("has today's work before what is long overdue", async () => {
    const v = await Vault.unlock(memoryShelf(), "qin", key);
    const today = { "cases?unit=bureau&open=true&due_from=2026-11-22&due_to=2026-11-22&limit=100": { total: 1, cases: [{ id: 9 }] }, "cases/9": { id: 9, number: "JC-9", ledger: "inspection" } };
    expect((await takeAlong(v, from(today))).cases.map((c) => c.number)).toEqual(["JC-9", "JC-7"]);
  });
  it("answers its questions, and no others", async () => {
    const v = await Vault.unlock(memoryShelf(), "qin", key);
    const f = from();
    const bag = await takeAlong(v, f);
    expect(bag).toMatchObject({ outlets: 1, left: 128, complete: true, cases: [{ id: 7, number: "JC-7" }] });
    expect(await answerOf(v, bag, "cases/7")).toMatchObject({ number: "JC-7" });
    expect(await answerOf(v, bag, "cases/9")).toBeUndefined();
    expect(await answerOf(v, bag, "cases?ledger=grid&q=%E4%B8%B4&limit=20")).toMatchObject({ cases: [{ number: "WG-2" }] });
    expect(f.asked.filter((p) => p.startsWith("sites/3/series"))).toHaveLength(1); // a factor without a limit is not asked for
    expect(await answerOf(v, bag, "sites/3/series?factor=w01018&period=day&from=2026-01-01&to=2026-02-02")).toEqual({ points: [] });
    expect(await answerOf(v, bag, "sites/3/series?factor=w01018&period=hour&from=2026-01-01&to=2026-02-02")).toBeUndefined();
  });
  it("leaves the old bag when the line breaks in the middle", async () => {
    const v = await Vault.unlock(memoryShelf(), "qin", key);
    await takeAlong(v, from());
    const n = (await v.names("kept")).length;
    await expect(takeAlong(v, { ...from({ "cases/7": Object.assign(new Error(), { code: "network" }) }), now: now + 60_000 })).rejects.toThrow();
    expect((await v.names("kept")).length).toBe(n);
    expect(await answerOf(v, await readBag(v), "cases/7")).toMatchObject({ number: "JC-7" });
  });
  it("names", () => {
    expect(keptName("sites/3/series?factor=a&period=day&from=1&to=2")).toBe("sites/3/series?factor=a&period=day");
    expect(keptName("cases/3?from=1")).toBe("cases/3?from=1");
    expect(enterprisesOf({ fields: { holder: { code: "h" } }, owner: { code: "o" } } as never, [])).toEqual(["h", "o"]);
  });
});
