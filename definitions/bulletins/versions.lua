-- 两套规则并列: one year of the air judged by the rules of two days, and the clause where the results part.
return {
  id = "versions", name = "年评价：两套规则并列", name_en = "A year by two rule versions", period = "year", landscape = true, rules = "versions",
  title = "{city}{period}空气质量年评价：两套规则并列", subtitle = "按 {known} 已知的监测结果，自小时值起分别重算", footer = "{command}", figures = { "versions" },
  parts = {
    { text = "甲：{versions.first.day} 施行的规则（{versions.first.index.id}、{versions.first.evaluation.id}、{versions.first.limits.id}、{versions.first.ranking.id}）；乙：{versions.second.day} 施行的规则（{versions.second.index.id}、{versions.second.evaluation.id}、{versions.second.limits.id}、{versions.second.ranking.id}）。依据 {@air.year}。", when = "versions" },
    { heading = "一、结果不同之处" },
    { rows = "versions.rows", where = "differs", empty = "两套规则的结果没有不同。", columns = { { "指标", "{figure}", 26 }, { "甲", "{a}" }, { "乙", "{b}" }, { "甲的条款", "{clause_a}", 40 }, { "乙的条款", "{clause_b}", 40 } } },
    { heading = "二、全部指标" },
    { rows = "versions.rows", empty = "没有空气监测数据。", columns = { { "指标", "{figure}", 26 }, { "甲", "{a}" }, { "甲的规则", "{rule_a}", 24 }, { "乙", "{b}" }, { "乙的规则", "{rule_b}", 24 }, { "不同", "{differs}", 8 } } },
    { heading = "附录一　规则集与把握" }, { rules = true },
    { heading = "附录二　数据凭据" }, { receipts = true },
  },
}
