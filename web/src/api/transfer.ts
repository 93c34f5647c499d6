/* Bytes to and from the server, with how much has passed: workbooks in, papers out. Either may take longer than an answer in JSON does. */
import { t } from "@/i18n";
import { save } from "@/lib/csv";
import { ApiError, root, withQuery, type Query } from "./client";

const longMs = 600_000;
function failed(status: number, body: string): ApiError {
  try {
    const e = (JSON.parse(body) as { error?: { code?: string; message?: string; message_en?: string } }).error;
    if (e?.code) return new ApiError(status, e.code, e.message ?? e.code, e.message_en ?? e.message ?? e.code);
  } catch {
    // not the server's own words
  }
  return new ApiError(status, "http." + status, t("error.status", { status }, "zh"), t("error.status", { status }, "en"));
}
const cut = (timeout: boolean) => new ApiError(0, "network", t(timeout ? "ledgers.timeout" : "error.network", undefined, "zh"), t(timeout ? "ledgers.timeout" : "error.network", undefined, "en"));

/* Sends bytes, or an object as JSON, and gives the answer; `sent` is called with 0 to 1. */
export function send<T>(path: string, query: Query, body: Blob | object, sent?: (share: number) => void): Promise<T> {
  return new Promise((done, fail) => {
    const r = new XMLHttpRequest();
    r.open("POST", root + withQuery(path, query));
    r.timeout = longMs;
    const bytes = body instanceof Blob;
    r.setRequestHeader("Content-Type", bytes ? "application/octet-stream" : "application/json");
    r.upload.onprogress = (e) => e.lengthComputable && sent?.(e.loaded / e.total);
    r.onerror = () => fail(cut(false));
    r.ontimeout = () => fail(cut(true));
    r.onload = () => {
      if (r.status < 200 || r.status >= 300) return fail(failed(r.status, r.responseText));
      try {
        done(JSON.parse(r.responseText) as T);
      } catch {
        fail(new ApiError(r.status, "not_json", t("error.json", undefined, "zh"), t("error.json", undefined, "en")));
      }
    };
    r.send(bytes ? body : JSON.stringify(body));
  });
}
/* Fetches a document and hands it to the browser as a file. */
export async function download(path: string, query: Query, name: string): Promise<void> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), longMs);
  let r: Response;
  try {
    r = await fetch(root + withQuery(path, query), { credentials: "same-origin", cache: "no-store", signal: stop.signal });
  } catch {
    clearTimeout(timer);
    throw cut(stop.signal.aborted);
  }
  try {
    if (!r.ok) throw failed(r.status, await r.text());
    save(name, await r.blob());
  } finally {
    clearTimeout(timer);
  }
}
