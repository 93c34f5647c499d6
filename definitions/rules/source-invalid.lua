-- An outlet that sends values nobody may judge (maintenance, fault, calibration ...) for four hours: work for the maintainer.
-- Out of service all the while (F) is no fault.
return rule {
  ledger = "maintenance", react_hours = 24, -- the maintainer's work, no charge against the unit
  id = "source.invalid", on = "source.invalid", clean = 1, within_days = 14,
  when = function(e) return e.hours >= 4 and not e.stopped end,
  severity = "low",
  title = "{site} {factor} 连续 {hours} 小时数据无效（标记 {flags}），需维护",
  title_en = "{site}: {factor} invalid for {hours} h (marks {flags}), needs maintenance",
  -- Nobody sent it on or dismissed it: the program opens the case, well inside react_hours. Hours and days are the city's to set.
  opens = { after_hours = 12, fresh_days = 3, due_days = 3, goal = "修复并恢复有效数据" },
  tests = {
    { of = { hours = 4, stopped = false }, finds = true },
    { of = { hours = 3, stopped = false }, finds = false },
    { of = { hours = 30, stopped = true }, finds = false },
  },
}
