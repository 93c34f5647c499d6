-- met: 1 or 0. The drinking-source outlet is paid between the cities; the amount for all 21 items depends on a number of sections that no
-- source breaks down.
return ruleset {
  id = "compensation-shandong-water-2019-year", kind = "compensation.water", scheme = "shandong-year",
  title = "山东省地表水环境质量生态补偿（2019，年）", title_en = "Shandong surface-water compensation, 2019, yearly",
  from = "2019-01-01",
  source = "山东省2019年办法", clause = "年度考核", certainty = "single source",
  period = "year", payer = "正数由省级补偿市，负数由市赔付省级", payer_en = "positive: the province pays the city; negative: the city pays",
  budget = "山东省级财政", budget_en = "provincial budget",
  terms = {
    { kind = "unknown", name = "21项年均值全部达标", name_en = "all 21 items reach their target",
      said = "按断面个数1600万—2000万元，分档没有查到", said_en = "16 to 20 million yuan by number of sections; the steps were not found" },
    { kind = "met", key = "drinking", name = "跨市饮用水水源出口断面达标", name_en = "Cross-city drinking-source outlet meets its target", amount = 4000000, worse = -4000000 },
  },
  tests = {
    { of = { drinking = { now = 1 } }, total = "refused", lines = { } }, { of = { drinking = { now = 0 } }, total = "refused" },
  },
}
