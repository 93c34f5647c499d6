/* One way to the server: JSON in, JSON out, and every failure an ApiError whose sentence can be shown as it is. */
import { lang, t } from "@/i18n";
import { withQuery, type Query } from "@/lib/address";

export { withQuery, type Query };

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly zh: string,
    readonly en: string,
  ) {
    super(zh);
  }
}

/* The sentence for the screen, in the language of the moment. */
export function sentence(e: unknown): string {
  if (e instanceof ApiError) return lang.value === "en" ? e.en || e.zh : e.zh || e.en;
  return e instanceof Error ? e.message : String(e);
}

export const root = new URL("api/v1/", document.baseURI).href;
export const eventsUrl = root + "events";
const timeoutMs = 20_000;

let onLost: () => void = () => {};
/* Called when the server says that the session is over. */
export function whenSignedOut(f: () => void): void {
  onLost = f;
}

let kept: (path: string) => Promise<unknown> = () => Promise.resolve(undefined);
/* What was taken along for work without a line answers where the server cannot. */
export function whenNoLine(f: (path: string) => Promise<unknown>): void {
  kept = f;
}

let told: (there: boolean) => void = () => {};
/* Told after every question whether the server was there. */
export function whenLineSeen(f: (there: boolean) => void): void {
  told = f;
}

function failure(status: number, body: unknown): ApiError {
  const e = (body as { error?: { code?: string; message?: string; message_en?: string } } | null)?.error;
  if (e?.code) return new ApiError(status, e.code, e.message ?? e.code, e.message_en ?? e.message ?? e.code);
  const text = t("error.status", { status });
  return new ApiError(status, "http." + status, text, text);
}

async function call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal, key?: string, ms = timeoutMs): Promise<T> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort("timeout"), ms);
  signal?.addEventListener("abort", () => stop.abort("left"));
  let response: Response;
  let text: string;
  try {
    response = await fetch(root + path, {
      method,
      credentials: "same-origin",
      cache: "no-store",
      headers: body === undefined ? {} : { "Content-Type": "application/json", ...(key ? { "Idempotency-Key": key } : {}) },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: stop.signal,
    });
    text = await response.text();
    told(true);
  } catch {
    if (signal?.aborted) throw new ApiError(0, "aborted", "", "");
    told(false);
    const along = method === "GET" ? await kept(path).catch(() => undefined) : undefined;
    if (along !== undefined) return along as T;
    const key = stop.signal.reason === "timeout" ? "error.timeout" : "error.network";
    throw new ApiError(0, "network", t(key, undefined, "zh"), t(key, undefined, "en"));
  } finally {
    clearTimeout(timer);
  }
  let parsed: unknown = null;
  try {
    parsed = text ? JSON.parse(text) : null;
  } catch {
    if (response.ok) throw new ApiError(response.status, "not_json", t("error.json", undefined, "zh"), t("error.json", undefined, "en"));
  }
  if (!response.ok) {
    if (method === "GET" && (response.status === 502 || response.status === 504)) {
      const along = await kept(path).catch(() => undefined); // a proxy without its server
      if (along !== undefined) return along as T;
    }
    const e = failure(response.status, parsed);
    if (e.code === "auth.required") onLost();
    throw e;
  }
  return parsed as T;
}

/* What takes longer than an answer usually may: a bulletin is made of years of data. */
export const getLong = <T>(path: string, query: Query, signal: AbortSignal | undefined, ms: number) => call<T>("GET", withQuery(path, query), undefined, signal, undefined, ms);
export const get = <T>(path: string, query: Query = {}, signal?: AbortSignal) => call<T>("GET", withQuery(path, query), undefined, signal);
export const post = <T>(path: string, body: unknown = {}) => call<T>("POST", path, body);
/* The same with a key: sent again, it is not done again. */
export const send = <T>(path: string, body: unknown, key: string) => call<T>("POST", path, body, undefined, key);
