-- Ten districts. The weights are sure, the price of a µg/m³ was not found; the score is computed, the money refused. Its end follows from the
-- next scheme.
return ruleset {
  id = "compensation-qingdao-2015", kind = "compensation.air", scheme = "qingdao",
  title = "青岛市环境空气质量生态补偿（2015）", title_en = "Qingdao air compensation, 2015",
  from = "2015-01-01", to = "2016-12-31",
  source = "青岛市2015年办法", clause = "季度考核", certainty = "confirmed; price not found",
  period = "quarter", payer = "正数由市级补偿区（市），负数由区（市）赔付", payer_en = "positive: the city pays the district; negative: the district pays",
  terms = {
    { kind = "change", key = "pm25", name = "PM2.5", name_en = "PM2.5", unit = "µg/m³", weight = 60,
      said = "来源中没有查到单价，不作推算", said_en = "no source gives the price; it is not guessed" },
    { kind = "change", key = "pm10", name = "PM10", name_en = "PM10", unit = "µg/m³", weight = 15,
      said = "来源中没有查到单价，不作推算", said_en = "no source gives the price; it is not guessed" },
    { kind = "change", key = "no2", name = "二氧化氮", name_en = "NO2", unit = "µg/m³", weight = 15,
      said = "来源中没有查到单价，不作推算", said_en = "no source gives the price; it is not guessed" },
    { kind = "change", key = "so2", name = "二氧化硫", name_en = "SO2", unit = "µg/m³", weight = 10,
      said = "来源中没有查到单价，不作推算", said_en = "no source gives the price; it is not guessed" },
  },
  tests = {
    { of = { pm25 = { last = 60, now = 50 }, pm10 = { last = 100, now = 90 }, no2 = { last = 40, now = 40 }, so2 = { last = 30, now = 25 } }, score = 8, total = "refused" },
  },
}
