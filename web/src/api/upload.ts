/* Bytes to the server with how far they are: fetch cannot say that. */
import { t } from "@/i18n";
import { ApiError, root, withQuery, type Query } from "./client";

export const fileBytesMax = 20 * 1024 * 1024;
export const fileUrl = (id: number, inline = false) => `${root}files/${id}${inline ? "?inline=1" : ""}`;
export const thumbUrl = (id: number) => `${root}files/${id}/thumb`;

export function upload<T>(path: string, query: Query, bytes: Blob, progress: (share: number) => void, signal?: AbortSignal): Promise<T> {
  return new Promise((done, fail) => {
    const x = new XMLHttpRequest();
    x.open("POST", root + withQuery(path, query));
    x.setRequestHeader("Content-Type", "application/octet-stream");
    x.upload.onprogress = (e) => e.lengthComputable && progress(e.loaded / e.total);
    const lost = () => fail(new ApiError(0, "network", t("error.network", undefined, "zh"), t("error.network", undefined, "en")));
    x.onerror = lost;
    x.ontimeout = lost;
    x.onabort = () => fail(new ApiError(0, "aborted", "", ""));
    x.onload = () => {
      let body = null as { error?: { code?: string; message?: string; message_en?: string } } | null;
      try {
        body = JSON.parse(x.responseText) as typeof body;
      } catch {
        /* said by the status */
      }
      if (x.status === 200 && body) return done(body as T);
      const e = body?.error;
      const text = t("error.status", { status: x.status });
      fail(new ApiError(x.status, e?.code ?? "http." + x.status, e?.message ?? text, e?.message_en ?? e?.message ?? text));
    };
    signal?.addEventListener("abort", () => x.abort());
    x.send(bytes);
  });
}
/* A phone's photo of ten megabytes says no more than one of two thousand pixels; what the camera noted of time and place would be lost by that, so
 * staff's files go as they are and only the public's are made smaller. */
export async function smaller(file: File, side = 2000): Promise<Blob> {
  if (!/^image\/(jpeg|png|webp)$/.test(file.type) || file.size < 1024 * 1024) return file;
  try {
    const m = await createImageBitmap(file);
    const k = Math.min(1, side / Math.max(m.width, m.height));
    const c = document.createElement("canvas");
    c.width = Math.round(m.width * k);
    c.height = Math.round(m.height * k);
    c.getContext("2d")!.drawImage(m, 0, 0, c.width, c.height);
    m.close();
    return await new Promise<Blob>((r) => c.toBlob((b) => r(b && b.size < file.size ? b : file), "image/jpeg", 0.85));
  } catch {
    return file;
  }
}
