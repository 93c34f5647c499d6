-- A draft for comment of November 2022, PM2.5 episodes: never in force by itself, chosen by its id only.
-- For each colour alternatives, for each alternative conditions that hold within one run: daily AQI above X for at least H hours.
return ruleset {
  id = "warning-shandong-2022-draft", kind = "air.warning", scheme = "shandong",
  title = "山东省重污染天气预警分级（2022征求意见稿，PM2.5）", title_en = "Shandong, draft of 2022, PM2.5",
  practice = true, from = "2022-11-01",
  source = "山东省2022年征求意见稿", clause = "分级标准", certainty = "single source",
  yellow = { { { above = 150, hours = 48 }, { hour_above = 200 } } },
  orange = { { { above = 150, hours = 72 }, { above = 200, hours = 24 } } },
  red    = { { { above = 200, hours = 72 }, { above = 300, hours = 24 } } },
  ahead_hours = 24, -- issued at least a day ahead
  clear_hours = 36, -- cancelled when it is forecast to stay below for longer; from one source
  tests = {
    { aqi = { 160, 155 }, hours = { 180, 210 }, colour = "yellow" }, { aqi = { 160, 155 }, hours = { 180, 190 }, colour = "none" },
    { aqi = { 160, 205, 170 }, hours = { 180, 190, 190 }, colour = "orange" }, { aqi = { 210, 220, 310 }, colour = "red" },
  },
}
