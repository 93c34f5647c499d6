-- Waste water: when a day's mean cannot be formed, its amount is the largest valid daily amount since the last check that was passed (HJ 356-2019
-- clause 8, from memory); concentration and flow are never substituted. A day is valid with 75 % of the values due (clause 7, from memory).
return ruleset {
  id = "HJ356-2019-substitute", kind = "source.substitute.water",
  title = "水污染源排放量无效数据替代", title_en = "Substitutes for missing amounts of waste water",
  from = "2020-03-24", source = "HJ 356-2019", clause = "第7章, 第8章", certainty = "from memory",
  every = "day", valid_share = 75,
  factors = { "w01018", "w21003", "w21011", "w21001" }, -- CODCr, NH3-N, TP, TN: the standard's scope (confirmed)
  rows = { { values = 0 } }, -- 0: all since the last check that was passed
  tests = { { valid = 20, missing = 10, gap = 3, values = 0, clause = "第8章" }, { valid = 0, missing = 10, gap = 10, values = 0, clause = "第8章" },
    { valid = 18, due = 24, day_valid = true, clause = "第7章" }, { valid = 17, due = 24, day_valid = false, clause = "第7章" },
    { valid = 9, due = 12, day_valid = true, clause = "第7章" }, { valid = 0, due = 24, day_valid = false, clause = "第7章" } },
}
