-- 地表水生态补偿: who pays whom for each section handed over, by one rule or by several beside each other.
return {
  id = "compensation", name = "断面生态补偿（月）", name_en = "Compensation between districts (month)", period = "month", landscape = true, rules = "money",
  title = "{city}{period}交接断面生态补偿核算", subtitle = "按 {known} 已知的监测结果核算", footer = "{command}", figures = { "money" },
  parts = {
    { text = "没有指定规则，本市也没有当期生效的断面补偿规则：用 rules 指定规则集。", when = "!money.rules" },
    { each = "money.rules", parts = {
      { heading = "{title}" },
      { text = "{payer}。{in_force?本规则当期生效。:推演：本规则当期并不施行，仅作比较。:—}上下游之间收付{across?：是:：否，对方为财政:—}；财政分担比例 {budget_percent}%。规则 {rule.id}，{rule.source} {rule.clause}，把握：{rule.certainty}。" },
      { rows = "sections", empty = "没有交接断面。", columns = { { "断面", "{section}", 18 }, { "上游", "{upstream}" }, { "下游", "{downstream}" }, { "应收（+）应付（−）上游，元", "{total}", 16 },
        { "算式", "{working}", 60 }, { "缺数据项", "{no_data}", 8 }, { "来源未给出", "{refused}", 8 }, { "据", "{@river.month}", 8 } } },
      { text = "收付明细", when = "entries" },
      { rows = "entries", columns = { { "断面", "{section}", 18 }, { "付方", "{payer}", 16 }, { "收方", "{payee}", 16 }, { "金额（元）", "{amount}", 14 }, { "财政", "{budget}", 6 } } },
      { text = "各方结算", when = "parties" },
      { rows = "parties", columns = { { "方", "{party}", 16 }, { "财政", "{budget}", 6 }, { "应收（元）", "{receives}", 14 }, { "应付（元）", "{pays}", 14 }, { "净额（元）", "{net}", 14 } } },
      { text = "各方净额之和：{sum} 元。其中区县合计 {districts_net} 元，财政 {budget_net} 元（单列）。" },
    } },
    { heading = "附录一　规则集与把握" }, { rules = true },
    { heading = "附录二　数据凭据" }, { receipts = true },
  },
}
