-- Four items, good days, straw burning; neither weights nor prices were found.
return ruleset {
  id = "compensation-qingdao-2017", kind = "compensation.air", scheme = "qingdao",
  title = "青岛市环境空气质量生态补偿（2017）", title_en = "Qingdao air compensation, 2017",
  from = "2017-01-01", to = "2017-12-31",
  source = "青岛市2017年办法", clause = "年度考核", certainty = "single source; prices not found",
  period = "year", payer = "正数由市级补偿区（市），负数由区（市）赔付", payer_en = "positive: the city pays the district; negative: the district pays",
  terms = {
    { kind = "unknown", name = "四项污染物、优良率、秸秆焚烧", name_en = "four pollutants, good days, straw burning",
      said = "权重和单价没有查到，不作推算", said_en = "neither weights nor prices were found; they are not guessed" },
  },
  tests = {
    { of = { pm25 = { last = 40, now = 35 } }, total = "refused" },
  },
}
