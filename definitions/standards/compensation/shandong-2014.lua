-- The weights, the coefficient and the dilution factors are sure, and pairs of score and money of the first quarter of 2014 were published
-- (47.5: 9.5 million; 31.9: 6.38 million). How the score is put together is from memory: factor × Σ weight × (last year − this year).
return ruleset {
  id = "compensation-shandong-2014", kind = "compensation.air", scheme = "shandong",
  title = "山东省环境空气质量生态补偿暂行办法（2014）", title_en = "Shandong air compensation, 2014",
  from = "2014-01-01", to = "2015-12-31",
  source = "山东省2014-02-26印发", clause = "考核与补偿", certainty = "confirmed; arrangement from memory",
  period = "quarter", payer = "正数由省级补偿市，负数由市赔付省级", payer_en = "positive: the province pays the city; negative: the city pays",
  terms = {
    { kind = "change", key = "pm25", name = "PM2.5", name_en = "PM2.5", unit = "µg/m³", weight = 60, per = 200000, factored = true },
    { kind = "change", key = "pm10", name = "PM10", name_en = "PM10", unit = "µg/m³", weight = 15, per = 200000, factored = true },
    { kind = "change", key = "so2", name = "二氧化硫", name_en = "SO2", unit = "µg/m³", weight = 15, per = 200000, factored = true },
    { kind = "change", key = "no2", name = "二氧化氮", name_en = "NO2", unit = "µg/m³", weight = 10, per = 200000, factored = true },
  },
  factors = { ["青岛"] = 1.5, ["烟台"] = 1.5, ["威海"] = 1.5, ["日照"] = 1.5 }, -- dilution; the others 1
  tests = {
    { of = { pm25 = { last = 150, now = 100 }, pm10 = { last = 200, now = 100 }, so2 = { last = 60, now = 50 }, no2 = { last = 60, now = 50 } }, score = 47.5, total = 9500000, lines = { 6000000, 3000000, 300000, 200000 } },
    { of = { pm25 = { last = 140, now = 100 }, pm10 = { last = 140, now = 100 }, so2 = { last = 56, now = 50 }, no2 = { last = 60, now = 50 } }, score = 31.9, total = 6380000 },
    { place = "青岛", of = { pm25 = { last = 150, now = 100 }, pm10 = { last = 200, now = 100 }, so2 = { last = 60, now = 50 }, no2 = { last = 60, now = 50 } }, score = 71.25, total = 14250000 },
    { of = { pm25 = { last = 60, now = 63 }, pm10 = { last = 100, now = 100 }, so2 = { last = 20, now = 18 }, no2 = { last = 40, now = 40 } }, total = -300000 },
    { of = { pm25 = { last = 60, now = 63 } }, total = "no data" },
  },
}
