-- An outlet's day above its limit: the day the device sends, else the mean of its valid hours when there are `min_hours` of them
-- (75 % of 24, from memory of HJ 356-2019: a parameter).
return rule {
  id = "source.day", on = "source.day", clean = 1, within_days = 60, min_hours = 18,
  when = function(e) return e.exceeds and e.days >= 1 end,
  severity = "high",
  title = "{site} {factor} 日均值超标，最高 {value} {unit}（限值 {limit}），超标 {multiple} 倍，共 {days} 天",
  title_en = "{site}: daily {factor} up to {value} {unit} against {limit}, {multiple} times over, {days} d",
  goal = { indicator = "source.day", window = 3, period = "day" },
  -- Nobody sent it on or dismissed it: the program opens the case, well inside react_hours. Hours and days are the city's to set.
  opens = { after_hours = 12, fresh_days = 3, due_days = 30, measures = { "查明超标原因，采取措施恢复达标，保存原始记录" }, order = "sampling" },
  tests = {
    { of = { exceeds = true, days = 1, multiple = 0.1, kind = "water_outlet" }, finds = true },
    { of = { exceeds = false, days = 0, multiple = 0, kind = "water_outlet" }, finds = false },
  },
}
