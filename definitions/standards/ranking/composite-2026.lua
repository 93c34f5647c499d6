-- The rule that S is the class 2 annual limit (CO daily, O3 8 h), with GB 3095-2026's transition limits.
return ruleset {
  id = "composite-2026", kind = "air.ranking",
  title = "城市环境空气质量综合指数（2026过渡限值）", title_en = "Composite index, transition limits of 2026",
  from = "2026-03-01", to = "2030-12-31",
  source = "GB 3095-2026", clause = "I = C/S, 表1", certainty = "single source",
  standards = { so2 = 60, no2 = 40, pm10 = 60, pm25 = 30, co = 4, o3 = 160 },
  percentile = { "co", "o3" }, -- CO: 95th of days; O3: 90th of the largest 8 h means; the others: the period's mean
  round_items = 2, decimals = 2, change_decimals = 1,
  tests = {
    { of = { so2 = 12, no2 = 27, pm10 = 65, pm25 = 29, co = 0.8, o3 = 191 }, index = 4.32, clause = "I = C/S, 表1" },
    { of = { so2 = 6, no2 = 20, pm10 = 60, pm25 = 30, co = 0.8, o3 = 160 }, index = 3.80, clause = "I = C/S, 表1" },
  },
}
