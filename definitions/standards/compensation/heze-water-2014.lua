-- (30 − COD) × 20 000 + (1.5 − NH3-N) × 300 000 yuan. The page's own example prints 450 000 for COD 20 and NH3-N 1.0; its formula gives 350 000.
return ruleset {
  id = "compensation-heze-water-2014", kind = "compensation.water", scheme = "heze",
  title = "菏泽市地表水生态补偿（2014）", title_en = "Heze surface-water compensation, 2014",
  from = "2014-01-01", to = "2014-12-31", -- only its year is known
  source = "菏泽市2014年办法", clause = "季度考核", certainty = "single source",
  period = "quarter", payer = "正数由市补偿县区，负数由县区缴纳", payer_en = "positive: the city pays the county; negative: the county pays",
  budget = "菏泽市级财政", budget_en = "city budget",
  terms = {
    { kind = "linear", key = "codcr", name = "化学需氧量", name_en = "COD", unit = "mg/L", base = 30, per = 20000 },
    { kind = "linear", key = "nh3n", name = "氨氮", name_en = "NH3-N", unit = "mg/L", base = 1.5, per = 300000 },
  },
  tests = {
    { of = { codcr = { now = 20 }, nh3n = { now = 1.0 } }, total = 350000, lines = { 200000, 150000 } },
    { of = { codcr = { now = 42 }, nh3n = { now = 1.8 } }, total = -330000 },
  },
}
