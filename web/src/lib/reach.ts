/* A river cut where its sections stand: the water that arrives at a section has that section's class, below the last one it keeps the last one's. */
export type XY = [number, number];
export interface Section { at: XY; colour: string }
export interface Reach { line: XY[]; colour: string }

/* How far along the line (in points, with the part of the last one) its nearest place is, and how far away that is. */
export function nearest(line: XY[], [x, y]: XY): { along: number; away: number } {
  let best = { along: 0, away: Infinity };
  for (let i = 0; i + 1 < line.length; i++) {
    const [ax, ay] = line[i], [bx, by] = line[i + 1];
    const dx = bx - ax, dy = by - ay;
    const part = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
    const away = Math.hypot(ax + part * dx - x, ay + part * dy - y);
    if (away < best.away) best = { along: i + part, away };
  }
  return best;
}
function pointAt(line: XY[], along: number): XY {
  const i = Math.min(line.length - 2, Math.floor(along)), part = along - i;
  return [line[i][0] + (line[i + 1][0] - line[i][0]) * part, line[i][1] + (line[i + 1][1] - line[i][1]) * part];
}
function cut(line: XY[], from: number, to: number): XY[] {
  return [pointAt(line, from), ...line.slice(Math.floor(from) + 1, Math.ceil(to)), pointAt(line, to)];
}
/* The line runs from the source to the mouth. A river without sections is one reach without a colour. */
export function reaches(line: XY[], sections: Section[]): Reach[] {
  if (line.length < 2 || !sections.length) return [{ line, colour: "" }];
  const cuts = sections.map((s) => ({ along: nearest(line, s.at).along, colour: s.colour })).sort((a, b) => a.along - b.along);
  const end = line.length - 1;
  const out: Reach[] = [];
  let from = 0;
  cuts.forEach((c, i) => {
    const to = i === cuts.length - 1 ? end : c.along;
    if (to > from) out.push({ line: cut(line, from, to), colour: c.colour });
    from = to;
  });
  return out;
}
