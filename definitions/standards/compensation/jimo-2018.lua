-- Towns are ranked by PM2.5 and PM10 against their targets; the source does not say how the two make one rank, so the rank is an input.
return ruleset {
  id = "compensation-jimo-2018", kind = "compensation.air", scheme = "jimo",
  title = "即墨区镇街空气质量奖惩（2018）", title_en = "Jimo towns, rewards by rank, 2018",
  from = "2018-01-01", to = "2018-12-31",
  source = "即墨区2018年办法", clause = "季度考核", certainty = "single source",
  period = "quarter", payer = "正数由区奖励镇街，负数由镇街缴纳", payer_en = "positive: the district rewards the town; negative: the town pays",
  terms = {
    { kind = "rank", key = "rank", name = "名次", name_en = "Rank",
      prizes = { { rank = 1, amount = 300000 }, { rank = 2, amount = 200000 }, { rank = -2, amount = -100000 }, { rank = -1, amount = -150000 } } },
  },
  tests = {
    { of = { rank = { now = 1, last = 15 } }, total = 300000 }, { of = { rank = { now = 14, last = 15 } }, total = -100000 },
    { of = { rank = { now = 15, last = 15 } }, total = -150000 }, { of = { rank = { now = 7, last = 15 } }, total = 0 },
  },
}
