-- 环办大气函〔2018〕875号, read as a city's rule; known by its years only.
-- For each colour alternatives, for each alternative conditions that hold within one run: daily AQI above X for at least H hours.
return ruleset {
  id = "warning-national-2018", kind = "air.warning", scheme = "national",
  title = "重污染天气预警分级（2018）", title_en = "Heavy-pollution warning levels, 2018",
  from = "2018-01-01", to = "2023-12-31",
  source = "环办大气函〔2018〕875号", clause = "分级标准", certainty = "confirmed as a city rule",
  yellow = { { { above = 200, hours = 48 } } },
  orange = { { { above = 200, hours = 72 } } },
  red    = { { { above = 200, hours = 96 }, { above = 300, hours = 48 } }, { { above = 499 } } },
  ahead_hours = 24, -- issued at least a day ahead
  clear_hours = 36, -- cancelled when it is forecast to stay below for longer; from one source
  tests = {
    { aqi = { 210 }, colour = "none" }, { aqi = { 210, 205 }, colour = "yellow" }, { aqi = { 210, 205, 201 }, colour = "orange" },
    { aqi = { 210, 310, 310, 240 }, colour = "red" }, { aqi = { 210, 310, 240, 310 }, colour = "orange" }, { aqi = { 500 }, colour = "red" },
  },
}
