-- A city's copy of the provincial rule, half-yearly, half the province's prices.
return ruleset {
  id = "compensation-taian-2017", kind = "compensation.air", scheme = "taian",
  title = "泰安市环境空气质量生态补偿（2017）", title_en = "Tai'an air compensation, 2017",
  from = "2017-10-01", to = "2019-03-31",
  source = "泰安市2017年办法", clause = "考核与补偿", certainty = "single source",
  period = "half", payer = "正数由市级补偿县（市、区），负数由县（市、区）赔付", payer_en = "positive: the city pays the county; negative: the county pays",
  terms = {
    { kind = "change", key = "pm25", name = "PM2.5", name_en = "PM2.5", unit = "µg/m³", weight = 60, per = 400000 },
    { kind = "change", key = "pm10", name = "PM10", name_en = "PM10", unit = "µg/m³", weight = 15, per = 400000 },
    { kind = "change", key = "so2", name = "二氧化硫", name_en = "SO2", unit = "µg/m³", weight = 15, per = 400000 },
    { kind = "change", key = "no2", name = "二氧化氮", name_en = "NO2", unit = "µg/m³", weight = 10, per = 400000 },
    { kind = "change", key = "good_days", name = "优良率", name_en = "Good-day ratio", unit = "个百分点", higher = true, per = 100000 },
  },
  tests = {
    { of = { pm25 = { last = 70, now = 60 }, pm10 = { last = 120, now = 120 }, so2 = { last = 20, now = 20 }, no2 = { last = 40, now = 40 },
        good_days = { last = 60, now = 58 } }, total = 2200000, lines = { 2400000, 0, 0, 0, -200000 } },
  },
}
