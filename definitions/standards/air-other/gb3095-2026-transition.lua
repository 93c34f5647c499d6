-- GB 3095-2026 table 2 and table 4; the items apply only where the ministry or a province says so (4.5).
return ruleset {
  id = "GB3095-2026-other-transition", kind = "air.other",
  title = "环境空气质量标准（其他项目，过渡阶段）", title_en = "Ambient air quality standards, other items, transition",
  from = "2026-03-01", to = "2030-12-31",
  source = "GB 3095-2026", clause = "表2, 表4, 4.4, 4.5", certainty = "confirmed",
  by_designation = true, -- 4.5
  limits = {
    tsp = { day = { 120, 300 }, year = { 80, 200 } },
    nox = { hour = { 250, 250 }, day = { 100, 100 }, year = { 50, 50 } },
    pb  = { quarter = { 1, 1 }, year = { 0.5, 0.5 } },
    bap = { day = { 0.0025, 0.0025 }, year = { 0.001, 0.001 } },
  },
  validity = { -- decimals: HJ 663-2026 table 3
    tsp = { day_hours = 24, year_days = 60, month_days = 5, decimals = 0 },
    nox = { day_hours = 20, year_days = 324, month_days = 27, february_days = 25, decimals = 0 },
    pb  = { day_hours = 24, year_days = 60, month_days = 5, quarter_days = 15, decimals = 2 },
    bap = { day_hours = 24, year_days = 60, month_days = 5, decimals = 4 },
  },
  tests = {
    { item = "tsp", days_a_month = 5, designated = true, valid = true, clause = "4.5" }, { item = "tsp", days_a_month = 5, designated = false, valid = false, clause = "4.5" },
    { item = "tsp", days_a_month = 5, valid = true, clause = "表4" }, { item = "tsp", days_a_month = 4, valid = false, clause = "表4" },
    { item = "nox", days_a_month = 28, valid = true, clause = "表4" }, { item = "nox", days_a_month = 26, valid = false, clause = "表4" },
    { item = "pb", mean = "quarter", days_a_month = 5, valid = true, clause = "表4" }, { item = "pb", mean = "quarter", days_a_month = 4, valid = false, clause = "表4" },
    { item = "nox", value = 50, within = true, clause = "表2, 4.4" }, { item = "nox", mean = "day", value = 101, within = false, multiple = 0.01, clause = "表2, 4.4" },
    { item = "pb", mean = "quarter", value = 1.004, within = true, clause = "表2" }, { item = "bap", mean = "day", value = 0.0026, within = false, multiple = 0.04, clause = "表2" },
  },
}
