return ruleset {
  id = "GB3095-2012", kind = "air.limits",
  title = "环境空气质量标准", title_en = "Ambient air quality standards",
  from = "2016-01-01", to = "2026-02-28",
  source = "GB 3095-2012", clause = "表1", certainty = "confirmed",
  -- { class 1, class 2 }; ozone's day is the largest 8-hour mean
  limits = {
    so2  = { hour = { 150, 500 }, day = { 50, 150 }, year = { 20, 60 } },
    no2  = { hour = { 200, 200 }, day = { 80, 80 }, year = { 40, 40 } },
    co   = { hour = { 10, 10 }, day = { 4, 4 } },
    o3   = { hour = { 160, 200 }, day = { 100, 160 } },
    pm10 = { day = { 50, 150 }, year = { 40, 70 } },
    pm25 = { day = { 35, 75 }, year = { 15, 35 } },
  },
  tests = {
    { item = "pm25", value = 35, within = true }, { item = "pm25", value = 36, within = false, multiple = 0.03 },
    { item = "o3", mean = "day", value = 161, within = false }, { item = "pm10", class = 1, value = 41, within = false },
  },
}
