-- The same draft for ozone: one response without levels, written here as yellow.
-- For each colour alternatives, for each alternative conditions that hold within one run: daily AQI above X for at least H hours.
return ruleset {
  id = "warning-shandong-2022-draft-o3", kind = "air.warning", scheme = "shandong-o3",
  title = "山东省重污染天气预警分级（2022征求意见稿，臭氧）", title_en = "Shandong, draft of 2022, ozone",
  practice = true, from = "2022-11-01",
  source = "山东省2022年征求意见稿", clause = "臭氧应急", certainty = "single source",
  yellow = { { { above = 150, hours = 48 } } },
  ahead_hours = 24, -- issued at least a day ahead
  clear_hours = 36, -- cancelled when it is forecast to stay below for longer; from one source
  tests = {
    { aqi = { 160, 155 }, colour = "yellow" }, { aqi = { 160 }, colour = "none" },
  },
}
