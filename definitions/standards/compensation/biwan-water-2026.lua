-- A rule made up for the demo city (碧湾市 does not exist), so that two years' rules between districts can be replayed: no real place pays these amounts.
return ruleset {
  id = "compensation-biwan-water-2026", kind = "compensation.water", scheme = "biwan",
  title = "碧湾市交接断面横向补偿（2026，演示用虚构规则）", title_en = "Biwan compensation between districts, 2026 (made up for the demo)",
  from = "2026-01-01",
  source = "演示城市虚构办法", clause = "第五条、第七条", certainty = "made up for the demo city",
  period = "month", payer = "正数由下游区县补偿上游区县，负数由上游赔付下游", payer_en = "positive: downstream pays upstream; negative: upstream pays",
  parties = "across",
  budget = "碧湾市级财政", budget_en = "Biwan city budget", budget_percent = 30,
  terms = {
    { kind = "change", key = "codcr", name = "化学需氧量", name_en = "COD", unit = "mg/L", per = 40000 },
    { kind = "change", key = "nh3n", name = "氨氮", name_en = "NH3-N", unit = "mg/L", per = 800000 },
    { kind = "beyond", key = "grade", name = "月均值劣Ⅴ类", name_en = "The month is worse than class V", base = 6, amount = -500000 },
  },
  tests = {
    { of = { codcr = { last = 18, now = 16 }, nh3n = { last = 1.0, now = 0.5 }, grade = { now = 3 } }, total = 480000,
      entries = { { "budget", "upstream", 144000 }, { "downstream", "upstream", 336000 } } },
    { of = { codcr = { last = 16, now = 18 }, nh3n = { last = 0.5, now = 0.5 }, grade = { now = 3 } }, total = -80000,
      entries = { { "upstream", "downstream", 80000 } } },
    { of = { codcr = { last = 16, now = 16 }, nh3n = { last = 0.5, now = 0.5 }, grade = { now = 6 } }, total = -500000,
      entries = { { "upstream", "downstream", 500000 } } },
    { of = { codcr = { now = 16 }, nh3n = { now = 0.5 }, grade = { now = 3 } }, total = "no data", entries = { } },
  },
}
