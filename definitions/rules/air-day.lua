-- A finished, valid day of a station or the city in level 4 or worse (AQI above 150).
return rule {
  id = "air.day", on = "air.day", level = 4, clean = 1, within_days = 30,
  when = function(e) return e.days >= 1 end,
  severity = function(e)
    if e.aqi > 200 then return "high" end
    return "medium"
  end,
  title = "{site} 空气质量{level_name}，日AQI最高 {aqi}（首要污染物 {primary}），共 {days} 天",
  title_en = "{site}: air {level_name}, daily AQI up to {aqi} ({primary}), {days} d",
  goal = { indicator = "air.aqi", op = "<=", value = 150, window = 3, period = "day" },
  tests = {
    { of = { days = 1, aqi = 151 }, finds = true, severity = "medium" },
    { of = { days = 2, aqi = 260 }, finds = true, severity = "high" },
  },
}
