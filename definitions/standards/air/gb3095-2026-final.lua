return ruleset {
  id = "GB3095-2026-final", kind = "air.limits",
  title = "环境空气质量标准", title_en = "Ambient air quality standards",
  from = "2031-01-01",
  source = "GB 3095-2026", clause = "表1, 4.4", certainty = "confirmed",
  limits = {
    so2  = { hour = { 150, 150 }, day = { 50, 50 }, year = { 20, 20 } },
    no2  = { hour = { 200, 200 }, day = { 50, 50 }, year = { 30, 30 } },
    co   = { hour = { 10, 10 }, day = { 4, 4 } },
    o3   = { hour = { 160, 200 }, day = { 100, 160 } },
    pm10 = { day = { 50, 100 }, year = { 20, 50 } },
    pm25 = { day = { 25, 50 }, year = { 10, 25 } },
  },
  tests = { { item = "pm25", value = 30, within = false, multiple = 0.20, clause = "表1, 4.4" }, { item = "pm25", value = 25, within = true, clause = "表1, 4.4" } },
}
