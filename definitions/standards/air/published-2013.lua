-- What the national release platform shows before 2026: hourly PM on the daily breakpoints, no moving means, and for the day only
-- the 8-hour ozone. Compared with 33,030 published station hours of 2020 and 9,821 published city days from 2016.
-- It is a practice, not a standard, so it is chosen by its id only.
return ruleset {
  id = "published-2013", kind = "air.index", practice = true,
  title = "全国城市空气质量实时发布平台的算法", title_en = "As the national release platform computes",
  to = "2026-02-28",
  source = "HJ 633-2012", clause = "表1", certainty = "measured on published values",
  clauses = { breakpoints = "表1", items = "发布平台做法", above = "表1 注2, 注3", missing = "无规定" },
  round = { default = 0, co = 1 },
  iaqi = { 0, 50, 100, 150, 200, 300, 400, 500 },
  breakpoints = {
    so2  = { day = { 0, 50, 150, 475, 800, 1600, 2100, 2620 }, hour = { 0, 150, 500, 650, 800 }, above_hour = "day" },
    no2  = { day = { 0, 40, 80, 180, 280, 565, 750, 940 }, hour = { 0, 100, 200, 700, 1200, 2340, 3090, 3840 } },
    co   = { day = { 0, 2, 4, 14, 24, 36, 48, 60 }, hour = { 0, 5, 10, 35, 60, 90, 120, 150 } },
    o3   = { day = { 0, 100, 160, 215, 265, 800 }, above_day = "hour", hour = { 0, 160, 200, 300, 400, 800, 1000, 1200 } },
    pm10 = { day = { 0, 50, 150, 250, 350, 420, 500, 600 }, hour = "day" },
    pm25 = { day = { 0, 35, 75, 115, 150, 250, 350, 500 }, hour = "day" },
  },
  items = {
    day  = { "so2.day", "no2.day", "co.day", "pm10.day", "pm25.day", "o3.8h" },
    hour = { "so2.hour", "no2.hour", "co.hour", "o3.hour", "pm10.hour", "pm25.hour" },
  },
  missing = "rest",
  tests = {
    { hour = { pm25 = 75 }, iaqi = { pm25 = 100 }, aqi = 100 },
    { hour = { pm25 = 75, pm10 = 150 }, aqi = 100, primary = { "pm25", "pm10" } },
  },
}
