return ruleset {
  id = "GB3095-2026-transition", kind = "air.limits",
  title = "环境空气质量标准（过渡阶段限值）", title_en = "Ambient air quality standards, transition limits",
  from = "2026-03-01", to = "2030-12-31",
  source = "GB 3095-2026", clause = "表1, 4.4", certainty = "confirmed",
  limits = {
    so2  = { hour = { 150, 500 }, day = { 50, 150 }, year = { 20, 60 } },
    no2  = { hour = { 200, 200 }, day = { 80, 80 }, year = { 40, 40 } },
    co   = { hour = { 10, 10 }, day = { 4, 4 } },
    o3   = { hour = { 160, 200 }, day = { 100, 160 } },
    pm10 = { day = { 50, 120 }, year = { 40, 60 } },
    pm25 = { day = { 35, 60 }, year = { 15, 30 } },
  },
  tests = {
    { item = "pm25", value = 30, within = true, clause = "表1, 4.4" }, { item = "pm25", value = 31, within = false, multiple = 0.03, clause = "表1" },
    { item = "pm10", mean = "day", value = 121, within = false, clause = "表1" },
  },
}
