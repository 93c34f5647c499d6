-- HJ 663-2013, with the validity of GB 3095 table 4. Certain: counts of hours, windows and days; percentiles; the attainment decimals.
-- Remembered, to be checked against the text: the share of the city's points a city value needs; rounding of hours; decimals of PM2.5.
return ruleset {
  id = "HJ663-2013", kind = "air.evaluation",
  title = "环境空气质量评价技术规范（试行）", title_en = "Technical regulation for ambient air quality assessment",
  from = "2013-10-01", to = "2026-02-28",
  source = "HJ 663-2013", clause = "6.1.2, 附录A, GB 3095-2012 表4", certainty = "partly from memory",
  validity = { day_hours = 20, o3_hours = 6, o3_windows = 14, year_days = 324, month_days = 27, february_days = 25 },
  city = { share = 75, few = 4, few_share = 50 }, -- from memory
  means = { "so2", "no2", "pm10", "pm25" },
  percentile = { so2 = 98, no2 = 98, pm10 = 95, pm25 = 95, co = 95, o3 = 90 },
  decimals = { default = 0, co = 1 }, -- of statistics
  judged = { default = 0, co = 1 },   -- of what is compared with a limit
  round_hours = true,
  tests = {
    { item = "so2", hours = 20, valid = true, clause = "GB 3095-2012 表4" }, { item = "so2", hours = 19, valid = false, clause = "GB 3095-2012 表4" },
    { item = "o3", hours = 19, valid = true, clause = "6.1.2" }, -- 14 means of 8 h with 6 hours each end by 21:00
    { item = "o3", hours = 18, valid = false, clause = "6.1.2" },
    { percentile = 90, of = { 10, 20, 30, 40, 50, 60, 70, 80, 90, 100 }, gives = 91.0, clause = "附录A" },
    { percentile = 95, of = { 10, 20, 30, 40, 50, 60, 70, 80, 90, 100 }, gives = 95.5, clause = "附录A" },
    { percentile = 90, of = { 7 }, gives = 7, clause = "附录A" },
    { judged = { pm25 = 30.4 }, as = 30 }, { judged = { pm25 = 30.5 }, as = 30 }, { judged = { pm25 = 30.51 }, as = 31 },
    { judged = { co = 4.05 }, as = 4.0 },
  },
}
