-- What stands in the account of amounts for hours of a stack that are missing: HJ 75-2017 tables 5 and 6. No readable copy of the tables was
-- found: every figure here is from memory. Only SO2, NOx and particulates; concentrations and the gas's own figures are never substituted.
-- Capture of the quarter = (hours - invalid - stopped) / (hours - stopped). Below 75 % no row is for it: nothing is substituted. Table 5 (out of
-- control, calibration overdue) looks before the last calibration, table 6 (repair, calibration, other) before the failure.
return ruleset {
  id = "HJ75-2017-substitute", kind = "source.substitute.gas",
  title = "固定污染源烟气排放量缺失数据替代", title_en = "Substitutes for missing amounts of stacks",
  from = "2018-03-01", source = "HJ 75-2017", clause = "表5, 表6", certainty = "from memory",
  every = "hour", factors = { "a21026", "a21002", "a34013" },
  rows = {
    { capture_least = 90, gap_most = 24, values = 180 },
    { capture_least = 90, values = 720 },
    { capture_least = 75, capture_below = 90, values = 2160 },
  },
  tests = {
    { valid = 90, missing = 10, gap = 24, values = 180, clause = "表5, 表6" }, { valid = 100, missing = 1, gap = 1, values = 180, clause = "表5, 表6" },
    { valid = 90, missing = 10, gap = 25, values = 720, clause = "表5, 表6" },
    { valid = 8999, missing = 1001, gap = 1, values = 2160, clause = "表5, 表6" }, { valid = 75, missing = 25, gap = 400, values = 2160, clause = "表5, 表6" },
    { valid = 7499, missing = 2501, gap = 1, values = "none", clause = "表5, 表6" }, { valid = 0, missing = 10, gap = 10, values = "none", clause = "表5, 表6" },
  },
}
