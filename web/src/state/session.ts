/* Who is signed in, the city, and the server's clock: known before the first page is drawn. */
import { computed, ref, shallowRef } from "vue";
import { ApiError, get, post } from "@/api/client";
import type { About, City, Me, SiteNow, Unit } from "@/api/types";

export const me = ref<Me>({ name: null, role: "public" });
export const city = shallowRef<City | null>(null);
export const about = shallowRef<About | null>(null);
export const sites = shallowRef<SiteNow[]>([]);
export const signedIn = computed(() => me.value.name !== null);
/* The level of review that one speaks at, 0 for none; the server checks again. */
export const myLevel = computed(() => me.value.review_level ?? 0);
export const mayReview = computed(() => myLevel.value > 0);
/* Who may ask a device something; the server checks again. */
export const mayCommand = computed(() => ["duty", "leader", "admin"].includes(me.value.role));
/* Who may send findings, add plans and confirm targets; the server checks again. */
export const mayDispatch = computed(() => ["leader", "duty", "admin"].includes(me.value.role));

let skew = 0; // server minus browser, ms
export const now = ref(Date.now());
export const serverNow = () => Date.now() + skew;

export function setServerNow(iso: string | undefined | null): void {
  const at = iso ? Date.parse(iso) : NaN;
  if (Number.isNaN(at)) return;
  skew = at - Date.now();
  now.value = at;
}
setInterval(() => (now.value = serverNow()), 1000);

export async function refreshAbout(): Promise<void> {
  about.value = await get<About>("about");
  setServerNow(about.value.clock?.now);
}
export async function loadSites(): Promise<void> {
  sites.value = (await get<{ sites: SiteNow[] }>("sites")).sites;
}
let isKnown: () => void;
/* Done when it is known who is signed in: the first page waits for it. */
export const known = new Promise<void>((done) => (isKnown = done));

const leaving = "bihuan.leaving";
/* Who logged out without a line is logged out by the server as soon as there is one, before anything else is asked. */
export async function start(): Promise<void> {
  if (localStorage.getItem(leaving)) {
    await post("logout").catch((e: unknown) => { if (!(e instanceof ApiError) || e.status !== 401) throw e; });
    localStorage.removeItem(leaving);
  }
  const [who, where] = await Promise.all([get<Me>("me"), get<City>("city"), refreshAbout()]);
  me.value = who;
  city.value = where;
  isKnown();
}
export async function signIn(user: string, password: string): Promise<void> {
  const r = await post<{ user: Me }>("login", { user, password });
  me.value = r.user ?? (await get<Me>("me"));
}
export async function signOut(): Promise<void> {
  try {
    await post("logout");
  } catch (e) {
    if (!(e instanceof ApiError) || e.code !== "network") throw e;
    localStorage.setItem(leaving, "1");
  }
  me.value = { name: null, role: "public" };
}
export function unitsSorted(): Unit[] {
  return [...(city.value?.units ?? [])];
}
