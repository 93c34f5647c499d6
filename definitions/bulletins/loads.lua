-- 入海河流污染物通量: flow × concentration by river and month; a month without flow has no figure, and the gap stands beside the total.
return {
  id = "loads", name = "入海河流污染物通量（年）", name_en = "Loads of rivers to the sea (year)", period = "year", landscape = true,
  title = "{city}{period}入海河流总氮总磷通量", subtitle = "按 {known} 已知的监测结果核算", footer = "{command}", figures = { "loads" },
  parts = {
    { text = "月通量＝月均流量×月均浓度×当月秒数。一个月中有流量的日数不少于 {loads.flow_share}% 时以这些日的均值代全月并注明，不足则不计算，列为缺月；从不以其他月或常年值代替。规则 {loads.rule.id}，把握：{loads.rule.certainty}。" },
    { heading = "一、合计" },
    { rows = "loads.totals", columns = { { "项目", "{item}", 14 }, { "已算月份合计（吨）", "{tonnes}", 20 }, { "是否全年齐全", "{whole_year?全年齐全:不齐全，非年总量:—}", 20 } } },
    { heading = "二、各河流" },
    { rows = "loads.rivers", empty = "没有入海断面。", columns = { { "河流", "{river}", 14 }, { "断面", "{section}", 18 }, { "项目", "{item}" }, { "已算月份合计（吨）", "{tonnes}", 16 },
      { "占已算合计（%）", "{share:1}", 12 }, { "已算／应算月", "{counted}/{due}", 12 }, { "按部分日推全月的月数", "{scaled}", 12 }, { "缺月", "{gaps}", 24 }, { "据", "{@load.year}", 8 } } },
    { heading = "三、逐月" },
    { rows = "loads.rivers[].months", columns = { { "河流", "{river}", 14 }, { "项目", "{item}" }, { "月", "{month}", 6 }, { "平均流量（m³/s）", "{flow:2}", 14 }, { "有流量日数", "{flow_days}/{days}", 12 },
      { "浓度（mg/L）", "{concentration:3}", 12 }, { "通量（吨）", "{tonnes}", 12 }, { "方法", "{method}", 40 } } },
    { heading = "附录一　规则集与把握" }, { rules = true },
    { heading = "附录二　数据凭据" }, { receipts = true },
  },
}
