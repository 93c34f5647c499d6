-- Nothing arrives: 3 real-time intervals (never less than ten minutes), 2 hours after the last hour of an hourly device, 2 days
-- after the last day of a daily one.
return rule {
  ledger = "maintenance", react_hours = 24, -- the maintainer's work, no charge against the unit
  id = "device.silent", on = "site.silent", within_days = 7,
  intervals = 3, at_least_s = 600, hourly_s = 7200, daily_s = 172800,
  when = function(e) return e.silent end,
  severity = function(e)
    if e.minutes >= 1440 then return "high" end
    return "medium"
  end,
  title = "{site} 数据中断，最后数据时间 {from}",
  title_en = "{site}: no data since {from}",
  goal = { indicator = "site.online", op = ">=", value = 1, window = 24, period = "hour" },
  tests = {
    { of = { silent = true, minutes = 30 }, finds = true, severity = "medium" },
    { of = { silent = true, minutes = 1500 }, finds = true, severity = "high" },
  },
}
