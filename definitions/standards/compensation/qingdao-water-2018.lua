-- 达标是义务、超标要赔付、改善可获偿. The assessment year runs from October to September; 28 trial sections, then 94, 66 since 2021-01, and
-- monthly accounting with yearly settlement since 2021. The amounts a section were not found.
return ruleset {
  id = "compensation-qingdao-water-2018", kind = "compensation.water", scheme = "qingdao",
  title = "青岛市地表水环境质量生态补偿（2018）", title_en = "Qingdao surface-water compensation, 2018",
  from = "2018-10-01",
  source = "青岛市2018年办法", clause = "断面考核", certainty = "confirmed; amounts not found",
  period = "month", payer = "正数由市级补偿区（市），负数由区（市）赔付", payer_en = "positive: the city pays the district; negative: the district pays",
  terms = {
    { kind = "unknown", name = "断面超标赔付与改善补偿", name_en = "sections: payment for exceeding, compensation for improvement",
      said = "断面的单价没有查到，不作推算", said_en = "the amounts a section were not found; they are not guessed" },
  },
  tests = {
    { of = { codcr = { now = 20 } }, total = "refused" },
  },
}
