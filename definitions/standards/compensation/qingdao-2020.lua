-- Nothing was found of the schemes of these years.
return ruleset {
  id = "compensation-qingdao-2020", kind = "compensation.air", scheme = "qingdao",
  title = "青岛市环境空气质量生态补偿（2020—2023）", title_en = "Qingdao air compensation, 2020 to 2023",
  from = "2020-01-01", to = "2023-12-31",
  source = "青岛市", clause = "—", certainty = "not found",
  period = "year", payer = "正数由市级补偿区（市），负数由区（市）赔付", payer_en = "positive: the city pays the district; negative: the district pays",
  terms = {
    { kind = "unknown", name = "全部项目", name_en = "all items",
      said = "2020—2023年的办法没有查到，不能计算", said_en = "the schemes of 2020 to 2023 were not found; nothing can be computed" },
  },
  tests = {
    { of = { pm25 = { last = 40, now = 35 } }, total = "refused" },
  },
}
