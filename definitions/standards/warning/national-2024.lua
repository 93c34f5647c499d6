-- The era of 环大气〔2024〕6号, whose text could not be read: from public code for one city's plan. Cancelling is from one city's plan of 2026.
-- W1 of our vectors stands first.
-- For each colour alternatives, for each alternative conditions that hold within one run: daily AQI above X for at least H hours.
return ruleset {
  id = "warning-national-2024", kind = "air.warning", scheme = "national",
  title = "重污染天气预警分级（2024）", title_en = "Heavy-pollution warning levels, 2024",
  from = "2024-01-01",
  source = "环大气〔2024〕6号", clause = "分级标准", certainty = "single source",
  yellow = { { { above = 200 } }, { { above = 150, hours = 48 } } },
  orange = { { { above = 200, hours = 48 } }, { { above = 150, hours = 72 } } },
  red    = { { { above = 200, hours = 72 }, { above = 300, hours = 24 } } },
  ahead_hours = 24, -- issued at least a day ahead
  clear_hours = 36, -- cancelled when it is forecast to stay below for longer; from one source
  tests = {
    { aqi = { 210, 205 }, colour = "orange" }, { aqi = { 160, 155, 170 }, colour = "orange" }, { aqi = { 210, 220, 310 }, colour = "red" },
    { aqi = { 160 }, colour = "none" }, { aqi = { 160, 155 }, colour = "yellow" }, { aqi = { 201 }, colour = "yellow" },
    { aqi = { 160, 90, 155 }, colour = "none", episodes = 0 }, { aqi = { 160, 155, 90, 160, 155 }, colour = "yellow", episodes = 1 },
    { aqi = { 160, 155, 90, 90, 160, 155 }, colour = "yellow", episodes = 2 }, { aqi = { 210, -1, 205 }, colour = "yellow" },
    { aqi = { 151, 152, 153, 154, 155, 156, 157, 158, 159, 160, 161, 162, 163, 164, 165, 166, 167, 168, 169, 170, 171, 172, 173, 174, 175 }, step = 1,
      colour = "yellow" }, -- moving days: 25 of them in a row cover 48 hours
  },
}
