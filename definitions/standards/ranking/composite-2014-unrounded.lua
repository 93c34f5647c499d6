-- The same without rounding the single indices; chosen by its id only.
return ruleset {
  id = "composite-2014-unrounded", kind = "air.ranking",
  title = "城市环境空气质量综合指数（分项不修约）", title_en = "Composite index, single indices not rounded",
  practice = true, to = "2026-02-28",
  source = "环办〔2014〕64号", clause = "I = C/S", certainty = "inferred from published tables",
  standards = { so2 = 60, no2 = 40, pm10 = 70, pm25 = 35, co = 4, o3 = 160 },
  percentile = { "co", "o3" }, -- CO: 95th of days; O3: 90th of the largest 8 h means; the others: the period's mean
  decimals = 2, change_decimals = 1,
  tests = {
    { of = { so2 = 12, no2 = 27, pm10 = 65, pm25 = 29, co = 0.8, o3 = 191 }, index = 4.03 },
    { of = { so2 = 3, no2 = 13, pm10 = 16, pm25 = 13, co = 0.9, o3 = 87 }, index = 1.74 },
    { of = { so2 = 9, no2 = 14, pm10 = 77, pm25 = 23, co = 1.1, o3 = 96 }, index = 3.13 },
    { of = { so2 = 9, no2 = 22, pm10 = 41, pm25 = 19, co = 0.8, o3 = 123 }, index = 2.80 },
    { of = { so2 = 9, no2 = 15, pm10 = 39, pm25 = 21, co = 0.7, o3 = 192 }, index = 3.06 },
    { of = { so2 = 9, no2 = 15, pm10 = 39, pm25 = 21, co = 0.7 } }, -- an item missing: no index
  },
}
