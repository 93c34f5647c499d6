/* What the platform can ask of a device, and how its state, gaps and commands are told. Which commands there are, with their arguments,
 * texts and rights, the server says (GET /device-commands); it checks everything again. */
import { shallowRef } from "vue";
import { pick, t, word, type Key } from "@/i18n";
import type { Device, DeviceCommand, DeviceGap, Lamp } from "@/api/types";
import { count, duration } from "./format";
import { date, dateTime, iso, ms } from "./time";

export type ArgType = "number" | "minutes" | "time" | "text" | "factor" | "secret";
export interface CommandArg { name: string; type: ArgType; least?: number; most?: number; required: boolean; text: string; text_en: string }
export interface CommandSpec {
  word: string; cn: number; group: "time" | "interval" | "data" | "control" | "info" | "safety"; editions: string[]; role: string; allowed: boolean;
  text: string; text_en: string; effect: string; effect_en: string;
  /* harmless: reads only, nothing at the device changes */
  harmless: boolean; notice: boolean; data: boolean; history: boolean; args: CommandArg[];
}

export const groups = ["time", "interval", "data", "control", "info", "safety"] as const;
/* Filled by the page of a device, anew for each person: the rights differ. */
export const commands = shallowRef<CommandSpec[]>([]);
export const commandOf = (w: string) => commands.value.find((c) => c.word === w);
/* By the word of the table; a word it does not have (of an older server) stands for itself. */
export const commandName = (w: string) => pick(commandOf(w), "text") || w;
export const knows = (c: CommandSpec, edition: string) => c.editions.includes(edition);
/* Named as in the protocol too: the device's manual speaks of it so. */
export const argLabel = (a: CommandArg) => `${pick(a, "text")} ${a.name}`;
/* The period a history is made of, by its code; the others come at times of their own. */
const periodOf = (c: CommandSpec): "day" | "hour" | "minute" => (c.cn === 2061 ? "hour" : c.cn === 2051 ? "minute" : "day");
export const minuteSteps = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30];

