-- 交接断面考核通报: a month's value of each section handed over against the mean of the three years before.
return {
  id = "handover", name = "交接断面考核通报（月）", name_en = "Sections handed over (month)", period = "month", landscape = true,
  title = "{city}{period}交接断面水质考核通报", subtitle = "按 {known} 已知的监测结果编制", footer = "{command}", figures = { "handover" },
  parts = {
    { text = "基数为前 {handover.years} 年各月存储值的算术平均，至少 {handover.least_months} 个月；与基数相等{handover.equal_is_below?视为低于:不算低于:—}。缺月逐一列出，不以其他值代替。规则 {handover.rule.id}，把握：{handover.rule.certainty}。" },
    { heading = "一、水质变差断面" },
    { rows = "handover.sections", where = "worsened", empty = "本月没有高于基数的断面。", columns = { { "断面", "{section}", 18 }, { "上游", "{upstream}" }, { "下游", "{downstream}" },
      { "项目", "{item}", 12 }, { "本月（mg/L）", "{now}" }, { "基数", "{base}" }, { "比基数（%）", "{percent:1}" } } },
    { heading = "二、断面考核" },
    { rows = "handover.sections", empty = "没有交接断面。", columns = { { "断面", "{section}", 18 }, { "上游", "{upstream}" }, { "下游", "{downstream}" }, { "类别", "{class_name}", 8 },
      { "达到类别要求", "{class_met?是:否:不判定}", 10 }, { "项目", "{item}", 12 }, { "本月", "{now}" }, { "三年基数", "{base}" }, { "比基数（%）", "{percent:1}" }, { "基数月数", "{have}/{due}", 10 },
      { "结论", "{said}", 16 }, { "缺月", "{missing}", 24 }, { "据", "{@handover.month}", 8 } } },
    { heading = "附录一　规则集与把握" }, { rules = true },
    { heading = "附录二　数据凭据" }, { receipts = true },
  },
}
