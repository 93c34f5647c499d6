-- Ambient gamma dose rate outside the place's own natural range (the site's limits in the city file). There is no national limit (from memory); rain
-- raises the rate for an hour or two, so that one hour alone finds nothing, and the sentence says what to look for.
return rule {
  id = "radiation.hour", on = "radiation.hour", clean = 3, within_days = 30, ledger = "lead", react_hours = 24,
  when = function(e) return e.hours >= 2 end,
  severity = function(e)
    if e.hours >= 6 then return "high" end
    return "medium"
  end,
  title = "{site} {factor}超出本底范围，最高 {value} nGy/h（{limit}），共 {hours} 小时；请先排除降雨",
  title_en = "{site}: {factor} outside the natural range, {value} against {limit} nGy/h, {hours} h; rule out rain first",
  tests = {
    { of = { hours = 1 }, finds = false },
    { of = { hours = 2 }, finds = true, severity = "medium" },
    { of = { hours = 6 }, finds = true, severity = "high" },
  },
}
