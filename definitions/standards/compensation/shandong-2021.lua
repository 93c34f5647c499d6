-- Ozone joined and the four weights changed; neither the new weights nor the coefficients were found.
return ruleset {
  id = "compensation-shandong-2021", kind = "compensation.air", scheme = "shandong",
  title = "山东省环境空气质量生态补偿办法（2021修订）", title_en = "Shandong air compensation, 2021",
  from = "2021-01-01",
  source = "山东省2021年修订", clause = "考核与补偿", certainty = "amounts not found",
  period = "quarter", payer = "正数由省级补偿市，负数由市赔付省级", payer_en = "positive: the province pays the city; negative: the city pays",
  terms = {
    { kind = "unknown", name = "PM2.5、PM10、SO2、NO2、O3", name_en = "PM2.5, PM10, SO2, NO2, O3",
      said = "2021年修订加入臭氧并调整了四项权重，新的权重和系数没有查到，不作推算", said_en = "the revision of 2021 added ozone and changed the four weights; the new weights and coefficients were not found and are not guessed" },
  },
  tests = {
    { of = { pm25 = { last = 40, now = 35 } }, total = "refused" },
  },
}
