-- 环办〔2014〕64号: the sum of C / S. Each single index is rounded to 2 decimals before they are added: two published tables come out
-- only so (1.73, 3.14), one popular example only without (3.06); composite-2014-unrounded is that other reading. Read as in force from 2014;
-- the day is not known.
return ruleset {
  id = "composite-2014", kind = "air.ranking",
  title = "城市环境空气质量综合指数", title_en = "Composite air quality index of cities",
  from = "2014-01-01", to = "2026-02-28",
  source = "环办〔2014〕64号", clause = "I = C/S", certainty = "confirmed; rounding inferred",
  standards = { so2 = 60, no2 = 40, pm10 = 70, pm25 = 35, co = 4, o3 = 160 },
  percentile = { "co", "o3" }, -- CO: 95th of days; O3: 90th of the largest 8 h means; the others: the period's mean
  round_items = 2, decimals = 2, change_decimals = 1,
  tests = {
    { of = { so2 = 12, no2 = 27, pm10 = 65, pm25 = 29, co = 0.8, o3 = 191 }, index = 4.03 },
    { of = { so2 = 3, no2 = 13, pm10 = 16, pm25 = 13, co = 0.9, o3 = 87 }, index = 1.73 },
    { of = { so2 = 9, no2 = 14, pm10 = 77, pm25 = 23, co = 1.1, o3 = 96 }, index = 3.14 },
    { of = { so2 = 9, no2 = 22, pm10 = 41, pm25 = 19, co = 0.8, o3 = 123 }, index = 2.80 },
    { of = { so2 = 9, no2 = 15, pm10 = 39, pm25 = 21, co = 0.7, o3 = 192 }, index = 3.07 },
    { of = { so2 = 9, no2 = 15, pm10 = 39, pm25 = 21, co = 0.7 } }, -- an item missing: no index
  },
}
