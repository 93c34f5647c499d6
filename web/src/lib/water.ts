/* The classes of surface water in their order, with the colour of the quality each belongs to (环办〔2011〕22号, as definitions/standards/water/evaluation-2011.lua). */
export const waterClasses = [
  { name: "Ⅰ", colour: "#2B7BE4" }, { name: "Ⅱ", colour: "#2B7BE4" }, { name: "Ⅲ", colour: "#2EA44F" },
  { name: "Ⅳ", colour: "#E6B800" }, { name: "Ⅴ", colour: "#F08C2E" }, { name: "劣Ⅴ", colour: "#D64545" },
] as const;
export interface ClassPart { name: string; colour: string; n: number }
/* The sections by class, best first, and last those that cannot be judged; classes that no section has are left out. */
export function classParts(counts: number[], sections: number): ClassPart[] {
  const judged = counts.slice(0, 6).map((n, i) => ({ ...waterClasses[i], n }));
  const rest = sections - judged.reduce((s, x) => s + x.n, 0);
  return [...judged, { name: "", colour: "", n: Math.max(0, rest) }].filter((x) => x.n > 0);
}
