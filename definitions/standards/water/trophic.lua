-- 湖泊（水库）富营养化评价方法及分级技术规定, taken into 环办〔2011〕22号. chl-a in mg/m3, transparency in m, the rest mg/L; natural logarithm.
return ruleset {
  id = "TLI-2011", kind = "water.trophic",
  title = "湖泊（水库）综合营养状态指数", title_en = "Comprehensive trophic level index of lakes and reservoirs",
  from = "2011-01-01", -- the notice's year; the day was not found
  source = "环办〔2011〕22号", clause = "湖泊、水库营养状态评价", certainty = "confirmed",
  items = { -- TLI(j) = 10 (base + slope ln c); r2 against chlorophyll-a weighs it
    { word = "chla", base = 2.5, slope = 1.086, r2 = 1 },
    { word = "tp", base = 9.436, slope = 1.624, r2 = 0.7056 },
    { word = "tn", base = 5.453, slope = 1.694, r2 = 0.6724 },
    { word = "sd", base = 5.118, slope = -1.94, r2 = 0.6889 },
    { word = "codmn", base = 0.109, slope = 2.661, r2 = 0.6889 },
  },
  levels = { -- below 30; up to 50, 60, 70; above
    { name = "贫营养", name_en = "oligotrophic", top = 30 }, { name = "中营养", name_en = "mesotrophic", top = 50 },
    { name = "轻度富营养", name_en = "lightly eutrophic", top = 60 }, { name = "中度富营养", name_en = "moderately eutrophic", top = 70 },
    { name = "重度富营养", name_en = "heavily eutrophic" },
  },
  tests = {
    { of = { chla = 10, tp = 0.05, tn = 1.0, sd = 1.0, codmn = 4 }, index = 48.018, level = 2,
      part = { chla = 50.006, tp = 45.709, tn = 54.530, sd = 51.180, codmn = 37.979 } },
    { of = { chla = 26, tp = 0.1, tn = 1.5, sd = 0.5, codmn = 8 }, index = 59.975, level = 3 },
    { of = { chla = 60, tp = 0.2, tn = 3, sd = 0.3, codmn = 10 }, index = 69.517, level = 4 },
    { of = { chla = 10, tp = 0.05, tn = 1.0, sd = 1.0 }, level = 0 }, -- an item missing
    { of = { chla = 10, tp = 0.05, tn = 1.0, sd = 0, codmn = 4 }, level = 0 }, -- nothing has a logarithm of nothing
  },
}
