-- Records that contradict themselves, three hours of them and more with less than a day between: work for the maintainer, and a reason
-- to look at the instrument. One alone is only marked.
return rule {
  ledger = "maintenance", react_hours = 48, -- the maintainer's work, no charge against the unit
  id = "site.marks", on = "site.marks", clean = 24, within_days = 7,
  when = function(e)
    if e.check_id == "pm" then return e.hours >= 12 end -- two instruments near each other's error: common in clean air
    return e.hours >= 3
  end,
  severity = function(e)
    if e.hours >= 24 then return "medium" end
    return "low"
  end,
  title = "{site} {factor} {check}：{hours} 个小时的数据存疑，如 {example}",
  title_en = "{site} {factor}: {check} in {hours} h, such as: {example}",
  tests = {
    { of = { hours = 3, check = "负值" }, finds = true, severity = "low" },
    { of = { hours = 30, check = "恒值" }, finds = true, severity = "medium" },
    { of = { hours = 2, check = "负值" }, finds = false },
    { of = { hours = 11, check_id = "pm" }, finds = false },
  },
}
