-- A section's month against the same month of last year. The text says "50 000 to 2 million"; read as a price a percentage point and a cap.
-- grade: 1 to 5, 6 is 劣Ⅴ.
return ruleset {
  id = "compensation-shandong-water-2019", kind = "compensation.water", scheme = "shandong",
  title = "山东省地表水环境质量生态补偿（2019，月）", title_en = "Shandong surface-water compensation, 2019, monthly",
  from = "2019-01-01",
  source = "山东省2019年办法", clause = "月度考核", certainty = "confirmed; cap derived",
  period = "month", payer = "正数由省级补偿市，负数由市赔付省级", payer_en = "positive: the province pays the city; negative: the city pays",
  budget = "山东省级财政", budget_en = "provincial budget",
  terms = {
    { kind = "percent", key = "nh3n", name = "氨氮", name_en = "NH3-N", unit = "mg/L", better = 40000, worse = 50000, cap = 2000000, certainty = "cap derived" },
    { kind = "percent", key = "codcr", name = "化学需氧量", name_en = "COD", unit = "mg/L", better = 40000, worse = 50000, cap = 2000000, certainty = "cap derived" },
    { kind = "percent", key = "tp", name = "总磷", name_en = "TP", unit = "mg/L", better = 40000, worse = 50000, cap = 2000000, certainty = "cap derived" },
    { kind = "percent", key = "fluoride", name = "氟化物", name_en = "Fluoride", unit = "mg/L", better = 40000, worse = 50000, cap = 2000000, certainty = "cap derived" },
    { kind = "beyond", key = "grade", name = "月均值劣Ⅴ类", name_en = "The month is worse than class V", base = 6, amount = -1000000, certainty = "single source" },
  },
  tests = {
    { of = { nh3n = { last = 1.0, now = 0.8 }, codcr = { last = 20, now = 21 }, tp = { last = 0.2, now = 0.2 }, fluoride = { last = 0.8, now = 0.4 }, grade = { now = 4 } },
      total = 2550000, lines = { 800000, -250000, 0, 2000000, 0 } },
    { of = { nh3n = { last = 1.0, now = 2.0 }, codcr = { last = 20, now = 20 }, tp = { last = 0.2, now = 0.2 }, fluoride = { last = 0.8, now = 0.8 }, grade = { now = 6 } },
      total = -3000000, lines = { -2000000, 0, 0, 0, -1000000 } },
  },
}
