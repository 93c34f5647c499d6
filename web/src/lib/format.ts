/* Numbers for the screen. A missing number is a dash, never zero. */
import { lang, t, type Key } from "@/i18n";

export const dash = "—";

export function num(v: number | null | undefined, decimals?: number): string {
  if (v === null || v === undefined || !Number.isFinite(v)) return dash;
  if (decimals !== undefined) return v.toFixed(decimals);
  return String(Math.round(v * 1e6) / 1e6);
}
/* At most `decimals` digits, no trailing zeros. */
export function trim(v: number | null | undefined, decimals = 2): string {
  if (v === null || v === undefined || !Number.isFinite(v)) return dash;
  return String(Number(v.toFixed(decimals)));
}
export function signed(v: number | null | undefined, decimals = 1): string {
  if (v === null || v === undefined || !Number.isFinite(v)) return dash;
  const s = Math.abs(v).toFixed(decimals);
  if (Number(s) === 0) return "0";
  return (v > 0 ? "+" : "−") + Number(s);
}
/** A limit as people write it: "6–9" for both ends, "≥ 6" or "≤ 4" for one, "" for none. */
export function range(lower: number | null | undefined, upper: number | null | undefined): string {
  const low = lower !== null && lower !== undefined
  const high = upper !== null && upper !== undefined
  return low && high ? `${lower}–${upper}` : low ? `≥ ${lower}` : high ? `≤ ${upper}` : ""
}

export function count(v: number | null | undefined): string {
  return v === null || v === undefined ? dash : v.toLocaleString("en-US");
}
const words: Record<string, string> = {
  "微克/立方米": "µg/m³", "毫克/立方米": "mg/m³", "毫克/升": "mg/L", "ug/m3": "µg/m³", "mg/m3": "mg/m³", 百分比: "%",
};
const wordsEn: Record<string, string> = { 天: "d", 小时: "h", 次: "times", 个: "", 家: "", 人: "people", 吨: "t", 万吨: "10⁴ t" };
/* One sign for one unit, however a document or a device spells it. */
export function unit(u: string | null | undefined): string {
  return u ? (words[u] ?? (lang.value === "en" ? wordsEn[u] : undefined) ?? u) : "";
}
const ops: Record<string, string> = { "<=": "≤", ">=": "≥", "<": "<", ">": ">", "=": "=", in: "∈" };
const opWords: Record<string, Key> = { attain: "op.attain", decrease: "op.decrease", increase: "op.increase" };
export const opSign = (op: string | null | undefined) => (op ? (opWords[op] ? t(opWords[op]) : (ops[op] ?? op)) : "");
export function bytes(n: number): string {
  return n < 1024 ? `${n} B` : n < 1048576 ? `${(n / 1024).toFixed(1)} KB` : `${(n / 1048576).toFixed(1)} MB`;
}
export function duration(msec: number, units: { s: string; min: string; h: string; d: string }): string {
  const s = Math.round(Math.abs(msec) / 1000);
  if (s < 60) return s + units.s;
  if (s < 3600) return Math.round(s / 60) + units.min;
  if (s < 86400) return Math.round(s / 360) / 10 + units.h;
  return Math.round(s / 8640) / 10 + units.d;
}
