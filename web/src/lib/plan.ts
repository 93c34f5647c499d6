/* Plans: places in the text as the server counts them, files for upload, and the sum of a target's parts. */
import type { Part, Target, Unit } from "@/api/types";
import { trim } from "@/lib/format";

/* Code points before a place of the DOM inside `root`. */
export function pointsBefore(root: Node, node: Node, offset: number): number {
  const range = document.createRange();
  range.selectNodeContents(root);
  range.setEnd(node, offset);
  return Array.from(range.toString()).length;
}

/* The selected code points of root, blanks at both ends left out; null when nothing of it is selected. */
export function selectedSpan(root: Node, text: string): { start: number; end: number; quote: string } | null {
  const s = getSelection();
  if (!s || s.isCollapsed || !s.rangeCount || !root.contains(s.anchorNode) || !root.contains(s.focusNode)) return null;
  const r = s.getRangeAt(0);
  const points = Array.from(text);
  let start = pointsBefore(root, r.startContainer, r.startOffset);
  let end = pointsBefore(root, r.endContainer, r.endOffset);
  while (start < end && /\s/.test(points[start] ?? " ")) start++;
  while (end > start && /\s/.test(points[end - 1] ?? " ")) end--;
  return end > start && end - start <= 4000 ? { start, end, quote: points.slice(start, end).join("") } : null;
}

export async function base64(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let s = "";
  for (let i = 0; i < bytes.length; i += 0x8000) s += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(s);
}

/* What the parts make together, rounded to millionths as the server does; null while a row is unfinished. */
export function partsTotal(how: "sum" | "mean", parts: Part[]): number | null {
  if (!parts.length || parts.some((p) => !p.region.trim() || !Number.isFinite(p.value) || (how === "mean" && parts.length > 1 && !((p.weight ?? 0) > 0)))) return null;
  const weight = (p: Part) => (how === "mean" ? (p.weight ?? 1) : 1);
  const sum = parts.reduce((a, p) => a + weight(p) * p.value, 0);
  const total = how === "mean" ? sum / parts.reduce((a, p) => a + weight(p), 0) : sum;
  return Math.round(total * 1e6) / 1e6;
}

/* A list's total makes a share or a concentration only by a mean; amounts add up. */
export const usualWay = (x: Target): "sum" | "mean" => (/%|\/|分贝|类/.test(x.unit ?? "") ? "mean" : "sum");

/* Not looked at by a person yet: a target that was read, a task, a doubt. */
export const undecided = (x: Target): boolean => x.state !== "confirmed" && x.state !== "rejected";

/* The next of the list that is undecided behind place `at`, else the first of all; undefined when every one is decided. */
export function nextUndecided(list: Target[], at: number): Target | undefined {
  return list.find((x, i) => i > at && undecided(x)) ?? list.find((x, i) => i !== at && undecided(x));
}

/* A stretch of the list under one heading; `heads` are the headings that open with it, with how many of the list stand anywhere below each. */
export interface Branch { key: string; heads: { level: number; title: string; count: number }[]; items: Target[] }

/* The list in the text's order, cut where the heading changes. What a person added has no path: it stands where its text stands. */
export function branches(list: Target[]): Branch[] {
  const out: (Branch & { path: string[] })[] = [];
  const open: Branch["heads"] = [];
  let path: string[] = [];
  for (const x of [...list].sort((a, b) => a.start - b.start)) {
    const here = x.path?.length ? x.path : path;
    const same = here.length === path.length && here.every((h, i) => h === path[i]);
    if (!out.length || !same) {
      let shared = 0;
      while (shared < here.length && shared < path.length && here[shared] === path[shared]) shared++;
      open.length = shared;
      const heads = here.slice(shared).map((title, i) => ({ level: shared + i, title, count: 0 }));
      open.push(...heads);
      out.push({ key: `${x.id}`, heads, items: [], path: here });
      path = here;
    }
    for (const h of open) h.count++;
    out[out.length - 1]!.items.push(x);
  }
  return out;
}

/* What a task says of the case it may become. A unit or date that its words do not give is left undefined. */
export function caseFields(x: Target, units: Pick<Unit, "code" | "name">[]) {
  const what = x.kind === "task" ? `${x.problem ? "" : (x.verb ?? "")}${x.object ?? ""}${x.value != null && !x.problem ? trim(x.value, 4) + (x.unit ?? "") : ""}` : x.quote;
  const named = [x.owner, ...(x.units ?? [])].filter(Boolean);
  const owner = units.find((u) => named.some((n) => n === u.name || n?.endsWith(u.name)));
  const supervisor = units.find((u) => u.name === x.supervisor);
  const day = /^(\d{4})年(?:(\d{1,2})月)?(?:(\d{1,2})日)?/.exec(x.by ?? "");
  const last = day ? new Date(Date.UTC(Number(day[1]), Number(day[2] ?? 12), 0)).getUTCDate() : 0;
  const due = day ? `${day[1]}-${(day[2] ?? "12").padStart(2, "0")}-${String(day[3] ?? last).padStart(2, "0")}` : undefined;
  return { title: what.slice(0, 60), problem: x.problem ?? x.quote, goal: x.goal ?? what, measures: x.measures ? x.measures.split(/\n/).filter(Boolean) : [x.quote], owner: owner?.code, supervisor: supervisor?.code, due };
}
