/* What is taken along before going out: the answers that field work asks for, each under its own address, so that every page that asks for them finds them
 * without a line. A new bag replaces the old one only when it is whole. */
import { withQuery, type Query } from "@/lib/address";
import type { About, Case, CaseList, City, LedgerDefinition, Me, Series, SiteNow, SitePage } from "@/api/types";
import { date, iso, startOfDay } from "@/lib/time";
import { sm3 } from "@/lib/sm3";
import type { Vault } from "./vault";

export const bounds = { cases: 100, outlets: 60, bytes: 40 * 1024 * 1024 };
export interface BagCase { id: number; number: string; ledger: string; title: string | null; state: string; light: string | null; due: string | null; owner: string }
/* ahead: the server's clock minus this machine's, ms */
export interface Bag { of: string; at: string; ahead: number; answers: number; bytes: number; cases: BagCase[]; outlets: number; left: number; complete: boolean }
export interface Fetching { get(path: string): Promise<unknown>; now: number; me: Me; progress?(done: number, of: number): void }

/* A series is asked for up to this very second; what was taken along answers for its ninety days whatever the second. */
export function keptName(path: string): string {
  const [where, query] = path.split("?");
  if (!/^sites\/\d+\/series$/.test(where)) return path;
  const q = new URLSearchParams(query);
  q.delete("from");
  q.delete("to");
  return `${where}?${q.toString()}`;
}
const part = (of: string, path: string) => `${of}/${sm3(keptName(path)).slice(0, 32)}`;
/* Another case is looked for by number or title while typing: the ledgers that forms refer to are taken along whole, as far as a list goes. */
const listed = (ledger: string) => `cases?ledger=${ledger}&limit=200`;
async function found(v: Vault, bag: Bag, path: string): Promise<unknown> {
  const q = new URLSearchParams(path.split("?")[1]);
  const list = await v.get<CaseList>("kept", part(bag.of, listed(q.get("ledger") ?? "")));
  const text = (q.get("q") ?? "").toLowerCase();
  return list ? { ...list, cases: list.cases.filter((c) => `${c.number} ${c.title ?? ""} ${c.problem ?? ""}`.toLowerCase().includes(text)).slice(0, Number(q.get("limit") ?? 20)) } : undefined;
}
export async function answerOf(v: Vault, bag: Bag | null, path: string): Promise<unknown> {
  if (bag && /^cases\?ledger=\w+(&q=[^&]*)?&limit=20$/.test(path)) return found(v, bag, path);
  const got = bag ? ((await v.get<unknown>("kept", part(bag.of, path))) ?? undefined) : undefined;
  /* the server's clock went on since */
  return path === "about" && got && bag ? { ...got, clock: { ...(got as About).clock, now: iso(Date.now() + bag.ahead) } } : got;
}
export const readBag = (v: Vault) => v.get<Bag>("kept", "bag");

const outlet = (s: SiteNow) => s.kind === "water_outlet" || s.kind === "gas_outlet";
const codeOf = (v: unknown) => (v && typeof v === "object" && typeof (v as { code?: unknown }).code === "string" ? (v as { code: string }).code : null);
/* The enterprises that a case is about: the one inspected, the one responsible, the one at whose outlet it is. */
export function enterprisesOf(c: Case, sites: SiteNow[]): string[] {
  const at = sites.find((s) => s.id === c.site?.id);
  return [codeOf(c.fields?.enterprise), codeOf(c.fields?.holder), codeOf(c.owner), codeOf(at?.unit)].filter((x): x is string => x !== null);
}

export async function takeAlong(v: Vault, from: Fetching): Promise<Bag> {
  const of = String(from.now);
  const bag: Bag = { of, at: iso(from.now), ahead: from.now - Date.now(), answers: 0, bytes: 0, cases: [], outlets: 0, left: 0, complete: true };
  const take = async <T>(path: string, query: Query = {}): Promise<T | null> => {
    const asked = withQuery(path, query);
    const got = (await from.get(asked)) as T;
    const bytes = new TextEncoder().encode(JSON.stringify(got));
    if (bag.bytes + bytes.length > bounds.bytes) {
      bag.complete = false;
      return null;
    }
    await v.putBytes("kept", part(of, asked), bytes);
    bag.answers++;
    bag.bytes += bytes.length;
    return got;
  };
  /* What one of them lacks does not empty the bag: a layer that a city has not, a case that is being closed. Without a line it is not begun anew. */
  const maybe = <T>(path: string, query: Query = {}) => take<T>(path, query).catch((e: { code?: string }) => {
    if (e.code === "network") throw e;
    return null;
  });
  try {
    await take<Me>("me");
    await take<City>("city");
    await take("about");
    const ledgers = (await take<{ ledgers: LedgerDefinition[] }>("ledgers"))?.ledgers ?? [];
    const referred = new Set(ledgers.filter((l) => l.may_open !== false).flatMap((l) => l.fields).map((f) => (f.type === "case" ? f.ledger : undefined)));
    for (const l of referred) if (l) await maybe(listed(l));
    await maybe("people");
    const sites = (await take<{ sites: SiteNow[] }>("sites"))?.sites ?? [];
    for (const g of ["regions", "rivers"]) await maybe("geo/" + g);
    /* what is due today is today's work; a long overdue case waits for it */
    const mine = { unit: from.me.unit?.code, open: "true" }, today = date(from.now);
    const due = await maybe<CaseList>("cases", { ...mine, due_from: today, due_to: today, limit: bounds.cases });
    const list = await take<CaseList>("cases", { ...mine, order: "light", limit: bounds.cases });
    const first = due?.cases ?? [];
    const all = [...first, ...(list?.cases ?? []).filter((c) => !first.some((f) => f.id === c.id))].slice(0, bounds.cases);
    bag.left = Math.max(0, (list?.total ?? 0) - all.length);
    const about = new Set<string>();
    for (const [i, s] of all.entries()) {
      from.progress?.(i, all.length);
      const c = await maybe<Case>(`cases/${s.id}`);
      if (!c) continue;
      await maybe("files", { case: s.id });
      enterprisesOf(c, sites).forEach((x) => about.add(x));
      bag.cases.push({ id: c.id, number: c.number ?? "", ledger: c.ledger, title: c.title ?? null, state: c.state ?? "", light: c.light ?? null, due: c.due ?? null, owner: c.owner?.name ?? "" });
    }
    const outlets = sites.filter((s) => outlet(s) && s.unit?.code && about.has(s.unit.code));
    for (const s of outlets.slice(0, bounds.outlets)) {
      const page = await maybe<SitePage>(`sites/${s.id}`);
      bag.outlets++;
      for (const f of new Set((page?.limits ?? []).filter((l) => l.upper !== null || l.lower !== null).map((l) => l.factor)))
        await maybe<Series>(`sites/${s.id}/series`, { factor: f, period: "day", from: iso(startOfDay(from.now - 90 * 86_400_000)), to: iso(from.now) });
    }
    for (let offset = 0, total = 1; about.size && offset < Math.min(total, 500); offset += 50)
      total = (await maybe<{ total: number }>("public/ledgers/permit", { limit: 50, offset }))?.total ?? 0;
    from.progress?.(all.length, all.length);
    await v.put("kept", "bag", bag);
  } catch (e) {
    for (const n of await v.names("kept")) if (n.startsWith(of + "/")) await v.drop("kept", n);
    throw e;
  }
  for (const n of await v.names("kept")) if (n !== "bag" && !n.startsWith(of + "/")) await v.drop("kept", n);
  return bag;
}
