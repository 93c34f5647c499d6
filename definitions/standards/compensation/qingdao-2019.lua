-- NO2 was dropped, the high-tech zone added; monthly, straw burning yearly.
return ruleset {
  id = "compensation-qingdao-2019", kind = "compensation.air", scheme = "qingdao",
  title = "青岛市环境空气质量生态补偿（2019）", title_en = "Qingdao air compensation, 2019",
  from = "2019-01-01", to = "2019-12-31",
  source = "青岛市2019年办法", clause = "月度考核", certainty = "single source; prices not found",
  period = "month", payer = "正数由市级补偿区（市），负数由区（市）赔付", payer_en = "positive: the city pays the district; negative: the district pays",
  terms = {
    { kind = "change", key = "pm25", name = "PM2.5", name_en = "PM2.5", unit = "µg/m³", weight = 50,
      said = "来源中没有查到单价，不作推算", said_en = "no source gives the price; it is not guessed" },
    { kind = "change", key = "pm10", name = "PM10", name_en = "PM10", unit = "µg/m³", weight = 50,
      said = "来源中没有查到单价，不作推算", said_en = "no source gives the price; it is not guessed" },
    { kind = "unknown", name = "优良率、秸秆焚烧", name_en = "good days, straw burning",
      said = "来源中没有查到单价，不作推算", said_en = "no source gives the price; it is not guessed" },
  },
  tests = {
    { of = { pm25 = { last = 40, now = 35 }, pm10 = { last = 80, now = 75 } }, score = 5, total = "refused" },
  },
}
