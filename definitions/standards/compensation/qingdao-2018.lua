-- SO2 was dropped.
return ruleset {
  id = "compensation-qingdao-2018", kind = "compensation.air", scheme = "qingdao",
  title = "青岛市环境空气质量生态补偿（2018）", title_en = "Qingdao air compensation, 2018",
  from = "2018-01-01", to = "2018-12-31",
  source = "青岛市2018年办法", clause = "季度考核", certainty = "confirmed; prices not found",
  period = "quarter", payer = "正数由市级补偿区（市），负数由区（市）赔付", payer_en = "positive: the city pays the district; negative: the district pays",
  terms = {
    { kind = "change", key = "pm25", name = "PM2.5", name_en = "PM2.5", unit = "µg/m³", weight = 40,
      said = "来源中没有查到单价，不作推算", said_en = "no source gives the price; it is not guessed" },
    { kind = "change", key = "pm10", name = "PM10", name_en = "PM10", unit = "µg/m³", weight = 40,
      said = "来源中没有查到单价，不作推算", said_en = "no source gives the price; it is not guessed" },
    { kind = "change", key = "no2", name = "二氧化氮", name_en = "NO2", unit = "µg/m³", weight = 20,
      said = "来源中没有查到单价，不作推算", said_en = "no source gives the price; it is not guessed" },
    { kind = "unknown", name = "优良率、秸秆焚烧", name_en = "good days, straw burning",
      said = "来源中没有查到单价，不作推算", said_en = "no source gives the price; it is not guessed" },
  },
  tests = {
    { of = { pm25 = { last = 40, now = 35 }, pm10 = { last = 80, now = 75 }, no2 = { last = 30, now = 35 } }, score = 3, total = "refused" },
  },
}
