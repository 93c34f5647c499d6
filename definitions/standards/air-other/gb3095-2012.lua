-- GB 3095-2012 table 2. The limits were read in one copy of the table; of the validity only the counts shared with the 2026 text are sure.
return ruleset {
  id = "GB3095-2012-other", kind = "air.other",
  title = "环境空气质量标准（其他项目）", title_en = "Ambient air quality standards, other items",
  from = "2016-01-01", to = "2026-02-28",
  source = "GB 3095-2012", clause = "表2, 表4", certainty = "single source",
  -- { class 1, class 2 }, µg/m³
  limits = {
    tsp = { day = { 120, 300 }, year = { 80, 200 } },
    nox = { hour = { 250, 250 }, day = { 100, 100 }, year = { 50, 50 } },
    pb  = { quarter = { 1, 1 }, year = { 0.5, 0.5 } },
    bap = { day = { 0.0025, 0.0025 }, year = { 0.001, 0.001 } },
  },
  validity = {
    tsp = { day_hours = 24, year_days = 60, month_days = 5, decimals = 0 },
    nox = { day_hours = 20, year_days = 324, month_days = 27, february_days = 25, decimals = 0 },
    pb  = { day_hours = 24, year_days = 60, month_days = 5, quarter_days = 15, decimals = 2 },
    bap = { day_hours = 24, year_days = 60, month_days = 5, decimals = 4 },
  },
  tests = {
    { item = "tsp", days_a_month = 5, valid = true, clause = "表4" }, { item = "tsp", days_a_month = 4, valid = false, clause = "表4" },
    { item = "nox", days_a_month = 28, valid = true, clause = "表4" }, { item = "nox", days_a_month = 26, valid = false, clause = "表4" },
    { item = "pb", mean = "quarter", days_a_month = 5, valid = true, clause = "表4" }, { item = "pb", mean = "quarter", days_a_month = 4, valid = false, clause = "表4" },
    { item = "tsp", value = 200, within = true, clause = "表2" }, { item = "tsp", value = 201, within = false, multiple = 0, clause = "表2" },
    { item = "nox", mean = "hour", value = 251, within = false, clause = "表2" }, { item = "pb", mean = "quarter", value = 1.02, within = false, multiple = 0.02, clause = "表2" },
    { item = "bap", value = 0.0011, within = false, multiple = 0.10, clause = "表2" }, { item = "tsp", class = 1, value = 81, within = false, clause = "表2" },
  },
}
