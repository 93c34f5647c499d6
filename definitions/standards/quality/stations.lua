-- Automatic stations of air and surface water. The marks 85 / 95 / 95 % are those of one city's plan (Quzhou 2020). Definitions of the
-- rates from memory: HJ 818-2018 and HJ 817-2018 could not be read; some texts call valid over expected the capture rate, which is the
-- valid rate here. Excepted periods leave the account; what never came stays in it.
local due = { "valid", "invalid", "lost", "not_sent" }
local function rates(capture, valid, qc)
  return {
    { id = "capture", title = "捕获率", title_en = "Capture rate", of = { "valid", "invalid" }, over = due, pass = capture,
      clause = "到达的小时数 ÷ 日历应有小时数（例外不计）",
      clause_en = "hours that arrived ÷ hours of the calendar, without excepted ones", certainty = "from memory" },
    { id = "valid", title = "有效率", title_en = "Valid rate", of = { "valid" }, over = due, pass = valid,
      clause = "有效小时数 ÷ 日历应有小时数（例外不计）",
      clause_en = "valid hours ÷ hours of the calendar, without excepted ones", certainty = "from memory" },
    { id = "qc", title = "质控合格率", title_en = "QC pass rate", of = { "qc_passed" }, over = { "qc_passed", "qc_failed" }, pass = qc,
      clause = "合格比对次数 ÷ 全部比对次数", clause_en = "checks passed ÷ checks made", certainty = "single source" },
  }
end
return {
  ruleset {
    id = "quality-air", kind = "quality.rates", title = "空气自动站数据质量", title_en = "Data quality of air stations", sites = { "air" },
    source = "衢州 2020 年工作方案：空气有效率 ≥ 95 %",
    clause = "完整率与质控合格率", certainty = "from memory",
    rates = rates(nil, 95, nil),
    tests = {
      { rate = "valid", counts = { valid = 95, not_sent = 5 }, is = 95, passes = true },
      { rate = "valid", counts = { valid = 949, lost = 51 }, is = 94.9, passes = false },
      { rate = "capture", counts = { valid = 90, invalid = 5, excepted = 100, not_sent = 5 }, is = 95 },
    },
  },
  ruleset {
    id = "quality-water", kind = "quality.rates", title = "水质自动站数据质量", title_en = "Data quality of water stations", sites = { "river" },
    source = "衢州 2020 年工作方案：水站质控合格率 ≥ 85 %、捕获率 ≥ 95 %",
    clause = "完整率与质控合格率", certainty = "from memory",
    rates = rates(95, nil, 85),
    tests = {
      { rate = "qc", counts = { qc_passed = 84, qc_failed = 15 }, is = 84.8, passes = false },
      { rate = "qc", counts = { qc_passed = 85, qc_failed = 15 }, is = 85, passes = true },
      { rate = "capture", counts = { valid = 90, invalid = 4, lost = 2, not_sent = 4 }, is = 94, passes = false },
    },
  },
}
