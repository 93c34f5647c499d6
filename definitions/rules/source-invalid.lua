-- An outlet that sends values nobody may judge (maintenance, fault, calibration ...) for four hours: work for the maintainer.
-- Out of service all the while (F) is no fault.
return rule {
  ledger = "maintenance", react_hours = 24, -- the maintainer's work, no charge against the unit
  id = "source.invalid", on = "source.invalid", clean = 1, within_days = 14,
  when = function(e) return e.hours >= 4 and not e.stopped end,
  severity = "low",
  title = "{site} {factor} 连续 {hours} 小时数据无效（标记 {flags}），需维护",
  title_en = "{site}: {factor} invalid for {hours} h (marks {flags}), needs maintenance",
  tests = {
    { of = { hours = 4, stopped = false }, finds = true },
    { of = { hours = 3, stopped = false }, finds = false },
    { of = { hours = 30, stopped = true }, finds = false },
  },
}
