-- A public program calls this the new algorithm; no official text was found, so it is chosen by its id only.
return ruleset {
  id = "composite-2026-weighted", kind = "air.ranking",
  title = "综合指数加权算法（未见正式文本）", title_en = "Weighted composite index (no official text found)",
  practice = true, from = "2026-03-01",
  source = "GB 3095-2026", clause = "I = w·C/S", certainty = "single source",
  standards = { so2 = 60, no2 = 40, pm10 = 60, pm25 = 30, co = 4, o3 = 160 },
  percentile = { "co", "o3" }, -- CO: 95th of days; O3: 90th of the largest 8 h means; the others: the period's mean
  weights = { pm25 = 3, o3 = 2, no2 = 2 },
  round_items = 2, decimals = 2, change_decimals = 1,
  tests = {
    { of = { so2 = 6, no2 = 20, pm10 = 60, pm25 = 30, co = 0.8, o3 = 160 }, index = 7.30 },
  },
}