const usualHours = { hour: 24, day: 7 * 24, minute: 1 };
const hourMs = 3600_000;
/* A time as the picker holds it: China's wall clock, seconds, no offset. */
export const wall = (at: number) => iso(at).slice(0, 19);
export type ArgValue = string | number | undefined;
/* What a field shows at first. An instrument, a time to set and secrets are left empty: each has a meaning, or must be chosen. */
export function defaults(c: CommandSpec, habits: Partial<Record<string, number>>, now: number): Record<string, ArgValue> {
  const out: Record<string, ArgValue> = {};
  const full = Math.floor(now / hourMs) * hourMs;
  const period = periodOf(c);
  const minute = (habits.minute ?? 0) / 60;
  const realtime = habits.realtime ?? 0;
  for (const a of c.args) {
    if (a.name === "OverTime") out[a.name] = 10;
    else if (a.name === "ReCount") out[a.name] = 3;
    else if (a.name === "RtdInterval") out[a.name] = realtime >= 30 && realtime <= 3600 ? realtime : 60;
    else if (a.name === "MinInterval") out[a.name] = minuteSteps.includes(minute) ? minute : 10;
    else if (a.name === "BeginTime" && c.history) out[a.name] = period === "day" ? date(now - usualHours.day * hourMs) + "T00:00:00" : wall(full - usualHours[period] * hourMs);
    else if (a.name === "EndTime" && c.history) out[a.name] = period === "day" ? date(now - 24 * hourMs) + "T00:00:00" : wall(period === "hour" ? full - hourMs : full);
    else out[a.name] = undefined;
  }
  return out;
}
/* Why a field cannot be sent as it is; "" when it can. Separators of a data area cannot be part of a value. */
export function argFault(a: CommandArg, v: ArgValue, all: Record<string, ArgValue> = {}): string {
  const name = pick(a, "text");
  if (v === undefined || v === null || v === "") return a.required ? t("form.required", { f: name }) : "";
  if (a.type === "number") return Number.isInteger(v) && Number(v) >= a.least! && Number(v) <= a.most! ? "" : t("arg.range", { f: name, a: a.least!, b: a.most! });
  if (a.type === "minutes") return minuteSteps.includes(Number(v)) ? "" : t("arg.minutes", { f: name });
  if (a.type === "time") {
    if (Number.isNaN(ms(v + "+08:00"))) return t("arg.time", { f: name });
    return a.name === "EndTime" && all.BeginTime && ms(v + "+08:00") < ms(all.BeginTime + "+08:00") ? t("arg.order") : "";
  }
  const s = String(v);
  if (s.length < a.least! || s.length > a.most!) return a.least === a.most ? t("arg.length", { f: name, n: a.least! }) : t("arg.lengths", { f: name, a: a.least!, b: a.most! });
  return /^[!-~]*$/.test(s) && !/[;,=&#]/.test(s) ? "" : t("arg.signs", { f: name });
}
/* What is sent: fields without a value are left out. */
export function filled(values: Record<string, ArgValue>): Record<string, string | number> {
  return Object.fromEntries(Object.entries(values).filter(([, v]) => v !== undefined && v !== null && v !== "")) as Record<string, string | number>;
}

const units = () => ({ s: t("unit.s"), min: t("unit.min"), h: t("unit.hours"), d: t("unit.d") });
export const spanText = (msec: number) => duration(msec, units());
export function skewText(v: number | null): string {
  if (v === null || v === undefined) return "—";
  return Math.abs(v) < 1000 ? v + " ms" : (v < 0 ? "−" : "+") + spanText(v);
}
export const skewed = (v: number | null | undefined) => v !== null && v !== undefined && Math.abs(v) > 60_000;
/* Six characters tell devices of a city apart; the whole number is given to those who may see it. */
export const mnTail = (mn: string) => (mn.length > 6 ? "…" + mn.slice(-6) : mn);

export type DeviceState = "away" | "gaps" | "skew" | "parts" | "ok";
/* The one thing to know first: not there, data missing, its clock wrong, uploads in pieces, or all well. */
export function deviceState(d: Pick<Device, "connected" | "clock_skew_ms" | "gaps" | "parts">): DeviceState {
  if (!d.connected) return "away";
  if (d.gaps?.open) return "gaps";
  if (skewed(d.clock_skew_ms)) return "skew";
  return d.parts?.incomplete ? "parts" : "ok";
}
export const deviceLamp = (s: DeviceState): Lamp => (s === "ok" ? "green" : s === "away" ? "red" : "yellow");
export const stateOrder: DeviceState[] = ["ok", "parts", "skew", "gaps", "away"];

export const gapLamp: Record<DeviceGap["state"], Lamp> = { open: "yellow", filled: "green", refused: "grey", given_up: "red" };
/* ExeRtn of the last request, or minus its QnRtn; 0 no answer. */
export function gapAnswer(g: Pick<DeviceGap, "asked" | "last_code">): string {
  if (!g.asked) return t("gap.never_asked");
  if (!g.last_code) return t("gap.no_answer");
  return g.last_code < 0 ? rtn("qnrtn", -g.last_code) : rtn("exertn", g.last_code);
}
function rtn(kind: "qnrtn" | "exertn", code: number): string {
  const w = word(kind, String(code));
  return `${kind === "qnrtn" ? "QnRtn" : "ExeRtn"}=${code}${w === String(code) ? "" : " " + w}`;
}
const stepMs: Partial<Record<string, number>> = { hour: hourMs, day: 24 * hourMs };
export const gapCommand: Partial<Record<string, string>> = { hour: "get_hours", day: "get_days", minute: "get_minutes" };
/* The request that asks for a gap: its first and its last missing period's start. `to` is the end of the last one. */
export function gapArgs(g: Pick<DeviceGap, "period" | "from" | "to" | "slots">): Record<string, string> {
  const step = stepMs[g.period] ?? (ms(g.to) - ms(g.from)) / Math.max(1, g.slots);
  return { BeginTime: wall(ms(g.from)), EndTime: wall(Math.max(ms(g.from), ms(g.to) - step)) };
}

export const inFlight = (c: Pick<DeviceCommand, "state">) => ["waiting", "sent", "ready"].includes(c.state);
export function commandLamp(s: DeviceCommand["state"]): Lamp {
  if (s === "done") return "green";
  if (s === "no_data" || s === "lost" || s === "not_sent") return "grey";
  return inFlight({ state: s }) ? "yellow" : "red";
}
/* How it ended, or where it stands, as a sentence. */
export function outcome(c: DeviceCommand): string {
  const lasted = ms(c.ended) - ms(c.asked);
  const took = Number.isNaN(lasted) ? "" : lasted < 1000 ? t("cmd.moment") : spanText(lasted);
  switch (c.state) {
    case "done": return c.uploads ? t("cmd.end.done_uploads", { n: count(c.uploads), d: took }) : t("cmd.end.done", { d: took });
    case "refused": return t("cmd.end.refused", { r: rtn("qnrtn", c.qn_rtn) });
    case "failed": return t("cmd.end.failed", { r: rtn("exertn", c.exe_rtn) });
    case "timeout": return c.qn_rtn ? t("cmd.end.timeout_after", { d: took }) : t("cmd.end.timeout", { n: c.tries });
    case "not_sent": return t("cmd.end.not_sent", { w: word("cmd.why", c.why_code ?? "other") + (c.why_code === "bad_input" ? ` (${c.why ?? ""})` : "") });
    case "sent": return t("cmd.end.sent", { n: c.tries });
    default: return t(`cmd.end.${c.state}` as Key);
  }
}

export interface Step { id: "asked" | "sent" | "9011" | "data" | "9012" | "9013"; is: "done" | "now" | "bad" | "not"; at?: string | null; text: string }
/* The exchange of HJ 212-2017: request → 9011 → data, if any → 9012; a notice is answered by 9013 alone. */
export function timeline(c: DeviceCommand): Step[] {
  const spec = commandOf(c.command);
  const ended = !inFlight(c);
  const sent = Boolean(c.sent);
  const steps: Step[] = [
    { id: "asked", is: "done", at: c.asked, text: c.by === "system" ? t("cmd.by.system") : c.by },
    { id: "sent", is: sent ? "done" : ended ? "bad" : "now", at: c.sent, text: c.tries > 1 ? t("cmd.step.tries", { n: c.tries }) : "" },
  ];
  if (c.state === "not_sent") return steps;
  if (spec?.notice) return [...steps, { id: "9013", is: c.state === "done" ? "done" : ended ? "bad" : sent ? "now" : "not", at: c.ended, text: "" }];
  const said = c.qn_rtn > 0;
  const came = c.uploads > 0 || c.data !== "";
  steps.push({ id: "9011", is: said ? (c.qn_rtn === 1 ? "done" : "bad") : c.state === "sent" ? "now" : c.state === "timeout" || (c.state === "lost" && sent) ? "bad" : "not", text: said ? rtn("qnrtn", c.qn_rtn) : "" });
  if (spec?.data || spec?.history || came)
    steps.push({ id: "data", is: came ? "done" : c.state === "ready" ? "now" : c.state === "no_data" ? "bad" : "not", text: c.uploads > 0 ? t("cmd.step.uploads", { n: count(c.uploads) }) : "" });
  const finished = c.exe_rtn > 0;
  steps.push({
    id: "9012", is: finished ? (c.exe_rtn === 1 ? "done" : "bad") : c.state === "done" ? "done" : c.state === "ready" ? "now" : ended && c.qn_rtn === 1 ? "bad" : "not",
    at: ended && (finished || c.state === "done") ? c.ended : null, text: finished ? rtn("exertn", c.exe_rtn) : "",
  });
  return steps;
}
/* A data area as names and values; times of 14 digits are written out. */
export function dataPairs(area: string): { name: string; value: string }[] {
  return area
    .split(/[;,]/)
    .filter(Boolean)
    .map((p) => {
      const at = p.indexOf("=");
      const value = at < 0 ? "" : p.slice(at + 1);
      const m = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(value);
      return { name: at < 0 ? p : p.slice(0, at), value: m ? dateTime(`${m[1]}-${m[2]}-${m[3]}T${m[4]}:${m[5]}:${m[6]}+08:00`, true) : value };
    });
}
