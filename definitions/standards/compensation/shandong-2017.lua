-- The sources for 2017 name no dilution factor, so none is applied. Its end follows from the revision of 2021. Cities that meet class 2 two
-- years running are exempt the next year: that is decided by people and not here. The one-off amounts are in shandong-2017-once.
return ruleset {
  id = "compensation-shandong-2017", kind = "compensation.air", scheme = "shandong",
  title = "山东省环境空气质量生态补偿暂行办法（2017）", title_en = "Shandong air compensation, 2017",
  from = "2017-04-01", to = "2020-12-31",
  source = "鲁政办字〔2017〕43号", clause = "考核与补偿", certainty = "confirmed; arrangement from memory",
  period = "quarter", payer = "正数由省级补偿市，负数由市赔付省级", payer_en = "positive: the province pays the city; negative: the city pays",
  terms = {
    { kind = "change", key = "pm25", name = "PM2.5", name_en = "PM2.5", unit = "µg/m³", weight = 60, per = 800000 },
    { kind = "change", key = "pm10", name = "PM10", name_en = "PM10", unit = "µg/m³", weight = 15, per = 800000 },
    { kind = "change", key = "so2", name = "二氧化硫", name_en = "SO2", unit = "µg/m³", weight = 15, per = 800000 },
    { kind = "change", key = "no2", name = "二氧化氮", name_en = "NO2", unit = "µg/m³", weight = 10, per = 800000 },
    { kind = "change", key = "good_days", name = "优良率", name_en = "Good-day ratio", unit = "个百分点", higher = true, per = 200000 },
  },
  tests = {
    { of = { pm25 = { last = 68, now = 60 }, pm10 = { last = 120, now = 110 }, so2 = { last = 20, now = 20 }, no2 = { last = 40, now = 42 },
        good_days = { last = 60.0, now = 65.5 } }, total = 5980000, lines = { 3840000, 1200000, 0, -160000, 1100000 }, score = 6.1 },
  },
}
