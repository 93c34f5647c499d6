-- HJ 633-2026: table 3; the hour's PM is judged on the daily breakpoints; an ozone day is its largest 8-hour mean only.
return ruleset {
  id = "HJ633-2026", kind = "air.index",
  title = "环境空气质量指数（AQI）技术规定", title_en = "Technical regulation on ambient air quality index",
  from = "2026-03-01", -- in force; no `to`: open
  source = "HJ 633-2026", clause = "表3, 4.2, 5.3", certainty = "confirmed",
  clauses = { breakpoints = "表3", items = "4.2", above = "表3", missing = "5.3.1" },
  round = { default = 0, co = 1 }, -- GB/T 8170
  iaqi = { 0, 50, 100, 150, 200, 300, 400, 500 },
  breakpoints = {
    so2  = { day = { 0, 50, 150, 475, 800, 1600, 2100, 2620 }, hour = { 0, 150, 500, 650, 800 }, above_hour = 200 },
    no2  = { day = { 0, 40, 80, 180, 280, 565, 750, 940 }, hour = { 0, 100, 200, 700, 1200, 2340, 3090, 3840 } },
    co   = { day = { 0, 2, 4, 14, 24, 36, 48, 60 }, hour = { 0, 5, 10, 35, 60, 90, 120, 150 } },
    o3   = { day = { 0, 100, 160, 215, 265, 800 }, above_day = 300, hour = { 0, 160, 200, 300, 400, 800, 1000, 1200 } },
    pm10 = { day = { 0, 50, 120, 250, 350, 420, 500, 600 }, hour = "day" },
    pm25 = { day = { 0, 35, 60, 115, 150, 250, 350, 500 }, hour = "day" },
  },
  items = {
    day  = { "so2.day", "no2.day", "co.day", "pm10.day", "pm25.day", "o3.8h" },
    hour = { "so2.hour", "no2.hour", "co.hour", "o3.hour", "pm10.hour", "pm25.hour" },
  },
  missing = "above_100", -- 5.3.1: with an item missing the AQI stands only when it is above 100
  tests = {
    { day = { pm25 = 60 }, iaqi = { pm25 = 100 }, clause = "表3" },
    { day = { pm25 = 60.5 }, iaqi = { pm25 = 100 }, clause = "表3" },
    { day = { pm25 = 60.6 }, iaqi = { pm25 = 101 }, clause = "表3" },
    { day = { pm25 = 75 }, iaqi = { pm25 = 114 }, clause = "表3" },
    { day = { pm25 = 500 }, iaqi = { pm25 = 500 }, clause = "表3" },
    { day = { pm25 = 801 }, iaqi = { pm25 = 500 }, clause = "表3" },
    { day = { pm10 = 120 }, iaqi = { pm10 = 100 }, clause = "表3" },
    { day = { pm10 = 121 }, iaqi = { pm10 = 101 }, clause = "表3" },
    { day = { pm10 = 150 }, iaqi = { pm10 = 112 }, clause = "表3" },
    { day = { so2 = 150 }, iaqi = { so2 = 100 }, clause = "表3" },
    { hour = { so2 = 801 }, iaqi = { so2 = 200 }, clause = "表3" },
    { day = { o3 = 900 }, iaqi = { o3 = 300 }, clause = "表3" },
    { day = { co = 2.1 }, iaqi = { co = 53 }, clause = "表3" },
    { day = { co = 4.0 }, iaqi = { co = 100 }, clause = "表3" },
    { hour = { no2 = 200 }, iaqi = { no2 = 100 }, clause = "表3" },
    { day = { so2 = 12, no2 = 45, co = 1.0, o3 = 98, pm10 = 130, pm25 = 70 }, aqi = 110, level = 3, primary = { "pm25" },
      iaqi = { pm10 = 104 }, clause = "4.2" },
    { day = { so2 = 5, no2 = 20, co = 0.5, o3 = 160, pm10 = 120, pm25 = 60 }, aqi = 100, level = 2,
      primary = { "o3", "pm10", "pm25" }, clause = "4.2" },
    { day = { so2 = 5, no2 = 20, co = 0.5, o3 = 100, pm10 = 50, pm25 = 35 }, aqi = 50, level = 1, primary = {}, clause = "4.2" },
    { hour = { so2 = 500, no2 = 200, co = 10, o3 = 200, pm10 = 150, pm25 = 75 }, aqi = 114, primary = { "pm25" }, clause = "4.2" },
    { day = { so2 = 5, no2 = 20, co = 0.5, pm10 = 50, pm25 = 53 }, aqi = "NA", level = 0, primary = {}, iaqi = { pm25 = 86 }, clause = "5.3" },
    { day = { so2 = 5, no2 = 20, co = 0.5, pm10 = 50, pm25 = 82 }, aqi = 120, level = 3, primary = { "pm25" }, clause = "4.2" },
    -- 5.3.2: an item that is not monitored by plan and never was primary on a polluted day
    { day = { no2 = 20, co = 0.5, o3 = 90, pm10 = 50, pm25 = 53 }, exempt = { "so2" }, aqi = 86, primary = { "pm25" }, clause = "5.3" },
  },
}
