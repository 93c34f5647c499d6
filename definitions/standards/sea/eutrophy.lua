-- E = COD x inorganic N x phosphate x 10^6 / 4500 (sea_eutrophy). The formula is from memory; the published critical values of GB 3097's
-- four classes, 1.3, 6, 10.7 and 25, agree with it. The levels are from memory.
return ruleset {
  id = "eutrophy-E", kind = "sea.eutrophy",
  title = "海水富营养化指数", title_en = "Eutrophication index of sea water",
  from = "1998-07-01", -- of the sea water standard it is used with
  source = "近岸海域富营养化评价", clause = "E", certainty = "from memory",
  grades = { "非富营养", "轻度富营养", "中度富营养", "重度富营养" }, grades_en = { "not eutrophic", "light", "moderate", "heavy" },
  items = { { word = "e", name = "富营养化指数", name_en = "eutrophication index", unit = "", at_most = { 1, 3, 9 }, strict = { 1 } } },
  tests = {
    { of = { e = 0.999 }, grade = 1 }, { of = { e = 1 }, grade = 2 }, { of = { e = 3 }, grade = 2 }, { of = { e = 3.01 }, grade = 3 },
    { of = { e = 6 }, grade = 3, certainty = "from memory" }, { of = { e = 9 }, grade = 3 }, { of = { e = 9.01 }, grade = 4 },
  },
}
