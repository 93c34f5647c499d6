-- Six districts, at the end of the year. For missing the target the source says only "at least 1 million": refused.
return ruleset {
  id = "compensation-qingdao-2014", kind = "compensation.air", scheme = "qingdao",
  title = "青岛市环境空气质量生态补偿（2014）", title_en = "Qingdao air compensation, 2014",
  from = "2014-01-01", to = "2014-12-31",
  source = "青岛市2014年办法", clause = "年度考核", certainty = "single source",
  period = "year", payer = "正数由市级补偿区（市），负数由区（市）赔付", payer_en = "positive: the city pays the district; negative: the district pays",
  terms = {
    { kind = "target", key = "pm25", name = "PM2.5", name_en = "PM2.5", unit = "µg/m³", amount = 1000000, per = 100000, worse_unknown = true,
      said = "未完成目标的赔付额，来源只写“至少100万元”，没有具体算法", said_en = "for missing the target the source says only 'at least 1 million yuan', without a formula" },
    { kind = "target", key = "pm10", name = "PM10", name_en = "PM10", unit = "µg/m³", amount = 1000000, per = 100000, worse_unknown = true,
      said = "未完成目标的赔付额，来源只写“至少100万元”，没有具体算法", said_en = "for missing the target the source says only 'at least 1 million yuan', without a formula" },
  },
  tests = {
    { of = { pm25 = { now = 60, target = 62 }, pm10 = { now = 107, target = 107 } }, total = 2200000, lines = { 1200000, 1000000 } },
    { of = { pm25 = { now = 63, target = 62 }, pm10 = { now = 107, target = 107 } }, total = "refused" },
  },
}
