/* A plan's objects point at code points of its text, while a JavaScript string counts UTF-16 units: one rare character (𠮷) before a span
 * would move every later mark by one. So the text is cut along code points. */
export interface Span { id: number; start: number; end: number }
export interface Piece { text: string; ids: number[]; first: number[] } // first: the spans that begin with this piece

export function splitSpans(text: string, spans: Span[]): Piece[] {
  const points = Array.from(text);
  const n = points.length;
  const good = spans
    .map((s) => ({ id: s.id, start: Math.max(0, Math.min(n, s.start)), end: Math.max(0, Math.min(n, s.end)) }))
    .filter((s) => s.end > s.start);
  const cuts = [...new Set([0, n, ...good.flatMap((s) => [s.start, s.end])])].sort((a, b) => a - b);
  const begins = [...good].sort((a, b) => a.start - b.start);
  let next = 0;
  let open: typeof good = [];
  const pieces: Piece[] = [];
  for (let i = 0; i + 1 < cuts.length; i++) {
    const from = cuts[i];
    open = open.filter((s) => s.end > from);
    const first: number[] = [];
    while (next < begins.length && begins[next].start === from) {
      first.push(begins[next].id);
      open.push(begins[next++]);
    }
    // the shortest span last: it is the one a click means
    const ids = [...open].sort((a, b) => b.end - b.start - (a.end - a.start)).map((s) => s.id);
    pieces.push({ text: points.slice(from, cuts[i + 1]).join(""), ids, first });
  }
  return pieces;
}
