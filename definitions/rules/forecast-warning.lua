-- A stored forecast that meets the warning rule in force (definitions/standards/warning, scheme): the program drafts a warning with the figures and
-- the rule's clause; a person decides. Colours: 1 blue, 2 yellow, 3 orange, 4 red. The ledger knows no blue one, so that it drafts none.
return rule {
  ledger = "warning", react_hours = 24, drafts = true,
  id = "air.forecast", on = "air.forecast", scheme = "national",
  when = function(e) return e.rank >= 2 end,
  severity = function(e)
    if e.rank >= 3 then return "high" end
    return "medium"
  end,
  title = "预报达到{colour_name}预警条件：{condition}（{days}）",
  title_en = "the forecast asks for a {colour} warning: {condition} ({days})",
  tests = {
    { of = { rank = 1 }, finds = false },
    { of = { rank = 2 }, finds = true, severity = "medium" },
    { of = { rank = 3 }, finds = true, severity = "high" },
  },
}
