/* random inspections */
export const draw = {
  "draw.title": "Random draw",
  "draw.seed": "Seed",
  "draw.seed.hint": "Published before the draw: a number nobody of the office chooses, such as a lottery result or a closing index. Used once.",
  "draw.try": "Try",
  "draw.for_good": "Draw and open the cases",
  "draw.tier": "Tier",
  "draw.objects": "Objects",
  "draw.drawn": "Drawn",
  "draw.rate": "Rate asked",
  "draw.realised": "Rate realised",
  "draw.object": "Object",
  "draw.officers": "Officers",
  "draw.hash": "Hash of the lists",
  "draw.again": "Anybody can compute it again from the published seed and lists with bihuan ledger draw.",
  "draw.was_dry": "Only tried: no case is open yet.",
  "draw.done": "Drawn: {n} cases opened",
};
