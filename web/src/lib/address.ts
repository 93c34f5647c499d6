/* A path with its parameters; empty ones are left out. */
export type Query = Record<string, string | number | null | undefined>;
export function withQuery(path: string, query: Query): string {
  const q = new URLSearchParams();
  for (const [k, v] of Object.entries(query)) if (v !== null && v !== undefined && v !== "") q.set(k, String(v));
  const s = q.toString();
  return s ? path + "?" + s : path;
}
