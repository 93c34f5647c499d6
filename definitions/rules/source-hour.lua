-- An outlet's valid hourly values above its limit. Hours less than a day apart are one finding; it is over after 24 valid clean hours.
-- A permit limit on waste water is judged by the day (source-day.lua); the hour is the warning that leaves time to act.
return rule {
  id = "source.hour", on = "source.hour", clean = 24, within_days = 30,
  when = function(e) return e.exceeds and e.hours >= 1 end,
  severity = function(e)
    if e.kind == "gas_outlet" or (e.multiple or 0) >= 0.5 or e.hours >= 6 then return "high" end
    return "medium"
  end,
  title = "{site} {factor} 小时均值超标，最高 {value} {unit}（限值 {limit}），超标 {multiple} 倍，共 {hours} 小时",
  title_en = "{site}: hourly {factor} up to {value} {unit} against {limit}, {multiple} times over, {hours} h",
  goal = { indicator = "source.hour", window = 24, period = "hour" },
  -- Nobody sent it on or dismissed it: the program opens the case, well inside react_hours. Hours and days are the city's to set.
  opens = { after_hours = 12, fresh_days = 3, due_days = 30, measures = { "查明超标原因，采取措施恢复达标，保存原始记录" }, order = "sampling" },
  tests = {
    { of = { exceeds = true, hours = 1, multiple = 0.24, kind = "water_outlet" }, finds = true, severity = "medium" },
    { of = { exceeds = true, hours = 1, multiple = 0.02, kind = "gas_outlet" }, finds = true, severity = "high" },
    { of = { exceeds = false, hours = 3, multiple = 0, kind = "gas_outlet" }, finds = false },
  },
}
