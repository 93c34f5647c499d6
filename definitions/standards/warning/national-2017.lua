-- Known by its year only. Dust episodes are outside; the caller leaves their days out.
-- For each colour alternatives, for each alternative conditions that hold within one run: daily AQI above X for at least H hours.
return ruleset {
  id = "warning-national-2017", kind = "air.warning", scheme = "national",
  title = "重污染天气预警分级（2017）", title_en = "Heavy-pollution warning levels, 2017",
  from = "2017-01-01", to = "2017-12-31",
  source = "原环境保护部2017年分级", clause = "分级标准", certainty = "confirmed",
  blue   = { { { above = 200 } } },
  yellow = { { { above = 200, hours = 48 } } },
  orange = { { { above = 200, hours = 72 }, { above = 300 } } },
  red    = { { { above = 200, hours = 96 }, { above = 300, hours = 48 } }, { { above = 499 } } },
  ahead_hours = 24, -- issued at least a day ahead
  clear_hours = 36, -- cancelled when it is forecast to stay below for longer; from one source
  tests = {
    { aqi = { 210 }, colour = "blue" }, { aqi = { 210, 205 }, colour = "yellow" }, { aqi = { 210, 220, 310 }, colour = "orange" },
    { aqi = { 210, 220, 230, 240 }, colour = "yellow" }, { aqi = { 210, 310, 310, 240 }, colour = "red" }, { aqi = { 500 }, colour = "red" },
  },
}
