-- 衢州市2020年: 支流交接断面化学需氧量、氨氮浓度低于前3年平均水平，交接断面达到Ⅱ类以上. The words are from one plan. That the base is the mean of the
-- months stored of the three years before, that 27 of the 36 must be there, the decimals, and that a value equal to the base is not 低于 are ours:
-- no text we could read settles them.
local twenty, edge = { 20 }, { 1.0, 1.1 } -- the mean of 1.0 and 1.1 is 1.05
return ruleset {
  id = "handover-quzhou-2020", kind = "handover.sections",
  title = "交接断面考核：与前三年平均比较", title_en = "Sections handed over: against the mean of the three years before",
  from = "2020-01-01",
  source = "衢州市2020年计划", clause = "低于前3年平均水平", certainty = "single source; base derived",
  years = 3, least_months = 27, equal_is_below = false, class_least = 2,
  items = {
    { word = "cod", name = "化学需氧量", name_en = "COD", unit = "mg/L", decimals = 1 },
    { word = "nh3n", name = "氨氮", name_en = "NH3-N", unit = "mg/L", decimals = 2 },
  },
  tests = { -- thirteen cases around the base
    { item = "cod", base = twenty, ["repeat"] = 36, value = 20.0, is = "equal", base_is = 20, have = 36 },
    { item = "cod", base = twenty, ["repeat"] = 36, value = 19.9, is = "below" },
    { item = "cod", base = twenty, ["repeat"] = 36, value = 20.1, is = "above" },
    { item = "cod", base = twenty, ["repeat"] = 36, value = 20.04, is = "equal" }, -- rounds to the base
    { item = "cod", base = twenty, ["repeat"] = 36, value = 19.95, is = "equal" }, -- half to even: 20.0
    { item = "cod", base = twenty, ["repeat"] = 36, value = 19.94, is = "below" },
    { item = "nh3n", base = edge, ["repeat"] = 18, value = 1.05, is = "equal", base_is = 1.05 },
    { item = "nh3n", base = edge, ["repeat"] = 18, value = 1.045, is = "below" }, -- half to even: 1.04
    { item = "cod", base = { 20, 20, 20, false }, ["repeat"] = 9, value = 19, is = "below", base_is = 20, have = 27 }, -- 27 of 36: just enough
    { item = "cod", base = { 20, 20, false, false }, ["repeat"] = 9, value = 19, is = "no_base", have = 18 },
    { item = "cod", base = { 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, false, false, false, false,
      false, false, false, false, false, false }, value = 19, is = "no_base", have = 26 }, -- one month short
    { item = "cod", base = twenty, ["repeat"] = 36, is = "no_month" },
    { item = "cod", base = { 10, 30 }, ["repeat"] = 18, value = 0, is = "below", base_is = 20 },
  },
}
