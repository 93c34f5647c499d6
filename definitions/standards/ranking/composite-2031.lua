-- Follows from the same rule with the limits of 2031; nothing has been published.
return ruleset {
  id = "composite-2031", kind = "air.ranking",
  title = "城市环境空气质量综合指数（2031限值）", title_en = "Composite index, limits of 2031",
  from = "2031-01-01",
  source = "GB 3095-2026", clause = "I = C/S, 表1, 4.4", certainty = "derived",
  standards = { so2 = 20, no2 = 30, pm10 = 50, pm25 = 25, co = 4, o3 = 160 },
  percentile = { "co", "o3" }, -- CO: 95th of days; O3: 90th of the largest 8 h means; the others: the period's mean
  round_items = 2, decimals = 2, change_decimals = 1,
  tests = {
    { of = { so2 = 6, no2 = 15, pm10 = 50, pm25 = 25, co = 0.8, o3 = 160 }, index = 4.00, clause = "I = C/S, 表1, 4.4" },
  },
}
