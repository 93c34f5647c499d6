/* Every text of the screen comes through this table; Chinese is the first language, and English must have every key Chinese has. */
import { computed, ref, watchEffect } from "vue";
import { zh } from "./zh";

export type Lang = "zh" | "en";
export type Key = keyof typeof zh;
const storeKey = "bihuan.lang";
export const lang = ref<Lang>("zh");
/* English is fetched by who reads it; until then, and where it cannot be had, Chinese stands. */
const tables: Partial<Record<Lang, Record<Key, string>>> & { zh: Record<Key, string> } = { zh };
async function fetchTable(l: Lang): Promise<void> {
  if (l === "en" && !tables.en) tables.en = (await import("./en")).en;
}

export function t(key: Key, values?: Record<string, string | number>, in_?: Lang): string {
  const s = (tables[in_ ?? lang.value] ?? zh)[key] ?? key;
  return values ? s.replace(/\{(\w+)\}/g, (whole, k: string) => (k in values ? String(values[k]) : whole)) : s;
}
/* For words the server chooses (a role, a reason): the table's word where there is one, else the server's own. */
export function word(prefix: string, value: string | null | undefined): string {
  if (!value) return "—";
  const key = `${prefix}.${value}`;
  return key in zh ? t(key as Key) : value;
}
/* obj.name in Chinese, obj.name_en in English where the server gives it. */
export function pick<K extends string>(obj: { [k in K]?: unknown } | null | undefined, key: K): string {
  if (!obj) return "";
  const o = obj as Record<string, unknown>;
  const v = lang.value === "en" ? (o[key + "_en"] ?? o[key]) : (o[key] ?? o[key + "_en"]);
  return typeof v === "string" ? v : "";
}
export async function setLang(l: Lang): Promise<void> {
  await fetchTable(l);
  lang.value = l;
  localStorage.setItem(storeKey, l);
}
/* The language chosen last time, before anything is drawn in the other. */
export async function startLang(): Promise<void> {
  if (typeof localStorage === "undefined" || localStorage.getItem(storeKey) !== "en") return;
  await fetchTable("en").then(() => (lang.value = "en"), () => undefined);
}
export const english = computed(() => lang.value === "en");
if (typeof document !== "undefined") watchEffect(() => (document.documentElement.lang = lang.value === "en" ? "en" : "zh-CN"));
