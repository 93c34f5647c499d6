-- Revised 2015-12-08; a press report of July 2016 still printed the old coefficient.
return ruleset {
  id = "compensation-shandong-2016", kind = "compensation.air", scheme = "shandong",
  title = "山东省环境空气质量生态补偿暂行办法（2016修订）", title_en = "Shandong air compensation, 2016",
  from = "2016-01-01", to = "2017-03-31",
  source = "山东省2015-12-08修订", clause = "考核与补偿", certainty = "confirmed; arrangement from memory",
  period = "quarter", payer = "正数由省级补偿市，负数由市赔付省级", payer_en = "positive: the province pays the city; negative: the city pays",
  terms = {
    { kind = "change", key = "pm25", name = "PM2.5", name_en = "PM2.5", unit = "µg/m³", weight = 60, per = 400000, factored = true },
    { kind = "change", key = "pm10", name = "PM10", name_en = "PM10", unit = "µg/m³", weight = 15, per = 400000, factored = true },
    { kind = "change", key = "so2", name = "二氧化硫", name_en = "SO2", unit = "µg/m³", weight = 15, per = 400000, factored = true },
    { kind = "change", key = "no2", name = "二氧化氮", name_en = "NO2", unit = "µg/m³", weight = 10, per = 400000, factored = true },
  },
  factors = { ["青岛"] = 1.5, ["烟台"] = 1.5, ["威海"] = 1.5, ["日照"] = 1.5 }, -- dilution; the others 1
  tests = {
    { of = { pm25 = { last = 150, now = 100 }, pm10 = { last = 200, now = 100 }, so2 = { last = 60, now = 50 }, no2 = { last = 60, now = 50 } }, score = 47.5, total = 19000000 }, { place = "烟台", of = { pm25 = { last = 150, now = 100 }, pm10 = { last = 200, now = 100 }, so2 = { last = 60, now = 50 }, no2 = { last = 60, now = 50 } }, total = 28500000 },
  },
}
