import { save } from "./csv";

/* A chart's picture (a data: address) as a file. */
export function savePng(stem: string, url: string | undefined): void {
  const data = url?.split(",")[1];
  if (data) save(stem + ".png", new Blob([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], { type: "image/png" }));
}
