-- River sections worse than the class they must reach, by days: an automatic station's warning. The month's and the year's classes, which
-- assessments use, are on the section's own page.
return rule {
  id = "river.class", on = "river.day", clean = 3, within_days = 60,
  when = function(e) return e.days >= 2 or e.class >= 6 end, -- one day alone may be rain; one day beyond class V is not let pass
  severity = function(e)
    if e.class >= 6 or e.class - e.target >= 2 then return "high" end
    return "medium"
  end,
  title = "{site} 水质{class_name}类，未达到{target_name}类目标，共 {days} 天（{over}）",
  title_en = "{site}: class {class_name_en} against a target of {target_name_en} for {days} d ({over})",
  goal = { indicator = "river.class", window = 7, period = "day" },
  tests = {
    { of = { days = 1, class = 4, target = 3 }, finds = false },
    { of = { days = 2, class = 4, target = 3 }, finds = true, severity = "medium" },
    { of = { days = 1, class = 6, target = 5 }, finds = true, severity = "high" },
    { of = { days = 3, class = 4, target = 2 }, finds = true, severity = "high" },
  },
}
