-- Paid once, for the year in which the annual mean meets the limit.
return ruleset {
  id = "compensation-shandong-2017-once", kind = "compensation.air", scheme = "shandong-once",
  title = "山东省环境空气质量生态补偿：年度达标一次性奖励（2017）", title_en = "Shandong, one-off amounts for attainment, 2017",
  from = "2017-01-01", to = "2020-12-31",
  source = "鲁政办字〔2017〕43号", clause = "年度达标奖励", certainty = "confirmed",
  period = "year", payer = "正数由省级补偿市，负数由市赔付省级", payer_en = "positive: the province pays the city; negative: the city pays",
  terms = {
    { kind = "once", key = "pm25", name = "PM2.5 年均达二级", name_en = "PM2.5 year within class 2", unit = "µg/m³", base = 35, amount = 6000000 },
    { kind = "once", key = "pm10", name = "PM10 年均达二级", name_en = "PM10 year within class 2", unit = "µg/m³", base = 70, amount = 6000000 },
    { kind = "once", key = "no2", name = "二氧化氮年均达一级", name_en = "NO2 year within class 1", unit = "µg/m³", base = 40, amount = 3000000 },
    { kind = "once", key = "so2", name = "二氧化硫年均达一级", name_en = "SO2 year within class 1", unit = "µg/m³", base = 20, amount = 2000000 },
  },
  tests = {
    { of = { pm25 = { now = 35 }, pm10 = { now = 71 }, no2 = { now = 38 }, so2 = { now = 12 } }, total = 11000000, lines = { 6000000, 0, 3000000, 2000000 } },
  },
}
